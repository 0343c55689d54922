// SPDX-License-Identifier: BSL-1.0
#include "daxhold/linux/mount_table.hpp"

#include <doctest/doctest.h>

using namespace daxhold::on_linux;

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
