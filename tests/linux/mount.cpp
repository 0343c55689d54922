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

TEST_CASE("a line of mountinfo is taken apart") {
    const auto entry = parse_mountinfo_line(
        "36 35 259:3 / /mnt/data rw,noatime shared:1 master:2 - xfs /dev/pmem0p3 "
        "rw,attr2,dax=always,logdev=/dev/sdb1,noquota");
    REQUIRE(entry);
    CHECK(*entry == mount_entry{.id = 36,
                                .parent = 35,
                                .device_major = 259,
                                .device_minor = 3,
                                .root = "/",
                                .mount_point = "/mnt/data",
                                .mount_options = "rw,noatime",
                                .type = "xfs",
                                .source = "/dev/pmem0p3",
                                .super_options = "rw,attr2,dax=always,logdev=/dev/sdb1,noquota"});
}

TEST_CASE("a line of mountinfo may have no optional fields, and escapes") {
    const auto entry = parse_mountinfo_line(
        R"(42 27 7:0 /a\040b /mnt/x\011y\012z\134w\043 rw - ext4 /dev/loop0 rw)");
    REQUIRE(entry);
    CHECK(entry->root == "/a b");
    CHECK(entry->mount_point == "/mnt/x\ty\nz\\w#");
    CHECK(entry->super_options == "rw");
}

TEST_CASE("an empty source leaves its place empty") {
    const auto entry = parse_mountinfo_line("36 35 0:3 / /mnt rw -  tmpfs rw");
    // The type is what is empty here, and a line without a type is none.
    CHECK_FALSE(entry);
    const auto nameless = parse_mountinfo_line("36 35 0:3 / /mnt rw - tmpfs  rw");
    REQUIRE(nameless);
    CHECK(nameless->source.empty());
    CHECK(nameless->super_options == "rw");
}

TEST_CASE("what is no line of mountinfo is nothing") {
    for (const auto* const line :
         {"", "36", "36 35", "x 35 259:3 / /mnt rw - xfs /dev/sda rw",
          "36 x 259:3 / /mnt rw - xfs /dev/sda rw", "36 35 259 / /mnt rw - xfs /dev/sda rw",
          "36 35 259:x / /mnt rw - xfs /dev/sda rw",
          "36 35 259:3 / /mnt rw shared:1 xfs /dev/sda rw", "36 35 259:3 / /mnt rw -",
          "36 35 259:3 / /mnt rw - xfs", "-1x 35 1:2 / / rw - a b c"}) {
        CAPTURE(line);
        CHECK_FALSE(parse_mountinfo_line(line));
    }
}

TEST_CASE("the table is all lines that are of the form, in their order") {
    const auto table = parse_mountinfo("1 0 8:1 / / rw - ext4 /dev/sda1 rw\n"
                                       "nonsense\n"
                                       "\n"
                                       "2 1 8:2 / /home rw - xfs /dev/sda2 rw,noquota\n"
                                       "3 1 8:3 / /srv rw - xfs /dev/sda3 rw");
    REQUIRE(table.size() == 3);
    CHECK(table[0].mount_point == "/");
    CHECK(table[1].mount_point == "/home");
    CHECK(table[2].mount_point == "/srv");
    CHECK(parse_mountinfo("").empty());
}

TEST_CASE("octal escapes need three octal digits of one byte") {
    CHECK(undo_octal_escapes("plain") == "plain");
    CHECK(undo_octal_escapes(R"(\040\040)") == "  ");
    CHECK(undo_octal_escapes(R"(a\134040)") == R"(a\040)");
    CHECK(undo_octal_escapes(R"(\04)") == R"(\04)");
    CHECK(undo_octal_escapes(R"(\089)") == R"(\089)");
    CHECK(undo_octal_escapes(R"(\777)") == R"(\777)");
    CHECK(undo_octal_escapes(R"(\)") == R"(\)");
    CHECK(undo_octal_escapes(R"(\303\266)") == "\xc3\xb6");
}

TEST_CASE("options are found by their whole name") {
    constexpr std::string_view options = R"(rw,dax=inode,logdev=/dev/a\054b\075c,dax=always,nodax)";
    CHECK(option(options, "dax") == "always");
    CHECK(option(options, "rw") == "");
    CHECK(option(options, "logdev") == "/dev/a,b=c");
    CHECK_FALSE(option(options, "da"));
    CHECK_FALSE(option(options, "log"));
    CHECK_FALSE(option("", "dax"));
    CHECK(option("dax=", "dax") == "");
    CHECK(option("dax", "dax") == "");
    CHECK(option("a=b=c", "a") == "b=c");
}

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

TEST_CASE("an inode of XFS has its place by its number") {
    // As xfs_db has it: 4 groups of 25600 blocks of 4096 bytes, inodes of 512 bytes.
    const xfs_geometry small{
        .block_size = 4096, .inode_size = 512, .allocation_groups = 4, .group_blocks = 25600};
    CHECK(small.place_of_inode(128) == 16 * 4096);
    CHECK(small.place_of_inode(131) == 16 * 4096 + 3 * 512);
    CHECK(small.place_of_inode(262273) == 25600 * 4096 + 16 * 4096 + 512);
    CHECK_FALSE(small.place_of_inode(std::uint64_t{4} << 18U));
    CHECK_FALSE(small.place_of_inode(25600 * 8));
    CHECK_FALSE(xfs_geometry{}.place_of_inode(128));
}

TEST_CASE("the size of XFS is that of its blocks") {
    CHECK(xfs_geometry{.block_size = 4096, .data_blocks = 1'000'000'000'000}.size() ==
          4'096'000'000'000'000);
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
