// SPDX-License-Identifier: BSL-1.0
#include "interpreter.hpp"

#include <functional>
#include <memory>
#include <utility>

/// \file
/// Device, layers and filesystem with std::function: whoever wants to be told leaves a callback,
/// and the operations of a filesystem and the decisions of a policy are callbacks too.

namespace {

using namespace alternatives;

struct device {
    bool is_alive = true;
    std::function<int(range, unsigned)> on_failure;

    int notify_failure(range where, unsigned flags) {
        if (!is_alive)
            return -ENXIO;
        if (!on_failure)
            return -EOPNOTSUPP;
        return on_failure(where, flags);
    }
    int kill() {
        const int answer = notify_failure({0, UINT64_MAX}, SAMPLE_PRE_REMOVE);
        is_alive = false;
        on_failure = nullptr;
        return answer;
    }
};

struct filesystem {
    std::function<bool()> is_born;
    std::function<bool(sample_role)> has_rmap;
    std::function<range(sample_role)> device_range;
    std::function<int(sample_role, range, const std::function<bool(const record&)>&)>
        for_each_mapping;
    std::function<int(const record&, sample_inode**)> find_in_core;
    std::function<bool(const sample_inode&)> is_dax;
    std::function<int()> freeze;
    std::function<int()> thaw;
    std::function<int()> thaw_user;
    std::function<int()> sync;
    std::function<int()> begin_walk;
    std::function<int(sample_role, range)> report_media_event;
    std::function<int(sample_role, range)> unmap_range;
    std::function<int(sample_shutdown)> shut_down;
    std::function<int(sample_inode&, range, sample_users, sample_poison)> kill_users;
    std::function<int(sample_inode&, range)> invalidate;
    std::function<int(sample_inode&, range)> report_data_lost;
};

struct policy {
    std::function<const verdict&(const event&, filesystem&)> gate;
    std::function<const verdict&(record_context<filesystem>&)> record;
    std::function<const verdict&(const event&, walk_outcome)> end;
};

filesystem callbacks_of(sample_filesystem& fs) {
    filesystem made;
    made.is_born = [&fs] { return fs.is_born(); };
    made.has_rmap = [&fs](sample_role device) { return fs.has_rmap(device); };
    made.device_range = [&fs](sample_role device) { return fs.device_range(device); };
    made.for_each_mapping = [&fs](sample_role device, range part,
                                  const std::function<bool(const record&)>& visit) {
        return fs.for_each_mapping(device, part, visit);
    };
    made.find_in_core = [&fs](const record& r, sample_inode** found) {
        return fs.find_in_core(r, found);
    };
    made.is_dax = [&fs](const sample_inode& i) { return fs.is_dax(i); };
    made.freeze = [&fs] { return fs.freeze(); };
    made.thaw = [&fs] { return fs.thaw(); };
    made.thaw_user = [&fs] { return fs.thaw_user(); };
    made.sync = [&fs] { return fs.sync(); };
    made.begin_walk = [&fs] { return fs.begin_walk(); };
    made.report_media_event = [&fs](sample_role device, range part) {
        return fs.report_media_event(device, part);
    };
    made.unmap_range = [&fs](sample_role device, range part) {
        return fs.unmap_range(device, part);
    };
    made.shut_down = [&fs](sample_shutdown reason) { return fs.shut_down(reason); };
    made.kill_users = [&fs](sample_inode& i, range file, sample_users who, sample_poison pages) {
        return fs.kill_users(i, file, who, pages);
    };
    made.invalidate = [&fs](sample_inode& i, range file) { return fs.invalidate(i, file); };
    made.report_data_lost = [&fs](sample_inode& i, range file) {
        return fs.report_data_lost(i, file);
    };
    return made;
}

template <class Decisions>
policy callbacks_for() {
    return {Decisions::template gate<filesystem>, Decisions::template record<filesystem>,
            Decisions::end};
}

struct stack : sample_stack {
    explicit stack(sample_layout layout) : sample_stack{}, concrete{layout} {}

    sample_filesystem concrete;
    filesystem fs = callbacks_of(concrete);
    policy decisions;
    sample_role role = SAMPLE_DATA;
    device upper;
    device lower;
    device* told = &upper;
};

template <class Translation>
void put_layer(stack& s) {
    s.lower.on_failure = [translation = Translation{}, &upper = s.upper](range where,
                                                                         unsigned flags) {
        return translation.for_each_piece(
            where, [&upper, flags](range piece) { return upper.notify_failure(piece, flags); });
    };
    s.told = &s.lower;
}

} // namespace

sample_stack* make_std_function(sample_layout layout, sample_policy policy) {
    auto made = std::make_unique<stack>(layout);
    made->notify_failure = [](sample_stack* self, std::uint64_t offset, std::uint64_t length,
                              unsigned flags) {
        return static_cast<stack*>(self)->told->notify_failure(range_of(offset, length), flags);
    };
    made->kill = [](sample_stack* self) { return static_cast<stack*>(self)->told->kill(); };
    made->destroy = [](sample_stack* self) { delete static_cast<stack*>(self); };
    made->decisions = policy == POLICY_XFS_LINUX_6_8 ? callbacks_for<xfs_linux_6_8_decisions>()
                                                     : callbacks_for<recommended_decisions>();
    if (layout != LAYOUT_UNHELD)
        made->upper.on_failure = [s = made.get()](range where, unsigned flags) {
            return notification<filesystem, ::policy>{s->fs, s->decisions}.run(s->role, where,
                                                                               flags);
        };
    if (layout == LAYOUT_PARTITION)
        put_layer<partition_place>(*made);
    if (layout == LAYOUT_LINEAR)
        put_layer<linear_pieces>(*made);
    return made.release();
}
