// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/policy/course_plan.hpp"

/// \file
/// The steps of a course, done by the filesystem, and what their errors lead to.

namespace daxhold::detail {

/// Takes the steps of a table. Before a walk a failure leaves out the steps behind it;
/// elsewhere what was begun is gone through with.
template <auto const& Table, class Notification, class Source>
struct step_taker {
    Notification& told;
    Source& source;
    bool has_failed = false;

    /// Whether a step failed that must not. Where no error is collected, there is no other
    /// error than that.
    [[nodiscard, gnu::always_inline]] constexpr bool failed() const {
        return Notification::collects ? has_failed : !told.error.ok();
    }

    template <class Row, class Step>
    [[gnu::always_inline]] constexpr void operator()(Row, Step) {
        constexpr const auto& s = Table.actions[Row::value].steps[Step::value];
        constexpr tables::step_place place{static_cast<std::uint8_t>(Row::value),
                                           static_cast<std::uint8_t>(Step::value)};
        if constexpr (course_plan<Table>::may_be_skipped(place))
            if (failed()) {
                told.observer().step_skipped(s);
                return;
            }
        if constexpr (s.what == operation::thaw)
            if (told.is_frozen == 0)
                return;
        const result outcome = perform<Row, Step>();
        told.observer().step_taken(s, outcome);
        if constexpr (s.then != on_error::ignore)
            if (told.error.ok())
                told.error = outcome;
        if constexpr (Notification::collects && s.then == on_error::stop)
            has_failed = has_failed || !outcome.ok();
    }

    template <class Row, class Step>
    [[gnu::always_inline]] constexpr result perform() {
        constexpr const auto& s = Table.actions[Row::value].steps[Step::value];
        auto& fs = told.fs;
        if constexpr (s.what == operation::freeze) {
            const result outcome = fs.freeze();
            if (outcome.ok())
                told.is_frozen = 1;
            return outcome;
        } else if constexpr (s.what == operation::thaw) {
            const result outcome = fs.thaw();
            if (outcome.ok())
                told.is_frozen = 0;
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
            told.is_shutdown_wanted = 1;
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
            if constexpr (requires { source.record; } &&
                          performs_on_record<typename Notification::filesystem_type,
                                             std::remove_cvref_t<decltype(s.own)>>)
                return fs.perform(s.own, source.record, source.part);
            else
                return fs.perform(s.own);
        }
    }
};

} // namespace daxhold::detail
