// SPDX-License-Identifier: BSL-1.0
#include "daxhold/policy/steps.hpp"

#include "../support/notification.hpp"

using namespace support;

namespace {

constexpr byte_range page = blocks(8, 1);

/// Each kind of step in a gate: before a walk, before an end, and with errors collected.
struct before_a_walk : words {
    static constexpr auto gate =
        table(otherwise >> attempt(freeze) >> begin_walk >> sync >> report_media_event >> walk);
    static constexpr auto record = table(otherwise >> next);
    static constexpr auto end = table(otherwise >> attempt(thaw) >> return_error);
};
struct at_the_end : words {
    static constexpr auto gate = table(otherwise >> freeze >> walk);
    static constexpr auto record = table(otherwise >> next);
    static constexpr auto end =
        table(otherwise >> thaw_user >> sync >> thaw >> shut_down(device_removed) >> return_error);
};
struct without_freeze : words {
    static constexpr auto gate = table(otherwise >> walk);
    static constexpr auto record =
        table(when(inode::in_core) >> collect(kill_users(users::every, poison::not_marked)) >>
                  invalidate >> next,
              otherwise >> next);
    static constexpr auto end = table(otherwise >> thaw >> return_error);
};

template <class Policy>
constexpr auto with_fault(call failing, std::uint64_t nth = 1) {
    auto fs = populated<>();
    fs.faults.fail(failing, nth, EDOM);
    return notify<Policy>(fs, cause::removal, page);
}
constexpr result fault = result::error(EDOM);

} // namespace

TEST_CASE("each subject gets what its operations are done to") {
    const auto told = with_fault<before_a_walk>(call::read_rmap, 9);
    CHECK(told.fs.log.is(call::freeze, call::begin_walk, call::sync, call::report_media_event,
                         call::thaw));
    CHECK(told.fs.log[3].device == role::data);
    CHECK(told.fs.log[3].where == page);
    const auto killed = with_fault<without_freeze>(call::read_rmap, 9);
    CHECK(killed.fs.log[0].what == call::kill_users);
    CHECK(killed.fs.log[0].inode_number == plain);
    CHECK(killed.fs.log[0].where == blocks(0, 1));
    CHECK(killed.fs.log[0].who == users::every);
    CHECK(killed.fs.log[0].pages == poison::not_marked);
    CHECK(with_fault<at_the_end>(call::read_rmap, 9).fs.reason == shutdown_reason::device_removed);
}

TEST_CASE("a range is one of the device that the event comes from") {
    constexpr auto told = notify<releases::xfs_linux_7_0>(populated<mock_filesystem_with_devices>(),
                                                          cause::removal, blocks(2, 1), role::log);
    CHECK_BOTH(told.fs.log.is(call::report_media_event));
    CHECK_BOTH(told.fs.log[0].device == role::log);
    CHECK_BOTH(told.fs.log[0].where == blocks(2, 1));
}

TEST_CASE("before a walk, a step that failed leaves out those after it, and the walk") {
    constexpr auto told = with_fault<before_a_walk>(call::begin_walk);
    CHECK_BOTH(told.fs.log.is(call::freeze, call::begin_walk, call::thaw));
    CHECK_BOTH(told.made.of(operation::sync).skipped == 1);
    CHECK_BOTH(told.made.of(operation::report_media_event).skipped == 1);
    CHECK_BOTH(told.made.walk == walk_end::not_started);
    CHECK_BOTH(told.answer == fault);
    // One that was only attempted does not.
    CHECK_BOTH(with_fault<before_a_walk>(call::freeze).answer == success);
    CHECK_BOTH(with_fault<before_a_walk>(call::freeze).made.of(operation::sync).taken == 1);
}

TEST_CASE("elsewhere what was begun is gone through with, and the first error stays") {
    // Nobody in user space had frozen it, which comes first.
    constexpr auto told = with_fault<at_the_end>(call::sync);
    CHECK_BOTH(
        told.fs.log.is(call::freeze, call::thaw_user, call::sync, call::thaw, call::shut_down));
    CHECK_BOTH(told.answer == result::error(EINVAL));
    CHECK_BOTH(told.fs.is_shut_down);
    CHECK_BOTH(with_fault<at_the_end>(call::thaw).made.is_left_frozen);
    CHECK_BOTH(!told.made.is_left_frozen);
}

TEST_CASE("without a freeze of our own there is nothing to thaw") {
    CHECK_BOTH(with_fault<without_freeze>(call::read_rmap, 9).fs.faults.made(call::thaw) == 0);
    CHECK_BOTH(with_fault<at_the_end>(call::read_rmap, 9).fs.faults.made(call::thaw) == 1);
    CHECK_BOTH(with_fault<at_the_end>(call::freeze).fs.faults.made(call::thaw) == 0);
}

TEST_CASE("an error that is collected ends nothing, one that is not does") {
    // The page is shared: the second owner is told after the first could not be.
    constexpr auto collected = with_fault<without_freeze>(call::kill_users);
    CHECK_BOTH(collected.answer == fault);
    CHECK_BOTH(collected.made.of(operation::kill_users).taken == 2);
    CHECK_BOTH(collected.made.of(operation::invalidate).taken == 2);
    constexpr auto stopped = with_fault<without_freeze>(call::invalidate);
    CHECK_BOTH(stopped.answer == fault);
    CHECK_BOTH(stopped.made.of(operation::kill_users).taken == 1);
    CHECK_BOTH(stopped.made.walk == walk_end::failed);
}
