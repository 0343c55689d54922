// SPDX-License-Identifier: BSL-1.0
// All policies that are shipped, in one translation unit: what an engine runs fits a filesystem
// that can do everything, and what no engine runs is whole. What that costs to compile is measured.
#include <daxhold/policy/check.hpp>
#include <daxhold/releases.hpp>

#include <boost/hana/unpack.hpp>

namespace {

using namespace daxhold;
using namespace daxhold::tables;
using namespace daxhold::releases;

struct handle {};

/// A filesystem with every operation, which are of no interest here. They are not defined.
template <class Record>
struct able {
    using record = Record;
    bool is_born();
    byte_range device_range(role);
    std::uint64_t filesystem_end(role);
    bool is_read_only();
    bool is_shut_down_already();
    bool is_frozen_already();
    bool has_rmap(role);
    bool spans_groups(role, byte_range);
    template <class Visitor>
    result for_each_mapping(role, byte_range, Visitor);
    using inode_handle = handle;
    result find_in_core(const Record&, handle&);
    bool is_dax(handle);
    kind kind_of(handle&);
    result freeze() noexcept;
    result thaw() noexcept;
    result thaw_user() noexcept;
    result sync() noexcept;
    result begin_walk() noexcept;
    result shut_down(shutdown_reason) noexcept;
    result report_media_event(role, byte_range) noexcept;
    result unmap_range(role, byte_range) noexcept;
    result kill_users(handle, byte_range, users, poison) noexcept;
    result invalidate(handle, byte_range) noexcept;
    result report_data_lost(handle, byte_range) noexcept;
    result perform(famfs::own_operation) noexcept;
    result perform(famfs_standalone::own_operation) noexcept;
    result perform(daxfs::own_operation) noexcept;
    result perform(daxfs::own_operation, const Record&, byte_range) noexcept;
    poisoned answer(boost::hana::basic_type<poisoned>, const Record&);
};

struct region_record {
    byte_range extent;
    daxfs::owner_class owner;
};

/// What a policy is tried on: daxfs has records of its own.
template <class Policy>
using filesystem_for =
    able<std::conditional_t<std::is_same_v<Policy, daxfs>, region_record, rmap_record>>;

static_assert(boost::hana::unpack(shipped, [](auto... policy) {
    return (
        fits<typename decltype(policy)::type, filesystem_for<typename decltype(policy)::type>> &&
        ...);
}));
static_assert(proven<famfs::access> && proven<famfs_standalone::access>);
static_assert(proven<pool_region::on_event> && proven<mapped_device::on_event> &&
              proven<dynamic_capacity::on_event>);
static_assert(proven<mark_dead::no_op::on_event> &&
              proven<mark_dead::claimed_by_superblock::on_event> &&
              proven<mark_dead::xfs::on_event> && proven<mark_dead::ext4::on_event> &&
              proven<mark_dead::btrfs::on_event> &&
              proven<mark_dead::bcachefs_linux_6_15::on_event> &&
              proven<mark_dead::bcachefs::on_event>);

} // namespace
