// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What a program needs in production: not the mock filesystems of daxhold/testing.hpp, nor what
/// tries policies (daxhold/laws.hpp) and shows them (daxhold/render.hpp). A program that uses one
/// room includes that room's umbrella, and compiles faster.

#include "daxhold/dax.hpp"
#include "daxhold/driver.hpp"
#include "daxhold/event.hpp"
#include "daxhold/filesystem.hpp"
#include "daxhold/layers.hpp"
#include "daxhold/policies.hpp"
#include "daxhold/table.hpp"
#include "daxhold/version.hpp"
