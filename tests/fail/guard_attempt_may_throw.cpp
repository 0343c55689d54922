// SPDX-License-Identifier: BSL-1.0
// EXPECT: what is guarded is noexcept: an exception would leave the guard behind
#include "daxhold/guard/sigbus_guard.hpp"

// A guarded access that may throw, and would leave its thread with a way back to a frame that is
// gone.
void look(daxhold::sigbus_guard<>& guard, const char* at, char& seen) {
#ifdef EXPECT_FAIL
    static_cast<void>(guard.attempt([&] { seen = *at; }));
#else
    static_cast<void>(guard.attempt([&]() noexcept { seen = *at; }));
#endif
}
