// SPDX-License-Identifier: BSL-1.0
#include "daxhold/testing/trial.hpp"

#include "both.hpp"

#include <vector>

using namespace daxhold;
using namespace daxhold::testing;

namespace {

constexpr piece in_use{};
constexpr piece of_nobody{.is_free = true};
constexpr piece metadata{.owner = owner::metadata, .mappers = mappers::none};

constexpr trial two_pieces{.count = 2, .pieces = {in_use, metadata, of_nobody}};

constexpr verdict answered(result answer) {
    verdict v;
    v.answer = answer;
    return v;
}
constexpr verdict shut_down_first = [] {
    verdict v;
    v.shut_down = 1;
    v.aftermaths = any_of(aftermath::umount_oopses);
    return v;
}();
constexpr trial corruption{};
constexpr trial removal{.cause = cause::removal};

} // namespace

TEST_CASE("what is in use is data that a process has present") {
    CHECK_BOTH(in_use.is_in_use());
    CHECK_BOTH(!of_nobody.is_in_use());
    CHECK_BOTH(!metadata.is_in_use());
    CHECK_BOTH(!piece{.owner = owner::bmbt}.is_in_use());
    CHECK_BOTH(!piece{.inode = inode::not_in_core}.is_in_use());
    CHECK_BOTH(!piece{.mapping = mapping::buffered}.is_in_use());
    CHECK_BOTH(!piece{.mappers = mappers::without_page}.is_in_use());
}

TEST_CASE("metadata is what no file owns, and what a directory in core has in its blocks") {
    CHECK_BOTH(metadata.is_metadata());
    CHECK_BOTH(piece{.owner = owner::unknown}.is_metadata());
    CHECK_BOTH(piece{.kind = kind::directory}.is_metadata());
    CHECK_BOTH(!piece{.inode = inode::not_in_core, .kind = kind::directory}.is_metadata());
    CHECK_BOTH(!in_use.is_metadata());
    CHECK_BOTH(!piece{.owner = owner::metadata, .is_free = true}.is_metadata());
}

TEST_CASE("a trial has the pieces that it counts") {
    CHECK_BOTH(two_pieces.any([](const piece& p) { return p.is_metadata(); }));
    CHECK_BOTH(!two_pieces.any([](const piece& p) { return p.is_free; }));
    CHECK_BOTH(two_pieces.all([](const piece& p) { return !p.is_free; }));
    CHECK_BOTH(!two_pieces.all([](const piece& p) { return p.is_in_use(); }));
    CHECK_BOTH(trial{}.all([](const piece&) { return false; }));
}

TEST_CASE("a mount meets an event if it is in use, and has some of the range") {
    CHECK_BOTH(trial{}.is_met());
    CHECK_BOTH(trial{.range = range::across_end}.is_met());
    CHECK_BOTH(!trial{.range = range::after_end}.is_met());
    CHECK_BOTH(!trial{.range = range::outside}.is_met());
    CHECK_BOTH(!trial{.mount = mount::not_born}.is_met());
    CHECK_BOTH(!trial{.already_shut_down = already_shut_down::yes}.is_met());
}

TEST_CASE("one piece more") {
    CHECK_BOTH(trial{}.with(in_use).with(metadata).with(of_nobody).count == 3);
    CHECK_BOTH((corruption.with(in_use).with(metadata) ==
                trial{.count = 2, .pieces = {in_use, metadata}}));
}

TEST_CASE("what of a piece has a value to be asked for") {
    CHECK_BOTH((is_open<inode>(in_use) && is_open<mapping>(in_use) && is_open<mappers>(in_use)));
    CHECK_BOTH(!is_open<kind>(in_use));
    constexpr piece in_page_cache{.mapping = mapping::buffered, .mappers = mappers::none};
    CHECK_BOTH((is_open<kind>(in_page_cache) && !is_open<mappers>(in_page_cache)));
    constexpr piece idle{.inode = inode::not_in_core, .mappers = mappers::none};
    CHECK_BOTH((is_open<inode>(idle) && !is_open<mapping>(idle) && !is_open<mappers>(idle)));
    CHECK_BOTH((is_open<owner>(metadata) && !is_open<inode>(metadata)));
}

TEST_CASE("every trial comes once") {
    std::size_t trials = 0;
    std::size_t of_data = 0;
    std::vector<trial> of_one_event;
    for_each_trial([&](const trial& t) {
        ++trials;
        of_data += t.pieces[0].owner == owner::file_data ? 1U : 0U;
        CHECK((t.count == 2) == (t.sharing == sharing::shared));
        if (t.cause == cause::removal && t.scope == scope::whole_device && t.role == role::data &&
            t.range == range::inside && t.mount == mount::born && t.rmap == rmap::absent &&
            t.groups == groups::one)
            of_one_event.push_back(t);
    });
    // In core as dax or buffered, of four kinds, not in core, lookup failed; of the regular ones
    // each with one owner or shared. A part is in one of four places, a whole device in one of
    // three.
    constexpr std::size_t events = 2 * (4 + 3) * value_count<role> * 2 * 2 * 2;
    CHECK(of_data == events * (7 + 4));
    CHECK(trials == of_data + events * (value_count<owner> - 1));
    CHECK(of_one_event.size() == 7 + 4 + value_count<owner> - 1);
    for (std::size_t i = 0; i != of_one_event.size(); ++i)
        for (std::size_t j = 0; j != i; ++j)
            CHECK(!(of_one_event[i] == of_one_event[j]));
}

TEST_CASE("what came of it") {
    CHECK_BOTH(piece_fate{}.told() == never);
    CHECK_BOTH(piece_fate{.told_early = 3}.told() == 3);
    CHECK_BOTH(piece_fate{.told_early = 3, .told_all = 2}.told() == 2);
    CHECK_BOTH(shut_down_first.shuts_down());
    CHECK_BOTH(shut_down_first.has(aftermath::umount_oopses));
    CHECK_BOTH(!shut_down_first.has(aftermath::stays_frozen));
    CHECK_BOTH(!verdict{}.shuts_down());
    CHECK_BOTH(answered(unsupported_operation).is_left_to_the_generic_path(corruption));
    CHECK_BOTH(!answered(unsupported_operation).is_left_to_the_generic_path(removal));
    CHECK_BOTH(!answered(success).is_left_to_the_generic_path(corruption));
}
