// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>

namespace blast_radius {

/// What kept the program from giving an answer. The value is the exit status of the program.
///
/// The numbers are those of sysexits.h where it has a fitting one, and each kind has its own. 77,
/// "no permission", is also what test harnesses read as "skipped": a test must not pass it on.
enum class problem_kind : int {
    usage = 64,              ///< The command line cannot be understood (EX_USAGE).
    bad_range = 65,          ///< No range, an empty one, or one beyond the end (EX_DATAERR).
    not_a_mount_point = 66,  ///< Nothing is mounted at the path (EX_NOINPUT).
    unknown_policy = 67,     ///< No policy has that name.
    unmounted = 68,          ///< The filesystem was unmounted while it was asked.
    no_reverse_mapping = 69, ///< The filesystem has no FS_IOC_GETFSMAP (EX_UNAVAILABLE).
    system_error = 71,       ///< The system refused something that should work (EX_OSERR).
    shut_down = 72,          ///< The filesystem is, or was meanwhile, shut down.
    output_failed = 74,      ///< The answer could not be written (EX_IOERR).
    no_permission = 77,      ///< The caller may not ask this (EX_NOPERM).
    interrupted = 130,       ///< SIGINT or SIGTERM came first (128 + SIGINT).
};

/// The exit status for a kind, as above.
[[nodiscard]] constexpr int exit_status(problem_kind kind) noexcept {
    return static_cast<int>(kind);
}

/// One line for people: what is wrong, and what to do about it.
class problem : public std::runtime_error {
public:
    /// `wrong` says what is wrong and `advice` what to do; both without a full stop at the end.
    problem(problem_kind kind, std::string_view wrong, std::string_view advice)
        : std::runtime_error{one_line(wrong, advice)}, kind_{kind} {}

    [[nodiscard]] problem_kind kind() const noexcept { return kind_; }
    [[nodiscard]] int exit_status() const noexcept { return blast_radius::exit_status(kind_); }

private:
    /// Paths may have line feeds in them; the line stays one.
    static std::string one_line(std::string_view wrong, std::string_view advice) {
        std::string line;
        line.reserve(wrong.size() + 2 + advice.size());
        line.append(wrong).append("; ").append(advice);
        for (char& c : line)
            if (static_cast<unsigned char>(c) < ' ')
                c = '?';
        return line;
    }

    problem_kind kind_;
};

/// The problem behind an errno value that is not one of those a caller tells apart: `doing` says
/// what was tried ("read /proc/self/mountinfo").
[[nodiscard]] inline problem system_problem(std::string_view doing, int errno_value) {
    const auto kind = errno_value == EPERM || errno_value == EACCES ? problem_kind::no_permission
                                                                    : problem_kind::system_error;
    return problem{
        kind, std::string{"cannot "}.append(doing).append(": ").append(std::strerror(errno_value)),
        kind == problem_kind::no_permission ? "run it as root" : "see dmesg for a reason"};
}

} // namespace blast_radius
