// SPDX-License-Identifier: BSL-1.0
#include "events.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace {

/// An answer, and the calls that led to it, as text.
std::vector<std::string> course_of(const events::event& e, const events::version& v) {
    sample_stack* stack = events::prepare(e, v);
    operation_calls_clear();
    const int answer = events::tell(e, stack);
    stack->destroy(stack);
    REQUIRE(operation_call_count <= MOST_OPERATION_CALLS);
    std::vector<std::string> course;
    for (std::size_t i = 0; i != operation_call_count; ++i) {
        std::string text = operation_calls[i].name;
        for (const auto argument : operation_calls[i].arguments)
            text += ' ' + std::to_string(argument);
        course.push_back(text);
    }
    course.push_back("returns " + std::to_string(answer));
    return course;
}

} // namespace

TEST_CASE("every version calls the same operations in the same order") {
    for (const auto& e : events::all) {
        CAPTURE(e.name);
        const auto by_hand = course_of(e, events::versions[0]);
        for (const auto& v : events::versions) {
            CAPTURE(v.name);
            CHECK(course_of(e, v) == by_hand);
        }
    }
}

TEST_CASE("the events are what their names say") {
    const auto course = [](std::size_t number) {
        return course_of(events::all[number], events::versions[0]);
    };
    CHECK(course(0) == std::vector<std::string>{"begin_walk 0 0 0 0", "find_in_core 131 0 0 0",
                                                "kill_users 131 4096 4096 0", "returns 0"});
    CHECK(course(2) ==
          std::vector<std::string>{"begin_walk 0 0 0 0", "shut_down 0 0 0 0", "returns -117"});
    CHECK(course(6) == course(0));
    CHECK(course(7) == course(0));
    CHECK(course(8) == std::vector<std::string>{"returns -6"});
    CHECK(course(9) == std::vector<std::string>{"returns -6"});
    CHECK(course(10) == std::vector<std::string>{"returns -95"});
    CHECK(course(11) == std::vector<std::string>{"returns -6"});
    // Frozen, six records with an inode looked for, four of them told, shut down, thawed.
    CHECK(course(4).front() == "freeze 0 0 0 0");
    CHECK(course(4).size() > 12);
    CHECK(course(5).front() == "report_media_event 0 0 262144 0");
}
