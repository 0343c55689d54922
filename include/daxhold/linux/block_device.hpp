// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/event/byte_range.hpp"
#include "daxhold/linux/file.hpp"
#include "daxhold/linux/problem.hpp"

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <linux/dm-ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

namespace daxhold::on_linux {

/// What /sys counts in, whatever the sectors of the device are.
inline constexpr std::uint64_t sector_size = 512;

/// A device as major:minor.
[[nodiscard]] inline std::string text_of(dev_t device) {
    return std::to_string(major(device)) + ':' + std::to_string(minor(device));
}

/// "8:17" as a device; nothing if it is not of the form.
[[nodiscard]] inline std::optional<dev_t> parse_device(std::string_view text) {
    const auto first = whole_number<unsigned>(take_word(text, ':'));
    const auto second = whole_number<unsigned>(text);
    return first && second ? std::optional<dev_t>{makedev(*first, *second)} : std::nullopt;
}

/// The directory of a block device in /sys. Here and below `sys` is where sysfs is mounted.
[[nodiscard]] inline std::string sysfs_of(dev_t device, const std::string& sys = "/sys") {
    return sys + "/dev/block/" + text_of(device);
}

/// Reads bytes of a block device past its page cache, which a mounted filesystem does not keep up
/// to date. Nothing on the device changes. Returns whether all were read; `into` has whole sectors
/// of 4096 bytes read around what is asked for, and the rest cut off.
[[nodiscard]] inline bool read_block_device(dev_t device, std::uint64_t offset, void* into,
                                            std::size_t length) {
    const auto name = read_link(sysfs_of(device));
    if (!name)
        return false;
    const auto node = name->substr(name->rfind('/') + 1);
    const auto file = open_descriptor(("/dev/" + node).c_str(), O_RDONLY | O_DIRECT);
    struct stat status {};
    if (!file || ::fstat(file.get(), &status) != 0 || !S_ISBLK(status.st_mode) ||
        status.st_rdev != device)
        return false;
    constexpr std::uint64_t unit = 4096;
    const auto first = offset / unit * unit;
    const auto size = static_cast<std::size_t>((offset + length - first + unit - 1) / unit * unit);
    const std::unique_ptr<void, decltype(&std::free)> whole{std::aligned_alloc(unit, size),
                                                            &std::free};
    if (!whole)
        return false;
    const auto got = ::pread(file.get(), whole.get(), size, static_cast<off_t>(first));
    if (got < 0 || static_cast<std::uint64_t>(got) < offset + length - first)
        return false;
    std::memcpy(into, static_cast<const char*>(whole.get()) + (offset - first), length);
    return true;
}

/// Bytes of a block device; nothing if the system does not know it.
[[nodiscard]] inline std::optional<std::uint64_t>
block_device_size(dev_t device, const std::string& sys = "/sys") {
    if (const auto sectors = read_number<std::uint64_t>(sysfs_of(device, sys) + "/size"))
        return *sectors * sector_size;
    return std::nullopt;
}

/// Whether files on a block device can be mapped straight to its memory; nothing if /sys does not
/// say. A partition has no queue of its own: its disk, the directory above, has it.
[[nodiscard]] inline std::optional<bool> block_device_can_dax(dev_t device,
                                                              const std::string& sys = "/sys") {
    auto dax = read_number<unsigned>(sysfs_of(device, sys) + "/queue/dax");
    if (!dax)
        dax = read_number<unsigned>(sysfs_of(device, sys) + "/../queue/dax");
    return dax ? std::optional<bool>{*dax != 0} : std::nullopt;
}

/// The block device that a path names. Throws `problem` (no_such_device, no_permission).
[[nodiscard]] inline dev_t block_device_at(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) {
        if (errno == EACCES)
            throw system_problem("look at '" + path + '\'', errno);
        throw problem{problem_kind::no_such_device, "there is no '" + path + '\'',
                      "give a block device (lsblk lists them)"};
    }
    if (!S_ISBLK(status.st_mode))
        throw problem{problem_kind::no_such_device, '\'' + path + "' is no block device",
                      "give a block device (lsblk lists them)"};
    return status.st_rdev;
}

/// Whether a path names a block device; false for what is not there.
[[nodiscard]] inline bool is_block_device(const std::string& path) {
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0 && S_ISBLK(status.st_mode);
}

/// A piece of a device that lies on a piece of another, of the same length.
struct stacked_piece {
    dev_t upper = 0;                ///< The device on top.
    std::uint64_t upper_offset = 0; ///< Bytes.
    std::uint64_t lower_offset = 0; ///< Bytes of the device below.
    std::uint64_t length = 0;       ///< Bytes.

    [[nodiscard]] friend bool operator==(const stacked_piece&, const stacked_piece&) = default;
};

/// How one device lies on others, as device-mapper writes the lines of a table ("linear 8:1 2048").
/// What is not linear and not striped is not understood.
struct mapped_target {
    std::uint64_t start = 0;  ///< Bytes of the mapped device.
    std::uint64_t length = 0; ///< Bytes.
    std::string type;         ///< linear, striped, crypt, ...
    std::string arguments;    ///< What comes after the type.

    [[nodiscard]] friend bool operator==(const mapped_target&, const mapped_target&) = default;
};

/// A line of `dmsetup table`, in sectors; nothing if it is not of the form.
[[nodiscard]] inline std::optional<mapped_target> parse_mapped_target(std::string_view line) {
    const auto start = whole_number<std::uint64_t>(take_word(line, ' '));
    const auto length = whole_number<std::uint64_t>(take_word(line, ' '));
    const auto type = take_word(line, ' ');
    if (!start || !length || type.empty() || *start > ~std::uint64_t{0} / sector_size ||
        *length > ~std::uint64_t{0} / sector_size)
        return std::nullopt;
    return mapped_target{*start * sector_size, *length * sector_size, std::string{type},
                         std::string{line}};
}

/// Where what lies at `range` of the device `lower` is on the mapped device `upper`, appended to
/// `pieces` in the order of `upper`. Returns false, and appends nothing, for a target that is not
/// understood. A stripe is found chunk by chunk.
[[nodiscard]] inline bool pieces_of_target(const mapped_target& target, dev_t upper, dev_t lower,
                                           byte_range range, std::vector<stacked_piece>& pieces) {
    std::string_view rest{target.arguments};
    if (target.type == "linear") {
        const auto device = parse_device(take_word(rest, ' '));
        const auto offset = whole_number<std::uint64_t>(take_word(rest, ' '));
        if (!device || !offset)
            return false;
        const byte_range own{*offset * sector_size, target.length};
        if (*device != lower || !range.overlaps(own))
            return true;
        const auto met = range.overlap_with(own);
        pieces.push_back(
            {upper, target.start + (met.offset() - own.offset()), met.offset(), met.length()});
        return true;
    }
    if (target.type != "striped")
        return false;
    const auto stripes = whole_number<std::uint64_t>(take_word(rest, ' '));
    const auto chunk_sectors = whole_number<std::uint64_t>(take_word(rest, ' '));
    if (!stripes || !chunk_sectors || *stripes == 0 || *chunk_sectors == 0)
        return false;
    const auto chunk = *chunk_sectors * sector_size;
    std::vector<stacked_piece> found;
    for (std::uint64_t stripe = 0; stripe != *stripes; ++stripe) {
        const auto device = parse_device(take_word(rest, ' '));
        const auto offset = whole_number<std::uint64_t>(take_word(rest, ' '));
        if (!device || !offset)
            return false;
        const byte_range own{*offset * sector_size, target.length / *stripes};
        if (*device != lower || !range.overlaps(own))
            continue;
        for (auto left = range.overlap_with(own); !left.empty();) {
            const auto at = left.offset() - own.offset();
            const auto piece = left.below(own.offset() + (at / chunk + 1) * chunk);
            found.push_back({upper,
                             target.start + (at / chunk * *stripes + stripe) * chunk + at % chunk,
                             piece.offset(), piece.length()});
            left = left.from(piece.end());
        }
    }
    pieces.insert(pieces.end(), found.begin(), found.end());
    return true;
}

/// What lies on a range of a block device.
struct stacked_devices {
    std::vector<stacked_piece> pieces; ///< With the range of the device itself as the first.
    /// Devices on it of which it is not known where they lie (encrypted, mirrored, thin, ...).
    std::vector<dev_t> not_understood;
};

namespace detail {

/// The lines of a mapped device's table; nothing if they cannot be had.
[[nodiscard]] inline std::optional<std::vector<mapped_target>> table_of(dev_t device) {
    const auto mapper = open_descriptor("/dev/mapper/control", O_RDWR);
    if (!mapper)
        return std::nullopt;
    for (std::size_t size = 16384; size <= std::size_t{16} << 20; size *= 4) {
        std::vector<std::uint64_t> space(size / sizeof(std::uint64_t));
        auto* const bytes = static_cast<char*>(static_cast<void*>(space.data()));
        dm_ioctl head{};
        head.version[0] = DM_VERSION_MAJOR;
        head.data_size = static_cast<std::uint32_t>(size);
        head.data_start = sizeof head;
        head.flags = DM_STATUS_TABLE_FLAG;
        head.dev = device;
        std::memcpy(bytes, &head, sizeof head);
        if (control(mapper.get(), DM_TABLE_STATUS, bytes) != 0)
            return std::nullopt;
        std::memcpy(&head, bytes, sizeof head);
        if ((head.flags & DM_BUFFER_FULL_FLAG) != 0)
            continue;
        std::vector<mapped_target> table;
        std::size_t at = head.data_start;
        for (std::uint32_t i = 0; i != head.target_count; ++i) {
            dm_target_spec spec{};
            if (at + sizeof spec > size)
                return std::nullopt;
            std::memcpy(&spec, bytes + at, sizeof spec);
            const char* const text = bytes + at + sizeof spec;
            table.push_back({spec.sector_start * sector_size, spec.length * sector_size,
                             std::string{spec.target_type},
                             std::string{text, ::strnlen(text, size - at - sizeof spec)}});
            at = head.data_start + spec.next;
        }
        return table;
    }
    return std::nullopt;
}

/// What lies right on a device: its partitions and, by /sys/.../holders, mapped devices.
inline void stack(stacked_devices& found, dev_t device, byte_range range, const std::string& sys,
                  unsigned depth) {
    constexpr unsigned deepest = 16;
    if (depth == deepest || range.empty())
        return;
    const auto home = sysfs_of(device, sys);
    if (const open_directory entries{::opendir(home.c_str())})
        while (const dirent* const entry = ::readdir(entries.get())) {
            const auto part = home + '/' + entry->d_name;
            const auto start = read_number<std::uint64_t>(part + "/start");
            const auto number = read_line(part + "/dev");
            const auto size = read_number<std::uint64_t>(part + "/size");
            if (entry->d_name[0] == '.' || !start || !number || !size ||
                !read_number<unsigned>(part + "/partition"))
                continue;
            const auto child = parse_device(*number);
            const byte_range own{*start * sector_size, *size * sector_size};
            if (!child || !range.overlaps(own))
                continue;
            const auto met = range.overlap_with(own);
            found.pieces.push_back(
                {*child, met.offset() - own.offset(), met.offset(), met.length()});
            const auto at = found.pieces.size() - 1;
            stack(found, *child, {found.pieces[at].upper_offset, met.length()}, sys, depth + 1);
        }
    if (const open_directory holders{::opendir((home + "/holders").c_str())})
        while (const dirent* const entry = ::readdir(holders.get())) {
            const auto number = read_line(home + "/holders/" + entry->d_name + "/dev");
            const auto child = number ? parse_device(*number) : std::nullopt;
            if (entry->d_name[0] == '.' || !child)
                continue;
            const auto table = table_of(*child);
            std::vector<stacked_piece> pieces;
            bool is_understood = table.has_value();
            if (table)
                for (const auto& target : *table)
                    is_understood =
                        pieces_of_target(target, *child, device, range, pieces) && is_understood;
            if (!is_understood)
                found.not_understood.push_back(*child);
            for (const auto& piece : pieces) {
                found.pieces.push_back(piece);
                stack(found, *child, {piece.upper_offset, piece.length}, sys, depth + 1);
            }
        }
}

} // namespace detail

/// Everything that lies on a range of a device, its partitions and mapped devices (linear and
/// striped) on each other. `lower_offset` of a piece is of the device right below it.
[[nodiscard]] inline stacked_devices devices_on(dev_t device, byte_range range,
                                                const std::string& sys = "/sys") {
    stacked_devices found;
    found.pieces.push_back({device, range.offset(), range.offset(), range.length()});
    detail::stack(found, device, range, sys, 0);
    return found;
}

/// Whether a mounted btrfs has the device among its own. It may have several, and names one of them
/// in the mount table.
[[nodiscard]] inline bool is_btrfs_member(dev_t device, const std::string& sys = "/sys") {
    const auto home = sys + "/fs/btrfs";
    const open_directory filesystems{::opendir(home.c_str())};
    while (const dirent* const one = filesystems ? ::readdir(filesystems.get()) : nullptr) {
        const auto members = home + '/' + one->d_name + "/devices";
        const open_directory devices{::opendir(members.c_str())};
        while (const dirent* const each = devices ? ::readdir(devices.get()) : nullptr)
            if (read_line(members + '/' + each->d_name + "/dev") == text_of(device))
                return true;
    }
    return false;
}

/// Lines of "SECTOR COUNT", as /sys/block/X/badblocks and md's have them, as ranges of bytes; lines
/// that are not of the form are left out, and what does not fit into 64 bits is cut off.
[[nodiscard]] inline std::vector<byte_range> parse_badblocks(std::string_view text) {
    std::vector<byte_range> found;
    while (!text.empty()) {
        auto line = take_word(text, '\n');
        const auto first = whole_number<std::uint64_t>(take_word(line, ' '));
        const auto count = whole_number<std::uint64_t>(take_word(line, ' '));
        constexpr auto most = byte_range::max / sector_size;
        if (first && count && *count != 0 && *first < most && *count <= most - *first)
            found.emplace_back(*first * sector_size, *count * sector_size);
    }
    return found;
}

/// The bad blocks that the system knows of a device, in bytes of that device; for a partition those
/// of its disk that lie on it. Nothing if it keeps no such list of it.
[[nodiscard]] inline std::optional<std::vector<byte_range>>
badblocks_of(dev_t device, const std::string& sys = "/sys") {
    const auto home = sysfs_of(device, sys);
    const auto start = read_number<std::uint64_t>(home + "/start");
    const bool is_partition = read_number<unsigned>(home + "/partition").has_value();
    const auto text = read_whole_file(home + (is_partition ? "/../badblocks" : "/badblocks"));
    const auto size = block_device_size(device, sys);
    if (!text || !size)
        return std::nullopt;
    auto found = parse_badblocks(*text);
    if (!is_partition)
        return found;
    const byte_range own{start.value_or(0) * sector_size, *size};
    std::vector<byte_range> ours;
    for (const auto bad : found)
        if (bad.overlaps(own)) {
            const auto met = bad.overlap_with(own);
            ours.emplace_back(met.offset() - own.offset(), met.length());
        }
    return ours;
}

/// The physical addresses that the data of a persistent-memory block device lies at (`resource` of
/// its namespace or of what stands between, which already leaves out what precedes the data);
/// nothing if the device has none, or this process may not see them (they need CAP_SYS_ADMIN).
[[nodiscard]] inline std::optional<byte_range>
physical_addresses_of(dev_t device, const std::string& sys = "/sys") {
    auto home = sysfs_of(device, sys);
    std::uint64_t start = 0;
    const auto size = block_device_size(device, sys);
    if (read_number<unsigned>(home + "/partition")) {
        start = read_number<std::uint64_t>(home + "/start").value_or(0) * sector_size;
        home += "/..";
    }
    const auto text = read_line(home + "/device/resource");
    if (!text || !size || !text->starts_with("0x"))
        return std::nullopt;
    const auto address = whole_number<std::uint64_t>(std::string_view{*text}.substr(2), 16);
    if (!address || *address == 0 || byte_range::wraps(*address + start, *size))
        return std::nullopt;
    return byte_range{*address + start, *size};
}

} // namespace daxhold::on_linux
