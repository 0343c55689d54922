// SPDX-License-Identifier: BSL-1.0
// A law and a difference: the second example of include/daxhold/tables/README.md, where EXPECT_FAIL
// puts a row where it breaks the law.

#include <daxhold/tables.hpp>

using daxhold::tables::any_of, daxhold::tables::otherwise, daxhold::tables::when;
using daxhold::tables::as_in, daxhold::tables::obeys, daxhold::tables::table;

enum class code : unsigned char { no_memory_there, memory_failed, memory_is_failing };
enum class page : unsigned char { good, in_the_ledger };
enum class space : unsigned char { left, none };
enum class reason { no_space, poisoned, not_known };

static constexpr auto reasons =
    table(when(any_of(code::memory_failed, code::memory_is_failing)) >> reason::poisoned,
          when(page::in_the_ledger) >> reason::poisoned, otherwise >> reason::not_known);

struct what_is_in_the_ledger_is_poisoned {
    static constexpr auto where = when(page::in_the_ledger);
    static constexpr bool allows(reason r) { return r == reason::poisoned; }
};

#ifdef EXPECT_FAIL
static constexpr auto later = table(when(space::none) >> reason::no_space, as_in(reasons));
#else
static constexpr auto later =
    table(when(space::none, page::good, code::no_memory_there) >> reason::no_space, as_in(reasons));
static_assert(daxhold::tables::difference<reasons, later>.size() == 1);
#endif

static_assert(obeys<what_is_in_the_ledger_is_poisoned, later>);

int main() {}
