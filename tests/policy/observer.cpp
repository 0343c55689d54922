// SPDX-License-Identifier: BSL-1.0
#include "daxhold/policy/observer.hpp"

#include "../support/notification.hpp"

using namespace support;
using releases::xfs_linux_6_8;

namespace {

enum class seen : unsigned char {
    gate,
    record,
    withheld,
    begins,
    step,
    skipped,
    walk_ended,
    end,
    end_withheld,
    finished
};

/// Writes down what it sees, in order.
struct witness : no_observer {
    seen order[64] = {};
    std::size_t count = 0;
    std::size_t gate_row = 99;
    std::size_t end_row = 99;
    std::uint64_t rows_at_end = 0;
    byte_range parts = {};
    bool is_left_frozen = false;
    result outcome{};

    constexpr void note(seen what) { order[count++] = what; }

    constexpr void gate_decided(std::size_t row) {
        note(seen::gate);
        gate_row = row;
    }
    template <class Record>
    constexpr void record_decided(std::size_t, const Record& record, byte_range part) {
        note(seen::record);
        if (record.owner == owner::file_data)
            parts = part;
    }
    template <class Record>
    constexpr void record_withheld(std::uint64_t, const Record&, byte_range part) {
        note(seen::withheld);
        parts = part;
    }
    template <class Own>
    constexpr void step_begins(const step<Own>&) {
        note(seen::begins);
    }
    template <class Own>
    constexpr void step_taken(const step<Own>&, result) {
        note(seen::step);
    }
    template <class Own>
    constexpr void step_skipped(const step<Own>&) {
        note(seen::skipped);
    }
    constexpr void walk_ended(walk_end, byte_range) { note(seen::walk_ended); }
    constexpr void end_decided(std::size_t row) {
        note(seen::end);
        end_row = row;
    }
    constexpr void end_withheld(std::uint64_t rows) {
        note(seen::end_withheld);
        rows_at_end = rows;
    }
    constexpr void finished(result how, bool left_frozen) {
        note(seen::finished);
        outcome = how;
        is_left_frozen = left_frozen;
    }

    template <class... Seen>
    [[nodiscard]] constexpr bool saw(Seen... expected) const {
        const seen all[] = {expected...};
        bool same = count == sizeof...(Seen);
        for (std::size_t i = 0; same && i != count; ++i)
            same = order[i] == all[i];
        return same;
    }
};

struct hushed : mock_filesystem {
    static constexpr bool withholds_owners = true;
};

template <class Mock = mock_filesystem>
constexpr witness watch(cause why, byte_range where, call failing = call::sync) {
    auto fs = populated<Mock>();
    fs.add(rmap_record{blocks(70, 1), owner::unknown});
    fs.faults.fail(failing, 1, EDOM);
    witness w;
    const auto answer = notify_failure<xfs_linux_6_8>(fs, role::data, where, why, w);
    if (!(answer == w.outcome))
        w.count = 0;
    return w;
}

/// A policy whose gate leaves a step out.
struct skipping : words {
    static constexpr auto gate = table(otherwise >> begin_walk >> freeze >> walk);
    static constexpr auto record = table(otherwise >> next);
    static constexpr auto end = table(otherwise >> return_error);
};
constexpr witness watch_skipping() {
    mock_filesystem fs;
    fs.faults.fail(call::begin_walk, 1, EDOM);
    witness w;
    static_cast<void>(notify_failure<skipping>(fs, role::data, blocks(0, 1), cause::removal, w));
    return w;
}

} // namespace

TEST_CASE("an observer sees what happens in the order in which it happens") {
    using enum seen;
    // metadata: noted; then shut down
    CHECK_BOTH(watch(cause::corruption, blocks(0, 1))
                   .saw(gate, begins, step, record, begins, step, walk_ended, end, begins, step,
                        finished));
    // one page of a file: freeze, begin, kill, invalidate, shut down, thaw, thaw the user's
    CHECK_BOTH(watch(cause::removal, blocks(12, 1))
                   .saw(gate, begins, step, begins, step, record, begins, step, begins, step,
                        walk_ended, end, begins, step, begins, step, begins, step, finished));
    CHECK_BOTH(watch(cause::removal, blocks(12, 1)).parts == blocks(12, 1));
    CHECK_BOTH(watch(cause::removal, blocks(12, 1)).gate_row == 6);
    CHECK_BOTH(watch(cause::removal, blocks(12, 1)).end_row == 2);
    // outside: the gate, and it is over
    CHECK_BOTH(watch(cause::removal, blocks(300, 1)).saw(gate, finished));
    CHECK_BOTH(watch(cause::removal, blocks(300, 1)).outcome == no_such_device);
}

TEST_CASE("it sees what is left out, and what stays") {
    using enum seen;
    CHECK_BOTH(watch_skipping().saw(gate, begins, step, skipped, walk_ended, end, finished));
    CHECK_BOTH(!watch(cause::removal, blocks(12, 1)).is_left_frozen);
    CHECK_BOTH(watch(cause::removal, blocks(12, 1), call::thaw).is_left_frozen);
}

TEST_CASE("it sees what is withheld") {
    using enum seen;
    CHECK_BOTH(watch<hushed>(cause::corruption, blocks(70, 1))
                   .saw(gate, begins, step, withheld, walk_ended, end_withheld, finished));
    CHECK_BOTH(watch<hushed>(cause::corruption, blocks(70, 1)).parts == blocks(70, 1));
    // either a shutdown that was asked for, or nothing
    CHECK_BOTH(watch<hushed>(cause::corruption, blocks(70, 1)).rows_at_end ==
               ((1U << 4U) | (1U << 5U)));
}

TEST_CASE("nobody has to watch everything") {
    struct only_the_end : no_observer {
        result outcome{};
        constexpr void finished(result how, bool) { outcome = how; }
    };
    CHECK_BOTH([] {
        auto fs = populated<>();
        only_the_end w;
        return notify_failure<xfs_linux_6_8>(fs, role::data, blocks(0, 1), cause::corruption, w) ==
                   filesystem_corrupted &&
               w.outcome == filesystem_corrupted;
    }());
}
