// SPDX-License-Identifier: BSL-1.0
#include "daxhold/device/broadcast.hpp"

#include "daxhold/device/any_holder.hpp"
#include "daxhold/device/static_holder.hpp"
#include "daxhold/event/lineages.hpp"

#include "../support/both.hpp"

using namespace daxhold;

namespace {

using flags = failure_flags<lineage::linux_6_8::mf_flags>;

struct filesystem : holder_base {
    result answer = success;
    int told = 0;
    constexpr filesystem() = default;
    explicit constexpr filesystem(result given) : answer{given} {}
    constexpr result notify_failure(byte_range, flags) {
        ++told;
        return answer;
    }
};
struct other_filesystem {
    int told = 0;
    constexpr result notify_failure(byte_range, flags) {
        ++told;
        return unsupported_operation;
    }
};
struct by_value {
    int* told = nullptr;
    constexpr result notify_failure(byte_range, flags) const {
        ++*told;
        return success;
    }
};

constexpr byte_range page{0, 4096};

constexpr bool tells_all_of_many_types() {
    filesystem a{filesystem_corrupted};
    other_filesystem b;
    int by_values = 0;
    const broadcast all{static_holder{a}, &b, by_value{&by_values}, any_holder<flags>{a}};
    return all.notify_failure(page, flags{}) == filesystem_corrupted && a.told == 2 &&
           b.told == 1 && by_values == 1;
}

constexpr bool nobody_counts_for_nothing() {
    filesystem a;
    const broadcast all{static_holder<filesystem>{}, static_cast<filesystem*>(nullptr), &a};
    const broadcast empty{static_holder<filesystem>{}, any_holder<flags>{}};
    return all.notify_failure(page, flags{}) == success && a.told == 1 &&
           empty.notify_failure(page, flags{}) == no_such_device &&
           broadcast<>{}.notify_failure(page, flags{}) == no_such_device;
}

constexpr result answer(result a, result b, result c) {
    filesystem holders[]{filesystem{a}, filesystem{b}, filesystem{c}};
    const result one = broadcast_array{holders}.notify_failure(page, flags{});
    const result two =
        broadcast{&holders[0], &holders[1], &holders[2]}.notify_failure(page, flags{});
    for (const auto& holder : holders)
        if (holder.told != 2)
            return result::error(EINVAL);
    return one == two ? one : result::error(EINVAL);
}

constexpr bool arrays_of_each_kind() {
    filesystem a;
    filesystem b{unsupported_operation};
    filesystem* const pointers[]{&a, nullptr, &b};
    const static_holder<filesystem> handles[]{{}, a, b};
    const any_holder<flags> any[]{any_holder<flags>{a}, {}};
    return broadcast_array{pointers}.notify_failure(page, flags{}) == unsupported_operation &&
           broadcast_array{handles}.notify_failure(page, flags{}) == unsupported_operation &&
           broadcast_array{any, 1}.notify_failure(page, flags{}) == success &&
           broadcast_array{any, 0}.notify_failure(page, flags{}) == no_such_device &&
           broadcast_array<filesystem>{}.notify_failure(page, flags{}) == no_such_device &&
           a.told == 3 && b.told == 2;
}

} // namespace

TEST_CASE("a broadcast is a holder where all its members are") {
    CHECK_BOTH(holder<broadcast<filesystem*, static_holder<other_filesystem>>, flags>);
    CHECK_BOTH(holder<const broadcast<filesystem*>, flags>);
    CHECK_BOTH(!holder<broadcast<filesystem*, int>, flags>);
    CHECK_BOTH(!holder<broadcast<filesystem*, int*>, flags>);
    CHECK_BOTH(holder<broadcast_array<filesystem>, flags>);
    CHECK_BOTH(holder<broadcast_array<filesystem* const>, flags>);
    CHECK_BOTH(!holder<broadcast_array<const filesystem>, flags>);
    CHECK_BOTH(!holder<broadcast_array<int>, flags>);
}

TEST_CASE("all are told") {
    CHECK_BOTH(tells_all_of_many_types());
    CHECK_BOTH(nobody_counts_for_nothing());
    CHECK_BOTH(arrays_of_each_kind());
}

TEST_CASE("their answers are combined, in both forms alike, and none is left out for an error") {
    constexpr auto busy = result::error(EBUSY);
    CHECK_BOTH(answer(success, success, success) == success);
    CHECK_BOTH(answer(busy, filesystem_corrupted, success) == busy);
    CHECK_BOTH(answer(no_such_device, unsupported_operation, success) == unsupported_operation);
    CHECK_BOTH(answer(unsupported_operation, busy, no_such_device) == busy);
    CHECK_BOTH(answer(no_such_device, no_such_device, no_such_device) == no_such_device);
}
