// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "answer.hpp"

#include <cstdint>
#include <vector>

namespace blast_radius {

/// Counts the files that records belong to, in bounded memory: a filesystem can have more files
/// than fit. Where it does, those with the fewest bytes are forgotten and the count is a lower
/// bound.
class file_counter {
public:
    /// Files that are remembered at most; 24 bytes each, and twice as many entries in between.
    static constexpr std::size_t capacity = 1U << 18U;

    void add(std::uint64_t inode, std::uint64_t bytes, fate what, content kind) {
        if (entries_.empty() || entries_.back().inode != inode)
            begin(inode);
        auto& last = entries_.back();
        last.bytes += bytes;
        last.fates |= 1U << static_cast<unsigned>(what);
        last.contents |= 1U << static_cast<unsigned>(kind);
    }

    /// Puts the `most` most important files into the answer, and how many there were.
    void finish(std::size_t most, answer& into);

private:
    struct entry {
        std::uint64_t inode;
        std::uint64_t bytes;
        std::uint32_t fates;
        std::uint32_t contents;
    };

    void begin(std::uint64_t inode);
    /// One entry a file; forgets the least of them where there are too many.
    void compact();

    std::vector<entry> entries_{};
    bool is_exact_ = true;
};

} // namespace blast_radius
