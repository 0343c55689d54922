// SPDX-License-Identifier: BSL-1.0
#include "daxhold/linux/problem.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace daxhold::on_linux;

TEST_CASE("a problem is one line that says what is wrong and what to do") {
    const problem p{problem_kind::bad_range, "the range 'x\ny\033[2J' is empty",
                    "give it a length"};
    CHECK(std::string{p.what()} == R"(the range 'x\x0ay\x1b[2J' is empty; give it a length)");
    CHECK(p.kind() == problem_kind::bad_range);
    // A path that was escaped before is not escaped again.
    CHECK(std::string{problem{problem_kind::bad_range, R"(a\x0a)", "b"}.what()} == R"(a\x0a; b)");
}

TEST_CASE("an errno value becomes a problem that tells a lack of permission from the rest") {
    CHECK(system_problem("read it", EPERM).kind() == problem_kind::no_permission);
    CHECK(system_problem("read it", EACCES).kind() == problem_kind::no_permission);
    const auto other = system_problem("read it", ENOSPC);
    CHECK(other.kind() == problem_kind::system_error);
    CHECK(std::string{other.what()}.find("cannot read it: ") == 0);
    CHECK(std::string{system_problem("open it", EMFILE).what()}.ends_with("(ulimit -n)"));
}

TEST_CASE("text for a terminal neither moves the cursor nor forges a line nor hides what it is") {
    CHECK(printable("/mnt/a b.txt") == "/mnt/a b.txt");
    CHECK(printable("gr\xc3\xbc\xc3\x9f") == "gr\xc3\xbc\xc3\x9f");
    CHECK(printable("a\nb\tc\033[2J\x7f") == R"(a\x0ab\x09c\x1b[2J\x7f)");
    CHECK(printable(R"(a\x0a)") == R"(a\\x0a)");
    // C1 controls, which some terminals obey, and marks that turn the direction of text.
    CHECK(printable("\xc2\x9b"
                    "2J") == R"(\xc2\x9b2J)");
    CHECK(printable("\xe2\x80\xae"
                    "gpj") == R"(\xe2\x80\xaegpj)");
    // No UTF-8: a lone byte, an overlong slash, half a surrogate pair, too large, cut off.
    CHECK(printable("\xff") == R"(\xff)");
    CHECK(printable("\xc0\xaf") == R"(\xc0\xaf)");
    CHECK(printable("\xed\xa0\x80") == R"(\xed\xa0\x80)");
    CHECK(printable("\xf4\x90\x80\x80") == R"(\xf4\x90\x80\x80)");
    CHECK(printable("\xe2\x82") == R"(\xe2\x82)");
    CHECK(printable("").empty());
}
