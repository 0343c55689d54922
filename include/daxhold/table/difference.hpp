// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/table/cover.hpp"

/// \file
/// What changed between two tables: the cells in which they say something else, as few cubes as
/// there need to be, from what to what.

namespace daxhold {

/// Cells in which two tables differ, and rows (counted from 0) that say what each of them does
/// there. Other rows with the same action may win in some of the cells.
template <std::size_t Facts>
struct change {
    cube<Facts> cells;
    std::size_t before_row = 0;
    std::size_t after_row = 0;
};

/// The changes between two tables, over the facts of both: those of the first, then those that only
/// the second one names.
template <class Facts, std::size_t Size>
struct table_difference {
    using facts = Facts;

    change<Facts::size> changes[Size + 1] = {};

    [[nodiscard]] static constexpr std::size_t size() noexcept { return Size; }
    [[nodiscard]] constexpr const change<Facts::size>* begin() const noexcept { return changes; }
    [[nodiscard]] constexpr const change<Facts::size>* end() const noexcept {
        return changes + Size;
    }
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

    change<Facts> pieces[most] = {};
    std::size_t classes[most] = {};
    std::size_t count = 0;

    /// How many of the cells are in the pieces of a class.
    [[nodiscard]] constexpr bool hold(const cube<Facts>& cells,
                                      std::size_t of_class) const noexcept {
        std::uint64_t held = 0;
        for (std::size_t p = 0; p != count; ++p)
            if (classes[p] == of_class)
                held += cell_count(intersect(cells, pieces[p].cells));
        return held == cell_count(cells);
    }

    /// How many cells a cube has: at most 2^63, for at most 63 bits of facts.
    [[nodiscard]] static constexpr std::uint64_t cell_count(const cube<Facts>& cells) noexcept {
        std::uint64_t product = 1;
        for (std::size_t fact = 0; fact != Facts; ++fact) {
            std::uint64_t values = 0;
            for (auto left = cells.values[fact]; left != 0; left &= left - 1)
                ++values;
            product *= values;
        }
        return product;
    }

    /// The cells of a piece, grown value by value as far as the change is the same, from fact
    /// `first` on.
    [[nodiscard]] constexpr cube<Facts> grow(std::size_t piece, const cube<Facts>& all,
                                             std::size_t first) const noexcept {
        auto cells = pieces[piece].cells;
        for (std::size_t i = 0; i != Facts; ++i) {
            const auto fact = (first + i) % Facts;
            for (auto left = all.values[fact] & ~cells.values[fact]; left != 0; left &= left - 1) {
                auto slice = cells;
                slice.values[fact] = left & (~left + 1);
                if (hold(slice, classes[piece]))
                    cells.values[fact] |= slice.values[fact];
            }
        }
        return cells;
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

template <class List, any_table Before, any_table After>
consteval auto find_pieces(const Before& narrow_before, const After& narrow_after) {
    const auto before = widen<List>(narrow_before);
    const auto after = widen<List>(narrow_after);
    piece_collector<decltype(before), decltype(after)> collector{before, after};
    collector.collect(every_cell(before));
    return collector.found;
}

template <auto const& Before, auto const& After>
using joined_facts = decltype(typename std::remove_cvref_t<decltype(Before)>::facts{} |
                              typename std::remove_cvref_t<decltype(After)>::facts{});

template <auto const& Before, auto const& After>
inline constexpr auto pieces_between = find_pieces<joined_facts<Before, After>>(Before, After);

/// A step of the cover: which pieces are held so far, and the change that was taken last.
template <std::size_t Facts>
struct cover_step {
    change<Facts> taken{};
    bool is_held[change_pieces<Facts>::most] = {};
    std::size_t left = 0;
};

/// Takes the first piece that is left, grown in the way in which it holds most of the others.
template <auto const& Before, auto const& After, std::size_t Nth>
consteval auto cover_next();

/// Each step is an evaluation of its own, since compilers limit how long one may take.
template <auto const& Before, auto const& After, std::size_t Nth>
inline constexpr auto covered_by = cover_next<Before, After, Nth>();

template <auto const& Before, auto const& After, std::size_t Nth>
consteval auto cover_next() {
    using list = joined_facts<Before, After>;
    constexpr std::size_t facts = list::size;
    constexpr const auto& all = pieces_between<Before, After>;
    cover_step<facts> step;
    if constexpr (Nth == 0) {
        step.left = all.count;
    } else {
        step = covered_by<Before, After, Nth - 1>;
        std::size_t piece = 0;
        while (step.is_held[piece])
            ++piece;
        cube<facts> every;
        fill_every_value(every.values, list{});
        step.taken = all.pieces[piece];
        std::size_t most = 0;
        for (std::size_t first = 0; first != facts; ++first) {
            const auto grown = all.grow(piece, every, first);
            std::size_t held = 0;
            for (std::size_t other = piece; other != all.count; ++other)
                held += std::size_t{!step.is_held[other] &&
                                    all.contains(grown, all.pieces[other].cells)};
            if (held > most) {
                most = held;
                step.taken.cells = grown;
            }
        }
        for (std::size_t other = piece; other != all.count; ++other)
            if (!step.is_held[other] && all.contains(step.taken.cells, all.pieces[other].cells)) {
                step.is_held[other] = true;
                --step.left;
            }
    }
    return step;
}

template <auto const& Before, auto const& After, std::size_t Nth = 0>
consteval auto cover_changes() {
    if constexpr (covered_by<Before, After, Nth>.left != 0) {
        return cover_changes<Before, After, Nth + 1>();
    } else {
        table_difference<joined_facts<Before, After>, Nth> packed;
        [&]<std::size_t... I>(std::index_sequence<I...>) {
            ((packed.changes[I] = covered_by<Before, After, I + 1>.taken), ...);
        }
        (std::make_index_sequence<Nth>{});
        return packed;
    }
}

} // namespace detail

/// Exactly the cells in which `After` says something else than `Before`, as cubes that may overlap
/// where one change holds: each as large as it can be, and few of them. Actions of both tables must
/// be comparable. For tables over at most 63 bits of facts that differ in at most 128 places.
template <auto const& Before, auto const& After>
inline constexpr auto difference = detail::cover_changes<Before, After>();

} // namespace daxhold
