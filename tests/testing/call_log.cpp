// SPDX-License-Identifier: BSL-1.0
#include "daxhold/testing/call_log.hpp"

#include "../support/both.hpp"

#include <cerrno>

using namespace daxhold;
using namespace daxhold::tables;
using namespace daxhold::testing;

namespace {

template <class... Calls>
constexpr call_log log_of(Calls... calls) {
    call_log log;
    (log.add({.what = calls}), ...);
    return log;
}
constexpr call_log log_of_many(std::size_t count) {
    call_log log;
    for (std::size_t i = 0; i != count; ++i)
        log.add({.what = call::sync});
    return log;
}

/// How each of a few calls of one kind goes, a bit a call, set where it fails.
constexpr unsigned failing(fault_plan plan, call what) {
    unsigned failed = 0;
    for (unsigned i = 0; i != 5; ++i)
        if (!plan.next(what).ok())
            failed |= 1U << i;
    return failed;
}
constexpr fault_plan planned(call what, std::uint64_t nth, int errno_value = EIO) {
    fault_plan plan;
    plan.fail(what, nth, errno_value);
    return plan;
}

} // namespace

TEST_CASE("a log keeps what was done, in order") {
    constexpr auto log = log_of(call::freeze, call::kill_users, call::kill_users, call::thaw);
    CHECK_BOTH(log.size() == 4);
    CHECK_BOTH(log.count(call::kill_users) == 2);
    CHECK_BOTH(log.count(call::shut_down) == 0);
    CHECK_BOTH(log.find(call::kill_users) == 1);
    CHECK_BOTH(log.find(call::shut_down) == log.size());
    CHECK_BOTH(log[3].what == call::thaw);
}

TEST_CASE("it is exactly this, or it is not") {
    constexpr auto log = log_of(call::freeze, call::thaw);
    CHECK_BOTH(log.is(call::freeze, call::thaw));
    CHECK_BOTH(!log.is(call::thaw, call::freeze));
    CHECK_BOTH(!log.is(call::freeze));
    CHECK_BOTH(!log.is(call::freeze, call::thaw, call::thaw_user));
    CHECK_BOTH(call_log{}.is());
    CHECK_BOTH(!log.is());
}

TEST_CASE("what is beyond its capacity is counted, and not taken for something else") {
    CHECK_BOTH(log_of_many(call_log::capacity).size() == call_log::capacity);
    CHECK_BOTH(log_of_many(call_log::capacity + 5).size() == call_log::capacity + 5);
    CHECK_BOTH(log_of_many(call_log::capacity + 5).count(call::sync) == call_log::capacity);
    CHECK_BOTH(log_of_many(call_log::capacity + 5).find(call::freeze) == call_log::capacity + 5);
    CHECK_BOTH(!log_of_many(call_log::capacity + 1).is(call::sync));
}

TEST_CASE("entries are compared by all that they have") {
    constexpr entry kill{
        .what = call::kill_users, .inode_number = 7, .where = {0, 4096}, .who = users::every};
    CHECK_BOTH(kill == kill);
    CHECK_BOTH(kill != entry{.what = call::kill_users, .inode_number = 7, .where = {0, 4096}});
    CHECK_BOTH(kill != entry{.what = call::kill_users,
                             .inode_number = 7,
                             .where = {0, 4096},
                             .who = users::every,
                             .outcome = result::error(EIO)});
}

TEST_CASE("the n-th call of a kind fails, once, and no other") {
    CHECK_BOTH(failing({}, call::freeze) == 0);
    CHECK_BOTH(failing(planned(call::freeze, 1), call::freeze) == 0b00001);
    CHECK_BOTH(failing(planned(call::freeze, 3), call::freeze) == 0b00100);
    CHECK_BOTH(failing(planned(call::freeze, 3), call::thaw) == 0);
    CHECK_BOTH(failing(planned(call::freeze, 6), call::freeze) == 0);
    CHECK_BOTH(planned(call::freeze, 1, EBUSY).next(call::freeze) == result::error(EBUSY));
    // Every kind of call has a place of its own.
    CHECK_BOTH([] {
        for (std::size_t i = 0; i != call_count; ++i)
            for (std::size_t j = 0; j != call_count; ++j)
                if (failing(planned(static_cast<call>(i), 2), static_cast<call>(j)) !=
                    (i == j ? 2U : 0U))
                    return false;
        return true;
    }());
}

TEST_CASE("a second fault of a kind replaces the first") {
    CHECK_BOTH([] {
        auto plan = planned(call::sync, 1);
        plan.fail(call::sync, 2, EBUSY);
        return plan.next(call::sync).ok() && plan.next(call::sync) == result::error(EBUSY);
    }());
}

TEST_CASE("the calls are counted by kind") {
    CHECK_BOTH([] {
        fault_plan plan;
        static_cast<void>(plan.next(call::sync));
        static_cast<void>(plan.next(call::sync));
        return plan.made(call::sync) == 2 && plan.made(call::freeze) == 0;
    }());
}
