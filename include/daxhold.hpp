// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What a program needs in production: tables, events, devices and the engine. Not what filesystems
/// are known to do (daxhold/releases.hpp), nor what tries policies (daxhold/laws.hpp,
/// daxhold/testing.hpp) and shows them (daxhold/render.hpp). A program that uses one room includes
/// that room's umbrella, and compiles faster.

#include "daxhold/device.hpp"
#include "daxhold/event.hpp"
#include "daxhold/policy.hpp"
#include "daxhold/tables.hpp"
#include "daxhold/version.hpp"
