// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/linux/file.hpp"
#include "daxhold/linux/mount.hpp"
#include "daxhold/linux/problem.hpp"

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

namespace daxhold::on_linux {

/// How far a search for names goes.
struct name_search_limits {
    std::size_t entries = 1'000'000; ///< Directory entries to look at.
    std::size_t depth = 256;         ///< Directories below each other; each is held open.
    /// Asked for each entry; the search ends when it says false.
    std::function<bool()> keep_going = [] { return true; };
};

/// What a search for names came to.
struct found_names {
    /// A path for each inode that one was found for; the first of several links.
    std::map<std::uint64_t, std::string> paths;
    /// How many directory entries were looked at.
    std::size_t entries_seen = 0;
    /// A limit ended the search before all were found or everything was seen.
    bool stopped_early = false;
    /// Directories that could not be read, for lack of permission or because they went away.
    std::size_t unreadable_directories = 0;
};

namespace detail {

/// A directory on the way down, and how long the path to it is.
struct level {
    open_directory stream;
    std::size_t path_length;
};

/// Opens a directory so that reading it leaves no trace; null, with errno set, if it cannot be.
[[nodiscard]] inline open_directory open_unnoticed(int at, const char* name) {
    auto file = open_descriptor(name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NOATIME, at);
    if (!file)
        return nullptr;
    open_directory stream{::fdopendir(file.get())};
    if (stream)
        file.release();
    return stream;
}

/// Whether the directory `file` is the root of a mount or of another filesystem than `device`.
/// Kernels before 5.8 tell no mount roots: only a bind mount of the same filesystem is then missed.
[[nodiscard]] inline bool lies_elsewhere(int file, dev_t device) {
    struct statx status {};
    if (::statx(file, "", AT_EMPTY_PATH, STATX_INO, &status) != 0)
        return true;
    return makedev(status.stx_dev_major, status.stx_dev_minor) != device ||
           (status.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

} // namespace detail

/// Walks through the directories below the mount point, not into other mounts, until each inode of
/// `wanted` has a name. What lies under another mount, outside of the directory that is mounted
/// here (bind mounts), or was deleted, is not found.
///
/// Inode numbers come with the directory entries: files are not touched, and no time of access
/// changes; but every directory on the way comes in core, which some releases take notice of when
/// an error comes in one (Linux 6.1). A directory whose time of access could not be kept (another
/// user's) counts as unreadable. Throws `problem` (shut_down) if the mount point itself answers
/// with EIO.
[[nodiscard]] inline found_names find_names(const mounted_filesystem& from,
                                            std::span<const std::uint64_t> wanted,
                                            const name_search_limits& limits = {}) {
    found_names found;
    std::unordered_set<std::uint64_t> missing{wanted.begin(), wanted.end()};
    const auto take = [&](std::uint64_t inode, const std::string& path, std::string_view name) {
        if (missing.erase(inode) == 0)
            return;
        auto& full = found.paths[inode] = path;
        if (!name.empty())
            full.append(full.ends_with('/') ? "" : "/").append(name);
    };
    if (missing.empty())
        return found;

    std::string path = from.path();
    std::vector<detail::level> way;
    way.push_back({detail::open_unnoticed(from.file_descriptor(), "."), path.size()});
    if (!way.back().stream) {
        if (errno == EIO)
            throw gone_problem(mount_state::shut_down, from.path());
        found.unreadable_directories = 1;
        return found;
    }
    struct stat top {};
    if (::fstat(from.file_descriptor(), &top) == 0)
        take(top.st_ino, path, {});

    while (!way.empty() && !missing.empty()) {
        path.resize(way.back().path_length);
        DIR* const here = way.back().stream.get();
        errno = 0;
        const dirent* const entry = ::readdir(here);
        if (entry == nullptr) {
            if (errno != 0)
                ++found.unreadable_directories;
            way.pop_back();
            continue;
        }
        const std::string_view name{entry->d_name};
        if (name == "." || name == "..")
            continue;
        if (found.entries_seen == limits.entries || !limits.keep_going()) {
            found.stopped_early = true;
            break;
        }
        ++found.entries_seen;
        take(entry->d_ino, path, name);
        // An old filesystem may not tell the types: opening it as a directory then does.
        if (entry->d_type != DT_DIR && entry->d_type != DT_UNKNOWN)
            continue;
        if (way.size() == limits.depth) {
            found.stopped_early = true;
            continue;
        }
        auto below = detail::open_unnoticed(::dirfd(here), entry->d_name);
        if (!below) {
            if (errno != ENOTDIR && errno != ELOOP)
                ++found.unreadable_directories;
            continue;
        }
        if (detail::lies_elsewhere(::dirfd(below.get()), from.device()))
            continue;
        path.append(path.ends_with('/') ? "" : "/").append(name);
        way.push_back({std::move(below), path.size()});
    }
    if (missing.empty())
        found.stopped_early = false;
    return found;
}

} // namespace daxhold::on_linux
