// SPDX-License-Identifier: BSL-1.0

// map_file PATH [WORD]...: maps the file MAP_SHARED, touches its pages, prints "ready", stays until
// killed. Words: early, late (PR_MCE_KILL); untouched (no page is touched); copied (MAP_PRIVATE,
// and every page written, so that it has copies of its own).
//
// It only reads the pages: writing would give a reflinked file blocks of its own. It dies with its
// parent, so that a script that is killed leaves no process behind that keeps a mount busy.

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <string_view>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

int fail(const char* step, const char* path) {
    std::fprintf(stderr, "map_file: %s: %s: %s\n", path, step, std::strerror(errno));
    return 1;
}

} // namespace

int main(int argc, char** argv) {
    bool is_untouched = false;
    bool is_copied = false;
    unsigned long policy = PR_MCE_KILL_DEFAULT;
    bool is_understood = argc >= 2;
    for (int i = 2; i < argc; ++i) {
        const std::string_view word{argv[i]};
        is_untouched = is_untouched || word == "untouched";
        is_copied = is_copied || word == "copied";
        policy = word == "early" ? PR_MCE_KILL_EARLY : word == "late" ? PR_MCE_KILL_LATE : policy;
        is_understood = is_understood && (word == "untouched" || word == "copied" ||
                                          word == "early" || word == "late");
    }
    if (!is_understood) {
        std::fprintf(stderr, "usage: map_file PATH [early|late] [untouched|copied]\n");
        return 64;
    }
    const char* const path = argv[1];
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    const int file = ::open(path, O_RDWR | O_CLOEXEC);
    if (file < 0)
        return fail("open", path);
    struct stat status {};
    if (::fstat(file, &status) != 0)
        return fail("stat", path);
    const auto length = static_cast<std::size_t>(status.st_size);
    if (policy != PR_MCE_KILL_DEFAULT && ::prctl(PR_MCE_KILL, PR_MCE_KILL_SET, policy, 0, 0) != 0)
        return fail("set the policy for memory failures", path);
    void* const pages = ::mmap(nullptr, length, PROT_READ | PROT_WRITE,
                               is_copied ? MAP_PRIVATE : MAP_SHARED, file, 0);
    if (pages == MAP_FAILED)
        return fail("map", path);
    ::close(file);

    auto* const bytes = static_cast<volatile unsigned char*>(pages);
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    unsigned sum = 0;
    for (std::size_t at = 0; at < length && !is_untouched; at += page) {
        sum += bytes[at];
        if (is_copied)
            bytes[at] = static_cast<unsigned char>(sum);
    }
    std::printf("ready\n");
    std::fflush(stdout);
    for (;;)
        ::pause();
    return static_cast<int>(sum & 1U);
}
