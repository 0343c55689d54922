// SPDX-License-Identifier: BSL-1.0
#include "daxhold/render/detail/picture_grid.hpp"

#include "daxhold/releases/xfs_linux_6_8.hpp"
#include "daxhold/render/detail/model.hpp"

#include <doctest/doctest.h>

using namespace daxhold;
using namespace daxhold::tables;
using namespace daxhold::render::detail;

namespace {

using record = releases::xfs_linux_6_8;

picture_grid record_grid() {
    auto grid = make_grid(record::record, words_of_table(record::record));
    choose_axes(grid);
    return grid;
}

} // namespace

TEST_CASE("values that no row tells apart share a line") {
    // Two causes, data or not, three states of an inode, two mappings.
    CHECK(count_picture_cells(record::record, 1000) == 2 * 2 * 3 * 2);
    CHECK(count_picture_cells(record::record, 23) == 24);
    CHECK(count_picture_cells(record::record, 5) == 6);
}

TEST_CASE("every cell of the grid has the row that wins there") {
    const auto grid = make_grid(record::record, words_of_table(record::record));
    REQUIRE(grid.winners.size() == 24);
    for (const auto row : grid.winners)
        CHECK(row < decltype(record::record)::row_count);
    for (std::size_t row = 0; row != decltype(record::record)::row_count; ++row)
        CHECK(std::find(grid.winners.begin(), grid.winners.end(), row) != grid.winners.end());
}

TEST_CASE("the axes take all facts, and every line has cells of its own") {
    const auto grid = record_grid();
    CHECK(grid.columns.facts.size() + grid.rows.facts.size() == 4);
    CHECK(grid.columns.lines.size() * grid.rows.lines.size() <= 24);
    for (const auto* axis : {&grid.columns, &grid.rows})
        for (std::size_t line = 1; line < axis->lines.size(); ++line)
            CHECK(axis->lines[line] != axis->lines[line - 1]);
}

TEST_CASE("runs hold every cell once") {
    const auto grid = record_grid();
    std::size_t held = 0;
    for (const auto& run : merge_runs(grid))
        held += run.width * run.height;
    CHECK(held == grid.columns.lines.size() * grid.rows.lines.size());
}
