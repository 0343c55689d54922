// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/policy/sources.hpp"
#include "daxhold/policy/tables.hpp"
#include "daxhold/policy/walk_in_core.hpp"

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

/// The diagnosis of a filesystem whose member function for an operation cannot be called as the
/// engine would, or returns something else. `Wanted` is the signature that it is to have.
template <class Filesystem, operation What, class Wanted>
struct member_function_has_another_signature {
    static constexpr bool ok = false;
};

/// The diagnosis of a filesystem whose member function for an operation is not `noexcept`: the
/// engine has no way back from an exception, and a freeze would stay.
template <class Filesystem, operation What>
struct operation_may_throw {
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

/// The diagnosis of a filesystem that a table asks for a fact which it does not know.
template <class Filesystem, class Fact, stage Table>
struct filesystem_does_not_answer_for {
    static constexpr bool ok = false;
};

/// The diagnosis of a filesystem that withholds owners, and has an enumeration of its own for them.
template <class Filesystem>
struct filesystem_withholds_owners_of_its_own {
    static constexpr bool ok = false;
};

/// The diagnosis of a filesystem with a `find_in_core` that the engine cannot call: without an
/// `inode_handle`, or for other records.
template <class Filesystem>
struct filesystem_cannot_find_inodes {
    static constexpr bool ok = false;
};

/// The diagnosis of a filesystem that is const: to be notified changes it.
template <class Filesystem>
struct filesystem_is_const {
    static constexpr bool ok = false;
};

/// The diagnosis of a class that is no policy.
template <class Policy>
struct policy_has_no_gate {
    static constexpr bool ok = false;
};

/// The diagnosis of a policy that walks and does not say what to do then.
template <class Policy>
struct policy_cannot_walk {
    static constexpr bool ok = false;
};

namespace detail {

template <class Policy>
concept has_gate = requires {
    requires any_table<std::remove_cvref_t<decltype(Policy::gate)>>;
};

template <class Policy>
concept has_three_tables = has_gate<Policy> && requires {
    requires any_table<std::remove_cvref_t<decltype(Policy::record)>>;
    requires any_table<std::remove_cvref_t<decltype(Policy::end)>>;
};

} // namespace detail

/// A policy: a table for the gate, and if that one can walk, tables for the records and for the
/// end. All that it has are static constants and types:
/// - `gate` decides when a notification arrives: what is done at once, and whether the reverse
///   mapping is walked;
/// - `record` decides for each record of the walk;
/// - `end` decides when the walk has ended, and what the driver is told.
/// - `aftermaths`, which it may lack, tells what is known to follow (policy/aftermath.hpp).
/// Those that are shipped also have a `name`, which is that of the class, a `title` for people, and
/// the `mf_flags` of the lineage by which they are notified.
///
/// To ask for it proves the tables, also those of a policy that nobody uses yet:
/// `static_assert(failure_policy<my_policy>)`. A table with a mistake does not compile there, and
/// the message names the cell.
template <class Policy>
concept failure_policy = detail::has_gate<Policy> && tables::detail::prove<Policy::gate>() &&
    (!detail::has_three_tables<Policy> ||
     (tables::detail::prove<Policy::record>() && tables::detail::prove<Policy::end>()));

/// A policy that has all three tables.
template <class Policy>
concept walking_policy = detail::has_three_tables<Policy> && failure_policy<Policy>;

namespace detail {

[[nodiscard]] constexpr bool is_allowed(stage table, ending end) noexcept {
    switch (table) {
    case stage::gate:
        return end == ending::finish || is_walk(end);
    case stage::record:
        return end == ending::none || end == ending::next || is_stop(end);
    case stage::end:
        return end == ending::finish || end == ending::finish_error;
    }
    return false;
}

/// Whether an operation is on that.
[[nodiscard]] constexpr bool is_on(subject one, operation what) noexcept {
    return subject_by_operation[static_cast<std::size_t>(what)] == one;
}

[[nodiscard]] constexpr bool needs_inode(operation what) noexcept {
    return is_on(subject::inode, what);
}

/// Whether a gate can lead to a walk for this type of filesystem, in one of these ways.
template <class Filesystem, auto const& Gate>
consteval bool can_end_by(bool (*is_wanted)(ending)) {
    for (const auto row : rows_in{rows_for_type<Filesystem, Gate>})
        if (is_wanted(Gate.actions[row].end))
            return true;
    return false;
}
template <class Filesystem, auto const& Gate>
inline constexpr bool can_walk = can_end_by<Filesystem, Gate>(is_walk);

/// What does not fit between a table and a filesystem.
enum class misfit { none, ending, missing_rmap, missing_operation, may_throw, missing_inode };

struct misfit_at {
    misfit what = misfit::none;
    std::size_t row = 0;
    operation which = operation::own;
};

template <class Filesystem, class Own>
concept performs_noexcept = performs<Filesystem, Own> &&
    noexcept(std::declval<Filesystem&>().perform(std::declval<Own&>()));
template <class Filesystem, class Own>
concept performs_on_record_noexcept = performs_on_record<Filesystem, Own> &&
    noexcept(std::declval<Filesystem&>().perform(std::declval<Own&>(),
                                                 std::declval<const record_of<Filesystem>&>(),
                                                 std::declval<byte_range>()));

constexpr misfit misfit_unless(bool is_there, bool is_noexcept) {
    return !is_there ? misfit::missing_operation : is_noexcept ? misfit::none : misfit::may_throw;
}

/// What stands against asking a filesystem for an operation of the list.
template <class Filesystem>
constexpr misfit find_misfit_of_listed(operation what) {
    return with_operation(what, [](auto known) {
        constexpr operation asked = decltype(known)::value;
        return misfit_unless(has_operation<Filesystem, asked>,
                             has_noexcept_operation<Filesystem, asked>);
    });
}

/// The same for any operation; its own ones may want the record.
template <class Filesystem, stage Stage, auto const& Table>
constexpr misfit find_misfit_of(operation what) {
    using own = decltype(own_operation_of(Table.actions[0]));
    if (what != operation::own)
        return find_misfit_of_listed<Filesystem>(what);
    if (Stage == stage::record && performs_on_record<Filesystem, own>)
        return misfit_unless(true, performs_on_record_noexcept<Filesystem, own>);
    return misfit_unless(performs<Filesystem, own>, performs_noexcept<Filesystem, own>);
}

/// Only our own enumeration has an owner that stands for all others.
template <class Filesystem>
inline constexpr bool owners_can_be_withheld =
    !withholds_owners<Filesystem> || requires(record_of<Filesystem> record) {
    { (record.owner) } -> std::same_as<owner&>;
};

template <class Filesystem, stage Stage, auto const& Table>
consteval misfit_at find_misfit() {
    for (const auto row : rows_in{rows_for_type<Filesystem, Table>}) {
        const auto& course = Table.actions[row];
        if (!is_allowed(Stage, course.end))
            return {misfit::ending, row};
        if (is_walk(course.end) && !has_reverse_mapping<Filesystem>)
            return {misfit::missing_rmap, row};
        for (std::size_t i = 0; i != course.count; ++i) {
            if (Stage != stage::record && needs_inode(course.steps[i].what))
                return {misfit::missing_inode, row, course.steps[i].what};
            const auto found = find_misfit_of<Filesystem, Stage, Table>(course.steps[i].what);
            if (found != misfit::none)
                return {found, row, course.steps[i].what};
        }
    }
    return {};
}

template <class Filesystem, operation What, stage Stage, std::size_t Row>
consteval bool say_what_operation_lacks() {
    if constexpr (requires { requires operation_traits<What>::template is_member<Filesystem>; })
        static_assert(member_function_has_another_signature<Filesystem, What,
                                                            signature_of<Filesystem, What>>::ok,
                      "the member function for the operation is there, and cannot be called like "
                      "the signature that is named last");
    else
        static_assert(filesystem_lacks_operation<Filesystem, What, Stage, Row>::ok,
                      "add the member function to the filesystem, or a row above for a "
                      "filesystem without it (can_freeze::no and its like)");
    return false;
}

template <class Filesystem, stage Stage>
using source_of_stage =
    std::conditional_t<Stage == stage::gate, event_source<Filesystem>,
                       std::conditional_t<Stage == stage::record,
                                          record_source<Filesystem, nothing_decided<Filesystem>>,
                                          end_source<Filesystem>>>;

template <class Filesystem, stage Stage, auto const& Table>
consteval bool check_table() {
    using facts = typename tables::detail::table_type<Table>::facts;
    static_assert(tables::detail::table_type<Table>::row_count <= most_rows_of_policy,
                  "a table of a policy has at most 64 rows");
    constexpr auto unanswered =
        tables::detail::find_unanswered<source_of_stage<Filesystem, Stage>>(facts{});
    if constexpr (unanswered != facts::size) {
        using fact = typename facts::template at<unanswered>;
        static_assert(filesystem_does_not_answer_for<Filesystem, fact, Stage>::ok,
                      "add `answer(hana::type<Fact>)` to the filesystem, with the record as second "
                      "argument for a fact of each record");
        return false;
    } else {
        constexpr auto found = find_misfit<Filesystem, Stage, Table>();
        constexpr auto row = found.row + 1;
        if constexpr (found.what == misfit::ending)
            static_assert(row_cannot_end_like_this<Stage, row, Table.actions[found.row].end>::ok,
                          "a gate row ends by walk, walk_in_core, refuse, unsupported or succeed, "
                          "a record row by next or stop, an end row by return_error, refuse or "
                          "succeed");
        else if constexpr (found.what == misfit::missing_rmap)
            static_assert(filesystem_has_no_reverse_mapping_to_walk<Filesystem, row>::ok,
                          "add for_each_mapping to the filesystem, or a row for rmap::absent "
                          "above");
        else if constexpr (found.what == misfit::missing_inode)
            static_assert(operation_needs_a_record<found.which, Stage, row>::ok,
                          "only a row of the record table has an inode to work on");
        else if constexpr (found.what == misfit::missing_operation)
            return say_what_operation_lacks<Filesystem, found.which, Stage, row>();
        else if constexpr (found.what == misfit::may_throw)
            static_assert(operation_may_throw<Filesystem, found.which>::ok,
                          "declare the member function for the operation (`perform` for own) "
                          "noexcept, and have it return errors as a result");
        return found.what == misfit::none;
    }
}

/// Says what does not fit, and only the first of it, so that the message stays short.
template <class Policy, class Filesystem>
consteval bool check_fit() {
    if constexpr (!has_gate<Policy>) {
        static_assert(policy_has_no_gate<Policy>::ok,
                      "a policy needs a static constexpr table `gate`");
        return false;
    } else if constexpr (std::is_const_v<Filesystem>) {
        static_assert(filesystem_is_const<Filesystem>::ok,
                      "to be notified changes a filesystem: hand it over without const");
        return false;
    } else if constexpr (!filesystem<Filesystem>) {
        static_assert(filesystem<Filesystem>, "a filesystem needs `is_born() -> bool` and "
                                              "`device_range(role) -> byte_range`");
        return false;
    } else if constexpr (!has_inodes<Filesystem> && requires { &Filesystem::find_in_core; }) {
        static_assert(
            filesystem_cannot_find_inodes<Filesystem>::ok,
            "find_in_core(const record&, inode_handle&) returns a result, and inode_handle "
            "is a member type");
        return false;
    } else if constexpr (!owners_can_be_withheld<Filesystem>) {
        static_assert(filesystem_withholds_owners_of_its_own<Filesystem>::ok,
                      "a filesystem that withholds owners has records with a `daxhold::owner`");
        return false;
    } else if constexpr (!tables::detail::prove<Policy::gate>() ||
                         !check_table<Filesystem, stage::gate, Policy::gate>()) {
        return false;
    } else if constexpr (!can_walk<Filesystem, Policy::gate>) {
        return true;
    } else if constexpr (!has_three_tables<Policy>) {
        static_assert(policy_cannot_walk<Policy>::ok,
                      "a policy whose gate walks needs static constexpr tables `record` and `end`");
        return false;
    } else if constexpr (!tables::detail::prove<Policy::record>() ||
                         !check_table<Filesystem, stage::record, Policy::record>()) {
        return false;
    } else {
        return tables::detail::prove<Policy::end>() &&
               check_table<Filesystem, stage::end, Policy::end>() &&
               check_walk_in_core<Policy, Filesystem>();
    }
}

} // namespace detail

/// True for a policy whose tables are whole and ask nothing that the filesystem cannot do.
/// Otherwise it does not compile, and the message names the row.
template <class Policy, class Filesystem>
inline constexpr bool fits = detail::check_fit<Policy, Filesystem>();

} // namespace daxhold
