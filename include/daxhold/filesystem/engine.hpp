// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/filesystem/check.hpp"
#include "daxhold/filesystem/observer.hpp"
#include "daxhold/filesystem/undecided.hpp"
#include "daxhold/table/decide.hpp"

/// \file
/// Runs a notification through a policy's tables: the gate, the walk over the reverse mapping with
/// a decision for each record, the end. The engine has no order of its own: which steps are taken,
/// when, and what their failure leads to is what the rows say.

namespace daxhold {

namespace detail {

/// Calls `f(hana::size_c<Row>)` for a row number that is known at run time only.
template <auto const& Table, std::size_t Row = 0, class F>
constexpr auto with_row(std::size_t row, const F& f) {
    if constexpr (Row + 1 == table_type<Table>::row_count)
        return f(boost::hana::size_c<Row>);
    else
        return row == Row ? f(boost::hana::size_c<Row>) : with_row<Table, Row + 1>(row, f);
}

template <class Policy, class Filesystem, class Observer>
struct notification {
    Filesystem& fs;
    Observer& observer;
    arrived_event event;

    result error{};
    bool is_shutdown_wanted = false;
    bool is_frozen = false;
    bool is_stopped = false;
    byte_range rest{};
    std::uint8_t aftermaths = 0;
    undecided_fate undecided{};
    row_set rows_of_unknown = 0;
    bool is_unknown_decided = false;

    using record_type = record_of<Filesystem>;

    [[nodiscard]] constexpr event_source<Filesystem> facts() const { return {fs, event}; }

    constexpr result run() {
        return decide_row<Policy::gate>(
            facts(), [this](auto won) { return this->template pass_gate<decltype(won)::value>(); });
    }

    template <std::size_t Row>
    constexpr result pass_gate() {
        if constexpr (can_win<Filesystem, Policy::gate, Row>)
            return leave_gate<Row>();
        else
            __builtin_unreachable();
    }

    template <std::size_t Row>
    constexpr result leave_gate() {
        constexpr const auto& course = Policy::gate.actions[Row];
        observer.gate_decided(Row);
        [[maybe_unused]] const bool failed = take_steps<Policy::gate, Row>(event.part);
        if constexpr (course.end == ending::walk)
            return walk_records(failed);
        else
            return finish(course.outcome());
    }

    constexpr result walk_records(bool is_prevented) {
        rest = event.part;
        if (is_prevented)
            return finish_walk(walk_end::not_started);
        const result outcome =
            fs.for_each_mapping(event.device, event.part, [this](const record_type& record) {
                is_stopped = !this->visit(record);
                return !is_stopped;
            });
        if (error.ok())
            error = outcome;
        if (outcome.ok() && !is_stopped)
            rest = {};
        return finish_walk(error.ok() ? walk_end::clean : walk_end::failed);
    }

    /// Returns whether the walk goes on.
    constexpr bool visit(const record_type& record) {
        const auto part = intersect(record.extent, event.part);
        if (part.empty())
            return true;
        rest = rest.from(part.offset());
        if constexpr (withholds_owners<Filesystem>)
            if (record.owner == owner::unknown)
                return withhold(record, part);
        record_source<Filesystem> source{facts(), record};
        return decide_row<Policy::record>(source, [&](auto won) {
            return this->template follow_record<decltype(won)::value>(source, part);
        });
    }

    template <std::size_t Row>
    constexpr bool follow_record(record_source<Filesystem>& source, byte_range part) {
        if constexpr (can_win<Filesystem, Policy::record, Row>)
            return take_record<Row>(source, part);
        else
            __builtin_unreachable();
    }

    template <std::size_t Row>
    constexpr bool take_record(record_source<Filesystem>& source, byte_range part) {
        constexpr const auto& course = Policy::record.actions[Row];
        observer.record_decided(Row, source.record, part);
        const bool failed = take_steps<Policy::record, Row>(part, &source);
        if constexpr (course.end == ending::stop || course.end == ending::stop_lookup) {
            if (error.ok())
                error = course.end == ending::stop ? course.outcome() : source.look_up().error;
            return false;
        } else {
            return !failed;
        }
    }

    /// A record whose owner is not told: where every owner that it can have leads to the same
    /// course, that one is taken.
    constexpr bool withhold(const record_type& record, byte_range part) {
        if (rows_of_unknown == 0)
            consider_unknown();
        if (!is_unknown_decided) {
            observer.record_withheld(rows_of_unknown, record, part);
            return true;
        }
        record_source<Filesystem> source{facts(), record};
        return with_row<Policy::record>(
            static_cast<std::size_t>(lowest(rows_of_unknown)), [&](auto won) {
                return this->template follow_record<decltype(won)::value>(source, part);
            });
    }

    /// All records without an owner are alike: what they can lead to is found out once.
    constexpr void consider_unknown() {
        rows_of_unknown = rows_without_owner<Policy::record>(facts());
        is_unknown_decided = have_one_course(Policy::record, rows_of_unknown) &&
                             !needs_inode(Policy::record, rows_of_unknown);
        if (!is_unknown_decided)
            undecided.add(Policy::record, rows_of_unknown);
    }

    constexpr result finish_walk(walk_end how) {
        observer.walk_ended(how, rest);
        end_source<Filesystem> source{facts(), {how, is_shutdown_wanted, is_frozen}};
        if constexpr (withholds_owners<Filesystem>) {
            const auto rows = rows_when_undecided<Policy::end>(source, undecided);
            if (undecided.may_shut_down || !have_one_course(Policy::end, rows) ||
                (undecided.may_stop && returns_error(Policy::end, rows))) {
                observer.end_withheld(rows);
                return finish(verdict_withheld);
            }
            return with_row<Policy::end>(static_cast<std::size_t>(lowest(rows)), [this](auto won) {
                return this->template pass_end<decltype(won)::value>();
            });
        } else {
            return decide_row<Policy::end>(source, [this](auto won) {
                return this->template pass_end<decltype(won)::value>();
            });
        }
    }

    template <std::size_t Row>
    constexpr result pass_end() {
        if constexpr (can_win<Filesystem, Policy::end, Row>)
            return leave_end<Row>();
        else
            __builtin_unreachable();
    }

    template <std::size_t Row>
    constexpr result leave_end() {
        constexpr const auto& course = Policy::end.actions[Row];
        observer.end_decided(Row);
        take_steps<Policy::end, Row>(event.part);
        if constexpr (course.end == ending::finish_error)
            return finish(error);
        else
            return finish(course.outcome());
    }

    constexpr result finish(result outcome) {
        observer.finished(outcome, aftermaths, is_frozen);
        return outcome;
    }

    /// Takes the steps of a row. Before a walk a failure leaves out the steps behind it; elsewhere
    /// what was begun is gone through with. Returns whether a step failed that must not.
    /// `source` is the record's, or nullptr where there is no record.
    template <auto const& Table, std::size_t Row, class Source = std::nullptr_t>
    constexpr bool take_steps(byte_range part, Source source = nullptr) {
        constexpr const auto& course = Table.actions[Row];
        aftermaths = static_cast<std::uint8_t>(aftermaths | course.aftermaths);
        bool failed = false;
        const auto take = [&](auto number) {
            constexpr const auto& s = course.steps[decltype(number)::value];
            if constexpr (course.end == ending::walk)
                if (failed) {
                    observer.step_skipped(s);
                    return;
                }
            if constexpr (s.what == operation::thaw)
                if (!is_frozen)
                    return;
            const result outcome = perform<Table, Row, decltype(number)::value>(part, source);
            observer.step_taken(s, outcome);
            if constexpr (s.then != on_error::ignore)
                if (!outcome.ok()) {
                    failed = failed || s.then == on_error::stop;
                    if (error.ok())
                        error = outcome;
                }
        };
        [&]<std::size_t... Step>(std::index_sequence<Step...>) {
            (take(boost::hana::size_c<Step>), ...);
        }
        (std::make_index_sequence<course.count>{});
        return failed;
    }

    template <auto const& Table, std::size_t Row, std::size_t Step, class Source>
    constexpr result perform(byte_range part, Source source) {
        constexpr const auto& s = Table.actions[Row].steps[Step];
        static_cast<void>(part);
        static_cast<void>(source);
        if constexpr (s.what == operation::freeze) {
            const result outcome = fs.freeze();
            is_frozen = is_frozen || outcome.ok();
            return outcome;
        } else if constexpr (s.what == operation::thaw) {
            const result outcome = fs.thaw();
            is_frozen = is_frozen && !outcome.ok();
            return outcome;
        } else if constexpr (s.what == operation::thaw_user) {
            return fs.thaw_user();
        } else if constexpr (s.what == operation::sync) {
            return fs.sync();
        } else if constexpr (s.what == operation::begin_walk) {
            return fs.begin_walk();
        } else if constexpr (s.what == operation::shut_down) {
            return fs.shut_down(s.reason);
        } else if constexpr (s.what == operation::report_media_event) {
            return fs.report_media_event(event.device, part);
        } else if constexpr (s.what == operation::note_shutdown) {
            is_shutdown_wanted = true;
            return {};
        } else if constexpr (s.what == operation::kill_users) {
            return fs.kill_users(source->look_up().handle, file_range(source->record, part), s.who,
                                 s.pages);
        } else if constexpr (s.what == operation::invalidate) {
            return fs.invalidate(source->look_up().handle, file_range(source->record, part));
        } else if constexpr (s.what == operation::report_data_lost) {
            return fs.report_data_lost(source->look_up().handle, file_range(source->record, part));
        } else {
            if constexpr (!std::same_as<Source, std::nullptr_t> &&
                          performs_on_record<Filesystem, std::remove_cvref_t<decltype(s.own)>>)
                return fs.perform(s.own, source->record, part);
            else
                return fs.perform(s.own);
        }
    }
};

} // namespace detail

/// Tells a filesystem of a failure or a removal, as a policy wants it handled, and returns what the
/// kernel would return to the driver.
///
/// `device` is what the device is to the filesystem, `where` the range in bytes of that device, or
/// the whole device. `Policy` has the tables `gate`, `record` and `end`; see filesystem/check.hpp
/// for what is refused at compile time. `observer` sees every decision and step (no_observer says
/// which).
///
/// For a filesystem that withholds owners (`withholds_owners`) a record of an unknown owner is
/// decided only where every owner would lead to the same course. If what is left open decides the
/// end, the result is `verdict_withheld` and no step of an end is taken.
///
/// \snippet tests/reference/examples.cpp engine
template <class Policy, class Filesystem, class Observer>
constexpr result notify_failure(Filesystem& fs, role device, byte_range where, cause why,
                                Observer& observer) {
    if constexpr (detail::check_fit<Policy, Filesystem>())
        return detail::notification<Policy, Filesystem, Observer>{
            fs, observer, detail::arrive(fs, device, where, why)}
            .run();
    else
        return {};
}

/// The same, unobserved.
template <class Policy, class Filesystem>
constexpr result notify_failure(Filesystem& fs, role device, byte_range where, cause why) {
    no_observer nobody;
    if constexpr (detail::check_fit<Policy, Filesystem>())
        return notify_failure<Policy>(fs, device, where, why, nobody);
    else
        return {};
}

} // namespace daxhold
