// SPDX-License-Identifier: BSL-1.0
// The differences between the shipped policies, exact to the cell.
#include "daxhold/releases.hpp"
#include "daxhold/tables/difference.hpp"

#include "../support/pair_of_tables.hpp"

#include <doctest/doctest.h>

using namespace daxhold;
using namespace daxhold::tables;
using namespace daxhold::releases;
using tests::is_exact;

namespace {

template <auto const&... Tables>
struct tables_of {};

/// Whether the difference of every two of these is exact.
bool are_exact(tables_of<>) { return true; }
template <auto const& First, auto const&... Rest>
bool are_exact(tables_of<First, Rest...>) {
    return (is_exact<First, Rest>() && ...) && are_exact(tables_of<Rest...>{});
}

template <auto const& A, auto const& B>
constexpr bool are_alike = difference<A, B>.size() == 0;

// Those that are left out of the lists below, since another policy has the same table.
static_assert(are_alike<xfs_seed_as_intended::gate, xfs_seed_as_posted::gate>);
static_assert(are_alike<xfs_linux_6_0::record, xfs_v12::record>);
static_assert(are_alike<xfs_linux_6_14::record, xfs_linux_6_8::record>);
static_assert(are_alike<xfs_seed_as_posted::end, xfs_v12::end>);
static_assert(are_alike<xfs_seed_as_intended::end, xfs_v12::end>);
static_assert(are_alike<xfs_linux_6_14::end, xfs_linux_6_8::end>);
static_assert(are_alike<xfs_linux_6_18::record, xfs_linux_6_8::record>);
static_assert(are_alike<xfs_linux_6_18::end, xfs_linux_7_0::end>);
static_assert(are_alike<xfs_linux_7_2::gate, xfs_linux_7_0::gate>);
static_assert(are_alike<xfs_linux_7_2::record, xfs_linux_7_0::record>);
static_assert(are_alike<xfs_linux_7_2::end, xfs_linux_7_0::end>);

} // namespace

TEST_CASE("all pairs of gates: exactly the cells") {
    CHECK(are_exact(tables_of<xfs_v12::gate, xfs_seed_as_posted::gate, xfs_linux_6_0::gate,
                              xfs_linux_6_1::gate, xfs_linux_6_8::gate, xfs_linux_6_14::gate,
                              xfs_linux_6_18::gate, xfs_linux_7_0::gate, recommended::gate>{}));
}

TEST_CASE("all pairs of tables for records: exactly the cells") {
    CHECK(
        are_exact(tables_of<xfs_v12::record, xfs_seed_as_posted::record,
                            xfs_seed_as_intended::record, xfs_linux_6_1::record,
                            xfs_linux_6_8::record, xfs_linux_7_0::record, recommended::record>{}));
}

TEST_CASE("all pairs of ends: exactly the cells") {
    using ends = tables_of<xfs_v12::end, xfs_linux_6_0::end, xfs_linux_6_1::end, xfs_linux_6_8::end,
                           xfs_linux_7_0::end, recommended::end>;
    CHECK(are_exact(ends{}));
}

TEST_CASE("policies of other kinds: exactly the cells") {
    CHECK((is_exact<no_holder::gate, recommended::gate>()));
    CHECK((is_exact<famfs::gate, xfs_linux_7_0::gate>()));
    CHECK((is_exact<daxfs::gate, xfs_linux_7_0::gate>()));
    CHECK((is_exact<daxfs::record, xfs_linux_7_0::record>()));
    CHECK((is_exact<daxfs::end, xfs_linux_7_0::end>()));
    CHECK((is_exact<mark_dead::xfs::on_event, mark_dead::btrfs::on_event>()));
    CHECK((is_exact<mark_dead::btrfs::on_event, mark_dead::bcachefs_linux_6_15::on_event>()));
}
