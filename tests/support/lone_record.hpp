// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "notification.hpp"

/// The matrices that tell what a release does for a lone record: a table of cells for each release,
/// gone through by a policy.
namespace support {

/// A record of the reverse mapping, as a policy can tell it from others.
enum class lone : unsigned char {
    dax_file,      ///< Data of a DAX file in core; two processes map it, one asked for it early.
    buffered_file, ///< Data of a file in the page cache, mapped as well.
    idle_file,     ///< Data of a file that is not in core.
    lost_file,     ///< Data of a file whose lookup fails with -EAGAIN.
    directory,     ///< A block of a directory in core, and likewise; nobody can map those.
    symlink,
    internal_file,
    attribute_fork,
    bmbt,
    metadata,
    log,
    cow_staging,
    unknown,
    none, ///< No record: free space.
};

/// A filesystem with nothing but this record, of four blocks from block 8 on.
template <class Mock = mock_filesystem>
[[nodiscard]] constexpr Mock with_lone(lone what) {
    Mock fs;
    mock_inode file{.number = plain};
    rmap_record record{blocks(8, 4), owner::file_data, plain, 0, sharing::sole};
    switch (what) {
    case lone::dax_file:
        break;
    case lone::buffered_file:
        file.access = mapping::buffered;
        break;
    case lone::idle_file:
        file.state = inode::not_in_core;
        break;
    case lone::lost_file:
        file.state = inode::lookup_failed;
        break;
    case lone::directory:
        file.kind = kind::directory;
        break;
    case lone::symlink:
        file.kind = kind::symlink;
        break;
    case lone::internal_file:
        file.kind = kind::internal;
        break;
    case lone::attribute_fork:
        record.owner = owner::attribute_fork;
        break;
    case lone::bmbt:
        record.owner = owner::bmbt;
        break;
    case lone::metadata:
        record.owner = owner::metadata;
        break;
    case lone::log:
        record.owner = owner::log;
        break;
    case lone::cow_staging:
        record.owner = owner::cow_staging;
        break;
    case lone::unknown:
        record.owner = owner::unknown;
        break;
    case lone::none:
        return fs;
    }
    if (file.kind != kind::regular)
        file.access = mapping::buffered;
    else
        fs.add_mappers(plain, 2, 1);
    fs.add(file);
    fs.add(record);
    return fs;
}

/// A cell of a matrix: this record, and what is to come of it.
struct cell {
    lone what;
    consequence expected;
};

/// The first cell of a matrix, counted from 1, in which a policy answers otherwise for this event;
/// 0 if there is none.
template <class Policy, class Mock = mock_filesystem, std::size_t Cells>
[[nodiscard]] constexpr std::size_t first_wrong(const cell (&cells)[Cells], cause why,
                                                byte_range where) {
    for (std::size_t i = 0; i != Cells; ++i) {
        const auto n = notify<Policy>(with_lone<Mock>(cells[i].what), why, where);
        if (!(n.what() == cells[i].expected) || !n.is_true())
            return i + 1;
    }
    return 0;
}

/// The same for kill_dax.
template <class Policy, class Mock = mock_filesystem, std::size_t Cells>
[[nodiscard]] constexpr std::size_t first_wrong_unbind(const cell (&cells)[Cells]) {
    for (std::size_t i = 0; i != Cells; ++i) {
        const auto n = unbind<Policy>(with_lone<Mock>(cells[i].what));
        if (!(n.what() == cells[i].expected) || !n.is_true())
            return i + 1;
    }
    return 0;
}

/// The first lone record, counted from 1, with which a policy does otherwise than another one; 0 if
/// there is none.
template <class Policy, class Other>
[[nodiscard]] constexpr std::size_t first_unlike(cause why, byte_range where) {
    for (std::size_t i = 0; i <= static_cast<std::size_t>(lone::none); ++i) {
        const auto fs = with_lone<>(static_cast<lone>(i));
        if (!(notify<Policy>(fs, why, where).what() == notify<Other>(fs, why, where).what()))
            return i + 1;
    }
    return 0;
}

/// One page of the lone record, and what becomes of an event that asks for it.
inline constexpr byte_range lone_page = blocks(9, 1);

inline constexpr consequence nothing_done{};
inline constexpr consequence corrupt_shutdown{filesystem_corrupted, true};
[[nodiscard]] constexpr consequence failed_with(int errno_value) {
    return {result::error(errno_value)};
}

/// What a removal comes to since 6.8, for these many processes and extents.
inline constexpr consequence umounted{
    .is_shut_down = true, .reason = shutdown_reason::force_umount, .was_frozen = true};
[[nodiscard]] constexpr consequence umounted_and(unsigned told, std::size_t invalidated) {
    auto v = umounted;
    v.told = told;
    v.invalidated = invalidated;
    return v;
}

/// The same, and since 7.0 the event and the data that was lost are reported.
[[nodiscard]] constexpr consequence reported(consequence v, std::size_t lost = 0) {
    v.media_events = 1;
    v.reported_lost = lost;
    return v;
}

} // namespace support
