// SPDX-License-Identifier: BSL-1.0
#include "daxhold/testing/explore.hpp"

#include "../support/both.hpp"

#include <string>

using namespace daxhold::testing;

namespace {

struct counters {
    int of[4] = {};
    int shared = 0;
    const char* broken = nullptr;
    friend constexpr bool operator==(const counters&, const counters&) = default;
};

/// Three steps that are nobody else's business.
constexpr void minds_its_own(steps<counters>& s) {
    for (int i = 0; i != 3; ++i)
        s.take("own", [&](counters& c) { ++c.of[s.actor()]; });
}

/// Two steps whose order everybody can see.
constexpr void signs(steps<counters>& s) {
    for (int i = 0; i != 2; ++i)
        s.take("signs",
               [&](counters& c) { c.shared = 3 * c.shared + static_cast<int>(s.actor()) + 1; });
}

constexpr exploration_bounds by(reduction leave_out) { return {.leave_out = leave_out}; }

constexpr actor<counters> two_of_their_own[] = {minds_its_own, minds_its_own};
constexpr actor<counters> three_of_their_own[] = {minds_its_own, minds_its_own, minds_its_own};
constexpr actor<counters> two_sign[] = {signs, signs};
constexpr actor<counters> one_of_each[] = {signs, minds_its_own, signs};

template <reduction Reduction, class Actors>
constexpr exploration explored(const Actors& actors) {
    return explore<4>(counters{}, actors, by(Reduction));
}

} // namespace

TEST_CASE("one by one: the number of ways to shuffle") {
    // (3 + 3)! / (3! 3!), (2 + 2)! / (2! 2!), 9! / (3! 3! 3!), 7! / (2! 3! 2!)
    CHECK_BOTH(explored<reduction::none>(two_of_their_own).ends == 20);
    CHECK_BOTH(explored<reduction::none>(two_sign).ends == 6);
    CHECK(explored<reduction::none>(three_of_their_own).ends == 1680);
    CHECK(explored<reduction::none>(one_of_each).ends == 210);
}

TEST_CASE("sleep sets: one way of those that differ by steps that do not mind") {
    CHECK_BOTH(explored<reduction::sleep_sets>(two_of_their_own).ends == 1);
    CHECK_BOTH(explored<reduction::sleep_sets>(two_sign).ends == 6);
    CHECK(explored<reduction::sleep_sets>(three_of_their_own).ends == 1);
    CHECK(explored<reduction::sleep_sets>(one_of_each).ends == 6);
}

TEST_CASE("merged: every world once") {
    CHECK_BOTH(explored<reduction::merged>(two_of_their_own).worlds == 4 * 4);
    CHECK_BOTH(explored<reduction::merged>(two_of_their_own).steps == 2 * 3 * 4);
    CHECK(explored<reduction::merged>(three_of_their_own).worlds == 4 * 4 * 4);
    CHECK(explored<reduction::merged>(one_of_each).ends == 6);
}

TEST_CASE("whatever is left out, they come to the same ends") {
    CHECK_BOTH(explored<reduction::none>(two_sign).different_ends == 6);
    CHECK_BOTH(explored<reduction::sleep_sets>(two_sign).different_ends == 6);
    CHECK_BOTH(explored<reduction::merged>(two_sign).different_ends == 6);
    CHECK(explored<reduction::none>(one_of_each).different_ends == 6);
    CHECK(explored<reduction::sleep_sets>(one_of_each).different_ends == 6);
    CHECK(explored<reduction::merged>(one_of_each).different_ends == 6);
    CHECK(explored<reduction::none>(three_of_their_own).different_ends == 1);
}

namespace {

/// Reads, and writes one more: the update that gets lost.
constexpr void increments(steps<counters>& s) {
    const int seen = s.take("reads", [](counters& c) { return c.shared; });
    s.take("writes", [=](counters& c) { c.shared = seen + 1; });
}

/// Two who increment come to two.
struct counted : counters {
    [[nodiscard]] constexpr const char* at_end() const {
        return shared == 2 ? nullptr : "no update gets lost";
    }
    friend constexpr bool operator==(const counted&, const counted&) = default;
};
constexpr void increments_counted(steps<counted>& s) {
    const int seen = s.take("reads", [](counted& c) { return c.shared; });
    s.take("writes", [=](counted& c) { c.shared = seen + 1; });
}
constexpr actor<counted> two_increment[] = {increments_counted, increments_counted};
constexpr actor<counters> many_increment[] = {increments, increments, increments};

constexpr exploration lost_update(exploration_bounds bounds = {}) {
    return explore<4>(counted{}, two_increment, bounds);
}

constexpr bool is_told(const exploration& e) {
    return e.verdict == exploration_verdict::broken && e.law != nullptr && e.trace_length == 4 &&
           e.trace[0].actor == 0 && e.trace[1].actor == 1;
}

} // namespace

TEST_CASE("a broken law is found in each way, and the way to it is told") {
    CHECK_BOTH(is_told(lost_update()));
    CHECK_BOTH(is_told(lost_update(by(reduction::none))));
    CHECK_BOTH(is_told(lost_update(by(reduction::sleep_sets))));
    CHECK(std::string{lost_update().law} == "no update gets lost");
    CHECK(std::string{lost_update().trace[3].name} == "writes");
}

TEST_CASE("what a bound leaves out is not known to be good") {
    CHECK_BOTH(lost_update({.preemptions = 0}).verdict == exploration_verdict::not_known);
    CHECK_BOTH(is_told(lost_update({.preemptions = 1})));
    CHECK_BOTH(explore<4>(counters{}, two_sign, {.preemptions = 0}).verdict ==
               exploration_verdict::not_known);
    CHECK_BOTH(explore<4>(counters{}, two_sign, {.preemptions = 3}).kept());
    CHECK_BOTH(explore<4>(counters{}, two_sign, {.worlds = 5}).verdict ==
               exploration_verdict::not_known);
    CHECK_BOTH(explore<2>(counters{}, two_of_their_own).verdict == exploration_verdict::not_known);
    CHECK_BOTH(explore<3>(counters{}, two_of_their_own).kept());
}

TEST_CASE("with a bound, orders with no more preemptions") {
    constexpr auto ends = [](unsigned preemptions) {
        return explore<4>(counters{}, two_sign,
                          {.preemptions = preemptions, .leave_out = reduction::none})
            .ends;
    };
    CHECK_BOTH(ends(0) == 2); // aabb, bbaa
    CHECK_BOTH(ends(1) == 4); // abba, baab
    CHECK_BOTH(ends(2) == 6); // abab, baba
    CHECK(explore<4>(counters{}, many_increment).different_ends > 3);
}

namespace {

struct gates {
    bool is_open[2] = {};
    const char* broken = nullptr;
    friend constexpr bool operator==(const gates&, const gates&) = default;
};
template <unsigned Mine>
constexpr void opens_after_the_other(steps<gates>& s) {
    s.await(
        "waits", [](const gates& g) { return g.is_open[1 - Mine]; }, [](gates&) {});
    s.take("opens", [](gates& g) { g.is_open[Mine] = true; });
}
template <unsigned Mine>
constexpr void opens(steps<gates>& s) {
    s.take("opens", [](gates& g) { g.is_open[Mine] = true; });
}
constexpr actor<gates> both_wait[] = {opens_after_the_other<0>, opens_after_the_other<1>};
constexpr actor<gates> one_waits[] = {opens_after_the_other<0>, opens<1>};

constexpr void breaks(steps<gates>& s) {
    s.take("breaks", [](gates& g) { g.broken = "nothing breaks"; });
}
constexpr actor<gates> one_breaks[] = {breaks};

constexpr void answers_much(steps<gates>& s) {
    s.take("answers", [](gates&) { return 1U << 16U; });
}
constexpr actor<gates> one_answers_much[] = {answers_much};

constexpr void acts_on_signs(steps<gates>& s) {
    const int low = s.take("answers", [](gates&) { return -133; });
    s.take("checks", [=](gates& g) {
        if (low != -133)
            g.broken = "an answer is what it was";
    });
}
constexpr actor<gates> one_acts_on_signs[] = {acts_on_signs};

} // namespace

TEST_CASE("nobody can go on") {
    CHECK_BOTH(explore(gates{}, both_wait).verdict == exploration_verdict::broken);
    CHECK(std::string{explore(gates{}, both_wait).law} == "no deadlock");
    CHECK_BOTH(explore(gates{}, one_waits).kept());
    CHECK_BOTH(explore(gates{}, one_waits, by(reduction::sleep_sets)).ends == 1);
}

TEST_CASE("a state can say itself what is broken; an answer has 16 bits") {
    CHECK(std::string{explore(gates{}, one_breaks).law} == "nothing breaks");
    CHECK_BOTH(explore(gates{}, one_answers_much).verdict == exploration_verdict::broken);
    CHECK_BOTH(explore(gates{}, one_acts_on_signs).kept());
    CHECK_BOTH(explore(gates{.broken = "from the beginning"}, one_waits).verdict ==
               exploration_verdict::broken);
}
