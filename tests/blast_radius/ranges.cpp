// SPDX-License-Identifier: BSL-1.0
#include "../../examples/blast_radius/ranges.hpp"

#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace blast_radius;
using daxhold::byte_range;

namespace {

/// What `parse_range` says is wrong with `text`; empty if nothing is.
std::string complaint(std::string_view text) {
    try {
        static_cast<void>(parse_range(text));
    } catch (const refusal& p) {
        CHECK(p.why() == status::bad_range);
        return p.what();
    }
    return {};
}

bool says(std::string_view text, std::string_view words) {
    const auto line = complaint(text);
    INFO(line);
    return line.find(words) != std::string::npos &&
           line.find('\'' + std::string{text} + '\'') != std::string::npos;
}

constexpr auto most = std::numeric_limits<std::uint64_t>::max();

} // namespace

TEST_CASE("sizes are decimal or hexadecimal, with suffixes that multiply by powers of 1024") {
    CHECK(parse_size("0") == 0);
    CHECK(parse_size("4096") == 4096);
    CHECK(parse_size("0x1000") == 4096);
    CHECK(parse_size("0Xff") == 255);
    CHECK(parse_size("007") == 7);
    CHECK(parse_size("4K") == 4096);
    CHECK(parse_size("4k") == 4096);
    CHECK(parse_size("4Ki") == 4096);
    CHECK(parse_size("4KiB") == 4096);
    CHECK(parse_size("3M") == 3 * 1048576);
    CHECK(parse_size("3MiB") == 3 * 1048576);
    CHECK(parse_size("2G") == std::uint64_t{1} << 31);
    CHECK(parse_size("1T") == std::uint64_t{1} << 40);
    CHECK(parse_size("1tib") == std::uint64_t{1} << 40);
    CHECK(parse_size("0x10K") == 16384);
    CHECK(parse_size("18446744073709551615") == most);
    CHECK(parse_size("0xffffffffffffffff") == most);
    CHECK(parse_size("16777215T") == most - ((std::uint64_t{1} << 40) - 1));
}

TEST_CASE("what is no size is refused with the text itself") {
    for (const auto* const text :
         {"",   " ",  "x",    "K",    "0x",  "+1",  "1 ",  " 1", "1KB", "1kB",
          "1B", "1P", "1.5M", "1,5M", "1e3", "0xg", "1KK", "-1", "-0",  "1K1"}) {
        CAPTURE(text);
        CHECK_THROWS_AS(static_cast<void>(parse_size(text)), refusal);
    }
    for (const auto* const text : {"18446744073709551616", "16777216T", "0x10000000000000000",
                                   "99999999999999999999999999", "18014398509481984K"}) {
        CAPTURE(text);
        CHECK_THROWS_WITH_AS(static_cast<void>(parse_size(text)),
                             doctest::Contains("larger than 2^64 - 1"), refusal);
    }
}

TEST_CASE("ranges are an offset and a length") {
    CHECK(parse_range("0:1") == byte_range{0, 1});
    CHECK(parse_range("1M:4K") == byte_range{1048576, 4096});
    CHECK(parse_range("0x100000:0x1000") == byte_range{1048576, 4096});
    CHECK(parse_range("18446744073709551614:1") == byte_range{most - 1, 1});
    CHECK(parse_range("0:18446744073709551615").is_whole_device());
}

TEST_CASE("what is no range is refused with the offending part") {
    CHECK(says("8192-4096", "is not of the form OFFSET:LENGTH"));
    CHECK(says("4096", "is not of the form OFFSET:LENGTH"));
    CHECK(says("1:2:3", "is not of the form OFFSET:LENGTH"));
    CHECK(says("", "is not of the form OFFSET:LENGTH"));
    CHECK(says("4096:0", "is empty"));
    CHECK(says("4096:0K", "is empty"));
    CHECK(complaint(":1").find("the offset '' is not a number") == 0);
    CHECK(complaint("1:").find("the length '' is not a number") == 0);
    CHECK(complaint("-4096:1").find("the offset '-4096' is negative") == 0);
    CHECK(complaint("1:-4096").find("the length '-4096' is negative") == 0);
    CHECK(complaint("some:1").find("the offset 'some' is not a number") == 0);
    CHECK(says("18446744073709551615:1", "ends beyond 2^64 - 1"));
    CHECK(says("16777215T:1T", "ends beyond 2^64 - 1"));
    // The first thing that is wrong is named.
    CHECK(complaint("x:0").find("the offset") == 0);
    CHECK(complaint("1:2").empty());
}

TEST_CASE("a range has to lie on the device") {
    CHECK_NOTHROW(require_within({0, 100}, 100));
    CHECK_NOTHROW(require_within({99, 1}, 100));
    CHECK_NOTHROW(require_within(byte_range::whole_device(), 100));
    CHECK_THROWS_WITH_AS(require_within({99, 2}, 100),
                         doctest::Contains("99:2 ends at byte 101, beyond the end of the device at "
                                           "byte 100"),
                         refusal);
    CHECK_THROWS_AS(require_within({100, 1}, 100), refusal);
    CHECK_THROWS_AS(require_within({most - 1, 1}, 100), refusal);
}

TEST_CASE("sectors, and blocks of a filesystem that has some") {
    CHECK(parse_size("8s") == 4096);
    CHECK(parse_size("0x10S") == 8192);
    CHECK(parse_size("3b", "the size", 1024) == 3072);
    CHECK(parse_range("2b:1b", 4096) == byte_range{8192, 4096});
    CHECK_THROWS_AS(static_cast<void>(parse_size("3b")), refusal);
    CHECK_THROWS_AS(static_cast<void>(parse_size("3sb", "the size", 512)), refusal);
    CHECK_THROWS_AS(static_cast<void>(parse_size("36028797018963968s")), refusal);
}

TEST_CASE("lists of ranges: ours, those of sysfs, and what ndctl prints") {
    using list = std::vector<byte_range>;
    CHECK(parse_ranges("# bad\n8192:4096\n\n1M:4K\n", "it") ==
          list{{8192, 4096}, {1U << 20, 4096}});
    CHECK(parse_ranges("2048 8\n16 1\n", "it") == list{{8192, 512}, {1U << 20, 4096}});
    CHECK(parse_ranges("1b:1b\r\n", "it", 4096) == list{{4096, 4096}});
    CHECK(parse_ranges(R"([{"dev":"namespace0.0","blockdev":"pmem0","badblock_count":9,
                           "badblocks":[{"offset":65536,"length":1,"dimms":["nmem0"]},
                                        {"offset":65544,"length":8}]}])",
                       "it") == list{{65536 * 512, 512}, {65544 * 512, 4096}});
    CHECK(parse_ranges(R"({"regions":[{"namespaces":[{"badblocks":[{"offset":0,"length":1}]}]}]})",
                       "it") == list{{0, 512}});
    const auto refused = [](std::string_view text) {
        try {
            static_cast<void>(parse_ranges(text, "the list"));
        } catch (const refusal& e) {
            return std::string{e.what()};
        }
        return std::string{};
    };
    CHECK(refused("0:1\nx y\n").find("line 2 of the list, 'x y', is no range") == 0);
    CHECK(refused("").find("the list has no range in it") == 0);
    CHECK(refused("[]").find("the list has no range in it") == 0);
    CHECK(refused("[1").find("the list is no JSON") == 0);
    CHECK(refused(R"([{"badblocks":[{"offset":-1,"length":1}]}])").find("no range") !=
          std::string::npos);
    CHECK(refused("0:0\n").find("is empty") != std::string::npos);
}

TEST_CASE("ranges that touch or overlap are one") {
    using list = std::vector<byte_range>;
    CHECK(merged({{8, 4}, {0, 4}, {4, 2}, {9, 1}}) == list{{0, 6}, {8, 4}});
    CHECK(merged({{0, 10}, {2, 3}}) == list{{0, 10}});
    CHECK(merged({}).empty());
}
