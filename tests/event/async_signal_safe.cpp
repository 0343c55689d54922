// SPDX-License-Identifier: BSL-1.0
#include "daxhold/event/async_signal_safe.hpp"

#include "daxhold/event/poison_ledger.hpp"

#include "single_step.hpp"

#include <doctest/doctest.h>

#include <thread>

using namespace daxhold;

namespace {

using ledger = poison_ledger<4>;

constexpr byte_range page(std::uint64_t number) { return {number * 4096, 4096}; }
constexpr auto between = byte_range::between(page(1).end(), page(9).offset());

struct three_bytes {
    unsigned char of[3] = {1, 2, 3};
};

} // namespace

TEST_CASE("what was written is read, and what f returns is returned") {
    async_signal_safe<ledger> poison;
    CHECK(poison.read().empty());
    CHECK(poison.update([](ledger& l) { return l.add(page(1)); }) == ledger_entry::exact);
    CHECK(poison.read().contains(page(1)));
    poison.update([](ledger& l) { l.replace(page(1)); });
    CHECK(poison.read().empty());

    async_signal_safe<three_bytes> bytes;
    bytes.update([](three_bytes& b) { b.of[2] = 9; });
    CHECK(bytes.read().of[0] == 1);
    CHECK(bytes.read().of[2] == 9);
}

TEST_CASE("readers on other threads see all of a change or nothing of it") {
    struct same {
        std::uint64_t of[8] = {};
    };
    async_signal_safe<same> value;
    std::atomic<bool> is_over{false};
    std::atomic<int> torn{0};
    std::atomic<int> reads{0};
    const auto reader = [&] {
        while (!is_over) {
            const same seen = value.read();
            for (const auto each : seen.of)
                torn += each != seen.of[0];
            ++reads;
        }
    };
    std::thread one{reader};
    std::thread two{reader};
    for (int changes = 0; changes < 3000 || reads < 100; ++changes) {
        value.update([](same& s) {
            for (auto& each : s.of)
                ++each;
        });
        if (changes % 256 == 0)
            std::this_thread::yield();
    }
    is_over = true;
    one.join();
    two.join();
    CHECK(torn == 0);
}

#if CAN_STEP_THROUGH

namespace {

// What the handler looks at: a ledger in which two pages are poisoned before each change and after
// it.
const async_signal_safe<ledger>* stepped = nullptr;
const ledger* stepped_bare = nullptr;
volatile unsigned long lost = 0;

bool has_both(const ledger& l) { return l.contains(page(1)) && l.contains(page(9)); }
void look() { lost = lost + (has_both(stepped->read()) ? 0 : 1); }
void look_at_the_bare_one() { lost = lost + (has_both(*stepped_bare) ? 0 : 1); }

} // namespace

TEST_CASE("a handler that runs after each instruction of a change never misses a range") {
    async_signal_safe<ledger> poison;
    poison.update([](ledger& l) {
        l.add(page(1));
        l.add(page(9));
    });
    stepped = &poison;
    lost = 0;
    // Some that come before others, that join two, and that make the ledger widen; and a removal.
    for (const auto added : {page(0), page(5), page(3), page(8), page(20), between}) {
        const auto add = [&] { poison.update([=](ledger& l) { l.add(added); }); };
        CHECK(support::step_through(add, look) > 100);
        CHECK(lost == 0);
    }
    const auto replace = [&] { poison.update([](ledger& l) { l.replace(page(0)); }); };
    CHECK(support::step_through(replace, look) > 100);
    CHECK(lost == 0);
    CHECK(!poison.read().contains(page(0)));
}

TEST_CASE("in a ledger without that, a handler does miss one") {
    ledger bare;
    bare.add(page(1));
    bare.add(page(9));
    stepped_bare = &bare;
    lost = 0;
    support::step_through([&] { bare.add(between); }, look_at_the_bare_one);
    CHECK(lost > 0);
}

#else

TEST_CASE("a handler that runs after each instruction of a change" * doctest::skip()) {
    MESSAGE("skipped: this needs the trap flag of x86-64, and no thread sanitizer");
}

#endif
