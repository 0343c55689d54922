// SPDX-License-Identifier: BSL-1.0
#include "daxhold/testing/doctest.hpp"

#include "daxhold/releases.hpp"

#include <string>

namespace downstream {

// A user's own fact, and an enumeration that is none.
enum class weather : unsigned char { dry, wet };
enum class flags : unsigned char { one = 1, two = 2 };
enum plain { zero, one };

// A type of a user's own with a text.
struct thing {};
std::string to_text(thing) { return "a thing"; }

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
    CHECK(printed(shutdown_reason::force_umount) == "force_umount");
    CHECK(printed(downstream::weather::wet) == "weather::wet");
    CHECK(printed(downstream::flags::two) == "2");
    CHECK(printed(downstream::one) == "1");
    CHECK(printed(aftermath::page_count_wraps) == "aftermath::page_count_wraps");
}

TEST_CASE("a check that fails names both sides") {
    const auto compared =
        doctest::detail::stringifyBinaryExpr(owner::log, " == ", owner::file_data);
    CHECK(compared == doctest::String{"owner::log == owner::file_data"});
}

TEST_CASE("what is no enumeration") {
    CHECK(printed(filesystem_corrupted) == "-EFSCORRUPTED (the filesystem is corrupted)");
    CHECK(printed(blocks(1, 1)) == "[4096, 8192)");
    CHECK(printed(words::succeed) == "succeed");
    CHECK(printed(when(role::log) >> words::succeed) == "when(role::log) >> succeed");
    CHECK(printed(entry{}) == "freeze: 0");
    CHECK(printed(report{}) == "answer 0");
    CHECK(printed(any_of(role::log)) == "role::log");
    CHECK(printed(trial{}) == "cause::corruption");
    CHECK(printed(known(role::log)) == "role::log");
    CHECK(printed(downstream::thing{}) == "a thing");
    CHECK(printed(7) == "7");
    CHECK(printed(golden_comparison{true, {}}) == "the same as the golden file");
    CHECK(printed(golden_comparison{false, "line 1"}) == "line 1");
}

static_assert(printable<report>);
static_assert(printable<byte_range>);
static_assert(!printable<int>);
static_assert(!printable<std::string>);
static_assert(printable<owner>);
static_assert(!printable<downstream::flags>);
