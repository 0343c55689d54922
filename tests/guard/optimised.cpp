// SPDX-License-Identifier: BSL-1.0

// What a compiler may move: loads and stores around a guarded access, where it is inlined and
// optimised, at -O2 and at -O3.

#include "daxhold/guard/injector.hpp"
#include "daxhold/guard/sigbus_guard.hpp"

#include <doctest/doctest.h>

using namespace daxhold;

TEST_CASE("what was written before a fault is there after it, and nothing of what came later") {
    injectors::truncation file{4};
    const auto page = injectors::mapped_file::page_size();
    auto* const words = static_cast<unsigned*>(static_cast<void*>(file.target().address()));
    for (std::size_t i = 0; i != 4 * page / sizeof *words; ++i)
        words[i] = 1;
    REQUIRE(file.inject(3).ok());
    sigbus_guard<> guard;
    REQUIRE(guard.install().ok());
    REQUIRE(guard.add(words, 4 * page, file.target().file(), 0).ok());

    // A sum that a compiler would rather keep in a register, of loads that it would rather do
    // eight at a time.
    unsigned sum = 0;
    unsigned done = 0;
    const auto add_up = [&](std::size_t bytes) {
        return guard.attempt([&]() noexcept {
            for (std::size_t i = 0; i != bytes / sizeof *words; ++i)
                sum += words[i];
            done = 1;
        });
    };
    CHECK(!add_up(3 * page));
    CHECK(sum == 3 * page / sizeof *words);
    CHECK(done == 1);

    // Loads that nobody can tell to be in an attempt but by the guard: not before, not after it.
    unsigned first = 5;
    unsigned second = 5;
    done = 0;
    const auto told = guard.attempt([&]() noexcept {
        first = words[0];
        second = words[3 * page / sizeof *words];
        done = 1;
    });
    REQUIRE(told);
    CHECK(first == 1);
    CHECK(second == 5);
    CHECK(done == 0);

    // A local of the caller that changes between attempts.
    int rounds = 0;
    int faults = 0;
    for (; rounds != 100; ++rounds)
        if (guard.attempt([&]() noexcept {
                words[rounds] = 2;
                words[(rounds % 2 == 0 ? 3 : 0) * page / sizeof *words] = 3;
            }))
            ++faults;
    CHECK(rounds == 100);
    CHECK(faults == 50);
    unsigned twos = 0;
    for (unsigned i = 1; i != 100; ++i)
        twos += words[i] == 2 ? 1U : 0U;
    CHECK(twos == 99);
}
