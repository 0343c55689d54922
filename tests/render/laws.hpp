// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/laws/shipped.hpp"
#include "daxhold/releases/xfs_rfc.hpp"
#include "daxhold/render/words.hpp"
#include "tables.hpp"

namespace tests {

// Named one by one, so that another law or policy does not change what is rendered here.
using some_laws = daxhold::render::list<daxhold::laws::corruption_of_file_data_never_shuts_down,
                                        daxhold::laws::every_owner_of_a_shared_extent_is_told,
                                        daxhold::laws::removal_marks_nothing_as_poisoned>;
using some_policies = daxhold::render::list<daxhold::releases::xfs_seed_as_posted, v6_8>;

} // namespace tests
