// SPDX-License-Identifier: BSL-1.0
// The library's side of the comparison: `decide` of each table, asked for facts that lie in memory.

#include "decide.hpp"

using namespace machine_code;

namespace {

struct facts_in_memory {
    const facts* of;

    template <class Fact>
    [[gnu::always_inline]] Fact operator()(boost::hana::basic_type<Fact>) const {
        return static_cast<Fact>(of->*member_for<Fact>);
    }
};

/// The number of the first row with the same action.
template <auto const& Table>
consteval int first_alike(std::size_t row) {
    std::size_t first = 0;
    while (!(Table.actions[first] == Table.actions[row]))
        ++first;
    return static_cast<int>(first);
}

} // namespace

#define DAXHOLD_GIVEN(name, policy, table)                                                         \
    extern "C" int given_decide_##name##_##table(const facts* known) {                             \
        return decide_row<releases::policy::table>(facts_in_memory{known}, [](auto row) {          \
            return first_alike<releases::policy::table>(decltype(row)::value);                     \
        });                                                                                        \
    }

DAXHOLD_EACH_TABLE(DAXHOLD_GIVEN)
