// SPDX-License-Identifier: BSL-1.0
#include "daxhold/releases/xfs_linux_6_18.hpp"

#include "../support/differences.hpp"
#include "../support/gates.hpp"
#include "../support/lone_record.hpp"
#include "../support/mapped_files.hpp"
#include "../support/notification.hpp"

using namespace support;
using releases::xfs_linux_6_14;
using releases::xfs_linux_6_18;

static_assert(proven<xfs_linux_6_18::gate>);
static_assert(proven<xfs_linux_6_18::end>);
static_assert(proven<xfs_linux_6_18::aftermaths>);

// What differs from 6.14: a range after the end of the filesystem is outside, and what is had
// before a walk cannot fail.
static_assert(
    is_exactly(difference<xfs_linux_6_14::gate, xfs_linux_6_18::gate>,
               change_of(when(mount::born, role::log, range::after_end, cause::removal), 3, 2),
               change_of(when(mount::born, role::log, range::after_end, cause::corruption), 4, 2),
               change_of(when(mount::born, role::internal_realtime, rmap::present, range::after_end,
                              cause::corruption),
                         7, 6),
               change_of(when(mount::born, role::internal_realtime, rmap::present, range::after_end,
                              cause::removal),
                         8, 6),
               change_of(when(mount::born, any_of(role::data, role::realtime), rmap::present,
                              range::after_end, cause::removal),
                         9, 6),
               change_of(when(mount::born, any_of(role::data, role::realtime), rmap::present,
                              any_of(range::inside, range::across_end), cause::removal),
                         9, 9),
               change_of(when(mount::born, any_of(role::data, role::realtime), rmap::present,
                              range::after_end, cause::corruption),
                         10, 6),
               change_of(when(mount::born, any_of(role::data, role::realtime), rmap::present,
                              any_of(range::inside, range::across_end), cause::corruption),
                         10, 10)));
static_assert(difference<xfs_linux_6_14::record, xfs_linux_6_18::record>.size() == 0);
static_assert(
    is_exactly(difference<xfs_linux_6_14::end, xfs_linux_6_18::end>,
               change_of(when(walk_end::not_started, cause::removal), 1, 1),
               change_of(when(walk_end::not_started, cause::corruption, want_shutdown::yes), 2, 3),
               change_of(when(walk_end::not_started, cause::corruption, want_shutdown::no), 2, 4)));

namespace {

/// The gates of the lineage (9b), in their order.
constexpr consequence gate(const gate_event& e) {
    if (e.mount == mount::not_born)
        return failed_with(EIO);
    if (e.device == role::log) {
        if (e.is_outside_of_the_filesystem())
            return failed_with(ENXIO);
        return e.is_removal() ? nothing_done : corrupt_shutdown;
    }
    // -EOPNOTSUPP where there is no reverse mapping and the range is outside: seen on 6.18.15
    if (e.rmap == rmap::absent)
        return failed_with(EOPNOTSUPP);
    if (e.is_outside_of_the_filesystem())
        return failed_with(ENXIO);
    return e.is_removal() ? umounted : nothing_done;
}

constexpr auto unbound() { return unbind<xfs_linux_6_18>(populated<>()); }

} // namespace

TEST_CASE("the gates, in their order") {
    CHECK_BOTH(first_wrong_gate<xfs_linux_6_18>(gate) == 0);
    // What follows no longer is in the gate alone: nothing is begun before a walk.
    CHECK_BOTH(unbound().fs.faults.made(call::begin_walk) == 0);
    CHECK_BOTH(unbound().fs.log[0].what == call::freeze);
    CHECK_BOTH(unbound().fs.log[1].what == call::kill_users);
}

TEST_CASE("a lone record, and an unbind with one group: as 6.14") {
    for (const auto why : {cause::corruption, cause::removal})
        for (const auto where : {lone_page, byte_range::whole_device()})
            CHECK(first_unlike<xfs_linux_6_18, xfs_linux_6_14>(why, where) == 0);
    // Observed on 6.18.15: 0, force_umount, every process told.
    CHECK_BOTH(unbound().what() == umounted_and(3, 5));
    CHECK_BOTH(unbound().what() == unbind<xfs_linux_6_14>(populated<>()).what());
    CHECK_BOTH(unbound().after == known_aftermaths{});
    CHECK_BOTH(!unbound().made.is_incomplete());
}

TEST_CASE("realtime with a reverse mapping, as observed on 6.18.15") {
    constexpr auto fs = populated<filesystem_of_every_role>();
    constexpr auto corrupt = [](byte_range where) {
        return notify<xfs_linux_6_18>(populated<filesystem_of_every_role>(), cause::corruption,
                                      where, role::realtime)
            .what();
    };
    CHECK_BOTH(corrupt(blocks(12, 1)) == consequence{.told = 1, .poisoned = 1});
    CHECK_BOTH(corrupt(blocks(0, 1)) == corrupt_shutdown);
    CHECK_BOTH(corrupt(blocks(100, 1)) == nothing_done);
    CHECK_BOTH(unbind<xfs_linux_6_18>(fs, role::realtime).what() == umounted_and(3, 5));
    // An internal section: nothing is found in it.
    CHECK_BOTH(notify<xfs_linux_6_18>(fs, cause::corruption, blocks(0, 1), role::internal_realtime)
                   .what() == nothing_done);
    CHECK_BOTH(unbind<xfs_linux_6_18>(fs, role::internal_realtime).what() == umounted);
}

TEST_CASE("who maps what is gone oopses when it exits") {
    constexpr auto stays = any_of(aftermath::mappings_stay_live, aftermath::exit_oopses);
    // Observed on 6.18.15 without a reverse mapping.
    constexpr auto bare = populated<mock_filesystem_without_rmap>();
    CHECK_BOTH(unbind<xfs_linux_6_18>(bare).after == known_aftermaths{stays, stays});
    CHECK_BOTH(unbind<xfs_linux_6_18>(with_lone<mock_filesystem_without_rmap>(lone::buffered_file))
                   .after == known_aftermaths{});
    constexpr auto dead = [] {
        auto fs = mapped_files<>();
        fs.is_shut_down = true;
        return fs;
    };
    CHECK_BOTH(unbind<xfs_linux_6_18>(dead()).after == known_aftermaths{stays, stays});
    // A walk that fails counts nothing, whatever the groups.
    CHECK_BOTH(
        notify<xfs_linux_6_18>(dead(), cause::corruption, byte_range::whole_device()).after ==
        known_aftermaths{});
    CHECK_BOTH(unbind<xfs_linux_6_18>(dead()).answer == result::error(EIO));
}

TEST_CASE("an unbind with several groups counts too many pages in all but the last") {
    constexpr auto wraps = any_of(aftermath::page_count_wraps);
    // Observed on 6.18.15 with four groups.
    CHECK_BOTH(unbind<xfs_linux_6_18>(mapped_files<>()).after == known_aftermaths{{}, wraps});
    CHECK_BOTH(unbind<xfs_linux_6_18>(mapped_files<>()).what() == umounted_and(4, 3));
    CHECK_BOTH(
        notify<xfs_linux_6_18>(mapped_files<>(), cause::corruption, byte_range::whole_device())
            .after.possible == wraps);
    // One group, and smaller than its device: no longer.
    constexpr auto smaller = [] {
        auto fs = populated<>();
        fs.end = blocks(0, 64).end();
        return fs;
    };
    CHECK_BOTH(unbind<xfs_linux_6_18>(smaller()).after == known_aftermaths{});
    CHECK_BOTH(unbind<xfs_linux_6_14>(smaller()).may_have(aftermath::page_count_wraps));
}
