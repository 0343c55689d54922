// SPDX-License-Identifier: BSL-1.0
#include "daxhold/device.hpp"

#include "daxhold/device.hpp"
#include "daxhold/event.hpp"

#include "../support/both.hpp"

using namespace daxhold;

// Whole stories through driver, device, layers and holders, each in a constant expression.

namespace {

using flags = failure_flags<lineage::linux_6_8::mf_flags>;

// Records what it was told, as XFS would be; a range that reaches past its size is clipped, and one
// outside of it is -ENXIO.
struct xfs {
    std::uint64_t size = 0;
    byte_range told[8]{};
    std::size_t count = 0;
    int removals = 0;

    constexpr result notify_failure(byte_range range, flags f) {
        if (range.clip(size).empty())
            return no_such_device;
        told[count++] = range;
        removals += cause_of(f) == cause::removal;
        return success;
    }
    template <class... Ranges>
    constexpr bool heard(Ranges... expected) {
        std::size_t i = 0;
        const bool as_expected = count == sizeof...(Ranges) && ((told[i++] == expected) && ...);
        count = 0;
        return as_expected;
    }
};

using device = basic_dax_device<static_holder<xfs>, flags>;
template <class Layer>
using device_under = basic_dax_device<static_holder<Layer>, flags>;

constexpr std::uint64_t page = 4096;
constexpr auto whole = byte_range::whole_device();

// A disk of 100 pages: pages 10 to 39 and 40 to 79 are partitions with a filesystem each, 80 to 89
// is one that nobody holds, the rest is nobody's at all.
struct partitioned_disk {
    using layer = mapped<partition, device>;
    xfs fs1{30 * page};
    xfs fs2{40 * page};
    device part1, part2, anonymous;
    layer map1{partition{{10 * page, 30 * page}}, part1};
    layer map2{partition{{40 * page, 40 * page}}, part2};
    layer map3{partition{{80 * page, 10 * page}}, anonymous};
    broadcast<layer*, layer*, layer*> all{&map1, &map2, &map3};
    device_under<decltype(all)> disk;
    registration<decltype(disk)> held = fs_dax_get(disk, all);
    registration<device> mount1 = fs_dax_get(part1, fs1);
    registration<device> mount2 = fs_dax_get(part2, fs2);

    constexpr result fails(byte_range range) { return dax_holder_notify_failure(disk, range, {}); }
};

constexpr bool a_failure_reaches_the_partition_it_is_in() {
    partitioned_disk d;
    return d.fails({12 * page, page}) == success && d.fs1.heard(byte_range{2 * page, page}) &&
           d.fs2.heard() && d.fails({79 * page, page}) == success && d.fs1.heard() &&
           d.fs2.heard(byte_range{39 * page, page});
}

constexpr bool a_failure_over_two_partitions_reaches_both() {
    partitioned_disk d;
    return d.fails({39 * page, 2 * page}) == success && d.fs1.heard(byte_range{29 * page, page}) &&
           d.fs2.heard(byte_range{0, page});
}

constexpr bool what_nobody_holds_takes_the_generic_path() {
    partitioned_disk d;
    const bool gap =
        d.fails({0, page}) == no_such_device && d.fails({95 * page, page}) == no_such_device;
    const bool anonymous = d.fails({85 * page, page}) == unsupported_operation;
    // The filesystem has handled its part; the generic path goes over all of it.
    const bool both = d.fails({79 * page, 2 * page}) == unsupported_operation;
    return gap && anonymous && both && d.fs1.heard() && d.fs2.heard(byte_range{39 * page, page});
}

constexpr bool the_whole_disk_reaches_all() {
    partitioned_disk d;
    const result answer = kill_dax(d.disk);
    return answer == unsupported_operation && d.fs1.heard(whole) && d.fs2.heard(whole) &&
           d.fs1.removals == 1 && d.fs2.removals == 1 && d.part1.alive() &&
           d.fails({12 * page, page}) == no_such_device && d.fs1.heard() &&
           d.held.put() == put_outcome::device_died_first && d.mount1.put() == put_outcome::done;
}

constexpr bool an_unmounted_partition_is_told_no_more() {
    partitioned_disk d;
    return d.mount1.put() == put_outcome::done &&
           d.fails({39 * page, 2 * page}) == unsupported_operation && d.fs1.heard() &&
           d.fs2.heard(byte_range{0, page});
}

// The disk's memory is in two pieces, of which the first four pages are the driver's.
constexpr bool from_the_physical_page_to_the_filesystem() {
    partitioned_disk d;
    const pagemap<2> memory{
        {byte_range{1000 * page, 16 * page}, byte_range{5000 * page, 88 * page}}, 4 * page};
    int generic = 0;
    const auto outcome = memory_failure_dev_pagemap(d.disk, memory, {1014, 2}, {}, [&](byte_range) {
        ++generic;
        return success;
    });
    const bool first =
        outcome.answer == success && outcome.pieces == 1 && d.fs1.heard(byte_range{0, 2 * page});
    const auto outside =
        memory_failure_dev_pagemap(d.disk, memory, {1002}, {}, [&](byte_range) { return success; });
    const auto second =
        memory_failure_dev_pagemap(d.disk, memory, {5000 + 67, 2}, {}, [&](byte_range range) {
            ++generic;
            return range.length() == 2 * page ? success : result::error(EINVAL);
        });
    return first && outside.answer == no_such_device && second.answer == success &&
           second.took_generic_path() && generic == 1 && d.fs2.heard(byte_range{39 * page, page});
}

struct driver {
    constexpr void flush() {}
    constexpr void remove_host() {}
    constexpr void put_dax() {}
    constexpr void delete_disk() {}
};

constexpr bool an_unbind_of_the_disk_tells_both_filesystems() {
    partitioned_disk d;
    const auto answer = unbind<seed_teardown>(d.disk, driver{});
    return answer == unsupported_operation && d.fs1.heard(whole) && d.fs2.heard(whole) &&
           !d.disk.alive();
}

// A stripe of chunks of two pages over two disks, eight pages each.
struct striped_disks {
    using layer = mapped<striped, device>;
    xfs fs{16 * page};
    device volume;
    layer leg0{striped{{2 * page, 2, 0, 0, 8 * page}}, volume};
    layer leg1{striped{{2 * page, 2, 1, page, 8 * page}}, volume};
    device_under<layer> disk0, disk1;
    registration<device_under<layer>> held0 = fs_dax_get(disk0, leg0);
    registration<device_under<layer>> held1 = fs_dax_get(disk1, leg1);
    registration<device> mount = fs_dax_get(volume, fs);
};

constexpr bool a_range_of_a_leg_reaches_its_chunks() {
    striped_disks s;
    return dax_holder_notify_failure(s.disk0, {page, 2 * page}, {}) == success &&
           s.fs.heard(byte_range{page, page}, byte_range{4 * page, page}) &&
           dax_holder_notify_failure(s.disk1, {page, page}, {}) == success &&
           s.fs.heard(byte_range{2 * page, page}) &&
           dax_holder_notify_failure(s.disk1, {0, page}, {}) == no_such_device && s.fs.heard();
}

constexpr bool a_leg_that_goes_takes_its_chunks_and_no_more() {
    striped_disks s;
    return kill_dax(s.disk1) == success &&
           s.fs.heard(byte_range{2 * page, 2 * page}, byte_range{6 * page, 2 * page},
                      byte_range{10 * page, 2 * page}, byte_range{14 * page, 2 * page}) &&
           s.fs.removals == 4 && s.volume.alive() &&
           dax_holder_notify_failure(s.disk0, {0, page}, {}) == success;
}

// Two targets side by side on one disk, in the opposite order.
struct linear_on_one_disk {
    using layer = mapped<linear, device>;
    static constexpr linear_target table[]{{0, 4 * page, 0, 14 * page},
                                           {4 * page, 4 * page, 0, 10 * page}};
    xfs fs{8 * page};
    device volume;
    layer map{linear{table, 0}, volume};
    device_under<layer> disk;
    registration<device_under<layer>> held = fs_dax_get(disk, map);
    registration<device> mount = fs_dax_get(volume, fs);
};

constexpr bool a_range_over_two_targets_reaches_both() {
    linear_on_one_disk l;
    return dax_holder_notify_failure(l.disk, {13 * page, 2 * page}, {}) == success &&
           l.fs.heard(byte_range{7 * page, page}, byte_range{0, page});
}

constexpr bool the_only_disk_of_a_linear_map_is_all_of_it() {
    linear_on_one_disk l;
    return kill_dax(l.disk) == success && l.fs.heard(whole) && l.fs.removals == 1;
}

// A linear map of two partitions, the second of which is another disk's: three layers deep.
constexpr bool layers_stack() {
    using volume_layer = mapped<linear, device>;
    using part = device_under<volume_layer>;
    using disk_layer = mapped<partition, part>;
    constexpr linear_target table[]{{0, 4 * page, 0, 0}, {4 * page, 4 * page, 1, page}};
    xfs fs{8 * page};
    device volume;
    volume_layer on_part0{linear{table, 2, 0}, volume};
    volume_layer on_part1{linear{table, 2, 1}, volume};
    part part0;
    part part1;
    disk_layer on_disk0{partition{{10 * page, 4 * page}}, part0};
    disk_layer on_disk1{partition{{20 * page, 6 * page}}, part1};
    device_under<disk_layer> disk0;
    device_under<disk_layer> disk1;
    const auto mount = fs_dax_get(volume, fs);
    const auto a = fs_dax_get(part0, on_part0);
    const auto b = fs_dax_get(part1, on_part1);
    const auto c = fs_dax_get(disk0, on_disk0);
    const auto d = fs_dax_get(disk1, on_disk1);
    return dax_holder_notify_failure(disk0, {13 * page, 5 * page}, {}) == success &&
           fs.heard(byte_range{3 * page, page}) &&
           dax_holder_notify_failure(disk1, {20 * page, 3 * page}, {}) == success &&
           fs.heard(byte_range{4 * page, 2 * page}) && kill_dax(disk1) == success &&
           fs.heard(byte_range{4 * page, 4 * page}) && fs.removals == 1 && part1.alive();
}

} // namespace

TEST_CASE("a disk with partitions") {
    CHECK_BOTH(a_failure_reaches_the_partition_it_is_in());
    CHECK_BOTH(a_failure_over_two_partitions_reaches_both());
    CHECK_BOTH(what_nobody_holds_takes_the_generic_path());
    CHECK_BOTH(the_whole_disk_reaches_all());
    CHECK_BOTH(an_unmounted_partition_is_told_no_more());
}

TEST_CASE("from the driver, through the partitions") {
    CHECK_BOTH(from_the_physical_page_to_the_filesystem());
    CHECK_BOTH(an_unbind_of_the_disk_tells_both_filesystems());
}

TEST_CASE("a stripe over two disks") {
    CHECK_BOTH(a_range_of_a_leg_reaches_its_chunks());
    CHECK_BOTH(a_leg_that_goes_takes_its_chunks_and_no_more());
}

TEST_CASE("a linear map of two targets on one disk") {
    CHECK_BOTH(a_range_over_two_targets_reaches_both());
    CHECK_BOTH(the_only_disk_of_a_linear_map_is_all_of_it());
}

TEST_CASE("layers stack") { CHECK_BOTH(layers_stack()); }
