// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/policy/aftermath.hpp"
#include "daxhold/testing/mock_filesystem.hpp"

/// \file
/// A policy tried out: what it makes of an event on a small filesystem, for laws to judge. All that
/// a law can ask about is a plain value.

namespace daxhold::laws {

/// What lies in the range that an event is about.
enum class situation : unsigned char {
    lone_record,               ///< One record of `trial::who`.
    shared_extent,             ///< One extent of file data that two files share.
    metadata_then_data,        ///< A record of metadata, and behind it data of a file.
    first_user_cannot_be_told, ///< Data of two files; telling the users of the first one fails.
    frozen_by_user,            ///< Data of a file, while somebody in user space has frozen it.
    freeze_fails,              ///< Data of a file, and the filesystem cannot be frozen.
    without_rmap,              ///< Data of a file that the filesystem cannot tell.
    log_device,                ///< The log, on a device of its own.
    several_groups,            ///< Data of a file, on a filesystem of several allocation groups.
    walk_cannot_begin,         ///< Data of a file; what is needed for a walk is not to be had.
    beyond_the_filesystem,     ///< Nothing: the range lies behind the filesystem on its device.
    beyond_the_log,            ///< Nothing: the range lies behind the log on a device of its own.
};

/// How many situations there are.
inline constexpr std::size_t situation_count = value_count<situation>;

/// One event on one small filesystem. Files are mapped by processes unless they are not in core.
struct trial {
    /// What happens, and where.
    cause event = cause::corruption;
    situation where = situation::lone_record;

    /// Who owns the bytes; of a file, whether its inode is in core and how its pages are mapped.
    owner who = owner::file_data;
    inode state = inode::in_core;
    mapping access = mapping::dax;

    [[nodiscard]] friend constexpr bool operator==(const trial&, const trial&) noexcept = default;
};

/// What came of a trial.
struct verdict {
    /// What the driver was told.
    result answer;

    /// Whether the filesystem was shut down.
    bool is_shut_down = false;

    /// Files whose device pages are mapped by processes, and how many of them had these told, by
    /// any means and all of them.
    unsigned files_in_use = 0;
    unsigned files_told = 0;
    unsigned files_told_to_all = 0;

    /// Pages of a file were marked as poisoned.
    bool is_poisoned = false;
    /// Data of a file was reported as lost to those who watch it.
    bool is_reported_lost = false;
    /// A process was told after the shutdown, or not at all although there was one.
    bool was_shut_down_before_users_were_told = false;
    /// The freeze of the notification is still in force.
    bool is_left_frozen = false;
    /// The freeze of somebody in user space is not.
    bool is_user_freeze_undone = false;
    /// Files in use could be mapped anew while or after their users were told: the filesystem was
    /// not frozen by then, or thawed before it was shut down.
    bool was_open_to_new_mappings = false;
    /// How many operations were tried, whatever came of them.
    std::size_t operations = 0;
    /// What the release is known to lead to.
    value_set<aftermath> aftermaths{};

    /// Whether it is known to lead to this.
    [[nodiscard]] constexpr bool has(aftermath what) const {
        return (aftermaths.bits & bit_of(what)) != 0;
    }

    [[nodiscard]] friend constexpr bool operator==(const verdict&,
                                                   const verdict&) noexcept = default;
};

namespace detail {

using testing::call;
using testing::mock_inode;

inline constexpr std::uint64_t first_file = 1;
inline constexpr std::uint64_t second_file = 2;

constexpr rmap_record record_at(std::uint64_t block, owner who, std::uint64_t file = 0) {
    return {testing::blocks(block, 1), who, file, 0, sharing::sole};
}

/// A mock filesystem that does what a policy asks of its own filesystem, all of it with success;
/// laws cannot ask about it.
template <class Mock, class Own>
struct performing : Mock {
    constexpr result perform(Own /*what*/) const noexcept { return {}; }
    constexpr result perform(Own /*what*/, const rmap_record& /*record*/,
                             byte_range /*part*/) const noexcept {
        return {};
    }
};
template <class Mock>
struct performing<Mock, no_own_operation> : Mock {};

/// The operations of its own that a policy's tables have, if one of them has any.
template <class Policy>
consteval auto find_own() {
    using daxhold::detail::own_operation_of;
    using gate = decltype(own_operation_of(Policy::gate.actions[0]));
    if constexpr (walking_policy<Policy>)
        return std::type_identity<daxhold::detail::common_own<
            gate,
            daxhold::detail::common_own<decltype(own_operation_of(Policy::record.actions[0])),
                                        decltype(own_operation_of(Policy::end.actions[0]))>>>{};
    else
        return std::type_identity<gate>{};
}

/// What a policy is tried on: its own `on_trial<Mock>`, or a mock that performs its operations.
template <class Policy, class Mock>
struct trial_filesystem {
    using type = performing<Mock, typename decltype(find_own<Policy>())::type>;
};
template <class Policy, class Mock>
requires requires { typename Policy::template on_trial<Mock>; }
struct trial_filesystem<Policy, Mock> {
    using type = typename Policy::template on_trial<Mock>;
};

/// Whether data of files lies in the range.
constexpr bool has_file_data(const trial& t) {
    switch (t.where) {
    case situation::lone_record:
        return t.who == owner::file_data;
    case situation::log_device:
    case situation::beyond_the_filesystem:
    case situation::beyond_the_log:
        return false;
    default:
        return true;
    }
}

/// Whether two files have data there.
constexpr bool has_two_files(const trial& t) {
    return t.where == situation::shared_extent || t.where == situation::first_user_cannot_be_told;
}

template <class Mock>
constexpr Mock filesystem_for(const trial& t) {
    Mock fs;
    const unsigned mappers = t.state == inode::in_core ? 2 : 0;
    fs.add(mock_inode{.number = first_file,
                      .state = t.state,
                      .access = t.access,
                      .mappers = mappers,
                      .early_mappers = mappers / 2});
    if (has_two_files(t))
        fs.add(mock_inode{.number = second_file, .mappers = 2, .early_mappers = 1});
    switch (t.where) {
    case situation::lone_record:
        fs.add(record_at(0, t.who, first_file));
        break;
    case situation::shared_extent:
        fs.add(record_at(0, owner::file_data, first_file));
        fs.add(record_at(0, owner::file_data, second_file));
        break;
    case situation::metadata_then_data:
        fs.add(record_at(0, owner::metadata));
        fs.add(record_at(1, owner::file_data, first_file));
        break;
    case situation::first_user_cannot_be_told:
        fs.add(record_at(0, owner::file_data, first_file));
        fs.add(record_at(1, owner::file_data, second_file));
        fs.faults.fail(call::kill_users, 1, EBUSY);
        break;
    case situation::frozen_by_user:
        fs.is_frozen_by_user = true;
        fs.add(record_at(0, owner::file_data, first_file));
        break;
    case situation::freeze_fails:
        fs.faults.fail(call::freeze, 1, EBUSY);
        fs.add(record_at(0, owner::file_data, first_file));
        break;
    case situation::several_groups:
        fs.has_several_groups = true;
        fs.add(record_at(0, owner::file_data, first_file));
        break;
    case situation::walk_cannot_begin:
        fs.faults.fail(call::begin_walk, 1, ENOMEM);
        fs.add(record_at(0, owner::file_data, first_file));
        break;
    case situation::without_rmap:
    case situation::log_device:
    case situation::beyond_the_filesystem:
    case situation::beyond_the_log:
        break;
    }
    return fs;
}

/// The range of an event: a removal is of the whole device, a corruption of what lies there.
template <class Mock>
constexpr byte_range range_for(const Mock& fs, const trial& t) {
    switch (t.where) {
    case situation::beyond_the_filesystem:
        return {fs.data_device.end(), testing::sample_block};
    case situation::beyond_the_log:
        return {fs.log_device.end(), testing::sample_block};
    default:
        if (t.event == cause::removal)
            return byte_range::whole_device();
        return testing::blocks(0, t.where == situation::lone_record ? 1 : 4);
    }
}

/// The place of the first such call that went well, or `size()`.
constexpr std::size_t first_done(const testing::call_log& log, call what) {
    std::size_t at = 0;
    while (at != log.size() && (log[at].what != what || !log[at].outcome.ok()))
        ++at;
    return at;
}

constexpr void judge_file(verdict& v, const testing::mock_inode& file,
                          const testing::call_log& log) {
    v.is_poisoned = v.is_poisoned || file.is_poisoned;
    v.is_reported_lost = v.is_reported_lost || file.is_reported_lost;
    if (file.mappers == 0 || file.access != mapping::dax)
        return;
    ++v.files_in_use;
    v.files_told += file.told != 0 ? 1U : 0U;
    v.files_told_to_all += file.told == file.mappers ? 1U : 0U;
    const auto shut_down_at = first_done(log, call::shut_down);
    const auto frozen_at = first_done(log, call::freeze);
    auto told_at = log.size();
    for (std::size_t e = log.size(); e-- != 0;)
        if (log[e].what == call::kill_users && log[e].inode_number == file.number)
            told_at = e;
    v.was_shut_down_before_users_were_told =
        v.was_shut_down_before_users_were_told ||
        (shut_down_at != log.size() && told_at >= shut_down_at);
    v.was_open_to_new_mappings = v.was_open_to_new_mappings || frozen_at == log.size() ||
                                 frozen_at > told_at || first_done(log, call::thaw) < shut_down_at;
}

template <class Mock>
constexpr verdict judge(const Mock& fs, const trial& t, result answer) {
    verdict v;
    v.answer = answer;
    v.is_shut_down = fs.is_shut_down;
    v.is_left_frozen = fs.is_frozen_by_kernel;
    v.is_user_freeze_undone = t.where == situation::frozen_by_user && !fs.is_frozen_by_user;
    v.operations = fs.log.size();
    if (has_file_data(t)) {
        judge_file(v, fs.at(first_file), fs.log);
        if (has_two_files(t))
            judge_file(v, fs.at(second_file), fs.log);
    }
    return v;
}

template <class Policy, class Mock>
constexpr verdict try_on(const trial& t) {
    auto fs = filesystem_for<typename trial_filesystem<Policy, Mock>::type>(t);
    const bool is_log = t.where == situation::log_device || t.where == situation::beyond_the_log;
    const auto where = range_for(fs, t);
    const auto device = is_log ? role::log : role::data;
    const auto made = report_failure<Policy>(fs, device, where, t.event);
    auto v = judge(fs, t, made.outcome);
    v.aftermaths =
        aftermaths_of<Policy>(fs, device, where, t.event, made,
                              any_of(v.files_in_use != 0 ? mappers::some : mappers::none))
            .certain;
    return v;
}

} // namespace detail

/// Whether a policy can be put to a trial. One that walks whatever the `rmap` is for filesystems
/// that have one, and does not compile for another.
template <class Policy>
constexpr bool can_be_tried(const trial& t) {
    using bare =
        typename detail::trial_filesystem<Policy, testing::mock_filesystem_without_rmap>::type;
    return t.where != situation::without_rmap || !daxhold::detail::can_walk<bare, Policy::gate>;
}

/// What a policy makes of a trial; nothing of one that it cannot be put to. The event is told to it
/// as it is; whether the flags of its release can tell a removal is the driver's business.
///
/// Operations of the policy's own are taken to be done. A policy with facts of its own says how a
/// filesystem on trial answers them, by a member `template <class Mock> struct on_trial : Mock`
/// with `answer` (and `perform`); its records are an `rmap_record`.
template <class Policy>
constexpr verdict try_out(const trial& t) {
    switch (t.where) {
    case situation::without_rmap:
        if constexpr (can_be_tried<Policy>({cause::removal, situation::without_rmap}))
            return detail::try_on<Policy, testing::mock_filesystem_without_rmap>(t);
        return {};
    case situation::log_device:
    case situation::beyond_the_log:
        return detail::try_on<Policy, testing::mock_filesystem_with_devices>(t);
    default:
        return detail::try_on<Policy, testing::mock_filesystem>(t);
    }
}

/// How many trials an event has: every owner and, for file data, every state of its inode; then
/// every other situation.
inline constexpr std::size_t trial_count = 12 + situation_count - 1;

/// The trial of this number, below `trial_count`.
[[nodiscard]] constexpr trial trial_number(cause event, std::size_t number) noexcept {
    if (number < 6)
        return {event, situation::lone_record, owner::file_data, static_cast<inode>(number % 3),
                static_cast<mapping>(number / 3)};
    if (number < 12)
        return {event, situation::lone_record, static_cast<owner>(number - 5)};
    return {event, static_cast<situation>(number - 11)};
}

namespace detail {

struct all_verdicts {
    verdict of[trial_count];
};

template <class Policy, cause Event, std::size_t Number>
inline constexpr verdict verdict_on = try_out<Policy>(trial_number(Event, Number));

template <class Policy, cause Event, std::size_t... Number>
consteval all_verdicts collect_verdicts(std::index_sequence<Number...>) {
    return {{verdict_on<Policy, Event, Number>...}};
}

} // namespace detail

/// What a policy makes of all trials of an event, found out once when it is first asked for.
template <class Policy, cause Event>
inline constexpr auto
    verdicts = detail::collect_verdicts<Policy, Event>(std::make_index_sequence<trial_count>{});

/// Calls `f(trial, verdict)` for every trial that a policy can be put to, those of a corruption
/// first; when it is compiled or at run time.
template <class Policy, class F>
constexpr void for_each_trial(F&& f) {
    for (const auto event : {cause::corruption, cause::removal})
        for (std::size_t i = 0; i != trial_count; ++i)
            if (const auto t = trial_number(event, i); can_be_tried<Policy>(t))
                f(t, event == cause::corruption ? verdicts<Policy, cause::corruption>.of[i]
                                                : verdicts<Policy, cause::removal>.of[i]);
}

} // namespace daxhold::laws
