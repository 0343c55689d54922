// SPDX-License-Identifier: BSL-1.0
#include "daxhold/testing/script.hpp"

#include "daxhold/releases.hpp"

#include "../support/words.hpp"
#include "both.hpp"

using namespace daxhold;
using namespace daxhold::tables;
using namespace daxhold::testing;
using namespace daxhold::releases;
using namespace spelled;

namespace {

template <class Policy, class... Steps>
constexpr auto tell(Steps... steps) {
    return run_script<Policy>(populated<>(), steps...);
}

constexpr auto unborn = [] {
    auto fs = populated<>();
    fs.born = false;
    return fs;
}();

/// Answers each event with what its flags say.
struct tells_the_cause {
    static constexpr auto gate = table(when(cause::removal) >> refuse(EBUSY), otherwise >> succeed);
};

} // namespace

TEST_CASE("an unbind while mounted, then an umount") {
    constexpr auto story = tell<xfs_linux_6_8>(remove_device(), unmount());
    CHECK_BOTH(story.is(success, put_outcome::device_died_first));
    CHECK_BOTH(!story.is_alive);
    CHECK_BOTH(story.fs.is_shut_down);
    CHECK_BOTH(story.size() == 2);
    CHECK_BOTH(story[0].calls == story[1].calls);
}

TEST_CASE("the flags are those of the release: 6.1 has none for a removal") {
    CHECK_BOTH(tell<xfs_linux_6_1>(remove_device()).is(result::error(EBUSY)));
    CHECK_BOTH(tell<xfs_linux_6_1>(remove_device()).fs.reason == shutdown_reason::corrupt_ondisk);
    // A policy that does not say gets those of 6.8.
    CHECK_BOTH(tell<tells_the_cause>(fail_range(blocks(0, 1)), remove_device())
                   .is(success, result::error(EBUSY)));
}

TEST_CASE("nobody holds the device") {
    constexpr auto story = tell<xfs_linux_6_8>(
        unmount(), unmount(), fail_range(blocks(8, 1)), mount_again(), mount_again(),
        fail_range(blocks(8, 1)), remove_device(), fail_range(blocks(8, 1)), mount_again());
    CHECK_BOTH(story.is(put_outcome::done, put_outcome::repeated, unsupported_operation, success,
                        result::error(EBUSY), success, success, no_such_device,
                        result::error(ENODEV)));
    CHECK_BOTH(story[2].calls == 0);
    CHECK_BOTH(story[5].calls > 0);
}

TEST_CASE("the n-th call from here on fails") {
    constexpr auto story = tell<xfs_linux_6_8>(
        fail_range(blocks(12, 1)), let_fail(call::kill_users, 2, EPERM), fail_range(blocks(12, 1)),
        fail_range(blocks(12, 1)), fail_range(blocks(12, 1)));
    // A filesystem that was shut down can no longer read who owns what.
    CHECK_BOTH(story.is(success, success, success, result::error(EPERM), result::error(EIO)));
    CHECK_BOTH(!story[2].is_shut_down);
    CHECK_BOTH(story[3].is_shut_down);
    CHECK_BOTH(story[4].is_shut_down);
}

TEST_CASE("somebody in user space freezes the filesystem") {
    constexpr auto theirs =
        tell<xfs_linux_6_8>(freeze_by_user(), freeze_by_user(), remove_device(), thaw_by_user());
    // Thawed by the release; nobody could do it afterwards, as nothing can be opened any more.
    CHECK_BOTH(theirs.is(success, result::error(EBUSY), success, result::error(EIO)));
    CHECK_BOTH(!theirs.fs.is_frozen_by_user);
    constexpr auto ended = tell<recommended>(freeze_by_user(), remove_device(), freeze_by_user());
    CHECK_BOTH(ended.is(success, success, result::error(EIO)));
    CHECK_BOTH(!ended.fs.is_frozen_by_user);
    CHECK_BOTH(tell<recommended>(thaw_by_user()).is(result::error(EINVAL)));
    CHECK_BOTH(tell<recommended>(freeze_by_user(), thaw_by_user()).is(success, success));
}

TEST_CASE("a failure before the mount is born") {
    constexpr auto story = run_script<xfs_linux_6_8>(unborn, fail_range(blocks(8, 1)),
                                                     finish_mount(), fail_range(blocks(8, 1)));
    CHECK_BOTH(story.is(result::error(EIO), success, success));
    CHECK_BOTH(story[0].calls == 0);
    CHECK_BOTH(story[2].calls > 0);
}

TEST_CASE("a script of nothing") {
    CHECK_BOTH(tell<xfs_linux_6_8>().is());
    CHECK_BOTH(tell<xfs_linux_6_8>().is_alive);
    CHECK_BOTH(!tell<xfs_linux_6_8>(fail_range(blocks(8, 1))).is(no_such_device));
}

TEST_CASE("a step of one's own") {
    constexpr auto fill_the_log = [](auto& on) { return on.fs.sync(); };
    CHECK_BOTH(tell<xfs_linux_6_8>(let_fail(call::sync, 2, ENOSPC), fill_the_log, fill_the_log)
                   .is(success, success, result::error(ENOSPC)));
}
