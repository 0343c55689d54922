// SPDX-License-Identifier: BSL-1.0
#include "daxhold/device/static_holder.hpp"

#include "daxhold/event/lineages.hpp"

#include "../support/both.hpp"

using namespace daxhold;

namespace {

using flags = failure_flags<lineage::linux_6_8::mf_flags>;

struct filesystem {
    int told = 0;
    constexpr result notify_failure(byte_range range, flags) {
        ++told;
        return range.is_whole_device() ? success : no_such_device;
    }
};
struct reader {
    constexpr result notify_failure(byte_range, flags) const { return filesystem_corrupted; }
};
struct incomplete;

constexpr bool passes_on() {
    filesystem fs;
    const static_holder handle{fs};
    return handle.notify_failure(byte_range::whole_device(), flags{}) == success &&
           handle.notify_failure({0, 1}, flags{}) == no_such_device && fs.told == 2;
}
constexpr bool compares() {
    filesystem one;
    filesystem other;
    const static_holder a{one};
    const static_holder b{other};
    const static_holder again{one};
    return a == again && a != b && a != static_holder<filesystem>{} &&
           static_holder<filesystem>{} == static_holder<filesystem>{};
}
constexpr bool holds_what_is_const() {
    const reader fs;
    return static_holder{fs}.notify_failure({}, flags{}) == filesystem_corrupted;
}

} // namespace

TEST_CASE("a static holder is a handle, as large as a pointer") {
    CHECK_BOTH(holder_handle<static_holder<filesystem>, flags>);
    CHECK_BOTH(holder_handle<static_holder<const reader>, flags>);
    CHECK_BOTH(!holder_handle<static_holder<int>, flags>);
    CHECK_BOTH(!holder_handle<static_holder<const filesystem>, flags>);
    CHECK_BOTH(sizeof(static_holder<filesystem>) == sizeof(void*));
    CHECK_BOTH(sizeof(static_holder<incomplete>) == sizeof(void*));
    CHECK_BOTH(std::is_trivially_copyable_v<static_holder<filesystem>>);
}

TEST_CASE("it refers to what lives on, never to a temporary") {
    CHECK_BOTH(std::is_convertible_v<filesystem&, static_holder<filesystem>>);
    CHECK_BOTH(!std::is_constructible_v<static_holder<filesystem>, filesystem>);
    CHECK_BOTH(!std::is_constructible_v<static_holder<const reader>, reader>);
}

TEST_CASE("nobody answers -EOPNOTSUPP") {
    CHECK_BOTH(!static_holder<filesystem>{});
    CHECK_BOTH(static_holder<filesystem>{}.notify_failure({}, flags{}) == unsupported_operation);
}

TEST_CASE("it passes on, and compares by the holder") {
    CHECK_BOTH(passes_on());
    CHECK_BOTH(compares());
    CHECK_BOTH(holds_what_is_const());
}
