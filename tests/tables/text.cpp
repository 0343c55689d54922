// SPDX-License-Identifier: BSL-1.0
#include "daxhold/tables/text.hpp"

#include "both.hpp"
#include "rendered.hpp"

using namespace daxhold::tables;
using namespace tests;
using daxhold::tables::to_text;

namespace {

/// An enumeration that is no fact.
enum class flags : std::uint8_t { one = 1, two = 2 };

struct mute {};

} // namespace

TEST_CASE("facts, and sets of their values") {
    CHECK(to_text(door::locked) == "door::locked");
    CHECK(to_text(static_cast<door>(12)) == "door(12)");
    CHECK(to_text(flags::two) == "flags(2)");
    CHECK(to_text(any_of(door::open)) == "door::open");
    CHECK(to_text(any_of(code::unaligned, code::hardware)) ==
          "any_of(code::unaligned, code::hardware)");
    CHECK(to_text(none_of(door::open)) == "none_of(door::open)");
    CHECK(to_text(none_of(alarm::on)) == "alarm::off");
    CHECK(to_text(value_set<door>{}) == "any_of()");
    CHECK(to_text(name_of(alarm::on)) == "on");
}

TEST_CASE("rows, tables and cells") {
    CHECK(to_text(when(alarm::on, owner::away) >> 7) == "when(alarm::on, owner::away) >> 7");
    CHECK(to_text(when(none_of(alarm::on)) >> 7) == "when(alarm::off) >> 7");
    CHECK(to_text(otherwise >> door::open) == "otherwise >> door::open");
    CHECK(to_text(other_toy) == "when(alarm::on) >> <wait> & *see*\n"
                                "when(none_of(door::locked), owner::away) >> a | b\n"
                                "otherwise >> back\\slash; #1 `x` 100%\n");
    CHECK(to_text(known(alarm::on, door::open)) == "alarm::on, door::open");
    CHECK(to_text(known()).empty());
}

TEST_CASE("actions of any type") {
    CHECK(action_to_text(note >> go_on) == "note >> go_on");
    CHECK(action_to_text(reply{1}) == "a | b");
    CHECK(action_to_text(door::open) == "door::open");
    CHECK(action_to_text("text") == "text");
    CHECK(action_to_text(fact_name<door>) == "door");
    CHECK(action_to_text(-7) == "-7");
    CHECK(action_to_text(std::uint8_t{65}) == "65");
    CHECK(action_to_text(true) == "true");
    CHECK_BOTH(action_with_text<plan>);
    CHECK_BOTH(!action_with_text<mute>);
    CHECK_BOTH(!action_has_no_text<mute>::ok);
}
