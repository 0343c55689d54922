// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/event/byte_range.hpp"
#include "daxhold/linux/file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include <fcntl.h>
#include <sys/types.h>
#include <unistd.h>

/// \file
/// Which pages of a file a process has present.

namespace daxhold::on_linux {

/// Whether pages of a file are present in a process: what a page table has, which alone says
/// whether the process is reached by a memory failure.
enum class presence : std::uint8_t {
    absent,  ///< None: never touched, taken away, or copied for itself (a private mapping written).
    present, ///< At least one.
    unknown, ///< It cannot be seen.
};

/// What a present page is that the page table does not call a file's. Linux 6.12 was seen to call
/// none so that is the memory of a DAX device.
enum class other_page : std::uint8_t {
    copy,   ///< One's own, as in every mapping of a file that is not DAX.
    device, ///< The device's memory: a shared mapping of a DAX file has nothing else.
    either, ///< One or the other, as in a private mapping of a DAX file.
};

/// What entries of /proc/PID/pagemap (Documentation/admin-guide/mm/pagemap.rst) say of a file's
/// pages. `entries` is their memory as it was read.
[[nodiscard]] inline presence presence_in(std::span<const std::uint64_t> entries,
                                          other_page others = other_page::copy) noexcept {
    constexpr std::uint64_t is_present = std::uint64_t{1} << 63U;
    constexpr std::uint64_t is_of_file = std::uint64_t{1} << 61U;
    // Nobody else has it, which is said of no page of a device there.
    constexpr std::uint64_t is_exclusive = std::uint64_t{1} << 56U;
    auto found = presence::absent;
    for (const auto entry : entries) {
        if ((entry & is_present) == 0)
            continue;
        if ((entry & is_of_file) != 0 || others == other_page::device)
            return presence::present;
        if (others == other_page::either && (entry & is_exclusive) == 0)
            found = presence::unknown;
    }
    return found;
}

/// The page table of a process, as far as /proc/PID/pagemap shows it.
class page_table {
public:
    /// `proc` is where procfs is mounted. What cannot be opened is unknown in every place.
    explicit page_table(pid_t process, const std::string& proc = "/proc")
        : file_{open_descriptor((proc + '/' + std::to_string(process) + "/pagemap").c_str(),
                                O_RDONLY)} {}

    /// Whether a page of a file is present in a range of addresses; `others` as in `presence_in`.
    [[nodiscard]] presence pages_present(byte_range addresses,
                                         other_page others = other_page::copy) const {
        const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
        if (!file_)
            return presence::unknown;
        auto at = addresses.offset() / page;
        const auto end = (addresses.end() + page - 1) / page;
        std::array<std::uint64_t, 4096> entries;
        auto found = presence::absent;
        while (at < end) {
            const auto count = std::min<std::uint64_t>(end - at, entries.size());
            const auto got = ::pread(file_.get(), entries.data(), count * sizeof entries[0],
                                     static_cast<off_t>(at * sizeof entries[0]));
            if (got < 0 && errno == EINTR)
                continue;
            if (got < static_cast<ssize_t>(sizeof entries[0]))
                return presence::unknown;
            const auto told = static_cast<std::size_t>(got) / sizeof entries[0];
            const auto here = presence_in({entries.data(), told}, others);
            if (here == presence::present)
                return here;
            if (here == presence::unknown)
                found = here;
            at += told;
        }
        return found;
    }

private:
    descriptor file_;
};

} // namespace daxhold::on_linux
