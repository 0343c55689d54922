// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/laws/law.hpp"

/// \file
/// The laws that are shipped. Each says whom it protects; which release keeps which one is a table
/// in README.md.

namespace daxhold::laws {

namespace detail {

constexpr bool has_metadata(const trial& t) {
    return t.any([](const piece& p) { return p.is_metadata(); });
}
constexpr bool is_in_use(const trial& t) {
    return t.any([](const piece& p) { return p.is_in_use(); });
}

/// An event that a mount in use meets while nothing goes wrong.
constexpr bool is_served(const trial& t) { return t.is_met() && t.fails == 0; }

/// Such an event on a part of a device that holds files.
constexpr bool is_part_with(const trial& t, cause why) {
    return t.cause == why && is_served(t) && t.scope == scope::part && t.role != role::log;
}

/// A corruption of which the filesystem can tell what was hit.
constexpr bool is_corruption_that_can_be_told(const trial& t) {
    return t.cause == cause::corruption && is_served(t) && t.rmap == rmap::present;
}

/// A removal whose users the filesystem can tell one by one.
constexpr bool is_served_removal(const trial& t) {
    return t.cause == cause::removal && is_served(t) && t.rmap == rmap::present && is_in_use(t);
}

/// A removal of the whole device of a mounted filesystem.
constexpr bool is_unbind(const trial& t) {
    return t.cause == cause::removal && t.scope == scope::whole_device && t.mount == mount::born &&
           (t.fails == 0 || t.is_met());
}

constexpr bool is_told_or_stopped(const piece_fate& f) {
    return f.told() != never || f.taken_away != never;
}

/// Whether it is so of all pieces that are in use, or in core.
template <class Is>
constexpr bool all_in_use(const trial& t, const verdict& v, Is is) {
    for (std::size_t i = 0; i != t.count; ++i)
        if (t.pieces[i].is_in_use() && !is(v.of[i]))
            return false;
    return true;
}
template <class Is>
constexpr bool all_in_core(const trial& t, const verdict& v, Is is) {
    for (std::size_t i = 0; i != t.count; ++i)
        if (t.pieces[i].owner == owner::file_data && t.pieces[i].inode == inode::in_core &&
            !is(v.of[i]))
            return false;
    return true;
}

} // namespace detail

/// Protects the users of all other files: one bad page under file data costs that page. Broken by
/// an inverted condition (the seed), by a lookup that finds an inode about to be reclaimed (6.1 and
/// later), and by a file in the page cache (6.1 to 6.7).
struct corruption_of_file_data_never_shuts_down {
    static constexpr const char* name = "corruption_of_file_data_never_shuts_down";
    static constexpr bool concerns(const trial& t) {
        return detail::is_part_with(t, cause::corruption) && t.count != 0 &&
               !detail::has_metadata(t);
    }
    static constexpr bool holds(const trial& /*t*/, const verdict& v) { return !v.shuts_down(); }
};

/// Protects what is stored: a filesystem whose metadata is damaged must not go on writing. Broken
/// where nobody is registered: the generic path knows of processes, and of no filesystem; and by a
/// realtime section on the data device, to which every event is taken to belong (7.2). Without a
/// reverse mapping nobody can know.
struct corruption_of_metadata_never_goes_on {
    static constexpr const char* name = "corruption_of_metadata_never_goes_on";
    static constexpr bool concerns(const trial& t) {
        return detail::is_corruption_that_can_be_told(t) && t.any([](const piece& p) {
            return p.owner != owner::file_data && p.owner != owner::unknown;
        });
    }
    static constexpr bool holds(const trial& /*t*/, const verdict& v) { return v.shuts_down(); }
};

/// Protects directories, symbolic links and the filesystem's own files: their blocks belong to an
/// inode, and are metadata all the same. Broken from 6.8 on, where they pass for files in the page
/// cache. Where the inode is not in core its kind is not known.
struct metadata_of_an_inode_never_goes_on {
    static constexpr const char* name = "metadata_of_an_inode_never_goes_on";
    static constexpr bool concerns(const trial& t) {
        return detail::is_corruption_that_can_be_told(t) && t.any([](const piece& p) {
            return p.owner == owner::file_data && p.inode == inode::in_core &&
                   p.kind != kind::regular;
        });
    }
    static constexpr bool holds(const trial& /*t*/, const verdict& v) { return v.shuts_down(); }
};

/// Protects what is stored where nobody knows what it is: an unknown owner may be metadata.
struct unknown_owner_is_treated_as_metadata {
    static constexpr const char* name = "unknown_owner_is_treated_as_metadata";
    static constexpr bool concerns(const trial& t) {
        return detail::is_corruption_that_can_be_told(t) &&
               t.any([](const piece& p) { return !p.is_free && p.owner == owner::unknown; });
    }
    static constexpr bool holds(const trial& /*t*/, const verdict& v) { return v.shuts_down(); }
};

/// Protects what is stored where the reverse mapping itself cannot be read: what was hit is not
/// known, and may be metadata. Not to be mistaken for a user who could not be told.
struct what_cannot_be_read_is_not_trusted {
    static constexpr const char* name = "what_cannot_be_read_is_not_trusted";
    static constexpr bool concerns(const trial& t) {
        return t.cause == cause::corruption && t.is_met() && t.fails != 0 && t.role != role::log;
    }
    static constexpr bool concerns_failure_of(testing::call what) {
        return what == testing::call::read_rmap;
    }
    static constexpr bool holds(const trial& /*t*/, const verdict& v) { return v.shuts_down(); }
};

/// Protects the process that has a bad page present from reading it: it is told, or its page is
/// taken away, or the generic path is left to tell it.
struct corruption_is_told_to_those_who_map_the_page {
    static constexpr const char* name = "corruption_is_told_to_those_who_map_the_page";
    static constexpr bool concerns(const trial& t) {
        return t.cause == cause::corruption && detail::is_served(t) && !detail::has_metadata(t) &&
               detail::is_in_use(t);
    }
    static constexpr bool holds(const trial& t, const verdict& v) {
        return detail::all_in_use(t, v, detail::is_told_or_stopped) ||
               v.is_left_to_the_generic_path(t);
    }
};

/// Protects the next reader of the bad memory: what nobody deals with is left to the generic path,
/// which marks the page. An answer of success with nothing done keeps it from there. Broken by 6.8
/// to 6.19 for a file in the page cache; 7.0 at least tells those who watch it.
struct corruption_is_never_swallowed {
    static constexpr const char* name = "corruption_is_never_swallowed";
    static constexpr bool concerns(const trial& t) {
        return detail::is_part_with(t, cause::corruption) && t.any([](const piece& p) {
            return p.owner == owner::file_data && p.inode == inode::in_core;
        });
    }
    static constexpr bool holds(const trial& t, const verdict& v) {
        return !v.answer.ok() || v.shuts_down() ||
               detail::all_in_core(t, v, [](const piece_fate& f) {
                   return f.is_poisoned || f.is_reported_lost || detail::is_told_or_stopped(f);
               });
    }
};

/// Protects a filesystem from what is none of its business: its device may be larger than it is.
/// Broken by a log on a device of its own that any error takes down (before 6.14), by a range that
/// is compared with the device instead of the filesystem (6.16, 6.17), and by a holder that does
/// not look at the range (famfs).
struct event_outside_changes_nothing {
    static constexpr const char* name = "event_outside_changes_nothing";
    static constexpr bool concerns(const trial& t) {
        return t.mount == mount::born && t.scope == scope::part &&
               (t.range == range::outside || t.range == range::after_end);
    }
    static constexpr bool holds(const trial& /*t*/, const verdict& v) {
        return v.calls == 0 && !v.answer.ok();
    }
};

/// Protects those who use the rest of the device, and a part that holds nothing in use: without
/// metadata in it a filesystem can go on. Broken by every release that shuts down for a removal,
/// whatever its range.
struct event_of_a_part_hurts_no_one_outside_of_it {
    static constexpr const char* name = "event_of_a_part_hurts_no_one_outside_of_it";
    static constexpr bool concerns(const trial& t) {
        return detail::is_part_with(t, t.cause) && !detail::has_metadata(t) &&
               (t.cause == cause::removal || t.count == 0);
    }
    static constexpr bool holds(const trial& /*t*/, const verdict& v) { return !v.shuts_down(); }
};

/// Protects the users of data that lies in the same range as metadata: a shutdown does not take
/// their mappings away, so they are told all the same. Broken by a walk that ends at the first
/// record of metadata (before 6.1, and the seed).
struct metadata_hides_no_user {
    static constexpr const char* name = "metadata_hides_no_user";
    static constexpr bool concerns(const trial& t) {
        return detail::is_served(t) && t.rmap == rmap::present && detail::has_metadata(t) &&
               detail::is_in_use(t);
    }
    static constexpr bool holds(const trial& t, const verdict& v) {
        return detail::all_in_use(t, v, detail::is_told_or_stopped) ||
               v.is_left_to_the_generic_path(t);
    }
};

/// Protects every owner of a shared extent, not only the first that the reverse mapping names. The
/// generic path is no help here: it knows one owner of a page.
struct every_owner_of_a_shared_extent_is_told {
    static constexpr const char* name = "every_owner_of_a_shared_extent_is_told";
    static constexpr bool concerns(const trial& t) {
        return detail::is_served(t) && t.rmap == rmap::present && t.sharing == sharing::shared &&
               t.all([](const piece& p) { return p.is_in_use(); });
    }
    static constexpr bool holds(const trial& t, const verdict& v) {
        return detail::all_in_use(t, v, [](const piece_fate& f) { return f.told() != never; });
    }
};

/// Protects the users who come after one who could not be told (-EBUSY from mf_dax_kill_procs,
/// which ends the walk in every release), and the caller, who has to hear of it.
struct one_failure_hides_no_other_user {
    static constexpr const char* name = "one_failure_hides_no_other_user";
    static constexpr bool concerns(const trial& t) {
        return t.is_met() && t.fails != 0 && t.count > 1 &&
               t.all([](const piece& p) { return p.is_in_use(); });
    }
    static constexpr bool concerns_failure_of(testing::call what) {
        return what == testing::call::kill_users;
    }
    static constexpr bool holds(const trial& t, const verdict& v) {
        std::size_t others = 0;
        for (std::size_t i = 0; i != t.count; ++i)
            others += detail::is_told_or_stopped(v.of[i]) ? 1U : 0U;
        return (others + 1 >= t.count && !v.answer.ok()) || v.is_left_to_the_generic_path(t);
    }
};

/// Protects the caller: success is not reported where somebody was left using the memory.
struct success_means_that_nobody_was_forgotten {
    static constexpr const char* name = "success_means_that_nobody_was_forgotten";
    static constexpr bool concerns(const trial& t) { return t.is_met(); }
    static constexpr bool holds(const trial& t, const verdict& v) {
        return !v.answer.ok() || detail::all_in_use(t, v, detail::is_told_or_stopped);
    }
};

/// Protects the caller likewise: success is not reported where users could not be told, or their
/// pages could not be taken away. Broken from 6.8 on: an invalidation that fails at a removal is
/// lost.
struct what_is_answered_with_success_is_done {
    static constexpr const char* name = "what_is_answered_with_success_is_done";
    static constexpr bool concerns(const trial& t) { return t.is_met() && t.fails != 0; }
    static constexpr bool concerns_failure_of(testing::call what) {
        return what == testing::call::kill_users || what == testing::call::invalidate ||
               what == testing::call::unmap_range || what == testing::call::perform;
    }
    static constexpr bool holds(const trial& /*t*/, const verdict& v) { return !v.answer.ok(); }
};

/// Protects memory that is good and about to be used elsewhere: a removal poisons nothing. Broken
/// by every release before 6.8.
struct removal_marks_nothing_as_poisoned {
    static constexpr const char* name = "removal_marks_nothing_as_poisoned";
    static constexpr bool concerns(const trial& t) { return t.cause == cause::removal; }
    static constexpr bool holds(const trial& t, const verdict& v) {
        for (std::size_t i = 0; i != t.count; ++i)
            if (v.of[i].is_poisoned)
                return false;
        return true;
    }
};

/// Protects those who watch for lost data, and those who restore it: before a removal everything is
/// still there. Broken by 7.0.
struct removal_reports_no_data_as_lost {
    static constexpr const char* name = "removal_reports_no_data_as_lost";
    static constexpr bool concerns(const trial& t) { return t.cause == cause::removal; }
    static constexpr bool holds(const trial& t, const verdict& v) {
        for (std::size_t i = 0; i != t.count; ++i)
            if (v.of[i].is_reported_lost)
                return false;
        return true;
    }
};

/// Protects every process that has the device's memory present: a removal is told to all, whatever
/// they asked for.
struct removal_is_told_to_every_process {
    static constexpr const char* name = "removal_is_told_to_every_process";
    static constexpr bool concerns(const trial& t) { return detail::is_served_removal(t); }
    static constexpr bool holds(const trial& t, const verdict& v) {
        return detail::all_in_use(t, v, [](const piece_fate& f) { return f.told_all != never; });
    }
};

/// Protects the users' last chance: they are told while the filesystem still works. Broken by a
/// shutdown at the first record of metadata, which is the first record of every device.
struct removal_tells_users_before_it_shuts_down {
    static constexpr const char* name = "removal_tells_users_before_it_shuts_down";
    static constexpr bool concerns(const trial& t) { return detail::is_served_removal(t); }
    static constexpr bool holds(const trial& t, const verdict& v) {
        return !v.shuts_down() || detail::all_in_use(t, v, [&v](const piece_fate& f) {
            return f.told() < v.shut_down;
        });
    }
};

/// Protects the users' last chance from a freeze: whoever writes then waits for the thaw, and acts
/// on nothing that it is told. Broken from 6.8 on.
struct removal_tells_users_while_they_can_act {
    static constexpr const char* name = "removal_tells_users_while_they_can_act";
    static constexpr bool concerns(const trial& t) { return detail::is_served_removal(t); }
    static constexpr bool holds(const trial& t, const verdict& v) {
        return detail::all_in_use(
            t, v, [&v](const piece_fate& f) { return f.told() == never || f.told() < v.frozen; });
    }
};

/// Protects the machine: a page that somebody has present when its memory goes away is an oops when
/// that process exits. Broken by every release without a reverse mapping, and with one where the
/// walk fails.
struct nobody_maps_what_is_gone {
    static constexpr const char* name = "nobody_maps_what_is_gone";
    static constexpr bool concerns(const trial& t) {
        return detail::is_unbind(t) && detail::is_in_use(t);
    }
    static constexpr bool holds(const trial& t, const verdict& v) {
        return v.failed == testing::call::unmap_range || v.failed == testing::call::invalidate ||
               detail::all_in_use(t, v, [](const piece_fate& f) { return f.taken_away != never; });
    }
};

/// Protects the memory's next user from a process that maps it after the walk has passed: pages are
/// taken away once nothing lets a fault in any more. A shutdown keeps readers out; a freeze does
/// not (7.2.12). Broken by every release.
struct removal_lets_no_new_mapping_in {
    static constexpr const char* name = "removal_lets_no_new_mapping_in";
    static constexpr bool concerns(const trial& t) {
        return detail::is_unbind(t) && detail::is_served_removal(t);
    }
    static constexpr bool holds(const trial& t, const verdict& v) {
        return detail::all_in_use(t, v, [&v](const piece_fate& f) {
            return f.taken_away == never || f.taken_away > v.shut_down;
        });
    }
};

/// Protects the machine: after a removal nobody may go on using the filesystem. Broken by 6.8 and
/// later for a filesystem without a reverse mapping and for the device of an external log, and up
/// to 6.16 where there is no memory for the walk.
struct removal_never_leaves_the_filesystem_in_use {
    static constexpr const char* name = "removal_never_leaves_the_filesystem_in_use";
    static constexpr bool concerns(const trial& t) { return detail::is_unbind(t) && t.is_met(); }
    static constexpr bool holds(const trial& /*t*/, const verdict& v) {
        return v.shuts_down() || v.failed == testing::call::shut_down;
    }
};

/// Protects somebody in user space who has frozen the filesystem: nobody else thaws it, for as long
/// as it can be thawed.
struct a_freeze_by_a_user_is_kept_while_the_filesystem_lives {
    static constexpr const char* name = "a_freeze_by_a_user_is_kept_while_the_filesystem_lives";
    static constexpr bool concerns(const trial& t) {
        return t.frozen_by_user == frozen_by_user::yes;
    }
    static constexpr bool holds(const trial& /*t*/, const verdict& v) {
        return v.mount.is_shut_down || v.mount.is_frozen_by_user ||
               v.failed == testing::call::shut_down;
    }
};

/// Protects whoever waits for a frozen filesystem: once it is shut down nothing on it can be
/// opened, and so nobody can thaw it.
struct no_freeze_outlives_a_shutdown {
    static constexpr const char* name = "no_freeze_outlives_a_shutdown";
    static constexpr bool concerns(const trial& t) {
        return t.already_shut_down == already_shut_down::no;
    }
    static constexpr bool holds(const trial& /*t*/, const verdict& v) {
        return !v.mount.is_shut_down || !v.mount.is_frozen_by_user ||
               v.failed == testing::call::thaw_user;
    }
};

/// Protects whoever waits for the filesystem: a freeze does not outlive the notification.
struct nothing_is_left_frozen {
    static constexpr const char* name = "nothing_is_left_frozen";
    static constexpr bool concerns(const trial& /*t*/) { return true; }
    static constexpr bool holds(const trial& /*t*/, const verdict& v) {
        return (!v.mount.is_frozen_by_kernel || v.failed == testing::call::thaw) &&
               !v.has(aftermath::stays_frozen);
    }
};

/// Protects the machine from what comes after the event: no release should be known to oops there,
/// or in the notification itself. Broken by every release up to 7.3, as seen on booted kernels.
struct no_event_ends_in_an_oops {
    static constexpr const char* name = "no_event_ends_in_an_oops";
    static constexpr bool concerns(const trial& /*t*/) { return true; }
    static constexpr bool holds(const trial& /*t*/, const verdict& v) {
        return !v.has(aftermath::umount_oopses) && !v.has(aftermath::null_dereference) &&
               !v.has(aftermath::exit_oopses) && !v.has(aftermath::poison_oopses);
    }
};

/// Protects whoever waits for a frozen filesystem: a walk takes as long as there are pages in the
/// range. Broken since 6.14, where the end of an allocation group wraps around.
struct the_walk_is_no_longer_than_the_range {
    static constexpr const char* name = "the_walk_is_no_longer_than_the_range";
    static constexpr bool concerns(const trial& /*t*/) { return true; }
    static constexpr bool holds(const trial& /*t*/, const verdict& v) {
        return !v.has(aftermath::page_count_wraps);
    }
};

/// Protects those who restore what is reported as lost: it lies in the file. Broken since 7.0 for a
/// file in the page cache, by the same wrap.
struct no_more_is_reported_than_there_was {
    static constexpr const char* name = "no_more_is_reported_than_there_was";
    static constexpr bool concerns(const trial& /*t*/) { return true; }
    static constexpr bool holds(const trial& /*t*/, const verdict& v) {
        return !v.has(aftermath::reports_too_much);
    }
};

/// The laws that are shipped, as a list of types.
inline constexpr auto shipped = boost::hana::tuple_t<
    corruption_of_file_data_never_shuts_down, corruption_of_metadata_never_goes_on,
    metadata_of_an_inode_never_goes_on, unknown_owner_is_treated_as_metadata,
    what_cannot_be_read_is_not_trusted, corruption_is_told_to_those_who_map_the_page,
    corruption_is_never_swallowed, event_outside_changes_nothing,
    event_of_a_part_hurts_no_one_outside_of_it, metadata_hides_no_user,
    every_owner_of_a_shared_extent_is_told, one_failure_hides_no_other_user,
    success_means_that_nobody_was_forgotten, what_is_answered_with_success_is_done,
    removal_marks_nothing_as_poisoned, removal_reports_no_data_as_lost,
    removal_is_told_to_every_process, removal_tells_users_before_it_shuts_down,
    removal_tells_users_while_they_can_act, nobody_maps_what_is_gone,
    removal_lets_no_new_mapping_in, removal_never_leaves_the_filesystem_in_use,
    a_freeze_by_a_user_is_kept_while_the_filesystem_lives, no_freeze_outlives_a_shutdown,
    nothing_is_left_frozen, no_event_ends_in_an_oops, the_walk_is_no_longer_than_the_range,
    no_more_is_reported_than_there_was>;

} // namespace daxhold::laws
