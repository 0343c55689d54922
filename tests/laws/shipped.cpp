// SPDX-License-Identifier: BSL-1.0
#include "daxhold/laws/shipped.hpp"

#include "daxhold/releases.hpp"

#include "both.hpp"

#include <boost/hana/for_each.hpp>

#include <string>

using namespace daxhold;
using namespace daxhold::laws;
using namespace daxhold::releases;

namespace {

/// A law by line, a policy by column: `x` where it is broken, `?` where it was not tried, `-` where
/// it does not apply. Held against the lineage, cell by cell; a new column or line starts as what
/// the lineage says of it.
constexpr const char* matrix = R"(
                                                       v12 posted meant  6.0  6.1  6.8 6.14 6.18  7.0  7.2 n6.0 none ours famfs alone daxfs
corruption_of_file_data_never_shuts_down                 .      x     .    .    x    x    x    x    x    x    .    .    .     x     x     .
corruption_of_metadata_never_goes_on                     x      .     x    x    .    .    x    x    x    x    x    x    .     -     -     .
metadata_of_an_inode_never_goes_on                       x      .     x    x    .    x    x    x    x    x    x    x    .     -     -     ?
unknown_owner_is_treated_as_metadata                     x      .     x    x    .    .    x    x    x    x    x    x    .     -     -     ?
what_cannot_be_read_is_not_trusted                       x      x     x    x    .    .    .    .    .    .    ?    ?    .     ?     ?     .
corruption_is_told_to_those_who_map_the_page             x      x     x    x    x    .    x    x    x    x    .    .    .     x     x     .
corruption_is_never_swallowed                            .      .     .    .    .    x    x    x    x    x    .    .    .     .     .     .
event_outside_changes_nothing                            x      x     x    x    x    x    x    .    .    .    .    .    .     x     x     x
event_of_a_part_hurts_no_one_outside_of_it               .      .     .    .    x    x    x    x    x    x    .    .    .     x     x     x
metadata_hides_no_user                                   x      x     x    x    x    .    x    x    x    x    x    x    .     -     -     .
every_owner_of_a_shared_extent_is_told                   .      x     .    .    .    .    x    x    x    x    x    x    .     x     x     -
one_failure_hides_no_other_user                          x      x     x    x    x    x    x    x    x    x    ?    ?    .     ?     ?     ?
success_means_that_nobody_was_forgotten                  .      .     .    .    .    .    x    x    x    x    .    .    .     x     x     .
what_is_answered_with_success_is_done                    .      .     .    .    .    x    x    x    x    x    ?    ?    .     x     x     x
removal_marks_nothing_as_poisoned                        x      x     x    x    x    .    .    .    .    .    .    .    .     .     .     .
removal_reports_no_data_as_lost                          .      .     .    .    .    .    .    .    x    x    .    .    .     .     .     .
removal_is_told_to_every_process                         x      x     x    x    x    .    x    x    x    x    x    x    .     x     x     x
removal_tells_users_before_it_shuts_down                 x      x     .    x    x    .    x    x    x    x    .    .    .     x     x     x
removal_tells_users_while_they_can_act                   .      .     .    .    .    x    x    x    x    x    .    .    .     .     .     .
nobody_maps_what_is_gone                                 x      x     x    x    x    x    x    x    x    x    x    x    .     x     x     x
removal_lets_no_new_mapping_in                           .      .     .    .    .    x    x    x    x    x    .    .    .     .     .     x
removal_never_leaves_the_filesystem_in_use               x      x     x    x    x    x    x    x    x    x    x    x    .     x     x     x
a_freeze_by_a_user_is_kept_while_the_filesystem_lives    .      .     .    .    .    x    x    .    .    .    .    .    .     .     .     .
no_freeze_outlives_a_shutdown                            x      x     x    x    x    x    x    x    x    x    .    .    .     x     x     x
nothing_is_left_frozen                                   .      .     .    .    .    x    .    .    .    .    .    .    .     .     .     .
no_event_ends_in_an_oops                                 .      .     .    x    x    x    x    x    x    x    x    x    .     .     .     .
the_walk_is_no_longer_than_the_range                     .      .     .    .    .    .    x    x    x    x    .    .    .     .     .     .
no_more_is_reported_than_there_was                       .      .     .    .    .    .    .    .    x    x    .    .    .     .     .     .
)";

/// The matrix without its blanks: the law's name, and a letter a policy.
std::string lines() {
    std::string made;
    boost::hana::for_each(laws::shipped, [&made](auto law) {
        made += decltype(law)::type::name;
        made += '\n';
    });
    boost::hana::for_each(releases::shipped, [&made](auto policy) {
        const auto found =
            try_all<typename decltype(policy)::type, thoroughness::rows>(laws::shipped);
        std::size_t law = 0;
        std::size_t end_of_line = 0;
        while ((end_of_line = made.find('\n', end_of_line)) != std::string::npos) {
            made.insert(end_of_line, 1, ".x?-"[static_cast<std::size_t>(found.of[law++].what())]);
            end_of_line += 2;
        }
    });
    return made;
}

/// The matrix as it stands above, without its heading and its blanks.
std::string without_blanks(std::string text) {
    text.erase(0, text.find('\n', 1) + 1);
    std::erase(text, ' ');
    return text;
}

// For each law a policy that breaks it and no other: `recommended`, but for one thing.

struct shuts_down_for_an_inode_to_be_reclaimed : recommended {
    using law = corruption_of_file_data_never_shuts_down;
    static constexpr auto record = table(
        when(cause::corruption, owner::file_data, inode::lookup_failed) >> note_shutdown >> next,
        as_in(recommended::record));
};
struct passes_over_extent_maps : recommended {
    using law = corruption_of_metadata_never_goes_on;
    static constexpr auto record = table(when(owner::bmbt) >> next, as_in(recommended::record));
};
struct takes_symlinks_for_files : recommended {
    using law = metadata_of_an_inode_never_goes_on;
    static constexpr auto record =
        table(when(cause::corruption, owner::file_data, inode::in_core, kind::symlink) >>
                  attempt(report_data_lost) >> next,
              as_in(recommended::record));
};
struct passes_over_the_unknown : recommended {
    using law = unknown_owner_is_treated_as_metadata;
    static constexpr auto record = table(when(owner::unknown) >> next, as_in(recommended::record));
};
struct trusts_what_it_cannot_read : recommended {
    using law = what_cannot_be_read_is_not_trusted;
    static constexpr auto end =
        table(when(cause::corruption, cut_short::yes) >> return_error, as_in(recommended::end));
};
/// Records are walked one by one, so that they can be asked for what each extent has.
struct walks_each_record : recommended {
    static constexpr auto gate = [] {
        auto made = recommended::gate;
        for (auto& course : made.actions)
            if (course.end == ending::walk_in_core)
                course.end = ending::walk;
        return made;
    }();
};
struct tells_only_beside_something_else : walks_each_record {
    using law = corruption_is_told_to_those_who_map_the_page;
    static constexpr auto record = table(when(cause::corruption, owner::file_data, inode::in_core,
                                              mapping::dax, kind::regular, sharing::sole) >>
                                             attempt(report_data_lost) >> next,
                                         as_in(recommended::record));
    static constexpr auto end =
        table(when(cause::corruption, want_shutdown::yes, cut_short::no) >> stop_as_corrupt >>
                  collect(unmap_range) >> refuse(efscorrupted),
              when(cause::corruption, want_shutdown::no, cut_short::no) >> refuse(EIO),
              as_in(recommended::end));
};
struct swallows_the_page_cache : recommended {
    using law = corruption_is_never_swallowed;
    static constexpr auto record = table(when(cause::corruption, owner::file_data, inode::in_core,
                                              mapping::buffered, kind::regular) >>
                                             next,
                                         as_in(recommended::record));
};
struct reports_what_is_outside : recommended {
    using law = event_outside_changes_nothing;
    static constexpr auto gate =
        table(when(mount::born, range::after_end) >> attempt(report_media_event) >> refuse(ENXIO),
              as_in(recommended::gate));
};
struct shuts_down_for_any_part : recommended {
    using law = event_of_a_part_hurts_no_one_outside_of_it;
    static constexpr auto end =
        table(when(cause::removal, scope::part) >> stop_as_umounted >> return_error,
              as_in(recommended::end));
};
struct ends_at_metadata : recommended {
    using law = metadata_hides_no_user;
    static constexpr auto record =
        table(when(cause::corruption, owner::metadata) >> note_shutdown >> stop(efscorrupted),
              as_in(recommended::record));
};
struct drops_shared_pages_in_silence : walks_each_record {
    using law = every_owner_of_a_shared_extent_is_told;
    static constexpr auto record =
        table(when(cause::corruption, owner::file_data, inode::in_core, mapping::dax, kind::regular,
                   sharing::shared) >>
                  collect(invalidate) >> attempt(report_data_lost) >> next,
              as_in(recommended::record));
};
struct ends_at_whom_it_cannot_tell : recommended {
    using law = one_failure_hides_no_other_user;
    static constexpr auto record = table(
        when(cause::corruption, owner::file_data, inode::in_core, mapping::dax, kind::regular) >>
            kill_users(users::early, poison::marked) >> attempt(report_data_lost) >> next,
        as_in(recommended::record));
};
struct needs_to_report_first : recommended {
    using law = success_means_that_nobody_was_forgotten;
    static constexpr auto gate = table(when(mount::born, any_of(range::inside, range::across_end),
                                            none_of(role::log), rmap::present, cause::corruption) >>
                                           report_media_event >> walk,
                                       as_in(recommended::gate));
    static constexpr auto end =
        table(when(cause::corruption, walk_end::not_started) >> succeed, as_in(recommended::end));
};
struct forgets_what_it_could_not_unmap : recommended {
    using law = what_is_answered_with_success_is_done;
    static constexpr auto end = table(when(cause::removal, scope::whole_device) >> attempt(sync) >>
                                          stop_as_umounted >> attempt(unmap_range) >> return_error,
                                      as_in(recommended::end));
};
struct poisons_what_is_removed : recommended {
    using law = removal_marks_nothing_as_poisoned;
    static constexpr auto record =
        table(when(cause::removal, scope::whole_device, owner::file_data, inode::in_core,
                   mapping::dax, kind::regular) >>
                  collect(kill_users(users::every, poison::marked)) >> next,
              as_in(recommended::record));
};
struct reports_what_is_removed : recommended {
    using law = removal_reports_no_data_as_lost;
    static constexpr auto record =
        table(when(cause::removal, scope::whole_device, owner::file_data, inode::in_core,
                   mapping::dax, kind::regular) >>
                  collect(kill_users(users::every, poison::not_marked)) >>
                  attempt(report_data_lost) >> next,
              as_in(recommended::record));
};
struct tells_early_users_only : recommended {
    using law = removal_is_told_to_every_process;
    static constexpr auto record =
        table(when(cause::removal, scope::whole_device, owner::file_data, inode::in_core,
                   mapping::dax, kind::regular) >>
                  collect(kill_users(users::early, poison::not_marked)) >> next,
              as_in(recommended::record));
};
struct shuts_down_first : recommended {
    using law = removal_tells_users_before_it_shuts_down;
    static constexpr auto record =
        table(when(cause::removal, scope::whole_device, owner::file_data, inode::in_core,
                   mapping::dax, kind::regular) >>
                  stop_as_umounted >> collect(kill_users(users::every, poison::not_marked)) >> next,
              as_in(recommended::record));
};
struct freezes_first : recommended {
    using law = removal_tells_users_while_they_can_act;
    static constexpr auto gate =
        table(when(mount::born, any_of(range::inside, range::across_end), none_of(role::log),
                   rmap::present, cause::removal, scope::whole_device) >>
                  attempt(freeze) >> walk_in_core,
              as_in(recommended::gate));
    static constexpr auto end =
        table(when(cause::removal, scope::whole_device) >> stop_as_umounted >> attempt(thaw) >>
                  collect(unmap_range) >> return_error,
              as_in(recommended::end));
};
struct leaves_mappings : recommended {
    using law = nobody_maps_what_is_gone;
    static constexpr auto end = table(when(cause::removal, scope::whole_device) >> attempt(sync) >>
                                          stop_as_umounted >> return_error,
                                      as_in(recommended::end));
};
struct unmaps_too_early : recommended {
    using law = removal_lets_no_new_mapping_in;
    static constexpr auto end = table(when(cause::removal, scope::whole_device) >>
                                          collect(unmap_range) >> stop_as_umounted >> return_error,
                                      as_in(recommended::end));
};
struct outlives_its_log : recommended {
    using law = removal_never_leaves_the_filesystem_in_use;
    static constexpr auto gate = table(
        when(mount::born, any_of(range::inside, range::across_end), role::log, cause::removal) >>
            succeed,
        as_in(recommended::gate));
};
struct thaws_for_nothing : recommended {
    using law = a_freeze_by_a_user_is_kept_while_the_filesystem_lives;
    static constexpr auto end = table(when(cause::corruption, want_shutdown::no, cut_short::no) >>
                                          attempt(thaw_user) >> return_error,
                                      as_in(recommended::end));
};
struct leaves_a_user_frozen : recommended {
    using law = no_freeze_outlives_a_shutdown;
    static constexpr auto end =
        table(when(cause::removal, scope::whole_device) >> attempt(shut_down(force_umount)) >>
                  collect(unmap_range) >> return_error,
              as_in(recommended::end));
};
struct freezes_and_goes : recommended {
    using law = nothing_is_left_frozen;
    static constexpr auto gate = table(when(mount::born, any_of(range::inside, range::across_end),
                                            none_of(role::log), rmap::present, cause::corruption) >>
                                           attempt(freeze) >> walk,
                                       as_in(recommended::gate));
};
struct known_to_oops : recommended {
    using law = no_event_ends_in_an_oops;
    static constexpr auto aftermaths = table(otherwise >> derived("a test", exit_oopses));
};
struct known_to_wrap : recommended {
    using law = the_walk_is_no_longer_than_the_range;
    static constexpr auto aftermaths = table(otherwise >> derived("a test", page_count_wraps));
};
struct known_to_exaggerate : recommended {
    using law = no_more_is_reported_than_there_was;
    static constexpr auto aftermaths = table(otherwise >> derived("a test", reports_too_much));
};

constexpr auto mutants = boost::hana::tuple_t<
    shuts_down_for_an_inode_to_be_reclaimed, passes_over_extent_maps, takes_symlinks_for_files,
    passes_over_the_unknown, trusts_what_it_cannot_read, tells_only_beside_something_else,
    swallows_the_page_cache, reports_what_is_outside, shuts_down_for_any_part, ends_at_metadata,
    drops_shared_pages_in_silence, ends_at_whom_it_cannot_tell, needs_to_report_first,
    forgets_what_it_could_not_unmap, poisons_what_is_removed, reports_what_is_removed,
    tells_early_users_only, shuts_down_first, freezes_first, leaves_mappings, unmaps_too_early,
    outlives_its_log, thaws_for_nothing, leaves_a_user_frozen, freezes_and_goes, known_to_oops,
    known_to_wrap, known_to_exaggerate>;

} // namespace

TEST_CASE("which policy keeps which law") { CHECK(lines() == without_blanks(matrix)); }

TEST_CASE("each law alone catches a mutant") {
    std::string caught;
    boost::hana::for_each(mutants, [&caught](auto mutant) {
        using type = typename decltype(mutant)::type;
        const auto found = try_all<type, thoroughness::rows>(laws::shipped);
        std::size_t number = 0;
        boost::hana::for_each(laws::shipped, [&](auto law) {
            using law_type = typename decltype(law)::type;
            const bool is_meant = std::is_same_v<law_type, typename type::law>;
            INFO(std::string{type::law::name} << ": " << std::string{law_type::name});
            CHECK((found.of[number].what() == standing::broken) == is_meant);
            CHECK(found.of[number].what() != standing::not_tried);
            if (is_meant)
                caught += std::string{law_type::name} + "\n";
            ++number;
        });
    });
    std::string all;
    boost::hana::for_each(
        laws::shipped, [&all](auto law) { all += std::string{decltype(law)::type::name} + "\n"; });
    CHECK(caught == all);
}
