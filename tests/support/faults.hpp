// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "notification.hpp"

/// Every call of a notification, made to fail, one after the other.
namespace support {

/// The errno of a call that was told to fail: none that a policy or a mock uses by itself.
inline constexpr int fault_errno = EDOM;
inline constexpr result fault = result::error(fault_errno);

/// The operation behind a call, or `own` for a call that is a question.
[[nodiscard]] constexpr operation operation_of(call what) {
    switch (what) {
#define DAXHOLD_OPERATION(name, about, arguments, purpose)                                         \
    case call::name:                                                                               \
        return operation::name;
        DAXHOLD_OPERATIONS(DAXHOLD_OPERATION)
#undef DAXHOLD_OPERATION
    default:
        return operation::own;
    }
}

/// Whether the report tells of a failed call what is to be told whatever the policy: the step, its
/// error, what was left undone.
template <class Mock>
[[nodiscard]] constexpr bool is_told(const notified<Mock>& n, call what) {
    const auto operation = operation_of(what);
    if (operation == operation::own)
        return true;
    const auto& step = n.made.of(operation);
    return step.failed >= 1 && step.first_error == fault && n.made.is_incomplete();
}

/// How a sweep went: how many calls of the kind there were to fail, and the first of them (from 1)
/// after which something was not as expected, or 0.
struct sweep {
    std::uint64_t calls = 0;
    std::uint64_t wrong = 0;

    [[nodiscard]] friend constexpr bool operator==(const sweep&, const sweep&) noexcept = default;
};

/// Makes the n-th call of a kind fail, for every n until there is no such call, in notifications
/// that are otherwise the same. After each `is_as_expected(notified, n)` and whatever holds for
/// every policy must be true, and without a fault the notification must be as it was.
template <class Policy, class Mock, class Expected>
[[nodiscard]] constexpr sweep fail_each(const Mock& fs, call what, cause why, byte_range where,
                                        Expected is_as_expected) {
    const auto undisturbed = notify<Policy>(fs, why, where);
    sweep done;
    for (std::uint64_t nth = 1;; ++nth) {
        Mock faulty = fs;
        faulty.faults.fail(what, nth, fault_errno);
        const auto n = notify<Policy>(faulty, why, where);
        if (n.fs.faults.made(what) < nth) {
            if (!(n.what() == undisturbed.what()) ||
                !(n.made.not_walked == undisturbed.made.not_walked))
                done.wrong = nth;
            return done;
        }
        ++done.calls;
        if (!n.is_true() || !is_told(n, what) || !is_as_expected(n, nth)) {
            done.wrong = nth;
            return done;
        }
    }
}

} // namespace support
