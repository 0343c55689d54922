// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The tables that are shipped: what filesystems do, release by release, each with its source.

#include "daxhold/policies/daxfs.hpp"
#include "daxhold/policies/device_pool.hpp"
#include "daxhold/policies/famfs.hpp"
#include "daxhold/policies/mark_dead.hpp"
#include "daxhold/policies/no_holder.hpp"
#include "daxhold/policies/recommended.hpp"
#include "daxhold/policies/xfs_linux_6_0.hpp"
#include "daxhold/policies/xfs_linux_6_1.hpp"
#include "daxhold/policies/xfs_linux_6_14.hpp"
#include "daxhold/policies/xfs_linux_6_8.hpp"
#include "daxhold/policies/xfs_linux_7_0.hpp"
#include "daxhold/policies/xfs_rfc.hpp"
