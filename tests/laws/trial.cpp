// SPDX-License-Identifier: BSL-1.0
#include "daxhold/laws/trial.hpp"

#include "daxhold/releases.hpp"

#include "both.hpp"

using namespace daxhold;
using namespace daxhold::tables;
using namespace daxhold::laws;
using namespace daxhold::releases;

namespace {

constexpr trial in(situation where, cause event = cause::removal) { return {event, where}; }

template <class Policy>
constexpr verdict removal_in(situation where) {
    return try_out<Policy>(in(where));
}

/// Whether every trial of an event is another one, and every owner, state and situation has one.
constexpr bool covers_everything() {
    std::size_t states = 0;
    std::size_t owners = 0;
    std::size_t situations = 0;
    for (std::size_t i = 0; i != trial_count; ++i) {
        const auto t = trial_number(cause::removal, i);
        for (std::size_t j = 0; j != i; ++j)
            if (trial_number(cause::removal, j) == t)
                return false;
        states += t.where == situation::lone_record && t.who == owner::file_data ? 1U : 0U;
        owners += t.where == situation::lone_record && t.who != owner::file_data ? 1U : 0U;
        situations += t.where != situation::lone_record ? 1U : 0U;
        if (t.event != cause::removal ||
            !(trial_number(cause::corruption, i).event == cause::corruption))
            return false;
    }
    return states == value_count<inode> * value_count<mapping> &&
           owners == value_count<owner> - 1 && situations == value_count<situation> - 1;
}

constexpr std::size_t count_trials() {
    std::size_t seen = 0;
    std::size_t alike = 0;
    for_each_trial<xfs_linux_6_8>([&](const trial& t, const verdict& v) {
        if (t == trial_number(seen < trial_count ? cause::corruption : cause::removal,
                              seen % trial_count))
            ++seen;
        alike += v == try_out<xfs_linux_6_8>(t) ? 1U : 0U;
    });
    return seen == alike ? seen : 0;
}

// A policy with a fact and operations of its own, and how a filesystem on trial answers for it.
enum class weather : unsigned char { dry, wet };
enum class own_operation : std::uint8_t { open_umbrella };
struct with_own_fact : words {
    static constexpr auto gate =
        table(when(weather::wet) >> perform(own_operation::open_umbrella) >> refuse(EIO),
              otherwise >> succeed);
    template <class Mock>
    struct on_trial : Mock {
        constexpr weather answer(boost::hana::basic_type<weather>) const { return weather::wet; }
        constexpr result perform(own_operation) { return {}; }
    };
};
struct with_own_record_operation : words {
    static constexpr auto gate = table(otherwise >> walk);
    static constexpr auto record =
        table(otherwise >> perform(own_operation::open_umbrella) >> next);
    static constexpr auto end = table(otherwise >> return_error);
};
struct with_own_end_operation : words {
    static constexpr auto gate = table(otherwise >> walk);
    static constexpr auto record = table(otherwise >> next);
    static constexpr auto end =
        table(otherwise >> perform(own_operation::open_umbrella) >> return_error);
};

/// Tells everybody, and then everything that a law can ask about.
struct thorough : words {
    static constexpr auto gate =
        table(when(range::outside) >> refuse(ENXIO), otherwise >> attempt(freeze) >> walk);
    static constexpr auto record = table(when(owner::file_data, inode::in_core) >>
                                             attempt(kill_users(users::every, poison::marked)) >>
                                             attempt(report_data_lost) >> next,
                                         otherwise >> next);
    static constexpr auto end = table(otherwise >> attempt(shut_down(force_umount)) >>
                                      attempt(thaw) >> attempt(thaw_user) >> return_error);
    static constexpr auto aftermaths = table(otherwise >> derived("a test", umount_oopses));
};
/// Shuts down first, and stays frozen.
struct hasty : words {
    static constexpr auto gate = table(otherwise >> attempt(shut_down(corrupt_ondisk)) >> walk);
    static constexpr auto record =
        table(when(owner::file_data, inode::in_core) >>
                  attempt(kill_users(users::early, poison::not_marked)) >> next,
              otherwise >> next);
    static constexpr auto end = table(otherwise >> attempt(freeze) >> succeed);
};
struct idle : words {
    static constexpr auto gate = table(otherwise >> succeed);
};

} // namespace

TEST_CASE("the trials are all owners, all states of an inode, and all situations") {
    CHECK_BOTH(covers_everything());
    CHECK_BOTH(count_trials() == 2 * trial_count);
}

TEST_CASE("who used what, and who was told") {
    CHECK_BOTH(removal_in<idle>(situation::lone_record).files_in_use == 1);
    CHECK_BOTH(removal_in<idle>(situation::lone_record).files_told == 0);
    CHECK_BOTH(removal_in<idle>(situation::shared_extent).files_in_use == 2);
    CHECK_BOTH(removal_in<idle>(situation::first_user_cannot_be_told).files_in_use == 2);
    for (const auto nowhere :
         {situation::log_device, situation::beyond_the_log, situation::beyond_the_filesystem})
        CHECK(removal_in<idle>(nowhere).files_in_use == 0);
    CHECK_BOTH(
        try_out<idle>({cause::removal, situation::lone_record, owner::metadata}).files_in_use == 0);
    CHECK_BOTH(try_out<idle>(
                   {cause::removal, situation::lone_record, owner::file_data, inode::not_in_core})
                   .files_in_use == 0);
    CHECK_BOTH(try_out<idle>({cause::removal, situation::lone_record, owner::file_data,
                              inode::in_core, mapping::buffered})
                   .files_in_use == 0);

    CHECK_BOTH(removal_in<thorough>(situation::shared_extent).files_told == 2);
    CHECK_BOTH(removal_in<thorough>(situation::shared_extent).files_told_to_all == 2);
    CHECK_BOTH(removal_in<hasty>(situation::shared_extent).files_told == 2);
    CHECK_BOTH(removal_in<hasty>(situation::shared_extent).files_told_to_all == 0);
    CHECK_BOTH(removal_in<thorough>(situation::first_user_cannot_be_told).files_told == 1);
    CHECK_BOTH(removal_in<thorough>(situation::metadata_then_data).files_told == 1);
}

TEST_CASE("what was done, and in which order") {
    constexpr auto v = removal_in<thorough>(situation::lone_record);
    CHECK_BOTH((v.is_shut_down && v.is_poisoned && v.is_reported_lost));
    CHECK_BOTH((!v.was_shut_down_before_users_were_told && !v.was_open_to_new_mappings &&
                !v.is_left_frozen));
    CHECK_BOTH((v.has(aftermath::umount_oopses) && !v.has(aftermath::stays_frozen)));
    CHECK_BOTH(v.operations == 6);
    constexpr auto h = removal_in<hasty>(situation::lone_record);
    CHECK_BOTH((h.is_shut_down && !h.is_poisoned && !h.is_reported_lost));
    CHECK_BOTH(
        (h.was_shut_down_before_users_were_told && h.was_open_to_new_mappings && h.is_left_frozen));
    constexpr auto i = removal_in<idle>(situation::lone_record);
    CHECK_BOTH(i == [] {
        verdict expected;
        expected.files_in_use = 1;
        expected.was_open_to_new_mappings = true;
        return expected;
    }());
}

TEST_CASE("what a situation makes fail") {
    CHECK_BOTH(removal_in<thorough>(situation::frozen_by_user).is_user_freeze_undone);
    CHECK_BOTH(!removal_in<recommended>(situation::frozen_by_user).is_user_freeze_undone);
    CHECK_BOTH(!removal_in<thorough>(situation::lone_record).is_user_freeze_undone);
    CHECK_BOTH(removal_in<thorough>(situation::freeze_fails).was_open_to_new_mappings);
    CHECK_BOTH(removal_in<xfs_linux_6_8>(situation::walk_cannot_begin).answer ==
               result::error(ENOMEM));
    CHECK_BOTH(removal_in<xfs_linux_7_0>(situation::walk_cannot_begin).answer == success);
    CHECK_BOTH(removal_in<thorough>(situation::beyond_the_filesystem).answer == no_such_device);
    CHECK_BOTH(removal_in<thorough>(situation::beyond_the_log).answer == no_such_device);
    CHECK_BOTH(
        removal_in<xfs_linux_7_0>(situation::several_groups).has(aftermath::page_count_wraps));
    CHECK_BOTH(!removal_in<xfs_linux_7_0>(situation::lone_record).has(aftermath::page_count_wraps));
    CHECK_BOTH(removal_in<xfs_linux_7_0>(situation::without_rmap).answer == unsupported_operation);
    CHECK_BOTH(try_out<xfs_linux_7_0>(in(situation::log_device, cause::corruption)).is_shut_down);
}

TEST_CASE(
    "a policy for filesystems that have a reverse mapping is not put to the trial of others") {
    constexpr auto bare = in(situation::without_rmap);
    CHECK_BOTH(!can_be_tried<thorough>(bare));
    CHECK_BOTH(can_be_tried<xfs_linux_6_8>(bare));
    CHECK_BOTH(can_be_tried<idle>(bare));
    CHECK_BOTH(try_out<thorough>(bare) == verdict{});
    std::size_t trials = 0;
    for_each_trial<thorough>([&](const trial& t, const verdict&) {
        CHECK(t.where != situation::without_rmap);
        ++trials;
    });
    CHECK(trials == 2 * (trial_count - 1));
}

TEST_CASE("a policy with facts and operations of its own") {
    CHECK_BOTH(removal_in<with_own_fact>(situation::lone_record).answer == result::error(EIO));
    CHECK_BOTH(removal_in<with_own_record_operation>(situation::lone_record).answer == success);
    CHECK_BOTH(removal_in<with_own_end_operation>(situation::lone_record).answer == success);
    CHECK_BOTH(removal_in<famfs>(situation::lone_record).answer == success);
}
