// SPDX-License-Identifier: BSL-1.0
#include "daxhold/releases/xfs_rfc.hpp"

#include "../support/faults.hpp"
#include "../support/gates.hpp"
#include "../support/lone_record.hpp"
#include "../support/notification.hpp"

using namespace support;
using releases::xfs_seed_as_intended;
using releases::xfs_seed_as_posted;
using releases::xfs_v12;

namespace {

constexpr byte_range whole = byte_range::whole_device();

// "Owner x event" of the lineage: what each of the three does for a lone record.

constexpr consequence killed_and_poisoned{.told = 1, .poisoned = 1};

/// The gates (9b), in their order: nobody asks whether the mount was born.
constexpr consequence gate_of_v12(const gate_event& e) {
    if (e.device == role::realtime || e.device == role::internal_realtime)
        return failed_with(EOPNOTSUPP);
    if (e.device == role::log) // any range, any flags
        return corrupt_shutdown;
    if (e.rmap == rmap::absent) // before the range
        return failed_with(EOPNOTSUPP);
    return e.range == range::outside ? failed_with(ENXIO) : nothing_done;
}
constexpr consequence gate_of_seed(const gate_event& e) {
    // the log of a device that is to be removed is left alone
    return e.device == role::log && e.is_removal() ? failed_with(EOPNOTSUPP) : gate_of_v12(e);
}

constexpr cell v12_cells[] = {
    {lone::dax_file, killed_and_poisoned},
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

constexpr cell posted_corruption_cells[] = {
    {lone::dax_file, corrupt_shutdown},      {lone::buffered_file, corrupt_shutdown},
    {lone::idle_file, corrupt_shutdown},     {lone::lost_file, corrupt_shutdown},
    {lone::directory, corrupt_shutdown},     {lone::symlink, corrupt_shutdown},
    {lone::internal_file, corrupt_shutdown}, {lone::attribute_fork, corrupt_shutdown},
    {lone::bmbt, corrupt_shutdown},          {lone::metadata, corrupt_shutdown},
    {lone::log, corrupt_shutdown},           {lone::cow_staging, corrupt_shutdown},
    {lone::unknown, corrupt_shutdown},       {lone::none, nothing_done},
};

constexpr cell intended_removal_cells[] = {
    {lone::dax_file, killed_and_poisoned},
    {lone::buffered_file, failed_with(EBUSY)},
    {lone::idle_file, nothing_done},
    {lone::lost_file, failed_with(EAGAIN)},
    {lone::directory, failed_with(EBUSY)},
    {lone::symlink, failed_with(EBUSY)},
    {lone::internal_file, failed_with(EBUSY)},
    {lone::attribute_fork, nothing_done},
    {lone::bmbt, nothing_done},
    {lone::metadata, nothing_done},
    {lone::log, nothing_done},
    {lone::cow_staging, nothing_done},
    {lone::unknown, nothing_done},
    {lone::none, nothing_done},
};

// Where the seed as posted says something else than its message: every cell of the two tables.

template <class Policy>
constexpr auto course_for(cause why, owner who, inode state, mapping access) {
    return decide<Policy::record>(known(why, who, state, access));
}

struct difference {
    unsigned cells = 0;
    unsigned differing = 0;
    /// Cells that differ and should not, or should and do not.
    unsigned surprising = 0;
};

constexpr difference compare_seeds() {
    difference found;
    for (std::size_t c = 0; c != value_count<cause>; ++c)
        for (std::size_t o = 0; o != value_count<owner>; ++o)
            for (std::size_t i = 0; i != value_count<inode>; ++i)
                for (std::size_t m = 0; m != value_count<mapping>; ++m) {
                    const auto why = static_cast<cause>(c);
                    const auto who = static_cast<owner>(o);
                    const auto state = static_cast<inode>(i);
                    const auto access = static_cast<mapping>(m);
                    const bool differs =
                        !(course_for<xfs_seed_as_posted>(why, who, state, access) ==
                          course_for<xfs_seed_as_intended>(why, who, state, access));
                    const bool should = (why == cause::corruption && who == owner::file_data) ||
                                        (why == cause::removal && who != owner::file_data);
                    ++found.cells;
                    found.differing += differs ? 1 : 0;
                    found.surprising += differs != should ? 1 : 0;
                }
    return found;
}

/// With the seed's predicate right, a corruption is what it was before the seed.
constexpr unsigned corruption_cells_unlike_v12() {
    unsigned unlike = 0;
    for (std::size_t o = 0; o != value_count<owner>; ++o)
        for (std::size_t i = 0; i != value_count<inode>; ++i)
            for (std::size_t m = 0; m != value_count<mapping>; ++m) {
                const auto who = static_cast<owner>(o);
                const auto state = static_cast<inode>(i);
                const auto access = static_cast<mapping>(m);
                const auto seed =
                    course_for<xfs_seed_as_intended>(cause::corruption, who, state, access);
                const auto before = course_for<xfs_v12>(cause::corruption, who, state, access);
                unlike += seed == before ? 0 : 1;
            }
    return unlike;
}

// A range with a shared extent, more data and an idle file, and no metadata: four records.
constexpr byte_range data_blocks = blocks(8, 10);
constexpr std::uint64_t data_starts[] = {8, 8, 12, 16};

/// What is left of it when the walk ends at the record of this number, counted from 1.
constexpr byte_range left_from(std::uint64_t record) {
    return data_blocks.from(data_starts[record - 1] * sample_block);
}
/// ... and when that record cannot be read: the one before it may have other owners.
constexpr byte_range left_unread(std::uint64_t record) {
    return record == 1 ? data_blocks : left_from(record - 1);
}

/// Each call that a walk over these records makes, failing: the walk ends there with that error,
/// and nothing else happens.
template <class Policy>
constexpr bool ends_where_it_fails(cause why) {
    const auto fs = populated<>();
    const auto ended = [](const auto& n, byte_range left) {
        return n.answer == fault && !n.fs.is_shut_down && n.made.not_walked == left;
    };
    const auto begin = fail_each<Policy>(
        fs, call::begin_walk, why, data_blocks, [&](const auto& n, std::uint64_t) {
            return ended(n, data_blocks) && n.made.walk == walk_end::not_started &&
                   n.fs.told() == 0 && n.fs.log.is(call::begin_walk);
        });
    const auto read = fail_each<Policy>(
        fs, call::read_rmap, why, data_blocks, [&](const auto& n, std::uint64_t nth) {
            return ended(n, left_unread(nth)) && n.made.records == nth - 1 &&
                   n.made.walk == walk_end::failed;
        });
    const auto find = fail_each<Policy>(
        fs, call::find_in_core, why, data_blocks, [&](const auto& n, std::uint64_t nth) {
            // the third record is of the first file again, whose early process was told
            return ended(n, left_from(nth)) && n.made.records == nth &&
                   n.fs.told() == (nth == 4 ? 2 : nth - 1);
        });
    const auto kill = fail_each<Policy>(
        fs, call::kill_users, why, data_blocks, [&](const auto& n, std::uint64_t nth) {
            return ended(n, left_from(nth)) && n.made.records == nth && n.fs.told() == nth - 1;
        });
    return begin == sweep{1} && read == sweep{4} && find == sweep{4} && kill == sweep{3};
}

/// A shutdown that fails is told, and changes neither the answer nor the way.
template <class Policy>
constexpr bool fails_to_shut_down(cause why, byte_range where) {
    return fail_each<Policy>(populated<>(), call::shut_down, why, where,
                             [](const auto& n, std::uint64_t) {
                                 return n.answer == filesystem_corrupted && !n.fs.is_shut_down &&
                                        n.fs.told() == 0;
                             }) == sweep{1};
}

template <class Policy>
constexpr bool never_does(cause why, byte_range where) {
    for (const auto what : {call::freeze, call::thaw, call::thaw_user, call::sync, call::invalidate,
                            call::report_data_lost, call::report_media_event})
        if (notify<Policy>(populated<>(), why, where).fs.faults.made(what) != 0)
            return false;
    return true;
}

} // namespace

TEST_CASE("a lone record, under v12") {
    CHECK_BOTH(first_wrong<xfs_v12>(v12_cells, cause::corruption, lone_page) == 0);
    CHECK_BOTH(first_wrong<xfs_v12>(v12_cells, cause::corruption, whole) == 0);
    CHECK_BOTH(first_wrong_unbind<xfs_v12>(v12_cells) == 0);
}

TEST_CASE("a lone record, under the seed as posted") {
    CHECK_BOTH(first_wrong<xfs_seed_as_posted>(posted_corruption_cells, cause::corruption,
                                               lone_page) == 0);
    // A removal of data kills, and of anything else shuts down: as v12 did for a corruption.
    CHECK_BOTH(first_wrong<xfs_seed_as_posted>(v12_cells, cause::removal, lone_page) == 0);
    CHECK_BOTH(first_wrong_unbind<xfs_seed_as_posted>(v12_cells) == 0);
}

TEST_CASE("a lone record, under the seed as intended") {
    CHECK_BOTH(first_wrong<xfs_seed_as_intended>(v12_cells, cause::corruption, lone_page) == 0);
    CHECK_BOTH(
        first_wrong<xfs_seed_as_intended>(intended_removal_cells, cause::removal, lone_page) == 0);
    CHECK_BOTH(first_wrong_unbind<xfs_seed_as_intended>(intended_removal_cells) == 0);
}

TEST_CASE("the seed as posted differs from its message in exactly these cells") {
    // (corruption, file data) and (removal, anything but file data), whatever the inode and how it
    // is mapped.
    CHECK_BOTH(compare_seeds().cells == 2 * 7 * 3 * 2);
    CHECK_BOTH(compare_seeds().differing == (1 + 6) * 3 * 2);
    CHECK_BOTH(compare_seeds().surprising == 0);
    CHECK_BOTH(corruption_cells_unlike_v12() == 0);
    // The rest of the two policies is the same.
    CHECK_BOTH(
        std::same_as<decltype(xfs_seed_as_posted::gate), decltype(xfs_seed_as_intended::gate)>);
    CHECK_BOTH(xfs_seed_as_posted::end.actions[0] == xfs_seed_as_intended::end.actions[0]);
}

TEST_CASE("an unbind with a reverse mapping") {
    // v12: no flags; the first header shuts down and ends the walk. Nobody is told.
    CHECK_BOTH(unbind<xfs_v12>(populated<>()).what() == corrupt_shutdown);
    CHECK_BOTH(unbind<xfs_v12>(populated<>()).fs.log.is(call::begin_walk, call::shut_down));
    CHECK_BOTH(unbind<xfs_v12>(populated<>()).made.not_walked == byte_range{0, 1U << 20U});
    CHECK_BOTH(unbind<xfs_v12>(populated<>()).made.walk == walk_end::failed);
    CHECK_BOTH(unbind<xfs_v12>(populated<>()).made.records == 1);
    CHECK_BOTH(unbind<xfs_v12>(populated<>()).is_true());

    // The seed as posted: the same, by the inverted condition.
    CHECK_BOTH(unbind<xfs_seed_as_posted>(populated<>()).what() == corrupt_shutdown);
    CHECK_BOTH(
        unbind<xfs_seed_as_posted>(populated<>()).fs.log.is(call::begin_walk, call::shut_down));
    CHECK_BOTH(unbind<xfs_seed_as_posted>(populated<>()).made.not_walked ==
               byte_range{0, 1U << 20U});

    // As intended: early users are told, up to the file in the page cache, which ends the walk.
    CHECK_BOTH(unbind<xfs_seed_as_intended>(populated<>()).what() ==
               consequence{.outcome = result::error(EBUSY), .told = 2, .poisoned = 3});
    CHECK_BOTH(
        unbind<xfs_seed_as_intended>(populated<>())
            .fs.log.is(call::begin_walk, call::kill_users, call::kill_users, call::kill_users));
    CHECK_BOTH(unbind<xfs_seed_as_intended>(populated<>()).made.not_walked ==
               byte_range::between(20 * sample_block, 1U << 20U));
    CHECK_BOTH(unbind<xfs_seed_as_intended>(populated<>()).fs.told(plain) == 1);
    CHECK_BOTH(unbind<xfs_seed_as_intended>(populated<>()).fs.told(sharer) == 1);
    CHECK_BOTH(unbind<xfs_seed_as_intended>(populated<>()).is_true());
}

TEST_CASE("an unbind without a reverse mapping is not handled, and nobody is told") {
    using mock = mock_filesystem_without_rmap;
    CHECK_BOTH(unbind<xfs_v12>(populated<mock>()).what() == failed_with(EOPNOTSUPP));
    CHECK_BOTH(unbind<xfs_seed_as_posted>(populated<mock>()).what() == failed_with(EOPNOTSUPP));
    CHECK_BOTH(unbind<xfs_seed_as_intended>(populated<mock>()).what() == failed_with(EOPNOTSUPP));
    CHECK_BOTH(unbind<xfs_v12>(populated<mock>()).fs.log.size() == 0);
    CHECK_BOTH(unbind<xfs_seed_as_posted>(populated<mock>()).fs.log.size() == 0);
    CHECK_BOTH(unbind<xfs_seed_as_intended>(populated<mock>()).fs.log.size() == 0);
}

TEST_CASE("an unbind of each of several devices") {
    constexpr auto fs = populated<mock_filesystem_with_devices>();
    CHECK_BOTH(unbind<xfs_v12>(fs, role::data).what() == corrupt_shutdown);
    CHECK_BOTH(unbind<xfs_seed_as_posted>(fs, role::data).what() == corrupt_shutdown);
    CHECK_BOTH(unbind<xfs_seed_as_intended>(fs, role::data).what() ==
               unbind<xfs_seed_as_intended>(populated<>()).what());

    CHECK_BOTH(unbind<xfs_v12>(fs, role::log).what() == corrupt_shutdown);
    CHECK_BOTH(unbind<xfs_v12>(fs, role::log).fs.log.is(call::shut_down));
    CHECK_BOTH(unbind<xfs_seed_as_posted>(fs, role::log).what() == failed_with(EOPNOTSUPP));
    CHECK_BOTH(unbind<xfs_seed_as_posted>(fs, role::log).fs.log.size() == 0);
    CHECK_BOTH(unbind<xfs_seed_as_intended>(fs, role::log).what() == failed_with(EOPNOTSUPP));

    CHECK_BOTH(unbind<xfs_v12>(fs, role::realtime).what() == failed_with(EOPNOTSUPP));
    CHECK_BOTH(unbind<xfs_seed_as_posted>(fs, role::realtime).what() == failed_with(EOPNOTSUPP));
    CHECK_BOTH(unbind<xfs_seed_as_intended>(fs, role::realtime).what() == failed_with(EOPNOTSUPP));
    CHECK_BOTH(unbind<xfs_seed_as_intended>(fs, role::realtime).fs.log.size() == 0);
}

TEST_CASE("the gates, in their order") {
    CHECK_BOTH(first_wrong_gate<xfs_v12>(gate_of_v12) == 0);
    CHECK_BOTH(first_wrong_gate<xfs_seed_as_posted>(gate_of_seed) == 0);
    CHECK_BOTH(first_wrong_gate<xfs_seed_as_intended>(gate_of_seed) == 0);
}

TEST_CASE("a corruption of data kills nobody and shuts down, as the seed was posted") {
    CHECK_BOTH(notify<xfs_seed_as_posted>(populated<>(), cause::corruption, data_blocks).what() ==
               corrupt_shutdown);
    CHECK_BOTH(notify<xfs_seed_as_intended>(populated<>(), cause::corruption, data_blocks).what() ==
               consequence{.told = 2, .poisoned = 3});
    CHECK_BOTH(notify<xfs_v12>(populated<>(), cause::corruption, data_blocks).what() ==
               consequence{.told = 2, .poisoned = 3});
}

TEST_CASE("the first metadata record ends the walk, and the report tells the rest") {
    // blocks 24 to 31: data whose lookup fails, attribute fork, bmbt, data
    constexpr byte_range where = blocks(26, 6);
    CHECK_BOTH(notify<xfs_v12>(populated<>(), cause::corruption, where).what() == corrupt_shutdown);
    CHECK_BOTH(notify<xfs_v12>(populated<>(), cause::corruption, where).made.not_walked ==
               blocks(28, 4));
    CHECK_BOTH(notify<xfs_v12>(populated<>(), cause::corruption, where).made.records == 1);
    CHECK_BOTH(notify<xfs_v12>(populated<>(), cause::corruption, where).made.is_incomplete());
    CHECK_BOTH(notify<xfs_seed_as_intended>(populated<>(), cause::removal, where).what() ==
               consequence{.poisoned = 1});
    CHECK_BOTH(
        notify<xfs_seed_as_intended>(populated<>(), cause::removal, where).made.not_walked.empty());
}

TEST_CASE("every call that fails ends the walk, with its error") {
    CHECK_BOTH(ends_where_it_fails<xfs_v12>(cause::corruption));
    CHECK_BOTH(ends_where_it_fails<xfs_v12>(cause::removal));
    CHECK_BOTH(ends_where_it_fails<xfs_seed_as_posted>(cause::removal));
    CHECK_BOTH(ends_where_it_fails<xfs_seed_as_intended>(cause::corruption));
    CHECK_BOTH(ends_where_it_fails<xfs_seed_as_intended>(cause::removal));
    CHECK_BOTH(fails_to_shut_down<xfs_v12>(cause::corruption, whole));
    CHECK_BOTH(fails_to_shut_down<xfs_seed_as_posted>(cause::corruption, data_blocks));
    CHECK_BOTH(fails_to_shut_down<xfs_seed_as_posted>(cause::removal, whole));
    CHECK_BOTH(fails_to_shut_down<xfs_seed_as_intended>(cause::corruption, whole));
}

TEST_CASE("a call that is never made cannot fail") {
    CHECK_BOTH(never_does<xfs_v12>(cause::corruption, whole));
    CHECK_BOTH(never_does<xfs_v12>(cause::corruption, data_blocks));
    CHECK_BOTH(never_does<xfs_seed_as_posted>(cause::removal, data_blocks));
    CHECK_BOTH(never_does<xfs_seed_as_intended>(cause::removal, whole));
}
