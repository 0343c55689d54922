// SPDX-License-Identifier: BSL-1.0
#include "daxhold/device/teardown.hpp"

#include "daxhold/device/static_holder.hpp"
#include "daxhold/event/lineages.hpp"

#include "../support/both.hpp"

#include <string>

using namespace daxhold;

namespace {

using flags = failure_flags<lineage::linux_6_8::mf_flags>;
using step = teardown_step;

// Everything that happens in an unbind, in its order, one letter each.
struct events {
    char letters[16]{};
    std::size_t size = 0;
    constexpr void add(char letter) { letters[size++] = letter; }
    constexpr bool are(const char* expected) const {
        std::size_t i = 0;
        while (i < size && expected[i] == letters[i])
            ++i;
        return i == size && expected[i] == '\0';
    }
};

struct filesystem {
    events* happened;
    constexpr result notify_failure(byte_range range, flags f) {
        happened->add(range.is_whole_device() && cause_of(f) == cause::removal ? 'N' : '?');
        return result::error(EBUSY); // an objection, which nobody heeds
    }
};

struct driver {
    events* happened;
    constexpr result flush() {
        happened->add('f');
        return result::error(EIO); // ignored
    }
    constexpr void remove_host() { happened->add('h'); }
    constexpr void put_dax() { happened->add('p'); }
    constexpr void delete_disk() { happened->add('d'); }
};
struct no_driver {
    void flush();
    void remove_host();
    void put_dax();
};

using device_type = basic_dax_device<static_holder<filesystem>, flags>;

constexpr char letter_of(step one) {
    switch (one) {
    case step::flush:
        return 'F';
    case step::kill_dax:
        return 'K';
    case step::remove_host:
        return 'H';
    case step::put_dax:
        return 'P';
    case step::delete_disk:
        return 'D';
    }
    return '?';
}

template <class Order>
constexpr bool happens(const char* expected) {
    events happened;
    filesystem fs{&happened};
    device_type device;
    (void)device.hold(fs);
    const auto answer =
        unbind<Order>(device, driver{&happened}, [&](step one) { happened.add(letter_of(one)); });
    return happened.are(expected) && answer == result::error(EBUSY) && !device.alive();
}

template <class Order>
constexpr bool happens_unobserved(const char* expected) {
    events happened;
    filesystem fs{&happened};
    device_type device;
    (void)device.hold(fs);
    driver host{&happened};
    return unbind<Order>(device, host) == result::error(EBUSY) && happened.are(expected);
}

template <std::size_t Size>
constexpr teardown_fault fault_of(const teardown_step (&steps)[Size]) {
    return check(steps, Size);
}

} // namespace

TEST_CASE("the two orders that the kernel had") {
    CHECK_BOTH(seed_teardown::fault == teardown_fault::none);
    CHECK_BOTH(linux_teardown::fault == teardown_fault::none);
    CHECK_BOTH(happens<seed_teardown>("FfKNHhPpDd"));
    CHECK_BOTH(happens<linux_teardown>("FfHhKNPpDd"));
    CHECK_BOTH(happens_unobserved<seed_teardown>("fNhpd"));
    CHECK_BOTH(happens_unobserved<linux_teardown>("fhNpd"));
}

TEST_CASE("a step that is left out is not done") {
    CHECK_BOTH(happens<teardown_order<step::kill_dax>>("KN"));
}

TEST_CASE("which rule an order breaks, looked for in the documented order") {
    CHECK_BOTH(check(nullptr, 0) == teardown_fault::lacks_kill_dax);
    CHECK_BOTH(teardown_order<>::fault == teardown_fault::lacks_kill_dax);
    CHECK_BOTH(fault_of({step::flush}) == teardown_fault::lacks_kill_dax);
    CHECK_BOTH(fault_of({step::put_dax, step::delete_disk}) == teardown_fault::lacks_kill_dax);
    CHECK_BOTH(fault_of({step::put_dax, step::kill_dax}) ==
               teardown_fault::puts_a_device_that_is_alive);
    CHECK_BOTH(fault_of({step::delete_disk, step::put_dax, step::kill_dax}) ==
               teardown_fault::puts_a_device_that_is_alive);
    CHECK_BOTH(fault_of({step::delete_disk, step::kill_dax, step::put_dax}) ==
               teardown_fault::kills_after_the_disk_is_gone);
    CHECK_BOTH(fault_of({step::flush, step::flush}) == teardown_fault::has_a_step_twice);
    CHECK_BOTH(fault_of({step::put_dax, step::kill_dax, step::put_dax}) ==
               teardown_fault::has_a_step_twice);
    CHECK_BOTH(fault_of({step::flush, step::flush, static_cast<step>(5)}) ==
               teardown_fault::has_a_step_that_is_unknown);
    CHECK_BOTH(fault_of({static_cast<step>(-1), step::kill_dax}) ==
               teardown_fault::has_a_step_that_is_unknown);
    CHECK_BOTH(fault_of({step::kill_dax, step::delete_disk, step::put_dax, step::flush,
                         step::remove_host}) == teardown_fault::none);
}

TEST_CASE(
    "of all orders of all five steps, those that kill first what they put or delete are good") {
    int good = 0;
    bool right = true;
    for (int number = 0; number < 5 * 5 * 5 * 5 * 5; ++number) {
        step steps[5]{};
        int position[5]{-1, -1, -1, -1, -1};
        bool twice = false;
        for (int i = 0, rest = number; i < 5; ++i, rest /= 5) {
            twice = twice || position[rest % 5] >= 0;
            position[rest % 5] = i;
            steps[i] = static_cast<step>(rest % 5);
        }
        const auto at = [&](step one) { return position[static_cast<int>(one)]; };
        const bool expected = !twice && at(step::kill_dax) < at(step::put_dax) &&
                              at(step::kill_dax) < at(step::delete_disk);
        right = right && (check(steps, 5) == teardown_fault::none) == expected;
        good += expected;
    }
    CHECK(right);
    CHECK(good == 40); // a third of 5!
}

TEST_CASE("a host does every step but the kill") {
    CHECK_BOTH(teardown_host<driver>);
    CHECK_BOTH(!teardown_host<no_driver>);
    CHECK_BOTH(!teardown_host<int>);
}

TEST_CASE("the call trace has the kernel's names") {
    CHECK(std::string{describe(step::flush)} == "nvdimm_flush");
    CHECK(std::string{describe(step::kill_dax)} == "kill_dax");
    CHECK(std::string{describe(step::remove_host)} == "dax_remove_host");
    CHECK(std::string{describe(step::put_dax)} == "put_dax");
    CHECK(std::string{describe(step::delete_disk)} == "del_gendisk");
}
