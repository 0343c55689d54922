// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What an event touches and what is done about it: the words of the tables, what a filesystem can
/// be asked and told, and the engine that takes a notification through a policy.
///
/// **Threads, signal handlers, exceptions.** Policies are constants. A notification changes the
/// filesystem that it is about, and nothing else: any number of threads may notify others; one and
/// the same as far as its members may be called so, and a signal handler likewise. Nothing throws
/// but what a filesystem is asked, and an observer (policy/contract.hpp). policy/text.hpp
/// allocates, may throw std::bad_alloc, and is not for signal handlers.

// What messages come from stands first: a compiler lists through whom a header was included.
#include "daxhold/policy/tables.hpp"

#include "daxhold/policy/contract.hpp"

#include "daxhold/policy/check.hpp"

#include "daxhold/policy/aftermath.hpp"
#include "daxhold/policy/course.hpp"
#include "daxhold/policy/engine.hpp"
#include "daxhold/policy/facts.hpp"
#include "daxhold/policy/filesystem_holder.hpp"
#include "daxhold/policy/observer.hpp"
#include "daxhold/policy/operation.hpp"
#include "daxhold/policy/report.hpp"
#include "daxhold/policy/rmap_record.hpp"
#include "daxhold/policy/sources.hpp"
#include "daxhold/policy/steps.hpp"
#include "daxhold/policy/undecided.hpp"
#include "daxhold/policy/walk_in_core.hpp"
#include "daxhold/policy/words.hpp"
