// SPDX-License-Identifier: BSL-1.0
// The C of policies, compiled by C compilers, against the tables that it was made from: each
// function in every cell of its table, and all of it beside the engine, call by call: on
// generated filesystems, in every trial, and in every way that a policy can go; each call failing.

#include "daxhold/render/xfs_in_c.hpp"

#include "daxhold/laws/every_way.hpp"
#include "daxhold/releases/recommended.hpp"
#include "daxhold/releases/xfs_linux_6_8.hpp"
#include "daxhold/releases/xfs_linux_7_2.hpp"
#include "daxhold/releases/xfs_rfc.hpp"
#include "daxhold/testing/every_cell.hpp"
#include "daxhold/testing/generated.hpp"
#include "daxhold/testing/text.hpp"
#include "daxhold/testing/try_out.hpp"

#include "corners.hpp"
#include "xfs/calls.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace daxhold;
using namespace daxhold::testing;

namespace {

// Who is played to: whoever the C calls.
struct audience {
    virtual ~audience() = default;
    virtual int walk(void* context, visit_record visit) = 0;
    virtual int walk_in_core(void* context, visit_record visit) = 0;
    virtual int find_in_core(std::uint64_t inode_number, played_inode& found) = 0;
    virtual int freeze(bool by_user) = 0;
    virtual int thaw(bool by_user) = 0;
    virtual int sync() = 0;
    virtual int begin_walk() = 0;
    virtual void shut_down(shutdown_reason why) = 0;
    virtual int kill_users(std::uint64_t inode_number, byte_range file, users who,
                           poison pages) = 0;
    virtual int invalidate(std::uint64_t inode_number, byte_range file) = 0;
    virtual void report_data_lost(std::uint64_t inode_number, byte_range file) = 0;
    virtual void report_media_event(role device, byte_range where) = 0;
    virtual int unmap_range(role device, byte_range where) = 0;
};
audience* present = nullptr;

} // namespace

extern "C" {
int held = 0;
int play_walk(void* context, visit_record visit) { return present->walk(context, visit); }
int play_walk_in_core(void* context, visit_record visit) {
    return present->walk_in_core(context, visit);
}
int play_find_in_core(uint64_t number, played_inode* found) {
    return present->find_in_core(number, *found);
}
int play_freeze(bool by_user) { return present->freeze(by_user); }
int play_thaw(bool by_user) { return present->thaw(by_user); }
int play_sync() { return present->sync(); }
int play_begin_walk() { return present->begin_walk(); }
void play_shut_down(int why) { present->shut_down(static_cast<shutdown_reason>(why)); }
int play_kill_users(uint64_t number, uint64_t offset, uint64_t length, bool is_removal) {
    return present->kill_users(number, {offset, length}, is_removal ? users::every : users::early,
                               is_removal ? poison::not_marked : poison::marked);
}
int play_invalidate(uint64_t number, uint64_t offset, uint64_t length) {
    return present->invalidate(number, {offset, length});
}
void play_report_data_lost(uint64_t number, uint64_t offset, uint64_t length) {
    present->report_data_lost(number, {offset, length});
}
void play_report_media_event(int device, uint64_t offset, uint64_t length) {
    present->report_media_event(static_cast<role>(device), {offset, length});
}
int play_unmap_range(int device, uint64_t offset, uint64_t length) {
    return present->unmap_range(static_cast<role>(device), {offset, length});
}
}

#ifdef WITH_CLANG
#    define C_COMPILERS FOR_COMPILER(gcc) FOR_COMPILER(clang)
#else
#    define C_COMPILERS FOR_COMPILER(gcc)
#endif

// Each policy by each C compiler.
#define DECLARE(compiler, policy) extern "C" const policy_in_c compiler##_##policy;
#define EACH_POLICY(X, compiler)                                                                   \
    X(compiler, xfs_seed_as_intended)                                                              \
    X(compiler, xfs_linux_6_8)                                                                     \
    X(compiler, xfs_linux_7_2)                                                                     \
    X(compiler, recommended)                                                                       \
    X(compiler, corners)
#define FOR_COMPILER(compiler) EACH_POLICY(DECLARE, compiler)
C_COMPILERS
#undef FOR_COMPILER

namespace {

struct compiled_policy {
    const char* compiler;
    const policy_in_c* in_c;
};

/// The C of a policy by each compiler, by its name.
std::vector<compiled_policy> all_of(const std::string& policy) {
    std::vector<compiled_policy> made;
#define ADD(compiler, name)                                                                        \
    if (policy == #name)                                                                           \
        made.push_back({#compiler, &compiler##_##name});
#define FOR_COMPILER(compiler) EACH_POLICY(ADD, compiler)
    C_COMPILERS
#undef FOR_COMPILER
    return made;
}

// Every cell of a table.

/// The only file of a cell.
constexpr std::uint64_t file_number = 131;

/// Says in the words of the tables what it is told to do; nothing fails.
struct listener final : audience {
    inode state = inode::in_core;
    mapping access = mapping::dax;
    daxhold::kind kind = kind::regular;
    std::vector<std::string> said;
    /// What an operation on an inode or a range has to be about.
    byte_range part{};
    role device = role::data;
    bool is_about_the_right_thing = true;

    int say(const course<no_own_operation, 1>& c) {
        said.push_back(to_text(c));
        return 0;
    }
    void about(bool is_so) { is_about_the_right_thing = is_about_the_right_thing && is_so; }
    void about_file(std::uint64_t number, byte_range file) {
        about(number == file_number && file == part);
    }

    int walk(void*, visit_record) override {
        said.emplace_back("walk");
        return 0;
    }
    int walk_in_core(void*, visit_record) override {
        said.emplace_back("walk_in_core");
        return 0;
    }
    int find_in_core(std::uint64_t number, played_inode& found) override {
        about(number == file_number);
        found = {access == mapping::dax, static_cast<int>(kind)};
        return state == inode::in_core ? 0 : state == inode::not_in_core ? -ENODATA : -EAGAIN;
    }
    int freeze(bool by_user) override {
        about(!by_user);
        return say(words::freeze);
    }
    int thaw(bool by_user) override { return say(by_user ? words::thaw_user : words::thaw); }
    int sync() override { return say(words::sync); }
    int begin_walk() override { return say(words::begin_walk); }
    void shut_down(shutdown_reason why) override { say(words::shut_down(why)); }
    int kill_users(std::uint64_t number, byte_range file, users who, poison pages) override {
        about_file(number, file);
        return say(words::kill_users(who, pages));
    }
    int invalidate(std::uint64_t number, byte_range file) override {
        about_file(number, file);
        return say(words::invalidate);
    }
    void report_data_lost(std::uint64_t number, byte_range file) override {
        about_file(number, file);
        say(words::report_data_lost);
    }
    void report_media_event(role of, byte_range where) override {
        about(of == device && where == part);
        say(words::report_media_event);
    }
    int unmap_range(role of, byte_range where) override {
        about(of == device && where == part);
        return say(words::unmap_range);
    }
};

/// What is set up for a cell, and whether there is such a thing.
struct set_up {
    played_event event{0, false, false, true, true, 0, 8, 16, 0, true, false, false};
    played_record record{0, file_number, 0, 8};
    int error = 0;
    listener said;
    /// A table that does not ask how a walk has ended is asked after one that was clean.
    walk_end how = walk_end::clean;
    cut_short cut = cut_short::no;

    void set(cause v) { event.is_removal = v == cause::removal; }
    void set(scope v) { event.is_whole_device = v == scope::whole_device; }
    void set(role v) {
        event.role = static_cast<int>(v);
        said.device = v;
    }
    void set(mount v) { event.is_born = v == mount::born; }
    void set(rmap v) { event.has_rmap = v == rmap::present; }
    void set(range v) {
        if (v == range::outside)
            event.end = 0;
        if (v == range::across_end)
            event.filesystem_end = 4;
        if (v == range::after_end) {
            event.start = 4;
            event.filesystem_end = 4;
        }
    }
    void set(owner v) { record.owner = static_cast<int>(v); }
    void set(inode v) { said.state = v; }
    void set(mapping v) { said.access = v; }
    void set(daxhold::kind v) { said.kind = v; }
    void set(walk_end v) { how = v; }
    void set(cut_short v) { cut = v; }
    void set(want_shutdown v) { event.is_shutdown_wanted = v == want_shutdown::yes; }
    void set(frozen v) { event.is_frozen = v == frozen::by_us; }

    /// What the end is told of the walk; false where there is no such walk: one that is clean was
    /// not cut short, and one that has not started was. `names_cut` is whether the cell says so.
    bool walk(bool names_cut) {
        event.is_walked = how != walk_end::not_started;
        if (!names_cut)
            cut = how == walk_end::not_started ? cut_short::yes : cut_short::no;
        if (cut == cut_short::yes && how == walk_end::clean)
            return false;
        if (how != walk_end::clean)
            (cut == cut_short::yes ? error : event.error) = -EDOM;
        return how != walk_end::not_started || cut == cut_short::yes;
    }
};

/// What a row says to do, and its answer, read as plainly as it can be.
struct expected {
    std::vector<std::string> said;
    int answer = 0;
    bool notes_shutdown = false;
};
template <class Course>
expected read(const Course& c, bool is_frozen, int error, int lookup) {
    expected e;
    for (std::size_t i = 0; i != c.count; ++i) {
        auto plain = c.steps[i];
        plain.then = on_error::stop;
        if (plain.what == operation::freeze)
            is_frozen = true;
        if (plain.what == operation::note_shutdown)
            e.notes_shutdown = true;
        else if (plain.what != operation::thaw || is_frozen)
            e.said.push_back(to_text(plain));
        if (plain.what == operation::thaw)
            is_frozen = false;
    }
    if (is_walk(c.end))
        e.said.push_back(ending_to_text(c));
    e.answer = c.end == ending::finish_error  ? error
               : c.end == ending::stop_lookup ? lookup
                                              : c.outcome().value();
    return e;
}

template <class Policy>
inline constexpr bool can_be_kept_from_walking = [] {
    for (const auto& course : Policy::gate.actions)
        if (is_walk(course.end) && course.can_fail_before(course.count, on_error::stop))
            return true;
    return false;
}();

template <class Policy, auto const& Table, class Facts>
struct cells_of_table;
template <class Policy, auto const& Table, class... Facts>
struct cells_of_table<Policy, Table, tables::detail::type_list<Facts...>> {
    static std::size_t compare(stage which, const policy_in_c& in_c) {
        std::size_t compared = 0;
        for_each_cell<Table>([&](const auto& cell, const auto& action) {
            set_up s;
            (s.set(value_in<Facts>(cell)), ...);
            const bool can_be = s.walk((std::same_as<Facts, cut_short> || ... || false));
            if (!can_be || (!s.event.is_walked && !can_be_kept_from_walking<Policy>))
                return;
            s.said.part = {s.event.start, s.event.end - s.event.start};
            if (which == stage::record)
                s.said.part = {s.record.offset, s.record.length};
            const int first_error = s.event.error != 0 ? s.event.error : s.error;
            const auto wanted = read(action, s.event.is_frozen, first_error,
                                     s.said.state == inode::not_in_core ? -ENODATA : -EAGAIN);
            present = &s.said;
            const bool is_noted = s.event.is_shutdown_wanted;
            const int answer = which == stage::gate     ? in_c.gate(&s.event)
                               : which == stage::record ? in_c.record(&s.event, &s.record)
                                                        : in_c.end(&s.event, s.error);
            auto& said = s.said.said;
            INFO(Policy::name, ": ", tables::to_text(cell));
            // What the end does after a walk is another table's.
            if (!wanted.said.empty() && wanted.said.back().starts_with("walk") &&
                said.size() > wanted.said.size())
                said.resize(wanted.said.size());
            else
                CHECK(answer == wanted.answer);
            CHECK(tables::detail::join(said, ", ") == tables::detail::join(wanted.said, ", "));
            CHECK(s.said.is_about_the_right_thing);
            CHECK(held == 0);
            if (which == stage::record)
                CHECK(s.event.is_shutdown_wanted == (is_noted || wanted.notes_shutdown));
            ++compared;
        });
        return compared;
    }
};

template <class Policy, auto const& Table>
std::size_t compare_cells(stage which, const policy_in_c& in_c) {
    return cells_of_table<Policy, Table,
                          typename tables::detail::table_type<Table>::facts>::compare(which, in_c);
}

template <class Policy>
void compare_every_cell() {
    for (const auto& [compiler, in_c] : all_of(Policy::name)) {
        INFO(compiler);
        CHECK(compare_cells<Policy, Policy::gate>(stage::gate, *in_c) == cell_count<Policy::gate>);
        CHECK(compare_cells<Policy, Policy::record>(stage::record, *in_c) ==
              cell_count<Policy::record>);
        CHECK(compare_cells<Policy, Policy::end>(stage::end, *in_c) != 0);
    }
}

// Beside the engine.

/// A mock filesystem with all its devices, which may lack a reverse mapping, end anywhere, and list
/// its inodes in core in the order of their records.
struct listing_filesystem : basic_mock_filesystem<mock_features{.log = true, .realtime = true}> {
    rmap mapping_of_owners = rmap::present;

    [[nodiscard]] constexpr bool has_rmap(role /*device*/) const noexcept {
        return mapping_of_owners == rmap::present;
    }
    [[nodiscard]] constexpr std::uint64_t filesystem_end(role /*device*/) const noexcept {
        return end;
    }
    template <class Visitor>
    constexpr result for_each_in_core(role device, Visitor&& visit) {
        const auto all = records();
        for (const auto* r = all.begin(); r != all.end(); ++r) {
            const auto is_listed = [&] {
                for (const auto* before = all.begin(); before != r; ++before)
                    if (before->owner == owner::file_data &&
                        before->inode_number == r->inode_number)
                        return true;
                return false;
            };
            if (device != role::data || r->owner != owner::file_data ||
                at(r->inode_number).state == inode::not_in_core || is_listed())
                continue;
            if (const auto outcome = faults.next(call::list_in_core); !outcome.ok())
                return outcome;
            if (!visit(rmap_record{{}, owner::file_data, r->inode_number}))
                break;
        }
        return {};
    }
};

/// Does to a filesystem what the C says.
template <class Filesystem>
struct doer final : audience {
    Filesystem& fs;
    role device;
    byte_range part;
    typename Filesystem::inode_handle found{};
    std::uint64_t number_of_found = 0;

    doer(Filesystem& of, role on, byte_range where) : fs{of}, device{on}, part{where} {}

    static int visited(void* context, visit_record visit, const rmap_record& r, byte_range file) {
        const played_record played{static_cast<int>(r.owner), r.inode_number, file.offset(),
                                   file.length()};
        return visit(context, &played);
    }
    template <class Wanted>
    int walk_records(void* context, visit_record visit, Wanted wanted) {
        int error = 0;
        const auto outcome = fs.for_each_mapping(device, part, [&](const rmap_record& r) {
            if (wanted(r) && r.extent.overlaps(part))
                error = visited(context, visit, r, file_range(r, r.extent.overlap_with(part)));
            return error == 0;
        });
        return error != 0 ? error : outcome.value();
    }
    int walk(void* context, visit_record visit) override {
        return walk_records(context, visit, [](const rmap_record&) { return true; });
    }
    /// Where inodes are not listed no two records of one lie side by side.
    int walk_in_core(void* context, visit_record visit) override {
        if constexpr (lists_in_core<Filesystem>) {
            int error = 0;
            const auto outcome = fs.for_each_in_core(device, [&](const rmap_record& r) {
                error = visited(context, visit, r, byte_range::whole_device());
                return error == 0;
            });
            return error != 0 ? error : outcome.value();
        } else {
            return walk_records(context, visit,
                                [](const rmap_record& r) { return r.owner == owner::file_data; });
        }
    }
    int find_in_core(std::uint64_t number, played_inode& what) override {
        number_of_found = number;
        const auto outcome = fs.find_in_core({{}, owner::file_data, number}, found);
        if (outcome.ok())
            what = {fs.is_dax(found), static_cast<int>(fs.kind_of(found))};
        return outcome.value();
    }
    /// The inode that was found last, which is the one that something is done to.
    typename Filesystem::inode_handle& inode_of(std::uint64_t number) {
        REQUIRE(number_of_found == number);
        return found;
    }
    int freeze(bool) override { return fs.freeze().value(); }
    int thaw(bool by_user) override { return (by_user ? fs.thaw_user() : fs.thaw()).value(); }
    int sync() override { return fs.sync().value(); }
    int begin_walk() override { return fs.begin_walk().value(); }
    void shut_down(shutdown_reason why) override { static_cast<void>(fs.shut_down(why)); }
    int kill_users(std::uint64_t number, byte_range file, users who, poison pages) override {
        return fs.kill_users(inode_of(number), file, who, pages).value();
    }
    int invalidate(std::uint64_t number, byte_range file) override {
        return fs.invalidate(inode_of(number), file).value();
    }
    void report_data_lost(std::uint64_t number, byte_range file) override {
        static_cast<void>(fs.report_data_lost(inode_of(number), file));
    }
    void report_media_event(role of, byte_range where) override {
        static_cast<void>(fs.report_media_event(of, where));
    }
    int unmap_range(role of, byte_range where) override {
        return fs.unmap_range(of, where).value();
    }
};

template <class Filesystem>
int notify(const policy_in_c& in_c, Filesystem& fs, role device, byte_range where, cause why) {
    const auto own = fs.device_range(device);
    byte_range part{};
    if (where.overlaps(own))
        part = where.overlap_with(own).moved(own.offset(), 0);
    played_event event{static_cast<int>(device),
                       why == cause::removal,
                       where.is_whole_device(),
                       fs.is_born(),
                       fs.has_rmap(device),
                       part.offset(),
                       part.end(),
                       fs.filesystem_end(device),
                       0,
                       false,
                       false,
                       false};
    doer<Filesystem> does{fs, device, part};
    present = &does;
    return in_c.gate(&event);
}

bool are_alike(const listing_filesystem& a, const listing_filesystem& b) {
    if (a.log.size() != b.log.size() || a.is_shut_down != b.is_shut_down ||
        a.is_frozen_by_kernel != b.is_frozen_by_kernel ||
        a.is_frozen_by_user != b.is_frozen_by_user || a.told() != b.told())
        return false;
    for (std::size_t i = 0; i != a.log.size() && i != call_log::capacity; ++i)
        if (!(a.log[i] == b.log[i]))
            return false;
    for (std::size_t i = 0; i != call_count; ++i)
        if (a.faults.made(static_cast<call>(i)) != b.faults.made(static_cast<call>(i)))
            return false;
    return true;
}

/// What was compared.
struct counted {
    std::size_t events = 0;
    std::size_t faults = 0;
    std::size_t most_calls = 0;
};

/// The same on two filesystems that are alike, and with each of its calls failing.
template <class Policy>
void compare_event(const std::vector<compiled_policy>& compiled, const listing_filesystem& before,
                   role device, byte_range where, cause why, counted& all) {
    const auto compare = [&](const listing_filesystem& first) {
        auto by_engine = first;
        const int answer = notify_failure<Policy>(by_engine, device, where, why).value();
        for (const auto& [compiler, in_c] : compiled) {
            auto by_c = first;
            const int answer_of_c = notify(*in_c, by_c, device, where, why);
            INFO(Policy::name, " by ", compiler, ", ", tables::to_text(device), ", ",
                 tables::to_text(why), ", ", to_text(where));
            CHECK(answer_of_c == answer);
            CHECK(are_alike(by_engine, by_c));
            CHECK(held == 0);
        }
        ++all.events;
        all.most_calls = std::max(all.most_calls, by_engine.log.size());
        return by_engine;
    };
    const auto after = compare(before);
    for (std::size_t what = 0; what != call_count; ++what) {
        const auto calls = after.faults.made(static_cast<call>(what));
        for (std::uint64_t nth = 1; nth <= calls && nth <= 3; ++nth) {
            auto failing = before;
            failing.faults.fail(static_cast<call>(what), nth, EDOM);
            compare(failing);
            ++all.faults;
        }
    }
}

template <class Policy>
void compare_generated() {
    const auto compiled = all_of(Policy::name);
    counted all;
    for (std::uint64_t seed = 0; seed != 400; ++seed) {
        random_numbers random{seed ^ 0x5555555555555555U};
        auto before = generated_filesystem<listing_filesystem>(seed);
        before.mapping_of_owners = random.one_in(8) ? rmap::absent : rmap::present;
        before.end =
            random.one_in(4) ? random.below(generated_blocks) * sample_block : byte_range::max;
        before.is_shut_down = random.one_in(8);
        const auto e = generated_event_for(seed);
        const auto device = random.one_in(4) ? random.any<role>() : role::data;
        // Two that fail are not told alike, and one of them goes on as it is.
        if (random.one_in(2))
            before.faults.fail(random.any<call>(), 1 + random.below(3), ERANGE);
        INFO("seed ", seed);
        compare_event<Policy>(compiled, before, device, e.where, e.why, all);
    }
    CHECK(all.faults > 400);
    CHECK(all.most_calls > 5);
}

/// A trial by the engine, and by the C.
template <class Policy>
struct on_trial {
    const std::vector<compiled_policy>& compiled;
    std::size_t trials = 0;

    static bool minds_faults(const trial& /*t*/) { return true; }
    std::uint8_t operator()(const trial& t, bool /*counts_calls*/) {
        // Of what it never meets its C says nothing.
        if (laws::detail::is_never_met<Policy>(t))
            return 0;
        const auto by_engine = try_out<Policy>(t);
        ++trials;
        for (const auto& [compiler, in_c] : compiled) {
            verdict by_c;
            by_c.aftermaths = by_engine.aftermaths;
            testing::detail::filesystem_on_trial<Policy> fs{t, by_c};
            const int answer = notify(*in_c, fs, t.role, testing::detail::range_of(t), t.cause);
            INFO(Policy::name, " by ", compiler, ", ", to_text(t));
            CHECK(answer == by_engine.answer.value());
            by_c.answer = by_engine.answer;
            CHECK((by_c == by_engine));
            CHECK(held == 0);
        }
        return by_engine.calls;
    }
};

/// Each trial, and each of its calls failing.
template <class Policy>
void compare_every_trial() {
    const auto compiled = all_of(Policy::name);
    on_trial<Policy> trying{compiled};
    for_each_trial([&](trial t) {
        const auto calls = trying(t, true);
        while (t.fails != calls) {
            ++t.fails;
            trying(t, false);
        }
    });
    CHECK(trying.trials > 5000);
}

template <class Policy>
void compare_every_way() {
    const auto compiled = all_of(Policy::name);
    on_trial<Policy> trying{compiled};
    using ways = laws::detail::every_way<Policy, laws::thoroughness::rows, on_trial<Policy>>;
    for (std::size_t slice = 0; slice != ways::slice_count; ++slice)
        ways{trying}.run(slice);
    CHECK(trying.trials > 500);
}

} // namespace

TEST_CASE("each function says in every cell of its table what the row says") {
    compare_every_cell<releases::xfs_seed_as_intended>();
    compare_every_cell<releases::xfs_linux_6_8>();
    compare_every_cell<releases::xfs_linux_7_2>();
    compare_every_cell<releases::recommended>();
    compare_every_cell<corners>();
}

TEST_CASE("in every trial, and with each call failing, it does what the engine does") {
    compare_every_trial<releases::xfs_seed_as_intended>();
    compare_every_trial<releases::xfs_linux_6_8>();
    compare_every_trial<releases::xfs_linux_7_2>();
    compare_every_trial<releases::recommended>();
    compare_every_trial<corners>();
}

TEST_CASE("on generated filesystems it does what the engine does") {
    compare_generated<releases::xfs_seed_as_intended>();
    compare_generated<releases::xfs_linux_6_8>();
    compare_generated<releases::xfs_linux_7_2>();
    compare_generated<releases::recommended>();
    compare_generated<corners>();
}

TEST_CASE("in every way that a policy can go it does what the engine does") {
    compare_every_way<releases::xfs_seed_as_intended>();
    compare_every_way<releases::xfs_linux_6_8>();
    compare_every_way<releases::recommended>();
}
