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
    // The walk and begin_walk come first, then the first of two users; in 7.0 the media event.
    const auto is_kept_by = []<class Policy>(Policy /*named*/) {
        for (std::uint8_t fails = 1; fails != 8; ++fails) {
            const laws::trial both{.count = 2, .fails = fails};
            const auto v = laws::try_out<Policy>(both);
            if (v.has_failed && law::concerns_failure_of(v.failed) && !law::holds(both, v))
                return false;
        }
        return true;
    };
    CHECK(!is_kept_by(xfs_linux_6_8{}));
    CHECK(!is_kept_by(xfs_linux_7_0{}));
    CHECK(is_kept_by(recommended{}));
}
