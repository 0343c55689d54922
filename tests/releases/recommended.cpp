// SPDX-License-Identifier: BSL-1.0
#include "daxhold/releases/recommended.hpp"

#include "daxhold/laws.hpp"
#include "daxhold/releases/xfs_linux_7_0.hpp"
#include "daxhold/tables/difference.hpp"

#include "../support/faults.hpp"
#include "../support/lone_record.hpp"
#include "../support/mapped_files.hpp"
#include "../support/notification.hpp"

using namespace support;
using releases::recommended;
using releases::xfs_linux_7_0;

namespace {

constexpr byte_range whole = byte_range::whole_device();

// Every law is kept.

constexpr bool keeps_all() {
    return boost::hana::unpack(laws::shipped, [](auto... law) {
        return (laws::keeps<typename decltype(law)::type, recommended> && ...);
    });
}
static_assert(keeps_all());

// And what differs from Linux 7.0 is what the rows with a comment say: for each change the cells
// in which both of them stand (any value where a fact is not named), and the two rows, counted
// from 1.

template <fact... Named>
struct expected {
    condition<Named...> where;
    std::size_t before_row;
    std::size_t after_row;
};
template <fact... Named>
constexpr expected<Named...> change_of(condition<Named...> where, std::size_t before_row,
                                       std::size_t after_row) {
    return {where, before_row, after_row};
}

/// Whether a difference is exactly this list, in its order.
template <class Difference, class... Expected>
constexpr bool is_exactly(const Difference& told, const Expected&... list) {
    using facts = typename Difference::facts;
    if (told.size() != sizeof...(list))
        return false;
    std::size_t number = 0;
    const auto matches = [&]<fact... Named>(const expected<Named...>& e) {
        cube<facts::size> cells;
        daxhold::tables::detail::fill_every_value(cells.values, facts{});
        [[maybe_unused]] std::size_t demand = 0;
        ((cells.values[facts::template index_of<Named>] = e.where.accepts[demand++]), ...);
        const auto& c = told.changes[number++];
        for (std::size_t i = 0; i != facts::size; ++i)
            if (cells.values[i] != c.cells.values[i])
                return false;
        return c.before_row + 1 == e.before_row && c.after_row + 1 == e.after_row;
    };
    return (matches(list) && ...);
}

// "a filesystem does not outlive its log", "nobody can be told one by one, but nobody goes on using
// it either", "nothing is gone through but what is in use"
static_assert(is_exactly(
    difference<xfs_linux_7_0::gate, recommended::gate>,
    change_of(when(mount::born, range::inside, role::log, cause::removal), 3, 1),
    change_of(when(mount::born, range::inside, none_of(role::log), cause::removal, rmap::absent), 5,
              2),
    change_of(when(mount::born, range::inside, none_of(role::log), cause::removal, rmap::present),
              6, 3)));

// "an inode that is about to be reclaimed has no users", "a user who cannot be told does not keep
// the others from being told", "a removal has lost no data"
static_assert(is_exactly(
    difference<xfs_linux_7_0::record, recommended::record>,
    change_of(when(owner::file_data, inode::lookup_failed), 4, 1),
    change_of(when(owner::file_data, inode::in_core, mapping::dax, cause::removal), 5, 2),
    change_of(when(owner::file_data, inode::in_core, mapping::dax, cause::corruption), 6, 3),
    change_of(when(owner::file_data, inode::in_core, mapping::buffered, cause::removal), 7, 4)));

// "a freeze by somebody in user space is theirs to thaw", "a user of file data who could not be
// told is an error, and no corruption of the filesystem"
static_assert(is_exactly(difference<xfs_linux_7_0::end, recommended::end>,
                         change_of(when(cause::removal), 1, 1),
                         change_of(when(cause::corruption, walk_end::failed, want_shutdown::no), 2,
                                   2)));

// A lone record.

constexpr verdict with(verdict v, std::size_t media_events = 1) {
    v.media_events = media_events;
    return v;
}
constexpr verdict umounted(unsigned told, std::size_t invalidated) {
    verdict v;
    v.is_shut_down = true;
    v.reason = shutdown_reason::force_umount;
    v.told = told;
    v.invalidated = invalidated;
    v.was_frozen = true;
    v.media_events = 1;
    return v;
}
constexpr verdict told_of_loss(unsigned told, std::size_t poisoned) {
    verdict v;
    v.told = told;
    v.poisoned = poisoned;
    v.reported_lost = 1;
    v.media_events = 1;
    return v;
}

constexpr cell corruption_cells[] = {
    {lone::dax_file, told_of_loss(1, 1)},
    {lone::buffered_file, told_of_loss(0, 0)},
    {lone::idle_file, with(nothing_done)},
    {lone::lost_file, with(nothing_done)},
    {lone::attribute_fork, with(corrupt_shutdown)},
    {lone::bmbt, with(corrupt_shutdown)},
    {lone::metadata, with(corrupt_shutdown)},
    {lone::log, with(corrupt_shutdown)},
    {lone::cow_staging, with(corrupt_shutdown)},
    {lone::unknown, with(corrupt_shutdown)},
    {lone::none, with(nothing_done)},
};
constexpr cell removal_cells[] = {
    {lone::dax_file, umounted(2, 1)},       {lone::buffered_file, umounted(0, 1)},
    {lone::idle_file, umounted(0, 0)},      {lone::lost_file, umounted(0, 0)},
    {lone::attribute_fork, umounted(0, 0)}, {lone::metadata, umounted(0, 0)},
    {lone::unknown, umounted(0, 0)},        {lone::none, umounted(0, 0)},
};

constexpr auto unbound() { return unbind<recommended>(populated<>()); }

/// Whoever cannot be told: the others are, and the answer is the error.
constexpr sweep failing_to_kill() {
    return fail_each<recommended>(
        populated<>(), call::kill_users, cause::removal, whole, [](const auto& n, std::uint64_t) {
            return n.answer == fault && n.fs.faults.made(call::kill_users) == 4 &&
                   n.made.not_walked.empty() && n.fs.is_shut_down;
        });
}

/// A user who cannot be told among files alone does not shut the filesystem down.
constexpr sweep failing_to_kill_in_data() {
    return fail_each<recommended>(populated<>(), call::kill_users, cause::corruption, blocks(8, 10),
                                  [](const auto& n, std::uint64_t) {
                                      return n.answer == fault && !n.fs.is_shut_down &&
                                             n.made.not_walked.empty();
                                  });
}

template <class Expected>
constexpr sweep fail_each_in_removal(call what, Expected is_as_expected) {
    return fail_each<recommended>(populated<>(), what, cause::removal, whole, is_as_expected);
}

} // namespace

TEST_CASE("every shipped law is kept") { CHECK(keeps_all()); }

TEST_CASE("a lone record") {
    CHECK_BOTH(first_wrong<recommended>(corruption_cells, cause::corruption, lone_page) == 0);
    CHECK_BOTH(first_wrong<recommended>(removal_cells, cause::removal, lone_page) == 0);
    CHECK_BOTH(first_wrong_unbind<recommended>(removal_cells) == 0);
}

TEST_CASE("an unbind: everybody is told, nothing is lost, and the filesystem is umounted") {
    CHECK_BOTH(unbound().what() == umounted(5, 5));
    CHECK_BOTH(unbound().is_true());
    CHECK_BOTH(!unbound().made.is_incomplete());
    CHECK_BOTH(unbound().after.certain.bits == 0);
    CHECK_BOTH(unbound().fs.log[unbound().fs.log.size() - 1].what == call::thaw);
    CHECK_BOTH(unbind<recommended>(mapped_files<>()).after.certain.bits == 0);
}

TEST_CASE("a freeze by somebody in user space stays theirs") {
    constexpr auto frozen = [] {
        auto fs = populated<>();
        fs.is_frozen_by_user = true;
        return unbind<recommended>(fs);
    };
    CHECK_BOTH(frozen().fs.is_frozen_by_user);
    CHECK_BOTH(frozen().fs.is_shut_down);
    CHECK_BOTH(!frozen().made.is_left_frozen);
}

TEST_CASE("an unbind where nobody can be told one by one: written out, shut down, and said so") {
    constexpr auto bare = populated<mock_filesystem_without_rmap>();
    CHECK_BOTH(unbind<recommended>(bare).answer == unsupported_operation);
    CHECK_BOTH(
        unbind<recommended>(bare).fs.log.is(call::report_media_event, call::sync, call::shut_down));
    CHECK_BOTH(falls_back(notify<recommended>(bare, cause::corruption, blocks(8, 1)).answer));
    CHECK_BOTH(!notify<recommended>(bare, cause::corruption, blocks(8, 1)).fs.is_shut_down);
}

TEST_CASE("an unbind of the log's device: written out while it is there, and shut down") {
    constexpr auto fs = populated<mock_filesystem_with_devices>();
    CHECK_BOTH(unbind<recommended>(fs, role::log).answer == success);
    CHECK_BOTH(unbind<recommended>(fs, role::log)
                   .fs.log.is(call::report_media_event, call::sync, call::shut_down));
    CHECK_BOTH(unbind<recommended>(fs, role::log).fs.reason == shutdown_reason::force_umount);
    CHECK_BOTH(notify<recommended>(fs, cause::corruption, blocks(0, 1), role::log).fs.reason ==
               shutdown_reason::corrupt_ondisk);
    CHECK_BOTH(notify<recommended>(fs, cause::corruption, {1U << 16U, 4096}, role::log).what() ==
               failed_with(ENXIO));
}

TEST_CASE("the gates, in their order") {
    constexpr byte_range beyond{1U << 20U, 4096};
    constexpr auto unborn = [](byte_range where) {
        auto young = populated<>();
        young.born = false;
        return notify<recommended>(young, cause::corruption, where).what();
    };
    CHECK_BOTH(unborn(whole) == failed_with(EIO));
    CHECK_BOTH(unborn(beyond) == failed_with(EIO));
    CHECK_BOTH(
        notify<recommended>(populated<mock_filesystem_without_rmap>(), cause::removal, beyond)
            .what() == failed_with(ENXIO));
    CHECK_BOTH(notify<recommended>(populated<>(), cause::corruption, beyond).what() ==
               failed_with(ENXIO));
}

TEST_CASE("one failure hides nothing else") {
    CHECK_BOTH(failing_to_kill() == sweep{4, 0});
    CHECK_BOTH(failing_to_kill_in_data() == sweep{3, 0});
    CHECK_BOTH(fail_each_in_removal(call::invalidate, [](const auto& n, std::uint64_t) {
                   return n.answer == success && n.fs.is_shut_down && n.fs.told() == 5;
               }) == sweep{5, 0});
    CHECK_BOTH(fail_each_in_removal(call::find_in_core, [](const auto& n, std::uint64_t) {
                   return n.answer == success && n.fs.is_shut_down && n.made.not_walked.empty();
               }) == sweep{7, 0});
    CHECK_BOTH(fail_each_in_removal(call::report_media_event, [](const auto& n, std::uint64_t) {
                   return n.answer == success && n.fs.is_shut_down && n.fs.told() == 5;
               }) == sweep{1, 0});
    CHECK_BOTH(fail_each_in_removal(call::freeze, [](const auto& n, std::uint64_t) {
                   return n.answer == success && n.fs.is_shut_down && n.fs.told() == 5 &&
                          n.fs.faults.made(call::thaw) == 0;
               }) == sweep{1, 0});
    // What could not be read ends the walk; the filesystem is shut down all the same, and thawed.
    CHECK_BOTH(fail_each_in_removal(call::read_rmap, [](const auto& n, std::uint64_t) {
                   return n.answer == fault && n.fs.is_shut_down && !n.made.is_left_frozen;
               }) == sweep{12, 0});
    CHECK_BOTH(fail_each_in_removal(call::shut_down, [](const auto& n, std::uint64_t) {
                   return n.answer == success && !n.fs.is_shut_down && !n.made.is_left_frozen;
               }) == sweep{1, 0});
    CHECK_BOTH(fail_each_in_removal(call::thaw, [](const auto& n, std::uint64_t) {
                   return n.answer == success && n.made.is_left_frozen;
               }) == sweep{1, 0});
}
