// SPDX-License-Identifier: BSL-1.0
#include "large_filesystem.hpp"

#include "daxhold/releases.hpp"

#include "../../support/walking_every_record.hpp"

#include <doctest/doctest.h>

// The removal of a whole device: the inodes in core listed, neighbouring extents as one, every
// record.

namespace {

using namespace benchmarks;
using releases::recommended;
using walking_every_record = support::with_every_record_walked<recommended>;

template <class Policy, class Filesystem>
Filesystem removed(const extents& image) {
    Filesystem fs{image};
    CHECK(notify_failure<Policy>(fs, role::data, byte_range::whole_device(), cause::removal).ok());
    return fs;
}

/// What two removals have in common, whatever the way that they took.
void check_alike(const large_filesystem<true>& a, const large_filesystem<true>& b) {
    CHECK(a.shutdowns == 1);
    CHECK(b.shutdowns == 1);
    CHECK(a.unmappings == 1);
    CHECK(b.unmappings == 1);
    CHECK(a.media_events == b.media_events);
    REQUIRE(a.inodes.size() == b.inodes.size());
    for (std::size_t i = 0; i != a.inodes.size(); ++i) {
        CHECK((a.inodes[i].told != 0) == (b.inodes[i].told != 0));
        CHECK(a.inodes[i].invalidated == 0);
        CHECK(b.inodes[i].invalidated == 0);
        CHECK(a.inodes[i].reported_lost == b.inodes[i].reported_lost);
    }
}

/// How many records of file data do not go on where the record before them ends.
std::size_t count_runs(const extents& image) {
    std::size_t runs = 0;
    rmap_record last;
    for (const auto& kept : image.records) {
        const auto record = kept.unpacked();
        runs += record.owner == owner::file_data && !continues(last, record) ? 1U : 0U;
        last = record;
    }
    return runs;
}

} // namespace

TEST_CASE("a removal visits the inodes in core and no record") {
    for (const std::size_t count : {std::size_t{1'000}, std::size_t{1'000'000}}) {
        CAPTURE(count);
        const auto image = generate(count);
        const auto fs = removed<recommended, large_filesystem_with_list<true>>(image);
        CHECK(fs.asked.in_core_visited == image.in_core.size());
        CHECK(fs.asked.visited == 0);
        CHECK(fs.asked.probes == 0);
        CHECK(fs.asked.lookups == image.in_core.size());
    }
}

TEST_CASE("every way of a removal tells the same users, and comes to the same end") {
    for (const std::size_t count : {std::size_t{10}, std::size_t{1'000}, std::size_t{100'000}}) {
        CAPTURE(count);
        const auto image = generate(count);
        const auto walked = removed<walking_every_record, large_filesystem<true>>(image);
        const auto joined = removed<recommended, large_filesystem<true>>(image);
        const auto listed = removed<recommended, large_filesystem_with_list<true>>(image);
        check_alike(walked, joined);
        check_alike(walked, listed);
        for (std::size_t i = 0; i != walked.inodes.size(); ++i) {
            CHECK(joined.inodes[i].told <= walked.inodes[i].told);
            CHECK(listed.inodes[i].told <= 1);
        }
    }
}

TEST_CASE("where records are walked, an inode is looked for once in a run of extents") {
    const auto image = generate(100'000);
    const auto walked = removed<walking_every_record, large_filesystem<true>>(image);
    const auto joined = removed<recommended, large_filesystem<true>>(image);
    CHECK(walked.asked.visited == image.records.size());
    CHECK(joined.asked.visited == image.records.size());
    CHECK(joined.asked.lookups == count_runs(image));
    CHECK(joined.asked.lookups * 2 < walked.asked.lookups);
}

TEST_CASE("a corruption of the whole device walks all the same") {
    const auto image = generate(1'000);
    large_filesystem_with_list<true> fs{image};
    static_cast<void>(
        notify_failure<recommended>(fs, role::data, byte_range::whole_device(), cause::corruption));
    CHECK(fs.asked.in_core_visited == 0);
    CHECK(fs.asked.visited == image.records.size());
}
