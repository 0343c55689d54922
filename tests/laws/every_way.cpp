// SPDX-License-Identifier: BSL-1.0
#include "daxhold/laws/every_way.hpp"

#include "daxhold/laws/shipped.hpp"
#include "daxhold/releases.hpp"
#include "daxhold/render/matrix.hpp"
#include "daxhold/testing/generated.hpp"

#include "both.hpp"

#include <boost/hana/for_each.hpp>
#include <boost/hana/length.hpp>

#include <set>
#include <string>
#include <utility>

using namespace daxhold;
using namespace daxhold::laws;
using namespace daxhold::releases;

namespace {

/// Every trial of a policy that it can meet.
template <class Policy, thoroughness Much, class F>
void for_each_trial(F f) {
    struct visiting {
        F& f;
        static bool minds_faults(const trial& /*t*/) { return true; }
        std::uint8_t operator()(const trial& t, bool /*counts_calls*/) {
            if (laws::detail::is_never_met<Policy>(t))
                return 0;
            const auto v = try_out<Policy>(t);
            f(t, v);
            return v.calls;
        }
    };
    visiting visit{f};
    using ways = laws::detail::every_way<Policy, Much, visiting>;
    for (std::size_t slice = 0; slice != ways::slice_count; ++slice)
        ways{visit}.run(slice);
}

/// What ways there are: rows of the gate and of the end, of the record table, pairs of those in the
/// order in which they came, and kinds of calls that failed.
struct ways_taken {
    std::set<std::size_t> gate_rows;
    std::set<std::size_t> end_rows;
    std::set<std::size_t> record_rows;
    std::set<std::pair<std::size_t, std::size_t>> pairs;
    std::set<testing::call> failed;

    /// Trials that come to something else when they are watched.
    std::size_t unlike = 0;
};

struct row_recorder : report {
    std::size_t rows[most_pieces] = {};
    std::size_t count = 0;

    template <class Record>
    constexpr void record_decided(std::size_t row, const Record& r, byte_range part) noexcept {
        report::record_decided(row, r, part);
        rows[count++] = row;
    }
};

template <class Policy, thoroughness Much>
ways_taken take_ways() {
    ways_taken made;
    for_each_trial<Policy, Much>([&made](const trial& t, const verdict& v) {
        row_recorder rows;
        made.unlike += try_out<Policy>(t, rows) == v ? 0U : 1U;
        made.gate_rows.insert(rows.gate_row);
        if (rows.end_row != report::no_row)
            made.end_rows.insert(rows.end_row);
        for (std::size_t i = 0; i != rows.count; ++i)
            made.record_rows.insert(rows.rows[i]);
        if (rows.count > 1)
            made.pairs.insert({rows.rows[0], rows.rows[1]});
        if (v.has_failed)
            made.failed.insert(v.failed);
    });
    return made;
}

/// Whether the ways for compilers are all that there are.
template <class Policy>
void compare_ways() {
    const auto rows = take_ways<Policy, thoroughness::rows>();
    const auto everything = take_ways<Policy, thoroughness::everything>();
    INFO(std::string{Policy::name});
    CHECK(rows.gate_rows == everything.gate_rows);
    CHECK(rows.end_rows == everything.end_rows);
    CHECK(rows.record_rows == everything.record_rows);
    CHECK(rows.failed == everything.failed);
    CHECK(everything.unlike == 0);
    // A pair of which one does nothing is no pair.
    if constexpr (daxhold::detail::has_three_tables<Policy>)
        for (const auto& pair : everything.pairs) {
            const auto is_idle = [](std::size_t row) {
                const auto& course = Policy::record.actions[row];
                return course.count == 0 && !is_stop(course.end);
            };
            CHECK((rows.pairs.count(pair) == 1 || is_idle(pair.first) || is_idle(pair.second)));
        }
}

/// A trial with anything in it.
template <class Policy>
trial random_trial(testing::random_numbers& random) {
    constexpr auto own = laws::detail::count_cells(laws::detail::own_of_event<Policy>{});
    trial t;
    t.cause = random.any<cause>();
    t.scope = random.any<scope>();
    t.role = random.any<role>();
    t.range = t.scope == scope::part ? random.any<range>() : static_cast<range>(random.below(2));
    t.mount = random.one_in(8) ? mount::not_born : mount::born;
    t.rmap = random.one_in(4) ? rmap::absent : rmap::present;
    t.groups = random.any<groups>();
    t.read_only = random.any<read_only>();
    t.already_shut_down = static_cast<already_shut_down>(random.one_in(6));
    t.frozen_by_user = static_cast<frozen_by_user>(random.one_in(4));
    t.own = static_cast<std::uint16_t>(random.below(own));
    t.sharing = static_cast<sharing>(random.one_in(3));
    const auto wanted = random.below(most_pieces + 1);
    for (std::size_t i = 0; i != wanted; ++i) {
        const auto& p =
            laws::detail::pieces<Policy>.of[random.below(laws::detail::pieces<Policy>.count)];
        const bool fits = t.role == role::log
                              ? p.owner == owner::log
                              : t.sharing == sharing::sole || p.owner == owner::file_data;
        if (fits)
            t.pieces[t.count++] = p;
    }
    if (t.count < 2)
        t.sharing = sharing::sole;
    t.fails = random.one_in(2) ? static_cast<std::uint8_t>(random.below(14)) : std::uint8_t{0};
    return t;
}

/// Breaks of laws on random filesystems that the ways for compilers do not know of.
template <class Policy>
std::size_t count_forgotten(std::uint64_t seed, std::size_t trials) {
    const auto known = try_all<Policy, thoroughness::rows>(laws::shipped);
    std::size_t forgotten = 0;
    testing::random_numbers random{seed};
    for (std::size_t n = 0; n != trials; ++n) {
        const auto t = random_trial<Policy>(random);
        if (laws::detail::is_never_met<Policy>(t))
            continue;
        const auto v = try_out<Policy>(t);
        std::size_t law = 0;
        boost::hana::for_each(laws::shipped, [&](auto type) {
            using law_type = typename decltype(type)::type;
            const auto& found = known.of[law++];
            if (found.what() != standing::kept || !law_type::concerns(t) || v.is_unknown ||
                !laws::detail::concerns_failure<law_type>(v) || law_type::holds(t, v))
                return;
            if (forgotten++ == 0)
                MESSAGE(std::string{Policy::name}
                        << " breaks " << std::string{law_type::name} << " in "
                        << case_of<Policy>({.is_broken = true, .where = t, .failed = v.failed}));
        });
    }
    return forgotten;
}

/// Breaks a law in a case that needs three pieces to be seen: found by the random test alone.
struct forgetful : words {
    static constexpr const char* name = "forgetful";
    enum class third : unsigned char { no, yes };
    static constexpr auto gate = table(when(range::outside) >> refuse(ENXIO), otherwise >> walk);
    static constexpr auto record = table(otherwise >> next);
    static constexpr auto end = table(otherwise >> return_error);
};

} // namespace

TEST_CASE("every row, every pair of rows and every failing call is tried") {
    boost::hana::for_each(releases::shipped,
                          [](auto policy) { compare_ways<typename decltype(policy)::type>(); });
}

TEST_CASE("what is known by the ways for compilers is known by all ways") {
    boost::hana::for_each(releases::shipped, [](auto policy) {
        using type = typename decltype(policy)::type;
        const auto rows = try_all<type, thoroughness::rows>(laws::shipped);
        const auto everything = try_all<type, thoroughness::everything>(laws::shipped);
        std::size_t law = 0;
        boost::hana::for_each(laws::shipped, [&](auto named) {
            INFO(std::string{type::name} << ", " << std::string{decltype(named)::type::name});
            CHECK(rows.of[law].what() == everything.of[law].what());
            ++law;
        });
    });
}

TEST_CASE("on random filesystems nothing was forgotten") {
    boost::hana::for_each(releases::shipped, [](auto policy) {
        CHECK(count_forgotten<typename decltype(policy)::type>(20261125, 4000) == 0);
    });
}

TEST_CASE("a random filesystem can find what was forgotten") {
    // As if a law were known to be kept that is not.
    testing::random_numbers random{7};
    std::size_t broken = 0;
    for (std::size_t n = 0; n != 4000; ++n) {
        const auto t = random_trial<forgetful>(random);
        using law = corruption_of_metadata_never_goes_on;
        broken += law::concerns(t) && !law::holds(t, try_out<forgetful>(t)) ? 1U : 0U;
    }
    CHECK(broken > 20);
}
