// SPDX-License-Identifier: BSL-1.0
// 004: whether the mount was born is read from the wrong word.
//
// Wrong: SB_BORN is a bit of the superblock's flags, and was looked for among other bits.
// Commit: no commit known; fixed by Dan Williams in a release candidate of 6.0.
// Input: every event: it is refused as too early, or let through by luck.
// Here: a bit of one enumeration cannot be asked of a set of another one
// (tests/fail/regression_004_born_in_the_wrong_word.cpp), and being born is a fact with two
// values.

#include "daxhold/releases/xfs_linux_6_0.hpp"
#include "daxhold/releases/xfs_rfc.hpp"

#include "../support/lone_record.hpp"

using namespace support;
using namespace daxhold::releases;

namespace {

template <class Flags, class Flag>
concept can_be_asked_for = requires(Flags flags, Flag flag) {
    flags.has(flag);
};

constexpr auto unborn = [] {
    auto fs = with_lone<>(lone::dax_file);
    fs.born = false;
    return fs;
}();

} // namespace

TEST_CASE("004: a bit of another word") {
    using seed_flags = failure_flags<lineage::seed::mf_flags>;
    CHECK_BOTH(can_be_asked_for<seed_flags, lineage::seed::mf_flags>);
    CHECK_BOTH(!can_be_asked_for<seed_flags, lineage::linux_6_8::mf_flags>);
    CHECK_BOTH(!can_be_asked_for<seed_flags, unsigned>);

    CHECK_BOTH(notify<xfs_linux_6_0>(unborn, cause::corruption, lone_page).what() ==
               failed_with(EIO));
    CHECK_BOTH(notify<xfs_linux_6_0>(with_lone<>(lone::dax_file), cause::corruption, lone_page)
                   .what()
                   .told == 1);
    // v12 does not ask at all.
    CHECK_BOTH(notify<xfs_v12>(unborn, cause::corruption, lone_page).what().told == 1);
}
