// SPDX-License-Identifier: BSL-1.0
#include "daxhold/testing/text.hpp"

#include "daxhold/releases.hpp"
#include "../support/words.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace daxhold;
using namespace daxhold::tables;
using namespace daxhold::testing;
using namespace spelled;
using releases::xfs_linux_6_8;

namespace {

enum class own_operation : std::uint8_t { blink };
enum class flags : std::uint8_t { one = 1, two = 2 };
struct unknown_action {};

std::string text_of_report(result answer) {
    report r;
    r.outcome = answer;
    return to_text(r);
}

} // namespace

TEST_CASE("facts, and sets of their values") {
    CHECK(to_text(owner::file_data) == "owner::file_data");
    CHECK(to_text(static_cast<owner>(12)) == "owner(12)");
    CHECK(to_text(any_of(role::log, role::realtime)) == "any_of(role::log, role::realtime)");
    CHECK(to_text(name_of(mount::born)) == "born");
}

TEST_CASE("results and ranges") {
    CHECK(to_text(success) == "0");
    CHECK(to_text(result::error(ENXIO)) == "-6 (no such device, or outside of it)");
    CHECK(to_text(filesystem_corrupted) == "-117 (the filesystem is corrupted)");
    CHECK(to_text(byte_range{8192, 4096}) == "[8192, 12288)");
    CHECK(to_text(byte_range::whole_device()) == "the whole device");
    CHECK(to_text(byte_range{8192, 0}) == "nothing at 8192");
    CHECK(to_text(basic_byte_range<std::uint8_t>{250, 4}) == "[250, 254)");
}

TEST_CASE("courses, as they are written") {
    CHECK(to_text(attempt(freeze) >> begin_walk >> walk) ==
          "attempt(freeze) >> begin_walk >> walk");
    CHECK(to_text(collect(kill_users(users::every, poison::not_marked)) >> next) ==
          "collect(kill_users(users::every, poison::not_marked)) >> next");
    CHECK(to_text(shut_down(shutdown_reason::force_umount) >> return_error) ==
          "shut_down(force_umount) >> return_error");
    CHECK(to_text(perform(own_operation::blink) >> stop(EBUSY)) ==
          "perform(own_operation::blink) >> stop(EBUSY)");
    CHECK(to_text(perform(flags::two)) == "perform(2)");
    CHECK(to_text(succeed) == "succeed");
    CHECK(to_text(refuse(EIO)) == "refuse(EIO)");
    CHECK(to_text(refuse(33)) == "refuse(33)");
    CHECK(to_text(stop_with_lookup_error) == "stop_with_lookup_error");
    CHECK(to_text(course<>{}) == "nothing");
}

TEST_CASE("rows, tables and cells") {
    CHECK(to_text(when(role::log, cause::removal) >> succeed) ==
          "when(role::log, cause::removal) >> succeed");
    CHECK(to_text(when(none_of(mount::born)) >> 7) == "when(mount::not_born) >> 7");
    CHECK(to_text(otherwise >> owner::log) == "otherwise >> owner::log");
    CHECK(to_text(otherwise >> unknown_action{}) == "otherwise >> an action without a text");
    CHECK(to_text(table(when(role::log) >> 1, when(none_of(role::log), mount::born) >> 2,
                        otherwise >> 3)) ==
          "when(role::log) >> 1\n"
          "when(any_of(role::data, role::realtime), mount::born) >> 2\n"
          "otherwise >> 3\n");
    CHECK(to_text(known(role::log, cause::removal)) == "role::log, cause::removal");
    CHECK(to_text(known()).empty());
}

TEST_CASE("what is done to a filesystem") {
    CHECK(to_text(rmap_record{blocks(1, 1), owner::file_data, 131, 8192, sharing::shared}) ==
          "owner::file_data of inode 131 at 8192 in [4096, 8192), shared");
    CHECK(to_text(rmap_record{blocks(0, 1), owner::metadata}) == "owner::metadata in [0, 4096)");
    auto fs = populated<>();
    const auto made = report_failure<xfs_linux_6_8>(fs, role::data, blocks(12, 1), cause::removal);
    CHECK(to_text(fs.log) ==
          "freeze: 0\n"
          "begin_walk: 0\n"
          "kill_users(users::every, poison::not_marked) of inode 131 in [16384, 20480): 0\n"
          "invalidate of inode 131 in [16384, 20480): 0\n"
          "shut_down(force_umount): 0\n"
          "thaw: 0\n"
          "thaw_user: -22 (the request is not valid)\n");
    CHECK(to_text(made) == "answer 0, gate row 8, 1 records, walk clean, end row 3, shut down "
                           "(force_umount), freeze 1, thaw 1, thaw_user 1 (1 failed: -22 (the "
                           "request is not valid)), begin_walk 1, kill_users 1, invalidate 1, "
                           "shut_down 1");
    CHECK(text_of_report(no_such_device) == "answer -6 (no such device, or outside of it)");
    CHECK(to_text(entry{.what = call::report_media_event,
                        .where = blocks(0, 1),
                        .device = role::log}) == "report_media_event(role::log) in [0, 4096): 0");
    call_log full;
    for (std::size_t i = 0; i != call_log::capacity + 2; ++i)
        full.add({});
    CHECK(to_text(full).ends_with("freeze: 0\nand 2 more\n"));
}

TEST_CASE("scripts, scenes and generated cases") {
    CHECK(to_text(run_script<xfs_linux_6_8>(populated<>(), fail_range(blocks(0, 1)), unmount())) ==
          "-117 (the filesystem is corrupted), put done, shut down\n"
          "0, put done, shut down\n");
    CHECK(to_text(scene{}) == "corruption: owner::file_data");
    CHECK(to_text(scene{.why = cause::removal,
                        .scope = scope::whole_device,
                        .device = role::log,
                        .mount = mount::not_born,
                        .rmap = rmap::absent,
                        .range = range::outside,
                        .groups = groups::several,
                        .owner = owner::bmbt,
                        .inode = inode::lookup_failed,
                        .mapping = mapping::buffered,
                        .sharing = sharing::shared}) ==
          "removal, scope::whole_device, role::log, mount::not_born, rmap::absent, range::outside, "
          "groups::several: owner::bmbt, inode::lookup_failed, mapping::buffered, sharing::shared");
    CHECK(to_text(generated_failure{}) == "no failure");
    CHECK(to_text(generated_failure{true, 17, 1}) == "invariant 1 with seed 17");
}
