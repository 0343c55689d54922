// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "answer.hpp"

#include <string>
#include <vector>

namespace blast_radius {

/// A number of bytes for people: "4 KiB", "1.5 GiB".
[[nodiscard]] std::string human_size(std::uint64_t bytes);

/// The bytes that were asked about: "4 KiB at 102400", "the whole device".
[[nodiscard]] std::string describe_range(const answer& given);

/// What was asked, as the first half of a sentence.
[[nodiscard]] std::string ask_sentence(const subject& about, const answer& given);

/// What becomes of the filesystem, in one sentence.
[[nodiscard]] std::string verdict_sentence(const answer& given);

/// What else there is to know, a sentence each: whether the kernel would be told at all, what the
/// answer leaves open, what the release is known to do afterwards.
[[nodiscard]] std::vector<std::string> remarks(const subject& about, const answer& given);

/// What a process gets.
[[nodiscard]] std::string describe(notice what);

/// The fates that a file has, for people.
[[nodiscard]] std::string describe_fates(const touched_file& file);

/// A file's name below the mount point or, where none was found, its inode number.
[[nodiscard]] std::string name_of(const subject& about, const touched_file& file);

/// The word for an enumerator, as it is written in the source.
template <class Enumeration>
[[nodiscard]] std::string word(Enumeration value) {
    const auto name = daxhold::name_of(value);
    return {name.data, name.size};
}

/// Whether the kernel would tell this filesystem at all.
[[nodiscard]] bool is_told_by_kernel(const subject& about);

} // namespace blast_radius
