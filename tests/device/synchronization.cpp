// SPDX-License-Identifier: BSL-1.0
#include "daxhold/device/synchronization.hpp"

#include "../support/both.hpp"

#include <type_traits>

using namespace daxhold;

namespace {

struct pair {
    int a = 1;
    int b = 2;
    friend constexpr bool operator==(pair, pair) = default;
};
struct irregular {
    int value = 0;
};

// What a cell needs, and what can be said of it wrongly.
struct complete {
    static constexpr auto domain = synchronization_domain::thread;
    static constexpr bool sections_nest = true;
    static constexpr bool update_waits = true;

    template <class Value>
    struct cell {
        template <class F>
        constexpr auto read(F&& f) const {
            return f(value);
        }
        template <class F>
        constexpr auto update(F&& f) {
            return f(value);
        }
        template <class F>
        constexpr auto update_and_wait(F&& f) {
            return f(value);
        }
        template <class F>
        constexpr void wait_until(F&&) const {}

        Value value{};
    };
};
struct without_update : complete {
    template <class Value>
    struct cell : complete::cell<Value> {
        template <class F>
        void update(F&&) = delete;
    };
};
struct without_waiting : complete {
    template <class Value>
    struct cell : complete::cell<Value> {
        template <class F>
        void wait_until(F&&) = delete;
    };
};
// What a recipe for RCU once was: kill asks its update whether it was the first.
struct update_returns_nothing : complete {
    template <class Value>
    struct cell : complete::cell<Value> {
        template <class F>
        void update(F&& f) {
            f(this->value);
        }
    };
};
struct read_is_not_const : complete {
    template <class Value>
    struct cell : complete::cell<Value> {
        template <class F>
        auto read(F&& f) {
            return f(this->value);
        }
    };
};
struct says_no_domain : complete {
private:
    using complete::domain;
};
struct without_cell {};

// A policy that publishes copies, as userspace RCU does.
struct copying : complete {
    template <class Value>
    class cell {
    public:
        template <class F>
        constexpr auto read(F&& f) const {
            return f(values_[current_]);
        }
        template <class F>
        constexpr auto update(F&& f) {
            values_[1 - current_] = values_[current_];
            return detail::call_then(static_cast<F&&>(f), values_[1 - current_],
                                     [&] { current_ = 1 - current_; });
        }
        template <class F>
        constexpr auto update_and_wait(F&& f) {
            return update(static_cast<F&&>(f));
        }
        template <class F>
        constexpr void wait_until(F&&) const {}

    private:
        Value values_[2]{};
        int current_ = 0;
    };
};

template <class Policy>
constexpr bool reads_what_was_written() {
    typename Policy::template cell<pair> cell;
    const auto& constant = cell;
    const auto sum = [](const pair& p) { return p.a + p.b; };
    if (constant.read(sum) != 3)
        return false;
    cell.update([](pair& p) { p = {10, 20}; });
    const int before = cell.update([](pair& p) {
        const int old = p.a;
        p.a = 11;
        return old;
    });
    const int then = cell.update_and_wait([](pair& p) { return p.b++; });
    cell.update_and_wait([](pair& p) { ++p.b; });
    constant.wait_until([](const pair&) { return true; });
    return before == 10 && then == 20 && constant.read([](const pair& p) {
        return p == pair{11, 22};
    });
}

} // namespace

TEST_CASE("a policy has a cell that is read and updated") {
    CHECK_BOTH(synchronization<no_synchronization, pair>);
    CHECK_BOTH(synchronization<no_synchronization, int>);
    CHECK_BOTH(synchronization<copying, pair>);
    CHECK_BOTH(synchronization<complete, pair>);
    CHECK_BOTH(!synchronization<complete, irregular>);
    CHECK_BOTH(!synchronization<without_update, pair>);
    CHECK_BOTH(!synchronization<without_waiting, pair>);
    CHECK_BOTH(!synchronization<update_returns_nothing, pair>);
    CHECK_BOTH(!synchronization<says_no_domain, pair>);
    CHECK_BOTH(!synchronization<read_is_not_const, pair>);
    CHECK_BOTH(!synchronization<without_cell, pair>);
    CHECK_BOTH(!synchronization<int, pair>);
}

TEST_CASE("no synchronization costs no byte") {
    CHECK_BOTH(sizeof(no_synchronization::cell<pair>) == sizeof(pair));
    CHECK_BOTH(std::is_trivially_destructible_v<no_synchronization::cell<pair>>);
}

TEST_CASE("what was written is read, and what f returns is returned") {
    CHECK_BOTH(reads_what_was_written<no_synchronization>());
    CHECK_BOTH(reads_what_was_written<complete>());
    CHECK_BOTH(reads_what_was_written<copying>());
}

TEST_CASE("with one thread there is nobody to wait for") {
    constexpr auto comes_back = [] {
        no_synchronization::cell<pair> cell;
        cell.wait_until([](const pair&) { return false; });
        return true;
    };
    CHECK_BOTH(comes_back());
}

TEST_CASE("what f refers to does not leave the section") {
    using cell = no_synchronization::cell<pair>;
    const auto self = [](const pair& p) -> const pair& { return p; };
    CHECK_BOTH(std::is_same_v<decltype(std::declval<const cell&>().read(self)), pair>);
}
