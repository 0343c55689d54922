// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/laws/law.hpp"

/// \file
/// The laws that are shipped. Each says whom it protects; which release keeps which one is a table
/// in README.md.

namespace daxhold::laws {

/// Protects the users of all other files: one bad page under file data costs that page. Broken by
/// an inverted condition (the seed), by a lookup that finds an inode about to be reclaimed, and by
/// a file in the page cache (XFS before 6.8).
struct corruption_of_file_data_never_shuts_down {
    static constexpr const char* name = "corruption_of_file_data_never_shuts_down";
    static constexpr bool concerns(const trial& t) {
        return t.event == cause::corruption && t.where != situation::metadata_then_data &&
               t.where != situation::log_device && t.who == owner::file_data;
    }
    static constexpr bool holds(const trial& /*t*/, const verdict& v) { return !v.is_shut_down; }
};

/// Protects what is stored: a filesystem whose metadata is damaged must not go on writing.
struct corruption_of_metadata_never_goes_on {
    static constexpr const char* name = "corruption_of_metadata_never_goes_on";
    static constexpr bool concerns(const trial& t) {
        return t.event == cause::corruption &&
               (t.where == situation::metadata_then_data || t.where == situation::log_device ||
                (t.who != owner::file_data && t.who != owner::unknown));
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
        return t.event == cause::corruption && t.where != situation::metadata_then_data &&
               t.where != situation::first_user_cannot_be_told;
    }
    static constexpr bool holds(const trial& /*t*/, const verdict& v) {
        return v.files_told == v.files_in_use || falls_back(v.answer);
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
    static constexpr bool holds(const trial& /*t*/, const verdict& v) {
        return v.files_told == v.files_in_use;
    }
};

/// Protects every owner of a shared extent, not only the first that the reverse mapping names.
struct every_owner_of_a_shared_extent_is_told {
    static constexpr const char* name = "every_owner_of_a_shared_extent_is_told";
    static constexpr bool concerns(const trial& t) { return t.where == situation::shared_extent; }
    static constexpr bool holds(const trial& /*t*/, const verdict& v) {
        return v.files_told == v.files_in_use;
    }
};

/// Protects the users who come behind one who could not be told (-EBUSY from mf_dax_kill_procs,
/// which ends the walk in every release).
struct one_failure_hides_no_other_user {
    static constexpr const char* name = "one_failure_hides_no_other_user";
    static constexpr bool concerns(const trial& t) {
        return t.where == situation::first_user_cannot_be_told;
    }
    static constexpr bool holds(const trial& /*t*/, const verdict& v) {
        return v.files_told + 1 == v.files_in_use && !v.answer.ok();
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

/// Protects every process that maps the device: a removal is told to all, whatever they asked for.
struct removal_is_told_to_every_process {
    static constexpr const char* name = "removal_is_told_to_every_process";
    static constexpr bool concerns(const trial& t) {
        return t.event == cause::removal && t.where != situation::first_user_cannot_be_told &&
               t.where != situation::without_rmap;
    }
    static constexpr bool holds(const trial& /*t*/, const verdict& v) {
        return v.files_told_to_all == v.files_in_use;
    }
};

/// Protects the users' last chance: they are told while the filesystem still works.
struct removal_tells_users_before_it_shuts_down {
    static constexpr const char* name = "removal_tells_users_before_it_shuts_down";
    static constexpr bool concerns(const trial& t) {
        return t.event == cause::removal && t.where != situation::without_rmap;
    }
    static constexpr bool holds(const trial& /*t*/, const verdict& v) {
        return !v.was_shut_down_before_users_were_told;
    }
};

/// Protects the machine: behind a removal nobody may go on using the filesystem. Broken by 6.8 and
/// later for a filesystem without a reverse mapping and for the device of an external log.
struct removal_never_leaves_the_filesystem_in_use {
    static constexpr const char* name = "removal_never_leaves_the_filesystem_in_use";
    static constexpr bool concerns(const trial& t) { return t.event == cause::removal; }
    static constexpr bool holds(const trial& /*t*/, const verdict& v) { return v.is_shut_down; }
};

/// Protects somebody in user space who has frozen the filesystem: nobody else thaws it.
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

/// The laws that are shipped, as types.
template <template <class...> class List>
using all =
    List<corruption_of_file_data_never_shuts_down, corruption_of_metadata_never_goes_on,
         unknown_owner_is_treated_as_metadata, corruption_is_told_to_those_who_map_the_page,
         metadata_hides_no_user, every_owner_of_a_shared_extent_is_told,
         one_failure_hides_no_other_user, success_means_that_nobody_was_forgotten,
         removal_marks_nothing_as_poisoned, removal_is_told_to_every_process,
         removal_tells_users_before_it_shuts_down, removal_never_leaves_the_filesystem_in_use,
         only_our_own_freeze_is_thawed, nothing_is_left_frozen>;

} // namespace daxhold::laws
