// SPDX-License-Identifier: BSL-1.0
// A filesystem of one's own: who owns bytes, on which of three devices, and what it does when they
// fail or go. The compiler holds it against laws; what is printed is for a cover letter.
// EXPECT: no_row_applies_to<block::unused
// EXPECT: add the row, or end the table with `otherwise`
#include <daxhold/tables/markdown.hpp>

#include <daxhold/laws.hpp>
#include <daxhold/releases.hpp>
#include <daxhold/render/matrix.hpp>

#include <cstdio>

using namespace daxhold;
enum class block : unsigned char { extent, tree, journal, unused };
enum class disk : unsigned char { fast, bulk, journal };

struct treefs : words { // clang-format off
    static constexpr auto leave = attempt(sync) >> attempt(shut_down(device_removed));
    static constexpr auto gate = table(
        when(mount::not_born) >> refuse(EIO),
        when(any_of(range::after_end, range::outside)) >> refuse(ENXIO),
        when(disk::journal, cause::removal) >> leave >> succeed,
        when(disk::journal) >> shut_down(corrupt_ondisk) >> refuse(efscorrupted),
        otherwise >> walk);
    static constexpr auto record = table(
#ifndef EXPECT_FAIL
        when(block::unused) >> next,
#endif
        when(any_of(block::tree, block::journal)) >> note_shutdown >> next,
        when(none_of(inode::in_core)) >> next,
        when(block::extent, cause::removal) >> collect(kill_users(users::every, poison::not_marked)) >> next,
        when(block::extent) >> collect(kill_users(users::early, poison::marked)) >> next);
    static constexpr auto end = table(
        when(cause::removal) >> leave >> collect(unmap_range) >> return_error,
        when(want_shutdown::yes) >> shut_down(corrupt_ondisk) >> refuse(efscorrupted),
        otherwise >> return_error);

    // What its own words are in those of the laws.
    static constexpr value_set<daxhold::owner> stands_for(block own) {
        constexpr value_set<daxhold::owner> known[]{daxhold::any_of(owner::file_data),
            daxhold::any_of(owner::metadata), daxhold::any_of(owner::log), {}};
        return known[static_cast<int>(own)];
    }
    static constexpr daxhold::role stands_for(disk own) {
        return own == disk::fast ? role::data : own == disk::bulk ? role::realtime : role::log;
    }
}; // clang-format on
static_assert(laws::keeps<laws::corruption_of_file_data_never_shuts_down, treefs>);
static_assert(laws::keeps<laws::removal_is_told_to_every_process, treefs>);

constexpr value_set<owner> in_xfs(block own) { return treefs::stands_for(own); }

int main() {
    using xfs = releases::xfs_linux_7_2;
    std::printf("What it does for each owner of the bytes:\n\n%s\nWhere XFS differs:\n\n%s\n%s",
                tables::markdown::table<treefs::record>().c_str(),
                tables::markdown::difference<xfs::record, treefs::record, in_xfs>().c_str(),
                render::markdown::matrix(laws::shipped, boost::hana::tuple_t<treefs, xfs>).c_str());
}
