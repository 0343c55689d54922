// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/releases/daxfs.hpp"
#include "daxhold/releases/famfs.hpp"
#include "daxhold/releases/no_holder.hpp"
#include "daxhold/releases/recommended.hpp"
#include "daxhold/releases/xfs_linux_6_0.hpp"
#include "daxhold/releases/xfs_linux_6_1.hpp"
#include "daxhold/releases/xfs_linux_6_14.hpp"
#include "daxhold/releases/xfs_linux_6_18.hpp"
#include "daxhold/releases/xfs_linux_6_8.hpp"
#include "daxhold/releases/xfs_linux_7_0.hpp"
#include "daxhold/releases/xfs_linux_7_2.hpp"
#include "daxhold/releases/xfs_rfc.hpp"

#include <boost/hana/filter.hpp>
#include <boost/hana/for_each.hpp>
#include <boost/hana/tuple.hpp>
#include <boost/hana/type.hpp>

/// \file
/// The policies that are shipped, as a list: to go through by `hana::for_each`, to choose from by
/// `hana::filter`.

namespace daxhold::releases {

/// Every policy that is shipped, as types: XFS in the order of time, then others.
inline constexpr auto shipped =
    boost::hana::tuple_t<xfs_v12, xfs_seed_as_posted, xfs_seed_as_intended, xfs_linux_6_0,
                         xfs_linux_6_1, xfs_linux_6_8, xfs_linux_6_14, xfs_linux_6_18,
                         xfs_linux_7_0, xfs_linux_7_2, no_holder_linux_6_0, no_holder, recommended,
                         famfs, famfs_standalone, daxfs>;

/// Those that can be asked of any filesystem, as they have no operations of their own.
inline constexpr auto for_any_filesystem = boost::hana::filter(shipped, [](auto policy) {
    using own = decltype(detail::own_operation_of(decltype(policy)::type::gate.actions[0]));
    return boost::hana::bool_c<std::is_same_v<own, no_own_operation>>;
});

} // namespace daxhold::releases
