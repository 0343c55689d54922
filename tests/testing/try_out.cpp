// SPDX-License-Identifier: BSL-1.0
#include "daxhold/testing/try_out.hpp"

#include "daxhold/releases.hpp"

#include "both.hpp"

using namespace daxhold;
using namespace daxhold::testing;
using namespace daxhold::releases;

namespace {

constexpr piece metadata{.owner = owner::metadata, .mappers = mappers::none};
constexpr piece in_use{};
constexpr piece in_page_cache{.mapping = mapping::buffered, .mappers = mappers::none};

constexpr trial shared(trial t, piece first, piece second) {
    t.sharing = sharing::shared;
    return t.with(first).with(second);
}
constexpr trial failing(trial t, std::uint8_t fails) {
    t.fails = fails;
    return t;
}
constexpr trial corruption{};
constexpr trial unbind{.cause = cause::removal, .scope = scope::whole_device};

/// A policy that says what its gate found out.
template <class Fact>
struct tells : words {
    static constexpr auto gate = [] {
        static_assert(value_count<Fact> <= 4);
        if constexpr (value_count<Fact> == 2)
            return table(when(Fact{0}) >> refuse(1), otherwise >> refuse(2));
        else
            return table(when(Fact{0}) >> refuse(1), when(Fact{1}) >> refuse(2),
                         when(Fact{2}) >> refuse(3), otherwise >> refuse(4));
    }();
};
template <class Fact>
constexpr Fact found(const trial& t) {
    return static_cast<Fact>(-try_out<tells<Fact>>(t).answer.value() - 1);
}

/// Whether the engine finds each value of a fact as the trial has it.
template <class Fact>
constexpr bool finds_each(Fact trial::*fact) {
    for (std::size_t i = 0; i != value_count<Fact>; ++i) {
        trial t;
        t.*fact = static_cast<Fact>(i);
        if (found<Fact>(t) != t.*fact)
            return false;
    }
    return true;
}

// Facts, owners and operations of a policy's own.
enum class weather : unsigned char { dry, wet };
enum class guest : unsigned char { host, visitor, nobody };
enum class deed : std::uint8_t { open_umbrella, lock_door, send_home };
struct party : words {
    static constexpr auto gate =
        table(when(weather::wet) >> perform(deed::open_umbrella) >> refuse(EIO), otherwise >> walk);
    static constexpr auto record =
        table(when(guest::visitor) >> perform(deed::send_home) >> next, otherwise >> next);
    static constexpr auto end = table(otherwise >> perform(deed::lock_door) >> return_error);
};
struct explained_party : party {
    static constexpr value_set<owner> stands_for(guest g) {
        if (g == guest::nobody)
            return {};
        return any_of(g == guest::host ? owner::metadata : owner::file_data);
    }
    static constexpr effect stands_for(deed d) {
        return d == deed::lock_door   ? effect::shuts_down
               : d == deed::send_home ? effect::takes_pages_away
                                      : effect::none;
    }
};

/// A policy that says what its record table found out of the only piece.
template <class Fact>
struct tells_of_piece : words {
    static constexpr auto gate = table(otherwise >> walk);
    static constexpr auto record = [] {
        if constexpr (value_count<Fact> == 2)
            return table(when(Fact{0}) >> stop(1), otherwise >> stop(2));
        else if constexpr (value_count<Fact> == 3)
            return table(when(Fact{0}) >> stop(1), when(Fact{1}) >> stop(2), otherwise >> stop(3));
        else
            return table(when(Fact{0}) >> stop(1), when(Fact{1}) >> stop(2),
                         when(Fact{2}) >> stop(3), otherwise >> stop(4));
    }();
    static constexpr auto end = table(otherwise >> return_error);
};
template <class Fact>
constexpr Fact found_of(const piece& p, sharing shared = sharing::sole) {
    const auto t = trial{.sharing = shared}.with(p);
    return static_cast<Fact>(-try_out<tells_of_piece<Fact>>(t).answer.value() - 1);
}

/// A device of its own kind.
enum class shelf : unsigned char { top, bottom };
struct cupboard : words {
    static constexpr role stands_for(shelf s) { return s == shelf::top ? role::data : role::log; }
    static constexpr auto gate = table(when(shelf::top) >> succeed, otherwise >> unsupported);
};

} // namespace

TEST_CASE("each fact of the event reaches the engine as the trial has it") {
    CHECK_BOTH(finds_each(&trial::cause));
    CHECK_BOTH(finds_each(&trial::role));
    CHECK_BOTH(finds_each(&trial::range));
    CHECK_BOTH(finds_each(&trial::mount));
    CHECK_BOTH(finds_each(&trial::rmap));
    CHECK_BOTH(finds_each(&trial::groups));
    CHECK_BOTH(finds_each(&trial::read_only));
    CHECK_BOTH(finds_each(&trial::already_shut_down));
    CHECK_BOTH(finds_each(&trial::frozen_by_user));
    CHECK_BOTH(found<scope>(unbind) == scope::whole_device);
    CHECK_BOTH(found<range>(trial{.scope = scope::whole_device}) == range::inside);
    CHECK_BOTH(found<range>(trial{.scope = scope::whole_device, .range = range::across_end}) ==
               range::across_end);
    CHECK_BOTH(found<range>(trial{.scope = scope::whole_device, .range = range::outside}) ==
               range::outside);
}

TEST_CASE("each fact of a piece reaches the engine as the trial has it") {
    for (const auto state : {inode::in_core, inode::not_in_core, inode::lookup_failed})
        CHECK(found_of<inode>({.inode = state}) == state);
    CHECK_BOTH(found_of<mapping>(in_use) == mapping::dax);
    CHECK_BOTH(found_of<mapping>(in_page_cache) == mapping::buffered);
    for (const auto k : {kind::regular, kind::directory, kind::symlink, kind::internal})
        CHECK(found_of<kind>({.mapping = mapping::buffered, .kind = k}) == k);
    CHECK_BOTH(found_of<sharing>(in_use) == sharing::sole);
    CHECK_BOTH(found_of<sharing>(in_use, sharing::shared) == sharing::shared);
    CHECK_BOTH((found_of<owner>(in_use) == owner::file_data));
    CHECK_BOTH((found_of<owner>({.owner = owner::bmbt}) == owner::bmbt));
}

TEST_CASE("what was done, to whom, and in which order") {
    constexpr auto v = try_out<xfs_linux_6_8>(unbind.with(metadata).with(in_use));
    CHECK_BOTH(v.answer == success);
    CHECK_BOTH(v.shuts_down());
    CHECK_BOTH(v.mount.reason == shutdown_reason::force_umount);
    CHECK_BOTH(v.of[0] == piece_fate{});
    CHECK_BOTH((v.frozen < v.of[1].told_all && v.of[1].told_all < v.of[1].taken_away &&
                v.of[1].taken_away < v.shut_down));
    CHECK_BOTH(v.of[1].told_early == never);
    CHECK_BOTH(!v.mount.is_frozen_by_kernel);
    CHECK_BOTH(!v.of[1].is_poisoned);

    constexpr auto w = try_out<xfs_linux_7_0>(corruption.with(in_use));
    CHECK_BOTH((w.of[0].told() == w.of[0].told_early && w.of[0].told_all == never));
    CHECK_BOTH((w.of[0].is_poisoned && w.of[0].is_reported_lost));
    CHECK_BOTH(!w.shuts_down());
    CHECK_BOTH(w.calls == 4);

    constexpr auto last = try_out<recommended>(unbind.with(in_use).with(in_page_cache));
    CHECK_BOTH((last.of[0].told_all < last.shut_down && last.shut_down < last.of[0].taken_away));
    CHECK_BOTH(last.of[1].told() == never);
}

TEST_CASE("each call can fail, the reading of the mapping too") {
    constexpr auto calls = try_out<xfs_linux_6_8>(unbind.with(in_use)).calls;
    CHECK_BOTH(calls == 8);
    const call expected[] = {call::freeze,     call::begin_walk, call::read_rmap, call::kill_users,
                             call::invalidate, call::shut_down,  call::thaw,      call::thaw_user};
    for (std::uint8_t i = 0; i != calls; ++i) {
        const auto v =
            try_out<xfs_linux_6_8>(failing(unbind.with(in_use), static_cast<std::uint8_t>(i + 1)));
        CHECK(v.has_failed);
        CHECK(v.failed == expected[i]);
    }
    CHECK_BOTH(!try_out<xfs_linux_6_8>(failing(unbind.with(in_use), calls + 1)).has_failed);
    CHECK_BOTH(try_out<xfs_linux_6_8>(failing(unbind.with(in_use), 3)).answer ==
               result::error(EBUSY));
}

TEST_CASE("the mount is no kinder than a kernel's") {
    // Nothing can be read of one that was shut down before.
    constexpr auto dead = trial{.cause = cause::removal,
                                .scope = scope::whole_device,
                                .already_shut_down = already_shut_down::yes}
                              .with(in_use);
    CHECK_BOTH(try_out<xfs_linux_7_2>(dead).answer == result::error(EIO));
    CHECK_BOTH(try_out<xfs_linux_7_2>(dead).of[0] == piece_fate{});
    // A freeze by a user ends with a step, or not at all.
    constexpr auto frozen = trial{.frozen_by_user = frozen_by_user::yes}.with(metadata);
    CHECK_BOTH(try_out<xfs_linux_7_2>(frozen).mount.is_stuck());
    CHECK_BOTH(!try_out<recommended>(frozen).mount.is_stuck());
    // Users of a file in the page cache cannot be told.
    CHECK_BOTH(try_out<xfs_v12>(corruption.with(in_page_cache)).answer == result::error(EBUSY));
}

TEST_CASE("a shared extent is one extent with two owners") {
    constexpr auto v = try_out<xfs_linux_6_8>(shared(corruption, in_use, in_use));
    CHECK_BOTH((v.of[0].told() != never && v.of[1].told() != never));
    constexpr auto bytes_told = [] {
        report made;
        const auto watched = try_out<xfs_linux_6_8>(corruption.with(in_use).with(in_use), made);
        return watched.answer.ok() ? made.bytes_of_row[5] : 0;
    };
    CHECK_BOTH(bytes_told() == 2 * 4096);
}

TEST_CASE("what is known to follow depends on who maps") {
    constexpr trial bare{
        .cause = cause::removal, .scope = scope::whole_device, .rmap = rmap::absent};
    CHECK_BOTH(try_out<xfs_linux_6_8>(bare.with(in_use)).has(aftermath::umount_oopses));
    CHECK_BOTH(!try_out<xfs_linux_6_8>(bare).has(aftermath::umount_oopses));
    CHECK_BOTH(!try_out<xfs_linux_6_8>(bare.with({.mappers = mappers::none}))
                    .has(aftermath::umount_oopses));
}

TEST_CASE("facts, owners and operations of a policy's own") {
    constexpr trial wet{.own = 1};
    CHECK_BOTH(try_out<explained_party>(wet).answer == result::error(EIO));
    CHECK_BOTH(try_out<explained_party>(corruption).shuts_down());
    constexpr auto v = try_out<explained_party>(corruption.with({.own = 1}).with({.own = 2}));
    CHECK_BOTH((v.of[0].taken_away != never && v.of[1].taken_away == never));
    CHECK_BOTH(!v.is_unknown);
    CHECK_BOTH(try_out<party>(wet).is_unknown);
    CHECK_BOTH(try_out<cupboard>(corruption).answer == success);
    CHECK_BOTH(try_out<cupboard>(trial{.own = 1}).answer == unsupported_operation);
}
