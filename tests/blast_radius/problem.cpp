// SPDX-License-Identifier: BSL-1.0
#include "../../examples/blast_radius/problem.hpp"

#include <set>
#include <string>

#include "../support/both.hpp"

using namespace blast_radius;

TEST_CASE(
    "each kind of problem has an exit status of its own, which a shell can tell from others") {
    constexpr problem_kind kinds[] = {
        problem_kind::usage,          problem_kind::bad_range,   problem_kind::not_a_mount_point,
        problem_kind::unknown_policy, problem_kind::unmounted,   problem_kind::no_reverse_mapping,
        problem_kind::system_error,   problem_kind::shut_down,   problem_kind::output_failed,
        problem_kind::no_permission,  problem_kind::interrupted,
    };
    std::set<int> statuses;
    for (const auto kind : kinds) {
        CAPTURE(exit_status(kind));
        CHECK(statuses.insert(exit_status(kind)).second);
        // 1 and 2 are anybody's, above 125 the shell's, but for the status of an interrupt.
        CHECK(exit_status(kind) >= 64);
        CHECK((exit_status(kind) <= 125 || kind == problem_kind::interrupted));
    }
    CHECK_BOTH(exit_status(problem_kind::usage) == 64);
    CHECK_BOTH(exit_status(problem_kind::interrupted) == 128 + 2);
}

TEST_CASE("a problem is one line that says what is wrong and what to do") {
    const problem p{problem_kind::bad_range, "the range 'x\ny' is empty", "give it a length"};
    CHECK(std::string{p.what()} == "the range 'x?y' is empty; give it a length");
    CHECK(p.kind() == problem_kind::bad_range);
    CHECK(p.exit_status() == 65);
}

TEST_CASE("an errno value becomes a problem that tells a lack of permission from the rest") {
    CHECK(system_problem("read it", EPERM).kind() == problem_kind::no_permission);
    CHECK(system_problem("read it", EACCES).kind() == problem_kind::no_permission);
    const auto other = system_problem("read it", ENOSPC);
    CHECK(other.kind() == problem_kind::system_error);
    CHECK(std::string{other.what()}.find("cannot read it: ") == 0);
}
