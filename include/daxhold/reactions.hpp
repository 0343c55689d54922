// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What takes its time: tables of state and event, laws on their graph, and the engine that runs
/// them.

#include "daxhold/reactions/agreement.hpp"
#include "daxhold/reactions/engine.hpp"
#include "daxhold/reactions/law.hpp"
#include "daxhold/reactions/reaction.hpp"
