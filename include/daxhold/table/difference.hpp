// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/table/proof.hpp"

/// \file
/// What changed between two tables: the cells in which they say something else, as few cubes as
/// there need to be, from what to what.

namespace daxhold {

/// Cells in which two tables differ, and rows (counted from 0) that say what each of them does
/// there. Other rows with the same action may win in some of the cells.
template <std::size_t Facts>
struct change {
    /// The cells, and a row of each table that applies to all of them.
    cube<Facts> cells;
    std::size_t before_row = 0;
    std::size_t after_row = 0;
};

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

constexpr std::size_t highest(std::uint64_t bits) noexcept {
    return 63 - static_cast<std::size_t>(__builtin_clzll(bits));
}

/// A table over more facts, which do not matter to it.
template <class List, any_table Table>
constexpr auto widen(const Table& table) {
    decision_table<typename Table::action_type, Table::row_count, List> made{};
    for (std::size_t row = 0; row != Table::row_count; ++row) {
        fill_every_value(made.accepts[row], List{});
        [&]<class... Facts>(type_list<Facts...>) {
            [[maybe_unused]] std::size_t fact = 0;
            ((made.accepts[row][List::template index_of<Facts>] = table.accepted(row, fact++)),
             ...);
        }(typename Table::facts{});
        made.actions[row] = table.actions[row];
    }
    return made;
}

/// The cells of two tables over the same facts that change, cut into pieces that do not overlap.
/// The pieces of one class change from one action to another one.
template <std::size_t Facts>
struct change_pieces {
    static constexpr std::size_t most = 128;
    static constexpr std::size_t most_fine = 64;

    change<Facts> pieces[most] = {};
    std::size_t classes[most] = {};
    std::size_t count = 0;
    bool are_too_many = false;

    /// Whether all of the cells are in the pieces of a class.
    [[nodiscard]] constexpr bool hold(const cube<Facts>& cells,
                                      std::size_t of_class) const noexcept {
        auto left = cells_in_both(cells, cells);
        for (std::size_t p = 0; p != count && left != 0; ++p)
            if (classes[p] == of_class)
                left -= cells_in_both(cells, pieces[p].cells);
        return left == 0;
    }

    /// How many cells two cubes share: at most 2^63, for at most 63 bits of facts.
    [[nodiscard]] static constexpr std::uint64_t cells_in_both(const cube<Facts>& a,
                                                               const cube<Facts>& b) noexcept {
        std::uint64_t product = 1;
        for (std::size_t fact = 0; fact != Facts; ++fact) {
            const auto both = a.values[fact] & b.values[fact];
            if (both == 0)
                return 0;
            product *= detail::count(both);
        }
        return product;
    }

    /// The values by which a piece could grow, each of them alone. No other one can be part of a
    /// cube around it.
    [[nodiscard]] constexpr cube<Facts> room_around(const change<Facts>& piece,
                                                    std::size_t of_class,
                                                    const cube<Facts>& all) const noexcept {
        cube<Facts> room;
        for (std::size_t fact = 0; fact != Facts; ++fact)
            for (auto left = all.values[fact] & ~piece.cells.values[fact]; left != 0;
                 left &= left - 1) {
                auto slice = piece.cells;
                slice.values[fact] = left & (~left + 1);
                if (hold(slice, of_class))
                    room.values[fact] |= slice.values[fact];
            }
        return room;
    }

    /// Cells, grown value by value within `room` as far as the change is the same, from fact
    /// `first` on: one of the largest cubes around them, another one in another order.
    [[nodiscard]] constexpr cube<Facts> grow(cube<Facts> cells, std::size_t of_class,
                                             const cube<Facts>& room,
                                             std::size_t first) const noexcept {
        for (std::size_t i = 0; i != Facts; ++i) {
            const auto fact = (first + i) % Facts;
            for (auto left = room.values[fact]; left != 0; left &= left - 1) {
                auto slice = cells;
                slice.values[fact] = left & (~left + 1);
                if (hold(slice, of_class))
                    cells.values[fact] |= slice.values[fact];
            }
        }
        return cells;
    }

    /// Whether no other piece is of the same class.
    [[nodiscard]] constexpr bool is_alone(std::size_t piece) const noexcept {
        for (std::size_t other = 0; other != count; ++other)
            if (other != piece && classes[other] == classes[piece])
                return false;
        return true;
    }

    /// Makes one piece of all pieces of a class where these are a cube.
    constexpr void join() noexcept {
        std::size_t next_class = 0;
        for (std::size_t piece = 0; piece != count; ++piece) {
            if (classes[piece] < next_class)
                continue;
            next_class = classes[piece] + 1;
            auto around = pieces[piece].cells;
            for (std::size_t other = piece + 1; other != count; ++other)
                if (classes[other] == classes[piece])
                    for (std::size_t fact = 0; fact != Facts; ++fact)
                        around.values[fact] |= pieces[other].cells.values[fact];
            if (!hold(around, classes[piece]))
                continue;
            pieces[piece].cells = around;
            std::size_t kept = piece + 1;
            for (std::size_t other = kept; other != count; ++other)
                if (classes[other] != classes[piece]) {
                    pieces[kept] = pieces[other];
                    classes[kept++] = classes[other];
                }
            count = kept;
        }
    }

    [[nodiscard]] static constexpr bool contains(const cube<Facts>& whole,
                                                 const cube<Facts>& part) noexcept {
        for (std::size_t fact = 0; fact != Facts; ++fact)
            if ((part.values[fact] & ~whole.values[fact]) != 0)
                return false;
        return true;
    }
};

template <any_table Before, any_table After>
struct piece_collector {
    static constexpr std::size_t facts = Before::fact_count;

    const Before& before;
    const After& after;
    change_pieces<facts> found{};

    /// The first row that meets the cube, and a fact that it leaves open there, or `facts`.
    struct front {
        std::size_t row;
        std::size_t open;
    };

    template <any_table Table>
    [[nodiscard]] static constexpr front front_of(const Table& table,
                                                  const cube<facts>& cells) noexcept {
        for (std::size_t row = 0; row != Table::row_count; ++row) {
            bool meets = true;
            std::size_t open = facts;
            for (std::size_t fact = 0; meets && fact != facts; ++fact) {
                meets = (cells.values[fact] & table.accepted(row, fact)) != 0;
                if (open == facts && (cells.values[fact] & ~table.accepted(row, fact)) != 0)
                    open = fact;
            }
            if (meets)
                return {row, open};
        }
        return {Table::row_count, facts};
    }

    constexpr void collect(const cube<facts>& cells) {
        const auto a = front_of(before, cells);
        const auto b = front_of(after, cells);
        const auto split_at = [&](std::size_t fact, std::uint64_t accepted) {
            auto part = cells;
            part.values[fact] &= accepted;
            collect(part);
            part = cells;
            part.values[fact] &= ~accepted;
            collect(part);
        };
        if (a.open != facts)
            split_at(a.open, before.accepted(a.row, a.open));
        else if (b.open != facts)
            split_at(b.open, after.accepted(b.row, b.open));
        else if (!(before.actions[a.row] == after.actions[b.row]))
            add({cells, a.row, b.row});
    }

    constexpr void add(const change<facts>& piece) {
        if (found.count == found.most) {
            found.are_too_many = true;
            return;
        }
        // The number of a class is that of its first piece.
        std::size_t of_class = 0;
        while (of_class != found.count &&
               !(before.actions[found.pieces[of_class].before_row] ==
                     before.actions[piece.before_row] &&
                 after.actions[found.pieces[of_class].after_row] == after.actions[piece.after_row]))
            ++of_class;
        found.pieces[found.count] = piece;
        found.classes[found.count++] = of_class;
    }
};

/// The values of a fact that the rows of a table tell from `value`.
template <any_table Table>
[[nodiscard]] constexpr std::uint64_t told_apart(const Table& table, std::size_t fact,
                                                 std::uint64_t value) noexcept {
    std::uint64_t apart = 0;
    for (std::size_t row = 0; row != Table::row_count; ++row) {
        const auto accepted = table.accepted(row, fact);
        apart |= (accepted & value) != 0 ? ~accepted : accepted;
    }
    return apart;
}

/// The pieces, cut further between values that a row tells apart: a cube that is needed may begin
/// there. Only where there are few pieces enough; else they stay as they are.
template <any_table Before, any_table After, std::size_t Facts>
constexpr change_pieces<Facts> cut_finely(const Before& before, const After& after,
                                          const change_pieces<Facts>& coarse) noexcept {
    auto fine = coarse;
    for (std::size_t piece = 0; piece != fine.count; ++piece) {
        if (piece < coarse.count && coarse.is_alone(piece))
            continue;
        for (std::size_t fact = 0; fact != Facts; ++fact) {
            auto& values = fine.pieces[piece].cells.values[fact];
            const auto first = values & (~values + 1);
            const auto apart =
                values & (told_apart(before, fact, first) | told_apart(after, fact, first));
            if (apart == 0)
                continue;
            if (fine.count == change_pieces<Facts>::most_fine)
                return coarse;
            fine.classes[fine.count] = fine.classes[piece];
            fine.pieces[fine.count] = fine.pieces[piece];
            fine.pieces[fine.count++].cells.values[fact] = apart;
            values &= ~apart;
        }
    }
    return fine;
}

template <std::size_t Facts>
struct pieces_at_two_scales {
    change_pieces<Facts> coarse;
    change_pieces<Facts> fine;
};

template <class List, any_table Before, any_table After>
consteval auto find_pieces(const Before& narrow_before, const After& narrow_after) {
    const auto before = widen<List>(narrow_before);
    const auto after = widen<List>(narrow_after);
    piece_collector<decltype(before), decltype(after)> collector{before, after};
    collector.collect(every_cell(before));
    collector.found.join();
    return pieces_at_two_scales<List::size>{collector.found,
                                            cut_finely(before, after, collector.found)};
}

template <auto const& Before, auto const& After>
using joined_facts = decltype(typename std::remove_cvref_t<decltype(Before)>::facts{} |
                              typename std::remove_cvref_t<decltype(After)>::facts{});

template <auto const& Before, auto const& After>
inline constexpr auto pieces_between = find_pieces<joined_facts<Before, After>>(Before, After);

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

} // namespace daxhold
