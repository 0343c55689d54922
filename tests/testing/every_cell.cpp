// SPDX-License-Identifier: BSL-1.0
#include "daxhold/testing/every_cell.hpp"

#include "daxhold/releases.hpp"

#include "../support/words.hpp"
#include "both.hpp"

using namespace daxhold;
using namespace daxhold::tables;
using namespace daxhold::testing;
using namespace spelled;

namespace {

enum class moon : unsigned char { new_moon, full };
enum class action { sleep, howl };

constexpr auto wolf =
    table(when(moon::full, inode::in_core) >> action::howl, otherwise >> action::sleep);
constexpr auto stone = table(otherwise >> action::sleep);

/// Whether every cell comes once, in order, with what the first row that applies says.
template <auto const& Table>
constexpr bool visits_every_cell_once() {
    std::size_t number = 0;
    bool is_so = true;
    for_each_cell<Table>([&](const auto& cell, action what) {
        is_so = is_so && decide<Table>(cell) == what;
        ++number;
    });
    return is_so && number == cell_count<Table>;
}

constexpr std::size_t count_howls() {
    std::size_t howls = 0;
    for_each_cell<wolf>([&](const auto& cell, action what) {
        const bool expected =
            value_in<moon>(cell) == moon::full && value_in<inode>(cell) == inode::in_core;
        howls += what == action::howl && expected ? 1U : 0U;
    });
    return howls;
}

constexpr bool the_first_fact_changes_fastest() {
    std::size_t number = 0;
    bool is_so = true;
    for_each_cell<wolf>([&](const auto& cell, action) {
        is_so = is_so && static_cast<std::size_t>(value_in<moon>(cell)) == number % 2 &&
                static_cast<std::size_t>(value_in<inode>(cell)) == number / 2;
        ++number;
    });
    return is_so;
}

/// What a policy sees of a scene: says in its answer whether each fact is as it was set.
template <class Fact>
struct tells {
    static constexpr auto gate =
        table(when(static_cast<Fact>(1)) >> refuse(1), otherwise >> succeed);
};
template <>
struct tells<range> {
    static constexpr auto gate =
        table(when(range::inside) >> succeed, when(range::across_end) >> refuse(1),
              when(range::after_end) >> refuse(2), otherwise >> refuse(3));
};
template <class Fact>
struct tells_of_records {
    static constexpr auto gate = table(otherwise >> walk);
    static constexpr auto record =
        table(when(static_cast<Fact>(0)) >> next, when(static_cast<Fact>(1)) >> stop(1),
              otherwise >> stop(2));
    static constexpr auto end = table(otherwise >> return_error);
};
template <>
struct tells_of_records<mapping> {
    static constexpr auto gate = table(otherwise >> walk);
    static constexpr auto record = table(when(mapping::dax) >> next, otherwise >> stop(1));
    static constexpr auto end = table(otherwise >> return_error);
};
template <>
struct tells_of_records<sharing> {
    static constexpr auto gate = table(otherwise >> walk);
    static constexpr auto record = table(when(sharing::sole) >> next, otherwise >> stop(1));
    static constexpr auto end = table(otherwise >> return_error);
};

/// The value of a fact in a scene.
template <class Fact>
constexpr Fact in(const scene& s) {
    if constexpr (std::same_as<Fact, cause>)
        return s.why;
    else if constexpr (std::same_as<Fact, scope>)
        return s.scope;
    else if constexpr (std::same_as<Fact, mount>)
        return s.mount;
    else if constexpr (std::same_as<Fact, rmap>)
        return s.rmap;
    else if constexpr (std::same_as<Fact, range>)
        return s.range;
    else if constexpr (std::same_as<Fact, groups>)
        return s.groups;
    else if constexpr (std::same_as<Fact, mapping>)
        return s.mapping;
    else
        return s.sharing;
}

template <class Fact>
bool is_seen_in_every_scene() {
    bool is_so = true;
    for_each_scene([&](const scene& s) {
        is_so =
            is_so && play<tells<Fact>>(s).made.outcome.value() == -static_cast<int>(in<Fact>(s));
    });
    return is_so;
}
template <class Fact>
bool is_seen_in_every_record() {
    bool is_so = true;
    for_each_scene([&](const scene& s) {
        if (s.range != range::outside && s.range != range::after_end && s.device == role::data)
            is_so = is_so && play<tells_of_records<Fact>>(s).made.outcome.value() ==
                                 -static_cast<int>(in<Fact>(s));
    });
    return is_so;
}

} // namespace

TEST_CASE("every cell of a table") {
    CHECK_BOTH(visits_every_cell_once<wolf>());
    CHECK_BOTH(visits_every_cell_once<stone>());
    CHECK_BOTH(cell_count<wolf> == 6);
    CHECK_BOTH(cell_count<stone> == 1);
    CHECK_BOTH(count_howls() == 1);
    CHECK_BOTH(the_first_fact_changes_fastest());
}

TEST_CASE("a policy sees what a scene says") {
    CHECK(is_seen_in_every_scene<cause>());
    CHECK(is_seen_in_every_scene<scope>());
    CHECK(is_seen_in_every_scene<mount>());
    CHECK(is_seen_in_every_scene<rmap>());
    CHECK(is_seen_in_every_scene<range>());
    CHECK(is_seen_in_every_scene<groups>());
    CHECK(is_seen_in_every_record<mapping>());
    CHECK(is_seen_in_every_record<sharing>());
}

TEST_CASE("every scene comes once") {
    std::size_t scenes = 0;
    std::size_t of_data = 0;
    for_each_scene([&](const scene& s) {
        ++scenes;
        of_data += s.owner == owner::file_data ? 1U : 0U;
    });
    // In core as dax or buffered, not in core, lookup failed: each with one owner or shared.
    // A part is in one of four places, a whole device in one of three.
    constexpr std::size_t events = 2 * (4 + 3) * value_count<role> * 2 * 2 * 2;
    CHECK(of_data == events * (4 * 2));
    CHECK(scenes == of_data + events * (value_count<owner> - 1));
}

TEST_CASE("a scene in a constant expression") {
    CHECK_BOTH(play<releases::xfs_linux_6_8>({}).made.outcome == success);
    constexpr scene unbound{.why = cause::removal, .scope = scope::whole_device};
    CHECK_BOTH(play<releases::xfs_linux_6_8>(unbound).fs.is_shut_down);
    CHECK_BOTH(play<releases::xfs_linux_6_8>(unbound).fs.told(scene_file) == 2);
    constexpr scene shared{.why = cause::removal, .sharing = sharing::shared};
    CHECK_BOTH(play<releases::xfs_linux_6_8>(shared).fs.told(scene_sharer) == 1);
    constexpr scene beyond{.range = range::outside};
    CHECK_BOTH(play<releases::xfs_linux_6_8>(beyond).made.outcome == no_such_device);
    constexpr scene elsewhere{.scope = scope::whole_device, .range = range::outside};
    CHECK_BOTH(play<releases::xfs_linux_6_8>(elsewhere).made.outcome == no_such_device);
}

TEST_CASE("a policy through every scene") {
    std::size_t stopped = 0;
    std::size_t poisoned_by_removal = 0;
    for_each_scene([&](const scene& s) {
        const auto p = play<releases::xfs_linux_6_8>(s);
        stopped += p.fs.is_shut_down ? 1U : 0U;
        poisoned_by_removal += s.why == cause::removal && p.fs.at(scene_file).is_poisoned ? 1U : 0U;
        CHECK(p.made.is_shut_down == p.fs.is_shut_down);
    });
    CHECK(stopped != 0);
    CHECK(poisoned_by_removal == 0);
}
