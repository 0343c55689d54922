// SPDX-License-Identifier: BSL-1.0
#include "daxhold/releases/xfs_linux_6_14.hpp"

#include "../support/faults.hpp"
#include "../support/lone_record.hpp"
#include "../support/mapped_files.hpp"
#include "../support/notification.hpp"

using namespace support;
using releases::xfs_linux_6_14;
using releases::xfs_linux_6_8;
using releases::xfs_linux_7_0;

static_assert(proven<xfs_linux_6_14::gate>);
static_assert(proven<xfs_linux_6_14::record>);
static_assert(proven<xfs_linux_6_14::end>);

namespace {

constexpr byte_range whole = byte_range::whole_device();
constexpr byte_range beyond{1U << 20U, 4096};
constexpr byte_range beyond_log{1U << 16U, 4096};
constexpr byte_range everything{0, 1U << 20U};

// "Owner x event" of the lineage (9a), 6.14 to 6.19: as 6.8.
constexpr cell corruption_cells[] = {
    {lone::dax_file, {.told = 1, .poisoned = 1}},
    {lone::buffered_file, nothing_done},
    {lone::idle_file, nothing_done},
    {lone::lost_file, corrupt_shutdown},
    {lone::attribute_fork, corrupt_shutdown},
    {lone::bmbt, corrupt_shutdown},
    {lone::metadata, corrupt_shutdown},
    {lone::log, corrupt_shutdown},
    {lone::cow_staging, corrupt_shutdown},
    {lone::unknown, corrupt_shutdown},
    {lone::none, nothing_done},
};

constexpr verdict umounted{
    .is_shut_down = true, .reason = shutdown_reason::force_umount, .was_frozen = true};
constexpr verdict umounted_and(unsigned told, std::size_t invalidated) {
    auto v = umounted;
    v.told = told;
    v.invalidated = invalidated;
    return v;
}

constexpr cell removal_cells[] = {
    {lone::dax_file, umounted_and(2, 1)},
    {lone::buffered_file, umounted_and(0, 1)},
    {lone::idle_file, umounted},
    {lone::lost_file, umounted},
    {lone::attribute_fork, umounted},
    {lone::bmbt, umounted},
    {lone::metadata, umounted},
    {lone::log, umounted},
    {lone::cow_staging, umounted},
    {lone::unknown, umounted},
    {lone::none, umounted},
};

/// A realtime device with groups, and so with a reverse mapping of its own.
struct with_realtime_groups : mock_filesystem_with_devices {
    [[nodiscard]] constexpr bool has_rmap(role device) const noexcept {
        return device != role::log;
    }
};

constexpr auto unbound() { return unbind<xfs_linux_6_14>(populated<>()); }
constexpr auto in_groups(cause why, byte_range where) {
    auto fs = populated<>();
    fs.has_several_groups = true;
    return notify<xfs_linux_6_14>(fs, why, where);
}

/// Whether all that is done and said is what another release does and says.
template <class Other, class Mock>
constexpr bool is_as(const Mock& fs, cause why, byte_range where) {
    const auto here = notify<xfs_linux_6_14>(fs, why, where);
    const auto there = notify<Other>(fs, why, where);
    if (!(here.what() == there.what()) || here.fs.log.size() != there.fs.log.size())
        return false;
    for (std::size_t i = 0; i != here.fs.log.size(); ++i)
        if (!(here.fs.log[i] == there.fs.log[i]))
            return false;
    return true;
}
constexpr bool is_as_6_8_on_the_data_device() {
    for (const auto why : {cause::corruption, cause::removal})
        for (const auto where : {whole, everything, blocks(8, 10), blocks(28, 4), blocks(16, 1)})
            if (!is_as<xfs_linux_6_8>(populated<>(), why, where))
                return false;
    return true;
}

/// Whether every call that fails, in both kinds of event, leads to what it does in 6.8.
constexpr bool fails_as_6_8(call what) {
    for (const auto why : {cause::corruption, cause::removal})
        for (std::uint64_t nth = 1; nth != 14; ++nth) {
            auto fs = populated<>();
            fs.faults.fail(what, nth, fault_errno);
            if (!is_as<xfs_linux_6_8>(fs, why, why == cause::removal ? whole : blocks(8, 10)))
                return false;
        }
    return true;
}

// 6.14 to 6.16: xfs_trans_alloc_empty. Thawed, and not shut down.
constexpr sweep failing_to_begin() {
    return fail_each<xfs_linux_6_14>(
        populated<>(), call::begin_walk, cause::removal, whole, [](const auto& n, std::uint64_t) {
            return n.what() == verdict{.outcome = fault, .was_frozen = true} &&
                   n.fs.log.is(call::freeze, call::begin_walk, call::thaw, call::thaw_user) &&
                   n.made.walk == walk_end::not_started && n.made.not_walked == everything;
        });
}

} // namespace

TEST_CASE("a lone record (9a)") {
    CHECK_BOTH(first_wrong<xfs_linux_6_14>(corruption_cells, cause::corruption, lone_page) == 0);
    CHECK_BOTH(first_wrong<xfs_linux_6_14>(corruption_cells, cause::corruption, whole) == 0);
    CHECK_BOTH(first_wrong<xfs_linux_6_14>(removal_cells, cause::removal, lone_page) == 0);
    CHECK_BOTH(first_wrong_unbind<xfs_linux_6_14>(removal_cells) == 0);
}

TEST_CASE("an unbind: freeze, everybody told, shut down, thaw; no media event") {
    CHECK_BOTH(unbound().what() == umounted_and(5, 5));
    CHECK_BOTH(unbound().is_true());
    CHECK_BOTH(unbound().fs.log.is(call::freeze, call::begin_walk,     //
                                   call::kill_users, call::invalidate, // plain
                                   call::kill_users, call::invalidate, // sharer
                                   call::kill_users, call::invalidate, // plain
                                   call::invalidate,                   // buffered
                                   call::kill_users, call::invalidate, // fragmented
                                   call::shut_down, call::thaw, call::thaw_user));
    CHECK_BOTH(unbound().after.certain.bits == 0);
    CHECK_BOTH(unbind<xfs_linux_6_14>(mapped_files<>()).what() == umounted_and(7, 3));
}

TEST_CASE("the gates (9b), in their order") {
    constexpr auto fs = populated<mock_filesystem_with_devices>();
    constexpr auto bare = populated<mock_filesystem_without_rmap>();
    constexpr byte_range page = blocks(0, 1);
    constexpr auto answer = [](const auto& mock, cause why, byte_range where, role device) {
        return notify<xfs_linux_6_14>(mock, why, where, device).what();
    };
    constexpr auto unborn = [](cause why, byte_range where, role device) {
        auto young = populated<mock_filesystem_with_devices>();
        young.born = false;
        return notify<xfs_linux_6_14>(young, why, where, device);
    };

    // Not born, a removal too: it is lost.
    for (const auto device : {role::data, role::log, role::realtime})
        for (const auto why : {cause::corruption, cause::removal}) {
            CHECK(unborn(why, whole, device).what() == failed_with(EIO));
            CHECK(unborn(why, beyond, device).what() == failed_with(EIO));
            CHECK(unborn(why, page, device).fs.log.size() == 0);
        }

    // The log: its range first, for a removal too.
    CHECK_BOTH(answer(fs, cause::corruption, page, role::log) == corrupt_shutdown);
    CHECK_BOTH(answer(fs, cause::corruption, beyond_log, role::log) == failed_with(ENXIO));
    CHECK_BOTH(answer(fs, cause::removal, beyond_log, role::log) == failed_with(ENXIO));
    CHECK_BOTH(answer(fs, cause::removal, page, role::log) == nothing_done);
    CHECK_BOTH(unbind<xfs_linux_6_14>(fs, role::log).what() == nothing_done);
    CHECK_BOTH(unbind<xfs_linux_6_14>(fs, role::log).fs.log.size() == 0);
    // 6.8 did not look at it.
    CHECK_BOTH(notify<xfs_linux_6_8>(fs, cause::corruption, beyond_log, role::log).what() ==
               corrupt_shutdown);

    // No reverse mapping, before the range: 7.0 says -ENXIO there.
    CHECK_BOTH(answer(bare, cause::corruption, beyond, role::data) == failed_with(EOPNOTSUPP));
    CHECK_BOTH(answer(bare, cause::removal, beyond, role::data) == failed_with(EOPNOTSUPP));
    CHECK_BOTH(notify<xfs_linux_7_0>(bare, cause::corruption, beyond).what() == failed_with(ENXIO));
    CHECK_BOTH(answer(fs, cause::corruption, beyond, role::data) == failed_with(ENXIO));
    CHECK_BOTH(answer(fs, cause::removal, beyond, role::data) == failed_with(ENXIO));

    // ... a failure takes the generic path, an unbind is heard by nobody.
    CHECK_BOTH(falls_back(notify<xfs_linux_6_14>(bare, cause::corruption, page).answer));
    CHECK_BOTH(unbind<xfs_linux_6_14>(bare).what() == failed_with(EOPNOTSUPP));
    CHECK_BOTH(unbind<xfs_linux_6_14>(bare).fs.log.size() == 0);
    CHECK_BOTH(unbind<xfs_linux_6_14>(bare).has(aftermath::mappings_stay_live));
    CHECK_BOTH(notify<xfs_linux_6_14>(bare, cause::corruption, page).after.certain.bits == 0);
}

TEST_CASE("the realtime device is walked where its groups have a reverse mapping") {
    constexpr auto fs = populated<mock_filesystem_with_devices>();
    constexpr auto grouped = populated<with_realtime_groups>();
    constexpr auto corrupt = [](const auto& mock, byte_range where) {
        return notify<xfs_linux_6_14>(mock, cause::corruption, where, role::realtime).what();
    };
    CHECK_BOTH(corrupt(grouped, blocks(12, 1)) == verdict{.told = 1, .poisoned = 1});
    CHECK_BOTH(corrupt(grouped, blocks(0, 1)) == corrupt_shutdown);
    CHECK_BOTH(corrupt(grouped, beyond) == failed_with(ENXIO));
    CHECK_BOTH(unbind<xfs_linux_6_14>(grouped, role::realtime).what() == unbound().what());
    CHECK_BOTH(corrupt(fs, blocks(12, 1)) == failed_with(EOPNOTSUPP));
    CHECK_BOTH(corrupt(fs, beyond) == failed_with(EOPNOTSUPP));
    CHECK_BOTH(unbind<xfs_linux_6_14>(fs, role::realtime).what() == failed_with(EOPNOTSUPP));
    CHECK_BOTH(
        notify<xfs_linux_6_8>(grouped, cause::corruption, blocks(12, 1), role::realtime).what() ==
        failed_with(EOPNOTSUPP));
}

TEST_CASE("a range of several groups counts too many pages in all but the last") {
    CHECK_BOTH(in_groups(cause::removal, whole).has(aftermath::page_count_wraps));
    CHECK_BOTH(in_groups(cause::corruption, whole).has(aftermath::page_count_wraps));
    CHECK_BOTH(in_groups(cause::removal, blocks(8, 4)).after.certain.bits == 0);
    CHECK_BOTH(in_groups(cause::corruption, blocks(8, 4)).after.certain.bits == 0);
    CHECK_BOTH(in_groups(cause::removal, whole).what() == umounted_and(5, 5));
    CHECK_BOTH(unbind<xfs_linux_6_14>(mapped_files<>()).has(aftermath::page_count_wraps));
    CHECK_BOTH(!unbind<xfs_linux_6_8>(mapped_files<>()).has(aftermath::page_count_wraps));
}

TEST_CASE("on a data device with a reverse mapping it is 6.8, also when calls fail") {
    CHECK_BOTH(is_as_6_8_on_the_data_device());
    CHECK_BOTH(failing_to_begin() == sweep{1});
    for (std::size_t what = 0; what != call_count; ++what)
        CHECK(fails_as_6_8(static_cast<call>(what)));
}
