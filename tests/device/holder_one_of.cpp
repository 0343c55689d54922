// SPDX-License-Identifier: BSL-1.0
#include "daxhold/device/holder_one_of.hpp"

#include "daxhold/event/lineages.hpp"

#include "../support/both.hpp"

using namespace daxhold;

namespace {

using flags = failure_flags<lineage::linux_6_8::mf_flags>;

template <int Number>
struct numbered {
    int told = 0;
    constexpr result notify_failure(byte_range, flags) {
        ++told;
        return result::error(Number);
    }
};
using first = numbered<1>;
using second = numbered<2>;
using third = numbered<3>;
using one_of = holder_one_of<first, second, third>;

struct mapped_device {
    constexpr result notify_failure(byte_range, flags) const { return success; }
};

constexpr bool calls_exactly_the_one() {
    first a;
    second b;
    third c;
    const result x = one_of{a}.notify_failure({}, flags{});
    const result y = one_of{b}.notify_failure({}, flags{});
    const result z = one_of{c}.notify_failure({}, flags{});
    return x.value() == -1 && y.value() == -2 && z.value() == -3 && a.told == 1 && b.told == 1 &&
           c.told == 1;
}
constexpr bool compares() {
    first a;
    first other;
    third c;
    return one_of{a} == one_of{a} && one_of{a} != one_of{other} && one_of{a} != one_of{c} &&
           one_of{c} == one_of{c} && one_of{a} != one_of{} && one_of{} == one_of{};
}
constexpr bool is_copied_and_assigned() {
    second b;
    third c;
    one_of handle{c};
    const one_of copy = handle;
    handle = one_of{b};
    return handle == one_of{b} && copy == one_of{c} &&
           handle.notify_failure({}, flags{}).value() == -2 &&
           copy.notify_failure({}, flags{}).value() == -3 && b.told == 1 && c.told == 1;
}

// A union of one type, and a first member that is the address of the second's holder.
struct outer {
    first inner;
    constexpr result notify_failure(byte_range, flags) { return success; }
};

} // namespace

TEST_CASE("one of a closed set is a handle, as large as a pointer and a number") {
    CHECK_BOTH(holder_handle<one_of, flags>);
    CHECK_BOTH(holder_handle<holder_one_of<first>, flags>);
    CHECK_BOTH(holder_handle<holder_one_of<const mapped_device, first>, flags>);
    CHECK_BOTH(!holder_handle<holder_one_of<first, int>, flags>);
    CHECK_BOTH(sizeof(one_of) == 2 * sizeof(void*));
    CHECK_BOTH(std::is_trivially_copyable_v<one_of>);
}

TEST_CASE("the diagnostics know the set") {
    CHECK_BOTH(is_not_one_of_the_holders<second, first, second>::ok);
    CHECK_BOTH(!is_not_one_of_the_holders<third, first, second>::ok);
    CHECK_BOTH(names_a_holder_twice<first, second>::ok);
    CHECK_BOTH(!names_a_holder_twice<first, second, first>::ok);
}

TEST_CASE("it refers to what lives on, never to a temporary") {
    CHECK_BOTH(!std::is_constructible_v<one_of, first>);
    CHECK_BOTH(!std::is_constructible_v<one_of, const first>);
    CHECK_BOTH(!std::is_convertible_v<first&, one_of>);
    CHECK_BOTH(std::is_constructible_v<one_of, first&>);
}

TEST_CASE("nobody answers -EOPNOTSUPP") {
    CHECK_BOTH(!one_of{});
    CHECK_BOTH(one_of{}.notify_failure({}, flags{}) == unsupported_operation);
}

TEST_CASE("it calls the one that it was given") {
    CHECK_BOTH(calls_exactly_the_one());
    CHECK_BOTH(compares());
    CHECK_BOTH(is_copied_and_assigned());
}

TEST_CASE("two holders at one address are two holders") {
    outer whole;
    using either = holder_one_of<outer, first>;
    REQUIRE(static_cast<void*>(&whole) == static_cast<void*>(&whole.inner));
    CHECK(either{whole} != either{whole.inner});
}
