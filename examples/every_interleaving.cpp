// SPDX-License-Identifier: BSL-1.0
// A filesystem of one's own that freezes itself while it is notified, beside an administrator who
// freezes it too: every interleaving, on the device that runs in production.

#include <daxhold/testing/explored_device.hpp>

#include <cstdio>
#include <utility>

using namespace daxhold;

struct shared { // all that the actors share
    testing::explored_cells<4> cells;
    testing::lifecycle<1> life;
    bool is_frozen = false;
    const char* broken = nullptr;
    constexpr const char* at_end() const { return is_frozen ? "nothing is left frozen" : nullptr; }
    friend constexpr bool operator==(const shared&, const shared&) = default;
};
using steps = testing::steps<shared>;

constexpr bool freeze(steps& s) {
    return s.take("freezes", [](shared& fs) { return !std::exchange(fs.is_frozen, true); });
}
constexpr void thaw(steps& s) {
    s.take("thaws", [](shared& fs) { fs.is_frozen = false; });
}

template <bool LooksWhetherItFroze>
struct filesystem {
    steps& taken;
    unsigned number;
    constexpr result notify_failure(byte_range, failure_flags<lineage::linux_6_8::mf_flags> flags) {
        const testing::explored_notification<shared> told{taken, number, cause_of(flags)};
        if (!freeze(taken) && LooksWhetherItFroze)
            return result::error(EBUSY);
        thaw(taken);
        return success;
    }
    using policy = testing::explored_synchronization<shared>;
    using device = testing::explored_device<shared, filesystem, 1, policy>;
    static constexpr void removal(steps& s) { device{s}.kill(); }
    static constexpr void failure(steps& s) { static_cast<void>(device{s}.notify()); }
};

constexpr void administrator(steps& s) {
    if (!freeze(s))
        return;
    s.take("makes a snapshot", [](shared& fs) {
        fs.broken = fs.is_frozen ? nullptr : "a freeze is not undone by another";
    });
    thaw(s);
}

constexpr shared mounted = testing::held_from_the_start(shared{});
using right = filesystem<true>;
using wrong = filesystem<false>;
static_assert(testing::explore(mounted, {administrator, right::removal}).kept());

int main() {
    const auto found = testing::explore(mounted, {administrator, wrong::removal});
    std::printf("broken: %s\n", found.law);
    for (std::size_t i = 0; i != found.trace_length; ++i)
        std::printf("  %u %s\n", found.trace[i].actor, found.trace[i].name);
    const auto four =
        testing::explore(mounted, {administrator, administrator, right::removal, right::failure});
    std::printf("kept by four, in %zu worlds\n", four.worlds);
    return four.kept() && !found.kept() ? 0 : 1;
}
