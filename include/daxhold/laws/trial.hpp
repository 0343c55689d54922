// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/filesystem/report.hpp"
#include "daxhold/testing/mock_filesystem.hpp"

/// \file
/// A policy tried out: what it makes of an event on a small filesystem, for laws to judge. All that
/// a law can ask about is a plain value.

namespace daxhold::laws {

/// What lies in the range that an event is about.
enum class situation {
    lone_record,               ///< One record of `trial::who`.
    shared_extent,             ///< One extent of file data that two files share.
    metadata_then_data,        ///< A record of metadata, and behind it data of a file.
    first_user_cannot_be_told, ///< Data of two files; telling the users of the first one fails.
    frozen_by_user,            ///< Data of a file, while somebody in user space has frozen it.
    freeze_fails,              ///< Data of a file, and the filesystem cannot be frozen.
    without_rmap,              ///< Data of a file that the filesystem cannot tell.
    log_device,                ///< The log, on a device of its own.
};
inline constexpr std::size_t situation_count = 8;

/// One event on one small filesystem. Files are mapped by processes unless they are not in core.
struct trial {
    cause event = cause::corruption;
    situation where = situation::lone_record;
    owner who = owner::file_data;
    inode state = inode::in_core;
    mapping access = mapping::dax;
};

/// What came of a trial.
struct verdict {
    result answer;
    bool is_shut_down = false;
    /// Files whose device pages are mapped by processes, and how many of them had these told, by
    /// any means and all of them.
    unsigned files_in_use = 0;
    unsigned files_told = 0;
    unsigned files_told_to_all = 0;
    bool is_poisoned = false;
    /// A process was told after the shutdown, or not at all although there was one.
    bool was_shut_down_before_users_were_told = false;
    bool is_left_frozen = false;
    bool is_user_freeze_undone = false;
};

namespace detail {

using testing::call;
using testing::mock_inode;

inline constexpr std::uint64_t first_file = 1;
inline constexpr std::uint64_t second_file = 2;

constexpr rmap_record record_at(std::uint64_t block, owner who, std::uint64_t file = 0) {
    return {testing::blocks(block, 1), who, file, 0, sharing::sole};
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
    switch (t.where) {
    case situation::shared_extent:
        fs.add(mock_inode{.number = second_file, .mappers = 2, .early_mappers = 1});
        fs.add(record_at(0, owner::file_data, first_file));
        fs.add(record_at(0, owner::file_data, second_file));
        break;
    case situation::metadata_then_data:
        fs.add(record_at(0, owner::metadata));
        fs.add(record_at(1, owner::file_data, first_file));
        break;
    case situation::first_user_cannot_be_told:
        fs.add(mock_inode{.number = second_file, .mappers = 2, .early_mappers = 1});
        fs.add(record_at(0, owner::file_data, first_file));
        fs.add(record_at(1, owner::file_data, second_file));
        fs.faults.fail(call::kill_users, 1, EBUSY);
        break;
    case situation::lone_record:
        fs.add(record_at(0, t.who, first_file));
        break;
    case situation::frozen_by_user:
        fs.is_frozen_by_user = true;
        fs.add(record_at(0, owner::file_data, first_file));
        break;
    case situation::freeze_fails:
        fs.faults.fail(call::freeze, 1, EBUSY);
        fs.add(record_at(0, owner::file_data, first_file));
        break;
    case situation::without_rmap:
    case situation::log_device:
        break;
    }
    return fs;
}

template <class Mock>
constexpr verdict judge(const Mock& fs, const trial& t, result answer) {
    verdict v;
    v.answer = answer;
    v.is_shut_down = fs.is_shut_down;
    v.is_left_frozen = fs.is_frozen_by_kernel;
    v.is_user_freeze_undone = t.where == situation::frozen_by_user && !fs.is_frozen_by_user;
    const auto shut_down_at = fs.log.find(call::shut_down);
    for (const auto number : {first_file, second_file}) {
        const bool is_there = number == first_file || t.where == situation::shared_extent ||
                              t.where == situation::first_user_cannot_be_told;
        const bool has_data = t.where != situation::log_device &&
                              (t.where != situation::lone_record || t.who == owner::file_data);
        if (!is_there || !has_data)
            continue;
        const auto& i = fs.at(number);
        v.is_poisoned = v.is_poisoned || i.is_poisoned;
        if (i.mappers == 0 || i.access != mapping::dax)
            continue;
        ++v.files_in_use;
        v.files_told += i.told != 0 ? 1U : 0U;
        v.files_told_to_all += i.told == i.mappers ? 1U : 0U;
        bool is_told_in_time = false;
        for (std::size_t e = 0; e != fs.log.size() && e < shut_down_at; ++e)
            is_told_in_time = is_told_in_time || (fs.log[e].what == call::kill_users &&
                                                  fs.log[e].inode_number == number);
        v.was_shut_down_before_users_were_told =
            v.was_shut_down_before_users_were_told || (fs.is_shut_down && !is_told_in_time);
    }
    return v;
}

template <class Policy, class Mock>
constexpr verdict try_on(const trial& t) {
    auto fs = filesystem_for<Mock>(t);
    const auto range = t.event == cause::removal || t.where != situation::lone_record
                           ? byte_range::whole_device()
                           : testing::blocks(0, 1);
    // A corruption of several blocks is a range of its own, and not the device.
    const auto where =
        t.event == cause::corruption && range.is_whole_device() ? testing::blocks(0, 4) : range;
    const auto device = t.where == situation::log_device ? role::log : role::data;
    return judge(fs, t, notify_failure<Policy>(fs, device, where, t.event));
}

} // namespace detail

/// What a policy makes of a trial. The event is told to it as it is; whether the flags of its
/// release can tell a removal is the driver's business.
template <class Policy>
constexpr verdict try_out(const trial& t) {
    switch (t.where) {
    case situation::without_rmap:
        return detail::try_on<Policy, testing::mock_filesystem_without_rmap>(t);
    case situation::log_device:
        return detail::try_on<Policy, testing::mock_filesystem_with_devices>(t);
    default:
        return detail::try_on<Policy, testing::mock_filesystem>(t);
    }
}

/// All trials of an event: every owner and, for file data, every state of its inode; then every
/// other situation.
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

} // namespace daxhold::laws
