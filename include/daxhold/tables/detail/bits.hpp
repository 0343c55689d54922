// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/version.hpp"

#include <cstddef>
#include <cstdint>
#include <type_traits>

/// \file
/// Sets of small numbers, a bit each: a plain integer where one word is enough, and else several
/// words that can be computed with alike. (To a compiler that evaluates it, an operator of a class
/// costs ten times that of an integer.)

namespace daxhold::tables::detail {

/// An unsigned integer of several words, the lowest first, as far as sets need one.
template <std::size_t Words>
struct wide_bits {
    std::uint64_t words[Words] = {};

    constexpr wide_bits() noexcept = default;
    constexpr wide_bits(std::uint64_t low) noexcept : words{low} {} // NOLINT

    constexpr wide_bits& operator&=(const wide_bits& other) noexcept {
        for (std::size_t i = 0; i != Words; ++i)
            words[i] &= other.words[i];
        return *this;
    }
    constexpr wide_bits& operator|=(const wide_bits& other) noexcept {
        for (std::size_t i = 0; i != Words; ++i)
            words[i] |= other.words[i];
        return *this;
    }
    constexpr wide_bits& operator^=(const wide_bits& other) noexcept {
        for (std::size_t i = 0; i != Words; ++i)
            words[i] ^= other.words[i];
        return *this;
    }
    [[nodiscard]] constexpr wide_bits operator~() const noexcept {
        auto made = *this;
        for (auto& word : made.words)
            word = ~word;
        return made;
    }
    [[nodiscard]] friend constexpr wide_bits operator&(wide_bits a, const wide_bits& b) noexcept {
        return a &= b;
    }
    [[nodiscard]] friend constexpr wide_bits operator|(wide_bits a, const wide_bits& b) noexcept {
        return a |= b;
    }
    [[nodiscard]] friend constexpr wide_bits operator^(wide_bits a, const wide_bits& b) noexcept {
        return a ^= b;
    }

    /// One bit, at another place.
    [[nodiscard]] constexpr wide_bits operator<<(std::size_t place) const noexcept {
        wide_bits made;
        for (std::size_t i = place / 64; i != Words; ++i) {
            const auto from = i - place / 64;
            made.words[i] = words[from] << (place % 64);
            if (place % 64 != 0 && from != 0)
                made.words[i] |= words[from - 1] >> (64 - place % 64);
        }
        return made;
    }

    /// The lowest word of it, shifted: for `((set >> place) & 1) != 0`.
    [[nodiscard]] constexpr std::uint64_t operator>>(std::size_t place) const noexcept {
        return words[place / 64] >> (place % 64);
    }

    [[nodiscard]] constexpr wide_bits operator-(std::uint64_t less) const noexcept {
        auto made = *this;
        for (std::size_t i = 0; i != Words && less != 0; ++i) {
            const auto before = made.words[i];
            made.words[i] -= less;
            less = made.words[i] > before ? 1 : 0;
        }
        return made;
    }

    [[nodiscard]] friend constexpr bool operator==(const wide_bits& a,
                                                   const wide_bits& b) noexcept {
        for (std::size_t i = 0; i != Words; ++i)
            if (a.words[i] != b.words[i])
                return false;
        return true;
    }
};

/// A set of numbers less than `Size`.
template <std::size_t Size>
using bits_for =
    std::conditional_t<Size <= 64, std::uint64_t, wide_bits<Size <= 64 ? 2 : (Size + 63) / 64>>;

/// The lowest number of a set that has one.
constexpr int lowest(std::uint64_t bits) noexcept { return __builtin_ctzll(bits); }
template <std::size_t Words>
constexpr int lowest(const wide_bits<Words>& bits) noexcept {
    std::size_t word = 0;
    while (word + 1 != Words && bits.words[word] == 0)
        ++word;
    return static_cast<int>(64 * word) + __builtin_ctzll(bits.words[word]);
}

/// How many numbers are in a set.
constexpr std::size_t count(std::uint64_t bits) noexcept {
    return static_cast<std::size_t>(__builtin_popcountll(bits));
}
template <std::size_t Words>
constexpr std::size_t count(const wide_bits<Words>& bits) noexcept {
    std::size_t counted = 0;
    for (const auto word : bits.words)
        counted += count(word);
    return counted;
}

/// The numbers less than `size`, which is at most 64, or what the set has room for.
constexpr std::uint64_t first_bits(std::size_t size) noexcept {
    return size == 0 ? 0 : ~std::uint64_t{0} >> (64 - size);
}
template <class Bits>
constexpr Bits first_bits_of(std::size_t size) noexcept {
    if constexpr (std::is_same_v<Bits, std::uint64_t>) {
        return first_bits(size);
    } else {
        Bits made;
        for (auto& word : made.words) {
            const auto some = size < 64 ? size : 64;
            word = first_bits(some);
            size -= some;
        }
        return made;
    }
}

} // namespace daxhold::tables::detail
