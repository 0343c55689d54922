// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What takes its time: tables of state and event, laws on their graph, and the engine that runs
/// them.
///
/// **Threads, signal handlers, exceptions.** Tables and laws are constants. An engine is for as
/// many threads as its lock is; with `no_lock`, for one. It is not for signal handlers. Nothing
/// throws but such a lock.

#include "daxhold/reactions/agreement.hpp"
#include "daxhold/reactions/engine.hpp"
#include "daxhold/reactions/law.hpp"
#include "daxhold/reactions/reaction.hpp"
