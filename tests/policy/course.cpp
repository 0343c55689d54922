// SPDX-License-Identifier: BSL-1.0
#include "daxhold/policy/course.hpp"

#include "../support/both.hpp"
#include "../support/words.hpp"

using namespace daxhold;
using namespace spelled;

namespace {

enum class own : std::uint8_t { fence, drain };

constexpr auto course_of_two = freeze >> attempt(thaw);
constexpr auto course_of_two_plain = freeze >> thaw;
constexpr auto full = freeze >> spelled::sync >> begin_walk >> invalidate >> thaw >> thaw_user;

struct policy : words {
    static constexpr auto gate =
        table(when(cause::removal) >> full >> walk,
              when(mount::not_born) >> perform(own::fence) >> succeed, otherwise >> unsupported);
};

template <operation What>
constexpr bool is_one_step(course<no_own_operation, 1> c) {
    return c.count == 1 && c.steps[0].what == What && c.steps[0].then == on_error::stop &&
           c.end == ending::none && c.errno_value == 0;
}
constexpr bool ends(course<> c, ending end, result outcome) {
    return c.count == 0 && c.end == end && c.outcome() == outcome;
}

} // namespace

TEST_CASE("each word is one step") {
    CHECK_BOTH(is_one_step<operation::freeze>(freeze));
    CHECK_BOTH(is_one_step<operation::thaw>(thaw));
    CHECK_BOTH(is_one_step<operation::thaw_user>(thaw_user));
    CHECK_BOTH(is_one_step<operation::sync>(spelled::sync));
    CHECK_BOTH(is_one_step<operation::begin_walk>(begin_walk));
    CHECK_BOTH(is_one_step<operation::invalidate>(invalidate));
    CHECK_BOTH(is_one_step<operation::report_data_lost>(report_data_lost));
    CHECK_BOTH(is_one_step<operation::report_media_event>(report_media_event));
    CHECK_BOTH(is_one_step<operation::note_shutdown>(note_shutdown));
    CHECK_BOTH(is_one_step<operation::kill_users>(kill_users(users::every, poison::not_marked)));
    CHECK_BOTH(kill_users(users::every, poison::not_marked).steps[0].argument<users>() ==
               users::every);
    CHECK_BOTH(kill_users(users::every, poison::not_marked).steps[0].argument<poison>(1) ==
               poison::not_marked);
    CHECK_BOTH(is_one_step<operation::shut_down>(shut_down(shutdown_reason::device_removed)));
    CHECK_BOTH(shut_down(shutdown_reason::device_removed).steps[0].argument<shutdown_reason>() ==
               shutdown_reason::device_removed);
}

TEST_CASE("each ending is no step") {
    CHECK_BOTH(ends(succeed, ending::finish, success));
    CHECK_BOTH(ends(refuse(EIO), ending::finish, result::error(EIO)));
    CHECK_BOTH(ends(unsupported, ending::finish, unsupported_operation));
    CHECK_BOTH(ends(return_error, ending::finish_error, success));
    CHECK_BOTH(ends(walk, ending::walk, success));
    CHECK_BOTH(ends(next, ending::next, success));
    CHECK_BOTH(ends(stop(EBUSY), ending::stop, result::error(EBUSY)));
    CHECK_BOTH(ends(stop_with_lookup_error, ending::stop_lookup, success));
}

TEST_CASE("steps stand in the order in which they were written") {
    CHECK_BOTH(course_of_two.count == 2);
    CHECK_BOTH(course_of_two.steps[0].what == operation::freeze);
    CHECK_BOTH(course_of_two.steps[1].what == operation::thaw);
    CHECK_BOTH(full.count == 6);
    CHECK_BOTH(full.steps[5].what == operation::thaw_user);
    CHECK_BOTH(full.has(operation::invalidate));
    CHECK_BOTH(!full.has(operation::shut_down));
}

TEST_CASE("there is no limit to the steps of a course") {
    constexpr auto long_one = full >> full >> full >> perform(own::drain) >> succeed;
    CHECK_BOTH(long_one.count == 19);
    CHECK_BOTH(long_one.steps[17].what == operation::thaw_user);
    CHECK_BOTH(long_one.steps[18].own == own::drain);
    CHECK_BOTH(long_one.end == ending::finish);
}

TEST_CASE("courses of one table have room for the longest") {
    CHECK_BOTH(std::is_same_v<decltype(policy::gate)::action_type, course<own, 6>>);
    CHECK_BOTH(policy::gate.actions[0].count == 6);
    CHECK_BOTH(policy::gate.actions[1].count == 1);
    CHECK_BOTH(policy::gate.actions[2].count == 0);
    CHECK_BOTH(policy::gate.actions[2].outcome() == unsupported_operation);
}

TEST_CASE("an error leads to what is said of its own steps") {
    CHECK_BOTH(course_of_two.steps[0].then == on_error::stop);
    CHECK_BOTH(course_of_two.steps[1].then == on_error::ignore);
    CHECK_BOTH(attempt(full).steps[5].then == on_error::ignore);
    CHECK_BOTH(collect(freeze >> thaw).steps[0].then == on_error::collect);
    CHECK_BOTH(collect(attempt(freeze)).steps[0].then == on_error::collect);
    CHECK_BOTH(attempt(freeze >> refuse(EIO)).outcome() == result::error(EIO));
}

TEST_CASE("the last ending counts") {
    CHECK_BOTH((walk >> succeed).end == ending::finish);
    CHECK_BOTH((refuse(EIO) >> succeed).outcome() == success);
    CHECK_BOTH((refuse(EIO) >> freeze).outcome() == result::error(EIO));
}

TEST_CASE("operations of one's own join the others") {
    constexpr auto mixed = freeze >> perform(own::drain) >> attempt(perform(own::fence)) >> succeed;
    CHECK_BOTH(std::is_same_v<decltype(mixed), const course<own, 3>>);
    CHECK_BOTH(mixed.count == 3);
    CHECK_BOTH(mixed.steps[0].what == operation::freeze);
    CHECK_BOTH(mixed.steps[1].what == operation::own);
    CHECK_BOTH(mixed.steps[1].own == own::drain);
    CHECK_BOTH(mixed.steps[2].own == own::fence);
    CHECK_BOTH(mixed.steps[2].then == on_error::ignore);
    // A course without them is one of theirs: with all that it said.
    constexpr course<own, 2> same =
        attempt(shut_down(shutdown_reason::force_umount)) >> refuse(EIO);
    CHECK_BOTH(same.count == 1);
    CHECK_BOTH(same.steps[0].then == on_error::ignore);
    CHECK_BOTH(same.steps[0].argument<shutdown_reason>() == shutdown_reason::force_umount);
    CHECK_BOTH(same.outcome() == result::error(EIO));
    CHECK_BOTH(std::is_convertible_v<course<>, course<own>>);
    CHECK_BOTH(!std::is_convertible_v<course<own>, course<>>);
    CHECK_BOTH(!std::is_convertible_v<course<own, 2>, course<own, 1>>);
}

TEST_CASE("courses are compared by all that they say") {
    CHECK_BOTH(freeze == freeze);
    CHECK_BOTH(!(freeze == attempt(freeze)));
    CHECK_BOTH(!(stop(EBUSY) == stop(EIO)));
    CHECK_BOTH(!(kill_users(users::early, poison::marked) ==
                 kill_users(users::early, poison::not_marked)));
    CHECK_BOTH(!(succeed == refuse(EIO)));
    // However much room they have, and whatever their filesystem could do besides.
    CHECK_BOTH(static_cast<course<own, 6>>(freeze >> thaw) == course_of_two_plain);
    CHECK_BOTH(!(static_cast<course<own, 6>>(freeze >> thaw) == course_of_two));
}
