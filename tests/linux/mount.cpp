// SPDX-License-Identifier: BSL-1.0
#include "daxhold/linux/mount.hpp"

#include <optional>
#include <string>
#include <string_view>

#include <doctest/doctest.h>
#include <sys/stat.h>

using namespace daxhold::on_linux;

namespace {

/// The kind of problem that opening `path` as a mount ends in, if it ends in one.
std::optional<problem_kind> kind_of_opening(const std::string& path) {
    try {
        static_cast<void>(mounted_filesystem::open(path));
    } catch (const problem& p) {
        return p.kind();
    }
    return std::nullopt;
}

} // namespace

TEST_CASE("whether a mount is dax follows from its options and from its device") {
    for (const auto* const always : {"rw,dax", "rw,dax=always,noquota"}) {
        CAPTURE(always);
        CHECK(dax_use_of(always, true) == dax_use::all_files);
        CHECK(dax_use_of(always, false) == dax_use::none);
        CHECK(dax_use_of(always, std::nullopt) == dax_use::all_files);
    }
    for (const auto* const inode : {"rw", "rw,dax=inode"}) {
        CAPTURE(inode);
        CHECK(dax_use_of(inode, true) == dax_use::some_files);
        CHECK(dax_use_of(inode, false) == dax_use::none);
        CHECK(dax_use_of(inode, std::nullopt) == dax_use::unknown);
    }
    // The filesystem is told all the same.
    CHECK(dax_use_of("rw,dax=never", true) == dax_use::no_files);
    CHECK(dax_use_of("rw,dax=never", false) == dax_use::none);
    CHECK(dax_use_of("rw,dax=never", std::nullopt) == dax_use::unknown);
}

TEST_CASE("a mount point opens, and any other path names the one that it lies on") {
    const auto proc = mounted_filesystem::open("/proc");
    CHECK(proc.path() == "/proc");
    CHECK(proc.entry().type == "proc");
    struct stat status {};
    REQUIRE(::stat("/proc", &status) == 0);
    CHECK(proc.device() == status.st_dev);
    CHECK(proc.still_there() == mount_state::there);
    CHECK_NOTHROW(proc.require_still_there());
    CHECK_FALSE(proc.device_size());
    CHECK_FALSE(proc.geometry());
    CHECK_FALSE(proc.log_device());

    CHECK(mounted_filesystem::open("/proc/.").path() == "/proc");
    CHECK(mounted_filesystem::open("/proc/self/..").path() == "/proc");
    CHECK(kind_of_opening("/proc/self") == problem_kind::not_a_mount_point);
    CHECK_THROWS_WITH_AS(static_cast<void>(mounted_filesystem::open("/proc/self/")),
                         doctest::Contains("the one at '/proc'"), problem);
    CHECK(kind_of_opening("/no/such/path") == problem_kind::not_a_mount_point);
    CHECK(kind_of_opening("") == problem_kind::not_a_mount_point);
    CHECK(mounted_filesystem::containing("/proc/self/status").path() == "/proc");
    CHECK(mounted_filesystem::containing("/proc").path() == "/proc");
    CHECK(kind_of_opening("/dev/null") == problem_kind::not_a_mount_point);
}

TEST_CASE("a filesystem that is gone is a problem of its own for each way") {
    CHECK(gone_problem(mount_state::unmounted, "/mnt").kind() == problem_kind::unmounted);
    CHECK(gone_problem(mount_state::shut_down, "/mnt").kind() == problem_kind::shut_down);
}
