// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/version.hpp"

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>

/// What the user space of Linux tells a tool about mounted filesystems: who owns their blocks, who
/// uses their files, what lies under them. Nothing here changes what it looks at.
namespace daxhold::on_linux {

/// What kept the system from telling.
enum class problem_kind : std::uint8_t {
    bad_range,          ///< The filesystem has no such device, or no such bytes of it.
    not_a_mount_point,  ///< Nothing is mounted at the path.
    no_such_device,     ///< The path is no block device, or the system knows none of that number.
    unmounted,          ///< The filesystem was unmounted while it was asked.
    no_reverse_mapping, ///< The filesystem has no FS_IOC_GETFSMAP.
    shut_down,          ///< The filesystem is, or was meanwhile, shut down.
    no_permission,      ///< The caller may not ask this.
    system_error,       ///< The system refused something that should work.
};

/// Text as a terminal can show it on one line: control characters, and bytes that are no UTF-8,
/// become \\xNN, and a backslash becomes two, so that no two texts look the same.
[[nodiscard]] inline std::string printable(std::string_view text) {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    // How many bytes at `at` are one printable character; 0 if they are none. (Unicode, table 3-7)
    const auto size_at = [&](std::size_t at) -> std::size_t {
        const unsigned first = byte(at);
        if (first < 0x80)
            return first >= ' ' && first != 0x7f ? 1 : 0;
        const std::size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
        if (first < 0xc2 || first > 0xf4 || text.size() - at < size)
            return 0;
        for (std::size_t i = 1; i != size; ++i)
            if ((byte(at + i) & 0xc0U) != 0x80)
                return 0;
        const unsigned second = byte(at + 1);
        const bool is_overlong =
            (first == 0xe0 && second < 0xa0) || (first == 0xf0 && second < 0x90);
        const bool is_no_character =
            (first == 0xed && second > 0x9f) || (first == 0xf4 && second > 0x8f);
        // The second set of control characters, and the marks that turn the direction of text.
        const bool is_control = first == 0xc2 && second < 0xa0;
        const bool turns_text =
            first == 0xe2 && ((second == 0x80 && (byte(at + 2) >= 0xa8 && byte(at + 2) <= 0xae)) ||
                              (second == 0x81 && byte(at + 2) >= 0xa6 && byte(at + 2) <= 0xa9));
        return is_overlong || is_no_character || is_control || turns_text ? 0 : size;
    };
    constexpr std::string_view digits = "0123456789abcdef";
    std::string shown;
    shown.reserve(text.size());
    for (std::size_t at = 0; at != text.size();) {
        const auto size = size_at(at);
        if (size == 0)
            (((shown += "\\x") += digits[byte(at) >> 4U]) += digits[byte(at) & 15U]);
        else if (text[at] == '\\')
            shown += "\\\\";
        else
            shown.append(text.substr(at, size));
        at += size == 0 ? 1 : size;
    }
    return shown;
}

/// One line for people: what is wrong, and what to do about it.
class problem : public std::runtime_error {
public:
    /// `wrong` says what is wrong and `advice` what to do; both without a full stop at the end.
    /// What is in them that a terminal cannot show is escaped (`printable`), but for backslashes.
    problem(problem_kind kind, std::string_view wrong, std::string_view advice)
        : std::runtime_error{one_line(wrong, advice)}, kind_{kind} {}

    /// What it was.
    [[nodiscard]] problem_kind kind() const noexcept { return kind_; }

private:
    static std::string one_line(std::string_view wrong, std::string_view advice) {
        std::string line;
        for (auto rest : {wrong, std::string_view{"; "}, advice})
            for (;;) {
                const auto slash = rest.find('\\');
                line += printable(rest.substr(0, slash));
                if (slash == std::string_view::npos)
                    break;
                line += '\\';
                rest.remove_prefix(slash + 1);
            }
        return line;
    }

    problem_kind kind_;
};

/// The problem of an errno value that is not one of those a caller tells apart: `doing` says what
/// was tried ("read /proc/self/mountinfo"). Precondition: the value is positive.
[[nodiscard]] inline problem system_problem(std::string_view doing, int errno_value) {
    const auto kind = errno_value == EPERM || errno_value == EACCES ? problem_kind::no_permission
                                                                    : problem_kind::system_error;
    const bool is_out_of_files = errno_value == EMFILE || errno_value == ENFILE;
    return problem{
        kind, std::string{"cannot "}.append(doing).append(": ").append(std::strerror(errno_value)),
        kind == problem_kind::no_permission ? "run it as root"
        : is_out_of_files                   ? "allow more open files (ulimit -n)"
                                            : "see dmesg for a reason"};
}

} // namespace daxhold::on_linux
