// SPDX-License-Identifier: BSL-1.0
#include "by_hand.h"

#include <boost/signals2.hpp>
#include <boost/signals2/dummy_mutex.hpp>

#include <functional>
#include <memory>

/// \file
/// The filesystem and the layers by hand, told by what C++ has to call something that is not known:
/// a virtual function, a std::function, a signal of Boost.Signals2. No version here locks anything,
/// so the signals have the mutex that does nothing.

namespace {

namespace signals = boost::signals2;

/// How a device knows its holder, and what it then calls.
class virtual_function {
public:
    template <class Body>
    void hold(Body body) {
        made_ = std::make_unique<of<Body>>(body);
        holder_ = made_.get();
    }
    int tell(std::uint64_t offset, std::uint64_t length, unsigned flags) const {
        return holder_ == nullptr ? -EOPNOTSUPP : holder_->notify_failure(offset, length, flags);
    }
    void forget() { holder_ = nullptr; }

private:
    struct holder {
        virtual ~holder() = default;
        virtual int notify_failure(std::uint64_t offset, std::uint64_t length, unsigned flags) = 0;
    };
    template <class Body>
    struct of final : holder {
        explicit of(Body the_body) : body{the_body} {}
        int notify_failure(std::uint64_t offset, std::uint64_t length, unsigned flags) override {
            return body(offset, length, flags);
        }
        Body body;
    };

    holder* holder_ = nullptr;
    std::unique_ptr<holder> made_;
};

class callback {
public:
    template <class Body>
    void hold(Body body) {
        told_ = body;
    }
    int tell(std::uint64_t offset, std::uint64_t length, unsigned flags) const {
        return told_ ? told_(offset, length, flags) : -EOPNOTSUPP;
    }
    void forget() { told_ = nullptr; }

private:
    std::function<int(std::uint64_t, std::uint64_t, unsigned)> told_;
};

class signal {
public:
    template <class Body>
    void hold(Body body) {
        failed_.connect(body);
    }
    int tell(std::uint64_t offset, std::uint64_t length, unsigned flags) const {
        return failed_(offset, length, flags).value_or(-EOPNOTSUPP);
    }
    void forget() { failed_.disconnect_all_slots(); }

private:
    signals::signal_type<int(std::uint64_t, std::uint64_t, unsigned),
                         signals::keywords::mutex_type<signals::dummy_mutex>>::type failed_;
};

template <class Way>
struct device {
    bool is_alive = true;
    Way holder;

    int notify_failure(std::uint64_t offset, std::uint64_t length, unsigned flags) const {
        return is_alive ? holder.tell(offset, length, flags) : -ENXIO;
    }
    int kill() {
        const int answer = notify_failure(0, UINT64_MAX, SAMPLE_PRE_REMOVE);
        is_alive = false;
        holder.forget();
        return answer;
    }
};

template <class Way>
struct stack : sample_stack {
    device<Way> upper;
    device<Way> lower;
    device<Way>* told = &upper;
    partition on_disk{};
    linear on_lower{};
    filesystem fs{};

    stack(sample_layout layout, sample_policy policy)
        : sample_stack{
              [](sample_stack* self, std::uint64_t offset, std::uint64_t length, unsigned flags) {
                  return static_cast<stack*>(self)->told->notify_failure(offset, length, flags);
              },
              [](sample_stack* self) { return static_cast<stack*>(self)->told->kill(); },
              [](sample_stack* self) { delete static_cast<stack*>(self); }} {
        fill_filesystem(&fs, layout);
        const filesystem_holder holder{&fs, SAMPLE_DATA};
        if (layout != LAYOUT_UNHELD && policy == POLICY_XFS_LINUX_6_8)
            upper.holder.hold([holder](std::uint64_t offset, std::uint64_t length, unsigned flags) {
                return xfs_linux_6_8_notify_failure(&holder, offset, length, flags);
            });
        else if (layout != LAYOUT_UNHELD)
            upper.holder.hold([holder](std::uint64_t offset, std::uint64_t length, unsigned flags) {
                return recommended_notify_failure(&holder, offset, length, flags);
            });
        if (layout == LAYOUT_DIRECT || layout == LAYOUT_UNHELD)
            return;
        told = &lower;
        init_partition(&on_disk);
        init_linear(&on_lower, sample_targets_of(layout), SAMPLE_TARGETS, 0);
        if (layout == LAYOUT_PARTITION)
            lower.holder.hold([this](std::uint64_t offset, std::uint64_t length, unsigned flags) {
                return partition_piece(&on_disk, &offset, &length)
                           ? upper.notify_failure(offset, length, flags)
                           : -ENXIO;
            });
        else
            lower.holder.hold([this](std::uint64_t offset, std::uint64_t length, unsigned flags) {
                return tell_linear(&on_lower, &upper, tell_upper_device, offset, length, flags);
            });
    }

    static int tell_upper_device(const void* upper, std::uint64_t offset, std::uint64_t length,
                                 unsigned flags) {
        return static_cast<const device<Way>*>(upper)->notify_failure(offset, length, flags);
    }
};

} // namespace

sample_stack* make_virtual_function(sample_layout layout, sample_policy policy) {
    return new stack<virtual_function>{layout, policy};
}
sample_stack* make_std_function(sample_layout layout, sample_policy policy) {
    return new stack<callback>{layout, policy};
}
sample_stack* make_signals2(sample_layout layout, sample_policy policy) {
    return new stack<signal>{layout, policy};
}
