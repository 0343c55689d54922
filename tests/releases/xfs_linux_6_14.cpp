// SPDX-License-Identifier: BSL-1.0
#include "daxhold/releases/xfs_linux_6_14.hpp"

#include "../support/differences.hpp"
#include "../support/faults.hpp"
#include "../support/gates.hpp"
#include "../support/lone_record.hpp"
#include "../support/mapped_files.hpp"
#include "../support/notification.hpp"

using namespace support;
using releases::xfs_linux_6_14;
using releases::xfs_linux_6_8;
using releases::xfs_linux_7_0;

static_assert(proven<xfs_linux_6_14::gate>);
static_assert(proven<xfs_linux_6_14::record>);
static_assert(proven<xfs_linux_6_14::end>);
static_assert(proven<xfs_linux_6_14::aftermaths>);

// xfs_dax_failure_fn and what follows it are those of 6.8.
static_assert(difference<xfs_linux_6_8::record, xfs_linux_6_14::record>.size() == 0);
static_assert(difference<xfs_linux_6_8::end, xfs_linux_6_14::end>.size() == 0);

namespace {

constexpr byte_range whole = byte_range::whole_device();
constexpr byte_range everything{0, 1U << 20U};

/// The gates of the lineage (9b), in their order.
constexpr consequence gate(const gate_event& e) {
    if (e.mount == mount::not_born) // a removal too: it is lost
        return failed_with(EIO);
    if (e.device == role::log) {
        if (e.range == range::outside) // of the device
            return failed_with(ENXIO);
        return e.is_removal() ? nothing_done : corrupt_shutdown;
    }
    if (e.rmap == rmap::absent) // before the range, of which 7.0 asks first
        return failed_with(EOPNOTSUPP);
    if (e.range == range::outside)
        return failed_with(ENXIO);
    return e.is_removal() ? umounted : nothing_done;
}

constexpr auto unbound() { return unbind<xfs_linux_6_14>(populated<>()); }
constexpr auto unbound_in_groups() { return unbind<xfs_linux_6_14>(mapped_files<>()); }
constexpr auto corrupt(byte_range where, role device) {
    return notify<xfs_linux_6_14>(populated<filesystem_of_every_role>(), cause::corruption, where,
                                  device)
        .what();
}

constexpr bool is_as_6_8_on_the_data_device() {
    for (const auto why : {cause::corruption, cause::removal})
        for (const auto where : {whole, everything, blocks(8, 10), blocks(28, 4), blocks(16, 1)})
            if (!does_as<xfs_linux_6_14, xfs_linux_6_8>(populated<>(), why, where))
                return false;
    return true;
}

/// Whether every call that fails, in both kinds of event, leads to what it does in 6.8.
constexpr bool fails_as_6_8(call what) {
    for (const auto why : {cause::corruption, cause::removal})
        for (std::uint64_t nth = 1; nth != 14; ++nth) {
            auto fs = populated<>();
            fs.faults.fail(what, nth, fault_errno);
            if (!does_as<xfs_linux_6_14, xfs_linux_6_8>(
                    fs, why, why == cause::removal ? whole : blocks(8, 10)))
                return false;
        }
    return true;
}

// 6.14 to 6.16: xfs_trans_alloc_empty. Thawed, and not shut down.
constexpr sweep failing_to_begin() {
    return fail_each<xfs_linux_6_14>(
        populated<>(), call::begin_walk, cause::removal, whole, [](const auto& n, std::uint64_t) {
            return n.what() == consequence{.outcome = fault, .was_frozen = true} &&
                   n.fs.log.is(call::freeze, call::begin_walk, call::thaw, call::thaw_user) &&
                   n.made.walk == walk_end::not_started && n.made.not_walked == everything;
        });
}

} // namespace

TEST_CASE("a lone record: as 6.8 (9a)") {
    for (const auto where : {lone_page, whole}) {
        CHECK(first_unlike<xfs_linux_6_14, xfs_linux_6_8>(cause::corruption, where) == 0);
        CHECK(first_unlike<xfs_linux_6_14, xfs_linux_6_8>(cause::removal, where) == 0);
    }
    static_assert(first_unlike<xfs_linux_6_14, xfs_linux_6_8>(cause::removal, whole) == 0);
}

TEST_CASE("an unbind: freeze, everybody told, shut down, thaw; no media event") {
    CHECK_BOTH(unbound().what() == umounted_and(3, 5));
    CHECK_BOTH(unbound().is_true());
    CHECK_BOTH(unbound().after == known_aftermaths{});
    CHECK_BOTH(unbound_in_groups().what() == umounted_and(4, 3));
}

TEST_CASE("the gates, in their order") {
    CHECK_BOTH(first_wrong_gate<xfs_linux_6_14>(gate) == 0);
    constexpr auto bare = populated<mock_filesystem_without_rmap>();
    CHECK_BOTH(falls_back(notify<xfs_linux_6_14>(bare, cause::corruption, blocks(0, 1)).answer));
    CHECK_BOTH(unbind<xfs_linux_6_14>(bare).fs.log.size() == 0);
}

TEST_CASE("a range is compared with the device, as observed on 6.16.12 and 6.17.13") {
    constexpr auto poisoned = [](role device) {
        return at_gate<xfs_linux_6_14>(
            {mount::born, device, cause::corruption, scope::part, range::after_end, rmap::present});
    };
    // After the end of an external log: -EFSCORRUPTED, shut down.
    CHECK_BOTH(poisoned(role::log).what() == corrupt_shutdown);
    // After the end of data or realtime: 0, nobody visited. The null pointer of 6.12 is gone.
    CHECK_BOTH(poisoned(role::data).what() == nothing_done);
    CHECK_BOTH(poisoned(role::data).made.records == 0);
    CHECK_BOTH(poisoned(role::data).after == known_aftermaths{});
    CHECK_BOTH(poisoned(role::realtime).what() == nothing_done);
}

TEST_CASE("the realtime device is walked where its groups have a reverse mapping") {
    CHECK_BOTH(corrupt(blocks(12, 1), role::realtime) == consequence{.told = 1, .poisoned = 1});
    CHECK_BOTH(corrupt(blocks(0, 1), role::realtime) == corrupt_shutdown);
    CHECK_BOTH(
        unbind<xfs_linux_6_14>(populated<filesystem_of_every_role>(), role::realtime).what() ==
        unbound().what());
    CHECK_BOTH(notify<xfs_linux_6_8>(populated<filesystem_of_every_role>(), cause::corruption,
                                     blocks(12, 1), role::realtime)
                   .what() == failed_with(EOPNOTSUPP));
}

TEST_CASE("a realtime section on the data device: every event is taken for its groups") {
    // Poison of the superblock, and of data: 0, and the filesystem stays in use.
    CHECK_BOTH(corrupt(blocks(0, 1), role::internal_realtime) == nothing_done);
    CHECK_BOTH(corrupt(blocks(12, 1), role::internal_realtime) == nothing_done);
    // An unbind shuts down, and nobody is told.
    constexpr auto removed =
        unbind<xfs_linux_6_14>(populated<filesystem_of_every_role>(), role::internal_realtime);
    CHECK_BOTH(removed.what() == umounted);
    CHECK_BOTH(removed.fs.log.is(call::freeze, call::shut_down, call::thaw, call::thaw_user));
}

TEST_CASE("who maps what is gone oopses when it exits") {
    constexpr auto stays = any_of(aftermath::mappings_stay_live, aftermath::exit_oopses);
    // Observed on 6.16.12 and 6.17.13 without a reverse mapping.
    constexpr auto bare = populated<mock_filesystem_without_rmap>();
    CHECK_BOTH(unbind<xfs_linux_6_14>(bare).after == known_aftermaths{stays, stays});
    CHECK_BOTH(notify<xfs_linux_6_14>(bare, cause::corruption, blocks(8, 1)).after ==
               known_aftermaths{});
    CHECK_BOTH(unbind<xfs_linux_6_14>(with_lone<mock_filesystem_without_rmap>(lone::buffered_file))
                   .after == known_aftermaths{});
    // And where the filesystem was shut down before, since the walk fails (DERIVED).
    constexpr auto dead = [] {
        auto fs = mapped_files<>();
        fs.is_shut_down = true;
        return fs;
    };
    // A walk that fails counts nothing, whatever the groups.
    CHECK_BOTH(unbind<xfs_linux_6_14>(dead()).after == known_aftermaths{stays, stays});
    CHECK_BOTH(notify<xfs_linux_6_14>(dead(), cause::corruption, whole).after ==
               known_aftermaths{});
    CHECK_BOTH(unbind<xfs_linux_6_14>(dead()).answer == result::error(EIO));
    CHECK_BOTH(unbind<xfs_linux_6_14>(dead()).fs.told() == 0);
}

TEST_CASE("a range of several groups counts too many pages in all but the last") {
    constexpr auto wraps = any_of(aftermath::page_count_wraps);
    // It takes an inode in core there: possible, and not certain. Observed on 6.17.13.
    CHECK_BOTH(unbound_in_groups().after == known_aftermaths{{}, wraps});
    CHECK_BOTH(notify<xfs_linux_6_14>(mapped_files<>(), cause::corruption, whole).after.possible ==
               wraps);
    // One group.
    CHECK_BOTH(notify<xfs_linux_6_14>(mapped_files<>(), cause::removal, blocks(16, 4)).after ==
               known_aftermaths{});
    CHECK_BOTH(notify<xfs_linux_6_14>(mapped_files<>(), cause::corruption, blocks(16, 4)).after ==
               known_aftermaths{});
    // One group, of a filesystem that is smaller than its device: likewise, on 6.17.13.
    constexpr auto smaller = [] {
        auto fs = populated<>();
        fs.end = blocks(0, 64).end();
        return fs;
    };
    CHECK_BOTH(unbind<xfs_linux_6_14>(smaller()).after == known_aftermaths{{}, wraps});
    CHECK_BOTH(!unbind<xfs_linux_6_8>(mapped_files<>()).may_have(aftermath::page_count_wraps));
}

TEST_CASE("on a data device with a reverse mapping it is 6.8, also when calls fail") {
    CHECK_BOTH(is_as_6_8_on_the_data_device());
    CHECK_BOTH(failing_to_begin() == sweep{1});
    for (std::size_t what = 0; what != call_count; ++what)
        CHECK(fails_as_6_8(static_cast<call>(what)));
}
