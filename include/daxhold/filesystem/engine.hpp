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

/// How the rows of a table of courses are told apart where nobody watches: by what they do.
template <auto const& Table>
struct course_plan {
    using facts = typename table_type<Table>::facts;

    static constexpr std::size_t step_count(std::size_t row) noexcept {
        return Table.actions[row].count;
    }

    /// Whether a step is left out after a failure, as those in front of a walk are.
    static constexpr bool may_be_skipped(step_place place) noexcept {
        const auto& course = Table.actions[place.row];
        if (course.end != ending::walk)
            return false;
        for (std::size_t i = 0; i != place.step; ++i)
            if (course.steps[i].then == on_error::stop)
                return true;
        return false;
    }

    static constexpr step_place first_place_of(step_place place) noexcept {
        const auto& wanted = Table.actions[place.row].steps[place.step];
        for (std::size_t row = 0; row <= place.row; ++row)
            for (std::size_t step = 0; step != step_count(row); ++step) {
                const step_place at{static_cast<std::uint8_t>(row),
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
        return []<class... Facts>(type_list<Facts...>, std::size_t position) {
            const bool settled[] = {is_engine_fact<Facts>..., false};
            return settled[position];
        }(facts{}, fact);
    }
};

/// What a table comes to for a type of filesystem where nobody watches.
template <class Filesystem, auto const& Table>
inline constexpr auto diagram_of_courses = [] {
    constexpr std::size_t capacity = [] {
        auto size = proportionate_size(Table);
        for (const auto& course : Table.actions)
            size += course.count;
        return size < largest_diagram ? size : largest_diagram;
    }();
    return build_diagram<capacity>(Table, possible_cells(Table, possible_for_type<Filesystem>{}),
                                   course_plan<Table>{});
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
    using record_source_type = record_source<Filesystem, works_twice_on_inodes<Policy>()>;
    static constexpr bool collects = can_collect<Policy>();
    static constexpr bool is_watched = !std::same_as<Observer, no_observer>;

    [[nodiscard, gnu::always_inline]] constexpr event_source<Filesystem> facts() {
        return {fs, event};
    }

    [[gnu::always_inline]] constexpr result run() {
        auto source = facts();
        taker<Policy::gate, event_source<Filesystem>> steps{*this, source};
        result outcome;
        bool walks = false;
        take_course<Policy::gate>(
            source, steps, [&](auto won) __attribute__((always_inline)) {
                constexpr const auto& course = Policy::gate.actions[decltype(won)::value];
                if constexpr (course.end == ending::walk)
                    walks = true;
                else
                    outcome = course.outcome();
            });
        if constexpr (can_walk<Filesystem, Policy::gate>())
            if (walks)
                return finish(walk_records(steps.failed()));
        return finish(outcome);
    }

    [[gnu::always_inline]] constexpr result walk_records(bool is_prevented) {
        rest = facts().part();
        if (!is_prevented) {
            forget_no_error();
            const result outcome =
                fs.for_each_mapping(event.device, facts().part(), visitor{*this});
            if (!outcome.ok() && error.ok())
                error = outcome;
            if (outcome.ok() && !is_stopped)
                rest = {};
        }
        return end_walk(!is_prevented);
    }

    struct visitor {
        notification& told;

        [[gnu::always_inline]] constexpr bool operator()(const record_type& record) const {
            told.is_stopped = !told.visit(record);
            return !told.is_stopped;
        }
    };

    /// Returns whether the walk goes on.
    [[gnu::always_inline]] constexpr bool visit(const record_type& record) {
        if (!record.extent.overlaps(event.part))
            return true;
        const auto part = record.extent.overlap_with(event.part);
        rest = rest.from(part.offset());
        handle_of<Filesystem> handle;
        record_source_type source{facts(), record, part, handle};
        if constexpr (withholds_owners<Filesystem>)
            if (record.owner == owner::unknown)
                return withhold(source);
        taker<Policy::record, record_source_type> steps{*this, source};
        bool goes_on = true;
        take_course<Policy::record>(
            source, steps, [&](auto won) __attribute__((always_inline)) {
                goes_on = this->template leave_record<decltype(won)::value>(source, steps.failed());
            });
        return goes_on;
    }

    template <std::size_t Row>
    [[gnu::always_inline]] constexpr bool leave_record(record_source_type& source, bool failed) {
        constexpr const auto& course = Policy::record.actions[Row];
        if constexpr (course.end == ending::stop || course.end == ending::stop_lookup) {
            if (error.ok())
                error = course.end == ending::stop ? course.outcome() : source.look_up();
            return false;
        } else {
            if (failed)
                return false;
            forget_no_error();
            return true;
        }
    }

    /// Where nothing failed there is no error: to a compiler the number 0 is less than a variable.
    [[gnu::always_inline]] constexpr void forget_no_error() {
        if constexpr (!collects)
            error = {};
    }

    /// A record whose owner is not told: where every owner that it can have leads to the same
    /// course, that one is taken.
    constexpr bool withhold(record_source_type& source) {
        if (rows_of_unknown == 0)
            consider_unknown();
        if (!is_unknown_decided) {
            observer.record_withheld(rows_of_unknown, source.record, source.part);
            return true;
        }
        taker<Policy::record, record_source_type> steps{*this, source};
        bool goes_on = true;
        take_row<Policy::record>(
            static_cast<std::size_t>(lowest(rows_of_unknown)), steps, [&](auto won) {
                goes_on = this->template leave_record<decltype(won)::value>(source, steps.failed());
            });
        return goes_on;
    }

    /// All records without an owner are alike: what they can lead to is found out once.
    constexpr void consider_unknown() {
        rows_of_unknown = rows_without_owner<Policy::record>(facts());
        is_unknown_decided = have_one_course(Policy::record, rows_of_unknown) &&
                             !needs_inode(Policy::record, rows_of_unknown);
        if (!is_unknown_decided)
            undecided.add(Policy::record, rows_of_unknown);
    }

    [[gnu::always_inline]] constexpr result end_walk(bool has_started) {
        end_source<Filesystem> source{facts(), {has_started, error, is_shutdown_wanted, is_frozen}};
        observer.walk_ended(source.walk.end(), rest);
        taker<Policy::end, end_source<Filesystem>> steps{*this, source};
        result outcome;
        const auto leave = [&](auto won) __attribute__((always_inline)) {
            constexpr const auto& course = Policy::end.actions[decltype(won)::value];
            if constexpr (course.end == ending::finish_error)
                outcome = error;
            else
                outcome = course.outcome();
        };
        if constexpr (withholds_owners<Filesystem>) {
            const auto rows = rows_when_undecided<Policy::end>(source, undecided);
            if (undecided.may_shut_down || !have_one_course(Policy::end, rows) ||
                (undecided.may_stop && returns_error(Policy::end, rows))) {
                observer.end_withheld(rows);
                return verdict_withheld;
            }
            take_row<Policy::end>(static_cast<std::size_t>(lowest(rows)), steps, leave);
        } else {
            take_course<Policy::end>(source, steps, leave);
        }
        return outcome;
    }

    [[gnu::always_inline]] constexpr result finish(result outcome) {
        observer.finished(outcome, aftermaths, is_frozen);
        return outcome;
    }

    /// Decides, takes the steps of the row that wins, and calls `leave(hana::size_c<Row>)` for it,
    /// or for one that ends like it.
    template <auto const& Table, class Source, class Steps, class Leave>
    [[gnu::always_inline]] constexpr void take_course(Source& source, Steps& steps,
                                                      const Leave& leave) {
        constexpr const auto& diagram = diagram_of_courses<Filesystem, Table>;
        if constexpr (is_watched || diagram.is_oversized) {
            take_row<Table>(decide_row<Table>(source, row_number{}), steps, leave);
        } else {
            using run = diagram_run<diagram, typename table_type<Table>::facts>;
            with_row<rows_of(diagram)>(run::run(source, steps), leave);
        }
    }

    struct row_number {
        template <class Row>
        [[gnu::always_inline]] constexpr std::size_t operator()(Row) const noexcept {
            return Row::value;
        }
    };

    /// Takes the steps of a row that is known at run time only.
    template <auto const& Table, class Steps, class Leave>
    [[gnu::always_inline]] constexpr void take_row(std::size_t number, Steps& steps,
                                                   const Leave& leave) {
        const auto take = [&](auto won) {
            constexpr std::size_t row = decltype(won)::value;
            this->aftermaths =
                static_cast<std::uint8_t>(this->aftermaths | Table.actions[row].aftermaths);
            this->template tell_decided<row>(steps);
            take_steps<row>(steps, std::make_index_sequence<Table.actions[row].count>{});
            leave(won);
        };
        with_row<rows_for_type<Filesystem, Table>>(number, take);
    }

    template <std::size_t Row, class Steps, std::size_t... Step>
    static constexpr void take_steps(Steps& steps, std::index_sequence<Step...>) {
        (steps(boost::hana::size_c<Row>, boost::hana::size_c<Step>), ...);
    }

    template <std::size_t Row, class Steps>
    constexpr void tell_decided(const Steps& steps) {
        using source_type = std::remove_reference_t<decltype(steps.source)>;
        if constexpr (std::same_as<source_type, event_source<Filesystem>>)
            observer.gate_decided(Row);
        else if constexpr (std::same_as<source_type, record_source_type>)
            observer.record_decided(Row, steps.source.record, steps.source.part);
        else
            observer.end_decided(Row);
    }

    /// Takes the steps of a table. Before a walk a failure leaves out the steps behind it;
    /// elsewhere what was begun is gone through with.
    template <auto const& Table, class Source>
    struct taker {
        notification& told;
        Source& source;
        bool has_failed = false;

        /// Whether a step failed that must not. Where no error is collected, there is no other
        /// error than that.
        [[nodiscard, gnu::always_inline]] constexpr bool failed() const {
            return collects ? has_failed : !told.error.ok();
        }

        template <class Row, class Step>
        [[gnu::always_inline]] constexpr void operator()(Row, Step) {
            constexpr const auto& s = Table.actions[Row::value].steps[Step::value];
            constexpr step_place place{static_cast<std::uint8_t>(Row::value),
                                       static_cast<std::uint8_t>(Step::value)};
            if constexpr (course_plan<Table>::may_be_skipped(place))
                if (failed()) {
                    told.observer.step_skipped(s);
                    return;
                }
            if constexpr (s.what == operation::thaw)
                if (!told.is_frozen)
                    return;
            const result outcome = perform<Row, Step>();
            told.observer.step_taken(s, outcome);
            if constexpr (s.then != on_error::ignore)
                if (told.error.ok())
                    told.error = outcome;
            if constexpr (collects && s.then == on_error::stop)
                has_failed = has_failed || !outcome.ok();
        }

        template <class Row, class Step>
        [[gnu::always_inline]] constexpr result perform() {
            constexpr const auto& s = Table.actions[Row::value].steps[Step::value];
            auto& fs = told.fs;
            if constexpr (s.what == operation::freeze) {
                const result outcome = fs.freeze();
                told.is_frozen = told.is_frozen || outcome.ok();
                return outcome;
            } else if constexpr (s.what == operation::thaw) {
                const result outcome = fs.thaw();
                told.is_frozen = told.is_frozen && !outcome.ok();
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
                return fs.report_media_event(told.event.device, told.facts().part());
            } else if constexpr (s.what == operation::note_shutdown) {
                told.is_shutdown_wanted = true;
                return {};
            } else if constexpr (s.what == operation::kill_users) {
                static_cast<void>(source.look_up());
                return fs.kill_users(source.handle, source.file(), s.who, s.pages);
            } else if constexpr (s.what == operation::invalidate) {
                static_cast<void>(source.look_up());
                return fs.invalidate(source.handle, source.file());
            } else if constexpr (s.what == operation::report_data_lost) {
                static_cast<void>(source.look_up());
                return fs.report_data_lost(source.handle, source.file());
            } else {
                if constexpr (std::same_as<Source, record_source_type> &&
                              performs_on_record<Filesystem, std::remove_cvref_t<decltype(s.own)>>)
                    return fs.perform(s.own, source.record, source.part);
                else
                    return fs.perform(s.own);
            }
        }
    };
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
[[gnu::always_inline]] constexpr result
notify_failure(Filesystem& fs, role device, byte_range where, cause why, Observer& observer) {
    if constexpr (detail::check_fit<Policy, Filesystem>())
        return detail::notification<Policy, Filesystem, Observer>{
            fs, observer, {device, why, where}}
            .run();
    else
        return {};
}

/// The same, unobserved.
template <class Policy, class Filesystem>
[[gnu::always_inline]] constexpr result notify_failure(Filesystem& fs, role device,
                                                       byte_range where, cause why) {
    no_observer nobody;
    if constexpr (detail::check_fit<Policy, Filesystem>())
        return notify_failure<Policy>(fs, device, where, why, nobody);
    else
        return {};
}

} // namespace daxhold
