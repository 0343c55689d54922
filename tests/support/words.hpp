// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/policy/words.hpp"

/// The words of the tables outside of a policy, for tests that try them one by one.
namespace spelled {

#define DAXHOLD_OPERATION(name, about, arguments, purpose)                                         \
    inline constexpr auto name = daxhold::words::name;
DAXHOLD_OPERATIONS(DAXHOLD_OPERATION)
#undef DAXHOLD_OPERATION

inline constexpr auto note_shutdown = daxhold::words::note_shutdown;
inline constexpr auto succeed = daxhold::words::succeed;
inline constexpr auto unsupported = daxhold::words::unsupported;
inline constexpr auto return_error = daxhold::words::return_error;
inline constexpr auto walk = daxhold::words::walk;
inline constexpr auto walk_in_core = daxhold::words::walk_in_core;
inline constexpr auto next = daxhold::words::next;
inline constexpr auto stop_with_lookup_error = daxhold::words::stop_with_lookup_error;
inline constexpr auto perform = [](auto own) { return daxhold::words::perform(own); };
inline constexpr auto attempt = [](const auto& c) { return daxhold::words::attempt(c); };
inline constexpr auto collect = [](const auto& c) { return daxhold::words::collect(c); };
inline constexpr auto refuse = [](int errno_value) { return daxhold::words::refuse(errno_value); };
inline constexpr auto stop = [](int errno_value) { return daxhold::words::stop(errno_value); };

} // namespace spelled
