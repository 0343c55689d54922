// SPDX-License-Identifier: BSL-1.0
#include "events.hpp"

#include <cstdio>

/// \file
/// Lets every event happen to every version, each once for the caches of the linker and the heap
/// and once inside of `measured_event`, whose instructions a tool counts. Prints which event of
/// which version each call of it was.

extern "C" [[gnu::noinline]] int measured_event(const events::event& e, sample_stack* stack) {
    const int answer = events::tell(e, stack);
    // Keeps the call above from being the last thing, which would be a jump out of here.
    asm volatile("");
    return answer;
}

int main() {
    for (const auto& e : events::all)
        for (const auto& v : events::versions) {
            sample_stack* first = events::prepare(e, v);
            sample_stack* second = events::prepare(e, v);
            const int expected = events::tell(e, first);
            const int answer = measured_event(e, second);
            std::printf("%s\t%s\n", e.name, v.name);
            first->destroy(first);
            second->destroy(second);
            if (answer != expected) {
                std::fprintf(stderr, "%s, %s: %d and then %d\n", e.name, v.name, expected, answer);
                return 1;
            }
        }
}
