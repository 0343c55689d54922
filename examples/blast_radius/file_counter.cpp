// SPDX-License-Identifier: BSL-1.0
#include "file_counter.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <tuple>

namespace blast_radius {

namespace {

constexpr unsigned most_important = fate_count;

/// What somebody is told of comes first, then what takes the whole filesystem along, then what is
/// not known; a file that is only passed over comes last.
constexpr unsigned importance(std::uint32_t fates) {
    constexpr fate first_to_last[] = {
        fate::users_told,    fate::users_may_be_told, fate::found_on_access, fate::shuts_down,
        fate::asks_shutdown, fate::ends_walk,         fate::withheld,        fate::no_user_seen,
        fate::unnoticed,     fate::not_reached,       fate::pages_dropped};
    unsigned rank = std::size(first_to_last);
    for (const auto what : first_to_last) {
        if ((fates >> static_cast<unsigned>(what) & 1U) != 0)
            break;
        --rank;
    }
    return rank;
}

} // namespace

void file_counter::begin(std::uint64_t inode) {
    if (entries_.size() == 2 * capacity)
        compact();
    entries_.push_back({inode, 0, 0, 0});
}

void file_counter::compact() {
    std::sort(entries_.begin(), entries_.end(),
              [](const entry& a, const entry& b) { return a.inode < b.inode; });
    std::size_t kept = 0;
    for (const auto& e : entries_) {
        if (kept != 0 && entries_[kept - 1].inode == e.inode) {
            entries_[kept - 1].bytes += e.bytes;
            entries_[kept - 1].fates |= e.fates;
            entries_[kept - 1].contents |= e.contents;
        } else {
            entries_[kept++] = e;
        }
    }
    entries_.resize(kept);
    if (kept <= capacity)
        return;
    is_exact_ = false;
    const auto limit = entries_.begin() + capacity;
    std::nth_element(entries_.begin(), limit, entries_.end(), [](const entry& a, const entry& b) {
        return std::pair{importance(a.fates), a.bytes} > std::pair{importance(b.fates), b.bytes};
    });
    entries_.erase(limit, entries_.end());
}

void file_counter::finish(std::size_t most, answer& into) {
    compact();
    into.files_seen = entries_.size();
    into.is_files_seen_exact = is_exact_;
    std::set<std::uint64_t> used;
    for (const auto& process : into.processes)
        used.insert(process.inodes.begin(), process.inodes.end());
    const auto key = [&](const entry& e) {
        return std::tuple{!used.contains(e.inode), most_important - importance(e.fates), ~e.bytes,
                          e.inode};
    };
    std::sort(entries_.begin(), entries_.end(),
              [&](const entry& a, const entry& b) { return key(a) < key(b); });
    for (std::size_t i = 0; i != entries_.size() && i != most; ++i)
        into.files.push_back(
            {entries_[i].inode, entries_[i].bytes, entries_[i].fates, entries_[i].contents, {}});
}

} // namespace blast_radius
