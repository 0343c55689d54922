// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// A SIGBUS in a mapped file as a value: what it was about, as far as that can be known.
///
/// **Threads, signal handlers, exceptions.** Any number of threads may make guarded accesses at
/// once, and add and end the regions of others; `install` is for one thread. Of a guard only
/// `answer` is for signal handlers. Nothing throws.

#include "daxhold/guard/injector.hpp"
#include "daxhold/guard/sigbus_cause.hpp"
#include "daxhold/guard/sigbus_guard.hpp"
