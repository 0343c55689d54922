// SPDX-License-Identifier: BSL-1.0
#include "daxhold/reactions/agreement.hpp"

#include "../support/both.hpp"

#include <array>
#include <cerrno>

using namespace daxhold;
using namespace daxhold::reactions;

static_assert(lawful<all_or_nothing>);
static_assert(finding_of<a_refusal_changes_nothing, all_or_nothing>.what == standing::kept);

namespace {

struct member {
    int answers = 0; // an errno, or 0
    char is = '.';   // '.' never asked, 'p' prepared, 'c' committed, 'a' abandoned
    ticket asked_with{};

    constexpr result prepare(ticket of) noexcept {
        is = 'p';
        asked_with = of;
        return result::error(answers);
    }
    constexpr void commit() noexcept { is = is == 'p' ? 'c' : '!'; }
    constexpr void abandon() noexcept { is = is == 'p' ? 'a' : '!'; }
};

struct group {
    std::array<member, 3> all{};
    int deadlines = 0;
    ticket last{};

    constexpr group(int a, int b, int c) noexcept : all{{{a}, {b}, {c}}} {}
    constexpr auto begin() noexcept { return all.begin(); }
    constexpr auto end() noexcept { return all.end(); }
    constexpr void set_deadline(ticket of) noexcept {
        ++deadlines;
        last = of;
    }
    [[nodiscard]] constexpr bool is(const char* said) const noexcept {
        return all[0].is == said[0] && all[1].is == said[1] && all[2].is == said[2];
    }
};

using state = all_or_nothing::state;
constexpr reply done{};
constexpr reply begun{answer::in_progress};
constexpr reply busy{answer::refused, result::error(EBUSY)};

constexpr bool all_agree() {
    group three{0, 0, 0};
    proposal asked{three};
    return asked.propose() == done && three.is("ccc") && asked.now() == state::committed &&
           asked.propose() == done && three.is("ccc");
}

constexpr bool one_refuses(int which, const char* then) {
    group three{which == 0 ? EPERM : 0, which == 1 ? EPERM : 0, which == 2 ? EPERM : 0};
    proposal asked{three};
    if (asked.propose() != busy || !three.is(then) || asked.now() != state::apart)
        return false;
    // It may be proposed again, and is asked anew.
    for (auto& each : three)
        each = member{};
    return asked.propose() == done && three.is("ccc");
}

constexpr bool votes_come_later() {
    group three{0, EINPROGRESS, EINPROGRESS};
    proposal asked{three};
    if (asked.propose() != begun || three.deadlines != 1 || !three.is("ppp"))
        return false;
    asked.vote(true, three.all[2].asked_with);
    if (asked.now() != state::asking)
        return false;
    asked.vote(true, three.all[1].asked_with);
    return asked.now() == state::committed && three.is("ccc");
}

constexpr bool a_vote_may_refuse_later() {
    group three{EINPROGRESS, 0, EINPROGRESS};
    proposal asked{three};
    static_cast<void>(asked.propose());
    const ticket first = three.all[0].asked_with;
    asked.vote(false, first);
    if (asked.now() != state::apart || !three.is("aaa"))
        return false;
    // A vote about the first proposal is none about the second.
    static_cast<void>(asked.propose());
    asked.vote(true, first);
    asked.vote(true, first);
    asked.vote(false, first);
    if (asked.now() != state::asking || !three.is("ppp"))
        return false;
    asked.vote(true, three.all[0].asked_with);
    asked.vote(true, three.all[2].asked_with);
    return three.is("ccc");
}

constexpr bool nobody_waits_for_ever() {
    group three{0, EINPROGRESS, 0};
    proposal asked{three};
    static_cast<void>(asked.propose());
    asked.expire(three.last);
    if (asked.now() != state::apart || !three.is("aaa"))
        return false;
    asked.vote(true, three.all[1].asked_with);
    return asked.now() == state::apart && three.is("aaa");
}

} // namespace

TEST_CASE("all agree, and each commits") { CHECK_BOTH(all_agree()); }

TEST_CASE("one refuses, and nothing has changed") {
    CHECK_BOTH(one_refuses(0, "a.."));
    CHECK_BOTH(one_refuses(1, "aa."));
    CHECK_BOTH(one_refuses(2, "aaa"));
}

TEST_CASE("members that answer later") {
    CHECK_BOTH(votes_come_later());
    CHECK_BOTH(a_vote_may_refuse_later());
    CHECK_BOTH(nobody_waits_for_ever());
}
