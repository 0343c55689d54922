// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/version.hpp"

#include <cstdint>
#include <type_traits>

namespace daxhold {

/// What a lineage calls its flags: specialise it for an enumeration whose values are single bits.
///
/// Each member that is present gives a meaning to one enumerator; a meaning that the lineage does
/// not have is left out. The members that the library asks for:
/// - `removal`: the device is about to go (MF_MEM_PRE_REMOVE, the seed's MF_MEM_REMOVE);
/// - `action_required`: the current thread consumed the error and cannot go on;
/// - `must_kill`: a user whose address is not known is killed all the same.
///
/// Values moved between releases, and one bit has had three meanings: match by name.
template <class Enumeration>
struct failure_flag_names;

/// An enumeration of failure flags that has told its names.
template <class Enumeration>
concept failure_flag_enumeration = std::is_enum_v<Enumeration> && requires {
    sizeof(failure_flag_names<Enumeration>);
};

/// A set of failure flags of one lineage. The bits are those of the enumeration and mean nothing to
/// another lineage, so sets of two lineages do not convert into each other.
template <failure_flag_enumeration Enumeration>
class failure_flags {
public:
    /// The flags of the lineage, and the integer that holds them in the kernel.
    using enumeration = Enumeration;
    using bits_type = std::make_unsigned_t<std::underlying_type_t<Enumeration>>;

    constexpr failure_flags() = default;

    /// The set of these flags.
    template <class... Flags>
    requires(
        sizeof...(Flags) > 0 &&
        (std::is_same_v<Flags, Enumeration> &&
         ...)) constexpr failure_flags(Flags... flags) noexcept // NOLINT(google-explicit-constructor)
        : bits_{static_cast<bits_type>((static_cast<bits_type>(flags) | ...))} {}

    /// The set that an `mf_flags` argument of this lineage holds. Unknown bits are kept.
    [[nodiscard]] static constexpr failure_flags from_bits(bits_type bits) noexcept {
        failure_flags made;
        made.bits_ = bits;
        return made;
    }

    /// The `mf_flags` argument of this lineage that holds the set.
    [[nodiscard]] constexpr bits_type bits() const noexcept { return bits_; }

    /// Whether a flag is in the set.
    [[nodiscard]] constexpr bool has(Enumeration flag) const noexcept {
        return (bits_ & static_cast<bits_type>(flag)) != 0;
    }

    /// The flags of both sets.
    [[nodiscard]] friend constexpr failure_flags operator|(failure_flags a,
                                                           failure_flags b) noexcept {
        return from_bits(static_cast<bits_type>(a.bits_ | b.bits_));
    }

    [[nodiscard]] friend constexpr bool operator==(failure_flags, failure_flags) noexcept = default;

private:
    bits_type bits_ = 0;
};

/// Why memory is lost to its users.
enum class cause : std::uint8_t {
    corruption, ///< It failed: what it held is gone, and the device stays.
    removal,    ///< It is about to go away: what it holds is still good, and nobody can object.
};

/// The flags with which a lineage announces a removal: no flags at all where it has no name for it.
template <failure_flag_enumeration Enumeration>
[[nodiscard]] constexpr failure_flags<Enumeration> removal_flags() noexcept {
    if constexpr (requires { failure_flag_names<Enumeration>::removal; })
        return failure_flag_names<Enumeration>::removal;
    else
        return {};
}

/// The cause that the flags tell. A lineage without a name for a removal cannot tell one: there, an
/// unbind looks like a corruption of the whole device (Linux 6.0 to 6.7).
template <class Enumeration>
[[nodiscard]] constexpr cause cause_of(failure_flags<Enumeration> flags) noexcept {
    return (flags.bits() & removal_flags<Enumeration>().bits()) != 0 ? cause::removal
                                                                     : cause::corruption;
}

/// Whether the current thread consumed the error and cannot go on.
template <class Enumeration>
[[nodiscard]] constexpr bool action_required(failure_flags<Enumeration> flags) noexcept {
    if constexpr (requires { failure_flag_names<Enumeration>::action_required; })
        return flags.has(failure_flag_names<Enumeration>::action_required);
    else
        return false;
}

/// Whether a user whose address is not known is killed all the same.
template <class Enumeration>
[[nodiscard]] constexpr bool must_kill(failure_flags<Enumeration> flags) noexcept {
    if constexpr (requires { failure_flag_names<Enumeration>::must_kill; })
        return flags.has(failure_flag_names<Enumeration>::must_kill);
    else
        return false;
}

} // namespace daxhold
