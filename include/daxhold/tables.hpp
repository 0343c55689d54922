// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What to do: tables of rows over facts, proven whole, compiled to the tests that one would write.
///
/// Tables as text and for people to see need `<string>`, and are headers of their own:
/// tables/text.hpp, and markdown, csv, json, svg, mermaid and graphviz beside it.
///
/// **Threads, signal handlers, exceptions.** Tables, and what is made of them, are constants: any
/// thread and any signal handler may use them at any time. Nothing throws but what a table calls:
/// an action's operators, a source of facts. What makes text allocates, may throw std::bad_alloc,
/// and is not for signal handlers; it keeps no state either.

#include "daxhold/tables/cover.hpp"
#include "daxhold/tables/decide.hpp"
#include "daxhold/tables/diagram.hpp"
#include "daxhold/tables/difference.hpp"
#include "daxhold/tables/explain.hpp"
#include "daxhold/tables/fact.hpp"
#include "daxhold/tables/known.hpp"
#include "daxhold/tables/law.hpp"
#include "daxhold/tables/proof.hpp"
#include "daxhold/tables/row.hpp"
#include "daxhold/tables/table.hpp"
#include "daxhold/tables/words.hpp"
