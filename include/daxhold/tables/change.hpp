// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/tables/proof.hpp"

/// \file
/// Where two tables say something else: the changed cells, cut into pieces that do not overlap.

namespace daxhold::tables {

/// Cells in which two tables differ, and rows (counted from 0) that say what each of them does
/// there. Other rows with the same action may win in some of the cells.
template <std::size_t Facts>
struct change {
    /// The cells, and a row of each table that applies to all of them.
    cube<Facts> cells;
    std::size_t before_row = 0;
    std::size_t after_row = 0;
};

namespace detail {

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

} // namespace detail

} // namespace daxhold::tables
