// SPDX-License-Identifier: BSL-1.0
#include "daxhold/device/srcu.hpp"

#include "device_among_threads.hpp"
#include "single_step.hpp"

using namespace among_threads;

namespace {

using policy = srcu_synchronization;

} // namespace

TEST_CASE("SRCU of our own is a policy") { is_a_cell<policy>(); }

TEST_CASE("get, put, notify and kill at the same time") {
    everything_at_once<policy, plain_thread>(40);
}

TEST_CASE("put and kill come back when the notification that was running has left") {
    waits_for_those_inside<policy, plain_thread>();
}

TEST_CASE("hold waits for no notification") { hold_waits_for_nobody<policy, plain_thread>(); }

TEST_CASE("a holder that throws leaves its device as one that answers") {
    holder_throws<policy, plain_thread>();
}

TEST_CASE("a device takes the one above with it, each having a cell of its own") {
    CHECK(kill_the_upper_from_inside_of_the_lower<policy, plain_thread>() == success);
}

TEST_CASE("a put waits for those who are inside, and for none that comes after") {
    constexpr unsigned for_ever = 1'000'000;
    CHECK(handed_over_during_a_put<policy, plain_thread>(for_ever) < for_ever);
}

namespace {

/// Asks its device, from inside of its own notification.
struct looks_back {
    const basic_dax_device<static_holder<looks_back>, flags, policy>* device = nullptr;
    bool is_alive = false;
    result notify_failure(byte_range, flags) {
        is_alive = device->alive();
        return success;
    }
};

} // namespace

TEST_CASE("read sections nest") {
    basic_dax_device<static_holder<looks_back>, flags, policy> device;
    looks_back holder{&device};
    CHECK(device.hold(holder) == success);
    CHECK(dax_holder_notify_failure(device, page, {}) == success);
    CHECK(holder.is_alive);
    CHECK(device.put(holder) == put_outcome::done);
}

TEST_CASE("an update waits where three older values are still being read, and then goes on") {
    policy::cell<int> cell;
    std::atomic<int> inside{0};
    std::atomic<bool> may_leave{false};
    threads<plain_thread> readers;
    for (int i = 0; i < 3; ++i) {
        readers.start([&] {
            cell.read([&](int now) {
                ++inside;
                await(may_leave);
                return now;
            });
        });
        while (inside != i + 1)
            std::this_thread::yield();
        cell.update([](int& now) { ++now; });
    }
    cell.update([](int&) {}); // nothing to be written
    std::atomic<bool> is_updated{false};
    readers.start([&] {
        cell.update([](int& now) { ++now; });
        is_updated = true;
    });
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
    CHECK(cell.read([](int now) { return now; }) == 3); // a reader waits for nobody
    CHECK(!is_updated);
    may_leave = true;
    readers.join();
    CHECK(cell.read([](int now) { return now; }) == 4);
}

#if CAN_STEP_THROUGH

namespace {

// A device that a handler notifies, whatever its thread is just doing with it.
const slow_device<policy>* stepped = nullptr;
volatile unsigned long told = 0;
volatile unsigned long strange = 0;

void notify_from_the_handler() {
    const result answer = dax_holder_notify_failure(*stepped, page, {});
    told = told + (answer == success ? 1 : 0);
    const bool is_strange =
        answer != success && answer != unsupported_operation && answer != no_such_device;
    strange = strange + (is_strange ? 1 : 0);
}

} // namespace

TEST_CASE("a signal handler notifies after each instruction of a hold, a put, and a kill") {
    slow_holder holder;
    holder.may_leave = true;
    slow_device<policy> device;
    stepped = &device;
    CHECK(support::step_through([&] { (void)device.hold(holder); }, notify_from_the_handler) > 100);
    const unsigned long in_hold = told;
    CHECK(in_hold > 0);
    CHECK(support::step_through([&] { (void)device.put(holder); }, notify_from_the_handler) > 100);
    CHECK(told > in_hold);
    CHECK(device.hold(holder) == success);
    CHECK(support::step_through([&] { (void)device.kill(); }, notify_from_the_handler) > 100);
    CHECK(holder.told_of_the_removal == 1);
    CHECK(!device.alive());
    CHECK(strange == 0);
}

#else

TEST_CASE("a signal handler notifies after each instruction" * doctest::skip()) {
    MESSAGE("skipped: this needs the trap flag of x86-64, and no thread sanitizer");
}

#endif
