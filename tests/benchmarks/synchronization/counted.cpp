// SPDX-License-Identifier: BSL-1.0
#include "policies.hpp"

#include <cstdio>

/// \file
/// A notification with each synchronization policy on a thread that is alone, for a tool that
/// counts the instructions inside of `measured_event`; see ../instructions/count.py.

using namespace benchmarks;

extern "C" [[gnu::noinline]] int operation_notified(int before) {
    asm volatile("");
    return before + 1;
}

namespace {

struct filesystem {
    int times = 0;
    result notify_failure(byte_range, flags) {
        times = operation_notified(times);
        return success;
    }
};

template <class Policy>
using device_of = basic_dax_device<static_holder<filesystem>, flags, Policy>;

template <class Policy>
[[gnu::noinline]] int notify(const void* device) {
    return static_cast<const device_of<Policy>*>(device)->notify_failure(page, {}).value();
}

} // namespace

extern "C" [[gnu::noinline]] int measured_event(int (*what)(const void*), const void* device) {
    const int answer = what(device);
    // Keeps the call above from being the last thing, which would be a jump out of here.
    asm volatile("");
    return answer;
}

int main() {
    const registered_thread ready;
    int wrong = 0;
    for (const bool is_held : {true, false})
        for_each_policy([&]<class Policy>(const char* name) {
            filesystem fs;
            device_of<Policy> device;
            if (is_held)
                wrong += !device.hold(fs).ok();
            const result expected = is_held ? success : unsupported_operation;
            // Once for the caches of the linker and what liburcu does at first.
            wrong += notify<Policy>(&device) != expected.value();
            wrong += measured_event(notify<Policy>, &device) != expected.value();
            std::printf("%s\t%s\n", is_held ? "notification" : "notification of nobody", name);
        });
    return wrong;
}
