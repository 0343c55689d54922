// SPDX-License-Identifier: BSL-1.0
// EXPECT: policy_breaks_law<
// EXPECT: xfs_seed_as_posted
// EXPECT: corruption_of_file_data_never_shuts_down
// EXPECT: cause::corruption
// EXPECT: owner::file_data
// EXPECT: a policy breaks a law in this case
#include "daxhold/laws.hpp"
#include "daxhold/releases.hpp"

using namespace daxhold;
using namespace daxhold::tables;

#ifdef EXPECT_FAIL
using policy = releases::xfs_seed_as_posted;
#else
using policy = releases::xfs_seed_as_intended;
#endif

static_assert(laws::keeps<laws::corruption_of_file_data_never_shuts_down, policy>);
