// SPDX-License-Identifier: BSL-1.0
// EXPECT: no_row_applies_to<.*cause::removal, .*owner::file_data
// EXPECT: add the row, or end the table with `otherwise`
// EXPECT: law_is_asked_of
#include "daxhold/tables.hpp"

#include "daxhold/laws.hpp"

struct law_is_asked_of : daxhold::words {
    static constexpr auto gate = table(otherwise >> walk);
    static constexpr auto record = table(when(cause::corruption) >> note_shutdown >> next,
#ifdef EXPECT_FAIL
                                         when(none_of(owner::file_data)) >> next);
#else
                                         otherwise >> next);
#endif
    static constexpr auto end =
        table(when(want_shutdown::yes) >> shut_down(corrupt_ondisk) >> refuse(efscorrupted),
              otherwise >> return_error);
};

namespace laws = daxhold::laws;
static_assert(laws::keeps<laws::corruption_of_metadata_never_goes_on, law_is_asked_of>);
