// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/event/byte_range.hpp"

#include <cstddef>

namespace daxhold {

/// A piece of a mapped device: `length` bytes from `start` on lie on the lower device number
/// `lower`, from `lower_start` on. A length that passes the largest byte on either side is cut off
/// there.
template <std::unsigned_integral Int>
struct basic_linear_target {
    /// Where it begins on the mapped device, and how many bytes it has.
    Int start = 0;
    Int length = 0;

    /// Which of the lower devices it lies on, and where it begins there.
    unsigned lower = 0;
    Int lower_start = 0;

    /// Where it lies on its lower device.
    [[nodiscard]] constexpr basic_byte_range<Int> on_lower() const noexcept {
        const basic_byte_range<Int> on_upper{start, length};
        return {lower_start, on_upper.length()};
    }
};

/// A target of a device of 64 bits.
using linear_target = basic_linear_target<std::uint64_t>;

/// The translation of a mapped device that strings pieces of lower devices together (dm-linear), as
/// seen from one of them: make one such object for each lower device, all on the same table.
///
/// The targets are not copied. They outlive this, and stay as they are. Their bytes of the upper
/// device do not overlap, and need not be sorted. Two targets may share bytes of a lower device (as
/// deduplication does): both are told.
template <std::unsigned_integral Int>
class basic_linear {
public:
    /// What it translates, and what it is made of.
    using range_type = basic_byte_range<Int>;
    using target = basic_linear_target<Int>;

    /// All `the_count` targets of the upper device, seen from lower device number `the_lower`.
    /// Looks at each of them.
    constexpr basic_linear(const target* the_targets, std::size_t the_count,
                           unsigned the_lower) noexcept
        : targets_{the_targets}, end_{the_targets + the_count}, lower_{the_lower} {
        bool has_bytes = false;
        bool has_others = false;
        Int last = 0;
        for (const target* t = targets_; t != end_; ++t) {
            const auto length = t->on_lower().length();
            if (t->lower != lower_) {
                has_others = has_others || t->length != 0;
                continue;
            }
            has_bytes = has_bytes || length != 0;
            is_ascending_ =
                is_ascending_ && t->lower_start >= last && t->length != 0 && t->length == length;
            last = t->lower_start;
        }
        is_alone_ = has_bytes && !has_others;
    }

    /// A whole array of targets, seen from lower device number `the_lower`.
    template <std::size_t Size>
    constexpr basic_linear(const target (&the_targets)[Size], unsigned the_lower) noexcept
        : basic_linear{the_targets, Size, the_lower} {}

    /// See the concept `translation`; there is at most one piece for each target. Targets that
    /// begin at the same byte come in the order of the table.
    ///
    /// It neither allocates nor sorts. The table is gone through once, up to the first target
    /// behind the range, if those on this lower device ascend there as they do in the table, and
    /// have bytes none of which is cut off. Else it is gone through for each target that is hit.
    template <class Sink>
    [[gnu::DAXHOLD_INLINED]] constexpr void translate(range_type on_lower, Sink&& sink) const {
        if (on_lower.empty())
            return;
        const bool is_all = is_alone_ && on_lower.is_whole_device();
        if (is_ascending_ && !is_all) [[likely]]
            translate_ascending(on_lower, sink);
        else if (is_all)
            sink(on_lower);
        else
            for (const target* next = targets_;
                 (next = next_in_order(on_lower.offset(), on_lower.end(), next)) != end_; ++next)
                sink(on_lower.overlap_with(next->on_lower()).moved(next->lower_start, next->start));
    }

private:
    template <class Sink>
    [[gnu::DAXHOLD_INLINED]] constexpr void translate_ascending(range_type on_lower,
                                                                Sink& sink) const {
        for (const target* t = targets_; t != end_; ++t) {
            if (t->lower != lower_)
                continue;
            // Where it lies on its lower device: nothing of it is cut off.
            const range_type whole = range_type{0, t->length}.moved(0, t->lower_start);
            if (whole.offset() >= on_lower.end())
                break;
            if (whole.end() > on_lower.offset())
                sink(on_lower.overlap_with(whole).moved(whole.offset(), t->start));
        }
    }

    // The first target that is hit and comes behind the one before `told`, or the first one of all
    // if `told` is the first of the table; `end_` if there is none. The order is that of the first
    // byte that is hit, then that of the table.
    [[nodiscard, gnu::noinline, gnu::cold]] constexpr const target*
    next_in_order(Int begin, Int end, const target* told) const noexcept {
        const auto on_lower = range_type::ordered(begin, end);
        const auto first_hit = [on_lower](const target* t) {
            return intersect(on_lower, t->on_lower()).offset();
        };
        const target* found = end_;
        for (const target* t = targets_; t != end_; ++t) {
            if (t->lower != lower_ || !on_lower.overlaps(t->on_lower()))
                continue;
            const Int first = first_hit(t);
            if (told != targets_ &&
                (first < first_hit(told - 1) || (first == first_hit(told - 1) && t < told)))
                continue;
            if (found == end_ || first < first_hit(found))
                found = t;
        }
        return found;
    }

    const target* targets_;
    const target* end_;
    unsigned lower_;
    /// All of the upper device lies on this lower one.
    bool is_alone_ = false;
    /// The targets here ascend as they do in the table, and have bytes none of which is cut off.
    bool is_ascending_ = true;
};

/// The translation of a device of 64 bits.
using linear = basic_linear<std::uint64_t>;

} // namespace daxhold
