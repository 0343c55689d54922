// SPDX-License-Identifier: BSL-1.0
// EXPECT: no_row_applies_to<daxhold::cause::removal, daxhold::owner::attribute_fork>
// EXPECT: add the row, or end the table with `otherwise`
// The first example of README.md, where EXPECT_FAIL is the line that is wrong. tests/readme holds
// the two together, and what the compiler says with them.

#include <daxhold/policy.hpp>

enum class action { tell_users, shut_down, pass_over };

struct my_filesystem : daxhold::words {
    static constexpr auto record =
        table(when(cause::corruption, owner::file_data) >> action::tell_users,
              when(cause::corruption) >> action::shut_down,
#ifdef EXPECT_FAIL
              when(cause::removal, owner::file_data) >> action::tell_users);
#else
              when(cause::removal, owner::file_data) >> action::tell_users,
              when(cause::removal) >> action::pass_over);
#endif
};

static_assert(daxhold::proven<my_filesystem::record>);

int main() {}
