// SPDX-License-Identifier: BSL-1.0
#include "daxhold/releases/xfs_linux_6_0.hpp"

#include "../support/faults.hpp"
#include "../support/gates.hpp"
#include "../support/lone_record.hpp"
#include "../support/mapped_files.hpp"
#include "../support/notification.hpp"

using namespace support;
using releases::xfs_linux_6_0;
using releases::xfs_linux_6_1;
using releases::xfs_v12;

static_assert(proven<xfs_linux_6_0::gate>);
static_assert(proven<xfs_linux_6_0::record>);
static_assert(proven<xfs_linux_6_0::end>);

namespace {

constexpr byte_range whole = byte_range::whole_device();

/// The gates of the lineage (9b), in their order.
constexpr consequence gate(const gate_event& e) {
    if (e.mount == mount::not_born)
        return failed_with(EIO);
    if (e.device == role::realtime || e.device == role::internal_realtime)
        return failed_with(EOPNOTSUPP);
    if (e.device == role::log) // any range, any flags
        return corrupt_shutdown;
    if (e.rmap == rmap::absent) // before the range
        return failed_with(EOPNOTSUPP);
    return e.range == range::outside ? failed_with(ENXIO) : nothing_done;
}

// "Owner x event" of the lineage (9a), 6.0: corruption, and unbind, which has no flag.
constexpr cell cells[] = {
    {lone::dax_file, {.told = 1, .poisoned = 1}},
    {lone::buffered_file, failed_with(EBUSY)},
    {lone::idle_file, nothing_done},
    {lone::lost_file, failed_with(EAGAIN)},
    {lone::directory, failed_with(EBUSY)},
    {lone::symlink, failed_with(EBUSY)},
    {lone::internal_file, failed_with(EBUSY)},
    {lone::attribute_fork, corrupt_shutdown},
    {lone::bmbt, corrupt_shutdown},
    {lone::metadata, corrupt_shutdown},
    {lone::log, corrupt_shutdown},
    {lone::cow_staging, corrupt_shutdown},
    {lone::unknown, corrupt_shutdown},
    {lone::none, nothing_done},
};

constexpr auto corrupt(byte_range where) {
    return notify<xfs_linux_6_0>(populated<>(), cause::corruption, where);
}

// A range with a shared extent, more data and an idle file, and no metadata: four records.
constexpr byte_range data_blocks = blocks(8, 10);
constexpr std::uint64_t data_starts[] = {8, 8, 12, 16};
constexpr byte_range left_from(std::uint64_t record) {
    return data_blocks.from(data_starts[record - 1] * sample_block);
}

/// An error ends the walk where it is, and the filesystem stays in use.
template <class Expected>
constexpr sweep fail_each_of(call what, Expected is_as_expected) {
    return fail_each<xfs_linux_6_0>(
        populated<>(), what, cause::corruption, data_blocks, [=](const auto& n, std::uint64_t nth) {
            return n.answer == fault && !n.fs.is_shut_down && is_as_expected(n, nth);
        });
}
constexpr sweep failing_to_begin() {
    return fail_each_of(call::begin_walk, [](const auto& n, std::uint64_t) {
        return n.fs.log.is(call::begin_walk) && n.made.walk == walk_end::not_started &&
               n.made.not_walked == data_blocks;
    });
}
constexpr sweep failing_to_read() {
    return fail_each_of(call::read_rmap, [](const auto& n, std::uint64_t nth) {
        return n.made.records == nth - 1 &&
               n.made.not_walked == (nth == 1 ? data_blocks : left_from(nth - 1));
    });
}
constexpr sweep failing_to_find() {
    return fail_each_of(call::find_in_core, [](const auto& n, std::uint64_t nth) {
        // the third record is of the first file again, whose early process was told
        return n.made.records == nth && n.made.not_walked == left_from(nth) &&
               n.fs.told() == (nth == 4 ? 2 : nth - 1);
    });
}
constexpr sweep failing_to_kill() {
    return fail_each_of(call::kill_users, [](const auto& n, std::uint64_t nth) {
        return n.made.records == nth && n.made.not_walked == left_from(nth) &&
               n.fs.told() == nth - 1;
    });
}
constexpr sweep failing_to_shut_down() {
    return fail_each<xfs_linux_6_0>(
        populated<>(), call::shut_down, cause::corruption, whole, [](const auto& n, std::uint64_t) {
            return n.answer == filesystem_corrupted && !n.fs.is_shut_down && n.fs.told() == 0;
        });
}

constexpr bool never_freezes() {
    for (const auto where : {whole, data_blocks})
        for (const auto what : {call::freeze, call::thaw, call::thaw_user, call::sync,
                                call::invalidate, call::report_data_lost, call::report_media_event})
            if (corrupt(where).fs.faults.made(what) != 0)
                return false;
    return true;
}

} // namespace

TEST_CASE("a lone record, corrupted or on a device that is unbound (9a)") {
    CHECK_BOTH(first_wrong<xfs_linux_6_0>(cells, cause::corruption, lone_page) == 0);
    CHECK_BOTH(first_wrong<xfs_linux_6_0>(cells, cause::corruption, whole) == 0);
    CHECK_BOTH(first_wrong_unbind<xfs_linux_6_0>(cells) == 0);
    // There is no removal in this lineage, and a table that is told of one makes no difference.
    CHECK_BOTH(first_wrong<xfs_linux_6_0>(cells, cause::removal, lone_page) == 0);
    CHECK_BOTH(removal_flags<xfs_linux_6_0::mf_flags>().bits() == 0);
}

TEST_CASE("the gates, in their order") {
    CHECK_BOTH(first_wrong_gate<xfs_linux_6_0>(gate) == 0);
    // Nothing is heard of an unbind where there is no reverse mapping.
    constexpr auto bare = populated<mock_filesystem_without_rmap>();
    CHECK_BOTH(unbind<xfs_linux_6_0>(bare).what() == failed_with(EOPNOTSUPP));
    CHECK_BOTH(unbind<xfs_linux_6_0>(bare).fs.log.size() == 0);
    constexpr auto fs = populated<mock_filesystem_with_devices>();
    CHECK_BOTH(unbind<xfs_linux_6_0>(fs, role::log).what() == corrupt_shutdown);
    CHECK_BOTH(unbind<xfs_linux_6_0>(fs, role::realtime).fs.log.size() == 0);
}

TEST_CASE("an unbind ends at the first header, and nobody is told") {
    CHECK_BOTH(unbind<xfs_linux_6_0>(populated<>()).what() == corrupt_shutdown);
    CHECK_BOTH(unbind<xfs_linux_6_0>(populated<>()).fs.log.is(call::begin_walk, call::shut_down));
    CHECK_BOTH(unbind<xfs_linux_6_0>(populated<>()).made.not_walked == byte_range{0, 1U << 20U});
    CHECK_BOTH(unbind<xfs_linux_6_0>(populated<>()).made.records == 1);
    CHECK_BOTH(unbind<xfs_linux_6_0>(populated<>()).is_true());
    CHECK_BOTH(unbind<xfs_linux_6_0>(mapped_files<>()).what() == corrupt_shutdown);
    CHECK_BOTH(unbind<xfs_linux_6_0>(mapped_files<>()).fs.told() == 0);
    // 6.1 finishes the walk and tells the early one.
    CHECK_BOTH(unbind<xfs_linux_6_1>(mapped_files<>()).fs.told() == 1);
}

TEST_CASE("an unbind is known for what stays mapped, a failure is known for nothing") {
    constexpr auto known_for = [](const auto& n) {
        return n.after.certain == any_of(aftermath::mappings_stay_live) &&
               n.after.possible == n.after.certain;
    };
    CHECK_BOTH(known_for(unbind<xfs_linux_6_0>(populated<>())));
    CHECK_BOTH(known_for(unbind<xfs_linux_6_0>(populated<mock_filesystem_without_rmap>())));
    // Nobody maps a file that is dax: there is nothing to stay.
    CHECK_BOTH(unbind<xfs_linux_6_0>(with_lone<>(lone::buffered_file)).after == known_aftermaths{});
    CHECK_BOTH(corrupt(blocks(0, 1)).after == known_aftermaths{});
    CHECK_BOTH(corrupt(blocks(24, 1)).after == known_aftermaths{});
    CHECK_BOTH(notify<xfs_linux_6_0>(populated<mock_filesystem_without_rmap>(), cause::corruption,
                                     blocks(8, 1))
                   .after == known_aftermaths{});
}

TEST_CASE("a range beyond the last group is known for a null pointer, where the walk gets there") {
    constexpr auto of = [](byte_range where) {
        auto smaller = populated<>();
        smaller.end = blocks(0, 64).end();
        return notify<xfs_linux_6_0>(smaller, cause::corruption, where);
    };
    CHECK_BOTH(of(blocks(64, 1)).after.certain == any_of(aftermath::null_dereference));
    CHECK_BOTH(of(blocks(63, 2)).after.certain == any_of(aftermath::null_dereference));
    // The whole device: the first header ends it before.
    CHECK_BOTH(of(whole).after.certain == any_of(aftermath::mappings_stay_live));
    CHECK_BOTH(of(blocks(63, 1)).after == known_aftermaths{});
}

TEST_CASE("the shutdown is inline: who comes behind metadata in the range is not told") {
    // blocks 0 to 13: metadata, a shared extent and more data
    CHECK_BOTH(corrupt(blocks(0, 14)).what() == corrupt_shutdown);
    CHECK_BOTH(corrupt(blocks(0, 14)).made.not_walked == blocks(0, 14));
    CHECK_BOTH(corrupt(blocks(0, 14)).made.is_incomplete());
    // blocks 12 to 28: data, ..., the attribute fork
    CHECK_BOTH(
        notify<xfs_linux_6_1>(populated<>(), cause::corruption, blocks(0, 14)).what() ==
        consequence{
            .outcome = filesystem_corrupted, .is_shut_down = true, .told = 2, .poisoned = 3});
    // ... who comes before it is.
    CHECK_BOTH(corrupt(blocks(28, 4)).what() == corrupt_shutdown);
    CHECK_BOTH(corrupt(data_blocks).what() == consequence{.told = 2, .poisoned = 3});
    CHECK_BOTH(corrupt(data_blocks).fs.log[1] == entry{.what = call::kill_users,
                                                       .inode_number = plain,
                                                       .where = blocks(0, 4),
                                                       .who = users::early,
                                                       .pages = poison::marked});
}

TEST_CASE("the records are decided as v12 decides them") {
    CHECK_BOTH(std::same_as<decltype(xfs_linux_6_0::record), decltype(xfs_v12::record)>);
    CHECK_BOTH([] {
        for (std::size_t row = 0; row != xfs_v12::record.row_count; ++row)
            if (!(xfs_linux_6_0::record.actions[row] == xfs_v12::record.actions[row]))
                return false;
        return true;
    }());
}

TEST_CASE("every call that fails") {
    CHECK_BOTH(failing_to_begin() == sweep{1});
    CHECK_BOTH(failing_to_read() == sweep{4});
    CHECK_BOTH(failing_to_find() == sweep{4});
    CHECK_BOTH(failing_to_kill() == sweep{3});
    CHECK_BOTH(failing_to_shut_down() == sweep{1});
    CHECK_BOTH(never_freezes());
}
