// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/policy/operation.hpp"

#include <type_traits>

/// \file
/// What a row of a policy's table says: steps in order, and how it ends. Plain constants, chained
/// by
/// `>>`; the words for them are in policy/words.hpp.

namespace daxhold {

/// What an error in a step leads to.
enum class on_error : std::uint8_t {
    stop,    ///< It is the error of the walk, which stops after this record; before a walk, the
             ///< walk does not start.
    collect, ///< It is the error of the walk unless there was one, and the walk goes on.
    ignore,  ///< It stands in the report, and nothing else.
};

/// How a course ends.
enum class ending : std::uint8_t {
    none,         ///< Not said: for a record that means `next`, elsewhere it is an error.
    finish,       ///< The notification is over, with the course's result.
    finish_error, ///< The notification is over, with the error of the walk, or 0.
    walk,         ///< The reverse mapping is walked.
    walk_in_core, ///< The inodes in core are gone through; see the word.
    next,         ///< The next record.
    stop,         ///< The walk stops with the course's result.
    stop_lookup,  ///< The walk stops with the error of the inode's lookup.
};

/// Whether records are walked after it.
[[nodiscard]] constexpr bool is_walk(ending end) noexcept {
    return end == ending::walk || end == ending::walk_in_core;
}

/// Whether it stops a walk.
[[nodiscard]] constexpr bool is_stop(ending end) noexcept {
    return end == ending::stop || end == ending::stop_lookup;
}

/// A filesystem without operations of its own.
enum class no_own_operation : std::uint8_t {};

/// One thing to do, with its arguments.
template <class Own = no_own_operation>
struct step {
    /// What is done, and what an error in it leads to.
    operation what = operation::own;
    on_error then = on_error::stop;

    /// The arguments of an operation of the list, in their order, by their numbers.
    std::uint8_t arguments[most_arguments] = {};

    /// For `own`: which operation of the filesystem's own.
    Own own{};

    /// The argument at a place, counted from 0. Precondition: it is of that type.
    template <class Argument>
    [[nodiscard]] constexpr Argument argument(std::size_t place = 0) const noexcept {
        return static_cast<Argument>(arguments[place]);
    }

    [[nodiscard]] friend constexpr bool operator==(const step&, const step&) noexcept = default;
};

/// Steps in order, and how it ends. `Own` is the enumeration of a filesystem's own operations,
/// `Size` how many steps there is room for.
template <class Own = no_own_operation, std::size_t Size = 0>
struct course {
    /// The steps, of which the first `count` are in use. (An array has at least one element.)
    step<Own> steps[Size + 1] = {};
    std::size_t count = 0;

    /// How it ends.
    ending end = ending::none;

    /// With which errno it ends: positive, or 0 for success.
    int errno_value = 0;

    /// A course without own operations is a course of every filesystem, and a short one can stand
    /// where there is room for more.
    template <class Other, std::size_t Larger>
    requires(Larger >= Size &&
             (Larger != Size ||
              !std::is_same_v<Own, Other>)&&(std::is_same_v<Own, Other> ||
                                             std::is_same_v<Own, no_own_operation>)) constexpr
    operator course<Other, Larger>() const noexcept { // NOLINT(google-explicit-constructor)
        course<Other, Larger> same{{}, count, end, errno_value};
        for (std::size_t i = 0; i != count; ++i) {
            auto& to = same.steps[i];
            to.what = steps[i].what;
            to.then = steps[i].then;
            for (std::size_t place = 0; place != most_arguments; ++place)
                to.arguments[place] = steps[i].arguments[place];
            if constexpr (std::is_same_v<Own, Other>)
                to.own = steps[i].own;
        }
        return same;
    }

    /// What the notification or the walk is ended with.
    [[nodiscard]] constexpr result outcome() const noexcept { return result::error(errno_value); }

    /// Whether one of its steps is such an operation.
    [[nodiscard]] constexpr bool has(operation what) const noexcept {
        for (std::size_t i = 0; i != count; ++i)
            if (steps[i].what == what)
                return true;
        return false;
    }

    /// Whether an error in a step before this place, counted from 0, leads there.
    [[nodiscard]] constexpr bool can_fail_before(std::size_t place, on_error then) const noexcept {
        for (std::size_t i = 0; i != place; ++i)
            if (steps[i].then == then)
                return true;
        return false;
    }

    [[nodiscard]] friend constexpr bool operator==(const course&, const course&) noexcept = default;
};

namespace detail {

/// The own operations of a course that is made of two; none where these are not of one filesystem.
template <class A, class B>
using common_own = std::conditional_t<std::is_same_v<A, no_own_operation>, B, A>;

template <class Own, std::size_t Size>
Own own_operation_of(const course<Own, Size>&);

template <class A, class B>
concept have_common_own = std::is_same_v<A, B> || std::is_same_v<A, no_own_operation> ||
    std::is_same_v<B, no_own_operation>;

} // namespace detail

/// First this, then that. A later ending replaces an earlier one.
template <class A, std::size_t SizeA, class B, std::size_t SizeB>
requires detail::have_common_own<A, B>
[[nodiscard]] constexpr auto operator>>(const course<A, SizeA>& first,
                                        const course<B, SizeB>& second) noexcept {
    using own = detail::common_own<A, B>;
    course<own, SizeA + SizeB> made = first;
    const course<own, SizeA + SizeB> rest = second;
    for (std::size_t i = 0; i != rest.count; ++i)
        made.steps[made.count++] = rest.steps[i];
    if (rest.end != ending::none) {
        made.end = rest.end;
        made.errno_value = rest.errno_value;
    }
    return made;
}

} // namespace daxhold

/// \cond
// This is a name of the standard library, and not of this one.

/// The course that has room for both.
template <class A, std::size_t SizeA, class B, std::size_t SizeB>
requires daxhold::detail::have_common_own<A, B>
struct std::common_type<daxhold::course<A, SizeA>, daxhold::course<B, SizeB>> {
    using type =
        daxhold::course<daxhold::detail::common_own<A, B>, (SizeA < SizeB ? SizeB : SizeA)>;
};

/// \endcond

namespace daxhold {

/// Whether two courses say the same, however much room they have.
template <class A, std::size_t SizeA, class B, std::size_t SizeB>
requires(detail::have_common_own<A, B> && !(std::is_same_v<A, B> && SizeA == SizeB))
    [[nodiscard]] constexpr bool
    operator==(const course<A, SizeA>& a, const course<B, SizeB>& b) noexcept {
    using both = std::common_type_t<course<A, SizeA>, course<B, SizeB>>;
    return static_cast<both>(a) == static_cast<both>(b);
}

} // namespace daxhold
