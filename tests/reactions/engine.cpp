// SPDX-License-Identifier: BSL-1.0
#include "daxhold/reactions/engine.hpp"

#include "../support/both.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <mutex>
#include <thread>
#include <vector>

using namespace daxhold;
using namespace daxhold::reactions;

namespace {

/// How many are in flight, a fact that the target answers.
enum class load : unsigned char { idle, loaded };

struct region : reactions::words {
    enum class state : unsigned char { live, draining, aborting, tearing, lost, gone };
    enum class event : unsigned char {
        removal,
        drained,
        torn_down,
        revoked,
        deadline,
        step_failed
    };
    enum class operation : unsigned char { stop, start, drain, abort, tear_down };
    using enum operation;
    static constexpr auto deadline = event::deadline;
    static constexpr auto step_failed = event::step_failed;
    // clang-format off
    static constexpr auto on_event = table(
        when(state::live, event::removal, load::idle) >> steps(stop, tear_down) >> done(state::gone),
        when(state::live, event::removal)    >> steps(stop, drain) >> in_progress(state::draining),
        when(state::live, event::step_failed) >> attempt(start) >> refused(EIO),
        when(state::live)                    >> done(),
        when(state::draining, event::drained) >> steps(tear_down) >> done(state::gone),
        when(state::draining, event::deadline) >> steps(abort) >> in_progress(state::aborting),
        when(state::draining, event::revoked) >> attempt(start) >> refused(ECANCELED, state::live),
        when(state::aborting, event::drained) >> steps(tear_down) >> in_progress(state::tearing),
        when(state::tearing, event::torn_down) >> done(state::gone),
        when(any_of(state::draining, state::aborting, state::tearing),
             any_of(event::deadline, event::step_failed)) >> done(state::lost),
        when(any_of(state::draining, state::aborting, state::tearing)) >> in_progress(),
        when(state::gone, event::revoked)    >> refused(ENXIO),
        otherwise                            >> done());
    // clang-format on
};
using state = region::state;
using event = region::event;
using operation = region::operation;

/// What was done and heard, in order.
struct record {
    std::array<char, 64> all{};
    std::size_t size = 0;

    constexpr void add(char c) noexcept { all[size++] = c; }
    [[nodiscard]] constexpr bool is(const char* said) const noexcept {
        std::size_t i = 0;
        for (; i != size && said[i] != 0; ++i)
            if (said[i] != all[i])
                return false;
        return i == size && said[i] == 0;
    }
};
constexpr char letter(operation what) noexcept { return "s+datx"[static_cast<std::size_t>(what)]; }

struct heard : no_observer {
    record* to = nullptr;
    constexpr void step_begins(state, operation what) noexcept {
        to->add('(');
        to->add(letter(what));
    }
    constexpr void step_ended(state, operation, result outcome) noexcept {
        to->add(outcome.ok() ? ')' : '!');
    }
    constexpr void reacted(state, event, reply answered, state after) noexcept {
        to->add("=~x"[static_cast<std::size_t>(answered.answer)]);
        to->add("LDATlG"[static_cast<std::size_t>(after)]);
    }
    constexpr void came_too_late(event) noexcept { to->add('?'); }
};

struct device {
    load in_flight = load::loaded;
    int fails_at = -1; // the number of a step
    bool drains_at_once = false;
    int taken = 0;
    int deadlines = 0;
    ticket last{};
    ticket last_deadline{};
    engine<region, device, no_lock, heard>* who = nullptr;

    constexpr load operator()(boost::hana::basic_type<load> /*fact*/) const noexcept {
        return in_flight;
    }
    constexpr result perform(operation what, ticket of) noexcept {
        last = of;
        if (what == operation::drain && drains_at_once)
            static_cast<void>(who->tell(event::drained, of));
        return taken++ == fails_at ? result::error(EIO) : result{};
    }
    constexpr void set_deadline(state, ticket of) noexcept {
        ++deadlines;
        last_deadline = of;
    }
};

/// A device, its engine, and what was heard of them.
struct run {
    record log{};
    device target{};
    engine<region, device, no_lock, heard> machine{target, {}, heard{{}, &log}};

    constexpr run() { target.who = &machine; }
    run(const run&) = delete;
    run& operator=(const run&) = delete;
};

constexpr reply done{};
constexpr reply in_progress{answer::in_progress};
constexpr reply refused(int errno_value) { return {answer::refused, result::error(errno_value)}; }

constexpr bool drains() {
    run one;
    return one.machine.tell(event::removal) == in_progress && one.machine.is_busy() &&
           one.machine.now() == state::draining && one.target.deadlines == 1 &&
           one.machine.tell(event::removal) == in_progress && one.target.deadlines == 1 &&
           one.machine.tell(event::drained, one.target.last) == done && !one.machine.is_busy() &&
           one.machine.now() == state::gone && one.machine.tell(event::removal) == done &&
           one.machine.tell(event::revoked) == refused(ENXIO) && one.log.is("(s)(d)~D~D(t)=G=GxG");
}

constexpr bool asks_the_target() {
    run one;
    one.target.in_flight = load::idle;
    return one.machine.tell(event::removal) == done && one.log.is("(s)(t)=G");
}

/// What a step ends at once waits for the steps behind it; the one who asked hears that it is over.
constexpr bool ends_at_once() {
    run one;
    one.target.drains_at_once = true;
    return one.machine.tell(event::removal) == done && one.log.is("(s)(d)~D(t)=G");
}

constexpr bool ends_by_deadlines() {
    run one;
    static_cast<void>(one.machine.tell(event::removal));
    const ticket first = one.target.last_deadline;
    bool is_right = one.machine.tell(event::deadline, first) == in_progress &&
                    one.machine.now() == state::aborting && one.target.deadlines == 2;
    // The deadline of a stage that was left says nothing of this one; a completion does.
    is_right = is_right && one.machine.tell(event::deadline, first) == refused(ESTALE) &&
               one.machine.tell(event::drained, first) == in_progress &&
               one.machine.now() == state::tearing && one.target.deadlines == 3;
    return is_right && one.machine.tell(event::deadline, one.target.last_deadline) == done &&
           one.machine.now() == state::lost && one.log.is("(s)(d)~D(a)~A?(t)~T=l");
}

/// What was begun before a refusal says nothing of what began after it.
constexpr bool knows_what_is_too_late() {
    run one;
    static_cast<void>(one.machine.tell(event::removal));
    const ticket first = one.target.last;
    bool is_right =
        one.machine.tell(event::revoked) == refused(ECANCELED) && one.machine.now() == state::live;
    static_cast<void>(one.machine.tell(event::removal));
    return is_right && one.machine.tell(event::drained, first) == refused(ESTALE) &&
           one.machine.now() == state::draining &&
           one.machine.tell(event::drained, one.target.last) == done;
}

/// Every step of a removal fails, one after the other.
constexpr bool says_so_wherever_it_fails() {
    constexpr struct {
        state after;
        const char* log;
    } expected[] = {{state::lost, "(s!=l=l=l"}, // already in progress when the first fails
                    {state::lost, "(s)(d!=l=l=l"},
                    {state::lost, "(s)(d)~D(a!=l=l"},
                    {state::lost, "(s)(d)~D(a)~A(t!=l"},
                    {state::gone, "(s)(d)~D(a)~A(t)~T=G"}};
    for (int step = 0; step != 5; ++step) {
        run one;
        one.target.fails_at = step;
        static_cast<void>(one.machine.tell(event::removal));
        static_cast<void>(one.machine.tell(event::deadline));
        static_cast<void>(one.machine.tell(event::drained));
        if (step == 4)
            static_cast<void>(one.machine.tell(event::torn_down));
        if (one.machine.now() != expected[step].after || !one.log.is(expected[step].log))
            return false;
    }
    return true;
}

/// A failure of a step that leads to rest is decided where it began, and a failed attempt is heard.
constexpr bool undoes_what_failed() {
    run one;
    one.target.in_flight = load::idle;
    one.target.fails_at = 1;
    return one.machine.tell(event::removal) == refused(EIO) && one.machine.now() == state::live &&
           one.log.is("(s)(t!(+)xL");
}

/// One of each event waits, a second one like it is the same, and the later ticket counts.
struct talkative {
    engine<region, talkative>* who = nullptr;
    int aborts = 0;
    int deadlines = 0;
    ticket deadline{};

    constexpr load operator()(boost::hana::basic_type<load> /*fact*/) const noexcept {
        return load::loaded;
    }
    constexpr result perform(operation what, ticket of) noexcept {
        if (what == operation::drain) {
            for (int i = 0; i != 20; ++i) {
                static_cast<void>(who->tell(event::removal));
                static_cast<void>(who->tell(event::torn_down, of));
                // one that is too late already, and then the right one
                static_cast<void>(who->tell(event::deadline, ticket{}));
                static_cast<void>(who->tell(event::deadline, deadline));
            }
        }
        aborts += what == operation::abort ? 1 : 0;
        return {};
    }
    constexpr void set_deadline(state, ticket of) noexcept {
        ++deadlines;
        deadline = of;
    }
};
constexpr bool keeps_one_of_each() {
    talkative target;
    engine<region, talkative> machine{target};
    target.who = &machine;
    return machine.tell(event::removal) == in_progress && machine.now() == state::aborting &&
           target.aborts == 1 && target.deadlines == 2;
}

/// Among threads: the last I/O ends somewhere, a removal is told by many, and others ask.
struct shared {
    std::atomic<int> torn_down{0};
    std::atomic<int> stopped{0};
    std::atomic<bool> is_draining{false};
    std::atomic<std::uint32_t> undertaking{0};

    load operator()(boost::hana::basic_type<load> /*fact*/) const noexcept { return load::loaded; }
    result perform(operation what, ticket of) noexcept {
        if (what == operation::stop)
            ++stopped;
        if (what == operation::drain) {
            undertaking = of.undertaking;
            is_draining = true;
        }
        if (what == operation::tear_down)
            ++torn_down;
        return {};
    }
    void set_deadline(state, ticket) noexcept {}
};

} // namespace

TEST_CASE("begun, in progress, and done when its event has come") {
    CHECK_BOTH(drains());
    CHECK_BOTH(asks_the_target());
    CHECK_BOTH(ends_at_once());
}

TEST_CASE("a deadline ends each stage, and what belongs to another one is too late") {
    CHECK_BOTH(ends_by_deadlines());
    CHECK_BOTH(knows_what_is_too_late());
}

TEST_CASE("every step fails once") {
    CHECK_BOTH(says_so_wherever_it_fails());
    CHECK_BOTH(undoes_what_failed());
}

TEST_CASE("events that wait have room") { CHECK_BOTH(keeps_one_of_each()); }

TEST_CASE("told by many threads at once, it is torn down once") {
    for (int round = 0; round != 50; ++round) {
        shared target;
        engine<region, shared, std::mutex> machine{target};
        std::vector<std::thread> all;
        for (int i = 0; i != 3; ++i)
            all.emplace_back([&] {
                static_cast<void>(machine.tell(event::removal));
                // A state, whatever it is, and no waiting.
                static_cast<void>(machine.now());
                static_cast<void>(machine.is_busy());
            });
        all.emplace_back([&] {
            while (!target.is_draining)
                std::this_thread::yield();
            static_cast<void>(machine.tell(event::drained, ticket{target.undertaking, 0}));
        });
        for (auto& one : all)
            one.join();
        CHECK(machine.now() == state::gone);
        CHECK(target.torn_down == 1);
        CHECK(target.stopped == 1);
    }
}
