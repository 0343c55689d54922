// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Who is told: a device, whether it is alive, and the one who holds it.
/// (dax/shared_mutex.hpp is for those who have threads, and is not included here.)

#include "daxhold/dax/any_holder.hpp"      // a handle to a holder of any type
#include "daxhold/dax/combine.hpp"         // one answer for several who were told
#include "daxhold/dax/device.hpp"          // the device: notify, hold, put, kill
#include "daxhold/dax/holder.hpp"          // the concepts: who can hold, and what a device stores
#include "daxhold/dax/holder_one_of.hpp"   // a handle to a holder out of a closed set of types
#include "daxhold/dax/registration.hpp"    // being the holder as a value: get and put
#include "daxhold/dax/static_holder.hpp"   // a handle to a holder of a known type
#include "daxhold/dax/synchronization.hpp" // the policy that lets notifications and changes meet
