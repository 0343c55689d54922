// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <daxhold/linux/problem.hpp>

namespace blast_radius {

using daxhold::on_linux::printable;
using daxhold::on_linux::problem;
using daxhold::on_linux::problem_kind;

/// What the program ends with where it gives no answer. The numbers are those of sysexits.h where
/// it has a fitting one, and each has one meaning. 77, "no permission", is also what test harnesses
/// read as "skipped": a test must not pass it on.
enum class status : int {
    usage = 64,              ///< The command line cannot be understood (EX_USAGE).
    bad_range = 65,          ///< No range, an empty one, or one beyond the end (EX_DATAERR).
    not_a_mount_point = 66,  ///< Nothing is mounted at the path (EX_NOINPUT).
    unknown_policy = 67,     ///< No policy has that name.
    unmounted = 68,          ///< The filesystem was unmounted while it was asked.
    no_reverse_mapping = 69, ///< There is no block device under it to ask about (EX_UNAVAILABLE).
    bad_input = 70,          ///< A list of ranges, or a record, cannot be understood.
    system_error = 71,       ///< The system refused something that should work (EX_OSERR).
    shut_down = 72,          ///< The filesystem is, or was meanwhile, shut down.
    no_such_device = 73,     ///< Nothing is mounted on the device, or it is none.
    output_failed = 74,      ///< The answer could not be written (EX_IOERR).
    no_permission = 77,      ///< The caller may not ask this (EX_NOPERM).
    interrupted = 130,       ///< SIGINT or SIGTERM came first (128 + SIGINT).
};

/// The status for what kept the system from telling.
[[nodiscard]] constexpr status status_of(problem_kind kind) noexcept {
    switch (kind) {
    case problem_kind::bad_range:
        return status::bad_range;
    case problem_kind::not_a_mount_point:
        return status::not_a_mount_point;
    case problem_kind::no_such_device:
        return status::no_such_device;
    case problem_kind::unmounted:
        return status::unmounted;
    case problem_kind::no_reverse_mapping:
        return status::no_reverse_mapping;
    case problem_kind::shut_down:
        return status::shut_down;
    case problem_kind::no_permission:
        return status::no_permission;
    case problem_kind::system_error:
        break;
    }
    return status::system_error;
}

/// A question that cannot be answered: one line that says what is wrong and what to do.
class refusal : public std::runtime_error {
public:
    /// Both without a full stop at the end; what a terminal cannot show is escaped.
    refusal(status why, std::string_view wrong, std::string_view advice)
        : std::runtime_error{problem{problem_kind::system_error, wrong, advice}.what()}, why_{why} {
    }

    [[nodiscard]] status why() const noexcept { return why_; }

private:
    status why_;
};

} // namespace blast_radius
