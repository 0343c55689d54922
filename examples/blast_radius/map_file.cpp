// SPDX-License-Identifier: BSL-1.0

// map_file PATH: maps the file MAP_SHARED, touches its pages, prints "ready", stays until killed.
//
// It only reads the pages: writing would give a reflinked file blocks of its own. It dies with its
// parent, so that a script that is killed leaves no process behind that keeps a mount busy.

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <cstring>

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
    if (argc != 2) {
        std::fprintf(stderr, "usage: map_file PATH\n");
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
    void* const pages = ::mmap(nullptr, length, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (pages == MAP_FAILED)
        return fail("map", path);
    ::close(file);

    const auto* const bytes = static_cast<const volatile unsigned char*>(pages);
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    unsigned sum = 0;
    for (std::size_t at = 0; at < length; at += page)
        sum += bytes[at];
    std::printf("ready\n");
    std::fflush(stdout);
    for (;;)
        ::pause();
    return static_cast<int>(sum & 1U);
}
