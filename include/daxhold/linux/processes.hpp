// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/event/byte_range.hpp"
#include "daxhold/linux/file.hpp"
#include "daxhold/linux/mount_table.hpp"
#include "daxhold/linux/problem.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/types.h>

namespace daxhold::on_linux {

/// One line of /proc/PID/maps (proc(5)).
struct maps_line {
    std::uint64_t start = 0;       ///< Addresses [start, end).
    std::uint64_t end = 0;         ///< Likewise.
    std::uint64_t file_offset = 0; ///< Bytes.
    unsigned device_major = 0;     ///< Of the device of the file.
    unsigned device_minor = 0;     ///< Likewise.
    std::uint64_t inode = 0;       ///< 0 for memory that is no file's.
    bool shared = false;           ///< MAP_SHARED; MAP_PRIVATE otherwise.
    bool writable = false;         ///< By the process.
    bool deleted = false;          ///< The path names the file no longer.
    std::string path;              ///< As the process sees it; empty for anonymous memory.

    [[nodiscard]] friend bool operator==(const maps_line&, const maps_line&) = default;
};

namespace detail {

[[nodiscard]] inline std::string undo_line_feeds(std::string_view text) {
    constexpr std::string_view escaped = "\\012";
    std::string plain;
    for (auto at = text.find(escaped); at != std::string_view::npos; at = text.find(escaped)) {
        plain.append(text.substr(0, at)).push_back('\n');
        text.remove_prefix(at + escaped.size());
    }
    return plain.append(text);
}

/// Takes the kernel's word for a file that its path names no longer off its end.
[[nodiscard]] inline bool take_deleted(std::string_view& path) {
    constexpr std::string_view deleted = " (deleted)";
    if (!path.ends_with(deleted))
        return false;
    path.remove_suffix(deleted.size());
    return true;
}

} // namespace detail

/// One line, without its line feed; nothing if it is not of the form. In the path, \\012 stands for
/// a line feed and nothing else is escaped; " (deleted)" at its end is taken for the kernel's word,
/// which a file may also have in its name.
[[nodiscard]] inline std::optional<maps_line> parse_maps_line(std::string_view line) {
    const auto start = whole_number<std::uint64_t>(take_word(line, '-'), 16);
    const auto end = whole_number<std::uint64_t>(take_word(line, ' '), 16);
    const auto permissions = take_word(line, ' ');
    const auto offset = whole_number<std::uint64_t>(take_word(line, ' '), 16);
    const auto device_major = whole_number<unsigned>(take_word(line, ':'), 16);
    const auto device_minor = whole_number<unsigned>(take_word(line, ' '), 16);
    const auto inode = whole_number<std::uint64_t>(take_word(line, ' '));
    if (!start || !end || *end < *start || permissions.size() != 4 || !offset || !device_major ||
        !device_minor || !inode)
        return std::nullopt;
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    maps_line parsed{.start = *start,
                     .end = *end,
                     .file_offset = *offset,
                     .device_major = *device_major,
                     .device_minor = *device_minor,
                     .inode = *inode,
                     .shared = permissions[3] == 's',
                     .writable = permissions[1] == 'w',
                     .deleted = detail::take_deleted(line),
                     .path = {}};
    parsed.path = detail::undo_line_feeds(line);
    return parsed;
}

/// A piece of a file that a process has mapped.
struct mapped_piece {
    std::uint64_t inode = 0;   ///< The file.
    pid_t process = 0;         ///< Who maps it.
    byte_range file_range;     ///< Bytes of the file; may reach past its end.
    std::uint64_t address = 0; ///< Where it begins in the process.
    bool shared = false;       ///< MAP_SHARED; MAP_PRIVATE otherwise.
    bool writable = false;     ///< By the process.

    [[nodiscard]] friend bool operator==(const mapped_piece&, const mapped_piece&) = default;
};

/// A file or directory that a process holds open (also as its working or root directory, or as the
/// program that it runs) and that is therefore in core.
struct open_file {
    std::uint64_t inode = 0; ///< The file or directory.
    pid_t process = 0;       ///< Who holds it open.
    int descriptor = -1;     ///< Its number in the process; -1 for what has none.

    [[nodiscard]] friend bool operator==(const open_file&, const open_file&) = default;
};

/// Whether a process has asked to be told of a memory failure before it touches the memory
/// (PR_MCE_KILL, prctl(2)).
enum class early_kill : std::uint8_t {
    asked,     ///< PR_MCE_KILL_EARLY.
    not_asked, ///< PR_MCE_KILL_LATE: only when it touches the memory.
    by_system, ///< It has said nothing: /proc/sys/vm/memory_failure_early_kill says.
    unknown,   ///< It cannot be seen.
};

/// The flags in a line of /proc/PID/stat (its ninth field; include/linux/sched.h, PF_*); nothing if
/// it is not of the form.
[[nodiscard]] inline std::optional<std::uint64_t> process_flags(std::string_view stat) {
    // The second field is the command in parentheses, which may have any in it.
    const auto command_end = stat.rfind(')');
    if (command_end == std::string_view::npos)
        return std::nullopt;
    auto rest = stat.substr(std::min(command_end + 2, stat.size()));
    for (int field = 3; field != 9; ++field)
        take_word(rest, ' ');
    return whole_number<std::uint64_t>(take_word(rest, ' '));
}

/// What a line of /proc/PID/stat says (PF_MCE_PROCESS, PF_MCE_EARLY).
[[nodiscard]] inline early_kill early_kill_of(std::string_view stat) {
    constexpr std::uint64_t has_policy = 0x80;
    constexpr std::uint64_t is_early = 0x0800'0000;
    const auto flags = process_flags(stat);
    if (!flags)
        return early_kill::unknown;
    if ((*flags & has_policy) == 0)
        return early_kill::by_system;
    return (*flags & is_early) != 0 ? early_kill::asked : early_kill::not_asked;
}

/// Where a process runs, by the text of its /proc/PID/cgroup: the unit or the container as the last
/// part of its path that is neither empty nor one of those that systemd and container runtimes put
/// below ("init.scope" of a container, "supervisor"); empty for the root.
[[nodiscard]] inline std::string unit_of(std::string_view cgroup) {
    std::string_view path;
    while (!cgroup.empty()) {
        auto line = take_word(cgroup, '\n');
        const auto hierarchy = take_word(line, ':');
        const auto controllers = take_word(line, ':');
        // That of the unified hierarchy; before it, that of systemd's own.
        if (hierarchy == "0" || (path.empty() && controllers == "name=systemd"))
            path = line;
    }
    while (path.ends_with('/'))
        path.remove_suffix(1);
    return std::string{path.substr(path.rfind('/') + 1)};
}

/// A process that uses a file.
struct user_process {
    std::string command;                    ///< Its /proc/PID/comm; empty if it has ended.
    std::string unit;                       ///< See `unit_of`.
    uid_t owner = 0;                        ///< Whose process it is.
    early_kill early = early_kill::unknown; ///< Any of its threads.

    /// It sees another pid namespace than this process, as those in containers do.
    bool in_other_namespace = false;
};

/// Why a search for users may have missed some.
struct unseen_users {
    /// Processes that could not be looked into, or only in part: no permission, no descriptors
    /// left.
    std::size_t processes = 0;

    /// procfs hides those of others (hidepid).
    bool is_hidden = false;

    /// This process is in a pid namespace below the first, which has processes of its own only.
    bool is_other_namespace = false;

    /// Whether every process was looked at in full.
    [[nodiscard]] bool none() const noexcept {
        return processes == 0 && !is_hidden && !is_other_namespace;
    }
};

/// Who uses the files of one filesystem, at about the time of the scan.
class file_users {
public:
    /// Everything, ascending by inode and then by process.
    [[nodiscard]] std::span<const mapped_piece> mappings() const noexcept { return mappings_; }
    [[nodiscard]] std::span<const open_file> open_files() const noexcept { return open_files_; }

    /// Those of one inode; empty if there are none.
    [[nodiscard]] std::span<const mapped_piece> mappings_of(std::uint64_t inode) const noexcept {
        return entries_of<mapped_piece>(mappings_, inode);
    }
    [[nodiscard]] std::span<const open_file> open_files_of(std::uint64_t inode) const noexcept {
        return entries_of<open_file>(open_files_, inode);
    }

    /// Whether somebody maps the inode or has it open, so that it is surely in core. (Who closed it
    /// may have left it there.)
    [[nodiscard]] bool in_core(std::uint64_t inode) const noexcept {
        return !mappings_of(inode).empty() || !open_files_of(inode).empty();
    }

    /// A process that maps or opens something; null for others.
    [[nodiscard]] const user_process* process(pid_t process) const noexcept {
        const auto at = processes_.find(process);
        return at == processes_.end() ? nullptr : &at->second;
    }

    /// The path of a used inode as one of its users sees it, which may be another than below the
    /// mount point (chroot, containers), with " (deleted)" at its end if it names the file no
    /// longer; empty if it is not used.
    [[nodiscard]] std::string_view path(std::uint64_t inode) const noexcept {
        const auto at = paths_.find(inode);
        return at == paths_.end() ? std::string_view{} : std::string_view{at->second};
    }

    /// How many processes there were, this one left out.
    [[nodiscard]] std::size_t processes() const noexcept { return processes_seen_; }

    /// Why what is said of users is a lower bound.
    [[nodiscard]] const unseen_users& unseen() const noexcept { return unseen_; }

private:
    friend file_users find_users(std::span<const dev_t>, bool, const std::string&);

    // The iterator pairs of <algorithm>, since clang 14 cannot take the ranges of libstdc++ 12.
    template <class Entry>
    [[nodiscard]] static std::span<const Entry> entries_of(std::span<const Entry> entries,
                                                           std::uint64_t inode) noexcept {
        const auto first = std::lower_bound(
            entries.begin(), entries.end(), inode,
            [](const Entry& entry, std::uint64_t number) { return entry.inode < number; });
        const auto last = std::upper_bound(
            first, entries.end(), inode,
            [](std::uint64_t number, const Entry& entry) { return number < entry.inode; });
        return {first, last};
    }

    std::vector<mapped_piece> mappings_;
    std::vector<open_file> open_files_;
    std::map<pid_t, user_process> processes_;
    std::map<std::uint64_t, std::string> paths_;
    std::size_t processes_seen_ = 0;
    unseen_users unseen_;
};

namespace detail {

/// What the mount table and /proc/self/fdinfo (Linux 5.14) say of a file whose filesystem says
/// nothing any more; nothing where that is on none of the devices. `reason` is 0 then.
[[nodiscard]] inline std::optional<std::uint64_t>
inode_without_filesystem(std::span<const dev_t> devices, int at, const char* name, int* reason) {
    const auto file = open_descriptor(name, O_PATH, at);
    const auto text = read_whole_file("/proc/self/fdinfo/" + std::to_string(file.get()));
    std::optional<std::uint64_t> inode;
    std::optional<int> mount;
    for (auto rest = text ? std::string_view{*text} : std::string_view{}; !rest.empty();) {
        auto line = take_word(rest, '\n');
        const auto key = take_word(line, ':');
        line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
        if (key == "ino")
            inode = whole_number<std::uint64_t>(line);
        else if (key == "mnt_id")
            mount = whole_number<int>(line);
    }
    const auto table = mount_table();
    const auto of = std::find_if(table.begin(), table.end(),
                                 [&](const mount_entry& entry) { return entry.id == mount; });
    if (!inode || of == table.end())
        return std::nullopt;
    if (reason != nullptr)
        *reason = 0;
    const bool is_wanted = std::find(devices.begin(), devices.end(), of->device()) != devices.end();
    return is_wanted ? inode : std::nullopt;
}

/// The device and inode that a link below /proc/PID leads to. Not asked afresh from a server, so
/// that a network filesystem which hangs does not hang the scan.
[[nodiscard]] inline std::optional<std::uint64_t>
inode_on(std::span<const dev_t> devices, int at, const char* name, int* reason = nullptr) {
    struct statx status {};
    if (::statx(at, name, AT_STATX_DONT_SYNC, STATX_INO, &status) != 0) {
        const int error = errno;
        if (reason != nullptr)
            *reason = error;
        // XFS that was shut down.
        return error == EIO ? inode_without_filesystem(devices, at, name, reason) : std::nullopt;
    }
    const auto device = makedev(status.stx_dev_major, status.stx_dev_minor);
    if (std::find(devices.begin(), devices.end(), device) == devices.end())
        return std::nullopt;
    return status.stx_ino;
}

/// Whether a process that is gone by now explains the error.
[[nodiscard]] constexpr bool has_ended(int reason) noexcept {
    return reason == ENOENT || reason == ESRCH;
}

/// Whether a process has one thread only: what procfs says in the links of its directory of them.
[[nodiscard]] inline bool has_one_thread(const std::string& process) {
    struct stat threads {};
    return ::stat((process + "/task").c_str(), &threads) == 0 && threads.st_nlink == 3;
}

/// Where to look for what a process has: in /proc/PID, or where its first thread has ended, and has
/// nothing any more, in that of another thread. `maps` is that of the first thread, and becomes
/// that of the other.
[[nodiscard]] inline std::string home_of(const std::string& process, std::string& maps) {
    if (maps.empty())
        if (const open_directory threads{::opendir((process + "/task").c_str())})
            while (const dirent* const thread = ::readdir(threads.get())) {
                auto home = process + "/task/" + thread->d_name;
                if (thread->d_name[0] != '.' && read_whole_file(home + "/maps", maps) == 0 &&
                    !maps.empty())
                    return home;
            }
    return process;
}

/// Whether procfs shows everybody's processes to this one: hidepid is an option of its mount.
[[nodiscard]] inline bool is_proc_hiding(const std::string& proc) {
    const auto table = read_whole_file("/proc/self/mountinfo");
    if (!table || ::geteuid() == 0)
        return !table;
    std::string_view rest{*table};
    bool hides = false;
    while (!rest.empty()) {
        const auto line = take_word(rest, '\n');
        if (line.find(' ' + proc + ' ') != std::string_view::npos)
            hides = line.find("hidepid=") != std::string_view::npos &&
                    line.find("hidepid=0") == std::string_view::npos &&
                    line.find("hidepid=off") == std::string_view::npos;
    }
    return hides;
}

} // namespace detail

/// Looks through all processes for the files of `devices`, as they stand in /proc/PID/maps: that of
/// a filesystem (`mounted_filesystem::device`), and those of overlays whose layers all lie on it,
/// which give its inodes the same numbers. With `open_files` also through their descriptors.
/// Processes that end meanwhile are left out; the kernel's own users are not seen
/// (daxhold/linux/kernel_users.hpp). `proc` is where procfs is mounted.
///
/// Throws `problem` (system_error) if there is no procfs.
[[nodiscard]] inline file_users find_users(std::span<const dev_t> devices, bool open_files = true,
                                           const std::string& proc = "/proc") {
    const open_directory processes{::opendir(proc.c_str())};
    if (!processes)
        throw system_problem("look at the processes in " + proc, errno);

    file_users found;
    const bool is_real = proc == "/proc";
    found.unseen_.is_hidden = is_real && detail::is_proc_hiding(proc);
    // PROC_PID_INIT_INO, include/linux/proc_ns.h
    const auto own_namespace = read_link(proc + "/self/ns/pid");
    found.unseen_.is_other_namespace = is_real && own_namespace != "pid:[4026531836]";
    std::string text;
    while (const dirent* const entry = ::readdir(processes.get())) {
        const auto number = whole_number<pid_t>(entry->d_name);
        if (!number || *number == ::getpid())
            continue;
        const auto process = *number;
        const auto whole = proc + '/' + entry->d_name;
        bool is_denied = false;
        bool uses = false;

        const int reason = read_whole_file(whole + "/maps", text);
        if (detail::has_ended(reason))
            continue;
        ++found.processes_seen_;
        // One of the kernel, as two thirds of all are, mostly, or one that ends: it has no files.
        if (reason == 0 && text.empty() && detail::has_one_thread(whole))
            continue;
        const auto home = reason == 0 ? detail::home_of(whole, text) : whole;
        is_denied = reason != 0;
        for (std::string_view rest{text}; !rest.empty();) {
            const auto line = parse_maps_line(take_word(rest, '\n'));
            if (!line || line->inode == 0 ||
                std::find(devices.begin(), devices.end(),
                          makedev(line->device_major, line->device_minor)) == devices.end())
                continue;
            uses = true;
            found.mappings_.push_back({.inode = line->inode,
                                       .process = process,
                                       .file_range = {line->file_offset, line->end - line->start},
                                       .address = line->start,
                                       .shared = line->shared,
                                       .writable = line->writable});
            auto& path = found.paths_[line->inode];
            if (path.empty() || path.ends_with(" (deleted)"))
                path = line->path + (line->deleted ? " (deleted)" : "");
        }

        if (open_files) {
            const auto add = [&](int at, const char* name, int descriptor) {
                int why = 0;
                const auto inode = detail::inode_on(devices, at, name, &why);
                is_denied = is_denied || (why != 0 && !detail::has_ended(why));
                if (!inode)
                    return;
                uses = true;
                found.open_files_.push_back({*inode, process, descriptor});
                if (auto& path = found.paths_[*inode]; path.empty())
                    path = read_link(name, at).value_or("");
            };
            add(AT_FDCWD, (home + "/cwd").c_str(), -1);
            add(AT_FDCWD, (home + "/root").c_str(), -1);
            add(AT_FDCWD, (home + "/exe").c_str(), -1);
            if (const open_directory files{::opendir((home + "/fd").c_str())}) {
                while (const dirent* const file = ::readdir(files.get()))
                    if (const auto descriptor = whole_number<int>(file->d_name))
                        add(::dirfd(files.get()), file->d_name, *descriptor);
            } else {
                is_denied = is_denied || !detail::has_ended(errno);
            }
        }

        if (is_denied)
            ++found.unseen_.processes;
        if (!uses)
            continue;
        auto& user = found.processes_[process];
        user.command = read_line(whole + "/comm").value_or("");
        user.unit = unit_of(read_whole_file(whole + "/cgroup").value_or(""));
        user.early = early_kill_of(read_whole_file(whole + "/stat").value_or(""));
        const auto its_namespace = read_link(whole + "/ns/pid");
        user.in_other_namespace = its_namespace && own_namespace && its_namespace != own_namespace;
        struct stat status {};
        if (::stat(whole.c_str(), &status) == 0)
            user.owner = status.st_uid;
        // A thread that asked speaks for its process (find_early_kill_thread, mm/memory-failure.c).
        if (const open_directory threads{::opendir((whole + "/task").c_str())})
            while (const dirent* const thread = ::readdir(threads.get())) {
                if (user.early == early_kill::asked)
                    break;
                const auto stat = read_whole_file(whole + "/task/" + thread->d_name + "/stat");
                if (thread->d_name[0] != '.' && stat && early_kill_of(*stat) == early_kill::asked)
                    user.early = early_kill::asked;
            }
    }

    std::sort(found.mappings_.begin(), found.mappings_.end(),
              [](const mapped_piece& a, const mapped_piece& b) {
                  return std::tuple{a.inode, a.process, a.file_range.offset(), a.address} <
                         std::tuple{b.inode, b.process, b.file_range.offset(), b.address};
              });
    auto& files = found.open_files_;
    std::sort(files.begin(), files.end(), [](const open_file& a, const open_file& b) {
        return std::tuple{a.inode, a.process, a.descriptor} <
               std::tuple{b.inode, b.process, b.descriptor};
    });
    return found;
}

} // namespace daxhold::on_linux
