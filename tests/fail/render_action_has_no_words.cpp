// SPDX-License-Identifier: BSL-1.0
// An action that cannot be rendered: nobody said what it is called.
// EXPECT: action_has_no_words<.*chore>
// EXPECT: add a function .std::string describe_action

#include "daxhold/policy/facts.hpp"
#include "daxhold/render/markdown.hpp"

using namespace daxhold;
using namespace daxhold::tables;

struct chore {
    int number;
    friend constexpr bool operator==(chore, chore) = default;
};

#ifndef EXPECT_FAIL
std::string describe_action(const chore& what) { return "chore " + std::to_string(what.number); }
#endif

struct tables {
    static constexpr auto chores = table(when(cause::removal) >> chore{1}, otherwise >> chore{2});
};

std::string text() { return render::markdown::table<tables::chores>(); }
