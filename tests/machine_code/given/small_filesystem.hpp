// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "../small_filesystem.h"

#include <daxhold/device.hpp>
#include <daxhold/policy.hpp>
#include <daxhold/releases.hpp>

#include <bit>
#include <cstddef>

/// The small filesystem as the engine wants it. Its members hand on what they are asked, and no
/// more.
namespace machine_code {

using namespace daxhold;
using namespace daxhold::tables;

static_assert(sizeof(rmap_record) == sizeof(fs_record) &&
              offsetof(rmap_record, owner) == offsetof(fs_record, owner) &&
              offsetof(rmap_record, inode_number) == offsetof(fs_record, inode_number) &&
              offsetof(rmap_record, file_offset) == offsetof(fs_record, file_offset));

template <class Record = rmap_record>
struct basic_small_filesystem : fs {
    using record = Record;
    using inode_handle = fs_inode*;

    [[nodiscard, gnu::always_inline]] bool is_born() const { return fs::is_born; }
    [[nodiscard, gnu::always_inline]] byte_range device_range(role of) const {
        return std::bit_cast<byte_range>(device[static_cast<int>(of)]);
    }
    [[nodiscard, gnu::always_inline]] bool has_rmap(role of) const {
        return fs::has_rmap[static_cast<int>(of)];
    }

    template <class Visitor>
    [[gnu::always_inline]] result for_each_mapping(role /*device*/, byte_range /*range*/,
                                                   Visitor&& visit) {
        const auto* r = reinterpret_cast<const Record*>(records);
        const auto* const last = r + record_count;
        for (; r != last; ++r)
            if (!visit(*r))
                break;
        return {};
    }

    [[nodiscard, gnu::always_inline]] result find_in_core(const Record& r,
                                                          fs_inode*& found) requires requires {
        r.inode_number;
    }
    { return result::from_kernel(fs_find_in_core(this, r.inode_number, &found)); }
    [[nodiscard, gnu::always_inline]] bool is_dax(const fs_inode* i) const { return fs_is_dax(i); }

    [[gnu::always_inline]] result freeze() noexcept { return result::from_kernel(fs_freeze(this)); }
    [[gnu::always_inline]] result thaw() noexcept { return result::from_kernel(fs_thaw(this)); }
    [[gnu::always_inline]] result thaw_user() noexcept {
        return result::from_kernel(fs_thaw_user(this));
    }
    [[gnu::always_inline]] result sync() noexcept { return result::from_kernel(fs_sync(this)); }
    [[gnu::always_inline]] result begin_walk() noexcept {
        return result::from_kernel(fs_begin_walk(this));
    }
    [[gnu::always_inline]] result shut_down(shutdown_reason why) noexcept {
        return result::from_kernel(fs_shut_down(this, static_cast<int>(why)));
    }
    [[gnu::always_inline]] result report_media_event(role of, byte_range r) noexcept {
        return result::from_kernel(
            fs_report_media_event(this, static_cast<int>(of), r.offset(), r.length()));
    }
    [[gnu::always_inline]] result unmap_range(role of, byte_range r) noexcept {
        return result::from_kernel(
            fs_unmap_range(this, static_cast<int>(of), r.offset(), r.length()));
    }
    [[gnu::always_inline]] result kill_users(fs_inode* i, byte_range file, users who,
                                             poison pages) noexcept {
        return result::from_kernel(fs_kill_users(i, file.offset(), file.length(),
                                                 static_cast<int>(who), static_cast<int>(pages)));
    }
    [[gnu::always_inline]] result invalidate(fs_inode* i, byte_range file) noexcept {
        return result::from_kernel(fs_invalidate(i, file.offset(), file.length()));
    }
    [[gnu::always_inline]] result report_data_lost(fs_inode* i, byte_range file) noexcept {
        return result::from_kernel(fs_report_data_lost(i, file.offset(), file.length()));
    }
};

using small_filesystem = basic_small_filesystem<>;

/// famfs, which does one thing.
struct small_famfs : fs {
    [[nodiscard, gnu::always_inline]] bool is_born() const { return fs::is_born; }
    [[nodiscard, gnu::always_inline]] byte_range device_range(role of) const {
        return std::bit_cast<byte_range>(device[static_cast<int>(of)]);
    }
    [[gnu::always_inline]] result perform(releases::famfs::own_operation what) noexcept {
        return result::from_kernel(fs_perform(this, static_cast<int>(what)));
    }
};

/// A record of daxfs.
struct daxfs_record {
    byte_range extent{};
    releases::daxfs::owner_class owner{};
    std::uint64_t inode_number = 0;
    std::uint64_t file_offset = 0;
    std::int32_t sharing = 0;
};

/// daxfs, a region.
struct small_daxfs : fs {
    using record = daxfs_record;

    [[nodiscard, gnu::always_inline]] bool is_born() const { return fs::is_born; }
    [[nodiscard, gnu::always_inline]] byte_range device_range(role of) const {
        return std::bit_cast<byte_range>(device[static_cast<int>(of)]);
    }
    template <class Visitor>
    [[gnu::always_inline]] result for_each_mapping(role /*device*/, byte_range /*range*/,
                                                   Visitor&& visit) {
        const auto* r = reinterpret_cast<const daxfs_record*>(records);
        const auto* const last = r + record_count;
        for (; r != last; ++r)
            if (!visit(*r))
                break;
        return {};
    }
    [[nodiscard, gnu::always_inline]] poisoned answer(boost::hana::basic_type<poisoned>,
                                                      const daxfs_record& of) {
        return fs_is_poisoned(this, reinterpret_cast<const fs_record*>(&of)) ? poisoned::yes
                                                                             : poisoned::no;
    }
    [[gnu::always_inline]] result shut_down(shutdown_reason why) noexcept {
        return result::from_kernel(fs_shut_down(this, static_cast<int>(why)));
    }
    [[gnu::always_inline]] result perform(releases::daxfs::own_operation what) noexcept {
        return result::from_kernel(fs_perform(this, static_cast<int>(what)));
    }
    [[gnu::always_inline]] result perform(releases::daxfs::own_operation what,
                                          const daxfs_record& of, byte_range part) noexcept {
        return result::from_kernel(fs_perform_on_record(this, static_cast<int>(what),
                                                        reinterpret_cast<const fs_record*>(&of),
                                                        part.offset(), part.length()));
    }
};

template <class Policy>
struct filesystem_for {
    using type = small_filesystem;
};
template <>
struct filesystem_for<releases::famfs> {
    using type = small_famfs;
};
template <>
struct filesystem_for<releases::daxfs> {
    using type = small_daxfs;
};

template <class Policy>
using holder_of = filesystem_holder<Policy, typename filesystem_for<Policy>::type>;

template <class Policy>
using device_of =
    basic_dax_device<static_holder<holder_of<Policy>>, failure_flags<typename Policy::mf_flags>>;

} // namespace machine_code
