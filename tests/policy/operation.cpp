// SPDX-License-Identifier: BSL-1.0
#include "daxhold/policy/operation.hpp"

#include "daxhold/policy/contract.hpp"
#include "daxhold/testing/mock_filesystem.hpp"

#include "../support/both.hpp"

#include <string_view>

using namespace daxhold;
using namespace daxhold::testing;

namespace {

/// Every operation of the list, with what it is done to and how many arguments it has.
struct listed {
    operation what;
    subject about;
    int arguments;
    const char* purpose;
};
template <class... Arguments>
constexpr int count_arguments(void (*)(Arguments...)) {
    return sizeof...(Arguments);
}
#define DAXHOLD_OPERATION(name, done_to, takes, what_for)                                          \
    listed{operation::name, operation_traits<operation::name>::about,                              \
           count_arguments(static_cast<operation_traits<operation::name>::signature*>(nullptr)),   \
           operation_traits<operation::name>::purpose},
constexpr listed list[] = {DAXHOLD_OPERATIONS(DAXHOLD_OPERATION)};
#undef DAXHOLD_OPERATION

constexpr std::size_t list_size = sizeof(list) / sizeof(list[0]);

/// A member function for each operation, and nothing else than the list to make it from.
struct recorder {
    operation last = operation::own;
    unsigned sum = 0;

    template <class... Arguments>
    constexpr result note(operation what, Arguments... arguments) {
        last = what;
        sum = (0U + ... + static_cast<unsigned>(arguments));
        return result::error(EDOM);
    }
    constexpr result kill_users(users who, poison pages) {
        return note(operation::kill_users, who, pages);
    }
    constexpr result shut_down(shutdown_reason why) { return note(operation::shut_down, why); }
};

constexpr recorder told_to_kill() {
    recorder r;
    const auto outcome =
        operation_traits<operation::kill_users>::call(r, users::every, poison::not_marked);
    if (outcome != result::error(EDOM))
        r.last = operation::own;
    return r;
}

struct other_return {
    int freeze() { return 0; }
};
struct other_arguments {
    result shut_down() { return {}; }
};

} // namespace

TEST_CASE("the enumeration is in the order of the list, and two more") {
    CHECK_BOTH([] {
        for (std::size_t i = 0; i != list_size; ++i)
            if (static_cast<std::size_t>(list[i].what) != i)
                return false;
        return true;
    }());
    CHECK_BOTH(operation_count == list_size + 2);
    CHECK_BOTH(name_of(operation::report_data_lost) == text{"report_data_lost", 16});
    CHECK_BOTH(name_of(operation::own) == text{"own", 3});
}

TEST_CASE("each has a purpose, and arguments that a step has room for") {
    for (const auto& each : list) {
        CHECK(std::string_view{each.purpose}.size() > 10);
        CHECK(static_cast<std::size_t>(each.arguments) <= most_arguments);
    }
}

TEST_CASE("what an operation is done to comes before its own arguments") {
    using mock = mock_filesystem;
    CHECK_BOTH(std::same_as<signature_of<mock, operation::freeze>, result()>);
    CHECK_BOTH(std::same_as<signature_of<mock, operation::kill_users>,
                            result(mock_inode*&, byte_range, users, poison)>);
    CHECK_BOTH(
        std::same_as<signature_of<mock, operation::report_media_event>, result(role, byte_range)>);
    CHECK_BOTH(std::same_as<signature_of<mock, operation::shut_down>, result(shutdown_reason)>);
}

TEST_CASE("the member function is called with its arguments, and its result comes back") {
    CHECK_BOTH(told_to_kill().last == operation::kill_users);
    CHECK_BOTH(told_to_kill().sum == 2);
}

TEST_CASE("a filesystem has what can be called as the engine would") {
    CHECK_BOTH(has_operation<mock_filesystem, operation::freeze>);
    CHECK_BOTH(!has_operation<mock_filesystem_without_freeze, operation::freeze>);
    CHECK_BOTH(has_operation<mock_filesystem, operation::note_shutdown>);
    CHECK_BOTH(!has_operation<mock_filesystem, operation::own>);
    CHECK_BOTH(!has_operation<other_return, operation::freeze>);
    CHECK_BOTH(operation_traits<operation::freeze>::is_member<other_return>);
    CHECK_BOTH(!has_operation<other_arguments, operation::shut_down>);
    CHECK_BOTH(!operation_traits<operation::freeze>::is_member<other_arguments>);
}
