// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/linux/block_device.hpp"
#include "daxhold/linux/file.hpp"
#include "daxhold/linux/mount_table.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <linux/loop.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

/// \file
/// Who uses files of a filesystem from inside of the kernel, without a process that maps them or
/// has them open: what the system lists.
///
/// It lists loop devices, swap files, overlays, filesystems mounted from a file (erofs), exports of
/// the NFS server, and files behind storage targets (NVMe, SCSI) and USB gadgets. It lists neither
/// files of process accounting, of fscache's cache and of the SMB server, nor those behind FUSE's
/// passthrough, registered with io_uring or on their way through a socket, whose descriptors were
/// closed: of these nobody can tell.

namespace daxhold::on_linux {

/// What uses a file.
enum class kernel_use : std::uint8_t {
    loop_device,    ///< A block device is made of the file.
    swap_file,      ///< Memory is swapped to it.
    overlay,        ///< A directory is a layer of an overlay (containers).
    file_mount,     ///< A filesystem is mounted from the file.
    nfs_export,     ///< The directory is exported, and clients may use what is in it.
    storage_target, ///< Behind a namespace of an NVMe target, a SCSI target, a USB gadget.
};

/// A user inside of the kernel.
struct kernel_user {
    /// What it is.
    kernel_use what = kernel_use::loop_device;

    /// What it is called: /dev/loop3, the mount point of an overlay, the exported directory.
    std::string name;

    /// The file or directory.
    std::uint64_t inode = 0;

    /// Whether it may use other files than that one too, as what uses a directory does.
    [[nodiscard]] constexpr bool is_of_tree() const noexcept {
        return what == kernel_use::overlay || what == kernel_use::nfs_export;
    }

    [[nodiscard]] friend bool operator==(const kernel_user&, const kernel_user&) = default;
};

/// An overlay with a layer on the filesystem that was asked about.
struct overlay_mount {
    std::string mount_point; ///< As those see it in whose mount namespace it was found.
    dev_t device = 0;        ///< Of its files, as st_dev and /proc/PID/maps name it.

    /// Layers on the filesystem, elsewhere, and those of which that could not be found out. Where
    /// all lie on it, files of the overlay have the inode numbers that they have there.
    std::size_t layers_here = 0;
    std::size_t layers_elsewhere = 0;
    std::size_t layers_unknown = 0;

    /// Whether every file of the overlay is one of the filesystem.
    [[nodiscard]] constexpr bool is_all_here() const noexcept {
        return layers_elsewhere == 0 && layers_unknown == 0;
    }
};

/// What a search for users inside of the kernel came to.
struct kernel_users {
    std::vector<kernel_user> users;      ///< Those that were found.
    std::vector<overlay_mount> overlays; ///< With a layer on the filesystem, or perhaps.

    /// Lists that could not be read, each as what would be in it; what is said is a lower bound.
    std::vector<std::string> not_listed;
};

/// The layers in the options of an overlay: those of lowerdir=, upperdir= and datadirs, as they
/// stand there. `\\:` is a colon of a path.
[[nodiscard]] inline std::vector<std::string> overlay_layers(std::string_view super_options) {
    std::vector<std::string> layers;
    while (!super_options.empty()) {
        auto value = take_word(super_options, ',');
        const auto name = take_word(value, '=');
        if (name != "lowerdir" && name != "lowerdir+" && name != "datadir+" && name != "upperdir")
            continue;
        const auto text = undo_octal_escapes(value);
        std::string layer;
        for (std::size_t i = 0; i <= text.size(); ++i) {
            if (i < text.size() && text[i] == '\\' && i + 1 < text.size()) {
                layer += text[++i];
            } else if (i == text.size() || (text[i] == ':' && name == "lowerdir")) {
                if (!layer.empty()) // between them, "::" stands before layers of data only
                    layers.push_back(layer);
                layer.clear();
            } else {
                layer += text[i];
            }
        }
    }
    return layers;
}

/// The paths of the files in the text of /proc/swaps.
[[nodiscard]] inline std::vector<std::string> swap_files(std::string_view text) {
    std::vector<std::string> files;
    take_word(text, '\n');
    while (!text.empty()) {
        auto line = take_word(text, '\n');
        const auto path = take_word(line, ' ');
        line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
        if (line.starts_with("file"))
            files.push_back(undo_octal_escapes(path));
    }
    return files;
}

/// The directories in the text of /proc/fs/nfsd/exports.
[[nodiscard]] inline std::vector<std::string> nfs_exports(std::string_view text) {
    std::vector<std::string> exports;
    while (!text.empty()) {
        auto line = take_word(text, '\n');
        if (!line.starts_with('#') && !line.empty())
            exports.push_back(
                undo_octal_escapes(take_word(line, line.find('\t') < line.find(' ') ? '\t' : ' ')));
    }
    return exports;
}

namespace detail {

struct found_file {
    dev_t device;
    std::uint64_t inode;
    bool is_regular;
};

[[nodiscard]] inline std::optional<found_file> look_at(const std::string& path) {
    struct statx status {};
    if (::statx(AT_FDCWD, path.c_str(), AT_STATX_DONT_SYNC, STATX_INO | STATX_TYPE, &status) != 0)
        return std::nullopt;
    return found_file{makedev(status.stx_dev_major, status.stx_dev_minor), status.stx_ino,
                      S_ISREG(status.stx_mode)};
}

/// Calls `visit(path, name)` for what is in a directory, but for what begins with a dot.
template <class Visit>
void for_each_entry(const std::string& path, Visit&& visit) {
    const open_directory entries{::opendir(path.c_str())};
    if (entries)
        while (const dirent* const entry = ::readdir(entries.get()))
            if (entry->d_name[0] != '.')
                visit(path + '/' + entry->d_name, std::string_view{entry->d_name});
}

inline void add_loop_devices(dev_t device, kernel_users& found) {
    bool is_refused = false;
    for_each_entry("/sys/block", [&](const std::string& path, std::string_view name) {
        if (!name.starts_with("loop") || !read_line(path + "/loop/backing_file"))
            return;
        const auto node = "/dev/" + std::string{name};
        const auto file = open_descriptor(node.c_str(), O_RDONLY | O_NONBLOCK);
        loop_info64 info{};
        if (!file || control(file.get(), LOOP_GET_STATUS64, &info) != 0) {
            is_refused = true;
            return;
        }
        if (info.lo_device == device)
            found.users.push_back({kernel_use::loop_device, node, info.lo_inode});
    });
    if (is_refused)
        found.not_listed.emplace_back("loop devices");
}

/// Files of which /sys or /proc has the path, as it was when they were opened.
inline void add_path(dev_t device, kernel_use what, const std::string& path,
                     const std::string& name, kernel_users& found) {
    if (const auto file = look_at(path); file && file->device == device)
        found.users.push_back({what, name, file->inode});
}

inline void add_storage_targets(dev_t device, kernel_users& found) {
    const std::string config = "/sys/kernel/config";
    const auto add = [&](const std::string& file, const std::string& name) {
        if (auto path = read_line(file); path && path->starts_with('/'))
            add_path(device, kernel_use::storage_target, *path, name, found);
    };
    for_each_entry(config + "/nvmet/subsystems", [&](const std::string& path, std::string_view) {
        for_each_entry(path + "/namespaces", [&](const std::string& space, std::string_view) {
            add(space + "/device_path", space);
        });
    });
    for_each_entry(config + "/target/core", [&](const std::string& path, std::string_view name) {
        if (name.starts_with("fileio_"))
            for_each_entry(path, [&](const std::string& target, std::string_view) {
                add(target + "/udev_path", target);
            });
    });
    for_each_entry(config + "/usb_gadget", [&](const std::string& path, std::string_view) {
        for_each_entry(path + "/functions", [&](const std::string& function, std::string_view) {
            for_each_entry(function, [&](const std::string& lun, std::string_view) {
                add(lun + "/file", lun);
            });
        });
    });
}

/// Of one mount namespace, whose paths begin at `root` here.
inline void add_mounts(dev_t device, const std::vector<mount_entry>& table, const std::string& root,
                       std::set<dev_t>& overlays_seen, kernel_users& found) {
    for (const auto& entry : table) {
        if (entry.type == "erofs" && entry.source.starts_with('/'))
            if (const auto file = look_at(root + entry.source);
                file && file->is_regular && file->device == device)
                found.users.push_back({kernel_use::file_mount, entry.mount_point, file->inode});
        if (entry.type != "overlay" || !overlays_seen.insert(entry.device()).second)
            continue;
        overlay_mount overlay{entry.mount_point, entry.device()};
        std::vector<kernel_user> layers;
        for (const auto& layer : overlay_layers(entry.super_options)) {
            const auto at = layer.starts_with('/') ? look_at(root + layer) : std::nullopt;
            if (!at) {
                ++overlay.layers_unknown;
            } else if (at->device == device) {
                ++overlay.layers_here;
                layers.push_back({kernel_use::overlay, entry.mount_point, at->inode});
            } else {
                ++overlay.layers_elsewhere;
            }
        }
        if (overlay.layers_here == 0 && overlay.layers_unknown == 0)
            continue;
        found.overlays.push_back(overlay);
        found.users.insert(found.users.end(), layers.begin(), layers.end());
    }
}

} // namespace detail

/// Looks for the kernel's own users of the files of a filesystem, by its `device`
/// (`mounted_filesystem::device`). Overlays are looked for in the mount namespaces of all processes
/// that may be looked into. Only the paths of what is in use are followed, which are in core.
[[nodiscard]] inline kernel_users find_kernel_users(dev_t device) {
    kernel_users found;
    detail::add_loop_devices(device, found);
    detail::add_storage_targets(device, found);
    if (const auto swaps = read_whole_file("/proc/swaps"))
        for (const auto& path : swap_files(*swaps))
            detail::add_path(device, kernel_use::swap_file, path, path, found);
    else if (errno != ENOENT)
        found.not_listed.emplace_back("swap files");
    if (const auto exports = read_whole_file("/proc/fs/nfsd/exports"))
        for (const auto& path : nfs_exports(*exports))
            detail::add_path(device, kernel_use::nfs_export, path, path, found);
    else if (errno != ENOENT)
        found.not_listed.emplace_back("exports of the NFS server");

    std::set<std::string> namespaces;
    std::set<dev_t> overlays;
    bool is_refused = false;
    const auto add = [&](const std::string& process, const std::string& root) {
        const auto space = read_link("/proc/" + process + "/ns/mnt");
        if (!space) {
            is_refused = is_refused || (errno != ENOENT && errno != ESRCH);
            return;
        }
        if (!namespaces.insert(*space).second)
            return;
        if (const auto text = read_whole_file("/proc/" + process + "/mountinfo"))
            detail::add_mounts(device, parse_mountinfo(*text), root, overlays, found);
        else
            is_refused = is_refused || (errno != ENOENT && errno != ESRCH && errno != EINVAL);
    };
    add("self", "");
    detail::for_each_entry("/proc", [&](const std::string&, std::string_view name) {
        if (whole_number<pid_t>(name))
            add(std::string{name}, "/proc/" + std::string{name} + "/root");
    });
    if (is_refused)
        found.not_listed.emplace_back("overlays in the mount namespaces of others");
    return found;
}

} // namespace daxhold::on_linux
