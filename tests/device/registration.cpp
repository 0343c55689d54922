// SPDX-License-Identifier: BSL-1.0
#include "daxhold/device/registration.hpp"

#include "daxhold/device/any_holder.hpp"
#include "daxhold/device/holder_one_of.hpp"
#include "daxhold/device/static_holder.hpp"
#include "daxhold/event/lineages.hpp"

#include <utility>

#include "../support/both.hpp"

using namespace daxhold;

namespace {

using flags = failure_flags<lineage::linux_6_8::mf_flags>;

struct fs : holder_base {
    int told = 0;
    int removed = 0;
    constexpr result notify_failure(byte_range, flags f) {
        ++told;
        removed += cause_of(f) == cause::removal;
        return success;
    }
};

using device_type = basic_dax_device<static_holder<fs>, flags>;
using token = registration<device_type>;

// Mount, a failure, unbind, a failure, umount.
template <class Device>
constexpr bool a_whole_story() {
    fs holder;
    Device device;
    auto mounted = fs_dax_get(device, holder);
    if (!mounted || !mounted.result().ok())
        return false;
    const result failure = dax_holder_notify_failure(device, {4096, 4096}, {});
    const result killed = kill_dax(device);
    const result late = dax_holder_notify_failure(device, {4096, 4096}, {});
    const put_outcome put = mounted.put();
    return failure == success && killed == success && late == no_such_device &&
           put == put_outcome::device_died_first && !is_error(put) && holder.told == 2 &&
           holder.removed == 1;
}

constexpr bool puts_itself_back() {
    fs one;
    fs two;
    device_type device;
    {
        const auto held = fs_dax_get(device, one);
        const auto refused = fs_dax_get(device, two);
        if (!held || refused || refused.result() != result::error(EBUSY))
            return false;
    } // the refused one must not put back what the other one holds, nor fail over it
    const auto next = fs_dax_get(device, two);
    return next && device.holder() == static_holder{two};
}

constexpr bool a_refused_token_puts_nothing_back() {
    fs one;
    device_type device;
    const auto held = fs_dax_get(device, one);
    {
        auto again = fs_dax_get(device, one);
        if (again || again.result() != result::error(EBUSY) || again.put() != put_outcome::repeated)
            return false;
    }
    return device.holder() == static_holder{one};
}

constexpr bool reasons() {
    fs one;
    device_type device;
    const auto empty = fs_dax_get(device, static_holder<fs>{});
    (void)kill_dax(device);
    const auto late = fs_dax_get(device, one);
    return empty.result() == result::error(EINVAL) && !empty &&
           late.result() == result::error(ENODEV) && !late &&
           token{}.result() == result::error(ENODEV) && !token{};
}

constexpr bool puts_once() {
    fs one;
    device_type device;
    auto held = fs_dax_get(device, one);
    const bool done = held.put() == put_outcome::done;
    return done && !held && held.result().ok() && held.put() == put_outcome::repeated &&
           !device.holder();
}

constexpr bool moves() {
    fs one;
    device_type device;
    auto first = fs_dax_get(device, one);
    token second = std::move(first);
    if (first || !second || first.put() != put_outcome::repeated || !device.holder())
        return false;
    token third;
    third = std::move(second);
    if (second || !third || !third.result().ok() || !device.holder())
        return false;
    token& same = third;
    third = std::move(same);
    return third && device.holder() && third.put() == put_outcome::done && !device.holder();
}

constexpr bool assignment_puts_back_first() {
    fs one;
    device_type a;
    device_type b;
    auto held = fs_dax_get(a, one);
    held = fs_dax_get(b, one);
    return !a.holder() && b.holder() && held.put() == put_outcome::done && !b.holder();
}

constexpr bool raw_put() {
    fs one;
    fs two;
    device_type device;
    auto held = fs_dax_get(device, one);
    return fs_put_dax(device, two) == put_outcome::wrong_holder &&
           fs_put_dax(device, one) == put_outcome::done &&
           fs_put_dax(device, one) == put_outcome::repeated && held.put() == put_outcome::repeated;
}

constexpr bool a_token_does_not_put_back_the_next_holder() {
    fs one;
    fs two;
    device_type device;
    auto held = fs_dax_get(device, one);
    (void)fs_put_dax(device, one);
    const auto next = fs_dax_get(device, two);
    return held.put() == put_outcome::wrong_holder && device.holder() == static_holder{two};
}

} // namespace

TEST_CASE("a registration moves and does not copy") {
    CHECK_BOTH(std::is_nothrow_move_constructible_v<token>);
    CHECK_BOTH(std::is_nothrow_move_assignable_v<token>);
    CHECK_BOTH(!std::is_copy_constructible_v<token>);
    CHECK_BOTH(!std::is_copy_assignable_v<token>);
}

TEST_CASE("mount, failure, unbind, umount: a whole story in a constant expression") {
    CHECK_BOTH(a_whole_story<device_type>());
    CHECK_BOTH(a_whole_story<basic_dax_device<holder_one_of<fs>, flags>>());
    CHECK_BOTH(a_whole_story<basic_dax_device<any_holder<flags>, flags>>());
}

TEST_CASE("a registration puts itself back, once, and only what it holds") {
    CHECK_BOTH(puts_itself_back());
    CHECK_BOTH(a_refused_token_puts_nothing_back());
    CHECK_BOTH(puts_once());
    CHECK_BOTH(moves());
    CHECK_BOTH(assignment_puts_back_first());
}

TEST_CASE("a registration that did not succeed tells why") { CHECK_BOTH(reasons()); }

TEST_CASE("a put without a token") {
    CHECK_BOTH(raw_put());
    CHECK_BOTH(a_token_does_not_put_back_the_next_holder());
}
