// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/event/result.hpp"
#include "daxhold/policy/tables.hpp"

#include <cstddef>
#include <cstdint>

/// \file
/// A pool of devices in user space, such as SPDK and DAOS have: what becomes of one of its regions
/// when its device is to go, is gone, or has failed. Their own handlers are switches over event and
/// state, and the common mistake is a cell that is empty (SPDK's FTL: `assert(0)` for a removal).
/// Here a cell that nobody wrote does not compile.
///
/// Ours, from what their issues ask for; no engine runs it. A pool asks `decide` on each event,
/// takes the steps in their order, and is in the new state from then on.

/// A region of a device pool: its facts and what can be done with it.
namespace daxhold::releases::pool {

/// Where a region is on its way out; it never goes back.
enum class region_state : unsigned char {
    live,     ///< It takes I/O.
    draining, ///< It is to go: no new I/O, some has not ended.
    failed,   ///< Its memory is bad: no new I/O. Its device is still there.
    gone,     ///< It is torn down; nothing of it may be touched.
};

/// What a pool is told about the device of a region.
enum class pool_event : unsigned char {
    announced_removal, ///< It will go, and waits until we are done (SPDK_BDEV_EVENT_REMOVE).
    surprise_removal,  ///< It is gone.
    repeated_removal,  ///< Somebody tells of a removal that was told before, or seems to.
    media_failure,     ///< Some of it cannot be read (SPDK_BDEV_EVENT_MEDIA_MANAGEMENT).
    drained,           ///< The last I/O that was waited for has ended.
};

/// Whether I/O that was given to the region has not ended yet.
enum class in_flight : unsigned char { none, some };

/// What a pool does to a region.
enum class pool_operation : std::uint8_t {
    quiesce,            ///< Let no new I/O in, on any core.
    abort_in_flight,    ///< Have all that is in flight end with an error; again is harmless.
    wait_for_in_flight, ///< Ask to be told (`drained`) when the last has ended; do not block.
    tear_down,          ///< Close channels and descriptor, unmap, free.
};

/// The answer to whoever told us; as DAOS has it (bio_reaction_ops: 0, 1 or negative).
enum class pool_answer : std::uint8_t {
    done,        ///< Dealt with; behind a removal, the device may go.
    in_progress, ///< Begun; `drained` will go on with it. The caller must not wait in a callback.
    refused,     ///< Nothing was done, see `reaction::outcome`.
};

/// Steps, in order, then the answer and the state that the region is in.
struct reaction {
    /// How many steps there is room for.
    static constexpr std::size_t most_steps = 3;

    /// The steps, of which the first `count` are in use, and the answer.
    pool_operation steps[most_steps] = {};
    std::uint8_t count = 0;
    pool_answer answer = pool_answer::done;

    /// The state behind the steps. A refusal changes nothing.
    region_state next = region_state::live;

    /// Of a refusal: positive, or 0.
    int errno_value = 0;

    /// Why it was refused, or success.
    [[nodiscard]] constexpr result outcome() const noexcept { return result::error(errno_value); }

    /// Whether a step is taken.
    [[nodiscard]] constexpr bool has(pool_operation what) const noexcept {
        for (std::size_t i = 0; i != count; ++i)
            if (steps[i] == what)
                return true;
        return false;
    }

    [[nodiscard]] friend constexpr bool operator==(const reaction&,
                                                   const reaction&) noexcept = default;
};

namespace detail {

/// Names the mistake in the compiler's message: a function that is no constant.
inline void a_reaction_has_at_most_three_steps() {}

constexpr reaction one_step(pool_operation what) noexcept { return {{what}, 1}; }

} // namespace detail

/// First these steps, then those. The answer is the later one.
[[nodiscard]] constexpr reaction operator>>(reaction first, const reaction& second) noexcept {
    if (first.count + second.count > reaction::most_steps)
        detail::a_reaction_has_at_most_three_steps();
    for (std::size_t i = 0; i != second.count && first.count != reaction::most_steps; ++i)
        first.steps[first.count++] = second.steps[i];
    first.answer = second.answer;
    first.next = second.next;
    first.errno_value = second.errno_value;
    return first;
}

/// `pool_operation::quiesce`, as a word of the table.
inline constexpr reaction quiesce = detail::one_step(pool_operation::quiesce);
/// `pool_operation::abort_in_flight`, as a word of the table.
inline constexpr reaction abort_in_flight = detail::one_step(pool_operation::abort_in_flight);
/// `pool_operation::wait_for_in_flight`, as a word of the table.
inline constexpr reaction wait_for_in_flight = detail::one_step(pool_operation::wait_for_in_flight);
/// `pool_operation::tear_down`, as a word of the table.
inline constexpr reaction tear_down = detail::one_step(pool_operation::tear_down);

/// Done; the region is in that state.
[[nodiscard]] constexpr reaction done(region_state next) noexcept {
    return {{}, 0, pool_answer::done, next};
}

/// Begun; the region is in that state.
[[nodiscard]] constexpr reaction in_progress(region_state next) noexcept {
    return {{}, 0, pool_answer::in_progress, next};
}

/// Refused with this errno (positive, as in `<cerrno>`); the region stays in the state in which it
/// is.
[[nodiscard]] constexpr reaction refused(region_state stays, int errno_value) noexcept {
    return {{}, 0, pool_answer::refused, stays, errno_value};
}

/// What a pool does about a region. No row can be left out: without any one of them there is a cell
/// that nobody wrote, and the table does not compile.
struct device_pool {
    static constexpr const char* name = "device_pool";
    static constexpr const char* title = "a device pool, as SPDK and DAOS have";

    // clang-format off
    /// What is done on an event, by the state of the region.
    static constexpr auto reactions = table(
        // nothing is in flight and nothing new gets in: the only way to a teardown in one go
        // (SPDK #998, tcmu-runner #276: an assertion on I/O outstanding at teardown)
        when(region_state::live, any_of(pool_event::announced_removal, pool_event::surprise_removal,
                                        pool_event::repeated_removal), in_flight::none)
            >> quiesce >> tear_down >> done(region_state::gone),
        // I/O gets its time to end (LMCache #3972: no unmap while an allocation or a lease remains);
        // nobody blocks in the callback (SPDK #3205: a removal that deadlocks)
        when(region_state::live, any_of(pool_event::announced_removal, pool_event::repeated_removal),
             in_flight::some)
            >> quiesce >> wait_for_in_flight >> in_progress(region_state::draining),
        // there is no device that would end it
        when(region_state::live, pool_event::surprise_removal, in_flight::some)
            >> quiesce >> abort_in_flight >> wait_for_in_flight >> in_progress(region_state::draining),
        // the region is the unit of failure; what is left of it is for a removal to tear down
        when(region_state::live, pool_event::media_failure, in_flight::none)
            >> quiesce >> done(region_state::failed),
        when(region_state::live, pool_event::media_failure, in_flight::some)
            >> quiesce >> wait_for_in_flight >> in_progress(region_state::failed),
        // a late one, of a wait that ended otherwise
        when(region_state::live, pool_event::drained)
            >> done(region_state::live),

        // whatever it is that comes: there is nothing left to wait for
        when(region_state::draining, in_flight::none)
            >> tear_down >> done(region_state::gone),
        // announced, and then pulled
        when(region_state::draining, pool_event::surprise_removal, in_flight::some)
            >> abort_in_flight >> wait_for_in_flight >> in_progress(region_state::draining),
        // told again, by another thread (SPDK #994), or the memory fails on its way out
        when(region_state::draining, none_of(pool_event::surprise_removal), in_flight::some)
            >> in_progress(region_state::draining),

        when(region_state::failed, any_of(pool_event::announced_removal, pool_event::surprise_removal,
                                          pool_event::repeated_removal), in_flight::none)
            >> tear_down >> done(region_state::gone),
        when(region_state::failed, any_of(pool_event::announced_removal, pool_event::repeated_removal),
             in_flight::some)
            >> wait_for_in_flight >> in_progress(region_state::draining),
        when(region_state::failed, pool_event::surprise_removal, in_flight::some)
            >> abort_in_flight >> wait_for_in_flight >> in_progress(region_state::draining),
        // a bad device reports many failures, and every one but the first is old news
        when(region_state::failed, any_of(pool_event::media_failure, pool_event::drained), in_flight::none)
            >> done(region_state::failed),
        when(region_state::failed, any_of(pool_event::media_failure, pool_event::drained), in_flight::some)
            >> in_progress(region_state::failed),

        // removed and asked for again (SPDK #460, #495, #994): an answer, and no crash
        when(region_state::gone, none_of(pool_event::media_failure))
            >> done(region_state::gone),
        // there is no memory that could have failed
        when(region_state::gone, pool_event::media_failure)
            >> refused(region_state::gone, ENXIO));
    // clang-format on
};

} // namespace daxhold::releases::pool

namespace daxhold::releases {

using pool::device_pool;

} // namespace daxhold::releases
