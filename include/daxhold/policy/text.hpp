// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/event/byte_range.hpp"
#include "daxhold/policy/report.hpp"
#include "daxhold/policy/rmap_record.hpp"
#include "daxhold/policy/words.hpp"
#include "daxhold/tables/text.hpp"

#include <cerrno>
#include <concepts>
#include <string>
#include <vector>

/// \file
/// Results, courses and reports as text, in the words in which they are written in a source; facts,
/// rows and tables come from tables/text.hpp. At run time; the umbrella leaves this out, as it
/// needs `<string>`.

namespace daxhold {

using tables::to_text;

/// The name of an errno, whatever its sign: `EIO`. 117 is `EFSCORRUPTED`, as the filesystems that
/// return it call it; one without a name is `errno 4095`.
[[nodiscard]] inline std::string errno_name(int errno_value) {
    struct named {
        int value;
        const char* name;
    };
    // clang-format off
    static constexpr named known[] = {
        {efscorrupted, "EFSCORRUPTED"}, {EPERM, "EPERM"}, {ENOENT, "ENOENT"}, {EINTR, "EINTR"},
        {EIO, "EIO"}, {ENXIO, "ENXIO"}, {E2BIG, "E2BIG"}, {EBADF, "EBADF"}, {EAGAIN, "EAGAIN"},
        {ENOMEM, "ENOMEM"}, {EACCES, "EACCES"}, {EFAULT, "EFAULT"}, {EBUSY, "EBUSY"},
        {EEXIST, "EEXIST"}, {EXDEV, "EXDEV"}, {ENODEV, "ENODEV"}, {ENOTDIR, "ENOTDIR"},
        {EISDIR, "EISDIR"}, {EINVAL, "EINVAL"}, {ENFILE, "ENFILE"}, {EMFILE, "EMFILE"},
        {ENOTTY, "ENOTTY"}, {ETXTBSY, "ETXTBSY"}, {EFBIG, "EFBIG"}, {ENOSPC, "ENOSPC"},
        {ESPIPE, "ESPIPE"}, {EROFS, "EROFS"}, {EPIPE, "EPIPE"}, {EDOM, "EDOM"},
        {ERANGE, "ERANGE"}, {EDEADLK, "EDEADLK"}, {ENAMETOOLONG, "ENAMETOOLONG"},
        {ENOSYS, "ENOSYS"}, {ELOOP, "ELOOP"}, {ENODATA, "ENODATA"}, {ETIME, "ETIME"},
        {ENOLINK, "ENOLINK"}, {EPROTO, "EPROTO"}, {EBADMSG, "EBADMSG"}, {EOVERFLOW, "EOVERFLOW"},
        {EILSEQ, "EILSEQ"}, {EMSGSIZE, "EMSGSIZE"}, {EOPNOTSUPP, "EOPNOTSUPP"},
        {ENOBUFS, "ENOBUFS"}, {ETIMEDOUT, "ETIMEDOUT"}, {EALREADY, "EALREADY"},
        {EINPROGRESS, "EINPROGRESS"}, {ECANCELED, "ECANCELED"},
#ifdef __linux__
        {ESTALE, "ESTALE"}, {ESHUTDOWN, "ESHUTDOWN"}, {EREMOTEIO, "EREMOTEIO"},
        {ENOMEDIUM, "ENOMEDIUM"}, {EHWPOISON, "EHWPOISON"},
#endif
    };
    // clang-format on
    const int positive = errno_value < 0 ? -errno_value : errno_value;
    for (const auto& each : known)
        if (each.value == positive)
            return each.name;
    return "errno " + std::to_string(positive);
}

/// A result as the kernel's sources write it, with what it means: `0`,
/// `-EFSCORRUPTED (the filesystem is corrupted)`.
[[nodiscard]] inline std::string to_text(result r) {
    return r.ok() ? "0" : "-" + errno_name(r.value()) + " (" + describe(meaning_of(r)) + ")";
}

/// A range: `[8192, 12288)`, `the whole device`, `nothing at 8192`.
template <std::unsigned_integral Int>
[[nodiscard]] std::string to_text(basic_byte_range<Int> range) {
    if (range.is_whole_device())
        return "the whole device";
    if (range.empty())
        return "nothing at " + std::to_string(range.offset());
    return "[" + std::to_string(range.offset()) + ", " + std::to_string(range.end()) + ")";
}

/// The reason of a shutdown, as a policy writes it: `force_umount`.
[[nodiscard]] inline std::string to_text(shutdown_reason reason) {
    return to_text(name_of(reason));
}

/// A step as it is written: `attempt(shut_down(force_umount))`.
template <class Own>
[[nodiscard]] std::string to_text(const step<Own>& s) {
    const auto arguments = detail::with_operation(s.what, [&](auto what) {
        return [&]<class... Arguments>(void (* /*signature*/)(Arguments...)) {
            std::vector<std::string> made;
            (made.push_back(to_text(s.template argument<Arguments>(made.size()))), ...);
            return made;
        }(static_cast<typename operation_traits<decltype(what)::value>::signature*>(nullptr));
    });
    auto made = to_text(name_of(s.what));
    if (!arguments.empty())
        made += "(" + tables::detail::join(arguments, ", ") + ")";
    if (s.what == operation::own)
        made = "perform(" + to_text(s.own) + ")";
    return s.then == on_error::ignore    ? "attempt(" + made + ")"
           : s.then == on_error::collect ? "collect(" + made + ")"
                                         : made;
}

/// The ending of a course as it is written: `walk`, `refuse(EIO)`; empty where it has none.
template <class Own, std::size_t Size>
[[nodiscard]] std::string ending_to_text(const course<Own, Size>& c) {
    switch (c.end) {
    case ending::none:
        return {};
    case ending::finish:
        return c.errno_value == 0            ? "succeed"
               : c.errno_value == EOPNOTSUPP ? "unsupported"
                                             : "refuse(" + errno_name(c.errno_value) + ")";
    case ending::finish_error:
        return "return_error";
    case ending::stop:
        return "stop(" + errno_name(c.errno_value) + ")";
    case ending::stop_lookup:
        return "stop_with_lookup_error";
    case ending::walk:
    case ending::walk_in_core:
    case ending::next:
        break;
    }
    return to_text(name_of(c.end));
}

/// A course piece by piece: each step, and the ending.
template <class Own, std::size_t Size>
[[nodiscard]] std::vector<std::string> parts_of(const course<Own, Size>& c) {
    std::vector<std::string> parts;
    for (std::size_t i = 0; i != c.count; ++i)
        parts.push_back(to_text(c.steps[i]));
    if (auto end = ending_to_text(c); !end.empty())
        parts.push_back(std::move(end));
    return parts;
}

/// A course as it is written: `attempt(freeze) >> begin_walk >> walk`; one without anything is
/// `nothing`.
template <class Own, std::size_t Size>
[[nodiscard]] std::string to_text(const course<Own, Size>& c) {
    const auto parts = parts_of(c);
    return parts.empty() ? "nothing" : tables::detail::join(parts, " >> ");
}

/// What is known to follow, as it is written: `seen("6.1.192, unbind", umount_oopses)`.
[[nodiscard]] inline std::string to_text(const knowledge& k) {
    if (k.how == evidence::nothing)
        return "nothing_known";
    auto made = k.how == evidence::read ? "read_in" : to_text(name_of(k.how));
    made += "(\"" + to_text(k.source) + "\"";
    for (std::size_t what = 0; what != value_count<aftermath>; ++what)
        if (((k.aftermaths.bits >> what) & 1U) != 0)
            made += ", " + to_text(name_of(static_cast<aftermath>(what)));
    return made + ")";
}

/// A record: `owner::file_data of inode 131 at 0 in [32768, 49152), shared`.
[[nodiscard]] inline std::string to_text(const rmap_record& r) {
    auto made = to_text(r.owner);
    if (r.inode_number != 0)
        made +=
            " of inode " + std::to_string(r.inode_number) + " at " + std::to_string(r.file_offset);
    return made + " in " + to_text(r.extent) + (r.sharing == sharing::shared ? ", shared" : "");
}

/// A report: the answer, how the filesystem was left, then the steps that were taken, in a line.
[[nodiscard]] inline std::string to_text(const report& r) {
    auto made = "answer " + to_text(r.outcome);
    if (r.is_withheld)
        made += ", withheld";
    if (r.gate_row != report::no_row)
        made += ", gate row " + std::to_string(r.gate_row + 1);
    if (r.is_walked)
        made += ", " + std::to_string(r.records) + " records, walk " + to_text(name_of(r.walk));
    if (r.end_row != report::no_row)
        made += ", end row " + std::to_string(r.end_row + 1);
    if (!r.not_walked.empty())
        made += ", not walked " + to_text(r.not_walked);
    if (r.is_shut_down)
        made += ", shut down (" + to_text(r.reason) + ")";
    if (r.is_left_frozen)
        made += ", left frozen";
    for (std::size_t i = 0; i != operation_count; ++i)
        if (const auto& s = r.steps[i]; s.taken != 0 || s.skipped != 0) {
            made +=
                ", " + to_text(name_of(static_cast<operation>(i))) + " " + std::to_string(s.taken);
            if (s.failed != 0)
                made +=
                    " (" + std::to_string(s.failed) + " failed: " + to_text(s.first_error) + ")";
            if (s.skipped != 0)
                made += " (" + std::to_string(s.skipped) + " left out)";
        }
    return made;
}

} // namespace daxhold
