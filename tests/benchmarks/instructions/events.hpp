// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "operations.h"

#include <cstdint>

/// \file
/// The versions of the small filesystem, and what happens to it.
namespace events {

/// A version, by the name under which it stands in the results.
struct version {
    const char* name;
    make_stack* make;
};

inline constexpr version versions[] = {
    {"by_hand", make_by_hand},
    {"by_hand_with_callback", make_by_hand_with_callback},
    {"by_hand_with_operations", make_by_hand_with_operations},
    {"virtual_function", make_virtual_function},
    {"std_function", make_std_function},
    {"signals2", make_signals2},
    {"static_holder", make_static_holder},
    {"holder_one_of", make_holder_one_of},
    {"any_holder", make_any_holder},
    {"interpreter", make_interpreter},
};

enum class kind : unsigned char { corruption, removal, corruption_of_the_dead };

/// Something that a driver tells a device of; a page of it, or all of it.
struct event {
    const char* name;
    kind what;
    sample_layout layout;
    sample_policy policy;
    std::uint64_t offset = 0;
};

inline constexpr std::uint64_t page = 4096;

/// A page of file data, and one of metadata, from the start of the filesystem.
inline constexpr std::uint64_t data_page = 9 * page;
inline constexpr std::uint64_t metadata_page = 1 * page;

/// Where that page of file data lies on the lower device of the linear layer: in its first piece.
inline constexpr std::uint64_t linear_page = 64 * page + data_page;

inline const event all[] = {
    {"page of file data, xfs_linux_6_8", kind::corruption, LAYOUT_DIRECT, POLICY_XFS_LINUX_6_8,
     sample_start + data_page},
    {"page of file data, recommended", kind::corruption, LAYOUT_DIRECT, POLICY_RECOMMENDED,
     sample_start + data_page},
    {"page of metadata, xfs_linux_6_8", kind::corruption, LAYOUT_DIRECT, POLICY_XFS_LINUX_6_8,
     sample_start + metadata_page},
    {"page of metadata, recommended", kind::corruption, LAYOUT_DIRECT, POLICY_RECOMMENDED,
     sample_start + metadata_page},
    {"kill_dax, xfs_linux_6_8", kind::removal, LAYOUT_DIRECT, POLICY_XFS_LINUX_6_8},
    {"kill_dax, recommended", kind::removal, LAYOUT_DIRECT, POLICY_RECOMMENDED},
    {"page through a partition", kind::corruption, LAYOUT_PARTITION, POLICY_XFS_LINUX_6_8,
     sample_partition_start + data_page},
    {"page through a linear mapping", kind::corruption, LAYOUT_LINEAR, POLICY_XFS_LINUX_6_8,
     linear_page},
    {"page that nobody has in a partition", kind::corruption, LAYOUT_PARTITION,
     POLICY_XFS_LINUX_6_8, 0},
    {"page outside of the filesystem", kind::corruption, LAYOUT_DIRECT, POLICY_XFS_LINUX_6_8, 0},
    {"device without a holder", kind::corruption, LAYOUT_UNHELD, POLICY_XFS_LINUX_6_8,
     sample_start + data_page},
    {"dead device", kind::corruption_of_the_dead, LAYOUT_DIRECT, POLICY_XFS_LINUX_6_8,
     sample_start + data_page},
};

/// What the driver calls.
inline int tell(const event& e, sample_stack* stack) {
    return e.what == kind::removal ? stack->kill(stack)
                                   : stack->notify_failure(stack, e.offset, page, 0);
}

/// A fresh stack, ready for the event.
inline sample_stack* prepare(const event& e, const version& v) {
    sample_stack* stack = v.make(e.layout, e.policy);
    if (e.what == kind::corruption_of_the_dead)
        stack->kill(stack);
    return stack;
}

} // namespace events
