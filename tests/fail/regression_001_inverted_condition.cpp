// SPDX-License-Identifier: BSL-1.0
// The condition of the seed patch, as it was posted, in a policy of one's own.
// EXPECT: policy_breaks_law<
// EXPECT: my_xfs
// EXPECT: corruption_of_file_data_never_shuts_down
// EXPECT: cause::corruption
// EXPECT: owner::file_data
#include "daxhold/laws.hpp"
#include "daxhold/releases/xfs_rfc.hpp"

using namespace daxhold;
using namespace daxhold::tables;

struct my_xfs : releases::xfs_v12 {
    static constexpr auto record = table(
#ifdef EXPECT_FAIL
        when(cause::corruption) >> shut_down(shutdown_reason::corrupt_ondisk) >> stop(efscorrupted),
        when(none_of(owner::file_data)) >> shut_down(shutdown_reason::corrupt_ondisk) >>
            stop(efscorrupted),
#else
        when(cause::corruption, none_of(owner::file_data)) >>
            shut_down(shutdown_reason::corrupt_ondisk) >> stop(efscorrupted),
        when(none_of(owner::file_data)) >> next,
#endif
        when(inode::not_in_core) >> next, when(inode::lookup_failed) >> stop_with_lookup_error,
        when(mapping::buffered) >> stop(EBUSY),
        otherwise >> kill_users(users::early, poison::marked) >> next);
};

static_assert(laws::keeps<laws::corruption_of_file_data_never_shuts_down, my_xfs>);
