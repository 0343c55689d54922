// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/event/byte_range.hpp"
#include "daxhold/linux/file.hpp"
#include "daxhold/linux/fsmap_record.hpp"
#include "daxhold/linux/mount.hpp"
#include "daxhold/linux/problem.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include <linux/fsmap.h>
#include <sys/types.h>

namespace daxhold::on_linux {

namespace detail {

/// Tells records as they come, in the order of their start, and what is left out between them.
template <class Tell>
struct gapless {
    const Tell& tell;
    std::uint32_t device;
    std::uint64_t covered; ///< Up to where everything was told.
    /// Whether the kernel names every owner, so that what it leaves out has none.
    bool has_every_owner;

    /// Tells what was left out before `until`. Returns whether more is wanted.
    [[nodiscard]] constexpr bool reach(std::uint64_t until) const {
        if (until <= covered)
            return true;
        auto gap = unreported_record(device, covered, until);
        if (has_every_owner) {
            gap.kind = owner_kind::free_space;
            gap.owner = special_owner::free_space;
        }
        return tell(gap);
    }

    constexpr bool add(const fsmap_record& record) {
        if (!reach(record.physical.offset()) || !tell(record))
            return false;
        if (covered < record.physical.end())
            covered = record.physical.end();
        return true;
    }
};
template <class Tell>
gapless(const Tell&, std::uint32_t, std::uint64_t, bool) -> gapless<Tell>;

} // namespace detail

/// Whether the reverse mapping of a mount names owners to this process, and if not, why not.
enum class owner_knowledge : std::uint8_t {
    known,              ///< It does.
    no_reverse_mapping, ///< XFS made without rmapbt=1.
    no_privilege,       ///< CAP_SYS_ADMIN is missing, in the initial user namespace.
    never_told,         ///< ext4, and any other filesystem: only metadata is named.
};

/// Whether the text of /proc/self/status says that CAP_SYS_ADMIN is in effect.
[[nodiscard]] inline bool has_sys_admin(std::string_view status) {
    constexpr std::string_view key = "\nCapEff:\t";
    constexpr unsigned cap_sys_admin = 21; // linux/capability.h
    const auto at = status.find(key);
    if (at == std::string_view::npos)
        return false;
    auto rest = status.substr(at + key.size());
    const auto effective = whole_number<std::uint64_t>(take_word(rest, '\n'), 16);
    return effective && (*effective >> cap_sys_admin & 1U) != 0;
}

/// What to expect of the records of `from`.
[[nodiscard]] inline owner_knowledge owners_of(const mounted_filesystem& from) {
    if (!from.geometry())
        return owner_knowledge::never_told;
    if (!from.geometry()->reverse_mapping)
        return owner_knowledge::no_reverse_mapping;
    const auto status = read_whole_file("/proc/self/status");
    return status && has_sys_admin(*status) ? owner_knowledge::known
                                            : owner_knowledge::no_privilege;
}

/// Which of a filesystem's devices is asked about.
enum class fsmap_device : std::uint32_t { data = 1, log = 2, realtime = 3 };

/// Reads the reverse mapping of a mounted filesystem with FS_IOC_GETFSMAP (ioctl_getfsmap(2)).
///
/// Owners are known on XFS with rmapbt=1 and to callers with CAP_SYS_ADMIN. Everybody else gets
/// records of kind `unknown` and `free_space`. ext4 never names inodes: what is not its metadata is
/// unknown there.
class fsmap_reader {
public:
    /// Records that are asked for at a time, at most; 64 bytes each.
    static constexpr std::uint32_t default_batch = 1U << 16;

    /// Of a mount. Preconditions: `from` outlives the reader, and `batch` is at least 1.
    explicit fsmap_reader(const mounted_filesystem& from, std::uint32_t batch = default_batch)
        : from_{&from}, capacity_{batch < 1 ? 1 : batch}, has_every_owner_{owners_of(from) ==
                                                                           owner_knowledge::known} {
        end_ = from.filesystem_end().value_or(from.device_size().value_or(0));
        if (const auto& geometry = from.geometry())
            realtime_offset_ = geometry->realtime_start * geometry->block_size;
        // The kernel's structure ends in an array of no declared length: there is no type to `new`.
        // Zeroed, since it insists on that for what is reserved.
        // NOLINTNEXTLINE(cppcoreguidelines-no-malloc,cppcoreguidelines-owning-memory)
        head_.reset(static_cast<fsmap_head*>(std::calloc(1, fsmap_sizeof(capacity_))));
        if (!head_)
            throw std::bad_alloc{};
    }

    /// Calls `visitor(const fsmap_record&)` for each record that overlaps `range`, in ascending
    /// order of their start, shared extents once for each owner. A visitor that returns a bool ends
    /// the walk with false.
    ///
    /// Records are not clipped, so that the first may start before the range and the last end
    /// after it; only free space is, by the kernel. No part of the filesystem is without a record:
    /// what the kernel leaves out between two others, or up to the end of the filesystem on its
    /// data device, comes as one that is not `reported`. Where every owner is told (XFS with
    /// rmapbt=1) that is free space: Linux 6.1 was seen to leave out its last blocks. Elsewhere its
    /// kind is `unknown`: Linux 6.18 was seen to leave out blocks of files on ext4. What lies after
    /// the end of the filesystem has no record.
    ///
    /// The whole filesystem is read with `byte_range::whole_device()`. It is read in batches,
    /// between which it may change.
    ///
    /// Throws `problem`: no_reverse_mapping, no_permission, shut_down, unmounted (looked for at the
    /// end too, so that a walk to the end was whole), bad_range if the filesystem has no such
    /// device, system_error; and whatever the visitor throws.
    template <class Visitor>
    void for_each(byte_range range, Visitor&& visitor, fsmap_device device = fsmap_device::data) {
        if (range.empty())
            return;
        // A realtime section after the data on the same device is a device of its own to the
        // kernel, though its addresses go on.
        const auto split = device == fsmap_device::data ? realtime_offset_ : 0;
        const auto end = device == fsmap_device::data ? end_ : 0;
        if (split == 0)
            walk(cookie_of(device), range, end, visitor);
        else if (walk(cookie_of(device), range.below(split), split, visitor))
            walk(cookie_of(fsmap_device::realtime), range.from(split), end, visitor);
    }

    /// How many owners' records may have been left out by the kernel so far: places where an answer
    /// ended in an extent that so many share that the next one could not be asked for all of them.
    [[nodiscard]] std::uint64_t places_of_lost_owners() const noexcept { return lost_; }

private:
    struct free_memory {
        // NOLINTNEXTLINE(cppcoreguidelines-no-malloc,cppcoreguidelines-owning-memory)
        void operator()(fsmap_head* head) const noexcept { std::free(head); }
    };

    /// `end`: how far the filesystem reaches on the device; 0 where that is not known.
    template <class Visitor>
    bool walk(std::uint32_t cookie, byte_range range, std::uint64_t end, Visitor& visitor) {
        if (range.empty())
            return true;
        const auto tell = [&visitor](const fsmap_record& record) {
            if constexpr (std::is_same_v<decltype(visitor(record)), bool>) {
                return visitor(record);
            } else {
                visitor(record);
                return true;
            }
        };
        detail::gapless told{tell, cookie, range.offset(), has_every_owner_};
        start(cookie, asked_for(range));
        for (auto batch = next(); !batch.empty(); batch = next()) {
            for (const fsmap& raw : batch) {
                const auto record = record_of(raw);
                if (record.physical.offset() >= range.end())
                    break;
                if (record.physical.end() > range.offset() && !told.add(record))
                    return false;
            }
        }
        from_->require_still_there();
        return told.reach(range.end() < end ? range.end() : end);
    }

    /// What the kernel is asked for, to know the owners of a range. ext4 answers otherwise for a
    /// part that begins in the middle of metadata (unknown, before Linux 6.18), or ends there (with
    /// bigalloc): it is asked for whole groups, and the one before.
    [[nodiscard]] byte_range asked_for(byte_range range) const {
        const auto group = from_->geometry() ? 0 : from_->group_size();
        if (group == 0 || range.is_whole_device())
            return range;
        const auto first = range.offset() / group;
        const byte_range last{(range.end() - 1) / group * group, group};
        return byte_range::between((first == 0 ? 0 : first - 1) * group, last.end());
    }

    /// The number that the kernel knows the device by; throws if there is no such device.
    [[nodiscard]] std::uint32_t cookie_of(fsmap_device device) const {
        // XFS with the realtime section on the data device numbers its devices, since a dev_t could
        // not tell them apart: enum xfs_device in fs/xfs/libxfs/xfs_fs.h, Linux 6.15.
        if (realtime_offset_ != 0)
            return static_cast<std::uint32_t>(device);
        const auto named = device == fsmap_device::data  ? std::optional<dev_t>{from_->device()}
                           : device == fsmap_device::log ? from_->log_device()
                                                         : from_->realtime_device();
        if (!named)
            throw problem{problem_kind::bad_range,
                          "the filesystem at '" + from_->path() + "' has no " +
                              (device == fsmap_device::log ? "external log" : "realtime device"),
                          "ask about its data device"};
        // For 12 bits of major and 20 of minor number, all that the kernel has, the lower half of
        // glibc's dev_t is the kernel's encoding.
        return static_cast<std::uint32_t>(*named);
    }

    /// As many as Linux copies at once (128 KiB). Where it does, 6.18 loses owners of a shared
    /// extent: what comes then is asked for again.
    static constexpr std::uint32_t kernels_batch = 1U << 11;

    void start(std::uint32_t cookie, byte_range range) {
        auto& low = head_->fmh_keys[0];
        auto& high = head_->fmh_keys[1];
        low = {};
        high = {};
        low.fmr_device = cookie;
        low.fmr_physical = range.offset();
        // Without the device in the high key too, the kernel takes its physical bound for no bound.
        high.fmr_device = cookie;
        high.fmr_physical =
            range.is_whole_device() ? std::numeric_limits<std::uint64_t>::max() : range.end() - 1;
        high.fmr_owner = std::numeric_limits<std::uint64_t>::max();
        high.fmr_offset = std::numeric_limits<std::uint64_t>::max();
        high.fmr_flags = std::numeric_limits<std::uint32_t>::max();
        last_ = {};
        wanted_ = std::min(capacity_, kernels_batch);
        finished_ = false;
    }

    /// The order in which the kernel tells records.
    [[nodiscard]] static bool comes_after(const fsmap& one, const fsmap& other) noexcept {
        if (one.fmr_physical != other.fmr_physical)
            return one.fmr_physical > other.fmr_physical;
        if (one.fmr_owner != other.fmr_owner)
            return one.fmr_owner > other.fmr_owner;
        return one.fmr_offset > other.fmr_offset;
    }

    /// Whether owners can be lost where an answer of the kernel ends in this record.
    [[nodiscard]] bool is_lossy_after(const fsmap& record) const noexcept {
        return (record.fmr_flags & FMR_OF_SHARED) != 0 &&
               (record.fmr_flags & (FMR_OF_SPECIAL_OWNER | FMR_OF_ATTR_FORK | FMR_OF_EXTENT_MAP)) ==
                   0 &&
               from_->geometry().has_value();
    }

    /// What of an answer can be trusted: all of it, or up to where the kernel may have lost some,
    /// which it may also take for the end. The next one is asked for as many as that, or for twice
    /// as many.
    [[nodiscard]] std::span<const fsmap> trusted(std::span<const fsmap> told) noexcept {
        is_cut_ = true;
        for (std::size_t end = kernels_batch; end <= told.size() && end < wanted_;
             end += kernels_batch)
            if (is_lossy_after(told[end - 1])) {
                wanted_ = std::min(capacity_, kernels_batch);
                return told.first(end);
            }
        is_cut_ = false;
        wanted_ = wanted_ < capacity_ / 2 ? wanted_ * 2 : capacity_;
        return told;
    }

    /// Sets the low key for what comes after `last_`. Linux 6.18 (xfs_getfsmap_frec_before_start)
    /// leaves out what else of the same file lies at the same place, if its own key is used: with
    /// the key as a question of its own it does not, and tells again what overlaps it.
    void continue_after_last() {
        auto& low = head_->fmh_keys[0];
        low = last_;
        is_asked_anew_ = is_lossy_after(last_);
        if (is_asked_anew_) {
            low.fmr_offset += low.fmr_length;
            low.fmr_length = 0;
            low.fmr_flags = 0;
        }
    }

    /// Asks the kernel; how many records it told.
    std::uint32_t ask() {
        head_->fmh_iflags = 0;
        head_->fmh_oflags = 0;
        head_->fmh_count = wanted_;
        head_->fmh_entries = 0;
        const int reason = control(from_->file_descriptor(), FS_IOC_GETFSMAP, head_.get());
        switch (reason) {
        case 0:
            return head_->fmh_entries;
        case ENOTTY:
        case EOPNOTSUPP:
            throw problem{problem_kind::no_reverse_mapping,
                          "the filesystem at '" + from_->path() + "' (" + from_->entry().type +
                              ") cannot be asked who owns its blocks (no FS_IOC_GETFSMAP)",
                          "use XFS, made with -m rmapbt=1 to have owners, or ext4"};
        case EPERM:
        case EACCES:
            throw problem{problem_kind::no_permission,
                          "no permission to ask '" + from_->path() + "' who owns its blocks",
                          "run it as root"};
        case EIO:
            throw gone_problem(mount_state::shut_down, from_->path());
        default:
            throw system_problem("read the reverse mapping of '" + from_->path() + '\'', reason);
        }
    }

    /// The next records, valid until the next call; none at the end.
    [[nodiscard]] std::span<const fsmap> next() {
        while (!finished_) {
            const auto entries = ask();
            if (entries == 0)
                break;
            auto told = trusted({head_->fmh_recs, entries});
            const auto end = told.back();
            const bool is_end = !is_cut_ && (end.fmr_flags & FMR_OF_LAST) != 0;
            if (is_asked_anew_) {
                while (!told.empty() && !comes_after(told.front(), last_))
                    told = told.subspan(1);
                if (told.empty() && !is_end) {
                    // As many overlap it as can be told at once: on as the kernel would.
                    ++lost_;
                    is_asked_anew_ = false;
                    head_->fmh_keys[0] = last_;
                    continue;
                }
            } else if (!is_end && std::memcmp(&end, &last_, sizeof end) == 0) {
                // A kernel that ends where it ended the last time would do so for ever.
                throw system_problem("get ahead in the reverse mapping of '" + from_->path() + '\'',
                                     ELOOP);
            }
            finished_ = is_end;
            last_ = end;
            continue_after_last();
            if (!told.empty())
                return told;
        }
        finished_ = true;
        return {};
    }

    const mounted_filesystem* from_;
    std::uint32_t capacity_;
    std::uint32_t wanted_ = 1; ///< Of those, for the next answer.
    bool has_every_owner_;
    std::uint64_t end_ = 0;             ///< Of the filesystem on its data device.
    std::uint64_t realtime_offset_ = 0; ///< Of a realtime section on it; 0 if there is none.
    std::unique_ptr<fsmap_head, free_memory> head_;
    fsmap last_{}; ///< The last record that was told.
    std::uint64_t lost_ = 0;
    bool is_asked_anew_ = false;
    bool is_cut_ = false;
    bool finished_ = true;
};

} // namespace daxhold::on_linux
