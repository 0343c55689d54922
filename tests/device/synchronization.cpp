// SPDX-License-Identifier: BSL-1.0
#include "daxhold/device/synchronization.hpp"

#include "../support/both.hpp"

#include <type_traits>

using namespace daxhold;

namespace {

struct pair {
    int a = 1;
    int b = 2;
};

struct without_update {
    template <class Value>
    struct cell {
        template <class F>
        auto read(F&& f) const {
            return f(value);
        }
        Value value{};
    };
};
struct read_is_not_const {
    template <class Value>
    struct cell {
        template <class F>
        auto read(F&& f) {
            return f(value);
        }
        template <class F>
        auto update(F&& f) {
            return f(value);
        }
        Value value{};
    };
};
struct without_cell {};

// A policy that publishes copies, as userspace RCU would: the concept has room for it.
struct copying {
    template <class Value>
    class cell {
    public:
        template <class F>
        constexpr auto read(F&& f) const {
            return f(values_[current_]);
        }
        template <class F>
        constexpr auto update(F&& f) {
            const int next = 1 - current_;
            values_[next] = values_[current_];
            if constexpr (std::is_void_v<decltype(f(values_[next]))>) {
                f(values_[next]);
                current_ = next;
            } else {
                auto answer = f(values_[next]);
                current_ = next;
                return answer;
            }
        }

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
    return before == 10 && constant.read(sum) == 31;
}

} // namespace

TEST_CASE("a policy has a cell that is read and updated") {
    CHECK_BOTH(synchronization<no_synchronization, pair>);
    CHECK_BOTH(synchronization<no_synchronization, int>);
    CHECK_BOTH(synchronization<copying, pair>);
    CHECK_BOTH(!synchronization<without_update, pair>);
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
    CHECK_BOTH(reads_what_was_written<copying>());
}

TEST_CASE("what f refers to does not leave the section") {
    using cell = no_synchronization::cell<pair>;
    const auto self = [](const pair& p) -> const pair& { return p; };
    CHECK_BOTH(std::is_same_v<decltype(std::declval<const cell&>().read(self)), pair>);
}
