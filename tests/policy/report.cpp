// SPDX-License-Identifier: BSL-1.0
#include "daxhold/policy/report.hpp"

#include "../support/notification.hpp"

using namespace support;
using releases::xfs_linux_6_1;
using releases::xfs_linux_6_8;

namespace {

constexpr byte_range whole = byte_range::whole_device();

template <class Policy = xfs_linux_6_8>
constexpr report reported(cause why, byte_range where, bool is_born = true) {
    auto fs = populated<>();
    fs.born = is_born;
    return report_failure<Policy>(fs, role::data, where, why);
}
constexpr report removed() { return reported(cause::removal, whole); }
constexpr report corrupted() { return reported(cause::corruption, whole); }

constexpr report with_fault(call what, std::uint64_t nth, cause why = cause::removal,
                            int errno_value = EDOM) {
    auto fs = populated<>();
    fs.faults.fail(what, nth, errno_value);
    return report_failure<xfs_linux_6_8>(fs, role::data, whole, why);
}

} // namespace

TEST_CASE("a report that has seen nothing says nothing") {
    CHECK_BOTH(report{}.outcome == success);
    CHECK_BOTH(report{}.gate_row == report::no_row);
    CHECK_BOTH(report{}.end_row == report::no_row);
    CHECK_BOTH(report{}.told() == 0);
    CHECK_BOTH(report{}.records == 0);
    CHECK_BOTH(!report{}.is_incomplete());
    CHECK_BOTH(!report{}.is_shut_down);
    CHECK_BOTH(!report{}.is_walked);
    CHECK_BOTH(!report{}.is_left_frozen);
    CHECK_BOTH(report::no_row == most_rows_of_policy);
}

TEST_CASE("which rows won, and for how many records and bytes") {
    CHECK_BOTH(removed().gate_row == 6);
    CHECK_BOTH(removed().end_row == 2);
    CHECK_BOTH(removed().records == 12);
    // what is no file data; not in core; lookup failed; dax; buffered
    CHECK_BOTH(removed().records_of_row[0] == 5);
    CHECK_BOTH(removed().bytes_of_row[0] == (4 + 1 + 1 + 4 + 16) * sample_block);
    CHECK_BOTH(removed().records_of_row[2] == 1);
    CHECK_BOTH(removed().bytes_of_row[2] == 2 * sample_block);
    CHECK_BOTH(removed().records_of_row[3] == 1);
    // A shared extent counts for each of its owners.
    CHECK_BOTH(removed().records_of_row[4] == 4);
    CHECK_BOTH(removed().bytes_of_row[4] == (4 + 4 + 2 + 2) * sample_block);
    CHECK_BOTH(removed().records_of_row[6] == 1);
    // Clipped to the event.
    CHECK_BOTH(reported(cause::corruption, {12 * sample_block + 10, 100}).bytes_of_row[5] == 100);
    // A gate that ends it leaves the end table out.
    CHECK_BOTH(reported(cause::corruption, blocks(300, 1)).gate_row == 5);
    CHECK_BOTH(reported(cause::corruption, blocks(300, 1)).end_row == report::no_row);
    CHECK_BOTH(reported(cause::corruption, whole, false).gate_row == 0);
}

TEST_CASE("what became of each operation") {
    CHECK_BOTH(removed().of(operation::kill_users).taken == 4);
    CHECK_BOTH(removed().of(operation::invalidate).taken == 5);
    CHECK_BOTH(removed().of(operation::freeze).taken == 1);
    CHECK_BOTH(removed().of(operation::sync).taken == 0);
    CHECK_BOTH(removed().of(operation::note_shutdown).taken == 1);
    CHECK_BOTH(removed().told() == 4);
    CHECK_BOTH(corrupted().of(operation::note_shutdown).taken == 6);
    CHECK_BOTH(with_fault(call::kill_users, 2).of(operation::kill_users).taken == 2);
    CHECK_BOTH(with_fault(call::kill_users, 2).of(operation::kill_users).failed == 1);
    CHECK_BOTH(with_fault(call::kill_users, 2).of(operation::kill_users).first_error ==
               result::error(EDOM));
    CHECK_BOTH(with_fault(call::kill_users, 2).told() == 1);
}

TEST_CASE("the first of several errors is kept") {
    CHECK_BOTH([] {
        report r;
        const step<> freezing{operation::freeze};
        r.step_taken(freezing, result::error(EBUSY));
        r.step_taken(freezing, result::error(EIO));
        r.step_taken(freezing, success);
        return r.of(operation::freeze).taken == 3 && r.of(operation::freeze).failed == 2 &&
               r.of(operation::freeze).first_error == result::error(EBUSY);
    }());
}

TEST_CASE("whether it was shut down, and the reason that came first") {
    CHECK_BOTH(removed().is_shut_down);
    CHECK_BOTH(removed().reason == shutdown_reason::force_umount);
    CHECK_BOTH(corrupted().is_shut_down);
    CHECK_BOTH(corrupted().reason == shutdown_reason::corrupt_ondisk);
    CHECK_BOTH(!reported(cause::corruption, blocks(12, 1)).is_shut_down);
    CHECK_BOTH(!with_fault(call::shut_down, 1).is_shut_down);
    CHECK_BOTH([] {
        report r;
        for (const auto reason : {shutdown_reason::device_removed, shutdown_reason::force_umount})
            r.step_taken(words::shut_down(reason).steps[0], success);
        return r.reason == shutdown_reason::device_removed;
    }());
}

TEST_CASE("how far the walk came") {
    CHECK_BOTH(removed().is_walked);
    CHECK_BOTH(removed().walk == walk_end::clean);
    CHECK_BOTH(removed().not_walked.empty());
    CHECK_BOTH(with_fault(call::read_rmap, 1).walk == walk_end::failed);
    CHECK_BOTH(with_fault(call::read_rmap, 1).not_walked == byte_range{0, 1U << 20U});
    CHECK_BOTH(with_fault(call::read_rmap, 5).not_walked ==
               byte_range::between(12 * sample_block, 1U << 20U));
    CHECK_BOTH(!with_fault(call::begin_walk, 1).is_walked);
    CHECK_BOTH(with_fault(call::begin_walk, 1).walk == walk_end::not_started);
    CHECK_BOTH(with_fault(call::begin_walk, 1).not_walked == byte_range{0, 1U << 20U});
    CHECK_BOTH(!reported(cause::removal, blocks(300, 1)).is_walked);
}

TEST_CASE("whether anything was left undone") {
    CHECK_BOTH(!removed().is_incomplete());
    CHECK_BOTH(!corrupted().is_incomplete());
    for (const auto what : {call::freeze, call::begin_walk, call::read_rmap, call::kill_users,
                            call::invalidate, call::shut_down, call::thaw, call::thaw_user})
        CHECK(with_fault(what, 1).is_incomplete());
    CHECK_BOTH(with_fault(call::freeze, 1).is_incomplete());
    CHECK_BOTH(with_fault(call::thaw_user, 1).is_incomplete());
    CHECK_BOTH(with_fault(call::thaw, 1).is_left_frozen);
    // -EINVAL says that nobody had frozen it, of the user's freeze alone.
    CHECK_BOTH(!with_fault(call::thaw_user, 1, cause::removal, EINVAL).is_incomplete());
    for (const auto what : {call::freeze, call::begin_walk, call::read_rmap, call::kill_users,
                            call::invalidate, call::shut_down, call::thaw})
        CHECK(with_fault(what, 1, cause::removal, EINVAL).is_incomplete());
    CHECK_BOTH(with_fault(call::shut_down, 1, cause::removal, EINVAL).is_incomplete());
    CHECK_BOTH(with_fault(call::kill_users, 1, cause::corruption, EINVAL).is_incomplete());
    // A lookup that fails is a fact, and no step that was left undone.
    CHECK_BOTH(!with_fault(call::find_in_core, 1).is_incomplete());
}
