// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/laws/trial.hpp"
#include "daxhold/policy/course.hpp"
#include "daxhold/tables/fact.hpp"

#include <cerrno>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

/// \file
/// What the library's values are called where people read them. Facts and enumerations go by the
/// names of their enumerators, never by numbers.

/// Text for people and for other programs, from tables and what is known about them.
namespace daxhold::render {

/// Types in a row, for what is asked of several laws or policies: `list<law, other_law>`,
/// `laws::all<render::list>`.
template <class... Types>
struct list {};

/// A piece of text as a string.
[[nodiscard]] inline std::string to_string(text piece) { return {piece.data, piece.size}; }

/// The name of a value of a fact, as it is written in the source.
template <fact Fact>
[[nodiscard]] std::string name(Fact value) {
    return to_string(name_of(value));
}

/// The names, with commas and with `last` before the last one: `a, b or c`.
[[nodiscard]] inline std::string join(const std::vector<std::string>& names,
                                      std::string_view last) {
    std::string made;
    for (std::size_t i = 0; i != names.size(); ++i) {
        if (i != 0 && i + 1 == names.size())
            ((made += ' ') += last) += ' ';
        else if (i != 0)
            made += ", ";
        made += names[i];
    }
    return made;
}

/// A set of values by their names, bit 0 for the first: `a or b`; where that is shorter by what it
/// leaves out, `not a`, `neither a nor b` or `none of a, b and c`; `any value`, and `no value`.
[[nodiscard]] inline std::string describe_values(std::uint64_t values,
                                                 const std::vector<std::string>& names) {
    std::vector<std::string> in;
    std::vector<std::string> out;
    for (std::size_t i = 0; i != names.size(); ++i)
        (((values >> i) & 1U) != 0 ? in : out).push_back(names[i]);
    if (in.empty())
        return "no value";
    if (out.empty())
        return "any value";
    // Nobody wants to read "not not_present".
    if (out.size() >= in.size() || out[0].starts_with("not") || out[0].starts_with("no_"))
        return join(in, "or");
    if (out.size() == 1)
        return "not " + out[0];
    return out.size() == 2 ? "neither " + join(out, "nor") : "none of " + join(out, "and");
}

/// The names of all values of a fact, in their order.
template <fact Fact>
[[nodiscard]] std::vector<std::string> value_names() {
    std::vector<std::string> names;
    for (std::size_t i = 0; i != value_count<Fact>; ++i)
        names.push_back(name(static_cast<Fact>(i)));
    return names;
}

/// A set of values of a fact; see `describe_values`.
template <fact Fact>
[[nodiscard]] std::string describe(value_set<Fact> values) {
    return describe_values(values.bits, value_names<Fact>());
}

/// The name of an errno, whatever its sign: `EIO`. 117 is `EFSCORRUPTED`, as the filesystems that
/// return it call it; one without a name is `errno 4095`.
[[nodiscard]] inline std::string errno_name(int errno_value) {
    struct named {
        int value;
        const char* name;
    };
    static constexpr named known[] = {
        {efscorrupted, "EFSCORRUPTED"},
        {EPERM, "EPERM"},
        {ENOENT, "ENOENT"},
        {EINTR, "EINTR"},
        {EIO, "EIO"},
        {ENXIO, "ENXIO"},
        {E2BIG, "E2BIG"},
        {EBADF, "EBADF"},
        {EAGAIN, "EAGAIN"},
        {ENOMEM, "ENOMEM"},
        {EACCES, "EACCES"},
        {EFAULT, "EFAULT"},
        {EBUSY, "EBUSY"},
        {EEXIST, "EEXIST"},
        {EXDEV, "EXDEV"},
        {ENODEV, "ENODEV"},
        {ENOTDIR, "ENOTDIR"},
        {EISDIR, "EISDIR"},
        {EINVAL, "EINVAL"},
        {ENFILE, "ENFILE"},
        {EMFILE, "EMFILE"},
        {ENOTTY, "ENOTTY"},
        {ETXTBSY, "ETXTBSY"},
        {EFBIG, "EFBIG"},
        {ENOSPC, "ENOSPC"},
        {ESPIPE, "ESPIPE"},
        {EROFS, "EROFS"},
        {EPIPE, "EPIPE"},
        {EDOM, "EDOM"},
        {ERANGE, "ERANGE"},
        {EDEADLK, "EDEADLK"},
        {ENAMETOOLONG, "ENAMETOOLONG"},
        {ENOSYS, "ENOSYS"},
        {ELOOP, "ELOOP"},
        {ENODATA, "ENODATA"},
        {ETIME, "ETIME"},
        {ENOLINK, "ENOLINK"},
        {EPROTO, "EPROTO"},
        {EBADMSG, "EBADMSG"},
        {EOVERFLOW, "EOVERFLOW"},
        {EILSEQ, "EILSEQ"},
        {EMSGSIZE, "EMSGSIZE"},
        {EOPNOTSUPP, "EOPNOTSUPP"},
        {ENOTSUP, "ENOTSUP"},
        {ENOBUFS, "ENOBUFS"},
        {ETIMEDOUT, "ETIMEDOUT"},
        {EALREADY, "EALREADY"},
        {EINPROGRESS, "EINPROGRESS"},
        {ECANCELED, "ECANCELED"},
#ifdef ESTALE
        {ESTALE, "ESTALE"},
#endif
#ifdef ESHUTDOWN
        {ESHUTDOWN, "ESHUTDOWN"},
#endif
#ifdef EREMOTEIO
        {EREMOTEIO, "EREMOTEIO"},
#endif
#ifdef ENOMEDIUM
        {ENOMEDIUM, "ENOMEDIUM"},
#endif
#ifdef EHWPOISON
        {EHWPOISON, "EHWPOISON"},
#endif
    };
    const int positive = errno_value < 0 ? -errno_value : errno_value;
    for (const auto& each : known)
        if (each.value == positive)
            return each.name;
    return "errno " + std::to_string(positive);
}

/// A result as the kernel's sources write it: `0`, `-EIO`.
[[nodiscard]] inline std::string name(result r) {
    return r.ok() ? "0" : "-" + errno_name(r.value());
}

/// A result with what it means: `-EIO (the holder is not ready)`.
[[nodiscard]] inline std::string describe(result r) {
    return name(r) + " (" + daxhold::describe(meaning_of(r)) + ")";
}

namespace detail {

/// Numbers under which an enumeration that is no fact may have enumerators.
template <class Enumeration, std::size_t... Number>
std::string search_enumerator(Enumeration value, std::index_sequence<Number...>) {
    std::string found;
    const auto look_at = [&]<std::size_t I>(std::integral_constant<std::size_t, I>) {
        if constexpr (tables::detail::is_enumerator<Enumeration, I>())
            if (value == static_cast<Enumeration>(I))
                found = to_string(tables::detail::spell_enumerator<static_cast<Enumeration>(I)>());
    };
    (look_at(std::integral_constant<std::size_t, Number>{}), ...);
    return found;
}

} // namespace detail

/// The name of an enumerator of any scoped enumeration, also of one with gaps, if its number is
/// below 64 or a power of two below 2^16; otherwise, and for an unscoped one, that number.
template <class Enumeration>
requires std::is_enum_v<Enumeration>
[[nodiscard]] std::string enumerator_name(Enumeration value) {
    if constexpr (fact<Enumeration>) {
        if (static_cast<std::size_t>(value) < value_count<Enumeration>)
            return name(value);
    } else if constexpr (!std::is_convertible_v<Enumeration, int>) {
        auto found = detail::search_enumerator(value, std::make_index_sequence<64>{});
        if (found.empty())
            found = detail::search_enumerator(
                value,
                std::index_sequence<64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768>{});
        if (!found.empty())
            return found;
    }
    return std::to_string(+static_cast<std::underlying_type_t<Enumeration>>(value));
}

/// A step in words.
struct step_words {
    /// The name of the operation; `own` for one of the filesystem's own.
    std::string operation;
    /// What each argument is (`users`, `pages`, `reason`, `own`), and its value.
    std::vector<std::pair<std::string, std::string>> arguments;
    /// What an error leads to: `stop`, `collect` or `ignore`.
    std::string on_error;
};

/// A course in words.
struct course_words {
    /// In the order in which they are taken.
    std::vector<step_words> steps;
    /// The name of the ending.
    std::string ending;
    /// What it is ended with, where the ending says it: `0`, `-EIO`. Otherwise empty.
    std::string answer;
    /// What a release is known to do behind it.
    std::vector<std::string> aftermaths;
};

/// A course in words, piece by piece.
template <class Own>
[[nodiscard]] course_words words_of(const course<Own>& c) {
    course_words made;
    for (std::size_t i = 0; i != c.count; ++i) {
        const auto& step = c.steps[i];
        step_words words{name(step.what), {}, name(step.then)};
        if (step.what == operation::kill_users)
            words.arguments = {{"users", name(step.who)}, {"pages", name(step.pages)}};
        else if (step.what == operation::shut_down)
            words.arguments = {{"reason", name(step.reason)}};
        else if (step.what == operation::own)
            words.arguments = {{"own", enumerator_name(step.own)}};
        made.steps.push_back(std::move(words));
    }
    made.ending = name(c.end);
    if (c.end == ending::finish || c.end == ending::stop)
        made.answer = name(c.outcome());
    for (unsigned bit = 0; bit != 8; ++bit)
        if (const auto what = static_cast<aftermath>(1U << bit); c.has(what))
            made.aftermaths.push_back(enumerator_name(what));
    return made;
}

/// How a course ends, in words: `walk`, `refuse with -EIO`, `unsupported (-EOPNOTSUPP)`.
template <class Own>
[[nodiscard]] std::string describe_ending(const course<Own>& c) {
    switch (c.end) {
    case ending::none:
        return {};
    case ending::finish:
        if (c.outcome().ok())
            return "succeed";
        return (c.outcome() == unsupported_operation ? "unsupported (" + name(c.outcome()) + ")"
                                                     : "refuse with " + name(c.outcome()));
    case ending::finish_error:
        return "return the error of the walk";
    case ending::walk:
        return "walk";
    case ending::walk_in_core:
        return "walk the inodes in core";
    case ending::next:
        return "next";
    case ending::stop:
        return "stop with " + name(c.outcome());
    case ending::stop_lookup:
        return "stop with the error of the lookup";
    }
    return {};
}

/// A course in words: `kill_users(early, marked), invalidate (attempted), then next`. A step whose
/// error is nobody's is `(attempted)`, one whose error does not keep the walk from going on
/// `(collected)`. What a release is known to do behind it stands in brackets at the end.
template <class Own>
[[nodiscard]] std::string describe(const course<Own>& c) {
    std::string made;
    for (const auto& step : words_of(c).steps) {
        if (!made.empty())
            made += ", ";
        made += step.operation == "own" ? "perform" : step.operation;
        for (std::size_t i = 0; i != step.arguments.size(); ++i)
            (made += i == 0 ? "(" : ", ") += step.arguments[i].second;
        if (!step.arguments.empty())
            made += ')';
        if (step.on_error == "ignore")
            made += " (attempted)";
        else if (step.on_error == "collect")
            made += " (collected)";
    }
    if (c.is_too_long)
        made += " and more steps than there is room for";
    if (const auto end = describe_ending(c); !end.empty())
        made += (made.empty() ? "" : ", then ") + end;
    if (made.empty())
        made = "nothing";
    if (c.aftermaths != 0)
        made += " [known for " + join(words_of(c).aftermaths, "and") + "]";
    return made;
}

/// A trial in words: `corruption, lone_record of file_data (in_core, dax)`, `removal, log_device`.
[[nodiscard]] inline std::string describe(const laws::trial& t) {
    auto made = name(t.event) + ", " + name(t.where);
    if (t.where == laws::situation::lone_record)
        made += " of " + name(t.who);
    const bool is_plain = t.state == inode::in_core && t.access == mapping::dax;
    if (t.where == laws::situation::lone_record ? t.who == owner::file_data : !is_plain)
        made += " (" + name(t.state) + ", " + name(t.access) + ")";
    return made;
}

/// An action that says itself what it is called: `describe_action(action)`, found beside its type,
/// returns what a std::string can be made of.
template <class Action>
concept described_action = requires(const Action& action) {
    std::string{describe_action(action)};
};

namespace detail {

template <class Action>
inline constexpr bool is_course = false;
template <class Own>
inline constexpr bool is_course<course<Own>> = true;

} // namespace detail

/// An action that has words: a `described_action`, a course, an enumerator, text or a number.
template <class Action>
concept action_with_words = described_action<Action> || detail::is_course<Action> ||
    std::is_enum_v<Action> || std::same_as<Action, text> ||
    std::convertible_to<const Action&, std::string_view> || std::integral<Action>;

/// The diagnosis of a table whose actions nobody can describe.
template <class Action>
struct action_has_no_words {
    static constexpr bool ok = action_with_words<Action>;
};

/// An action in words. What its type says of itself, by `describe_action`, comes first.
template <class Action>
[[nodiscard]] std::string action_text(const Action& action) {
    static_assert(action_has_no_words<Action>::ok,
                  "add a function `std::string describe_action(const Action&)` beside the action's "
                  "type");
    if constexpr (described_action<Action>)
        return std::string{describe_action(action)};
    else if constexpr (detail::is_course<Action>)
        return render::describe(action);
    else if constexpr (std::is_enum_v<Action>)
        return enumerator_name(action);
    else if constexpr (std::same_as<Action, text>)
        return to_string(action);
    else if constexpr (std::convertible_to<const Action&, std::string_view>)
        return std::string{static_cast<std::string_view>(action)};
    else if constexpr (std::same_as<Action, bool>)
        return action ? "yes" : "no";
    else if constexpr (std::integral<Action>)
        return std::to_string(+action);
    else
        return {};
}

/// What a law or a policy is called: its `name`, or that of its class.
template <class Named>
[[nodiscard]] std::string name_of_class() {
    if constexpr (requires { std::string{Named::name}; })
        return Named::name;
    else
        return to_string(tables::detail::spell_type<Named>());
}

} // namespace daxhold::render
