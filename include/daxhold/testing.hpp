// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What others need to test a policy or a filesystem of their own: mock filesystems that record
/// what is done to them and fail when they are told to; every cell of a table; a policy tried out
/// on one event; generated filesystems; scripts of events and faults. All of it is usable in a
/// static_assert. For text, golden tables and doctest there are headers beside these.
///
/// **Threads, signal handlers, exceptions.** A mock, a script and an exploration are for one thread
/// at a time, and not for signal handlers. What makes text or explores allocates, and may throw
/// std::bad_alloc; nothing else throws but what a step, a visitor or an actor throws.

#include "daxhold/testing/call_log.hpp"
#include "daxhold/testing/drive.hpp"
#include "daxhold/testing/every_cell.hpp"
#include "daxhold/testing/generated.hpp"
#include "daxhold/testing/mock_filesystem.hpp"
#include "daxhold/testing/mock_of.hpp"
#include "daxhold/testing/mount_state.hpp"
#include "daxhold/testing/script.hpp"
#include "daxhold/testing/trial.hpp"
#include "daxhold/testing/try_out.hpp"
