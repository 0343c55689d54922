// SPDX-License-Identifier: BSL-1.0
#include "daxhold/policy/text.hpp"

#include "both.hpp"
#include "words.hpp"

#include <string>

using namespace daxhold;
using namespace spelled;
using tables::none_of;
using tables::otherwise;
using tables::when;

namespace {

enum class own_operation : std::uint8_t { blink };
enum class flags : std::uint8_t { one = 1, two = 2 };

} // namespace

TEST_CASE("results and ranges") {
    CHECK(to_text(success) == "0");
    CHECK(to_text(result::error(ENXIO)) == "-ENXIO (no such device, or outside of it)");
    CHECK(to_text(filesystem_corrupted) == "-EFSCORRUPTED (the filesystem is corrupted)");
    CHECK(to_text(result::error(4000)) == "-errno 4000 (failed)");
    CHECK(errno_name(-EBUSY) == "EBUSY");
    CHECK(to_text(byte_range{8192, 4096}) == "[8192, 12288)");
    CHECK(to_text(byte_range::whole_device()) == "the whole device");
    CHECK(to_text(byte_range{8192, 0}) == "nothing at 8192");
    CHECK(to_text(basic_byte_range<std::uint8_t>{250, 4}) == "[250, 254)");
}

TEST_CASE("every operation has its name in a course") {
    for (std::size_t i = 0; i != operation_count; ++i)
        if (const auto what = static_cast<operation>(i); what != operation::own) {
            step<> taken;
            taken.what = what;
            CHECK(to_text(taken).starts_with(to_text(name_of(what))));
        }
}

TEST_CASE("steps, with their arguments and what becomes of their errors") {
    CHECK(to_text(attempt(freeze) >> begin_walk >> walk) ==
          "attempt(freeze) >> begin_walk >> walk");
    CHECK(to_text(collect(kill_users(users::every, poison::not_marked)) >> next) ==
          "collect(kill_users(users::every, poison::not_marked)) >> next");
    CHECK(to_text(shut_down(shutdown_reason::force_umount) >> return_error) ==
          "shut_down(force_umount) >> return_error");
    CHECK(to_text(perform(own_operation::blink) >> stop(EBUSY)) ==
          "perform(own_operation::blink) >> stop(EBUSY)");
    CHECK(to_text(perform(flags::two)) == "perform(flags(2))");
}

TEST_CASE("every ending") {
    CHECK(to_text(succeed) == "succeed");
    CHECK(to_text(refuse(EIO)) == "refuse(EIO)");
    CHECK(to_text(refuse(efscorrupted)) == "refuse(EFSCORRUPTED)");
    CHECK(to_text(daxhold::words::unsupported) == "unsupported");
    CHECK(to_text(return_error) == "return_error");
    CHECK(to_text(walk) == "walk");
    CHECK(to_text(walk_in_core) == "walk_in_core");
    CHECK(to_text(next) == "next");
    CHECK(to_text(stop(EBUSY)) == "stop(EBUSY)");
    CHECK(to_text(stop_with_lookup_error) == "stop_with_lookup_error");
    CHECK(to_text(course<>{}) == "nothing");
}

TEST_CASE("what is known to follow, and how it is known") {
    CHECK(to_text(words::nothing_known) == "nothing_known");
    CHECK(to_text(words::seen("6.1.192", aftermath::umount_oopses, aftermath::stays_frozen)) ==
          "seen(\"6.1.192\", umount_oopses, stays_frozen)");
    CHECK(to_text(words::read_in("a function", aftermath::null_dereference)) ==
          "read_in(\"a function\", null_dereference)");
    CHECK(to_text(words::derived("the source", aftermath::mappings_stay_live)) ==
          "derived(\"the source\", mappings_stay_live)");
}

TEST_CASE("a course piece by piece") {
    CHECK(parts_of(attempt(freeze) >> begin_walk >> walk) ==
          std::vector<std::string>{"attempt(freeze)", "begin_walk", "walk"});
    CHECK(parts_of(course<>{}).empty());
}

TEST_CASE("rows of courses") {
    CHECK(to_text(when(role::log, cause::removal) >> succeed) ==
          "when(role::log, cause::removal) >> succeed");
    CHECK(to_text(when(none_of(owner::file_data)) >> next) ==
          "when(none_of(owner::file_data)) >> next");
    CHECK_BOTH(tables::action_with_text<course<>>);
}

TEST_CASE("records and reports") {
    CHECK(to_text(rmap_record{{4096, 4096}, owner::file_data, 131, 8192, sharing::shared}) ==
          "owner::file_data of inode 131 at 8192 in [4096, 8192), shared");
    CHECK(to_text(rmap_record{{0, 4096}, owner::metadata}) == "owner::metadata in [0, 4096)");
    report made;
    CHECK(to_text(made) == "answer 0");
    made.outcome = no_such_device;
    made.is_withheld = true;
    made.gate_row = 7;
    made.end_row = 2;
    made.is_walked = true;
    made.records = 3;
    made.walk = walk_end::failed;
    made.not_walked = {4096, 4096};
    made.is_shut_down = true;
    made.is_left_frozen = true;
    made.steps[0] = {2, 1, 3, result::error(EBUSY)};
    CHECK(to_text(made) ==
          "answer -ENXIO (no such device, or outside of it), withheld, gate row 8, 3 records, walk "
          "failed, end row 3, not walked [4096, 8192), shut down (corrupt_ondisk), left frozen, "
          "freeze 2 (1 failed: -EBUSY (busy, or held by somebody else)) (3 left out)");
}
