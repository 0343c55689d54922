// SPDX-License-Identifier: BSL-1.0
#include "daxhold/testing/mock_filesystem.hpp"

#include "../support/both.hpp"

#include <cerrno>

using namespace daxhold;
using namespace daxhold::tables;
using namespace daxhold::testing;

namespace {

constexpr result busy = result::error(EBUSY);
constexpr result invalid = result::error(EINVAL);
constexpr result fault = result::error(EDOM);

struct seen {
    std::uint64_t inodes[mock_filesystem::most_records] = {};
    byte_range extents[mock_filesystem::most_records] = {};
    std::size_t count = 0;
    result outcome{};
};
constexpr seen seen_in(byte_range where, std::size_t at_most = 99, std::uint64_t failing = 0) {
    auto fs = populated<>();
    fs.faults.fail(call::read_rmap, failing, EDOM);
    seen s;
    s.outcome = fs.for_each_mapping(role::data, where, [&](const rmap_record& r) {
        s.inodes[s.count] = r.inode_number;
        s.extents[s.count++] = r.extent;
        return s.count != at_most;
    });
    return s;
}

constexpr rmap_record data_of(std::uint64_t number) { return {{}, owner::file_data, number}; }

struct lookup {
    result outcome;
    mock_inode* handle = nullptr;
};
constexpr lookup found(mock_filesystem& fs, std::uint64_t number) {
    lookup made;
    made.outcome = fs.find_in_core(data_of(number), made.handle);
    return made;
}
constexpr result outcome_of(std::uint64_t number) {
    auto fs = populated<>();
    return found(fs, number).outcome;
}

/// What a filesystem lists, as far as it is asked.
struct listed {
    std::uint64_t inodes[mock_filesystem::most_inodes] = {};
    std::size_t count = 0;
    bool are_data_without_extent = true;
    result outcome{};
};
constexpr listed list(mock_filesystem_with_listing fs, role device = role::data,
                      std::size_t at_most = 99, std::uint64_t failing = 0) {
    fs.faults.fail(call::list_in_core, failing, EDOM);
    listed l;
    l.outcome = fs.for_each_in_core(device, [&](const rmap_record& r) {
        l.are_data_without_extent =
            l.are_data_without_extent && r.owner == owner::file_data && r.extent.empty();
        l.inodes[l.count++] = r.inode_number;
        return l.count != at_most;
    });
    return l;
}
constexpr auto with_list = populated<mock_filesystem_with_listing>();

/// One inode in core that owns this alone.
constexpr listed list_of_owner(owner who) {
    mock_filesystem_with_listing fs;
    fs.add(mock_inode{.number = plain});
    fs.add(rmap_record{blocks(0, 1), who, plain});
    return list(fs);
}

/// One thing done to the users of a file, and the filesystem after it.
struct after_kill {
    mock_filesystem fs;
    result outcome;
};
constexpr after_kill kill(std::uint64_t number, users who, poison pages, bool failing = false) {
    after_kill a{populated<>(), {}};
    if (failing)
        a.fs.faults.fail(call::kill_users, 1, EDOM);
    a.outcome = a.fs.kill_users(found(a.fs, number).handle, blocks(0, 1), who, pages);
    return a;
}

/// Every operation that can fail, called once when it is to fail and once more.
constexpr bool each_operation_fails_once() {
    auto fs = populated<>();
    for (std::size_t i = 0; i != call_count; ++i)
        fs.faults.fail(static_cast<call>(i), 1, EDOM);
    mock_inode* const file = [&] {
        static_cast<void>(found(fs, plain)); // this one fails
        return found(fs, plain).handle;
    }();
    const auto twice = [&fs](call what, auto operation) {
        const auto before = fs.log.size();
        return operation() == fault && operation().ok() && fs.log.size() == before + 2 &&
               fs.log[before] == entry{.what = fs.log[before].what,
                                       .inode_number = fs.log[before].inode_number,
                                       .where = fs.log[before].where,
                                       .who = fs.log[before].who,
                                       .pages = fs.log[before].pages,
                                       .reason = fs.log[before].reason,
                                       .device = fs.log[before].device,
                                       .outcome = fault} &&
               fs.log[before].what == what && fs.log[before + 1].outcome.ok();
    };
    fs.is_frozen_by_user = true;
    return twice(call::freeze, [&] { return fs.freeze(); }) &&
           twice(call::thaw, [&] { return fs.thaw(); }) &&
           twice(call::thaw_user, [&] { return fs.thaw_user(); }) &&
           twice(call::sync, [&] { return fs.sync(); }) &&
           twice(call::begin_walk, [&] { return fs.begin_walk(); }) &&
           twice(call::kill_users,
                 [&] { return fs.kill_users(file, {}, users::every, poison::marked); }) &&
           twice(call::invalidate, [&] { return fs.invalidate(file, {}); }) &&
           twice(call::report_data_lost, [&] { return fs.report_data_lost(file, {}); }) &&
           twice(call::report_media_event, [&] { return fs.report_media_event(role::data, {}); }) &&
           twice(call::shut_down, [&] { return fs.shut_down(shutdown_reason::force_umount); });
}

constexpr bool freezes_as_the_kernel_does() {
    mock_filesystem fs;
    const bool first = fs.thaw() == invalid && fs.freeze().ok() && fs.is_frozen_by_kernel;
    const bool second = fs.freeze() == busy && fs.thaw().ok() && !fs.is_frozen_by_kernel;
    // A user's freeze is another one.
    fs.is_frozen_by_user = true;
    const bool third = fs.freeze().ok() && fs.thaw().ok() && fs.is_frozen_by_user;
    return first && second && third && fs.thaw_user().ok() && !fs.is_frozen_by_user &&
           fs.thaw_user() == invalid;
}

constexpr bool keeps_its_first_reason() {
    mock_filesystem fs;
    return fs.shut_down(shutdown_reason::force_umount).ok() &&
           fs.shut_down(shutdown_reason::device_removed).ok() && fs.is_shut_down &&
           fs.reason == shutdown_reason::force_umount &&
           fs.log[1].reason == shutdown_reason::device_removed;
}

constexpr bool does_nothing_when_it_fails() {
    auto fs = populated<>();
    fs.is_frozen_by_user = true;
    for (const auto what :
         {call::freeze, call::thaw_user, call::invalidate, call::report_data_lost, call::shut_down})
        fs.faults.fail(what, 1, EDOM);
    auto* const file = found(fs, plain).handle;
    static_cast<void>(fs.freeze());
    static_cast<void>(fs.thaw_user());
    static_cast<void>(fs.invalidate(file, {}));
    static_cast<void>(fs.report_data_lost(file, {}));
    static_cast<void>(fs.shut_down(shutdown_reason::force_umount));
    return !fs.is_frozen_by_kernel && fs.is_frozen_by_user && !fs.at(plain).is_invalidated &&
           !fs.at(plain).is_reported_lost && !fs.is_shut_down;
}

template <class Mock>
constexpr bool has_several(byte_range where) {
    Mock fs;
    fs.has_several_groups = true;
    return fs.spans_groups(role::data, where);
}

} // namespace

TEST_CASE("the mock filesystems, and what they lack") {
    CHECK_BOTH(has_reverse_mapping<mock_filesystem>);
    CHECK_BOTH(!has_reverse_mapping<mock_filesystem_without_rmap>);
    CHECK_BOTH(has_reverse_mapping<mock_filesystem_with_devices>);
    CHECK_BOTH(lists_in_core<mock_filesystem_with_listing>);
    CHECK_BOTH(!lists_in_core<mock_filesystem>);
    CHECK_BOTH(!has_operation<mock_filesystem_without_freeze, operation::freeze>);
    CHECK_BOTH(!has_operation<mock_filesystem_without_freeze, operation::thaw>);
    CHECK_BOTH(mock_filesystem{}.device_range(role::data) == byte_range{0, 1U << 20U});
    CHECK_BOTH(mock_filesystem{}.device_range(role::log).empty());
    CHECK_BOTH(mock_filesystem{}.device_range(role::realtime).empty());
    CHECK_BOTH(mock_filesystem_with_devices{}.device_range(role::log) == byte_range{0, 1U << 16U});
    CHECK_BOTH(!mock_filesystem_with_devices{}.device_range(role::realtime).empty());
    CHECK_BOTH(mock_filesystem_with_devices{}.has_rmap(role::data));
    CHECK_BOTH(!mock_filesystem_with_devices{}.has_rmap(role::realtime));
    CHECK_BOTH(mock_filesystem{}.is_born());
    CHECK_BOTH(has_several<mock_filesystem>({0, 1U << 20U}));
    CHECK_BOTH(!has_several<mock_filesystem>({0, 4096}));
}

TEST_CASE("a populated one has a record of every kind, in ascending order") {
    CHECK_BOTH(populated<>().records().size == 12);
    CHECK_BOTH(seen_in(byte_range::whole_device()).count == 12);
    CHECK_BOTH([] {
        const auto all = seen_in(byte_range::whole_device());
        for (std::size_t i = 1; i != all.count; ++i)
            if (all.extents[i].offset() < all.extents[i - 1].offset())
                return false;
        return true;
    }());
    CHECK_BOTH(populated<>().processes().size == 4);
    CHECK_BOTH(populated<>().mapped() == mappers::with_page);
    CHECK_BOTH(populated<>().inode_count() == 6);
    CHECK_BOTH(populated<>().told() == 0);
}

TEST_CASE("the reverse mapping gives whole records, every owner, as long as it is asked") {
    CHECK_BOTH(seen_in(blocks(9, 1)).count == 2);
    CHECK_BOTH(seen_in(blocks(9, 1)).extents[0] == blocks(8, 4));
    CHECK_BOTH(seen_in(blocks(9, 1)).inodes[0] == plain);
    CHECK_BOTH(seen_in(blocks(9, 1)).inodes[1] == sharer);
    CHECK_BOTH(seen_in(blocks(7, 1)).count == 0);
    CHECK_BOTH(seen_in(byte_range::whole_device(), 3).count == 3);
    CHECK_BOTH(seen_in(byte_range::whole_device(), 3).outcome == success);
    CHECK_BOTH(seen_in(byte_range::whole_device(), 99, 5).count == 4);
    CHECK_BOTH(seen_in(byte_range::whole_device(), 99, 5).outcome == fault);
}

TEST_CASE("inodes are found as a cache of inodes finds them") {
    CHECK_BOTH(outcome_of(plain) == success);
    CHECK_BOTH(outcome_of(buffered) == success);
    CHECK_BOTH(outcome_of(idle) == result::error(ENODATA));
    CHECK_BOTH(outcome_of(9999) == result::error(ENODATA));
    CHECK_BOTH(outcome_of(plain) == success);
    CHECK_BOTH(outcome_of(reclaimed) == result::error(EAGAIN));
    CHECK_BOTH([] {
        auto fs = populated<>();
        fs.faults.fail(call::find_in_core, 1, EDOM);
        const auto lost = found(fs, plain);
        return lost.outcome == fault && lost.handle == nullptr && found(fs, plain).outcome.ok();
    }());
}

TEST_CASE("inodes in core are listed once, where they have data, and also if they cannot be had") {
    CHECK_BOTH(list(with_list).count == 5);
    CHECK_BOTH(list(with_list).inodes[0] == plain);
    CHECK_BOTH(list(with_list).inodes[1] == sharer);
    CHECK_BOTH(list(with_list).inodes[2] == buffered);
    CHECK_BOTH(list(with_list).inodes[3] == reclaimed);
    CHECK_BOTH(list(with_list).inodes[4] == fragmented);
    CHECK_BOTH(list(with_list).are_data_without_extent);
    CHECK_BOTH(list(with_list).outcome == success);
    CHECK_BOTH(list(with_list, role::log).count == 0);
    CHECK_BOTH(list_of_owner(owner::file_data).count == 1);
    CHECK_BOTH(list_of_owner(owner::attribute_fork).count == 0);
    CHECK_BOTH(list(with_list, role::data, 2).count == 2);
    CHECK_BOTH(list(with_list, role::data, 2).outcome == success);
    CHECK_BOTH(list(with_list, role::data, 99, 3).count == 2);
    CHECK_BOTH(list(with_list, role::data, 99, 3).outcome == fault);
}

TEST_CASE("users are told by whom they asked to be told") {
    CHECK_BOTH(kill(plain, users::early, poison::marked).fs.told(plain) == 1);
    CHECK_BOTH(kill(plain, users::early, poison::marked).fs.at(plain).is_poisoned);
    CHECK_BOTH(kill(plain, users::every, poison::not_marked).fs.told(plain) == 2);
    CHECK_BOTH(!kill(plain, users::every, poison::not_marked).fs.at(plain).is_poisoned);
    CHECK_BOTH(kill(plain, users::every, poison::marked).fs.told() == 2);
    CHECK_BOTH(kill(fragmented, users::every, poison::marked).outcome == success);
    CHECK_BOTH(kill(fragmented, users::every, poison::marked).fs.told() == 0);
    // A file in the page cache has no dax entry to lock.
    CHECK_BOTH(kill(buffered, users::every, poison::marked).outcome == busy);
    CHECK_BOTH(kill(buffered, users::every, poison::marked).fs.told() == 0);
    CHECK_BOTH(!kill(buffered, users::every, poison::marked).fs.at(buffered).is_poisoned);
    CHECK_BOTH(kill(plain, users::every, poison::marked, true).outcome == fault);
    CHECK_BOTH(kill(plain, users::every, poison::marked, true).fs.told() == 0);
    CHECK_BOTH(!kill(plain, users::every, poison::marked, true).fs.at(plain).is_poisoned);
}

TEST_CASE("freezing, shutting down") {
    CHECK_BOTH(freezes_as_the_kernel_does());
    CHECK_BOTH(keeps_its_first_reason());
}

TEST_CASE("every operation fails when it is told to, and then does nothing but be logged") {
    CHECK_BOTH(each_operation_fails_once());
    CHECK_BOTH(does_nothing_when_it_fails());
}

namespace {

/// What a process of `plain` comes to when it touches its first page, to read or to write.
constexpr result touch(mock_filesystem fs, bool to_write) {
    return fs.fault(0, blocks(0, 1), to_write);
}
constexpr mock_filesystem with_state(bool is_shut_down, bool is_frozen, bool is_taken_away) {
    auto fs = populated<>();
    fs.is_shut_down = is_shut_down;
    fs.is_frozen_by_kernel = is_frozen;
    if (is_taken_away)
        static_cast<void>(fs.unmap_range(role::data, byte_range::whole_device()));
    return fs;
}
constexpr mock_filesystem poisoned_fs = [] {
    auto fs = populated<>();
    mock_inode* i = nullptr;
    static_cast<void>(fs.find_in_core(rmap_record{{}, owner::file_data, plain}, i));
    static_cast<void>(fs.kill_users(i, blocks(0, 1), users::early, poison::marked));
    return fs;
}();
constexpr result sigbus_of_poison = result::error(133);

constexpr bool is_mapped_again_under_a_freeze() {
    auto fs = with_state(false, true, true);
    return fs.mapped() == mappers::none && fs.fault(0, blocks(0, 1), false) == success &&
           fs.mapped() == mappers::with_page;
}

} // namespace

TEST_CASE("a freeze keeps writers out, and no reader") {
    CHECK_BOTH(touch(with_state(false, false, false), true) == success);
    CHECK_BOTH(touch(with_state(false, true, false), false) == success);
    CHECK_BOTH(touch(with_state(false, true, true), false) == success);
    CHECK_BOTH(touch(with_state(false, true, false), true) == result::error(EAGAIN));
    CHECK_BOTH(is_mapped_again_under_a_freeze());
}

TEST_CASE("a shutdown lets nobody in; what is present can be read") {
    CHECK_BOTH(touch(with_state(true, false, false), false) == success);
    CHECK_BOTH(touch(with_state(true, false, false), true) == result::error(EIO));
    CHECK_BOTH(touch(with_state(true, false, true), false) == result::error(EIO));
}

TEST_CASE("poison is found by whoever comes next") {
    CHECK_BOTH(touch(poisoned_fs, false) == sigbus_of_poison);
    CHECK_BOTH(poisoned_fs.told(plain) == 1);
}

TEST_CASE("who is told has the page, and wants to know early") {
    mock_filesystem fs;
    fs.add(mock_inode{.number = plain});
    fs.add(rmap_record{blocks(8, 4), owner::file_data, plain});
    fs.add(mock_process{.inode_number = plain, .kill = mce_kill::early, .present = blocks(2, 1)});
    fs.add(mock_process{.inode_number = plain, .kill = mce_kill::late, .present = blocks(0, 1)});
    fs.add(mock_process{.inode_number = plain, .kill = mce_kill::early, .present = {}});
    CHECK(fs.mf_generic_kill_procs(role::data, blocks(8, 1)) == success);
    CHECK(fs.told() == 0);
    CHECK(fs.mf_generic_kill_procs(role::data, blocks(9, 1)) == result::error(EBUSY));
    CHECK(fs.mf_generic_kill_procs(role::data, blocks(10, 1)) == success);
    CHECK(fs.told() == 1);
    CHECK(fs.mf_generic_kill_procs(role::log, blocks(10, 1)) == result::error(EBUSY));
    CHECK(fs.processes().begin()->is_told);
}
