// SPDX-License-Identifier: BSL-1.0
#include "daxhold/releases/famfs.hpp"

#include "../support/lone_record.hpp"
#include "../support/mapped_files.hpp"
#include "../support/notification.hpp"
#include "../support/row_sources.hpp"

using namespace support;
using releases::famfs;
using releases::famfs_standalone;

static_assert(proven<famfs::gate>);
static_assert(proven<famfs::access>);
static_assert(proven<famfs_standalone::gate>);
static_assert(proven<famfs_standalone::access>);

namespace {

using own = famfs::own_operation;

/// famfs on one device, with the files of a mock filesystem on it.
struct famfs_mock : mock_filesystem {
    famfs::device device = famfs::device::good;
    famfs::file file = famfs::file::good;
    /// A device that famfs does not know: nothing is marked.
    bool is_unrecognized = false;
    unsigned notified = 0;

    constexpr result perform(own what) noexcept {
        if (what == own::mark_file_bad) {
            file = famfs::file::bad;
            return {};
        }
        ++notified;
        if (is_unrecognized)
            return result::error(ENODEV);
        device = famfs::device::bad;
        return {};
    }

    /// What a read comes to.
    constexpr result read() {
        const auto course = decide<famfs::access>(known(file, device));
        for (std::size_t i = 0; i != course.count; ++i)
            static_cast<void>(perform(course.steps[i].own));
        return course.outcome();
    }
};

static_assert(fits<famfs, famfs_mock>);

// "Other holders" of the lineage (section 7): the same for every event and every owner.
constexpr cell cells[] = {
    {lone::dax_file, nothing_done},  {lone::buffered_file, nothing_done},
    {lone::idle_file, nothing_done}, {lone::lost_file, nothing_done},
    {lone::bmbt, nothing_done},      {lone::attribute_fork, nothing_done},
    {lone::metadata, nothing_done},  {lone::log, nothing_done},
    {lone::unknown, nothing_done},   {lone::cow_staging, nothing_done},
    {lone::none, nothing_done},
};

constexpr byte_range whole = byte_range::whole_device();
constexpr byte_range beyond{1U << 30U, 4096};

constexpr auto notify_of(cause why, byte_range where, bool is_unrecognized = false) {
    auto fs = mapped_files<famfs_mock>();
    fs.is_unrecognized = is_unrecognized;
    return notify<famfs>(fs, why, where);
}

/// Success, a device that is bad as a whole, and nobody who knows.
template <class Mock>
constexpr bool is_silent_success(const notified<Mock>& n) {
    return n.answer == success && !falls_back(n.answer) && n.fs.device == famfs::device::bad &&
           n.fs.notified == 1 && n.fs.told() == 0 && n.fs.log.size() == 0 && !n.fs.is_shut_down &&
           n.made.told() == 0 && n.made.of(operation::own).taken == 1 && n.made.records == 0 &&
           n.has(aftermath::mappings_stay_live);
}

constexpr bool ignores_all_of_it() {
    for (const auto why : {cause::corruption, cause::removal})
        for (const auto where : {whole, blocks(16, 1), blocks(0, 1), beyond, byte_range{}})
            for (const auto device : {role::data, role::log, role::realtime}) {
                auto fs = mapped_files<famfs_mock>();
                fs.born = false;
                if (!is_silent_success(notify<famfs>(fs, why, where, device)))
                    return false;
            }
    return true;
}

/// Reads one after the other, behind a notification.
constexpr result nth_read(unsigned nth, famfs::device device) {
    famfs_mock fs;
    fs.device = device;
    for (unsigned i = 1; i != nth; ++i)
        static_cast<void>(fs.read());
    return fs.read();
}

constexpr famfs_mock notified_of_one_line() {
    famfs_mock fs;
    static_cast<void>(notify_failure<famfs>(fs, role::data, {0, 64}, cause::corruption));
    return fs;
}

constexpr result no_device = result::error(ENODEV);

/// famfs standalone, with two devices: an event of the one, and a file on the other.
struct standalone_mock : mock_filesystem {
    using own = famfs_standalone::own_operation;

    famfs_standalone::device_error error = famfs_standalone::device_error::no;
    famfs_standalone::device device = famfs_standalone::device::good;
    famfs::file file = famfs::file::good;
    /// The device of the event is not in the table, or the table is gone.
    bool is_unrecognized = false;

    constexpr result perform(own what) noexcept {
        if (what == own::mark_file_bad) {
            file = famfs::file::bad;
            return {};
        }
        if (is_unrecognized)
            return result::error(ENODEV);
        error = famfs_standalone::device_error::yes;
        return {};
    }

    /// What a read comes to.
    constexpr result read() {
        const auto course = decide<famfs_standalone::access>(known(error, file, device));
        for (std::size_t i = 0; i != course.count; ++i)
            static_cast<void>(perform(course.steps[i].own));
        return course.outcome();
    }
};

static_assert(fits<famfs_standalone, standalone_mock>);

/// After an event the answer is 0, nobody was told and nothing unmapped, and no file of the mount
/// can be read any more.
constexpr bool costs_the_mount(cause why, byte_range where, role device) {
    auto fs = mapped_files<standalone_mock>();
    fs.born = false;
    auto n = notify<famfs_standalone>(fs, why, where, device);
    return n.answer == success && !falls_back(n.answer) && n.fs.told() == 0 &&
           n.fs.log.size() == 0 && n.made.told() == 0 && n.made.records == 0 &&
           n.has(aftermath::mappings_stay_live) && n.fs.read() == no_device &&
           n.fs.file == famfs::file::good;
}
constexpr bool every_event_costs_the_mount() {
    for (const auto why : {cause::corruption, cause::removal})
        for (const auto where : {whole, blocks(16, 1), beyond, byte_range{}, byte_range{0, 64}})
            for (const auto device : {role::data, role::log, role::realtime})
                if (!costs_the_mount(why, where, device))
                    return false;
    return true;
}

constexpr notified<standalone_mock> event_of_a_device_that_it_does_not_know() {
    auto fs = mapped_files<standalone_mock>();
    fs.is_unrecognized = true;
    return notify<famfs_standalone>(fs, cause::corruption, whole);
}

/// The n-th read of a file on a device that cannot be used, without an event.
constexpr result nth_read_of_unusable(unsigned nth) {
    standalone_mock fs;
    fs.device = famfs_standalone::device::unusable;
    for (unsigned i = 1; i != nth; ++i)
        static_cast<void>(fs.read());
    fs.device = nth == 1 ? fs.device : famfs_standalone::device::good;
    return fs.read();
}

/// A process that maps a file and has no page of it has nothing that stays live.
template <class Policy, class Mock>
constexpr known_aftermaths of_mappers_without_page() {
    Mock fs;
    return aftermaths_of<Policy>(fs, role::data, whole, cause::removal,
                                 any_of(mappers::without_page));
}

constexpr result access_of(famfs::file file, famfs::device device) {
    return decide<famfs::access>(known(file, device)).outcome();
}

} // namespace

TEST_CASE("a lone record: whatever it is, success, and nobody is told") {
    CHECK_BOTH(first_wrong<famfs, famfs_mock>(cells, cause::corruption, lone_page) == 0);
    CHECK_BOTH(first_wrong<famfs, famfs_mock>(cells, cause::corruption, whole) == 0);
    CHECK_BOTH(first_wrong<famfs, famfs_mock>(cells, cause::removal, lone_page) == 0);
    CHECK_BOTH(first_wrong_unbind<famfs, famfs_mock>(cells) == 0);
}

TEST_CASE("flags, offset and length are ignored, and so is everything else") {
    CHECK_BOTH(decltype(famfs::gate)::fact_count == 0);
    CHECK_BOTH(decltype(famfs::gate)::row_count == 1);
    CHECK_BOTH(ignores_all_of_it());
    CHECK_BOTH(is_silent_success(unbind<famfs>(mapped_files<famfs_mock>())));
}

TEST_CASE("one bad line costs the whole device, and the generic path is not taken") {
    CHECK_BOTH(is_silent_success(notify_of(cause::corruption, {0, 64})));
    CHECK_BOTH(!falls_back(notify_of(cause::corruption, {0, 64}).answer));
    // Four processes map files of it: not one of them hears of it.
    CHECK_BOTH(notify_of(cause::corruption, whole).fs.told() == 0);
}

TEST_CASE("a device that it does not know is a success as well, and the report tells") {
    CHECK_BOTH(notify_of(cause::corruption, whole, true).answer == success);
    CHECK_BOTH(notify_of(cause::corruption, whole, true).fs.device == famfs::device::good);
    CHECK_BOTH(notify_of(cause::corruption, whole, true).made.of(operation::own).failed == 1);
    CHECK_BOTH(notify_of(cause::corruption, whole, true).made.is_incomplete());
}

TEST_CASE("a later access, by file and device (famfs_file_bad, famfs_dax_err)") {
    CHECK_BOTH(access_of(famfs::file::good, famfs::device::good) == success);
    CHECK_BOTH(access_of(famfs::file::good, famfs::device::unusable) == result::error(EIO));
    CHECK_BOTH(access_of(famfs::file::good, famfs::device::bad) == result::error(famfs::ehwpoison));
    CHECK_BOTH(access_of(famfs::file::bad, famfs::device::good) == result::error(EIO));
    CHECK_BOTH(access_of(famfs::file::bad, famfs::device::unusable) == result::error(EIO));
    CHECK_BOTH(access_of(famfs::file::bad, famfs::device::bad) == result::error(EIO));
#ifdef EHWPOISON
    CHECK_BOTH(famfs::ehwpoison == EHWPOISON);
#endif
}

TEST_CASE("a file says -EHWPOISON once, and -EIO from then on") {
    CHECK_BOTH(nth_read(1, famfs::device::bad) == result::error(famfs::ehwpoison));
    CHECK_BOTH(nth_read(2, famfs::device::bad) == result::error(EIO));
    CHECK_BOTH(nth_read(3, famfs::device::bad) == result::error(EIO));
    CHECK_BOTH(nth_read(1, famfs::device::unusable) == result::error(EIO));
    CHECK_BOTH(nth_read(2, famfs::device::good) == success);
    CHECK_BOTH(notified_of_one_line().read() == result::error(famfs::ehwpoison));
}

TEST_CASE("standalone: every event costs the whole mount, and nobody is told") {
    CHECK_BOTH(decltype(famfs_standalone::gate)::fact_count == 0);
    CHECK_BOTH(every_event_costs_the_mount());
}

TEST_CASE("standalone: of a device that it does not know nothing comes but a 0") {
    CHECK_BOTH(event_of_a_device_that_it_does_not_know().answer == success);
    CHECK_BOTH(event_of_a_device_that_it_does_not_know().fs.error ==
               famfs_standalone::device_error::no);
    CHECK_BOTH(event_of_a_device_that_it_does_not_know().made.is_incomplete());
}

TEST_CASE("standalone: a device that cannot be used costs the file, not the mount") {
    CHECK_BOTH(nth_read_of_unusable(1) == result::error(EIO));
    CHECK_BOTH(nth_read_of_unusable(2) == result::error(EIO));
    CHECK_BOTH(standalone_mock{}.read() == success);
}

TEST_CASE("who has no page of the file is not left with one") {
    CHECK_BOTH(of_mappers_without_page<famfs, famfs_mock>() == known_aftermaths{});
    CHECK_BOTH(of_mappers_without_page<famfs_standalone, standalone_mock>() == known_aftermaths{});
}

TEST_CASE("where it was read") {
    CHECK_BOTH(is_read_everywhere<famfs::row_sources>());
    CHECK_BOTH(is_read_everywhere<famfs_standalone::row_sources>());
}
