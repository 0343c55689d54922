// SPDX-License-Identifier: BSL-1.0
#include "daxhold/releases/device_pool.hpp"

#include "daxhold/tables/decide.hpp"

#include "../support/both.hpp"

using namespace daxhold;
using namespace daxhold::tables;
using releases::device_pool;
using namespace releases::pool;
using op = pool_operation;

static_assert(proven<device_pool::reactions>);

namespace {

constexpr reaction react(region_state state, pool_event event, in_flight io) {
    return decide<device_pool::reactions>(known(state, event, io));
}

template <class... Steps>
constexpr bool is(const reaction& r, pool_answer what, region_state next, Steps... steps) {
    const op expected[] = {steps..., op::quiesce};
    if (r.answer != what || r.next != next || r.count != sizeof...(Steps))
        return false;
    for (std::size_t i = 0; i != r.count; ++i)
        if (r.steps[i] != expected[i])
            return false;
    return r.outcome().ok() == (what != pool_answer::refused);
}

constexpr region_state states[] = {region_state::live, region_state::draining, region_state::failed,
                                   region_state::gone};
constexpr pool_event events[] = {pool_event::announced_removal, pool_event::surprise_removal,
                                 pool_event::repeated_removal, pool_event::media_failure,
                                 pool_event::drained};
constexpr in_flight loads[] = {in_flight::none, in_flight::some};

constexpr bool is_removal(pool_event event) {
    return event != pool_event::media_failure && event != pool_event::drained;
}

template <class Holds>
constexpr bool holds_in_every_cell(Holds holds) {
    for (const auto state : states)
        for (const auto event : events)
            for (const auto io : loads)
                if (!holds(state, event, io, react(state, event, io)))
                    return false;
    return true;
}

/// What others assert, and crash on.
constexpr bool tears_down_only_what_is_quiet() {
    return holds_in_every_cell([](auto state, auto, auto io, const reaction& r) {
        return !r.has(op::tear_down) ||
               (io == in_flight::none && r.next == region_state::gone &&
                r.steps[r.count - 1] == op::tear_down &&
                (state != region_state::live || r.steps[0] == op::quiesce));
    });
}
constexpr bool waits_for_all_that_it_leaves() {
    return holds_in_every_cell([](auto state, auto, auto, const reaction& r) {
        const bool leaves = state == region_state::live && r.next != region_state::live;
        return !leaves || r.steps[0] == op::quiesce;
    });
}
constexpr bool never_blocks_with_io() {
    return holds_in_every_cell([](auto state, auto event, auto io, const reaction& r) {
        return io != in_flight::some || state == region_state::gone ||
               (state == region_state::live && event == pool_event::drained) ||
               r.answer == pool_answer::in_progress;
    });
}
constexpr bool does_nothing_when_gone() {
    return holds_in_every_cell([](auto state, auto event, auto, const reaction& r) {
        return state != region_state::gone ||
               (r.count == 0 && r.next == region_state::gone &&
                (is_removal(event) || event == pool_event::drained
                     ? r.answer == pool_answer::done
                     : r.answer == pool_answer::refused && r.outcome() == no_such_device));
    });
}
constexpr bool goes_only_forward() {
    return holds_in_every_cell([](auto state, auto, auto, const reaction& r) {
        switch (state) {
        case region_state::live:
            return true;
        case region_state::draining:
            return r.next == region_state::draining || r.next == region_state::gone;
        case region_state::failed:
            return r.next != region_state::live;
        case region_state::gone:
            return r.next == region_state::gone;
        }
        return false;
    });
}
/// A removal that is told again gets the same answer, and no step is taken twice.
constexpr bool repeats_without_harm() {
    return holds_in_every_cell([](auto, auto event, auto io, const reaction& r) {
        const auto again = react(r.next, pool_event::repeated_removal, io);
        return !is_removal(event) ||
               (again.count == 0 && again.answer == r.answer && again.next == r.next);
    });
}

/// A region with its I/O, which takes what it is told literally, and tells what others crash on.
struct region {
    region_state state = region_state::live;
    unsigned io = 0;
    bool is_open = true;
    bool is_torn_down = false;
    bool is_waited_for = false;
    bool has_crashed = false;

    constexpr pool_answer tell(pool_event event) {
        const auto r = react(state, event, io == 0 ? in_flight::none : in_flight::some);
        for (std::size_t i = 0; i != r.count; ++i)
            take(r.steps[i]);
        state = r.next;
        has_crashed = has_crashed || (state == region_state::gone) != is_torn_down ||
                      is_open != (state == region_state::live);
        return r.answer;
    }

    /// One I/O ends; the last one tells those who wait.
    constexpr void end_io() {
        if (io != 0 && --io == 0 && is_waited_for) {
            is_waited_for = false;
            static_cast<void>(tell(pool_event::drained));
        }
    }

private:
    constexpr void take(op what) {
        has_crashed = has_crashed || is_torn_down;
        switch (what) {
        case op::quiesce:
            has_crashed = has_crashed || !is_open;
            is_open = false;
            break;
        case op::abort_in_flight:
            break;
        case op::wait_for_in_flight:
            has_crashed = has_crashed || io == 0 || is_open;
            is_waited_for = true;
            break;
        case op::tear_down:
            has_crashed = has_crashed || io != 0 || is_open;
            is_torn_down = true;
            break;
        }
    }
};

/// Every order of so many events, with I/O that ends in between or does not. At the end all I/O
/// ends, and a region that was removed is torn down.
constexpr bool survives_every_order(region at, unsigned left, bool was_removed) {
    if (at.has_crashed)
        return false;
    if (left == 0) {
        while (at.io != 0)
            at.end_io();
        return !at.has_crashed && at.is_torn_down == was_removed;
    }
    for (const auto event : events) {
        auto then = at;
        static_cast<void>(then.tell(event));
        if (!survives_every_order(then, left - 1, was_removed || is_removal(event)))
            return false;
    }
    if (at.io != 0) {
        at.end_io();
        return survives_every_order(at, left - 1, was_removed);
    }
    return true;
}
constexpr bool survives_every_order(unsigned io, unsigned events_told) {
    region at;
    at.io = io;
    return survives_every_order(at, events_told, false);
}

/// The table without one of its rows.
template <std::size_t Deleted>
constexpr auto without = [] {
    constexpr const auto& all = device_pool::reactions;
    using table_type = std::remove_cvref_t<decltype(all)>;
    decision_table<reaction, table_type::row_count - 1, table_type::facts> rest{};
    for (std::size_t row = 0; row != rest.row_count; ++row) {
        const std::size_t from = row < Deleted ? row : row + 1;
        for (std::size_t fact = 0; fact != rest.fact_count; ++fact)
            rest.accepts[row][fact] = all.accepted(from, fact);
        rest.actions[row] = all.actions[from];
    }
    return rest;
}();

template <std::size_t... Row>
constexpr bool every_row_is_needed(std::index_sequence<Row...>) {
    return ((daxhold::tables::mistake_in<without<Row>>.what == daxhold::tables::mistake::hole) &&
            ...);
}

constexpr unsigned removals_of_many(unsigned regions) {
    unsigned gone = 0;
    for (unsigned i = 0; i != regions; ++i) {
        region one;
        one.io = i % 3;
        static_cast<void>(one.tell(pool_event::surprise_removal));
        static_cast<void>(one.tell(pool_event::repeated_removal));
        while (one.io != 0)
            one.end_io();
        gone += one.is_torn_down && !one.has_crashed ? 1 : 0;
    }
    return gone;
}

} // namespace

TEST_CASE("every cell of the matrix") {
    using enum pool_answer;
    using enum region_state;
    constexpr auto none = in_flight::none;
    constexpr auto some = in_flight::some;

    for (const auto event : {pool_event::announced_removal, pool_event::repeated_removal}) {
        CHECK(is(react(live, event, none), done, gone, op::quiesce, op::tear_down));
        CHECK(is(react(live, event, some), in_progress, draining, op::quiesce,
                 op::wait_for_in_flight));
        CHECK(is(react(draining, event, none), done, gone, op::tear_down));
        CHECK(is(react(draining, event, some), in_progress, draining));
        CHECK(is(react(failed, event, none), done, gone, op::tear_down));
        CHECK(is(react(failed, event, some), in_progress, draining, op::wait_for_in_flight));
    }
    constexpr auto surprise = pool_event::surprise_removal;
    CHECK_BOTH(is(react(live, surprise, none), done, gone, op::quiesce, op::tear_down));
    CHECK_BOTH(is(react(live, surprise, some), in_progress, draining, op::quiesce,
                  op::abort_in_flight, op::wait_for_in_flight));
    CHECK_BOTH(is(react(draining, surprise, none), done, gone, op::tear_down));
    CHECK_BOTH(is(react(draining, surprise, some), in_progress, draining, op::abort_in_flight,
                  op::wait_for_in_flight));
    CHECK_BOTH(is(react(failed, surprise, none), done, gone, op::tear_down));
    CHECK_BOTH(is(react(failed, surprise, some), in_progress, draining, op::abort_in_flight,
                  op::wait_for_in_flight));
    constexpr auto bad = pool_event::media_failure;
    CHECK_BOTH(is(react(live, bad, none), done, failed, op::quiesce));
    CHECK_BOTH(
        is(react(live, bad, some), in_progress, failed, op::quiesce, op::wait_for_in_flight));
    CHECK_BOTH(is(react(draining, bad, none), done, gone, op::tear_down));
    CHECK_BOTH(is(react(draining, bad, some), in_progress, draining));
    CHECK_BOTH(is(react(failed, bad, none), done, failed));
    CHECK_BOTH(is(react(failed, bad, some), in_progress, failed));
    constexpr auto drained = pool_event::drained;
    CHECK_BOTH(is(react(live, drained, none), done, live));
    CHECK_BOTH(is(react(live, drained, some), done, live));
    CHECK_BOTH(is(react(draining, drained, none), done, gone, op::tear_down));
    CHECK_BOTH(is(react(draining, drained, some), in_progress, draining));
    CHECK_BOTH(is(react(failed, drained, none), done, failed));
    CHECK_BOTH(is(react(failed, drained, some), in_progress, failed));
    for (const auto event : events)
        for (const auto io : loads)
            CHECK(is(react(gone, event, io), event == bad ? refused : done, gone));
    CHECK_BOTH(react(gone, bad, none).outcome() == no_such_device);
}

TEST_CASE("what holds in every cell") {
    CHECK_BOTH(tears_down_only_what_is_quiet());
    CHECK_BOTH(waits_for_all_that_it_leaves());
    CHECK_BOTH(never_blocks_with_io());
    CHECK_BOTH(does_nothing_when_gone());
    CHECK_BOTH(goes_only_forward());
    CHECK_BOTH(repeats_without_harm());
}

TEST_CASE("every order of events: nothing crashes, and what is removed is torn down once") {
    CHECK_BOTH(survives_every_order(0, 3));
    CHECK_BOTH(survives_every_order(2, 2));
    CHECK(survives_every_order(0, 6));
    CHECK(survives_every_order(1, 6));
    CHECK(survives_every_order(3, 6));
}

TEST_CASE("fourteen devices at once, each told of twice (SPDK #2012, #994)") {
    CHECK_BOTH(removals_of_many(14) == 14);
}

TEST_CASE("no row can be deleted") {
    CHECK_BOTH(every_row_is_needed(
        std::make_index_sequence<decltype(device_pool::reactions)::row_count>{}));
}

TEST_CASE("a reaction of more steps than fit leaves out the rest, where no compiler refuses it") {
    auto half = quiesce >> tear_down;
    CHECK((half >> half).count == reaction::most_steps);
}
