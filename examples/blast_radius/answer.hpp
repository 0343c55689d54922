// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "subject.hpp"

#include <daxhold/policy/aftermath.hpp>
#include <daxhold/policy/report.hpp>

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace blast_radius {

/// What becomes of a record.
enum class fate : std::uint8_t {
    users_told,        ///< A process that maps it is told now.
    users_may_be_told, ///< It is mapped; who maps it is told now, or finds out on access.
    found_on_access,   ///< It is mapped, and who maps it finds out when it touches it.
    unnoticed,         ///< Nothing is done, and nobody maps it: found out when it is next read.
    no_user_seen,      ///< The same, but for users that may not have been seen.
    pages_dropped,     ///< Only its pages in the cache are dropped.
    passed_over,       ///< Nothing is done, and the walk goes on.
    asks_shutdown,     ///< It makes the filesystem shut down when the walk has ended.
    shuts_down,        ///< It shuts the filesystem down at once.
    ends_walk,         ///< It ends the walk with an error.
    withheld,          ///< What it belongs to is not known, and that decides it.
    not_reached,       ///< The policy does not get to it.
};
inline constexpr std::size_t fate_count = 12;

/// The words for a fate, for people.
[[nodiscard]] std::string_view describe(fate what) noexcept;

/// What a record holds, for people: the kinds of owners, and what an inode's data is.
enum class content : std::uint8_t {
    file_data,
    directory,
    symlink,
    other_data,    ///< Of an inode of which it is not known what it is.
    never_written, ///< Allocated to a file, and without data.
    attributes,
    extent_map,
    log,
    static_metadata,
    group_metadata,
    inodes,
    inode_btree,
    refcount_btree,
    cow_staging,
    group_descriptors,
    allocation_bitmaps,
    other_metadata,
    bad_blocks,
    unknown,
};
inline constexpr std::size_t content_count = 19;
[[nodiscard]] std::string_view describe(content what) noexcept;

/// What a record holds, where the inode of an inode's record is of that kind.
[[nodiscard]] content content_of(const fsmap_record& record, inode_kind kind);

/// Which device, which bytes of it, and what happens to them.
struct question {
    /// Ascending, none empty, none touching another; the whole device as one.
    std::vector<byte_range> ranges{byte_range::whole_device()};
    daxhold::cause event = daxhold::cause::corruption;
    daxhold::role device = daxhold::role::data;
    /// The policy's name; empty for that of the running kernel.
    std::string policy{};
    /// Whether the answer is to explain itself.
    bool is_explained = false;
    /// Whether directories may be searched for names, which brings them in core.
    bool searches_names = false;
    /// How many files, and how many pieces of files, are kept.
    std::size_t files = 20;
    std::size_t pieces = 1000;

    [[nodiscard]] bool is_whole_device() const noexcept {
        return ranges.size() == 1 && ranges.front().is_whole_device();
    }
};

/// Records of one content with one fate.
struct tally {
    std::uint64_t records = 0;
    std::uint64_t bytes = 0;
};

/// A file that lies in the range with data, an attribute fork or an extent map.
struct touched_file {
    std::uint64_t inode = 0;
    std::uint64_t bytes = 0;
    /// Bit per `fate`, and bit per `content`.
    std::uint32_t fates = 0;
    std::uint32_t contents = 0;
    std::string name{};

    [[nodiscard]] bool has(fate what) const noexcept {
        return (fates >> static_cast<unsigned>(what) & 1U) != 0;
    }
};

/// A piece of a file in the range: which of its bytes, and where they lie.
struct touched_piece {
    std::uint64_t inode = 0;
    content what = content::file_data;
    byte_range file{}; ///< Bytes of the file, or of its attribute fork; empty for an extent map.
    byte_range device{};
    fate becomes = fate::passed_over;
};

/// What a process that maps bytes in the range gets, the best first.
enum class notice : std::uint8_t {
    now,       ///< SIGBUS, now.
    maybe_now, ///< SIGBUS now or when it touches it: what decides cannot be seen.
    on_access, ///< SIGBUS when it touches the bytes.
    none,      ///< Nothing.
};
[[nodiscard]] std::string_view describe(notice what) noexcept;

struct touched_process {
    pid_t process = 0;
    user_process who{};
    notice what = notice::none;
    presence page = presence::absent; ///< Whether it has a page of the range present.
    std::vector<std::uint64_t> inodes{};
};

/// A column of the picture: bytes by content and by fate.
struct map_cell {
    std::array<std::uint64_t, content_count> contents{};
    std::array<std::uint64_t, fate_count> fates{};
};

/// What became of the whole filesystem, the worst last.
enum class verdict : std::uint8_t {
    goes_on,     ///< It stays in use.
    refused,     ///< It answers with an error and does nothing.
    not_handled, ///< It hands the event back; a failure then takes the generic path.
    depends,     ///< It depends on what cannot be known here.
    shuts_down,  ///< It is shut down.
    hangs,       ///< The notification does not end in any useful time, with the filesystem frozen.
};

/// Why a table of the policy says what it says, as Markdown.
struct explained {
    std::string about{};
    std::string text{};
};

/// What one range comes to.
struct outcome {
    byte_range range{};
    verdict filesystem = verdict::goes_on;
    daxhold::report report{};
    /// What memory_failure() then returns; nothing if that depends on what cannot be known, and for
    /// a removal.
    std::optional<daxhold::result> memory_failure{};
    /// What the release is known to lead to then.
    daxhold::known_aftermaths after{};
    /// What it comes to where what is not known is otherwise: the words, and the verdict.
    std::vector<std::pair<std::string, verdict>> otherwise{};
    /// What a kernel was seen to do there that no fact of the policy's tables tells apart, a
    /// sentence; empty as a rule. What it comes to is then not known from them.
    std::string_view seen_otherwise{};
};

/// Everything that is said about a question.
struct answer {
    question asked{};
    std::string policy_name{};
    std::string policy_title{};
    bool is_default_policy = false;
    /// What the flags of the policy's release make of the event.
    daxhold::cause arrives_as = daxhold::cause::corruption;
    /// Whether the release tells a removal from a corruption; the block layer of such a kernel
    /// shuts a filesystem down whose device is gone.
    bool has_removal = false;

    /// One for each range, in their order, and which of them is the worst.
    std::vector<outcome> outcomes{};
    std::size_t worst = 0;
    /// The steps around the walk of that one, in order.
    std::vector<daxhold::operation> steps{};

    std::array<std::array<tally, fate_count>, content_count> tallies{};
    bool has_shared_data = false;      ///< Whether data of a file has other owners too.
    std::uint64_t free_bytes = 0;      ///< In the ranges.
    std::uint64_t bytes_after_end = 0; ///< In the ranges, on the device and after the filesystem.
    /// Those that matter most come first; `files_seen` counts all.
    std::vector<touched_file> files{};
    std::uint64_t files_seen = 0;
    bool is_files_seen_exact = true;
    /// Those of files in use come first.
    std::vector<touched_piece> pieces{};
    std::uint64_t pieces_seen = 0;
    std::vector<touched_process> processes{};
    /// Kernel users of files in the range.
    std::vector<kernel_user> kernel_users{};
    std::uint64_t places_of_lost_owners = 0;
    std::string names_remark{};
    std::vector<map_cell> map{};
    /// Of the gate, and of the first record for each row of the record table; if it was asked for.
    std::vector<explained> explanations{};
    byte_range mapped{};

    [[nodiscard]] const tally& of(content kind, fate what) const noexcept {
        return tallies[static_cast<std::size_t>(kind)][static_cast<std::size_t>(what)];
    }
    [[nodiscard]] std::uint64_t bytes_of(content kind) const noexcept {
        std::uint64_t sum = 0;
        for (const auto& t : tallies[static_cast<std::size_t>(kind)])
            sum += t.bytes;
        return sum;
    }
    [[nodiscard]] const outcome& worst_outcome() const { return outcomes[worst]; }
    [[nodiscard]] verdict filesystem() const { return worst_outcome().filesystem; }
    [[nodiscard]] std::size_t count(notice what) const noexcept {
        std::size_t found = 0;
        for (const auto& p : processes)
            found += p.what == what ? 1 : 0;
        return found;
    }
};

/// Told how far the scan is, from 0 to 1.
using progress = std::function<void(double)>;

/// Puts the question to the subject under the policy.
/// Throws `refusal` (unknown_policy) and whatever the subject throws.
[[nodiscard]] answer ask(subject& about, const question& asked, const progress& tell);

/// The names of the policies, in the order in which they are to be listed.
[[nodiscard]] std::vector<std::string> policy_names();

/// The policy that a filesystem follows under a kernel release ("6.12.117-amd64").
[[nodiscard]] std::string default_policy(std::string_view filesystem_type,
                                         std::string_view kernel_release);

} // namespace blast_radius
