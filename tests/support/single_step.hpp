// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <doctest/doctest.h>

#include <csignal>

/// Calls something in a signal handler after each single instruction of something else, by the trap
/// flag of x86-64. Not with the thread sanitizer, whose own code is not made for that.
#if defined(__x86_64__) && !defined(__SANITIZE_THREAD__)
#    define CAN_STEP_THROUGH 1
#else
#    define CAN_STEP_THROUGH 0
#endif

namespace support {

inline void (*after_each_instruction)() = nullptr;
inline volatile unsigned long instructions = 0;

inline void on_trap(int) {
    instructions = instructions + 1;
    after_each_instruction();
}

#if CAN_STEP_THROUGH

/// Runs `body`, and after each of its instructions `then()`, which calls nothing that a signal
/// handler may not; returns how many instructions there were. (What lies below the stack is left
/// alone, where the compiler may keep something.)
template <class Body>
unsigned long step_through(Body body, void (*then)()) {
    struct sigaction before {};
    struct sigaction here {};
    here.sa_handler = on_trap;
    after_each_instruction = then;
    instructions = 0;
    REQUIRE(sigaction(SIGTRAP, &here, &before) == 0);
    __asm__ volatile("lea -128(%%rsp), %%rsp\n\tpushfq\n\torq $0x100, (%%rsp)\n\tpopfq\n\t"
                     "lea 128(%%rsp), %%rsp"
                     :
                     :
                     : "cc", "memory");
    body();
    __asm__ volatile("lea -128(%%rsp), %%rsp\n\tpushfq\n\tandq $~0x100, (%%rsp)\n\tpopfq\n\t"
                     "lea 128(%%rsp), %%rsp"
                     :
                     :
                     : "cc", "memory");
    REQUIRE(sigaction(SIGTRAP, &before, nullptr) == 0);
    return instructions;
}

#endif

} // namespace support
