// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/policy/report.hpp"
#include "daxhold/policy/tables.hpp"
#include "daxhold/testing/every_cell.hpp"
#include "daxhold/testing/generated.hpp"
#include "daxhold/testing/script.hpp"

#include <string>

/// \file
/// The values of the library as text, in the words in which they are written in a source: for
/// golden tables (testing/golden.hpp) and for the messages of a test (testing/doctest.hpp). At run
/// time; the umbrella leaves this out, as it needs `<string>`.

namespace daxhold::testing {

/// A piece of text.
[[nodiscard]] inline std::string to_text(text t) { return {t.data, t.size}; }

/// A value of a fact: `owner::file_data`; a value that is no enumerator: `owner(12)`.
template <fact Fact>
[[nodiscard]] std::string to_text(Fact value) {
    const auto number = static_cast<std::size_t>(value);
    const auto name = to_text(fact_name<Fact>);
    return number < value_count<Fact> ? name + "::" + to_text(name_of(value))
                                      : name + "(" + std::to_string(number) + ")";
}

/// Values of a fact: `any_of(role::log, role::realtime)`.
template <fact Fact>
[[nodiscard]] std::string to_text(value_set<Fact> values) {
    std::string made;
    for (std::size_t i = 0; i != value_count<Fact>; ++i)
        if (((values.bits >> i) & 1U) != 0)
            made += (made.empty() ? "" : ", ") + to_text(static_cast<Fact>(i));
    return "any_of(" + made + ")";
}

namespace detail {

/// What a row demands of a fact, a comma before it if it is not the first; nothing if it accepts
/// every value.
template <fact Fact>
void add_demand(std::string& made, value_set<Fact> values) {
    if (values.bits == every_value<Fact>)
        return;
    made += made.empty() ? "" : ", ";
    made += daxhold::tables::detail::count(values.bits) == 1
                ? to_text(static_cast<Fact>(tables::detail::lowest(values.bits)))
                : to_text(values);
}

[[nodiscard]] inline std::string condition_to_text(const std::string& demands) {
    return demands.empty() ? "otherwise" : "when(" + demands + ")";
}

} // namespace detail

/// A condition as it is written: `when(cause::removal, owner::file_data)`, `otherwise`.
template <fact... Facts>
[[nodiscard]] std::string to_text(const tables::condition<Facts...>& c) {
    std::string demands;
    [[maybe_unused]] std::size_t demand = 0;
    (detail::add_demand(demands, value_set<Facts>{c.accepts[demand++]}), ...);
    return detail::condition_to_text(demands);
}

/// What an errno means: `0`, `-117 (the filesystem is corrupted)`.
[[nodiscard]] inline std::string to_text(result r) {
    return r.ok() ? "0" : std::to_string(r.value()) + " (" + describe(meaning_of(r)) + ")";
}

/// A range: `[8192, 12288)`, `the whole device`, `nothing at 8192`.
template <std::unsigned_integral Int>
[[nodiscard]] std::string to_text(basic_byte_range<Int> range) {
    if (range.is_whole_device())
        return "the whole device";
    if (range.empty())
        return "nothing at " + std::to_string(range.offset());
    return "[" + std::to_string(range.offset()) + ", " + std::to_string(range.end()) + ")";
}

namespace detail {

template <class Enumeration>
[[nodiscard]] std::string own_to_text(Enumeration own) {
    if constexpr (fact<Enumeration>)
        return to_text(own);
    else
        return std::to_string(static_cast<std::uint64_t>(own));
}

[[nodiscard]] inline std::string errno_to_text(int errno_value) {
    switch (errno_value) {
    case EIO:
        return "EIO";
    case ENXIO:
        return "ENXIO";
    case EBUSY:
        return "EBUSY";
    case EAGAIN:
        return "EAGAIN";
    case EINVAL:
        return "EINVAL";
    case ENODEV:
        return "ENODEV";
    case ENODATA:
        return "ENODATA";
    case ENOMEM:
        return "ENOMEM";
    case EOPNOTSUPP:
        return "EOPNOTSUPP";
    case efscorrupted:
        return "efscorrupted";
    default:
        return std::to_string(errno_value);
    }
}

} // namespace detail

/// A step as it is written: `attempt(shut_down(force_umount))`.
template <class Own>
[[nodiscard]] std::string to_text(const step<Own>& s) {
    auto made = to_text(name_of(s.what));
    if (s.what == operation::kill_users)
        made += "(" + to_text(s.template argument<users>()) + ", " + to_text(s.template argument<poison>(1)) + ")";
    else if (s.what == operation::shut_down)
        made += "(" + to_text(name_of(s.template argument<shutdown_reason>())) + ")";
    else if (s.what == operation::own)
        made = "perform(" + detail::own_to_text(s.own) + ")";
    switch (s.then) {
    case on_error::ignore:
        return "attempt(" + made + ")";
    case on_error::collect:
        return "collect(" + made + ")";
    case on_error::stop:
        break;
    }
    return made;
}

/// A course as it is written: `attempt(freeze) >> begin_walk >> walk`.
template <class Own, std::size_t Size>
[[nodiscard]] std::string to_text(const course<Own, Size>& c) {
    std::string made;
    const auto add = [&made](const std::string& word) {
        made += (made.empty() ? "" : " >> ") + word;
    };
    for (std::size_t i = 0; i != c.count; ++i)
        add(to_text(c.steps[i]));
    switch (c.end) {
    case ending::none:
        break;
    case ending::finish:
        if (c.errno_value == 0)
            add("succeed");
        else if (c.errno_value == EOPNOTSUPP)
            add("unsupported");
        else
            add("refuse(" + detail::errno_to_text(c.errno_value) + ")");
        break;
    case ending::finish_error:
        add("return_error");
        break;
    case ending::walk:
        add("walk");
        break;
    case ending::walk_in_core:
        add("walk_in_core");
        break;
    case ending::next:
        add("next");
        break;
    case ending::stop:
        add("stop(" + detail::errno_to_text(c.errno_value) + ")");
        break;
    case ending::stop_lookup:
        add("stop_with_lookup_error");
        break;
    }
    return made.empty() ? "nothing" : made;
}

/// An action of a table that has a text, is a fact, or is a number.
template <class Action>
[[nodiscard]] std::string action_to_text(const Action& action) {
    if constexpr (requires { to_text(action); })
        return to_text(action);
    else if constexpr (requires { std::to_string(action); })
        return std::to_string(action);
    else
        return "an action without a text";
}

/// A row as it is written: `when(role::log) >> succeed`.
template <class Action, fact... Facts>
[[nodiscard]] std::string to_text(const row<Action, Facts...>& r) {
    return to_text(r.when) + " >> " + action_to_text(r.action);
}

/// A cell: `role::log, cause::removal`.
template <fact... Facts>
[[nodiscard]] std::string to_text(const known_facts<Facts...>& cell) {
    std::string made;
    ((made += (made.empty() ? "" : ", ") + to_text(value_in<Facts>(cell))), ...);
    return made;
}

/// A table, a line a row.
template <class Action, std::size_t Rows, class... Facts>
[[nodiscard]] std::string
to_text(const decision_table<Action, Rows, tables::detail::type_list<Facts...>>& table) {
    std::string made;
    for (std::size_t row = 0; row != Rows; ++row) {
        std::string demands;
        [[maybe_unused]] std::size_t fact = 0;
        (detail::add_demand(demands, value_set<Facts>{table.accepted(row, fact++)}), ...);
        made +=
            detail::condition_to_text(demands) + " >> " + action_to_text(table.actions[row]) + "\n";
    }
    return made;
}

/// A record: `owner::file_data of inode 131 at 0 in [32768, 49152), shared`.
[[nodiscard]] inline std::string to_text(const rmap_record& r) {
    auto made = to_text(r.owner);
    if (r.inode_number != 0)
        made +=
            " of inode " + std::to_string(r.inode_number) + " at " + std::to_string(r.file_offset);
    return made + " in " + to_text(r.extent) + (r.sharing == sharing::shared ? ", shared" : "");
}

/// What was done to a mock filesystem: `kill_users(users::every, poison::not_marked) of inode 131
/// in [0, 8192): 0`.
[[nodiscard]] inline std::string to_text(const entry& e) {
    auto made = to_text(name_of(e.what));
    if (e.what == call::kill_users)
        made += "(" + to_text(e.who) + ", " + to_text(e.pages) + ")";
    if (e.what == call::shut_down)
        made += "(" + to_text(name_of(e.reason)) + ")";
    if (e.what == call::report_media_event)
        made += "(" + to_text(e.device) + ")";
    if (e.inode_number != 0)
        made += " of inode " + std::to_string(e.inode_number);
    if (e.inode_number != 0 || e.what == call::report_media_event)
        made += " in " + to_text(e.where);
    return made + ": " + to_text(e.outcome);
}

/// What was done, a line an entry.
[[nodiscard]] inline std::string to_text(const call_log& log) {
    std::string made;
    for_each_entry(log, [&made](const entry& e) { made += to_text(e) + "\n"; });
    if (log.size() > call_log::capacity)
        made += "and " + std::to_string(log.size() - call_log::capacity) + " more\n";
    return made;
}

/// A report: the answer, how the filesystem was left, then the steps that were taken, in a line.
[[nodiscard]] inline std::string to_text(const report& r) {
    auto made = "answer " + to_text(r.outcome);
    if (r.is_withheld)
        made += ", withheld";
    if (r.gate_row != report::no_row)
        made += ", gate row " + std::to_string(r.gate_row + 1);
    if (r.is_walked)
        made += ", " + std::to_string(r.records) + " records, walk " + to_text(name_of(r.walk));
    if (r.end_row != report::no_row)
        made += ", end row " + std::to_string(r.end_row + 1);
    if (!r.not_walked.empty())
        made += ", not walked " + to_text(r.not_walked);
    if (r.is_shut_down)
        made += ", shut down (" + to_text(name_of(r.reason)) + ")";
    if (r.is_left_frozen)
        made += ", left frozen";
    for (std::size_t i = 0; i != operation_count; ++i)
        if (const auto& s = r.steps[i]; s.taken != 0 || s.skipped != 0) {
            made +=
                ", " + to_text(name_of(static_cast<operation>(i))) + " " + std::to_string(s.taken);
            if (s.failed != 0)
                made +=
                    " (" + std::to_string(s.failed) + " failed: " + to_text(s.first_error) + ")";
            if (s.skipped != 0)
                made += " (" + std::to_string(s.skipped) + " left out)";
        }
    return made;
}

/// How the device was put back: `device_died_first`.
[[nodiscard]] inline std::string to_text(const script_outcome& o) {
    return to_text(o.answer) + ", put " + to_text(name_of(o.put)) +
           (o.is_shut_down ? ", shut down" : "");
}

/// What came of a script, a line a step.
template <class Mock, std::size_t Steps>
[[nodiscard]] std::string to_text(const transcript<Mock, Steps>& t) {
    std::string made;
    for (std::size_t i = 0; i != Steps; ++i)
        made += to_text(t[i]) + "\n";
    return made;
}

/// A scene, as far as it is not a corruption of a part of the filesystem's only record: data of a
/// file in core.
[[nodiscard]] inline std::string to_text(const scene& s) {
    const scene usual;
    auto made = to_text(name_of(s.why));
    const auto add = [&made](auto value, auto normal) {
        if (value != normal)
            made += ", " + to_text(value);
    };
    add(s.scope, usual.scope);
    add(s.device, usual.device);
    add(s.mount, usual.mount);
    add(s.rmap, usual.rmap);
    add(s.range, usual.range);
    add(s.groups, usual.groups);
    made += ": " + to_text(s.owner);
    add(s.inode, usual.inode);
    add(s.mapping, usual.mapping);
    add(s.sharing, usual.sharing);
    return made;
}

/// Where an invariant did not hold: `invariant 1 with seed 17`, or that none failed.
[[nodiscard]] inline std::string to_text(const generated_failure& f) {
    return f.exists
               ? "invariant " + std::to_string(f.invariant) + " with seed " + std::to_string(f.seed)
               : "no failure";
}

} // namespace daxhold::testing
