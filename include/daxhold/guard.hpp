// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// A SIGBUS in a mapped file as a value: what it was about, as far as that can be known.

#include "daxhold/guard/injector.hpp"
#include "daxhold/guard/sigbus_cause.hpp"
#include "daxhold/guard/sigbus_guard.hpp"
