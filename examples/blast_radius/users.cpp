// SPDX-License-Identifier: BSL-1.0
#include "users.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <memory>
#include <tuple>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "problem.hpp"
#include "proc_file.hpp"

namespace blast_radius {
namespace {

struct close_directory {
    void operator()(DIR* stream) const noexcept { ::closedir(stream); }
};
using directory = std::unique_ptr<DIR, close_directory>;

constexpr bool refused(int reason) { return reason == EACCES || reason == EPERM; }

/// A number that is all of `text`.
template <class Int>
bool whole_number(std::string_view text, Int& value, int base) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    return error == std::errc{} && end == text.data() + text.size();
}

std::string_view next_word(std::string_view& line, char separator) {
    const auto word = line.substr(0, line.find(separator));
    line.remove_prefix(word.size() < line.size() ? word.size() + 1 : word.size());
    return word;
}

std::string undo_line_feeds(std::string_view text) {
    constexpr std::string_view escaped = "\\012";
    std::string plain;
    for (auto at = text.find(escaped); at != std::string_view::npos; at = text.find(escaped)) {
        plain.append(text.substr(0, at)).push_back('\n');
        text.remove_prefix(at + escaped.size());
    }
    return plain.append(text);
}

/// The device and inode that a link below /proc/PID leads to. Not asked afresh from a server, so
/// that a network filesystem which hangs does not hang the scan.
bool same_device(int at, const char* name, dev_t device, std::uint64_t& inode) {
    struct statx status {};
    if (::statx(at, name, AT_STATX_DONT_SYNC, STATX_INO, &status) != 0 ||
        makedev(status.stx_dev_major, status.stx_dev_minor) != device)
        return false;
    inode = status.stx_ino;
    return true;
}

// The iterator pairs of <algorithm>, since clang 14 cannot take the ranges of libstdc++ 12.
template <class Entry>
std::span<const Entry> entries_of(const std::vector<Entry>& entries, std::uint64_t inode) noexcept {
    const auto first = std::lower_bound(
        entries.begin(), entries.end(), inode,
        [](const Entry& entry, std::uint64_t number) { return entry.inode < number; });
    const auto last =
        std::upper_bound(first, entries.end(), inode, [](std::uint64_t number, const Entry& entry) {
            return number < entry.inode;
        });
    return {first, last};
}

} // namespace

std::optional<maps_line> parse_maps_line(std::string_view line) {
    maps_line parsed;
    const auto start = next_word(line, '-');
    const auto end = next_word(line, ' ');
    const auto permissions = next_word(line, ' ');
    const auto offset = next_word(line, ' ');
    const auto device_major = next_word(line, ':');
    const auto device_minor = next_word(line, ' ');
    const auto inode = next_word(line, ' ');
    if (!whole_number(start, parsed.start, 16) || !whole_number(end, parsed.end, 16) ||
        parsed.end < parsed.start || permissions.size() != 4 ||
        !whole_number(offset, parsed.file_offset, 16) ||
        !whole_number(device_major, parsed.device_major, 16) ||
        !whole_number(device_minor, parsed.device_minor, 16) ||
        !whole_number(inode, parsed.inode, 10))
        return std::nullopt;
    parsed.writable = permissions[1] == 'w';
    parsed.shared = permissions[3] == 's';

    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    constexpr std::string_view deleted = " (deleted)";
    if (line.ends_with(deleted)) {
        parsed.deleted = true;
        line.remove_suffix(deleted.size());
    }
    parsed.path = undo_line_feeds(line);
    return parsed;
}

std::span<const mapping> users::mappings_of(std::uint64_t inode) const noexcept {
    return entries_of(mappings_, inode);
}

std::span<const open_file> users::open_files_of(std::uint64_t inode) const noexcept {
    return entries_of(open_files_, inode);
}

std::string_view users::command(pid_t process) const noexcept {
    const auto at = commands_.find(process);
    return at == commands_.end() ? std::string_view{} : std::string_view{at->second};
}

std::string_view users::path(std::uint64_t inode) const noexcept {
    const auto at = paths_.find(inode);
    return at == paths_.end() ? std::string_view{} : std::string_view{at->second};
}

users find_users(dev_t device, bool open_files, const std::string& proc) {
    const directory processes{::opendir(proc.c_str())};
    if (!processes)
        throw system_problem("look at the processes in " + proc, errno);

    users found;
    std::string text;
    while (const dirent* const entry = ::readdir(processes.get())) {
        pid_t process = 0;
        if (!whole_number(std::string_view{entry->d_name}, process, 10) || process == ::getpid())
            continue;
        const auto home = proc + '/' + entry->d_name;
        bool denied = false;
        bool uses = false;

        const int reason = read_whole_file(home + "/maps", text);
        if (reason == ENOENT || reason == ESRCH)
            continue;
        ++found.processes_;
        denied = refused(reason);
        for (std::string_view rest{text}; !rest.empty();) {
            const auto line = parse_maps_line(next_word(rest, '\n'));
            if (!line || line->inode == 0 ||
                makedev(line->device_major, line->device_minor) != device)
                continue;
            uses = true;
            found.mappings_.push_back({.inode = line->inode,
                                       .process = process,
                                       .file_range = {line->file_offset, line->end - line->start},
                                       .shared = line->shared,
                                       .writable = line->writable});
            if (!line->deleted)
                found.paths_.try_emplace(line->inode, line->path);
        }

        if (open_files) {
            const auto add = [&](int at, const char* name) {
                std::uint64_t inode = 0;
                if (same_device(at, name, device, inode)) {
                    uses = true;
                    found.open_files_.push_back({.inode = inode, .process = process});
                }
            };
            add(AT_FDCWD, (home + "/cwd").c_str());
            add(AT_FDCWD, (home + "/root").c_str());
            if (const directory files{::opendir((home + "/fd").c_str())}) {
                while (const dirent* const file = ::readdir(files.get()))
                    if (file->d_name[0] != '.')
                        add(::dirfd(files.get()), file->d_name);
            } else {
                denied = denied || refused(errno);
            }
        }

        if (denied)
            ++found.denied_;
        if (uses && read_whole_file(home + "/comm", text) == 0)
            found.commands_.try_emplace(process, text.substr(0, text.find('\n')));
    }

    std::sort(found.mappings_.begin(), found.mappings_.end(),
              [](const mapping& a, const mapping& b) {
                  return std::tuple{a.inode, a.process, a.file_range.offset(), a.file_range.end()} <
                         std::tuple{b.inode, b.process, b.file_range.offset(), b.file_range.end()};
              });
    auto& files = found.open_files_;
    std::sort(files.begin(), files.end(), [](const open_file& a, const open_file& b) {
        return std::pair{a.inode, a.process} < std::pair{b.inode, b.process};
    });
    files.erase(std::unique(files.begin(), files.end()), files.end());
    return found;
}

} // namespace blast_radius
