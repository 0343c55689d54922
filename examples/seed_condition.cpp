// SPDX-License-Identifier: BSL-1.0
// EXPECT: policy_breaks_law<my_patch, daxhold::laws::corruption_of_file_data_never_shuts_down,
// EXPECT: a policy breaks a law in this case
// The second example of README.md: the seed's condition put into a table. Where EXPECT_FAIL is set
// it is as posted; otherwise it is as its message intends.

#include <daxhold/laws.hpp>
#include <daxhold/releases.hpp>

struct my_patch : daxhold::releases::xfs_v12 {
    static constexpr auto record = table(
#ifdef EXPECT_FAIL
        // if (!(mf_flags & MF_MEM_REMOVE) || non-inode owner || attr fork || bmbt)
        when(cause::corruption) >> shut_down(corrupt_ondisk) >> stop(efscorrupted),
        when(none_of(owner::file_data)) >> shut_down(corrupt_ondisk) >> stop(efscorrupted),
#else
        when(none_of(owner::file_data), cause::removal) >> next,
        when(none_of(owner::file_data)) >> shut_down(corrupt_ondisk) >> stop(efscorrupted),
#endif
        when(inode::in_core) >> kill_users(users::early, poison::marked) >> next,
        otherwise >> next);
};

namespace laws = daxhold::laws;
static_assert(laws::keeps<laws::corruption_of_file_data_never_shuts_down, my_patch>);

int main() {}
