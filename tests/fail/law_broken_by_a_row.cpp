// SPDX-License-Identifier: BSL-1.0
// EXPECT: law_is_broken_by_row<
// EXPECT: data_alone_never_shuts_down, 2
// EXPECT: cause::corruption
// EXPECT: owner::file_data
// EXPECT: a table breaks a law: the row decides this cell otherwise
#include "daxhold/policy/facts.hpp"
#include "daxhold/tables.hpp"

using namespace daxhold;
using namespace daxhold::tables;

enum class action { tell_users, shut_down, pass_over };

struct data_alone_never_shuts_down {
    static constexpr auto where = when(cause::corruption, owner::file_data);
    static constexpr bool allows(action a) { return a != action::shut_down; }
};

static constexpr auto record = table(when(cause::removal, owner::file_data) >> action::tell_users,
#ifdef EXPECT_FAIL
                                     when(cause::corruption) >> action::shut_down,
#else
                                     when(cause::corruption, none_of(owner::file_data)) >>
                                         action::shut_down,
                                     when(cause::corruption) >> action::tell_users,
#endif
                                     otherwise >> action::pass_over);

static_assert(obeys<data_alone_never_shuts_down, record>);
