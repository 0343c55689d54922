// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "operations.h"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <span>

/// \file
/// A policy as data: it answers an event or a record with a list of steps, and this here takes
/// them. The policy and the filesystem are whatever has these members, such as virtual functions.
/// Nothing is allocated, nothing is asked twice, and what a policy answers are constants.
namespace alternatives {

struct range {
    std::uint64_t offset = 0;
    std::uint64_t end = 0;

    [[nodiscard]] bool empty() const { return offset >= end; }
    [[nodiscard]] std::uint64_t length() const { return end - offset; }
    [[nodiscard]] bool is_whole_device() const { return offset == 0 && end == UINT64_MAX; }
    [[nodiscard]] range within(range other) const {
        return {std::max(offset, other.offset), std::min(end, other.end)};
    }
};

struct record {
    range extent;
    sample_owner owner = SAMPLE_METADATA;
    std::uint64_t inode_number = 0;
    std::uint64_t file_offset = 0;
};

enum class action : std::uint8_t {
    freeze,
    thaw,
    thaw_user,
    sync,
    begin_walk,
    report_media_event,
    unmap_range,
    shut_down,
    note_shutdown,
    kill_users,
    invalidate,
    report_data_lost,
};

enum class on_error : std::uint8_t { stop, collect, ignore };

struct step {
    action what;
    on_error then = on_error::ignore;
    sample_shutdown reason = SAMPLE_CORRUPT_ONDISK;
    sample_users who = SAMPLE_EARLY;
    sample_poison pages = SAMPLE_MARKED;
};

enum class ending : std::uint8_t { finish, finish_with_error, walk, next };

/// What a policy says: the steps in order, and how it ends.
struct verdict {
    std::span<const step> steps;
    ending end;
    int error = 0;
};

struct event {
    sample_role device;
    bool is_removal;
    bool is_whole_device;
    range part;
};

enum class inode_state : std::uint8_t { in_core, not_in_core, lookup_failed };

/// A record, and its inode, which is looked up when somebody asks.
template <class Filesystem>
struct record_context {
    Filesystem& fs;
    const event& about;
    const record& what;
    sample_inode* inode = nullptr;
    int lookup_error = 0;
    bool is_looked_up = false;

    inode_state look_up() {
        if (!is_looked_up) {
            is_looked_up = true;
            lookup_error = fs.find_in_core(what, &inode);
        }
        return lookup_error == 0          ? inode_state::in_core
               : lookup_error == -ENODATA ? inode_state::not_in_core
                                          : inode_state::lookup_failed;
    }
    bool is_dax() { return fs.is_dax(*inode); }
};

struct walk_outcome {
    bool is_started;
    int error;
    bool is_shutdown_wanted;
};

/// A notification of `fs` by `policy`: 0 or a negative errno.
template <class Filesystem, class Policy>
class notification {
public:
    notification(Filesystem& fs, const Policy& policy) : fs_{fs}, policy_{policy} {}

    int run(sample_role device, range where, unsigned flags) {
        const range own = fs_.device_range(device);
        const range hit = where.within(own);
        event_ = {device, (flags & SAMPLE_PRE_REMOVE) != 0, where.is_whole_device(),
                  hit.empty() ? range{} : range{hit.offset - own.offset, hit.end - own.offset}};

        const verdict& gate = policy_.gate(event_, fs_);
        const bool is_prevented = !take(gate, nullptr);
        if (gate.end != ending::walk)
            return gate.error;

        if (!is_prevented) {
            const int walked = fs_.for_each_mapping(
                device, event_.part, [this](const record& r) { return this->visit(r); });
            if (error_ == 0)
                error_ = walked;
        }
        const verdict& end = policy_.end(event_, {!is_prevented, error_, is_shutdown_wanted_});
        take(end, nullptr);
        return end.end == ending::finish_with_error ? error_ : end.error;
    }

private:
    using context = record_context<Filesystem>;

    bool visit(const record& r) {
        context c{fs_, event_, r};
        return take(policy_.record(c), &c);
    }

    /// Returns whether all went well that has to.
    bool take(const verdict& v, context* c) {
        bool is_well = true;
        for (const step& s : v.steps) {
            if (!is_well && v.end == ending::walk)
                break;
            const int error = perform(s, c);
            if (error == 0 || s.then == on_error::ignore)
                continue;
            is_well = is_well && s.then != on_error::stop;
            if (error_ == 0)
                error_ = error;
        }
        return is_well;
    }

    int perform(const step& s, context* c) {
        range in_file;
        if (c != nullptr) {
            const range part = c->what.extent.within(event_.part);
            const auto begin = part.offset - c->what.extent.offset + c->what.file_offset;
            in_file = {begin, begin + part.length()};
        }
        switch (s.what) {
        case action::freeze: {
            const int error = fs_.freeze();
            is_frozen_ = error == 0;
            return error;
        }
        case action::thaw:
            return is_frozen_ ? fs_.thaw() : 0;
        case action::thaw_user:
            return fs_.thaw_user();
        case action::sync:
            return fs_.sync();
        case action::begin_walk:
            return fs_.begin_walk();
        case action::report_media_event:
            return fs_.report_media_event(event_.device, event_.part);
        case action::unmap_range:
            return fs_.unmap_range(event_.device, event_.part);
        case action::shut_down:
            return fs_.shut_down(s.reason);
        case action::note_shutdown:
            is_shutdown_wanted_ = true;
            return 0;
        case action::kill_users:
            return fs_.kill_users(*c->inode, in_file, s.who, s.pages);
        case action::invalidate:
            return fs_.invalidate(*c->inode, in_file);
        case action::report_data_lost:
            return fs_.report_data_lost(*c->inode, in_file);
        }
        return 0;
    }

    Filesystem& fs_;
    const Policy& policy_;
    event event_{};
    int error_ = 0;
    bool is_shutdown_wanted_ = false;
    bool is_frozen_ = false;
};

/// What XFS does in Linux 6.8.
struct xfs_linux_6_8_decisions {
    template <class Filesystem>
    static const verdict& gate(const event& e, Filesystem& fs) {
        static constexpr verdict not_born{{}, ending::finish, -EIO};
        static constexpr verdict unsupported{{}, ending::finish, -EOPNOTSUPP};
        static constexpr verdict succeed{{}, ending::finish};
        static constexpr step log_steps[] = {{action::shut_down}};
        static constexpr verdict log_lost{log_steps, ending::finish, -SAMPLE_EFSCORRUPTED};
        static constexpr verdict outside{{}, ending::finish, -ENXIO};
        static constexpr step removal_steps[] = {{action::freeze},
                                                 {action::begin_walk, on_error::stop}};
        static constexpr verdict removal{removal_steps, ending::walk};
        static constexpr step corruption_steps[] = {{action::begin_walk, on_error::stop}};
        static constexpr verdict corruption{corruption_steps, ending::walk};
        if (!fs.is_born())
            return not_born;
        if (e.device == SAMPLE_REALTIME)
            return unsupported;
        if (e.device == SAMPLE_LOG)
            return e.is_removal ? succeed : log_lost;
        if (!fs.has_rmap(e.device))
            return unsupported;
        if (e.part.empty())
            return outside;
        return e.is_removal ? removal : corruption;
    }

    template <class Filesystem>
    static const verdict& record(record_context<Filesystem>& c) {
        static constexpr verdict next{{}, ending::next};
        static constexpr step note_steps[] = {{action::note_shutdown}};
        static constexpr verdict note{note_steps, ending::next};
        static constexpr step removal_steps[] = {
            {action::kill_users, on_error::stop, {}, SAMPLE_EVERY, SAMPLE_NOT_MARKED},
            {action::invalidate}};
        static constexpr verdict removal{removal_steps, ending::next};
        static constexpr step corruption_steps[] = {{action::kill_users, on_error::stop}};
        static constexpr verdict corruption{corruption_steps, ending::next};
        static constexpr step buffered_steps[] = {{action::invalidate}};
        static constexpr verdict buffered{buffered_steps, ending::next};
        if (c.what.owner != SAMPLE_FILE_DATA)
            return c.about.is_removal ? next : note;
        switch (c.look_up()) {
        case inode_state::not_in_core:
            return next;
        case inode_state::lookup_failed:
            return note;
        case inode_state::in_core:
            break;
        }
        if (c.is_dax())
            return c.about.is_removal ? removal : corruption;
        return c.about.is_removal ? buffered : next;
    }

    static const verdict& end(const event& e, walk_outcome walk) {
        static constexpr step not_started_steps[] = {{action::thaw}, {action::thaw_user}};
        static constexpr verdict removal_not_started{not_started_steps, ending::finish_with_error};
        static constexpr verdict not_started{{}, ending::finish_with_error};
        static constexpr step removal_steps[] = {
            {action::shut_down, on_error::ignore, SAMPLE_FORCE_UMOUNT},
            {action::thaw},
            {action::thaw_user}};
        static constexpr verdict removal{removal_steps, ending::finish_with_error};
        static constexpr step corrupt_steps[] = {{action::shut_down}};
        static constexpr verdict failed{corrupt_steps, ending::finish_with_error};
        static constexpr verdict corrupt{corrupt_steps, ending::finish, -SAMPLE_EFSCORRUPTED};
        static constexpr verdict succeed{{}, ending::finish};
        if (!walk.is_started)
            return e.is_removal ? removal_not_started : not_started;
        if (e.is_removal)
            return removal;
        if (walk.error != 0)
            return failed;
        return walk.is_shutdown_wanted ? corrupt : succeed;
    }
};

/// What daxhold recommends.
struct recommended_decisions {
    template <class Filesystem>
    static const verdict& gate(const event& e, Filesystem& fs) {
        static constexpr verdict not_born{{}, ending::finish, -EIO};
        static constexpr verdict outside{{}, ending::finish, -ENXIO};
        static constexpr step report_and_end[] = {
            {action::report_media_event},
            {action::sync},
            {action::shut_down, on_error::ignore, SAMPLE_FORCE_UMOUNT},
            {action::thaw_user}};
        static constexpr verdict log_removal{report_and_end, ending::finish};
        static constexpr step report_and_shut_down[] = {
            {action::report_media_event}, {action::shut_down}, {action::thaw_user}};
        static constexpr verdict log_lost{report_and_shut_down, ending::finish,
                                          -SAMPLE_EFSCORRUPTED};
        static constexpr step report_end_and_unmap[] = {
            {action::report_media_event},
            {action::sync},
            {action::shut_down, on_error::ignore, SAMPLE_FORCE_UMOUNT},
            {action::thaw_user},
            {action::unmap_range}};
        static constexpr verdict unmapped_removal{report_end_and_unmap, ending::finish,
                                                  -EOPNOTSUPP};
        static constexpr step report_and_unmap[] = {{action::report_media_event},
                                                    {action::unmap_range}};
        static constexpr verdict unmapped_part{report_and_unmap, ending::finish, -EOPNOTSUPP};
        static constexpr step report[] = {{action::report_media_event}};
        static constexpr verdict unmapped{report, ending::finish, -EOPNOTSUPP};
        static constexpr verdict walked{report, ending::walk};
        if (!fs.is_born())
            return not_born;
        if (e.part.empty())
            return outside;
        if (e.device == SAMPLE_LOG)
            return e.is_removal ? log_removal : log_lost;
        if (fs.has_rmap(e.device))
            return walked;
        if (!e.is_removal)
            return unmapped;
        return e.is_whole_device ? unmapped_removal : unmapped_part;
    }

    template <class Filesystem>
    static const verdict& record(record_context<Filesystem>& c) {
        static constexpr verdict next{{}, ending::next};
        static constexpr step note_steps[] = {{action::note_shutdown}};
        static constexpr verdict note{note_steps, ending::next};
        static constexpr step removal_steps[] = {
            {action::kill_users, on_error::collect, {}, SAMPLE_EVERY, SAMPLE_NOT_MARKED}};
        static constexpr verdict removal{removal_steps, ending::next};
        static constexpr step part_steps[] = {
            {action::kill_users, on_error::collect, {}, SAMPLE_EVERY, SAMPLE_NOT_MARKED},
            {action::invalidate, on_error::collect}};
        static constexpr verdict removal_of_part{part_steps, ending::next};
        static constexpr step corruption_steps[] = {{action::kill_users, on_error::collect},
                                                    {action::report_data_lost}};
        static constexpr verdict corruption{corruption_steps, ending::next};
        static constexpr step report_steps[] = {{action::report_data_lost}};
        static constexpr verdict buffered{report_steps, ending::next};
        if (c.what.owner != SAMPLE_FILE_DATA)
            return c.about.is_removal && c.about.is_whole_device ? next : note;
        if (c.look_up() != inode_state::in_core)
            return next;
        if (!c.is_dax())
            return c.about.is_removal ? next : buffered;
        if (!c.about.is_removal)
            return corruption;
        return c.about.is_whole_device ? removal : removal_of_part;
    }

    static const verdict& end(const event& e, walk_outcome walk) {
        static constexpr step removal_steps[] = {
            {action::sync},
            {action::shut_down, on_error::ignore, SAMPLE_FORCE_UMOUNT},
            {action::thaw_user},
            {action::unmap_range, on_error::collect}};
        static constexpr verdict removal{removal_steps, ending::finish_with_error};
        static constexpr step part_steps[] = {
            {action::shut_down, on_error::ignore, SAMPLE_FORCE_UMOUNT}, {action::thaw_user}};
        static constexpr verdict removal_of_part{part_steps, ending::finish_with_error};
        static constexpr verdict return_error{{}, ending::finish_with_error};
        static constexpr step corrupt_steps[] = {{action::shut_down}, {action::thaw_user}};
        static constexpr verdict corrupt_and_untold{corrupt_steps, ending::finish_with_error};
        static constexpr verdict corrupt{corrupt_steps, ending::finish, -SAMPLE_EFSCORRUPTED};
        if (e.is_removal && e.is_whole_device)
            return removal;
        // A walk of this filesystem neither fails nor is kept from starting.
        if (!walk.is_shutdown_wanted)
            return return_error;
        if (e.is_removal)
            return removal_of_part;
        return walk.error != 0 ? corrupt_and_untold : corrupt;
    }
};

/// The translations of the two layers: the piece of the upper device on a range of the lower one.
struct partition_place {
    std::uint64_t start = sample_partition_start;
    std::uint64_t length = sample_size;

    /// Calls `tell(range)` for each piece, and combines the answers.
    template <class Tell>
    int for_each_piece(range on_disk, Tell&& tell) const {
        const range hit = on_disk.within({start, start + length});
        if (hit.empty())
            return -ENXIO;
        return tell(on_disk.is_whole_device() ? on_disk
                                              : range{hit.offset - start, hit.end - start});
    }
};

struct linear_pieces {
    std::span<const sample_target> targets{sample_targets};
    unsigned lower = 0;

    template <class Tell>
    int for_each_piece(range on_lower, Tell&& tell) const {
        if (on_lower.is_whole_device() &&
            std::all_of(targets.begin(), targets.end(),
                        [this](const sample_target& t) { return t.lower == lower; }))
            return tell(on_lower);
        int answer = -ENXIO;
        for (const sample_target& t : targets) {
            const range hit = on_lower.within({t.lower_start, t.lower_start + t.length});
            if (t.lower != lower || hit.empty())
                continue;
            answer = combine(answer, tell(range{hit.offset - t.lower_start + t.start,
                                                hit.end - t.lower_start + t.start}));
        }
        return answer;
    }

    static int combine(int first, int second) {
        if (first == -ENXIO)
            return second;
        if (second == -ENXIO)
            return first;
        if (first != 0 && first != -EOPNOTSUPP)
            return first;
        if (second != 0 && second != -EOPNOTSUPP)
            return second;
        return first != 0 ? first : second;
    }
};

/// The small filesystem itself, without anything between it and its operations.
class sample_filesystem {
public:
    explicit sample_filesystem(sample_layout layout)
        : data_{layout == LAYOUT_DIRECT ? sample_start : 0,
                (layout == LAYOUT_DIRECT ? sample_start : 0) + sample_size} {
        sample_superblock_init(&sb_);
        for (const auto& r : sample_records)
            records_[record_count_++] = {
                {r.offset, r.offset + r.length}, r.owner, r.inode_number, r.file_offset};
    }

    [[nodiscard]] bool is_born() const { return born_; }
    [[nodiscard]] bool has_rmap(sample_role /*device*/) const { return rmap_present_; }
    [[nodiscard]] range device_range(sample_role device) const {
        return device == SAMPLE_DATA ? data_ : range{};
    }

    template <class Visitor>
    int for_each_mapping(sample_role /*device*/, range part, Visitor&& visit) {
        for (std::size_t i = 0; i != record_count_; ++i) {
            const record& r = records_[i];
            if (r.extent.end <= part.offset)
                continue;
            if (r.extent.offset >= part.end || !visit(r))
                break;
        }
        return 0;
    }

    int find_in_core(const record& r, sample_inode** found) {
        return operation_find_in_core(&sb_, r.inode_number, found);
    }
    [[nodiscard]] bool is_dax(const sample_inode& i) const { return i.is_dax; }

    int freeze() { return operation_freeze(&sb_); }
    int thaw() { return operation_thaw(&sb_); }
    int thaw_user() { return operation_thaw_user(&sb_); }
    int sync() { return operation_sync(&sb_); }
    int begin_walk() { return operation_begin_walk(&sb_); }
    int report_media_event(sample_role device, range part) {
        return operation_report_media_event(&sb_, device, part.offset, part.length());
    }
    int unmap_range(sample_role device, range part) {
        return operation_unmap_range(&sb_, device, part.offset, part.length());
    }
    int shut_down(sample_shutdown reason) { return operation_shut_down(&sb_, reason); }
    int kill_users(sample_inode& i, range file, sample_users who, sample_poison pages) {
        return operation_kill_users(&sb_, &i, file.offset, file.length(), who, pages);
    }
    int invalidate(sample_inode& i, range file) {
        return operation_invalidate(&sb_, &i, file.offset, file.length());
    }
    int report_data_lost(sample_inode& i, range file) {
        return operation_report_data_lost(&sb_, &i, file.offset, file.length());
    }

private:
    sample_superblock sb_{};
    bool born_ = true;
    bool rmap_present_ = true;
    range data_;
    std::size_t record_count_ = 0;
    record records_[SAMPLE_RECORDS];
};

/// The range that a driver names by its offset and length.
[[nodiscard]] inline range range_of(std::uint64_t offset, std::uint64_t length) {
    return {offset, length > UINT64_MAX - offset ? UINT64_MAX : offset + length};
}

} // namespace alternatives
