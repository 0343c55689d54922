// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "../facts.h"

#include <daxhold/releases.hpp>
#include <daxhold/tables.hpp>

/// The facts of facts.h as the library asks for them, and a list of the tables that are compared.
namespace machine_code {

using namespace daxhold;
using namespace daxhold::tables;

/// Which member of `facts` a fact is.
template <class Fact>
inline constexpr std::uint8_t facts::*member_for = nullptr;

#define DAXHOLD_FACT(type, member)                                                                 \
    template <>                                                                                    \
    inline constexpr std::uint8_t facts::*member_for<type> = &facts::member;

DAXHOLD_FACT(cause, cause)
DAXHOLD_FACT(scope, scope)
DAXHOLD_FACT(role, role)
DAXHOLD_FACT(daxhold::mount, mount)
DAXHOLD_FACT(rmap, rmap)
DAXHOLD_FACT(range, range)
DAXHOLD_FACT(groups, groups)
DAXHOLD_FACT(can_shut_down, can_shut_down)
DAXHOLD_FACT(owner, owner)
DAXHOLD_FACT(inode, inode)
DAXHOLD_FACT(mapping, mapping)
DAXHOLD_FACT(kind, kind)
DAXHOLD_FACT(walk_end, walk_end)
DAXHOLD_FACT(cut_short, cut_short)
DAXHOLD_FACT(want_shutdown, want_shutdown)
DAXHOLD_FACT(releases::daxfs::owner_class, daxfs_owner)
DAXHOLD_FACT(daxhold::poisoned, poisoned)
DAXHOLD_FACT(releases::famfs::device, famfs_device)
DAXHOLD_FACT(releases::famfs::file, famfs_file)
DAXHOLD_FACT(releases::famfs_standalone::device_error, device_error)
DAXHOLD_FACT(releases::famfs_standalone::device, device_state)

#undef DAXHOLD_FACT

/// Calls X(name in the functions, policy, table) for every table.
#define DAXHOLD_EACH_TABLE(X)                                                                      \
    X(xfs_v12, xfs_v12, gate)                                                                      \
    X(xfs_v12, xfs_v12, record)                                                                    \
    X(xfs_v12, xfs_v12, end)                                                                       \
    X(xfs_seed_as_posted, xfs_seed_as_posted, gate)                                                \
    X(xfs_seed_as_posted, xfs_seed_as_posted, record)                                              \
    X(xfs_seed_as_posted, xfs_seed_as_posted, end)                                                 \
    X(xfs_seed_as_intended, xfs_seed_as_intended, gate)                                            \
    X(xfs_seed_as_intended, xfs_seed_as_intended, record)                                          \
    X(xfs_seed_as_intended, xfs_seed_as_intended, end)                                             \
    X(xfs_linux_6_0, xfs_linux_6_0, gate)                                                          \
    X(xfs_linux_6_0, xfs_linux_6_0, record)                                                        \
    X(xfs_linux_6_0, xfs_linux_6_0, end)                                                           \
    X(xfs_linux_6_1, xfs_linux_6_1, gate)                                                          \
    X(xfs_linux_6_1, xfs_linux_6_1, record)                                                        \
    X(xfs_linux_6_1, xfs_linux_6_1, end)                                                           \
    X(xfs_linux_6_8, xfs_linux_6_8, gate)                                                          \
    X(xfs_linux_6_8, xfs_linux_6_8, record)                                                        \
    X(xfs_linux_6_8, xfs_linux_6_8, end)                                                           \
    X(xfs_linux_6_14, xfs_linux_6_14, gate)                                                        \
    X(xfs_linux_6_14, xfs_linux_6_14, record)                                                      \
    X(xfs_linux_6_14, xfs_linux_6_14, end)                                                         \
    X(xfs_linux_6_18, xfs_linux_6_18, gate)                                                        \
    X(xfs_linux_6_18, xfs_linux_6_18, record)                                                      \
    X(xfs_linux_6_18, xfs_linux_6_18, end)                                                         \
    X(xfs_linux_7_0, xfs_linux_7_0, gate)                                                          \
    X(xfs_linux_7_0, xfs_linux_7_0, record)                                                        \
    X(xfs_linux_7_0, xfs_linux_7_0, end)                                                           \
    X(no_holder, no_holder, gate)                                                                  \
    X(famfs, famfs, gate)                                                                          \
    X(famfs, famfs, access)                                                                        \
    X(famfs_standalone, famfs_standalone, access)                                                  \
    X(daxfs, daxfs, gate)                                                                          \
    X(daxfs, daxfs, record)                                                                        \
    X(daxfs, daxfs, end)                                                                           \
    X(recommended, recommended, gate)                                                              \
    X(recommended, recommended, record)                                                            \
    X(recommended, recommended, end)

} // namespace machine_code
