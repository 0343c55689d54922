// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/policy/text.hpp"
#include "daxhold/testing/every_cell.hpp"
#include "daxhold/testing/generated.hpp"
#include "daxhold/testing/script.hpp"

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
