// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "notification.hpp"

namespace support {

/// Two allocation groups as a booted kernel has them: fixed headers, btrees and inode chunks at
/// the start of each, and behind them two mapped DAX files, one a group. `first` is mapped by three
/// processes, one of which asked to be told early, `second` by one that did not.
enum file : std::uint64_t { first = 131, second = 132 };

template <class Mock = mock_filesystem>
[[nodiscard]] constexpr Mock mapped_files() {
    Mock fs;
    fs.has_several_groups = true;
    fs.add(mock_inode{.number = first});
    fs.add(mock_inode{.number = second});
    fs.add_mappers(first, 3, 1);
    fs.add_mappers(second, 1, 0);
    fs.add(rmap_record{blocks(0, 4), owner::metadata});
    fs.add(rmap_record{blocks(4, 4), owner::metadata});
    fs.add(rmap_record{blocks(8, 8), owner::metadata});
    fs.add(rmap_record{blocks(16, 2), owner::file_data, first});
    fs.add(rmap_record{blocks(18, 4), owner::file_data, first, 8 * sample_block});
    fs.add(rmap_record{blocks(128, 4), owner::metadata});
    fs.add(rmap_record{blocks(136, 2), owner::file_data, second});
    return fs;
}

} // namespace support
