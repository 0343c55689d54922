// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/version.hpp"

#include <cerrno>

namespace daxhold {

/// What a result means to the one who asked, whatever its number is called elsewhere.
enum class meaning : unsigned char {
    done,        ///< 0: handled; nobody needs to do more.
    unsupported, ///< -EOPNOTSUPP: nobody here handles it; a memory failure takes the generic path.
    no_device,   ///< -ENXIO: dead, or outside of what the holder has.
    not_ready,   ///< -EIO: the holder exists and cannot act yet.
    busy,        ///< -EBUSY: somebody else has what was asked for.
    corrupted,   ///< -EFSCORRUPTED (EUCLEAN on Linux): the filesystem was lost.
    not_present, ///< -ENODATA: what was looked for is not in core.
    again,       ///< -EAGAIN: in between two states; a later try may succeed.
    invalid,     ///< -EINVAL: the request makes no sense.
    no_holder,   ///< -ENODEV: there is no device to hold.
    other,       ///< Any other errno.
};

/// The kernel's outcome of an operation: 0, or the negative of an errno value.
///
/// A class and not an `int`, so that an errno with the wrong sign cannot be made by accident.
class [[nodiscard]] result {
public:
    /// Success, 0.
    constexpr result() = default;

    /// The failure that the kernel writes as `-errno_value`. The sign of the argument does not
    /// matter: `error(ENXIO)` and `error(-ENXIO)` are the same; 0 is success.
    [[nodiscard]] static constexpr result error(int errno_value) noexcept {
        return result{errno_value > 0 ? -errno_value : errno_value};
    }

    /// The result that a kernel function returned: 0 or negative, taken as it is. A positive value
    /// is undefined behaviour, and no constant expression.
    [[nodiscard]] static constexpr result from_kernel(int value) noexcept {
        if (value > 0)
            __builtin_unreachable();
        return result{value};
    }

    /// The kernel's number: 0 or negative.
    [[nodiscard]] constexpr int value() const noexcept { return value_; }

    /// Whether it is success.
    [[nodiscard]] constexpr bool ok() const noexcept { return value_ == 0; }

    [[nodiscard]] friend constexpr bool operator==(result, result) noexcept = default;

private:
    explicit constexpr result(int value) noexcept : value_{value} {}

    int value_ = 0;
};

/// The errno of a filesystem that found itself corrupted: XFS maps EFSCORRUPTED to EUCLEAN, 117
/// (fs/xfs/xfs_linux.h). Spelled as a number, because not every libc has the name.
inline constexpr int efscorrupted = 117;

/// The results that this library itself gives most often: 0, -EOPNOTSUPP, -ENXIO, -EFSCORRUPTED.
inline constexpr result success{};
inline constexpr result unsupported_operation = result::error(EOPNOTSUPP);
inline constexpr result no_such_device = result::error(ENXIO);
inline constexpr result filesystem_corrupted = result::error(efscorrupted);

/// Whether memory_failure() then takes its generic path: only -EOPNOTSUPP makes it do so; every
/// other value, errors included, keeps it from there (Linux 6.0, memory_failure_dev_pagemap).
[[nodiscard]] constexpr bool falls_back(result r) noexcept { return r == unsupported_operation; }

namespace detail {

struct known_errno {
    int value;
    meaning what;
    const char* sentence;
};

inline constexpr known_errno known_errnos[]{
    {0, meaning::done, "handled"},
    {EOPNOTSUPP, meaning::unsupported, "not supported by the holder"},
    {ENXIO, meaning::no_device, "no such device, or outside of it"},
    {EIO, meaning::not_ready, "the holder is not ready"},
    {EBUSY, meaning::busy, "busy, or held by somebody else"},
    {efscorrupted, meaning::corrupted, "the filesystem is corrupted"},
    {ENODATA, meaning::not_present, "not in core"},
    {EAGAIN, meaning::again, "changing state, try again"},
    {EINVAL, meaning::invalid, "the request is not valid"},
    {ENODEV, meaning::no_holder, "there is no device to hold"},
};

} // namespace detail

/// The meaning of a result, by its errno.
[[nodiscard]] constexpr meaning meaning_of(result r) noexcept {
    for (const auto& known : detail::known_errnos)
        if (known.value == -r.value())
            return known.what;
    return meaning::other;
}

/// The sentence for a meaning, for people; it ends without a full stop.
[[nodiscard]] constexpr const char* describe(meaning m) noexcept {
    for (const auto& known : detail::known_errnos)
        if (known.what == m)
            return known.sentence;
    return "failed";
}

} // namespace daxhold
