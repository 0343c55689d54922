// SPDX-License-Identifier: BSL-1.0
#include "daxhold/render/words.hpp"

#include "both.hpp"
#include "tables.hpp"
#include "../support/words.hpp"

using namespace daxhold;
using namespace daxhold::tables;
using namespace daxhold::render;
using namespace spelled;
using enum daxhold::shutdown_reason;

namespace tests {

enum class state { present, not_present, lost };
enum class chore : std::uint8_t { sweep, mop };
enum class sparse { first = 1, fourth = 4, far = 256, farther = 1000 };
enum class big : std::uint32_t { low = 40, high = 32768 };

/// Says what it is called by text that is no std::string.
enum class fruit { apple, pear };
constexpr const char* describe_action(fruit f) { return f == fruit::apple ? "an apple" : "a pear"; }

struct mute {};

struct lawless {};
struct named {
    static constexpr const char* name = "by another name";
};

} // namespace tests

TEST_CASE("values and sets of values by their names") {
    CHECK(name(daxhold::owner::file_data) == "file_data");
    CHECK(describe(any_of(role::data, role::log)) == "not realtime");
    CHECK(describe(any_of(role::data)) == "data");
    CHECK(describe(any_of(daxhold::owner::file_data, daxhold::owner::log)) == "file_data or log");
    CHECK(describe(any_of(daxhold::owner::bmbt, daxhold::owner::log, daxhold::owner::unknown)) ==
          "bmbt, log or unknown");
    CHECK(describe(none_of(daxhold::owner::file_data)) == "not file_data");
    CHECK(describe(none_of(daxhold::owner::file_data, daxhold::owner::log)) ==
          "neither file_data nor log");
    CHECK(describe(none_of(daxhold::owner::file_data, daxhold::owner::log, daxhold::owner::bmbt)) ==
          "none of file_data, bmbt and log");
    CHECK(describe(value_set<role>{}) == "no value");
    CHECK(describe(value_set<role>{every_value<role>}) == "any value");
    CHECK(describe(none_of(tests::state::not_present)) == "present or lost");
    CHECK(describe(none_of(tests::state::present)) == "not present");
}

TEST_CASE("results by the names of their errno") {
    CHECK(name(success) == "0");
    CHECK(name(result::error(EIO)) == "-EIO");
    CHECK(name(unsupported_operation) == "-EOPNOTSUPP");
    CHECK(name(filesystem_corrupted) == "-EFSCORRUPTED");
    CHECK(name(result::error(4000)) == "-errno 4000");
    CHECK(errno_name(-EBUSY) == "EBUSY");
    CHECK(describe(result::error(EIO)) == "-EIO (the holder is not ready)");
    CHECK(describe(success) == "0 (handled)");
}

TEST_CASE("enumerators of any enumeration") {
    CHECK(enumerator_name(operation::kill_users) == "kill_users");
    CHECK(enumerator_name(aftermath::mappings_stay_live) == "mappings_stay_live");
    CHECK(enumerator_name(tests::sparse::fourth) == "fourth");
    CHECK(enumerator_name(tests::sparse::far) == "far");
    CHECK(enumerator_name(tests::sparse::farther) == "1000");
    CHECK(enumerator_name(tests::big::low) == "low");
    CHECK(enumerator_name(tests::big::high) == "high");
}

TEST_CASE("every operation has its name in a course") {
    for (std::size_t i = 0; i != operation_count; ++i) {
        const auto what = static_cast<operation>(i);
        if (what == operation::own)
            continue;
        const auto words = describe(course<>{{{what}}, 1});
        CHECK(words.find(name(what)) == 0);
    }
}

TEST_CASE("steps with their arguments and what becomes of their errors") {
    CHECK(describe(kill_users(users::early, poison::marked) >> attempt(invalidate) >> next) ==
          "kill_users(early, marked), invalidate (attempted), then next");
    CHECK(describe(collect(kill_users(users::every, poison::not_marked)) >> next) ==
          "kill_users(every, not_marked) (collected), then next");
    CHECK(describe(shut_down(force_umount) >> return_error) ==
          "shut_down(force_umount), then return the error of the walk");
    CHECK(describe(perform(tests::chore::mop) >> walk) == "perform(mop), then walk");
    CHECK(describe(perform(tests::sparse::far)) == "perform(far)");
    CHECK(describe(freeze >> thaw) == "freeze, thaw");
}

TEST_CASE("every ending") {
    CHECK(describe(succeed) == "succeed");
    CHECK(describe(refuse(EIO)) == "refuse with -EIO");
    CHECK(describe(daxhold::words::unsupported) == "unsupported (-EOPNOTSUPP)");
    CHECK(describe(return_error) == "return the error of the walk");
    CHECK(describe(walk) == "walk");
    CHECK(describe(next) == "next");
    CHECK(describe(stop(EBUSY)) == "stop with -EBUSY");
    CHECK(describe(stop_with_lookup_error) == "stop with the error of the lookup");
    CHECK(describe(course<>{}) == "nothing");
}

TEST_CASE("what a release is known for, and a course that is too long") {
    CHECK(describe(walk >> known_for(aftermath::page_count_wraps)) ==
          "walk [known for page_count_wraps]");
    CHECK(describe(daxhold::words::unsupported >> known_for(aftermath::mappings_stay_live) >>
                   known_for(aftermath::umount_oopses)) ==
          "unsupported (-EOPNOTSUPP) [known for umount_oopses and mappings_stay_live]");
    CHECK(describe(sync >> sync >> sync >> sync >> sync >> sync >> thaw)
              .ends_with("and more steps than there is room for"));
}

TEST_CASE("a course piece by piece") {
    const auto words = words_of(attempt(shut_down(corrupt_ondisk)) >> refuse(efscorrupted) >>
                                known_for(aftermath::stays_frozen));
    REQUIRE(words.steps.size() == 1);
    CHECK(words.steps[0].operation == "shut_down");
    REQUIRE(words.steps[0].arguments.size() == 1);
    CHECK(words.steps[0].arguments[0] ==
          std::pair<std::string, std::string>{"reason", "corrupt_ondisk"});
    CHECK(words.steps[0].on_error == "ignore");
    CHECK(words.ending == "finish");
    CHECK(words.answer == "-EFSCORRUPTED");
    CHECK(words.aftermaths == std::vector<std::string>{"stays_frozen"});
    CHECK(words_of(walk).answer.empty());
}

TEST_CASE("trials name what matters to them") {
    using laws::situation;
    CHECK(describe(laws::trial{cause::corruption, situation::lone_record}) ==
          "corruption, lone_record of file_data (in_core, dax)");
    CHECK(describe(laws::trial{cause::removal, situation::lone_record, daxhold::owner::bmbt}) ==
          "removal, lone_record of bmbt");
    CHECK(describe(laws::trial{cause::removal, situation::log_device}) == "removal, log_device");
    CHECK(describe(laws::trial{cause::removal, situation::shared_extent, daxhold::owner::file_data,
                               inode::in_core, mapping::buffered}) ==
          "removal, shared_extent (in_core, buffered)");
}

TEST_CASE("actions of any type") {
    CHECK(action_text(walk) == "walk");
    CHECK(action_text(tests::reply{1}) == "a | b");
    CHECK(action_text(tests::fruit::pear) == "a pear");
    CHECK(action_text(tests::chore::sweep) == "sweep");
    CHECK(action_text("text") == "text");
    CHECK(action_text(fact_name<role>) == "role");
    CHECK(action_text(-7) == "-7");
    CHECK(action_text(std::uint8_t{65}) == "65");
    CHECK(action_text(true) == "yes");
    CHECK_BOTH(action_with_words<course<>>);
    CHECK_BOTH(!action_with_words<tests::mute>);
    CHECK_BOTH(described_action<tests::reply>);
    CHECK_BOTH(!described_action<course<>>);
}

TEST_CASE("laws and policies go by their name, or that of their class") {
    CHECK(name_of_class<tests::named>() == "by another name");
    CHECK(name_of_class<tests::lawless>() == "lawless");
    CHECK(name_of_class<tests::v6_8>() == "xfs_linux_6_8");
}
