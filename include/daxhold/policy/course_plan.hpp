// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/policy/check.hpp"
#include "daxhold/policy/tables.hpp"

/// \file
/// What is known of a policy's tables before anything happens: the diagrams in which their rows
/// share the steps that they have in common, and what the policy can do at all.

namespace daxhold::detail {

/// How the rows of a table of courses are told apart where nobody watches: by what they do.
template <auto const& Table>
struct course_plan {
    using facts = typename tables::detail::table_type<Table>::facts;

    static constexpr std::size_t step_count(std::size_t row) noexcept {
        return Table.actions[row].count;
    }

    /// Whether a step is left out after a failure, as those in front of a walk are.
    static constexpr bool may_be_skipped(tables::step_place place) noexcept {
        const auto& course = Table.actions[place.row];
        if (!is_walk(course.end))
            return false;
        for (std::size_t i = 0; i != place.step; ++i)
            if (course.steps[i].then == on_error::stop)
                return true;
        return false;
    }

    static constexpr tables::step_place first_place_of(tables::step_place place) noexcept {
        const auto& wanted = Table.actions[place.row].steps[place.step];
        for (std::size_t row = 0; row <= place.row; ++row)
            for (std::size_t step = 0; step != step_count(row); ++step) {
                const tables::step_place at{static_cast<std::uint8_t>(row),
                                            static_cast<std::uint8_t>(step)};
                if (Table.actions[row].steps[step] == wanted &&
                    may_be_skipped(at) == may_be_skipped(place))
                    return at;
            }
        return place;
    }

    static constexpr std::size_t first_row_of_end(std::size_t row) noexcept {
        std::size_t first = 0;
        while (Table.actions[first].end != Table.actions[row].end ||
               Table.actions[first].errno_value != Table.actions[row].errno_value)
            ++first;
        return first;
    }

    /// What the engine itself answers for is as it was found: a filesystem's own facts may change
    /// by what is done.
    static constexpr bool is_settled(std::size_t fact) noexcept {
        return []<class... Facts>(tables::detail::type_list<Facts...>, std::size_t position) {
            const bool settled[] = {is_engine_fact<Facts>..., false};
            return settled[position];
        }(facts{}, fact);
    }
};

/// What a table comes to for a type of filesystem where nobody watches.
template <class Filesystem, auto const& Table>
inline constexpr auto diagram_of_courses = [] {
    if constexpr (tables::detail::table_type<Table>::row_count >
                  tables::detail::most_rows_of_diagram) {
        return tables::detail::oversized_diagram();
    } else {
        constexpr std::size_t capacity = [] {
            auto size = tables::detail::proportionate_size(Table);
            for (const auto& course : Table.actions)
                size += course.count;
            return size < tables::detail::largest_diagram ? size : tables::detail::largest_diagram;
        }();
        return tables::build_diagram<capacity>(
            Table, possible_cells(Table, possible_for_type<Filesystem>{}), course_plan<Table>{});
    }
}();

template <auto const& Table>
consteval bool has_step_that_collects() {
    for (const auto& course : Table.actions)
        for (std::size_t i = 0; i != course.count; ++i)
            if (course.steps[i].then == on_error::collect)
                return true;
    return false;
}

/// Whether an error can be there although nothing failed that must not.
template <class Policy>
consteval bool can_collect() {
    if constexpr (walking_policy<Policy>)
        return has_step_that_collects<Policy::gate>() || has_step_that_collects<Policy::record>();
    else
        return has_step_that_collects<Policy::gate>();
}

/// Whether a gate can lead to a walk of the inodes in core for this type of filesystem.
template <class Filesystem, auto const& Gate>
consteval bool can_walk_in_core() {
    for (auto left = rows_for_type<Filesystem, Gate>; left != 0; left &= left - 1)
        if (Gate.actions[tables::detail::lowest(left)].end == ending::walk_in_core)
            return true;
    return false;
}

/// Whether the record table asks for the scope of the event.
template <class Policy>
consteval bool asks_for_scope() {
    if constexpr (walking_policy<Policy>) {
        using facts = typename tables::detail::table_type<Policy::record>::facts;
        return facts::template index_of<scope> != facts::size;
    } else {
        return false;
    }
}

/// Stands for a range that nobody asks for.
struct no_range {
    constexpr no_range(byte_range /*unused*/) noexcept {} // NOLINT(google-explicit-constructor)
    constexpr operator byte_range() const noexcept {
        return {};
    } // NOLINT(google-explicit-constructor)
};

/// Whether a row of the record table works on an inode in more than one step.
template <class Policy>
consteval bool works_twice_on_inodes() {
    if constexpr (walking_policy<Policy>)
        for (const auto& course : Policy::record.actions) {
            std::size_t steps = 0;
            for (std::size_t i = 0; i != course.count; ++i)
                steps += needs_inode(course.steps[i].what) ? 1U : 0U;
            if (steps > 1)
                return true;
        }
    return false;
}

} // namespace daxhold::detail
