// SPDX-License-Identifier: BSL-1.0
#include "daxhold/reactions/reaction.hpp"

#include "../support/both.hpp"

#include <cerrno>

using namespace daxhold;
using namespace daxhold::reactions;

namespace {

struct words_of : reactions::words {
    enum class state : unsigned char { here, leaving, left };
    enum class event : unsigned char { asked, told };
    enum class operation : unsigned char { first, second, third };
    using enum operation;

    static constexpr auto on_event =
        table(when(state::here, event::asked) >> steps(first) >> attempt(second, third) >>
                  in_progress(state::leaving),
              when(state::leaving, event::told) >> steps(first) >> done(state::left),
              when(state::left) >> refused(ENXIO), otherwise >> done());
};
using state = words_of::state;
using operation = words_of::operation;

constexpr auto& rows = words_of::on_event.actions;

} // namespace

TEST_CASE("steps in order, the ones that may fail among them, and an ending") {
    CHECK_BOTH(rows[0].count == 3);
    CHECK_BOTH(rows[0].steps[0] == step<operation>{operation::first, false});
    CHECK_BOTH(rows[0].steps[1] == step<operation>{operation::second, true});
    CHECK_BOTH(rows[0].steps[2] == step<operation>{operation::third, true});
    CHECK_BOTH((rows[0].answer == answer::in_progress && rows[0].outcome().ok()));
    CHECK_BOTH(rows[0].after(state::here) == state::leaving);
    CHECK_BOTH((rows[0].has(operation::third) && !rows[1].has(operation::third)));
}

TEST_CASE("a short reaction stands beside a long one, and one that says no state stays in it") {
    CHECK_BOTH((rows[1].count == 1 && rows[1].answer == answer::done));
    CHECK_BOTH(rows[1].after(state::leaving) == state::left);
    CHECK_BOTH((rows[2].count == 0 && rows[2].answer == answer::refused));
    CHECK_BOTH(
        (rows[2].outcome() == result::error(ENXIO) && rows[2].after(state::left) == state::left));
    CHECK_BOTH((rows[3].answer == answer::done && rows[3].after(state::leaving) == state::leaving));
}

TEST_CASE("a refusal of what had begun leads back") {
    constexpr auto back = words::steps(operation::second) >> words::refused(EBUSY, state::here);
    CHECK_BOTH(
        (back.after(state::leaving) == state::here && back.outcome() == result::error(EBUSY)));
    CHECK_BOTH((words::in_progress().answer == answer::in_progress && words::in_progress().stays));
}

TEST_CASE("what operations need and change is added up") {
    CHECK_BOTH((words::needs(state::here) >> words::makes(state::left) >>
                words::ends(state::here, state::leaving)) == effect{1, 4, 3});
    CHECK_BOTH(words::no_effect == effect{});
}
