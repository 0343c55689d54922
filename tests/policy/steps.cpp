// SPDX-License-Identifier: BSL-1.0
#include "daxhold/policy/steps.hpp"

#include "daxhold/policy/observer.hpp"
#include "daxhold/testing.hpp"

#include "../support/both.hpp"

using namespace daxhold;
using namespace daxhold::tables;
using namespace daxhold::testing;
using namespace daxhold::words;

namespace {

/// Counts what it is told.
struct counting : no_observer {
    unsigned taken = 0;
    unsigned skipped = 0;

    template <class Own>
    constexpr void step_taken(const step<Own>&, result) noexcept {
        ++taken;
    }
    template <class Own>
    constexpr void step_skipped(const step<Own>&) noexcept {
        ++skipped;
    }
};

/// What steps need of a notification.
template <bool Collects>
struct notified {
    using filesystem_type = mock_filesystem;
    static constexpr bool collects = Collects;

    mock_filesystem fs{};
    daxhold::detail::arrived_event event{role::data, cause::removal, blocks(0, 1)};
    counting seen{};
    result error{};
    bool is_frozen = false;
    bool is_shutdown_wanted = false;

    [[nodiscard]] constexpr counting& observer() { return seen; }
    [[nodiscard]] constexpr daxhold::detail::event_source<mock_filesystem> facts() {
        return {fs, event};
    }
};

constexpr auto steps_of_gate =
    table(when(cause::removal) >> attempt(freeze) >> begin_walk >> sync >> walk,
          when(scope::part) >> thaw >> thaw_user >> sync >> succeed,
          otherwise >> collect(sync) >> note_shutdown >> shut_down(shutdown_reason::force_umount) >>
              succeed);

/// Takes all steps of a row, with the n-th call of `failing` made to fail.
template <std::size_t Row, bool Collects = false>
constexpr notified<Collects> take(call failing = call::read_rmap, bool is_frozen = false,
                                  bool* failed = nullptr) {
    notified<Collects> told;
    told.is_frozen = is_frozen;
    told.fs.is_frozen_by_kernel = is_frozen;
    told.fs.faults.fail(failing, 1, EDOM);
    auto source = told.facts();
    daxhold::detail::step_taker<steps_of_gate, notified<Collects>, decltype(source)> taker{told,
                                                                                           source};
    [&]<std::size_t... Step>(std::index_sequence<Step...>) {
        (taker(boost::hana::size_c<Row>, boost::hana::size_c<Step>), ...);
    }
    (std::make_index_sequence<3>{});
    if (failed != nullptr)
        *failed = taker.failed();
    return told;
}
template <std::size_t Row, bool Collects = false>
constexpr bool fails(call failing) {
    bool failed = false;
    static_cast<void>(take<Row, Collects>(failing, false, &failed));
    return failed;
}

} // namespace

TEST_CASE("steps are taken, and told of") {
    CHECK_BOTH(take<0>().seen.taken == 3);
    CHECK_BOTH(take<0>().is_frozen);
    CHECK_BOTH(take<0>().error.ok());
    CHECK_BOTH(take<2>().is_shutdown_wanted);
    CHECK_BOTH(take<2>().fs.is_shut_down);
}

TEST_CASE("before a walk, a step that failed leaves out those behind it") {
    CHECK_BOTH(take<0>(call::begin_walk).seen.skipped == 1);
    CHECK_BOTH(take<0>(call::begin_walk).seen.taken == 2);
    CHECK_BOTH(take<0>(call::begin_walk).error == result::error(EDOM));
    CHECK_BOTH(fails<0>(call::begin_walk));
    // One that was only attempted does not.
    CHECK_BOTH(take<0>(call::freeze).seen.skipped == 0);
    CHECK_BOTH(take<0>(call::freeze).error.ok());
    CHECK_BOTH(!take<0>(call::freeze).is_frozen);
    CHECK_BOTH(!fails<0>(call::freeze));
}

TEST_CASE("elsewhere what was begun is gone through with, and the first error stays") {
    CHECK_BOTH(take<1>(call::sync, true).seen.taken == 3);
    CHECK_BOTH(take<1>(call::thaw, true).seen.taken == 3);
    CHECK_BOTH(take<1>(call::thaw, true).error == result::error(EDOM));
    CHECK_BOTH(take<1>(call::thaw, true).is_frozen);
    // Nobody in user space had frozen it, which comes first.
    CHECK_BOTH(take<1>(call::sync, true).error == result::error(EINVAL));
}

TEST_CASE("without a freeze of our own there is nothing to thaw") {
    CHECK_BOTH(take<1>().seen.taken == 2);
    CHECK_BOTH(take<1>().fs.faults.made(call::thaw) == 0);
    CHECK_BOTH(take<1>(call::read_rmap, true).fs.faults.made(call::thaw) == 1);
    CHECK_BOTH(!take<1>(call::read_rmap, true).is_frozen);
}

TEST_CASE("an error that is collected is no failure") {
    CHECK_BOTH(take<2, true>(call::sync).error == result::error(EDOM));
    CHECK_BOTH(!fails<2, true>(call::sync));
    CHECK_BOTH(fails<2, true>(call::shut_down));
}
