// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "observation.hpp"

#include "daxhold/laws/law.hpp"
#include "daxhold/policy/filesystem_holder.hpp"
#include "daxhold/policy/text.hpp"
#include "daxhold/releases/shipped.hpp"
#include "daxhold/testing/drive.hpp"

#include <set>

/// \file
/// What a policy makes of an observation: the scenario on a mock filesystem, and the outcome in the
/// words of the file.

namespace daxhold::kernels {

namespace detail {

inline std::string word_of(result r) { return r.ok() ? "0" : "-" + errno_name(r.value()); }

/// A mock that keeps account of what was done to it, in the words of the column `course`.
class watched_filesystem
    : public testing::basic_mock_filesystem<testing::mock_features{.log = true, .realtime = true}> {
    using base =
        testing::basic_mock_filesystem<testing::mock_features{.log = true, .realtime = true}>;

public:
    daxhold::rmap can_tell_owners = rmap::present;
    std::string course;

    /// The device that it is smaller than, where it is.
    daxhold::role device_with_end = role::data;

    [[nodiscard]] std::uint64_t filesystem_end(daxhold::role device) const noexcept {
        return device == device_with_end ? end : byte_range::max;
    }
    [[nodiscard]] bool has_rmap(daxhold::role /*device*/) const noexcept {
        return can_tell_owners == rmap::present;
    }
    [[nodiscard]] bool spans_groups(daxhold::role /*device*/, byte_range /*where*/) const noexcept {
        return has_several_groups;
    }

    result freeze() noexcept { return noted("freeze", base::freeze()); }
    result thaw() noexcept { return noted("thaw", base::thaw()); }
    result thaw_user() noexcept { return noted("thaw_user", base::thaw_user()); }
    result kill_users(testing::mock_inode* i, byte_range file, users who, poison pages) noexcept {
        const auto before = told();
        const auto outcome = base::kill_users(i, file, who, pages);
        if (told() != before)
            note("told");
        return outcome;
    }
    result invalidate(testing::mock_inode* i, byte_range file) noexcept {
        note("invalidate");
        return base::invalidate(i, file);
    }
    /// It is another device's as well; and it may never come so far as to tell anybody.
    bool generic_path_oopses = false;
    bool generic_path_finds_nobody = false;
    result mf_generic_kill_procs(daxhold::role /*device*/, byte_range where) {
        if (generic_path_oopses)
            return success;
        if (generic_path_finds_nobody)
            return result::error(EBUSY);
        const auto outcome = base::mf_generic_kill_procs(role::data, where);
        if (outcome.ok())
            note("told");
        return outcome;
    }
    result shut_down(shutdown_reason why) noexcept {
        note("shut_down(" + daxhold::to_text(why) + ")");
        return base::shut_down(why);
    }
    result report_media_event(daxhold::role device, byte_range where) noexcept {
        note("report_media_event");
        return base::report_media_event(device, where);
    }
    result report_data_lost(testing::mock_inode* i, byte_range file) noexcept {
        note("report_data_lost");
        return base::report_data_lost(i, file);
    }

    /// Something was done; twice in a row counts as once.
    void note(const std::string& what) {
        if (last_ == what)
            return;
        last_ = what;
        course += (course.empty() ? "" : " ") + what;
    }

private:
    result noted(const std::string& what, result outcome) {
        note(outcome.ok() ? what : what + "(" + word_of(outcome) + ")");
        return outcome;
    }

    std::string last_;
};

/// The files of a scenario: the one of the event, the one that shares its extent, another one.
enum file_number : std::uint64_t { of_event = 131, sharer = 132, elsewhere = 133 };

/// Whether there are users of this kind: the column says what became of them.
inline bool has_users(const observation& o, std::string_view column) {
    return o.seen.find(column)->second != "-";
}

/// A user for each thing that can be asked for with PR_MCE_KILL.
inline void add_users(watched_filesystem& fs, std::uint64_t file, byte_range present) {
    for (const auto kill :
         {testing::mce_kill::early, testing::mce_kill::by_default, testing::mce_kill::late})
        fs.add(testing::mock_process{.inode_number = file, .kill = kill, .present = present});
}

/// The filesystem of a scenario, before the event.
inline watched_filesystem make_filesystem(const observation& o) {
    watched_filesystem fs;
    fs.born = o.mount == mount::born;
    fs.can_tell_owners = o.rmap;
    fs.has_several_groups = o.groups == groups::several;
    fs.is_mounted_read_only = o.read_only == read_only::yes;
    fs.is_shut_down = o.already_shut_down == already_shut_down::yes;
    fs.is_frozen_by_user = o.frozen_by_user == frozen_by_user::yes;
    fs.device_with_end = o.role;
    if (o.range == range::after_end || o.range == range::across_end)
        fs.end = fs.device_range(o.role).length() / 2;

    // An unbind meets the filesystem's own blocks before any others.
    fs.add(rmap_record{testing::blocks(0, 4), owner::metadata});
    if (o.owner) {
        fs.add(testing::mock_inode{.number = of_event,
                                   .state = o.inode.value_or(inode::not_in_core),
                                   .access = o.mapping.value_or(mapping::dax),
                                   .kind = o.kind.value_or(kind::regular)});
        fs.add(rmap_record{testing::blocks(8, 4), *o.owner, of_event, 0,
                           o.sharing.value_or(sharing::sole)});
    }
    if (o.sharing == sharing::shared) {
        fs.add(testing::mock_inode{.number = sharer});
        fs.add(rmap_record{testing::blocks(8, 4), *o.owner, sharer, 0, sharing::shared});
    }
    if (has_users(o, "told_elsewhere")) {
        fs.add(testing::mock_inode{.number = elsewhere});
        fs.add(rmap_record{testing::blocks(16, 4), owner::file_data, elsewhere});
    }

    constexpr auto all = byte_range::whole_device();
    const auto add_user = [&](std::string_view column, testing::mce_kill kill) {
        if (has_users(o, column))
            fs.add(testing::mock_process{.inode_number = of_event, .kill = kill, .present = all});
    };
    add_user("told_early", testing::mce_kill::early);
    add_user("told_default", testing::mce_kill::by_default);
    add_user("told_late", testing::mce_kill::late);
    if (has_users(o, "told_without_page"))
        add_users(fs, of_event, {});
    if (has_users(o, "told_sharer"))
        fs.add(testing::mock_process{.inode_number = sharer, .kill = testing::mce_kill::early});
    if (has_users(o, "told_elsewhere"))
        add_users(fs, elsewhere, all);
    return fs;
}

/// The range of the event, in bytes of the device.
inline byte_range range_of(const observation& o, const watched_filesystem& fs) {
    if (o.is_unbind)
        return byte_range::whole_device();
    switch (o.range) {
    case range::inside:
    case range::across_end:
        // Of the log nobody owns a page; elsewhere block 40 is free.
        return testing::blocks(o.owner || o.role == role::log ? 9 : 40, 1);
    case range::after_end:
        return {fs.end, testing::sample_block};
    case range::outside:
        return {fs.device_range(o.role).end(), testing::sample_block};
    }
    return {};
}

/// The scenario as a trial of the laws.
inline testing::trial trial_of(const observation& o) {
    testing::trial t;
    t.cause = o.seen.at("cause") == "corruption" ? cause::corruption : cause::removal;
    t.scope = o.is_unbind ? scope::whole_device : scope::part;
    t.role = o.role;
    t.range = o.range;
    t.mount = o.mount;
    t.rmap = o.rmap;
    t.groups = o.groups;
    t.read_only = o.read_only;
    t.already_shut_down = o.already_shut_down;
    t.frozen_by_user = o.frozen_by_user;
    if (!o.is_unbind && !o.owner)
        return t;
    testing::piece file;
    file.owner = o.owner.value_or(owner::metadata);
    file.inode = o.inode.value_or(inode::not_in_core);
    file.mapping = o.mapping.value_or(mapping::dax);
    file.kind = o.kind.value_or(kind::regular);
    // Who maps a file in the page cache maps nothing of the device's memory.
    file.mappers = file.mapping == mapping::dax ? o.mappers : mappers::none;
    t.pieces[t.count++] = file;
    if (o.sharing == sharing::shared) {
        t.sharing = sharing::shared;
        t.pieces[t.count++] = {};
    } else if (o.is_unbind) {
        // A whole device begins with headers.
        t.pieces[t.count++] = {
            .owner = owner::metadata, .inode = inode::not_in_core, .mappers = mappers::none};
    }
    return t;
}

/// What became of the processes for which `is`: yes, no, some; `-` where there are none.
template <class Is, class Became>
std::string how_many(const watched_filesystem& fs, Is is, Became became) {
    std::size_t count = 0;
    std::size_t number = 0;
    for (const auto& p : fs.processes()) {
        count += is(p) ? 1U : 0U;
        number += is(p) && became(p) ? 1U : 0U;
    }
    return count == 0 ? "-" : number == 0 ? "no" : number == count ? "yes" : "some";
}

} // namespace detail

/// Plays the scenario of an observation with a policy.
template <class Policy>
outcome replay(const observation& o, testing::block_layer after) {
    using detail::elsewhere;
    using detail::how_many;
    using detail::of_event;
    using detail::sharer;
    using detail::watched_filesystem;
    using detail::word_of;
    auto fs = detail::make_filesystem(o);
    const auto where = detail::range_of(o, fs);
    const auto has_page = [&](const testing::mock_process& p) {
        return p.inode_number == of_event && !p.present.empty();
    };

    auto t = detail::trial_of(o);
    t.cause =
        o.is_unbind ? cause_of(removal_flags<typename Policy::mf_flags>()) : cause::corruption;
    const auto known = testing::detail::aftermaths_in<Policy>(t);
    const auto leads_to = [&](aftermath what) { return (known.bits & bit_of(what)) != 0; };
    fs.generic_path_oopses = leads_to(aftermath::poison_oopses);
    fs.generic_path_finds_nobody = leads_to(aftermath::poison_finds_nobody);

    testing::drive<Policy, watched_filesystem> driver{fs, o.role, after};
    const auto driven = o.is_unbind ? driver.unbind() : driver.poison(where);
    outcome made;
    const bool is_asked = o.has_holder || !o.is_unbind;
    made["cause"] = !is_asked ? "not_seen" : t.cause == cause::removal ? "removal" : "corruption";
    made["holder_answer"] = is_asked ? word_of(driven.holder) : "not_asked";
    made["answer"] = o.is_unbind ? "0" : word_of(driven.answer);
    if (o.is_unbind && after == testing::block_layer::marks_dead) {
        fs.note("mark_dead");
        if (o.has_holder)
            fs.note("shut_down(device_removed)");
    }
    made["course"] = fs.course.empty() ? "nothing" : fs.course;

    // Who was told.
    const auto is_told = [](const testing::mock_process& p) { return p.is_told; };
    const auto asked = [&](testing::mce_kill kill) {
        return how_many(
            fs, [&](const auto& p) { return has_page(p) && p.kill == kill; }, is_told);
    };
    made["told_early"] = asked(testing::mce_kill::early);
    made["told_default"] = asked(testing::mce_kill::by_default);
    made["told_late"] = asked(testing::mce_kill::late);
    const auto of_file = [&](std::uint64_t file) {
        return how_many(
            fs, [=](const auto& p) { return p.inode_number == file; }, is_told);
    };
    made["told_without_page"] = how_many(
        fs, [](const auto& p) { return p.inode_number == of_event && p.present.empty(); }, is_told);
    made["told_sharer"] = of_file(sharer);
    made["told_elsewhere"] = of_file(elsewhere);

    // What is left.
    made["frozen"] = o.seen.find("frozen")->second == "-"             ? "-"
                     : fs.is_frozen_by_kernel || fs.is_frozen_by_user ? "yes"
                                                                      : "no";
    // Pages that were taken away come back with the next fault where the filesystem lives.
    made["mappings_live"] = how_many(
        fs, [](const auto& p) { return !p.present.empty(); },
        [&fs](const auto& p) { return !p.is_unmapped || !fs.is_shut_down; });
    made["oops"] = "no";
    made["umount"] = fs.is_stuck() ? "busy" : "clean";
    if (o.seen.find("umount")->second == "-")
        made["umount"] = "-";
    // What is stuck is never umounted.
    if (leads_to(aftermath::umount_oopses) && !fs.is_stuck())
        made["oops"] = "umount", made["umount"] = "oopses";
    if (leads_to(aftermath::exit_oopses)) {
        made["oops"] = "exit";
        made["umount"] = "busy";
    }
    if (leads_to(aftermath::null_dereference) || leads_to(aftermath::poison_oopses)) {
        made["oops"] = "event";
        made["answer"] = "oopses";
        if (leads_to(aftermath::null_dereference)) {
            made["holder_answer"] = "not_returned";
            made["course"].erase(
                std::min(made["course"].find(" shut_down"), made["course"].size()));
        }
    }
    if (leads_to(aftermath::reports_too_much))
        if (const auto at = made["course"].find("report_data_lost"); at != std::string::npos)
            made["course"].insert(at + std::string_view{"report_data_lost"}.size(), "(too_much)");
    // Whoever walks 2^32 indexes is never done with the first file: what would come next does not.
    if (leads_to(aftermath::page_count_wraps)) {
        made["answer"] = "hangs";
        made["holder_answer"] = "not_returned";
        made["course"].erase(std::min(made["course"].find(" invalidate"), made["course"].size()));
        made["frozen"] = "yes";
        if (made["mappings_live"] != "-")
            made["mappings_live"] = "yes";
        made["umount"] = "busy";
    }
    return made;
}

/// The rows of a policy's tables, counted from 0, that observations reach.
struct rows_seen {
    std::set<std::size_t> gate, record, end;

    /// The rows that this one reaches.
    template <class Policy>
    void add(const observation& o) {
        auto fs = detail::make_filesystem(o);
        report made;
        using flags = failure_flags<typename Policy::mf_flags>;
        filesystem_holder<Policy, detail::watched_filesystem, report> holder{fs, o.role, made};
        static_cast<void>(holder.notify_failure(
            detail::range_of(o, fs),
            o.is_unbind ? removal_flags<typename Policy::mf_flags>() : flags{}));
        gate.insert(made.gate_row);
        if (made.end_row != report::no_row)
            end.insert(made.end_row);
        for (std::size_t row = 0; row != most_rows_of_policy; ++row)
            if (made.records_of_row[row] != 0)
                record.insert(row);
    }
};

/// A release of Linux: the policy of its XFS, its policy of whoever registers no holder, and its
/// block layer.
struct release {
    /// The kernel of kernels.toml that it is compared with; empty for a policy of no release.
    std::string kernel;
    std::string policy;
    outcome (*replay)(const observation&);
};

namespace detail {

template <class Policy, class Without, testing::block_layer After>
outcome replay_on(const observation& o) {
    return o.has_holder ? kernels::replay<Policy>(o, After) : kernels::replay<Without>(o, After);
}
template <class Policy, class Without = releases::no_holder,
          testing::block_layer After = testing::block_layer::marks_dead>
release release_of(const char* kernel) {
    return {kernel, Policy::name, replay_on<Policy, Without, After>};
}

} // namespace detail

/// The releases that there is a policy of, in the order of time.
inline const std::vector<release>& all_releases() {
    using detail::release_of;
    static const std::vector<release> all{
        release_of<releases::xfs_linux_6_0, releases::no_holder_linux_6_0,
                   testing::block_layer::says_nothing>(""),
        release_of<releases::xfs_linux_6_1, releases::no_holder_linux_6_0,
                   testing::block_layer::says_nothing>("6.1"),
        release_of<releases::xfs_linux_6_8, releases::no_holder_linux_6_0>("6.12"),
        release_of<releases::xfs_linux_6_14>(""),
        release_of<releases::xfs_linux_6_18>("6.18"),
        release_of<releases::xfs_linux_7_0>(""),
        release_of<releases::xfs_linux_7_2>("7.2"),
    };
    return all;
}

/// In which columns two outcomes differ. What was not seen is compared with nothing.
inline std::vector<std::string> differing_columns(const outcome& seen, const outcome& said) {
    std::vector<std::string> columns;
    for (const std::string column : outcome_columns)
        if (seen.at(column) != "not_seen" && seen.at(column) != said.at(column))
            columns.push_back(column);
    return columns;
}

} // namespace daxhold::kernels
