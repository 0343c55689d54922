// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <daxhold/device/any_holder.hpp>
#include <daxhold/device/mapped.hpp>
#include <daxhold/device/partition.hpp>
#include <daxhold/device/registration.hpp>
#include <daxhold/device/static_holder.hpp>
#include <daxhold/device/teardown.hpp>
#include <daxhold/event/lineages.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <thread>
#include <vector>

/// What every synchronization policy for threads is tried with. Nothing here compares times: a test
/// waits until the others are where it wants them.
namespace among_threads {

using namespace daxhold;

using flags = failure_flags<lineage::linux_6_8::mf_flags>;
inline constexpr byte_range page{4096, 4096};

/// What a thread has to have ready for a policy: nothing.
struct plain_thread {};

/// Starts threads that are made ready for the policy by a `Ready` each, and waits for their end.
template <class Ready>
class threads {
public:
    threads() = default;
    threads(const threads&) = delete;
    threads& operator=(const threads&) = delete;
    ~threads() { join(); }

    template <class Body>
    void start(Body body) {
        running_.emplace_back([body] {
            [[maybe_unused]] const Ready ready{};
            body();
        });
    }
    void join() {
        for (auto& thread : running_)
            thread.join();
        running_.clear();
    }

private:
    std::vector<std::thread> running_;
};

inline void await(const std::atomic<bool>& flag) {
    while (!flag)
        std::this_thread::yield();
}

/// What no thread may ever see.
struct violations {
    std::atomic<int> called_while_not_held{0};
    std::atomic<int> called_after_the_kill{0};
    std::atomic<int> operations_of_another_type{0};
    std::atomic<int> told_of_the_removal{0};
    std::atomic<int> wrong_puts{0};
    std::atomic<int> strange_answers{0};
    std::atomic<bool> killed{false};
};

/// The operations of each number are different functions: they must meet their own data.
template <int Number>
struct numbered_holder {
    explicit numbered_holder(violations& where) : seen{&where} {}

    result notify_failure(byte_range, flags f) {
        ++heard;
        if (number != Number)
            ++seen->operations_of_another_type;
        if (!held)
            ++seen->called_while_not_held;
        if (seen->killed)
            ++seen->called_after_the_kill;
        if (cause_of(f) == cause::removal)
            ++seen->told_of_the_removal;
        std::this_thread::yield();
        if (!held)
            ++seen->called_while_not_held;
        return result::error(Number);
    }

    violations* seen;
    int number = Number;
    std::atomic<int> heard{0};
    std::atomic<bool> held{true};
};

/// Mounts and unmounts; every holder's memory is freed as soon as it has been put.
template <int Number, class Device>
void mount_and_unmount(Device& device, violations& seen, int times) {
    for (int i = 0; i < times; ++i) {
        const auto holder = std::make_unique<numbered_holder<Number>>(seen);
        auto mounted = fs_dax_get(device, *holder);
        if (!mounted)
            continue;
        std::this_thread::yield();
        if (is_error(mounted.put()))
            ++seen.wrong_puts;
        holder->held = false;
    }
}

template <class Device>
void notify(const Device& device, violations& seen, int times) {
    for (int i = 0; i < times; ++i) {
        const result answer = dax_holder_notify_failure(device, page, {});
        if (answer != unsupported_operation && answer != no_such_device && answer.value() != -1 &&
            answer.value() != -2)
            ++seen.strange_answers;
    }
}

/// Get, put, notify and kill at the same time.
template <class Policy, class Ready>
void everything_at_once(int rounds) {
    for (int round = 0; round < rounds; ++round) {
        violations seen;
        basic_dax_device<any_holder<flags>, flags, Policy> device;
        {
            threads<Ready> all;
            all.start([&] { mount_and_unmount<1>(device, seen, 50); });
            all.start([&] { mount_and_unmount<2>(device, seen, 50); });
            all.start([&] { notify(device, seen, 100); });
            all.start([&] { notify(device, seen, 100); });
            for (int killer = 0; killer < 2; ++killer)
                all.start([&] {
                    for (int i = 0; i < round; ++i)
                        std::this_thread::yield();
                    (void)kill_dax(device);
                    seen.killed = true;
                });
        }
        REQUIRE(seen.called_while_not_held == 0);
        REQUIRE(seen.called_after_the_kill == 0);
        REQUIRE(seen.operations_of_another_type == 0);
        REQUIRE(seen.told_of_the_removal <= 1);
        REQUIRE(seen.wrong_puts == 0);
        REQUIRE(seen.strange_answers == 0);
        [[maybe_unused]] const Ready ready{};
        REQUIRE(!device.alive());
        REQUIRE(!device.holder());
    }
}

/// Stays inside of its notification until it is let go.
struct slow_holder {
    std::atomic<bool> inside{false};
    std::atomic<bool> may_leave{false};
    std::atomic<bool> left{false};
    std::atomic<int> told_of_the_removal{0};

    result notify_failure(byte_range, flags f) {
        told_of_the_removal += cause_of(f) == cause::removal;
        inside = true;
        await(may_leave);
        left = true;
        return success;
    }
};

template <class Policy>
using slow_device = basic_dax_device<static_holder<slow_holder>, flags, Policy>;

/// Whether `leave()` comes back only after a holder, told by `tell()`, has left.
template <class Ready, class Tell, class Leave>
void waits_for_the_one_inside(slow_holder& holder, Tell tell, Leave leave) {
    std::atomic<bool> back{false};
    std::atomic<bool> back_too_early{false};
    threads<Ready> both;
    both.start(tell);
    await(holder.inside);
    both.start([&] {
        leave();
        back_too_early = !holder.left;
        back = true;
    });
    // Long enough for one that does not wait; for one that does, any length is right.
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
    CHECK(!back);
    holder.may_leave = true;
    both.join();
    CHECK(!back_too_early);
}

struct driver {
    slow_holder* holder;
    bool deleted_after_the_holder_was_told = false;
    void flush() {}
    void remove_host() {}
    void put_dax() {}
    void delete_disk() { deleted_after_the_holder_was_told = holder->left; }
};

template <class Policy, class Ready>
void waits_for_those_inside() {
    [[maybe_unused]] const Ready ready{};
    SUBCASE("a put") {
        slow_holder holder;
        slow_device<Policy> device;
        auto mounted = fs_dax_get(device, holder);
        waits_for_the_one_inside<Ready>(
            holder, [&] { (void)dax_holder_notify_failure(device, page, {}); },
            [&] { CHECK(mounted.put() == put_outcome::done); });
        CHECK(!device.holder());
    }
    SUBCASE("a kill") {
        slow_holder holder;
        slow_device<Policy> device;
        auto mounted = fs_dax_get(device, holder);
        waits_for_the_one_inside<Ready>(
            holder, [&] { (void)dax_holder_notify_failure(device, page, {}); },
            [&] { CHECK(kill_dax(device) == success); });
        CHECK(mounted.put() == put_outcome::device_died_first);
        CHECK(holder.told_of_the_removal == 1);
    }
    SUBCASE("a second kill, and an unbind that comes second") {
        slow_holder holder;
        slow_device<Policy> device;
        auto mounted = fs_dax_get(device, holder);
        driver second{&holder};
        waits_for_the_one_inside<Ready>(
            holder, [&] { CHECK(kill_dax(device) == success); },
            [&] { CHECK(unbind<linux_teardown>(device, second) == no_such_device); });
        CHECK(second.deleted_after_the_holder_was_told);
        CHECK(holder.told_of_the_removal == 1);
        CHECK(mounted.put() == put_outcome::device_died_first);
    }
}

/// A hold that is refused, or that finds the device free, waits for no notification. (One that did
/// would wait here for ever.)
template <class Policy, class Ready>
void hold_waits_for_nobody() {
    [[maybe_unused]] const Ready ready{};
    slow_holder holder;
    slow_holder next;
    slow_device<Policy> device;
    auto mounted = fs_dax_get(device, holder);
    threads<Ready> others;
    others.start([&] { (void)dax_holder_notify_failure(device, page, {}); });
    await(holder.inside);
    CHECK(fs_dax_get(device, next).result() == result::error(EBUSY));
    std::atomic<bool> is_put{false};
    others.start([&] {
        CHECK(mounted.put() == put_outcome::done);
        is_put = true;
    });
    while (device.holder())
        std::this_thread::yield();
    CHECK(device.hold(next) == success);
    CHECK(!is_put);
    holder.may_leave = true;
    others.join();
    next.may_leave = true;
    CHECK(dax_holder_notify_failure(device, page, {}) == success);
    CHECK(device.put(next) == put_outcome::done);
}

/// Those who notify hand over to each other: one leaves when the next one is inside, so that there
/// is no moment in which nobody is.
struct relay {
    std::atomic<unsigned> begun{0};
    std::atomic<bool> nobody_comes{false};

    result notify_failure(byte_range, flags) {
        const unsigned mine = ++begun;
        while (begun == mine && !nobody_comes)
            std::this_thread::yield();
        return success;
    }
};

/// How many notifications begin, at least, while a put waits that would wait for ever if it were
/// not ended after `most`.
template <class Policy, class Ready>
unsigned handed_over_during_a_put(unsigned most) {
    [[maybe_unused]] const Ready ready{};
    relay holder;
    basic_dax_device<static_holder<relay>, flags, Policy> device;
    auto mounted = fs_dax_get(device, holder);
    std::atomic<bool> is_put{false};
    threads<Ready> all;
    for (int i = 0; i < 4; ++i)
        all.start([&] {
            while (!is_put && holder.begun < most)
                if (dax_holder_notify_failure(device, page, {}) == unsupported_operation)
                    holder.nobody_comes = true; // it was put, as far as those who come can see
            holder.nobody_comes = true;
        });
    while (holder.begun < 2)
        std::this_thread::yield();
    CHECK(mounted.put() == put_outcome::done);
    const unsigned begun = holder.begun;
    is_put = true;
    return begun;
}

/// A holder of the lower device that, told of its removal, takes the upper device away too.
template <class Policy>
struct kills_the_one_above {
    slow_device<Policy>* upper;
    result notify_failure(byte_range, flags) { return kill_dax(*upper); }
};

template <class Policy, class Ready>
result kill_the_upper_from_inside_of_the_lower() {
    [[maybe_unused]] const Ready ready{};
    slow_holder top;
    top.may_leave = true;
    slow_device<Policy> upper;
    basic_dax_device<static_holder<kills_the_one_above<Policy>>, flags, Policy> lower;
    kills_the_one_above<Policy> between{&upper};
    auto mounted = fs_dax_get(upper, top);
    auto stacked = fs_dax_get(lower, between);
    const result answer = kill_dax(lower);
    CHECK(mounted.put() == put_outcome::device_died_first);
    CHECK(stacked.put() == put_outcome::device_died_first);
    CHECK(top.told_of_the_removal == 1);
    return answer;
}

/// Throws, whatever it is told.
struct throws {
    result notify_failure(byte_range, flags) { throw 1; }
};

/// Every section that an exception leaves is at its end: a put after it would wait for ever else.
template <class Policy, class Ready>
void holder_throws() {
    [[maybe_unused]] const Ready ready{};
    throws holder;
    basic_dax_device<static_holder<throws>, flags, Policy> device;
    CHECK(device.hold(holder) == success);
    CHECK_THROWS_AS((void)dax_holder_notify_failure(device, page, {}), int);
    CHECK(device.put(holder) == put_outcome::done);
    auto mounted = fs_dax_get(device, holder);
    CHECK_THROWS_AS((void)kill_dax(device), int);
    CHECK(!device.alive());
    CHECK(!device.holder());
    CHECK(kill_dax(device) == no_such_device);
    CHECK(dax_holder_notify_failure(device, page, {}) == no_such_device);
    CHECK(mounted.put() == put_outcome::device_died_first);
}

/// The value that is read is what was written, also by an update that throws nothing away.
template <class Policy>
void is_a_cell() {
    static_assert(synchronization<Policy, int>);
    typename Policy::template cell<int> cell;
    const auto value = [](int now) { return now; };
    CHECK(cell.read(value) == 0);
    CHECK(cell.update([](int& now) { return now++; }) == 0);
    CHECK(cell.read(value) == 1);
    for (int i = 1; i < 20; ++i) {
        CHECK(cell.update_and_wait([](int& now) { return now++; }) == i);
        cell.update([](int&) {});
        CHECK(cell.read(value) == i + 1);
    }
    cell.update_and_wait([](int& now) { now = 7; });
    cell.wait_until([](int now) { return now == 7; });
    CHECK(cell.read(value) == 7);
}

} // namespace among_threads
