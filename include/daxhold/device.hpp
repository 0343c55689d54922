// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Who is notified: a device and the one who holds it, the driver's two ways in, and what may lie
/// between a device and its holders.
/// For a device among threads there are device/srcu.hpp, device/urcu.hpp (which needs liburcu),
/// device/shared_mutex.hpp and, for debug builds, device/checked.hpp, none of which is included
/// here.
///
/// **Threads, signal handlers, exceptions.** Who may do what to a device at the same time is for
/// its synchronization to say (device/synchronization.hpp); with `no_synchronization`, which is
/// what there is where none is named, it is one thread. A registration, and all else, is for one
/// thread at a time. What changes a device is not for signal handlers; `notify_failure` says where
/// it is. Nothing throws but a holder, and what that throws goes on to the one who notified.

#include "daxhold/device/any_holder.hpp"     // a handle to a holder of any type
#include "daxhold/device/broadcast.hpp"      // several holders of one device
#include "daxhold/device/combine.hpp"        // one answer for several who were notified
#include "daxhold/device/device.hpp"         // the device: notify, hold, put, kill
#include "daxhold/device/holder.hpp"         // the concepts: who can hold, and what a device stores
#include "daxhold/device/holder_one_of.hpp"  // a handle to a holder out of a closed set of types
#include "daxhold/device/linear.hpp"         // a device made of pieces of others
#include "daxhold/device/mapped.hpp"         // a layer between a device and an upper one
#include "daxhold/device/memory_failure.hpp" // the driver's way in for memory that failed
#include "daxhold/device/pagemap.hpp"        // from page frames to bytes of the device
#include "daxhold/device/partition.hpp"      // a part of a device
#include "daxhold/device/registration.hpp"   // being the holder as a value: get and put
#include "daxhold/device/static_holder.hpp"  // a handle to a holder of a known type
#include "daxhold/device/striped.hpp"        // a device whose chunks alternate between others
#include "daxhold/device/synchronization.hpp" // the policy that lets notifications and changes meet
#include "daxhold/device/teardown.hpp"        // the driver's way in for an unbind, in order
