// SPDX-License-Identifier: BSL-1.0
#include "daxhold/policy/facts.hpp"

#include "daxhold/tables/fact.hpp"

#include "../support/both.hpp"

using namespace daxhold;
using namespace daxhold::tables;

namespace {

template <class Fact>
constexpr bool has_values(std::size_t count) {
    return fact<Fact> && value_count<Fact> == count;
}

constexpr bool is(text name, const char* expected) {
    std::size_t size = 0;
    while (expected[size] != '\0')
        ++size;
    return name == text{expected, size};
}

} // namespace

TEST_CASE("all of them are facts, with these many values") {
    CHECK_BOTH(has_values<cause>(2));
    CHECK_BOTH(has_values<scope>(2));
    CHECK_BOTH(has_values<role>(4));
    CHECK_BOTH(has_values<mount>(2));
    CHECK_BOTH(has_values<rmap>(2));
    CHECK_BOTH(has_values<range>(4));
    CHECK_BOTH(has_values<groups>(2));
    CHECK_BOTH(has_values<can_freeze>(2));
    CHECK_BOTH(has_values<can_kill_users>(2));
    CHECK_BOTH(has_values<can_invalidate>(2));
    CHECK_BOTH(has_values<can_shut_down>(2));
    CHECK_BOTH(has_values<owner>(7));
    CHECK_BOTH(has_values<inode>(3));
    CHECK_BOTH(has_values<mapping>(2));
    CHECK_BOTH(has_values<sharing>(2));
    CHECK_BOTH(has_values<kind>(4));
    CHECK_BOTH(has_values<mappers>(3));
    CHECK_BOTH(has_values<read_only>(2));
    CHECK_BOTH(has_values<already_shut_down>(2));
    CHECK_BOTH(has_values<frozen_by_user>(2));
    CHECK_BOTH(has_values<walk_end>(3));
    CHECK_BOTH(has_values<cut_short>(2));
    CHECK_BOTH(has_values<want_shutdown>(2));
    CHECK_BOTH(has_values<frozen>(2));
}

TEST_CASE("what the compile-time checks take for granted: yes comes first") {
    CHECK_BOTH(bit_of(can_freeze::yes) == 1);
    CHECK_BOTH(bit_of(can_freeze::no) == 2);
    CHECK_BOTH(bit_of(can_kill_users::yes) == 1);
    CHECK_BOTH(bit_of(can_kill_users::no) == 2);
    CHECK_BOTH(bit_of(can_invalidate::yes) == 1);
    CHECK_BOTH(bit_of(can_invalidate::no) == 2);
    CHECK_BOTH(bit_of(can_shut_down::yes) == 1);
    CHECK_BOTH(bit_of(can_shut_down::no) == 2);
}

TEST_CASE("their names are those of the source") {
    CHECK_BOTH(is(name_of(owner::cow_staging), "cow_staging"));
    CHECK_BOTH(is(name_of(owner::unknown), "unknown"));
    CHECK_BOTH(is(fact_name<want_shutdown>, "want_shutdown"));
}
