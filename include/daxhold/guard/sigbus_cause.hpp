// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/event/async_signal_safe.hpp"
#include "daxhold/event/byte_range.hpp"
#include "daxhold/event/poison_ledger.hpp"
#include "daxhold/tables/decide.hpp"
#include "daxhold/tables/law.hpp"

#include <boost/hana/type.hpp>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

/// \file
/// What a SIGBUS in a mapped file was about: the facts, a table over them, and who answers them on
/// Linux. The signal itself says little: most causes have the same code, BUS_ADRERR, and so have
/// poisoned pages on a kernel without CONFIG_MEMORY_FAILURE. What can be told apart is told from
/// the file, looked at after the signal; the rest is not known, and said to be.

namespace daxhold {

/// What the signal says (si_code, sigaction(2)).
enum class signal_code : std::uint8_t {
    no_memory_there,   ///< BUS_ADRERR: nothing could be put at the address.
    memory_failed,     ///< BUS_MCEERR_AR: the page is poisoned, and was touched.
    memory_is_failing, ///< BUS_MCEERR_AO: the page is poisoned; nobody touched it (PR_MCE_KILL).
    other,             ///< Sent by a process (kill(2)), a misaligned access (BUS_ADRALN), or else.
};

/// Where the address lies (si_addr).
enum class fault_address : std::uint8_t {
    in_the_file,   ///< In a page of a guarded region that the file has.
    after_its_end, ///< In a page of a guarded region that the file, as it is now, does not reach.
    outside,       ///< In no guarded region.
    not_known,     ///< In a guarded region, and the file does not tell its size.
};

/// What the file says when it is asked for its attributes (fstat(2)).
enum class file_state : std::uint8_t {
    there,     ///< It answers.
    gone,      ///< EIO, ENXIO, ENODEV, ENOTCONN, ESTALE: its filesystem or device gives no access.
    not_known, ///< It answers with something else.
};

/// What the program has recorded of the page, in a ledger of its own.
enum class recorded : std::uint8_t {
    no,      ///< Nothing, or there is no ledger.
    yes,     ///< That it is poisoned.
    perhaps, ///< Likewise, but the ledger was full and calls good bytes poisoned too.
};

/// What the page table has at the address (/proc/self/pagemap). A poisoned page is `other`.
enum class page_entry : std::uint8_t {
    absent,    ///< Nothing.
    present,   ///< A page.
    other,     ///< An entry that is no page: poison, or one of several things beside.
    not_known, ///< It cannot be read.
};

/// What the file has for the page (lseek(2), SEEK_DATA).
enum class page_storage : std::uint8_t { allocated, hole, not_known };

/// Whether the filesystem has room for one more page (statvfs(3)).
enum class free_space : std::uint8_t {
    left,      ///< For 64 and more.
    little,    ///< For less: one on a disk needs some for its own maps, and may call that full.
    none,      ///< Not for one.
    not_known, ///< It does not count them.
};

/// Where the filesystem keeps its files (statfs(2), f_type).
enum class backing : std::uint8_t {
    memory,    ///< tmpfs, ramfs, hugetlbfs: a fault in a hole takes a page, and needs nothing else.
    disk,      ///< ext4, XFS, btrfs, f2fs: quotas and the device itself can refuse, too.
    not_known, ///< A server (FUSE, NFS), whose errors all look alike, or anything else.
};

/// What a SIGBUS was about.
enum class sigbus_reason : std::uint8_t {
    truncated, ///< The file is shorter than the mapping.
    no_space,  ///< The page had to be allocated, and there was no room.
    poisoned,  ///< The memory of the page has failed; what was in it is lost.
    gone,      ///< The filesystem or its device gives no access any more.
    not_ours,  ///< No fault in a guarded region.
    not_known, ///< A fault in a guarded region that cannot be told from others.
};

/// How it is known.
enum class confidence : std::uint8_t {
    told,     ///< The signal says so.
    recorded, ///< The program's ledger says so.
    seen,     ///< The file was so when it was looked at, right after the signal.
    likely,   ///< Likewise, and something else cannot be excluded.
    none,     ///< It is not.
};

/// `what` a SIGBUS was about, and `how` that is known.
struct sigbus_cause {
    sigbus_reason what = sigbus_reason::not_known;
    confidence how = confidence::none;

    [[nodiscard]] friend constexpr bool operator==(sigbus_cause, sigbus_cause) noexcept = default;
};

/// For people; each ends without a full stop.
[[nodiscard]] constexpr const char* describe(sigbus_reason what) noexcept {
    switch (what) {
    case sigbus_reason::truncated:
        return "the file is shorter than the mapping";
    case sigbus_reason::no_space:
        return "the filesystem is full";
    case sigbus_reason::poisoned:
        return "the memory of the page has failed";
    case sigbus_reason::gone:
        return "the filesystem or its device is gone";
    case sigbus_reason::not_ours:
        return "it is no fault in a guarded region";
    case sigbus_reason::not_known:
        break;
    }
    return "it is not known what failed";
}
[[nodiscard]] constexpr const char* describe(confidence how) noexcept {
    switch (how) {
    case confidence::told:
        return "the signal says so";
    case confidence::recorded:
        return "it was recorded before";
    case confidence::seen:
        return "so it was when the file was looked at";
    case confidence::likely:
        return "something else cannot be excluded";
    case confidence::none:
        break;
    }
    return "nothing tells it from other faults";
}

namespace detail {

struct sigbus_words {
    using enum sigbus_reason;

    // clang-format off
    static constexpr auto table = tables::table(
        tables::when(fault_address::outside) >> sigbus_cause{not_ours, confidence::told},
        tables::when(signal_code::other)     >> sigbus_cause{not_ours, confidence::told},
        tables::when(tables::any_of(signal_code::memory_failed, signal_code::memory_is_failing))
            >> sigbus_cause{poisoned, confidence::told},
        tables::when(file_state::gone)             >> sigbus_cause{gone, confidence::seen},
        tables::when(fault_address::after_its_end) >> sigbus_cause{truncated, confidence::seen},
        tables::when(daxhold::recorded::yes)     >> sigbus_cause{poisoned, confidence::recorded},
        tables::when(daxhold::recorded::perhaps) >> sigbus_cause{poisoned, confidence::likely},
        // without CONFIG_MEMORY_FAILURE this may be poison, which says nothing of space
        tables::when(tables::any_of(page_entry::other, page_entry::not_known))
            >> sigbus_cause{not_known, confidence::none},
        tables::when(page_storage::hole, free_space::none, backing::memory)
            >> sigbus_cause{no_space, confidence::seen},
        tables::when(page_storage::hole, tables::any_of(free_space::little, free_space::none), backing::disk)
            >> sigbus_cause{no_space, confidence::likely},
        tables::otherwise >> sigbus_cause{not_known, confidence::none});
    // clang-format on
};

} // namespace detail

/// What is made of a SIGBUS where a program has no table of its own.
inline constexpr auto sigbus_causes = detail::sigbus_words::table;
static_assert(tables::proven<sigbus_causes>);

/// A law for every such table (`where`, `allows`: tables/law.hpp): what may be poison is never said
/// to be a want of space.
struct poison_is_no_want_of_space {
    static constexpr auto where =
        tables::when(tables::any_of(page_entry::other, page_entry::not_known));
    static constexpr bool allows(sigbus_cause cause) {
        return cause.what != sigbus_reason::no_space;
    }
};
static_assert(tables::obeys<poison_is_no_want_of_space, sigbus_causes>);

/// A law for every such table (`where`, `allows`: tables/law.hpp): a fault outside of the guarded
/// regions is somebody else's.
struct what_is_outside_is_not_ours {
    static constexpr auto where = tables::when(fault_address::outside);
    static constexpr bool allows(sigbus_cause cause) {
        return cause.what == sigbus_reason::not_ours;
    }
};
static_assert(tables::obeys<what_is_outside_is_not_ours, sigbus_causes>);

/// A part of a file that is mapped, and what is known of it.
struct guarded_region {
    std::uintptr_t address = 0;    ///< Where it begins; a page.
    std::size_t bytes = 0;         ///< 0: there is none.
    std::uint64_t file_offset = 0; ///< Of its first byte in the file.
    int file = -1;                 ///< A description of its own, whose position nobody uses.
    const void* ledger = nullptr;  ///< What `look` gets; null where there is none.
    recorded (*look)(const void*, byte_range) noexcept = nullptr; ///< Of bytes of the file.

    /// Whether an address lies in it.
    [[nodiscard]] bool contains(std::uintptr_t at) const noexcept { return at - address < bytes; }

    /// The page of the file at an address that lies in it.
    [[nodiscard]] byte_range page_at(std::uintptr_t at) const noexcept {
        const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
        return {file_offset + (at - address) / page * page, page};
    }
};

/// The code of a signal, as a fact.
[[nodiscard]] constexpr signal_code code_of(int si_code) noexcept {
    switch (si_code) {
    case BUS_ADRERR:
        return signal_code::no_memory_there;
    case BUS_MCEERR_AR:
        return signal_code::memory_failed;
    case BUS_MCEERR_AO:
        return signal_code::memory_is_failing;
    default:
        return signal_code::other;
    }
}

/// Answers the facts of a SIGBUS on Linux: `operator()` gets the type of a fact. It calls the
/// system, and is for after the signal handler, not for inside of it.
class sigbus_source {
public:
    /// `region` is the one that `address` (si_addr) lies in; null for none. Both stay as they are
    /// while questions are answered.
    sigbus_source(signal_code code, std::uintptr_t address, const guarded_region* region) noexcept
        : code_{code}, address_{address}, region_{region} {
        if (region_ == nullptr)
            return;
        page_ = region_->page_at(address_);
        struct stat status {};
        error_ = ::fstat(region_->file, &status) == 0 ? 0 : errno;
        size_ = static_cast<std::uint64_t>(status.st_size);
    }

    /// The facts, each by its type.
    [[nodiscard]] signal_code operator()(boost::hana::type<signal_code> /*asked*/) const noexcept {
        return code_;
    }
    [[nodiscard]] fault_address
    operator()(boost::hana::type<fault_address> /*asked*/) const noexcept {
        return region_ == nullptr       ? fault_address::outside
               : error_ != 0            ? fault_address::not_known
               : page_.offset() < size_ ? fault_address::in_the_file
                                        : fault_address::after_its_end;
    }
    [[nodiscard]] file_state operator()(boost::hana::type<file_state> /*asked*/) const noexcept {
        switch (error_) {
        case 0:
            return region_ == nullptr ? file_state::not_known : file_state::there;
        case EIO:
        case ENXIO:
        case ENODEV:
        case ENOTCONN:
        case ESTALE:
            return file_state::gone;
        default:
            return file_state::not_known;
        }
    }
    [[nodiscard]] recorded operator()(boost::hana::type<recorded> /*asked*/) const noexcept {
        return region_ == nullptr || region_->ledger == nullptr
                   ? recorded::no
                   : region_->look(region_->ledger, page_);
    }
    [[nodiscard]] page_entry operator()(boost::hana::type<page_entry> /*asked*/) const noexcept {
        constexpr std::uint64_t is_present = std::uint64_t{1} << 63U;
        std::uint64_t entry = 0;
        const int table = ::open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC); // NOLINT
        const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
        const auto got = table < 0 ? -1
                                   : ::pread(table, &entry, sizeof entry,
                                             static_cast<off_t>(address_ / page * sizeof entry));
        if (table >= 0)
            ::close(table);
        // Bit 55 is of dirtiness, and may be left where nothing is (pagemap.rst).
        constexpr std::uint64_t is_soft_dirty = std::uint64_t{1} << 55U;
        return got != sizeof entry             ? page_entry::not_known
               : (entry & is_present) != 0     ? page_entry::present
               : (entry & ~is_soft_dirty) == 0 ? page_entry::absent
                                               : page_entry::other;
    }
    [[nodiscard]] page_storage
    operator()(boost::hana::type<page_storage> /*asked*/) const noexcept {
        if (region_ == nullptr)
            return page_storage::not_known;
        const auto wanted = static_cast<off_t>(page_.offset());
        const auto data = ::lseek(region_->file, wanted, SEEK_DATA);
        if (data < 0)
            return errno == ENXIO ? page_storage::hole : page_storage::not_known;
        return static_cast<std::uint64_t>(data) < page_.end() ? page_storage::allocated
                                                              : page_storage::hole;
    }
    [[nodiscard]] free_space operator()(boost::hana::type<free_space> /*asked*/) const noexcept {
        struct statvfs status {};
        // No blocks at all: it does not count them.
        if (region_ == nullptr || ::fstatvfs(region_->file, &status) != 0 || status.f_blocks == 0)
            return free_space::not_known;
        const auto blocks = ::geteuid() == 0 ? status.f_bfree : status.f_bavail;
        const auto pages = std::uint64_t{blocks} * status.f_frsize / page_.length();
        return pages == 0 ? free_space::none : pages < 64 ? free_space::little : free_space::left;
    }
    [[nodiscard]] backing operator()(boost::hana::type<backing> /*asked*/) const noexcept {
        struct statfs status {};
        if (region_ == nullptr || ::fstatfs(region_->file, &status) != 0)
            return backing::not_known;
        switch (static_cast<std::uint32_t>(status.f_type)) {
        case TMPFS_MAGIC:
        case RAMFS_MAGIC:
        case HUGETLBFS_MAGIC:
            return backing::memory;
        case EXT4_SUPER_MAGIC:
        case XFS_SUPER_MAGIC:
        case BTRFS_SUPER_MAGIC:
        case F2FS_SUPER_MAGIC:
            return backing::disk;
        default:
            return backing::not_known;
        }
    }

private:
    signal_code code_;
    std::uintptr_t address_;
    const guarded_region* region_;
    byte_range page_{};
    int error_ = 0;
    std::uint64_t size_ = 0;
};

} // namespace daxhold
