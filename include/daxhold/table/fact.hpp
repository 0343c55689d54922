// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

namespace daxhold {

/// A piece of text that lives as long as the program; not terminated by a zero.
struct text {
    /// Its first byte, and how many there are.
    const char* data = "";
    std::size_t size = 0;

    [[nodiscard]] friend constexpr bool operator==(text a, text b) noexcept {
        if (a.size != b.size)
            return false;
        for (std::size_t i = 0; i != a.size; ++i)
            if (a.data[i] != b.data[i])
                return false;
        return true;
    }
};

namespace detail {

/// Letters beyond ASCII count, in each of their bytes.
constexpr bool is_identifier_character(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
}

/// How the compiler spells a template argument, without the scopes before its last name. For a
/// number that is no enumerator g++ and clang spell a cast, whose last name is the number: empty.
template <auto Value>
consteval text spell_enumerator() noexcept {
    const char* const function = __PRETTY_FUNCTION__;
    std::size_t end = sizeof(__PRETTY_FUNCTION__) - 2;
    while (!is_identifier_character(function[end - 1]))
        --end;
    std::size_t begin = end;
    while (is_identifier_character(function[begin - 1]))
        --begin;
    if (function[begin - 1] == ')' || (function[begin] >= '0' && function[begin] <= '9'))
        return {};
    return {function + begin, end - begin};
}

template <class Type>
consteval text spell_type() noexcept {
    const char* const function = __PRETTY_FUNCTION__;
    const std::size_t end = sizeof(__PRETTY_FUNCTION__) - 2;
    std::size_t begin = end;
    while (is_identifier_character(function[begin - 1]))
        --begin;
    return {function + begin, end - begin};
}

template <class Enumeration, std::size_t Number>
consteval bool is_enumerator() noexcept {
    constexpr auto number = static_cast<std::underlying_type_t<Enumeration>>(Number);
    if constexpr (static_cast<std::size_t>(number) != Number)
        return false;
    else
        return spell_enumerator<static_cast<Enumeration>(number)>().size != 0;
}

template <class Enumeration, std::size_t Count = 0>
consteval std::size_t count_enumerators() noexcept {
    if constexpr (Count == 65)
        return Count;
    else if constexpr (!is_enumerator<Enumeration, Count>())
        return Count;
    else
        return count_enumerators<Enumeration, Count + 1>();
}

template <class Enumeration, std::size_t Count, std::size_t... Number>
consteval bool goes_on_at(std::index_sequence<Number...>) noexcept {
    return ((Number > Count && is_enumerator<Enumeration, Number>()) || ...);
}

/// Whether an enumeration goes on behind its first gap, as far as is worth looking: at -1, right
/// behind the gap, and at the powers of two, since flags are the likely mistake.
template <class Enumeration, std::size_t Count = count_enumerators<Enumeration>()>
inline constexpr bool goes_on_behind_gap =
    goes_on_at<Enumeration, Count>(std::index_sequence<Count + 1, 4, 8, 16, 32, 64, ~0UL>{});

} // namespace detail

/// How many values a fact has: its enumerators, counted from 0 up to the first gap.
template <class Enumeration>
requires std::is_enum_v<Enumeration>
inline constexpr std::size_t value_count = detail::count_enumerators<Enumeration>();

/// A fact: a scoped enumeration whose enumerators are 0, 1, 2 ... without a gap, 1 to 64 of them.
/// Nothing has to be registered: values and names are read from the enumeration itself. (A member
/// of a class template is no fact for clang, which does not know its enumerators before they are
/// named.) Flags are no fact; not every gap is seen.
template <class Enumeration>
concept fact = std::is_enum_v<Enumeration> && !std::is_convertible_v<Enumeration, int> &&
               (value_count<Enumeration> >= 1) && (value_count<Enumeration> <= 64) &&
               !detail::goes_on_behind_gap<Enumeration>;

/// A set of values of one fact, a bit for each, bit 0 for the first enumerator.
template <fact Fact>
struct value_set {
    /// The values that are in the set.
    std::uint64_t bits = 0;

    [[nodiscard]] friend constexpr bool operator==(value_set, value_set) noexcept = default;
};

/// The set with a bit for each of the fact's values.
template <fact Fact>
inline constexpr std::uint64_t every_value = value_count<Fact> == 64
                                                 ? ~std::uint64_t{0}
                                                 : (std::uint64_t{1} << value_count<Fact>)-1;

/// The bit of one value.
template <fact Fact>
[[nodiscard]] constexpr std::uint64_t bit_of(Fact value) noexcept {
    return std::uint64_t{1} << static_cast<unsigned>(value);
}

/// These values of a fact, for a row that accepts more than one.
template <fact Fact, std::same_as<Fact>... More>
[[nodiscard]] constexpr value_set<Fact> any_of(Fact value, More... more) noexcept {
    return {(bit_of(value) | ... | bit_of(more))};
}

/// All values of a fact but these.
template <fact Fact, std::same_as<Fact>... More>
[[nodiscard]] constexpr value_set<Fact> none_of(Fact value, More... more) noexcept {
    return {every_value<Fact> & ~any_of(value, more...).bits};
}

namespace detail {

template <fact Fact, std::size_t... Value>
consteval auto spell_values(std::index_sequence<Value...>) noexcept {
    struct names {
        text of[sizeof...(Value)];
    };
    return names{{spell_enumerator<static_cast<Fact>(Value)>()...}};
}

template <fact Fact>
inline constexpr auto
    value_names = spell_values<Fact>(std::make_index_sequence<value_count<Fact>>{});

} // namespace detail

/// The enumerator's name as it is written in the source, without its enumeration.
template <fact Fact>
[[nodiscard]] constexpr text name_of(Fact value) noexcept {
    return detail::value_names<Fact>.of[static_cast<std::size_t>(value)];
}

/// The enumeration's own name, without the namespaces before it.
template <fact Fact>
inline constexpr text fact_name = detail::spell_type<Fact>();

} // namespace daxhold
