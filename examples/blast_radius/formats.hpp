// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "answer.hpp"

#include <span>
#include <string>

namespace blast_radius {

/// For people: the verdict first, then what it means for whom, then the files and their bytes.
[[nodiscard]] std::string to_text(const subject& about, const answer& given);

/// For programs; the manual describes every member.
[[nodiscard]] std::string to_json(const subject& about, const answer& given);

/// The pieces of files, a line each, for programs that read tables.
[[nodiscard]] std::string to_csv(const subject& about, const answer& given);

/// For a report or a mail.
[[nodiscard]] std::string to_markdown(const subject& about, const answer& given);

/// What the whole device holds, in as many cells as a picture has.
struct survey {
    std::vector<map_cell> cells{};
    byte_range range{};
};
[[nodiscard]] survey look_over(subject& about, const progress& tell);

/// A picture: where the ranges lie on the device, what they hold, and what becomes of it.
[[nodiscard]] std::string to_svg(const subject& about, const answer& given, const survey& whole);

/// Answers to one question, a policy each, as a table; what changes to the next is marked.
[[nodiscard]] std::string to_table(const subject& about, std::span<const answer> given);
[[nodiscard]] std::string to_markdown_table(const subject& about, std::span<const answer> given);
[[nodiscard]] std::string to_json_table(const subject& about, std::span<const answer> given);

} // namespace blast_radius
