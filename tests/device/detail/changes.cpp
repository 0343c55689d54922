// SPDX-License-Identifier: BSL-1.0
#include "daxhold/device/detail/changes.hpp"

#include <doctest/doctest.h>

#include <thread>

TEST_CASE("who waits looks at first, and again after each announcement") {
    daxhold::detail::changes changes;
    int looked = 0;
    changes.wait_until([&] { return ++looked == 1; });
    CHECK(looked == 1);

    std::atomic<int> steps{0};
    std::thread other{[&] {
        for (int i = 0; i < 3; ++i) {
            const daxhold::detail::announced_afterwards step{changes};
            ++steps;
        }
    }};
    changes.wait_until([&] { return steps == 3; });
    CHECK(steps == 3);
    other.join();
}
