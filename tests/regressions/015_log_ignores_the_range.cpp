// SPDX-License-Identifier: BSL-1.0
// 015: an event of the log's device counts wherever it is.
//
// Wrong: any failure of the device of an external log shut the filesystem down, also one behind
// the end of the log.
// Commit: f4ed93037966 (6.14).
// Input: a log on a larger device, and a failure behind its end.
// Here: a law names it. `xfs_v12`, the seed and the policies up to `xfs_linux_6_8` have the bug as
// a fact.

#include "daxhold/laws.hpp"
#include "daxhold/releases.hpp"

#include "../support/lone_record.hpp"

using namespace support;
using namespace daxhold::releases;

TEST_CASE("015: a failure behind the end of the log") {
    constexpr auto fs = populated<mock_filesystem_with_devices>();
    constexpr byte_range behind{1U << 16U, sample_block};
    CHECK_BOTH(notify<xfs_linux_6_1>(fs, cause::corruption, behind, role::log).what() ==
               corrupt_shutdown);
    CHECK_BOTH(notify<xfs_linux_6_8>(fs, cause::corruption, behind, role::log).what() ==
               corrupt_shutdown);
    CHECK_BOTH(notify<xfs_linux_6_14>(fs, cause::corruption, behind, role::log).what() ==
               failed_with(ENXIO));
    CHECK_BOTH(notify<xfs_linux_7_0>(fs, cause::corruption, behind, role::log).what() ==
               failed_with(ENXIO));

    using law = laws::event_outside_changes_nothing;
    constexpr laws::trial trial{
        .cause = cause::corruption, .role = role::log, .range = range::outside};
    CHECK_BOTH(!law::holds(trial, laws::try_out<xfs_linux_6_8>(trial)));
    CHECK_BOTH(law::holds(trial, laws::try_out<xfs_linux_6_14>(trial)));
}
