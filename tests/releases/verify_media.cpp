// SPDX-License-Identifier: BSL-1.0
#include "daxhold/releases/verify_media.hpp"

#include "daxhold/laws.hpp"

#include "../support/lone_record.hpp"
#include "../support/row_sources.hpp"

#include <cerrno>

using namespace support;
using namespace daxhold::releases::verify_media;
using step_of = own_operation;

static_assert(proven<xfs::request>);
static_assert(proven<xfs::caller>);
static_assert(proven<xfs::gate>);
static_assert(proven<xfs::record>);
static_assert(proven<xfs::end>);
static_assert(proven<xfs::aftermaths>);

namespace {

/// A filesystem of which somebody reads the devices, with what a failed read is about.
struct verified_mock : mock_filesystem {
    report_flag flag = report_flag::set;
    read_error error = read_error::data_lost;

    /// Which files came to count as sick, and how often.
    unsigned sick_maps = 0;
    unsigned sick_attributes = 0;

    constexpr report_flag answer(boost::hana::basic_type<report_flag>) const { return flag; }
    constexpr read_error answer(boost::hana::basic_type<read_error>) const { return error; }

    constexpr result perform(step_of /*what*/) noexcept { return result::error(EINVAL); }
    constexpr result perform(step_of what, const rmap_record& /*r*/, byte_range /*part*/) noexcept {
        ++(what == step_of::mark_map_sick ? sick_maps : sick_attributes);
        return {};
    }

    /// Inodes are read from disk.
    constexpr result find_in_core(const rmap_record& r, mock_inode*& found) noexcept {
        const auto outcome = mock_filesystem::find_in_core(r, found);
        if (outcome != result::error(ENODATA))
            return outcome;
        read_from_disk = {.number = r.inode_number};
        found = &read_from_disk;
        return {};
    }
    mock_inode read_from_disk{};
};

static_assert(fits<xfs, verified_mock>);

constexpr notified<verified_mock> failed_read_of(lone what, report_flag flag = report_flag::set,
                                                 read_error error = read_error::data_lost) {
    auto fs = with_lone<verified_mock>(what);
    fs.flag = flag;
    fs.error = error;
    return notify<xfs>(fs, cause::corruption, lone_page);
}

constexpr lone every_record[] = {
    lone::dax_file,       lone::buffered_file, lone::idle_file, lone::lost_file,
    lone::attribute_fork, lone::bmbt,          lone::metadata,  lone::log,
    lone::unknown,        lone::cow_staging,   lone::none,
};

/// What is done at most: nobody who uses anything notices.
constexpr bool hurts_nobody(const notified<verified_mock>& n) {
    return n.answer == success && !n.fs.is_shut_down && n.fs.told() == 0 &&
           n.what().poisoned == 0 && n.what().invalidated == 0 && !n.what().was_frozen;
}
constexpr bool hurts_nobody_ever() {
    for (const auto what : every_record)
        for (const auto flag : {report_flag::set, report_flag::clear})
            for (const auto error : {read_error::data_lost, read_error::transient})
                if (!hurts_nobody(failed_read_of(what, flag, error)))
                    return false;
    return true;
}

/// Whether watchers hear of it, of the device and of the file.
constexpr bool only_a_report_of_lost_data_is_told() {
    for (const auto what : every_record)
        for (const auto flag : {report_flag::set, report_flag::clear})
            for (const auto error : {read_error::data_lost, read_error::transient}) {
                const auto n = failed_read_of(what, flag, error);
                const bool is_told = flag == report_flag::set && error == read_error::data_lost;
                if ((n.fs.log.size() != 0) != is_told ||
                    n.what().media_events != (is_told ? 1U : 0U))
                    return false;
            }
    return true;
}

/// What becomes of the owner of a page that is reported.
struct owner_fate {
    std::size_t reported_lost = 0;
    unsigned sick_maps = 0;
    unsigned sick_attributes = 0;

    friend constexpr bool operator==(owner_fate, owner_fate) = default;
};
constexpr owner_fate fate_of(const verified_mock& fs, byte_range where) {
    const auto n = notify<xfs>(fs, cause::corruption, where);
    return {n.what().reported_lost, n.fs.sick_maps, n.fs.sick_attributes};
}
constexpr owner_fate fate_of(lone what) {
    return fate_of(with_lone<verified_mock>(what), lone_page);
}
constexpr owner_fate ignored{};

/// A page of a file whose inode cannot be read.
constexpr verified_mock of_lost_file(owner who) {
    verified_mock fs;
    fs.add(mock_inode{.number = plain, .state = inode::lookup_failed});
    fs.add(rmap_record{blocks(8, 4), who, plain});
    return fs;
}

/// A read across the end of a group, of a file.
constexpr bool may_report_too_much(bool has_several_groups) {
    auto fs = with_lone<verified_mock>(lone::dax_file);
    fs.has_several_groups = has_several_groups;
    return aftermaths_of<xfs>(fs, role::data, fs.data_device, cause::corruption)
        .may_have(aftermath::reports_too_much);
}

struct all_of_a_request {
    privilege who = privilege::admin;
    argument what = argument::valid;
    target device = target::present;
    alignment aligned = alignment::aligned;
    extent range = extent::some;
    memory buffer = memory::available;
    fatal_signal signal = fatal_signal::none;
};
constexpr auto answer_to(const all_of_a_request& r) {
    return decide<xfs::request>(
        known(r.who, r.what, r.device, r.aligned, r.range, r.buffer, r.signal));
}
/// Refused before anything is read.
constexpr bool is_refused(const all_of_a_request& r, int errno_value) {
    return answer_to(r).outcome() == result::error(errno_value) && answer_to(r).count == 0;
}

/// Another answer to the same corruption, by the same filesystem.
constexpr auto notification_of(lone what) {
    return notify<releases::xfs_linux_7_0>(with_lone(what), cause::corruption, lone_page);
}

template <class Law>
constexpr laws::standing standing_of = laws::finding_of<Law, xfs>.what();

} // namespace

TEST_CASE("watchers are told, and nothing else is done") {
    CHECK_BOTH(hurts_nobody_ever());
    CHECK_BOTH(only_a_report_of_lost_data_is_told());
}

TEST_CASE("the owners of a page that cannot be read") {
    CHECK_BOTH(fate_of(lone::dax_file) == owner_fate{.reported_lost = 1});
    CHECK_BOTH(fate_of(lone::buffered_file) == owner_fate{.reported_lost = 1});
    // The inode is read from disk for it.
    CHECK_BOTH(fate_of(lone::idle_file) == owner_fate{.reported_lost = 1});
    CHECK_BOTH(fate_of(lone::bmbt) == owner_fate{.sick_maps = 1});
    CHECK_BOTH(fate_of(lone::attribute_fork) == owner_fate{.sick_attributes = 1});
    for (const auto what :
         {lone::lost_file, lone::metadata, lone::log, lone::unknown, lone::cow_staging, lone::none})
        CHECK(fate_of(what) == ignored);
    CHECK_BOTH(fate_of(lone::metadata) == ignored);
    CHECK_BOTH(fate_of(of_lost_file(owner::bmbt), lone_page) == ignored);
    CHECK_BOTH(fate_of(of_lost_file(owner::attribute_fork), lone_page) == ignored);
    // Every owner of a shared page, and behind metadata the walk goes on.
    CHECK_BOTH(fate_of(populated<verified_mock>(), blocks(0, 64)) == owner_fate{6, 1, 1});
}

TEST_CASE("without a reverse mapping, and of a log, the event of the device is all") {
    constexpr auto of_log = [] {
        auto fs = with_lone<verified_mock>(lone::dax_file);
        fs.log_device = {0, 1U << 16U};
        return notify<xfs>(fs, cause::corruption, lone_page, role::log);
    }();
    CHECK_BOTH(of_log.what().media_events == 1);
    CHECK_BOTH(of_log.made.records == 0);
    CHECK_BOTH(of_log.answer == success);
    // The mock has no reverse mapping of a realtime device.
    constexpr auto of_realtime = [] {
        auto fs = with_lone<verified_mock>(lone::dax_file);
        fs.realtime_device = {0, 1U << 16U};
        return notify<xfs>(fs, cause::corruption, lone_page, role::realtime);
    }();
    CHECK_BOTH(of_realtime.what().media_events == 1);
    CHECK_BOTH(of_realtime.made.records == 0);
    CHECK_BOTH(of_realtime.answer == success);
}

TEST_CASE("across the end of a group too much may be reported") {
    CHECK_BOTH(may_report_too_much(true));
    CHECK_BOTH(!may_report_too_much(false));
}

TEST_CASE("the opposite of notify_failure, for the same page") {
    for (const auto what : {lone::metadata, lone::bmbt, lone::attribute_fork}) {
        CHECK(notification_of(what).fs.is_shut_down);
        CHECK(!failed_read_of(what).fs.is_shut_down);
        CHECK(!notification_of(what).answer.ok());
        CHECK(failed_read_of(what).answer.ok());
    }
    CHECK_BOTH(notification_of(lone::dax_file).fs.told() == 1);
    CHECK_BOTH(failed_read_of(lone::dax_file).fs.told() == 0);
    // Nobody is told of a file that is not in core there; here it is looked up.
    CHECK_BOTH(notification_of(lone::idle_file).what().reported_lost == 0);

    using namespace daxhold::laws;
    CHECK_BOTH(standing_of<corruption_of_metadata_never_goes_on> == standing::broken);
    CHECK_BOTH(standing_of<corruption_is_told_to_those_who_map_the_page> == standing::broken);
    CHECK_BOTH(standing_of<corruption_of_file_data_never_shuts_down> == standing::kept);
    CHECK_BOTH(standing_of<corruption_is_never_swallowed> == standing::broken);
    CHECK_BOTH(standing_of<removal_is_told_to_every_process> == standing::does_not_apply);
}

TEST_CASE("the request, in the order in which it is looked at") {
    CHECK_BOTH(is_refused({.who = privilege::none, .what = argument::unreadable}, EPERM));
    CHECK_BOTH(is_refused({.what = argument::unreadable, .device = target::absent}, EFAULT));
    CHECK_BOTH(is_refused({.what = argument::unknown, .device = target::absent}, EINVAL));
    CHECK_BOTH(is_refused({.device = target::absent, .aligned = alignment::misaligned}, ENODEV));
    CHECK_BOTH(is_refused({.aligned = alignment::misaligned, .range = extent::empty}, EINVAL));
    CHECK_BOTH(is_refused({.range = extent::empty, .buffer = memory::exhausted}, 0));
    CHECK_BOTH(is_refused({.buffer = memory::exhausted}, ENOMEM));
    CHECK_BOTH(answer_to({}).outcome() == success);
    CHECK_BOTH(answer_to({}).steps[0].own == step_of::read_media);
    CHECK_BOTH(answer_to({.signal = fatal_signal::pending}).outcome() == result::error(EINTR));
    CHECK_BOTH(answer_to({.signal = fatal_signal::pending}).steps[0].own == step_of::read_media);
}

TEST_CASE("whoever asks is told of the first read only") {
    CHECK_BOTH(decide<xfs::caller>(known(failed_read::first)).steps[0].own == step_of::tell_caller);
    CHECK_BOTH(decide<xfs::caller>(known(failed_read::later)).count == 0);
    CHECK_BOTH(decide<xfs::caller>(known(failed_read::first)).outcome() == success);
}

TEST_CASE("where it was read") { CHECK_BOTH(is_read_everywhere<xfs::row_sources>()); }
