// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/filesystem/sources.hpp"
#include "daxhold/table/proof.hpp"

/// \file
/// Whether a policy and a filesystem fit together, found out when they are compiled: every row that
/// can win for this filesystem ends in a way that its table allows, and takes only steps that the
/// filesystem can take.

namespace daxhold {

/// The tables of a policy.
enum class stage { gate, record, end };

/// The diagnosis of a filesystem without an operation that a row (counted from 1) tells it to do.
template <class Filesystem, operation Missing, stage Table, std::size_t Row>
struct filesystem_lacks_operation {
    static constexpr bool ok = false;
};

/// The diagnosis of a row (counted from 1) whose ending its table does not allow, or that has none.
template <stage Table, std::size_t Row, ending Ending>
struct row_cannot_end_like_this {
    static constexpr bool ok = false;
};

/// The diagnosis of a row (counted from 1) that tells an inode what to do where there is none.
template <operation What, stage Table, std::size_t Row>
struct operation_needs_a_record {
    static constexpr bool ok = false;
};

/// The diagnosis of a filesystem without a reverse mapping that a gate row (counted from 1) walks.
template <class Filesystem, std::size_t Row>
struct filesystem_has_no_reverse_mapping_to_walk {
    static constexpr bool ok = false;
};

/// A policy: a table for the gate, and if that one can walk, tables for the records and for the
/// end.
template <class Policy>
concept failure_policy = requires {
    requires any_table<std::remove_cvref_t<decltype(Policy::gate)>>;
};

namespace detail {

template <auto const& Table>
consteval bool can_walk() {
    for (const auto& action : Table.actions)
        if (action.end == ending::walk)
            return true;
    return false;
}

[[nodiscard]] constexpr bool is_allowed(stage table, ending end) noexcept {
    switch (table) {
    case stage::gate:
        return end == ending::finish || end == ending::walk;
    case stage::record:
        return end == ending::none || end == ending::next || end == ending::stop ||
               end == ending::stop_lookup;
    case stage::end:
        return end == ending::finish || end == ending::finish_error;
    }
    return false;
}

[[nodiscard]] constexpr bool needs_inode(operation what) noexcept {
    return what == operation::kill_users || what == operation::invalidate ||
           what == operation::report_data_lost;
}

/// Every value of a fact, but where the filesystem's type alone settles it.
template <class Filesystem>
struct possible_for_type {
    template <class Fact>
    consteval value_set<Fact> operator()(fact_type<Fact>) const {
        constexpr auto only = [](bool has) {
            return value_set<Fact>{has ? std::uint64_t{1} : std::uint64_t{2}};
        };
        if constexpr (std::same_as<Fact, can_freeze>)
            return only(has_operation<Filesystem, operation::freeze>);
        else if constexpr (std::same_as<Fact, can_kill_users>)
            return only(has_operation<Filesystem, operation::kill_users>);
        else if constexpr (std::same_as<Fact, can_invalidate>)
            return only(has_operation<Filesystem, operation::invalidate>);
        else if constexpr (std::same_as<Fact, can_shut_down>)
            return only(has_operation<Filesystem, operation::shut_down>);
        else if constexpr (std::same_as<Fact, rmap> && !has_reverse_mapping<Filesystem>)
            return any_of(rmap::absent);
        else if constexpr (std::same_as<Fact, inode> && !has_inodes<Filesystem>)
            return any_of(inode::not_in_core);
        else
            return {every_value<Fact>};
    }
};

template <class Filesystem, auto const& Table>
inline constexpr row_set rows_for_type =
    rows_that_can_win(Table, possible_cells(Table, possible_for_type<Filesystem>{}));

/// Whether a row can win for this type of filesystem at all.
template <class Filesystem, auto const& Table, std::size_t Row>
inline constexpr bool can_win = ((rows_for_type<Filesystem, Table> >> Row) & 1U) != 0;

/// What does not fit between a table and a filesystem.
enum class misfit { none, ending, missing_rmap, missing_operation, missing_inode };

struct misfit_at {
    misfit what = misfit::none;
    std::size_t row = 0;
    operation which = operation::own;
};

template <class Filesystem>
consteval bool has(operation what) {
    return [what]<std::size_t... I>(std::index_sequence<I...>) {
        return ((static_cast<std::size_t>(what) != I ||
                 has_operation<Filesystem, static_cast<operation>(I)>)&&...);
    }
    (std::make_index_sequence<operation_count>{});
}

template <class Filesystem, stage Stage, auto const& Table>
consteval misfit_at find_misfit() {
    for (auto left = rows_for_type<Filesystem, Table>; left != 0; left &= left - 1) {
        const auto row = static_cast<std::size_t>(lowest(left));
        const auto& course = Table.actions[row];
        if (!is_allowed(Stage, course.end))
            return {misfit::ending, row};
        if (course.end == ending::walk && !has_reverse_mapping<Filesystem>)
            return {misfit::missing_rmap, row};
        for (std::size_t i = 0; i != course.count; ++i) {
            if (Stage != stage::record && needs_inode(course.steps[i].what))
                return {misfit::missing_inode, row, course.steps[i].what};
            if (!has<Filesystem>(course.steps[i].what))
                return {misfit::missing_operation, row, course.steps[i].what};
        }
    }
    return {};
}

template <class Filesystem, stage Stage, auto const& Table>
consteval bool check_table() {
    static_assert(proven<Table>);
    constexpr auto found = find_misfit<Filesystem, Stage, Table>();
    constexpr auto row = found.row + 1;
    if constexpr (found.what == misfit::ending)
        static_assert(row_cannot_end_like_this<Stage, row, Table.actions[found.row].end>::ok,
                      "a gate row ends by walk, refuse, unsupported or succeed, a record row by "
                      "next or stop, an end row by return_error, refuse or succeed");
    else if constexpr (found.what == misfit::missing_rmap)
        static_assert(filesystem_has_no_reverse_mapping_to_walk<Filesystem, row>::ok,
                      "add for_each_mapping to the filesystem, or a row for rmap::absent above");
    else if constexpr (found.what == misfit::missing_inode)
        static_assert(operation_needs_a_record<found.which, Stage, row>::ok,
                      "only a row of the record table has an inode to work on");
    else if constexpr (found.what == misfit::missing_operation)
        static_assert(filesystem_lacks_operation<Filesystem, found.which, Stage, row>::ok,
                      "add the member function to the filesystem, or a row above for a filesystem "
                      "without it (can_freeze::no and its like)");
    return found.what == misfit::none;
}

} // namespace detail

/// True for a policy whose tables are whole and ask nothing that the filesystem cannot do.
/// Otherwise it does not compile, and the message names the row.
template <class Policy, class Filesystem>
inline constexpr bool fits = [] {
    static_assert(failure_policy<Policy>, "a policy needs a static constexpr table `gate`");
    static_assert(filesystem<Filesystem>,
                  "a filesystem needs `is_born() -> bool` and `device_range(role) -> byte_range`");
    if constexpr (!detail::check_table<Filesystem, stage::gate, Policy::gate>())
        return false;
    else if constexpr (!detail::can_walk<Policy::gate>())
        return true;
    else if constexpr (!detail::check_table<Filesystem, stage::record, Policy::record>())
        return false;
    else
        return detail::check_table<Filesystem, stage::end, Policy::end>();
}();

} // namespace daxhold
