// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/event/failure_flags.hpp"

/// The flags of the kernel's releases (enum mf_flags, include/linux/mm.h), one enumeration each.
namespace daxhold::lineage {

/// The seed patch of April 2022, on v12 of "fsdax: introduce fs query to support reflink".
namespace seed {
/// The flags as the patch has them, by the names of include/linux/mm.h without MF_.
enum class mf_flags : std::uint32_t {
    count_increased = 1U << 0U,
    action_required = 1U << 1U,
    must_kill = 1U << 2U,
    soft_offline = 1U << 3U,
    unpoison = 1U << 4U,
    mem_remove = 1U << 5U,
};
} // namespace seed

/// Linux 6.0 to 6.7. There is no flag for a removal: an unbind passes no flags.
namespace linux_6_0 {
/// The flags of include/linux/mm.h, without MF_.
enum class mf_flags : std::uint32_t {
    count_increased = 1U << 0U,
    action_required = 1U << 1U,
    must_kill = 1U << 2U,
    soft_offline = 1U << 3U,
    unpoison = 1U << 4U,
    sw_simulated = 1U << 5U,
    no_retry = 1U << 6U,
};
} // namespace linux_6_0

/// Linux 6.8 and later (commit fa422b353d21).
namespace linux_6_8 {
/// The flags of include/linux/mm.h, without MF_.
enum class mf_flags : std::uint32_t {
    count_increased = 1U << 0U,
    action_required = 1U << 1U,
    must_kill = 1U << 2U,
    soft_offline = 1U << 3U,
    unpoison = 1U << 4U,
    sw_simulated = 1U << 5U,
    no_retry = 1U << 6U,
    mem_pre_remove = 1U << 7U,
};
} // namespace linux_6_8

} // namespace daxhold::lineage

namespace daxhold {

template <>
struct failure_flag_names<lineage::seed::mf_flags> {
    static constexpr auto action_required = lineage::seed::mf_flags::action_required;
    static constexpr auto must_kill = lineage::seed::mf_flags::must_kill;
    static constexpr auto removal = lineage::seed::mf_flags::mem_remove;
};

template <>
struct failure_flag_names<lineage::linux_6_0::mf_flags> {
    static constexpr auto action_required = lineage::linux_6_0::mf_flags::action_required;
    static constexpr auto must_kill = lineage::linux_6_0::mf_flags::must_kill;
};

template <>
struct failure_flag_names<lineage::linux_6_8::mf_flags> {
    static constexpr auto action_required = lineage::linux_6_8::mf_flags::action_required;
    static constexpr auto must_kill = lineage::linux_6_8::mf_flags::must_kill;
    static constexpr auto removal = lineage::linux_6_8::mf_flags::mem_pre_remove;
};

} // namespace daxhold
