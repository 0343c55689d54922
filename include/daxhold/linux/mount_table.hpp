// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/linux/file.hpp"
#include "daxhold/linux/problem.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/sysmacros.h>
#include <sys/types.h>

/// \file
/// What is mounted, as the kernel tells this process in /proc/self/mountinfo.

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

} // namespace daxhold::on_linux
