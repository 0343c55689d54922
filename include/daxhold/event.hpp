// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What happened: a range of bytes, flags that tell why, and the result that answers.
/// (event/error_code.hpp is for those who want std::error_code, and is not included here.)
///
/// **Threads, signal handlers, exceptions.** Plain values: while one thread changes an object,
/// nobody else uses that object, not even a signal handler; `async_signal_safe`
/// (event/async_signal_safe.hpp) is for those. Nothing throws. All of it may be called in a signal
/// handler, but for event/error_code.hpp, whose messages are std::string.

#include "daxhold/event/byte_range.hpp"
#include "daxhold/event/failure_flags.hpp"
#include "daxhold/event/lineages.hpp"
#include "daxhold/event/poison_ledger.hpp"
#include "daxhold/event/result.hpp"
