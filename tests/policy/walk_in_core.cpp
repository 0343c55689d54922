// SPDX-License-Identifier: BSL-1.0
// The inodes in core gone through in both ways, beside a walk of every record.
#include "daxhold/policy/walk_in_core.hpp"

#include "daxhold/policy/engine.hpp"
#include "daxhold/tables/difference.hpp"

#include "../support/notification.hpp"
#include "../support/walking_every_record.hpp"
#include "../support/words.hpp"

#include <utility>

using namespace support;
using namespace spelled;
using releases::recommended;

namespace {

constexpr byte_range whole = byte_range::whole_device();

using listing = mock_filesystem_with_listing;

static_assert(difference<walking_every_record::gate, walking_in_core::gate>.size() != 0);

// What is told of files, in order.

struct told {
    std::uint64_t inode_number = 0;
    byte_range where{};
};

/// Whether those are the files whose users were told, or that were dropped, and nothing else.
template <class Mock, std::size_t Count>
constexpr bool tells(const Mock& fs, call what, const told (&expected)[Count]) {
    std::size_t i = 0;
    for (std::size_t at = 0; at != fs.log.size(); ++at) {
        const auto& e = fs.log[at];
        if (e.what != what)
            continue;
        if (i == Count || e.inode_number != expected[i].inode_number ||
            !(e.where == expected[i].where))
            return false;
        ++i;
    }
    return i == Count;
}

constexpr bool is_same_log(const call_log& a, const call_log& b) {
    if (a.size() != b.size())
        return false;
    for (std::size_t i = 0; i != a.size(); ++i)
        if (!(a[i] == b[i]))
            return false;
    return true;
}

/// A filesystem after the removal of a range, which nobody watched.
template <class Policy = walking_in_core, class Mock>
constexpr Mock removed(Mock fs, byte_range where = whole) {
    static_cast<void>(notify_failure<Policy>(fs, role::data, where, cause::removal));
    return fs;
}

/// Whether these files are told of a removal of the range, watched or not, and dropped alike.
template <class Mock, std::size_t Count>
constexpr bool tells(const Mock& fs, byte_range where, const told (&expected)[Count]) {
    const auto unwatched = removed(fs, where);
    return tells(unwatched, call::kill_users, expected) &&
           tells(unwatched, call::invalidate, expected) &&
           is_same_log(unwatched.log, notify<walking_in_core>(fs, cause::removal, where).fs.log);
}

enum file : std::uint64_t { first = 131, second = 132, third = 133 };

/// Three files in core, each mapped by two processes, and these records.
template <class Mock = mock_filesystem, class... Records>
constexpr Mock with(Records... records) {
    Mock fs;
    for (const auto number : {first, second, third}) {
        fs.add(mock_inode{.number = number});
        fs.add_mappers(number, 2, 1);
    }
    (fs.add(records), ...);
    return fs;
}
constexpr rmap_record data(std::uint64_t at, std::uint64_t count, file of, std::uint64_t file_at,
                           sharing shared = sharing::sole) {
    return {blocks(at, count), owner::file_data, of, file_at * sample_block, shared};
}
constexpr rmap_record other(std::uint64_t at, std::uint64_t count, owner who,
                            std::uint64_t number = 0) {
    return {blocks(at, count), who, number};
}

// Three extents that go on, and one more of another file.
constexpr auto neighbours = with(data(8, 2, first, 0), data(10, 4, first, 2), data(14, 1, first, 6),
                                 data(15, 1, second, 0));
constexpr told neighbours_told[] = {{first, blocks(0, 7)}, {second, blocks(0, 1)}};
constexpr told middle_told[] = {{first, blocks(1, 2)}};
constexpr told bytes_told[] = {{first, {sample_block + 100, 5 * sample_block}}};
constexpr told end_told[] = {{first, blocks(6, 1)}, {second, blocks(0, 1)}};

constexpr auto apart_on_the_device = with(data(8, 2, first, 0), data(11, 2, first, 2));
constexpr auto apart_in_the_file = with(data(8, 2, first, 0), data(10, 2, first, 3));
constexpr auto backwards_in_the_file = with(data(8, 2, first, 2), data(10, 2, first, 0));
constexpr auto of_two_files = with(data(8, 2, first, 0), data(10, 2, second, 2));
constexpr auto one_shared =
    with(data(8, 2, first, 0), data(10, 2, first, 2, sharing::shared), data(12, 2, first, 4));
constexpr auto with_metadata_between = with(data(8, 2, first, 0), other(10, 1, owner::metadata),
                                            data(11, 2, first, 2), data(13, 2, first, 4));
// ... and between them another fork, with an offset that would go on.
constexpr auto with_its_fork_between =
    with(data(8, 2, first, 0),
         rmap_record{blocks(10, 1), owner::attribute_fork, first, 2 * sample_block},
         data(11, 2, first, 3));
constexpr told pairs_apart[] = {{first, blocks(0, 2)}, {first, blocks(2, 2)}};
constexpr told pairs_with_gap[] = {{first, blocks(0, 2)}, {first, blocks(3, 2)}};
constexpr told pairs_backwards[] = {{first, blocks(2, 2)}, {first, blocks(0, 2)}};
constexpr told pairs_of_two[] = {{first, blocks(0, 2)}, {second, blocks(2, 2)}};
constexpr told three_parts[] = {
    {first, blocks(0, 2)}, {first, blocks(2, 2)}, {first, blocks(4, 2)}};
constexpr told around_metadata[] = {{first, blocks(0, 2)}, {first, blocks(2, 4)}};

// Shared extents: the owners of the first, then those of the second.
constexpr auto shared_extents =
    with(data(8, 2, first, 0, sharing::shared), data(8, 2, second, 40, sharing::shared),
         data(10, 2, first, 2, sharing::shared), data(10, 2, second, 42, sharing::shared));
constexpr told shared_told[] = {
    {first, blocks(0, 2)}, {second, blocks(40, 2)}, {first, blocks(2, 2)}, {second, blocks(42, 2)}};
constexpr auto shared_by_one =
    with(data(8, 2, first, 0, sharing::shared), data(10, 2, first, 2, sharing::shared));
constexpr told shared_by_one_told[] = {{first, blocks(0, 4)}};

/// Nine extents that go on, as far as a file and a device can reach.
constexpr auto at_the_end_of_everything = [] {
    constexpr auto last = byte_range::max;
    mock_filesystem fs;
    fs.data_device = byte_range::between(last - 8192, last);
    fs.add(mock_inode{.number = first});
    fs.add_mappers(first, 1, 0);
    fs.add(rmap_record{{0, 4096}, owner::file_data, first, last - 8192});
    fs.add(rmap_record{{4096, 4096}, owner::file_data, first, last - 4096});
    return fs;
}();
constexpr told end_of_everything_told[] = {
    {first, byte_range::between(byte_range::max - 8192, byte_range::max)}};

/// Its reverse mapping tells everything, whatever was asked for.
struct telling_all : mock_filesystem {
    template <class Visitor>
    constexpr result for_each_mapping(role device, byte_range, Visitor&& visit) {
        return mock_filesystem::for_each_mapping(device, whole, visit);
    }
};
/// It takes the visitor as its own, as those of the standard library do.
struct copying : mock_filesystem {
    template <class Visitor>
    constexpr result for_each_mapping(role device, byte_range range, Visitor visit) {
        return mock_filesystem::for_each_mapping(device, range, visit);
    }
};
/// Its records have one more member, which the engine knows nothing of.
struct record_of_a_volume : rmap_record {
    unsigned volume = 0;
};
struct with_volumes : mock_filesystem {
    using record = record_of_a_volume;
    template <class Visitor>
    constexpr result for_each_mapping(role device, byte_range range, Visitor&& visit) {
        unsigned volume = 0;
        return mock_filesystem::for_each_mapping(device, range, [&](const rmap_record& r) {
            return visit(record_of_a_volume{r, volume++});
        });
    }
};
template <class Mock>
constexpr Mock neighbours_of() {
    return with<Mock>(data(8, 2, first, 0), data(10, 4, first, 2), data(14, 1, first, 6),
                      data(15, 1, second, 0));
}
constexpr told unjoined[] = {
    {first, blocks(0, 2)}, {first, blocks(2, 4)}, {first, blocks(6, 1)}, {second, blocks(0, 1)}};

// Errors.

template <class Mock>
constexpr Mock failing(Mock fs, call what, std::uint64_t nth, int errno_value = EDOM) {
    fs.faults.fail(what, nth, errno_value);
    return fs;
}
constexpr result fault = result::error(EDOM);

constexpr auto two_files = with(data(8, 2, first, 0), data(10, 2, first, 2), data(16, 2, second, 0),
                                data(20, 2, third, 0));
constexpr auto two_files_listed = with<listing>(data(8, 2, first, 0), data(10, 2, first, 2),
                                                data(16, 2, second, 0), data(20, 2, third, 0));

/// Whether an error in the second file is the answer, and the others are told.
template <class Mock>
constexpr bool collects(const Mock& fs) {
    const auto n = notify<walking_in_core>(failing(fs, call::kill_users, 2), cause::removal, whole);
    const auto unwatched = removed(failing(fs, call::kill_users, 2));
    return n.answer == fault && n.made.told() == 2 && n.fs.is_shut_down &&
           !n.fs.is_frozen_by_kernel && n.fs.told(first) == 2 && n.fs.told(second) == 0 &&
           n.fs.told(third) == 2 && n.fs.at(second).is_invalidated &&
           is_same_log(unwatched.log, n.fs.log);
}
/// Of two errors the first, and the shutdown all the same.
template <class Mock>
constexpr bool answers_with_the_first(const Mock& fs, call walked) {
    const auto twice = failing(failing(fs, call::kill_users, 1), walked, 3, EIO);
    const auto n = notify<walking_in_core>(twice, cause::removal, whole);
    return n.answer == fault && n.fs.is_shut_down && n.made.walk == walk_end::failed;
}

// Inodes listed.

constexpr auto populated_listed = populated<listing>();
constexpr told all_told[] = {{plain, whole}, {sharer, whole}, {fragmented, whole}};
constexpr told all_dropped[] = {
    {plain, whole}, {sharer, whole}, {buffered, whole}, {fragmented, whole}};

constexpr std::uint64_t made(const fault_plan& calls, call what) { return calls.made(what); }

/// How often a removal asks for each, of a filesystem that can list its inodes.
struct asked {
    std::uint64_t records = 0;
    std::uint64_t lookups = 0;
    std::uint64_t listed = 0;

    [[nodiscard]] friend constexpr bool operator==(const asked&, const asked&) noexcept = default;
};
template <class Policy = walking_in_core>
constexpr asked asked_in(listing fs, cause why, byte_range where) {
    static_cast<void>(notify_failure<Policy>(fs, role::data, where, why));
    return {made(fs.faults, call::read_rmap), made(fs.faults, call::find_in_core),
            made(fs.faults, call::list_in_core)};
}

// Who watches.

struct seen {
    std::uint64_t inode_number = 0;
    daxhold::owner owner = owner::unknown;
    byte_range part{};

    [[nodiscard]] friend constexpr bool operator==(const seen&, const seen&) noexcept = default;
};
struct watcher : report {
    seen records_seen[16] = {};
    std::size_t count = 0;

    template <class Record>
    constexpr void record_decided(std::size_t row, const Record& record, byte_range part) noexcept {
        report::record_decided(row, record, part);
        records_seen[count++] = {record.inode_number, record.owner, part};
    }
};
template <class Mock>
constexpr watcher watch(Mock fs, byte_range where = whole) {
    watcher w;
    static_cast<void>(notify_failure<walking_in_core>(fs, role::data, where, cause::removal, w));
    return w;
}
template <std::size_t Count>
constexpr bool has_seen(const watcher& w, const seen (&expected)[Count]) {
    for (std::size_t i = 0; i != Count; ++i)
        if (w.count != Count || !(w.records_seen[i] == expected[i]))
            return false;
    return true;
}
constexpr seen walk_seen[] = {{first, owner::file_data, blocks(8, 2)},
                              {first, owner::file_data, blocks(11, 4)}};
constexpr seen fork_seen[] = {{first, owner::file_data, blocks(8, 2)},
                              {first, owner::file_data, blocks(11, 2)}};
constexpr seen part_seen[] = {{first, owner::file_data, blocks(12, 2)}};
constexpr seen list_seen[] = {{first, owner::file_data, {}}};

// Owners that are withheld.

struct hushed : mock_filesystem {
    static constexpr bool withholds_owners = true;
};
constexpr auto with_unknown_between =
    with<hushed>(data(8, 2, first, 0), data(10, 1, first, 2), other(11, 1, owner::unknown),
                 other(12, 1, owner::unknown), data(13, 1, first, 5), data(14, 1, first, 6));
constexpr told told_around_unknown[] = {{first, blocks(0, 3)}, {first, blocks(5, 2)}};

// Both ways and the walk of every record, of generated filesystems.

/// What a removal leaves behind, as far as it does not depend on the way that was taken.
struct left {
    result answer{};
    bool is_shut_down = false;
    shutdown_reason reason = shutdown_reason::corrupt_ondisk;
    bool is_frozen_by_kernel = false;
    bool is_frozen_by_user = false;
    std::uint64_t told = 0; ///< Inodes, a bit each, as are the others.
    std::uint64_t poisoned = 0;
    std::uint64_t invalidated = 0;
    std::uint64_t reported_lost = 0;

    [[nodiscard]] friend constexpr bool operator==(const left&, const left&) noexcept = default;
};

/// An event, with the policy, unwatched, and what it leaves behind.
template <class Policy, class Mock>
constexpr left left_by(Mock& fs, const generated_event& e) {
    left l;
    l.answer = notify_failure<Policy>(fs, e.device, e.where, e.why);
    l.is_shut_down = fs.is_shut_down;
    l.reason = fs.reason;
    l.is_frozen_by_kernel = fs.is_frozen_by_kernel;
    l.is_frozen_by_user = fs.is_frozen_by_user;
    for (std::size_t i = 0; i != fs.inode_count(); ++i) {
        const auto& inode = fs.at(131 + i);
        const auto bit = std::uint64_t{1} << i;
        l.told |= fs.told(131 + i) != 0 ? bit : 0;
        l.poisoned |= inode.is_poisoned ? bit : 0;
        l.invalidated |= inode.is_invalidated ? bit : 0;
        l.reported_lost |= inode.is_reported_lost ? bit : 0;
    }
    return l;
}

/// Whether each byte of a file of which `a` tells something is one of which `b` tells the same.
constexpr bool tells_no_more(const call_log& a, const call_log& b) {
    for (std::size_t i = 0; i != a.size(); ++i) {
        auto rest = a[i].inode_number == 0 ? byte_range{} : a[i].where;
        for (std::size_t j = 0; j != b.size() && !rest.empty(); ++j)
            if (b[j].what == a[i].what && b[j].inode_number == a[i].inode_number &&
                b[j].where.contains(rest.offset())) {
                rest = rest.from(b[j].where.end());
                j = std::size_t{0} - 1; // from the first on, for what is left
            }
        if (!rest.empty())
            return false;
    }
    return true;
}

/// Lets a call fail, in about half of the cases: one that is made before or behind the walk. In the
/// walk it depends on the order which inode the n-th call is for, and whether there is an n-th.
constexpr void add_fault_around_the_walk(fault_plan& faults, std::uint64_t seed) {
    random_numbers random{seed ^ 0x3333333333333333U};
    constexpr call around[] = {call::report_media_event, call::freeze, call::shut_down, call::thaw};
    if (random.one_in(2))
        faults.fail(around[random.below(4)], 1, EDOM);
}

template <class Mock>
using as_it_is = Mock;

/// The users of some inodes can never be told, in whatever order it is tried.
template <class Mock>
struct stubborn : Mock {
    constexpr result kill_users(mock_inode* i, byte_range file, users who, poison pages) noexcept {
        if (i->number % 3 == 0)
            this->faults.fail(call::kill_users, this->faults.made(call::kill_users) + 1, ENOMEM);
        return Mock::kill_users(i, file, who, pages);
    }
};

/// What was compared, and in how much of it something could have gone wrong.
struct comparison {
    bool is_alike = true;
    bool is_joined = false;  ///< Fewer calls than in a walk of every record.
    bool is_listed = false;  ///< Inodes were listed.
    bool has_told = false;   ///< Somebody was told.
    bool has_failed = false; ///< The answer was an error.
};

/// An event, in all three ways. The answer and what is left behind must be the same; of each file a
/// joined walk must tell the same bytes as a walk of every record; and where inodes are listed, no
/// record may be read, and each inode is told once, of all its bytes.
template <template <class> class Kind>
constexpr comparison compare(std::uint64_t seed, const generated_event& e) {
    using walked_type = Kind<mock_filesystem>;
    using listed_type = Kind<listing>;
    auto every_record = generated_filesystem<walked_type>(seed);
    auto joined = every_record;
    auto listed = generated_filesystem<listed_type>(seed);
    add_fault_around_the_walk(every_record.faults, seed);
    add_fault_around_the_walk(joined.faults, seed);
    add_fault_around_the_walk(listed.faults, seed);

    const auto expected = left_by<walking_every_record>(every_record, e);
    comparison c;
    c.is_alike = left_by<walking_in_core>(joined, e) == expected &&
                 left_by<walking_in_core>(listed, e) == expected &&
                 tells_no_more(joined.log, every_record.log) &&
                 tells_no_more(every_record.log, joined.log) &&
                 joined.log.size() <= every_record.log.size() &&
                 every_record.log.size() <= call_log::capacity;
    c.is_listed = made(listed.faults, call::list_in_core) != 0;
    if (e.why == cause::removal && e.where.is_whole_device()) {
        c.is_alike = c.is_alike && made(listed.faults, call::read_rmap) == 0;
        for (std::size_t i = 0; i != listed.log.size(); ++i) {
            const auto& done = listed.log[i];
            if (done.inode_number == 0)
                continue;
            c.is_alike = c.is_alike && done.where == whole;
            for (std::size_t j = 0; j != i; ++j)
                c.is_alike = c.is_alike && !(listed.log[j].what == done.what &&
                                             listed.log[j].inode_number == done.inode_number);
        }
    } else {
        c.is_alike = c.is_alike && !c.is_listed && is_same_log(listed.log, joined.log);
    }
    c.is_joined = joined.log.size() < every_record.log.size();
    c.has_told = expected.told != 0;
    c.has_failed = !expected.answer.ok();
    return c;
}

/// The event of a seed, and the removal of the whole device.
template <template <class> class Kind>
constexpr bool is_alike(std::uint64_t seed) {
    return compare<Kind>(seed, generated_event_for(seed)).is_alike &&
           compare<Kind>(seed, {role::data, whole, cause::removal}).is_alike;
}
template <template <class> class Kind, std::uint64_t Seed>
constexpr bool is_alike_when_compiled = is_alike<Kind>(Seed);

template <template <class> class Kind, std::uint64_t... Seeds>
constexpr bool are_alike_when_compiled(std::integer_sequence<std::uint64_t, Seeds...>) {
    return (is_alike_when_compiled<Kind, Seeds> && ...);
}

template <template <class> class Kind>
void check_many() {
    std::size_t joined = 0;
    std::size_t listed = 0;
    std::size_t told = 0;
    std::size_t failed = 0;
    const auto check = [&](std::uint64_t seed, const generated_event& e) {
        const auto c = compare<Kind>(seed, e);
        CAPTURE(seed);
        CHECK(c.is_alike);
        joined += c.is_joined ? 1U : 0U;
        listed += c.is_listed ? 1U : 0U;
        told += c.has_told ? 1U : 0U;
        failed += c.has_failed ? 1U : 0U;
    };
    for (std::uint64_t seed = 0; seed != 4000; ++seed) {
        check(seed, generated_event_for(seed));
        check(seed, {role::data, whole, cause::removal});
    }
    CHECK(joined > 500);
    CHECK(listed > 2000);
    CHECK(told > 1000);
    CHECK(failed > 500);
}

} // namespace

TEST_CASE("extents that go on are told as one, and the last ones too") {
    CHECK_BOTH(tells(neighbours, whole, neighbours_told));
    CHECK_BOTH(tells(at_the_end_of_everything, whole, end_of_everything_told));
    CHECK_BOTH(notify<walking_in_core>(neighbours, cause::removal, whole).made.records == 2);
    CHECK_BOTH(notify<walking_in_core>(neighbours, cause::removal, whole).made.bytes_of_row[1] ==
               8 * sample_block);
    CHECK_BOTH(tells(removed<walking_every_record>(neighbours), call::kill_users, unjoined));
    // Each of its processes is told once.
    CHECK_BOTH(removed(neighbours).told(first) == 2);
    CHECK_BOTH(removed<walking_every_record>(neighbours).told(first) == 2);
}

TEST_CASE("of extents that go on, the part in the range is told") {
    CHECK_BOTH(tells(neighbours, blocks(9, 2), middle_told));
    CHECK_BOTH(tells(neighbours, {9 * sample_block + 100, 5 * sample_block}, bytes_told));
    CHECK_BOTH(tells(neighbours, blocks(14, 20), end_told));
    CHECK_BOTH(tells(neighbours_of<telling_all>(), blocks(9, 2), middle_told));
    CHECK_BOTH(tells(neighbours_of<telling_all>(), blocks(14, 20), end_told));
}

TEST_CASE("what does not go on is told by itself") {
    CHECK_BOTH(tells(apart_on_the_device, whole, pairs_apart));
    CHECK_BOTH(tells(apart_in_the_file, whole, pairs_with_gap));
    CHECK_BOTH(tells(backwards_in_the_file, whole, pairs_backwards));
    CHECK_BOTH(tells(of_two_files, whole, pairs_of_two));
    CHECK_BOTH(tells(one_shared, whole, three_parts));
    CHECK_BOTH(tells(with_metadata_between, whole, around_metadata));
    CHECK_BOTH(tells(with_its_fork_between, whole, pairs_with_gap));
    CHECK_BOTH(tells(shared_extents, whole, shared_told));
    CHECK_BOTH(tells(shared_by_one, whole, shared_by_one_told));
}

TEST_CASE("a reverse mapping may do with the visitor and with its records as it likes") {
    CHECK_BOTH(tells(neighbours_of<copying>(), whole, neighbours_told));
    CHECK_BOTH(tells(neighbours_of<with_volumes>(), whole, unjoined));
}

TEST_CASE("an error is collected, and the others are told") {
    CHECK_BOTH(collects(two_files));
    CHECK_BOTH(collects(two_files_listed));
    CHECK_BOTH(answers_with_the_first(two_files, call::read_rmap));
    CHECK_BOTH(answers_with_the_first(two_files_listed, call::list_in_core));
}

TEST_CASE("what could not be read or listed is an error; what was, is told") {
    constexpr told told_before[] = {{first, blocks(0, 4)}};
    constexpr told listed_before[] = {{first, whole}, {second, whole}};
    constexpr auto unreadable = failing(two_files, call::read_rmap, 3);
    constexpr auto unlisted = failing(two_files_listed, call::list_in_core, 3);
    CHECK_BOTH(tells(unreadable, whole, told_before));
    CHECK_BOTH(tells(unlisted, whole, listed_before));
    constexpr auto read = notify<walking_in_core>(unreadable, cause::removal, whole);
    CHECK_BOTH(read.answer == fault);
    CHECK_BOTH(read.fs.is_shut_down);
    CHECK_BOTH(!read.made.is_left_frozen);
    CHECK_BOTH(read.made.not_walked.offset() <= 10 * sample_block);
    CHECK_BOTH(read.made.not_walked.end() == read.fs.data_device.end());
    constexpr auto list = notify<walking_in_core>(unlisted, cause::removal, whole);
    CHECK_BOTH(list.answer == fault);
    CHECK_BOTH(list.fs.is_shut_down);
    CHECK_BOTH(!list.made.is_left_frozen);
    CHECK_BOTH(list.made.walk == walk_end::failed);
    // Inodes are in no order on the device: nobody can say how far it got.
    CHECK_BOTH(list.made.not_walked == list.fs.data_device);
}

TEST_CASE("of a device that is removed each inode in core is told once, of all its bytes") {
    CHECK_BOTH(tells(removed(populated_listed), call::kill_users, all_told));
    CHECK_BOTH(tells(removed(populated_listed), call::invalidate, all_dropped));
    CHECK_BOTH(removed(populated_listed).told() == 3);
    CHECK_BOTH(removed(populated_listed)
                   .log.is(call::report_media_event, call::freeze, call::kill_users,
                           call::invalidate, call::kill_users, call::invalidate, call::invalidate,
                           call::kill_users, call::invalidate, call::shut_down, call::thaw));
    // The five that it knows, and neither metadata nor an inode that is not in core.
    CHECK_BOTH(asked_in(populated_listed, cause::removal, whole) == asked{0, 5, 5});
    CHECK_BOTH(notify<walking_in_core>(populated_listed, cause::removal, whole).made.records == 5);
    CHECK_BOTH(
        notify<walking_in_core>(populated_listed, cause::removal, whole).made.not_walked.empty());
    CHECK_BOTH(notify<walking_in_core>(populated_listed, cause::removal, whole).answer == success);
    // As each extent had been told.
    CHECK_BOTH(removed(populated<>()).told() == 3);
}

TEST_CASE("records are walked for all that is not the removal of a whole device") {
    CHECK_BOTH(asked_in(populated_listed, cause::removal, blocks(8, 6)) == asked{3, 3, 0});
    CHECK_BOTH(asked_in(populated_listed, cause::removal, {0, std::uint64_t{1} << 20U}).listed ==
               0);
    CHECK_BOTH(asked_in(populated_listed, cause::corruption, whole).listed == 0);
    CHECK_BOTH(asked_in(populated_listed, cause::corruption, whole).records == 12);
    CHECK_BOTH(asked_in<walking_every_record>(populated_listed, cause::removal, whole).listed == 0);
    CHECK_BOTH(asked_in<releases::xfs_linux_6_8>(populated_listed, cause::removal, whole).listed ==
               0);
    CHECK_BOTH(tells(with<listing>(data(8, 2, first, 0), data(10, 4, first, 2)), blocks(9, 2),
                     middle_told));
}

TEST_CASE("who watches sees records of files that are joined, or inodes") {
    CHECK_BOTH(has_seen(watch(with_metadata_between), walk_seen));
    CHECK_BOTH(has_seen(watch(with_its_fork_between), fork_seen));
    CHECK_BOTH(has_seen(watch(with_metadata_between, blocks(12, 2)), part_seen));
    CHECK_BOTH(has_seen(watch(with<listing>(data(8, 2, first, 0), other(10, 1, owner::metadata),
                                            data(11, 2, first, 2))),
                        list_seen));
}

TEST_CASE("where owners are withheld, records without one stay apart") {
    CHECK_BOTH(tells(with_unknown_between, whole, told_around_unknown));
    constexpr auto n = notify<walking_in_core>(with_unknown_between, cause::removal, whole);
    CHECK_BOTH(n.made.records == 2);
    CHECK_BOTH(n.made.records_withheld == 2);
    CHECK_BOTH(n.made.bytes_withheld == 2 * sample_block);
    CHECK_BOTH(n.answer == success);
    CHECK_BOTH(n.fs.is_shut_down);
    // As in a walk of every record.
    constexpr auto all = notify<walking_every_record>(with_unknown_between, cause::removal, whole);
    CHECK_BOTH(all.answer == n.answer);
    CHECK_BOTH(all.made.is_withheld == n.made.is_withheld);
    CHECK_BOTH(all.made.records_withheld == n.made.records_withheld);
    CHECK_BOTH(all.made.rows_withheld == n.made.rows_withheld);
}

TEST_CASE("every way comes to the same, on generated filesystems") {
    check_many<as_it_is>();
    check_many<stubborn>();
}

TEST_CASE("every way comes to the same when it is compiled") {
    using seeds = std::make_integer_sequence<std::uint64_t, 24>;
    static_assert(are_alike_when_compiled<as_it_is>(seeds{}));
    static_assert(are_alike_when_compiled<stubborn>(seeds{}));
    CHECK(are_alike_when_compiled<as_it_is>(seeds{}));
}

TEST_CASE("a walk that tells too much or too little is found out") {
    constexpr auto two = removed(neighbours).log;
    constexpr auto four = removed<walking_every_record>(neighbours).log;
    constexpr auto less = removed(neighbours, blocks(8, 6)).log;
    CHECK_BOTH(tells_no_more(two, four));
    CHECK_BOTH(tells_no_more(four, two));
    CHECK_BOTH(tells_no_more(less, two));
    CHECK_BOTH(!tells_no_more(two, less));
    CHECK_BOTH(!tells_no_more(removed(two_files).log, two));
}
