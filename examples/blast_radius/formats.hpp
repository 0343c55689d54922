// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "answer.hpp"

#include <string>

namespace blast_radius {

/// For people: the verdict first, then what it means for whom, then the files.
[[nodiscard]] std::string to_text(const subject& about, const answer& given);

/// For programs; README.md describes every member.
[[nodiscard]] std::string to_json(const subject& about, const answer& given);

/// For a report or a mail.
[[nodiscard]] std::string to_markdown(const subject& about, const answer& given);

/// A picture of the device: by owner, and by what becomes of it.
[[nodiscard]] std::string to_svg(const subject& about, const answer& given);

} // namespace blast_radius
