// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What the user space of Linux tells tools of mounted filesystems, their users and their devices.

#include "daxhold/linux/block_device.hpp"
#include "daxhold/linux/fiemap.hpp"
#include "daxhold/linux/file.hpp"
#include "daxhold/linux/fsmap.hpp"
#include "daxhold/linux/kernel_users.hpp"
#include "daxhold/linux/mount.hpp"
#include "daxhold/linux/names.hpp"
#include "daxhold/linux/problem.hpp"
#include "daxhold/linux/processes.hpp"
