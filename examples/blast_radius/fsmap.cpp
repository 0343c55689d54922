// SPDX-License-Identifier: BSL-1.0
#include "fsmap.hpp"

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <new>
#include <string>

#include <sys/ioctl.h>

#include "problem.hpp"
#include "proc_file.hpp"

namespace blast_radius {
namespace {

template <class Int>
constexpr Int all_ones = std::numeric_limits<Int>::max();

} // namespace

std::string_view describe(owner_kind kind) noexcept {
    switch (kind) {
    case owner_kind::free_space:
        return "free space";
    case owner_kind::inode_data:
        return "file data";
    case owner_kind::attribute_fork:
        return "extended attributes";
    case owner_kind::extent_map:
        return "extent map";
    case owner_kind::log:
        return "log";
    case owner_kind::static_metadata:
        return "static metadata";
    case owner_kind::group_metadata:
        return "allocation group metadata";
    case owner_kind::inode_chunk:
        return "inodes";
    case owner_kind::inode_btree:
        return "inode btree";
    case owner_kind::refcount_btree:
        return "refcount btree";
    case owner_kind::cow_staging:
        return "copy-on-write staging";
    case owner_kind::group_descriptors:
        return "group descriptors";
    case owner_kind::allocation_bitmap:
        return "allocation bitmaps";
    case owner_kind::other_metadata:
        return "metadata";
    case owner_kind::defective:
        return "bad blocks";
    case owner_kind::unknown:
        return "unknown owner";
    }
    return "unknown owner";
}

owner_knowledge owners_of(const mount& from) {
    if (!from.geometry())
        return owner_knowledge::never_told;
    if (!from.geometry()->reverse_mapping)
        return owner_knowledge::no_reverse_mapping;
    const auto status = read_whole_file("/proc/self/status");
    return status && has_sys_admin(*status) ? owner_knowledge::known
                                            : owner_knowledge::no_privilege;
}

bool has_sys_admin(std::string_view status) {
    constexpr std::string_view key = "\nCapEff:\t";
    constexpr unsigned cap_sys_admin = 21; // linux/capability.h
    const auto at = status.find(key);
    if (at == std::string_view::npos)
        return false;
    std::uint64_t effective = 0;
    std::from_chars(status.data() + at + key.size(), status.data() + status.size(), effective, 16);
    return (effective >> cap_sys_admin & 1U) != 0;
}

fsmap_reader::fsmap_reader(const mount& from, std::uint32_t batch)
    : from_{&from}, capacity_{batch < 1 ? 1 : batch} {
    end_ = from.device_size().value_or(0);
    if (const auto& geometry = from.geometry(); geometry) {
        end_ = geometry->size();
        realtime_offset_ = geometry->realtime_start * geometry->block_size;
        if (realtime_offset_ != 0)
            end_ = realtime_offset_ + geometry->realtime_blocks * geometry->block_size;
    }
    // The kernel's structure ends in an array of no declared length: there is no type to `new`.
    // Zeroed, since it insists on that for what is reserved.
    head_.reset(static_cast<fsmap_head*>(std::calloc(1, fsmap_sizeof(capacity_))));
    if (!head_)
        throw std::bad_alloc{};
}

void fsmap_reader::free_memory::operator()(fsmap_head* head) const noexcept { std::free(head); }

std::uint32_t fsmap_reader::cookie_of(fsmap_device device) const {
    // XFS with the realtime section on the data device numbers its devices, since a dev_t could not
    // tell them apart: enum xfs_device in fs/xfs/libxfs/xfs_fs.h, Linux 6.15.
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

void fsmap_reader::start(std::uint32_t cookie, daxhold::byte_range range) {
    auto& low = head_->fmh_keys[0];
    auto& high = head_->fmh_keys[1];
    low = {};
    high = {};
    low.fmr_device = cookie;
    low.fmr_physical = range.offset();
    // Without the device in the high key too, the kernel takes its physical bound for no bound.
    high.fmr_device = cookie;
    high.fmr_physical = range.is_whole_device() ? all_ones<std::uint64_t> : range.end() - 1;
    high.fmr_owner = all_ones<std::uint64_t>;
    high.fmr_offset = all_ones<std::uint64_t>;
    high.fmr_flags = all_ones<std::uint32_t>;
    finished_ = false;
}

std::span<const fsmap> fsmap_reader::next() {
    if (finished_)
        return {};
    head_->fmh_iflags = 0;
    head_->fmh_oflags = 0;
    head_->fmh_count = capacity_;
    head_->fmh_entries = 0;
    while (::ioctl(from_->file_descriptor(), FS_IOC_GETFSMAP, head_.get()) != 0) {
        const int reason = errno;
        switch (reason) {
        case EINTR:
            continue;
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
    const auto entries = head_->fmh_entries;
    if (entries == 0) {
        finished_ = true;
        return {};
    }
    const auto& last = head_->fmh_recs[entries - 1];
    finished_ = (last.fmr_flags & FMR_OF_LAST) != 0;
    // A kernel that ends where it ended the last time would do so for ever.
    if (!finished_ && std::memcmp(&last, &head_->fmh_keys[0], sizeof last) == 0)
        throw system_problem("get ahead in the reverse mapping of '" + from_->path() + '\'', ELOOP);
    fsmap_advance(head_.get());
    return {head_->fmh_recs, entries};
}

} // namespace blast_radius
