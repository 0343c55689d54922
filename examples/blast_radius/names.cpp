// SPDX-License-Identifier: BSL-1.0
#include "names.hpp"

#include <cerrno>
#include <memory>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "problem.hpp"
#include "proc_file.hpp"

namespace blast_radius {
namespace {

struct close_directory {
    void operator()(DIR* stream) const noexcept { ::closedir(stream); }
};

/// A directory on the way down, and how long the path to it is.
struct level {
    std::unique_ptr<DIR, close_directory> stream;
    std::size_t path_length;
};

/// Opens a directory so that reading it leaves no trace; null, with errno set, if it cannot be.
std::unique_ptr<DIR, close_directory> open_directory(int at, const char* name) {
    descriptor file{
        ::openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NOATIME | O_CLOEXEC)};
    if (!file)
        return nullptr;
    std::unique_ptr<DIR, close_directory> stream{::fdopendir(file.get())};
    if (stream)
        file.release();
    return stream;
}

/// Whether the directory `file` is the root of a mount or of another filesystem than `device`.
/// Kernels before 5.8 tell no mount roots: only a bind mount of the same filesystem is then missed.
bool lies_elsewhere(int file, dev_t device) {
    struct statx status {};
    if (::statx(file, "", AT_EMPTY_PATH, STATX_INO, &status) != 0)
        return true;
    return makedev(status.stx_dev_major, status.stx_dev_minor) != device ||
           (status.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

} // namespace

found_names find_names(const mount& from, std::span<const std::uint64_t> wanted,
                       const name_search_limits& limits) {
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
    std::vector<level> way;
    way.push_back({open_directory(from.file_descriptor(), "."), path.size()});
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
        if (found.entries_seen == limits.entries) {
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
        if (!limits.keep_going()) {
            found.stopped_early = true;
            break;
        }
        auto below = open_directory(::dirfd(here), entry->d_name);
        if (!below) {
            if (errno != ENOTDIR && errno != ELOOP)
                ++found.unreadable_directories;
            continue;
        }
        if (lies_elsewhere(::dirfd(below.get()), from.device()))
            continue;
        path.append(path.ends_with('/') ? "" : "/").append(name);
        way.push_back({std::move(below), path.size()});
    }
    if (missing.empty())
        found.stopped_early = false;
    return found;
}

} // namespace blast_radius
