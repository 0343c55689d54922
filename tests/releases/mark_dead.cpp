// SPDX-License-Identifier: BSL-1.0
#include "daxhold/releases/mark_dead.hpp"

#include "daxhold/tables/decide.hpp"

#include "../support/both.hpp"
#include "../support/row_sources.hpp"

using namespace daxhold;
using namespace daxhold::tables;
using namespace daxhold::releases::mark_dead;
using own = own_operation;

static_assert(proven<no_op::on_mark_dead>);
static_assert(proven<claimed_by_superblock::on_mark_dead>);
static_assert(proven<xfs::on_mark_dead>);
static_assert(proven<btrfs::on_mark_dead>);
static_assert(proven<bcachefs_linux_6_15::on_mark_dead>);
static_assert(proven<bcachefs::on_mark_dead>);

namespace {

/// A step as the matrices tell it: one of the table's words, or of the block layer's.
struct said {
    operation what = operation::own;
    own which{};

    constexpr said(operation word) : what{word} {} // NOLINT(google-explicit-constructor)
    constexpr said(own step) : which{step} {}      // NOLINT(google-explicit-constructor)
};

template <std::size_t Size, class... Steps>
constexpr bool is(const course<own, Size>& c, Steps... steps) {
    const said expected[] = {steps..., own::invalidate_block_device};
    if (c.count != sizeof...(Steps) || c.end != ending::finish || !c.outcome().ok())
        return false;
    for (std::size_t i = 0; i != c.count; ++i)
        if (c.steps[i].what != expected[i].what ||
            (c.steps[i].what == operation::own && c.steps[i].own != expected[i].which) ||
            (c.steps[i].what == operation::shut_down &&
             c.steps[i].template argument<shutdown_reason>() != shutdown_reason::device_removed))
            return false;
    return true;
}

template <std::size_t Size>
constexpr bool has(const course<own, Size>& c, own step) {
    for (std::size_t i = 0; i != c.count; ++i)
        if (c.steps[i].what == operation::own && c.steps[i].own == step)
            return true;
    return false;
}

template <class Fact>
constexpr Fact nth(std::size_t n) {
    return static_cast<Fact>(n);
}

constexpr auto superblock_course(superblock sb, remove_bdev answer, removal_kind how,
                                 can_shut_down can) {
    return decide<claimed_by_superblock::on_mark_dead>(known(sb, answer, how, can));
}
constexpr auto xfs_course(superblock sb, removal_kind how) {
    return decide<xfs::on_mark_dead>(known(sb, how));
}
constexpr auto btrfs_course(superblock sb, member which, degraded without, removal_kind how) {
    return decide<btrfs::on_mark_dead>(known(sb, which, without, how));
}
constexpr auto bcachefs_6_15_course(claim asked, member which, degraded without, vfs sb,
                                    removal_kind how) {
    return decide<bcachefs_linux_6_15::on_mark_dead>(known(asked, which, without, sb, how));
}
constexpr auto bcachefs_course(claim asked, member which, degraded without, vfs sb,
                               removal_kind how) {
    return decide<bcachefs::on_mark_dead>(known(asked, which, without, sb, how));
}

constexpr removal_kind kinds[] = {removal_kind::orderly, removal_kind::surprise};

// What holds for all of them: nobody can object, every step's failure is lost, and the pages of the
// device are dropped last.
template <auto const& Table>
constexpr bool is_void_and_invalidates_last() {
    for (const auto& c : Table.actions) {
        if (c.count == 0 || c.end != ending::finish || c.errno_value != 0)
            return false;
        for (std::size_t i = 0; i != c.count; ++i)
            if (c.steps[i].then != on_error::ignore)
                return false;
        const auto& last = c.steps[c.count - 1];
        if (last.what != operation::own || last.own != own::invalidate_block_device)
            return false;
    }
    return true;
}

/// XFS is what any filesystem is that has `shutdown` and no `remove_bdev`.
constexpr bool xfs_is_the_usual_case() {
    for (const auto how : kinds)
        for (const auto sb : {superblock::active, superblock::inactive})
            if (!(xfs_course(sb, how) ==
                  superblock_course(sb, remove_bdev::absent, how, can_shut_down::yes)))
                return false;
    return true;
}

/// What is done beside what becomes of the member. (btrfs is the usual case with an answer from
/// btrfs_remove_bdev, which has marked the member before.)
template <std::size_t Size>
constexpr course<own, 8> without_marks(const course<own, Size>& c) {
    course<own, 8> left = c;
    left.count = 0;
    for (auto& s : left.steps)
        s = {};
    for (std::size_t i = 0; i != c.count; ++i)
        if (c.steps[i].what != operation::own ||
            (c.steps[i].own != own::mark_member_missing && c.steps[i].own != own::go_degraded &&
             c.steps[i].own != own::take_member_offline))
            left.steps[left.count++] = c.steps[i];
    return left;
}
constexpr bool btrfs_is_a_case_of_remove_bdev() {
    for (const auto how : kinds)
        for (const auto sb : {superblock::active, superblock::inactive})
            for (std::size_t which = 0; which != value_count<member>; ++which)
                for (const auto without : {degraded::possible, degraded::impossible}) {
                    const bool survives =
                        nth<member>(which) != member::present || without == degraded::possible;
                    const auto answer = survives ? remove_bdev::survived : remove_bdev::failed;
                    if (!(without_marks(btrfs_course(sb, nth<member>(which), without, how)) ==
                          without_marks(superblock_course(sb, answer, how, can_shut_down::yes))))
                        return false;
                }
    return true;
}

/// Who writes back what is dirty: only if the device is still there.
constexpr bool surprise_syncs_nothing() {
    for (const auto& sb : {superblock::active, superblock::inactive}) {
        if (xfs_course(sb, removal_kind::surprise).has(operation::sync))
            return false;
        for (std::size_t which = 0; which != value_count<member>; ++which)
            for (const auto without : {degraded::possible, degraded::impossible}) {
                if (btrfs_course(sb, nth<member>(which), without, removal_kind::surprise)
                        .has(operation::sync))
                    return false;
                for (const auto asked : {claim::held, claim::given_up})
                    for (const auto mounted : {vfs::mounted, vfs::not_mounted})
                        if (bcachefs_course(asked, nth<member>(which), without, mounted,
                                            removal_kind::surprise)
                                .has(operation::sync))
                            return false;
            }
    }
    return true;
}

/// Of a filesystem that is there to be asked: a member that it uses goes offline, and another one
/// does not.
constexpr bool every_member_goes_offline() {
    for (const auto how : kinds)
        for (const auto sb : {vfs::mounted, vfs::not_mounted})
            for (const auto without : {degraded::possible, degraded::impossible})
                for (std::size_t which = 0; which != value_count<member>; ++which)
                    for (const auto asked : {claim::held, claim::given_up})
                        if (has(bcachefs_course(asked, nth<member>(which), without, sb, how),
                                own::take_member_offline) !=
                            (asked == claim::held && nth<member>(which) == member::present))
                            return false;
    return true;
}

/// Nothing else has changed since Linux 6.15.
constexpr bool offline_is_all_that_is_new() {
    for (const auto how : kinds)
        for (const auto sb : {vfs::mounted, vfs::not_mounted})
            for (const auto without : {degraded::possible, degraded::impossible})
                for (std::size_t which = 0; which != value_count<member>; ++which)
                    for (const auto asked : {claim::held, claim::given_up})
                        if (!(without_marks(
                                  bcachefs_course(asked, nth<member>(which), without, sb, how)) ==
                              without_marks(bcachefs_6_15_course(asked, nth<member>(which), without,
                                                                 sb, how))))
                            return false;
    return true;
}

} // namespace

TEST_CASE("bdev_mark_dead: nothing comes back, and the device's pages are dropped in any case") {
    CHECK_BOTH(is_void_and_invalidates_last<no_op::on_mark_dead>());
    CHECK_BOTH(is_void_and_invalidates_last<claimed_by_superblock::on_mark_dead>());
    CHECK_BOTH(is_void_and_invalidates_last<xfs::on_mark_dead>());
    CHECK_BOTH(is_void_and_invalidates_last<btrfs::on_mark_dead>());
    CHECK_BOTH(is_void_and_invalidates_last<bcachefs_linux_6_15::on_mark_dead>());
    CHECK_BOTH(is_void_and_invalidates_last<bcachefs::on_mark_dead>());
}

TEST_CASE("without an operation: written back, even to a device that is gone") {
    CHECK_BOTH(is(decide<no_op::on_mark_dead>(known(removal_kind::surprise)),
                  own::sync_block_device, own::invalidate_block_device));
    CHECK_BOTH(decltype(no_op::on_mark_dead)::fact_count == 0);
}

TEST_CASE("a device that a superblock claims") {
    constexpr auto yes = can_shut_down::yes;
    constexpr auto no = can_shut_down::no;
    for (const auto how : kinds)
        for (const auto can : {yes, no}) {
            for (std::size_t answer = 0; answer != value_count<remove_bdev>; ++answer)
                CHECK(
                    is(superblock_course(superblock::inactive, nth<remove_bdev>(answer), how, can),
                       own::invalidate_block_device));
            // Who survives writes nothing back, though the device may still be there.
            CHECK(is(superblock_course(superblock::active, remove_bdev::survived, how, can),
                     own::invalidate_block_device));
        }
    for (const auto answer : {remove_bdev::absent, remove_bdev::failed}) {
        CHECK(is(superblock_course(superblock::active, answer, removal_kind::orderly, yes),
                 operation::sync, own::drop_caches, operation::shut_down,
                 own::invalidate_block_device));
        CHECK(is(superblock_course(superblock::active, answer, removal_kind::surprise, yes),
                 own::drop_caches, operation::shut_down, own::invalidate_block_device));
        CHECK(is(superblock_course(superblock::active, answer, removal_kind::orderly, no),
                 operation::sync, own::drop_caches, own::invalidate_block_device));
        CHECK(is(superblock_course(superblock::active, answer, removal_kind::surprise, no),
                 own::drop_caches, own::invalidate_block_device));
    }
}

TEST_CASE("XFS shuts down, and writes back before if it can") {
    CHECK_BOTH(is(xfs_course(superblock::active, removal_kind::orderly), operation::sync,
                  own::drop_caches, operation::shut_down, own::invalidate_block_device));
    CHECK_BOTH(is(xfs_course(superblock::active, removal_kind::surprise), own::drop_caches,
                  operation::shut_down, own::invalidate_block_device));
    CHECK_BOTH(
        is(xfs_course(superblock::inactive, removal_kind::orderly), own::invalidate_block_device));
    CHECK_BOTH(
        is(xfs_course(superblock::inactive, removal_kind::surprise), own::invalidate_block_device));
    CHECK_BOTH(xfs_is_the_usual_case());
}

TEST_CASE("btrfs goes on without the member if it can") {
    for (const auto how : kinds) {
        for (std::size_t which = 0; which != value_count<member>; ++which)
            for (const auto without : {degraded::possible, degraded::impossible}) {
                CHECK(is(btrfs_course(superblock::inactive, nth<member>(which), without, how),
                         own::invalidate_block_device));
                if (nth<member>(which) != member::present)
                    CHECK(is(btrfs_course(superblock::active, nth<member>(which), without, how),
                             own::invalidate_block_device));
            }
        CHECK(is(btrfs_course(superblock::active, member::present, degraded::possible, how),
                 own::mark_member_missing, own::go_degraded, own::invalidate_block_device));
    }
    CHECK_BOTH(is(btrfs_course(superblock::active, member::present, degraded::impossible,
                               removal_kind::orderly),
                  own::mark_member_missing, operation::sync, own::drop_caches, operation::shut_down,
                  own::invalidate_block_device));
    CHECK_BOTH(is(btrfs_course(superblock::active, member::present, degraded::impossible,
                               removal_kind::surprise),
                  own::mark_member_missing, own::drop_caches, operation::shut_down,
                  own::invalidate_block_device));
    CHECK_BOTH(btrfs_is_a_case_of_remove_bdev());
}

TEST_CASE("bcachefs of 6.15 waits for its start, goes on if it can, and else turns read-only") {
    constexpr auto held = [](member which, degraded without, vfs sb, removal_kind how) {
        return bcachefs_6_15_course(claim::held, which, without, sb, how);
    };
    for (const auto how : kinds)
        for (const auto sb : {vfs::mounted, vfs::not_mounted})
            for (const auto without : {degraded::possible, degraded::impossible}) {
                for (std::size_t which = 0; which != value_count<member>; ++which)
                    CHECK(is(
                        bcachefs_6_15_course(claim::given_up, nth<member>(which), without, sb, how),
                        own::invalidate_block_device));
                for (const auto which : {member::missing, member::unknown})
                    CHECK(is(held(which, without, sb, how), own::wait_for_start,
                             own::invalidate_block_device));
            }
    for (const auto how : kinds) {
        for (const auto sb : {vfs::mounted, vfs::not_mounted})
            CHECK(is(held(member::present, degraded::possible, sb, how), own::wait_for_start,
                     own::take_member_offline, own::invalidate_block_device));
        CHECK(is(held(member::present, degraded::impossible, vfs::not_mounted, how),
                 own::wait_for_start, own::flush_journal, own::emergency_read_only,
                 own::invalidate_block_device));
    }
    CHECK_BOTH(is(held(member::present, degraded::impossible, vfs::mounted, removal_kind::orderly),
                  own::wait_for_start, operation::sync, own::drop_caches, own::flush_journal,
                  own::emergency_read_only, own::invalidate_block_device));
    CHECK_BOTH(is(held(member::present, degraded::impossible, vfs::mounted, removal_kind::surprise),
                  own::wait_for_start, own::drop_caches, own::flush_journal,
                  own::emergency_read_only, own::invalidate_block_device));
}

TEST_CASE("bcachefs of 2026 takes the member offline whatever happens") {
    CHECK_BOTH(every_member_goes_offline());
    CHECK_BOTH(offline_is_all_that_is_new());
    constexpr auto without_it = [](vfs sb, removal_kind how) {
        return bcachefs_course(claim::held, member::present, degraded::impossible, sb, how);
    };
    // What is written back still finds the member there.
    CHECK_BOTH(is(without_it(vfs::mounted, removal_kind::orderly), own::wait_for_start,
                  operation::sync, own::drop_caches, own::flush_journal, own::emergency_read_only,
                  own::take_member_offline, own::invalidate_block_device));
    CHECK_BOTH(is(without_it(vfs::mounted, removal_kind::surprise), own::wait_for_start,
                  own::drop_caches, own::flush_journal, own::emergency_read_only,
                  own::take_member_offline, own::invalidate_block_device));
    for (const auto how : kinds)
        CHECK(is(without_it(vfs::not_mounted, how), own::wait_for_start, own::flush_journal,
                 own::emergency_read_only, own::take_member_offline, own::invalidate_block_device));
}

TEST_CASE("where it was read") {
    CHECK_BOTH(support::is_read_everywhere<no_op::row_sources>());
    CHECK_BOTH(support::is_read_everywhere<claimed_by_superblock::row_sources>());
    CHECK_BOTH(support::is_read_everywhere<xfs::row_sources>());
    CHECK_BOTH(support::is_read_everywhere<btrfs::row_sources>());
    CHECK_BOTH(support::is_read_everywhere<bcachefs_linux_6_15::row_sources>());
    CHECK_BOTH(support::is_read_everywhere<bcachefs::row_sources>());
}

TEST_CASE("a surprise writes nothing back, but for a device without an operation") {
    CHECK_BOTH(surprise_syncs_nothing());
    CHECK_BOTH(
        has(decide<no_op::on_mark_dead>(known(removal_kind::surprise)), own::sync_block_device));
}

TEST_CASE("what a filesystem does before it has started") {
    // An event is lost on a superblock that was not born yet, and waits for bcachefs.
    CHECK_BOTH(xfs_course(superblock::inactive, removal_kind::surprise).count == 1);
    CHECK_BOTH(bcachefs_course(claim::held, member::present, degraded::impossible, vfs::not_mounted,
                               removal_kind::surprise)
                   .steps[0]
                   .own == own::wait_for_start);
}
