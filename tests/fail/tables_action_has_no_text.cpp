// SPDX-License-Identifier: BSL-1.0
// An action that cannot be rendered: nobody said what it is called.
// EXPECT: action_has_no_text<.*chore>
// EXPECT: add a function .std::string to_text

#include "daxhold/tables/markdown.hpp"

using namespace daxhold::tables;

enum class weather : unsigned char { dry, wet };

struct chore {
    int number;
    friend constexpr bool operator==(chore, chore) = default;
};

#ifndef EXPECT_FAIL
std::string to_text(const chore& what) { return "chore " + std::to_string(what.number); }
#endif

struct plans {
    static constexpr auto chores = table(when(weather::dry) >> chore{1}, otherwise >> chore{2});
};

std::string text() { return markdown::table<plans::chores>(); }
