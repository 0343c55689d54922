// SPDX-License-Identifier: BSL-1.0
// The examples of the docstrings, each between two lines `//! [name]`; a docstring shows it by
// `\snippet tests/reference/examples.cpp name`.

#include <daxhold/device.hpp>
#include <daxhold/event.hpp>
#include <daxhold/policy.hpp>
#include <daxhold/releases.hpp>
#include <daxhold/tables.hpp>
#include <daxhold/testing.hpp>
#include <daxhold/testing/doctest.hpp>
#include <daxhold/testing/golden.hpp>
#include <daxhold/testing/script.hpp>

#include <doctest/doctest.h>

using namespace daxhold;
using namespace daxhold::tables;

namespace {

//! [table]
enum class action : unsigned char { tell_users, shut_down, pass_over };

constexpr auto on_record =
    table(when(cause::corruption, owner::file_data) >> action::tell_users,
          when(cause::corruption) >> action::shut_down, otherwise >> action::pass_over);

static_assert(decide<on_record>(known(cause::corruption, owner::log)) == action::shut_down);
//! [table]

//! [device]
using mf_flags = lineage::linux_6_8::mf_flags;

struct my_filesystem {
    byte_range lost{};

    result notify_failure(byte_range range, failure_flags<mf_flags> /*flags*/) {
        lost = range;
        return success;
    }
};

using my_device = basic_dax_device<static_holder<my_filesystem>, failure_flags<mf_flags>>;
//! [device]

//! [script]
constexpr auto story = testing::run_script<releases::xfs_linux_6_8>(
    testing::populated(), testing::let_fail(testing::call::freeze, 1, EBUSY),
    testing::remove_device(), testing::unmount());

static_assert(story.is(success, success, put_outcome::device_died_first));
//! [script]

//! [drive]
constexpr auto after_an_unbind = [] {
    auto fs = testing::populated();
    return testing::drive<releases::no_holder>{fs}.unbind();
}();

static_assert(after_an_unbind.told == 0 && after_an_unbind.map_what_is_gone == 3);
//! [drive]

} // namespace

TEST_CASE("a table decides") {
    CHECK(decide<on_record>(known(cause::corruption, owner::file_data)) == action::tell_users);
    CHECK(decide<on_record>(known(cause::removal, owner::log)) == action::pass_over);
}

TEST_CASE("a device tells its holder") {
    //! [hold]
    my_device device;
    my_filesystem fs;
    auto held = fs_dax_get(device, static_holder{fs});

    const byte_range page{8192, 4096};
    CHECK(dax_holder_notify_failure(device, page, mf_flags::action_required) == success);
    CHECK(fs.lost == page);

    CHECK(kill_dax(device) == success); // an unbind
    CHECK(fs.lost.is_whole_device());
    CHECK(held.put() == put_outcome::device_died_first); // as in a later umount
    //! [hold]
}

TEST_CASE("an event runs through a policy") {
    //! [engine]
    auto fs = testing::populated(); // has a page of a file in block 12, mapped by two processes

    report what;
    const result answer = notify_failure<releases::xfs_linux_7_0>(
        fs, role::data, testing::blocks(12, 1), cause::corruption, what);

    CHECK(answer == success);
    CHECK(what.told() == 1); // the users of one file
    CHECK(!what.is_shut_down);
    //! [engine]
}

TEST_CASE("a script tells what came of it") {
    CHECK(story.is_alive == false);
    CHECK(story.size() == 3);
}

TEST_CASE("a table is what it was") {
    //! [golden]
    CHECK(testing::compare_with_golden(DIRECTORY "/on_record.txt",
                                       testing::cells_as_text<on_record>()));
    //! [golden]
}
