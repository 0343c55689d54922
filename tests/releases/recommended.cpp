// SPDX-License-Identifier: BSL-1.0
#include "daxhold/releases/recommended.hpp"

#include "daxhold/laws.hpp"
#include "daxhold/releases/xfs_linux_7_2.hpp"

#include "../support/differences.hpp"
#include "../support/faults.hpp"
#include "../support/gates.hpp"
#include "../support/lone_record.hpp"
#include "../support/mapped_files.hpp"
#include "../support/notification.hpp"

using namespace support;
using releases::recommended;
using releases::xfs_linux_7_2;

namespace {

constexpr byte_range whole = byte_range::whole_device();

// Every law is kept.

constexpr bool keeps_all() {
    const auto found = laws::findings<recommended>(laws::shipped);
    for (std::size_t law = 0; law != decltype(boost::hana::length(laws::shipped))::value; ++law)
        if (found.of[law].what() != laws::standing::kept)
            return false;
    return true;
}
static_assert(keeps_all());

// And what differs from Linux 7.2 is what the rows with a comment say.

constexpr auto on_it = any_of(range::inside, range::across_end);
constexpr auto of_files = none_of(role::log);
constexpr auto of_groups = any_of(role::data, role::realtime);
constexpr auto no_file = none_of(kind::regular);

// "how every shutdown goes", "a filesystem does not outlive its log", "nobody can be told one by
// one, but nobody goes on using it either", "a realtime section on the data device has groups of
// its own", "users are told before anything else"
static_assert(is_exactly(
    difference<xfs_linux_7_2::gate, recommended::gate>,
    change_of(when(mount::born, on_it, role::log, cause::removal), 3, 3),
    change_of(when(mount::born, on_it, role::log, cause::corruption), 4, 4),
    change_of(when(mount::born, on_it, of_files, cause::removal, rmap::absent, scope::whole_device),
              5, 5),
    change_of(when(mount::born, on_it, of_files, cause::removal, rmap::absent, scope::part), 5, 6),
    change_of(when(mount::born, on_it, role::internal_realtime, cause::corruption, rmap::present),
              6, 9),
    change_of(when(mount::born, on_it, role::internal_realtime, cause::removal, rmap::present,
                   scope::whole_device),
              7, 7),
    change_of(when(mount::born, on_it, role::internal_realtime, cause::removal, rmap::present,
                   scope::part),
              7, 8),
    change_of(when(mount::born, on_it, of_groups, cause::removal, rmap::present,
                   scope::whole_device),
              8, 7),
    change_of(when(mount::born, on_it, of_groups, cause::removal, rmap::present, scope::part), 8,
              8)));

// "what an inode has in its blocks that is no regular file is metadata", "an inode that is about to
// be reclaimed has no users", "a user who cannot be told does not keep the others from being told",
// "a removal has lost no data"
static_assert(is_exactly(
    difference<xfs_linux_7_2::record, recommended::record>,
    change_of(when(none_of(owner::file_data), cause::removal, scope::part), 1, 4),
    change_of(when(owner::file_data, inode::lookup_failed), 4, 5),
    change_of(when(owner::file_data, cause::removal, inode::in_core, mapping::dax,
                   scope::whole_device, no_file),
              5, 2),
    change_of(when(owner::file_data, cause::removal, inode::in_core, mapping::dax, scope::part,
                   no_file),
              5, 3),
    change_of(when(owner::file_data, cause::removal, inode::in_core, mapping::dax,
                   scope::whole_device, kind::regular),
              5, 6),
    change_of(when(owner::file_data, cause::removal, inode::in_core, mapping::dax, scope::part,
                   kind::regular),
              5, 7),
    change_of(when(owner::file_data, cause::corruption, inode::in_core, mapping::dax, no_file), 6,
              3),
    change_of(when(owner::file_data, cause::corruption, inode::in_core, mapping::dax,
                   kind::regular),
              6, 8),
    change_of(when(owner::file_data, cause::removal, inode::in_core, mapping::buffered,
                   scope::whole_device, no_file),
              7, 2),
    change_of(when(owner::file_data, cause::removal, inode::in_core, mapping::buffered, scope::part,
                   no_file),
              7, 3),
    change_of(when(owner::file_data, cause::removal, inode::in_core, mapping::buffered,
                   kind::regular),
              7, 9),
    change_of(when(owner::file_data, cause::corruption, inode::in_core, mapping::buffered, no_file),
              8, 3)));

// "pages are taken away after it, whatever the walk came to", "a part that holds nothing of the
// filesystem's own hurts nobody else", "what cannot be read may have been metadata", "a user of
// file data who could not be told is an error, and no corruption of the filesystem"
constexpr auto not_failed = none_of(walk_end::failed);
static_assert(is_exactly(
    difference<xfs_linux_7_2::end, recommended::end>,
    change_of(when(cause::removal, scope::whole_device), 1, 1),
    change_of(when(cause::removal, scope::part, cut_short::yes), 1, 2),
    change_of(when(cause::removal, scope::part, cut_short::no, want_shutdown::yes), 1, 3),
    change_of(when(cause::removal, scope::part, cut_short::no, want_shutdown::no), 1, 4),
    change_of(when(cause::corruption, walk_end::failed, cut_short::yes), 2, 5),
    change_of(when(cause::corruption, walk_end::failed, cut_short::no, want_shutdown::yes), 2, 7),
    change_of(when(cause::corruption, walk_end::failed, cut_short::no, want_shutdown::no), 2, 8),
    change_of(when(cause::corruption, not_failed, cut_short::yes, want_shutdown::yes), 3, 5),
    change_of(when(cause::corruption, walk_end::clean, cut_short::no, want_shutdown::yes), 3, 6),
    change_of(when(cause::corruption, walk_end::not_started, cut_short::no, want_shutdown::yes), 3,
              7),
    change_of(when(cause::corruption, not_failed, cut_short::yes, want_shutdown::no), 4, 5),
    change_of(when(cause::corruption, not_failed, cut_short::no, want_shutdown::no), 4, 8)));

constexpr consequence gate(const gate_event& e) {
    if (e.mount == mount::not_born)
        return failed_with(EIO);
    if (e.is_outside_of_the_filesystem())
        return failed_with(ENXIO);
    constexpr consequence shut_down{.is_shut_down = true, .reason = shutdown_reason::force_umount};
    const bool is_unbind = e.is_removal() && e.scope == scope::whole_device;
    if (e.device == role::log)
        return reported(e.is_removal() ? shut_down : corrupt_shutdown);
    auto expected = is_unbind ? shut_down : nothing_done;
    if (e.rmap == rmap::absent)
        expected.outcome = unsupported_operation;
    return reported(expected);
}

// A lone record.

constexpr consequence umounted_and_told(unsigned told) {
    return {.is_shut_down = true,
            .reason = shutdown_reason::force_umount,
            .told = told,
            .media_events = 1};
}
constexpr consequence corrupt_and_reported = reported(corrupt_shutdown);

constexpr cell corruption_cells[] = {
    {lone::dax_file, reported({.told = 1, .poisoned = 1}, 1)},
    {lone::buffered_file, reported(nothing_done, 1)},
    {lone::idle_file, reported(nothing_done)},
    {lone::lost_file, reported(nothing_done)},
    {lone::directory, corrupt_and_reported},
    {lone::symlink, corrupt_and_reported},
    {lone::internal_file, corrupt_and_reported},
    {lone::attribute_fork, corrupt_and_reported},
    {lone::bmbt, corrupt_and_reported},
    {lone::metadata, corrupt_and_reported},
    {lone::log, corrupt_and_reported},
    {lone::cow_staging, corrupt_and_reported},
    {lone::unknown, corrupt_and_reported},
    {lone::none, reported(nothing_done)},
};
// Of a part: a filesystem whose own blocks go is umounted, and one that loses data goes on.
constexpr cell removal_cells[] = {
    {lone::dax_file, reported({.told = 2, .invalidated = 1})},
    {lone::buffered_file, reported(nothing_done)},
    {lone::idle_file, reported(nothing_done)},
    {lone::lost_file, reported(nothing_done)},
    {lone::directory, umounted_and_told(0)},
    {lone::symlink, umounted_and_told(0)},
    {lone::internal_file, umounted_and_told(0)},
    {lone::attribute_fork, umounted_and_told(0)},
    {lone::bmbt, umounted_and_told(0)},
    {lone::metadata, umounted_and_told(0)},
    {lone::log, umounted_and_told(0)},
    {lone::cow_staging, umounted_and_told(0)},
    {lone::unknown, umounted_and_told(0)},
    {lone::none, reported(nothing_done)},
};
constexpr cell unbind_cells[] = {
    {lone::dax_file, umounted_and_told(2)},      {lone::buffered_file, umounted_and_told(0)},
    {lone::idle_file, umounted_and_told(0)},     {lone::lost_file, umounted_and_told(0)},
    {lone::directory, umounted_and_told(0)},     {lone::symlink, umounted_and_told(0)},
    {lone::internal_file, umounted_and_told(0)}, {lone::attribute_fork, umounted_and_told(0)},
    {lone::metadata, umounted_and_told(0)},      {lone::unknown, umounted_and_told(0)},
    {lone::none, umounted_and_told(0)},
};

constexpr auto unbound() { return unbind<recommended>(populated<>()); }
constexpr auto of_part(cause why, byte_range where) {
    return notify<recommended>(populated<>(), why, where);
}
/// Blocks 8 to 17: a shared extent, more data and an idle file, and no metadata.
constexpr byte_range data_blocks = blocks(8, 10);

template <class Expected>
constexpr sweep fail_each_in_removal(call what, Expected is_as_expected, byte_range where = whole) {
    return fail_each<recommended>(populated<>(), what, cause::removal, where, is_as_expected);
}
template <class Expected>
constexpr sweep fail_each_in_corruption(call what, byte_range where, Expected is_as_expected) {
    return fail_each<recommended>(populated<>(), what, cause::corruption, where, is_as_expected);
}

/// Whether a removal came to its end although a call failed.
template <class Notified>
constexpr bool is_umounted(const Notified& n, result answer, unsigned told) {
    return n.answer == answer && n.fs.is_shut_down &&
           n.fs.reason == shutdown_reason::force_umount && n.fs.told() == told &&
           n.fs.faults.made(call::unmap_range) == 1 && n.made.not_walked.empty();
}

/// Frozen by somebody in user space before.
template <class Notify>
constexpr mock_filesystem when_frozen(Notify tell) {
    auto fs = populated<>();
    fs.is_frozen_by_user = true;
    return tell(fs).fs;
}

} // namespace

TEST_CASE("every shipped law is kept") { CHECK(keeps_all()); }

TEST_CASE("the gates, in their order") { CHECK_BOTH(first_wrong_gate<recommended>(gate) == 0); }

TEST_CASE("a lone record") {
    CHECK_BOTH(first_wrong<recommended>(corruption_cells, cause::corruption, lone_page) == 0);
    CHECK_BOTH(first_wrong<recommended>(corruption_cells, cause::corruption, whole) == 0);
    CHECK_BOTH(first_wrong<recommended>(removal_cells, cause::removal, lone_page) == 0);
    CHECK_BOTH(first_wrong_unbind<recommended>(unbind_cells) == 0);
}

TEST_CASE("an unbind: everybody is told, written out, shut down, and then pages are taken away") {
    CHECK_BOTH(unbound().what() == umounted_and_told(3));
    CHECK_BOTH(unbound().is_true());
    CHECK_BOTH(unbound().fs.log.is(call::report_media_event, //
                                   call::kill_users, call::kill_users, call::kill_users,
                                   call::kill_users, // plain, sharer, plain, fragmented
                                   call::sync, call::shut_down, call::thaw_user,
                                   call::unmap_range));
    CHECK_BOTH(!unbound().made.is_incomplete());
    CHECK_BOTH(unbound().fs.log[1].pages == poison::not_marked);
    CHECK_BOTH(unbound().after == known_aftermaths{});
}

TEST_CASE("after an unbind nobody maps anything, and no fault brings it back") {
    constexpr auto mapped_again = [] {
        auto fs = unbound().fs;
        return fs.mapped() != mappers::none ||
               fs.fault(0, blocks(0, 1), false) != result::error(EIO);
    };
    CHECK_BOTH(!mapped_again());
    // A freeze alone would let a reader in (xfs_linux_7_2).
    CHECK_BOTH(unbound().fs.faults.made(call::freeze) == 0);
}

TEST_CASE("pages are counted in 64 bits: several groups are nothing special") {
    constexpr auto groups = unbind<recommended>(mapped_files<>());
    CHECK_BOTH(groups.what() == umounted_and_told(4));
    CHECK_BOTH(groups.after == known_aftermaths{});
    CHECK_BOTH(groups.fs.mapped() == mappers::none);
}

TEST_CASE("a freeze by somebody in user space ends with the filesystem, and not before") {
    constexpr auto unbound_when_frozen =
        when_frozen([](const auto& fs) { return unbind<recommended>(fs); });
    CHECK_BOTH(unbound_when_frozen.is_shut_down);
    CHECK_BOTH(!unbound_when_frozen.is_stuck());
    constexpr auto corrupt_when_frozen = when_frozen(
        [](const auto& fs) { return notify<recommended>(fs, cause::corruption, blocks(0, 1)); });
    CHECK_BOTH(corrupt_when_frozen.is_shut_down);
    CHECK_BOTH(!corrupt_when_frozen.is_stuck());
    for (const auto why : {cause::corruption, cause::removal}) {
        auto alive = when_frozen(
            [why](const auto& fs) { return notify<recommended>(fs, why, data_blocks); });
        CHECK(!alive.is_shut_down);
        CHECK(alive.thaw_ioctl() == success);
    }
}

TEST_CASE("a removal of a part: its users are told, and nobody else is hurt") {
    CHECK_BOTH(of_part(cause::removal, data_blocks).what() ==
               reported({.told = 3, .invalidated = 3}));
    CHECK_BOTH(of_part(cause::removal, data_blocks)
                   .fs.log.is(call::report_media_event,           //
                              call::kill_users, call::invalidate, // plain
                              call::kill_users, call::invalidate, // sharer
                              call::kill_users, call::invalidate  // plain
                              ));
    // With metadata in it, it cannot go on: blocks 0 to 13.
    auto expected = umounted_and_told(3);
    expected.invalidated = 3;
    CHECK(of_part(cause::removal, blocks(0, 14)).what() == expected);
    // Whoever is told there is told before the shutdown.
    CHECK_BOTH(of_part(cause::removal, blocks(0, 14)).fs.log.find(call::shut_down) == 7);
}

TEST_CASE("without a reverse mapping nobody is told one by one, and nobody goes on using it") {
    constexpr auto bare = populated<mock_filesystem_without_rmap>();
    constexpr auto removed = unbind<recommended>(bare);
    CHECK_BOTH(removed.answer == unsupported_operation);
    CHECK_BOTH(removed.fs.log.is(call::report_media_event, call::sync, call::shut_down,
                                 call::thaw_user, call::unmap_range));
    CHECK_BOTH(removed.fs.mapped() == mappers::none);
    // Of a part, and the filesystem stays.
    constexpr auto part = notify<recommended>(bare, cause::removal, data_blocks);
    CHECK_BOTH(part.answer == unsupported_operation);
    CHECK_BOTH(part.fs.log.is(call::report_media_event, call::unmap_range));
    CHECK_BOTH(part.fs.log[1].where == data_blocks);
    CHECK_BOTH(part.fs.processes().begin()[3].is_unmapped == false);
    // The generic path tells those whom it can find.
    constexpr auto failed = notify<recommended>(bare, cause::corruption, blocks(8, 1));
    CHECK_BOTH(falls_back(failed.answer));
    CHECK_BOTH(failed.fs.log.is(call::report_media_event));
}

TEST_CASE("an unbind of the log's device: written out while it is there, and shut down") {
    constexpr auto fs = populated<mock_filesystem_with_devices>();
    CHECK_BOTH(unbind<recommended>(fs, role::log).answer == success);
    CHECK_BOTH(
        unbind<recommended>(fs, role::log)
            .fs.log.is(call::report_media_event, call::sync, call::shut_down, call::thaw_user));
    CHECK_BOTH(unbind<recommended>(fs, role::log).fs.reason == shutdown_reason::force_umount);
    CHECK_BOTH(notify<recommended>(fs, cause::corruption, blocks(0, 1), role::log).fs.reason ==
               shutdown_reason::corrupt_ondisk);
    CHECK_BOTH(notify<recommended>(fs, cause::corruption, {1U << 16U, 4096}, role::log).what() ==
               failed_with(ENXIO));
}

TEST_CASE("a realtime section on the data device is asked as well") {
    constexpr auto of_section = [](cause why, byte_range where) {
        return notify<recommended>(populated<filesystem_of_every_role>(), why, where,
                                   role::internal_realtime)
            .what();
    };
    CHECK_BOTH(of_section(cause::corruption, blocks(0, 1)) == corrupt_and_reported);
    CHECK_BOTH(of_section(cause::corruption, blocks(12, 1)) ==
               reported({.told = 1, .poisoned = 1}, 1));
    CHECK_BOTH(of_section(cause::removal, whole) == umounted_and_told(3));
}

TEST_CASE("a filesystem that was shut down before: nothing can be read, pages are taken away") {
    constexpr auto dead = [] {
        auto fs = mapped_files<>();
        fs.is_shut_down = true;
        return unbind<recommended>(fs);
    };
    CHECK_BOTH(dead().answer == result::error(EIO));
    CHECK_BOTH(dead().fs.told() == 0);
    CHECK_BOTH(dead().fs.mapped() == mappers::none);
}

TEST_CASE("a user who cannot be told does not keep the others from being told") {
    const auto goes_on = [](const auto& n, std::uint64_t nth) {
        // the first process maps plain, told of again with its second extent
        return is_umounted(n, fault, nth == 2 ? 2 : 3) && n.made.walk == walk_end::failed;
    };
    CHECK(fail_each_in_removal(call::kill_users, goes_on) == sweep{4});
    // It is an error, and no corruption of the filesystem.
    CHECK_BOTH(
        fail_each_in_corruption(call::kill_users, data_blocks, [](const auto& n, std::uint64_t) {
            return n.answer == fault && !n.fs.is_shut_down && n.made.not_walked.empty();
        }) == sweep{3});
    CHECK_BOTH(fail_each_in_removal(
                   call::kill_users,
                   [](const auto& n, std::uint64_t) {
                       return n.answer == fault && !n.fs.is_shut_down && n.made.not_walked.empty();
                   },
                   data_blocks) == sweep{3});
    // Where there is metadata too, the filesystem is shut down, and the answer is that error.
    CHECK_BOTH(
        fail_each_in_corruption(call::kill_users, blocks(0, 14), [](const auto& n, std::uint64_t) {
            return n.answer == fault && n.fs.is_shut_down && n.made.not_walked.empty();
        }) == sweep{3});
}

TEST_CASE("what cannot be read may have been metadata") {
    CHECK_BOTH(fail_each_in_removal(call::read_rmap, [](const auto& n, std::uint64_t) {
                   return n.answer == fault && n.fs.is_shut_down &&
                          n.fs.mapped() == mappers::none && !n.made.not_walked.empty();
               }) == sweep{12});
    CHECK_BOTH(fail_each_in_removal(
                   call::read_rmap,
                   [](const auto& n, std::uint64_t) {
                       return n.answer == fault && n.fs.is_shut_down &&
                              n.fs.reason == shutdown_reason::force_umount;
                   },
                   data_blocks) == sweep{4});
    CHECK_BOTH(
        fail_each_in_corruption(call::read_rmap, data_blocks, [](const auto& n, std::uint64_t) {
            return n.answer == fault && n.fs.is_shut_down &&
                   n.fs.reason == shutdown_reason::corrupt_ondisk;
        }) == sweep{4});
}

TEST_CASE("every other call of a removal that fails") {
    const auto changes_nothing = [](const auto& n, std::uint64_t) {
        return is_umounted(n, success, 3) && n.made.walk == walk_end::clean;
    };
    CHECK(fail_each_in_removal(call::report_media_event, changes_nothing) == sweep{1});
    CHECK(fail_each_in_removal(call::sync, changes_nothing) == sweep{1});
    CHECK(fail_each_in_removal(call::thaw_user, changes_nothing) == sweep{1});
    CHECK(fail_each_in_removal(call::unmap_range, [](const auto& n, std::uint64_t) {
              return is_umounted(n, fault, 3);
          }) == sweep{1});
    CHECK(fail_each_in_removal(call::shut_down, [](const auto& n, std::uint64_t) {
              return n.answer == success && !n.fs.is_shut_down && n.fs.mapped() == mappers::none;
          }) == sweep{1});
    CHECK(fail_each_in_removal(
              call::invalidate,
              [](const auto& n, std::uint64_t) {
                  return n.answer == fault && !n.fs.is_shut_down && n.fs.told() == 3;
              },
              data_blocks) == sweep{3});
    // An inode that cannot be had has no users.
    CHECK(fail_each_in_removal(call::find_in_core, [](const auto& n, std::uint64_t) {
              return n.answer == success && n.fs.is_shut_down && n.fs.mapped() == mappers::none;
          }).wrong == 0);
}
