// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>

#include "mount.hpp"

namespace blast_radius {

/// How far a search for names goes.
struct name_search_limits {
    std::size_t entries = 1'000'000; ///< Directory entries to look at.
    std::size_t depth = 256;         ///< Directories below each other; each is held open.
    /// Asked once for each directory; the search ends when it says false.
    std::function<bool()> keep_going = [] { return true; };
};

/// What a search for names came to.
struct found_names {
    /// A path for each inode that one was found for; the first of several links.
    std::map<std::uint64_t, std::string> paths;
    std::size_t entries_seen = 0;
    /// A limit ended the search before all were found or everything was seen.
    bool stopped_early = false;
    /// Directories that could not be read, for lack of permission or because they went away.
    std::size_t unreadable_directories = 0;
};

/// Walks through the directories below the mount point, not into other mounts, until each inode of
/// `wanted` has a name. What lies under another mount, outside of the directory that is mounted
/// here (bind mounts), or was deleted, is not found.
///
/// Inode numbers come with the directory entries: files are not touched, and no time of access
/// changes. A directory whose time of access could not be kept (another user's) counts as
/// unreadable. Throws `problem` (shut_down) if the mount point itself answers with EIO.
[[nodiscard]] found_names find_names(const mount& from, std::span<const std::uint64_t> wanted,
                                     const name_search_limits& limits = {});

} // namespace blast_radius
