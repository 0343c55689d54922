// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/policy/observer.hpp"
#include "daxhold/policy/steps.hpp"
#include "daxhold/policy/undecided.hpp"

/// \file
/// Runs a notification through a policy's tables: the gate, the walk over the reverse mapping with
/// a decision for each record, the end. The engine has no order of its own: which steps are taken,
/// when, and what their failure leads to is what the rows say. There is one way through it: a row
/// is decided, and its steps are taken at the leaf where it was decided, whether somebody watches
/// or not.

namespace daxhold {

namespace detail {

/// Whether an error can be there although no step failed that must not.
template <auto const& Table>
consteval bool has_step_that_collects() {
    for (const auto& course : Table.actions)
        if (course.can_fail_before(course.count, on_error::collect))
            return true;
    return false;
}
template <class Policy>
consteval bool can_collect() {
    if constexpr (has_three_tables<Policy>)
        return has_step_that_collects<Policy::gate>() || has_step_that_collects<Policy::record>();
    else
        return has_step_that_collects<Policy::gate>();
}

/// Whether what a table decides depends on a fact, by what is known of all facts.
template <auto const& Table, class Known, class Fact>
inline constexpr bool depends_on = [] {
    using facts = typename tables::detail::table_type<Table>::facts;
    constexpr auto position = facts::template index_of<Fact>;
    if constexpr (position != facts::size) {
        const auto cells = possible_cells(
            Table, []<class Asked>(fact_type<Asked>) { return Known::template values<Asked>; });
        for (const auto row : rows_in{
                 tables::detail::rows_that_can_win(tables::detail::index_of_rows<Table>, cells)})
            if ((cells.values[position] & ~Table.accepts[row][position]) != 0)
                return true;
    }
    return false;
}();

/// Whether a table that is asked after the gate depends on a fact.
template <class Policy, class Known, class Fact>
inline constexpr bool asks_for = [] {
    if constexpr (has_three_tables<Policy>)
        return depends_on<Policy::record, Known, Fact> || depends_on<Policy::end, Known, Fact>;
    else
        return false;
}();

/// The handles of a walk: for each record a new one, or one for all where it is a mere value.
template <class Handle>
struct new_handles {
    [[nodiscard]] static constexpr Handle next() { return Handle{}; }
};
template <class Handle>
requires std::is_trivially_copyable_v<Handle>
struct new_handles<Handle> {
    Handle only{};
    [[nodiscard]] constexpr Handle& next() { return only; }
};
template <class Filesystem>
using handles_of = new_handles<handle_of<Filesystem>>;

/// What one function hands on to another, or nothing where the other does not need it.
template <bool IsNeeded, class Value>
struct handed_on {
    Value value;
    constexpr handed_on(Value handed) noexcept : value{handed} {} // NOLINT
};
template <class Value>
struct handed_on<false, Value> {
    static constexpr Value value{};
    constexpr handed_on(Value /*unneeded*/) noexcept {} // NOLINT
};

/// Whether what a row of the gate says is done to the event's range.
template <class Own, std::size_t Size>
[[nodiscard]] constexpr bool needs_part(const course<Own, Size>& of) noexcept {
    for (std::size_t i = 0; i != of.count; ++i)
        if (is_on(subject::range, of.steps[i].what))
            return true;
    return is_walk(of.end);
}

template <class Policy, class Filesystem, class Observer>
struct notification {
    Filesystem& fs;
    arrived_event<role_of<Filesystem>> event;
    [[no_unique_address]] observer_reference<Observer> observer;

    static constexpr bool collects = can_collect<Policy>();
    static constexpr bool is_watched = !std::same_as<Observer, no_observer>;

    result error{};

    bool is_shutdown_wanted = false;
    bool is_frozen = false;

    // Whether the walk was ended early. Where no error is collected, any that is there did so.
    bool is_cut_short = !collects;
    [[no_unique_address]] std::conditional_t<std::same_as<Observer, no_observer>, no_progress,
                                             progress_of_walk>
        progress{};
    [[no_unique_address]] std::conditional_t<withholds_owners<Filesystem>, unknown_owners,
                                             no_unknown_owners>
        unknown{};

    using record_type = record_of<Filesystem>;
    [[gnu::DAXHOLD_INLINED]] constexpr result run() {
        event_source<Filesystem> source{fs, event};
        return decide_row<Policy::gate>(
            source, [&](auto won) __attribute__((DAXHOLD_INLINED))->result {
                constexpr std::size_t row = decltype(won)::value;
                constexpr const auto& course = Policy::gate.actions[row];
                if constexpr (!can_win<Filesystem, Policy::gate, row>) {
                    __builtin_unreachable();
                } else {
                    if constexpr (is_watched)
                        observer().gate_decided(row);
                    if constexpr (course.count == 0 && !walks<row>) {
                        return finish(course.outcome());
                    } else {
                        byte_range part{};
                        if constexpr (needs_part(course))
                            part = source.part();
                        return result::from_kernel(go_on_apart<row>(fs, part.offset(), part.end(),
                                                                    event.device, event.why,
                                                                    event.about, observer));
                    }
                }
            });
    }

    [[gnu::DAXHOLD_INLINED]] constexpr result finish(result outcome) {
        if constexpr (is_watched)
            observer().finished(outcome, is_frozen);
        return outcome;
    }

    /// Whether records are walked after a row of the gate, and what is then known of the event.
    template <std::size_t Row>
    static constexpr bool walks = is_walk(Policy::gate.actions[Row].end);
    template <std::size_t Row>
    using known_after =
        std::conditional_t<walks<Row>, decided_by_gate<Filesystem, Policy::gate, Row>,
                           nothing_decided<Filesystem>>;

    /// A fact of the event that is needed then, unless it is known.
    template <std::size_t Row, class Fact, bool IsNeeded>
    using unless_known =
        handed_on<IsNeeded &&
                      !tables::detail::is_one_bit(known_after<Row>::template values<Fact>.bits),
                  Fact>;

    /// One that only tables ask for, and a walk that may list inodes.
    template <std::size_t Row>
    using scope_if_asked =
        unless_known<Row, scope,
                     walks<Row> && (asks_for<Policy, known_after<Row>, scope> ||
                                    Policy::gate.actions[Row].end == ending::walk_in_core)>;

    /// An end of the event's range on the filesystem's part of the device.
    template <std::size_t Row>
    using part_if_needed = handed_on<needs_part(Policy::gate.actions[Row]), std::uint64_t>;

    /// Takes the steps of a row of the gate, walks where it says so, if no step failed that must
    /// not, and ends. A function apart, as one would write it by hand: an event that does not get
    /// so far pays for none of its registers. It gets what it cannot know otherwise.
    template <std::size_t Row>
    [[gnu::noinline]] static constexpr int go_on_apart(
        Filesystem& fs, part_if_needed<Row> first, part_if_needed<Row> last,
        unless_known<Row, role_of<Filesystem>, needs_part(Policy::gate.actions[Row])> device,
        unless_known<Row, cause, walks<Row>> why, scope_if_asked<Row> about,
        observer_reference<Observer> observer) {
        notification apart{fs,
                           {device.value,
                            why.value,
                            about.value,
                            {},
                            byte_range::ordered(first.value, last.value),
                            true},
                           observer};
        event_source<Filesystem, known_after<Row>> source{fs, apart.event};
        constexpr const auto& course = Policy::gate.actions[Row];
        bool failed = false;
        if constexpr (course.count != 0)
            apart.template take_steps<Policy::gate, Row>(source, failed,
                                                         std::make_index_sequence<course.count>{});
        if constexpr (walks<Row>)
            return apart
                .finish(apart.template walk_records<course.end, known_after<Row>>(
                    collects ? failed : !apart.error.ok()))
                .value();
        else
            return apart.finish(course.outcome()).value();
    }

    template <ending Way, class Known>
    [[gnu::DAXHOLD_INLINED]] constexpr result walk_records(bool is_prevented) {
        const event_source<Filesystem, Known> facts{fs, event};
        progress.begin(event.part);
        if (is_prevented)
            return end_walk<Known>(false);
        forget_no_error();
        const result outcome = walk<Way>(facts);
        if (!outcome.ok()) {
            cut_off();
            if (error.ok())
                error = outcome;
        }
        progress.end(outcome);
        return end_walk<Known>(true);
    }

    template <ending Way, class Known>
    [[gnu::DAXHOLD_INLINED]] constexpr result walk(const event_source<Filesystem, Known>& facts) {
        if constexpr (Way == ending::walk) {
            handles_of<Filesystem> handles;
            return fs.for_each_mapping(facts.device(), event.part, visitor<Known>{*this, handles});
        } else {
            if constexpr (lists_in_core<Filesystem>)
                if (facts(fact_type<scope>{}) == scope::whole_device)
                    return fs.for_each_in_core(facts.device(), inode_visitor<Known>{*this});
            record_type held{};
            held.extent = {};
            if constexpr (joins_file_data_alone)
                held.owner = owner::file_data;
            handles_of<Filesystem> handles;
            const joined_visitor<Known> visit{*this, handles, held};
            const result outcome = fs.for_each_mapping(facts.device(), event.part, visit);
            visit.finish();
            return outcome;
        }
    }

    /// Visits records as they come.
    template <class Known>
    struct visitor {
        notification& told;
        handles_of<Filesystem>& handles;

        [[gnu::DAXHOLD_INLINED]] constexpr bool operator()(const record_type& record) const {
            if (told.template visit<Known>(record, handles))
                return true;
            told.progress.stop();
            return false;
        }
    };

    /// Visits inodes in core, which nothing ever stops.
    template <class Known>
    struct inode_visitor {
        notification& told;

        [[gnu::DAXHOLD_INLINED]] constexpr bool operator()(const record_type& record) const {
            handle_of<Filesystem> handle{};
            record_source<Filesystem, Known, file_bytes::all> source{
                {told.fs, told.event}, record, handle};
            told.take_record(source);
            return true;
        }
    };

    /// Whether a walk that joins records can leave all others out: nothing is done about them, that
    /// was checked.
    static constexpr bool joins_file_data_alone =
        !withholds_owners<Filesystem> && requires(const record_type& record) {
        record.owner == owner::file_data;
    };

    /// Holds each record of a file back until it is clear that the next one does not continue it.
    /// What is held stands outside, as a filesystem may copy its visitor; nothing is an empty
    /// extent.
    template <class Known>
    struct joined_visitor {
        notification& told;
        handles_of<Filesystem>& handles;
        record_type& held;

        [[gnu::DAXHOLD_INLINED]] constexpr bool operator()(const record_type& record) const {
            // 9 instructions a record, not 35.
            if constexpr (joins_file_data_alone)
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

        [[gnu::DAXHOLD_INLINED]] constexpr void finish() const {
            if (!held.extent.empty())
                static_cast<void>(told.template visit<Known>(held, handles));
        }

        /// By its members where they are known (of 10^5 records: 34 us instead of 47): compilers
        /// copy the whole in pieces across them, and a processor that soon reads a member has to
        /// wait until the pieces are in its cache.
        [[gnu::DAXHOLD_INLINED]] constexpr void hold(const record_type& record) const {
            if constexpr (std::same_as<record_type, rmap_record>) {
                held.extent = record.extent;
                // Known to be what it is already, where it is: then it costs nothing to ask.
                if constexpr (!joins_file_data_alone)
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
    template <class Known>
    [[gnu::DAXHOLD_INLINED]] constexpr bool visit(const record_type& record,
                                                  handles_of<Filesystem>& handles) {
        auto&& handle = handles.next();
        record_source<Filesystem, Known> source{{fs, event}, record, handle};
        if (!source.is_hit())
            return true;
        if constexpr (is_watched)
            progress.reach(source.part());
        if constexpr (withholds_owners<Filesystem>)
            if (record.owner == owner::unknown)
                return withhold(source);
        return take_record(source);
    }

    template <class Source>
    [[gnu::DAXHOLD_INLINED]] constexpr bool take_record(Source& source) {
        return decide_and_take<Policy::record>(source, leave_record(source));
    }

    /// What comes after the steps for a record: whether the walk goes on.
    template <class Source>
    [[gnu::DAXHOLD_INLINED]] constexpr auto leave_record(Source& source) {
        return [&](auto won, bool failed) __attribute__((DAXHOLD_INLINED)) {
            constexpr const auto& course = Policy::record.actions[decltype(won)::value];
            if constexpr (is_stop(course.end)) {
                this->cut_off();
                if (this->error.ok())
                    this->error = course.end == ending::stop ? course.outcome() : source.look_up();
                return false;
            } else {
                if (failed) {
                    this->cut_off();
                    return false;
                }
                this->forget_no_error();
                return true;
            }
        };
    }

    [[gnu::DAXHOLD_INLINED]] constexpr void cut_off() {
        if constexpr (collects)
            is_cut_short = true;
    }

    /// Where nothing failed there is no error: to a compiler the number 0 is less than a variable.
    [[gnu::DAXHOLD_INLINED]] constexpr void forget_no_error() {
        if constexpr (!collects)
            error = {};
    }

    /// A record whose owner is not told: where every owner that it can have leads to the same
    /// course, that one is taken.
    template <class Source>
    constexpr bool withhold(Source& source) {
        if (unknown.rows == 0)
            unknown.template consider<Policy::record>(
                rows_without_owner<Policy::record>(source.event));
        if (!unknown.is_decided) {
            observer().record_withheld(unknown.rows, source.record, source.part());
            return true;
        }
        return take_first_of<Policy::record>(unknown.rows, source, leave_record(source));
    }

    template <class Known>
    [[gnu::DAXHOLD_INLINED]] constexpr result end_walk(bool has_started) {
        end_source<Filesystem, Known> source{
            {fs, event}, {has_started, error, is_cut_short, is_shutdown_wanted, is_frozen}};
        if constexpr (is_watched)
            observer().walk_ended(source.walk.end(), progress.rest);
        const auto leave = [&](auto won, bool /*failed*/) __attribute__((DAXHOLD_INLINED)) {
            constexpr const auto& course = Policy::end.actions[decltype(won)::value];
            return course.end == ending::finish_error ? this->error : course.outcome();
        };
        if constexpr (withholds_owners<Filesystem>) {
            const auto rows = rows_when_undecided<Policy::end>(source, unknown.undecided);
            if (unknown.undecided.withholds_end(Policy::end, rows)) {
                observer().end_withheld(rows);
                return verdict_withheld;
            }
            return take_first_of<Policy::end>(rows, source, leave);
        } else {
            return decide_and_take<Policy::end>(source, leave);
        }
    }

    /// Decides, takes the steps of the row that wins, and returns what `leave(row, has failed)`
    /// returns for it. Rows are `hana::size_c`.
    template <auto const& Table, class Source, class Leave>
    [[gnu::DAXHOLD_INLINED]] constexpr auto decide_and_take(Source& source, const Leave& leave) {
        return decide_row<Table>(source, taking<Table>(source, leave));
    }

    /// The same for rows that say the same, of which one wins.
    template <auto const& Table, class Source, class Leave>
    constexpr auto take_first_of(row_set rows, Source& source, const Leave& leave) {
        const auto take = taking<Table>(source, leave);
        return tables::detail::with_row<rows_for_type<Filesystem, Table>>(*rows_in{rows}.begin(),
                                                                          take);
    }

    /// What takes a row. (With `leave` as a part of it, and not a function, clang 14 executes 15
    /// instructions more for a page by xfs_linux_6_8.)
    template <auto const& Table, class Source, class Leave>
    [[gnu::DAXHOLD_INLINED]] constexpr auto taking(Source& source, const Leave& leave) {
        return [&](auto won) __attribute__((DAXHOLD_INLINED)) {
            constexpr std::size_t row = decltype(won)::value;
            using outcome = decltype(leave(won, false));
            if constexpr (can_win<Filesystem, Table, row>) {
                if constexpr (is_watched)
                    this->template tell_decided<row>(source);
                bool failed = false;
                if constexpr (Table.actions[row].count != 0)
                    this->template take_steps<Table, row>(
                        source, failed, std::make_index_sequence<Table.actions[row].count>{});
                return leave(won, collects ? failed : !error.ok());
            } else {
                __builtin_unreachable();
                return outcome{};
            }
        };
    }

    template <std::size_t Row, class Source>
    [[gnu::DAXHOLD_INLINED]] constexpr void tell_decided(const Source& source) {
        if constexpr (requires { source.record; })
            observer().record_decided(Row, source.record, source.part());
        else
            observer().end_decided(Row);
    }

    template <auto const& Table, std::size_t Row, class Source, std::size_t... Step>
    [[gnu::DAXHOLD_INLINED]] constexpr void take_steps(Source& source, bool& failed,
                                                       std::index_sequence<Step...>) {
        (take_step<Table, Row, Step>(source, failed), ...);
    }

    /// Before a walk a failure leaves out the steps after it; elsewhere what was begun is gone
    /// through with.
    template <auto const& Table, std::size_t Row, std::size_t Step, class Source>
    [[gnu::DAXHOLD_INLINED]] constexpr void take_step(Source& source, bool& failed) {
        constexpr const auto& course = Table.actions[Row];
        constexpr const auto& s = course.steps[Step];
        if constexpr (is_walk(course.end) && course.can_fail_before(Step, on_error::stop))
            if (collects ? failed : !error.ok()) {
                if constexpr (is_watched)
                    observer().step_skipped(s);
                return;
            }
        if constexpr (s.what == operation::thaw)
            if (!is_frozen)
                return;
        if constexpr (s.what == operation::note_shutdown)
            is_shutdown_wanted = true;
        if constexpr (is_watched)
            observer().step_begins(s);
        const result outcome = do_step<Table, Row, Step>(source);
        if constexpr (is_watched)
            observer().step_taken(s, outcome);
        if constexpr (s.what == operation::freeze || s.what == operation::thaw)
            if (outcome.ok())
                is_frozen = s.what == operation::freeze;
        if constexpr (s.then != on_error::ignore)
            if (error.ok())
                error = outcome;
        if constexpr (collects && s.then == on_error::stop)
            failed = failed || !outcome.ok();
    }
};

} // namespace detail

/// Tells a filesystem of a failure or a removal, as a policy wants it handled, and returns what the
/// kernel would return to the driver.
///
/// `device` is what the device is to the filesystem, `where` the range in bytes of that device, or
/// the whole device. `Policy` has the tables `gate`, `record` and `end`; see policy/check.hpp for
/// what is refused at compile time. `observer` sees every decision and step (no_observer says
/// which).
///
/// For a filesystem that withholds owners (`withholds_owners`) a record of an unknown owner is
/// decided only where every owner would lead to the same course. If what is left open decides the
/// end, the result is `verdict_withheld` and no step of an end is taken.
///
/// \snippet tests/reference/examples.cpp engine
template <class Policy, class Filesystem, class Observer>
[[gnu::DAXHOLD_INLINED]] constexpr result notify_failure(Filesystem& fs, role_of<Filesystem> device,
                                                         byte_range where, cause why,
                                                         Observer& observer) {
    if constexpr (detail::check_fit<Policy, Filesystem>())
        return detail::notification<Policy, Filesystem, Observer>{
            fs, detail::arrived(device, where, why), detail::observer_reference<Observer>{observer}}
            .run();
    else
        return {};
}

/// The same, unobserved.
template <class Policy, class Filesystem>
[[gnu::DAXHOLD_INLINED]] constexpr result notify_failure(Filesystem& fs, role_of<Filesystem> device,
                                                         byte_range where, cause why) {
    no_observer nobody;
    if constexpr (detail::check_fit<Policy, Filesystem>())
        return notify_failure<Policy>(fs, device, where, why, nobody);
    else
        return {};
}

} // namespace daxhold
