// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/policy/observer.hpp"
#include "daxhold/policy/steps.hpp"
#include "daxhold/policy/undecided.hpp"

/// \file
/// Runs a notification through a policy's tables: the gate, the walk over the reverse mapping with
/// a decision for each record, the end. The engine has no order of its own: which steps are taken,
/// when, and what their failure leads to is what the rows say.

namespace daxhold {

namespace detail {

template <class Policy, class Filesystem, class Observer>
struct notification {
    static constexpr bool is_watched = !std::same_as<Observer, no_observer>;

    Filesystem& fs;
    arrived_event event;
    [[no_unique_address]] observer_reference<Observer> observer;

    result error{};

    // Not bool: compilers then spend instructions on making it one.
    unsigned is_shutdown_wanted = 0;
    unsigned is_frozen = 0;
    [[no_unique_address]] std::conditional_t<is_watched, progress_of_walk, no_progress> progress{};
    [[no_unique_address]] std::conditional_t<withholds_owners<Filesystem>, unknown_owners,
                                             no_unknown_owners>
        unknown{};

    using filesystem_type = Filesystem;
    using record_type = record_of<Filesystem>;
    using record_source_type =
        record_source<Filesystem, works_twice_on_inodes<Policy>() ? file_bytes::when_found
                                                                  : file_bytes::when_asked>;
    using inode_source_type = record_source<Filesystem, file_bytes::all>;
    static constexpr bool collects = can_collect<Policy>();

    template <auto const& Table, class Source>
    using taker = step_taker<Table, notification, Source>;

    [[nodiscard, gnu::always_inline]] constexpr event_source<Filesystem> facts() {
        return {fs, event};
    }

    [[gnu::always_inline]] constexpr result run() {
        auto source = facts();
        taker<Policy::gate, event_source<Filesystem>> steps{*this, source};
        result outcome;
        ending end = ending::finish;
        take_course<Policy::gate>(
            source, steps, [&](auto won) __attribute__((always_inline)) {
                constexpr const auto& course = Policy::gate.actions[decltype(won)::value];
                end = course.end;
                outcome = course.outcome();
            });
        if constexpr (can_walk<Filesystem, Policy::gate>())
            if (is_walk(end))
                return finish(walk_records(end, steps.failed()));
        return finish(outcome);
    }

    [[gnu::always_inline]] constexpr result walk_records(ending way, bool is_prevented) {
        progress.begin(facts().part());
        if (!is_prevented) {
            forget_no_error();
            const result outcome = walk(way);
            if (!outcome.ok() && error.ok())
                error = outcome;
            progress.end(outcome);
        }
        return end_walk(!is_prevented);
    }

    /// Walks, in the way that a row of the gate said.
    [[gnu::always_inline]] constexpr result walk([[maybe_unused]] ending way) {
        const auto part = facts().part();
        if constexpr (can_walk_in_core<Filesystem, Policy::gate>()) {
            if constexpr (lists_in_core<Filesystem>)
                if (way == ending::walk_in_core && event.where.is_whole_device())
                    return fs.for_each_in_core(event.device, inode_visitor{*this});
            // What the one function for both of these walks needs stands apart, so that the rest
            // can live in registers.
            const event_apart about{event.device, event.why, part, event.where};
            summary so_far{error, is_shutdown_wanted};
            result outcome;
            if (way == ending::walk_in_core) {
                record_type held{};
                held.extent = {};
                const joined_visitor visit{*this, about, so_far, held};
                outcome = fs.for_each_mapping(event.device, part, visit);
                visit.finish();
            } else {
                outcome =
                    fs.for_each_mapping(event.device, part, visitor_apart{*this, about, so_far});
            }
            error = so_far.error;
            is_shutdown_wanted = so_far.is_shutdown_wanted;
            return outcome;
        } else {
            return fs.for_each_mapping(event.device, part, visitor{*this});
        }
    }

    /// Visits records as they come, from the only place.
    struct visitor {
        notification& told;

        [[gnu::always_inline]] constexpr bool operator()(const record_type& record) const {
            if (told.visit(record))
                return true;
            told.progress.stop();
            return false;
        }
    };

    /// Behind walk_in_core nothing ever stops the walk.
    struct inode_visitor {
        notification& told;

        [[gnu::always_inline]] constexpr bool operator()(const record_type& record) const {
            handle_of<Filesystem> handle;
            inode_source_type source{told.facts(), record, {}, handle};
            told.take_record(source);
            return true;
        }
    };

    /// What of an event a record's table may ask for.
    struct event_apart {
        role device;
        cause why;
        byte_range part;
        [[no_unique_address]] std::conditional_t<asks_for_scope<Policy>(), byte_range, no_range>
            where;
    };

    /// What records add up to.
    struct summary {
        result error;
        unsigned is_shutdown_wanted = 0;
    };

    /// Visits a record where records are visited from several places: in `visit_by`, if nobody
    /// watches.
    [[gnu::always_inline]] constexpr bool visit_apart(const event_apart& about,
                                                      const record_type& record, summary& so_far) {
        if constexpr (is_watched || withholds_owners<Filesystem>) {
            const bool goes_on = visit(record);
            so_far = {error, is_shutdown_wanted};
            return goes_on;
        } else {
            return visit_by(fs, about, record, so_far);
        }
    }

    /// One function for all of those places, which gets what it needs and no notification.
    static constexpr bool visit_by(Filesystem& fs, const event_apart& about,
                                   const record_type& record, summary& so_far) {
        no_observer nobody;
        notification apart{fs,
                           {about.device, about.why, about.where, about.part, true},
                           observer_reference<Observer>{nobody},
                           so_far.error,
                           so_far.is_shutdown_wanted};
        const bool goes_on = apart.visit(record);
        so_far = {apart.error, apart.is_shutdown_wanted};
        return goes_on;
    }

    /// Visits records as they come, from one of several places.
    struct visitor_apart {
        notification& told;
        const event_apart& about;
        summary& so_far;

        [[gnu::always_inline]] constexpr bool operator()(const record_type& record) const {
            if (told.visit_apart(about, record, so_far))
                return true;
            told.progress.stop();
            return false;
        }
    };

    /// Holds each record of a file back until it is clear that the next one does not continue it.
    /// What is held stands outside, as a filesystem may copy its visitor; nothing is an empty
    /// extent.
    struct joined_visitor {
        notification& told;
        const event_apart& about;
        summary& so_far;
        record_type& held;

        [[gnu::always_inline]] constexpr bool operator()(const record_type& record) const {
            // Nothing is done about the rest: that was checked.
            if constexpr (!is_watched && !withholds_owners<Filesystem> &&
                          requires { record.owner == owner::file_data; })
                if (record.owner != owner::file_data)
                    return true;
            if constexpr (requires { continues(held, record); })
                if (!held.extent.empty() && continues(held, record)) {
                    held.extent = byte_range::between(held.extent.offset(), record.extent.end());
                    return true;
                }
            finish();
            hold(record);
            return true;
        }

        [[gnu::always_inline]] constexpr void finish() const {
            if (!held.extent.empty())
                static_cast<void>(told.visit_apart(about, held, so_far));
        }

        /// By its members where they are known: compilers copy the whole in pieces across them, and
        /// a processor that soon reads a member has to wait until the pieces are in its cache.
        [[gnu::always_inline]] constexpr void hold(const record_type& record) const {
            if constexpr (std::same_as<record_type, rmap_record>) {
                held.extent = record.extent;
                held.owner = record.owner;
                held.inode_number = record.inode_number;
                held.file_offset = record.file_offset;
                held.sharing = record.sharing;
            } else {
                held = record;
            }
        }
    };

    /// Returns whether the walk goes on. What of the record's extent is not in the event's range
    /// does not count.
    [[gnu::always_inline]] constexpr bool visit(const record_type& record) {
        if (!record.extent.overlaps(event.part))
            return true;
        const auto part = record.extent.overlap_with(event.part);
        progress.reach(part);
        handle_of<Filesystem> handle;
        record_source_type source{facts(), record, part, handle};
        if constexpr (withholds_owners<Filesystem>)
            if (record.owner == owner::unknown)
                return withhold(source);
        return take_record(source);
    }

    template <class Source>
    [[gnu::always_inline]] constexpr bool take_record(Source& source) {
        taker<Policy::record, Source> steps{*this, source};
        bool goes_on = true;
        take_course<Policy::record>(
            source, steps, [&](auto won) __attribute__((always_inline)) {
                goes_on = this->template leave_record<decltype(won)::value>(source, steps.failed());
            });
        return goes_on;
    }

    template <std::size_t Row, class Source>
    [[gnu::always_inline]] constexpr bool leave_record(Source& source, bool failed) {
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
        if (unknown.rows == 0)
            consider_unknown();
        if (!unknown.is_decided) {
            observer().record_withheld(unknown.rows, source.record, source.part);
            return true;
        }
        taker<Policy::record, record_source_type> steps{*this, source};
        bool goes_on = true;
        take_row<Policy::record>(
            static_cast<std::size_t>(tables::detail::lowest(unknown.rows)), steps, [&](auto won) {
                goes_on = this->template leave_record<decltype(won)::value>(source, steps.failed());
            });
        return goes_on;
    }

    /// All records without an owner are alike: what they can lead to is found out once.
    constexpr void consider_unknown() {
        unknown.rows = rows_without_owner<Policy::record>(facts());
        unknown.is_decided = have_one_course(Policy::record, unknown.rows) &&
                             !needs_inode(Policy::record, unknown.rows);
        if (!unknown.is_decided)
            unknown.undecided.add(Policy::record, unknown.rows);
    }

    [[gnu::always_inline]] constexpr result end_walk(bool has_started) {
        end_source<Filesystem> source{
            facts(), {has_started, error, is_shutdown_wanted != 0, is_frozen != 0}};
        observer().walk_ended(source.walk.end(), progress.rest);
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
            const auto rows = rows_when_undecided<Policy::end>(source, unknown.undecided);
            if (unknown.undecided.may_shut_down || !have_one_course(Policy::end, rows) ||
                (unknown.undecided.may_stop && returns_error(Policy::end, rows))) {
                observer().end_withheld(rows);
                return verdict_withheld;
            }
            take_row<Policy::end>(static_cast<std::size_t>(tables::detail::lowest(rows)), steps,
                                  leave);
        } else {
            take_course<Policy::end>(source, steps, leave);
        }
        return outcome;
    }

    [[gnu::always_inline]] constexpr result finish(result outcome) {
        observer().finished(outcome, progress.aftermaths, is_frozen != 0);
        return outcome;
    }

    /// Decides, takes the steps of the row that wins, and calls `leave(hana::size_c<Row>)` for it,
    /// or for one that ends like it.
    template <auto const& Table, class Source, class Steps, class Leave>
    [[gnu::always_inline]] constexpr void take_course(Source& source, Steps& steps,
                                                      const Leave& leave) {
        if constexpr (takes_whole_rows<Table>()) {
            take_row<Table>(decide_row<Table>(source, row_number{}), steps, leave);
        } else {
            constexpr const auto& diagram = diagram_of_courses<Filesystem, Table>;
            using run =
                tables::detail::diagram_run<diagram,
                                            typename tables::detail::table_type<Table>::facts>;
            tables::detail::with_row<tables::detail::rows_of(diagram)>(run::run(source, steps),
                                                                       leave);
        }
    }

    /// Whether rows are told apart before their steps are taken: for who watches, for a table that
    /// a diagram would be out of proportion to, and after a mistake has been told.
    template <auto const& Table>
    static consteval bool takes_whole_rows() {
        if constexpr (is_watched ||
                      tables::detail::mistake_in<Table>.what != tables::detail::mistake::none)
            return true;
        else
            return diagram_of_courses<Filesystem, Table>.is_oversized;
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
            this->progress.add(Table.actions[row].aftermaths);
            this->template tell_decided<row>(steps);
            take_steps<row>(steps, std::make_index_sequence<Table.actions[row].count>{});
            leave(won);
        };
        tables::detail::with_row<rows_for_type<Filesystem, Table>>(number, take);
    }

    template <std::size_t Row, class Steps, std::size_t... Step>
    static constexpr void take_steps(Steps& steps, std::index_sequence<Step...>) {
        (steps(boost::hana::size_c<Row>, boost::hana::size_c<Step>), ...);
    }

    template <std::size_t Row, class Steps>
    constexpr void tell_decided(const Steps& steps) {
        using source_type = std::remove_reference_t<decltype(steps.source)>;
        if constexpr (std::same_as<source_type, event_source<Filesystem>>)
            observer().gate_decided(Row);
        else if constexpr (requires { steps.source.record; })
            observer().record_decided(Row, steps.source.record, steps.source.part);
        else
            observer().end_decided(Row);
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
[[gnu::always_inline]] constexpr result
notify_failure(Filesystem& fs, role device, byte_range where, cause why, Observer& observer) {
    if constexpr (detail::check_fit<Policy, Filesystem>())
        return detail::notification<Policy, Filesystem, Observer>{
            fs, {device, why, where}, detail::observer_reference<Observer>{observer}}
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
