// SPDX-License-Identifier: BSL-1.0
#include "../../examples/blast_radius/users.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include "../../examples/blast_radius/problem.hpp"

using namespace blast_radius;

namespace {

/// A directory that looks like /proc with a few processes in it, and is gone in the end.
class made_up_proc {
public:
    made_up_proc() {
        std::string pattern = std::filesystem::temp_directory_path() / "blast_radius_proc.XXXXXX";
        REQUIRE(::mkdtemp(pattern.data()) != nullptr);
        path_ = pattern;
    }
    made_up_proc(const made_up_proc&) = delete;
    ~made_up_proc() { std::filesystem::remove_all(path_); }

    void add(const std::string& process, std::string_view command, std::string_view maps) const {
        std::filesystem::create_directories(path_ / process / "fd");
        std::ofstream{path_ / process / "comm"} << command << '\n';
        std::ofstream{path_ / process / "maps"} << maps;
    }

    [[nodiscard]] std::filesystem::path operator/(const std::string& name) const {
        return path_ / name;
    }
    [[nodiscard]] std::string string() const { return path_.string(); }

private:
    std::filesystem::path path_;
};

const dev_t loop0 = makedev(7, 0);

} // namespace

TEST_CASE("a line of maps is taken apart") {
    const auto line = parse_maps_line(
        "7f1c2a000000-7f1c2a100000 rw-s 00002000 07:10 131                        /mnt/a file");
    REQUIRE(line);
    CHECK(*line == maps_line{.start = 0x7f1c2a000000,
                             .end = 0x7f1c2a100000,
                             .file_offset = 0x2000,
                             .device_major = 7,
                             .device_minor = 16,
                             .inode = 131,
                             .shared = true,
                             .writable = true,
                             .deleted = false,
                             .path = "/mnt/a file"});
}

TEST_CASE("the path of a line may be missing, special, deleted, or have a line feed") {
    const auto anonymous = parse_maps_line("7ffc0000-7ffd0000 r--p 00000000 00:00 0 ");
    REQUIRE(anonymous);
    CHECK(anonymous->inode == 0);
    CHECK(anonymous->path.empty());
    CHECK_FALSE(anonymous->shared);
    CHECK_FALSE(anonymous->writable);
    CHECK(parse_maps_line("7ffc0000-7ffd0000 r--p 00000000 00:00 0").has_value());
    CHECK(parse_maps_line("1000-2000 rw-p 00000000 00:00 0    [stack]")->path == "[stack]");

    const auto deleted = parse_maps_line("1000-2000 r-xp 00000000 103:02 9 /tmp/x (deleted)");
    REQUIRE(deleted);
    CHECK(deleted->deleted);
    CHECK(deleted->path == "/tmp/x");
    CHECK(deleted->device_major == 0x103);

    CHECK(parse_maps_line(R"(1000-2000 r--p 0 07:00 9 /a\012b\012)")->path == "/a\nb\n");
    CHECK(parse_maps_line(R"(1000-2000 r--p 0 07:00 9 /a\011b\\012)")->path == "/a\\011b\\\n");
    CHECK(parse_maps_line("1000-2000 r--p 0 07:00 9 /a  b ")->path == "/a  b ");
}

TEST_CASE("the highest addresses, offsets and inodes fit") {
    const auto line = parse_maps_line("ffffffffff600000-ffffffffff601000 --xp ffffffffffffe000 "
                                      "fff:fffff 18446744073709551615 /x");
    REQUIRE(line);
    CHECK(line->inode == 18446744073709551615U);
    CHECK(line->file_offset == 0xffffffffffffe000U);
    CHECK(line->device_minor == 0xfffff);
}

TEST_CASE("what is no line of maps is nothing") {
    for (const auto* const line :
         {"", "x", "1000", "1000-2000", "1000-2000 r--p", "1000-2000 r--p 0",
          "1000-2000 r--p 0 07:00", "1000-2000 r--p 0 0700 9 /x", "2000-1000 r--p 0 07:00 9 /x",
          "1000-2000 r-- 0 07:00 9 /x", "1000-2000 r--p 0 07:00 x /x",
          "1000-2000 r--p z 07:00 9 /x", "g-h r--p 0 07:00 9 /x"}) {
        CAPTURE(line);
        CHECK_FALSE(parse_maps_line(line));
    }
}

TEST_CASE("users are found by device, in the order of inodes and processes") {
    const made_up_proc proc;
    proc.add("20", "writer",
             "1000-3000 rw-s 00001000 07:00 131 /mnt/a\n"
             "5000-6000 r--p 00000000 07:01 131 /other/a\n"
             "6000-7000 r--p 00000000 00:00 0 \n"
             "7000-8000 r--s 00000000 07:00 7 /mnt/gone (deleted)\n");
    proc.add("10", "reader\twith tab", "1000-2000 r--p 00000000 07:00 131 /jail/a\n");
    proc.add("30", "bystander", "1000-2000 r--p 00000000 08:01 5 /bin/sh\n");
    std::filesystem::create_directories(proc / "sys");
    std::filesystem::create_directories(proc / "40"); // vanished: no maps any more

    const auto found = find_users(loop0, false, proc.string());
    CHECK(found.processes() == 3);
    CHECK(found.denied() == 0);
    REQUIRE(found.mappings().size() == 3);
    CHECK(
        found.mappings()[0] ==
        mapping{
            .inode = 7, .process = 20, .file_range = {0, 4096}, .shared = true, .writable = false});
    REQUIRE(found.mappings_of(131).size() == 2);
    CHECK(found.mappings_of(131)[0] == mapping{.inode = 131,
                                               .process = 10,
                                               .file_range = {0, 4096},
                                               .shared = false,
                                               .writable = false});
    CHECK(found.mappings_of(131)[1] == mapping{.inode = 131,
                                               .process = 20,
                                               .file_range = {4096, 8192},
                                               .shared = true,
                                               .writable = true});
    CHECK(found.mappings_of(5).empty());
    CHECK(found.mappings_of(130).empty());
    CHECK(found.mappings_of(132).empty());
    CHECK(found.in_core(131));
    CHECK_FALSE(found.in_core(5));
    CHECK(found.command(20) == "writer");
    CHECK(found.command(10) == "reader\twith tab");
    CHECK(found.command(30).empty());
    CHECK((found.path(131) == "/mnt/a" || found.path(131) == "/jail/a"));
    CHECK(found.path(7).empty());
}

TEST_CASE("open files, working and root directories are held in core too") {
    const made_up_proc proc;
    const auto held = proc / "held";
    std::ofstream{held} << "x";
    struct stat status {};
    REQUIRE(::stat(held.c_str(), &status) == 0);
    struct stat here {};
    REQUIRE(::stat(proc.string().c_str(), &here) == 0);

    proc.add("10", "holder", "");
    std::filesystem::create_symlink(held, proc / "10/fd/3");
    std::filesystem::create_symlink(held, proc / "10/fd/4");
    std::filesystem::create_symlink("/proc/self/status", proc / "10/fd/5");
    std::filesystem::create_symlink("/no/such/file", proc / "10/fd/6");
    std::filesystem::create_symlink(proc.string(), proc / "10/cwd");

    const auto found = find_users(status.st_dev, true, proc.string());
    REQUIRE(found.open_files_of(status.st_ino).size() == 1);
    CHECK(found.open_files_of(status.st_ino)[0] ==
          open_file{.inode = status.st_ino, .process = 10});
    CHECK(found.open_files_of(here.st_ino).size() == 1);
    CHECK(found.open_files().size() == 2);
    CHECK(found.in_core(status.st_ino));
    CHECK(found.command(10) == "holder");

    CHECK(find_users(status.st_dev, false, proc.string()).open_files().empty());
}

TEST_CASE("processes that may not be looked into are counted") {
    if (::geteuid() == 0) {
        MESSAGE("not checked: root may look into everything");
        return;
    }
    const made_up_proc proc;
    proc.add("10", "secret", "1000-2000 r--p 00000000 07:00 131 /mnt/a\n");
    proc.add("11", "half", "1000-2000 r--p 00000000 07:00 131 /mnt/a\n");
    REQUIRE(::chmod((proc / "10/maps").c_str(), 0) == 0);
    REQUIRE(::chmod((proc / "10/fd").c_str(), 0) == 0);
    REQUIRE(::chmod((proc / "11/fd").c_str(), 0) == 0);
    const auto found = find_users(loop0, true, proc.string());
    REQUIRE(::chmod((proc / "10/fd").c_str(), 0700) == 0);
    REQUIRE(::chmod((proc / "11/fd").c_str(), 0700) == 0);
    CHECK(found.processes() == 2);
    CHECK(found.denied() == 2);
    CHECK(found.mappings().size() == 1);
}

TEST_CASE("without procfs there is no answer") {
    CHECK_THROWS_AS(static_cast<void>(find_users(loop0, true, "/no/such/proc")), problem);
}

TEST_CASE("this process is no user, the others of this machine are") {
    const auto found = find_users(loop0);
    CHECK(found.processes() >= 1);
    for (const auto& m : found.mappings())
        CHECK(m.process != ::getpid());
}
