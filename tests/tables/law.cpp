// SPDX-License-Identifier: BSL-1.0
#include "daxhold/tables/law.hpp"

#include "../support/random_table.hpp"
#include "both.hpp"

using namespace daxhold;
using namespace daxhold::tables;

namespace {

enum class event : unsigned char { failure, removal };
enum class owner : unsigned char { data, metadata, unknown };
enum class moon : unsigned char { new_moon, full };
enum class action { tell, shut_down, pass_over };

constexpr auto right = table(when(event::failure, owner::data) >> action::tell,
                             when(event::failure) >> action::shut_down,
                             when(owner::data) >> action::tell, otherwise >> action::pass_over);
// The condition inverted, as in the seed.
constexpr auto wrong =
    table(when(event::removal, owner::data) >> action::tell, otherwise >> action::shut_down);
constexpr auto without_owner =
    table(when(event::failure) >> action::shut_down, otherwise >> action::pass_over);
constexpr auto constant = table(otherwise >> action::shut_down);

struct failure_is_never_passed_over {
    static constexpr auto where = when(event::failure);
    static constexpr bool allows(action a) { return a != action::pass_over; }
};
struct data_alone_never_shuts_down {
    static constexpr auto where = when(event::failure, owner::data);
    static constexpr bool allows(action a) { return a != action::shut_down; }
};
struct nothing_shuts_down {
    static constexpr auto where = otherwise;
    static constexpr bool allows(action a) { return a != action::shut_down; }
};
struct removal_shuts_nothing_down {
    static constexpr auto where = when(event::removal, none_of(owner::unknown));
    static constexpr bool allows(action a) { return a != action::shut_down; }
};
struct full_moon_is_quiet {
    static constexpr auto where = when(moon::full, event::removal);
    static constexpr bool allows(action a) { return a == action::pass_over; }
};
struct impossible {
    static constexpr auto where = when(event::failure, event::removal);
    static constexpr bool allows(action) { return false; }
};

struct lacks_where {
    static constexpr bool allows(action) { return true; }
};
struct lacks_allows {
    static constexpr auto where = otherwise;
};
struct asks_another {
    static constexpr auto where = otherwise;
    static constexpr bool allows(const char*) { return true; }
};

static_assert(cell_law<nothing_shuts_down, action>);
static_assert(!cell_law<lacks_where, action>);
static_assert(!cell_law<lacks_allows, action>);
static_assert(!cell_law<asks_another, action>);

/// A random law over a random table: what half of the rows say is not allowed in a random cube.
template <class Facts, std::uint64_t Seed>
struct random_law;
template <class... Facts, std::uint64_t Seed>
struct random_law<tests::facts<Facts...>, Seed> {
    static constexpr auto where = [] {
        tests::random_numbers next{Seed};
        condition<Facts...> made;
        std::size_t fact = 0;
        ((made.accepts[fact++] =
              next.below(2) == 0 ? every_value<Facts> : every_value<Facts> & next()),
         ...);
        return made;
    }();
    static constexpr bool allows(std::size_t row) { return (row + Seed) % 2 == 0; }
};

/// Whether a table breaks a law in some cell, found by looking at every cell; and whether the cells
/// of the breach that was found are such cells.
template <class Law, auto const& Table>
bool is_breach_right() {
    using table_type = tables::detail::table_type<Table>;
    using facts = typename table_type::facts;
    const auto cells = detail::cells_where(Table, Law::where);
    const auto& told = breach_in<Law, Table>;
    bool is_broken = false;
    bool is_right = true;
    for (std::size_t i = 0; i != tests::cell_count<facts>; ++i) {
        const auto at = tests::cell(facts{}, i);
        const auto row = first_row_for(Table, at);
        const bool breaks = tests::contains(cells, at) && !Law::allows(Table.actions[row]);
        is_broken = is_broken || breaks;
        if (told.exists && tests::contains(told.cells, at))
            is_right = is_right && breaks && row == told.row;
    }
    return is_right && is_broken == told.exists && (!told.exists || !is_empty(told.cells)) &&
           is_obeyed<Law, Table> == !is_broken;
}

template <class Facts, std::uint64_t... Seed>
bool are_breaches_right(std::integer_sequence<std::uint64_t, Seed...>) {
    return (is_breach_right<random_law<Facts, Seed>, tests::whole_table<Facts, 6, Seed, 2>>() &&
            ...);
}

/// A last row that never wins, which takes long to see; what it says is not allowed.
constexpr auto five_pigeons_and_a_dead_row = tests::pigeons<5, 46>;
struct the_last_row_never_wins {
    static constexpr auto where = otherwise;
    static constexpr bool allows(std::size_t row) { return row != 45; }
};
struct the_last_rows_never_win {
    static constexpr auto where = otherwise;
    static constexpr bool allows(std::size_t row) { return row < 44; }
};

} // namespace

TEST_CASE("a law over the cells of a table is kept or broken") {
    CHECK_BOTH(is_obeyed<failure_is_never_passed_over, right>);
    CHECK_BOTH(is_obeyed<failure_is_never_passed_over, wrong>);
    CHECK_BOTH(is_obeyed<data_alone_never_shuts_down, right>);
    CHECK_BOTH(!is_obeyed<data_alone_never_shuts_down, wrong>);
    CHECK_BOTH(!is_obeyed<nothing_shuts_down, right>);
    CHECK_BOTH(!is_obeyed<nothing_shuts_down, wrong>);
    CHECK_BOTH(is_obeyed<removal_shuts_nothing_down, right>);
    CHECK_BOTH(!is_obeyed<removal_shuts_nothing_down, wrong>);
}

TEST_CASE("a kept law can be demanded") {
    static_assert(obeys<data_alone_never_shuts_down, right>);
    static_assert(obeys<removal_shuts_nothing_down, right>);
    CHECK((obeys<data_alone_never_shuts_down, right>));
}

TEST_CASE("a breach names the row that wins there, and its cells") {
    constexpr const auto& found = breach_in<data_alone_never_shuts_down, wrong>;
    CHECK_BOTH(found.exists);
    CHECK_BOTH(found.row == 1);
    CHECK_BOTH(found.cells.values[0] == bit_of(event::failure));
    CHECK_BOTH(found.cells.values[1] == bit_of(owner::data));
    // Not the row for what the rows above it have taken.
    CHECK_BOTH(breach_in<removal_shuts_nothing_down, wrong>.row == 1);
    CHECK_BOTH(breach_in<removal_shuts_nothing_down, wrong>.cells.values[1] ==
               bit_of(owner::metadata));
    CHECK_BOTH(breach_in<nothing_shuts_down, right>.row == 1);
    CHECK_BOTH(!breach_in<data_alone_never_shuts_down, right>.exists);
}

TEST_CASE("a fact that a table does not ask for restricts nothing") {
    CHECK_BOTH(!is_obeyed<data_alone_never_shuts_down, without_owner>);
    CHECK_BOTH(is_obeyed<removal_shuts_nothing_down, without_owner>);
    CHECK_BOTH(is_obeyed<full_moon_is_quiet, without_owner>);
    CHECK_BOTH(!is_obeyed<full_moon_is_quiet, right>);
    CHECK_BOTH(!is_obeyed<data_alone_never_shuts_down, constant>);
    CHECK_BOTH(!is_obeyed<nothing_shuts_down, constant>);
    CHECK_BOTH(breach_in<nothing_shuts_down, constant>.row == 0);
}

TEST_CASE("a law that speaks of no cell is kept") { CHECK_BOTH(is_obeyed<impossible, right>); }

TEST_CASE("exactly as when every cell is looked at") {
    CHECK(are_breaches_right<tests::small_mix>(std::make_integer_sequence<std::uint64_t, 30>{}));
    CHECK(are_breaches_right<tests::eight_bits>(std::make_integer_sequence<std::uint64_t, 10>{}));
}

TEST_CASE("a law that takes more than one evaluation") {
    CHECK_BOTH(is_obeyed<the_last_row_never_wins, five_pigeons_and_a_dead_row>);
    CHECK_BOTH(breach_in<the_last_rows_never_win, five_pigeons_and_a_dead_row>.row == 44);
}
