// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What to do: tables of rows over facts, proven whole, compiled to the tests that one would write.

#include "daxhold/table/change.hpp"
#include "daxhold/table/cover.hpp"
#include "daxhold/table/decide.hpp"
#include "daxhold/table/diagram.hpp"
#include "daxhold/table/difference.hpp"
#include "daxhold/table/explain.hpp"
#include "daxhold/table/fact.hpp"
#include "daxhold/table/law.hpp"
#include "daxhold/table/proof.hpp"
#include "daxhold/table/row.hpp"
#include "daxhold/table/table.hpp"
