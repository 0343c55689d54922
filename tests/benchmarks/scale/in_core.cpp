// SPDX-License-Identifier: BSL-1.0
#include "large_filesystem.hpp"

#include "daxhold/policies.hpp"

#include <doctest/doctest.h>

// The removal of a whole device from a filesystem that can list its inodes in core.

namespace {

using namespace benchmarks;

template <class Filesystem>
Filesystem removed(const extents& image) {
    Filesystem fs{image};
    CHECK(notify_failure<policies::recommended>(fs, role::data, byte_range::whole_device(),
                                                cause::removal)
              .ok());
    return fs;
}

} // namespace

TEST_CASE("a removal visits the inodes in core and no record") {
    for (const std::size_t count : {std::size_t{1'000}, std::size_t{1'000'000}}) {
        CAPTURE(count);
        const auto image = generate(count);
        const auto fs = removed<large_filesystem_with_list<true>>(image);
        CHECK(fs.asked.in_core_visited == image.in_core.size());
        CHECK(fs.asked.visited == 0);
        CHECK(fs.asked.probes == 0);
        CHECK(fs.asked.lookups == image.in_core.size());
    }
}

TEST_CASE("both ways of a removal tell the same users, and come to the same end") {
    for (const std::size_t count : {std::size_t{10}, std::size_t{1'000}, std::size_t{100'000}}) {
        CAPTURE(count);
        const auto image = generate(count);
        const auto walked = removed<large_filesystem<true>>(image);
        const auto listed = removed<large_filesystem_with_list<true>>(image);
        CHECK(walked.asked.visited == image.records.size());
        CHECK(walked.freezes == listed.freezes);
        CHECK(walked.thaws == listed.thaws);
        CHECK(walked.shutdowns == listed.shutdowns);
        CHECK(walked.media_events == listed.media_events);
        REQUIRE(walked.inodes.size() == listed.inodes.size());
        for (std::size_t i = 0; i != walked.inodes.size(); ++i) {
            const auto& a = walked.inodes[i];
            const auto& b = listed.inodes[i];
            CHECK((a.told != 0) == (b.told != 0));
            CHECK((a.invalidated != 0) == (b.invalidated != 0));
            CHECK(a.reported_lost == b.reported_lost);
            CHECK(b.told <= 1);
        }
    }
}

TEST_CASE("a corruption of the whole device walks all the same") {
    const auto image = generate(1'000);
    large_filesystem_with_list<true> fs{image};
    static_cast<void>(notify_failure<policies::recommended>(
        fs, role::data, byte_range::whole_device(), cause::corruption));
    CHECK(fs.asked.in_core_visited == 0);
    CHECK(fs.asked.visited == image.records.size());
}
