// SPDX-License-Identifier: BSL-1.0
// EXPECT: law_is_broken_by_row<daxhold::poison_is_no_want_of_space, 1
#include "daxhold/guard/sigbus_guard.hpp"

// A table of a program's own that blames a full disk for what may be poison.
using namespace daxhold;

#ifdef EXPECT_FAIL
static constexpr auto own =
    tables::table(tables::when(free_space::none, fault_address::in_the_file) >>
                      sigbus_cause{sigbus_reason::no_space, confidence::likely},
                  tables::as_in(sigbus_causes));
#else
static constexpr auto own =
    tables::table(tables::when(free_space::none, fault_address::in_the_file, page_entry::absent) >>
                      sigbus_cause{sigbus_reason::no_space, confidence::likely},
                  tables::as_in(sigbus_causes));
#endif

sigbus_guard<own> guard;
