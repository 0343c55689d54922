// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/device.hpp"
#include "daxhold/policy.hpp"
#include "daxhold/releases.hpp"
#include "daxhold/testing.hpp"

#include "both.hpp"

#include <cerrno>
#include <cstddef>
#include <cstdint>

/// Whole notifications of mock filesystems, for the tests of the engine and of the policies.
namespace support {

using namespace daxhold;
using namespace daxhold::tables;
using namespace daxhold::testing;

/// What a notification came to, as it can be seen from outside.
struct consequence {
    result outcome{};
    bool is_shut_down = false;
    shutdown_reason reason = shutdown_reason::corrupt_ondisk;
    /// The processes that were told, and the extents that were poisoned, dropped, reported as lost.
    unsigned told = 0;
    std::size_t poisoned = 0;
    std::size_t invalidated = 0;
    std::size_t reported_lost = 0;
    std::size_t media_events = 0;
    bool was_frozen = false;
    bool is_left_frozen = false;

    [[nodiscard]] friend constexpr bool operator==(const consequence&,
                                                   const consequence&) noexcept = default;
};

/// How many calls of a kind went well, of those that `wanted(entry)`.
template <class Wanted>
[[nodiscard]] constexpr std::size_t count_done(const call_log& log, call what, Wanted wanted) {
    std::size_t done = 0;
    for (std::size_t i = 0; i != log.size(); ++i)
        if (log[i].what == what && log[i].outcome.ok() && wanted(log[i]))
            ++done;
    return done;
}
[[nodiscard]] constexpr std::size_t count_done(const call_log& log, call what) {
    return count_done(log, what, [](const entry&) { return true; });
}

/// A filesystem after a notification, the answer, and the report.
template <class Mock = mock_filesystem>
struct notified {
    Mock fs;
    result answer{};
    report made{};
    known_aftermaths after{};

    /// Whether the release is known for it: surely, or in a state that is not excluded.
    [[nodiscard]] constexpr bool has(aftermath what) const { return after.has(what); }
    [[nodiscard]] constexpr bool may_have(aftermath what) const { return after.may_have(what); }

    [[nodiscard]] constexpr consequence what() const {
        const auto marked = [](const entry& e) { return e.pages == poison::marked; };
        return {answer,
                fs.is_shut_down,
                fs.reason,
                fs.told(),
                count_done(fs.log, call::kill_users, marked),
                count_done(fs.log, call::invalidate),
                count_done(fs.log, call::report_data_lost),
                count_done(fs.log, call::report_media_event),
                count_done(fs.log, call::freeze) != 0,
                made.is_left_frozen};
    }

    /// Whether the report says of the filesystem what is true of it. (For a filesystem that was
    /// neither shut down nor frozen before.)
    [[nodiscard]] constexpr bool is_true() const {
        return made.outcome == answer && made.is_shut_down == fs.is_shut_down &&
               (!fs.is_shut_down || made.reason == fs.reason) &&
               made.is_left_frozen == fs.is_frozen_by_kernel &&
               made.told() == count_done(fs.log, call::kill_users);
    }
};

template <class Policy, class Mock>
[[nodiscard]] constexpr known_aftermaths after(Mock& fs, role_of<Mock> device, byte_range where,
                                               cause why) {
    if constexpr (requires { fs.mapped(); })
        return aftermaths_of<Policy>(fs, device, where, why, any_of(fs.mapped()));
    else
        return aftermaths_of<Policy>(fs, device, where, why);
}

/// Tells a filesystem of an event, without a device before it.
template <class Policy, class Mock>
[[nodiscard]] constexpr notified<Mock> notify(const Mock& fs, cause why, byte_range where,
                                              role_of<Mock> device = {}) {
    notified<Mock> n{fs};
    n.after = after<Policy>(n.fs, device, where, why);
    n.answer = notify_failure<Policy>(n.fs, device, where, why, n.made);
    return n;
}

/// Takes a device away that a filesystem holds: kill_dax, with the flags of the policy's lineage.
template <class Policy, class Mock>
[[nodiscard]] constexpr notified<Mock> unbind(const Mock& fs, role_of<Mock> device = {}) {
    using holder_type = filesystem_holder<Policy, Mock, report>;
    using flags = failure_flags<typename Policy::mf_flags>;

    notified<Mock> n{fs};
    n.after = after<Policy>(n.fs, device, byte_range::whole_device(),
                            cause_of(removal_flags<typename Policy::mf_flags>()));
    holder_type holder{n.fs, device, n.made};
    basic_dax_device<static_holder<holder_type>, flags> dax_device;
    const auto held = fs_dax_get(dax_device, holder);
    n.answer = kill_dax(dax_device);
    if (dax_device.alive())
        n.answer = result::error(EFAULT);
    return n;
}

/// Whether a policy makes of an event what another one does, call by call.
template <class Policy, class Other, class Mock>
[[nodiscard]] constexpr bool does_as(const Mock& fs, cause why, byte_range where,
                                     role_of<Mock> device = {}) {
    const auto here = notify<Policy>(fs, why, where, device);
    const auto there = notify<Other>(fs, why, where, device);
    if (!(here.what() == there.what()) || here.fs.log.size() != there.fs.log.size())
        return false;
    for (std::size_t i = 0; i != here.fs.log.size(); ++i)
        if (!(here.fs.log[i] == there.fs.log[i]))
            return false;
    return true;
}

} // namespace support
