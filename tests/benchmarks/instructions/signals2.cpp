// SPDX-License-Identifier: BSL-1.0
#include "interpreter.hpp"

#include <boost/signals2.hpp>
#include <boost/signals2/dummy_mutex.hpp>

#include <memory>
#include <utility>

/// \file
/// A holder subscribes to a signal of its device (Boost.Signals2). Nothing else is a signal: the
/// filesystem and the policy behind the slot are of known types. No version here locks anything, so
/// the signals have the mutex that does nothing.

namespace {

using namespace alternatives;
namespace signals = boost::signals2;

struct device {
    using signal = signals::signal_type<int(range, unsigned),
                                        signals::keywords::mutex_type<signals::dummy_mutex>>::type;

    bool is_alive = true;
    signal failed;

    int notify_failure(range where, unsigned flags) {
        if (!is_alive)
            return -ENXIO;
        return failed(where, flags).value_or(-EOPNOTSUPP);
    }
    int kill() {
        const int answer = notify_failure({0, UINT64_MAX}, SAMPLE_PRE_REMOVE);
        is_alive = false;
        failed.disconnect_all_slots();
        return answer;
    }
};

struct stack : sample_stack {
    explicit stack(sample_layout layout) : sample_stack{}, fs{layout} {}

    sample_filesystem fs;
    sample_role role = SAMPLE_DATA;
    device upper;
    device lower;
    device* told = &upper;
};

template <class Policy>
void hold(stack& s) {
    s.upper.failed.connect([&s](range where, unsigned flags) {
        const Policy policy;
        return notification<sample_filesystem, Policy>{s.fs, policy}.run(s.role, where, flags);
    });
}

template <class Translation>
void put_layer(stack& s) {
    s.lower.failed.connect(
        [translation = Translation{}, &upper = s.upper](range where, unsigned flags) {
            return translation.for_each_piece(
                where, [&upper, flags](range piece) { return upper.notify_failure(piece, flags); });
        });
    s.told = &s.lower;
}

} // namespace

sample_stack* make_signals2(sample_layout layout, sample_policy policy) {
    auto made = std::make_unique<stack>(layout);
    made->notify_failure = [](sample_stack* self, std::uint64_t offset, std::uint64_t length,
                              unsigned flags) {
        return static_cast<stack*>(self)->told->notify_failure(range_of(offset, length), flags);
    };
    made->kill = [](sample_stack* self) { return static_cast<stack*>(self)->told->kill(); };
    made->destroy = [](sample_stack* self) { delete static_cast<stack*>(self); };
    if (layout != LAYOUT_UNHELD) {
        if (policy == POLICY_XFS_LINUX_6_8)
            hold<xfs_linux_6_8_decisions>(*made);
        else
            hold<recommended_decisions>(*made);
    }
    if (layout == LAYOUT_PARTITION)
        put_layer<partition_place>(*made);
    if (layout == LAYOUT_LINEAR)
        put_layer<linear_pieces>(*made);
    return made.release();
}
