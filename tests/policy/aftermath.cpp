// SPDX-License-Identifier: BSL-1.0
#include "daxhold/policy/aftermath.hpp"

#include "../support/notification.hpp"

using namespace support;

namespace {

/// What is known depends on the event, on the state of the mount and on whether somebody maps.
struct knowing : words {
    static constexpr auto aftermaths = table(
        when(already_shut_down::yes) >> derived("a test", stays_frozen),
        when(cause::removal, mappers::with_page) >> seen("a test", umount_oopses, stays_frozen),
        when(cause::removal) >> seen("a test", stays_frozen), otherwise >> nothing_known);
};
struct silent : words {};

constexpr auto frozen_for_good = any_of(aftermath::stays_frozen);
constexpr auto both = any_of(aftermath::umount_oopses, aftermath::stays_frozen);
constexpr byte_range whole = byte_range::whole_device();

template <class Policy = knowing, class... Users>
constexpr known_aftermaths known_after(byte_range where, cause why, Users... users) {
    auto fs = populated<>();
    return aftermaths_of<Policy>(fs, role::data, where, why, users...);
}

} // namespace

TEST_CASE("what follows is decided by the event and by who maps") {
    constexpr auto by_some = known_after(blocks(8, 4), cause::removal, any_of(mappers::with_page));
    CHECK_BOTH(by_some == known_aftermaths{both, both});
    constexpr auto by_none = known_after(blocks(8, 4), cause::removal, any_of(mappers::none));
    CHECK_BOTH(by_none == known_aftermaths{frozen_for_good, frozen_for_good});
    constexpr auto of_failure =
        known_after(blocks(8, 4), cause::corruption, any_of(mappers::with_page));
    CHECK_BOTH(of_failure == known_aftermaths{});
}

TEST_CASE("where it is not known who maps, what follows in one case is possible") {
    constexpr auto by_whom = known_after(blocks(8, 4), cause::removal);
    CHECK_BOTH(by_whom.has(aftermath::stays_frozen));
    CHECK_BOTH(!by_whom.has(aftermath::umount_oopses));
    CHECK_BOTH(by_whom.may_have(aftermath::umount_oopses));
    CHECK_BOTH(!by_whom.may_have(aftermath::null_dereference));
}

TEST_CASE("the state of the mount is a fact") {
    constexpr auto after = [](bool is_shut_down) {
        auto fs = populated<>();
        fs.is_shut_down = is_shut_down;
        return aftermaths_of<knowing>(fs, role::data, whole, cause::corruption);
    };
    CHECK_BOTH(after(true).has(aftermath::stays_frozen));
    CHECK_BOTH(!after(false).has(aftermath::stays_frozen));
}

TEST_CASE("a policy without the table says nothing") {
    CHECK_BOTH(known_after<silent>(whole, cause::removal) == known_aftermaths{});
}
