// SPDX-License-Identifier: BSL-1.0
#include "daxhold/device/shared_mutex.hpp"

#include "daxhold/device/any_holder.hpp"
#include "daxhold/device/registration.hpp"
#include "daxhold/device/static_holder.hpp"
#include "daxhold/event/lineages.hpp"

#include "../support/both.hpp"

#include <atomic>
#include <chrono>
#include <memory>
#include <thread>
#include <vector>

using namespace daxhold;

namespace {

using flags = failure_flags<lineage::linux_6_8::mf_flags>;
using device_type = basic_dax_device<any_holder<flags>, flags, shared_mutex_synchronization>;

constexpr byte_range page{4096, 4096};

// What no thread may ever see.
struct violations {
    std::atomic<int> called_while_not_held{0};
    std::atomic<int> called_after_the_kill{0};
    std::atomic<int> operations_of_another_type{0};
    std::atomic<int> told_of_the_removal{0};
    std::atomic<bool> killed{false};
};

// The operations of each number are different functions: they must meet their own data.
template <int Number>
struct numbered_holder {
    explicit numbered_holder(violations& where) : seen{&where} {}

    result notify_failure(byte_range, flags f) {
        if (number != Number)
            ++seen->operations_of_another_type;
        if (!held)
            ++seen->called_while_not_held;
        if (seen->killed)
            ++seen->called_after_the_kill;
        if (cause_of(f) == cause::removal)
            ++seen->told_of_the_removal;
        std::this_thread::yield();
        return result::error(Number);
    }

    violations* seen;
    int number = Number;
    std::atomic<bool> held{true};
};

// Mounts and unmounts; every holder's memory is freed as soon as it has been put.
template <int Number>
void mount_and_unmount(device_type& device, violations& seen, std::atomic<int>& wrong_puts,
                       int times) {
    for (int i = 0; i < times; ++i) {
        const auto holder = std::make_unique<numbered_holder<Number>>(seen);
        auto mounted = fs_dax_get(device, *holder);
        if (!mounted)
            continue;
        std::this_thread::yield();
        if (is_error(mounted.put()))
            ++wrong_puts;
        holder->held = false;
    }
}

void notify(const device_type& device, std::atomic<int>& strange_answers, int times) {
    for (int i = 0; i < times; ++i) {
        const result answer = dax_holder_notify_failure(device, page, {});
        if (answer != unsupported_operation && answer != no_such_device && answer.value() != -1 &&
            answer.value() != -2)
            ++strange_answers;
    }
}

} // namespace

TEST_CASE("a shared mutex is a policy") {
    CHECK_BOTH(synchronization<shared_mutex_synchronization, int>);
    shared_mutex_synchronization::cell<int> cell;
    CHECK(cell.read([](int value) { return value; }) == 0);
    CHECK(cell.update([](int& value) { return value++; }) == 0);
    CHECK(cell.read([](int value) { return value; }) == 1);
}

TEST_CASE("get, put, notify and kill at the same time") {
    for (int round = 0; round < 60; ++round) {
        violations seen;
        std::atomic<int> wrong_puts{0};
        std::atomic<int> strange_answers{0};
        device_type device;
        std::vector<std::thread> threads;
        threads.emplace_back([&] { mount_and_unmount<1>(device, seen, wrong_puts, 100); });
        threads.emplace_back([&] { mount_and_unmount<2>(device, seen, wrong_puts, 100); });
        threads.emplace_back([&] { notify(device, strange_answers, 200); });
        threads.emplace_back([&] { notify(device, strange_answers, 200); });
        threads.emplace_back([&] {
            for (int i = 0; i < round; ++i)
                std::this_thread::yield();
            (void)kill_dax(device);
            seen.killed = true;
        });
        for (auto& thread : threads)
            thread.join();
        REQUIRE(seen.called_while_not_held == 0);
        REQUIRE(seen.called_after_the_kill == 0);
        REQUIRE(seen.operations_of_another_type == 0);
        REQUIRE(seen.told_of_the_removal <= 1);
        REQUIRE(wrong_puts == 0);
        REQUIRE(strange_answers == 0);
        REQUIRE(!device.alive());
        REQUIRE(!device.holder());
    }
}

TEST_CASE("of many who kill one device, one does, and its holder hears of it once") {
    for (int round = 0; round < 100; ++round) {
        violations seen;
        numbered_holder<3> holder{seen};
        device_type device;
        auto mounted = fs_dax_get(device, holder);
        std::atomic<int> first{0};
        std::atomic<int> late{0};
        std::vector<std::thread> threads;
        for (int i = 0; i < 3; ++i)
            threads.emplace_back([&] {
                const result answer = kill_dax(device);
                first += answer.value() == -3;
                late += answer == no_such_device;
            });
        for (auto& thread : threads)
            thread.join();
        REQUIRE(first == 1);
        REQUIRE(late == 2);
        REQUIRE(seen.told_of_the_removal == 1);
        REQUIRE(mounted.put() == put_outcome::device_died_first);
    }
}

namespace {

// Stays inside of its notification until it is let go.
struct slow_holder {
    std::atomic<bool> inside{false};
    std::atomic<bool> may_leave{false};
    std::atomic<bool> left{false};

    result notify_failure(byte_range, flags) {
        inside = true;
        while (!may_leave)
            std::this_thread::yield();
        left = true;
        return success;
    }
};

using slow_device =
    basic_dax_device<static_holder<slow_holder>, flags, shared_mutex_synchronization>;

// Whether `leave(device)` comes back while a notification is inside.
template <class Leave>
void waits_for_those_inside(slow_device& device, slow_holder& holder, Leave leave) {
    std::thread notifier{[&] { (void)dax_holder_notify_failure(device, page, {}); }};
    while (!holder.inside)
        std::this_thread::yield();
    std::atomic<bool> back{false};
    std::atomic<bool> back_too_early{false};
    std::thread leaver{[&] {
        leave();
        back_too_early = !holder.left;
        back = true;
    }};
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
    CHECK(!back);
    holder.may_leave = true;
    leaver.join();
    notifier.join();
    CHECK(!back_too_early);
}

} // namespace

TEST_CASE("put comes back when the notification that was running has left") {
    slow_holder holder;
    slow_device device;
    auto mounted = fs_dax_get(device, holder);
    waits_for_those_inside(device, holder, [&] { CHECK(mounted.put() == put_outcome::done); });
    CHECK(!device.holder());
}

TEST_CASE("kill_dax comes back when the notification that was running has left") {
    slow_holder holder;
    slow_device device;
    auto mounted = fs_dax_get(device, holder);
    waits_for_those_inside(device, holder, [&] { CHECK(kill_dax(device) == success); });
    CHECK(mounted.put() == put_outcome::device_died_first);
}
