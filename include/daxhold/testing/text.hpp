// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/policy/text.hpp"
#include "daxhold/testing/generated.hpp"
#include "daxhold/testing/script.hpp"
#include "daxhold/testing/try_out.hpp"

#include <boost/hana/unpack.hpp>

#include <string>

/// \file
/// What was done to a mock filesystem and what came of it as text, beside the words of
/// policy/text.hpp: for golden tables (testing/golden.hpp) and for the messages of a test
/// (testing/doctest.hpp). At run time; the umbrella leaves this out, as it needs `<string>`.

namespace daxhold::testing {

using daxhold::to_text;

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
    for (const auto& e : log)
        made += to_text(e) + "\n";
    if (log.size() > call_log::capacity)
        made += "and " + std::to_string(log.size() - call_log::capacity) + " more\n";
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

namespace detail {

/// A trial, with the facts of a policy's own; what it does not name is as in one that says nothing.
template <class... OfEvent, class... OfRecord>
std::string spell_trial(const trial& t, type_list<OfEvent...> own_of_event,
                        type_list<OfRecord...> own_of_record, const std::string& failed) {
    std::string made;
    const auto add = [&made](const auto& of, auto first, auto... later) {
        made += tables::to_text(of.*first);
        ((is_said(of, later) ? void(made += ", " + tables::to_text(of.*later)) : void()), ...);
    };
    const auto add_own = [&made](auto own, [[maybe_unused]] std::size_t number) {
        if constexpr (decltype(own)::size != 0)
            made += ", " + tables::to_text(nth_cell(own, number));
    };
    boost::hana::unpack(facts_of_trial, [&](auto... fact) { add(t, fact...); });
    add_own(own_of_event, t.own);
    for (std::size_t at = 0; at != t.count; ++at) {
        made += at == 0 ? ": " : "; then ";
        boost::hana::unpack(facts_of_piece, [&](auto... fact) { add(t.pieces[at], fact...); });
        add_own(own_of_record, t.pieces[at].own);
    }
    return t.fails == 0 ? made : made + "; " + failed + " fails";
}

} // namespace detail

/// A trial, in the words of the tables; what it does not name is as in one that says nothing:
/// `cause::removal, scope::whole_device: owner::file_data; then owner::metadata; call 3 fails`.
/// Facts of a policy's own are not said.
[[nodiscard]] inline std::string to_text(const trial& t) {
    return detail::spell_trial(t, detail::type_list<>{}, detail::type_list<>{},
                               "call " + std::to_string(t.fails));
}

/// Where an invariant did not hold: `invariant 1 with seed 17`, or that none failed.
[[nodiscard]] inline std::string to_text(const generated_failure& f) {
    return f.exists
               ? "invariant " + std::to_string(f.invariant) + " with seed " + std::to_string(f.seed)
               : "no failure";
}

} // namespace daxhold::testing
