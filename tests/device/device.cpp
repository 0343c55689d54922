// SPDX-License-Identifier: BSL-1.0
#include "daxhold/device/device.hpp"

#include "daxhold/device/any_holder.hpp"
#include "daxhold/device/holder_one_of.hpp"
#include "daxhold/device/static_holder.hpp"
#include "daxhold/event/lineages.hpp"

#include <utility>

#include "../support/both.hpp"

using namespace daxhold;

namespace {

using mf_flags = lineage::linux_6_8::mf_flags;
using flags = failure_flags<mf_flags>;

// Records what it was told, and answers what it was given.
template <class Flags>
struct recorder : holder_base {
    result answer = success;
    int told = 0;
    byte_range last{};
    Flags last_flags{};
    constexpr result notify_failure(byte_range range, Flags f) {
        ++told;
        last = range;
        last_flags = f;
        return answer;
    }
};
using fs = recorder<flags>;
struct other_fs : fs {};

using static_device = basic_dax_device<static_holder<fs>, flags>;
using closed_device = basic_dax_device<holder_one_of<other_fs, fs>, flags>;
using open_device = basic_dax_device<any_holder<flags>, flags>;

constexpr byte_range page{8192, 4096};
constexpr flags poison = mf_flags::action_required;

template <class Device>
constexpr bool answers_in_order() {
    using handle = typename Device::handle_type;
    fs holder;
    holder.answer = filesystem_corrupted;
    Device device;
    const bool nobody = dax_alive(device) &&
                        dax_holder_notify_failure(device, page, poison) == unsupported_operation &&
                        !dax_holder(device);
    const bool held =
        device.hold(handle{holder}) == success && dax_holder(device) == handle{holder};
    const bool told = dax_holder_notify_failure(device, page, poison) == filesystem_corrupted &&
                      holder.told == 1 && holder.last == page && holder.last_flags == poison;
    const result killed = kill_dax(device);
    const bool dead = !dax_alive(device) && !dax_holder(device) &&
                      dax_holder_notify_failure(device, page, poison) == no_such_device &&
                      holder.told == 2;
    return nobody && held && told && killed == filesystem_corrupted && dead;
}

// Looks at its device from inside of the notification, as is allowed without synchronization.
struct looks_back {
    const basic_dax_device<static_holder<looks_back>, flags>* device = nullptr;
    bool alive_inside = false;
    bool removal = false;
    byte_range last{};
    constexpr result notify_failure(byte_range range, flags f) {
        alive_inside = device->alive();
        removal = cause_of(f) == cause::removal;
        last = range;
        return result::error(EBUSY); // an objection
    }
};

constexpr bool is_alive_while_it_is_told_and_cannot_object() {
    basic_dax_device<static_holder<looks_back>, flags> device;
    looks_back holder{&device};
    return device.hold(holder) == success && kill_dax(device) == result::error(EBUSY) &&
           holder.alive_inside && holder.removal && holder.last.is_whole_device() &&
           !device.alive();
}

constexpr bool killing_twice_is_harmless() {
    fs holder;
    static_device device;
    return device.hold(holder) == success && kill_dax(device) == success &&
           kill_dax(device) == no_such_device && holder.told == 1;
}

constexpr bool killing_without_a_holder() {
    static_device device;
    return kill_dax(device) == unsupported_operation && !device.alive();
}

template <class Enumeration>
constexpr auto bits_of_a_kill() {
    using these = failure_flags<Enumeration>;
    recorder<these> holder;
    holder.last_flags = these::from_bits(0xff);
    basic_dax_device<static_holder<recorder<these>>, these> device;
    (void)device.hold(holder);
    (void)kill_dax(device);
    return holder.last_flags.bits();
}

constexpr bool holding_is_checked_in_order() {
    using handle = static_holder<fs>;
    fs one;
    fs two;
    static_device device;
    const bool empty = device.hold(handle{}) == result::error(EINVAL);
    const bool held = device.hold(one) == success;
    const bool busy =
        device.hold(two) == result::error(EBUSY) && device.hold(one) == result::error(EBUSY) &&
        device.hold(handle{}) == result::error(EBUSY) && device.holder() == handle{one};
    (void)device.kill();
    const bool dead =
        device.hold(two) == result::error(ENODEV) && device.hold(handle{}) == result::error(ENODEV);
    return empty && held && busy && dead;
}

constexpr bool putting_is_checked_in_order() {
    using handle = static_holder<fs>;
    fs one;
    fs two;
    static_device device;
    const bool nobody =
        device.put(one) == put_outcome::repeated && device.put(handle{}) == put_outcome::repeated;
    (void)device.hold(one);
    const bool wrong = device.put(two) == put_outcome::wrong_holder &&
                       device.put(handle{}) == put_outcome::wrong_holder &&
                       device.holder() == handle{one};
    const bool done =
        device.put(one) == put_outcome::done && device.put(one) == put_outcome::repeated;
    const bool next = device.hold(two) == success && device.put(one) == put_outcome::wrong_holder;
    (void)device.kill();
    const bool died = device.put(two) == put_outcome::device_died_first &&
                      device.put(two) == put_outcome::device_died_first;
    return nobody && wrong && done && next && died;
}

// Puts itself back and lets somebody in, from inside of the notification of its removal.
struct restless {
    basic_dax_device<static_holder<restless>, flags>* device = nullptr;
    restless* friendly = nullptr;
    put_outcome put = put_outcome::repeated;
    result let_in{};
    result killed{};
    int told = 0;
    constexpr result notify_failure(byte_range, flags) {
        ++told;
        put = device->put(*this);
        if (friendly != nullptr)
            let_in = device->hold(*friendly);
        killed = device->kill();
        return success;
    }
};

constexpr bool a_device_that_is_being_killed_lets_nobody_in() {
    basic_dax_device<static_holder<restless>, flags> device;
    restless late{&device};
    restless holder{&device, &late};
    return device.hold(holder) == success && device.kill() == success && holder.told == 1 &&
           holder.put == put_outcome::done && holder.let_in == result::error(ENODEV) &&
           holder.killed == no_such_device && late.told == 0 && !device.alive();
}

// Counts, where the one who made the device can see it, how often the state is changed.
struct traced : no_synchronization {
    template <class Value>
    struct cell : no_synchronization::cell<Value> {
        explicit constexpr cell(int& the_updates) : updates{&the_updates} {}

        template <class F>
        constexpr auto update(F&& f) {
            ++*updates;
            return no_synchronization::cell<Value>::update(f);
        }

        int* updates;
    };
};

constexpr bool the_cell_gets_what_the_device_is_made_of() {
    int updates = 0;
    fs holder;
    basic_dax_device<static_holder<fs>, flags, traced> device{updates};
    return device.hold(holder) == success && device.hold(holder) == result::error(EBUSY) &&
           updates == 2;
}

// Throws once.
struct throws {
    bool has_thrown = false;
    result notify_failure(byte_range, flags) {
        if (!std::exchange(has_thrown, true))
            throw 1;
        return success;
    }
};

constexpr bool a_device_is_a_holder() {
    fs holder;
    static_device upper;
    basic_dax_device<static_holder<static_device>, flags> lower;
    return upper.hold(holder) == success && lower.hold(upper) == success &&
           dax_holder_notify_failure(lower, page, poison) == success && holder.last == page;
}

} // namespace

TEST_CASE("a device neither moves nor copies, and costs no more than its state") {
    CHECK_BOTH(!std::is_copy_constructible_v<static_device>);
    CHECK_BOTH(!std::is_move_constructible_v<static_device>);
    CHECK_BOTH(!std::is_move_assignable_v<static_device>);
    CHECK_BOTH(sizeof(static_device) == 2 * sizeof(void*));
    CHECK_BOTH(sizeof(open_device) == 3 * sizeof(void*));
    CHECK_BOTH(std::is_trivially_destructible_v<static_device>);
}

TEST_CASE("a notification: -ENXIO when dead, -EOPNOTSUPP without a holder, else the holder's") {
    CHECK_BOTH(answers_in_order<static_device>());
    CHECK_BOTH(answers_in_order<closed_device>());
    CHECK_BOTH(answers_in_order<open_device>());
}

TEST_CASE("kill_dax tells while the device is alive, of all of it, and nobody can object") {
    CHECK_BOTH(is_alive_while_it_is_told_and_cannot_object());
    CHECK_BOTH(killing_twice_is_harmless());
    CHECK_BOTH(killing_without_a_holder());
}

TEST_CASE("kill_dax passes the flags of its lineage") {
    CHECK_BOTH(bits_of_a_kill<lineage::seed::mf_flags>() == 0x20);
    CHECK_BOTH(bits_of_a_kill<lineage::linux_6_0::mf_flags>() == 0);
    CHECK_BOTH(bits_of_a_kill<lineage::linux_6_8::mf_flags>() == 0x80);
}

TEST_CASE("holding and putting are checked in the documented order") {
    CHECK_BOTH(holding_is_checked_in_order());
    CHECK_BOTH(putting_is_checked_in_order());
}

TEST_CASE("whoever came during the removal would never hear of it, so nobody comes") {
    CHECK_BOTH(a_device_that_is_being_killed_lets_nobody_in());
}

TEST_CASE("the cell of the synchronization gets what the device is made of") {
    CHECK_BOTH(the_cell_gets_what_the_device_is_made_of());
    CHECK_BOTH(!std::is_default_constructible_v<traced::cell<device_state<static_holder<fs>>>>);
}

TEST_CASE("a holder that throws is told again, or its device is dead") {
    throws holder;
    basic_dax_device<static_holder<throws>, flags> device;
    CHECK(device.hold(holder) == success);
    CHECK_THROWS_AS((void)dax_holder_notify_failure(device, page, poison), int);
    CHECK(dax_holder_notify_failure(device, page, poison) == success);
    holder.has_thrown = false;
    CHECK_THROWS_AS((void)kill_dax(device), int);
    CHECK(!device.alive());
    CHECK(!device.holder());
    CHECK(kill_dax(device) == no_such_device);
    CHECK(device.put(holder) == put_outcome::device_died_first);
}

TEST_CASE("a device can hold a device") {
    CHECK_BOTH(holder<static_device, flags>);
    CHECK_BOTH(holder<const static_device, flags>);
    CHECK_BOTH(a_device_is_a_holder());
}

TEST_CASE("wrong and repeated puts are errors; a device that died first is none") {
    CHECK_BOTH(!is_error(put_outcome::done));
    CHECK_BOTH(!is_error(put_outcome::device_died_first));
    CHECK_BOTH(is_error(put_outcome::wrong_holder));
    CHECK_BOTH(is_error(put_outcome::repeated));
}
