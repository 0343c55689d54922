// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/version.hpp"

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

    /// As a std::string_view, or another view like it.
    template <class View>
    requires std::is_trivially_copyable_v<View> &&
        std::is_constructible_v<View, const char*, std::size_t>
    constexpr operator View() const noexcept { return View(data, size); }

    [[nodiscard]] friend constexpr bool operator==(text a, text b) noexcept {
        if (a.size != b.size)
            return false;
        for (std::size_t i = 0; i != a.size; ++i)
            if (a.data[i] != b.data[i])
                return false;
        return true;
    }
};

/// Writes it to a std::ostream, or another stream like it.
template <class Stream>
Stream& operator<<(Stream& stream, text written) requires requires {
    stream.write(written.data, 0);
}
{
    stream.write(written.data, static_cast<std::ptrdiff_t>(written.size));
    return stream;
}

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

/// How many characters a number takes.
constexpr unsigned count_digits(int number) noexcept {
    return number < 0 ? 1 + count_digits(-number) : number < 10 ? 1 : 1 + count_digits(number / 10);
}

/// For a value that is no enumerator, and which the compiler so spells `(scope)1`, how long that is
/// and what stands before it; else 0. One character tells, where a name has to be read: counting
/// enumerators is most of what a small table costs to compile. `digits` are those of the value.
template <auto Value>
consteval unsigned measure_number(unsigned digits) noexcept {
    constexpr unsigned end = sizeof(__PRETTY_FUNCTION__) - 2;
    return __PRETTY_FUNCTION__[end - digits - 1] == ')' ? end : 0;
}

enum class without_enumerators {};

/// What stands in `measure_number` before a scope.
inline constexpr unsigned before_scope =
    measure_number<without_enumerators{}>(1) -
    (sizeof("(daxhold::tables::detail::without_enumerators)0") - 1);

/// The numbers that 8 bits mean, counted back from the last one, in runs that take the same number
/// of characters.
template <class Integer>
inline constexpr auto runs_of_digits = [] {
    struct {
        struct {
            unsigned values = 0;
            unsigned digits = 0;
        } of[8];
    } made;
    unsigned run = 0;
    for (unsigned number = std::is_same_v<Integer, bool> ? 2 : 256; number-- != 0;) {
        const auto digits = count_digits(static_cast<Integer>(number));
        if (made.of[run].values != 0 && made.of[run].digits != digits)
            ++run;
        made.of[run].digits = digits;
        ++made.of[run].values;
    }
    return made;
}();

/// Where the last name begins in how a value is spelled, and what stands before the whole.
template <auto Value>
consteval unsigned find_last_name() noexcept {
    unsigned begin = sizeof(__PRETTY_FUNCTION__) - 2;
    while (is_identifier_character(__PRETTY_FUNCTION__[begin - 1]))
        --begin;
    return begin;
}
inline constexpr unsigned before_value =
    find_last_name<without_enumerators{}>() -
    (sizeof("(daxhold::tables::detail::without_enumerators)") - 1);

/// The enumerators among the values 0, 1, 2 ... of 8 bits, found out at once: twice the number
/// behind the last of them, and one more if there is a gap before it. A value that is no enumerator
/// is spelled with `scope` characters before its digits, and one that is with `prefix` before its
/// name. (A pack that has the type of the enumeration: one of any values takes clang twice as long.
/// An instantiation for each value took it as long again.)
template <class Enumeration, Enumeration... Values>
consteval unsigned find_enumerators(unsigned scope, unsigned prefix) noexcept {
    unsigned value = sizeof...(Values);
    // The last of them is followed by `}]` or `>]`, the others by `, `.
    unsigned end = sizeof(__PRETTY_FUNCTION__) - 3;
    for (const auto& run : runs_of_digits<std::underlying_type_t<Enumeration>>.of) {
        const auto last = value - run.values;
        const auto all = scope + run.digits + 2;
        auto at = end - run.digits;
        while (value != last && __PRETTY_FUNCTION__[at - 1] == ')' &&
               __PRETTY_FUNCTION__[at] != ':') {
            --value;
            at -= all;
            end -= all;
        }
        if (value != last)
            break;
    }
    const auto found = 2 * value;
    for (value = value <= 64 ? value : 0; value-- != 0; end -= prefix + 2) {
        const auto at = end - (value < 10 ? 1 : 2);
        if (__PRETTY_FUNCTION__[at - 1] == ')' && __PRETTY_FUNCTION__[at] != ':')
            return found + 1;
        while (is_identifier_character(__PRETTY_FUNCTION__[end - 1]))
            --end;
    }
    return found;
}

/// The values of an underlying type. (A class, so that they are listed once for all enumerations.)
template <class Integer, Integer... Values>
struct values_of_8_bits {
    template <class Enumeration>
    static consteval unsigned find_enumerators() noexcept {
        constexpr auto last = static_cast<Enumeration>(static_cast<Integer>(sizeof...(Values) - 1));
        constexpr auto digits = runs_of_digits<Integer>.of[0].digits;
        constexpr auto length = measure_number<last>(digits);
        if constexpr (length == 0)
            return 2 * sizeof...(Values) + (measure_number<Enumeration{}>(1) != 0 ? 1 : 0);
        else
            return detail::find_enumerators<Enumeration, Enumeration(Values)...>(
                length - digits - before_scope, find_last_name<Enumeration{}>() - before_value);
    }
};

template <class Integer, std::size_t... Number>
values_of_8_bits<Integer, static_cast<Integer>(Number)...>
    list_values(std::index_sequence<Number...>);

/// Whether values convert to numbers by themselves. (std::is_convertible makes classes for that.)
template <class Enumeration>
concept converts_to_int = requires(void take(int), Enumeration value) {
    take(value);
};

/// Whether it has few enough values to look at all of them.
template <class Enumeration>
inline constexpr bool is_looked_at = false;
template <class Enumeration>
requires std::is_enum_v<Enumeration>
inline constexpr bool is_looked_at<Enumeration> =
    !converts_to_int<Enumeration> && sizeof(Enumeration) == 1;

/// What `find_enumerators` finds. (An enumerator: clang evaluates what a variable is made with
/// twice.)
template <class Enumeration>
struct enumerators_of {
    using integer = std::underlying_type_t<Enumeration>;
    using numbers = std::make_index_sequence<std::is_same_v<integer, bool> ? 2 : 256>;
    enum : unsigned {
        found = decltype(list_values<integer>(numbers{}))::template find_enumerators<Enumeration>()
    };
};

/// How many values there would be without a gap; 0 where they are not looked at.
template <class Enumeration>
inline constexpr std::size_t end_of_enumerators = 0;
template <class Enumeration>
requires is_looked_at<Enumeration>
inline constexpr std::size_t end_of_enumerators<Enumeration> =
    enumerators_of<Enumeration>::found / 2;

/// Whether they are 0, 1, 2 ... without a gap; negative ones are looked at as large ones.
template <class Enumeration>
inline constexpr bool is_gapless =
    end_of_enumerators<Enumeration> <= 64 && enumerators_of<Enumeration>::found % 2 == 0;

} // namespace detail

/// A fact: a scoped enumeration with an underlying type of 8 bits (`enum class role : unsigned
/// char`), so that all of its values can be looked at. Its enumerators are 0, 1, 2 ... without a
/// gap, 1 to 64 of them. Nothing has to be registered: values and names are read from the
/// enumeration itself. (A member of a class template is no fact for clang, which does not know its
/// enumerators before they are named.)
template <class Enumeration>
concept fact = detail::is_looked_at<Enumeration> &&(detail::end_of_enumerators<Enumeration> >= 1) &&
               detail::is_gapless<Enumeration>;

/// How many values a fact has.
template <fact Fact>
inline constexpr std::size_t value_count = detail::end_of_enumerators<Fact>;

/// The diagnosis of what is no value of a fact, nor a set of them.
template <class Type>
struct is_no_value_of_a_fact {
    static constexpr bool ok = false;
};

/// The diagnosis of an enumeration whose values are too many to look at.
template <class Enumeration>
struct underlying_type_is_larger_than_8_bits {
    static constexpr bool ok = false;
};

/// The diagnosis of an enumeration whose enumerators go up to `Last`, which is too large a number,
/// or leave one out.
template <class Enumeration, int Last>
struct enumerators_do_not_count_from_0_to {
    static constexpr bool ok = false;
};

namespace detail {

/// Whether a type is a fact. Says what stands against it.
template <class Type>
consteval bool check_fact() {
    if constexpr (fact<Type>) {
        return true;
    } else if constexpr (!std::is_enum_v<Type> || converts_to_int<Type>) {
        static_assert(is_no_value_of_a_fact<Type>::ok,
                      "a row demands values of facts, which are scoped enumerations");
    } else if constexpr (!is_looked_at<Type>) {
        static_assert(underlying_type_is_larger_than_8_bits<Type>::ok,
                      "a fact has an underlying type of 8 bits, so that no value of it goes "
                      "unseen: enum class name : unsigned char");
    } else if constexpr (constexpr int last = static_cast<int>(end_of_enumerators<Type>) - 1;
                         last >= 64) {
        static_assert(enumerators_do_not_count_from_0_to<Type, last>::ok,
                      "a fact has at most 64 values, the enumerators 0, 1, 2 ... without a gap");
    } else {
        static_assert(enumerators_do_not_count_from_0_to<Type, last>::ok,
                      "the enumerators of a fact are 0, 1, 2 ... without a gap");
    }
    return false;
}

/// Stands for a set, a condition or a row whose mistake has been told, so that it is told once.
struct refused {
    template <class Action>
    friend constexpr refused operator>>(refused told, const Action&) noexcept {
        return told;
    }
};

} // namespace detail

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

namespace detail {

/// The words of a table are objects as well, for who wants them as members of a class.
struct any_of_word {
    template <class Fact, std::same_as<Fact>... More>
    [[nodiscard]] constexpr auto operator()(Fact value, More... more) const noexcept {
        if constexpr (check_fact<Fact>())
            return value_set<Fact>{(bit_of(value) | ... | bit_of(more))};
        else
            return refused{};
    }
};

struct none_of_word {
    template <class Fact, std::same_as<Fact>... More>
    [[nodiscard]] constexpr auto operator()(Fact value, More... more) const noexcept {
        if constexpr (check_fact<Fact>())
            return value_set<Fact>{every_value<Fact> & ~(bit_of(value) | ... | bit_of(more))};
        else
            return refused{};
    }
};

} // namespace detail

/// These values of a fact, for a row that accepts more than one: `any_of(role::log, role::data)`.
template <class Fact, std::same_as<Fact>... More>
[[nodiscard]] constexpr auto any_of(Fact value, More... more) noexcept {
    return detail::any_of_word{}(value, more...);
}

/// All values of a fact but these.
template <class Fact, std::same_as<Fact>... More>
[[nodiscard]] constexpr auto none_of(Fact value, More... more) noexcept {
    return detail::none_of_word{}(value, more...);
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
