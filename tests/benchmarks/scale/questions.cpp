// SPDX-License-Identifier: BSL-1.0
#include "large_filesystem.hpp"

#include "daxhold/releases.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <set>

// What is asked of a large filesystem, and how it grows with the number of its extents: counts,
// that are the same on every machine.

namespace {

using namespace benchmarks;

/// Whether a search finds what going through all records finds.
bool is_found(const extents& image, byte_range range) {
    return image.first_in(range) ==
           &*std::find_if(image.records.begin(), image.records.end(), [&](const auto& record) {
               return record.unpacked().extent.end() > range.offset();
           });
}

/// The most that the corruption of one page asked for, over many pages.
template <class Policy>
questions most_asked_for_one_page(const extents& image) {
    questions most;
    daxhold::testing::random_numbers random{2};
    for (int i = 0; i != 500; ++i) {
        large_filesystem<true> fs{image};
        const auto record = image.records[random.below(image.records.size())].unpacked();
        const byte_range page{
            record.extent.offset() + random.below(record.extent.length() / block) * block, block};
        static_cast<void>(notify_failure<Policy>(fs, role::data, page, cause::corruption));
        most.probes = std::max(most.probes, fs.asked.probes);
        most.visited = std::max(most.visited, fs.asked.visited);
        most.lookups = std::max(most.lookups, fs.asked.lookups);
    }
    return most;
}

template <class Policy>
void check_one_page(const extents& image) {
    CAPTURE(image.records.size());
    const auto most = most_asked_for_one_page<Policy>(image);
    CHECK(most.probes > 0);
    CHECK(most.probes <= std::bit_width(image.records.size()));
    for (std::size_t i = 0; i < image.records.size(); i += 1 + image.records.size() / 50)
        CHECK(is_found(image, image.records[i].unpacked().extent));
    // A page has two owners at the most, and neither is looked for twice.
    CHECK(most.visited == 2);
    CHECK(most.lookups == 2);
}

} // namespace

TEST_CASE("generated extents are what they are said to be") {
    const std::size_t count = 100'000;
    const auto image = generate(count);
    REQUIRE(image.records.size() == count);
    std::size_t file_data = 0;
    std::size_t neighbours = 0;
    std::set<std::uint64_t> inodes;
    for (std::size_t i = 0; i != count; ++i) {
        const auto r = image.records[i].unpacked();
        CHECK(!r.extent.empty());
        if (r.owner != owner::file_data)
            continue;
        ++file_data;
        inodes.insert(r.inode_number);
        if (i == 0)
            continue;
        const auto before = image.records[i - 1].unpacked();
        if (before.extent == r.extent) {
            CHECK(before.sharing == sharing::shared);
            CHECK(r.sharing == sharing::shared);
        } else {
            CHECK(before.extent.end() <= r.extent.offset());
        }
        if (before.owner == owner::file_data && before.inode_number == r.inode_number &&
            before.extent.end() == r.extent.offset() &&
            before.file_offset + before.extent.length() == r.file_offset)
            ++neighbours;
    }
    CHECK(file_data > count * 88 / 100);
    CHECK(file_data < count * 92 / 100);
    CHECK(neighbours > file_data / 2);
    CHECK(image.in_core.size() == inodes_in_use(count));
    CHECK(image.in_core.size() * 2 < inodes.size());
    for (const auto number : image.in_core)
        CHECK(inodes.contains(number));
}

TEST_CASE("the corruption of a page asks for the logarithm of the extents") {
    for (const std::size_t count : {std::size_t{1'000}, std::size_t{1'000'000}}) {
        const auto image = generate(count);
        check_one_page<releases::xfs_linux_6_8>(image);
        check_one_page<releases::recommended>(image);
    }
}

TEST_CASE("a removal that walks visits every record, and tells the users of inodes in core") {
    const auto image = generate(10'000);
    large_filesystem<true> fs{image};
    CHECK(notify_failure<releases::xfs_linux_6_8>(fs, role::data, byte_range::whole_device(),
                                                  cause::removal)
              .ok());
    CHECK(fs.asked.visited == image.records.size());
    CHECK(fs.freezes == 1);
    CHECK(fs.thaws == 1);
    CHECK(fs.shutdowns == 1);
    for (const auto& i : fs.inodes) {
        CHECK((i.told != 0) == i.is_dax);
        CHECK(i.invalidated != 0);
    }
}
