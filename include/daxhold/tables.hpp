// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What to do: tables of rows over facts, proven whole, compiled to the tests that one would write.
///
/// Tables as text and for people to see need `<string>`, and are headers of their own:
/// tables/text.hpp, and markdown, csv, json, svg, mermaid and graphviz beside it.

#include "daxhold/tables/cover.hpp"
#include "daxhold/tables/decide.hpp"
#include "daxhold/tables/diagram.hpp"
#include "daxhold/tables/difference.hpp"
#include "daxhold/tables/explain.hpp"
#include "daxhold/tables/fact.hpp"
#include "daxhold/tables/law.hpp"
#include "daxhold/tables/proof.hpp"
#include "daxhold/tables/row.hpp"
#include "daxhold/tables/table.hpp"
