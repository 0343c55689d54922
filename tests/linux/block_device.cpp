// SPDX-License-Identifier: BSL-1.0
#include "daxhold/linux/block_device.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <tuple>
#include <vector>

#include <doctest/doctest.h>

using namespace daxhold::on_linux;
using daxhold::byte_range;

namespace {

const dev_t mapped = makedev(253, 0);
const dev_t first = makedev(8, 1);
const dev_t second = makedev(8, 17);

std::vector<stacked_piece> pieces(const mapped_target& target, dev_t lower, byte_range range) {
    std::vector<stacked_piece> found;
    REQUIRE(pieces_of_target(target, mapped, lower, range, found));
    return found;
}

} // namespace

TEST_CASE("devices as text, and back") {
    CHECK(text_of(second) == "8:17");
    CHECK(parse_device("8:17") == second);
    for (const auto* const text : {"", "8", "8:", ":1", "8:x", "8:1:1"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_device(text));
    }
}

// Device-mapper is not on every machine: these are lines as dmsetup prints them.
TEST_CASE("a line of a mapped device's table") {
    const auto target = parse_mapped_target("0 8192 linear 8:1 2048");
    REQUIRE(target);
    CHECK(*target == mapped_target{0, 8192 * 512, "linear", "8:1 2048"});
    for (const auto* const line :
         {"", "0", "0 1", "x 1 linear 8:1 0", "0 99999999999999999999 x y"}) {
        CAPTURE(line);
        CHECK_FALSE(parse_mapped_target(line));
    }
}

TEST_CASE("linear: what lies on a range of the device below, cut to it") {
    const mapped_target target{1U << 20, 8192 * 512, "linear", "8:1 2048"};
    const std::uint64_t begin = 2048 * 512;
    CHECK(pieces(target, first, {begin + 4096, 4096}) ==
          std::vector<stacked_piece>{{mapped, (1U << 20) + 4096, begin + 4096, 4096}});
    CHECK(pieces(target, first, {begin - 4096, 8192}) ==
          std::vector<stacked_piece>{{mapped, 1U << 20, begin, 4096}});
    CHECK(pieces(target, first, byte_range::whole_device()) ==
          std::vector<stacked_piece>{{mapped, 1U << 20, begin, 8192 * 512}});
    CHECK(pieces(target, first, {0, begin}).empty());
    CHECK(pieces(target, second, {begin, 4096}).empty());
}

TEST_CASE("striped: chunk by chunk") {
    // Chunks of 64 KiB on two devices, the second from 1 MiB on.
    const mapped_target target{0, 1U << 20, "striped", "2 128 8:1 0 8:17 2048"};
    constexpr std::uint64_t chunk = 65536;
    const std::uint64_t begin = 2048 * 512;
    CHECK(pieces(target, first, {0, 4096}) == std::vector<stacked_piece>{{mapped, 0, 0, 4096}});
    CHECK(pieces(target, first, {chunk - 4096, 8192}) ==
          std::vector<stacked_piece>{{mapped, chunk - 4096, chunk - 4096, 4096},
                                     {mapped, 2 * chunk, chunk, 4096}});
    CHECK(pieces(target, second, {begin + chunk, 4096}) ==
          std::vector<stacked_piece>{{mapped, 3 * chunk, begin + chunk, 4096}});
    CHECK(pieces(target, second, {begin + (1U << 19), 4096}).empty());
    // Every byte once.
    std::uint64_t bytes = 0;
    for (const auto device : {first, second})
        for (const auto& piece : pieces(target, device, byte_range::whole_device()))
            bytes += piece.length;
    CHECK(bytes == 1U << 20);
}

TEST_CASE("a target that is not understood is said to be none") {
    std::vector<stacked_piece> found;
    for (const auto* const arguments :
         {"8:1", "x 0", "0 128 8:1 0", "2 0 8:1 0 8:17 0", "2 128 8:1 0"}) {
        CAPTURE(arguments);
        CHECK_FALSE(
            pieces_of_target({0, 4096, "striped", arguments}, mapped, first, {0, 1}, found));
    }
    CHECK_FALSE(pieces_of_target({0, 4096, "linear", "x 0"}, mapped, first, {0, 1}, found));
    CHECK_FALSE(pieces_of_target({0, 4096, "crypt", "8:1 0"}, mapped, first, {0, 1}, found));
    CHECK(found.empty());
}

TEST_CASE("a device lies on itself") {
    const auto found = devices_on(makedev(1, 3), {4096, 8192});
    REQUIRE(found.pieces.size() == 1);
    CHECK(found.pieces[0] == stacked_piece{makedev(1, 3), 4096, 4096, 8192});
    CHECK(found.not_understood.empty());
}

TEST_CASE("bad blocks are sectors of 512 bytes") {
    CHECK(parse_badblocks("2048 8\n4096 1\n") ==
          std::vector<byte_range>{{2048 * 512, 4096}, {4096 * 512, 512}});
    CHECK(parse_badblocks("").empty());
    CHECK(parse_badblocks("x 8\n8\n8 0\n-1 8\n99999999999999999999 1\n").empty());
    CHECK(parse_badblocks("36028797018963966 9\n").empty());
}

// Memory with a block device is not on every machine: this is /sys as a guest had it, with a
// namespace of 1 GiB at 4 GiB, of which the first MiB is not for data, and two partitions.
TEST_CASE("addresses, bad blocks and partitions of persistent memory, as it was recorded") {
    std::string sys = std::filesystem::temp_directory_path() / "daxhold_sys.XXXXXX";
    REQUIRE(::mkdtemp(sys.data()) != nullptr);
    const auto disk = sys + "/devices/ndbus0/namespace0.0/block/pmem0";
    const auto write = [&](const std::string& path, const std::string& text) {
        std::filesystem::create_directories(std::filesystem::path{path}.parent_path());
        std::ofstream{path} << text;
    };
    write(disk + "/size", "2095104\n");
    write(disk + "/queue/dax", "1\n");
    write(disk + "/badblocks", "4096 8\n1048576 1\n");
    write(disk + "/../../resource", "0x100100000\n");
    std::filesystem::create_symlink("../..", disk + "/device");
    for (const auto& [name, number, start, size] :
         {std::tuple{"pmem0p1", "259:1", "2048", "1000000"},
          std::tuple{"pmem0p2", "259:2", "1002048", "1000000"}}) {
        const auto part = disk + '/' + name;
        write(part + "/dev", std::string{number} + '\n');
        write(part + "/start", std::string{start} + '\n');
        write(part + "/size", std::string{size} + '\n');
        write(part + "/partition", std::string{name}.substr(6) + '\n');
    }
    const auto link = [&](const char* number, const std::string& to) {
        std::filesystem::create_directories(sys + "/dev/block");
        std::filesystem::create_symlink(to, sys + "/dev/block/" + number);
    };
    link("259:0", disk);
    link("259:1", disk + "/pmem0p1");
    link("259:2", disk + "/pmem0p2");
    const auto whole = makedev(259, 0);
    const auto part = makedev(259, 2);

    CHECK(block_device_size(whole, sys) == 2095104ULL * 512);
    CHECK(block_device_can_dax(whole, sys) == true);
    CHECK(block_device_can_dax(part, sys) == true);
    CHECK(physical_addresses_of(whole, sys) == byte_range{0x100100000, 2095104ULL * 512});
    CHECK(physical_addresses_of(part, sys) ==
          byte_range{0x100100000 + 1002048ULL * 512, 1000000ULL * 512});
    CHECK(badblocks_of(whole, sys) ==
          std::vector<byte_range>{{4096ULL * 512, 4096}, {1048576ULL * 512, 512}});
    CHECK(badblocks_of(part, sys) == std::vector<byte_range>{{(1048576ULL - 1002048) * 512, 512}});
    const auto on = devices_on(whole, {1048576ULL * 512, 512}, sys);
    REQUIRE(on.pieces.size() == 2);
    CHECK(on.pieces[1] == stacked_piece{part, (1048576ULL - 1002048) * 512, 1048576ULL * 512, 512});

    // Who may not see addresses reads zeros.
    write(disk + "/../../resource", "0x0\n");
    CHECK_FALSE(physical_addresses_of(whole, sys));

    write(sys + "/fs/btrfs/0f2c/devices/loop2/dev", "7:2\n");
    CHECK(is_btrfs_member(makedev(7, 2), sys));
    CHECK_FALSE(is_btrfs_member(makedev(7, 3), sys));
    CHECK_FALSE(is_btrfs_member(makedev(7, 2), sys + "/none"));
    std::filesystem::remove_all(sys);
}

TEST_CASE("what is no block device is a problem, or nothing") {
    CHECK_THROWS_AS(static_cast<void>(block_device_at("/dev/null")), problem);
    CHECK_THROWS_AS(static_cast<void>(block_device_at("/no/such/device")), problem);
    CHECK_FALSE(is_block_device("/dev/null"));
    CHECK_FALSE(is_block_device("/no/such/device"));
    CHECK_FALSE(block_device_size(makedev(1, 3)));
    CHECK_FALSE(block_device_can_dax(makedev(1, 3)));
    CHECK_FALSE(badblocks_of(makedev(1, 3)));
    CHECK_FALSE(physical_addresses_of(makedev(1, 3)));
    char byte = 0;
    CHECK_FALSE(read_block_device(makedev(1, 3), 0, &byte, 1));
}
