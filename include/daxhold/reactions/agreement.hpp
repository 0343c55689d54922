// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/reactions/engine.hpp"

#include <cerrno>
#include <cstddef>

namespace daxhold::reactions {

/// Where several have to agree before anything changes: each is asked to prepare, and once all are
/// prepared, each commits. If one refuses, or the deadline comes first, those that were asked
/// abandon it, and nothing has changed.
struct all_or_nothing : words {
    enum class state : unsigned char {
        apart,     ///< Nothing was proposed, or not agreed to.
        asking,    ///< Some have not answered.
        committed, ///< All have agreed, and were told so.
    };
    enum class event : unsigned char {
        proposed,    ///< Somebody wants it.
        all_agreed,  ///< The last that was asked is prepared.
        one_refused, ///< One of them is not.
        deadline,    ///< It has taken too long.
        step_failed, ///< A step could not be taken.
    };
    enum class operation : unsigned char {
        prepare, ///< Ask each of them.
        commit,  ///< Tell each that it is so now. It does not fail: what can, is done to prepare.
        abandon, ///< Tell each that was asked that it is not so.
    };
    /// What can be so: some are prepared, all are.
    enum class holds : unsigned char { asked, agreed };
    using enum operation;

    static constexpr auto deadline = event::deadline;
    static constexpr auto step_failed = event::step_failed;
    static constexpr auto gone = any_of(state::committed);

    static constexpr tables::value_set<holds> at_first{};
    // clang-format off
    /// What is so after the operations and events, and in the states.
    static constexpr auto effects = table(
        when(prepare) >> makes(holds::asked),
        when(commit)  >> needs(holds::asked, holds::agreed) >> ends(holds::asked),
        when(abandon) >> ends(holds::asked, holds::agreed));
    static constexpr auto learned = table(
        when(state::asking, event::all_agreed) >> makes(holds::agreed),
        otherwise                              >> no_effect);
    static constexpr auto in_state = table(
        when(state::apart)     >> ends(holds::asked),
        when(state::committed) >> needs(holds::agreed) >> ends(holds::asked),
        otherwise              >> no_effect);

    /// What is done on an event.
    static constexpr auto on_event = table(
        when(state::apart, event::proposed)        >> steps(prepare) >> in_progress(state::asking),
        // a vote that is too late
        when(state::apart)                         >> done(),
        when(state::asking, event::proposed)       >> in_progress(),
        when(state::asking, event::all_agreed)     >> attempt(commit) >> done(state::committed),
        when(state::asking)                        >> attempt(abandon)
                                                   >> refused(EBUSY, state::apart),
        when(state::committed)                     >> done());
    // clang-format on
};

/// A proposal to a group, as `all_or_nothing` has it.
///
/// The group is a range of members (`begin` and `end`), which does not change meanwhile, and has
/// `void set_deadline(ticket) noexcept`, as the target of an engine has. A member has
/// - `result prepare(ticket) noexcept`: success if it agrees; -EINPROGRESS if it will say so by
///   `vote`; any other error refuses. It does nothing that `abandon` could not undo;
/// - `void commit() noexcept`, `void abandon() noexcept`; the latter comes to each that was asked,
///   also to one that refused.
/// No member is called twice at a time. `Lock` and `Observer` are those of the engine; a proposal
/// that ends later is seen by the observer.
template <class Group, class Lock = no_lock, class Observer = no_observer>
class proposal {
public:
    /// To this group. Precondition: the group outlives it.
    explicit constexpr proposal(Group& group, Observer observer = {}) noexcept
        : group_{&group}, engine_{*this, {}, observer} {}
    proposal(const proposal&) = delete;
    proposal& operator=(const proposal&) = delete;

    /// Asks each member. Success if all have agreed; -EBUSY if one refused; `in_progress` if some
    /// have not answered. Once agreed to it stays so.
    constexpr reply propose() noexcept { return engine_.tell(all_or_nothing::event::proposed); }

    /// What a member says that was asked with that ticket and answered -EINPROGRESS. Precondition:
    /// it says so once; of a proposal that is over it changes nothing.
    constexpr void vote(bool agrees, ticket of) noexcept {
        if (!agrees)
            static_cast<void>(engine_.tell(all_or_nothing::event::one_refused, of));
        else if (count_vote(of))
            static_cast<void>(engine_.tell(all_or_nothing::event::all_agreed, of));
    }

    /// The deadline that was set with that ticket has come.
    constexpr void expire(ticket of) noexcept {
        static_cast<void>(engine_.tell(all_or_nothing::event::deadline, of));
    }

    /// What has become of it.
    [[nodiscard]] constexpr all_or_nothing::state now() const noexcept { return engine_.now(); }

    /// For the engine: asks, commits or abandons.
    constexpr result perform(all_or_nothing::operation what, ticket of) noexcept {
        switch (what) {
        case all_or_nothing::operation::prepare:
            return ask_each(of);
        case all_or_nothing::operation::commit:
            for (auto& member : *group_)
                member.commit();
            break;
        case all_or_nothing::operation::abandon: {
            std::size_t left = asked_;
            for (auto& member : *group_) {
                if (left-- == 0)
                    break;
                member.abandon();
            }
            break;
        }
        }
        return {};
    }

    /// For the engine.
    constexpr void set_deadline(all_or_nothing::state /*in*/, ticket of) noexcept {
        group_->set_deadline(of);
    }

private:
    constexpr result ask_each(ticket of) noexcept {
        std::size_t members = 1; // this call is the last to vote
        for (auto& member : *group_) {
            static_cast<void>(member);
            ++members;
        }
        begin_count(members, of);
        asked_ = 0;
        for (auto& member : *group_) {
            ++asked_;
            const result answered = member.prepare(of);
            if (answered.ok())
                vote(true, of);
            else if (answered != result::error(EINPROGRESS))
                return answered;
        }
        vote(true, of);
        return {};
    }

    constexpr void begin_count(std::size_t members, ticket of) noexcept {
        lock_.lock();
        missing_ = members;
        asked_with_ = of;
        lock_.unlock();
    }

    /// Whether this was the last vote that was missing.
    constexpr bool count_vote(ticket of) noexcept {
        lock_.lock();
        const bool is_last = of == asked_with_ && missing_ != 0 && --missing_ == 0;
        lock_.unlock();
        return is_last;
    }

    Group* group_;
    std::size_t asked_ = 0;
    std::size_t missing_ = 0;
    ticket asked_with_{};
    [[no_unique_address]] Lock lock_{};
    engine<all_or_nothing, proposal, Lock, Observer> engine_;
};

} // namespace daxhold::reactions
