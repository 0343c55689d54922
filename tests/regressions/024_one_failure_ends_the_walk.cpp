// SPDX-License-Identifier: BSL-1.0
// 024: one user who cannot be told ends the walk. Still in Linux (DERIVED).
//
// Wrong: -EBUSY from one mapping stops the walk, and those behind it keep live mappings.
// Commit: no commit known that fixes it.
// Input: two files in the range; telling the users of the first one fails.
// Here: what an error leads to is said in the row (`collect`, `attempt`), a law names the breach,
// and the report tells what was not walked. Every release has the bug as a fact.

#include "daxhold/laws.hpp"
#include "daxhold/releases.hpp"

#include "../support/mapped_files.hpp"

using namespace support;
using namespace daxhold::releases;

namespace {

template <class Policy>
constexpr auto removed() {
    auto fs = mapped_files<>();
    fs.faults.fail(call::kill_users, 1, EBUSY);
    return unbind<Policy>(fs);
}

} // namespace

TEST_CASE("024: those behind one who cannot be told") {
    CHECK_BOTH(removed<xfs_linux_6_8>().answer == result::error(EBUSY));
    CHECK_BOTH(removed<xfs_linux_6_8>().fs.told() == 0);
    CHECK_BOTH(removed<xfs_linux_6_8>().made.is_incomplete());
    CHECK_BOTH(removed<xfs_linux_6_8>().made.not_walked.offset() == 16 * sample_block);
    CHECK_BOTH(removed<xfs_linux_7_0>().fs.told() == 0);
    CHECK_BOTH(removed<recommended>().answer == result::error(EBUSY));
    // The second extent of the first file, and the second file.
    CHECK_BOTH(removed<recommended>().fs.told() == 4);
    CHECK_BOTH(removed<recommended>().made.not_walked.empty());

    using law = laws::one_failure_hides_no_other_user;
    CHECK_BOTH(!laws::is_kept<law, xfs_linux_6_8>);
    CHECK_BOTH(!laws::is_kept<law, xfs_linux_7_0>);
    CHECK_BOTH(laws::is_kept<law, recommended>);
}
