// SPDX-License-Identifier: BSL-1.0
#include "policies.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

/// \file
/// How long a notification takes, and how long a put and a hold wait while four threads notify,
/// with each synchronization policy; as a table.

namespace {

using namespace benchmarks;
using clock_type = std::chrono::steady_clock;
using seconds = std::chrono::duration<double>;

/// As long as a notification takes while others wait for it: asleep, so that no processor is
/// missing.
constexpr std::chrono::microseconds one_notification{2000};
/// In notifications: longer is for ever.
constexpr int for_ever = 500;

struct quick {
    result notify_failure(byte_range, flags) {
        asm volatile(""); // is called, and does nothing
        return success;
    }
};
struct slow {
    result notify_failure(byte_range, flags) {
        std::this_thread::sleep_for(one_notification);
        return success;
    }
};

template <class Policy, class Holder>
using device_of = basic_dax_device<static_holder<Holder>, flags, Policy>;

/// The nanoseconds of a notification where `count` threads notify; the median of a few.
template <class Policy>
double nanoseconds(int count) {
    std::vector<double> medians;
    for (int repetition = 0; repetition != 5; ++repetition) {
        quick holder;
        device_of<Policy, quick> device;
        static_cast<void>(device.hold(holder));
        std::atomic<int> ready{0};
        std::atomic<bool> is_over{false};
        std::atomic<long> notifications{0};
        std::vector<std::thread> threads;
        for (int i = 0; i != count; ++i)
            threads.emplace_back([&] {
                const registered_thread registered;
                ++ready;
                while (ready != count)
                    ;
                long mine = 0;
                for (; !is_over; mine += 1000)
                    for (int each = 0; each != 1000; ++each)
                        static_cast<void>(device.notify_failure(page, {}));
                notifications += mine;
            });
        while (ready != count)
            ;
        const auto begin = clock_type::now();
        std::this_thread::sleep_for(std::chrono::milliseconds{30});
        is_over = true;
        const auto took = clock_type::now() - begin;
        for (auto& thread : threads)
            thread.join();
        medians.push_back(seconds(took).count() * 1e9 * count /
                          static_cast<double>(notifications.load()));
    }
    std::sort(medians.begin(), medians.end());
    return medians[medians.size() / 2];
}

/// How long `wait(device, holder)` takes while four threads notify, in notifications: the median,
/// and the longest.
template <class Policy, class Wait>
std::string waited(Wait wait) {
    constexpr int repetitions = 7;
    slow holder;
    device_of<Policy, slow> device;
    static_cast<void>(device.hold(holder));
    std::atomic<bool> is_over{false};
    std::vector<std::thread> threads;
    for (int i = 0; i != 4; ++i)
        threads.emplace_back([&, i] {
            const registered_thread registered;
            std::this_thread::sleep_for(one_notification * i / 4);
            while (!is_over)
                if (device.notify_failure(page, {}) == unsupported_operation)
                    std::this_thread::sleep_for(one_notification /
                                                8); // leaves a processor to others
        });
    std::vector<double> took;
    std::atomic<int> done{0};
    threads.emplace_back([&] {
        const registered_thread registered;
        while (done != repetitions && !is_over) {
            std::this_thread::sleep_for(2 * one_notification);
            const auto begin = clock_type::now();
            wait(device, holder);
            took.push_back(seconds(clock_type::now() - begin) / seconds(one_notification));
            static_cast<void>(device.hold(holder));
            ++done;
        }
    });
    const auto begin = clock_type::now();
    while (done != repetitions && clock_type::now() - begin < for_ever * one_notification)
        std::this_thread::sleep_for(one_notification);
    const bool is_starved = done != repetitions;
    is_over = true;
    for (auto& thread : threads)
        thread.join();
    if (is_starved)
        return "until they were stopped, after " + std::to_string(for_ever);
    std::sort(took.begin(), took.end());
    char text[64];
    std::snprintf(text, sizeof text, "%.1f (%.1f)", took[repetitions / 2], took.back());
    return text;
}

} // namespace

int main() {
    std::puts(
        "| policy | a notification | of two threads at once | a put waits, in notifications | "
        "a hold that is refused |\n|--|--:|--:|--:|--:|");
    for_each_policy([]<class Policy>(const char* name) {
        const std::string code = std::string{"`"} + name + "`";
        if constexpr (Policy::domain == synchronization_domain::thread) {
            std::printf("| %s | %.1f ns | | | |\n", code.c_str(), nanoseconds<Policy>(1));
        } else {
            const auto put = waited<Policy>(
                [](auto& device, auto& holder) { static_cast<void>(device.put(holder)); });
            const auto hold = waited<Policy>([](auto& device, auto& holder) {
                static_cast<void>(device.hold(holder)); // -EBUSY
            });
            std::printf("| %s | %.1f ns | %.1f ns | %s | %s |\n", code.c_str(),
                        nanoseconds<Policy>(1), nanoseconds<Policy>(2), put.c_str(), hold.c_str());
        }
    });
}
