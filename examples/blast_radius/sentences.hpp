// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "answer.hpp"

#include <string>
#include <vector>

namespace blast_radius {

/// A number of bytes for people: "4 KiB", "1.5 GiB".
[[nodiscard]] std::string human_size(std::uint64_t bytes);

/// What was asked, as the first half of a sentence.
[[nodiscard]] std::string ask_sentence(const subject& about, const answer& given);

/// What is lost, who is told, and what becomes of the filesystem, in one sentence. It never calls
/// handled what loses data.
[[nodiscard]] std::string verdict_sentence(const subject& about, const answer& given);

/// What the holder of the device answers, and what memory_failure() makes of it.
[[nodiscard]] std::string answers_sentence(const subject& about, const answer& given);

/// What becomes of the filesystem, in a few words.
[[nodiscard]] std::string words_for(const answer& given, const outcome& made);

/// What else there is to know, a sentence each: what of it is true of this mount, what the answer
/// leaves open, what comes after.
[[nodiscard]] std::vector<std::string> remarks(const subject& about, const answer& given);

/// Over what becomes of the bytes: it is a supposition where the mount does not use DAX.
[[nodiscard]] std::string becomes_heading(const subject& about);

/// The fates that a file has, and what it loses, for people.
[[nodiscard]] std::string describe_fates(const subject& about, const touched_file& file);

/// A file's name below the mount point or, where none was found, its inode number; printable.
[[nodiscard]] std::string name_of(const subject& about, const touched_file& file);

/// Processes that are alike, for one line: the same user, unit or container, command and notice.
struct process_group {
    touched_process first{};
    std::size_t count = 0;
    std::vector<std::uint64_t> inodes{};
};
[[nodiscard]] std::vector<process_group> grouped(const answer& given);

/// Who a group is: "16351 map_file" or "300 processes postgres (from 16351 on)", with its unit.
[[nodiscard]] std::string who(const process_group& group);

/// What a user inside of the kernel is: "the loop device /dev/loop3".
[[nodiscard]] std::string describe(const kernel_user& user);

/// Whether everybody who uses the bytes is known.
[[nodiscard]] bool knows_every_user(const subject& about, const answer& given);

/// The word for an enumerator, as it is written in the source.
template <class Enumeration>
[[nodiscard]] std::string word(Enumeration value) {
    const auto name = daxhold::name_of(value);
    return {name.data, name.size};
}

/// What the exit status says with --quiet.
enum class concern : int {
    none = 0,       ///< Nothing is lost, nobody is concerned, the filesystem goes on.
    loss = 1,       ///< Data is lost, or a process is concerned; the filesystem goes on.
    filesystem = 2, ///< The filesystem is shut down, or worse.
    unknown = 3,    ///< It cannot be known.
};
[[nodiscard]] concern concern_of(const subject& about, const answer& given);

} // namespace blast_radius
