// SPDX-License-Identifier: BSL-1.0
#include "daxhold/testing/generated.hpp"

#include "daxhold/releases.hpp"

#include "both.hpp"

using namespace daxhold;
using namespace daxhold::tables;
using namespace daxhold::testing;
using namespace daxhold::releases;

namespace {

/// All of the shipped invariants. The number of seeds is no constant, so that it runs at run time.
template <class Policy, class Mock = mock_filesystem>
generated_failure check_shipped() {
    volatile std::uint64_t seeds = 2000;
    return check_generated<Policy, Mock, report_is_true, nothing_outside_of_the_range_is_touched,
                           every_record_is_decided_once, only_files_in_core_are_touched>(0, seeds);
}

/// Records in ascending order and on the device, each with an inode where it needs one.
template <class Mock>
constexpr bool is_sound(const Mock& fs) {
    std::uint64_t last = 0;
    for (const auto& r : fs.records()) {
        const bool has_inode = r.owner == owner::file_data || r.owner == owner::attribute_fork ||
                               r.owner == owner::bmbt;
        if (r.extent.empty() || r.extent.offset() < last || !fs.data_device.contains(r.extent) ||
            has_inode != (r.inode_number != 0) || (has_inode && fs.at(r.inode_number).number == 0))
            return false;
        last = r.extent.offset();
    }
    return fs.records().size != 0 && fs.records().size <= most_generated_records;
}

// A user's own invariants.
struct removal_poisons_nothing {
    template <class Mock>
    static constexpr bool holds(const generated_case<Mock>& c) {
        bool is_so = true;
        for (const auto& e : c.after.log)
            is_so = is_so && (c.event.why != cause::removal || e.what != call::kill_users ||
                              e.pages == poison::not_marked);
        return is_so;
    }
};
struct nothing_ever_happens {
    template <class Mock>
    static constexpr bool holds(const generated_case<Mock>& c) {
        return c.after.log.size() == 0;
    }
};
struct lacks_holds {};
struct answers_with_an_int {
    static constexpr int holds(const generated_case<mock_filesystem>&) { return 1; }
};

static_assert(invariant<report_is_true>);
static_assert(invariant<nothing_ever_happens>);
static_assert(!invariant<lacks_holds>);
static_assert(!invariant<answers_with_an_int>);

/// A case that an invariant must find fault with.
constexpr auto corrupted_case() {
    auto c = run_generated<xfs_linux_6_8>(0);
    c.event.where = blocks(0, 1);
    c.after.log = {};
    return c;
}
constexpr bool finds_a_wrong_report() {
    auto c = corrupted_case();
    c.made.outcome = result::error(ERANGE);
    return !report_is_true::holds(c);
}
constexpr bool finds_a_call_outside() {
    auto c = corrupted_case();
    c.after.log.add({.what = call::invalidate, .inode_number = 131, .where = blocks(9999, 1)});
    return !nothing_outside_of_the_range_is_touched::holds(c);
}
constexpr bool finds_a_forgotten_record() {
    auto c = corrupted_case();
    c.event.where = byte_range::whole_device();
    c.made = {};
    c.made.is_walked = true;
    for (const auto& r : c.before.records()) {
        ++c.made.records;
        c.made.bytes_of_row[0] += intersect(r.extent, c.before.data_device).length();
    }
    const bool holds = every_record_is_decided_once::holds(c);
    --c.made.records;
    c.made.bytes_of_row[0] -= sample_block;
    return holds && !every_record_is_decided_once::holds(c);
}
constexpr bool finds_a_record_too_many() {
    auto c = corrupted_case();
    c.made.is_walked = true;
    c.made.not_walked = blocks(0, 1);
    c.made.records = 1000;
    return !every_record_is_decided_once::holds(c);
}
constexpr bool finds_a_listed_inode_too_many() {
    generated_case<mock_filesystem_with_listing> c;
    c.before = populated<mock_filesystem_with_listing>();
    c.is_of_inodes = true;
    c.event.where = byte_range::whole_device();
    c.made.is_walked = true;
    c.made.records = 5;
    const bool holds = every_record_is_decided_once::holds(c);
    ++c.made.records;
    return holds && !every_record_is_decided_once::holds(c);
}
constexpr bool finds_all_of_a_file_for_a_part_of_the_device() {
    generated_case<mock_filesystem> c;
    c.before = populated<>();
    c.event.where = byte_range::whole_device();
    c.after.log.add({.what = call::invalidate,
                     .inode_number = fragmented,
                     .where = byte_range::whole_device()});
    const bool holds = nothing_outside_of_the_range_is_touched::holds(c);
    c.event.where = blocks(28, 4);
    return holds && !nothing_outside_of_the_range_is_touched::holds(c);
}
/// Extents that go on may be told as one, those that do not may not.
constexpr bool knows_joined_extents(std::uint64_t second_file_block) {
    generated_case<mock_filesystem> c;
    c.before.add(mock_inode{.number = plain});
    c.before.add(rmap_record{blocks(8, 2), owner::file_data, plain, 0});
    c.before.add(
        rmap_record{blocks(10, 2), owner::file_data, plain, second_file_block * sample_block});
    c.event.where = blocks(9, 2);
    c.after.log.add({.what = call::invalidate, .inode_number = plain, .where = blocks(1, 2)});
    return nothing_outside_of_the_range_is_touched::holds(c);
}
constexpr bool finds_a_touched_file() {
    generated_case<mock_filesystem> c;
    c.before.add(mock_inode{.number = idle, .state = inode::not_in_core});
    c.after.log.add({.what = call::invalidate, .inode_number = idle, .where = blocks(0, 1)});
    return !only_files_in_core_are_touched::holds(c);
}

} // namespace

TEST_CASE("a seed means the same everywhere") {
    CHECK_BOTH(random_numbers{1}.next() == 0x910a2dec89025cc1U);
    CHECK_BOTH(generated_event_for(7).where == generated_event_for(7).where);
    CHECK_BOTH(is_sound(generated_filesystem<>(0)));
    CHECK_BOTH(is_sound(generated_filesystem<>(17)));
    // One of each, so that a compiler that evaluates in another order is found out.
    CHECK_BOTH(generated_filesystem<>(3).records().size == 10);
    CHECK_BOTH(generated_event_for(3).where == byte_range{68363, 125726});
    CHECK_BOTH(run_generated<xfs_linux_6_8>(9).after.log.size() == 6);
}

TEST_CASE("many seeds make many filesystems and events") {
    std::size_t owners[value_count<owner>] = {};
    std::size_t states[value_count<inode>] = {};
    std::size_t shared = 0;
    std::size_t continued = 0;
    std::size_t removals = 0;
    std::size_t whole = 0;
    std::size_t outside = 0;
    std::size_t unborn = 0;
    std::size_t frozen = 0;
    std::size_t failed = 0;
    std::size_t walked = 0;
    for (std::uint64_t seed = 0; seed != 500; ++seed) {
        const auto c = run_generated<xfs_linux_6_8>(seed);
        CHECK(is_sound(c.before));
        rmap_record last;
        for (const auto& r : c.before.records()) {
            continued += continues(last, r) ? 1U : 0U;
            last = r;
            ++owners[static_cast<std::size_t>(r.owner)];
            if (r.inode_number != 0)
                ++states[static_cast<std::size_t>(c.before.at(r.inode_number).state)];
            shared += r.sharing == sharing::shared ? 1U : 0U;
        }
        removals += c.event.why == cause::removal ? 1U : 0U;
        whole += c.event.where.is_whole_device() ? 1U : 0U;
        outside += c.event.where.overlaps(c.before.data_device) ? 0U : 1U;
        unborn += c.before.born ? 0U : 1U;
        frozen += c.before.is_frozen_by_user ? 1U : 0U;
        failed += c.made.is_incomplete() ? 1U : 0U;
        walked += c.made.is_walked && c.made.walk == walk_end::clean ? 1U : 0U;
    }
    for (const auto seen : owners)
        CHECK(seen > 20);
    for (const auto seen : states)
        CHECK(seen > 20);
    for (const auto seen : {shared, continued, removals, whole, unborn, frozen, failed, walked})
        CHECK(seen > 20);
    CHECK(outside > 1);
}

TEST_CASE("what is true of every case is true of every policy") {
    CHECK_FALSE(check_shipped<xfs_v12>().exists);
    CHECK_FALSE(check_shipped<xfs_seed_as_posted>().exists);
    CHECK_FALSE(check_shipped<xfs_seed_as_intended>().exists);
    CHECK_FALSE(check_shipped<xfs_linux_6_0>().exists);
    CHECK_FALSE(check_shipped<xfs_linux_6_1>().exists);
    CHECK_FALSE(check_shipped<xfs_linux_6_8>().exists);
    CHECK_FALSE(check_shipped<xfs_linux_6_14>().exists);
    CHECK_FALSE(check_shipped<xfs_linux_6_18>().exists);
    CHECK_FALSE(check_shipped<xfs_linux_7_0>().exists);
    CHECK_FALSE(check_shipped<no_holder>().exists);
    CHECK_FALSE(check_shipped<recommended>().exists);
    CHECK_FALSE(check_shipped<xfs_linux_6_8, mock_filesystem_with_listing>().exists);
    CHECK_FALSE(check_shipped<recommended, mock_filesystem_with_listing>().exists);
}

TEST_CASE("in a constant expression") {
    static_assert(!check_generated<recommended, mock_filesystem, report_is_true,
                                   only_files_in_core_are_touched>(0, 5)
                       .exists);
    static_assert(
        !check_generated<recommended, mock_filesystem, removal_poisons_nothing>(0, 5).exists);
    volatile std::uint64_t seeds = 200;
    CHECK_FALSE(
        check_generated<recommended, mock_filesystem, removal_poisons_nothing>(0, seeds).exists);
    CHECK(check_generated<xfs_seed_as_posted, mock_filesystem, removal_poisons_nothing>(0, seeds)
              .exists);
}

TEST_CASE("an invariant that does not hold is told with its seed") {
    volatile std::uint64_t seeds = 100;
    const auto failure =
        check_generated<xfs_linux_6_8, mock_filesystem, report_is_true, nothing_ever_happens>(
            5, seeds);
    CHECK(failure.exists);
    CHECK(failure.invariant == 1);
    CHECK(failure.seed >= 5);
    CHECK_FALSE(nothing_ever_happens::holds(run_generated<xfs_linux_6_8>(failure.seed)));
    CHECK_FALSE(check_generated<no_holder, mock_filesystem, nothing_ever_happens>(5, seeds).exists);
}

TEST_CASE("each shipped invariant can fail") {
    CHECK_BOTH(finds_a_wrong_report());
    CHECK_BOTH(finds_a_call_outside());
    CHECK_BOTH(finds_a_forgotten_record());
    CHECK_BOTH(finds_a_record_too_many());
    CHECK_BOTH(finds_a_listed_inode_too_many());
    CHECK_BOTH(finds_all_of_a_file_for_a_part_of_the_device());
    CHECK_BOTH(knows_joined_extents(2));
    CHECK_BOTH(!knows_joined_extents(3));
    CHECK_BOTH(finds_a_touched_file());
}
