// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Who says it: a driver, whose memory fails or who is unbound from its device.

#include "daxhold/driver/memory_failure.hpp" // failed pages, told to the holder or given away
#include "daxhold/driver/pagemap.hpp"        // physical addresses to offsets in the device
#include "daxhold/driver/teardown.hpp"       // unbind, in an order that is checked
