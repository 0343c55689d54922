// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/releases/xfs_linux_6_8.hpp"
#include "daxhold/releases/xfs_linux_7_0.hpp"
#include "daxhold/tables/explain.hpp"

#include "random_table.hpp"

#include <string>

/// \file
/// Tables to render: two that are shipped, and small ones with what is awkward.

namespace tests {

using v6_8 = daxhold::releases::xfs_linux_6_8;
using v7_0 = daxhold::releases::xfs_linux_7_0;

enum class door { open, closed, locked };
enum class alarm { off, on };
enum class owner { home, away };

/// An action of a user's own, with all that a format has to escape.
struct reply {
    int number;
    [[nodiscard]] friend constexpr bool operator==(reply, reply) noexcept = default;
};

inline std::string describe_action(const reply& r) {
    static constexpr const char* words[] = {"call \"the police\", now", "a | b", "<wait> & *see*",
                                            "back\\slash; #1 `x` 100%"};
    return words[r.number];
}

inline constexpr auto toy =
    table(daxhold::tables::when(alarm::on, owner::away) >> reply{0},
          daxhold::tables::when(daxhold::any_of(door::open, door::closed), owner::away) >> reply{1},
          daxhold::tables::when(alarm::on) >> reply{2}, daxhold::tables::otherwise >> reply{3});

// A row for a locked door less, and another answer to an alarm.
inline constexpr auto other_toy =
    table(daxhold::tables::when(alarm::on) >> reply{2},
          daxhold::tables::when(daxhold::none_of(door::locked), owner::away) >> reply{1},
          daxhold::tables::otherwise >> reply{3});

inline constexpr auto one_row = table(daxhold::tables::otherwise >> reply{1});

/// Its diagram would be out of proportion to its rows.
inline constexpr auto sprawling = whole_table<ten_bits, 20, 2, 2>;

/// A page of file data under a removal, in XFS of Linux 6.8.
inline constexpr auto removed_page = daxhold::tables::explain<v6_8::record>(
    daxhold::known(daxhold::cause::removal, daxhold::owner::file_data, daxhold::inode::in_core,
                   daxhold::mapping::dax));

/// A removal, of which nothing more is known.
inline constexpr auto removed =
    daxhold::tables::explain_partly<v6_8::record>(daxhold::known(daxhold::cause::removal));

/// Nothing that a single fact could change.
inline constexpr auto fixed = daxhold::tables::explain<one_row>(daxhold::known());

} // namespace tests
