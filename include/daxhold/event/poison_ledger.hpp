// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/event/byte_range.hpp"
#include "daxhold/event/failure_flags.hpp"

#include <cstddef>
#include <cstdint>
#include <initializer_list>

namespace daxhold {

/// Whether all bytes of a record are known to be poisoned already, so that this event tells nothing
/// new about them. A fact of its own that a filesystem answers, from its `poison_ledger`:
/// `ledger.state_of(record.extent)`. (multikernel/daxfs #29, section 14: poison is sticky.)
enum class poisoned : unsigned char { no, yes };

/// How a ledger could note a change.
enum class ledger_entry {
    exact,   ///< As it was told.
    widened, ///< It was full: bytes between two entries count as poisoned since.
};

/// The bytes that are known to be poisoned, as at most `Capacity` ranges; nothing is allocated.
///
/// The record is sticky. That a page is read again, or that an injected error is cleared, leaves it
/// as it is: the only way out is `replace`, when the memory itself was replaced. A removal never
/// adds to it, since what goes away is not broken. Ranges that touch become one. When there are
/// more than fit, the two that are closest become one, and the ledger says so: it may call good
/// bytes poisoned then, and never the other way round.
///
/// Ranges are in bytes, relative to whatever the filesystem chooses; an empty range changes
/// nothing.
///
/// It is a plain value: while one thread changes it nobody reads it, not even a signal handler that
/// interrupts the change. What both do goes through an `async_signal_safe<poison_ledger<..>>`.
template <std::size_t Capacity, std::unsigned_integral Int = std::uint64_t>
class poison_ledger {
    static_assert(Capacity >= 1, "a poison ledger has room for at least one range");

public:
    /// What it is made of: ranges, and how many of them at most.
    using range_type = basic_byte_range<Int>;
    static constexpr std::size_t capacity = Capacity;

    /// Nothing is poisoned.
    constexpr poison_ledger() = default;

    /// These bytes are poisoned. Nothing happens to bytes that were recorded before.
    constexpr ledger_entry add(range_type bytes) noexcept {
        if (bytes.empty())
            return ledger_entry::exact;
        std::size_t first = 0;
        while (first != size_ && ranges_[first].end() < bytes.offset())
            ++first;
        std::size_t last = first;
        for (; last != size_ && ranges_[last].offset() <= bytes.end(); ++last)
            bytes = cover(bytes, ranges_[last]);
        put(first, last, bytes);
        return fit();
    }

    /// These bytes are concerned by an event: a corruption poisons them, a removal does not.
    constexpr ledger_entry note(cause why, range_type bytes) noexcept {
        return why == cause::corruption ? add(bytes) : ledger_entry::exact;
    }

    /// The memory under these bytes was replaced, or comes back as new: they are poisoned no more.
    /// (`widened`: there was no room for what is left on both sides of them.)
    constexpr ledger_entry replace(range_type bytes) noexcept {
        poison_ledger left;
        auto entry = ledger_entry::exact;
        for (std::size_t i = 0; i != size_; ++i)
            for (const auto part : {ranges_[i].below(bytes.offset()), ranges_[i].from(bytes.end())})
                if (left.add(part) == ledger_entry::widened)
                    entry = ledger_entry::widened;
        left.is_exact_ = left.is_exact_ && (is_exact_ || left.empty());
        *this = left;
        return entry;
    }

    /// Whether every byte of these is poisoned; true of every empty range.
    [[nodiscard]] constexpr bool contains(range_type bytes) const noexcept {
        for (std::size_t i = 0; i != size_; ++i)
            if (ranges_[i].contains(bytes))
                return true;
        return bytes.empty();
    }

    /// Whether one of these bytes is poisoned, and reading them all is out of the question.
    [[nodiscard]] constexpr bool overlaps(range_type bytes) const noexcept {
        for (std::size_t i = 0; i != size_; ++i)
            if (ranges_[i].overlaps(bytes))
                return true;
        return false;
    }

    /// The fact for a record that lies there.
    [[nodiscard]] constexpr poisoned state_of(range_type bytes) const noexcept {
        return !bytes.empty() && contains(bytes) ? poisoned::yes : poisoned::no;
    }

    /// The bytes from the first of these up to, and not including, the first that is poisoned: what
    /// can still be read.
    ///
    /// For who implements read(2): as much as that is read, which is less than was asked for, and
    /// the error (-EIO) is the answer to the next read, which begins at the poison. A reply to FUSE
    /// is no read(2): the kernel takes a short one for the end of the file and fills up with zeros,
    /// so that poison would be read as good data (libfuse, include/fuse.h, `read`; but for
    /// direct_io). There, the answer is the error whenever a byte of the request is poisoned
    /// (`overlaps`).
    [[nodiscard]] constexpr range_type readable(range_type bytes) const noexcept {
        for (std::size_t i = 0; i != size_; ++i)
            if (ranges_[i].overlaps(bytes))
                return bytes.below(ranges_[i].offset());
        return bytes;
    }

    /// Whether nothing is recorded but what was told.
    [[nodiscard]] constexpr bool is_exact() const noexcept { return is_exact_; }

    /// Whether no byte is poisoned.
    [[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }

    /// How many ranges there are. They ascend, are not empty, and do not touch.
    [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }
    [[nodiscard]] constexpr range_type operator[](std::size_t i) const noexcept {
        return ranges_[i];
    }

    /// How many bytes are recorded.
    [[nodiscard]] constexpr Int bytes() const noexcept {
        Int sum = 0;
        for (std::size_t i = 0; i != size_; ++i)
            sum = static_cast<Int>(sum + ranges_[i].length());
        return sum;
    }

private:
    static constexpr range_type cover(range_type a, range_type b) noexcept {
        return range_type::between(a.offset() < b.offset() ? a.offset() : b.offset(),
                                   a.end() > b.end() ? a.end() : b.end());
    }

    /// Puts `range` in the place of the ranges from number `first` up to, not including, `last`.
    constexpr void put(std::size_t first, std::size_t last, range_type range) noexcept {
        if (first == last)
            for (std::size_t i = size_++; i != first; --i)
                ranges_[i] = ranges_[i - 1];
        else {
            std::size_t next = first + 1;
            while (last != size_)
                ranges_[next++] = ranges_[last++];
            size_ = next;
        }
        ranges_[first] = range;
    }

    /// Where there is one range too many: joins the two that are closest.
    constexpr ledger_entry fit() noexcept {
        if (size_ <= Capacity)
            return ledger_entry::exact;
        std::size_t closest = 0;
        for (std::size_t i = 1; i + 1 != size_; ++i)
            if (gap_behind(i) < gap_behind(closest))
                closest = i;
        put(closest, closest + 2, cover(ranges_[closest], ranges_[closest + 1]));
        is_exact_ = false;
        return ledger_entry::widened;
    }

    [[nodiscard]] constexpr Int gap_behind(std::size_t i) const noexcept {
        return static_cast<Int>(ranges_[i + 1].offset() - ranges_[i].end());
    }

    /// One more than fit, for the moment in which two are to be joined.
    range_type ranges_[Capacity + 1] = {};
    std::size_t size_ = 0;
    bool is_exact_ = true;
};

} // namespace daxhold
