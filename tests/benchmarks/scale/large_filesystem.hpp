// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/policy.hpp"
#include "daxhold/testing/generated.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

/// \file
/// Filesystems of any number of extents, the same from a seed everywhere, and a mock that can seek
/// in them.
namespace benchmarks {

using namespace daxhold;
using namespace daxhold::tables;

inline constexpr std::uint64_t block = 4096;

/// A record as it is kept: in blocks, of a device and of files of up to 16 TiB, in extents of up to
/// 256 MiB. Nobody but the filesystem knows of it: it makes a record for each visit.
struct packed_record {
    std::uint32_t first;
    std::uint32_t file_offset;
    std::uint32_t inode_number;
    std::uint16_t length;
    daxhold::owner owner;
    daxhold::sharing sharing;

    /// The block after its last one.
    [[nodiscard]] constexpr std::uint32_t end() const noexcept { return first + length; }

    [[nodiscard, gnu::always_inline]] constexpr rmap_record unpacked() const noexcept {
        return {{first * block, length * block}, owner, inode_number, file_offset * block, sharing};
    }
};
static_assert(sizeof(packed_record) == 16);

[[nodiscard]] constexpr packed_record packed(const rmap_record& record) noexcept {
    return {static_cast<std::uint32_t>(record.extent.offset() / block),
            static_cast<std::uint32_t>(record.file_offset / block),
            static_cast<std::uint32_t>(record.inode_number),
            static_cast<std::uint16_t>(record.extent.length() / block),
            record.owner,
            record.sharing};
}

/// A reverse mapping, and which inodes are in core.
struct extents {
    /// In ascending order of their extents.
    std::vector<packed_record> records;

    /// Where each 16th of them ends, apart: of 10^7 that is 2.5 MB, and stays in a cache.
    static constexpr std::size_t group = 16;
    std::vector<std::uint32_t> ends_of_groups;

    /// The numbers of the inodes in core, in ascending order, and where each stands among them. All
    /// of them have data.
    std::vector<std::uint64_t> in_core;
    std::unordered_map<std::uint64_t, std::uint32_t> position;

    /// The size of the filesystem in bytes.
    std::uint64_t size = 0;

    /// The first record that ends in a range or after it. `look` is called for each one looked at.
    template <class Look>
    [[nodiscard]] const packed_record* first_in(byte_range range, Look look) const {
        const auto wanted = range.offset() / block;
        const auto is_before = [&](std::uint32_t end) {
            look();
            return end <= wanted;
        };
        const auto before =
            group * static_cast<std::size_t>(std::partition_point(ends_of_groups.begin(),
                                                                  ends_of_groups.end(), is_before) -
                                             ends_of_groups.begin());
        // The last record of a whole group is known not to be before the range.
        const auto* const first = records.data() + before;
        return std::partition_point(
            first, first + std::min(group - 1, records.size() - before),
            [&](const packed_record& record) { return is_before(record.end()); });
    }
    [[nodiscard]] const packed_record* first_in(byte_range range) const {
        return first_in(range, [] {});
    }

    /// The record after the last one of a range that begins with `at`. A range that is not
    /// everything is taken to be short.
    [[nodiscard, gnu::always_inline]] const packed_record* end_in(byte_range range,
                                                                  const packed_record* at) const {
        const auto* const end = records.data() + records.size();
        if (range.end() >= size)
            return end;
        while (at != end && at->first * block < range.end())
            ++at;
        return at;
    }
};

inline void note_ends(extents& of) {
    for (auto last = extents::group - 1; last < of.records.size(); last += extents::group)
        of.ends_of_groups.push_back(of.records[last].end());
}

/// How many inodes are in core in a filesystem of so many extents, at the most.
[[nodiscard]] constexpr std::size_t inodes_in_use(std::size_t count) noexcept {
    return std::min<std::size_t>(count / 20, 10'000);
}

/// `count` extents of 1 to 16 blocks, with gaps. Nine of ten are file data, in runs of 1 to 8 that
/// follow each other on the device and in the file; a quarter as many inodes as extents share
/// them, each with several runs. One extent of file data in 64 has a second owner.
[[nodiscard]] inline extents generate(std::size_t count) {
    testing::random_numbers random{1};
    const std::uint64_t inodes = std::max<std::uint64_t>(count / 4, 1);
    std::vector<std::uint64_t> file_end(inodes + 1);
    extents made;
    made.records.reserve(count);
    std::uint64_t at = 0;
    const auto has_room = [&] { return made.records.size() != count; };
    const auto add_file_data = [&](std::uint64_t inode, std::uint64_t length, sharing shared) {
        made.records.push_back(
            packed({{at, length}, owner::file_data, inode, file_end[inode], shared}));
        file_end[inode] += length;
    };
    while (has_room()) {
        at += random.below(4) * block;
        const auto length_of_one = [&] { return (1 + random.below(16)) * block; };
        // Two of three are runs, of 4.5 extents in the mean: nine extents of ten.
        if (random.one_in(3)) {
            constexpr owner others[] = {owner::metadata, owner::metadata, owner::metadata,
                                        owner::attribute_fork, owner::bmbt};
            const owner who = others[random.below(5)];
            const auto inode = who == owner::metadata ? 0 : 1 + random.below(inodes);
            const auto length = length_of_one();
            made.records.push_back(packed({{at, length}, who, inode}));
            at += length;
            continue;
        }
        const auto inode = 1 + random.below(inodes);
        for (auto left = 1 + random.below(8); left != 0 && has_room(); --left) {
            const auto length = length_of_one();
            const bool is_shared = random.one_in(64) && made.records.size() + 1 != count;
            const auto shared = is_shared ? sharing::shared : sharing::sole;
            add_file_data(inode, length, shared);
            if (is_shared)
                add_file_data(1 + random.below(inodes), length, shared);
            at += length;
        }
    }
    made.size = at;
    note_ends(made);

    std::vector<std::uint64_t> with_data;
    for (std::uint64_t inode = 1; inode <= inodes; ++inode)
        if (file_end[inode] != 0)
            with_data.push_back(inode);
    const auto in_use = std::min(inodes_in_use(count), with_data.size());
    for (std::size_t i = 0; i != in_use; ++i) {
        const auto inode = with_data[i * with_data.size() / in_use];
        made.position.emplace(inode, static_cast<std::uint32_t>(i));
        made.in_core.push_back(inode);
    }
    return made;
}

/// As many extents, none of which belongs to a file: a removal has nothing to do for any of them.
[[nodiscard]] inline extents generate_metadata(std::size_t count) {
    extents made;
    made.records.reserve(count);
    for (std::size_t i = 0; i != count; ++i)
        made.records.push_back(packed({{i * block, block}, owner::metadata}));
    made.size = count * block;
    note_ends(made);
    return made;
}

/// An inode in core, and what was done to it.
struct large_inode {
    std::uint64_t number = 0;
    bool is_dax = true;
    std::uint64_t told = 0;
    std::uint64_t invalidated = 0;
    std::uint64_t reported_lost = 0;
};

/// What was asked of a filesystem.
struct questions {
    /// Records that were looked at to find the first one of a range, and records handed out.
    std::uint64_t probes = 0;
    std::uint64_t visited = 0;
    /// Inodes looked for, and inodes handed out by `for_each_in_core`.
    std::uint64_t lookups = 0;
    std::uint64_t in_core_visited = 0;
};

/// A filesystem over extents, which outlive it and which several of them can share. It finds the
/// first record of a range by a binary search, and an inode in core in constant time. One inode in
/// 16 is in the page cache. `Counted` says whether it counts what is asked, which costs time.
template <bool Counted>
class large_filesystem {
public:
    explicit large_filesystem(const extents& image) : image_{&image} {
        inodes.reserve(image.in_core.size());
        for (const auto number : image.in_core)
            inodes.push_back({number, number % 16 != 0});
    }

    /// What was done to it: the calls of each operation, and the inodes in core.
    std::uint64_t freezes = 0;
    std::uint64_t thaws = 0;
    std::uint64_t shutdowns = 0;
    std::uint64_t media_events = 0;
    std::uint64_t unmappings = 0;
    std::vector<large_inode> inodes;
    questions asked;

    [[nodiscard]] bool is_born() const noexcept { return true; }
    [[nodiscard]] byte_range device_range(role device) const noexcept {
        return device == role::data ? byte_range{0, image_->size} : byte_range{};
    }

    // What gets a record is told to be inlined: of a record that is only looked at nothing goes
    // through memory.
    template <class Visitor>
    [[gnu::always_inline]] result for_each_mapping(role /*device*/, byte_range range,
                                                   Visitor&& visit) {
        const auto* at = image_->first_in(range, [&probes = asked.probes] {
            if constexpr (Counted)
                ++probes;
            else
                static_cast<void>(probes);
        });
        for (const auto* const end = image_->end_in(range, at); at != end; ++at) {
            const rmap_record record = at->unpacked();
            // What a filesystem promises of its records, said to the compiler: the engine need not
            // ask then.
            if (record.extent.offset() >= range.end() || record.extent.end() <= range.offset())
                __builtin_unreachable();
            if constexpr (Counted)
                ++asked.visited;
            if (!visit(record))
                break;
        }
        return {};
    }

    using inode_handle = large_inode*;
    [[gnu::always_inline]] result find_in_core(const rmap_record& record, large_inode*& found) {
        return find_in_core(record.inode_number, found);
    }
    [[nodiscard]] bool is_dax(const large_inode* i) const noexcept { return i->is_dax; }

    result freeze() noexcept { return done(freezes); }
    result thaw() noexcept { return done(thaws); }
    result thaw_user() noexcept { return result::error(EINVAL); }
    result sync() noexcept { return {}; }
    result begin_walk() noexcept { return {}; }
    result shut_down(shutdown_reason /*reason*/) noexcept { return done(shutdowns); }
    result report_media_event(role /*device*/, byte_range /*range*/) noexcept {
        return done(media_events);
    }
    result unmap_range(role /*device*/, byte_range /*range*/) noexcept { return done(unmappings); }
    result kill_users(large_inode* i, byte_range /*file*/, users /*who*/,
                      poison /*pages*/) noexcept {
        return done(i->told);
    }
    result invalidate(large_inode* i, byte_range /*file*/) noexcept { return done(i->invalidated); }
    result report_data_lost(large_inode* i, byte_range /*file*/) noexcept {
        return done(i->reported_lost);
    }

protected:
    [[nodiscard]] const extents& image() const noexcept { return *image_; }

private:
    result find_in_core(std::uint64_t number, large_inode*& found) {
        if constexpr (Counted)
            ++asked.lookups;
        const auto at = image_->position.find(number);
        if (at == image_->position.end())
            return result::error(ENODATA);
        found = &inodes[at->second];
        return success;
    }

    static result done(std::uint64_t& count) noexcept {
        ++count;
        return {};
    }

    const extents* image_;
};

/// The same, and it can list its inodes in core.
template <bool Counted>
class large_filesystem_with_list : public large_filesystem<Counted> {
public:
    using large_filesystem<Counted>::large_filesystem;

    /// Calls `visit(record)` once for each inode in core that has data on the device, with a record
    /// of file data that covers the filesystem, for as long as it returns true.
    template <class Visitor>
    result for_each_in_core(role device, Visitor&& visit) {
        const byte_range everything{0, this->device_range(device).length()};
        for (const auto number : this->image().in_core) {
            if constexpr (Counted)
                ++this->asked.in_core_visited;
            if (!visit(rmap_record{everything, owner::file_data, number}))
                break;
        }
        return {};
    }
};

} // namespace benchmarks
