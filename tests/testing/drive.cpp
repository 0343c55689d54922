// SPDX-License-Identifier: BSL-1.0
#include "daxhold/testing/drive.hpp"

#include "daxhold/releases.hpp"

#include "both.hpp"

using namespace daxhold;
using namespace daxhold::testing;
using namespace daxhold::releases;

namespace {

template <class Policy>
constexpr driven poisoned_at(byte_range where, mock_filesystem fs = populated<>()) {
    return drive<Policy>{fs}.poison(where);
}
template <class Policy>
constexpr driven unbound(mock_filesystem fs = populated<>(),
                         block_layer after = block_layer::marks_dead) {
    return drive<Policy>{fs, role::data, after}.unbind();
}
constexpr mock_filesystem frozen_by_somebody = [] {
    auto fs = populated<>();
    fs.is_frozen_by_user = true;
    return fs;
}();

constexpr bool tells_each_event_apart() {
    auto fs = populated<>();
    drive<xfs_linux_6_8> on{fs};
    return on.poison(blocks(8, 1)).told == 2 && on.poison(blocks(8, 1)).told == 0 &&
           on.unbind().told == 1;
}

} // namespace

TEST_CASE("a page that fails: the holder's answer is memory_failure()'s") {
    constexpr auto d = poisoned_at<xfs_linux_6_8>(blocks(8, 1));
    CHECK_BOTH((d.holder == success && d.answer == success && !d.is_generic));
    CHECK_BOTH(d.told == 2);
    CHECK_BOTH(d.made.told() == 2);
    constexpr auto header = poisoned_at<xfs_linux_6_8>(blocks(0, 1));
    CHECK_BOTH((header.answer == filesystem_corrupted && header.told == 0));
}

TEST_CASE("where nobody handles it, the generic path tells early users of one file") {
    constexpr auto shared = poisoned_at<no_holder>(blocks(8, 1));
    CHECK_BOTH((shared.holder == unsupported_operation && shared.answer == success));
    CHECK_BOTH((shared.is_generic && shared.told == 1));
    CHECK_BOTH(poisoned_at<no_holder>(blocks(12, 1)).told == 1);
    // Nobody has it present: the file is not in core, nobody maps it, it is metadata or free.
    for (const std::uint64_t block : {16U, 30U, 0U, 100U})
        CHECK(poisoned_at<no_holder>(blocks(block, 1)).answer == result::error(EBUSY));
}

TEST_CASE("an unbind: the disk is deleted whatever the holder says") {
    constexpr auto d = unbound<xfs_linux_6_8>();
    CHECK_BOTH((d.holder == success && d.answer == success && d.told == 3));
    CHECK_BOTH((d.map_what_is_gone == 0 && !d.is_stuck));
    constexpr auto nobody = unbound<no_holder>();
    CHECK_BOTH((nobody.holder == unsupported_operation && nobody.answer == success));
    CHECK_BOTH((nobody.told == 0 && nobody.map_what_is_gone == 3));
    CHECK_BOTH(nobody.known.has(aftermath::exit_oopses));
    // With the flags of the release: 6.1 takes it for a corruption.
    CHECK_BOTH(unbound<xfs_linux_6_1>().told == 2);
    CHECK_BOTH(unbound<xfs_linux_6_1>(populated<>(), block_layer::says_nothing).map_what_is_gone ==
               0);
}

TEST_CASE("the block layer shuts down what the holder left in use") {
    auto fs = populated<>();
    static_cast<void>(drive<no_holder>{fs}.unbind());
    CHECK((fs.is_shut_down && fs.reason == shutdown_reason::device_removed));
    auto older = populated<>();
    static_cast<void>(drive<no_holder>{older, role::data, block_layer::says_nothing}.unbind());
    CHECK(!older.is_shut_down);
}

TEST_CASE("a state that nobody can end is told of") {
    CHECK_BOTH(poisoned_at<xfs_linux_7_2>(blocks(0, 1), frozen_by_somebody).is_stuck);
    CHECK_BOTH(!poisoned_at<recommended>(blocks(0, 1), frozen_by_somebody).is_stuck);
    CHECK_BOTH(unbound<no_holder>(frozen_by_somebody).is_stuck);
    CHECK_BOTH(!unbound<xfs_linux_7_2>(frozen_by_somebody).is_stuck);
}

TEST_CASE("who was told by which event") { CHECK_BOTH(tells_each_event_apart()); }
