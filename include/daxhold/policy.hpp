// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What an event touches and what is done about it: the words of the tables, what a filesystem can
/// be asked and told, and the engine that takes a notification through a policy.

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
#include "daxhold/policy/words.hpp"
