// SPDX-License-Identifier: BSL-1.0
#include "daxhold/device/any_holder.hpp"

#include "daxhold/event/lineages.hpp"

#include "../support/both.hpp"

using namespace daxhold;

namespace {

using flags = failure_flags<lineage::linux_6_8::mf_flags>;
using handle = any_holder<flags>;

struct something_before {
    int padding = 7;
};

// Its base is not at its own address.
struct based : something_before, holder_base {
    int told = 0;
    constexpr result notify_failure(byte_range, flags) {
        ++told;
        return filesystem_corrupted;
    }
};
struct other_based : holder_base {
    constexpr result notify_failure(byte_range, flags) const { return no_such_device; }
};
struct plain {
    int told = 0;
    result notify_failure(byte_range range, flags f) {
        ++told;
        last = range;
        last_flags = f;
        return result::error(EIO);
    }
    byte_range last{};
    flags last_flags{};
};
struct virtually_based : virtual holder_base {
    result notify_failure(byte_range, flags) { return success; }
};
struct outer {
    plain inner;
    result notify_failure(byte_range, flags) { return success; }
};

constexpr bool calls_in_a_constant_expression() {
    based fs;
    other_based other;
    const handle a{fs};
    const handle b{other};
    return a.notify_failure({0, 1}, flags{}) == filesystem_corrupted && fs.told == 1 &&
           b.notify_failure({0, 1}, flags{}) == no_such_device;
}
constexpr bool compares() {
    based one;
    based other;
    other_based third;
    return handle{one} == handle{one} && handle{one} != handle{other} &&
           handle{one} != handle{third} && handle{one} != handle{} && handle{} == handle{};
}

} // namespace

TEST_CASE("any holder is a handle of two pointers") {
    CHECK_BOTH(holder_handle<handle, flags>);
    CHECK_BOTH(!holder_handle<handle, failure_flags<lineage::seed::mf_flags>>);
    CHECK_BOTH(sizeof(handle) == 2 * sizeof(void*));
    CHECK_BOTH(std::is_trivially_copyable_v<handle>);
}

TEST_CASE("it refers to what lives on, never to a temporary") {
    CHECK_BOTH(std::is_constructible_v<handle, plain&>);
    CHECK_BOTH(!std::is_constructible_v<handle, plain>);
    CHECK_BOTH(!std::is_convertible_v<plain&, handle>);
}

TEST_CASE("nobody answers -EOPNOTSUPP") {
    CHECK_BOTH(!handle{});
    CHECK_BOTH(handle{}.notify_failure({}, flags{}) == unsupported_operation);
}

TEST_CASE("a holder with the base is called in constant expressions too") {
    CHECK_BOTH(calls_in_a_constant_expression());
    CHECK_BOTH(compares());
}

TEST_CASE("a holder without the base is called at run time") {
    plain fs;
    plain other;
    const handle a{fs};
    REQUIRE(a);
    const flags given = lineage::linux_6_8::mf_flags::action_required;
    CHECK(a.notify_failure({4096, 512}, given) == result::error(EIO));
    CHECK(fs.told == 1);
    CHECK(fs.last == byte_range{4096, 512});
    CHECK(fs.last_flags == given);
    CHECK(other.told == 0);
    CHECK(a == handle{fs});
    CHECK(a != handle{other});

    virtually_based odd;
    CHECK(handle{odd}.notify_failure({}, flags{}) == success);
}

TEST_CASE("two holders at one address are two holders") {
    outer whole;
    REQUIRE(static_cast<void*>(&whole) == static_cast<void*>(&whole.inner));
    CHECK(handle{whole} != handle{whole.inner});
}

TEST_CASE("operations can be written by hand, as in the kernel") {
    static constexpr holder_operations<flags> operations{[](holder_data data, byte_range, flags) {
        ++*static_cast<int*>(data.opaque);
        return -EIO;
    }};
    int told = 0;
    const handle a{operations, holder_data{&told}};
    CHECK(a.notify_failure({}, flags{}) == result::error(EIO));
    CHECK(told == 1);
    CHECK(a);
    CHECK(a == handle{operations, holder_data{&told}});
    CHECK(a != handle{operations, holder_data{}});
}
