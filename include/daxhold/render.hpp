// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Tables, differences, laws and explanations for people to read: Markdown, CSV, JSON, Mermaid,
/// Graphviz and pictures, as std::string. The rest of the library does not need this room.

#include "daxhold/render/csv.hpp"
#include "daxhold/render/detail/colours.hpp"
#include "daxhold/render/detail/escape.hpp"
#include "daxhold/render/detail/graph.hpp"
#include "daxhold/render/detail/json_writer.hpp"
#include "daxhold/render/detail/model.hpp"
#include "daxhold/render/graphviz.hpp"
#include "daxhold/render/json.hpp"
#include "daxhold/render/markdown.hpp"
#include "daxhold/render/mermaid.hpp"
#include "daxhold/render/releases.hpp"
#include "daxhold/render/svg.hpp"
#include "daxhold/render/words.hpp"
