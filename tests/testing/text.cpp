// SPDX-License-Identifier: BSL-1.0
#include "daxhold/testing/text.hpp"

#include "daxhold/releases.hpp"

#include "words.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace daxhold;
using namespace daxhold::tables;
using namespace daxhold::testing;
using namespace spelled;
using releases::xfs_linux_6_8;

TEST_CASE("what is done to a filesystem") {
    auto fs = populated<>();
    const auto made = report_failure<xfs_linux_6_8>(fs, role::data, blocks(12, 1), cause::removal);
    CHECK(to_text(fs.log) ==
          "freeze: 0\n"
          "begin_walk: 0\n"
          "kill_users(users::every, poison::not_marked) of inode 131 in [16384, 20480): 0\n"
          "invalidate of inode 131 in [16384, 20480): 0\n"
          "shut_down(force_umount): 0\n"
          "thaw: 0\n"
          "thaw_user: -EINVAL (the request is not valid)\n");
    CHECK(to_text(made) == "answer 0, gate row 7, 1 records, walk clean, end row 3, shut down "
                           "(force_umount), freeze 1, thaw 1, thaw_user 1 (1 failed: -EINVAL (the "
                           "request is not valid)), begin_walk 1, kill_users 1, invalidate 1, "
                           "shut_down 1");
    CHECK(to_text(entry{.what = call::report_media_event,
                        .where = blocks(0, 1),
                        .device = role::log}) == "report_media_event(role::log) in [0, 4096): 0");
    call_log full;
    for (std::size_t i = 0; i != call_log::capacity + 2; ++i)
        full.add({});
    CHECK(to_text(full).ends_with("freeze: 0\nand 2 more\n"));
}

TEST_CASE("scripts, trials and generated cases") {
    CHECK(to_text(run_script<xfs_linux_6_8>(populated<>(), fail_range(blocks(0, 1)), unmount())) ==
          "-EFSCORRUPTED (the filesystem is corrupted), put done, shut down\n"
          "0, put done, shut down\n");
    CHECK(to_text(trial{}.with({})) == "cause::corruption: owner::file_data");
    CHECK(to_text(trial{.cause = cause::removal,
                        .scope = scope::whole_device,
                        .role = role::log,
                        .range = range::outside,
                        .mount = mount::not_born,
                        .rmap = rmap::absent,
                        .groups = groups::several,
                        .read_only = read_only::yes,
                        .already_shut_down = already_shut_down::yes,
                        .frozen_by_user = frozen_by_user::yes,
                        .sharing = sharing::shared,
                        .fails = 3}
                      .with({.mapping = mapping::buffered, .kind = kind::directory})
                      .with({.inode = inode::lookup_failed, .mapping = mapping::buffered})) ==
          "cause::removal, scope::whole_device, role::log, range::outside, mount::not_born, "
          "rmap::absent, groups::several, read_only::yes, already_shut_down::yes, "
          "frozen_by_user::yes, sharing::shared: owner::file_data, mapping::buffered, "
          "kind::directory; then owner::file_data, inode::lookup_failed; call 3 fails");
    CHECK(to_text(generated_failure{}) == "no failure");
    CHECK(to_text(generated_failure{true, 17, 1}) == "invariant 1 with seed 17");
}
