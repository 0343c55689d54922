// SPDX-License-Identifier: BSL-1.0
#include "daxhold/device.hpp"
#include "daxhold/policy.hpp"
#include "daxhold/releases.hpp"

#include "operations.h"

#include <cerrno>
#include <cstdlib>

/// \file
/// Device, layers and filesystem by the library, with each of its three kinds of holders.

namespace {

using namespace daxhold;
using namespace daxhold::tables;

[[nodiscard]] result from(int error) noexcept { return result::from_kernel(error); }

/// The small filesystem, as somebody writes it for the engine.
struct filesystem {
    sample_superblock sb{};
    bool born = true;
    bool rmap_present = true;
    byte_range devices[4]{};
    const rmap_record* records_end = records;
    rmap_record records[SAMPLE_RECORDS]{};

    [[nodiscard]] bool is_born() const noexcept { return born; }
    [[nodiscard]] byte_range device_range(role device) const noexcept {
        return devices[static_cast<std::size_t>(device)];
    }
    [[nodiscard]] bool has_rmap(role /*device*/) const noexcept { return rmap_present; }

    // The engine has a place for each row that walks. Compilers make one function of them, and what
    // the engine knows goes through memory, unless they are told.
    template <class Visitor>
    [[gnu::always_inline]] result for_each_mapping(role /*device*/, byte_range range,
                                                   Visitor&& visit) {
        const rmap_record* record = records;
        const rmap_record* const last = records_end;
        while (record != last && record->extent.end() <= range.offset())
            ++record;
        for (; record != last && record->extent.offset() < range.end(); ++record) {
            // They ascend, so that all from here on end there or later.
            if (record->extent.end() <= range.offset())
                __builtin_unreachable();
            if (!visit(*record))
                break;
        }
        return {};
    }

    using inode_handle = sample_inode*;
    result find_in_core(const rmap_record& record, sample_inode*& found) {
        return from(operation_find_in_core(&sb, record.inode_number, &found));
    }
    [[nodiscard]] bool is_dax(const sample_inode* i) const noexcept { return i->is_dax; }

    result freeze() noexcept { return from(operation_freeze(&sb)); }
    result thaw() noexcept { return from(operation_thaw(&sb)); }
    result thaw_user() noexcept { return from(operation_thaw_user(&sb)); }
    result sync() noexcept { return from(operation_sync(&sb)); }
    result begin_walk() noexcept { return from(operation_begin_walk(&sb)); }
    result shut_down(shutdown_reason reason) noexcept {
        return from(operation_shut_down(&sb, static_cast<sample_shutdown>(reason)));
    }
    result report_media_event(role device, byte_range part) noexcept {
        return from(operation_report_media_event(&sb, static_cast<sample_role>(device),
                                                 part.offset(), part.length()));
    }
    result unmap_range(role device, byte_range part) noexcept {
        return from(operation_unmap_range(&sb, static_cast<sample_role>(device), part.offset(),
                                          part.length()));
    }
    result kill_users(sample_inode* i, byte_range file, users who, poison pages) noexcept {
        return from(operation_kill_users(&sb, i, file.offset(), file.length(),
                                         static_cast<sample_users>(who),
                                         static_cast<sample_poison>(pages)));
    }
    result invalidate(sample_inode* i, byte_range file) noexcept {
        return from(operation_invalidate(&sb, i, file.offset(), file.length()));
    }
    result report_data_lost(sample_inode* i, byte_range file) noexcept {
        return from(operation_report_data_lost(&sb, i, file.offset(), file.length()));
    }
};

using flags = failure_flags<lineage::linux_6_8::mf_flags>;

/// The second member of a closed set of holders.
struct other_holder {
    static result notify_failure(byte_range /*range*/, flags /*why*/) {
        return unsupported_operation;
    }
};

struct by_static_holder {
    template <class Holder>
    using handle = static_holder<Holder>;
};
struct by_holder_one_of {
    template <class Holder>
    using handle = holder_one_of<other_holder, Holder>;
};
struct by_any_holder {
    template <class Holder>
    using handle = any_holder<flags>;
};

template <class Way, class Holder>
using device_of = basic_dax_device<typename Way::template handle<Holder>, flags>;

void fill(filesystem& fs, sample_layout layout) {
    sample_superblock_init(&fs.sb);
    fs.devices[SAMPLE_DATA] = {layout == LAYOUT_DIRECT ? sample_start : 0, sample_size};
    fs.records_end = fs.records;
    for (const auto& r : sample_records)
        fs.records[fs.records_end++ - fs.records] = {
            {r.offset, r.length},
            r.owner == SAMPLE_METADATA ? owner::metadata : static_cast<owner>(r.owner),
            r.inode_number,
            r.file_offset,
            sharing::sole};
}

/// A device that a filesystem holds.
template <class Way, class Policy>
struct direct {
    using holder_type = filesystem_holder<Policy, filesystem>;
    filesystem fs;
    holder_type holder{fs};
    device_of<Way, holder_type> device;

    explicit direct(sample_layout layout) {
        fill(fs, layout);
        using handle = typename Way::template handle<holder_type>;
        if (layout != LAYOUT_UNHELD && !device.hold(handle{holder}).ok())
            std::abort();
    }
};

/// A device on which such a one lies.
template <class Way, class Policy, class Translation>
struct layered {
    using upper_type = direct<Way, Policy>;
    using holder_type = mapped<Translation, decltype(upper_type::device)>;
    upper_type upper;
    holder_type holder;
    device_of<Way, holder_type> device;

    layered(sample_layout layout, Translation translation)
        : upper{layout}, holder{translation, upper.device} {
        using handle = typename Way::template handle<holder_type>;
        if (!device.hold(handle{holder}).ok())
            std::abort();
    }
};

template <class Held>
struct stack : sample_stack {
    Held held;

    template <class... Arguments>
    explicit stack(Arguments... arguments)
        : sample_stack{&tell, &take_away, &remove}, held{arguments...} {}

    static int tell(sample_stack* self, std::uint64_t offset, std::uint64_t length, unsigned bits) {
        auto& device = static_cast<stack*>(self)->held.device;
        return dax_holder_notify_failure(device, {offset, length}, flags::from_bits(bits)).value();
    }
    static int take_away(sample_stack* self) {
        return kill_dax(static_cast<stack*>(self)->held.device).value();
    }
    static void remove(sample_stack* self) { delete static_cast<stack*>(self); }
};

template <sample_layout Layout>
linear linear_layer() {
    static const auto targets = [] {
        struct {
            linear_target all[SAMPLE_TARGETS];
        } made{};
        const sample_target* table = sample_targets_of(Layout);
        for (std::size_t i = 0; i != SAMPLE_TARGETS; ++i)
            made.all[i] = {table[i].start, table[i].length, table[i].lower, table[i].lower_start};
        return made;
    }();
    return {targets.all, 0};
}

template <class Way>
sample_stack* make(sample_layout layout, sample_policy policy) {
    using releases::recommended;
    using releases::xfs_linux_6_8;
    if (layout == LAYOUT_PARTITION)
        return new stack<layered<Way, xfs_linux_6_8, partition>>(
            layout, partition{{sample_partition_start, sample_size}});
    if (layout == LAYOUT_LINEAR)
        return new stack<layered<Way, xfs_linux_6_8, linear>>(layout,
                                                              linear_layer<LAYOUT_LINEAR>());
    if (layout == LAYOUT_UNORDERED)
        return new stack<layered<Way, xfs_linux_6_8, linear>>(layout,
                                                              linear_layer<LAYOUT_UNORDERED>());
    if (policy == POLICY_XFS_LINUX_6_8)
        return new stack<direct<Way, xfs_linux_6_8>>(layout);
    return new stack<direct<Way, recommended>>(layout);
}

} // namespace

sample_stack* make_static_holder(sample_layout layout, sample_policy policy) {
    return make<by_static_holder>(layout, policy);
}
sample_stack* make_holder_one_of(sample_layout layout, sample_policy policy) {
    return make<by_holder_one_of>(layout, policy);
}
sample_stack* make_any_holder(sample_layout layout, sample_policy policy) {
    return make<by_any_holder>(layout, policy);
}
