// SPDX-License-Identifier: BSL-1.0
// 001: the condition of the seed is inverted.
//
// Wrong: `!removal || metadata` shuts down for every corruption, and for a removal over metadata.
// Commit: no commit known; fixed in the fourth version of the patch, before anything was merged.
// Input: a corruption of one page of file data; or a removal of a device with any metadata.
// Here: a law names the cell (tests/fail/regression_001_inverted_condition.cpp), and the
// difference to what the message says is exactly those cells. `xfs_seed_as_posted` has the bug as
// a fact.

#include "daxhold/laws.hpp"
#include "daxhold/releases/xfs_rfc.hpp"
#include "daxhold/tables/difference.hpp"

#include "../support/lone_record.hpp"

using namespace support;
using namespace daxhold::releases;

TEST_CASE("001: an inverted condition") {
    CHECK_BOTH(notify<xfs_seed_as_posted>(with_lone<>(lone::dax_file), cause::corruption, lone_page)
                   .what() == corrupt_shutdown);
    CHECK_BOTH(
        notify<xfs_seed_as_intended>(with_lone<>(lone::dax_file), cause::corruption, lone_page)
            .what()
            .told == 1);
    CHECK_BOTH(unbind<xfs_seed_as_posted>(with_lone<>(lone::metadata)).what() == corrupt_shutdown);
    CHECK_BOTH(unbind<xfs_seed_as_intended>(with_lone<>(lone::metadata)).what() == nothing_done);

    CHECK_BOTH(!laws::is_kept<laws::corruption_of_file_data_never_shuts_down, xfs_seed_as_posted>);
    CHECK_BOTH(laws::is_kept<laws::corruption_of_file_data_never_shuts_down, xfs_seed_as_intended>);
    CHECK_BOTH(!laws::is_kept<laws::removal_tells_users_before_it_shuts_down, xfs_seed_as_posted>);
    CHECK_BOTH(laws::is_kept<laws::removal_tells_users_before_it_shuts_down, xfs_seed_as_intended>);
    CHECK_BOTH(difference<xfs_seed_as_intended::record, xfs_seed_as_posted::record>.size() == 5);
}
