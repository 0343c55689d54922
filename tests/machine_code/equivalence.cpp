// SPDX-License-Identifier: BSL-1.0
// Both sides of the comparison do the same: `decide` in every cell of every table, and whole
// notifications and removals on generated filesystems with generated faults, call by call.

#include "given/decide.hpp"
#include "given/small_filesystem.hpp"

#include <daxhold/testing/every_cell.hpp>
#include <daxhold/testing/generated.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <ostream>
#include <vector>

namespace {

using namespace machine_code;
using daxhold::testing::random_numbers;

// What the filesystem was called with.

enum class operation_kind : unsigned char {
    freeze,
    thaw,
    thaw_user,
    sync,
    begin_walk,
    shut_down,
    report_media_event,
    unmap_range,
    find_in_core,
    is_dax,
    kill_users,
    invalidate,
    report_data_lost,
    perform,
    perform_on_record,
    is_poisoned,
    count,
};

struct call {
    operation_kind what{};
    const void* on = nullptr;
    std::uint64_t arguments[4] = {};
    int answer = 0;
    /// Of a kill_dax from inside of this call; 0 where there was none.
    int answer_to_second_removal = 0;

    friend bool operator==(const call&, const call&) = default;
    friend std::ostream& operator<<(std::ostream& out, const call& c) {
        out << "operation " << static_cast<int>(c.what) << '(' << c.on;
        for (const auto argument : c.arguments)
            out << ", " << argument;
        return out << ") = " << c.answer << ' ' << c.answer_to_second_removal;
    }
};

using call_list = std::vector<call>;

constexpr std::size_t most_inodes = 6;

} // namespace

// Inodes are known by their addresses alone.
struct fs_inode {
    bool is_dax;
};

namespace {

/// The world that the operations live in, for one side and one case.
struct world {
    explicit world(std::uint64_t seed) : faults{seed} {
        one_call_fails_in = std::uint64_t{1} << faults.below(4);
        never_fails = faults.one_in(3);
    }

    random_numbers faults;
    std::uint64_t one_call_fails_in = 1;
    bool never_fails = false;
    const fs_inode* inodes = nullptr;
    call_list calls;

    /// What happens inside of each call, behind it.
    void* device = nullptr;
    int (*remove_again)(void* device) = nullptr;
    void (*put)(void* device) = nullptr;
    std::size_t puts_behind = 0;

    int any_error() {
        constexpr int errors[] = {EIO, EBUSY, ENODATA, EAGAIN, ENOENT, EOPNOTSUPP, EFSCORRUPTED};
        return -errors[faults.below(std::size(errors))];
    }

    int outcome() { return !never_fails && faults.one_in(one_call_fails_in) ? any_error() : 0; }

    int note(call c) {
        const auto number = calls.size();
        calls.push_back(c);
        if (remove_again != nullptr)
            calls[number].answer_to_second_removal = remove_again(device);
        if (put != nullptr && number == puts_behind)
            put(device);
        return c.answer;
    }
};

world* current = nullptr;

int noted(operation_kind what, const void* on, std::uint64_t a = 0, std::uint64_t b = 0,
          std::uint64_t c = 0, std::uint64_t d = 0) {
    return current->note({what, on, {a, b, c, d}, current->outcome()});
}

std::uint64_t number(int value) { return static_cast<std::uint64_t>(value); }

} // namespace

int fs_freeze(fs* of) { return noted(operation_kind::freeze, of); }
int fs_thaw(fs* of) { return noted(operation_kind::thaw, of); }
int fs_thaw_user(fs* of) { return noted(operation_kind::thaw_user, of); }
int fs_sync(fs* of) { return noted(operation_kind::sync, of); }
int fs_begin_walk(fs* of) { return noted(operation_kind::begin_walk, of); }
int fs_shut_down(fs* of, int reason) {
    return noted(operation_kind::shut_down, of, number(reason));
}
int fs_report_media_event(fs* of, int role, uint64_t offset, uint64_t length) {
    return noted(operation_kind::report_media_event, of, number(role), offset, length);
}
int fs_unmap_range(fs* of, int role, uint64_t offset, uint64_t length) {
    return noted(operation_kind::unmap_range, of, number(role), offset, length);
}
int fs_find_in_core(fs* of, uint64_t inode_number, fs_inode** found) {
    constexpr int answers[] = {0, 0, 0, -ENODATA, -EAGAIN, -ENOENT};
    const int answer = answers[current->faults.below(std::size(answers))];
    if (answer == 0)
        *found = const_cast<fs_inode*>(&current->inodes[inode_number]);
    return current->note({operation_kind::find_in_core, of, {inode_number}, answer});
}
bool fs_is_dax(const fs_inode* inode) {
    return current->note({operation_kind::is_dax, inode, {}, inode->is_dax ? 1 : 0}) != 0;
}
int fs_kill_users(fs_inode* inode, uint64_t offset, uint64_t length, int users, int marking) {
    return noted(operation_kind::kill_users, inode, offset, length, number(users), number(marking));
}
int fs_invalidate(fs_inode* inode, uint64_t offset, uint64_t length) {
    return noted(operation_kind::invalidate, inode, offset, length);
}
int fs_report_data_lost(fs_inode* inode, uint64_t offset, uint64_t length) {
    return noted(operation_kind::report_data_lost, inode, offset, length);
}
int fs_perform(fs* of, int what) { return noted(operation_kind::perform, of, number(what)); }
int fs_perform_on_record(fs* of, int what, const fs_record* record, uint64_t offset,
                         uint64_t length) {
    CHECK(of != nullptr);
    return noted(operation_kind::perform_on_record, record, number(what), offset, length);
}
bool fs_is_poisoned(fs* of, const fs_record* record) {
    CHECK(of != nullptr);
    const bool answer = current->faults.one_in(2);
    return current->note({operation_kind::is_poisoned, record, {}, answer ? 1 : 0}) != 0;
}

namespace {

/// A filesystem, and what happens to it.
template <class Filesystem>
struct generated_case {
    explicit generated_case(std::uint64_t seed) {
        random_numbers random{seed};
        fs& made = system;
        constexpr std::uint64_t size = 4096;
        made.is_born = !random.one_in(8);
        for (auto& has : made.has_rmap)
            has = !random.one_in(4);
        for (auto& part : made.device) {
            part.start = random.one_in(2) ? 0 : random.below(size);
            if (random.one_in(8))
                part.end = part.start;
            else
                part.end = random.one_in(8) ? UINT64_MAX : part.start + random.below(size);
        }
        for (auto& inode : inodes)
            inode.is_dax = !random.one_in(3);
        std::uint64_t at = random.below(size / 8);
        for (auto& record : records) {
            record.extent.start = at;
            at += 1 + random.below(size / 4);
            record.extent.end = at;
            at += random.one_in(2) ? 0 : random.below(size / 8);
            // The other owners of a shared extent.
            if (random.one_in(4))
                at = record.extent.start;
            record.owner = static_cast<std::int32_t>(
                random.one_in(2) ? 0
                                 : random.below(is_daxfs ? UNALLOCATED + 1 : UNKNOWN_OWNER + 1));
            record.inode_number = random.below(most_inodes);
            record.file_offset = random.one_in(8) ? UINT64_MAX / 2 : random.below(size);
        }
        if (random.one_in(16))
            records[most_records - 1].extent = {at, UINT64_MAX / 2};
        role = static_cast<std::int32_t>(random.one_in(2) ? 0 : random.below(DEVICE_ROLES));
        const auto& part = made.device[role];
        // None lies outside of the filesystem's part of the device.
        made.records = records;
        const std::uint64_t most = random.below(most_records + 1);
        while (made.record_count != most &&
               records[made.record_count].extent.end <= part.end - part.start)
            ++made.record_count;
        offset = random.one_in(3) ? 0 : part.start + random.below(size) - random.below(size / 2);
        length = random.one_in(2) ? random.below(size) : UINT64_MAX - random.below(3);
        constexpr unsigned flags[] = {0, SEED_MF_MEM_REMOVE, MF_MEM_PRE_REMOVE};
        mf_flags = random.one_in(4) ? static_cast<unsigned>(random.next())
                                    : flags[random.below(std::size(flags))];
        is_dead = random.one_in(32);
        is_held = !random.one_in(16);
        puts_behind = random.below(8);
        does_put = random.one_in(8);
    }

    static constexpr std::size_t most_records = 8;
    static constexpr bool is_daxfs = std::same_as<Filesystem, small_daxfs>;

    Filesystem system{};
    fs_inode inodes[most_inodes] = {};
    fs_record records[most_records] = {};
    std::int32_t role = 0;
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
    unsigned mf_flags = 0;
    bool is_dead = false;
    bool is_held = false;
    std::size_t puts_behind = 0;
    bool does_put = false;
};

/// What came of a case.
struct outcome {
    int answer = 0;
    call_list calls;
    bool is_alive = false;
    bool is_held = false;

    friend bool operator==(const outcome&, const outcome&) = default;
    friend std::ostream& operator<<(std::ostream& out, const outcome& o) {
        out << "\nanswer " << o.answer << (o.is_alive ? " alive" : " dead")
            << (o.is_held ? " held" : " not held");
        for (const auto& each : o.calls)
            out << '\n' << each;
        return out << '\n';
    }
};

/// The functions of both sides for a policy.
template <class Policy>
struct functions {
    int (*given_notify_failure)(const device_of<Policy>*, std::uint64_t, std::uint64_t, unsigned);
    int (*expected_notify_failure)(const dax_device*, std::uint64_t, std::uint64_t, unsigned);
    int (*given_kill_dax)(device_of<Policy>*);
    int (*expected_kill_dax)(dax_device*);
};

template <class Case>
world world_of(const Case& c, std::uint64_t seed, bool is_removed, void* device,
               int (*remove_again)(void*), void (*put)(void*)) {
    world w{~seed};
    w.inodes = c.inodes;
    w.device = device;
    w.remove_again = is_removed ? remove_again : nullptr;
    w.put = c.does_put ? put : nullptr;
    w.puts_behind = c.puts_behind;
    return w;
}

template <class Policy, const functions<Policy>& Functions, class Case>
outcome run_given(Case& c, std::uint64_t seed, bool is_removed) {
    using device_type = device_of<Policy>;
    holder_of<Policy> holder{c.system, static_cast<daxhold::role>(c.role)};
    device_type device;
    static holder_of<Policy>* holding;
    holding = &holder;
    if (c.is_dead)
        static_cast<void>(Functions.given_kill_dax(&device));
    else if (c.is_held)
        REQUIRE(device.hold(holder).ok());
    world w = world_of(
        c, seed, is_removed, &device,
        [](void* d) { return Functions.given_kill_dax(static_cast<device_type*>(d)); },
        [](void* d) { static_cast<void>(static_cast<device_type*>(d)->put(*holding)); });
    current = &w;
    outcome o;
    o.answer = is_removed ? Functions.given_kill_dax(&device)
                          : Functions.given_notify_failure(&device, c.offset, c.length, c.mf_flags);
    o.calls = w.calls;
    o.is_alive = device.alive();
    o.is_held = static_cast<bool>(device.holder());
    return o;
}

template <class Policy, const functions<Policy>& Functions, class Case>
outcome run_expected(Case& c, std::uint64_t seed, bool is_removed) {
    ::dax_holder told{&c.system, c.role};
    dax_device device{ALIVE, nullptr};
    if (c.is_dead)
        device.life = DEAD;
    else if (c.is_held)
        device.holder = &told;
    world w = world_of(
        c, seed, is_removed, &device,
        [](void* d) { return Functions.expected_kill_dax(static_cast<dax_device*>(d)); },
        [](void* d) { static_cast<dax_device*>(d)->holder = nullptr; });
    current = &w;
    outcome o;
    o.answer = is_removed
                   ? Functions.expected_kill_dax(&device)
                   : Functions.expected_notify_failure(&device, c.offset, c.length, c.mf_flags);
    o.calls = w.calls;
    o.is_alive = device.life != DEAD;
    o.is_held = device.holder != nullptr;
    return o;
}

/// Which operations were called and which answers given, over all cases: so that a generator that
/// never gets anywhere is found.
struct seen {
    bool operations[static_cast<std::size_t>(operation_kind::count)] = {};
    std::size_t most_calls = 0;
    std::size_t failures = 0;
};

constexpr std::uint64_t case_count = 6000;

template <class Policy, const functions<Policy>& Functions>
void compare(seen& all) {
    using filesystem = typename filesystem_for<Policy>::type;
    for (std::uint64_t seed = 0; seed != case_count; ++seed) {
        for (const bool is_removed : {false, true}) {
            generated_case<filesystem> c{seed};
            const outcome given = run_given<Policy, Functions>(c, seed, is_removed);
            const outcome expected = run_expected<Policy, Functions>(c, seed, is_removed);
            INFO(Policy::name, is_removed ? " kill_dax" : " notify_failure", ", seed ", seed);
            REQUIRE(given == expected);
            for (const auto& each : given.calls) {
                all.operations[static_cast<std::size_t>(each.what)] = true;
                all.failures += each.answer < 0 ? 1U : 0U;
            }
            all.most_calls = std::max(all.most_calls, given.calls.size());
        }
    }
}

} // namespace

#define DAXHOLD_DECLARE(policy)                                                                    \
    extern "C" int given_notify_failure_##policy(const device_of<releases::policy>*,               \
                                                 std::uint64_t, std::uint64_t, unsigned);          \
    extern "C" int given_kill_dax_##policy(device_of<releases::policy>*);                          \
    extern "C" int expected_notify_failure_##policy(const dax_device*, std::uint64_t,              \
                                                    std::uint64_t, unsigned);                      \
    extern "C" int expected_kill_dax_##policy(dax_device*);                                        \
    constexpr functions<releases::policy> functions_of_##policy{                                   \
        given_notify_failure_##policy, expected_notify_failure_##policy, given_kill_dax_##policy,  \
        expected_kill_dax_##policy};

#define DAXHOLD_COMPARE(policy) compare<releases::policy, functions_of_##policy>(all);

#define DAXHOLD_EACH_POLICY(X)                                                                     \
    X(xfs_v12)                                                                                     \
    X(xfs_seed_as_posted)                                                                          \
    X(xfs_seed_as_intended)                                                                        \
    X(xfs_linux_6_0)                                                                               \
    X(xfs_linux_6_1)                                                                               \
    X(xfs_linux_6_8)                                                                               \
    X(xfs_linux_6_14)                                                                              \
    X(xfs_linux_6_18)                                                                              \
    X(xfs_linux_7_0)                                                                               \
    X(no_holder)                                                                                   \
    X(famfs)                                                                                       \
    X(daxfs)                                                                                       \
    X(recommended)

DAXHOLD_EACH_POLICY(DAXHOLD_DECLARE)

TEST_CASE("notify_failure and kill_dax do the same call by call") {
    seen all;
    DAXHOLD_EACH_POLICY(DAXHOLD_COMPARE)
    for (const bool was_called : all.operations)
        CHECK(was_called);
    CHECK(all.most_calls > 20);
    CHECK(all.failures > case_count);
}

#define DAXHOLD_DECLARE_DECIDE(name, policy, table)                                                \
    extern "C" int given_decide_##name##_##table(const facts*);                                    \
    extern "C" int expected_decide_##name##_##table(const facts*);

#define DAXHOLD_COMPARE_DECIDE(name, policy, table)                                                \
    compare_cells<releases::policy::table>(#name "::" #table, given_decide_##name##_##table,       \
                                           expected_decide_##name##_##table);

DAXHOLD_EACH_TABLE(DAXHOLD_DECLARE_DECIDE)

namespace {

using decide_function = int (*)(const facts*);

template <class... Facts>
facts in_memory(const known_facts<Facts...>& cell) {
    facts made;
    // No value of any fact: what a table does not name is not to be looked at.
    std::memset(&made, 0x7f, sizeof made);
    ((made.*member_for<Facts> = static_cast<std::uint8_t>(daxhold::testing::value_in<Facts>(cell))),
     ...);
    return made;
}

template <auto const& Table>
void compare_cells(const char* name, decide_function given, decide_function expected) {
    std::size_t number = 0;
    daxhold::testing::for_each_cell<Table>([&](const auto& cell, const auto& action) {
        const facts known = in_memory(cell);
        ++number;
        INFO(name, ", cell ", number);
        REQUIRE(given(&known) == expected(&known));
        CHECK(Table.actions[given(&known)] == action);
    });
    CHECK(number == daxhold::testing::cell_count<Table>);
}

} // namespace

TEST_CASE("decide is the same in every cell") { DAXHOLD_EACH_TABLE(DAXHOLD_COMPARE_DECIDE) }
