// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/policy/sources.hpp"
#include "daxhold/policy/tables.hpp"

/// \file
/// Whether the inodes in core are all that a walk has to go through, found out when a policy is
/// compiled for a filesystem: a gate row that ends by `walk_in_core` passes over everything else.

namespace daxhold {

/// The diagnosis of a gate row (counted from 1) that walks the inodes in core, although a row of
/// the record table does something to what is none.
template <std::size_t GateRow, std::size_t RecordRow>
struct walk_in_core_would_pass_over_what_a_row_acts_on {
    static constexpr bool ok = false;
};

/// The diagnosis of a gate row (counted from 1) that walks the inodes in core, although a row of
/// the record table stops at an error: which inodes come before it is not said.
template <std::size_t GateRow, std::size_t RecordRow>
struct walk_in_core_stops_in_no_order {
    static constexpr bool ok = false;
};

/// The diagnosis of a gate row (counted from 1) that walks the inodes in core, although the record
/// table asks for a fact of single extents.
template <std::size_t GateRow, class Fact>
struct walk_in_core_knows_no_extents {
    static constexpr bool ok = false;
};

namespace detail {

/// What stands against going through the inodes in core alone.
enum class in_core_misfit { none, fact, acts, stops };

struct in_core_misfit_at {
    in_core_misfit what = in_core_misfit::none;
    std::size_t gate_row = 0;
    std::size_t record_row = 0;
};

/// What all extents of an inode have in common.
template <class Filesystem, class Fact>
inline constexpr bool is_of_inode =
    event_fact<Filesystem, Fact> || std::same_as<Fact, owner> || std::same_as<Fact, inode> ||
    std::same_as<Fact, mapping> || std::same_as<Fact, kind>;

template <class Filesystem, class... Facts>
constexpr std::size_t find_fact_of_extent(tables::detail::type_list<Facts...>) {
    std::size_t position = 0;
    static_cast<void>(((!is_of_inode<Filesystem, Facts> || (++position, false)) || ...));
    return position;
}

/// The cells that have one value of a fact, or those that have another.
template <auto const& Record, auto Value, class Cells>
constexpr Cells restrict_fact(Cells cells, bool has_value) {
    using facts = typename tables::detail::table_type<Record>::facts;
    constexpr auto position = facts::template index_of<decltype(Value)>;
    if constexpr (position != facts::size)
        cells.values[position] &= has_value ? bit_of(Value) : ~bit_of(Value);
    return cells;
}

/// What stands against it for one row of the gate.
template <class Policy, class Filesystem, std::size_t Row>
consteval in_core_misfit_at find_in_core_misfit() {
    constexpr const auto& record = Policy::record;
    using facts = typename tables::detail::table_type<record>::facts;
    if constexpr (Policy::gate.actions[Row].end == ending::walk_in_core &&
                  can_win<Filesystem, Policy::gate, Row>) {
        if (find_fact_of_extent<Filesystem>(facts{}) != facts::size)
            return {in_core_misfit::fact, Row, 0};
        const auto walked = possible_cells(record, []<class Fact>(fact_type<Fact>) {
            return decided_by_gate<Filesystem, Policy::gate, Row>::template values<Fact>;
        });
        auto elsewhere =
            rows_that_can_win(record, restrict_fact<record, owner::file_data>(walked, false));
        elsewhere |=
            rows_that_can_win(record, restrict_fact<record, inode::not_in_core>(walked, true));
        for (const auto other : rows_in{elsewhere})
            if (record.actions[other].count != 0 || is_stop(record.actions[other].end))
                return {in_core_misfit::acts, Row, other};
        for (const auto other : rows_in{rows_that_can_win(record, walked)}) {
            const auto& course = record.actions[other];
            bool stops = is_stop(course.end);
            for (std::size_t i = 0; i != course.count; ++i)
                stops = stops || (course.steps[i].then == on_error::stop &&
                                  course.steps[i].what != operation::note_shutdown);
            if (stops)
                return {in_core_misfit::stops, Row, other};
        }
    }
    return {};
}

template <class Policy, class Filesystem, std::size_t... Row>
consteval in_core_misfit_at find_in_core_misfit(std::index_sequence<Row...>) {
    in_core_misfit_at first;
    static_cast<void>(((first = find_in_core_misfit<Policy, Filesystem, Row>(),
                        first.what != in_core_misfit::none) ||
                       ...));
    return first;
}

/// Whether the inodes in core are all that a walk_in_core has to go through.
template <class Policy, class Filesystem>
consteval bool check_walk_in_core() {
    constexpr auto found = find_in_core_misfit<Policy, Filesystem>(
        std::make_index_sequence<tables::detail::table_type<Policy::gate>::row_count>{});
    constexpr auto row = found.gate_row + 1;
    if constexpr (found.what == in_core_misfit::fact) {
        using facts = typename tables::detail::table_type<Policy::record>::facts;
        using fact = typename facts::template at<find_fact_of_extent<Filesystem>(facts{})>;
        static_assert(walk_in_core_knows_no_extents<row, fact>::ok,
                      "after walk_in_core the record table may ask of the event, owner, inode, "
                      "mapping and kind: end the gate row by walk");
    } else if constexpr (found.what == in_core_misfit::acts) {
        static_assert(
            walk_in_core_would_pass_over_what_a_row_acts_on<row, found.record_row + 1>::ok,
            "after walk_in_core only inodes in core are told anything: end the gate row by walk");
    } else if constexpr (found.what == in_core_misfit::stops) {
        static_assert(walk_in_core_stops_in_no_order<row, found.record_row + 1>::ok,
                      "after walk_in_core errors are collected: use collect or attempt, or end the "
                      "gate row by walk");
    }
    return found.what == in_core_misfit::none;
}

} // namespace detail

} // namespace daxhold
