// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/policy/concepts.hpp"
#include "daxhold/policy/tables.hpp"

/// \file
/// Where the answers to a table's questions come from. A source of an earlier stage stands behind
/// each later one: a record's table may ask about the event too.

namespace daxhold::detail {

template <class Fact>
using fact_type = boost::hana::basic_type<Fact>;

template <class Fact>
[[nodiscard]] constexpr Fact yes_if(bool is_so) noexcept {
    return is_so ? Fact::yes : Fact::no;
}

/// The event as it reaches a filesystem.
struct arrived_event {
    role device;
    cause why;
    byte_range where;

    /// Its range cut to the filesystem's part of the device, once somebody wants to know.
    byte_range part{};
    bool is_cut = false;
};

/// The facts of an event that every filesystem can be asked for.
template <class Fact>
concept event_fact = std::same_as<Fact, cause> || std::same_as<Fact, scope> ||
    std::same_as<Fact, role> || std::same_as<Fact, mount> || std::same_as<Fact, range> ||
    std::same_as<Fact, rmap> || std::same_as<Fact, groups> || std::same_as<Fact, can_freeze> ||
    std::same_as<Fact, can_kill_users> || std::same_as<Fact, can_invalidate> ||
    std::same_as<Fact, can_shut_down>;

/// A fact that the engine knows or asks a filesystem for by a member of its own name.
template <class Fact>
inline constexpr bool is_engine_fact =
    event_fact<Fact> || std::same_as<Fact, owner> || std::same_as<Fact, inode> ||
    std::same_as<Fact, mapping> || std::same_as<Fact, sharing> || std::same_as<Fact, walk_end> ||
    std::same_as<Fact, want_shutdown> || std::same_as<Fact, frozen>;

/// A fact of its own that a filesystem tells of each event.
template <class Filesystem, class Fact>
concept answers_for_event = requires(Filesystem& fs) {
    { fs.answer(boost::hana::type_c<Fact>) } -> std::same_as<Fact>;
};

/// A fact of its own that a filesystem tells of each record.
template <class Filesystem, class Fact>
concept answers_for_record = requires(Filesystem& fs, const record_of<Filesystem>& record) {
    { fs.answer(boost::hana::type_c<Fact>, record) } -> std::same_as<Fact>;
};

template <class Filesystem>
struct event_source {
    Filesystem& fs;
    arrived_event& event;

    template <class Fact>
    requires(event_fact<Fact> || answers_for_event<Filesystem, Fact>)
        [[gnu::always_inline]] constexpr Fact
        operator()(fact_type<Fact>) const {
        if constexpr (std::same_as<Fact, cause>)
            return event.why;
        else if constexpr (std::same_as<Fact, scope>)
            return event.where.is_whole_device() ? scope::whole_device : scope::part;
        else if constexpr (std::same_as<Fact, role>)
            return event.device;
        else if constexpr (std::same_as<Fact, mount>)
            return fs.is_born() ? mount::born : mount::not_born;
        else if constexpr (std::same_as<Fact, range>)
            return cut() ? range::inside : range::outside;
        else if constexpr (std::same_as<Fact, rmap>)
            return has_rmap() ? rmap::present : rmap::absent;
        else if constexpr (std::same_as<Fact, groups>)
            return spans_groups() ? groups::several : groups::one;
        else if constexpr (std::same_as<Fact, can_freeze>)
            return yes_if<can_freeze>(has_operation<Filesystem, operation::freeze>);
        else if constexpr (std::same_as<Fact, can_kill_users>)
            return yes_if<can_kill_users>(has_operation<Filesystem, operation::kill_users>);
        else if constexpr (std::same_as<Fact, can_invalidate>)
            return yes_if<can_invalidate>(has_operation<Filesystem, operation::invalidate>);
        else if constexpr (std::same_as<Fact, can_shut_down>)
            return yes_if<can_shut_down>(has_operation<Filesystem, operation::shut_down>);
        else
            return fs.answer(boost::hana::type_c<Fact>);
    }

    /// What is known of a fact without its having been asked for, since it can be nothing else.
    template <class Fact>
    [[gnu::always_inline]] constexpr void learn(Fact value) const {
        if constexpr (std::same_as<Fact, role>)
            event.device = value;
        else if constexpr (std::same_as<Fact, cause>)
            event.why = value;
    }

    /// The event's range on the filesystem's part of the device.
    [[nodiscard, gnu::always_inline]] constexpr byte_range part() const {
        if (!event.is_cut)
            static_cast<void>(cut());
        return event.part;
    }

private:
    /// Cuts the event's range to the filesystem's part of the device; false if nothing is left.
    [[nodiscard, gnu::always_inline]] constexpr bool cut() const {
        const byte_range own = fs.device_range(event.device);
        event.is_cut = true;
        if (!event.where.overlaps(own))
            return false;
        event.part = event.where.overlap_with(own).moved(own.offset(), 0);
        return true;
    }

    [[nodiscard, gnu::always_inline]] constexpr bool has_rmap() const {
        if constexpr (!has_reverse_mapping<Filesystem>)
            return false;
        else if constexpr (requires { fs.has_rmap(event.device); })
            return fs.has_rmap(event.device);
        else
            return true;
    }

    [[nodiscard, gnu::always_inline]] constexpr bool spans_groups() const {
        if constexpr (has_groups<Filesystem>)
            return fs.spans_groups(event.device, part());
        else
            return false;
    }
};

/// The bytes of a file that a record stands for.
enum class file_bytes {
    when_asked, ///< Those of its part, computed for who asks.
    when_found, ///< Those of its part, computed once the inode was found, as several will ask.
    all,        ///< All of them.
};

template <class Filesystem, file_bytes Bytes = file_bytes::when_asked>
struct record_source {
    using record_type = record_of<Filesystem>;

    event_source<Filesystem> event;
    const record_type& record;
    byte_range part;

    /// The inode, once it was looked up with success. It stands outside, since who finds it gets
    /// its address, and a compiler can then keep the rest in registers.
    handle_of<Filesystem>& handle;

    result lookup = result::error(ENODATA);
    bool is_looked_up = false;
    byte_range kept_file{};

    template <class Fact>
    [[gnu::always_inline]] constexpr Fact operator()(fact_type<Fact> asked) requires(
        std::same_as<Fact, inode> || std::same_as<Fact, mapping> ||
        std::same_as<Fact, std::remove_cvref_t<decltype(record.owner)>> ||
        requires {
            record.sharing;
            requires std::same_as<Fact, sharing>;
        } ||
        answers_for_record<Filesystem, Fact> || requires { event(asked); }) {
        if constexpr (std::same_as<Fact, inode>) {
            return state();
        } else if constexpr (std::same_as<Fact, mapping>) {
            if constexpr (has_buffered_files<Filesystem>)
                return state() != inode::in_core || event.fs.is_dax(handle) ? mapping::dax
                                                                            : mapping::buffered;
            else
                return mapping::dax;
        } else if constexpr (std::same_as<Fact, std::remove_cvref_t<decltype(record.owner)>>) {
            return record.owner;
        } else if constexpr (std::same_as<Fact, sharing>) {
            return record.sharing;
        } else if constexpr (answers_for_record<Filesystem, Fact>) {
            return event.fs.answer(boost::hana::type_c<Fact>, record);
        } else {
            return event(asked);
        }
    }

    /// The bytes of the file that the part of the record holds; the inode was looked up.
    [[nodiscard, gnu::always_inline]] constexpr byte_range file() const {
        if constexpr (Bytes == file_bytes::all)
            return byte_range::whole_device();
        else if constexpr (Bytes == file_bytes::when_found)
            return kept_file;
        else
            return place_in_file();
    }

    /// Looks the inode up, once.
    [[gnu::always_inline]] constexpr result look_up() {
        if (!is_looked_up) {
            is_looked_up = true;
            if constexpr (has_inodes<Filesystem>) {
                lookup = event.fs.find_in_core(record, handle);
                if constexpr (Bytes == file_bytes::when_found)
                    kept_file = place_in_file();
            }
        }
        return lookup;
    }

    /// Whether the inode's state is among `Yes`, where it is among `Yes` or `No`: by the result of
    /// the lookup, so that no state is made of it only to be told apart again.
    template <std::uint64_t Yes, std::uint64_t No>
    [[nodiscard, gnu::always_inline]] constexpr bool is_among(fact_type<inode>) {
        constexpr auto in_core = bit_of(inode::in_core);
        constexpr auto not_in_core = bit_of(inode::not_in_core);
        const result found = look_up();
        if constexpr (Yes == in_core || No == in_core)
            return found.ok() == (Yes == in_core);
        else if constexpr (Yes == not_in_core || No == not_in_core)
            return (found == result::error(ENODATA)) == (Yes == not_in_core);
        else
            return (found.ok() || found == result::error(ENODATA)) == ((Yes & in_core) != 0);
    }

private:
    [[gnu::always_inline]] constexpr inode state() {
        const result found = look_up();
        if (found.ok())
            return inode::in_core;
        return found == result::error(ENODATA) ? inode::not_in_core : inode::lookup_failed;
    }

    /// `file_range` of a record that keeps its promise.
    [[nodiscard, gnu::always_inline]] constexpr byte_range place_in_file() const {
        return part.moved(record.extent.offset(), record.file_offset);
    }
};

/// How the walk went, for the end table.
struct walked {
    bool has_started = true;
    result error{};
    bool is_shutdown_wanted = false;
    bool is_frozen = false;

    [[nodiscard]] constexpr walk_end end() const noexcept {
        if (!has_started)
            return walk_end::not_started;
        return error.ok() ? walk_end::clean : walk_end::failed;
    }
};

template <class Filesystem>
struct end_source {
    event_source<Filesystem> event;
    walked walk;

    template <class Fact>
    [[gnu::always_inline]] constexpr Fact operator()(fact_type<Fact> asked) const
        requires(std::same_as<Fact, walk_end> || std::same_as<Fact, want_shutdown> ||
                 std::same_as<Fact, frozen> || requires { event(asked); }) {
        if constexpr (std::same_as<Fact, walk_end>)
            return walk.end();
        else if constexpr (std::same_as<Fact, want_shutdown>)
            return yes_if<want_shutdown>(walk.is_shutdown_wanted);
        else if constexpr (std::same_as<Fact, frozen>)
            return walk.is_frozen ? frozen::by_us : frozen::not_by_us;
        else
            return event(asked);
    }

    /// Whether the walk's end is among `Yes`, where it is among `Yes` or `No`; see record_source.
    template <std::uint64_t Yes, std::uint64_t No>
    [[nodiscard, gnu::always_inline]] constexpr bool is_among(fact_type<walk_end>) const {
        constexpr auto clean = bit_of(walk_end::clean);
        constexpr auto failed = bit_of(walk_end::failed);
        constexpr auto not_started = bit_of(walk_end::not_started);
        if constexpr (Yes == not_started || No == not_started)
            return walk.has_started == (No == not_started);
        else if constexpr (((Yes | No) & not_started) == 0)
            return walk.error.ok() == (Yes == clean);
        else if constexpr (Yes == clean || No == clean)
            return (walk.has_started && walk.error.ok()) == (Yes == clean);
        else
            return (walk.has_started && !walk.error.ok()) == (Yes == failed);
    }
};

/// The cube of what is possible for a table: for each fact the values that `possible` names.
template <any_table Table, class Possible>
[[nodiscard]] constexpr cube<Table::fact_count> possible_cells(const Table&, Possible possible) {
    return [&]<class... Facts>(tables::detail::type_list<Facts...>) {
        return cube<Table::fact_count>{{possible(boost::hana::type_c<Facts>).bits..., 0}};
    }(typename Table::facts{});
}

} // namespace daxhold::detail
