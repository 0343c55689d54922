// SPDX-License-Identifier: BSL-1.0
// The library's side of the comparison: `decide` of each table, asked for facts that lie in memory.

#include "decide.hpp"

#include <algorithm>
#include <type_traits>

using namespace machine_code;

namespace {

struct facts_in_memory {
    const facts* of;

    template <class Fact>
    [[gnu::always_inline]] Fact operator()(boost::hana::basic_type<Fact>) const {
        return static_cast<Fact>(of->*member_for<Fact>);
    }
};

/// The table with numbers as actions: that of the first row with the same action.
template <auto const& Table>
constexpr auto numbered = [] {
    using type = std::remove_cvref_t<decltype(Table)>;
    decision_table<int, type::row_count, typename type::facts> made{};
    made.inherited_from = Table.inherited_from;
    for (std::size_t row = 0; row != type::row_count; ++row) {
        std::ranges::copy(Table.accepts[row], made.accepts[row]);
        std::ranges::copy(Table.places[row], made.places[row]);
        const auto first = std::ranges::find(Table.actions, Table.actions[row]);
        made.actions[row] = static_cast<int>(first - Table.actions);
    }
    return made;
}();

} // namespace

#define DAXHOLD_GIVEN(name, policy, table)                                                         \
    extern "C" int given_decide_##name##_##table(const facts* known) {                             \
        return decide<numbered<releases::policy::table>>(facts_in_memory{known});                  \
    }

DAXHOLD_EACH_TABLE(DAXHOLD_GIVEN)
