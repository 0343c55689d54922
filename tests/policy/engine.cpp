// SPDX-License-Identifier: BSL-1.0
#include "daxhold/policy/engine.hpp"

#include "../support/lone_record.hpp"
#include "../support/notification.hpp"
#include "../support/words.hpp"

#include <limits>

using namespace support;
using namespace spelled;
using releases::xfs_linux_6_1;
using releases::xfs_linux_6_8;
using releases::xfs_linux_7_0;
using releases::xfs_v12;

namespace {

constexpr byte_range whole = byte_range::whole_device();

// Ranges: what is walked of an event, and which bytes of which file that is.

struct told {
    std::uint64_t inode_number = 0;
    byte_range where{};
};

template <class Mock, std::size_t Count>
constexpr bool tells(const notified<Mock>& n, const told (&expected)[Count]) {
    std::size_t i = 0;
    for (std::size_t at = 0; at != n.fs.log.size(); ++at) {
        const auto& e = n.fs.log[at];
        if (e.what != call::kill_users)
            continue;
        if (i == Count || e.inode_number != expected[i].inode_number ||
            !(e.where == expected[i].where))
            return false;
        ++i;
    }
    return i == Count;
}
template <class Mock>
constexpr bool tells_nobody(const notified<Mock>& n) {
    return n.answer == success && n.fs.log.count(call::kill_users) == 0;
}

constexpr auto corrupt(byte_range where) {
    return notify<xfs_linux_6_8>(populated<>(), cause::corruption, where);
}
constexpr auto page_of_plain() { return corrupt(blocks(13, 1)); }
constexpr told page_of_plain_told[] = {{plain, blocks(5, 1)}};
constexpr auto shared_pages() { return corrupt(blocks(9, 2)); }
constexpr told shared_pages_told[] = {{plain, blocks(1, 2)}, {sharer, blocks(101, 2)}};
constexpr auto across_extents() { return corrupt(blocks(11, 2)); }
constexpr told across_extents_told[] = {
    {plain, blocks(3, 1)}, {sharer, blocks(103, 1)}, {plain, blocks(4, 1)}};
constexpr auto around_extents() { return corrupt(blocks(6, 9)); }
constexpr told around_extents_told[] = {
    {plain, blocks(0, 4)}, {sharer, blocks(100, 4)}, {plain, blocks(4, 2)}};
constexpr auto some_bytes() { return corrupt({12 * sample_block + 100, 10}); }
constexpr told some_bytes_told[] = {{plain, {4 * sample_block + 100, 10}}};
constexpr auto last_byte() { return corrupt({14 * sample_block - 1, 1}); }
constexpr told last_byte_told[] = {{plain, {6 * sample_block - 1, 1}}};

// A partition: the filesystem lies in the middle of its device.
constexpr std::uint64_t partition_start = std::uint64_t{1} << 30U;
constexpr byte_range own_partition{partition_start, std::uint64_t{1} << 20U};

template <class Policy = xfs_linux_6_8>
constexpr auto in_partition(byte_range where, cause why = cause::corruption) {
    auto fs = populated<>();
    fs.data_device = own_partition;
    return notify<Policy>(fs, why, where);
}
constexpr byte_range of_device(byte_range of_partition) {
    return of_partition.moved_up(partition_start);
}
// A failure that starts before the partition and reaches into the first data of it.
constexpr byte_range across_start =
    byte_range::between(partition_start - sample_block, partition_start + 9 * sample_block);
constexpr told across_start_told[] = {{plain, blocks(0, 1)}, {sharer, blocks(100, 1)}};
// ... and one that crosses its end.
constexpr byte_range across_end =
    byte_range::between(partition_start + 12 * sample_block, own_partition.end() + 123);

/// A file at the very end of what a 64 bit offset can name.
constexpr auto at_the_end_of_everything(byte_range where) {
    constexpr auto last = std::numeric_limits<std::uint64_t>::max();
    mock_filesystem fs;
    fs.data_device = byte_range::between(last - 8192, last);
    fs.add(mock_inode{.number = plain});
    fs.add_mappers(plain, 1, 1);
    fs.add(rmap_record{{0, 8192}, owner::file_data, plain, last - 4096});
    return notify<xfs_linux_6_8>(fs, cause::corruption, where);
}
constexpr told last_page_told[] = {
    {plain, byte_range::between(std::numeric_limits<std::uint64_t>::max() - 4096,
                                std::numeric_limits<std::uint64_t>::max())}};

/// Its reverse mapping clips records to what was asked for, as some do.
struct clipping : mock_filesystem {
    template <class Visitor>
    constexpr result for_each_mapping(role device, byte_range range, Visitor&& visit) {
        return mock_filesystem::for_each_mapping(device, range, [&](rmap_record r) {
            const auto part = intersect(r.extent, range);
            r.file_offset += part.offset() - r.extent.offset();
            r.extent = part;
            return visit(r);
        });
    }
};
/// Its reverse mapping tells everything, whatever was asked for.
struct telling_all : mock_filesystem {
    template <class Visitor>
    constexpr result for_each_mapping(role device, byte_range, Visitor&& visit) {
        return mock_filesystem::for_each_mapping(device, byte_range::whole_device(), visit);
    }
};
template <class Mock>
constexpr bool is_told_the_same() {
    for (const auto where : {blocks(9, 2), blocks(11, 2), blocks(6, 9), blocks(13, 1),
                             blocks(14, 3), blocks(4, 4), whole})
        for (const auto why : {cause::corruption, cause::removal}) {
            const auto n = notify<xfs_linux_6_8>(populated<Mock>(), why, where);
            const auto usual = notify<xfs_linux_6_8>(populated<>(), why, where);
            if (!(n.what() == usual.what()) || n.fs.log.size() != usual.fs.log.size() ||
                n.made.records != usual.made.records)
                return false;
            for (std::size_t i = 0; i != n.fs.log.size(); ++i)
                if (!(n.fs.log[i] == usual.fs.log[i]))
                    return false;
        }
    return true;
}

/// None of its inodes is to be had.
struct unfindable : mock_filesystem {
    constexpr result find_in_core(const rmap_record&, mock_inode*&) {
        return result::error(EAGAIN);
    }
};

/// To look for one of its inodes throws, with the handle out.
struct throwing : mock_filesystem {
    int handles_out = 0;

    struct inode_handle {
        mock_inode* inode = nullptr;
        int* out = nullptr;

        inode_handle() = default;
        inode_handle(const inode_handle&) = delete;
        inode_handle& operator=(const inode_handle&) = delete;
        ~inode_handle() {
            if (out != nullptr)
                --*out;
        }
        operator mock_inode*() const noexcept { return inode; }
    };
    result find_in_core(const rmap_record& r, inode_handle& found) {
        found.out = &handles_out;
        ++handles_out;
        if (r.inode_number == sharer)
            throw 1;
        return mock_filesystem::find_in_core(r, found.inode);
    }
};
struct throwing_observer : no_observer {
    void end_decided(std::size_t /*row*/) { throw 2; }
};

// A shared extent with more owners than one would think of.
constexpr unsigned many_owners = 7;

template <class Policy>
constexpr bool every_owner_is_told(cause why, byte_range where) {
    mock_filesystem fs;
    for (std::uint64_t i = 0; i != many_owners; ++i) {
        fs.add(mock_inode{.number = 200 + i});
        fs.add_mappers(200 + i, 1, 1);
    }
    for (std::uint64_t i = 0; i != many_owners; ++i)
        fs.add(rmap_record{blocks(8, 4), owner::file_data, 200 + i, i * 64 * sample_block,
                           sharing::shared});
    const auto n = notify<Policy>(fs, why, where);
    for (std::uint64_t i = 0; i != many_owners; ++i)
        if (n.fs.told(200 + i) != 1)
            return false;
    return n.made.told() == many_owners && n.made.records == many_owners;
}

// What an error leads to, where the kernel's policies have no row for it.

constexpr auto course_to_tell = kill_users(users::every, poison::not_marked);

template <course Gate, course Record, course End>
struct policy_of {
    static constexpr auto gate = table(otherwise >> Gate);
    static constexpr auto record = table(otherwise >> Record);
    static constexpr auto end = table(otherwise >> End);
};

using collecting =
    policy_of<(collect(begin_walk) >> walk), (collect(course_to_tell) >> next), return_error>;
using stopping =
    policy_of<(begin_walk >> freeze >> spelled::sync >> walk), (course_to_tell >> next),
              (shut_down(shutdown_reason::device_removed) >> thaw >> return_error)>;
using attempting =
    policy_of<(attempt(begin_walk) >> walk), (attempt(course_to_tell) >> next), return_error>;
using refusing = policy_of<(begin_walk >> walk), (course_to_tell >> next),
                           (shut_down(shutdown_reason::device_removed) >> refuse(EIO))>;
using forgetting = policy_of<(freeze >> walk), next, succeed>;
using polite = policy_of<(freeze >> walk), (course_to_tell >> next), (thaw >> return_error)>;
using stopping_at_once = policy_of<walk, (collect(course_to_tell) >> stop(EBUSY)), return_error>;
using asking = policy_of<walk, (note_shutdown >> next), succeed>;

struct noting_at_the_gate : words {
    static constexpr auto gate =
        table(when(cause::corruption) >> note_shutdown >> walk, otherwise >> walk);
    static constexpr auto record = table(otherwise >> next);
    static constexpr auto end =
        table(when(want_shutdown::yes) >> refuse(efscorrupted), otherwise >> succeed);
};

template <class Policy>
constexpr auto with_fault(call what, std::uint64_t nth, byte_range where = blocks(8, 6)) {
    auto fs = populated<>();
    fs.faults.fail(what, nth, EDOM);
    return notify<Policy>(fs, cause::removal, where);
}
constexpr result fault = result::error(EDOM);

template <class Policy>
constexpr auto frozen_before(bool by_kernel, bool by_user) {
    auto fs = populated<>();
    fs.is_frozen_by_kernel = by_kernel;
    fs.is_frozen_by_user = by_user;
    return notify<Policy>(fs, cause::removal, blocks(8, 6));
}

} // namespace

// A pool of one's own, as somebody outside of the library would write it.
namespace pool {

enum class chunk_owner : unsigned char { object, index, spare };
enum class tier : unsigned char { hot, cold };
enum class state : unsigned char { open, closed };
enum class action : std::uint8_t { fence, evacuate, mark_bad };

enum class event_flags : unsigned { gone = 1U << 4U, sudden = 1U << 5U };

struct chunk {
    byte_range extent{};
    chunk_owner owner = chunk_owner::spare;
    tier where = tier::hot;
};

struct device_pool {
    using record = chunk;

    bool is_open = true;
    chunk chunks[3] = {{{0, 100}, chunk_owner::index, tier::hot},
                       {{100, 100}, chunk_owner::object, tier::cold},
                       {{200, 100}, chunk_owner::object, tier::hot}};
    // What was done.
    unsigned fenced = 0;
    unsigned marked = 0;
    byte_range evacuated{};
    bool is_shut_down = false;
    bool can_evacuate = true;
    unsigned asked_for_state = 0;

    [[nodiscard]] constexpr bool is_born() const { return true; }
    [[nodiscard]] constexpr daxhold::byte_range device_range(daxhold::role device) const {
        return device == daxhold::role::data ? daxhold::byte_range{1000, 300}
                                             : daxhold::byte_range{};
    }
    template <class Visitor>
    constexpr daxhold::result for_each_mapping(daxhold::role, daxhold::byte_range range,
                                               Visitor&& visit) {
        for (const auto& c : chunks)
            if (c.extent.overlaps(range) && !visit(c))
                break;
        return {};
    }
    constexpr state answer(boost::hana::type<state>) {
        ++asked_for_state;
        return is_open ? state::open : state::closed;
    }
    constexpr tier answer(boost::hana::type<tier>, const chunk& c) const { return c.where; }

    constexpr daxhold::result perform(action what) noexcept {
        if (what != action::fence)
            return daxhold::result::error(EINVAL);
        ++fenced;
        return {};
    }
    constexpr daxhold::result perform(action what, const chunk&,
                                      daxhold::byte_range part) noexcept {
        if (what == action::mark_bad) {
            ++marked;
            return {};
        }
        if (!can_evacuate)
            return daxhold::result::error(ENOSPC);
        evacuated = part;
        return {};
    }
    constexpr daxhold::result shut_down(daxhold::shutdown_reason) noexcept {
        is_shut_down = true;
        return {};
    }
};

struct policy {
    static constexpr auto gate = [] {
        using namespace daxhold;
        using namespace daxhold::tables;
        return table(when(state::closed) >> refuse(ENODEV),                  //
                     when(range::outside) >> refuse(ENXIO),                  //
                     when(cause::removal) >> perform(action::fence) >> walk, //
                     otherwise >> walk);
    }();
    static constexpr auto record = [] {
        using namespace daxhold;
        return table(when(chunk_owner::spare) >> next,                  //
                     when(chunk_owner::index) >> note_shutdown >> next, //
                     when(cause::removal, tier::hot) >> collect(perform(action::evacuate)) >>
                         next,                     //
                     when(cause::removal) >> next, //
                     otherwise >> perform(action::mark_bad) >> next);
    }();
    static constexpr auto end = [] {
        using namespace daxhold;
        return table(when(walk_end::failed) >> return_error, //
                     when(want_shutdown::yes, cause::corruption) >>
                         shut_down(shutdown_reason::corrupt_ondisk) >> refuse(EIO), //
                     otherwise >> succeed);
    }();
};

} // namespace pool

template <>
struct daxhold::failure_flag_names<pool::event_flags> {
    static constexpr auto removal = pool::event_flags::gone;
};

namespace pool {

struct outcome {
    device_pool fs;
    daxhold::report made;
    daxhold::result answer;
};

constexpr outcome tell(const device_pool& before, daxhold::byte_range where,
                       daxhold::failure_flags<event_flags> flags) {
    outcome o{before, {}, {}};
    daxhold::filesystem_holder<policy, device_pool, daxhold::report> holder{
        o.fs, daxhold::role::data, o.made};
    o.answer = holder.notify_failure(where, flags);
    return o;
}
constexpr device_pool full() {
    device_pool p;
    p.can_evacuate = false;
    return p;
}
constexpr device_pool closed() {
    device_pool p;
    p.is_open = false;
    return p;
}

} // namespace pool

TEST_CASE("a range becomes bytes of files: clipped, with the right offset in each") {
    CHECK_BOTH(tells(page_of_plain(), page_of_plain_told));
    CHECK_BOTH(tells(shared_pages(), shared_pages_told));
    CHECK_BOTH(tells(across_extents(), across_extents_told));
    CHECK_BOTH(tells(around_extents(), around_extents_told));
    CHECK_BOTH(tells(some_bytes(), some_bytes_told));
    CHECK_BOTH(tells(last_byte(), last_byte_told));
    // On both sides of an extent, and not in it.
    CHECK_BOTH(tells_nobody(corrupt(blocks(7, 1))));
    CHECK_BOTH(tells_nobody(corrupt({14 * sample_block, 1})));
    CHECK_BOTH(corrupt(blocks(7, 1)).made.records == 0);
}

TEST_CASE("records are taken as a reverse mapping gives them") {
    CHECK_BOTH(is_told_the_same<clipping>());
    CHECK_BOTH(is_told_the_same<telling_all>());
}

TEST_CASE("a filesystem on a partition") {
    CHECK_BOTH(tells(in_partition(of_device(blocks(13, 1))), page_of_plain_told));
    CHECK_BOTH(tells(in_partition(of_device(blocks(9, 2))), shared_pages_told));
    CHECK_BOTH(tells(in_partition(across_start), across_start_told));
    CHECK_BOTH(in_partition(across_start).made.bytes_of_row[1] == 4 * sample_block);
    CHECK_BOTH(in_partition(across_end).made.records == 9);
    CHECK_BOTH(in_partition(across_end, cause::removal).answer == success);
    // The bytes of the device that would hit a file if the partition's start were forgotten.
    CHECK_BOTH(in_partition(blocks(13, 1)).what() == failed_with(ENXIO));
    // Right below it, its first byte, its last byte, right behind it.
    CHECK_BOTH(in_partition({partition_start - 1, 1}).answer == no_such_device);
    CHECK_BOTH(in_partition({partition_start, 1}).answer == filesystem_corrupted);
    CHECK_BOTH(in_partition({own_partition.end() - 1, 1}).answer == success);
    CHECK_BOTH(in_partition({own_partition.end(), 1}).answer == no_such_device);
    CHECK_BOTH(in_partition(byte_range::between(0, partition_start)).answer == no_such_device);
    CHECK_BOTH(in_partition(whole, cause::removal).what() ==
               notify<xfs_linux_6_8>(populated<>(), cause::removal, whole).what());
    // All bytes of the device but the very last are not the device itself.
    CHECK_BOTH(in_partition<xfs_linux_6_1>({0, byte_range::max}).has(aftermath::umount_oopses));
    CHECK_BOTH(
        !in_partition<xfs_linux_6_1>({0, byte_range::max - 1}).has(aftermath::umount_oopses));
}

TEST_CASE("a filesystem at the end of all offsets") {
    CHECK_BOTH(tells(at_the_end_of_everything(
                         byte_range::between(byte_range::max - 8192, byte_range::max - 4096)),
                     last_page_told));
    CHECK_BOTH(tells(at_the_end_of_everything(byte_range::between(0, byte_range::max - 4096)),
                     last_page_told));
    CHECK_BOTH(at_the_end_of_everything({byte_range::max - 8193, 1}).answer == no_such_device);
}

TEST_CASE("an empty range lies outside of every filesystem") {
    CHECK_BOTH(corrupt({}).what() == failed_with(ENXIO));
    CHECK_BOTH(corrupt({8 * sample_block, 0}).what() == failed_with(ENXIO));
    CHECK_BOTH(corrupt({byte_range::max, 0}).what() == failed_with(ENXIO));
    CHECK_BOTH(notify<xfs_linux_6_8>(populated<>(), cause::removal, {}).what() ==
               failed_with(ENXIO));
    CHECK_BOTH(notify<xfs_v12>(populated<>(), cause::corruption, {}).what() == failed_with(ENXIO));
    // A device that the filesystem does not have.
    CHECK_BOTH(notify<xfs_linux_7_0>(populated<>(), cause::removal, whole, role::log).what() ==
               failed_with(ENXIO));
}

namespace {

/// Policies whose gate does not ask for the scope, and one of whose later tables does.
struct record_asks : words {
    static constexpr auto gate = table(otherwise >> walk);
    static constexpr auto record =
        table(when(scope::whole_device) >> stop(EBUSY), otherwise >> next);
    static constexpr auto end = table(otherwise >> return_error);
};
struct end_asks : words {
    static constexpr auto gate = table(otherwise >> walk);
    static constexpr auto record = table(otherwise >> next);
    static constexpr auto end =
        table(when(scope::whole_device) >> refuse(EBUSY), otherwise >> return_error);
};

} // namespace

TEST_CASE("a later table asks for what the gate did not") {
    CHECK_BOTH(notify<record_asks>(populated<>(), cause::corruption, whole).answer ==
               result::error(EBUSY));
    CHECK_BOTH(notify<record_asks>(populated<>(), cause::corruption, blocks(8, 4)).answer.ok());
    CHECK_BOTH(notify<end_asks>(populated<>(), cause::corruption, whole).answer ==
               result::error(EBUSY));
    CHECK_BOTH(notify<end_asks>(populated<>(), cause::corruption, blocks(8, 4)).answer.ok());
}

TEST_CASE("every owner of a shared extent is told") {
    CHECK_BOTH(every_owner_is_told<xfs_v12>(cause::corruption, blocks(9, 1)));
    CHECK_BOTH(every_owner_is_told<releases::xfs_seed_as_posted>(cause::removal, blocks(9, 1)));
    CHECK_BOTH(every_owner_is_told<releases::xfs_seed_as_intended>(cause::removal, whole));
    CHECK_BOTH(every_owner_is_told<xfs_linux_6_1>(cause::corruption, blocks(9, 1)));
    CHECK_BOTH(every_owner_is_told<xfs_linux_6_8>(cause::corruption, blocks(9, 1)));
    CHECK_BOTH(every_owner_is_told<xfs_linux_6_8>(cause::removal, whole));
    CHECK_BOTH(every_owner_is_told<xfs_linux_7_0>(cause::corruption, blocks(9, 1)));
    CHECK_BOTH(every_owner_is_told<xfs_linux_7_0>(cause::removal, whole));
}

TEST_CASE("an error that is collected: the walk goes on, and the first error is the answer") {
    CHECK_BOTH(with_fault<collecting>(call::kill_users, 1).answer == fault);
    CHECK_BOTH(with_fault<collecting>(call::kill_users, 1).made.records == 3);
    CHECK_BOTH(with_fault<collecting>(call::kill_users, 1).made.told() == 2);
    CHECK_BOTH(with_fault<collecting>(call::kill_users, 1).made.walk == walk_end::failed);
    CHECK_BOTH(with_fault<collecting>(call::kill_users, 1).made.not_walked.empty());
    CHECK_BOTH(with_fault<collecting>(call::kill_users, 1).made.is_incomplete());
    CHECK_BOTH(with_fault<collecting>(call::kill_users, 3).made.not_walked.empty());
    // Before the walk as well.
    CHECK_BOTH(with_fault<collecting>(call::begin_walk, 1).answer == fault);
    CHECK_BOTH(with_fault<collecting>(call::begin_walk, 1).made.is_walked);
    CHECK_BOTH(with_fault<collecting>(call::begin_walk, 1).made.told() == 3);
    // A row that stops keeps the error that came first.
    CHECK_BOTH(with_fault<stopping_at_once>(call::kill_users, 1).answer == fault);
    CHECK_BOTH(with_fault<stopping_at_once>(call::kill_users, 2).answer == result::error(EBUSY));
    // The first of two, also of one record.
    using collecting_both =
        policy_of<walk, (collect(course_to_tell) >> collect(invalidate) >> next), return_error>;
    CHECK_BOTH([] {
        auto fs = populated<>();
        fs.faults.fail(call::kill_users, 1, EDOM);
        fs.faults.fail(call::invalidate, 1, EIO);
        return notify<collecting_both>(fs, cause::removal, blocks(8, 6)).answer == fault;
    }());
    // An error of the reverse mapping comes second, and what it did not tell is told.
    CHECK_BOTH([] {
        auto fs = populated<>();
        fs.faults.fail(call::kill_users, 1, EDOM);
        fs.faults.fail(call::read_rmap, 3, EIO);
        const auto n = notify<collecting>(fs, cause::removal, blocks(8, 6));
        return n.answer == fault && n.made.not_walked == blocks(8, 6);
    }());
}

TEST_CASE("without the inode, a step on it is the error of its look-up, and calls nothing") {
    constexpr auto n = [] {
        return notify<collecting>(populated<unfindable>(), cause::removal, whole);
    };
    CHECK_BOTH(n().answer == result::error(EAGAIN));
    CHECK_BOTH(n().fs.log.count(call::kill_users) == 0);
    CHECK_BOTH(n().made.told() == 0);
    CHECK_BOTH(n().made.is_incomplete());
}

TEST_CASE("an error that stops: what stands behind it before a walk is left out") {
    CHECK_BOTH(with_fault<stopping>(call::begin_walk, 1).answer == fault);
    CHECK_BOTH(with_fault<stopping>(call::begin_walk, 1).made.walk == walk_end::not_started);
    CHECK_BOTH(!with_fault<stopping>(call::begin_walk, 1).made.is_walked);
    CHECK_BOTH(with_fault<stopping>(call::begin_walk, 1).made.not_walked == blocks(8, 6));
    CHECK_BOTH(with_fault<stopping>(call::begin_walk, 1).made.of(operation::freeze).skipped == 1);
    CHECK_BOTH(with_fault<stopping>(call::begin_walk, 1).made.of(operation::sync).skipped == 1);
    CHECK_BOTH(with_fault<stopping>(call::begin_walk, 1).made.of(operation::freeze).taken == 0);
    // Nothing was frozen, and so nothing is thawed.
    CHECK_BOTH(
        with_fault<stopping>(call::begin_walk, 1).fs.log.is(call::begin_walk, call::shut_down));
    // The end has its steps taken whatever fails: frozen, it is thawed.
    CHECK_BOTH(
        with_fault<stopping>(call::sync, 1)
            .fs.log.is(call::begin_walk, call::freeze, call::sync, call::shut_down, call::thaw));
    CHECK_BOTH(with_fault<stopping>(call::shut_down, 1).answer == fault);
    CHECK_BOTH(!with_fault<stopping>(call::shut_down, 1).made.is_left_frozen);
    CHECK_BOTH(with_fault<stopping>(call::thaw, 1).answer == fault);
    CHECK_BOTH(with_fault<stopping>(call::thaw, 1).made.is_left_frozen);
    CHECK_BOTH(with_fault<stopping>(call::kill_users, 2).made.not_walked == blocks(8, 6));
    CHECK_BOTH(with_fault<stopping>(call::kill_users, 3).made.not_walked == blocks(12, 2));
    CHECK_BOTH(with_fault<stopping>(call::kill_users, 3).fs.is_shut_down);
    // An end that names its answer keeps it.
    CHECK_BOTH(with_fault<refusing>(call::shut_down, 1).answer == result::error(EIO));
    CHECK_BOTH(with_fault<refusing>(call::begin_walk, 1).answer == result::error(EIO));
}

TEST_CASE("an error that is ignored stands in the report, and nowhere else") {
    CHECK_BOTH(with_fault<attempting>(call::begin_walk, 1).answer == success);
    CHECK_BOTH(with_fault<attempting>(call::kill_users, 2).answer == success);
    CHECK_BOTH(with_fault<attempting>(call::kill_users, 2).made.walk == walk_end::clean);
    CHECK_BOTH(with_fault<attempting>(call::kill_users, 2).made.told() == 2);
    CHECK_BOTH(with_fault<attempting>(call::kill_users, 2).made.of(operation::kill_users).failed ==
               1);
    CHECK_BOTH(with_fault<attempting>(call::kill_users, 2).made.is_incomplete());
}

TEST_CASE("a row that stops ends the walk, also without an error") {
    using stopping_well = policy_of<walk, stop(0), return_error>;
    CHECK_BOTH(notify<stopping_well>(populated<>(), cause::removal, blocks(8, 6)).answer ==
               success);
    CHECK_BOTH(notify<stopping_well>(populated<>(), cause::removal, blocks(8, 6)).made.records ==
               1);
    CHECK_BOTH(notify<stopping_well>(populated<>(), cause::removal, blocks(8, 6)).made.not_walked ==
               blocks(8, 6));
}

TEST_CASE("a freeze is undone by who made it, and by nobody else") {
    CHECK_BOTH(frozen_before<polite>(false, false).fs.log.find(call::thaw) == 4);
    CHECK_BOTH(!frozen_before<polite>(false, false).fs.is_frozen_by_kernel);
    CHECK_BOTH(frozen_before<polite>(false, true).fs.is_frozen_by_user);
    CHECK_BOTH(!frozen_before<polite>(false, true).fs.is_frozen_by_kernel);
    CHECK_BOTH(frozen_before<polite>(true, false).fs.log.is(call::freeze));
    CHECK_BOTH(frozen_before<polite>(true, false).answer == result::error(EBUSY));
    CHECK_BOTH(frozen_before<polite>(true, false).fs.is_frozen_by_kernel);
    CHECK_BOTH(!frozen_before<polite>(true, false).made.is_left_frozen);
    CHECK_BOTH(frozen_before<forgetting>(false, false).made.is_left_frozen);
    CHECK_BOTH(frozen_before<forgetting>(false, false).made.is_incomplete());
}

TEST_CASE("an exception ends the notification, and what was done stays") {
    auto fs = populated<throwing>();
    CHECK_THROWS_AS((void)notify_failure<xfs_linux_6_8>(fs, role::data, whole, cause::removal),
                    int);
    CHECK(fs.handles_out == 0);
    CHECK(fs.told(plain) == 2);
    CHECK(fs.told() == 2);
    CHECK(fs.is_frozen_by_kernel);
    CHECK(fs.log.count(call::thaw) == 0);
    CHECK(!fs.is_shut_down);

    auto watched = populated<>();
    throwing_observer observer;
    CHECK_THROWS_AS(
        (void)notify_failure<xfs_linux_6_8>(watched, role::data, whole, cause::removal, observer),
        int);
    CHECK(watched.told(sharer) == 1);
    CHECK(watched.is_frozen_by_kernel);
    CHECK(!watched.is_shut_down);
}

TEST_CASE("what the gate has noted, frozen or collected is there after the walk") {
    CHECK_BOTH(notify<noting_at_the_gate>(populated<>(), cause::corruption, blocks(12, 1)).answer ==
               filesystem_corrupted);
    CHECK_BOTH(notify<noting_at_the_gate>(populated<>(), cause::removal, blocks(12, 1)).answer ==
               success);
    CHECK_BOTH(with_fault<collecting>(call::begin_walk, 1).answer == fault);
    CHECK_BOTH(!frozen_before<polite>(false, false).made.is_left_frozen);
}

TEST_CASE("a shutdown that is asked for is up to the end table") {
    CHECK_BOTH(notify<asking>(populated<>(), cause::removal, whole).what() == nothing_done);
    CHECK_BOTH(notify<asking>(populated<>(), cause::removal, whole)
                   .made.of(operation::note_shutdown)
                   .taken == 12);
}

TEST_CASE("without an observer the same is done") {
    constexpr auto same = [](cause why, byte_range where) {
        auto fs = populated<>();
        const auto answer = notify_failure<xfs_linux_7_0>(fs, role::data, where, why);
        const auto n = notify<xfs_linux_7_0>(populated<>(), why, where);
        if (!(answer == n.answer) || fs.log.size() != n.fs.log.size())
            return false;
        for (std::size_t i = 0; i != fs.log.size(); ++i)
            if (!(fs.log[i] == n.fs.log[i]))
                return false;
        return true;
    };
    CHECK_BOTH(same(cause::removal, whole));
    CHECK_BOTH(same(cause::corruption, whole));
    CHECK_BOTH(same(cause::corruption, blocks(13, 1)));
}

TEST_CASE("a filesystem of one's own: records, owners, facts, operations and flags") {
    using pool::closed;
    using pool::event_flags;
    using pool::full;
    using pool::tell;
    constexpr pool::device_pool fresh;
    constexpr byte_range objects{1150, 100};

    // Removal: fenced, and the hot object evacuated, by the part that is hit.
    CHECK_BOTH(tell(fresh, objects, event_flags::gone).answer == success);
    CHECK_BOTH(tell(fresh, objects, event_flags::gone).fs.fenced == 1);
    CHECK_BOTH(tell(fresh, objects, event_flags::gone).fs.evacuated == byte_range{200, 50});
    CHECK_BOTH(tell(fresh, objects, event_flags::gone).fs.marked == 0);
    CHECK_BOTH(tell(fresh, objects, event_flags::gone).made.of(operation::own).taken == 2);
    CHECK_BOTH(tell(fresh, objects, event_flags::gone).made.records_of_row[3] == 1);
    CHECK_BOTH(tell(fresh, objects, event_flags::gone).fs.asked_for_state == 1);
    // No room for it: collected.
    CHECK_BOTH(tell(full(), whole, event_flags::gone).answer == result::error(ENOSPC));
    CHECK_BOTH(tell(full(), whole, event_flags::gone).made.not_walked.empty());
    CHECK_BOTH(!tell(full(), whole, event_flags::gone).fs.is_shut_down);
    // Corruption, whatever else the flags say: marked, and with the index shut down.
    CHECK_BOTH(tell(fresh, objects, event_flags::sudden).answer == success);
    CHECK_BOTH(tell(fresh, objects, event_flags::sudden).fs.marked == 2);
    CHECK_BOTH(tell(fresh, objects, {}).fs.fenced == 0);
    CHECK_BOTH(tell(fresh, whole, {}).answer == result::error(EIO));
    CHECK_BOTH(tell(fresh, whole, {}).fs.is_shut_down);
    CHECK_BOTH(tell(fresh, {1000, 300}, {}).fs.marked == 2);
    CHECK_BOTH(tell(closed(), whole, event_flags::gone).answer == result::error(ENODEV));
    CHECK_BOTH(tell(fresh, {0, 1000}, event_flags::gone).answer == no_such_device);
}

TEST_CASE("every trial takes the same way whether somebody watches or not") {
    std::size_t different = 0;
    // Also those that the policy says it never meets.
    for_each_trial([&](const trial& t) {
        report watching;
        different += try_out<xfs_linux_6_8>(t, watching) == try_out<xfs_linux_6_8>(t) ? 0U : 1U;
    });
    CHECK(different == 0);
}
