// SPDX-License-Identifier: BSL-1.0
#include "daxhold/linux/names.hpp"

#include <cstdint>

#include <sys/stat.h>
#include <unistd.h>

#include <doctest/doctest.h>

using namespace daxhold::on_linux;

namespace {

std::uint64_t inode_of(const char* path) {
    struct stat status {};
    REQUIRE(::stat(path, &status) == 0);
    return status.st_ino;
}

/// No inode of procfs, whose numbers are 32 bits long.
constexpr std::uint64_t nobody = ~std::uint64_t{0};

} // namespace

TEST_CASE("nothing is looked at where nothing is wanted") {
    const auto found = find_names(mounted_filesystem::open("/proc"), {});
    CHECK(found.entries_seen == 0);
    CHECK_FALSE(found.stopped_early);
}

TEST_CASE("the root of the mount is found without looking at an entry") {
    const std::uint64_t wanted[] = {inode_of("/proc")};
    const auto found = find_names(mounted_filesystem::open("/proc"), wanted);
    // To read another user's directory would change its time of access.
    if (::geteuid() != 0) {
        CHECK(found.unreadable_directories == 1);
        return;
    }
    CHECK(found.paths == std::map<std::uint64_t, std::string>{{wanted[0], "/proc"}});
    CHECK(found.entries_seen == 0);
    CHECK_FALSE(found.stopped_early);
}

TEST_CASE("the search ends at its limits and says so") {
    if (::geteuid() != 0) {
        MESSAGE("not checked: only root may read /proc without changing its time of access");
        return;
    }
    const auto proc = mounted_filesystem::open("/proc");
    const std::uint64_t wanted[] = {nobody};

    const auto few = find_names(proc, wanted, {.entries = 10});
    CHECK(few.entries_seen == 10);
    CHECK(few.stopped_early);
    CHECK(few.paths.empty());

    const auto flat = find_names(proc, wanted, {.entries = 1'000'000, .depth = 1});
    CHECK(flat.entries_seen > 10);
    CHECK(flat.stopped_early);

    const auto given_up = find_names(proc, wanted, {.keep_going = [] { return false; }});
    CHECK(given_up.stopped_early);
    CHECK(given_up.entries_seen < flat.entries_seen);
}
