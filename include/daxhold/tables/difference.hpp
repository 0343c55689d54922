// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/tables/change.hpp"

/// \file
/// What changed between two tables: the cells in which they say something else, as few cubes as
/// there need to be, from what to what.

namespace daxhold::tables {

/// The diagnosis of two tables that differ in more places than can be told.
template <std::size_t Most>
struct tables_differ_in_more_places_than {
    static constexpr bool ok = false;
};

/// The diagnosis of two tables over more bits of facts than cells can be counted for.
template <std::size_t Bits, std::size_t Most>
struct tables_have_more_bits_of_facts_than {
    static constexpr bool ok = Bits <= Most;
};

/// The changes between two tables, over the facts of both: those of the first, then those that only
/// the second one names.
template <class Facts, std::size_t Size>
struct table_difference {
    /// The facts of both tables.
    using facts = Facts;

    /// The changes; the last element is none of them. (An array has at least one element.)
    change<Facts::size> changes[Size + 1] = {};

    /// How many changes there are, and all of them in a loop.
    [[nodiscard]] static constexpr std::size_t size() noexcept { return Size; }
    [[nodiscard]] constexpr const change<Facts::size>* begin() const noexcept { return changes; }
    [[nodiscard]] constexpr const change<Facts::size>* end() const noexcept {
        return changes + Size;
    }
};

namespace detail {

/// Some of the pieces.
struct piece_set {
    std::uint64_t words[2] = {};

    [[nodiscard]] constexpr bool has(std::size_t piece) const noexcept {
        return ((words[piece / 64] >> (piece % 64)) & 1U) != 0;
    }
    constexpr void add(std::size_t piece) noexcept {
        words[piece / 64] |= std::uint64_t{1} << (piece % 64);
    }
    [[nodiscard]] constexpr std::size_t size() const noexcept {
        return count(words[0]) + count(words[1]);
    }
    [[nodiscard]] friend constexpr piece_set operator-(const piece_set& a,
                                                       const piece_set& b) noexcept {
        return {{a.words[0] & ~b.words[0], a.words[1] & ~b.words[1]}};
    }
    [[nodiscard]] friend constexpr bool operator==(const piece_set&,
                                                   const piece_set&) noexcept = default;
};

/// The largest cubes around a piece, and the pieces that each of them holds.
template <std::size_t Facts>
struct growth {
    static constexpr std::size_t most = Facts + 1;

    cube<Facts> cubes[most] = {};
    piece_set holds[most] = {};
    std::size_t count = 0;

    constexpr void add(const cube<Facts>& cells, const change_pieces<Facts>& all) noexcept {
        piece_set held;
        for (std::size_t other = 0; other != all.count; ++other)
            if (all.contains(cells, all.pieces[other].cells))
                held.add(other);
        for (std::size_t i = 0; i != count; ++i)
            if (holds[i] == held)
                return;
        cubes[count] = cells;
        holds[count++] = held;
    }
};

/// Of one piece at a time, since compilers limit how long one evaluation may take.
template <auto const& Before, auto const& After, std::size_t Piece>
inline constexpr auto growth_of = [] {
    using list = joined_facts<Before, After>;
    constexpr const auto& all = pieces_between<Before, After>.fine;
    constexpr const auto& coarse = pieces_between<Before, After>.coarse;
    cube<list::size> every;
    fill_every_value(every.values, list{});
    growth<list::size> made;
    const auto& piece = all.pieces[Piece];
    const auto of_class = all.classes[Piece];
    if constexpr (!all.is_alone(Piece)) {
        const auto room = coarse.room_around(piece, of_class, every);
        for (std::size_t first = 0; first != list::size; ++first)
            if (room.values[first] != 0)
                made.add(coarse.grow(piece.cells, of_class, room, first), all);
    }
    if (made.count == 0)
        made.add(piece.cells, all);
    return made;
}();

/// Looks for few cubes that hold all pieces, class by class: depth first, the piece with the fewest
/// cubes first, of these the largest first. What is found first is a greedy choice; the search goes
/// on for better ones for as long as one evaluation may take.
template <std::size_t Facts, std::size_t Pieces>
struct cover_search {
    static constexpr std::size_t most_steps = 50'000;

    struct choice {
        std::size_t piece = 0;
        std::size_t cube = 0;
    };

    growth<Facts> around[Pieces + 1];
    choice chosen[Pieces + 1] = {};
    choice best[Pieces + 1] = {};
    std::size_t first = 0;
    std::size_t end = 0;
    std::size_t steps = 0;

    /// Covers the pieces of one class, behind what is covered so far.
    constexpr void cover(const piece_set& pieces) noexcept {
        first = end;
        end = first + pieces.size() + 1;
        search(pieces, first);
    }

    constexpr void search(const piece_set& left, std::size_t depth) noexcept {
        if (left == piece_set{}) {
            for (std::size_t i = first; i != depth; ++i)
                best[i] = chosen[i];
            end = depth;
            return;
        }
        if (depth + 1 >= end)
            return;
        std::size_t piece = Pieces;
        for (std::size_t p = 0; p != Pieces; ++p)
            if (left.has(p) && (piece == Pieces || around[p].count < around[piece].count))
                piece = p;
        steps += Pieces + 10 * around[piece].count * around[piece].count;
        piece_set tried;
        for (std::size_t i = 0; i != around[piece].count; ++i) {
            std::size_t next = growth<Facts>::most;
            std::size_t most = 0;
            for (std::size_t c = 0; c != around[piece].count; ++c)
                if (const auto held = left - (left - around[piece].holds[c]);
                    !tried.has(c) && held.size() > most) {
                    most = held.size();
                    next = c;
                }
            tried.add(next);
            chosen[depth] = {piece, next};
            search(left - around[piece].holds[next], depth + 1);
            if (steps > most_steps)
                return;
        }
    }

    /// In the order of the pieces, which is that of the rows.
    constexpr void sort() noexcept {
        for (std::size_t i = 1; i < end; ++i) {
            const auto moved = best[i];
            std::size_t at = i;
            for (; at != 0 && best[at - 1].piece > moved.piece; --at)
                best[at] = best[at - 1];
            best[at] = moved;
        }
    }
};

template <auto const& Before, auto const& After, std::size_t... Piece>
consteval auto search_cover(std::index_sequence<Piece...>) {
    constexpr const auto& all = pieces_between<Before, After>.fine;
    cover_search<joined_facts<Before, After>::size, sizeof...(Piece)> search{
        {growth_of<Before, After, Piece>...}};
    piece_set done;
    for (std::size_t piece = 0; piece != all.count; ++piece) {
        if (done.has(piece))
            continue;
        piece_set alike;
        for (std::size_t other = piece; other != all.count; ++other)
            if (all.classes[other] == all.classes[piece]) {
                alike.add(other);
                done.add(other);
            }
        search.cover(alike);
    }
    search.sort();
    return search;
}

constexpr std::size_t highest(std::uint64_t bits) noexcept {
    return 63 - static_cast<std::size_t>(__builtin_clzll(bits));
}

template <class... Facts>
consteval std::size_t count_bits(type_list<Facts...>) {
    return ((value_count<Facts> == 1 ? 0 : highest(value_count<Facts> - 1) + 1) + ... +
            std::size_t{0});
}

/// What stands against telling the difference of two tables, the first of it.
template <auto const& Before, auto const& After>
consteval bool check_difference() {
    using list = joined_facts<Before, After>;
    using check = tables_have_more_bits_of_facts_than<count_bits(list{}), 63>;
    if constexpr (!prove<Before>() || !prove<After>() || mistake_in<Before>.what != mistake::none ||
                  mistake_in<After>.what != mistake::none) {
        return false;
    } else if constexpr (!check::ok) {
        static_assert(check::ok, "a difference is told of tables over at most 63 bits of facts");
        return false;
    } else if constexpr (pieces_between<Before, After>.fine.are_too_many) {
        static_assert(tables_differ_in_more_places_than<change_pieces<list::size>::most>::ok,
                      "these tables have little in common: compare parts of them");
        return false;
    } else {
        return true;
    }
}

template <auto const& Before, auto const& After>
consteval auto cover_changes() {
    using list = joined_facts<Before, After>;
    if constexpr (!check_difference<Before, After>()) {
        return table_difference<list, 0>{};
    } else {
        constexpr const auto& all = pieces_between<Before, After>.fine;
        constexpr auto cover = search_cover<Before, After>(std::make_index_sequence<all.count>{});
        table_difference<list, cover.end> packed;
        for (std::size_t i = 0; i != cover.end; ++i) {
            const auto& [piece, grown] = cover.best[i];
            packed.changes[i] = all.pieces[piece];
            packed.changes[i].cells = cover.around[piece].cubes[grown];
        }
        return packed;
    }
}

} // namespace detail

/// Exactly the cells in which `After` says something else than `Before`, as cubes that may overlap
/// where one change holds: each as large as it can be, and few. Tables that are small enough to try
/// all covers get the fewest; where the changed cells fall into more than 64 places that rows tell
/// apart, or the search for fewer would take too long for one evaluation, it can be some more.
///
/// Both tables are whole, their actions can be compared, and they differ in at most 128 places over
/// at most 63 bits of facts; otherwise it does not compile.
template <auto const& Before, auto const& After>
inline constexpr auto difference = detail::cover_changes<Before, After>();

} // namespace daxhold::tables
