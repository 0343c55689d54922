// SPDX-License-Identifier: BSL-1.0
#include "daxhold/linux/fiemap.hpp"

#include "daxhold/linux/file.hpp"

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "../support/both.hpp"

using namespace daxhold::on_linux;
using daxhold::byte_range;

TEST_CASE("what lies somewhere as it is has a place") {
    constexpr file_extent plain{{4096, 8192}, 1U << 20, FIEMAP_EXTENT_LAST};
    CHECK_BOTH(plain.has_place());
    CHECK_BOTH(plain.on_device() == byte_range{1U << 20, 8192});
    CHECK_BOTH(!plain.unwritten());
    CHECK_BOTH(!plain.shared());
    CHECK_BOTH(file_extent{{0, 1}, 0, FIEMAP_EXTENT_UNWRITTEN}.has_place());
    CHECK_BOTH(file_extent{{0, 1}, 0, FIEMAP_EXTENT_UNWRITTEN}.unwritten());
    CHECK_BOTH(file_extent{{0, 1}, 0, FIEMAP_EXTENT_SHARED}.shared());
    for (const auto flag : {FIEMAP_EXTENT_UNKNOWN, FIEMAP_EXTENT_DELALLOC, FIEMAP_EXTENT_ENCODED,
                            FIEMAP_EXTENT_DATA_ENCRYPTED, FIEMAP_EXTENT_NOT_ALIGNED,
                            FIEMAP_EXTENT_DATA_INLINE, FIEMAP_EXTENT_DATA_TAIL}) {
        CAPTURE(flag);
        CHECK_FALSE(file_extent{{0, 1}, 0, static_cast<std::uint32_t>(flag)}.has_place());
    }
}

TEST_CASE("every extent is told once, however many there are") {
    std::string path = std::filesystem::temp_directory_path() / "daxhold_fiemap.XXXXXX";
    const descriptor file{::mkstemp(path.data())};
    REQUIRE(file);
    ::unlink(path.c_str());
    // A block and a hole: more extents than are asked for at a time.
    constexpr std::uint64_t blocks = 600;
    for (std::uint64_t i = 0; i != blocks; ++i)
        REQUIRE(::pwrite(file.get(), "x", 1, static_cast<off_t>(2 * i * 4096)) == 1);
    REQUIRE(::fsync(file.get()) == 0);
    std::vector<file_extent> extents;
    const int error = for_each_extent(file.get(), byte_range::whole_device(),
                                      [&](const file_extent& e) { extents.push_back(e); });
    if (error == EOPNOTSUPP || error == ENOTTY) {
        MESSAGE("not checked: the directory for temporary files has no FS_IOC_FIEMAP");
        return;
    }
    REQUIRE(error == 0);
    CHECK(extents.size() == blocks);
    for (std::size_t i = 1; i < extents.size(); ++i)
        CHECK(extents[i - 1].file.end() <= extents[i].file.offset());

    // A part of it, and one that ends early.
    std::size_t met = 0;
    CHECK(for_each_extent(file.get(), {2 * 4096, 3 * 4096}, [&](const file_extent&) { ++met; }) ==
          0);
    CHECK(met == 2);
    met = 0;
    CHECK(for_each_extent(file.get(), byte_range::whole_device(),
                          [&](const file_extent&) { return ++met != 300; }) == 0);
    CHECK(met == 300);
    CHECK(for_each_extent(file.get(), {}, [&](const file_extent&) { FAIL("of nothing"); }) == 0);
}

TEST_CASE("what cannot be asked is an errno value") {
    const descriptor null{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
    CHECK(for_each_extent(null.get(), {0, 1}, [](const file_extent&) {}) != 0);
    CHECK(for_each_extent(-1, {0, 1}, [](const file_extent&) {}) == EBADF);
}
