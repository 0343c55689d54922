// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Who else is told: the devices between a device and its holders, which translate and pass on.

#include "daxhold/layers/broadcast.hpp" // several holders on one device
#include "daxhold/layers/linear.hpp"    // pieces of lower devices, strung together
#include "daxhold/layers/mapped.hpp"    // the holder that translates and passes on
#include "daxhold/layers/partition.hpp" // a part of a disk
#include "daxhold/layers/striped.hpp"   // chunks, in turn on several lower devices
