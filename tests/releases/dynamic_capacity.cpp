// SPDX-License-Identifier: BSL-1.0
#include "daxhold/releases/dynamic_capacity.hpp"

#include "daxhold/reactions/agreement.hpp"

#include "../support/both.hpp"
#include "../support/verdicts.hpp"

#include <array>

using namespace daxhold;
using namespace daxhold::reactions;
using releases::dynamic_capacity;
using releases::dynamic_capacity_linux;
using state = dynamic_capacity::state;
using event = dynamic_capacity::event;
using op = dynamic_capacity::operation;

static_assert(lawful<dynamic_capacity>);
static_assert(lawful<dynamic_capacity_linux>);
static_assert(tables::proven<dynamic_capacity::row_sources>);
static_assert(tables::proven<dynamic_capacity_linux::row_sources>);

namespace {

constexpr reply done{};
constexpr reply busy{answer::refused, result::error(EBUSY)};

/// Who uses an extent of the group.
struct user {
    bool is_using = false;
    int told_that_it_stays = 0;
    bool has_let_go = false;

    constexpr result prepare(ticket) noexcept { return result::error(is_using ? EBUSY : 0); }
    constexpr void commit() noexcept { has_let_go = true; }
    constexpr void abandon() noexcept { ++told_that_it_stays; }
};

/// A tagged group of three extents, each with a user who has to agree; and its device.
struct group {
    std::array<user, 3> users{};
    bool is_there = false;
    int released = 0;
    int fails_at = -1;
    int taken = 0;
    engine<dynamic_capacity, group>* who = nullptr;

    constexpr auto begin() noexcept { return users.begin(); }
    constexpr auto end() noexcept { return users.end(); }
    constexpr void set_deadline(ticket) noexcept {}

    constexpr result perform(op what, ticket of) noexcept {
        if (taken++ == fails_at)
            return result::error(ENOMEM);
        switch (what) {
        case op::add_extents:
            is_there = true;
            break;
        case op::ask_users: {
            proposal release{*this};
            static_cast<void>(
                who->tell(release.propose() == done ? event::agreed : event::in_use, of));
            break;
        }
        case op::remove_extents:
            is_there = false;
            break;
        case op::tell_device:
            ++released;
            break;
        case op::tell_users:
        case op::revoke:
            break;
        }
        return {};
    }
    constexpr void set_deadline(state, ticket) noexcept {}
};

struct run {
    group target{};
    engine<dynamic_capacity, group> machine{target};
    constexpr run() { target.who = &machine; }
};

constexpr bool is_refused_and_comes_again() {
    run one;
    if (one.machine.tell(event::add) != done || !one.target.is_there)
        return false;
    one.target.users[1].is_using = true;
    if (one.machine.tell(event::release) != busy || one.machine.now() != state::online ||
        !one.target.is_there || one.target.released != 0)
        return false;
    // None of the three has let go, also not the first, which would have.
    for (const auto& each : one.target.users)
        if (each.has_let_go)
            return false;
    one.target.users[1].is_using = false;
    return one.machine.tell(event::release) == done && one.machine.now() == state::absent &&
           !one.target.is_there && one.target.released == 1 && one.target.users[0].has_let_go &&
           one.target.users[2].has_let_go && one.machine.tell(event::add) == done;
}

constexpr bool is_taken_by_force() {
    run one;
    static_cast<void>(one.machine.tell(event::add));
    one.target.users[0].is_using = true;
    return one.machine.tell(event::forced_release) == done && one.machine.now() == state::absent &&
           one.machine.tell(event::release) == reply{answer::refused, result::error(EINVAL)};
}

/// Whatever step fails, a refusal leaves the group where it was, and nothing is left in progress.
constexpr bool ends_wherever_it_fails() {
    for (int step = 0; step != 6; ++step) {
        run one;
        one.target.fails_at = step;
        const reply added = one.machine.tell(event::add);
        if ((added == done) != (one.machine.now() == state::online) ||
            one.target.is_there != (one.machine.now() == state::online))
            return false;
        static_cast<void>(one.machine.tell(event::release));
        if (one.machine.is_busy())
            return false;
    }
    return true;
}

/// Linux as it is to be: no state in progress, and a forced release changes nothing.
struct linux_group {
    dynamic_capacity_linux::use used = dynamic_capacity_linux::use::none;
    int fails_at = -1;
    int taken = 0;
    bool is_undone = false;

    constexpr auto operator()(boost::hana::basic_type<dynamic_capacity_linux::use>) const noexcept {
        return used;
    }
    constexpr result perform(op what, ticket) noexcept {
        is_undone = is_undone || what == op::remove_extents;
        return result::error(taken++ == fails_at ? ENOMEM : 0);
    }
};
constexpr bool linux_refuses_what_is_in_use() {
    linux_group target;
    engine<dynamic_capacity_linux, linux_group> machine{target};
    static_cast<void>(machine.tell(event::add));
    target.used = dynamic_capacity_linux::use::some;
    if (machine.tell(event::release) != busy || machine.tell(event::forced_release) != done ||
        machine.now() != state::online)
        return false;
    target.used = dynamic_capacity_linux::use::none;
    return machine.tell(event::release) == done && machine.now() == state::absent;
}
constexpr bool linux_undoes_half_a_group() {
    linux_group target;
    target.fails_at = 0;
    engine<dynamic_capacity_linux, linux_group> machine{target};
    return machine.tell(event::add).answer == answer::refused && target.is_undone &&
           machine.now() == state::absent;
}

struct refuses_when_it_is_gone : dynamic_capacity {
    static constexpr auto on_event =
        table(when(state::releasing, event::in_use) >> attempt(remove_extents) >>
                  refused(EBUSY, state::online),
              as_in(dynamic_capacity::on_event));
};
struct asks_for_ever : dynamic_capacity {
    static constexpr auto on_event =
        table(when(state::releasing, event::deadline) >> attempt(ask_users) >> in_progress(),
              as_in(dynamic_capacity::on_event));
};

} // namespace

TEST_CASE("a release is refused as a whole, and comes again") {
    CHECK_BOTH(is_refused_and_comes_again());
    CHECK_BOTH(is_taken_by_force());
    CHECK_BOTH(ends_wherever_it_fails());
}

TEST_CASE("Linux refuses what is in use, and ignores what is forced") {
    CHECK_BOTH(linux_refuses_what_is_in_use());
    CHECK_BOTH(linux_undoes_half_a_group());
    CHECK_BOTH(support::verdicts<dynamic_capacity_linux> == ".?.???");
}

TEST_CASE("the laws, and what they catch of what would be easy to write") {
    CHECK_BOTH(support::verdicts<dynamic_capacity> == "......");
    CHECK_BOTH(support::verdicts<refuses_when_it_is_gone> == "...xxx");
    CHECK_BOTH(support::verdicts<asks_for_ever> == ".x....");
}
