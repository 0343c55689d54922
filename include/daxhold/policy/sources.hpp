// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/policy/contract.hpp"
#include "daxhold/policy/course.hpp"
#include "daxhold/policy/facts.hpp"
#include "daxhold/policy/tables.hpp"

/// \file
/// Where the answers to a table's questions come from. A source of an earlier table stands in each
/// later one: a record's table may ask about the event too.

namespace daxhold::detail {

template <class Fact>
using fact_type = boost::hana::basic_type<Fact>;

/// The event as it reaches a filesystem.
template <class Role>
struct arrived_event {
    Role device;
    cause why;
    scope about;

    /// Its range in bytes of the device, until it is cut to the filesystem's part of the device,
    /// once somebody wants to know.
    byte_range where;
    byte_range part{};
    bool is_cut = false;
};

template <class Role>
[[nodiscard, gnu::DAXHOLD_INLINED]] constexpr arrived_event<Role>
arrived(Role device, byte_range where, cause why) {
    return {device, why, where.is_whole_device() ? scope::whole_device : scope::part, where};
}

/// The operation that a fact is about: whether the filesystem has it.
template <class Fact>
inline constexpr operation operation_of_fact = operation::own;
template <>
inline constexpr operation operation_of_fact<can_freeze> = operation::freeze;
template <>
inline constexpr operation operation_of_fact<can_kill_users> = operation::kill_users;
template <>
inline constexpr operation operation_of_fact<can_invalidate> = operation::invalidate;
template <>
inline constexpr operation operation_of_fact<can_shut_down> = operation::shut_down;

/// The facts of an event that every filesystem can be asked for. They stay as they are while it is
/// notified.
template <class Filesystem, class Fact>
concept event_fact = std::same_as<Fact, cause> || std::same_as<Fact, scope> ||
    std::same_as<Fact, role_of<Filesystem>> || std::same_as<Fact, mount> ||
    std::same_as<Fact, range> || std::same_as<Fact, rmap> || std::same_as<Fact, groups> ||
    std::same_as<Fact, read_only> || std::same_as<Fact, already_shut_down> ||
    std::same_as<Fact, frozen_by_user> || operation_of_fact<Fact>
!= operation::own;

/// Whether a filesystem can be asked for a state of its mount; what it cannot be asked for is `no`.
template <class Filesystem, class Fact>
concept tells_state = (std::same_as<Fact, read_only> &&
                       requires(Filesystem & fs) { fs.is_read_only(); }) ||
                      (std::same_as<Fact, already_shut_down> &&
                       requires(Filesystem & fs) { fs.is_shut_down_already(); }) ||
                      (std::same_as<Fact, frozen_by_user> &&
                       requires(Filesystem & fs) { fs.is_frozen_already(); });

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

/// The values that a fact can have: all of them, but where the filesystem's type alone settles it.
template <class Filesystem, class Fact>
inline constexpr value_set<Fact> values_for_type = [] {
    if constexpr (operation_of_fact<Fact> != operation::own && !answers_for_event<Filesystem, Fact>)
        return any_of(has_operation<Filesystem, operation_of_fact<Fact>> ? Fact::yes : Fact::no);
    else if constexpr (std::same_as<Fact, rmap> && !has_reverse_mapping<Filesystem>)
        return any_of(Fact::absent);
    else if constexpr (std::same_as<Fact, inode> && !has_inodes<Filesystem>)
        return any_of(Fact::not_in_core);
    else if constexpr (std::same_as<Fact, mapping> && !has_buffered_files<Filesystem>)
        return any_of(Fact::dax);
    else if constexpr (std::same_as<Fact, kind> && !has_kinds<Filesystem>)
        return any_of(Fact::regular);
    else if constexpr (std::same_as<Fact, groups> && !has_groups<Filesystem>)
        return any_of(Fact::one);
    else if constexpr (std::same_as<Fact, range> && !has_end<Filesystem>)
        return any_of(Fact::inside, Fact::outside);
    else if constexpr ((std::same_as<Fact, read_only> || std::same_as<Fact, already_shut_down> ||
                        std::same_as<Fact, frozen_by_user>)&&!tells_state<Filesystem, Fact>)
        return any_of(Fact::no);
    else if constexpr (std::same_as<Fact, frozen> && !has_operation<Filesystem, operation::freeze>)
        return any_of(Fact::not_by_us);
    else
        return value_set<Fact>{every_value<Fact>};
}();

/// The cube of what is possible for a table: for each fact the values that `possible` names.
template <any_table Table, class Possible>
[[nodiscard]] constexpr cube<Table::fact_count> possible_cells(const Table&, Possible possible) {
    return [&]<class... Facts>(tables::detail::type_list<Facts...>) {
        return cube<Table::fact_count>{{possible(boost::hana::type_c<Facts>).bits..., 0}};
    }(typename Table::facts{});
}

/// The cells of a table that a type of filesystem can come to, and the rows that can win there.
template <class Filesystem, auto const& Table>
inline constexpr auto cells_for_type = possible_cells(Table, []<class Fact>(fact_type<Fact>) {
    return values_for_type<Filesystem, Fact>;
});
template <class Filesystem, auto const& Table>
inline constexpr row_set
    rows_for_type = tables::detail::rows_that_can_win(tables::detail::index_of_rows<Table>,
                                                      cells_for_type<Filesystem, Table>);

/// Whether a row can win for this type of filesystem at all.
template <class Filesystem, auto const& Table, std::size_t Row>
inline constexpr bool can_win = ((rows_for_type<Filesystem, Table> >> Row) & 1U) != 0;

/// What is known of an event's facts before the gate has decided.
template <class Filesystem>
struct nothing_decided {
    template <class Fact>
    static constexpr value_set<Fact> values = values_for_type<Filesystem, Fact>;
};

/// What is known of them once a row of the gate has won: the values with which it can win.
template <class Filesystem, auto const& Gate, std::size_t Row>
struct decided_by_gate {
    template <class Fact>
    static constexpr value_set<Fact> values = [] {
        constexpr auto position = tables::detail::table_type<Gate>::facts::template index_of<Fact>;
        value_set<Fact> found = values_for_type<Filesystem, Fact>;
        if constexpr (event_fact<Filesystem, Fact> &&
                      position != tables::detail::table_type<Gate>::fact_count) {
            auto cells = cells_for_type<Filesystem, Gate>;
            for (auto left = found.bits; left != 0; left &= left - 1) {
                cells.values[position] = left & (~left + 1);
                if (!tables::detail::can_win_in(tables::detail::index_of_rows<Gate>, Row, cells))
                    found.bits &= ~cells.values[position];
            }
        }
        return found;
    }();
};

/// The facts of an event. `Known` tells what has been decided of them.
template <class Filesystem, class Known = nothing_decided<Filesystem>>
struct event_source {
    Filesystem& fs;
    arrived_event<role_of<Filesystem>>& event;

    template <class Fact>
    static constexpr std::uint64_t possible_values = Known::template values<Fact>.bits;

    template <class Fact>
    requires(event_fact<Filesystem, Fact> || answers_for_event<Filesystem, Fact>)
        [[gnu::DAXHOLD_INLINED]] constexpr Fact
        operator()(fact_type<Fact>) const {
        constexpr auto values = Known::template values<Fact>;
        if constexpr (tables::detail::is_one_bit(values.bits))
            return static_cast<Fact>(tables::detail::lowest(values.bits));
        else if constexpr (std::same_as<Fact, cause>)
            return event.why;
        else if constexpr (std::same_as<Fact, scope>)
            return event.about;
        else if constexpr (std::same_as<Fact, role_of<Filesystem>>)
            return event.device;
        else if constexpr (std::same_as<Fact, mount>)
            return fs.is_born() ? mount::born : mount::not_born;
        else if constexpr (std::same_as<Fact, range>)
            return place();
        else if constexpr (std::same_as<Fact, rmap>)
            return has_rmap() ? rmap::present : rmap::absent;
        else if constexpr (std::same_as<Fact, groups>)
            return fs.spans_groups(device(), part()) ? groups::several : groups::one;
        else if constexpr (std::same_as<Fact, read_only>)
            return fs.is_read_only() ? read_only::yes : read_only::no;
        else if constexpr (std::same_as<Fact, already_shut_down>)
            return fs.is_shut_down_already() ? already_shut_down::yes : already_shut_down::no;
        else if constexpr (std::same_as<Fact, frozen_by_user>)
            return fs.is_frozen_already() ? frozen_by_user::yes : frozen_by_user::no;
        else
            return fs.answer(boost::hana::type_c<Fact>);
    }

    /// The device that the event comes from, and why it comes.
    [[nodiscard, gnu::DAXHOLD_INLINED]] constexpr role_of<Filesystem> device() const {
        return (*this)(fact_type<role_of<Filesystem>>{});
    }

    /// The event's range on the filesystem's part of the device.
    [[nodiscard, gnu::DAXHOLD_INLINED]] constexpr byte_range part() const {
        if (!event.is_cut)
            static_cast<void>(cut());
        return event.part;
    }

private:
    /// Where the event's range lies.
    [[nodiscard, gnu::DAXHOLD_INLINED]] constexpr range place() const {
        if (!cut())
            return range::outside;
        if constexpr (has_end<Filesystem>) {
            const std::uint64_t end = fs.filesystem_end(device());
            if (event.part.offset() >= end)
                return range::after_end;
            if (event.part.end() > end)
                return range::across_end;
        }
        return range::inside;
    }

    /// Cuts the event's range to the filesystem's part of the device; false if nothing is left.
    [[nodiscard, gnu::DAXHOLD_INLINED]] constexpr bool cut() const {
        const byte_range own = fs.device_range(device());
        event.is_cut = true;
        if (!event.where.overlaps(own))
            return false;
        event.part = event.where.overlap_with(own).moved(own.offset(), 0);
        return true;
    }

    [[nodiscard, gnu::DAXHOLD_INLINED]] constexpr bool has_rmap() const {
        if constexpr (requires { fs.has_rmap(device()); })
            return fs.has_rmap(device());
        else
            return true;
    }
};

/// The bytes of a file that a record stands for.
enum class file_bytes {
    of_part, ///< Those of its part.
    all,     ///< All of them.
};

template <class Filesystem, class Known, file_bytes Bytes = file_bytes::of_part>
struct record_source {
    using record_type = record_of<Filesystem>;

    template <class Fact>
    static constexpr std::uint64_t possible_values = Known::template values<Fact>.bits;

    event_source<Filesystem, Known> event;
    const record_type& record;

    /// The inode, once it was looked up with success. It stands outside, since who finds it gets
    /// its address, and a compiler can then keep the rest in registers.
    handle_of<Filesystem>& handle;

    result lookup = result::error(ENODATA);
    bool is_looked_up = false;

    /// What `file` told, once it was asked.
    byte_range told_file{};
    bool is_file_told = false;

    template <class Fact>
    [[gnu::DAXHOLD_INLINED]] constexpr Fact operator()(fact_type<Fact> asked) requires(
        std::same_as<Fact, inode> || std::same_as<Fact, mapping> || std::same_as<Fact, kind> ||
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
        } else if constexpr (std::same_as<Fact, kind>) {
            if constexpr (has_kinds<Filesystem>)
                return state() == inode::in_core ? event.fs.kind_of(handle) : kind::regular;
            else
                return kind::regular;
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

    /// Whether it is known that the event is about all that the filesystem has on the device.
    static constexpr bool is_whole =
        Known::template values<scope>.bits == bit_of(scope::whole_device);

    /// Whether the event hits the record's extent. Two comparisons, of which a walk in order has
    /// made one: 2 instructions a record less than `overlaps`, which minds extents without bytes
    /// too. A record has some.
    [[nodiscard, gnu::DAXHOLD_INLINED]] constexpr bool is_hit() const {
        return is_whole || (record.extent.offset() < event.part().end() &&
                            record.extent.end() > event.part().offset());
    }

    /// What the event hits of it.
    [[nodiscard, gnu::DAXHOLD_INLINED]] constexpr byte_range part() const {
        if constexpr (Bytes == file_bytes::all)
            return {};
        else if constexpr (is_whole)
            return record.extent;
        else
            return record.extent.overlap_with(event.part());
    }

    /// The bytes of the file that the part of the record holds. Asked for once the inode was found:
    /// what is known earlier has to be kept across that call.
    [[nodiscard, gnu::DAXHOLD_INLINED]] constexpr byte_range file() {
        if constexpr (Bytes == file_bytes::all)
            return byte_range::whole_device();
        if (!is_file_told) { // `file_range` of a record that keeps its promise
            told_file = part().moved(record.extent.offset(), record.file_offset);
            is_file_told = true;
        }
        return told_file;
    }

    /// Looks the inode up, once.
    [[gnu::DAXHOLD_INLINED]] constexpr result look_up() {
        if (!is_looked_up) {
            is_looked_up = true;
            if constexpr (has_inodes<Filesystem>)
                lookup = event.fs.find_in_core(record, handle);
        }
        return lookup;
    }

private:
    [[gnu::DAXHOLD_INLINED]] constexpr inode state() {
        const result found = look_up();
        if (found.ok()) [[likely]]
            return inode::in_core;
        return found == result::error(ENODATA) ? inode::not_in_core : inode::lookup_failed;
    }
};

/// How the walk went, for the end table.
struct walked {
    bool has_started = true;
    result error{};
    bool is_cut_short = false;
    bool is_shutdown_wanted = false;
    bool is_frozen = false;

    [[nodiscard]] constexpr walk_end end() const noexcept {
        if (!has_started)
            return walk_end::not_started;
        return error.ok() ? walk_end::clean : walk_end::failed;
    }
};

template <class Filesystem, class Known = nothing_decided<Filesystem>>
struct end_source {
    template <class Fact>
    static constexpr std::uint64_t possible_values = Known::template values<Fact>.bits;

    event_source<Filesystem, Known> event;
    walked walk;

    template <class Fact>
    [[gnu::DAXHOLD_INLINED]] constexpr Fact operator()(fact_type<Fact> asked) const
        requires(std::same_as<Fact, walk_end> || std::same_as<Fact, cut_short> ||
                 std::same_as<Fact, want_shutdown> || std::same_as<Fact, frozen> ||
                 requires { event(asked); }) {
        if constexpr (std::same_as<Fact, walk_end>)
            return walk.end();
        else if constexpr (std::same_as<Fact, cut_short>)
            return !walk.has_started || (walk.is_cut_short && !walk.error.ok()) ? cut_short::yes
                                                                                : cut_short::no;
        else if constexpr (std::same_as<Fact, want_shutdown>)
            return walk.is_shutdown_wanted ? want_shutdown::yes : want_shutdown::no;
        else if constexpr (std::same_as<Fact, frozen>)
            return walk.is_frozen ? frozen::by_us : frozen::not_by_us;
        else
            return event(asked);
    }
};

} // namespace daxhold::detail
