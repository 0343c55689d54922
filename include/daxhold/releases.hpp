// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The tables that are shipped: what filesystems do, release by release, each with its source.
///
/// **Threads, signal handlers, exceptions.** Constants: any thread and any signal handler may use
/// them at any time, and nothing throws.

#include "daxhold/releases/daxfs.hpp"
#include "daxhold/releases/dynamic_capacity.hpp"
#include "daxhold/releases/famfs.hpp"
#include "daxhold/releases/mapped_device.hpp"
#include "daxhold/releases/mark_dead.hpp"
#include "daxhold/releases/no_holder.hpp"
#include "daxhold/releases/pool_region.hpp"
#include "daxhold/releases/recommended.hpp"
#include "daxhold/releases/shipped.hpp"
#include "daxhold/releases/verify_media.hpp"
#include "daxhold/releases/xfs_linux_6_0.hpp"
#include "daxhold/releases/xfs_linux_6_1.hpp"
#include "daxhold/releases/xfs_linux_6_14.hpp"
#include "daxhold/releases/xfs_linux_6_18.hpp"
#include "daxhold/releases/xfs_linux_6_8.hpp"
#include "daxhold/releases/xfs_linux_7_0.hpp"
#include "daxhold/releases/xfs_linux_7_2.hpp"
#include "daxhold/releases/xfs_rfc.hpp"
