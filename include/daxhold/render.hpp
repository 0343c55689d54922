// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What is known about policies and laws for people to read, as std::string: matrices of laws as
/// Markdown, CSV and JSON, and policies as C. Plain tables are rendered by tables/markdown.hpp and
/// its siblings. The rest of the library does not need this room.
///
/// **Threads, signal handlers, exceptions.** It keeps no state: any thread may call it. It
/// allocates, may throw std::bad_alloc, and is not for signal handlers.

#include "daxhold/render/c.hpp"
#include "daxhold/render/matrix.hpp"
#include "daxhold/render/reactions.hpp"
#include "daxhold/render/xfs_in_c.hpp"
