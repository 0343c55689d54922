// SPDX-License-Identifier: BSL-1.0
#include "events.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace {

/// What `tell` of a stack answers, and the calls that lead to it, as text.
template <class Tell>
std::vector<std::string> course_of(sample_stack* stack, Tell&& tell) {
    operation_calls_clear();
    const int answer = tell(stack);
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

std::vector<std::string> course_of(const events::event& e, const events::version& v) {
    return course_of(events::prepare(e, v),
                     [&](sample_stack* stack) { return events::tell(e, stack); });
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

TEST_CASE("by hand and by the library, the order of the table does not matter") {
    const auto course = [](const events::version& v, sample_layout layout, std::uint64_t offset,
                           std::uint64_t length) {
        return course_of(v.make(layout, POLICY_XFS_LINUX_6_8), [&](sample_stack* stack) {
            return stack->notify_failure(stack, offset, length, 0);
        });
    };
    // A page in the first piece, a range over both pieces of the lower
    // device, all of it, nothing.
    constexpr struct {
        std::uint64_t offset;
        std::uint64_t length;
    } ranges[] = {{events::linear_page, events::page},
                  {70 * events::page, 200 * events::page},
                  {0, UINT64_MAX},
                  {events::linear_page, 0}};
    for (const auto& range : ranges) {
        CAPTURE(range.offset);
        const auto ordered = course(events::versions[0], LAYOUT_LINEAR, range.offset, range.length);
        CHECK((ordered.size() > 1) == (range.length != 0));
        for (std::size_t i = 0; i != 5; ++i) { // the others know one table
            CAPTURE(events::versions[i].name);
            CHECK(course(events::versions[i], LAYOUT_LINEAR, range.offset, range.length) ==
                  ordered);
            CHECK(course(events::versions[i], LAYOUT_UNORDERED, range.offset, range.length) ==
                  ordered);
        }
    }
}
