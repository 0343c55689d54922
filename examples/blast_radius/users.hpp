// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "daxhold/event/byte_range.hpp"

namespace blast_radius {

/// One line of /proc/PID/maps (proc(5)).
struct maps_line {
    std::uint64_t start = 0; ///< Addresses [start, end).
    std::uint64_t end = 0;
    std::uint64_t file_offset = 0; ///< Bytes.
    unsigned device_major = 0;
    unsigned device_minor = 0;
    std::uint64_t inode = 0; ///< 0 for memory that is no file's.
    bool shared = false;     ///< MAP_SHARED; MAP_PRIVATE otherwise.
    bool writable = false;
    bool deleted = false; ///< The path names the file no longer.
    std::string path;     ///< As the process sees it; empty for anonymous memory.

    friend bool operator==(const maps_line&, const maps_line&) = default;
};

/// One line, without its line feed; nothing if it is not of the form. In the path, \012 stands for
/// a line feed and nothing else is escaped; " (deleted)" at its end is taken for the kernel's word,
/// which a file may also have in its name.
[[nodiscard]] std::optional<maps_line> parse_maps_line(std::string_view line);

/// A piece of a file that a process has mapped.
struct mapping {
    std::uint64_t inode = 0;
    pid_t process = 0;
    daxhold::byte_range file_range; ///< Bytes of the file; may reach behind its end.
    bool shared = false;
    bool writable = false;

    friend bool operator==(const mapping&, const mapping&) = default;
};

/// A file or directory that a process holds open (also as its working or root directory) and that
/// is therefore in core.
struct open_file {
    std::uint64_t inode = 0;
    pid_t process = 0;

    friend bool operator==(const open_file&, const open_file&) = default;
};

/// Who uses the files of one filesystem, at about the time of the scan.
class users {
public:
    /// Everything, ascending by inode and then by process.
    [[nodiscard]] std::span<const mapping> mappings() const noexcept { return mappings_; }
    [[nodiscard]] std::span<const open_file> open_files() const noexcept { return open_files_; }

    /// Those of one inode; empty if there are none.
    [[nodiscard]] std::span<const mapping> mappings_of(std::uint64_t inode) const noexcept;
    [[nodiscard]] std::span<const open_file> open_files_of(std::uint64_t inode) const noexcept;

    /// Whether somebody maps the inode or has it open.
    [[nodiscard]] bool in_core(std::uint64_t inode) const noexcept {
        return !mappings_of(inode).empty() || !open_files_of(inode).empty();
    }

    /// The name of a process that maps or opens something (its /proc/PID/comm); else empty.
    [[nodiscard]] std::string_view command(pid_t process) const noexcept;

    /// The path of a mapped inode as one of its users sees it, which may be another than below the
    /// mount point (chroot, containers); empty if it is not mapped or was deleted.
    [[nodiscard]] std::string_view path(std::uint64_t inode) const noexcept;

    /// How many processes there were, this one left out.
    [[nodiscard]] std::size_t processes() const noexcept { return processes_; }

    /// How many of them could not be looked into (not even in part) for lack of permission: what is
    /// said of users is then a lower bound.
    [[nodiscard]] std::size_t denied() const noexcept { return denied_; }

private:
    friend users find_users(dev_t, bool, const std::string&);

    std::vector<mapping> mappings_;
    std::vector<open_file> open_files_;
    std::map<pid_t, std::string> commands_;
    std::map<std::uint64_t, std::string> paths_;
    std::size_t processes_ = 0;
    std::size_t denied_ = 0;
};

/// Looks through all processes for the files of `device` (`mount::device`), as it stands in
/// /proc/PID/maps. With `open_files` also through their descriptors. Processes that end meanwhile
/// are left out; those in other pid namespaces, and the kernel's own users (swap files, loop
/// devices), are not seen. `proc` is where procfs is mounted.
///
/// Throws `problem` (system_error) if there is no procfs.
[[nodiscard]] users find_users(dev_t device, bool open_files = true,
                               const std::string& proc = "/proc");

} // namespace blast_radius
