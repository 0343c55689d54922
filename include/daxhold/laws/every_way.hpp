// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/testing/try_out.hpp"

#include <boost/hana/tuple.hpp>
#include <boost/hana/unpack.hpp>

#include <utility>

/// \file
/// The trials of a policy, made from its own tables: every way that it can go. Two filesystems that
/// take the same rows are the same to a law, so of what the tables do not tell apart one is tried;
/// what laws can ask about is tried in each of its values.

namespace daxhold::laws {

// What laws are about.
using testing::moment;
using testing::most_pieces;
using testing::never;
using testing::piece;
using testing::piece_fate;
using testing::trial;
using testing::try_out;
using testing::verdict;

/// How much is tried.
enum class thoroughness : std::uint8_t {
    /// Every row, and what laws can tell apart:
    /// - each cause, whole device and part, each role and place of the range (the two last where
    ///   the policy names them), of a mount in use, frozen by a user, and shut down before;
    /// - for each of these, every row of the gate, and every state in which something else is known
    ///   to follow;
    /// - where it walks: each owner, and each state of an inode; each pair of rows of the record
    ///   table, also as one shared extent; nothing;
    /// - for each row of the record table, and for two files in use, each step failing.
    /// Small enough for a constant expression.
    rows,
    /// Every value of every fact that a table names, in all combinations; every pair of pieces;
    /// each step failing in each of them. For a test at run time.
    everything,
};

namespace detail {

using testing::detail::aftermaths_in;
using testing::detail::count_cells;
using testing::detail::fact_in;
using testing::detail::facts_of_aftermaths;
using testing::detail::facts_of_end;
using testing::detail::facts_of_gate;
using testing::detail::facts_of_record;
using testing::detail::has_fact;
using testing::detail::list_if;
using testing::detail::own_of_event;
using testing::detail::own_of_record;
using testing::detail::owner_of;
using testing::detail::role_for;
using testing::detail::row_for;
using testing::detail::type_list;

/// Whether a fact is one of a record of the reverse mapping.
template <class Fact>
inline constexpr bool is_of_record =
    testing::detail::is_of_piece<Fact> || std::same_as<Fact, sharing>;

/// A list of pieces.
template <std::size_t Most>
struct piece_list {
    static constexpr std::size_t words = (Most + 63) / 64;
    piece of[Most] = {};
    std::size_t count = 0;

    constexpr void add(const piece& p) noexcept { of[count++] = p; }
};

/// How many pieces there can be for each combination of the facts of a record of a policy's own.
inline constexpr std::size_t pieces_of_each = 15;
template <class Policy>
using pieces_of = piece_list<pieces_of_each * count_cells(own_of_record<Policy>{})>;

/// Every piece that a filesystem with this policy can have, those first that most is said of.
template <class Policy>
constexpr pieces_of<Policy> make_pieces() {
    constexpr std::size_t own_combinations = count_cells(own_of_record<Policy>{});
    pieces_of<Policy> made;
    const auto add = [&made](const piece& p, std::size_t number) {
        auto with_own = p;
        with_own.own = static_cast<std::uint16_t>(number);
        made.add(with_own);
    };
    for (std::size_t number = 0; number != own_combinations; ++number) {
        const auto add_file = [&] {
            add({}, number);
            add({.mappers = mappers::without_page}, number);
            add({.mappers = mappers::none}, number);
            if constexpr (std::same_as<owner_of<Policy>, owner>) {
                for (const auto k : {kind::regular, kind::directory, kind::symlink, kind::internal})
                    add({.mapping = mapping::buffered, .kind = k, .mappers = mappers::none},
                        number);
                add({.inode = inode::not_in_core, .mappers = mappers::none}, number);
                add({.inode = inode::lookup_failed, .mappers = mappers::none}, number);
            }
        };
        if constexpr (std::same_as<owner_of<Policy>, owner>) {
            add_file();
            for (const auto who : {owner::metadata, owner::log, owner::attribute_fork, owner::bmbt,
                                   owner::cow_staging, owner::unknown})
                add({.owner = who, .mappers = mappers::none}, number);
        } else {
            const auto who = Policy::stands_for(testing::value_in<owner_of<Policy>>(
                testing::detail::nth_cell(own_of_record<Policy>{}, number)));
            if (who == any_of(owner::file_data))
                add_file();
            else
                add({.owner = who.bits == 0 ? owner::unknown
                                            : static_cast<owner>(tables::detail::lowest(who.bits)),
                     .mappers = mappers::none,
                     .is_free = who.bits == 0},
                    number);
        }
    }
    return made;
}
template <class Policy>
inline constexpr auto pieces = make_pieces<Policy>();

/// The facts that a policy's `never_meets` names.
template <class... Facts>
type_list<Facts...> facts_of_condition(const tables::condition<Facts...>&);
template <class... Conditions>
auto facts_of_conditions(const boost::hana::tuple<Conditions...>&)
    -> decltype((type_list<>{} | ... | decltype(facts_of_condition(std::declval<Conditions>())){}));
template <class Policy>
consteval auto facts_never_met() {
    if constexpr (requires { Policy::never_meets; })
        return decltype(facts_of_conditions(Policy::never_meets)){};
    else
        return type_list<>{};
}

/// Whether a policy names a fact anywhere.
template <class Policy, class Fact>
inline constexpr bool names =
    has_fact<decltype(facts_of_gate<Policy>() | facts_of_record<Policy>() | facts_of_end<Policy>() |
                      facts_of_aftermaths<Policy>() | facts_never_met<Policy>()),
             Fact>;

/// Whether a fact of the event decides after the gate.
template <class Policy, class Fact>
inline constexpr bool decides_later =
    has_fact<decltype(facts_of_record<Policy>() | facts_of_end<Policy>()), Fact>;
/// Whether a trial meets a condition by its event and one of its pieces.
template <class Policy, class... Facts>
constexpr bool meets(const trial& t, [[maybe_unused]] std::size_t at,
                     const tables::condition<Facts...>& c) {
    [[maybe_unused]] std::size_t demand = 0;
    return ((bit_of(fact_in<Policy, Facts>(t, at)) & c.accepts[demand++]) && ...);
}

/// Whether a policy says that it never meets such a trial.
template <class Policy>
constexpr bool is_never_met(const trial& t) {
    if constexpr (requires { Policy::never_meets; }) {
        return boost::hana::unpack(Policy::never_meets, [&t](const auto&... conditions) {
            const auto is_met = [&t]<class... Facts>(const tables::condition<Facts...>& c) {
                constexpr bool is_of_pieces = (is_of_record<Facts> || ...);
                if (t.count == 0 || !is_of_pieces)
                    return !is_of_pieces && meets<Policy>(t, 0, c);
                for (std::size_t at = 0; at != t.count; ++at)
                    if (meets<Policy>(t, at, c))
                        return true;
                return false;
            };
            return (is_met(conditions) || ...);
        });
    } else {
        return false;
    }
}

/// Whether one of these facts of the event decides after the gate.
template <class Policy, class... Facts>
consteval bool one_decides_later(type_list<Facts...>) {
    return (decides_later<Policy, Facts> || ... || false);
}

/// The pieces of a policy, and which of them stand for the others.
template <class Policy>
struct represented_pieces {
    /// Those of which each takes a row of the record table that none before it takes that is alike
    /// to a law, of the same owner and as much metadata as it; without a walk, something in use and
    /// something of the filesystem's own.
    std::uint64_t first_of_row[pieces_of<Policy>::words] = {};
    /// Those of them by which something is done: another changes nothing for what comes beside it.
    std::uint64_t with_steps[pieces_of<Policy>::words] = {};
};

/// The trials of a policy, in an order in which smaller cases come first.
template <class Policy, thoroughness Much, class Try>
struct every_way {
    /// Called with each trial, and whether it is to return how many calls were counted; and asked
    /// by `minds_faults` whether it wants a trial also with a call that fails.
    Try& try_it;

    static constexpr bool everything = Much == thoroughness::everything;
    static constexpr std::size_t own_combinations = count_cells(own_of_event<Policy>{});

    static constexpr std::size_t roles = everything || names<Policy, role> ? value_count<role> : 1;
    static constexpr std::size_t places_of_part = names<Policy, range> ? value_count<range> : 2;
    static constexpr std::size_t places_of_whole = names<Policy, range> ? 2 : 1;

    /// The trials come in slices: of each cause, a part and the whole device, and each role.
    static constexpr std::size_t slice_count = value_count<cause> * value_count<scope> * roles;

    /// All trials of a slice.
    constexpr void run(std::size_t slice) const {
        trial t;
        t.cause = static_cast<cause>(slice / roles / value_count<scope>);
        t.scope = static_cast<scope>(slice / roles % value_count<scope>);
        rows_taken deep;
        for (std::size_t r = 0; r <= slice % roles; ++r) {
            t.role = static_cast<role>(r);
            for (std::size_t p = 0;
                 p != (t.scope == scope::part ? places_of_part : places_of_whole); ++p) {
                t.range = names<Policy, range> ? static_cast<range>(p)
                          : p == 0             ? range::inside
                                               : range::outside;
                vary_secondary(t, deep, r == slice % roles);
            }
        }
    }

private:
    /// How much is tried of an event.
    enum class depth : std::uint8_t {
        known,  ///< What is known to follow: nothing in the range, something in use, each piece.
        pieces, ///< One piece for each row of the record table and owner, and nothing.
        faults, ///< The same, and what fails where there is nothing, or something in use.
        pairs,  ///< All pieces and pairs of them, and what fails.
    };

    static constexpr std::size_t most_alike = 32;

    /// Rows of the gate, each with what is known to follow.
    struct rows_taken {
        std::size_t row[most_alike] = {};
        value_set<aftermath> known[most_alike] = {};
        std::size_t count = 0;

        /// Whether this row, with this to follow, has not been there.
        constexpr bool add(std::size_t gate_row, value_set<aftermath> then = {}) {
            for (std::size_t i = 0; i != count; ++i)
                if (row[i] == gate_row && known[i] == then)
                    return false;
            if (count != most_alike) {
                row[count] = gate_row;
                known[count++] = then;
            }
            return true;
        }
    };

    /// Whether what is known to follow depends on what lies in the range.
    static constexpr bool knows_of_pieces = []<class... Facts>(type_list<Facts...>) {
        return ((is_of_record<Facts> && !std::same_as<Facts, mappers>) || ... || false);
    }(facts_of_aftermaths<Policy>());

    template <class Fact>
    static constexpr std::size_t values_of = names<Policy, Fact> ? value_count<Fact> : 1;

    /// Whether every event is tried in depth: what the gate does not tell apart, later tables do.
    static constexpr bool all_differ =
        everything || one_decides_later<Policy>(own_of_event<Policy>{}) ||
        one_decides_later<Policy>(type_list<role, range, mount, rmap, groups, read_only,
                                            already_shut_down, frozen_by_user>{});

    /// Tries, or only takes notes of what is tried of other roles.
    constexpr void vary_secondary(trial t, rows_taken& deep, bool tries) const {
        constexpr std::size_t combinations = values_of<mount> * values_of<rmap> *
                                             values_of<groups> * values_of<read_only> *
                                             own_combinations;
        rows_taken rows;
        rows_taken rows_and_known;
        for (std::size_t number = 0; number != combinations; ++number) {
            auto left = number;
            const auto take = [&left]<class Fact>(Fact& value) {
                value = static_cast<Fact>(left % values_of<Fact>);
                left /= values_of<Fact>;
            };
            take(t.mount);
            take(t.rmap);
            take(t.groups);
            take(t.read_only);
            t.own = static_cast<std::uint16_t>(left);
            if constexpr (!std::same_as<role_for<Policy>, role>)
                t.role = Policy::stands_for(fact_in<Policy, role_for<Policy>>(t));
            const auto gate_row = row_for<Policy, Policy::gate>(t);
            if (is_never_met<Policy>(t)) {
                if (tries)
                    vary_state(t, Policy::gate.actions[gate_row], depth::known);
                continue;
            }
            const bool is_deep = deep.add(gate_row) || all_differ;
            if (!tries)
                continue;
            const bool is_new_row = rows.add(gate_row);
            if (!rows_and_known.add(gate_row, known_to_follow(t)) && !all_differ)
                continue;
            vary_state(t, Policy::gate.actions[gate_row],
                       is_deep      ? depth::pairs
                       : is_new_row ? depth::pieces
                                    : depth::known);
        }
    }

    /// What is known to follow of one piece or another.
    static constexpr value_set<aftermath> known_to_follow(trial t) {
        t.count = 1;
        auto known = aftermaths_in<Policy>(t);
        if constexpr (knows_of_pieces)
            for (std::size_t i = 1; i != pieces<Policy>.count; ++i) {
                t.pieces[0] = pieces<Policy>.of[i];
                known.bits |= aftermaths_in<Policy>(t).bits;
            }
        return known;
    }

    template <class Course>
    constexpr void vary_state(trial t, const Course& gate_course, depth how_deep) const {
        const bool walks = is_walk(gate_course.end);
        const auto rows = represent(t, walks && how_deep != depth::known);
        vary_pieces(t, rows, how_deep);
        if (t.mount == mount::not_born || (!everything && how_deep != depth::pairs))
            return;
        const bool does_something = gate_course.count != 0 || walks;
        const auto in_other_states = everything       ? depth::pairs
                                     : does_something ? depth::faults
                                                      : depth::known;
        t.frozen_by_user = frozen_by_user::yes;
        vary_pieces(t, rows, in_other_states);
        t.frozen_by_user = frozen_by_user::no;
        t.already_shut_down = already_shut_down::yes;
        vary_pieces(t, rows, in_other_states);
    }

    /// What the tables tell apart of the pieces.
    constexpr represented_pieces<Policy> represent(const trial& event, bool walks) const {
        represented_pieces<Policy> made;
        const auto mark = [](std::uint64_t* words, std::size_t i) {
            words[i / 64] |= std::uint64_t{1} << i % 64;
        };
        std::uint64_t rows_seen[2 * value_count<owner>] = {};
        for (std::size_t i = 0; i != pieces<Policy>.count; ++i) {
            const piece& p = pieces<Policy>.of[i];
            bool is_first = i == 0 || p.owner == owner::metadata || event.role == role::log;
            bool has_steps = true;
            if constexpr (daxhold::detail::has_three_tables<Policy>) {
                if (walks) {
                    auto t = event;
                    t.count = 1;
                    t.pieces[0] = p;
                    const auto row = row_for<Policy, Policy::record>(t);
                    auto& seen = rows_seen[2 * static_cast<std::size_t>(p.owner) +
                                           (p.is_metadata() ? 1U : 0U)];
                    is_first = ((seen >> row) & 1U) == 0;
                    seen |= std::uint64_t{1} << row;
                    const auto& course = Policy::record.actions[row];
                    has_steps = course.count != 0 || is_stop(course.end);
                }
            }
            if (is_first)
                mark(made.first_of_row, i);
            if (everything || (is_first && (has_steps || p.is_in_use())))
                mark(made.with_steps, i);
        }
        return made;
    }

    static constexpr bool has(const std::uint64_t* words, std::size_t i) noexcept {
        return ((words[i / 64] >> i % 64) & 1U) != 0;
    }

    /// Nothing in the range; each piece; pairs of them.
    constexpr void vary_pieces(trial t, const represented_pieces<Policy>& rows,
                               depth how_deep) const {
        const bool is_deep = how_deep == depth::pairs;
        t.count = 0;
        try_with_faults(t, how_deep >= depth::faults);
        t.count = 1;
        for (std::size_t i = 0; i != pieces<Policy>.count; ++i) {
            t.pieces[0] = pieces<Policy>.of[i];
            // A log on a device of its own is all that there is on it.
            if (t.role == role::log && t.pieces[0].owner != owner::log)
                continue;
            if (is_deep || knows_of_pieces || has(rows.first_of_row, i))
                try_with_faults(t, everything || (is_deep && has(rows.with_steps, i)) ||
                                       (how_deep == depth::faults && i == 0));
        }
        if (is_deep && t.role != role::log)
            vary_pairs(t, rows);
    }

    constexpr void vary_pairs(trial t, const represented_pieces<Policy>& rows) const {
        t.count = 2;
        for (std::size_t i = 0; i != pieces<Policy>.count; ++i)
            for (std::size_t j = 0; j != pieces<Policy>.count; ++j) {
                if (!has(rows.with_steps, i) || !has(rows.with_steps, j))
                    continue;
                t.pieces[0] = pieces<Policy>.of[i];
                t.pieces[1] = pieces<Policy>.of[j];
                t.sharing = sharing::sole;
                try_with_faults(t, everything || t.pieces[0].is_in_use());
                if (t.pieces[0].owner != owner::file_data || t.pieces[1].owner != owner::file_data)
                    continue;
                t.sharing = sharing::shared;
                try_with_faults(t, everything);
            }
    }

    constexpr void try_with_faults(trial t, bool with_faults) const {
        t.fails = 0;
        const bool is_asked_for = with_faults && try_it.minds_faults(t);
        const auto calls = try_it(t, is_asked_for);
        if (is_asked_for)
            while (t.fails != calls) {
                ++t.fails;
                try_it(t, false);
            }
    }
};

} // namespace detail

} // namespace daxhold::laws
