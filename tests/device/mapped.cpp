// SPDX-License-Identifier: BSL-1.0
#include "daxhold/device/mapped.hpp"

#include "daxhold/device/registration.hpp"
#include "daxhold/device/static_holder.hpp"
#include "daxhold/event/lineages.hpp"

#include "../support/both.hpp"

using namespace daxhold;

namespace {

using flags = failure_flags<lineage::linux_6_8::mf_flags>;

// Every range becomes two bytes of the upper device, at 64 and at 200.
struct one_to_many {
    template <class Sink>
    constexpr void translate(byte_range range, Sink&& sink) const {
        if (range.empty())
            return;
        sink(byte_range{64, 1});
        sink(byte_range{200, 1});
    }
};
struct no_translation {};

// Answers one thing the first time, and another one from then on.
struct filesystem {
    result first = success;
    result then = success;
    int told = 0;
    std::uint64_t offsets = 0;
    flags last_flags{};
    constexpr result notify_failure(byte_range range, flags f) {
        offsets = offsets * 1000 + range.offset();
        last_flags = f;
        return ++told == 1 ? first : then;
    }
};

constexpr result answer(filesystem fs, byte_range range) {
    mapped layer{one_to_many{}, fs};
    return layer.notify_failure(range, flags{});
}

constexpr bool tells_every_piece_whatever_the_answer() {
    filesystem fs{filesystem_corrupted, success};
    const mapped layer{one_to_many{}, fs};
    const flags given = lineage::linux_6_8::mf_flags::must_kill;
    return layer.notify_failure({0, 1}, given) == filesystem_corrupted && fs.told == 2 &&
           fs.offsets == 64200 && fs.last_flags == given;
}

constexpr bool reaches_the_holder_of_a_device() {
    using device = basic_dax_device<static_holder<filesystem>, flags>;
    using layer = mapped<one_to_many, device>;
    filesystem fs;
    device upper;
    layer between{one_to_many{}, upper};
    basic_dax_device<static_holder<layer>, flags> lower;
    const auto held = fs_dax_get(lower, between);
    const bool nobody =
        dax_holder_notify_failure(lower, {0, 1}, {}) == unsupported_operation && fs.told == 0;
    const auto mounted = fs_dax_get(upper, fs);
    const bool told = dax_holder_notify_failure(lower, {0, 1}, {}) == success && fs.told == 2;
    (void)kill_dax(upper);
    return nobody && told && dax_holder_notify_failure(lower, {0, 1}, {}) == no_such_device;
}

} // namespace

TEST_CASE("a translation calls a sink for each piece") {
    CHECK_BOTH(translation<one_to_many>);
    CHECK_BOTH(!translation<no_translation>);
    CHECK_BOTH(!translation<int>);
    CHECK_BOTH(is_no_translation_because_it_lacks_translate<one_to_many>::ok);
    CHECK_BOTH(!is_no_translation_because_it_lacks_translate<no_translation>::ok);
}

TEST_CASE("a mapped device is a holder where its upper one is") {
    CHECK_BOTH(holder<mapped<one_to_many, filesystem>, flags>);
    CHECK_BOTH(holder<const mapped<one_to_many, filesystem>, flags>);
    CHECK_BOTH(!holder<mapped<one_to_many, int>, flags>);
    CHECK_BOTH(!std::is_constructible_v<mapped<one_to_many, filesystem>, one_to_many, filesystem>);
}

TEST_CASE("every piece is told, also after an error") {
    CHECK_BOTH(tells_every_piece_whatever_the_answer());
}

TEST_CASE("the answers for the pieces are combined") {
    constexpr auto unsupported = unsupported_operation;
    CHECK_BOTH(answer({}, {}) == no_such_device);
    CHECK_BOTH(answer({}, {0, 1}) == success);
    CHECK_BOTH(answer({success, unsupported}, {0, 1}) == unsupported);
    CHECK_BOTH(answer({unsupported, filesystem_corrupted}, {0, 1}) == filesystem_corrupted);
    CHECK_BOTH(answer({no_such_device, success}, {0, 1}) == success);
    CHECK_BOTH(answer({no_such_device, no_such_device}, {0, 1}) == no_such_device);
}

TEST_CASE("the upper one is mostly another device") {
    CHECK_BOTH(reaches_the_holder_of_a_device());
}
