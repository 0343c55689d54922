// SPDX-License-Identifier: BSL-1.0
#include "daxhold/linux/processes.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include "daxhold/linux/problem.hpp"

using namespace daxhold::on_linux;

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

const dev_t devices[] = {makedev(7, 0)};

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

    const auto found = find_users(devices, false, proc.string());
    CHECK(found.processes() == 3);
    CHECK(found.unseen().processes == 0);
    REQUIRE(found.mappings().size() == 3);
    CHECK(found.mappings()[0] == mapped_piece{.inode = 7,
                                              .process = 20,
                                              .file_range = {0, 4096},
                                              .address = 0x7000,
                                              .shared = true,
                                              .writable = false});
    REQUIRE(found.mappings_of(131).size() == 2);
    CHECK(found.mappings_of(131)[0] == mapped_piece{.inode = 131,
                                                    .process = 10,
                                                    .file_range = {0, 4096},
                                                    .address = 0x1000,
                                                    .shared = false,
                                                    .writable = false});
    CHECK(found.mappings_of(131)[1] == mapped_piece{.inode = 131,
                                                    .process = 20,
                                                    .file_range = {4096, 8192},
                                                    .address = 0x1000,
                                                    .shared = true,
                                                    .writable = true});
    CHECK(found.mappings_of(5).empty());
    CHECK(found.mappings_of(130).empty());
    CHECK(found.mappings_of(132).empty());
    CHECK(found.in_core(131));
    CHECK_FALSE(found.in_core(5));
    CHECK(found.process(20)->command == "writer");
    CHECK(found.process(10)->command == "reader\twith tab");
    CHECK(found.process(30) == nullptr);
    CHECK((found.path(131) == "/mnt/a" || found.path(131) == "/jail/a"));
    CHECK(found.path(7) == "/mnt/gone (deleted)");
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

    const dev_t here_too[] = {status.st_dev};
    const auto found = find_users(here_too, true, proc.string());
    REQUIRE(found.open_files_of(status.st_ino).size() == 2);
    CHECK(found.open_files_of(status.st_ino)[0] ==
          open_file{.inode = status.st_ino, .process = 10, .descriptor = 3});
    CHECK(found.open_files_of(here.st_ino).size() == 1);
    CHECK(found.open_files().size() == 3);
    CHECK(found.path(status.st_ino) == held.string());
    CHECK(found.in_core(status.st_ino));
    CHECK(found.process(10)->command == "holder");

    CHECK(find_users(here_too, false, proc.string()).open_files().empty());
}

TEST_CASE("where the first thread has ended, the others have what the process has") {
    const made_up_proc proc;
    proc.add("10", "pool", "");
    std::filesystem::create_directories(proc / "10/task/10");
    std::ofstream{proc / "10/task/10/maps"} << "";
    std::filesystem::create_directories(proc / "10/task/12/fd");
    std::ofstream{proc / "10/task/12/maps"} << "1000-2000 rw-s 00000000 07:00 131 /mnt/a\n";
    // Threads of the kernel have no files.
    proc.add("20", "kworker", "");
    std::filesystem::create_directories(proc / "20/task/20");
    const auto found = find_users(devices, true, proc.string());
    REQUIRE(found.mappings().size() == 1);
    CHECK(found.mappings()[0].process == 10);
    CHECK(found.process(10)->command == "pool");
    CHECK(found.processes() == 2);
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
    const auto found = find_users(devices, true, proc.string());
    REQUIRE(::chmod((proc / "10/fd").c_str(), 0700) == 0);
    REQUIRE(::chmod((proc / "11/fd").c_str(), 0700) == 0);
    CHECK(found.processes() == 2);
    CHECK(found.unseen().processes == 2);
    CHECK(found.mappings().size() == 1);
}

TEST_CASE("without procfs there is no answer") {
    CHECK_THROWS_AS(static_cast<void>(find_users(devices, true, "/no/such/proc")), problem);
}

TEST_CASE("this process is no user, the others of this machine are") {
    const auto found = find_users(devices);
    CHECK(found.processes() >= 1);
    for (const auto& m : found.mappings())
        CHECK(m.process != ::getpid());
}

TEST_CASE("who asked to be told early is told by the flags of stat") {
    const auto stat = [](const char* command, const char* flags) {
        return std::string{"7 ("} + command + ") S 1 7 7 0 -1 " + flags + " 100 0 0 0";
    };
    // As a 6.12 kernel has them: 0x00400000, 0x08400080, 0x00400080.
    CHECK(early_kill_of(stat("cat", "4194304")) == early_kill::by_system);
    CHECK(early_kill_of(stat("cat", "138412160")) == early_kill::asked);
    CHECK(early_kill_of(stat("cat", "4194432")) == early_kill::not_asked);
    CHECK(early_kill_of(stat("a) S 1 7 7 0 -1 4194432 (", "138412160")) == early_kill::asked);
    CHECK(early_kill_of("") == early_kill::unknown);
    CHECK(early_kill_of("7 (cat)") == early_kill::unknown);
    CHECK(early_kill_of("7 (cat) S 1 7 7 0 -1 x") == early_kill::unknown);
}

TEST_CASE("this process has what it asked for") {
    const auto own = [] {
        return early_kill_of(read_whole_file("/proc/thread-self/stat").value());
    };
    if (::prctl(PR_MCE_KILL, PR_MCE_KILL_SET, PR_MCE_KILL_EARLY, 0, 0) != 0) {
        MESSAGE("not checked: this kernel has no PR_MCE_KILL");
        return;
    }
    CHECK(own() == early_kill::asked);
    ::prctl(PR_MCE_KILL, PR_MCE_KILL_SET, PR_MCE_KILL_LATE, 0, 0);
    CHECK(own() == early_kill::not_asked);
    ::prctl(PR_MCE_KILL, PR_MCE_KILL_CLEAR, 0, 0, 0);
    CHECK(own() == early_kill::by_system);
}

TEST_CASE("the unit or container of a process is the last part of its control group") {
    CHECK(unit_of("0::/system.slice/postgresql.service\n") == "postgresql.service");
    CHECK(unit_of("0::/system.slice/docker-0123abcd.scope\n") == "docker-0123abcd.scope");
    CHECK(unit_of("12:cpu:/x\n1:name=systemd:/system.slice/a.service\n") == "a.service");
    CHECK(unit_of("1:name=systemd:/b\n0::/c/\n") == "c");
    CHECK(unit_of("0::/\n").empty());
    CHECK(unit_of("").empty());
}
