// SPDX-License-Identifier: BSL-1.0
#include "daxhold/laws/law.hpp"

#include "daxhold/releases.hpp"

#include "both.hpp"

using namespace daxhold;
using namespace daxhold::tables;
using namespace daxhold::releases;

namespace {

// A law of one's own.
struct nobody_dies_without_need {
    static constexpr bool concerns(const laws::trial& t) { return t.state != inode::in_core; }
    static constexpr bool holds(const laws::trial&, const laws::verdict& v) {
        return v.files_told == 0;
    }
};
struct removal_answers_success {
    static constexpr bool concerns(const laws::trial& t) { return t.event == cause::removal; }
    static constexpr bool holds(const laws::trial&, const laws::verdict& v) {
        return v.answer.ok();
    }
};
struct concerns_nothing {
    static constexpr bool concerns(const laws::trial&) { return false; }
    static constexpr bool holds(const laws::trial&, const laws::verdict&) { return false; }
};
struct concerns_everything {
    static constexpr bool concerns(const laws::trial&) { return true; }
    static constexpr bool holds(const laws::trial&, const laws::verdict&) { return false; }
};

struct lacks_holds {
    static constexpr bool concerns(const laws::trial&) { return true; }
};
struct answers_with_an_int {
    static constexpr int concerns(const laws::trial&) { return 1; }
    static constexpr bool holds(const laws::trial&, const laws::verdict&) { return true; }
};

static_assert(laws::policy_law<nobody_dies_without_need>);
static_assert(!laws::policy_law<lacks_holds>);
static_assert(!laws::policy_law<answers_with_an_int>);

} // namespace

TEST_CASE("a law of one's own is kept or broken") {
    CHECK_BOTH(laws::is_kept<nobody_dies_without_need, xfs_linux_6_8>);
    CHECK_BOTH(!laws::is_kept<removal_answers_success, xfs_linux_6_8>);
    CHECK_BOTH(laws::is_kept<concerns_nothing, xfs_linux_6_8>);
    CHECK_BOTH(!laws::is_kept<concerns_everything, xfs_linux_6_8>);
}

TEST_CASE("a kept law can be demanded") {
    static_assert(laws::keeps<nobody_dies_without_need, xfs_linux_6_8>);
    CHECK((laws::keeps<nobody_dies_without_need, recommended>));
}

TEST_CASE("a breach is the first trial that breaks the law") {
    CHECK_BOTH(!laws::breach_of<nobody_dies_without_need, xfs_linux_6_8>.exists);
    CHECK_BOTH(laws::breach_of<concerns_everything, xfs_linux_6_8>.exists);
    CHECK_BOTH(laws::breach_of<concerns_everything, xfs_linux_6_8>.where ==
               laws::trial_number(cause::corruption, 0));
    // 6.8 answers 0 to a removal, but where a user cannot be told.
    constexpr const auto& where = laws::breach_of<removal_answers_success, xfs_linux_6_8>.where;
    CHECK_BOTH(where == laws::trial{cause::removal, laws::situation::first_user_cannot_be_told});
    CHECK_BOTH(laws::try_out<xfs_linux_6_8>(where).answer == result::error(EBUSY));
}
