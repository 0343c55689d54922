// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What others need to test a policy or a filesystem of their own: mock filesystems that record
/// what is done to them and fail when they are told to, all of it usable in a static_assert.

#include "daxhold/testing/call_log.hpp"
#include "daxhold/testing/mock_filesystem.hpp"
