// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "fsmap.hpp"
#include "mount.hpp"
#include "users.hpp"

#include <daxhold/policy/facts.hpp>

#include <functional>
#include <string>

namespace blast_radius {

/// Called for each record of a reverse mapping, for as long as it returns true.
using record_visitor = std::function<bool(const fsmap_record&)>;

/// A process that maps a piece of a file.
struct file_user {
    pid_t process = 0;
    daxhold::byte_range file_range{};
};

/// What is asked about: a mounted filesystem, or the mock one that stands in for it. Nothing here
/// changes it.
class subject {
public:
    subject() = default;
    subject(const subject&) = delete;
    subject& operator=(const subject&) = delete;
    virtual ~subject() = default;

    // What it is.
    std::string path;                ///< The mount point.
    std::string source;              ///< The device that was mounted.
    std::string type;                ///< xfs, ext4, ...
    std::uint64_t size = 0;          ///< Bytes of the data device.
    std::uint64_t log_size = 0;      ///< Bytes of an external log, 0 without one.
    std::uint64_t realtime_size = 0; ///< Bytes of a realtime device, 0 without one.
    std::uint64_t group_size = 0;    ///< Bytes of an allocation group, 0 where there are none.
    dax_use dax = dax_use::none;
    bool has_reverse_mapping = false;
    owner_knowledge owners = owner_knowledge::known;
    std::size_t processes_denied = 0; ///< Processes that could not be looked into.
    bool is_mock = false;

    /// Streams the records of the data device that meet `range`, ascending, free space included.
    virtual void for_each(daxhold::byte_range range, const record_visitor& visit) = 0;

    /// Whether an inode is surely in core, because a process maps it or has it open.
    [[nodiscard]] virtual bool in_core(std::uint64_t inode) const = 0;

    /// Whether the pages of an inode that is in core are the device's own memory. Where the mount
    /// does not use DAX at all, every file counts as if it did: the question is what would happen.
    [[nodiscard]] virtual bool is_dax(std::uint64_t inode) const = 0;

    /// Calls `visit` for each piece of an inode that a process maps.
    virtual void for_each_user(std::uint64_t inode,
                               const std::function<void(const file_user&)>& visit) const = 0;

    [[nodiscard]] virtual std::string command(pid_t process) const = 0;

    /// Fills in the names of inodes, as far as they can be found in a bounded search.
    virtual void name(std::map<std::uint64_t, std::string>& inodes) const = 0;
};

/// The filesystem that is mounted at a path; throws `problem`.
[[nodiscard]] std::unique_ptr<subject> open_mount(const std::string& path);

/// The populated mock filesystem of the library, for machines where nothing can be mounted.
[[nodiscard]] std::unique_ptr<subject> open_mock();

} // namespace blast_radius
