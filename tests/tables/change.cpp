// SPDX-License-Identifier: BSL-1.0
#include "daxhold/tables/change.hpp"

#include "daxhold/releases/xfs_linux_6_14.hpp"
#include "daxhold/releases/xfs_rfc.hpp"

#include "../support/pair_of_tables.hpp"
#include "both.hpp"

using namespace daxhold;
using namespace daxhold::tables;
using namespace daxhold::releases;
using tests::cell;
using tests::cell_count;
using tests::contains;

namespace {

/// A cell that changes is in one piece, another one in none; two pieces are of one class if they
/// change from the same action to the same one.
template <auto const& Before, auto const& After, class Pieces>
void check_pieces(const Pieces& found) {
    using pair = tests::pair_of_tables<Before, After>;
    using facts = typename pair::facts;
    REQUIRE(!found.are_too_many);
    std::size_t changes = 0;
    for (std::size_t i = 0; i != cell_count<facts>; ++i) {
        const auto at = cell(facts{}, i);
        const auto said = pair::in(at);
        std::size_t held = 0;
        for (std::size_t piece = 0; piece != found.count; ++piece)
            if (contains(found.pieces[piece].cells, at)) {
                ++held;
                CHECK(said.before == pair::before.actions[found.pieces[piece].before_row]);
                CHECK(said.after == pair::after.actions[found.pieces[piece].after_row]);
            }
        CHECK(held == std::size_t{said.is_change()});
        changes += said.is_change();
    }
    std::size_t cells = 0;
    for (std::size_t a = 0; a != found.count; ++a) {
        cells += found.cells_in_both(found.pieces[a].cells, found.pieces[a].cells);
        for (std::size_t b = 0; b != found.count; ++b) {
            const bool is_same = pair::before.actions[found.pieces[a].before_row] ==
                                     pair::before.actions[found.pieces[b].before_row] &&
                                 pair::after.actions[found.pieces[a].after_row] ==
                                     pair::after.actions[found.pieces[b].after_row];
            CHECK((found.classes[a] == found.classes[b]) == is_same);
        }
    }
    CHECK(cells == changes);
}

template <auto const& Before, auto const& After>
void check_pair() {
    check_pieces<Before, After>(daxhold::tables::detail::pieces_between<Before, After>.coarse);
    check_pieces<Before, After>(daxhold::tables::detail::pieces_between<Before, After>.fine);
}

template <std::uint64_t Seed>
constexpr auto random_actions = [] {
    auto made = tests::whole_table<tests::small_mix, 7, Seed, 1>;
    for (auto& action : made.actions)
        action %= 3;
    return made;
}();

enum class weather { dry, damp, wet };
enum class coat { on, off };
enum class action { go, stay, swim };

constexpr auto plain = table(when(weather::wet) >> action::stay, otherwise >> action::go);
constexpr auto coated =
    table(when(weather::wet, coat::off) >> action::stay, otherwise >> action::go);
constexpr auto keen = table(when(weather::wet, coat::off) >> action::swim,
                            when(weather::damp) >> action::stay, otherwise >> action::go);

constexpr auto always = table(otherwise >> action::go);
constexpr auto drawn =
    table(when(weather::wet, coat::on) >> action::stay,
          when(weather::wet, coat::off) >> action::stay, otherwise >> action::go);
constexpr auto bent = table(when(weather::wet) >> action::stay, when(coat::off) >> action::stay,
                            otherwise >> action::go);

} // namespace

TEST_CASE("pieces are the cells that change, each once, by what changes") {
    check_pair<plain, coated>();
    check_pair<coated, plain>();
    check_pair<plain, keen>();
    check_pair<coated, keen>();
    check_pair<xfs_seed_as_posted::gate, xfs_linux_6_14::gate>();
    check_pair<random_actions<1>, random_actions<2>>();
    check_pair<random_actions<3>, random_actions<4>>();
    check_pair<random_actions<5>, random_actions<6>>();
}

TEST_CASE("tables that say the same have no pieces") {
    CHECK_BOTH(daxhold::tables::detail::pieces_between<plain, plain>.coarse.count == 0);
    CHECK_BOTH(daxhold::tables::detail::pieces_between<keen, keen>.fine.count == 0);
}

TEST_CASE("pieces of one class that are a cube are joined, and cut finely where rows tell apart") {
    // Two rows of the second table do it, but what changes is one cube.
    CHECK_BOTH(daxhold::tables::detail::pieces_between<always, drawn>.coarse.count == 1);
    CHECK_BOTH(daxhold::tables::detail::pieces_between<always, drawn>.coarse.is_alone(0));
    // An L of cells is two pieces, which share none.
    CHECK_BOTH(daxhold::tables::detail::pieces_between<always, bent>.coarse.count == 2);
    CHECK_BOTH(!daxhold::tables::detail::pieces_between<always, bent>.coarse.is_alone(0));
    CHECK_BOTH(daxhold::tables::detail::pieces_between<always, bent>.fine.count == 3);
}

TEST_CASE("a piece can grow by the values next to it that change alike") {
    constexpr const auto& found = daxhold::tables::detail::pieces_between<always, bent>.coarse;
    using facts = daxhold::tables::detail::joined_facts<always, bent>;
    static constexpr auto all = every_cell(daxhold::tables::detail::widen<facts>(always));
    for (std::size_t piece = 0; piece != found.count; ++piece) {
        const auto of_class = found.classes[piece];
        const auto room = found.room_around(found.pieces[piece], of_class, all);
        for (std::size_t first = 0; first != facts::size; ++first) {
            const auto grown = found.grow(found.pieces[piece].cells, of_class, room, first);
            CHECK(found.hold(grown, of_class));
            CHECK(contains(grown, found.pieces[piece].cells));
        }
        // No one cube is the L.
        CHECK(!found.hold(all, of_class));
    }
}
