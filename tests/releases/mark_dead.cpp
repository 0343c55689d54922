// SPDX-License-Identifier: BSL-1.0
#include "daxhold/releases/mark_dead.hpp"

#include "daxhold/reactions/engine.hpp"

#include "../support/both.hpp"
#include "../support/row_sources.hpp"
#include "../support/verdicts.hpp"

using namespace daxhold;
using namespace daxhold::reactions;
using namespace daxhold::releases::mark_dead;
using daxhold::tables::decide, daxhold::tables::known;
using state = member_state;
using event = mark_dead_event;
using op = mark_dead_operation;

namespace {

template <class... Machines>
constexpr bool all_are_lawful() {
    return (lawful<Machines> && ...) &&
           (support::is_read_everywhere<Machines::row_sources>() && ...);
}
static_assert(all_are_lawful<no_op, claimed_by_superblock, xfs, releases::mark_dead::ext4, btrfs,
                             bcachefs_linux_6_15, bcachefs>());

/// Whether these steps are taken, each an attempt, and that is the member's state afterwards.
template <class Reaction, class... Steps>
constexpr bool is(const Reaction& r, state before, state after, Steps... steps) {
    const op expected[] = {steps..., op::invalidate_block_device};
    if (r.answer != answer::done || r.after(before) != after || r.count != sizeof...(Steps) + 1)
        return false;
    for (std::size_t i = 0; i != r.count; ++i)
        if (r.steps[i].what != expected[i] || !r.steps[i].is_attempt)
            return false;
    return true;
}

template <class Fact>
constexpr Fact nth(std::size_t n) {
    return static_cast<Fact>(n);
}

constexpr event kinds[] = {event::orderly_removal, event::surprise_removal};
constexpr auto in_use = state::in_use;

constexpr auto superblock_reaction(superblock sb, remove_bdev said, event how, can_shut_down can) {
    return decide<claimed_by_superblock::on_event>(known(state::in_use, sb, said, how, can));
}
template <class Machine>
constexpr auto of_superblock(state now, superblock sb, event how) {
    return decide<Machine::on_event>(known(now, sb, how));
}
constexpr auto of_btrfs(state now, superblock sb, degraded without, event how) {
    return decide<btrfs::on_event>(known(now, sb, without, how));
}
template <class Machine>
constexpr auto of_bcachefs(claim asked, state now, degraded without, vfs sb, event how) {
    return decide<Machine::on_event>(known(asked, now, without, sb, how));
}

/// What holds for all of them, whatever the event: nobody can object, every step's failure is lost,
/// and the pages of the device are dropped last.
template <class Machine>
constexpr bool is_void_and_invalidates_last() {
    for (const auto& r : Machine::on_event.actions) {
        if (r.answer != answer::done)
            return false;
        for (std::size_t i = 0; i != r.count; ++i)
            if (!r.steps[i].is_attempt)
                return false;
        if (r.count != 0 && r.steps[r.count - 1].what != op::invalidate_block_device)
            return false;
    }
    return true;
}

/// XFS is what any filesystem is that has `shutdown` and no `remove_bdev`.
constexpr bool xfs_is_the_usual_case() {
    for (const auto how : kinds)
        for (const auto sb : {superblock::active, superblock::inactive})
            if (!(of_superblock<xfs>(in_use, sb, how) ==
                  superblock_reaction(sb, remove_bdev::absent, how, can_shut_down::yes)) ||
                !(of_superblock<xfs>(in_use, sb, how) ==
                  of_superblock<releases::mark_dead::ext4>(in_use, sb, how)))
                return false;
    return true;
}

/// Who writes back what is dirty: only if the device is still there, in whatever state.
template <class Machine>
constexpr bool surprise_syncs_nothing() {
    struct {
        bool is_so = true;
    } seen;
    reactions::detail::graph_of<Machine>.each(
        ~std::uint64_t{0}, tables::bit_of(event::surprise_removal),
        [&](auto, auto, std::size_t, const auto& r) {
            if constexpr (requires { r.has(op::sync_filesystem); })
                seen.is_so = seen.is_so && !r.has(op::sync_filesystem);
            return true;
        });
    return seen.is_so;
}

/// Of a filesystem that is there to be asked: a member that it uses goes offline, and another one
/// does not.
constexpr bool every_member_goes_offline() {
    for (const auto how : kinds)
        for (const auto sb : {vfs::mounted, vfs::not_mounted})
            for (const auto without : {degraded::possible, degraded::impossible})
                for (const auto now :
                     {state::in_use, state::missing, state::offline, state::unknown})
                    for (const auto asked : {claim::held, claim::given_up})
                        if ((of_bcachefs<bcachefs>(asked, now, without, sb, how).after(now) ==
                             state::offline) != (now == state::offline ||
                                                 (asked == claim::held && now == state::in_use)))
                            return false;
    return true;
}

/// A member of a mock, whose every step fails.
struct member {
    int taken = 0;
    degraded without = degraded::possible;

    constexpr superblock operator()(boost::hana::basic_type<superblock>) const noexcept {
        return superblock::active;
    }
    constexpr degraded operator()(boost::hana::basic_type<degraded>) const noexcept {
        return without;
    }
    constexpr result perform(op, ticket) noexcept {
        ++taken;
        return result::error(EIO);
    }
};
constexpr bool every_failure_is_lost() {
    member one;
    engine<btrfs, member> machine{one};
    return machine.tell(event::orderly_removal) == reply{} && machine.now() == state::missing &&
           one.taken == 3 && machine.tell(event::orderly_removal) == reply{} && one.taken == 4;
}

} // namespace

TEST_CASE("bdev_mark_dead: nothing comes back, and the device's pages are dropped in any case") {
    CHECK_BOTH(is_void_and_invalidates_last<no_op>());
    CHECK_BOTH(is_void_and_invalidates_last<claimed_by_superblock>());
    CHECK_BOTH(is_void_and_invalidates_last<xfs>());
    CHECK_BOTH(is_void_and_invalidates_last<btrfs>());
    CHECK_BOTH(is_void_and_invalidates_last<bcachefs_linux_6_15>());
    CHECK_BOTH(is_void_and_invalidates_last<bcachefs>());
    CHECK_BOTH(every_failure_is_lost());
}

TEST_CASE("without an operation: written back, even to a device that is gone, and left alone") {
    CHECK_BOTH(is(decide<no_op::on_event>(known(in_use, event::surprise_removal)), in_use,
                  state::left, op::sync_block_device));
}

TEST_CASE("a device that a superblock claims") {
    constexpr auto yes = can_shut_down::yes;
    constexpr auto no = can_shut_down::no;
    constexpr auto active = superblock::active;
    for (const auto how : kinds)
        for (const auto can : {yes, no}) {
            for (std::size_t said = 0; said != tables::value_count<remove_bdev>; ++said)
                CHECK(
                    is(superblock_reaction(superblock::inactive, nth<remove_bdev>(said), how, can),
                       in_use, in_use));
            // Who survives writes nothing back, though the device may still be there.
            CHECK(is(superblock_reaction(active, remove_bdev::survived, how, can), in_use, in_use));
        }
    for (const auto said : {remove_bdev::absent, remove_bdev::failed}) {
        CHECK(is(superblock_reaction(active, said, event::orderly_removal, yes), in_use,
                 state::shut_down, op::sync_filesystem, op::drop_caches, op::shut_down));
        CHECK(is(superblock_reaction(active, said, event::surprise_removal, yes), in_use,
                 state::shut_down, op::drop_caches, op::shut_down));
        CHECK(is(superblock_reaction(active, said, event::orderly_removal, no), in_use, in_use,
                 op::sync_filesystem, op::drop_caches));
        CHECK(is(superblock_reaction(active, said, event::surprise_removal, no), in_use, in_use,
                 op::drop_caches));
    }
}

TEST_CASE("XFS and ext4 shut down, and write back before if they can") {
    CHECK_BOTH(is(of_superblock<xfs>(in_use, superblock::active, event::orderly_removal), in_use,
                  state::shut_down, op::sync_filesystem, op::drop_caches, op::shut_down));
    CHECK_BOTH(is(of_superblock<xfs>(in_use, superblock::active, event::surprise_removal), in_use,
                  state::shut_down, op::drop_caches, op::shut_down));
    // An event is lost on a superblock that was not born yet.
    CHECK_BOTH(is(of_superblock<xfs>(in_use, superblock::inactive, event::surprise_removal), in_use,
                  in_use));
    CHECK_BOTH(xfs_is_the_usual_case());
}

TEST_CASE("btrfs goes on without the member if it can, and holds it open") {
    for (const auto how : kinds) {
        for (const auto without : {degraded::possible, degraded::impossible}) {
            CHECK(is(of_btrfs(in_use, superblock::inactive, without, how), in_use, in_use));
            for (const auto now : {state::missing, state::unknown, state::shut_down})
                CHECK(is(of_btrfs(now, superblock::active, without, how), now, now));
        }
        CHECK(is(of_btrfs(in_use, superblock::active, degraded::possible, how), in_use,
                 state::missing, op::mark_member_missing, op::go_degraded));
    }
    CHECK_BOTH(
        is(of_btrfs(in_use, superblock::active, degraded::impossible, event::orderly_removal),
           in_use, state::shut_down, op::mark_member_missing, op::sync_filesystem, op::drop_caches,
           op::shut_down));
    CHECK_BOTH(
        is(of_btrfs(in_use, superblock::active, degraded::impossible, event::surprise_removal),
           in_use, state::shut_down, op::mark_member_missing, op::drop_caches, op::shut_down));
}

TEST_CASE("bcachefs of 6.15 waits for its start, goes on if it can, and else turns read-only") {
    constexpr auto of = [](claim asked, state now, degraded without, vfs sb, event how) {
        return of_bcachefs<bcachefs_linux_6_15>(asked, now, without, sb, how);
    };
    for (const auto how : kinds)
        for (const auto sb : {vfs::mounted, vfs::not_mounted})
            for (const auto without : {degraded::possible, degraded::impossible}) {
                CHECK(is(of(claim::given_up, in_use, without, sb, how), in_use, in_use));
                for (const auto now : {state::missing, state::offline, state::unknown})
                    CHECK(is(of(claim::held, now, without, sb, how), now, now, op::wait_for_start));
            }
    for (const auto how : kinds) {
        for (const auto sb : {vfs::mounted, vfs::not_mounted})
            CHECK(is(of(claim::held, in_use, degraded::possible, sb, how), in_use, state::offline,
                     op::wait_for_start, op::take_member_offline));
        CHECK(is(of(claim::held, in_use, degraded::impossible, vfs::not_mounted, how), in_use,
                 state::read_only, op::wait_for_start, op::flush_journal, op::emergency_read_only));
    }
    CHECK_BOTH(
        is(of(claim::held, in_use, degraded::impossible, vfs::mounted, event::orderly_removal),
           in_use, state::read_only, op::wait_for_start, op::sync_filesystem, op::drop_caches,
           op::flush_journal, op::emergency_read_only));
    CHECK_BOTH(
        is(of(claim::held, in_use, degraded::impossible, vfs::mounted, event::surprise_removal),
           in_use, state::read_only, op::wait_for_start, op::drop_caches, op::flush_journal,
           op::emergency_read_only));
}

TEST_CASE("bcachefs of 2026 takes the member offline whatever happens") {
    CHECK_BOTH(every_member_goes_offline());
    constexpr auto without_it = [](vfs sb, event how) {
        return of_bcachefs<bcachefs>(claim::held, in_use, degraded::impossible, sb, how);
    };
    // What is written back still finds the member there.
    CHECK_BOTH(is(without_it(vfs::mounted, event::orderly_removal), in_use, state::offline,
                  op::wait_for_start, op::sync_filesystem, op::drop_caches, op::flush_journal,
                  op::emergency_read_only, op::take_member_offline));
    CHECK_BOTH(is(without_it(vfs::mounted, event::surprise_removal), in_use, state::offline,
                  op::wait_for_start, op::drop_caches, op::flush_journal, op::emergency_read_only,
                  op::take_member_offline));
    for (const auto how : kinds)
        CHECK(is(without_it(vfs::not_mounted, how), in_use, state::offline, op::wait_for_start,
                 op::flush_journal, op::emergency_read_only, op::take_member_offline));
}

TEST_CASE("a surprise writes nothing back, but for a device without an operation") {
    CHECK_BOTH(surprise_syncs_nothing<claimed_by_superblock>());
    CHECK_BOTH(surprise_syncs_nothing<xfs>());
    CHECK_BOTH(surprise_syncs_nothing<btrfs>());
    CHECK_BOTH(surprise_syncs_nothing<bcachefs_linux_6_15>());
    CHECK_BOTH(surprise_syncs_nothing<bcachefs>());
    CHECK_BOTH(
        decide<no_op::on_event>(known(in_use, event::surprise_removal)).has(op::sync_block_device));
}

namespace {

/// The member is closed before what is flushed to it.
struct flushes_what_is_closed : bcachefs {
    static constexpr auto on_event =
        table(when(state::in_use, event::orderly_removal) >>
                  attempt(take_member_offline, flush_journal) >> done(state::offline),
              as_in(bcachefs::on_event));
};
struct comes_back : bcachefs {
    static constexpr auto on_event =
        table(when(state::offline, claim::held) >> done(state::in_use), as_in(bcachefs::on_event));
};
struct says_offline_and_holds_it_open : bcachefs {
    static constexpr auto on_event =
        table(when(state::in_use, degraded::impossible) >> done(state::offline),
              as_in(bcachefs::on_event));
};

} // namespace

TEST_CASE("the laws, and what they catch of what would be easy to write") {
    CHECK_BOTH(support::verdicts<no_op> == "??..?.");
    CHECK_BOTH(support::verdicts<xfs> == ".?..?.");
    CHECK_BOTH(support::verdicts<btrfs> == ".?..?.");
    CHECK_BOTH(support::verdicts<bcachefs> == ".?..?.");
    CHECK_BOTH(support::verdicts<flushes_what_is_closed> == ".?.x?.");
    CHECK_BOTH(support::verdicts<comes_back> == "x?.x?x");
    CHECK_BOTH(support::verdicts<says_offline_and_holds_it_open> == ".?..?x");
}
