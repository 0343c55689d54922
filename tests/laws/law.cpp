// SPDX-License-Identifier: BSL-1.0
#include "daxhold/laws/law.hpp"

#include "daxhold/releases.hpp"

#include "both.hpp"

using namespace daxhold;
using namespace daxhold::laws;
using namespace daxhold::releases;

namespace {

// Laws of one's own.
struct nobody_dies_without_need {
    static constexpr bool concerns(const trial& t) {
        return t.all([](const piece& p) { return p.inode != inode::in_core; });
    }
    static constexpr bool holds(const trial& t, const verdict& v) {
        for (std::size_t i = 0; i != t.count; ++i)
            if (v.of[i].told() != never)
                return false;
        return true;
    }
};
struct removal_answers_success {
    static constexpr bool concerns(const trial& t) {
        return t.cause == cause::removal && t.is_met() && t.rmap == rmap::present;
    }
    static constexpr bool holds(const trial&, const verdict& v) { return v.answer.ok(); }
};
struct log_is_left_alone {
    static constexpr bool concerns(const trial& t) {
        return t.any([](const piece& p) { return p.owner == owner::log; });
    }
    static constexpr bool holds(const trial&, const verdict& v) { return !v.shuts_down(); }
};
struct concerns_nothing {
    static constexpr bool concerns(const trial&) { return false; }
    static constexpr bool holds(const trial&, const verdict&) { return false; }
};
struct concerns_everything {
    static constexpr bool concerns(const trial&) { return true; }
    static constexpr bool holds(const trial&, const verdict&) { return false; }
};
struct anything_goes {
    static constexpr bool concerns(const trial&) { return true; }
    static constexpr bool holds(const trial&, const verdict&) { return true; }
};

struct lacks_holds {
    static constexpr bool concerns(const trial&) { return true; }
};
struct answers_with_an_int {
    static constexpr int concerns(const trial&) { return 1; }
    static constexpr bool holds(const trial&, const verdict&) { return true; }
};
static_assert(policy_law<nobody_dies_without_need>);
static_assert(!policy_law<lacks_holds>);
static_assert(!policy_law<answers_with_an_int>);

/// A policy for filesystems whose log is no part of what they hold.
struct without_log : xfs_linux_6_1 {
    static constexpr auto never_meets = never(role::log, owner::log);
};

/// A fact of its own; a row that only one of its values reaches.
enum class copies : unsigned char { one, two };
struct with_own_fact : words {
    static constexpr auto gate = table(when(range::outside) >> refuse(ENXIO), otherwise >> walk);
    static constexpr auto record = table(when(owner::file_data, copies::two) >>
                                             attempt(shut_down(corrupt_ondisk)) >> stop(EIO),
                                         otherwise >> next);
    static constexpr auto end = table(otherwise >> return_error);
};
struct files_never_shut_down {
    static constexpr bool concerns(const trial& t) {
        return t.count == 1 && t.pieces[0].owner == owner::file_data;
    }
    static constexpr bool holds(const trial&, const verdict& v) { return !v.shuts_down(); }
};

/// An operation of its own, of which nobody says what it amounts to.
enum class deed : std::uint8_t { something };
struct secretive : words {
    static constexpr auto gate = table(when(range::outside) >> refuse(ENXIO),
                                       otherwise >> perform(deed::something) >> succeed);
};

template <class Law, class Policy>
constexpr standing what_is_known = finding_of<Law, Policy>.what();

} // namespace

TEST_CASE("kept, broken, not tried, or does not apply") {
    CHECK_BOTH((what_is_known<nobody_dies_without_need, xfs_linux_6_8>) == standing::kept);
    CHECK_BOTH((what_is_known<removal_answers_success, xfs_linux_6_8>) == standing::broken);
    CHECK_BOTH((what_is_known<concerns_nothing, xfs_linux_6_8>) == standing::not_tried);
    CHECK_BOTH((what_is_known<log_is_left_alone, xfs_linux_6_1>) == standing::broken);
    CHECK_BOTH((what_is_known<log_is_left_alone, without_log>) == standing::does_not_apply);
    CHECK_BOTH((what_is_known<anything_goes, without_log>) == standing::kept);
    CHECK_BOTH((finding_of<anything_goes, without_log>.never_met > 0));
}

TEST_CASE("only what is kept is good") {
    CHECK_BOTH((is_kept<nobody_dies_without_need, xfs_linux_6_8>));
    CHECK_BOTH((!is_kept<concerns_nothing, xfs_linux_6_8>));
    CHECK_BOTH((!is_kept<log_is_left_alone, without_log>));
    static_assert(keeps<nobody_dies_without_need, xfs_linux_6_8>);
    CHECK((keeps<nobody_dies_without_need, recommended>));
}

TEST_CASE("what an operation of its own amounts to is not guessed") {
    CHECK_BOTH((what_is_known<concerns_everything, secretive>) == standing::broken);
    CHECK_BOTH((what_is_known<anything_goes, secretive>) == standing::not_tried);
    CHECK_BOTH((finding_of<anything_goes, secretive>.unknown > 0));
}

TEST_CASE("each value of a fact of the policy's own is tried") {
    CHECK_BOTH((what_is_known<files_never_shut_down, with_own_fact>) == standing::broken);
    CHECK_BOTH((finding_of<files_never_shut_down, with_own_fact>.where.pieces[0].own == 1));
}

TEST_CASE("a breach is one of the smallest cases") {
    CHECK_BOTH((finding_of<concerns_everything, xfs_linux_6_8>.where == trial{}));
    constexpr const auto& found = finding_of<removal_answers_success, xfs_linux_6_8>;
    CHECK_BOTH(found.where.cause == cause::removal);
    CHECK_BOTH(found.where.count < 2);
    CHECK_BOTH(!try_out<xfs_linux_6_8>(found.where).answer.ok());
}

TEST_CASE("several laws at once come to the same") {
    constexpr auto both = findings<xfs_linux_6_8>(
        boost::hana::tuple_t<removal_answers_success, nobody_dies_without_need>);
    CHECK_BOTH(both.of[0].what() == standing::broken);
    CHECK_BOTH(both.of[1].what() == standing::kept);
    CHECK_BOTH((both.of[0].where == finding_of<removal_answers_success, xfs_linux_6_8>.where));
    const auto later =
        try_all<xfs_linux_6_8, thoroughness::rows>(boost::hana::tuple_t<removal_answers_success>);
    CHECK(later.of[0].tried == finding_of<removal_answers_success, xfs_linux_6_8>.tried);
}
