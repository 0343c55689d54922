// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Whether a policy is right, and not only whole: laws over what it makes of events, checked at
/// compile time, and those that are shipped. (Laws over the cells of one table: tables/law.hpp.)
///
/// **Threads, signal handlers, exceptions.** Findings are constants. What tries a law at run time
/// (`try_all`) keeps no state, is not for signal handlers, which have no stack for it, and throws
/// only what a law throws.

#include "daxhold/laws/every_way.hpp"
#include "daxhold/laws/law.hpp"
#include "daxhold/laws/shipped.hpp"
