// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/linux/block_device.hpp"
#include "daxhold/linux/file.hpp"
#include "daxhold/linux/mount_table.hpp"
#include "daxhold/linux/problem.hpp"
#include "daxhold/linux/xfs_geometry.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

/// \file
/// A mounted filesystem, held open to be asked.

namespace daxhold::on_linux {

/// Whether files of a mount are mapped straight to the device, which is the only case in which a
/// memory failure of the device reaches the filesystem at all.
enum class dax_use : std::uint8_t {
    none,       ///< The device cannot.
    no_files,   ///< The device can, and dax=never: the filesystem holds it, and is told, all the
                ///< same.
    some_files, ///< dax=inode (the default): those with STATX_ATTR_DAX, for the caller to ask.
    all_files,  ///< dax or dax=always. A file that shares blocks may be another, before Linux 6.2.
    unknown,    ///< The kernel does not say whether the device can.
};

/// Decided by the options of the filesystem and by what /sys says of the device
/// (`can_dax`; nothing if it says nothing). XFS and ext4 use the same words; XFS turns dax=always
/// off where the device cannot, and ext4 does not mount then.
[[nodiscard]] inline dax_use dax_use_of(std::string_view super_options,
                                        std::optional<bool> device_can_dax) {
    const auto dax = option(super_options, "dax");
    if (device_can_dax == false)
        return dax_use::none;
    if (dax == "never")
        return device_can_dax ? dax_use::no_files : dax_use::unknown;
    if (dax && (dax->empty() || *dax == "always"))
        return dax_use::all_files;
    return device_can_dax ? dax_use::some_files : dax_use::unknown;
}

/// Whether a mount can still be asked.
enum class mount_state : std::uint8_t {
    there,     ///< It can.
    unmounted, ///< Gone from the mount table, also by `umount -l`, which leaves descriptors
               ///< working.
    shut_down, ///< Still mounted, but the filesystem answers with EIO.
};

/// The problem to throw for a filesystem that is gone in the way `state` says. Precondition: that
/// is not `there`.
[[nodiscard]] inline problem gone_problem(mount_state state, const std::string& mount_point) {
    if (state == mount_state::unmounted)
        return problem{problem_kind::unmounted,
                       "the filesystem at '" + mount_point + "' was unmounted while it was asked",
                       "mount it again and ask again"};
    return problem{problem_kind::shut_down, "the filesystem at '" + mount_point + "' has shut down",
                   "see dmesg for the reason; unmount it, mount it again and ask again"};
}

namespace detail {

/// The id of the mount that a descriptor was opened on (proc(5), fdinfo; since Linux 3.15).
[[nodiscard]] inline int mount_id_of(int file) {
    const auto text = read_whole_file("/proc/self/fdinfo/" + std::to_string(file));
    constexpr std::string_view key = "mnt_id:";
    const auto at = text ? text->find(key) : std::string::npos;
    if (at == std::string::npos)
        throw system_problem("find the mount id in /proc/self/fdinfo", ENOENT);
    std::string_view rest{*text};
    rest.remove_prefix(at + key.size());
    rest = take_word(rest, '\n');
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
    return whole_number<int>(rest).value_or(-1);
}

[[nodiscard]] inline problem cannot_open(const std::string& path, int reason) {
    switch (reason) {
    case EACCES:
    case EPERM:
        return problem{problem_kind::no_permission, "no permission to open '" + path + '\'',
                       "run it as root"};
    case EIO:
        return gone_problem(mount_state::shut_down, path);
    case ENOENT:
        return problem{problem_kind::not_a_mount_point, "there is no '" + path + '\'',
                       "give the mount point of a mounted filesystem (findmnt lists them)"};
    default:
        return system_problem("open '" + path + '\'', reason);
    }
}

} // namespace detail

/// A mounted filesystem, held open read-only, so that it can be asked with ioctls and that a plain
/// umount says "busy". Nothing here changes it, and nothing is opened but the root of the mount,
/// which is in core.
class mounted_filesystem {
public:
    /// The mount whose mount point is `path`, symbolic links followed; the topmost if several lie
    /// over each other.
    ///
    /// Throws `problem`: no_permission or not_a_mount_point if it cannot be opened; shut_down if it
    /// answers with EIO; not_a_mount_point, with the mount point that `path` lies on as a hint, if
    /// it is inside of a filesystem.
    [[nodiscard]] static mounted_filesystem open(const std::string& path) {
        auto found = containing(path);
        struct stat status {};
        if (::stat(path.c_str(), &status) == 0 && !S_ISDIR(status.st_mode))
            throw problem{problem_kind::not_a_mount_point, '\'' + path + "' is not a directory",
                          "give the mount point of a mounted filesystem (findmnt lists them)"};
        if (found.asked_path_ != found.path())
            throw problem{problem_kind::not_a_mount_point, '\'' + path + "' is not a mount point",
                          "it lies on the one at '" + found.path() + "', ask about that"};
        return found;
    }

    /// The mount that `path`, which may be any file or directory, lies on. Throws `problem` as
    /// `open` does, and not for a path that is no mount point.
    [[nodiscard]] static mounted_filesystem containing(const std::string& path) {
        // By O_PATH no file is opened that somebody could notice.
        const auto at = open_descriptor(path.c_str(), O_PATH);
        if (!at)
            throw detail::cannot_open(path, errno);
        const auto id = detail::mount_id_of(at.get());
        for (const auto& entry : mount_table())
            if (entry.id == id)
                return mounted_filesystem{
                    entry, read_link("/proc/self/fd/" + std::to_string(at.get())).value_or("")};
        throw problem{problem_kind::not_a_mount_point,
                      '\'' + path + "' lies on no mount of this mount namespace",
                      "give the mount point of a mounted filesystem (findmnt lists them)"};
    }

    /// A descriptor of the root of the mount.
    [[nodiscard]] int file_descriptor() const noexcept { return directory_.get(); }
    /// Its line of the mount table.
    [[nodiscard]] const mount_entry& entry() const noexcept { return entry_; }
    /// The mount point.
    [[nodiscard]] const std::string& path() const noexcept { return entry_.mount_point; }

    /// The device as mountinfo, /proc/PID/maps and st_dev name it. (For btrfs it stands for a
    /// subvolume, and for no block device.)
    [[nodiscard]] dev_t device() const noexcept { return device_; }

    /// Bytes of the data device; nothing if there is no block device under the mount.
    [[nodiscard]] std::optional<std::uint64_t> device_size() const noexcept { return device_size_; }

    /// Whether /sys says that the device can be mapped directly; nothing if it does not say.
    [[nodiscard]] std::optional<bool> device_can_dax() const noexcept { return device_can_dax_; }

    /// Whether its files are mapped straight to the device.
    [[nodiscard]] dax_use dax() const { return dax_use_of(entry_.super_options, device_can_dax_); }

    /// Nothing if the filesystem is not XFS.
    [[nodiscard]] const std::optional<xfs_geometry>& geometry() const noexcept { return geometry_; }

    /// Bytes from the start of the data device to the end of the filesystem, which may come before
    /// the end of the device; nothing if that is not known.
    [[nodiscard]] std::optional<std::uint64_t> filesystem_end() const noexcept { return end_; }

    /// Bytes of each of its groups (allocation groups, block groups) but the last; 0 if it has
    /// none, or that is not known. (ext4 with blocks of 1 KiB begins with one that belongs to no
    /// group.)
    [[nodiscard]] std::uint64_t group_size() const noexcept { return group_size_; }

    /// The inode of the mount's root directory, which is in core while it is mounted.
    [[nodiscard]] std::uint64_t root_inode() const noexcept { return root_inode_; }

    /// Whether nothing can be written, for the filesystem is read-only and not only this mount of
    /// it.
    [[nodiscard]] bool is_read_only() const {
        return option(entry_.super_options, "ro").has_value();
    }

    /// The device of an external log (logdev=), nothing if there is none or its name leads nowhere.
    [[nodiscard]] std::optional<dev_t> log_device() const noexcept { return log_device_; }

    /// The realtime device (rtdev=), likewise.
    [[nodiscard]] std::optional<dev_t> realtime_device() const noexcept { return realtime_device_; }

    /// Looks now. Throws `problem` (system_error) if there is no procfs.
    [[nodiscard]] mount_state still_there() const {
        for (const auto& entry : mount_table()) {
            if (entry.id != entry_.id)
                continue;
            // XFS that was shut down refuses even its attributes. ext4 does not, and says it as an
            // option.
            struct stat status {};
            if (::fstat(directory_.get(), &status) != 0)
                return mount_state::shut_down;
            return option(entry.super_options, "shutdown") ? mount_state::shut_down
                                                           : mount_state::there;
        }
        return mount_state::unmounted;
    }

    /// Throws `problem` (unmounted, shut_down) unless the mount is still there.
    void require_still_there() const {
        if (const auto state = still_there(); state != mount_state::there)
            throw gone_problem(state, entry_.mount_point);
    }

private:
    mounted_filesystem(const mount_entry& entry, std::string asked_path)
        : directory_{open_descriptor(entry.mount_point.c_str(), O_RDONLY | O_NONBLOCK)},
          entry_{entry}, device_{entry.device()}, asked_path_{std::move(asked_path)} {
        if (!directory_)
            throw detail::cannot_open(entry.mount_point, errno);
        if (const auto state = still_there(); state != mount_state::there)
            throw gone_problem(state, entry.mount_point);
        // btrfs names its files by a device that is none.
        const auto under = major(device_) == 0 ? device_named(entry.source) : device_;
        if (under) {
            device_size_ = block_device_size(*under);
            device_can_dax_ = block_device_can_dax(*under);
        }
        struct stat status {};
        if (::fstat(directory_.get(), &status) == 0)
            root_inode_ = status.st_ino;
        if (entry.type == "xfs")
            geometry_ = ask_xfs_geometry(directory_.get());
        if (geometry_)
            group_size_ = geometry_->group_size();
        if (geometry_)
            end_ = geometry_->realtime_start == 0
                       ? geometry_->size()
                       : (geometry_->realtime_start + geometry_->realtime_blocks) *
                             geometry_->block_size;
        else if (entry.type == "ext4" || entry.type == "ext3" || entry.type == "ext2")
            read_ext4_superblock();
        log_device_ = device_named(option(entry.super_options, "logdev"));
        realtime_device_ = device_named(option(entry.super_options, "rtdev"));
    }

    /// ext4 keeps these in its superblock, and tells them by no call.
    void read_ext4_superblock() {
        std::array<unsigned char, 1024> block{};
        if (!read_block_device(device_, 1024, block.data(), block.size()))
            return;
        const auto number = [&](std::size_t at) -> std::uint64_t {
            return block[at] | std::uint64_t{block[at + 1]} << 8U |
                   std::uint64_t{block[at + 2]} << 16U | std::uint64_t{block[at + 3]} << 24U;
        };
        constexpr std::uint64_t has_64bit = 0x80;
        if ((block[0x38] | block[0x39] << 8U) != 0xef53 || number(0x18) > 6)
            return;
        const auto block_size = std::uint64_t{1024} << number(0x18);
        const auto high = (number(0x60) & has_64bit) != 0 ? number(0x150) << 32U : 0;
        end_ = (number(0x04) | high) * block_size;
        group_size_ = number(0x20) * block_size;
    }

    [[nodiscard]] static std::optional<dev_t> device_named(const std::optional<std::string>& path) {
        struct stat status {};
        if (!path || path->empty() || ::stat(path->c_str(), &status) != 0 ||
            !S_ISBLK(status.st_mode))
            return std::nullopt;
        return status.st_rdev;
    }

    descriptor directory_;
    mount_entry entry_;
    dev_t device_ = 0;
    std::string asked_path_;
    std::optional<std::uint64_t> device_size_;
    std::optional<bool> device_can_dax_;
    std::optional<xfs_geometry> geometry_;
    std::optional<std::uint64_t> end_;
    std::uint64_t group_size_ = 0;
    std::uint64_t root_inode_ = 0;
    std::optional<dev_t> log_device_;
    std::optional<dev_t> realtime_device_;
};

} // namespace daxhold::on_linux
