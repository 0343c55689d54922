// SPDX-License-Identifier: BSL-1.0
// MISTAKE: a fact has 65 values
// FIRST: a fact has at most 64 values
// FIRST: enumerators_do_not_count_from_0_to<.*block, 64>
// EXPECT: enumerators_do_not_count_from_0_to<.*block, 64>
// EXPECT: a fact has at most 64 values
#include "daxhold/tables.hpp"

using namespace daxhold::tables;

// clang-format off
enum class block : unsigned char {
    v00, v01, v02, v03, v04, v05, v06, v07, v08, v09, v10, v11, v12, v13, v14, v15,
    v16, v17, v18, v19, v20, v21, v22, v23, v24, v25, v26, v27, v28, v29, v30, v31,
    v32, v33, v34, v35, v36, v37, v38, v39, v40, v41, v42, v43, v44, v45, v46, v47,
    v48, v49, v50, v51, v52, v53, v54, v55, v56, v57, v58, v59, v60, v61, v62, v63,
#ifdef EXPECT_FAIL
    v64,
#endif
};
// clang-format on

static constexpr auto gate = table(when(block::v07) >> 1, otherwise >> 2);

int answer(block fact) { return decide<gate>(known(fact)); }
