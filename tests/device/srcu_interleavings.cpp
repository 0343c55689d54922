// SPDX-License-Identifier: BSL-1.0
// The code of srcu.hpp in every interleaving of a few threads: each operation on an atomic or a
// mutex is a step, in one order for everybody (memory_order_seq_cst, which is all that it uses).
// That compiler and processor keep that order is for the stress test under the thread sanitizer.
#include "daxhold/device/srcu.hpp"

#include "daxhold/testing/explore.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <type_traits>

using namespace daxhold;
using namespace daxhold::testing;

namespace {

constexpr unsigned most_actors = 4;

/// The memory of one cell: every atomic and every variable has a number, in the order of its
/// construction, and is 0 at first.
struct memory {
    std::uint16_t word[16] = {};
    bool is_locked = false;
    /// Asleep on a word, as by a futex: until woken, whatever the word is by then.
    bool sleeps[most_actors] = {};

    /// The value, counted from 1, that an actor reads in its section.
    std::uint16_t reads[most_actors] = {};
    /// The values that were made, a bit for each.
    std::uint16_t made = 0;
    const char* broken = nullptr;

    friend bool operator==(const memory&, const memory&) = default;
};

// Of the actor that runs, since what is constructed deep inside of a cell can be told nothing.
steps<memory>* running = nullptr;
unsigned constructed = 0;

/// Numbers of 15 bits and the topmost one.
std::uint16_t word_of(unsigned value) {
    return static_cast<std::uint16_t>((value & 0x7fffU) | (value >> 31U) << 15U);
}
unsigned number_of(std::uint16_t word) { return (word & 0x7fffU) | unsigned{word} >> 15U << 31U; }

struct explored_primitives {
    template <class Type>
    class atomic {
    public:
        explicit atomic(Type the_initial) : number_{constructed++}, initial_{the_initial} {}

        Type load() const {
            return from(step("loads", [](std::uint16_t& word) { return word; }));
        }
        void store(Type value) {
            const std::uint16_t bits = to(value);
            step("stores", [=](std::uint16_t& word) { return word = bits; });
        }
        Type fetch_add(Type n) {
            return change([=](Type was) { return was + n; });
        }
        Type fetch_sub(Type n) {
            return change([=](Type was) { return was - n; });
        }
        Type fetch_or(Type n) {
            return change([=](Type was) { return was | n; });
        }
        Type fetch_and(Type n) {
            return change([=](Type was) { return was & n; });
        }
        /// As futex(2) does: asleep only if the value is still that, and then until it is woken.
        void wait(Type seen) const {
            const auto sleeps = running->take("waits", [&](memory& m) {
                return m.sleeps[running->actor()] = from(m.word[number_]) == seen;
            });
            if (sleeps)
                running->await(
                    "was woken", [](const memory& m) { return !m.sleeps[running->actor()]; },
                    [](memory&) {});
        }
        void notify_all() {
            running->take("wakes", [](memory& m) {
                for (bool& sleeps : m.sleeps)
                    sleeps = false;
            });
        }

    private:
        template <class F>
        std::uint16_t step(const char* name, F f) const {
            return running->take(name, [&](memory& m) { return f(m.word[number_]); });
        }
        template <class F>
        Type change(F f) {
            return from(step("changes", [&](std::uint16_t& word) {
                const std::uint16_t before = word;
                word = to(f(from(word)));
                return before;
            }));
        }
        std::uint16_t to(Type value) const {
            if constexpr (std::is_pointer_v<Type>)
                return static_cast<std::uint16_t>(value - initial_);
            else
                return word_of(value);
        }
        Type from(std::uint16_t word) const {
            if constexpr (std::is_pointer_v<Type>)
                return initial_ + word;
            else
                return number_of(word);
        }

        unsigned number_;
        Type initial_;
    };

    class mutex {
    public:
        void lock() {
            running->await(
                "locks", [](const memory& m) { return !m.is_locked; },
                [](memory& m) { m.is_locked = true; });
        }
        void unlock() {
            running->take("unlocks", [](memory& m) { m.is_locked = false; });
        }
    };

    /// What one place of a cell holds. The law: nobody writes where somebody reads. The 0 that is
    /// read is that of the first place.
    template <class Value>
    class variable {
    public:
        variable() : number_{constructed++} {}

        Value get() const {
            return running->take("reads", [&](memory& m) { return m.word[number_]; });
        }
        void set(const Value& value) {
            running->take("writes", [&](memory& m) {
                const bool was_written = m.word[number_] != 0 || number_ == first_value;
                for (const auto read : m.reads)
                    if (was_written && read == m.word[number_] + 1)
                        m.broken = "nothing is written over while it is read";
                m.word[number_] = value;
            });
        }

    private:
        static constexpr unsigned first_value = 2;
        unsigned number_;
    };
};

/// Runs an actor on a cell with so many places.
template <std::size_t Places, class Body>
void on_a_cell(steps<memory>& s, Body body) {
    using cell = typename basic_srcu_synchronization<explored_primitives,
                                                     Places>::template cell<std::uint16_t>;
    running = &s;
    constructed = 0;
    cell c;
    body(c);
}

template <std::size_t Places>
void reads(steps<memory>& s) {
    on_a_cell<Places>(s, [&](auto& cell) {
        cell.read([&](std::uint16_t value) {
            s.take("is inside", [=](memory& m) {
                m.reads[running->actor()] = static_cast<std::uint16_t>(value + 1);
            });
            s.take("leaves", [](memory& m) { m.reads[running->actor()] = 0; });
            return 0;
        });
    });
}

/// Every value is one more than the one before: what is read is as old as it is small.
constexpr auto one_more = [](std::uint16_t& value) { return ++value; };

/// The law: no update gets lost, which would be made again.
void note_what_was_made(memory& m, std::uint16_t value) {
    const auto bit = static_cast<std::uint16_t>(1U << value);
    if ((m.made & bit) != 0)
        m.broken = "no update gets lost";
    m.made = static_cast<std::uint16_t>(m.made | bit);
}

/// The law: who has waited finds nobody who reads an older value.
void look_for_older_readers(memory& m, std::uint16_t value) {
    for (const auto read : m.reads)
        if (read != 0 && read < value + 1)
            m.broken = "who has waited finds no reader of an older value";
}

template <std::size_t Places>
void updates(steps<memory>& s) {
    on_a_cell<Places>(s, [&](auto& cell) {
        const std::uint16_t mine = cell.update(one_more);
        s.take("has changed it", [=](memory& m) { note_what_was_made(m, mine); });
    });
}

template <std::size_t Places>
void updates_and_waits(steps<memory>& s) {
    on_a_cell<Places>(s, [&](auto& cell) {
        const std::uint16_t mine = cell.update_and_wait(one_more);
        s.take("has waited", [=](memory& m) {
            note_what_was_made(m, mine);
            look_for_older_readers(m, mine);
        });
    });
}

template <std::size_t Places>
void changes_nothing_and_waits(steps<memory>& s) {
    on_a_cell<Places>(s, [&](auto& cell) {
        const std::uint16_t seen = cell.update_and_wait([](std::uint16_t& value) { return value; });
        s.take("has waited", [=](memory& m) { look_for_older_readers(m, seen); });
    });
}

template <std::size_t Places>
void waits_for_a_change(steps<memory>& s) {
    on_a_cell<Places>(s, [&](auto& cell) {
        cell.wait_until([&](std::uint16_t value) { return value != 0 || s.is_over(); });
    });
}

template <class... Actors>
exploration of(unsigned preemptions, Actors... actors) {
    const actor<memory> all[] = {actors...};
    return explore<80>(memory{}, all, {.preemptions = preemptions});
}

constexpr unsigned any = exploration_bounds::any;

/// No law is broken by up to so many preemptions; what more of them do is not known.
template <class... Actors>
bool is_not_broken_by(unsigned preemptions, Actors... actors) {
    return of(preemptions, actors...).verdict != exploration_verdict::broken;
}

} // namespace

TEST_CASE("two at a time") {
    CHECK(of(any, reads<3>, updates_and_waits<3>).kept());
    CHECK(of(any, reads<3>, changes_nothing_and_waits<3>).kept());
    CHECK(of(any, updates_and_waits<3>, updates_and_waits<3>).kept());
    CHECK(of(any, waits_for_a_change<3>, updates<3>).kept());
}

TEST_CASE("three, with two places, where an update has to wait for one") {
    CHECK(of(any, reads<2>, updates<2>, updates_and_waits<2>).kept());
}

TEST_CASE("three and four, with few preemptions") {
    CHECK(is_not_broken_by(2, reads<2>, reads<2>, updates_and_waits<2>));
    CHECK(is_not_broken_by(2, reads<2>, updates_and_waits<2>, updates_and_waits<2>));
    CHECK(is_not_broken_by(2, waits_for_a_change<2>, reads<2>, updates_and_waits<2>));
    CHECK(is_not_broken_by(2, reads<3>, updates<3>, changes_nothing_and_waits<3>));
    CHECK(is_not_broken_by(1, reads<3>, reads<3>, updates<3>, updates_and_waits<3>));
}
