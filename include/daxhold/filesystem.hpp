// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What an event touches and what is done about it: the words of the tables, what a filesystem can
/// be asked and told, and the engine that takes a notification through a policy.

#include "daxhold/filesystem/check.hpp"
#include "daxhold/filesystem/concepts.hpp"
#include "daxhold/filesystem/course.hpp"
#include "daxhold/filesystem/course_plan.hpp"
#include "daxhold/filesystem/engine.hpp"
#include "daxhold/filesystem/facts.hpp"
#include "daxhold/filesystem/filesystem_holder.hpp"
#include "daxhold/filesystem/observer.hpp"
#include "daxhold/filesystem/poison_ledger.hpp"
#include "daxhold/filesystem/report.hpp"
#include "daxhold/filesystem/rmap_record.hpp"
#include "daxhold/filesystem/sources.hpp"
#include "daxhold/filesystem/steps.hpp"
#include "daxhold/filesystem/undecided.hpp"
