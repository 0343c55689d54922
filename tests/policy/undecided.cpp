// SPDX-License-Identifier: BSL-1.0
#include "daxhold/policy/undecided.hpp"

#include "../support/lone_record.hpp"
#include "../support/notification.hpp"
#include "../support/words.hpp"

using namespace support;
using namespace spelled;
using releases::no_holder;
using releases::xfs_linux_6_1;
using releases::xfs_linux_6_8;
using releases::xfs_linux_7_0;
using releases::xfs_seed_as_intended;
using releases::xfs_seed_as_posted;
using releases::xfs_v12;

namespace {

constexpr byte_range whole = byte_range::whole_device();

/// A filesystem that does not tell us all owners.
struct hushed : mock_filesystem {
    static constexpr bool withholds_owners = true;
};

/// Two records of two blocks, from block 8 on: this one, and then one without an owner.
constexpr hushed with_unknown(owner known, std::uint64_t number = 0) {
    hushed fs;
    fs.add(mock_inode{.number = plain});
    fs.add_mappers(plain, 2, 1);
    fs.add(rmap_record{blocks(8, 2), known, number});
    fs.add(rmap_record{blocks(10, 2), owner::unknown});
    return fs;
}
constexpr hushed with_unknown_first() {
    hushed fs;
    fs.add(mock_inode{.number = plain});
    fs.add_mappers(plain, 2, 1);
    fs.add(rmap_record{blocks(8, 2), owner::unknown});
    fs.add(rmap_record{blocks(10, 2), owner::metadata});
    return fs;
}
constexpr auto only_unknown = with_lone<hushed>(lone::unknown);

template <class Policy>
constexpr auto one_unknown(cause why) {
    return notify<Policy>(only_unknown, why, lone_page);
}

template <class... Rows>
constexpr row_set rows_numbered(Rows... number) {
    return ((row_set{1} << number) | ...);
}

/// Whether everything is as on a filesystem that tells its owners.
template <class Policy>
constexpr bool is_normal_without_unknown() {
    for (const auto where : {whole, blocks(8, 10), blocks(0, 16), blocks(100, 1), blocks(300, 1)})
        for (const auto why : {cause::corruption, cause::removal}) {
            const auto n = notify<Policy>(populated<hushed>(), why, where);
            const auto usual = notify<Policy>(populated<>(), why, where);
            if (!(n.what() == usual.what()) || n.made.is_withheld || n.made.records_withheld != 0 ||
                n.made.records != usual.made.records || n.made.end_row != usual.made.end_row ||
                n.fs.log.size() != usual.fs.log.size())
                return false;
        }
    return true;
}

constexpr auto unknown_then_unreadable() {
    auto fs = with_unknown_first();
    fs.faults.fail(call::read_rmap, 2, EDOM);
    return notify<xfs_linux_6_8>(fs, cause::corruption, whole);
}
constexpr auto unable_to_begin() {
    auto fs = only_unknown;
    fs.faults.fail(call::begin_walk, 1, EDOM);
    return notify<xfs_linux_6_8>(fs, cause::corruption, whole);
}

// A fact of the filesystem's own, and how often it is asked for.
enum class health : unsigned char { good, bad };

struct counted : mock_filesystem {
    static constexpr bool withholds_owners = true;
    health state = health::good;
    unsigned questions = 0;
    constexpr health answer(boost::hana::type<health>) {
        ++questions;
        return state;
    }
};

struct healthy {
    static constexpr auto gate = table(otherwise >> walk);
    static constexpr auto record = table(when(health::bad) >> note_shutdown >> next,
                                         when(owner::file_data, inode::in_core) >>
                                             kill_users(users::every, poison::marked) >> next,
                                         otherwise >> next);
    static constexpr auto end =
        table(when(want_shutdown::yes) >> shut_down(shutdown_reason::corrupt_ondisk) >> refuse(EIO),
              otherwise >> succeed);
};

constexpr auto many_unknown(health state) {
    counted fs;
    fs.state = state;
    for (std::uint64_t i = 0; i != 12; ++i)
        fs.add(rmap_record{blocks(8 + i, 1), owner::unknown});
    return notify<healthy>(fs, cause::corruption, whole);
}

// Owners withheld by a filesystem that has no inodes: what needs one cannot be meant.
struct without_inodes {
    static constexpr bool withholds_owners = true;
    [[nodiscard]] constexpr bool is_born() const { return true; }
    [[nodiscard]] constexpr byte_range device_range(role) const { return {0, 4096}; }
    template <class Visitor>
    constexpr result for_each_mapping(role, byte_range, Visitor&& visit) {
        visit(rmap_record{{0, 4096}, owner::unknown});
        return {};
    }
};
struct lenient {
    static constexpr auto gate = table(otherwise >> walk);
    static constexpr auto record =
        table(when(inode::in_core) >> next, when(inode::lookup_failed) >> note_shutdown >> next,
              when(mapping::buffered) >> stop(EBUSY), otherwise >> next);
    static constexpr auto end =
        table(when(want_shutdown::yes) >> refuse(EIO), otherwise >> succeed);
};
constexpr report tell_without_inodes() {
    without_inodes fs;
    return report_failure<lenient>(fs, role::data, whole, cause::corruption);
}

// Rows that say the same of every owner decide it, whoever it is.
struct indifferent {
    static constexpr auto gate = table(otherwise >> walk);
    static constexpr auto record =
        table(when(owner::log) >> note_shutdown >> next,
              when(owner::file_data) >> note_shutdown >> next, otherwise >> note_shutdown >> next);
    static constexpr auto end =
        table(when(want_shutdown::yes) >> refuse(EIO), otherwise >> succeed);
};

// A row for owners that are not told is none of those that an owner can have.
struct wary {
    static constexpr auto gate = table(otherwise >> walk);
    static constexpr auto record =
        table(when(owner::unknown) >> stop(EIO), otherwise >> note_shutdown >> next);
    static constexpr auto end =
        table(when(want_shutdown::yes) >> refuse(EBUSY), otherwise >> return_error);
};

// Shuts down on the way, and tells the driver nothing of it.
struct silent {
    static constexpr auto gate = table(otherwise >> walk);
    static constexpr auto record =
        table(when(owner::metadata) >> shut_down(shutdown_reason::force_umount) >> next,
              otherwise >> next);
    static constexpr auto end = table(otherwise >> succeed);
};

// Rows that say the same, and for an inode that nobody knows.
struct needing_inodes {
    static constexpr auto gate = table(otherwise >> walk);
    static constexpr auto record = table(otherwise >> attempt(invalidate) >> next);
    static constexpr auto end = table(otherwise >> succeed);
};

} // namespace

TEST_CASE("a corruption of an unknown owner decides the outcome: the verdict is withheld") {
    CHECK_BOTH(one_unknown<xfs_linux_6_8>(cause::corruption).answer == verdict_withheld);
    CHECK_BOTH(one_unknown<xfs_linux_6_8>(cause::corruption).made.is_withheld);
    CHECK_BOTH(one_unknown<xfs_linux_6_8>(cause::corruption).made.outcome == verdict_withheld);
    CHECK_BOTH(one_unknown<xfs_linux_6_8>(cause::corruption).made.records == 0);
    CHECK_BOTH(one_unknown<xfs_linux_6_8>(cause::corruption).made.records_withheld == 1);
    CHECK_BOTH(one_unknown<xfs_linux_6_8>(cause::corruption).made.bytes_withheld == sample_block);
    CHECK_BOTH(one_unknown<xfs_linux_6_8>(cause::corruption).made.end_row == report::no_row);
    // All that a corruption can come to: metadata, not in core, lookup failed, dax, buffered.
    CHECK_BOTH(one_unknown<xfs_linux_6_8>(cause::corruption).made.rows_withheld ==
               rows_numbered(1, 2, 3, 5, 7));
    // No end is taken.
    CHECK_BOTH(one_unknown<xfs_linux_6_8>(cause::corruption).fs.log.is(call::begin_walk));

    CHECK_BOTH(one_unknown<xfs_v12>(cause::corruption).answer == verdict_withheld);
    CHECK_BOTH(one_unknown<xfs_seed_as_intended>(cause::corruption).answer == verdict_withheld);
    CHECK_BOTH(one_unknown<xfs_linux_6_1>(cause::corruption).answer == verdict_withheld);
    CHECK_BOTH(one_unknown<xfs_linux_7_0>(cause::corruption).answer == verdict_withheld);
}

TEST_CASE("in a removal the fate is the same whoever the owner is") {
    constexpr consequence as_for_an_umount{
        .is_shut_down = true, .reason = shutdown_reason::force_umount, .was_frozen = true};
    CHECK_BOTH(one_unknown<xfs_linux_6_8>(cause::removal).what() == as_for_an_umount);
    CHECK_BOTH(!one_unknown<xfs_linux_6_8>(cause::removal).made.is_withheld);
    CHECK_BOTH(one_unknown<xfs_linux_6_8>(cause::removal).made.records_withheld == 1);
    CHECK_BOTH(one_unknown<xfs_linux_6_8>(cause::removal).made.rows_withheld ==
               rows_numbered(0, 2, 3, 4, 6));
    CHECK_BOTH(one_unknown<xfs_linux_6_8>(cause::removal)
                   .fs.log.is(call::freeze, call::begin_walk, call::shut_down, call::thaw,
                              call::thaw_user));
    CHECK_BOTH(one_unknown<xfs_linux_7_0>(cause::removal).fs.is_shut_down);
    CHECK_BOTH(!one_unknown<xfs_linux_7_0>(cause::removal).made.is_withheld);
}

TEST_CASE("where every owner leads to the same course, that one is taken") {
    // The seed as posted: any corruption shuts down.
    CHECK_BOTH(one_unknown<xfs_seed_as_posted>(cause::corruption).what() == corrupt_shutdown);
    CHECK_BOTH(one_unknown<xfs_seed_as_posted>(cause::corruption).made.records == 1);
    CHECK_BOTH(one_unknown<xfs_seed_as_posted>(cause::corruption).made.records_withheld == 0);
    CHECK_BOTH(!one_unknown<xfs_seed_as_posted>(cause::corruption).made.is_withheld);
    // By rows that are not one row.
    CHECK_BOTH(notify<indifferent>(only_unknown, cause::removal, whole).answer ==
               result::error(EIO));
    CHECK_BOTH(notify<indifferent>(only_unknown, cause::removal, whole).made.records == 1);
    // An owner that is not told is there all the same.
    CHECK_BOTH(notify<wary>(only_unknown, cause::removal, whole).answer == result::error(EBUSY));
    CHECK_BOTH(notify<wary>(with_lone<>(lone::unknown), cause::removal, whole).answer ==
               result::error(EIO));
    // Not where it is work on an inode.
    CHECK_BOTH(notify<needing_inodes>(only_unknown, cause::removal, whole).made.records_withheld ==
               1);
    CHECK_BOTH(notify<needing_inodes>(only_unknown, cause::removal, whole).answer == success);
    CHECK_BOTH(notify<needing_inodes>(only_unknown, cause::removal, whole).fs.log.size() == 0);
}

TEST_CASE("a walk that an unknown owner may have ended, and whose error would be the answer") {
    // As posted it may also have shut down, as intended only ended the walk with -EBUSY or -EAGAIN.
    CHECK_BOTH(one_unknown<xfs_seed_as_posted>(cause::removal).answer == verdict_withheld);
    CHECK_BOTH(one_unknown<xfs_seed_as_intended>(cause::removal).answer == verdict_withheld);
    CHECK_BOTH(one_unknown<xfs_seed_as_intended>(cause::removal).made.is_withheld);
}

TEST_CASE("a shutdown that may have been is withheld, whatever the answer would be") {
    CHECK_BOTH(notify<silent>(only_unknown, cause::removal, whole).answer == verdict_withheld);
    CHECK_BOTH(!notify<silent>(only_unknown, cause::removal, whole).fs.is_shut_down);
}

TEST_CASE("what is known beside it may decide all the same") {
    constexpr auto metadata_too = with_unknown(owner::metadata);
    CHECK_BOTH(notify<xfs_linux_6_8>(metadata_too, cause::corruption, whole).what() ==
               corrupt_shutdown);
    CHECK_BOTH(notify<xfs_linux_6_8>(metadata_too, cause::corruption, whole).made.records == 1);
    CHECK_BOTH(
        notify<xfs_linux_6_8>(metadata_too, cause::corruption, whole).made.records_withheld == 1);
    CHECK_BOTH(notify<xfs_linux_6_8>(with_unknown_first(), cause::corruption, whole).what() ==
               corrupt_shutdown);
    // 6.1 may have met -EBUSY first, and would return that.
    CHECK_BOTH(notify<xfs_linux_6_1>(metadata_too, cause::corruption, whole).answer ==
               verdict_withheld);
    // v12 ends with the first metadata: behind it nothing is withheld, before it everything.
    CHECK_BOTH(notify<xfs_v12>(metadata_too, cause::corruption, whole).what() == corrupt_shutdown);
    CHECK_BOTH(notify<xfs_v12>(metadata_too, cause::corruption, whole).made.records_withheld == 0);
    CHECK_BOTH(notify<xfs_v12>(with_unknown_first(), cause::corruption, whole).answer ==
               verdict_withheld);
    // Users that are known are told, also when the verdict is withheld.
    constexpr auto data_too = with_unknown(owner::file_data, plain);
    CHECK_BOTH(notify<xfs_linux_6_8>(data_too, cause::corruption, whole).answer ==
               verdict_withheld);
    CHECK_BOTH(notify<xfs_linux_6_8>(data_too, cause::corruption, whole).fs.told() == 1);
    CHECK_BOTH(notify<xfs_linux_6_8>(data_too, cause::removal, whole).fs.told() == 2);
    // An error of the walk is known, and so is one before it.
    CHECK_BOTH(unknown_then_unreadable().answer == result::error(EDOM));
    CHECK_BOTH(unknown_then_unreadable().fs.is_shut_down);
    CHECK_BOTH(unable_to_begin().answer == result::error(EDOM));
    CHECK_BOTH(!unable_to_begin().made.is_withheld);
}

TEST_CASE("an event that no record decides is never withheld") {
    CHECK_BOTH(one_unknown<no_holder>(cause::removal).what() == failed_with(EOPNOTSUPP));
    CHECK_BOTH(notify<xfs_linux_6_8>(only_unknown, cause::corruption, blocks(100, 1)).what() ==
               nothing_done);
    CHECK_BOTH(notify<xfs_linux_6_8>(only_unknown, cause::corruption, blocks(300, 1)).what() ==
               failed_with(ENXIO));
}

TEST_CASE("without unknown owners nothing is different") {
    CHECK_BOTH(is_normal_without_unknown<xfs_v12>());
    CHECK_BOTH(is_normal_without_unknown<xfs_seed_as_posted>());
    CHECK_BOTH(is_normal_without_unknown<xfs_seed_as_intended>());
    CHECK_BOTH(is_normal_without_unknown<xfs_linux_6_1>());
    CHECK_BOTH(is_normal_without_unknown<xfs_linux_6_8>());
    CHECK_BOTH(is_normal_without_unknown<xfs_linux_7_0>());
    CHECK_BOTH(is_normal_without_unknown<no_holder>());
}

TEST_CASE("a filesystem that does not withhold has an unknown owner like any other") {
    CHECK_BOTH(notify<xfs_linux_6_8>(with_lone<>(lone::unknown), cause::corruption, whole).what() ==
               corrupt_shutdown);
    CHECK_BOTH(!notify<xfs_linux_6_8>(with_lone<>(lone::unknown), cause::corruption, whole)
                    .made.is_withheld);
}

TEST_CASE("what an unknown owner can lead to is found out once, with what the filesystem tells") {
    CHECK_BOTH(many_unknown(health::good).made.records_withheld == 12);
    CHECK_BOTH(many_unknown(health::good).made.rows_withheld == rows_numbered(1, 2));
    CHECK_BOTH(many_unknown(health::good).fs.questions == 1);
    CHECK_BOTH(many_unknown(health::good).answer == success);
    // The filesystem's own fact decides for all owners.
    CHECK_BOTH(many_unknown(health::bad).made.records == 12);
    CHECK_BOTH(many_unknown(health::bad).made.records_withheld == 0);
    CHECK_BOTH(many_unknown(health::bad).answer == result::error(EIO));
    CHECK_BOTH(many_unknown(health::bad).fs.questions == 1);
}

TEST_CASE("rows that cannot win for this filesystem are not among what could have been") {
    CHECK_BOTH(tell_without_inodes().outcome == success);
    CHECK_BOTH(tell_without_inodes().records == 1);
    CHECK_BOTH(tell_without_inodes().records_of_row[3] == 1);
    CHECK_BOTH(tell_without_inodes().records_withheld == 0);
}
