// SPDX-License-Identifier: BSL-1.0
#include "daxhold/releases/xfs_linux_7_2.hpp"

#include "../support/gates.hpp"
#include "../support/lone_record.hpp"
#include "../support/mapped_files.hpp"
#include "../support/notification.hpp"

#include "daxhold/tables/difference.hpp"

using namespace support;
using releases::xfs_linux_7_0;
using releases::xfs_linux_7_2;

static_assert(proven<xfs_linux_7_2::aftermaths>);

// Nothing differs from 7.0 but what is known of it, and how.
static_assert(difference<xfs_linux_7_0::gate, xfs_linux_7_2::gate>.size() == 0);
static_assert(difference<xfs_linux_7_0::record, xfs_linux_7_2::record>.size() == 0);
static_assert(difference<xfs_linux_7_0::end, xfs_linux_7_2::end>.size() == 0);

namespace {

constexpr auto stays = any_of(aftermath::mappings_stay_live, aftermath::exit_oopses);

/// How a row is known to which an event leads, with an inode in core.
template <class Policy>
constexpr evidence how_known(cause why, rmap reverse, already_shut_down before, mapping access,
                             groups spanned) {
    return decide<Policy::aftermaths>(known(why, role::data, reverse, before, mappers::with_page,
                                            range::inside, inode::in_core, access, spanned,
                                            sharing::sole))
        .how;
}
constexpr evidence of_unbind(rmap reverse, already_shut_down before, mapping access,
                             groups spanned) {
    return how_known<xfs_linux_7_2>(cause::removal, reverse, before, access, spanned);
}

} // namespace

TEST_CASE("what was seen on a booted kernel, and what follows from the source") {
    using enum evidence;
    constexpr auto no = already_shut_down::no;
    CHECK_BOTH(of_unbind(rmap::absent, no, mapping::dax, groups::one) == seen);
    CHECK_BOTH(of_unbind(rmap::present, already_shut_down::yes, mapping::dax, groups::one) == seen);
    CHECK_BOTH(of_unbind(rmap::present, no, mapping::dax, groups::several) == seen);
    CHECK_BOTH(of_unbind(rmap::present, no, mapping::buffered, groups::several) == seen);
    CHECK_BOTH(of_unbind(rmap::present, no, mapping::dax, groups::one) == nothing);
    CHECK_BOTH(how_known<xfs_linux_7_2>(cause::corruption, rmap::present, no, mapping::dax,
                                        groups::several) == derived);
    // 7.0 was not booted.
    CHECK_BOTH(how_known<xfs_linux_7_0>(cause::removal, rmap::absent, no, mapping::dax,
                                        groups::one) == derived);
}

TEST_CASE("an unbind without a reverse mapping: who maps oopses when it exits") {
    constexpr auto bare = populated<mock_filesystem_without_rmap>();
    CHECK_BOTH(unbind<xfs_linux_7_2>(bare).after == known_aftermaths{stays, stays});
    CHECK_BOTH(unbind<xfs_linux_7_2>(bare).what() == reported(failed_with(EOPNOTSUPP)));
    // If nobody maps, umount and a later mount are clean.
    constexpr auto unused = with_lone<mock_filesystem_without_rmap>(lone::buffered_file);
    CHECK_BOTH(unbind<xfs_linux_7_2>(unused).after == known_aftermaths{});
}

TEST_CASE("an unbind of a filesystem that was shut down before: the walk fails, nobody is told") {
    constexpr auto dead = [](bool is_frozen_by_user) {
        auto fs = mapped_files<>();
        fs.is_shut_down = true;
        fs.is_frozen_by_user = is_frozen_by_user;
        return unbind<xfs_linux_7_2>(fs);
    };
    // A walk that fails counts nothing, whatever the groups.
    constexpr auto corrupt_when_dead = [] {
        auto fs = mapped_files<>();
        fs.is_shut_down = true;
        return notify<xfs_linux_7_2>(fs, cause::corruption, byte_range::whole_device());
    };
    CHECK_BOTH(corrupt_when_dead().after == known_aftermaths{});
    CHECK_BOTH(corrupt_when_dead().answer == result::error(EIO));
    CHECK_BOTH(dead(false).answer == result::error(EIO));
    CHECK_BOTH(dead(false).fs.told() == 0);
    CHECK_BOTH(dead(false).after == known_aftermaths{stays, stays});
    // freeze_super says -EIO, the rest goes on, and there is nobody's freeze to undo.
    CHECK_BOTH(dead(false).fs.log.is(call::report_media_event, call::freeze, call::shut_down,
                                     call::thaw_user));
    CHECK_BOTH(dead(false).fs.log[1].outcome == result::error(EIO));
    CHECK_BOTH(dead(false).fs.log[3].outcome == result::error(EINVAL));
    // It says 0 where a user had frozen it before, and then both freezes are undone.
    CHECK_BOTH(dead(true).fs.log[1].outcome == success);
    CHECK_BOTH(dead(true).fs.log.is(call::report_media_event, call::freeze, call::shut_down,
                                    call::thaw, call::thaw_user));
    CHECK_BOTH(!dead(true).fs.is_stuck());
}

TEST_CASE("a user's freeze of a living filesystem is undone: both thaws 0") {
    constexpr auto frozen = [] {
        auto fs = populated<>();
        fs.is_frozen_by_user = true;
        return unbind<xfs_linux_7_2>(fs);
    };
    CHECK_BOTH(frozen().fs.log[frozen().fs.log.size() - 2] == entry{.what = call::thaw});
    CHECK_BOTH(frozen().fs.log[frozen().fs.log.size() - 1] == entry{.what = call::thaw_user});
    CHECK_BOTH(frozen().what() == reported(umounted_and(3, 5), 5));
    CHECK_BOTH(!frozen().fs.is_stuck());
}

TEST_CASE("an unbind with several groups") {
    constexpr auto possible = any_of(aftermath::page_count_wraps, aftermath::reports_too_much);
    CHECK_BOTH(unbind<xfs_linux_7_2>(mapped_files<>()).after == known_aftermaths{{}, possible});
    CHECK_BOTH(unbind<xfs_linux_7_2>(mapped_files<>()).what() == reported(umounted_and(4, 3), 3));
    // With one group: 0, every process told, umount clean.
    CHECK_BOTH(unbind<xfs_linux_7_2>(populated<>()).after == known_aftermaths{});
    CHECK_BOTH(unbind<xfs_linux_7_2>(populated<>()).what() == reported(umounted_and(3, 5), 5));
}

TEST_CASE("outside: -ENXIO, also without a reverse mapping, and no media event") {
    for (const auto device : {role::data, role::log, role::realtime, role::internal_realtime})
        for (const auto reverse : {rmap::present, rmap::absent}) {
            const auto n = at_gate<xfs_linux_7_2>(
                {mount::born, device, cause::corruption, scope::part, range::after_end, reverse});
            CHECK(n.what() == failed_with(ENXIO));
            CHECK(n.fs.log.size() == 0);
        }
}

TEST_CASE("a realtime section on the data device (zoned)") {
    constexpr auto fs = populated<filesystem_of_every_role>();
    // Poison of the superblock is 0, and the filesystem stays in use; an unbind shuts it down.
    CHECK_BOTH(notify<xfs_linux_7_2>(fs, cause::corruption, blocks(0, 1), role::internal_realtime)
                   .what() == reported(nothing_done));
    CHECK_BOTH(unbind<xfs_linux_7_2>(fs, role::internal_realtime).what() == reported(umounted));
    // What is checked is the length of the data section: data behind it is outside.
    CHECK_BOTH(at_gate<xfs_linux_7_2>({mount::born, role::internal_realtime, cause::corruption,
                                       scope::part, range::after_end, rmap::present})
                   .what() == failed_with(ENXIO));
}
