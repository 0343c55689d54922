// SPDX-License-Identifier: BSL-1.0
#include "daxhold/policy/rmap_record.hpp"

#include "../support/both.hpp"

using namespace daxhold;

namespace {

constexpr std::uint64_t max = byte_range::max;
constexpr rmap_record record{{8192, 4096}, owner::file_data, 7, 40960};

/// One that goes on where `record` ends, and the same with one difference.
constexpr rmap_record next_record{{12288, 8192}, owner::file_data, 7, 45056};
template <class Change>
constexpr bool continues_after(Change change) {
    auto next = next_record;
    change(next);
    return continues(record, next);
}

/// A record type of one's own needs no more than the two members that are used.
struct small_record {
    byte_range extent{};
    std::uint64_t file_offset = 0;
};

} // namespace

TEST_CASE("a part of an extent is a part of the file") {
    CHECK_BOTH(file_range(record, record.extent) == byte_range{40960, 4096});
    CHECK_BOTH(file_range(record, {8192, 1}) == byte_range{40960, 1});
    CHECK_BOTH(file_range(record, {8192 + 100, 10}) == byte_range{40960 + 100, 10});
    CHECK_BOTH(file_range(record, {8192 + 4095, 1}) == byte_range{40960 + 4095, 1});
    CHECK_BOTH(file_range(record, {10000, 0}).empty());
    CHECK_BOTH(file_range(small_record{{100, 50}, 0}, {120, 30}) == byte_range{20, 30});
}

TEST_CASE("nothing wraps at the end of all offsets") {
    constexpr rmap_record last{{0, 4096}, owner::file_data, 7, max - 1000};
    CHECK_BOTH(file_range(last, {0, 4096}) == byte_range::between(max - 1000, max));
    CHECK_BOTH(file_range(last, {2000, 10}).empty());
    constexpr rmap_record high{{max - 4096, 4096}, owner::file_data, 7, 0};
    CHECK_BOTH(file_range(high, {max - 96, 96}) == byte_range{4000, 96});
}

TEST_CASE("a record continues another on the device and in the file, or it does not") {
    CHECK_BOTH(continues(record, next_record));
    CHECK_BOTH(!continues(next_record, record));
    CHECK_BOTH(!continues(record, record));
    CHECK_BOTH(!continues_after([](rmap_record& r) { r.extent = {12289, 8192}; }));
    CHECK_BOTH(!continues_after([](rmap_record& r) { r.extent = {12287, 8192}; }));
    CHECK_BOTH(!continues_after([](rmap_record& r) { r.owner = owner::attribute_fork; }));
    CHECK_BOTH(!continues_after([](rmap_record& r) { r.inode_number = 8; }));
    CHECK_BOTH(!continues_after([](rmap_record& r) { ++r.file_offset; }));
    CHECK_BOTH(!continues_after([](rmap_record& r) { --r.file_offset; }));
    CHECK_BOTH(!continues_after([](rmap_record& r) { r.sharing = sharing::shared; }));
    // Offsets that would wrap do not go on.
    CHECK_BOTH(!continues(rmap_record{{0, 4096}, owner::file_data, 7, max - 1000},
                          rmap_record{{4096, 4096}, owner::file_data, 7, max}));
}

TEST_CASE("what is not said of a record is the least that can be known") {
    CHECK_BOTH(rmap_record{}.owner == owner::unknown);
    CHECK_BOTH(rmap_record{}.sharing == sharing::sole);
    CHECK_BOTH(rmap_record{}.extent.empty());
}
