// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What the user space of Linux tells tools of mounted filesystems, their users and their devices.
///
/// **Threads, signal handlers, exceptions.** Everything here asks the system that it runs on: it
/// may wait for it, allocates, throws `problem` (linux/problem.hpp) for what is wrong with a mount,
/// a file or a privilege, and std::bad_alloc, and is not for signal handlers. Several threads may
/// ask at once; while one thread changes an object, nobody else uses that object.

#include "daxhold/linux/block_device.hpp"
#include "daxhold/linux/fiemap.hpp"
#include "daxhold/linux/file.hpp"
#include "daxhold/linux/fsmap.hpp"
#include "daxhold/linux/fsmap_record.hpp"
#include "daxhold/linux/kernel_users.hpp"
#include "daxhold/linux/mount.hpp"
#include "daxhold/linux/mount_table.hpp"
#include "daxhold/linux/names.hpp"
#include "daxhold/linux/page_table.hpp"
#include "daxhold/linux/problem.hpp"
#include "daxhold/linux/processes.hpp"
#include "daxhold/linux/xfs_geometry.hpp"
