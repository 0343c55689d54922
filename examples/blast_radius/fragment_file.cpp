// SPDX-License-Identifier: BSL-1.0

// fragment_file PATH EXTENTS BLOCK: makes a file whose every second block is a hole.
//
// A fixture for measuring: EXTENTS preallocated extents of BLOCK bytes with a hole of BLOCK bytes
// behind each, so that the filesystem ends up with about 2 * EXTENTS records of its reverse
// mapping. Preallocation writes no data, so that a sparse image stays small. It dies with its
// parent, so that a script that is killed leaves no process behind that keeps a mount busy.

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <limits>
#include <string_view>

#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace {

/// A positive decimal number, or 0 where `text` is none.
std::int64_t positive(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size() && value > 0 ? value : 0;
}

int fail(const char* step, const char* path) {
    std::fprintf(stderr, "fragment_file: %s: %s: %s\n", path, step, std::strerror(errno));
    return 1;
}

} // namespace

int main(int argc, char** argv) {
    const auto extents = argc == 4 ? positive(argv[2]) : 0;
    const auto block = argc == 4 ? positive(argv[3]) : 0;
    if (extents == 0 || block == 0 ||
        extents > std::numeric_limits<std::int64_t>::max() / 2 / block) {
        std::fprintf(stderr, "usage: fragment_file PATH EXTENTS BLOCK-BYTES\n");
        return 64;
    }
    const char* const path = argv[1];
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    const int file = ::open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (file < 0)
        return fail("open", path);
    if (::fallocate(file, 0, 0, 2 * extents * block) != 0)
        return fail("preallocate", path);
    for (std::int64_t i = 0; i < extents; ++i) {
        const auto hole = (2 * i + 1) * block;
        while (::fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, hole, block) != 0)
            if (errno != EINTR)
                return fail("punch a hole", path);
    }
    return ::close(file) == 0 ? 0 : fail("close", path);
}
