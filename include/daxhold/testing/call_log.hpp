// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/policy/contract.hpp"
#include "daxhold/policy/facts.hpp"
#include "daxhold/policy/operation.hpp"
#include "daxhold/policy/tables.hpp"

#include <cstddef>
#include <cstdint>

namespace daxhold::testing {

/// What a mock filesystem can be asked or told, each of which can be made to fail: three questions,
/// then every operation of the list (policy/operation.hpp), and one for all others.
enum class call : std::uint8_t {
    read_rmap,    ///< One record of the reverse mapping is read.
    find_in_core, ///< An inode is looked up.
    list_in_core, ///< One of the inodes in core is listed.
#define DAXHOLD_OPERATION(name, about, arguments, purpose) name,
    DAXHOLD_OPERATIONS(DAXHOLD_OPERATION)
#undef DAXHOLD_OPERATION
        perform, ///< An operation of the filesystem's own.
};

/// How many calls there are.
inline constexpr std::size_t call_count = value_count<call>;

/// Something that was done to a mock filesystem, and how it went. What a call does not have stays
/// as it is here, so that two entries can be compared.
struct entry {
    call what = call::freeze;       ///< What was done.
    std::uint64_t inode_number = 0; ///< Of the file that it was done to.
    byte_range where{};             ///< Bytes of the file, or of the filesystem's part of a device.
    users who = users::early;       ///< Which users were told.
    poison pages = poison::marked;  ///< Whether their pages were marked.
    shutdown_reason reason = shutdown_reason::corrupt_ondisk; ///< Of a shutdown.
    role device = role::data; ///< The device that a media event was reported of.
    result outcome{};         ///< How it went.

    [[nodiscard]] friend constexpr bool operator==(const entry&, const entry&) noexcept = default;
};

/// What was done, in order. The first `capacity` entries are kept, all are counted.
class call_log {
public:
    /// How many entries are kept.
    static constexpr std::size_t capacity = 48;

    /// One more entry.
    constexpr void add(const entry& e) noexcept {
        if (size_ < capacity)
            entries_[size_] = e;
        ++size_;
    }

    /// How many entries were added, kept or not.
    [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }

    /// Entry number `i`, counted from 0. Precondition: `i` is less than `capacity`; what was not
    /// added is as an `entry` begins.
    [[nodiscard]] constexpr const entry& operator[](std::size_t i) const noexcept {
        return entries_[i];
    }

    /// The entries that were kept, in a loop.
    [[nodiscard]] constexpr const entry* begin() const noexcept { return entries_; }
    [[nodiscard]] constexpr const entry* end() const noexcept {
        return entries_ + (size_ < capacity ? size_ : capacity);
    }

    /// How often something was done.
    [[nodiscard]] constexpr std::size_t count(call what) const noexcept {
        std::size_t found = 0;
        for (const auto& e : *this)
            found += e.what == what ? 1U : 0U;
        return found;
    }

    /// The place of the first such entry, or `size()`.
    [[nodiscard]] constexpr std::size_t find(call what) const noexcept {
        for (const auto& e : *this)
            if (e.what == what)
                return static_cast<std::size_t>(&e - entries_);
        return size_;
    }

    /// Whether exactly these calls were made, in this order.
    template <class... Calls>
    [[nodiscard]] constexpr bool is(Calls... calls) const noexcept {
        std::size_t i = 0;
        return size_ == sizeof...(Calls) && size_ <= capacity &&
               ((entries_[i++].what == calls) && ...);
    }

private:
    entry entries_[capacity] = {};
    std::size_t size_ = 0;
};

/// Which calls are to fail: for each kind of call the n-th, and with what.
class fault_plan {
public:
    /// The `nth` call (counted from 1) of this kind fails with `errno_value`, once. A second fault
    /// of the same kind replaces the first. Precondition: the errno is positive, as in `<cerrno>`.
    constexpr void fail(call what, std::uint64_t nth, int errno_value) noexcept {
        auto& f = faults_[static_cast<std::size_t>(what)];
        f.nth = nth;
        f.with = result::error(errno_value);
    }

    /// Counts a call and tells how it goes.
    [[nodiscard]] constexpr result next(call what) noexcept {
        auto& f = faults_[static_cast<std::size_t>(what)];
        return ++f.calls == f.nth ? f.with : success;
    }

    /// How many calls of this kind were counted.
    [[nodiscard]] constexpr std::uint64_t made(call what) const noexcept {
        return faults_[static_cast<std::size_t>(what)].calls;
    }

private:
    struct fault {
        std::uint64_t calls = 0;
        std::uint64_t nth = 0;
        result with;
    };
    fault faults_[call_count] = {};
};

} // namespace daxhold::testing
