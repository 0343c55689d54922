// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

/// Tables of rows over facts: proven whole, compiled to the tests that one would write, explained
/// and compared. Nothing here knows of memory or of filesystems.
namespace daxhold::tables {

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

constexpr unsigned count_digits(std::size_t number) noexcept { return number < 10 ? 1 : 2; }

/// For a value that is no enumerator, and which the compiler so spells `(scope)1`, how long that is
/// and what stands before it; else 0. One character tells, where a name has to be read: counting
/// enumerators is most of what a small table costs to compile. `digits` are those of the value.
template <auto Value>
consteval unsigned measure_number(unsigned digits) noexcept {
    constexpr unsigned end = sizeof(__PRETTY_FUNCTION__) - 2;
    return __PRETTY_FUNCTION__[end - digits - 1] == ')' ? end : 0;
}

/// Four at a time, which saves the compiler three functions.
template <class Enumeration, std::size_t Count = 0>
consteval std::size_t count_enumerators() noexcept {
    if constexpr (std::is_same_v<std::underlying_type_t<Enumeration>, bool>)
        return 1 + (measure_number<static_cast<Enumeration>(true)>(1) == 0);
    else if constexpr (Count == 64)
        return measure_number<static_cast<Enumeration>(64)>(2) != 0 ? 64 : 65;
    else if constexpr (measure_number<static_cast<Enumeration>(Count)>(count_digits(Count)) != 0)
        return Count;
    else if constexpr (measure_number<static_cast<Enumeration>(Count + 1)>(
                           count_digits(Count + 1)) != 0)
        return Count + 1;
    else if constexpr (measure_number<static_cast<Enumeration>(Count + 2)>(
                           count_digits(Count + 2)) != 0)
        return Count + 2;
    else if constexpr (measure_number<static_cast<Enumeration>(Count + 3)>(
                           count_digits(Count + 3)) != 0)
        return Count + 3;
    else
        return count_enumerators<Enumeration, Count + 4>();
}

enum class without_enumerators {};

/// What stands in `measure_number` before a scope.
inline constexpr unsigned before_scope =
    measure_number<without_enumerators{}>(1) -
    (sizeof("(daxhold::tables::detail::without_enumerators)0") - 1);

/// Whether one of these values is an enumerator, found out at once. They have as many `digits`, and
/// a number is spelled with `scope` characters before them.
template <auto... Values>
consteval bool has_enumerator(unsigned scope,
                              const unsigned (&digits)[sizeof...(Values)]) noexcept {
    // The last of them is followed by `}]` or `>]`, the others by `, `.
    unsigned end = sizeof(__PRETTY_FUNCTION__) - 3;
    for (unsigned value = sizeof...(Values); value-- != 0; end -= scope + digits[value] + 2)
        if (__PRETTY_FUNCTION__[end - digits[value] - 1] != ')' ||
            __PRETTY_FUNCTION__[end - digits[value]] == ':')
            return true;
    return false;
}

/// Whether one of these numbers, if it is larger than `Count`, or -1 is an enumerator. The number
/// `Count` is none.
template <class Enumeration, std::size_t Count, std::size_t... Number>
consteval bool goes_on_at(std::index_sequence<Number...>) noexcept {
    using integer = std::underlying_type_t<Enumeration>;
    constexpr bool is_signed = static_cast<integer>(-1) < integer{1};
    // A smaller type without a sign has no -1 that would be told from its largest value.
    constexpr bool has_last = is_signed || sizeof(integer) == sizeof(std::size_t);
    constexpr unsigned digits = count_digits(Count);
    constexpr unsigned scope =
        measure_number<static_cast<Enumeration>(Count)>(digits) - digits - before_scope;
    return has_enumerator<static_cast<Enumeration>(has_last ? static_cast<integer>(-1)
                                                            : static_cast<integer>(Count)),
                          static_cast<Enumeration>(Number > Count ? Number : Count)...>(
        scope, {has_last ? is_signed ? 2U : 20U : digits,
                count_digits(Number > Count ? Number : Count)...});
}

/// Whether values convert to numbers by themselves. (std::is_convertible makes classes for that.)
template <class Enumeration>
concept converts_to_int = requires(void take(int), Enumeration value) {
    take(value);
};

/// Whether an enumeration goes on behind its first gap, as far as is worth looking: at -1, right
/// behind the gap, and at the powers of two, since flags are the likely mistake.
template <class Enumeration, std::size_t Count = count_enumerators<Enumeration>()>
inline constexpr bool goes_on_behind_gap =
    goes_on_at<Enumeration, Count>(std::index_sequence<Count + 1, 4, 8, 16, 32, 64>{});
// All values of bool have been counted.
template <class Enumeration, std::size_t Count>
requires std::is_same_v < std::underlying_type_t<Enumeration>,
bool > inline constexpr bool goes_on_behind_gap<Enumeration, Count> = false;

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
concept fact = std::is_enum_v<Enumeration> && !detail::converts_to_int<Enumeration> &&
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

} // namespace daxhold::tables
