// SPDX-License-Identifier: BSL-1.0
#include "daxhold/releases/xfs_linux_7_0.hpp"

#include "../support/faults.hpp"
#include "../support/lone_record.hpp"
#include "../support/mapped_files.hpp"
#include "../support/notification.hpp"

using namespace support;
using releases::xfs_linux_6_8;
using releases::xfs_linux_7_0;

namespace {

constexpr byte_range whole = byte_range::whole_device();

/// What 6.8 does, and that the event and the data that was lost are reported.
constexpr verdict reported(verdict v, std::size_t lost = 0) {
    v.media_events = 1;
    v.reported_lost = lost;
    return v;
}
constexpr verdict corrupt_and_reported = reported(corrupt_shutdown);
constexpr verdict unsupported_and_reported = reported(failed_with(EOPNOTSUPP));

// "Owner x event" of the lineage, 7.0: as 6.8, and reported.
constexpr cell corruption_cells[] = {
    {lone::dax_file, reported({.told = 1, .poisoned = 1}, 1)},
    {lone::buffered_file, reported(nothing_done, 1)},
    {lone::idle_file, reported(nothing_done)},
    {lone::lost_file, corrupt_and_reported},
    {lone::attribute_fork, corrupt_and_reported},
    {lone::bmbt, corrupt_and_reported},
    {lone::metadata, corrupt_and_reported},
    {lone::log, corrupt_and_reported},
    {lone::cow_staging, corrupt_and_reported},
    {lone::unknown, corrupt_and_reported},
    {lone::none, reported(nothing_done)},
};

constexpr verdict umounted =
    reported({.is_shut_down = true, .reason = shutdown_reason::force_umount, .was_frozen = true});
constexpr verdict umounted_and(unsigned told, std::size_t invalidated) {
    auto v = reported(umounted, invalidated);
    v.told = told;
    v.invalidated = invalidated;
    return v;
}

constexpr cell removal_cells[] = {
    // data is reported as lost although nothing was lost yet
    {lone::dax_file, umounted_and(2, 1)},
    {lone::buffered_file, umounted_and(0, 1)},
    {lone::idle_file, umounted},
    {lone::lost_file, umounted},
    {lone::attribute_fork, umounted},
    {lone::bmbt, umounted},
    {lone::metadata, umounted},
    {lone::log, umounted},
    {lone::cow_staging, umounted},
    {lone::unknown, umounted},
    {lone::none, umounted},
};

/// A realtime device with groups, and so with a reverse mapping of its own.
struct with_realtime_groups : mock_filesystem_with_devices {
    [[nodiscard]] constexpr bool has_rmap(role device) const noexcept {
        return device != role::log;
    }
};

constexpr auto corrupt(byte_range where) {
    return notify<xfs_linux_7_0>(populated<>(), cause::corruption, where);
}
constexpr auto unbound() { return unbind<xfs_linux_7_0>(populated<>()); }

constexpr auto in_groups(cause why, byte_range where) {
    auto fs = populated<>();
    fs.has_several_groups = true;
    return notify<xfs_linux_7_0>(fs, why, where);
}

constexpr byte_range everything{0, 1U << 20U};
constexpr std::uint64_t starts[] = {0, 8, 8, 12, 16, 20, 24, 28, 29, 30, 40, 48};
constexpr std::uint64_t killed_at[] = {2, 3, 4, 10};
constexpr byte_range left_from(std::uint64_t record) {
    return everything.from(starts[record - 1] * sample_block);
}
constexpr bool is_umounted(const verdict& v) {
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
                                       [](verdict& v) { v.media_events = 0; });
}
constexpr sweep failing_to_freeze() {
    return failing_without_consequence(call::freeze, [](verdict& v) { v.was_frozen = false; });
}
constexpr sweep failing_to_invalidate() {
    return failing_without_consequence(call::invalidate, [](verdict& v) { --v.invalidated; });
}
constexpr sweep failing_to_report_data_lost() {
    return failing_without_consequence(call::report_data_lost,
                                       [](verdict& v) { --v.reported_lost; });
}
constexpr sweep failing_to_thaw() {
    return failing_without_consequence(call::thaw, [](verdict& v) { v.is_left_frozen = true; });
}
constexpr sweep failing_to_thaw_user() {
    return failing_without_consequence(call::thaw_user, [](verdict&) {});
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
        return n.answer == success && !n.fs.is_shut_down && n.fs.told() == 3;
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
    CHECK_BOTH(unbound().what() == umounted_and(5, 5));
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
    CHECK_BOTH(unbound().after.certain.bits == 0);
}

TEST_CASE("a range of several groups counts too many pages in all but the last") {
    CHECK_BOTH(in_groups(cause::removal, whole).has(aftermath::page_count_wraps));
    CHECK_BOTH(in_groups(cause::corruption, whole).has(aftermath::page_count_wraps));
    CHECK_BOTH(in_groups(cause::removal, whole).what() == umounted_and(5, 5));
    CHECK_BOTH(in_groups(cause::removal, blocks(8, 4)).after.certain.bits == 0);
    CHECK_BOTH(in_groups(cause::corruption, blocks(8, 4)).after.certain.bits == 0);
    CHECK_BOTH(unbind<xfs_linux_7_0>(mapped_files<>()).has(aftermath::page_count_wraps));
    CHECK_BOTH(unbind<xfs_linux_7_0>(mapped_files<>()).what() == umounted_and(7, 3));
}

TEST_CASE("an unbind without a reverse mapping is reported, and nobody is told") {
    constexpr auto fs = populated<mock_filesystem_without_rmap>();
    CHECK_BOTH(unbind<xfs_linux_7_0>(fs).what() == unsupported_and_reported);
    CHECK_BOTH(unbind<xfs_linux_7_0>(fs).fs.log.is(call::report_media_event));
    CHECK_BOTH(unbind<xfs_linux_7_0>(fs).has(aftermath::mappings_stay_live));
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
    constexpr auto grouped = populated<with_realtime_groups>();
    CHECK_BOTH(unbind<xfs_linux_7_0>(grouped, role::realtime).what() == unbound().what());
    CHECK_BOTH(
        notify<xfs_linux_7_0>(grouped, cause::corruption, blocks(12, 1), role::realtime).what() ==
        reported({.told = 1, .poisoned = 1}, 1));
}

TEST_CASE("the gates, in their order") {
    constexpr auto fs = populated<mock_filesystem_with_devices>();
    constexpr auto bare = populated<mock_filesystem_without_rmap>();
    constexpr byte_range beyond{1U << 20U, 4096};
    constexpr byte_range beyond_log{1U << 16U, 4096};
    constexpr byte_range page = blocks(0, 1);
    constexpr auto unborn = [](cause why, byte_range where) {
        auto young = populated<>();
        young.born = false;
        return notify<xfs_linux_7_0>(young, why, where);
    };
    constexpr auto answer = [](const auto& mock, cause why, byte_range where, role device) {
        return notify<xfs_linux_7_0>(mock, why, where, device).what();
    };

    CHECK_BOTH(unborn(cause::removal, whole).what() == failed_with(EIO));
    CHECK_BOTH(unborn(cause::corruption, beyond).what() == failed_with(EIO));
    CHECK_BOTH(unborn(cause::corruption, beyond).fs.log.size() == 0);

    CHECK_BOTH(answer(fs, cause::corruption, page, role::log) == corrupt_and_reported);
    CHECK_BOTH(answer(fs, cause::corruption, beyond_log, role::log) == failed_with(ENXIO));
    CHECK_BOTH(answer(fs, cause::removal, page, role::log) == reported(nothing_done));
    CHECK_BOTH(answer(fs, cause::removal, beyond_log, role::log) == failed_with(ENXIO));
    CHECK_BOTH(answer(fs, cause::corruption, page, role::realtime) == unsupported_and_reported);
    CHECK_BOTH(answer(fs, cause::removal, page, role::realtime) == unsupported_and_reported);
    CHECK_BOTH(answer(fs, cause::corruption, beyond, role::realtime) == failed_with(ENXIO));
    // The range is looked at before the reverse mapping is, and what is outside is no event.
    CHECK_BOTH(answer(bare, cause::corruption, beyond, role::data) == failed_with(ENXIO));
    CHECK_BOTH(answer(bare, cause::removal, beyond, role::data) == failed_with(ENXIO));
    CHECK_BOTH(answer(fs, cause::corruption, beyond, role::data) == failed_with(ENXIO));
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
