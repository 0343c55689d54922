// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "replay.hpp"

#include "daxhold/laws/shipped.hpp"

#include <boost/hana/for_each.hpp>

/// \file
/// The shipped laws, asked of what a kernel was seen to do. They are those of the policies: an
/// observation becomes a trial, and what was seen its verdict. What cannot be seen from outside may
/// have been so or not; a law is kept where it holds either way, and broken where it holds neither
/// way.

namespace daxhold::kernels {

namespace detail {

/// The moments of a course, up to the block layer's turn: the number of each word, from 1.
inline std::vector<std::string> words_of_course(const std::string& course) {
    std::vector<std::string> words;
    for (std::size_t at = 0; at < course.size();) {
        const auto end = std::min(course.find(' ', at), course.size());
        const auto word = course.substr(at, end - at);
        if (word == "mark_dead")
            break;
        if (word != "nothing")
            words.push_back(word);
        at = end + 1;
    }
    return words;
}

inline testing::moment moment_of(const std::vector<std::string>& words, std::string_view begins) {
    for (std::size_t i = 0; i != words.size(); ++i)
        if (words[i].compare(0, begins.size(), begins) == 0)
            return static_cast<testing::moment>(i + 1);
    return testing::never;
}

inline std::optional<result> result_called(const std::string& word) {
    if (word == "0")
        return success;
    for (int value = 1; value != 134; ++value)
        if (word == "-" + errno_name(value))
            return result::error(value);
    return {};
}

/// What can have happened, as far as it was seen.
inline std::vector<testing::verdict> verdicts_of(const observation& o) {
    const auto& seen = o.seen;
    const auto words = words_of_course(seen.at("course"));
    testing::verdict v;
    const auto answer = result_called(seen.at("holder_answer"));
    v.answer = answer.value_or(unsupported_operation);
    v.calls = static_cast<std::uint8_t>(words.size());
    v.frozen = moment_of(words, "freeze");
    v.shut_down = moment_of(words, "shut_down(");
    v.mount.is_shut_down =
        o.already_shut_down == already_shut_down::yes || v.shut_down != testing::never;
    const bool is_frozen = seen.at("frozen") == "yes" ||
                           (seen.at("frozen") == "not_seen" && v.frozen != testing::never &&
                            moment_of(words, "thaw") == testing::never);
    v.mount.is_frozen_by_user = is_frozen && o.frozen_by_user == frozen_by_user::yes;
    v.mount.is_frozen_by_kernel = is_frozen && o.frozen_by_user == frozen_by_user::no;

    const bool is_generic = !o.is_unbind && falls_back(v.answer);
    const auto told = is_generic ? testing::never : moment_of(words, "told");
    auto& file = v.of[0];
    if (seen.at("told_early") == "yes") {
        file.told_early = told;
        if (seen.at("told_default") == "yes" && seen.at("told_late") == "yes")
            file.told_all = told;
    }
    if (seen.at("told_sharer") == "yes")
        v.of[1].told_early = told;
    if (seen.at("mappings_live") == "no")
        file.taken_away = std::min(moment_of(words, "invalidate"), told);
    file.is_reported_lost = moment_of(words, "report_data_lost") != testing::never;

    const auto has = [&v](aftermath what) { v.aftermaths.bits |= bit_of(what); };
    const auto& oops = seen.at("oops");
    if (oops == "umount")
        has(aftermath::umount_oopses);
    if (oops == "exit" || oops == "use")
        has(aftermath::exit_oopses);
    if (oops == "event" || oops == "panic")
        has(is_generic ? aftermath::poison_oopses : aftermath::null_dereference);
    if (seen.at("answer") == "hangs")
        has(aftermath::page_count_wraps);
    if (seen.at("course").find("too_much") != std::string::npos)
        has(aftermath::reports_too_much);
    if (o.is_unbind && seen.at("mappings_live") == "yes")
        has(aftermath::mappings_stay_live);

    // Whether a page is marked as poisoned is not seen, nor what would have been answered, nor
    // whether early users are told where there is none.
    std::vector<testing::verdict> possible{v};
    const auto fork = [&possible](auto change) {
        auto others = possible;
        for (auto& other : others) {
            change(other);
            possible.push_back(other);
        }
    };
    if (!is_generic && seen.at("told_early") == "-" && o.mappers == mappers::with_page)
        fork([](testing::verdict& other) {
            other.of[0].told_early = static_cast<testing::moment>(other.calls + 1);
        });
    if (!is_generic && o.inode == inode::in_core)
        fork([](testing::verdict& other) {
            other.of[0].is_poisoned = other.of[1].is_poisoned = true;
        });
    // Whoever has not returned may still do what was not seen, in one order or the other.
    if (!answer && seen.at("holder_answer") == "not_returned") {
        const auto later = static_cast<testing::moment>(v.calls + 1);
        const auto last = static_cast<testing::moment>(v.calls + 2);
        const auto goes_on = [](testing::verdict& other, testing::moment shut_down,
                                testing::moment taken_away) {
            other.answer = success;
            other.shut_down = std::min(other.shut_down, shut_down);
            other.mount.is_shut_down = true;
            for (auto& piece : other.of) {
                piece.told_all = std::min({piece.told_all, piece.told_early, shut_down});
                piece.taken_away = std::min(piece.taken_away, taken_away);
            }
        };
        const auto seen_so_far = possible;
        for (auto other : seen_so_far) {
            goes_on(other, later, last);
            possible.push_back(other);
        }
        for (auto other : seen_so_far) {
            goes_on(other, last, later);
            possible.push_back(other);
        }
    }
    return possible;
}

} // namespace detail

/// What is known of a law and a kernel.
struct judgement {
    std::string law;
    /// How many observations it is about, and in how many of them it cannot be told.
    unsigned tried = 0;
    unsigned unknown = 0;
    /// In which scenarios it is broken.
    std::vector<std::string> broken;

    [[nodiscard]] laws::standing what() const noexcept {
        return !broken.empty()              ? laws::standing::broken
               : tried == 0 || unknown != 0 ? laws::standing::not_tried
                                            : laws::standing::kept;
    }
};

/// Asks the shipped laws of observations of one kernel.
inline std::vector<judgement> judge(const std::vector<observation>& observed) {
    std::vector<judgement> made;
    boost::hana::for_each(laws::shipped, [&](auto type) {
        using law = typename decltype(type)::type;
        judgement j{law::name, 0, 0, {}};
        for (const auto& o : observed) {
            // Where nothing is mounted there is nothing to keep a law.
            const auto t = detail::trial_of(o);
            if (o.seen.at("umount") == "-" || !law::concerns(t))
                continue;
            std::size_t holds = 0;
            const auto possible = detail::verdicts_of(o);
            for (const auto& v : possible)
                holds += law::holds(t, v) ? 1U : 0U;
            ++j.tried;
            if (holds == 0)
                j.broken.push_back(o.scenario);
            else if (holds != possible.size())
                ++j.unknown;
        }
        made.push_back(std::move(j));
    });
    return made;
}

} // namespace daxhold::kernels
