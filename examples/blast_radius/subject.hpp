// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "status.hpp"

#include <daxhold/linux/fsmap.hpp>
#include <daxhold/linux/kernel_users.hpp>
#include <daxhold/linux/mount.hpp>
#include <daxhold/linux/page_table.hpp>
#include <daxhold/linux/processes.hpp>
#include <daxhold/policy/facts.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace blast_radius {

using daxhold::byte_range;
using daxhold::on_linux::dax_use;
using daxhold::on_linux::describe;
using daxhold::on_linux::early_kill;
using daxhold::on_linux::fsmap_record;
using daxhold::on_linux::has_inode;
using daxhold::on_linux::kernel_user;
using daxhold::on_linux::owner_kind;
using daxhold::on_linux::owner_kind_count;
using daxhold::on_linux::owner_knowledge;
using daxhold::on_linux::presence;
using daxhold::on_linux::user_process;

/// Called for each record of a reverse mapping, for as long as it returns true.
using record_visitor = std::function<bool(const fsmap_record&)>;

/// A piece of a file that a process maps, within what was asked for.
struct file_user {
    pid_t process = 0;
    byte_range file{};
    /// Whether it has a page of the piece present.
    presence page = presence::unknown;
};

/// What is claimed of something: it is so, it is not so, or nobody can know from here.
enum class truth : std::uint8_t { no, yes, unknown };

/// What an inode is.
enum class inode_kind : std::uint8_t { regular, directory, symlink, other, unknown };

/// What is known of an inode without touching it.
struct inode_state {
    /// Surely in core, as somebody uses it; what was closed may have stayed there.
    truth in_core = truth::unknown;
    /// Whether its pages are the device's own memory, if it is in core. Where the mount does not
    /// use DAX at all, every regular file counts as if it did: the question is what would happen.
    truth dax = truth::unknown;
    inode_kind kind = inode_kind::unknown;

    [[nodiscard]] friend bool operator==(const inode_state&, const inode_state&) = default;
};

/// What is asked about: a mounted filesystem, a record of one, or the mock one that stands in for
/// it. Nothing here changes it.
class subject {
public:
    subject() = default;
    subject(const subject&) = delete;
    subject& operator=(const subject&) = delete;
    virtual ~subject() = default;

    // What it is.
    std::string path;                 ///< The mount point.
    std::string source;               ///< The device that was mounted.
    std::string log_source;           ///< That of an external log; empty without one.
    std::string realtime_source;      ///< The realtime device; empty without one.
    std::string type;                 ///< xfs, ext4, ...
    std::string kernel_release;       ///< Of the kernel that runs it.
    std::uint64_t size = 0;           ///< Bytes of the data device.
    std::uint64_t filesystem_end = 0; ///< Bytes of it that the filesystem has; `size` if unknown.
    std::uint64_t log_size = 0;       ///< Bytes of an external log, 0 without one.
    std::uint64_t realtime_size = 0;  ///< Bytes of a realtime device, 0 without one.
    std::uint64_t internal_realtime_start = 0; ///< Byte of the data device, 0: it has none there.
    std::uint64_t block_size = 0;              ///< Bytes; 0 where it is not known.
    std::uint64_t group_size = 0; ///< Bytes of an allocation group, 0 where there are none.
    std::uint64_t realtime_group_size = 0; ///< Bytes of a group of the realtime device, or 0.
    dax_use dax = dax_use::none;
    bool has_reverse_mapping = false;
    bool is_read_only = false;
    owner_knowledge owners = owner_knowledge::known;
    bool is_mock = false;
    /// On a device of the device mapper, which tells nobody what happens to those below it.
    bool is_on_mapped_device = false;
    /// What vm.memory_failure_early_kill makes of processes that have said nothing.
    bool is_early_by_default = false;

    /// Why there may be processes that map files and are not seen, a sentence each; none if every
    /// one is seen.
    std::vector<std::string> unseen;
    /// Users inside of the kernel, and what of them could not be listed.
    std::vector<kernel_user> kernel_users;

    /// Whether the device is memory, so that the kernel would pass an error of it on.
    [[nodiscard]] bool uses_dax() const noexcept {
        return dax == dax_use::all_files || dax == dax_use::some_files || dax == dax_use::no_files;
    }

    /// Streams the records of a device that meet `range`, ascending, free space included. The log
    /// has none.
    virtual void for_each(daxhold::role device, byte_range range, const record_visitor& visit) = 0;

    /// How often the system may have left owners of shared extents out of the records so far.
    [[nodiscard]] virtual std::uint64_t places_of_lost_owners() const { return 0; }

    /// What is known of an inode. Records of one follow each other, mostly: it is looked up once
    /// for all of them.
    [[nodiscard]] const inode_state& state_of(std::uint64_t inode) {
        if (inode != last_inode_ || !is_last_known_) {
            is_last_known_ = false;
            last_state_ = look_at(inode);
            last_inode_ = inode;
            is_last_known_ = true;
        }
        return last_state_;
    }

    /// Calls `visit` for each piece of an inode that a process maps and that meets `file`.
    virtual void for_each_user(std::uint64_t inode, byte_range file,
                               const std::function<void(const file_user&)>& visit) = 0;

    /// Whether somebody has the inode open or maps it, anywhere.
    [[nodiscard]] virtual bool is_used(std::uint64_t inode) const = 0;

    [[nodiscard]] virtual user_process process(pid_t process) const = 0;

    /// The path of an inode as who uses it sees it; empty if nobody is seen to use it.
    [[nodiscard]] virtual std::string name(std::uint64_t inode) const = 0;

    /// Searches the directories of the mount for the names that are empty. This brings them in
    /// core. Returns a sentence where the search was given up or could not look everywhere.
    virtual std::string search_names(std::map<std::uint64_t, std::string>& names) const = 0;

    /// Whether what is asked for has a reverse mapping, or what is used is known by FIEMAP, or
    /// nothing: what `unknown` records mean.
    [[nodiscard]] virtual bool knows_used_files() const { return true; }

private:
    [[nodiscard]] virtual inode_state look_at(std::uint64_t inode) = 0;

    std::uint64_t last_inode_ = 0;
    inode_state last_state_{};
    bool is_last_known_ = false;
};

/// The filesystem that a mount point, or a file on it, lies on; throws `problem` and `refusal`.
/// Whether a path names a mount point is up to the caller.
[[nodiscard]] std::unique_ptr<subject> open_mount(const std::string& path);

/// A made-up filesystem, for machines where nothing can be mounted.
[[nodiscard]] std::unique_ptr<subject> open_mock();

/// What was recorded of a filesystem; throws `refusal` (bad_input). `text` as `record` made it.
[[nodiscard]] std::unique_ptr<subject> open_record(const std::string& text,
                                                   const std::string& name);

/// A filesystem as it is now, as far as `ranges` of a device go: geometry, reverse mapping, users.
/// It can be asked by `open_record` as it could be here, but for names that nobody uses.
[[nodiscard]] std::string record(subject& about, daxhold::role device,
                                 const std::vector<byte_range>& ranges);

} // namespace blast_radius
