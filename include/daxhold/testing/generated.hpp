// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/policy/report.hpp"
#include "daxhold/testing/mock_filesystem.hpp"

/// \file
/// Mock filesystems, events and faults from pseudo-random numbers, the same from a seed everywhere,
/// and what must be true of every one of them. When it is compiled or at run time.

namespace daxhold::testing {

/// Pseudo-random numbers (splitmix64): a seed means the same at compile time, at run time, and with
/// every compiler.
class random_numbers {
public:
    /// The numbers that belong to a seed.
    explicit constexpr random_numbers(std::uint64_t seed) noexcept : state_{seed} {}

    /// The next number, of 64 bits.
    [[nodiscard]] constexpr std::uint64_t next() noexcept {
        state_ += 0x9e3779b97f4a7c15U;
        auto z = state_;
        z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
        z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
        return z ^ (z >> 31U);
    }

    /// A number below `limit`. Precondition: that is at least 1.
    [[nodiscard]] constexpr std::uint64_t below(std::uint64_t limit) noexcept {
        return next() % limit;
    }

    /// True once in `times`. Precondition: that is at least 1.
    [[nodiscard]] constexpr bool one_in(std::uint64_t times) noexcept { return below(times) == 0; }

    /// A value of a fact.
    template <fact Fact>
    [[nodiscard]] constexpr Fact any() noexcept {
        return static_cast<Fact>(below(value_count<Fact>));
    }

private:
    std::uint64_t state_;
};

/// What happens to a generated filesystem.
struct generated_event {
    /// On which device, where, and why.
    role device = role::data;
    byte_range where{};
    cause why = cause::corruption;
};

/// How many blocks a generated filesystem has.
inline constexpr std::uint64_t generated_blocks = 64;

/// The most records that it has: as many as leave room in the log for what is done about them.
inline constexpr std::size_t most_generated_records = 11;

/// A filesystem of some records and inodes: any owners, shared extents, extents that go on where
/// another of the file ends, inodes in every state, now and then frozen by somebody, not born, or
/// with several allocation groups.
template <class Mock = mock_filesystem>
[[nodiscard]] constexpr Mock generated_filesystem(std::uint64_t seed) {
    constexpr std::uint64_t first_inode = 131;
    random_numbers random{seed};
    Mock fs;
    fs.data_device = {0, generated_blocks * sample_block};
    fs.born = !random.one_in(16);
    fs.has_several_groups = random.one_in(2);
    fs.is_frozen_by_user = random.one_in(8);
    fs.is_frozen_by_kernel = random.one_in(16);
    const auto inodes = 1 + random.below(Mock::most_inodes);
    for (std::uint64_t i = 0; i != inodes; ++i) {
        mock_inode made{.number = first_inode + i,
                        .state = random.any<inode>(),
                        .access = random.one_in(4) ? mapping::buffered : mapping::dax};
        if (made.access == mapping::buffered)
            made.kind = random.any<kind>();
        fs.add(made);
        if (made.state == inode::in_core) {
            const auto mappers = static_cast<unsigned>(random.below(3));
            fs.add_mappers(made.number, mappers, static_cast<unsigned>(random.below(mappers + 1)));
        }
    }
    std::uint64_t block = 0;
    rmap_record last;
    while (fs.records().size + 2 <= most_generated_records && block < generated_blocks) {
        const bool goes_on =
            last.owner == owner::file_data && last.sharing == sharing::sole && random.one_in(3);
        if (!goes_on)
            block += random.below(4);
        if (block >= generated_blocks)
            break;
        const auto longest = generated_blocks - block;
        const auto wanted = 1 + random.below(6);
        const auto length = wanted < longest ? wanted : longest;
        if (goes_on) {
            last.file_offset += last.extent.length();
            last.extent = blocks(block, length);
            fs.add(last);
            block += length;
            continue;
        }
        rmap_record record{blocks(block, length),
                           random.one_in(2) ? owner::file_data : random.any<owner>()};
        const bool has_inode = record.owner == owner::file_data ||
                               record.owner == owner::attribute_fork || record.owner == owner::bmbt;
        if (has_inode)
            record.inode_number = first_inode + random.below(inodes);
        if (record.owner == owner::file_data) {
            record.file_offset = random.below(1000) * sample_block;
            record.sharing = random.one_in(4) ? sharing::shared : sharing::sole;
        }
        fs.add(record);
        if (record.sharing == sharing::shared) {
            record.inode_number = first_inode + random.below(inodes);
            record.file_offset += generated_blocks * sample_block;
            fs.add(record);
        }
        last = record;
        block += length;
    }
    return fs;
}

/// An event: the whole device, some bytes of it that need not be whole blocks, across its end, or
/// after it.
[[nodiscard]] constexpr generated_event generated_event_for(std::uint64_t seed) {
    random_numbers random{~seed};
    constexpr auto size = generated_blocks * sample_block;
    generated_event e;
    e.why = random.any<cause>();
    if (random.one_in(3))
        e.where = byte_range::whole_device();
    else
        e.where = {random.below(size + 2 * sample_block), 1 + random.below(size / 2)};
    return e;
}

/// A filesystem, what happened to it, and what came of it.
template <class Mock = mock_filesystem>
struct generated_case {
    /// Before, the event, and after it: the filesystem, its answer, and the report.
    Mock before;
    generated_event event;
    Mock after;
    result answer;
    report made;

    /// Whether the inodes in core were all that it had to go through (`walk_in_core`).
    bool is_of_inodes = false;
};

/// Something that is true of every case: a type with `holds(generated_case)`. It may have a `name`.
template <class Invariant, class Mock = mock_filesystem>
concept invariant = requires(const generated_case<Mock>& c) {
    { Invariant::holds(c) } -> std::same_as<bool>;
};

/// Makes a case from a seed and runs it through a policy. In about half of the cases one call of
/// the filesystem fails, early or late.
template <class Policy, class Mock = mock_filesystem>
[[nodiscard]] constexpr generated_case<Mock> run_generated(std::uint64_t seed) {
    generated_case<Mock> c;
    c.before = generated_filesystem<Mock>(seed);
    random_numbers random{seed ^ 0x5555555555555555U};
    if (!random.one_in(2)) {
        const auto what = static_cast<call>(random.below(call_count));
        c.before.faults.fail(what, 1 + random.below(6), EDOM);
    }
    c.event = generated_event_for(seed);
    c.after = c.before;
    c.answer = notify_failure<Policy>(c.after, c.event.device, c.event.where, c.event.why, c.made);
    if (c.made.gate_row != report::no_row)
        c.is_of_inodes = Policy::gate.actions[c.made.gate_row].end == ending::walk_in_core;
    return c;
}

/// Where an invariant did not hold: with which seed, and which of them, counted from 0.
struct generated_failure {
    /// Whether there is one, its seed, and the number of the invariant.
    bool exists = false;
    std::uint64_t seed = 0;
    std::size_t invariant = 0;
};

/// Runs a policy over the cases of `count` seeds from `first` on, and tells the first in which one
/// of the invariants does not hold. A constant expression has room for some dozens of seeds; at run
/// time there is no limit. (g++ tries a call with constant arguments at compile time first, and may
/// be long about it: give it a `count` that is no constant.)
template <class Policy, class Mock, class... Invariants>
requires(invariant<Invariants, Mock>&&...) [[nodiscard]] constexpr generated_failure
    check_generated(std::uint64_t first, std::uint64_t count) {
    for (auto seed = first; seed != first + count; ++seed) {
        const auto c = run_generated<Policy, Mock>(seed);
        std::size_t number = 0;
        const bool all_hold = ((Invariants::holds(c) && (++number, true)) && ...);
        if (!all_hold)
            return {true, seed, number};
    }
    return {};
}

/// An invariant: the report says of the filesystem what is true of it.
struct report_is_true {
    static constexpr const char* name = "report_is_true";

    template <class Mock>
    static constexpr bool holds(const generated_case<Mock>& c) {
        std::uint64_t told = 0;
        for (const auto& e : c.after.log)
            told += e.what == call::kill_users && e.outcome.ok() ? 1U : 0U;
        return c.made.outcome == c.answer && c.made.told() == told &&
               c.made.is_shut_down == c.after.is_shut_down &&
               (!c.made.is_left_frozen || c.after.is_frozen_by_kernel);
    }
};

/// An invariant: whatever is done to a file is done to bytes of it that lie in the range: those of
/// a record, or of several that go on where the one before ends, or all, if the range is the
/// device.
struct nothing_outside_of_the_range_is_touched {
    static constexpr const char* name = "nothing_outside_of_the_range_is_touched";

    template <class Mock>
    static constexpr bool holds(const generated_case<Mock>& c) {
        for (const auto& e : c.after.log)
            if (e.inode_number != 0 && !lies_in_the_range(c, e))
                return false;
        return true;
    }

private:
    template <class Mock>
    static constexpr bool lies_in_the_range(const generated_case<Mock>& c, const entry& e) {
        const auto in_range = intersect(c.event.where, c.before.data_device);
        const auto records = c.before.records();
        for (const auto* first = records.begin(); first != records.end(); ++first) {
            if (first->inode_number != e.inode_number || !first->extent.overlaps(in_range))
                continue;
            if (e.where.is_whole_device() && c.event.where.is_whole_device())
                return true;
            rmap_record joined = *first;
            for (const auto* next = first; next != records.end(); ++next) {
                if (continues(joined, *next))
                    joined.extent = byte_range::between(joined.extent.offset(), next->extent.end());
                if (file_range(joined, intersect(joined.extent, in_range)) == e.where)
                    return true;
            }
        }
        return false;
    }
};

/// An invariant: a walk that nothing stopped has decided each record of the range once, every owner
/// of a shared extent included, alone or with those that it goes on from. A walk of inodes in core
/// has decided those of file data, or, where they can be listed, each inode in core.
struct every_record_is_decided_once {
    static constexpr const char* name = "every_record_is_decided_once";

    template <class Mock>
    static constexpr bool holds(const generated_case<Mock>& c) {
        if (!c.made.is_walked)
            return true;
        const auto in_range = intersect(c.event.where, c.before.data_device);
        std::uint64_t records = 0;
        std::uint64_t bytes = 0;
        for (const auto& r : c.before.records())
            if (r.extent.overlaps(in_range) && !(c.is_of_inodes && r.owner != owner::file_data)) {
                ++records;
                bytes += intersect(r.extent, in_range).length();
            }
        std::uint64_t decided = 0;
        for (const auto of_row : c.made.bytes_of_row)
            decided += of_row;
        const bool is_whole = c.made.not_walked.empty();
        if constexpr (lists_in_core<Mock>)
            if (c.is_of_inodes && c.event.where.is_whole_device()) {
                const auto listed = count_listed(c.before);
                return is_whole ? c.made.records == listed : c.made.records <= listed;
            }
        return c.made.records <= records && (is_whole ? decided == bytes : decided <= bytes);
    }

private:
    template <class Mock>
    static constexpr std::uint64_t count_listed(Mock fs) {
        fs.faults = {};
        std::uint64_t inodes = 0;
        (void)fs.for_each_in_core(role::data, [&](const rmap_record&) { return ++inodes != 0; });
        return inodes;
    }
};

/// An invariant: nothing is done about a file that is not in core.
struct only_files_in_core_are_touched {
    static constexpr const char* name = "only_files_in_core_are_touched";

    template <class Mock>
    static constexpr bool holds(const generated_case<Mock>& c) {
        for (const auto& e : c.after.log)
            if (e.inode_number != 0 && c.before.at(e.inode_number).state != inode::in_core)
                return false;
        return true;
    }
};

} // namespace daxhold::testing
