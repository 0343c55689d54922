// SPDX-License-Identifier: BSL-1.0
#include "daxhold/releases/xfs_linux_6_1.hpp"

#include "../support/faults.hpp"
#include "../support/gates.hpp"
#include "../support/lone_record.hpp"
#include "../support/mapped_files.hpp"
#include "../support/notification.hpp"

using namespace support;
using releases::xfs_linux_6_1;

namespace {

constexpr byte_range whole = byte_range::whole_device();
constexpr consequence busy_shutdown{result::error(EBUSY), true};

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

// "Owner x event" of the lineage, 6.1 to 6.7, corruption or unbind.
constexpr cell cells[] = {
    {lone::dax_file, {.told = 1, .poisoned = 1}},
    {lone::buffered_file, busy_shutdown},
    {lone::idle_file, nothing_done},
    {lone::lost_file, corrupt_shutdown},
    // seen on 6.1.192: a directory in core is shut down for, as a file in the page cache
    {lone::directory, busy_shutdown},
    {lone::symlink, busy_shutdown},
    {lone::internal_file, busy_shutdown},
    {lone::attribute_fork, corrupt_shutdown},
    {lone::bmbt, corrupt_shutdown},
    {lone::metadata, corrupt_shutdown},
    {lone::log, corrupt_shutdown},
    {lone::cow_staging, corrupt_shutdown},
    {lone::unknown, corrupt_shutdown},
    {lone::none, nothing_done},
};

constexpr auto corrupt(byte_range where) {
    return notify<xfs_linux_6_1>(populated<>(), cause::corruption, where);
}
constexpr auto unbound() { return unbind<xfs_linux_6_1>(populated<>()); }
constexpr auto unbound_as_observed() { return unbind<xfs_linux_6_1>(mapped_files<>()); }
constexpr bool is_known_for_both(const auto& n) {
    return n.after.certain == any_of(aftermath::mappings_stay_live, aftermath::umount_oopses);
}
template <class Mock = mock_filesystem>
constexpr auto smaller_than_its_device() {
    auto fs = mapped_files<Mock>();
    fs.end = blocks(0, 138).end();
    return fs;
}

// A range with a shared extent, more data and an idle file, and no metadata: four records.
constexpr byte_range data_blocks = blocks(8, 10);
constexpr std::uint64_t data_starts[] = {8, 8, 12, 16};
constexpr byte_range left_from(std::uint64_t record) {
    return data_blocks.from(data_starts[record - 1] * sample_block);
}

template <class Expected>
constexpr sweep fail_each_of(call what, byte_range where, Expected is_as_expected) {
    return fail_each<xfs_linux_6_1>(populated<>(), what, cause::corruption, where, is_as_expected);
}

constexpr sweep failing_to_begin(byte_range where) {
    return fail_each_of(call::begin_walk, where, [where](const auto& n, std::uint64_t) {
        return n.answer == fault && !n.fs.is_shut_down && n.fs.log.is(call::begin_walk) &&
               n.made.not_walked == intersect(where, n.fs.data_device) && n.made.records == 0;
    });
}
constexpr sweep failing_to_read() {
    return fail_each_of(call::read_rmap, data_blocks, [](const auto& n, std::uint64_t nth) {
        return n.answer == fault && n.fs.is_shut_down && n.made.records == nth - 1 &&
               n.made.not_walked == (nth == 1 ? data_blocks : left_from(nth - 1));
    });
}
constexpr sweep failing_to_find() {
    return fail_each_of(call::find_in_core, data_blocks, [](const auto& n, std::uint64_t nth) {
        return n.answer == filesystem_corrupted && n.fs.is_shut_down && n.made.records == 4 &&
               n.made.not_walked.empty() && n.fs.told() == (nth == 2 ? 1U : 2U);
    });
}
constexpr sweep failing_to_kill() {
    return fail_each_of(call::kill_users, data_blocks, [](const auto& n, std::uint64_t nth) {
        return n.answer == fault && n.fs.is_shut_down && n.fs.told() == nth - 1 &&
               n.made.not_walked == left_from(nth);
    });
}
constexpr sweep failing_to_shut_down(byte_range where, int expected_errno) {
    return fail_each_of(call::shut_down, where, [=](const auto& n, std::uint64_t) {
        return n.answer == result::error(expected_errno) && !n.fs.is_shut_down;
    });
}

constexpr bool never_freezes() {
    const auto n = unbound();
    for (const auto what : {call::freeze, call::thaw, call::thaw_user, call::sync, call::invalidate,
                            call::report_data_lost, call::report_media_event})
        if (n.fs.faults.made(what) != 0)
            return false;
    return true;
}

} // namespace

TEST_CASE("a lone record, corrupted or on a device that is unbound") {
    CHECK_BOTH(first_wrong<xfs_linux_6_1>(cells, cause::corruption, lone_page) == 0);
    CHECK_BOTH(first_wrong<xfs_linux_6_1>(cells, cause::corruption, whole) == 0);
    CHECK_BOTH(first_wrong_unbind<xfs_linux_6_1>(cells) == 0);
    // There is no removal in this lineage, and a table that is told of one makes no difference.
    CHECK_BOTH(first_wrong<xfs_linux_6_1>(cells, cause::removal, lone_page) == 0);
}

TEST_CASE("an unbind reaches this lineage as a corruption of the whole device") {
    CHECK_BOTH(removal_flags<xfs_linux_6_1::mf_flags>().bits() == 0);
    CHECK_BOTH(unbound().what() ==
               notify<xfs_linux_6_1>(populated<>(), cause::corruption, whole).what());
}

TEST_CASE("an unbind with a reverse mapping: early users are told up to the first error") {
    // The file in the page cache ends the walk: the rest is not walked.
    CHECK_BOTH(unbound().what() == consequence{.outcome = result::error(EBUSY),
                                               .is_shut_down = true,
                                               .told = 2,
                                               .poisoned = 3});
    CHECK_BOTH(unbound().fs.log.is(call::begin_walk, call::kill_users, call::kill_users,
                                   call::kill_users, call::shut_down));
    CHECK_BOTH(unbound().made.not_walked == byte_range::between(20 * sample_block, 1U << 20U));
    CHECK_BOTH(unbound().made.is_incomplete());
    CHECK_BOTH(unbound().is_true());
    CHECK_BOTH(is_known_for_both(unbound()));
    CHECK_BOTH(never_freezes());
}

TEST_CASE("an unbind without a reverse mapping: nobody is told, and nobody falls back") {
    constexpr auto fs = populated<mock_filesystem_without_rmap>();
    // Observed on 6.1.192, "Unbind", row "rmapbt=0, files mapped": -EOPNOTSUPP, nobody told, the
    // later umount oopses.
    CHECK_BOTH(unbind<xfs_linux_6_1>(fs).what() == failed_with(EOPNOTSUPP));
    CHECK_BOTH(unbind<xfs_linux_6_1>(fs).fs.log.size() == 0);
    CHECK_BOTH(is_known_for_both(unbind<xfs_linux_6_1>(fs)));
    // A failure of a page takes the generic path, and is known for nothing.
    CHECK_BOTH(notify<xfs_linux_6_1>(fs, cause::corruption, blocks(8, 1)).what() ==
               failed_with(EOPNOTSUPP));
    CHECK_BOTH(notify<xfs_linux_6_1>(fs, cause::corruption, blocks(8, 1)).after ==
               known_aftermaths{});
}

TEST_CASE("an unbind of each of several devices") {
    constexpr auto fs = populated<mock_filesystem_with_devices>();
    CHECK_BOTH(unbind<xfs_linux_6_1>(fs, role::data).what() == unbound().what());
    // "ext. log remove": no flag tells it, and so it shuts down.
    CHECK_BOTH(unbind<xfs_linux_6_1>(fs, role::log).what() == corrupt_shutdown);
    CHECK_BOTH(unbind<xfs_linux_6_1>(fs, role::log).fs.log.is(call::shut_down));
    CHECK_BOTH(unbind<xfs_linux_6_1>(fs, role::realtime).what() == failed_with(EOPNOTSUPP));
    CHECK_BOTH(unbind<xfs_linux_6_1>(fs, role::realtime).fs.log.size() == 0);
    CHECK_BOTH(is_known_for_both(unbind<xfs_linux_6_1>(fs, role::realtime)));
    CHECK_BOTH(unbind<xfs_linux_6_1>(fs, role::log).after == known_aftermaths{});
}

TEST_CASE("the gates, in their order") {
    CHECK_BOTH(first_wrong_gate<xfs_linux_6_1>(gate) == 0);
    // Observed on 6.1.192, "Poison of one page", row "external log".
    CHECK_BOTH(notify<xfs_linux_6_1>(populated<mock_filesystem_with_devices>(), cause::corruption,
                                     blocks(0, 1), role::log)
                   .what() == corrupt_shutdown);
}

TEST_CASE("where nobody maps a dax file, nothing is known of an unbind") {
    CHECK_BOTH(unbind<xfs_linux_6_1>(with_lone<>(lone::buffered_file)).after == known_aftermaths{});
    CHECK_BOTH(unbind<xfs_linux_6_1>(with_lone<>(lone::none)).after == known_aftermaths{});
}

TEST_CASE("a null pointer after the last group, as observed on 6.1.192") {
    constexpr auto of = [](byte_range where) {
        return notify<xfs_linux_6_1>(smaller_than_its_device<>(), cause::corruption, where).after;
    };
    constexpr known_aftermaths null_pointer{any_of(aftermath::null_dereference),
                                            any_of(aftermath::null_dereference)};
    // "Poison after the end", and "unbind of a filesystem that is smaller": it does not get as far
    // as to leave mappings.
    CHECK_BOTH(of(blocks(138, 1)) == null_pointer);
    CHECK_BOTH(of(blocks(137, 2)) == null_pointer);
    CHECK_BOTH(unbind<xfs_linux_6_1>(smaller_than_its_device<>()).after == null_pointer);
    CHECK_BOTH(of(blocks(137, 1)) == known_aftermaths{});
    // Without a reverse mapping nothing is walked.
    CHECK_BOTH(is_known_for_both(
        unbind<xfs_linux_6_1>(smaller_than_its_device<mock_filesystem_without_rmap>())));
}

TEST_CASE("a poisoned page, as observed on 6.1.192") {
    // Row "data of a DAX file, rmapbt=1": 0, told are early processes only.
    CHECK_BOTH(corrupt(blocks(12, 1)).what() == consequence{.told = 1, .poisoned = 1});
    CHECK_BOTH(corrupt(blocks(12, 1)).fs.log[1] == entry{.what = call::kill_users,
                                                         .inode_number = plain,
                                                         .where = blocks(4, 1),
                                                         .who = users::early,
                                                         .pages = poison::marked});
    CHECK_BOTH(corrupt(blocks(12, 1)).after.certain.bits == 0);
    // Row "the same, rmapbt=0": -EOPNOTSUPP, then the generic path.
    CHECK_BOTH(falls_back(notify<xfs_linux_6_1>(populated<mock_filesystem_without_rmap>(),
                                                cause::corruption, blocks(12, 1))
                              .answer));
    // Row "superblock ... CoW staging": -EFSCORRUPTED, nobody told, shut down CORRUPT_ONDISK.
    CHECK_BOTH(corrupt(blocks(0, 1)).what() == corrupt_shutdown);
    CHECK_BOTH(corrupt(blocks(28, 1)).what() == corrupt_shutdown);
    CHECK_BOTH(corrupt(blocks(29, 1)).what() == corrupt_shutdown);
    CHECK_BOTH(corrupt(blocks(41, 1)).what() == corrupt_shutdown);
    CHECK_BOTH(corrupt(blocks(50, 1)).what() == corrupt_shutdown);
    CHECK_BOTH(!falls_back(corrupt(blocks(0, 1)).answer));
    // Row "file data, inode not in core": 0, visited, nobody to kill.
    CHECK_BOTH(corrupt(blocks(16, 1)).what() == nothing_done);
    CHECK_BOTH(corrupt(blocks(16, 1)).made.records == 1);
    // Row "free space": 0, no record.
    CHECK_BOTH(corrupt(blocks(100, 1)).what() == nothing_done);
    CHECK_BOTH(corrupt(blocks(100, 1)).made.records == 0);
    // Row "outside of the partition": -ENXIO.
    CHECK_BOTH(corrupt(blocks(256, 1)).what() == failed_with(ENXIO));
}

TEST_CASE("an unbind, as observed on 6.1.192") {
    // Row "rmapbt=1, files mapped": -EFSCORRUPTED, early processes only, shut down, umount oopses.
    CHECK_BOTH(unbound_as_observed().what() == consequence{.outcome = filesystem_corrupted,
                                                           .is_shut_down = true,
                                                           .told = 1,
                                                           .poisoned = 3});
    CHECK_BOTH(unbound_as_observed().fs.log.is(call::begin_walk, call::kill_users, call::kill_users,
                                               call::kill_users, call::shut_down));
    CHECK_BOTH(unbound_as_observed().fs.told(second) == 0);
    CHECK_BOTH(is_known_for_both(unbound_as_observed()));
    CHECK_BOTH(unbound_as_observed().made.not_walked.empty());
}

TEST_CASE("the walk is finished before the shutdown, so that others in the range are told") {
    // blocks 0 to 15: metadata, then a shared extent and more data
    CHECK_BOTH(corrupt(blocks(0, 16)).what() == consequence{.outcome = filesystem_corrupted,
                                                            .is_shut_down = true,
                                                            .told = 2,
                                                            .poisoned = 3});
    CHECK_BOTH(corrupt(blocks(0, 16))
                   .fs.log.is(call::begin_walk, call::kill_users, call::kill_users,
                              call::kill_users, call::shut_down));
    CHECK_BOTH(corrupt(blocks(0, 16)).after.certain.bits == 0);
}

TEST_CASE("every call that fails") {
    CHECK_BOTH(failing_to_begin(data_blocks) == sweep{1});
    CHECK_BOTH(failing_to_begin(whole) == sweep{1});
    CHECK_BOTH(failing_to_read() == sweep{4});
    CHECK_BOTH(failing_to_find() == sweep{4});
    CHECK_BOTH(failing_to_kill() == sweep{3});
    CHECK_BOTH(failing_to_shut_down(data_blocks, 0) == sweep{0});
    CHECK_BOTH(failing_to_shut_down(blocks(0, 16), efscorrupted) == sweep{1});
    CHECK_BOTH(failing_to_shut_down(whole, EBUSY) == sweep{1});
}
