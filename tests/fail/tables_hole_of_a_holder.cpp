// SPDX-License-Identifier: BSL-1.0
// A table is a member of a policy, the fact is nested in a class, and the answer is a constant.
// EXPECT: no_row_applies_to<
// EXPECT: disk::state::gone
// EXPECT: add the row, or end the table with `otherwise`
#include "daxhold/tables/decide.hpp"

struct disk {
    enum class state : unsigned char { up, going, gone };
};

namespace {

enum class reason : unsigned char { none, removal, corruption };

struct verdict {
    reason why;
    int error;
};

} // namespace

struct policy {
    static constexpr auto gate = daxhold::tables::table(
        daxhold::tables::when(disk::state::up) >> verdict{reason::none, 0},
        daxhold::tables::when(disk::state::going) >> verdict{reason::removal, 0}
#ifndef EXPECT_FAIL
        ,
        daxhold::tables::when(disk::state::gone) >> verdict{reason::corruption, -5}
#endif
    );
};

template <class Policy>
constexpr int error_of(disk::state state) {
    return daxhold::tables::decide<Policy::gate>(daxhold::tables::known(state)).error;
}

constexpr int error = error_of<policy>(disk::state::up);
static_assert(error == 0);
