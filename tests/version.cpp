// SPDX-License-Identifier: BSL-1.0
#include "daxhold/version.hpp"

#include "both.hpp"

TEST_CASE("the version is the one that the build read") {
    CHECK_BOTH(daxhold::version == daxhold::version_number{DAXHOLD_BUILD_VERSION});
}

TEST_CASE("versions differ where one number differs") {
    using daxhold::version_number;
    CHECK_BOTH(version_number{1, 2, 3} == version_number{1, 2, 3});
    CHECK_BOTH(version_number{1, 2, 3} != version_number{0, 2, 3});
    CHECK_BOTH(version_number{1, 2, 3} != version_number{1, 0, 3});
    CHECK_BOTH(version_number{1, 2, 3} != version_number{1, 2, 0});
}
