// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/event/byte_range.hpp"
#include "daxhold/linux/file.hpp"

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <type_traits>

#include <linux/fiemap.h>
#include <linux/fs.h>

namespace daxhold::on_linux {

/// A piece of a file and where it lies.
struct file_extent {
    byte_range file;            ///< Bytes of the file.
    std::uint64_t physical = 0; ///< Byte of the device where it starts.
    std::uint32_t flags = 0;    ///< FIEMAP_EXTENT_*.

    /// The bytes of the device.
    [[nodiscard]] constexpr byte_range on_device() const noexcept {
        return {physical, file.length()};
    }
    /// Whether it has a place of its own on the device by now, that of the file's bytes as they
    /// are. (Not so: not yet allocated, inline, compressed, encrypted.)
    [[nodiscard]] constexpr bool has_place() const noexcept {
        return (flags & (FIEMAP_EXTENT_UNKNOWN | FIEMAP_EXTENT_DELALLOC | FIEMAP_EXTENT_ENCODED |
                         FIEMAP_EXTENT_DATA_ENCRYPTED | FIEMAP_EXTENT_NOT_ALIGNED |
                         FIEMAP_EXTENT_DATA_INLINE | FIEMAP_EXTENT_DATA_TAIL)) == 0;
    }
    /// Allocated, but never written: it holds no data.
    [[nodiscard]] constexpr bool unwritten() const noexcept {
        return (flags & FIEMAP_EXTENT_UNWRITTEN) != 0;
    }
    /// Whether other files may have the same blocks.
    [[nodiscard]] constexpr bool shared() const noexcept {
        return (flags & FIEMAP_EXTENT_SHARED) != 0;
    }
};

/// Calls `visitor(const file_extent&)` for each extent of the file that meets `range` (bytes of the
/// file), in ascending order, as FS_IOC_FIEMAP tells them; extents are not clipped. A visitor that
/// returns a bool ends it with false. Nothing is written back first, so that what was not allocated
/// yet has no place.
///
/// Returns 0, or the errno value: ENOTTY and EOPNOTSUPP of a filesystem that cannot be asked. Needs
/// an open descriptor of a regular file.
template <class Visitor>
[[nodiscard]] int for_each_extent(int file, byte_range range, Visitor&& visitor) {
    constexpr std::uint32_t batch = 256;
    // The kernel's structure ends in an array of no declared length: there is no type to `new`.
    const std::unique_ptr<void, decltype(&std::free)> space{
        std::calloc(1, // NOLINT(cppcoreguidelines-no-malloc)
                    sizeof(fiemap) + batch * sizeof(fiemap_extent)),
        &std::free};
    if (!space)
        throw std::bad_alloc{};
    auto* const head = static_cast<fiemap*>(space.get());
    for (auto rest = range; !rest.empty();) {
        head->fm_start = rest.offset();
        head->fm_length = rest.length();
        head->fm_flags = 0;
        head->fm_mapped_extents = 0;
        head->fm_extent_count = batch;
        if (const int error = control(file, FS_IOC_FIEMAP, head); error != 0)
            return error;
        const auto before = rest.offset();
        for (std::uint32_t i = 0; i != head->fm_mapped_extents; ++i) {
            const auto& raw = head->fm_extents[i];
            const file_extent extent{
                {raw.fe_logical, raw.fe_length}, raw.fe_physical, raw.fe_flags};
            rest = rest.from(extent.file.end());
            if constexpr (std::is_same_v<decltype(visitor(extent)), bool>) {
                if (!visitor(extent))
                    return 0;
            } else {
                visitor(extent);
            }
            if ((raw.fe_flags & FIEMAP_EXTENT_LAST) != 0)
                return 0;
        }
        // Nothing more, or a kernel that ends where it ended the last time.
        if (rest.offset() == before)
            return 0;
    }
    return 0;
}

} // namespace daxhold::on_linux
