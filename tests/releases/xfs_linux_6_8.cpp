// SPDX-License-Identifier: BSL-1.0
#include "daxhold/releases/xfs_linux_6_8.hpp"

#include "../support/faults.hpp"
#include "../support/gates.hpp"
#include "../support/lone_record.hpp"
#include "../support/mapped_files.hpp"
#include "../support/notification.hpp"

using namespace support;
using releases::xfs_linux_6_8;

namespace {

constexpr byte_range whole = byte_range::whole_device();

// "Owner x event" of the lineage, 6.8 to 6.13.
constexpr cell corruption_cells[] = {
    {lone::dax_file, {.told = 1, .poisoned = 1}},
    {lone::buffered_file, nothing_done},
    {lone::idle_file, nothing_done},
    {lone::lost_file, corrupt_shutdown},
    // a directory passes for a file in the page cache
    {lone::directory, nothing_done},
    {lone::symlink, nothing_done},
    {lone::internal_file, nothing_done},
    {lone::attribute_fork, corrupt_shutdown},
    {lone::bmbt, corrupt_shutdown},
    {lone::metadata, corrupt_shutdown},
    {lone::log, corrupt_shutdown},
    {lone::cow_staging, corrupt_shutdown},
    {lone::unknown, corrupt_shutdown},
    {lone::none, nothing_done},
};

constexpr cell removal_cells[] = {
    {lone::dax_file, umounted_and(2, 1)},
    {lone::buffered_file, umounted_and(0, 1)},
    {lone::idle_file, umounted},
    {lone::lost_file, umounted},
    {lone::directory, umounted_and(0, 1)},
    {lone::symlink, umounted_and(0, 1)},
    {lone::internal_file, umounted_and(0, 1)},
    {lone::attribute_fork, umounted},
    {lone::bmbt, umounted},
    {lone::metadata, umounted},
    {lone::log, umounted},
    {lone::cow_staging, umounted},
    {lone::unknown, umounted},
    {lone::none, umounted},
};

constexpr consequence gate(const gate_event& e) {
    if (e.mount == mount::not_born) // a removal too: it is lost
        return failed_with(EIO);
    if (e.device == role::realtime || e.device == role::internal_realtime)
        return failed_with(EOPNOTSUPP);
    if (e.device == role::log) // any range
        return e.is_removal() ? nothing_done : corrupt_shutdown;
    if (e.rmap == rmap::absent) // before the range
        return failed_with(EOPNOTSUPP);
    if (e.range == range::outside)
        return failed_with(ENXIO);
    return e.is_removal() ? umounted : nothing_done;
}

constexpr auto corrupt(byte_range where) {
    return notify<xfs_linux_6_8>(populated<>(), cause::corruption, where);
}
constexpr auto unbound() { return unbind<xfs_linux_6_8>(populated<>()); }
constexpr auto unbound_as_observed() { return unbind<xfs_linux_6_8>(mapped_files<>()); }

/// Frozen before the unbind, by somebody else.
constexpr auto unbound_when_frozen(bool by_kernel, bool by_user) {
    auto fs = populated<>();
    fs.is_frozen_by_kernel = by_kernel;
    fs.is_frozen_by_user = by_user;
    return unbind<xfs_linux_6_8>(fs);
}

constexpr byte_range everything{0, 1U << 20U};
// The blocks where the records of a populated filesystem begin, in order.
constexpr std::uint64_t starts[] = {0, 8, 8, 12, 16, 20, 24, 28, 29, 30, 40, 48};
// The record at which a user is told, or the pages are dropped, counted from 1.
constexpr std::uint64_t killed_at[] = {2, 3, 4, 10};

constexpr byte_range left_from(std::uint64_t record, byte_range of = everything) {
    return of.from(starts[record - 1] * sample_block);
}

template <class Expected>
constexpr sweep fail_each_in_removal(call what, Expected is_as_expected) {
    return fail_each<xfs_linux_6_8>(populated<>(), what, cause::removal, whole, is_as_expected);
}

constexpr bool is_umounted(const consequence& v) {
    return v.is_shut_down && v.reason == shutdown_reason::force_umount && !v.is_left_frozen;
}

// The walk goes on, and what was not frozen is not thawed; a user's freeze is undone all the same.
constexpr sweep failing_to_freeze() {
    return fail_each_in_removal(call::freeze, [](const auto& n, std::uint64_t) {
        auto expected = unbound().what();
        expected.was_frozen = false;
        return n.what() == expected && n.fs.faults.made(call::thaw) == 0 &&
               n.fs.faults.made(call::thaw_user) == 1 && n.made.not_walked.empty();
    });
}
// xfs_trans_alloc_empty: thawed, and not shut down.
constexpr sweep failing_to_begin() {
    return fail_each_in_removal(call::begin_walk, [](const auto& n, std::uint64_t) {
        return n.what() == consequence{.outcome = fault, .was_frozen = true} &&
               n.fs.log.is(call::freeze, call::begin_walk, call::thaw, call::thaw_user) &&
               n.made.walk == walk_end::not_started && n.made.not_walked == everything;
    });
}
constexpr sweep failing_to_read() {
    return fail_each_in_removal(call::read_rmap, [](const auto& n, std::uint64_t nth) {
        return n.answer == fault && is_umounted(n.what()) && n.made.records == nth - 1 &&
               n.made.not_walked == (nth == 1 ? everything : left_from(nth - 1));
    });
}
// Noted, and in a removal nobody looks at the note.
constexpr sweep failing_to_find() {
    return fail_each_in_removal(call::find_in_core, [](const auto& n, std::uint64_t) {
        return n.answer == success && is_umounted(n.what()) && n.made.not_walked.empty() &&
               n.made.walk == walk_end::clean;
    });
}
// The pages of that inode are dropped all the same; then the walk ends.
constexpr sweep failing_to_kill() {
    return fail_each_in_removal(call::kill_users, [](const auto& n, std::uint64_t nth) {
        // behind freeze and begin_walk, a pair of calls for each of them
        const auto& last = n.fs.log[2 + 2 * nth - 1];
        const auto at = killed_at[nth - 1];
        const auto invalidated = count_done(n.fs.log, call::invalidate);
        return n.answer == fault && is_umounted(n.what()) && n.made.walk == walk_end::failed &&
               (nth == 4 ? invalidated == 5
                         : invalidated == nth && last.what == call::invalidate &&
                               last.inode_number == n.fs.log[2 + 2 * nth - 2].inode_number) &&
               n.made.not_walked == left_from(at) && n.made.records == at;
    });
}
constexpr sweep failing_to_invalidate() {
    return fail_each_in_removal(call::invalidate, [](const auto& n, std::uint64_t) {
        auto expected = unbound().what();
        --expected.invalidated;
        return n.what() == expected && n.made.not_walked.empty();
    });
}
constexpr sweep failing_to_shut_down() {
    return fail_each_in_removal(call::shut_down, [](const auto& n, std::uint64_t) {
        return n.answer == success && !n.fs.is_shut_down && !n.made.is_left_frozen &&
               n.made.is_shut_down == false;
    });
}
constexpr sweep failing_to_thaw() {
    return fail_each_in_removal(call::thaw, [](const auto& n, std::uint64_t) {
        auto expected = unbound().what();
        expected.is_left_frozen = true;
        return n.what() == expected && n.fs.is_frozen_by_kernel &&
               n.fs.faults.made(call::thaw_user) == 1;
    });
}
constexpr sweep failing_to_thaw_user() {
    return fail_each_in_removal(
        call::thaw_user, [](const auto& n, std::uint64_t) { return n.what() == unbound().what(); });
}

// A range with a shared extent, more data and an idle file, and no metadata: four records.
constexpr byte_range data_blocks = blocks(8, 10);

template <class Expected>
constexpr sweep fail_each_in_corruption(call what, byte_range where, Expected is_as_expected) {
    return fail_each<xfs_linux_6_8>(populated<>(), what, cause::corruption, where, is_as_expected);
}
constexpr sweep corruption_failing_to_begin() {
    return fail_each_in_corruption(call::begin_walk, data_blocks, [](const auto& n, std::uint64_t) {
        return n.what() == consequence{.outcome = fault} && n.fs.log.is(call::begin_walk) &&
               n.made.not_walked == data_blocks;
    });
}
constexpr sweep corruption_failing_to_read() {
    return fail_each_in_corruption(
        call::read_rmap, data_blocks, [](const auto& n, std::uint64_t nth) {
            return n.answer == fault && n.fs.is_shut_down &&
                   n.fs.reason == shutdown_reason::corrupt_ondisk &&
                   n.made.not_walked == (nth == 1 ? data_blocks : left_from(nth, data_blocks));
        });
}
constexpr sweep corruption_failing_to_find() {
    return fail_each_in_corruption(
        call::find_in_core, data_blocks, [](const auto& n, std::uint64_t) {
            return n.answer == filesystem_corrupted && n.fs.is_shut_down && n.made.records == 4 &&
                   n.made.not_walked.empty();
        });
}
constexpr sweep corruption_failing_to_kill() {
    return fail_each_in_corruption(
        call::kill_users, data_blocks, [](const auto& n, std::uint64_t nth) {
            return n.answer == fault && n.fs.is_shut_down && n.fs.told() == nth - 1 &&
                   n.made.records == nth && n.made.not_walked == left_from(nth + 1, data_blocks);
        });
}
constexpr sweep corruption_failing_to_shut_down(byte_range where) {
    return fail_each_in_corruption(call::shut_down, where, [](const auto& n, std::uint64_t) {
        return n.answer == filesystem_corrupted && !n.fs.is_shut_down;
    });
}

constexpr bool corruption_only_kills() {
    const auto n = corrupt(whole);
    for (const auto what : {call::freeze, call::thaw, call::thaw_user, call::sync, call::invalidate,
                            call::report_data_lost, call::report_media_event})
        if (n.fs.faults.made(what) != 0)
            return false;
    return true;
}

// "Order in one unbind on 6.12" of the observations on 6.12.117.
constexpr entry observed_unbind[] = {
    {.what = call::freeze},
    {.what = call::begin_walk},
    {.what = call::kill_users,
     .inode_number = first,
     .where = blocks(0, 2),
     .who = users::every,
     .pages = poison::not_marked},
    {.what = call::invalidate, .inode_number = first, .where = blocks(0, 2)},
    {.what = call::kill_users,
     .inode_number = first,
     .where = blocks(8, 4),
     .who = users::every,
     .pages = poison::not_marked},
    {.what = call::invalidate, .inode_number = first, .where = blocks(8, 4)},
    {.what = call::kill_users,
     .inode_number = second,
     .where = blocks(0, 2),
     .who = users::every,
     .pages = poison::not_marked},
    {.what = call::invalidate, .inode_number = second, .where = blocks(0, 2)},
    {.what = call::shut_down, .reason = shutdown_reason::force_umount},
    {.what = call::thaw},
    {.what = call::thaw_user, .outcome = result::error(EINVAL)},
};
constexpr bool is_as_observed(const call_log& log) {
    std::size_t i = 0;
    for (const auto& step : observed_unbind)
        if (!(log[i++] == step))
            return false;
    return log.size() == i;
}

} // namespace

TEST_CASE("a lone record") {
    CHECK_BOTH(first_wrong<xfs_linux_6_8>(corruption_cells, cause::corruption, lone_page) == 0);
    CHECK_BOTH(first_wrong<xfs_linux_6_8>(corruption_cells, cause::corruption, whole) == 0);
    CHECK_BOTH(first_wrong<xfs_linux_6_8>(removal_cells, cause::removal, lone_page) == 0);
    CHECK_BOTH(first_wrong_unbind<xfs_linux_6_8>(removal_cells) == 0);
}

TEST_CASE("an unbind with a reverse mapping: everybody is told, and the filesystem is umounted") {
    CHECK_BOTH(unbound().what() == umounted_and(3, 5));
    CHECK_BOTH(unbound().is_true());
    CHECK_BOTH(unbound().fs.log.is(call::freeze, call::begin_walk,     //
                                   call::kill_users, call::invalidate, // plain
                                   call::kill_users, call::invalidate, // sharer
                                   call::kill_users, call::invalidate, // plain
                                   call::invalidate,                   // buffered
                                   call::kill_users, call::invalidate, // fragmented
                                   call::shut_down, call::thaw, call::thaw_user));
    CHECK_BOTH(unbound().made.records == 12);
    CHECK_BOTH(unbound().made.not_walked.empty());
    CHECK_BOTH(unbound().after == known_aftermaths{});
    // A user's freeze that was not there leaves nothing undone.
    CHECK_BOTH(!unbound().made.is_incomplete());
    CHECK_BOTH(unbound().fs.log[2].who == users::every);
    CHECK_BOTH(unbound().fs.log[2].pages == poison::not_marked);
}

TEST_CASE("an unbind, step by step as observed on 6.12.117") {
    // "Order in one unbind on 6.12", "Unbind" row "rmapbt=1, files mapped": freeze; the records in
    // ascending order, for each inode the processes and then the pages; shutdown FORCE_UMOUNT; thaw
    // (kernel holder); thaw (user holder, -EINVAL if there was none); return 0.
    CHECK_BOTH(is_as_observed(unbound_as_observed().fs.log));
    CHECK_BOTH(unbound_as_observed().answer == success);
    CHECK_BOTH(unbound_as_observed().after == known_aftermaths{});
}

TEST_CASE("an unbind without a reverse mapping") {
    // Observed on 6.12.117, "Unbind", row "rmapbt=0, files mapped": -EOPNOTSUPP, nobody told,
    // umount oopses.
    constexpr auto fs = populated<mock_filesystem_without_rmap>();
    CHECK_BOTH(unbind<xfs_linux_6_8>(fs).what() == failed_with(EOPNOTSUPP));
    CHECK_BOTH(unbind<xfs_linux_6_8>(fs).fs.log.size() == 0);
    CHECK_BOTH(falls_back(notify<xfs_linux_6_8>(fs, cause::corruption, blocks(8, 1)).answer));
}

TEST_CASE("an unbind of each of several devices") {
    constexpr auto fs = populated<mock_filesystem_with_devices>();
    CHECK_BOTH(unbind<xfs_linux_6_8>(fs, role::data).what() == unbound().what());
    CHECK_BOTH(unbind<xfs_linux_6_8>(fs, role::log).what() == nothing_done);
    CHECK_BOTH(unbind<xfs_linux_6_8>(fs, role::log).fs.log.size() == 0);
    CHECK_BOTH(unbind<xfs_linux_6_8>(fs, role::realtime).what() == failed_with(EOPNOTSUPP));
    CHECK_BOTH(unbind<xfs_linux_6_8>(fs, role::realtime).fs.log.size() == 0);
}

TEST_CASE("the gates, in their order") {
    CHECK_BOTH(first_wrong_gate<xfs_linux_6_8>(gate) == 0);
    // Observed on 6.12.117, "Poison of one page", row "external log".
    CHECK_BOTH(notify<xfs_linux_6_8>(populated<mock_filesystem_with_devices>(), cause::corruption,
                                     blocks(0, 1), role::log)
                   .what() == corrupt_shutdown);
}

TEST_CASE("what an unbind without a reverse mapping leads to, as observed on 6.12.117") {
    constexpr auto known_for = any_of(aftermath::mappings_stay_live, aftermath::umount_oopses);
    constexpr auto bare = populated<mock_filesystem_without_rmap>();
    CHECK_BOTH(unbind<xfs_linux_6_8>(bare).after == known_aftermaths{known_for, known_for});
    // The realtime device: the same, DERIVED.
    constexpr auto fs = populated<mock_filesystem_with_devices>();
    CHECK_BOTH(unbind<xfs_linux_6_8>(fs, role::realtime).after.certain == known_for);
    CHECK_BOTH(unbind<xfs_linux_6_8>(fs, role::log).after == known_aftermaths{});
    // Nobody maps a dax file.
    constexpr auto unused = with_lone<mock_filesystem_without_rmap>(lone::buffered_file);
    CHECK_BOTH(unbind<xfs_linux_6_8>(unused).after == known_aftermaths{});
}

TEST_CASE("poison of a page that two files share, without a reverse mapping, may oops") {
    // 6.12.117, 3 of 3 boots; where it is shared the filesystem cannot tell.
    constexpr auto bare = populated<mock_filesystem_without_rmap>();
    constexpr auto poisoned = notify<xfs_linux_6_8>(bare, cause::corruption, blocks(8, 1));
    CHECK_BOTH(poisoned.after == known_aftermaths{{}, any_of(aftermath::poison_oopses)});
    constexpr auto unused = with_lone<mock_filesystem_without_rmap>(lone::buffered_file);
    CHECK_BOTH(notify<xfs_linux_6_8>(unused, cause::corruption, lone_page).after ==
               known_aftermaths{});
    CHECK_BOTH(corrupt(blocks(8, 1)).after == known_aftermaths{});
}

TEST_CASE("a null pointer after the last group, as observed on 6.12.117") {
    constexpr auto smaller = [] {
        auto fs = mapped_files<>();
        fs.end = blocks(0, 138).end();
        return fs;
    };
    constexpr auto of = [=](byte_range where) {
        return notify<xfs_linux_6_8>(smaller(), cause::corruption, where).after.certain;
    };
    // "Poison after the end".
    CHECK_BOTH(of(blocks(138, 1)) == any_of(aftermath::null_dereference));
    CHECK_BOTH(of(blocks(137, 2)) == any_of(aftermath::null_dereference));
    CHECK_BOTH(of(blocks(137, 1)).bits == 0);
    // "Unbind of a filesystem that is smaller": the task that froze it is gone.
    CHECK_BOTH(unbind<xfs_linux_6_8>(smaller()).after.certain ==
               any_of(aftermath::null_dereference, aftermath::stays_frozen));
}

TEST_CASE("an unbind of a filesystem that was shut down before: the walk fails") {
    constexpr auto dead = [] {
        auto fs = mapped_files<>();
        fs.is_shut_down = true;
        return unbind<xfs_linux_6_8>(fs);
    };
    // freeze_super says -EIO, which is logged; nobody was frozen by us, and nobody by a user.
    CHECK_BOTH(dead().answer == result::error(EIO));
    CHECK_BOTH(dead().fs.told() == 0);
    CHECK_BOTH(dead().after.certain ==
               any_of(aftermath::mappings_stay_live, aftermath::umount_oopses));
    CHECK_BOTH(dead().fs.log.is(call::freeze, call::begin_walk, call::shut_down, call::thaw_user));
    CHECK_BOTH(dead().fs.log[0].outcome == result::error(EIO));
    CHECK_BOTH(dead().fs.log[3].outcome == result::error(EINVAL));
    CHECK_BOTH(!dead().made.is_left_frozen);
}

TEST_CASE("a poisoned page, as observed on 6.12.117") {
    // Row "data of a DAX file, rmapbt=1": 0, told are early processes only.
    CHECK_BOTH(corrupt(blocks(12, 1)).what() == consequence{.told = 1, .poisoned = 1});
    CHECK_BOTH(corrupt(blocks(12, 1)).fs.log.is(call::begin_walk, call::kill_users));
    // Row "the same, rmapbt=0": -EOPNOTSUPP, then the generic path.
    CHECK_BOTH(falls_back(notify<xfs_linux_6_8>(populated<mock_filesystem_without_rmap>(),
                                                cause::corruption, blocks(12, 1))
                              .answer));
    // Row "superblock ... CoW staging": -EFSCORRUPTED, nobody told, shut down CORRUPT_ONDISK.
    CHECK_BOTH(corrupt(blocks(0, 1)).what() == corrupt_shutdown);
    CHECK_BOTH(corrupt(blocks(28, 1)).what() == corrupt_shutdown);
    CHECK_BOTH(corrupt(blocks(29, 1)).what() == corrupt_shutdown);
    CHECK_BOTH(corrupt(blocks(41, 1)).what() == corrupt_shutdown);
    CHECK_BOTH(corrupt(blocks(50, 1)).what() == corrupt_shutdown);
    // Row "file data, inode not in core": 0, visited, nobody to kill.
    CHECK_BOTH(corrupt(blocks(16, 1)).what() == nothing_done);
    CHECK_BOTH(corrupt(blocks(16, 1)).made.records == 1);
    // Row "free space": 0, no record.
    CHECK_BOTH(corrupt(blocks(100, 1)).what() == nothing_done);
    CHECK_BOTH(corrupt(blocks(100, 1)).made.records == 0);
    // Row "outside of the partition": -ENXIO.
    CHECK_BOTH(corrupt(blocks(256, 1)).what() == failed_with(ENXIO));
    CHECK_BOTH(corruption_only_kills());
}

TEST_CASE("a corruption over metadata and data tells the others, then shuts down") {
    CHECK_BOTH(corrupt(blocks(0, 16)).what() == consequence{.outcome = filesystem_corrupted,
                                                            .is_shut_down = true,
                                                            .told = 2,
                                                            .poisoned = 3});
    CHECK_BOTH(corrupt(blocks(0, 16))
                   .fs.log.is(call::begin_walk, call::kill_users, call::kill_users,
                              call::kill_users, call::shut_down));
    // A file in the page cache no longer ends the walk.
    CHECK_BOTH(corrupt(blocks(20, 12)).made.records == 5);
    CHECK_BOTH(corrupt(blocks(20, 12)).made.not_walked.empty());
}

TEST_CASE("a removal of a part of the device is handled as one of the whole") {
    CHECK_BOTH(notify<xfs_linux_6_8>(populated<>(), cause::removal, blocks(12, 1)).what() ==
               umounted_and(2, 1));
}

TEST_CASE("a filesystem that somebody else froze") {
    // By another holder in the kernel: -EBUSY is logged, and that freeze is left alone.
    CHECK_BOTH(unbound_when_frozen(true, false).answer == success);
    CHECK_BOTH(unbound_when_frozen(true, false).fs.is_frozen_by_kernel);
    CHECK_BOTH(!unbound_when_frozen(true, false).made.is_left_frozen);
    CHECK_BOTH(unbound_when_frozen(true, false).fs.log[0].outcome == result::error(EBUSY));
    CHECK_BOTH(unbound_when_frozen(true, false).fs.log.count(call::thaw) == 0);
    CHECK_BOTH(unbound_when_frozen(true, false).fs.told() == 3);
    // By somebody in user space: that one is undone as well.
    CHECK_BOTH(unbound_when_frozen(false, true).answer == success);
    CHECK_BOTH(!unbound_when_frozen(false, true).fs.is_frozen_by_user);
    CHECK_BOTH(!unbound_when_frozen(false, true).fs.is_frozen_by_kernel);
    CHECK_BOTH(!unbound_when_frozen(true, true).fs.is_frozen_by_user);
}

TEST_CASE("every call of a removal that fails") {
    CHECK_BOTH(failing_to_freeze() == sweep{1});
    CHECK_BOTH(failing_to_begin() == sweep{1});
    CHECK_BOTH(failing_to_read() == sweep{12});
    CHECK_BOTH(failing_to_find() == sweep{7});
    CHECK_BOTH(failing_to_kill() == sweep{4});
    CHECK_BOTH(failing_to_invalidate() == sweep{5});
    CHECK_BOTH(failing_to_shut_down() == sweep{1});
    CHECK_BOTH(failing_to_thaw() == sweep{1});
    CHECK_BOTH(failing_to_thaw_user() == sweep{1});
}

TEST_CASE("every call of a corruption that fails") {
    CHECK_BOTH(corruption_failing_to_begin() == sweep{1});
    CHECK_BOTH(corruption_failing_to_read() == sweep{4});
    CHECK_BOTH(corruption_failing_to_find() == sweep{4});
    CHECK_BOTH(corruption_failing_to_kill() == sweep{3});
    CHECK_BOTH(corruption_failing_to_shut_down(data_blocks) == sweep{0});
    CHECK_BOTH(corruption_failing_to_shut_down(whole) == sweep{1});
}
