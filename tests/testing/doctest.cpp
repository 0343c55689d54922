// SPDX-License-Identifier: BSL-1.0
#include "daxhold/testing/doctest.hpp"

#include "daxhold/releases.hpp"

#include <string>

namespace downstream {

// A user's own fact, and the line that prints it.
enum class weather { dry, wet };
inline doctest::String toString(weather w) { return daxhold::testing::to_doctest(w); }

// And one without the line.
enum class unprinted { zero, one };

} // namespace downstream

namespace {

using namespace daxhold;
using namespace daxhold::tables;
using namespace daxhold::testing;

/// What doctest prints of a value.
template <class Value>
std::string printed(const Value& value) {
    using doctest::toString; // as its own macros look for it
    return toString(value).c_str();
}

} // namespace

TEST_CASE("facts by their names") {
    CHECK(printed(owner::file_data) == "owner::file_data");
    CHECK(printed(cause::removal) == "cause::removal");
    CHECK(printed(role::log) == "role::log");
    CHECK(printed(mount::not_born) == "mount::not_born");
    CHECK(printed(walk_end::failed) == "walk_end::failed");
    CHECK(printed(put_outcome::device_died_first) == "put_outcome::device_died_first");
    CHECK(printed(call::freeze) == "call::freeze");
    CHECK(printed(shutdown_reason::force_umount) == "shutdown_reason::force_umount");
    CHECK(printed(downstream::weather::wet) == "weather::wet");
    CHECK(printed(downstream::unprinted::one) == "1");
}

TEST_CASE("every fact of the library has a printer") {
    // clang-format off
    for (const auto& print : {
             printed(cause{}), printed(meaning{}), printed(scope{}), printed(role{}),
             printed(mount{}), printed(rmap{}), printed(range{}), printed(groups{}),
             printed(can_freeze{}), printed(can_kill_users{}), printed(can_invalidate{}),
             printed(can_shut_down{}), printed(owner{}), printed(inode{}), printed(mapping{}),
             printed(sharing{}), printed(walk_end{}), printed(want_shutdown{}), printed(frozen{}),
             printed(operation{}), printed(users{}), printed(poison{}),
             printed(shutdown_reason{}), printed(on_error{}), printed(ending{}),
             printed(put_outcome{}), printed(call{})})
        CHECK(print.find("::") != std::string::npos);
    // clang-format on
}

TEST_CASE("what is no enumeration") {
    CHECK(printed(filesystem_corrupted) == "-117 (the filesystem is corrupted)");
    CHECK(printed(blocks(1, 1)) == "[4096, 8192)");
    CHECK(printed(words::succeed) == "succeed");
    CHECK(printed(when(role::log) >> words::succeed) == "when(role::log) >> succeed");
    CHECK(printed(entry{}) == "freeze: 0");
    CHECK(printed(report{}) == "answer 0");
    CHECK(printed(any_of(role::log)) == "any_of(role::log)");
    CHECK(printed(scene{}) == "corruption: owner::file_data");
    CHECK(printed(known(role::log)) == "role::log");
    CHECK(printed(golden_comparison{true, {}}) == "the same as the golden file");
    CHECK(printed(golden_comparison{false, "line 1"}) == "line 1");
}

static_assert(printable<report>);
static_assert(printable<byte_range>);
static_assert(!printable<int>);
static_assert(!printable<std::string>);
static_assert(!printable<owner>);
