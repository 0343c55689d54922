// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/laws/every_way.hpp"
#include "daxhold/tables/law.hpp"

#include <boost/hana/tuple.hpp>
#include <boost/hana/type.hpp>

/// Laws over all that a policy can come to: what a law is, those that are shipped, and the trials
/// that they are checked in.
namespace daxhold::laws {

/// A law over what a policy makes of events: a type with
/// - `concerns(trial)`, whether it says something about a trial, and
/// - `holds(trial, verdict)`, whether the verdict is as it demands.
/// It may have a `name`, as text, by which a matrix of laws lists it; and, where it is about what
/// fails, `concerns_failure_of(call)`: only trials in which such a call fails are then its concern.
template <class Law>
concept policy_law = requires(const trial& t, const verdict& v) {
    { Law::concerns(t) } -> std::same_as<bool>;
    { Law::holds(t, v) } -> std::same_as<bool>;
};

/// What is known of a policy and a law. Only the first is good.
enum class standing : std::uint8_t {
    kept,           ///< In every trial that the law is about.
    broken,         ///< In at least one.
    not_tried,      ///< There was no trial that could tell.
    does_not_apply, ///< The policy says that it never meets what the law is about (`never_meets`).
};

/// What was found out about a policy and a law.
struct finding {
    /// How many trials the law is about: those that were made, those that the policy says it never
    /// meets, and those in which it took an operation of its own that nobody told the meaning of.
    std::uint32_t tried = 0;
    std::uint32_t never_met = 0;
    std::uint32_t unknown = 0;

    /// Whether one of them breaks the law, and the first one that does: of all of them one of the
    /// smallest; and which call failed there, if one did.
    bool is_broken = false;
    trial where;
    testing::call failed = testing::call::find_in_core;

    /// What is known of it.
    [[nodiscard]] constexpr standing what() const noexcept {
        if (is_broken)
            return standing::broken;
        if (unknown != 0)
            return standing::not_tried;
        if (tried != 0)
            return standing::kept;
        return never_met != 0 ? standing::does_not_apply : standing::not_tried;
    }

    /// What was found here, and after that in other trials.
    constexpr void add(const finding& later) noexcept {
        tried += later.tried;
        never_met += later.never_met;
        unknown += later.unknown;
        if (!is_broken && later.is_broken) {
            is_broken = true;
            where = later.where;
            failed = later.failed;
        }
    }
};

/// Why a law was not tried on a policy.
enum class untried_because : std::uint8_t {
    no_trial_concerns_it,            ///< Nothing that the policy can meet is what it is about.
    an_own_operation_has_no_meaning, ///< Say what it stands for: `stands_for(own) -> effect`.
};

/// The diagnosis of a policy that breaks a law: in this case, in the words of the tables, the event
/// first, then what lies in its range. What is not named is as in a `trial` that says nothing.
template <class Policy, class Law, class... Case>
struct policy_breaks_law {
    static constexpr bool ok = false;
};

/// The diagnosis of a law that was not tried on a policy, and why.
template <class Policy, class Law, untried_because Why>
struct law_was_not_tried {
    static constexpr bool ok = false;
};

/// The diagnosis of a law about what a policy says that it never meets.
template <class Policy, class Law>
struct law_does_not_apply {
    static constexpr bool ok = false;
};

/// That a fact of the event, or of the first piece in its range, has this value, in the description
/// of a case.
template <auto Value>
struct is {};

/// The same of the second piece.
template <auto Value>
struct and_then {};

/// That such a call fails, in the description of a case.
template <testing::call What>
struct fails {};

namespace detail {

/// The findings of laws, in their order.
template <std::size_t Laws>
struct findings_of {
    finding of[Laws + 1] = {};
};

/// Whether what failed in a trial is what a law is about.
template <class Law>
constexpr bool concerns_failure(const verdict& v) {
    if constexpr (requires { Law::concerns_failure_of(v.failed); })
        return v.has_failed && Law::concerns_failure_of(v.failed);
    else
        return true;
}

/// Lets a law that is about a trial judge it; `v` is null where the policy never meets it.
template <class Law>
constexpr void judge(finding& found, const trial& t, const verdict* v) {
    if (v == nullptr) {
        ++found.never_met;
    } else if (v->is_unknown) {
        ++found.unknown;
    } else if (concerns_failure<Law>(*v)) {
        ++found.tried;
        if (!found.is_broken && !Law::holds(t, *v)) {
            found.is_broken = true;
            found.where = t;
            found.failed = v->failed;
        }
    }
}

/// Tries every way of some events, and lets laws judge.
template <class Policy, thoroughness Much, class... Laws>
struct trying {
    static_assert(sizeof...(Laws) <= 64, "at most 64 laws are tried together");

    findings_of<sizeof...(Laws)> found{};

    /// Whether a law is about such a trial if something fails in it.
    [[nodiscard]] constexpr bool minds_faults(trial t) const {
        t.fails = 1;
        return (Laws::concerns(t) || ...);
    }

    /// How many calls were counted, if that is asked for.
    constexpr std::uint8_t operator()(const trial& t, bool counts_calls) {
        // The laws that are about it, a bit each.
        std::uint64_t concerned = 0;
        std::size_t law = 0;
        ((concerned |= std::uint64_t{Laws::concerns(t)} << law++), ...);
        const auto let_judge = [&](const verdict* v) {
            law = 0;
            (((concerned >> law & 1U) != 0 ? judge<Laws>(found.of[law], t, v) : void(), ++law),
             ...);
        };
        if (is_never_met<Policy>(t)) {
            let_judge(nullptr);
            return 0;
        }
        if (!counts_calls && concerned == 0)
            return 0;
        const auto v = try_out<Policy>(t);
        let_judge(&v);
        return v.calls;
    }

    static constexpr std::size_t slice_count = every_way<Policy, Much, trying>::slice_count;
    constexpr void run(std::size_t slice) { every_way<Policy, Much, trying>{*this}.run(slice); }
};

template <class Policy, std::size_t Slice, class... Laws>
inline constexpr auto found_in_slice = [] {
    trying<Policy, thoroughness::rows, Laws...> made;
    made.run(Slice);
    return made.found;
}();

/// One constant for each slice, as an evaluation may take so many steps and no more.
template <class Policy, class... Laws, std::size_t... Slice>
consteval auto find_all(std::index_sequence<Slice...>) {
    findings_of<sizeof...(Laws)> all;
    const auto add = [&all](const findings_of<sizeof...(Laws)>& later) {
        for (std::size_t law = 0; law != sizeof...(Laws); ++law)
            all.of[law].add(later.of[law]);
    };
    (add(found_in_slice<Policy, Slice, Laws...>), ...);
    return all;
}

/// Whether laws can be tried. Where a table has a mistake, that is what the compiler has to say,
/// and nothing else of the policy.
template <class Policy>
[[nodiscard]] consteval bool has_whole_tables() {
    if constexpr (!daxhold::detail::has_three_tables<Policy>)
        return true;
    else
        return tables::mistake_in<Policy::gate>.what == tables::mistake::none &&
               tables::mistake_in<Policy::record>.what == tables::mistake::none &&
               tables::mistake_in<Policy::end>.what == tables::mistake::none;
}

template <class Policy, class... Laws>
consteval auto find_if_whole() {
    if constexpr (has_whole_tables<Policy>())
        return find_all<Policy, Laws...>(
            std::make_index_sequence<trying<Policy, thoroughness::rows, Laws...>::slice_count>{});
    else
        return static_cast<void>(tables::proven<Policy::gate> && tables::proven<Policy::record> &&
                                 tables::proven<Policy::end>),
               findings_of<sizeof...(Laws)>{};
}

template <class Policy, class... Laws>
inline constexpr auto found = find_if_whole<Policy, Laws...>();

} // namespace detail

namespace detail {

/// The case in which a policy breaks a law.
template <class Policy, class Law>
struct breach {
    static constexpr const finding& found = detail::found<Policy, Law>.of[0];
    static constexpr trial where = found.where;
    static constexpr piece first = where.pieces[0];
    static constexpr piece second = where.pieces[1];
};

/// What there is to say of a trial or of a piece, a type for each fact.
template <template <auto> class Is, auto const& Of, auto const& Facts, std::size_t... Later>
auto describe(std::index_sequence<Later...>)
    -> decltype((type_list<Is<Of.*boost::hana::at_c<0>(Facts)>>{} | ... |
                 list_if<testing::detail::is_said(Of, boost::hana::at_c<Later + 1>(Facts)),
                         Is<Of.*boost::hana::at_c<Later + 1>(Facts)>>{}));
template <bool IsThere, template <auto> class Is, auto const& Of, auto const& Facts>
using description = std::conditional_t<
    IsThere,
    decltype(describe<Is, Of, Facts>(
        std::make_index_sequence<decltype(testing::detail::types_of(Facts))::size - 1>{})),
    type_list<>>;

template <class Policy, class Law, class... Things>
policy_breaks_law<Policy, Law, Things...> breaks_law_in(type_list<Things...>);

/// What a policy breaks a law in; for a message.
template <class Policy, class Law, class Here = breach<Policy, Law>>
using named_breach = decltype(breaks_law_in<Policy, Law>(
    description<true, is, Here::where, testing::facts_of_trial>{} |
    description<(Here::where.count > 0), is, Here::first, testing::facts_of_piece>{} |
    description<(Here::where.count > 1), and_then, Here::second, testing::facts_of_piece>{} |
    list_if<Here::where.fails != 0, fails<Here::found.failed>>{}));

} // namespace detail

/// What is found out about a policy and a law, by going every way when it is compiled
/// (`thoroughness::rows`).
template <policy_law Law, class Policy>
inline constexpr const finding& finding_of = detail::found<Policy, Law>.of[0];

/// Whether a policy keeps a law, to ask about: not so where it was not tried.
template <policy_law Law, class Policy>
inline constexpr bool is_kept = finding_of<Law, Policy>.what() == standing::kept;

namespace detail {

template <class Law, class Policy>
consteval bool check_law() {
    if constexpr (has_whole_tables<Policy>()) {
        constexpr const auto& found = finding_of<Law, Policy>;
        if constexpr (found.is_broken)
            static_assert(named_breach<Policy, Law>::ok, "a policy breaks a law in this case");
        else if constexpr (found.unknown != 0)
            static_assert(
                law_was_not_tried<Policy, Law,
                                  untried_because::an_own_operation_has_no_meaning>::ok,
                "say what the policy's own operations stand for: stands_for(own) -> effect");
        else if constexpr (found.what() == standing::does_not_apply)
            static_assert(law_does_not_apply<Policy, Law>::ok,
                          "the policy says that it never meets what the law is about");
        else if constexpr (found.what() == standing::not_tried)
            static_assert(law_was_not_tried<Policy, Law, untried_because::no_trial_concerns_it>::ok,
                          "nothing that the policy can meet is what the law is about");
        return true;
    } else {
        using tables::detail::prove;
        return prove<Policy::gate>() && prove<Policy::record>() && prove<Policy::end>();
    }
}

} // namespace detail

/// True for a policy that keeps a law; otherwise it does not compile, and the message names the law
/// and a case in which it is broken, or why it was not tried: `static_assert(keeps<law, policy>)`.
///
/// It covers what `thoroughness::rows` says; `try_all` covers more, at run time.
template <policy_law Law, class Policy>
inline constexpr bool keeps = detail::check_law<Law, Policy>();

/// What is found out about a policy and some laws, together, by going every way when it is compiled
/// (`thoroughness::rows`): a `finding` for each of `laws`, a list of types, in its order.
template <class Policy, class... Laws>
[[nodiscard]] consteval auto findings(const boost::hana::tuple<Laws...>& /*laws*/) {
    return detail::found<Policy, typename Laws::type...>;
}

/// The same by trying everything, at run time.
template <class Policy, thoroughness Much, class... Laws>
[[nodiscard]] constexpr auto try_all(const boost::hana::tuple<Laws...>& /*laws*/) {
    detail::trying<Policy, Much, typename Laws::type...> made;
    for (std::size_t slice = 0; slice != made.slice_count; ++slice)
        made.run(slice);
    return made.found;
}

} // namespace daxhold::laws
