// SPDX-License-Identifier: BSL-1.0
#include "daxhold/releases/xfs_linux_7_0.hpp"

#include "../support/faults.hpp"
#include "../support/gates.hpp"
#include "../support/lone_record.hpp"
#include "../support/mapped_files.hpp"
#include "../support/notification.hpp"

using namespace support;
using releases::xfs_linux_6_8;
using releases::xfs_linux_7_0;

namespace {

constexpr byte_range whole = byte_range::whole_device();

constexpr consequence corrupt_and_reported = reported(corrupt_shutdown);
constexpr consequence unsupported_and_reported = reported(failed_with(EOPNOTSUPP));

// "Owner x event" of the lineage, 7.0: as 6.8, and reported.
constexpr cell corruption_cells[] = {
    {lone::dax_file, reported({.told = 1, .poisoned = 1}, 1)},
    {lone::buffered_file, reported(nothing_done, 1)},
    {lone::idle_file, reported(nothing_done)},
    {lone::lost_file, corrupt_and_reported},
    {lone::directory, reported(nothing_done, 1)},
    {lone::symlink, reported(nothing_done, 1)},
    {lone::internal_file, reported(nothing_done, 1)},
    {lone::attribute_fork, corrupt_and_reported},
    {lone::bmbt, corrupt_and_reported},
    {lone::metadata, corrupt_and_reported},
    {lone::log, corrupt_and_reported},
    {lone::cow_staging, corrupt_and_reported},
    {lone::unknown, corrupt_and_reported},
    {lone::none, reported(nothing_done)},
};

constexpr cell removal_cells[] = {
    // data is reported as lost although nothing was lost yet
    {lone::dax_file, reported(umounted_and(2, 1), 1)},
    {lone::buffered_file, reported(umounted_and(0, 1), 1)},
    {lone::idle_file, reported(umounted)},
    {lone::lost_file, reported(umounted)},
    // a directory passes for a file in the page cache, and its blocks for data
    {lone::directory, reported(umounted_and(0, 1), 1)},
    {lone::symlink, reported(umounted_and(0, 1), 1)},
    {lone::internal_file, reported(umounted_and(0, 1), 1)},
    {lone::attribute_fork, reported(umounted)},
    {lone::bmbt, reported(umounted)},
    {lone::metadata, reported(umounted)},
    {lone::log, reported(umounted)},
    {lone::cow_staging, reported(umounted)},
    {lone::unknown, reported(umounted)},
    {lone::none, reported(umounted)},
};

/// The gates of the lineage (9b), in their order.
constexpr consequence gate(const gate_event& e) {
    if (e.mount == mount::not_born)
        return failed_with(EIO);
    // the range comes before everything else, and what is outside is no event
    if (e.is_outside_of_the_filesystem())
        return failed_with(ENXIO);
    if (e.device == role::log)
        return e.is_removal() ? reported(nothing_done) : corrupt_and_reported;
    if (e.rmap == rmap::absent)
        return unsupported_and_reported;
    return reported(e.is_removal() ? umounted : nothing_done);
}

constexpr auto corrupt(byte_range where) {
    return notify<xfs_linux_7_0>(populated<>(), cause::corruption, where);
}
constexpr auto unbound() { return unbind<xfs_linux_7_0>(populated<>()); }

constexpr byte_range everything{0, 1U << 20U};
constexpr std::uint64_t starts[] = {0, 8, 8, 12, 16, 20, 24, 28, 29, 30, 40, 48};
constexpr std::uint64_t killed_at[] = {2, 3, 4, 10};
constexpr byte_range left_from(std::uint64_t record) {
    return everything.from(starts[record - 1] * sample_block);
}
constexpr bool is_umounted(const consequence& v) {
    return v.is_shut_down && v.reason == shutdown_reason::force_umount && !v.is_left_frozen;
}

template <class Expected>
constexpr sweep fail_each_in_removal(call what, Expected is_as_expected) {
    return fail_each<xfs_linux_7_0>(populated<>(), what, cause::removal, whole, is_as_expected);
}

/// A call that fails and changes nothing but that it was not done.
template <class Change>
constexpr sweep failing_without_consequence(call what, Change change) {
    return fail_each_in_removal(what, [change](const auto& n, std::uint64_t) {
        auto expected = unbound().what();
        change(expected);
        return n.what() == expected && n.made.not_walked.empty() && n.made.walk == walk_end::clean;
    });
}
constexpr sweep failing_to_report_media_event() {
    return failing_without_consequence(call::report_media_event,
                                       [](consequence& v) { v.media_events = 0; });
}
constexpr sweep failing_to_freeze() {
    return failing_without_consequence(call::freeze, [](consequence& v) { v.was_frozen = false; });
}
constexpr sweep failing_to_invalidate() {
    return failing_without_consequence(call::invalidate, [](consequence& v) { --v.invalidated; });
}
constexpr sweep failing_to_report_data_lost() {
    return failing_without_consequence(call::report_data_lost,
                                       [](consequence& v) { --v.reported_lost; });
}
constexpr sweep failing_to_thaw() {
    return failing_without_consequence(call::thaw, [](consequence& v) { v.is_left_frozen = true; });
}
constexpr sweep failing_to_thaw_user() {
    return failing_without_consequence(call::thaw_user, [](consequence&) {});
}
constexpr sweep failing_to_shut_down() {
    return fail_each_in_removal(call::shut_down, [](const auto& n, std::uint64_t) {
        return n.answer == success && !n.fs.is_shut_down && !n.made.is_left_frozen;
    });
}
constexpr sweep failing_to_read() {
    return fail_each_in_removal(call::read_rmap, [](const auto& n, std::uint64_t nth) {
        return n.answer == fault && is_umounted(n.what()) && n.made.records == nth - 1 &&
               n.made.not_walked == (nth == 1 ? everything : left_from(nth - 1));
    });
}
constexpr sweep failing_to_find() {
    return fail_each_in_removal(call::find_in_core, [](const auto& n, std::uint64_t) {
        return n.answer == success && is_umounted(n.what()) && n.made.not_walked.empty();
    });
}
// The pages are dropped and reported all the same; then the walk ends.
constexpr sweep failing_to_kill() {
    return fail_each_in_removal(call::kill_users, [](const auto& n, std::uint64_t nth) {
        const auto at = killed_at[nth - 1];
        const auto done = nth == 4 ? 5 : nth;
        return n.answer == fault && is_umounted(n.what()) &&
               count_done(n.fs.log, call::invalidate) == done &&
               count_done(n.fs.log, call::report_data_lost) == done && n.made.records == at &&
               n.made.not_walked == left_from(at);
    });
}

template <class Expected>
constexpr sweep fail_each_in_corruption(call what, Expected is_as_expected) {
    return fail_each<xfs_linux_7_0>(populated<>(), what, cause::corruption, blocks(8, 10),
                                    is_as_expected);
}
constexpr sweep corruption_failing_to_read() {
    return fail_each_in_corruption(call::read_rmap, [](const auto& n, std::uint64_t) {
        return n.answer == fault && n.fs.is_shut_down &&
               n.fs.reason == shutdown_reason::corrupt_ondisk && !n.made.not_walked.empty();
    });
}
constexpr sweep corruption_failing_to_find() {
    return fail_each_in_corruption(call::find_in_core, [](const auto& n, std::uint64_t) {
        return n.answer == filesystem_corrupted && n.fs.is_shut_down && n.made.records == 4;
    });
}
constexpr sweep corruption_failing_to_kill() {
    return fail_each_in_corruption(call::kill_users, [](const auto& n, std::uint64_t nth) {
        return n.answer == fault && n.fs.is_shut_down && n.fs.told() == nth - 1 &&
               count_done(n.fs.log, call::report_data_lost) == nth;
    });
}
constexpr sweep corruption_failing_to_report() {
    return fail_each_in_corruption(call::report_data_lost, [](const auto& n, std::uint64_t) {
        return n.answer == success && !n.fs.is_shut_down && n.fs.told() == 2;
    });
}

} // namespace

TEST_CASE("a lone record") {
    CHECK_BOTH(first_wrong<xfs_linux_7_0>(corruption_cells, cause::corruption, lone_page) == 0);
    CHECK_BOTH(first_wrong<xfs_linux_7_0>(corruption_cells, cause::corruption, whole) == 0);
    CHECK_BOTH(first_wrong<xfs_linux_7_0>(removal_cells, cause::removal, lone_page) == 0);
    CHECK_BOTH(first_wrong_unbind<xfs_linux_7_0>(removal_cells) == 0);
}

TEST_CASE("an unbind with a reverse mapping: as in 6.8, and reported") {
    CHECK_BOTH(unbound().what() == reported(umounted_and(3, 5), 5));
    CHECK_BOTH(unbound().is_true());
    CHECK_BOTH(unbound().what() == reported(unbind<xfs_linux_6_8>(populated<>()).what(), 5));
    // Since 6.17 there is nothing that has to be had before a walk.
    CHECK_BOTH(unbound().fs.log.is(
        call::report_media_event, call::freeze,                     //
        call::kill_users, call::invalidate, call::report_data_lost, // plain
        call::kill_users, call::invalidate, call::report_data_lost, // sharer
        call::kill_users, call::invalidate, call::report_data_lost, // plain
        call::invalidate, call::report_data_lost,                   // buffered
        call::kill_users, call::invalidate, call::report_data_lost, // fragmented
        call::shut_down, call::thaw, call::thaw_user));
    CHECK_BOTH(unbound().fs.log[0].where == everything);
    CHECK_BOTH(!unbound().made.is_incomplete());
    CHECK_BOTH(unbound().after == known_aftermaths{});
}

TEST_CASE("what it is known for: as 6.18, and data that was not there is lost") {
    constexpr auto stays = any_of(aftermath::mappings_stay_live, aftermath::exit_oopses);
    constexpr auto wraps = any_of(aftermath::page_count_wraps, aftermath::reports_too_much);
    constexpr auto bare = populated<mock_filesystem_without_rmap>();
    CHECK_BOTH(unbind<xfs_linux_7_0>(bare).after == known_aftermaths{stays, stays});
    // In a group other than the last: of a dax inode, and of one in the page cache.
    CHECK_BOTH(unbind<xfs_linux_7_0>(mapped_files<>()).after == known_aftermaths{{}, wraps});
    CHECK_BOTH(unbind<xfs_linux_7_0>(mapped_files<>()).what() == reported(umounted_and(4, 3), 3));
    CHECK_BOTH(notify<xfs_linux_7_0>(mapped_files<>(), cause::corruption, whole).after.possible ==
               wraps);
    CHECK_BOTH(notify<xfs_linux_7_0>(mapped_files<>(), cause::removal, blocks(16, 4)).after ==
               known_aftermaths{});
    constexpr auto dead = [] {
        auto fs = mapped_files<>();
        fs.is_shut_down = true;
        return fs;
    };
    CHECK_BOTH(unbind<xfs_linux_7_0>(dead()).after == known_aftermaths{stays, stays});
    // A walk that fails counts nothing, whatever the groups.
    CHECK_BOTH(notify<xfs_linux_7_0>(dead(), cause::corruption, whole).after == known_aftermaths{});
}

TEST_CASE("an unbind without a reverse mapping is reported, and nobody is told") {
    constexpr auto fs = populated<mock_filesystem_without_rmap>();
    CHECK_BOTH(unbind<xfs_linux_7_0>(fs).what() == unsupported_and_reported);
    CHECK_BOTH(unbind<xfs_linux_7_0>(fs).fs.log.is(call::report_media_event));
    CHECK_BOTH(notify<xfs_linux_7_0>(fs, cause::corruption, blocks(8, 1)).what() ==
               unsupported_and_reported);
    CHECK_BOTH(falls_back(notify<xfs_linux_7_0>(fs, cause::corruption, blocks(8, 1)).answer));
}

TEST_CASE("an unbind of each of several devices") {
    constexpr auto fs = populated<mock_filesystem_with_devices>();
    CHECK_BOTH(unbind<xfs_linux_7_0>(fs, role::data).what() == unbound().what());
    CHECK_BOTH(unbind<xfs_linux_7_0>(fs, role::log).what() == reported(nothing_done));
    CHECK_BOTH(unbind<xfs_linux_7_0>(fs, role::log).fs.log.is(call::report_media_event));
    CHECK_BOTH(unbind<xfs_linux_7_0>(fs, role::log).fs.log[0].device == role::log);
    CHECK_BOTH(unbind<xfs_linux_7_0>(fs, role::log).fs.log[0].where == byte_range{0, 1U << 16U});
    // Without groups the realtime device has no reverse mapping.
    CHECK_BOTH(unbind<xfs_linux_7_0>(fs, role::realtime).what() == unsupported_and_reported);
    CHECK_BOTH(unbind<xfs_linux_7_0>(fs, role::realtime).fs.log[0].device == role::realtime);

    // With groups it is walked like the data device.
    constexpr auto grouped = populated<filesystem_of_every_role>();
    CHECK_BOTH(unbind<xfs_linux_7_0>(grouped, role::realtime).what() == unbound().what());
    CHECK_BOTH(
        notify<xfs_linux_7_0>(grouped, cause::corruption, blocks(12, 1), role::realtime).what() ==
        reported({.told = 1, .poisoned = 1}, 1));
}

TEST_CASE("the gates, in their order") {
    CHECK_BOTH(first_wrong_gate<xfs_linux_7_0>(gate) == 0);
    CHECK_BOTH(at_gate<xfs_linux_7_0>({mount::born, role::data, cause::corruption, scope::part,
                                       range::after_end, rmap::present})
                   .fs.log.size() == 0);
}

TEST_CASE("a corruption tells what was lost, also of a file in the page cache") {
    CHECK_BOTH(corrupt(blocks(12, 1))
                   .fs.log.is(call::report_media_event, call::kill_users, call::report_data_lost));
    CHECK_BOTH(corrupt(blocks(12, 1)).fs.log[0].where == blocks(12, 1));
    CHECK_BOTH(corrupt(blocks(12, 1)).fs.log[2].where == blocks(4, 1));
    CHECK_BOTH(corrupt(blocks(20, 1)).fs.log.is(call::report_media_event, call::report_data_lost));
    CHECK_BOTH(corrupt(blocks(16, 1)).fs.log.is(call::report_media_event));
    CHECK_BOTH(corrupt(blocks(0, 16))
                   .fs.log.is(call::report_media_event, call::kill_users, call::report_data_lost,
                              call::kill_users, call::report_data_lost, call::kill_users,
                              call::report_data_lost, call::shut_down));
}

TEST_CASE("every call that fails") {
    CHECK_BOTH(failing_to_report_media_event() == sweep{1});
    CHECK_BOTH(failing_to_freeze() == sweep{1});
    CHECK_BOTH(failing_to_read() == sweep{12});
    CHECK_BOTH(failing_to_find() == sweep{7});
    CHECK_BOTH(failing_to_kill() == sweep{4});
    CHECK_BOTH(failing_to_invalidate() == sweep{5});
    CHECK_BOTH(failing_to_report_data_lost() == sweep{5});
    CHECK_BOTH(failing_to_shut_down() == sweep{1});
    CHECK_BOTH(failing_to_thaw() == sweep{1});
    CHECK_BOTH(failing_to_thaw_user() == sweep{1});

    CHECK_BOTH(corruption_failing_to_read() == sweep{4});
    CHECK_BOTH(corruption_failing_to_find() == sweep{4});
    CHECK_BOTH(corruption_failing_to_kill() == sweep{3});
    CHECK_BOTH(corruption_failing_to_report() == sweep{3});
}
