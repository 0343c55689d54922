// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/testing/mock_of.hpp"

/// For tests of policies, of the library's users too: filesystems that record what is done to them.
namespace daxhold::testing {

/// An inode of a mock filesystem.
struct mock_inode {
    /// By which records name it.
    std::uint64_t number = 0;

    /// How it is found, how its pages are mapped, and what kind of file it is.
    inode state = inode::in_core;
    mapping access = mapping::dax;
    daxhold::kind kind = kind::regular;

    /// What became of its pages and its watchers.
    bool is_poisoned = false;
    bool is_invalidated = false;
    bool is_reported_lost = false;
};

/// When a process wants to be told of a memory failure (prctl PR_MCE_KILL); by default late, unless
/// the sysctl vm.memory_failure_early_kill says otherwise.
enum class mce_kill : std::uint8_t { by_default, early, late };

/// A process that maps a file of a mock filesystem.
struct mock_process {
    /// Which file it maps.
    std::uint64_t inode_number = 0;
    mce_kill kill = mce_kill::by_default;

    /// The bytes of the file that it has present: of a page that it has not touched it is told
    /// nothing.
    byte_range present = byte_range::whole_device();

    /// What became of it: whether it was told, and whether its pages were taken away. Where the
    /// filesystem lives, the next fault brings them back.
    bool is_told = false;
    bool is_unmapped = false;
};

/// What kind of filesystem a mock is; a structure of constants, so that it is part of the type.
struct mock_features {
    bool rmap = true;      ///< It has a reverse mapping.
    bool freezing = true;  ///< It can be frozen and thawed.
    bool log = false;      ///< It has an external log on a device of its own.
    bool realtime = false; ///< It has a realtime device, without a reverse mapping of its own.
    bool listing = false;  ///< It can list its inodes in core.
};

/// A filesystem with inodes, and with what XFS has besides. It behaves as XFS does where a kernel
/// would answer: freezes and thaws as `mount_state` says, users of a file in the page cache cannot
/// be told (-EBUSY), and of a filesystem that was shut down before nothing can be read (-EIO).
template <mock_features Features>
class basic_mock_filesystem : public mock_of<rmap_record> {
    using base = mock_of<rmap_record>;

public:
    /// What its inodes are called with.
    using inode_handle = mock_inode*;

    /// How many inodes, and how many processes, it has room for.
    static constexpr std::size_t most_inodes = 8;
    static constexpr std::size_t most_processes = 16;

    // What it is, beside what `mock_of` says; set freely before a notification.

    /// Whether it has several allocation groups.
    bool has_several_groups = false;

    /// Where it lies on its other devices.
    byte_range log_device = Features.log ? byte_range{0, 1U << 16U} : byte_range{};
    byte_range realtime_device = Features.realtime ? byte_range{0, 1U << 20U} : byte_range{};

    /// Where it ends on its data device, in bytes of its part of it: it can be smaller.
    std::uint64_t end = byte_range::max;

    /// Whether the mount is read-only.
    bool is_mounted_read_only = false;

    /// An empty filesystem on its devices.
    constexpr basic_mock_filesystem() = default;

    using base::add;

    /// Adds an inode, in any order. Precondition: there are fewer than `most_inodes`, and none of
    /// this number.
    constexpr void add(const mock_inode& i) noexcept { inodes_[inode_count_++] = i; }

    /// The inode of this number. Precondition: it was added.
    [[nodiscard]] constexpr const mock_inode& at(std::uint64_t number) const noexcept {
        std::size_t i = 0;
        while (inodes_[i].number != number)
            ++i;
        return inodes_[i];
    }

    /// How many inodes were added.
    [[nodiscard]] constexpr std::size_t inode_count() const noexcept { return inode_count_; }

    /// Adds a process, in any order. Preconditions: there are fewer than `most_processes`, and the
    /// inode that it maps is added before anybody asks who maps it.
    constexpr void add(const mock_process& p) noexcept { processes_[process_count_++] = p; }

    /// Adds `count` processes that map all of a file; the first `early` of them want to be told
    /// early. Preconditions as for `add`.
    constexpr void add_mappers(std::uint64_t number, unsigned count, unsigned early) noexcept {
        for (unsigned i = 0; i != count; ++i)
            add(mock_process{.inode_number = number,
                             .kill = i < early ? mce_kill::early : mce_kill::by_default});
    }

    /// Its processes, for a loop from `begin` to `end`.
    struct process_list {
        const mock_process* first; ///< The first of them.
        std::size_t size;          ///< How many there are.
        [[nodiscard]] constexpr const mock_process* begin() const noexcept { return first; }
        [[nodiscard]] constexpr const mock_process* end() const noexcept { return first + size; }
    };
    /// All of them.
    [[nodiscard]] constexpr process_list processes() const noexcept {
        return {processes_, process_count_};
    }

    /// How many processes were told: of all, or of those that map a file.
    [[nodiscard]] constexpr unsigned told() const noexcept {
        unsigned sum = 0;
        for (const auto& p : processes())
            sum += p.is_told ? 1U : 0U;
        return sum;
    }
    [[nodiscard]] constexpr unsigned told(std::uint64_t number) const noexcept {
        unsigned sum = 0;
        for (const auto& p : processes())
            sum += p.inode_number == number && p.is_told ? 1U : 0U;
        return sum;
    }

    /// Who maps its dax files.
    [[nodiscard]] constexpr mappers mapped() const noexcept {
        auto found = mappers::none;
        for (const auto& p : processes())
            if (at(p.inode_number).access == mapping::dax && !p.is_unmapped)
                found = p.present.empty() && found != mappers::with_page ? mappers::without_page
                                                                         : mappers::with_page;
        return found;
    }

    /// A process touches bytes of the file that it maps (counted from 0 in the order in which
    /// processes were added), to read or to write: -EIO is a SIGBUS, -EHWPOISON one for poison,
    /// -EAGAIN that it waits for a thaw. A freeze keeps no reader out (7.2.12), and what is present
    /// can be read whatever became of the filesystem. Precondition: there is such a process, and
    /// its inode was added.
    constexpr result fault(std::size_t process, byte_range file, bool to_write) noexcept {
        auto& p = processes_[process];
        const auto& i = at(p.inode_number);
        if (i.is_poisoned)
            return result::error(133); // EHWPOISON, a name that not every libc has
        if (!to_write && !p.is_unmapped && p.present.overlaps(file))
            return success;
        if (is_shut_down)
            return result::error(EIO);
        if (to_write && (is_frozen_by_kernel || is_frozen_by_user))
            return result::error(EAGAIN);
        p.present = file;
        p.is_unmapped = false;
        return success;
    }

    // What the engine asks.

    [[nodiscard]] constexpr byte_range device_range(role device) const noexcept {
        return device == role::log                 ? log_device
               : device == role::realtime          ? realtime_device
               : device == role::internal_realtime ? data_device
                                                   : base::device_range(device);
    }

    [[nodiscard]] constexpr std::uint64_t filesystem_end(role device) const noexcept {
        return device == role::data ? end : byte_range::max;
    }
    [[nodiscard]] constexpr bool is_read_only() const noexcept { return is_mounted_read_only; }
    [[nodiscard]] constexpr bool is_shut_down_already() const noexcept { return is_shut_down; }
    [[nodiscard]] constexpr bool is_frozen_already() const noexcept { return is_frozen_by_user; }

    [[nodiscard]] constexpr bool has_rmap(role device) const noexcept requires(Features.rmap) {
        return device == role::data;
    }

    [[nodiscard]] constexpr bool spans_groups(role /*device*/, byte_range range) const noexcept {
        return has_several_groups && range.length() > data_device.length() / 2;
    }

    template <class Visitor>
    constexpr result for_each_mapping(role device, byte_range range,
                                      Visitor&& visit) requires(Features.rmap) {
        if (is_shut_down)
            return result::error(EIO);
        return base::for_each_mapping(device, range, visit);
    }

    constexpr result find_in_core(const rmap_record& r, mock_inode*& found) noexcept {
        if (const auto outcome = faults.next(call::find_in_core); !outcome.ok())
            return outcome;
        for (auto& i : inodes_)
            if (i.number == r.inode_number && i.state != inode::not_in_core) {
                found = &i;
                return i.state == inode::lookup_failed ? result::error(EAGAIN) : success;
            }
        return result::error(ENODATA);
    }

    /// In the order in which the inodes were added, with a record that has no extent.
    template <class Visitor>
    constexpr result for_each_in_core(role device, Visitor&& visit) requires(Features.listing) {
        for (std::size_t i = 0; i != inode_count_; ++i) {
            const auto& listed = inodes_[i];
            if (listed.state == inode::not_in_core || !has_data(device, listed.number))
                continue;
            if (const auto outcome = faults.next(call::list_in_core); !outcome.ok())
                return outcome;
            if (!visit(rmap_record{{}, owner::file_data, listed.number}))
                break;
        }
        return {};
    }

    [[nodiscard]] constexpr bool is_dax(const mock_inode* i) const noexcept {
        return i->access == mapping::dax;
    }
    [[nodiscard]] constexpr daxhold::kind kind_of(const mock_inode* i) const noexcept {
        return i->kind;
    }

    // What the engine tells it to do.

    /// Its processes hear of it and stay.
    constexpr result tell_users() noexcept {
        const auto outcome = carry_out({.what = call::tell_users});
        if (outcome.ok())
            for (auto& p : processes_)
                p.is_told = true;
        return outcome;
    }
    constexpr result await_users() noexcept { return carry_out({.what = call::await_users}); }

    constexpr result freeze() noexcept requires(Features.freezing) {
        return change(call::freeze, [&] { return freeze_super(freeze_holder::kernel); });
    }
    constexpr result thaw() noexcept requires(Features.freezing) {
        return change(call::thaw, [&] { return thaw_super(freeze_holder::kernel); });
    }
    constexpr result thaw_user() noexcept requires(Features.freezing) {
        return change(call::thaw_user, [&] { return thaw_super(freeze_holder::userspace); });
    }

    constexpr result sync() noexcept { return carry_out({.what = call::sync}); }
    constexpr result begin_walk() noexcept { return carry_out({.what = call::begin_walk}); }

    constexpr result kill_users(mock_inode* i, byte_range file, users who, poison pages) noexcept {
        auto outcome = faults.next(call::kill_users);
        if (outcome.ok() && i->access == mapping::buffered)
            outcome = result::error(EBUSY);
        if (outcome.ok()) {
            i->is_poisoned = i->is_poisoned || pages == poison::marked;
            tell(i->number, file, who);
        }
        return note({.what = call::kill_users,
                     .inode_number = i->number,
                     .where = file,
                     .who = who,
                     .pages = pages},
                    outcome);
    }

    /// It has nobody who only has a file open.
    constexpr result kill_openers(mock_inode* i, byte_range file) noexcept {
        return carry_out({.what = call::kill_openers, .inode_number = i->number, .where = file});
    }

    /// What memory_failure() does where nobody handles it (mm/memory-failure.c,
    /// mf_generic_kill_procs): it knows one file of a page, here the last one that owns it, and
    /// tells its early users; -EBUSY where no process has it present.
    constexpr result mf_generic_kill_procs(role device, byte_range range) noexcept {
        for (std::size_t i = records().size; device == role::data && i-- != 0;) {
            const auto& r = records().first[i];
            if (r.owner != owner::file_data || !r.extent.overlaps(range))
                continue;
            const auto file = file_range(r, r.extent.overlap_with(range));
            for (const auto& p : processes())
                if (p.inode_number == r.inode_number && p.present.overlaps(file)) {
                    tell(r.inode_number, file, users::early);
                    return success;
                }
        }
        return result::error(EBUSY);
    }

    constexpr result invalidate(mock_inode* i, byte_range file) noexcept {
        const auto outcome =
            mark(i->is_invalidated,
                 {.what = call::invalidate, .inode_number = i->number, .where = file});
        if (outcome.ok())
            unmap(i->number, file);
        return outcome;
    }
    constexpr result report_data_lost(mock_inode* i, byte_range file) noexcept {
        return mark(i->is_reported_lost,
                    {.what = call::report_data_lost, .inode_number = i->number, .where = file});
    }

    constexpr result report_media_event(role device, byte_range range) noexcept {
        return carry_out({.what = call::report_media_event, .where = range, .device = device});
    }

    /// Takes the pages of files that lie there from whoever has them present.
    constexpr result unmap_range(role device, byte_range range) noexcept {
        const auto outcome =
            carry_out({.what = call::unmap_range, .where = range, .device = device});
        if (outcome.ok() && device == role::data)
            for (const auto& r : records())
                if (r.owner == owner::file_data && r.extent.overlaps(range))
                    unmap(r.inode_number, file_range(r, r.extent.overlap_with(range)));
        return outcome;
    }

private:
    /// The records are those of the data device.
    [[nodiscard]] constexpr bool has_data(role device, std::uint64_t number) const noexcept {
        for (const auto& r : records())
            if (r.owner == owner::file_data && r.inode_number == number)
                return device == role::data;
        return false;
    }

    /// Whoever has these bytes present is told, if they are among those; their pages are then taken
    /// from all (unmap_and_kill).
    constexpr void tell(std::uint64_t number, byte_range file, users who) noexcept {
        bool is_anybody_told = false;
        for (auto& p : processes_)
            if (p.inode_number == number && p.present.overlaps(file) &&
                (who == users::every || p.kill == mce_kill::early))
                p.is_told = is_anybody_told = true;
        if (is_anybody_told)
            unmap(number, file);
    }

    /// Whoever has these bytes of a file present does no longer.
    constexpr void unmap(std::uint64_t number, byte_range file) noexcept {
        for (auto& p : processes_)
            p.is_unmapped = p.is_unmapped || (p.inode_number == number && p.present.overlaps(file));
    }

    constexpr result carry_out(const entry& e) noexcept { return note(e, faults.next(e.what)); }

    constexpr result mark(bool& is_marked, const entry& e) noexcept {
        const auto outcome = carry_out(e);
        is_marked = is_marked || outcome.ok();
        return outcome;
    }

    template <class Change>
    constexpr result change(call what, const Change& made) noexcept {
        const auto outcome = faults.next(what);
        return note({.what = what}, outcome.ok() ? made() : outcome);
    }

    mock_inode inodes_[most_inodes] = {};
    std::size_t inode_count_ = 0;
    mock_process processes_[most_processes] = {};
    std::size_t process_count_ = 0;
};

/// With a reverse mapping and reflink.
using mock_filesystem = basic_mock_filesystem<mock_features{}>;

/// Without a reverse mapping: it cannot tell who owns a range.
using mock_filesystem_without_rmap = basic_mock_filesystem<mock_features{.rmap = false}>;

/// With an external log and a realtime device.
using mock_filesystem_with_devices =
    basic_mock_filesystem<mock_features{.log = true, .realtime = true}>;

/// Without a way to freeze it.
using mock_filesystem_without_freeze = basic_mock_filesystem<mock_features{.freezing = false}>;

/// With a list of its inodes in core.
using mock_filesystem_with_listing = basic_mock_filesystem<mock_features{.listing = true}>;

/// The inodes of a populated mock filesystem, by what is special about them.
enum sample_inode : std::uint64_t {
    plain = 131,      ///< Two processes map it, one asked to be told early; shares an extent.
    sharer = 132,     ///< One process maps it; shares that extent.
    idle = 133,       ///< Not in core.
    buffered = 134,   ///< In core, in the page cache, mapped by one process.
    reclaimed = 135,  ///< About to be reclaimed: its lookup fails with -EAGAIN.
    fragmented = 136, ///< In core, mapped by nobody; has an attribute fork and a bmbt.
};

/// The block size of a populated mock filesystem, in bytes.
inline constexpr std::uint64_t sample_block = 4096;

/// Where something lies in a populated mock filesystem: this many blocks from this block.
[[nodiscard]] constexpr byte_range blocks(std::uint64_t first, std::uint64_t count) noexcept {
    return {first * sample_block, count * sample_block};
}

/// A filesystem with one of everything. Block 0 is a header, and so on in the order of the records:
///
/// | blocks | owner                        |
/// |--------|------------------------------|
/// | 0-3    | metadata                     |
/// | 8-11   | data of `plain` and `sharer` |
/// | 12-13  | data of `plain`              |
/// | 16-17  | data of `idle`               |
/// | 20-21  | data of `buffered`           |
/// | 24-25  | data of `reclaimed`          |
/// | 28     | attribute fork of `fragmented` |
/// | 29     | bmbt of `fragmented`         |
/// | 30-31  | data of `fragmented`         |
/// | 40-43  | copy-on-write staging        |
/// | 48-63  | log                          |
///
/// All other blocks are free.
template <class Mock = mock_filesystem>
[[nodiscard]] constexpr Mock populated() {
    Mock fs;
    fs.add(mock_inode{.number = plain});
    fs.add(mock_inode{.number = sharer});
    fs.add(mock_inode{.number = idle, .state = inode::not_in_core});
    fs.add(mock_inode{.number = buffered, .access = mapping::buffered});
    fs.add(mock_inode{.number = reclaimed, .state = inode::lookup_failed});
    fs.add(mock_inode{.number = fragmented});
    fs.add_mappers(plain, 2, 1);
    fs.add_mappers(sharer, 1, 1);
    fs.add_mappers(buffered, 1, 0);
    const auto add = [&fs](std::uint64_t first, std::uint64_t count, owner who,
                           std::uint64_t number = 0, std::uint64_t file_block = 0,
                           sharing shared = sharing::sole) {
        fs.add(rmap_record{blocks(first, count), who, number, file_block * sample_block, shared});
    };
    add(0, 4, owner::metadata);
    add(8, 4, owner::file_data, plain, 0, sharing::shared);
    add(8, 4, owner::file_data, sharer, 100, sharing::shared);
    add(12, 2, owner::file_data, plain, 4);
    add(16, 2, owner::file_data, idle);
    add(20, 2, owner::file_data, buffered);
    add(24, 2, owner::file_data, reclaimed);
    add(28, 1, owner::attribute_fork, fragmented);
    add(29, 1, owner::bmbt, fragmented);
    add(30, 2, owner::file_data, fragmented);
    add(40, 4, owner::cow_staging);
    add(48, 16, owner::log);
    return fs;
}

} // namespace daxhold::testing
