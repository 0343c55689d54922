// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "problem.hpp"
#include "proc_file.hpp"

namespace blast_radius {

/// One line of /proc/self/mountinfo (proc(5)), its octal escapes undone except in the options,
/// where a comma may be escaped: `option` undoes those.
struct mount_entry {
    int id = 0;
    int parent = 0;
    unsigned device_major = 0;
    unsigned device_minor = 0;
    std::string root;        ///< The directory of the filesystem that is mounted here; "/" mostly.
    std::string mount_point; ///< Where, as this process sees it.
    std::string mount_options; ///< Of the mount: ro, noatime, ...
    std::string type;          ///< xfs, ext4, ...
    std::string source;        ///< What was mounted, /dev/pmem0.
    std::string super_options; ///< Of the filesystem: dax=always, logdev=...

    friend bool operator==(const mount_entry&, const mount_entry&) = default;
};

/// One line, without its line feed; nothing if it is not of the form.
[[nodiscard]] std::optional<mount_entry> parse_mountinfo_line(std::string_view line);

/// All lines that are of the form.
[[nodiscard]] std::vector<mount_entry> parse_mountinfo(std::string_view text);

/// Undoes \ooo (three octal digits), as the kernel escapes white space, '\' and others there.
[[nodiscard]] std::string undo_octal_escapes(std::string_view text);

/// The value of an option in a list with commas: "dax=always" gives "always" for "dax", and a plain
/// "dax" gives "". Nothing if it is not there. The last one counts.
[[nodiscard]] std::optional<std::string> option(std::string_view options, std::string_view name);

/// Whether files of a mount are mapped straight to the device, which is the only case in which a
/// memory failure of the device reaches the filesystem at all.
enum class dax_use : std::uint8_t {
    none,       ///< dax=never, or the device cannot.
    some_files, ///< dax=inode (the default): those with STATX_ATTR_DAX, for the caller to ask.
    all_files,  ///< dax or dax=always.
    unknown,    ///< The kernel does not say whether the device can.
};

/// Decided by the options of the filesystem and by what /sys says of the device
/// (`device_can_dax`; nothing if it says nothing). XFS and ext4 use the same words; XFS turns
/// dax=always off where the device cannot, and ext4 does not mount then.
[[nodiscard]] dax_use dax_use_of(std::string_view super_options,
                                 std::optional<bool> device_can_dax);

/// What XFS_IOC_FSGEOMETRY tells (ioctl_xfs_fsgeometry(2)), as far as it matters here.
struct xfs_geometry {
    std::uint32_t block_size = 0;        ///< Bytes.
    std::uint32_t allocation_groups = 0; ///< How many.
    std::uint32_t group_blocks = 0;      ///< Blocks in each but the last.
    std::uint64_t data_blocks = 0;       ///< Blocks of the data device that the filesystem has.
    std::uint64_t log_blocks = 0;
    std::uint64_t realtime_blocks = 0; ///< 0 where there is no realtime section.
    std::uint64_t realtime_start = 0;  ///< Block of the data device where it starts; 0: elsewhere.
    bool reverse_mapping = false;      ///< rmapbt=1: owners are known.
    bool reflink = false;              ///< reflink=1: extents may be shared.
    bool internal_log = true;          ///< The log lies on the data device.

    [[nodiscard]] std::uint64_t size() const noexcept { return data_blocks * block_size; }
};

/// Whether a mount can still be asked.
enum class mount_state : std::uint8_t {
    there,
    unmounted, ///< Gone from the mount table, also by `umount -l`, which leaves descriptors
               ///< working.
    shut_down, ///< Still mounted, but the filesystem answers with EIO.
};

/// A mounted filesystem, held open read-only until the end of the run, so that it can be asked with
/// ioctls and that a plain umount says "busy". Nothing here changes it.
class mount {
public:
    /// The mount whose mount point is `path`, symbolic links followed; the topmost if several lie
    /// over each other.
    ///
    /// Throws `problem`: no_permission or not_a_mount_point if it cannot be opened; shut_down if it
    /// answers with EIO; not_a_mount_point, with the mount point that `path` lies on as a hint, if
    /// it is inside of a filesystem.
    [[nodiscard]] static mount open(const std::string& path);

    [[nodiscard]] int file_descriptor() const noexcept { return directory_.get(); }
    [[nodiscard]] const mount_entry& entry() const noexcept { return entry_; }
    [[nodiscard]] const std::string& path() const noexcept { return entry_.mount_point; }

    /// The device as mountinfo, /proc/PID/maps and st_dev name it.
    [[nodiscard]] dev_t device() const noexcept { return device_; }

    /// Bytes of the data device; nothing if there is no block device behind the mount.
    [[nodiscard]] std::optional<std::uint64_t> device_size() const noexcept { return device_size_; }

    /// Whether /sys says that the device can be mapped directly; nothing if it does not say.
    [[nodiscard]] std::optional<bool> device_can_dax() const noexcept { return device_can_dax_; }

    [[nodiscard]] dax_use dax() const { return dax_use_of(entry_.super_options, device_can_dax_); }

    /// Nothing if the filesystem is not XFS.
    [[nodiscard]] const std::optional<xfs_geometry>& geometry() const noexcept { return geometry_; }

    /// The device of an external log (logdev=), nothing if there is none or its name leads nowhere.
    [[nodiscard]] std::optional<dev_t> log_device() const noexcept { return log_device_; }

    /// The realtime device (rtdev=), likewise.
    [[nodiscard]] std::optional<dev_t> realtime_device() const noexcept { return realtime_device_; }

    /// Looks now.
    [[nodiscard]] mount_state still_there() const;

    /// Throws `problem` (unmounted, shut_down) unless the mount is still there.
    void require_still_there() const;

private:
    mount() = default;

    descriptor directory_;
    mount_entry entry_;
    dev_t device_ = 0;
    std::optional<std::uint64_t> device_size_;
    std::optional<bool> device_can_dax_;
    std::optional<xfs_geometry> geometry_;
    std::optional<dev_t> log_device_;
    std::optional<dev_t> realtime_device_;
};

/// The problem to throw for a filesystem that is gone in the way `state` says; not for `there`.
[[nodiscard]] problem gone_problem(mount_state state, const std::string& mount_point);

} // namespace blast_radius
