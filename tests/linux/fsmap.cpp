// SPDX-License-Identifier: BSL-1.0
#include "daxhold/linux/fsmap.hpp"

#include <vector>

#include "../support/both.hpp"

using namespace daxhold::on_linux;

TEST_CASE("no part of a filesystem is without a record") {
    // As Linux 6.1 told them: the last block of a gap of free space is left out.
    fsmap_record told[] = {
        {.physical = {0, 4096},
         .owner = special_owner::xfs_static_metadata,
         .kind = owner_kind::static_metadata},
        {.physical = {4096, 12288},
         .owner = special_owner::free_space,
         .kind = owner_kind::free_space},
        {.physical = {20480, 4096}, .owner = 131, .kind = owner_kind::inode_data},
        {.physical = {20480, 8192}, .owner = 132, .kind = owner_kind::inode_data},
    };
    for (const bool has_every_owner : {true, false}) {
        CAPTURE(has_every_owner);
        std::vector<fsmap_record> seen;
        const auto tell = [&](const fsmap_record& r) {
            seen.push_back(r);
            return true;
        };
        detail::gapless all{tell, 0x700, 0, has_every_owner};
        for (const auto& record : told)
            REQUIRE(all.add(record));
        CHECK(all.reach(28672));
        REQUIRE(seen.size() == 5);
        CHECK(seen[2].physical == daxhold::byte_range{16384, 4096});
        CHECK_FALSE(seen[2].reported);
        // Where the kernel names every owner, what it leaves out has none; else nobody knows.
        const auto kind = has_every_owner ? owner_kind::free_space : owner_kind::unknown;
        CHECK(seen[2].kind == kind);
        CHECK(classify(seen[2].flags, seen[2].owner) == kind);
        CHECK(all.reach(32768));
        CHECK(seen.back().physical == daxhold::byte_range{28672, 4096});
    }
    // Who wants no more gets no more.
    std::size_t count = 0;
    const auto stop = [&](const fsmap_record&) { return ++count != 2; };
    detail::gapless some{stop, 0x700, 0, true};
    CHECK(some.add(told[0]));
    CHECK_FALSE(some.add(told[2]));
    CHECK(count == 2);
}

TEST_CASE("the privilege to see owners is one bit of what is in effect") {
    CHECK(has_sys_admin("Name:\tx\nCapPrm:\t0\nCapEff:\t000001ffffffffff\nCapBnd:\t0\n"));
    CHECK(has_sys_admin("Name:\tx\nCapEff:\t0000000000200000\n"));
    CHECK_FALSE(has_sys_admin("Name:\tx\nCapEff:\t000001ffffdfffff\n"));
    CHECK_FALSE(has_sys_admin("Name:\tx\nCapPrm:\t000001ffffffffff\nCapEff:\t0000000000000000\n"));
    CHECK_FALSE(has_sys_admin("Name:\tx\n"));
    CHECK_FALSE(has_sys_admin(""));
}

TEST_CASE("a filesystem that cannot be asked is a problem") {
    const auto proc = mounted_filesystem::open("/proc");
    CHECK(owners_of(proc) == owner_knowledge::never_told);
    fsmap_reader reader{proc};
    try {
        reader.for_each(daxhold::byte_range::whole_device(),
                        [](const fsmap_record&) { FAIL("a record of /proc"); });
        FAIL("/proc can be asked");
    } catch (const problem& p) {
        CHECK(p.kind() == problem_kind::no_reverse_mapping);
    }
    CHECK_THROWS_AS(reader.for_each(
                        {0, 1}, [](const fsmap_record&) {}, fsmap_device::log),
                    problem);
    CHECK_THROWS_AS(reader.for_each(
                        {0, 1}, [](const fsmap_record&) {}, fsmap_device::realtime),
                    problem);
    // Nothing is asked of nobody.
    CHECK_NOTHROW(reader.for_each({}, [](const fsmap_record&) {}));
}
