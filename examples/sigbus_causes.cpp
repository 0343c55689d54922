// SPDX-License-Identifier: BSL-1.0
// What caused a SIGBUS: the first example of include/daxhold/tables/README.md, where EXPECT_FAIL
// leaves out the row that is missing there.

#include <daxhold/tables.hpp>

using daxhold::tables::any_of, daxhold::tables::otherwise, daxhold::tables::proven;
using daxhold::tables::table, daxhold::tables::when;

enum class code : unsigned char { no_memory_there, memory_failed, memory_is_failing }; // si_code
enum class address : unsigned char { in_the_file, past_its_end, not_ours };            // si_addr
enum class page : unsigned char { good, in_the_ledger };
enum class space : unsigned char { left, none };
enum class reason { truncated, no_space, poisoned, not_ours, not_known };

// clang-format off
static constexpr auto reasons = table(
    when(address::not_ours)                                    >> reason::not_ours,
    when(any_of(code::memory_failed, code::memory_is_failing)) >> reason::poisoned,
    when(page::in_the_ledger)                                  >> reason::poisoned,
    when(address::past_its_end)                                >> reason::truncated,
#ifdef EXPECT_FAIL
    when(space::none)                                          >> reason::no_space);
#else
    when(space::none)                                          >> reason::no_space,
    otherwise                                                  >> reason::not_known);
// clang-format on
static_assert(daxhold::tables::decide<reasons>(daxhold::tables::known(code::no_memory_there,
                                                                      address::past_its_end,
                                                                      page::good, space::left)) ==
              reason::truncated);
#endif

static_assert(proven<reasons>);

int main() {}
