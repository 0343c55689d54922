// SPDX-License-Identifier: BSL-1.0
// Prints a shipped policy of XFS as C that could be put into fs/xfs/xfs_notify_failure.c:
// `policy_as_c recommended`. What of recommended is new to Linux 7.2 is in recommended.patch.

#include <daxhold/releases/recommended.hpp>
#include <daxhold/releases/xfs_linux_6_8.hpp>
#include <daxhold/releases/xfs_linux_7_2.hpp>
#include <daxhold/releases/xfs_rfc.hpp>
#include <daxhold/render/xfs_in_c.hpp>

#include <cstdio>
#include <string_view>

namespace {

using namespace daxhold;
using namespace daxhold::releases;

template <class Policy>
bool is_printed(std::string_view wanted, const render::c::vocabulary& words) {
    if (wanted != Policy::name)
        return false;
    std::fputs(render::c::policy<Policy>(words).c_str(), stdout);
    return true;
}

} // namespace

int main(int argc, char** argv) {
    const std::string_view wanted = argc == 2 ? argv[1] : "";
    if (is_printed<xfs_seed_as_intended>(wanted, render::c::xfs_seed()) ||
        is_printed<xfs_linux_6_8>(wanted, render::c::xfs_linux_6_8()) ||
        is_printed<xfs_linux_7_2>(wanted, render::c::xfs_linux_7_2()) ||
        is_printed<recommended>(wanted, render::c::xfs_linux_7_2()))
        return 0;
    std::fputs("usage: policy_as_c xfs_seed_as_intended | xfs_linux_6_8 | xfs_linux_7_2 | "
               "recommended\n",
               stderr);
    return 64;
}
