// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/linux/block_device.hpp"
#include "daxhold/linux/file.hpp"
#include "daxhold/linux/problem.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

namespace daxhold::on_linux {

/// One line of /proc/self/mountinfo (proc(5)), its octal escapes undone except in the options,
/// where a comma may be escaped: `option` undoes those.
struct mount_entry {
    int id = 0;                ///< Of the mount.
    int parent = 0;            ///< The mount that it is mounted on.
    unsigned device_major = 0; ///< Of the device of its files.
    unsigned device_minor = 0; ///< Likewise.
    std::string root;        ///< The directory of the filesystem that is mounted here; "/" mostly.
    std::string mount_point; ///< Where, as this process sees it.
    std::string mount_options; ///< Of the mount: ro, noatime, ...
    std::string type;          ///< xfs, ext4, ...
    std::string source;        ///< What was mounted, /dev/pmem0.
    std::string super_options; ///< Of the filesystem: dax=always, logdev=...

    /// The device of the files, as st_dev names it.
    [[nodiscard]] dev_t device() const noexcept { return makedev(device_major, device_minor); }

    [[nodiscard]] friend bool operator==(const mount_entry&, const mount_entry&) = default;
};

/// Undoes \\ooo (three octal digits), as the kernel escapes white space, '\\' and others there.
[[nodiscard]] inline std::string undo_octal_escapes(std::string_view text) {
    const auto octal = [](char c) { return c >= '0' && c <= '7'; };
    std::string plain;
    plain.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && i + 3 < text.size() && text[i + 1] <= '3' && octal(text[i + 1]) &&
            octal(text[i + 2]) && octal(text[i + 3])) {
            plain.push_back(static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 +
                                              (text[i + 3] - '0')));
            i += 3;
        } else {
            plain.push_back(text[i]);
        }
    }
    return plain;
}

/// The value of an option in a list with commas: "dax=always" gives "always" for "dax", and a plain
/// "dax" gives "". Nothing if it is not there. The last one counts.
[[nodiscard]] inline std::optional<std::string> option(std::string_view options,
                                                       std::string_view name) {
    std::optional<std::string> value;
    while (!options.empty()) {
        auto one = take_word(options, ',');
        if (take_word(one, '=') == name)
            value = undo_octal_escapes(one);
    }
    return value;
}

/// One line, without its line feed; nothing if it is not of the form.
[[nodiscard]] inline std::optional<mount_entry> parse_mountinfo_line(std::string_view line) {
    const auto next = [&line] { return take_word(line, ' '); };
    mount_entry entry;
    const auto id = whole_number<int>(next());
    const auto parent = whole_number<int>(next());
    auto device = next();
    const auto device_major = whole_number<unsigned>(take_word(device, ':'));
    const auto device_minor = whole_number<unsigned>(device);
    if (!id || !parent || !device_major || !device_minor)
        return std::nullopt;
    entry.id = *id;
    entry.parent = *parent;
    entry.device_major = *device_major;
    entry.device_minor = *device_minor;
    entry.root = undo_octal_escapes(next());
    entry.mount_point = undo_octal_escapes(next());
    entry.mount_options = next();
    // Any number of optional fields (shared:1, master:2, ...) up to a lone dash.
    for (;;) {
        if (line.empty())
            return std::nullopt;
        if (next() == "-")
            break;
    }
    entry.type = undo_octal_escapes(next());
    entry.source = undo_octal_escapes(next());
    entry.super_options = next();
    if (entry.type.empty() || entry.super_options.empty())
        return std::nullopt;
    return entry;
}

/// All lines that are of the form.
[[nodiscard]] inline std::vector<mount_entry> parse_mountinfo(std::string_view text) {
    std::vector<mount_entry> table;
    while (!text.empty())
        if (auto entry = parse_mountinfo_line(take_word(text, '\n')))
            table.push_back(std::move(*entry));
    return table;
}

/// What this process sees mounted. Throws `problem` (system_error) if there is no procfs.
[[nodiscard]] inline std::vector<mount_entry> mount_table() {
    const auto text = read_whole_file("/proc/self/mountinfo");
    if (!text)
        throw system_problem("read /proc/self/mountinfo", errno);
    return parse_mountinfo(*text);
}

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

/// What XFS_IOC_FSGEOMETRY tells (ioctl_xfs_fsgeometry(2)), as far as it matters here.
struct xfs_geometry {
    std::uint32_t block_size = 0;        ///< Bytes.
    std::uint32_t inode_size = 0;        ///< Bytes.
    std::uint32_t allocation_groups = 0; ///< How many.
    std::uint32_t group_blocks = 0;      ///< Blocks in each but the last.
    std::uint64_t data_blocks = 0;       ///< Blocks of the data device that the filesystem has.
    std::uint64_t log_blocks = 0;        ///< Blocks of the log.
    std::uint64_t log_start = 0;       ///< Block where an internal log starts, as XFS numbers them.
    std::uint64_t realtime_blocks = 0; ///< 0 where there is no realtime section.
    std::uint64_t realtime_start = 0;  ///< Block of the data device where it starts; 0: elsewhere.
    std::uint64_t realtime_group_blocks = 0; ///< Of each group but the last; 0 without groups.
    bool reverse_mapping = false;            ///< rmapbt=1: owners are known.
    bool reflink = false;                    ///< reflink=1: extents may be shared.
    bool internal_log = true;                ///< The log lies on the data device.

    /// Bytes of the data device that the filesystem has.
    [[nodiscard]] std::uint64_t size() const noexcept { return data_blocks * block_size; }

    /// Bytes of an allocation group.
    [[nodiscard]] std::uint64_t group_size() const noexcept {
        return std::uint64_t{group_blocks} * block_size;
    }

    /// The byte of the data device at which an inode lies (xfs_ino_to_fsbno and its kin); nothing
    /// for a number that no inode of this filesystem can have.
    [[nodiscard]] std::optional<std::uint64_t> place_of_inode(std::uint64_t inode) const noexcept {
        const auto bits_for = [](std::uint64_t count) {
            unsigned bits = 0;
            while ((std::uint64_t{1} << bits) < count)
                ++bits;
            return bits;
        };
        if (inode_size == 0 || block_size < inode_size)
            return std::nullopt;
        const auto inodes_log = bits_for(block_size / inode_size);
        const auto blocks_log = bits_for(group_blocks);
        const auto group = inode >> (inodes_log + blocks_log);
        const auto block = (inode >> inodes_log) & ((std::uint64_t{1} << blocks_log) - 1);
        if (group >= allocation_groups || block >= group_blocks)
            return std::nullopt;
        return group * group_size() + block * block_size +
               (inode & ((std::uint64_t{1} << inodes_log) - 1)) * inode_size;
    }
};

/// Asks a descriptor on an XFS for its geometry; nothing if it is none.
[[nodiscard]] inline std::optional<xfs_geometry> ask_xfs_geometry(int file) {
    // struct xfs_fsop_geom. The kernel's uapi headers do not have it; Debian's xfslibs-dev does,
    // and would be needed for this alone.
    struct geometry {
        std::uint32_t block_size, rt_extent_size, group_blocks, group_count, log_blocks,
            sector_size, inode_size, inode_percent;
        std::uint64_t data_blocks, rt_blocks, rt_extents, log_start;
        std::array<unsigned char, 16> uuid;
        std::uint32_t stripe_unit, stripe_width;
        std::int32_t version;
        std::uint32_t flags, log_sector_size, rt_sector_size, directory_block_size, log_stripe_unit;
        std::uint32_t sick, checked;               // since Linux 5.2
        std::uint32_t rt_group_extents, rt_groups; // since Linux 6.13; 0 before
        std::uint64_t rt_start, rt_reserved;       // since Linux 6.15; 0 before
        std::array<std::uint64_t, 14> reserved;
    };
    static_assert(sizeof(geometry) == 256);

    // Linux before 5.2 knows only the shorter structure, of 112 bytes.
    constexpr auto ioc_fsgeometry = _IOR('X', 126, geometry);
    constexpr auto ioc_fsgeometry_v4 = _IOC(_IOC_READ, 'X', 124, 112);
    constexpr std::uint32_t has_rmapbt = 1U << 19;
    constexpr std::uint32_t has_reflink = 1U << 20;

    geometry answer{};
    const int error = control(file, ioc_fsgeometry, &answer);
    if (error != 0 && (error != ENOTTY || control(file, ioc_fsgeometry_v4, &answer) != 0))
        return std::nullopt;
    return xfs_geometry{
        .block_size = answer.block_size,
        .inode_size = answer.inode_size,
        .allocation_groups = answer.group_count,
        .group_blocks = answer.group_blocks,
        .data_blocks = answer.data_blocks,
        .log_blocks = answer.log_blocks,
        .log_start = answer.log_start,
        .realtime_blocks = answer.rt_blocks,
        .realtime_start = answer.rt_start,
        .realtime_group_blocks = std::uint64_t{answer.rt_group_extents} * answer.rt_extent_size,
        .reverse_mapping = (answer.flags & has_rmapbt) != 0,
        .reflink = (answer.flags & has_reflink) != 0,
        .internal_log = answer.log_start != 0,
    };
}

/// Whether a mount can still be asked.
enum class mount_state : std::uint8_t {
    there,     ///< It can.
    unmounted, ///< Gone from the mount table, also by `umount -l`, which leaves descriptors
               ///< working.
    shut_down, ///< Still mounted, but the filesystem answers with EIO.
};

/// The problem to throw for a filesystem that is gone in the way `state` says; not for `there`.
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

    /// Bytes of the data device; nothing if there is no block device behind the mount.
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

    /// Looks now.
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
