// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/tables/detail/escape.hpp"
#include "daxhold/tables/detail/model.hpp"

#include <string>
#include <vector>

/// \file
/// Tables and differences as CSV (RFC 4180): lines end with CR LF, the first one names the columns,
/// and all lines have as many fields. Rows are counted from 1.

namespace daxhold::tables {

namespace detail {

inline std::string csv_of(const sheet& shown) {
    std::vector<std::string> fields;
    for (const auto& column : shown.columns)
        fields.push_back(csv_field(column));
    auto made = join(fields, ",") + "\r\n";
    for (const auto& line : shown.lines) {
        fields.clear();
        for (const auto& cell : line)
            fields.push_back(csv_field(cell.strong + cell.text));
        made += join(fields, ",") + "\r\n";
    }
    return made;
}

} // namespace detail

/// Comma-separated values (RFC 4180).
namespace csv {

/// A table: a line a row, a field a fact, left empty where the row does not care.
template <auto const& Table>
[[nodiscard]] std::string table() {
    return tables::detail::csv_of(tables::detail::sheet_of(tables::detail::words_of_table(Table)));
}

/// What changes from `Before` to `After`, a line a cube of cells, with the facts that matter to
/// some change. What is `Given` narrows it (tables/difference.hpp).
template <auto const& Before, auto const& After, auto... Given>
[[nodiscard]] std::string difference() {
    return tables::detail::csv_of(
        tables::detail::sheet_of(tables::detail::words_of_difference<Before, After, Given...>()));
}

} // namespace csv

} // namespace daxhold::tables
