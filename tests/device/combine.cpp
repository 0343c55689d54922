// SPDX-License-Identifier: BSL-1.0
#include "daxhold/device/combine.hpp"

#include "../support/both.hpp"

#include <initializer_list>

using namespace daxhold;

namespace {
constexpr result busy = result::error(EBUSY);
}

TEST_CASE("-ENXIO counts for nothing") {
    CHECK_BOTH(combine(no_such_device, no_such_device) == no_such_device);
    CHECK_BOTH(combine(no_such_device, success) == success);
    CHECK_BOTH(combine(success, no_such_device) == success);
    CHECK_BOTH(combine(unsupported_operation, no_such_device) == unsupported_operation);
    CHECK_BOTH(combine(no_such_device, busy) == busy);
}

TEST_CASE("the first error wins") {
    CHECK_BOTH(combine(busy, filesystem_corrupted) == busy);
    CHECK_BOTH(combine(filesystem_corrupted, busy) == filesystem_corrupted);
    CHECK_BOTH(combine(success, busy) == busy);
    CHECK_BOTH(combine(busy, success) == busy);
    CHECK_BOTH(combine(busy, unsupported_operation) == busy);
    CHECK_BOTH(combine(unsupported_operation, busy) == busy);
}

TEST_CASE("then -EOPNOTSUPP, so that the generic path is taken") {
    CHECK_BOTH(combine(unsupported_operation, success) == unsupported_operation);
    CHECK_BOTH(combine(success, unsupported_operation) == unsupported_operation);
    CHECK_BOTH(combine(unsupported_operation, unsupported_operation) == unsupported_operation);
}

TEST_CASE("success is what all say") { CHECK_BOTH(combine(success, success) == success); }

TEST_CASE("it is a monoid, for all results") {
    // Beyond the three that are special, two errors show what any two do.
    const auto all = {success, no_such_device, unsupported_operation, busy, filesystem_corrupted};
    for (const auto a : all) {
        CHECK(combine(no_such_device, a) == a);
        CHECK(combine(a, no_such_device) == a);
        CHECK(combine(a, a) == a);
        for (const auto b : all)
            for (const auto c : all)
                CHECK(combine(combine(a, b), c) == combine(a, combine(b, c)));
    }
}
