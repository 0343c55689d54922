// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/policy/check.hpp"

/// \file
/// What a policy's tables can still say when the owner of a record is not told: exactly, by the
/// rows that can win among the cells that are left.

namespace daxhold {

/// The result of a notification whose end depends on owners that were not told (-ENODATA).
inline constexpr result verdict_withheld = result::error(ENODATA);

namespace detail {

/// Whether all of these rows say the same.
template <any_table Table>
[[nodiscard]] constexpr bool have_one_course(const Table& table, row_set rows) noexcept {
    const auto& first = table.actions[tables::detail::lowest(rows)];
    for (const auto row : rows_in{rows})
        if (!(table.actions[row] == first))
            return false;
    return true;
}

/// Whether one of these rows returns the error of the walk.
template <any_table Table>
[[nodiscard]] constexpr bool returns_error(const Table& table, row_set rows) noexcept {
    for (const auto row : rows_in{rows})
        if (table.actions[row].end == ending::finish_error)
            return true;
    return false;
}

/// Whether one of these rows works on an inode, which a record without an owner does not have.
template <any_table Table>
[[nodiscard]] constexpr bool needs_inode(const Table& table, row_set rows) noexcept {
    for (const auto row : rows_in{rows}) {
        const auto& course = table.actions[row];
        if (course.end == ending::stop_lookup)
            return true;
        for (std::size_t step = 0; step != course.count; ++step)
            if (needs_inode(course.steps[step].what))
                return true;
    }
    return false;
}

/// What records of unknown owners may have led to.
struct undecided_fate {
    bool may_want_shutdown = false;
    bool may_shut_down = false;
    bool may_stop = false;

    template <any_table Table>
    constexpr void add(const Table& table, row_set rows) noexcept {
        for (const auto row : rows_in{rows}) {
            const auto& course = table.actions[row];
            may_want_shutdown = may_want_shutdown || course.has(operation::note_shutdown);
            may_shut_down = may_shut_down || course.has(operation::shut_down);
            may_stop = may_stop || is_stop(course.end);
        }
    }

    /// Whether it decides the end, of which these rows can win.
    template <any_table Table>
    [[nodiscard]] constexpr bool withholds_end(const Table& end, row_set rows) const noexcept {
        return may_shut_down || !have_one_course(end, rows) ||
               (may_stop && returns_error(end, rows));
    }
};

/// What is known of records whose owners are not told. All of them are alike: what they can lead to
/// is found out once.
struct unknown_owners {
    undecided_fate undecided{};
    row_set rows = 0;
    bool is_decided = false;

    template <auto const& Table>
    constexpr void consider(row_set that_can_win) noexcept {
        rows = that_can_win;
        is_decided = have_one_course(Table, rows) && !needs_inode(Table, rows);
        if (!is_decided)
            undecided.add(Table, rows);
    }
};

struct no_unknown_owners {};

/// The rows of the record table that can win for a record of which only the event is known.
template <auto const& Table, class Filesystem, class Known>
[[nodiscard]] constexpr row_set rows_without_owner(const event_source<Filesystem, Known>& event) {
    const auto possible = [&]<class Fact>(fact_type<Fact> asked) -> value_set<Fact> {
        if constexpr (std::same_as<Fact, owner>)
            return none_of(Fact::unknown);
        else if constexpr (!answers_for_record<Filesystem, Fact> && requires { event(asked); })
            return any_of(event(asked));
        else
            return {every_value<Fact>};
    };
    return rows_that_can_win(Table, possible_cells(Table, possible)) &
           rows_for_type<Filesystem, Table>;
}

/// The rows of the end table that can win after records whose owners were not told.
template <auto const& Table, class Filesystem, class Known>
[[nodiscard]] constexpr row_set rows_when_undecided(const end_source<Filesystem, Known>& source,
                                                    const undecided_fate& undecided) {
    const auto possible = [&]<class Fact>(fact_type<Fact> asked) -> value_set<Fact> {
        auto known = any_of(source(asked));
        if constexpr (std::same_as<Fact, want_shutdown>) {
            if (undecided.may_want_shutdown)
                known.bits |= bit_of(Fact::yes);
        } else if constexpr (std::same_as<Fact, walk_end>) {
            if (undecided.may_stop)
                known.bits |= bit_of(Fact::failed);
        }
        return known;
    };
    return rows_that_can_win(Table, possible_cells(Table, possible));
}

} // namespace detail

} // namespace daxhold
