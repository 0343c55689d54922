// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "subject.hpp"

#include <daxhold/policy/aftermath.hpp>

#include <array>
#include <string>
#include <vector>

namespace blast_radius {

/// What becomes of a record.
enum class fate : std::uint8_t {
    users_told,    ///< The processes that map it are told.
    pages_dropped, ///< Only its pages in the cache are dropped.
    passed_over,   ///< Nothing is done, and the walk goes on.
    unnoticed,     ///< Nothing is done, and nobody uses the file: found out when it is next read.
    asks_shutdown, ///< It makes the filesystem shut down when the walk has ended.
    shuts_down,    ///< It shuts the filesystem down at once.
    ends_walk,     ///< It ends the walk with an error.
    withheld,      ///< Its owner is not told, and that decides it.
    not_reached,   ///< The policy does not get to it.
};
inline constexpr std::size_t fate_count = 9;

/// The words for a fate, for people.
[[nodiscard]] std::string_view describe(fate what) noexcept;

/// Which device, which bytes of it, and what happens to them.
struct question {
    daxhold::byte_range range = daxhold::byte_range::whole_device();
    daxhold::cause event = daxhold::cause::corruption;
    daxhold::role device = daxhold::role::data;
    /// The policy's name; empty for that of the running kernel.
    std::string policy;
    /// Whether the answer is to explain itself.
    bool is_explained = false;
};

/// Records of one kind of owner with one fate.
struct tally {
    std::uint64_t records = 0;
    std::uint64_t bytes = 0;
};

/// A file that lies in the range with data, an attribute fork or an extent map.
struct touched_file {
    std::uint64_t inode = 0;
    std::uint64_t bytes = 0;
    /// Bit per `fate`, and bit per `owner_kind`.
    std::uint32_t fates = 0;
    std::uint32_t kinds = 0;
    std::string name{};

    [[nodiscard]] bool has(fate what) const noexcept {
        return (fates >> static_cast<unsigned>(what) & 1U) != 0;
    }
};

/// What a process that maps a file in the range gets.
enum class notice : std::uint8_t {
    told,       ///< SIGBUS, now.
    told_early, ///< SIGBUS now if it asked for that, and otherwise at its next access.
    not_told,   ///< Nothing, though it maps bytes in the range.
};

struct touched_process {
    pid_t process = 0;
    std::string command{};
    notice what = notice::not_told;
    std::vector<std::uint64_t> inodes{};
};

/// A column of the picture: bytes by owner and by fate.
struct map_cell {
    std::array<std::uint64_t, owner_kind_count> owners{};
    std::array<std::uint64_t, fate_count> fates{};
};

/// What became of the whole filesystem.
enum class verdict : std::uint8_t {
    goes_on,     ///< It stays in use.
    shuts_down,  ///< It is shut down.
    not_handled, ///< It hands the event back; a failure then takes the generic path.
    refused,     ///< It answers with an error and does nothing.
    withheld,    ///< It depends on owners that are not told.
};

/// Why a table of the policy says what it says, as Markdown.
struct explained {
    std::string about{};
    std::string text{};
};

/// Everything that is said about a question.
struct answer {
    question asked{};
    std::string policy_name{};
    std::string policy_title{};
    bool is_default_policy = false;
    std::string kernel_release{};
    /// What the flags of the policy's release make of the event.
    daxhold::cause arrives_as = daxhold::cause::corruption;

    daxhold::report report{};
    /// What the release is known to lead to then.
    daxhold::known_aftermaths after{};
    verdict filesystem = verdict::goes_on;
    /// The steps around the walk, in order.
    std::vector<daxhold::operation> steps{};

    std::array<std::array<tally, fate_count>, owner_kind_count> tallies{};
    /// Those that matter most come first; `files_seen` counts all.
    std::vector<touched_file> files{};
    std::uint64_t files_seen = 0;
    bool is_files_seen_exact = true;
    std::vector<touched_process> processes{};
    std::vector<map_cell> map{};
    /// Of the gate, and of the first record for each row of the record table; if it was asked for.
    std::vector<explained> explanations{};
    daxhold::byte_range mapped{};

    [[nodiscard]] const tally& of(owner_kind kind, fate what) const noexcept {
        return tallies[static_cast<std::size_t>(kind)][static_cast<std::size_t>(what)];
    }
};

/// Told how far the scan is, from 0 to 1; may throw to end it.
using progress = std::function<void(double)>;

/// Puts the question to the subject under the policy. `files` is how many files are kept and named.
/// Throws `problem` (unknown_policy and whatever the subject throws).
[[nodiscard]] answer ask(subject& about, const question& asked, std::size_t files,
                         const progress& tell);

/// The names of the policies, in the order in which they are to be listed.
[[nodiscard]] std::vector<std::string> policy_names();

/// The policy that a filesystem follows under a kernel release ("6.12.117-amd64").
[[nodiscard]] std::string default_policy(std::string_view filesystem_type,
                                         std::string_view kernel_release);

} // namespace blast_radius
