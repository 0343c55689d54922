// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/laws/law.hpp"

#include <boost/hana/tuple.hpp>
#include <boost/hana/type.hpp>

/// \file
/// The laws that are shipped. Each says whom it protects; which release keeps which one is a table
/// in README.md.

namespace daxhold::laws {

namespace detail {

/// Whether nothing but data of files lies in the range, as far as anybody can tell.
constexpr bool is_file_data_alone(const trial& t) {
    return has_file_data(t) && t.where != situation::metadata_then_data;
}

/// A removal that the filesystem can walk: it has a reverse mapping, and no step before it fails.
constexpr bool is_walked_removal(const trial& t) {
    return t.event == cause::removal && has_file_data(t) && t.where != situation::without_rmap &&
           t.where != situation::walk_cannot_begin;
}

/// The generic path of memory_failure() tells who maps the page, and is there for a corruption.
constexpr bool is_left_to_the_generic_path(const trial& t, const verdict& v) {
    return t.event == cause::corruption && falls_back(v.answer);
}

} // namespace detail

/// Protects the users of all other files: one bad page under file data costs that page. Broken by
/// an inverted condition (the seed), by a lookup that finds an inode about to be reclaimed (6.1 and
/// later), and by a file in the page cache (6.1 to 6.7).
struct corruption_of_file_data_never_shuts_down {
    static constexpr const char* name = "corruption_of_file_data_never_shuts_down";
    static constexpr bool concerns(const trial& t) {
        return t.event == cause::corruption && detail::is_file_data_alone(t);
    }
    static constexpr bool holds(const trial& /*t*/, const verdict& v) { return !v.is_shut_down; }
};

/// Protects what is stored: a filesystem whose metadata is damaged must not go on writing. Broken
/// where nobody is registered: the generic path knows of processes, and of no filesystem.
struct corruption_of_metadata_never_goes_on {
    static constexpr const char* name = "corruption_of_metadata_never_goes_on";
    static constexpr bool concerns(const trial& t) {
        return t.event == cause::corruption &&
               (t.where == situation::metadata_then_data || t.where == situation::log_device ||
                (t.where == situation::lone_record && t.who != owner::file_data &&
                 t.who != owner::unknown));
    }
    static constexpr bool holds(const trial& /*t*/, const verdict& v) { return v.is_shut_down; }
};

/// Protects what is stored where nobody knows what it is: an unknown owner may be metadata.
struct unknown_owner_is_treated_as_metadata {
    static constexpr const char* name = "unknown_owner_is_treated_as_metadata";
    static constexpr bool concerns(const trial& t) {
        return t.event == cause::corruption && t.where == situation::lone_record &&
               t.who == owner::unknown;
    }
    static constexpr bool holds(const trial& /*t*/, const verdict& v) { return v.is_shut_down; }
};

/// Protects the process that maps a bad page from reading it: it is told, or the generic path is
/// left to tell it.
struct corruption_is_told_to_those_who_map_the_page {
    static constexpr const char* name = "corruption_is_told_to_those_who_map_the_page";
    static constexpr bool concerns(const trial& t) {
        return t.event == cause::corruption && detail::is_file_data_alone(t) &&
               t.where != situation::first_user_cannot_be_told &&
               t.where != situation::walk_cannot_begin;
    }
    static constexpr bool holds(const trial& t, const verdict& v) {
        return v.files_told == v.files_in_use || detail::is_left_to_the_generic_path(t, v);
    }
};

/// Protects the next reader of the bad memory: what nobody deals with is left to the generic path,
/// which marks the page. An answer of success with nothing done keeps it from there. Broken by 6.8
/// to 6.19 for a file in the page cache; 7.0 at least tells those who watch it.
struct corruption_is_never_swallowed {
    static constexpr const char* name = "corruption_is_never_swallowed";
    static constexpr bool concerns(const trial& t) {
        return t.event == cause::corruption && detail::has_file_data(t) &&
               t.state == inode::in_core;
    }
    static constexpr bool holds(const trial& /*t*/, const verdict& v) {
        return !v.answer.ok() || v.is_shut_down || v.files_told != 0 || v.is_poisoned ||
               v.is_reported_lost;
    }
};

/// Protects a filesystem from what is none of its business: its device may be larger than it is.
/// Broken by a log on a device of its own that any error takes down (before 6.14), and by a holder
/// that does not look at the range (famfs).
struct event_outside_changes_nothing {
    static constexpr const char* name = "event_outside_changes_nothing";
    static constexpr bool concerns(const trial& t) {
        return t.event == cause::corruption && (t.where == situation::beyond_the_filesystem ||
                                                t.where == situation::beyond_the_log);
    }
    static constexpr bool holds(const trial& /*t*/, const verdict& v) {
        return v.operations == 0 && !v.answer.ok();
    }
};

/// Protects the users of data that lies in the same range as metadata: a shutdown does not take
/// their mappings away, so they are told all the same. Broken by a walk that ends at the first
/// record of metadata (before 6.1, and the seed).
struct metadata_hides_no_user {
    static constexpr const char* name = "metadata_hides_no_user";
    static constexpr bool concerns(const trial& t) {
        return t.where == situation::metadata_then_data;
    }
    static constexpr bool holds(const trial& t, const verdict& v) {
        return v.files_told == v.files_in_use || detail::is_left_to_the_generic_path(t, v);
    }
};

/// Protects every owner of a shared extent, not only the first that the reverse mapping names. The
/// generic path is no help here: it knows one owner of a page.
struct every_owner_of_a_shared_extent_is_told {
    static constexpr const char* name = "every_owner_of_a_shared_extent_is_told";
    static constexpr bool concerns(const trial& t) { return t.where == situation::shared_extent; }
    static constexpr bool holds(const trial& /*t*/, const verdict& v) {
        return v.files_told == v.files_in_use;
    }
};

/// Protects the users who come behind one who could not be told (-EBUSY from mf_dax_kill_procs,
/// which ends the walk in every release), and the caller, who has to hear of it.
struct one_failure_hides_no_other_user {
    static constexpr const char* name = "one_failure_hides_no_other_user";
    static constexpr bool concerns(const trial& t) {
        return t.where == situation::first_user_cannot_be_told;
    }
    static constexpr bool holds(const trial& t, const verdict& v) {
        return (v.files_told + 1 == v.files_in_use && !v.answer.ok()) ||
               detail::is_left_to_the_generic_path(t, v);
    }
};

/// Protects the caller: success is not reported where somebody was left using the memory.
struct success_means_that_nobody_was_forgotten {
    static constexpr const char* name = "success_means_that_nobody_was_forgotten";
    static constexpr bool concerns(const trial& /*t*/) { return true; }
    static constexpr bool holds(const trial& /*t*/, const verdict& v) {
        return !v.answer.ok() || v.files_told == v.files_in_use;
    }
};

/// Protects memory that is good and about to be used elsewhere: a removal poisons nothing. Broken
/// by every release before 6.8.
struct removal_marks_nothing_as_poisoned {
    static constexpr const char* name = "removal_marks_nothing_as_poisoned";
    static constexpr bool concerns(const trial& t) { return t.event == cause::removal; }
    static constexpr bool holds(const trial& /*t*/, const verdict& v) { return !v.is_poisoned; }
};

/// Protects those who watch for lost data, and those who restore it: before a removal everything is
/// still there. Broken by 7.0.
struct removal_reports_no_data_as_lost {
    static constexpr const char* name = "removal_reports_no_data_as_lost";
    static constexpr bool concerns(const trial& t) { return t.event == cause::removal; }
    static constexpr bool holds(const trial& /*t*/, const verdict& v) {
        return !v.is_reported_lost;
    }
};

/// Protects every process that maps the device: a removal is told to all, whatever they asked for.
struct removal_is_told_to_every_process {
    static constexpr const char* name = "removal_is_told_to_every_process";
    static constexpr bool concerns(const trial& t) {
        return detail::is_walked_removal(t) && t.where != situation::first_user_cannot_be_told;
    }
    static constexpr bool holds(const trial& /*t*/, const verdict& v) {
        return v.files_told_to_all == v.files_in_use;
    }
};

/// Protects the users' last chance: they are told while the filesystem still works. Broken by a
/// shutdown at the first record of metadata, which is the first record of every device.
struct removal_tells_users_before_it_shuts_down {
    static constexpr const char* name = "removal_tells_users_before_it_shuts_down";
    static constexpr bool concerns(const trial& t) {
        return detail::is_walked_removal(t) && t.where != situation::first_user_cannot_be_told;
    }
    static constexpr bool holds(const trial& /*t*/, const verdict& v) {
        return !v.was_shut_down_before_users_were_told;
    }
};

/// Protects the memory's next user from a process that maps it behind the walk: the filesystem is
/// frozen before the first user is told, and not thawed before it is shut down. Broken before 6.8.
struct removal_lets_no_new_mapping_in {
    static constexpr const char* name = "removal_lets_no_new_mapping_in";
    static constexpr bool concerns(const trial& t) {
        return detail::is_walked_removal(t) && t.where != situation::freeze_fails;
    }
    static constexpr bool holds(const trial& /*t*/, const verdict& v) {
        return !v.was_open_to_new_mappings;
    }
};

/// Protects the machine: behind a removal nobody may go on using the filesystem. Broken by 6.8 and
/// later for a filesystem without a reverse mapping and for the device of an external log, and up
/// to 6.16 where there is no memory for the walk.
struct removal_never_leaves_the_filesystem_in_use {
    static constexpr const char* name = "removal_never_leaves_the_filesystem_in_use";
    static constexpr bool concerns(const trial& t) {
        return t.event == cause::removal && t.where != situation::beyond_the_filesystem &&
               t.where != situation::beyond_the_log;
    }
    static constexpr bool holds(const trial& /*t*/, const verdict& v) { return v.is_shut_down; }
};

/// Protects somebody in user space who has frozen the filesystem: nobody else thaws it. Broken
/// since 6.8.
struct only_our_own_freeze_is_thawed {
    static constexpr const char* name = "only_our_own_freeze_is_thawed";
    static constexpr bool concerns(const trial& t) { return t.where == situation::frozen_by_user; }
    static constexpr bool holds(const trial& /*t*/, const verdict& v) {
        return !v.is_user_freeze_undone;
    }
};

/// Protects whoever waits for the filesystem: a freeze does not outlive the notification.
struct nothing_is_left_frozen {
    static constexpr const char* name = "nothing_is_left_frozen";
    static constexpr bool concerns(const trial& /*t*/) { return true; }
    static constexpr bool holds(const trial& /*t*/, const verdict& v) { return !v.is_left_frozen; }
};

/// Protects the machine from the umount behind the event: no release should be known to oops there,
/// or in the notification itself. Broken by 6.1 and 6.8, as seen on booted kernels.
struct no_event_ends_in_an_oops {
    static constexpr const char* name = "no_event_ends_in_an_oops";
    static constexpr bool concerns(const trial& /*t*/) { return true; }
    static constexpr bool holds(const trial& /*t*/, const verdict& v) {
        return !v.has(aftermath::umount_oopses) && !v.has(aftermath::null_dereference);
    }
};

/// Protects whoever waits for a frozen filesystem: a walk takes as long as there are pages in the
/// range. Broken since 6.14, where the end of an allocation group wraps around (DERIVED).
struct the_walk_is_no_longer_than_the_range {
    static constexpr const char* name = "the_walk_is_no_longer_than_the_range";
    static constexpr bool concerns(const trial& /*t*/) { return true; }
    static constexpr bool holds(const trial& /*t*/, const verdict& v) {
        return !v.has(aftermath::page_count_wraps);
    }
};

/// The laws that are shipped, as a list of types.
inline constexpr auto shipped = boost::hana::tuple_t<
    corruption_of_file_data_never_shuts_down, corruption_of_metadata_never_goes_on,
    unknown_owner_is_treated_as_metadata, corruption_is_told_to_those_who_map_the_page,
    corruption_is_never_swallowed, event_outside_changes_nothing, metadata_hides_no_user,
    every_owner_of_a_shared_extent_is_told, one_failure_hides_no_other_user,
    success_means_that_nobody_was_forgotten, removal_marks_nothing_as_poisoned,
    removal_reports_no_data_as_lost, removal_is_told_to_every_process,
    removal_tells_users_before_it_shuts_down, removal_lets_no_new_mapping_in,
    removal_never_leaves_the_filesystem_in_use, only_our_own_freeze_is_thawed,
    nothing_is_left_frozen, no_event_ends_in_an_oops, the_walk_is_no_longer_than_the_range>;

} // namespace daxhold::laws
