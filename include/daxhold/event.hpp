// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What happened: a range of bytes, flags that tell why, and the result that answers.
/// (event/error_code.hpp is for those who want std::error_code, and is not included here.)

#include "daxhold/event/byte_range.hpp"
#include "daxhold/event/failure_flags.hpp"
#include "daxhold/event/lineages.hpp"
#include "daxhold/event/poison_ledger.hpp"
#include "daxhold/event/result.hpp"
