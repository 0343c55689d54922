// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/device/combine.hpp"
#include "daxhold/device/device.hpp"
#include "daxhold/device/pagemap.hpp"

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace daxhold {

/// Pages of physical memory that failed.
struct failed_pages {
    /// The number of the first page: its physical address divided by `page_size`.
    std::uint64_t pfn = 0;

    /// How many pages, in ascending order of their addresses; at least 1.
    std::uint64_t count = 1;

    /// The bytes in a page; a power of two.
    std::uint64_t page_size = 4096;

    /// Whether it has at least one page, and a page size that is a power of two.
    [[nodiscard]] constexpr bool valid() const noexcept {
        return count != 0 && page_size != 0 && (page_size & (page_size - 1)) == 0;
    }

    /// The physical addresses of the pages; what lies past the largest address is cut off.
    [[nodiscard]] constexpr byte_range addresses() const noexcept {
        constexpr auto times = [](std::uint64_t pages, std::uint64_t size) {
            return pages > byte_range::max / size ? byte_range::max : pages * size;
        };
        return valid() ? byte_range{times(pfn, page_size), times(count, page_size)} : byte_range{};
    }
};

/// What came of a memory failure.
struct memory_failure_outcome {
    /// What memory_failure() would return.
    result answer = no_such_device;

    /// What the holder said before any generic path was taken; for several pieces, combined. It is
    /// -ENXIO where nobody was asked.
    result holder = no_such_device;

    /// How many pieces of the device the failed pages cover.
    std::size_t pieces = 0;

    /// For how many of them the generic path was taken, for want of a holder that handles them.
    std::size_t generic_pieces = 0;

    /// Whether the generic path was taken at all.
    [[nodiscard]] constexpr bool took_generic_path() const noexcept { return generic_pieces != 0; }
};

/// Tells a device's holder of failed pages, as memory_failure_dev_pagemap does (Linux 6.0,
/// mm/memory-failure.c, and pmem_pagemap_memory_failure, drivers/nvdimm/pmem.c).
///
/// The pages become ranges of bytes in the device: what is outside is cut off, and a failure that
/// goes from one range of physical memory to the next is told in pieces, all of them. A piece for
/// which the holder's answer falls back (only -EOPNOTSUPP does) is given to `generic(piece)`, the
/// kernel's mf_generic_kill_procs, whose result is then the answer for it.
///
/// The answer, checked in this order: -EINVAL for pages that are not valid; -ENXIO when no page is
/// in the device; else the answers for the pieces, combined by `combine`.
template <class Handle, class Flags, class Synchronization, std::size_t Ranges, class Generic>
constexpr memory_failure_outcome
memory_failure_dev_pagemap(const basic_dax_device<Handle, Flags, Synchronization>& device,
                           const pagemap<Ranges>& memory, failed_pages pages,
                           std::type_identity_t<Flags> flags, Generic&& generic) {
    if (!pages.valid())
        return {.answer = result::error(EINVAL)};
    memory_failure_outcome outcome;
    memory.translate(pages.addresses(), [&](byte_range piece) {
        const result told = dax_holder_notify_failure(device, piece, flags);
        outcome.holder = combine(outcome.holder, told);
        ++outcome.pieces;
        outcome.generic_pieces += falls_back(told) ? 1U : 0U;
        outcome.answer = combine(outcome.answer, falls_back(told) ? generic(piece) : told);
    });
    return outcome;
}

} // namespace daxhold
