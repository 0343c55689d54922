// SPDX-License-Identifier: BSL-1.0
#include "daxhold/laws/shipped.hpp"

#include "daxhold/releases.hpp"

#include "both.hpp"

#include <boost/hana/append.hpp>
#include <boost/hana/for_each.hpp>
#include <boost/hana/unpack.hpp>

#include <string>

using namespace daxhold;
using namespace daxhold::tables;
using namespace daxhold::laws;
using namespace daxhold::releases;

namespace {

/// The columns: daxfs has owners of its own, and no trial for them.
constexpr auto columns =
    boost::hana::append(daxhold::releases::for_any_filesystem, boost::hana::type_c<famfs>);

/// A law by line, a policy by column: `x` where it is broken. Held against the lineage, cell by
/// cell; a new column or line starts as what the lineage says of it.
constexpr const char* matrix = R"(
                                              v12 posted intended 6.0 6.1 6.8 6.14 7.0 none ours famfs
corruption_of_file_data_never_shuts_down       .    x       .      .   x   x   x    x   .    .    .
corruption_of_metadata_never_goes_on           .    .       .      .   .   .   .    .   x    .    x
unknown_owner_is_treated_as_metadata           .    .       .      .   .   .   .    .   x    .    x
corruption_is_told_to_those_who_map_the_page   .    x       .      .   .   .   .    .   .    .    x
corruption_is_never_swallowed                  .    .       .      .   .   x   x    .   .    .    x
event_outside_changes_nothing                  x    x       x      x   x   x   .    .   .    .    x
metadata_hides_no_user                         x    x       x      x   .   .   .    .   x    .    x
every_owner_of_a_shared_extent_is_told         .    x       .      .   .   .   .    .   x    .    x
one_failure_hides_no_other_user                x    x       x      x   x   x   x    x   x    .    x
success_means_that_nobody_was_forgotten        .    .       .      .   .   .   .    .   .    .    x
removal_marks_nothing_as_poisoned              x    x       x      x   x   .   .    .   .    .    .
removal_reports_no_data_as_lost                .    .       .      .   .   .   .    x   .    .    .
removal_is_told_to_every_process               x    x       x      x   x   .   .    .   x    .    x
removal_tells_users_before_it_shuts_down       x    x       .      x   .   .   .    .   .    .    .
removal_lets_no_new_mapping_in                 x    x       x      x   x   .   .    .   x    .    x
removal_never_leaves_the_filesystem_in_use     x    x       x      x   x   x   x    x   x    .    x
only_our_own_freeze_is_thawed                  .    .       .      .   .   x   x    x   .    .    .
nothing_is_left_frozen                         .    .       .      .   .   .   .    .   .    .    .
no_event_ends_in_an_oops                       .    .       .      .   x   x   .    .   .    .    .
the_walk_is_no_longer_than_the_range           .    .       .      .   .   .   x    x   .    .    .
)";

/// The matrix without its blanks: the law's name, and a letter a policy.
std::string lines() {
    std::string made;
    boost::hana::for_each(laws::shipped, [&made](auto law) {
        using law_type = typename decltype(law)::type;
        made += law_type::name;
        boost::hana::for_each(columns, [&made](auto policy) {
            made += laws::is_kept<law_type, typename decltype(policy)::type> ? '.' : 'x';
        });
        made += '\n';
    });
    return made;
}

/// The matrix as it stands above, without its heading and its blanks.
std::string without_blanks(std::string text) {
    text.erase(0, text.find('\n', 1) + 1);
    std::erase(text, ' ');
    return text;
}

} // namespace

TEST_CASE("which policy keeps which law") { CHECK(lines() == without_blanks(matrix)); }

static_assert(boost::hana::unpack(laws::shipped,
                                  [](auto... law) {
                                      return (keeps<typename decltype(law)::type, recommended> &&
                                              ...);
                                  }),
              "recommended keeps every law");

namespace {

template <class Law, class Policy>
constexpr trial broken_in = laws::breach_of<Law, Policy>.where;

/// The first trial of a kind in which a policy breaks a law.
template <class Law, class Policy>
constexpr bool breaks(const trial& t) {
    return Law::concerns(t) && !Law::holds(t, try_out<Policy>(t));
}
constexpr trial corruption(situation where) { return {cause::corruption, where}; }
constexpr trial removal(situation where) { return {cause::removal, where}; }
constexpr trial lone(cause event, inode state, mapping access = mapping::dax) {
    return {event, situation::lone_record, owner::file_data, state, access};
}

} // namespace

// Each breach is the one that the lineage tells of, and not another one.
TEST_CASE("corruption") {
    using data = corruption_of_file_data_never_shuts_down;
    CHECK_BOTH(broken_in<data, xfs_seed_as_posted> == lone(cause::corruption, inode::in_core));
    CHECK_BOTH(breaks<data, xfs_seed_as_posted>(lone(cause::corruption, inode::not_in_core)));
    CHECK_BOTH(breaks<data, xfs_linux_6_1>(lone(cause::corruption, inode::lookup_failed)));
    CHECK_BOTH(
        breaks<data, xfs_linux_6_1>(lone(cause::corruption, inode::in_core, mapping::buffered)));
    CHECK_BOTH(breaks<data, xfs_linux_6_8>(lone(cause::corruption, inode::lookup_failed)));
    CHECK_BOTH(
        !breaks<data, xfs_linux_6_8>(lone(cause::corruption, inode::in_core, mapping::buffered)));

    using swallowed = corruption_is_never_swallowed;
    CHECK_BOTH(broken_in<swallowed, xfs_linux_6_8> ==
               lone(cause::corruption, inode::in_core, mapping::buffered));
    CHECK_BOTH(!swallowed::concerns(lone(cause::corruption, inode::not_in_core)));

    using outside = event_outside_changes_nothing;
    CHECK_BOTH(broken_in<outside, xfs_linux_6_8> == corruption(situation::beyond_the_log));
    CHECK_BOTH(!breaks<outside, xfs_linux_6_14>(corruption(situation::beyond_the_log)));
    CHECK_BOTH(broken_in<outside, famfs> == corruption(situation::beyond_the_filesystem));

    using told = corruption_is_told_to_those_who_map_the_page;
    CHECK_BOTH(broken_in<told, xfs_seed_as_posted> == lone(cause::corruption, inode::in_core));
    CHECK_BOTH(!breaks<told, no_holder>(corruption(situation::without_rmap)));
}

TEST_CASE("metadata and data in one range") {
    CHECK_BOTH(
        breaks<metadata_hides_no_user, xfs_linux_6_0>(corruption(situation::metadata_then_data)));
    CHECK_BOTH(
        breaks<metadata_hides_no_user, xfs_linux_6_0>(removal(situation::metadata_then_data)));
    CHECK_BOTH(!breaks<metadata_hides_no_user, xfs_seed_as_intended>(
        removal(situation::metadata_then_data)));
    // Left to the generic path, which a removal does not have.
    CHECK_BOTH(
        !breaks<metadata_hides_no_user, no_holder>(corruption(situation::metadata_then_data)));
    CHECK_BOTH(breaks<metadata_hides_no_user, no_holder>(removal(situation::metadata_then_data)));
}

TEST_CASE("removal") {
    using in_use = removal_never_leaves_the_filesystem_in_use;
    CHECK_BOTH(breaks<in_use, xfs_linux_6_8>(removal(situation::without_rmap)));
    CHECK_BOTH(breaks<in_use, xfs_linux_6_8>(removal(situation::log_device)));
    CHECK_BOTH(breaks<in_use, xfs_linux_6_8>(removal(situation::walk_cannot_begin)));
    CHECK_BOTH(!breaks<in_use, xfs_linux_7_0>(removal(situation::walk_cannot_begin)));
    CHECK_BOTH(breaks<in_use, xfs_linux_7_0>(removal(situation::log_device)));
    CHECK_BOTH(!breaks<in_use, xfs_linux_6_8>(lone(cause::removal, inode::in_core)));
    CHECK_BOTH(!breaks<in_use, xfs_linux_6_1>(removal(situation::metadata_then_data)));

    using last_chance = removal_tells_users_before_it_shuts_down;
    CHECK_BOTH(broken_in<last_chance, xfs_linux_6_0> == removal(situation::metadata_then_data));
    CHECK_BOTH(broken_in<last_chance, xfs_seed_as_posted> ==
               removal(situation::metadata_then_data));

    CHECK_BOTH(broken_in<one_failure_hides_no_other_user, xfs_linux_7_0>.where ==
               situation::first_user_cannot_be_told);
    CHECK_BOTH(broken_in<only_our_own_freeze_is_thawed, xfs_linux_6_8> ==
               removal(situation::frozen_by_user));
    CHECK_BOTH(broken_in<the_walk_is_no_longer_than_the_range, xfs_linux_6_14> ==
               removal(situation::several_groups));
    CHECK_BOTH(breaks<no_event_ends_in_an_oops, xfs_linux_6_8>(removal(situation::without_rmap)));
    CHECK_BOTH(
        breaks<no_event_ends_in_an_oops, xfs_linux_6_1>(removal(situation::metadata_then_data)));
}

namespace {

// For laws that every shipped policy keeps, and for those that few break: policies that do. The
// tables are the rest of a policy that does nothing else.
struct quiet_walk : words {
    static constexpr auto gate = table(when(rmap::absent) >> unsupported, otherwise >> walk);
    static constexpr auto record = table(otherwise >> next);
    static constexpr auto end = table(otherwise >> succeed);
};
/// v10 of the patch: an error leaves the filesystem frozen.
struct thaws_only_on_success : quiet_walk {
    static constexpr auto gate =
        table(when(rmap::absent) >> unsupported, otherwise >> attempt(freeze) >> walk);
    static constexpr auto record = table(when(owner::file_data, inode::in_core, mapping::dax) >>
                                             kill_users(users::every, poison::not_marked) >> next,
                                         otherwise >> next);
    static constexpr auto end =
        table(when(walk_end::failed) >> return_error, otherwise >> attempt(thaw) >> succeed);
};
/// v9: pages are dropped without a freeze. And v13: thawed before the shutdown.
struct thaws_too_early : thaws_only_on_success {
    static constexpr auto end =
        table(otherwise >> attempt(thaw) >> attempt(shut_down(force_umount)) >> return_error);
};
/// Says so in public while it lasts.
struct known_to_oops : quiet_walk {
    static constexpr auto aftermaths = table(otherwise >> derived("a test", null_dereference));
};

} // namespace

TEST_CASE("laws that no release breaks, or not like this") {
    CHECK_BOTH(broken_in<nothing_is_left_frozen, thaws_only_on_success>.where ==
               situation::first_user_cannot_be_told);
    CHECK_BOTH(!laws::is_kept<removal_lets_no_new_mapping_in, thaws_too_early>);
    CHECK_BOTH(laws::is_kept<nothing_is_left_frozen, thaws_too_early>);
    CHECK_BOTH(!laws::is_kept<no_event_ends_in_an_oops, known_to_oops>);
    CHECK_BOTH(!laws::is_kept<success_means_that_nobody_was_forgotten, quiet_walk>);
    CHECK_BOTH(!laws::is_kept<every_owner_of_a_shared_extent_is_told, quiet_walk>);
    CHECK_BOTH(!laws::is_kept<unknown_owner_is_treated_as_metadata, quiet_walk>);
    CHECK_BOTH(!laws::is_kept<corruption_of_metadata_never_goes_on, quiet_walk>);
}
