// SPDX-License-Identifier: BSL-1.0
#include "interpreter_interfaces.hpp"

#include <memory>
#include <vector>

/// \file
/// Device, layers and filesystem with virtual functions: an abstract holder, an abstract
/// filesystem, an abstract policy.

namespace alternatives::with_virtual {

namespace {

class device {
public:
    int notify_failure(range where, unsigned flags) {
        if (!is_alive_)
            return -ENXIO;
        if (holder_ == nullptr)
            return -EOPNOTSUPP;
        return holder_->notify_failure(where, flags);
    }
    int kill() {
        const int answer = notify_failure({0, UINT64_MAX}, SAMPLE_PRE_REMOVE);
        is_alive_ = false;
        holder_ = nullptr;
        return answer;
    }
    void hold(holder& h) { holder_ = &h; }

private:
    bool is_alive_ = true;
    holder* holder_ = nullptr;
};

class filesystem_holder final : public holder {
public:
    filesystem_holder(std::unique_ptr<filesystem> fs, std::unique_ptr<policy> p)
        : fs_{std::move(fs)}, policy_{std::move(p)} {}
    int notify_failure(range where, unsigned flags) override {
        return notification<filesystem, policy>{*fs_, *policy_}.run(role_, where, flags);
    }

private:
    std::unique_ptr<filesystem> fs_;
    std::unique_ptr<policy> policy_;
    sample_role role_ = SAMPLE_DATA;
};

template <class Translation>
class layer final : public holder {
public:
    explicit layer(device& upper) : upper_{upper} {}
    int notify_failure(range where, unsigned flags) override {
        return translation_.for_each_piece(
            where, [this, flags](range piece) { return upper_.notify_failure(piece, flags); });
    }

private:
    Translation translation_;
    device& upper_;
};

struct stack : sample_stack {
    device upper;
    device lower;
    device* told = &upper;
    std::vector<std::unique_ptr<holder>> holders;
};

} // namespace

} // namespace alternatives::with_virtual

sample_stack* make_interpreter(sample_layout layout, sample_policy policy) {
    using namespace alternatives;
    using namespace alternatives::with_virtual;
    auto made = std::make_unique<stack>();
    made->notify_failure = [](sample_stack* self, std::uint64_t offset, std::uint64_t length,
                              unsigned flags) {
        return static_cast<stack*>(self)->told->notify_failure(range_of(offset, length), flags);
    };
    made->kill = [](sample_stack* self) { return static_cast<stack*>(self)->told->kill(); };
    made->destroy = [](sample_stack* self) { delete static_cast<stack*>(self); };
    made->holders.push_back(
        std::make_unique<filesystem_holder>(make_filesystem(layout), make_policy(policy)));
    if (layout != LAYOUT_UNHELD)
        made->upper.hold(*made->holders.back());
    if (layout == LAYOUT_PARTITION)
        made->holders.push_back(std::make_unique<layer<partition_place>>(made->upper));
    if (layout == LAYOUT_LINEAR)
        made->holders.push_back(std::make_unique<layer<linear_pieces>>(made->upper));
    if (made->holders.size() > 1) {
        made->lower.hold(*made->holders.back());
        made->told = &made->lower;
    }
    return made.release();
}
