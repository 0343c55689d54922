// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/tables/explain.hpp"

#include "random_table.hpp"

#include <cstddef>
#include <string>
#include <vector>

/// \file
/// Tables to render: what a process does about a SIGBUS, and small ones with what is awkward.

namespace tests {

using daxhold::tables::any_of;
using daxhold::tables::known;
using daxhold::tables::none_of;
using daxhold::tables::otherwise;
using daxhold::tables::table;
using daxhold::tables::when;

/// `si_code`, and what is known of the address.
enum class code : unsigned char { unaligned, beyond_the_end, hardware, poison_now, poison_later };
enum class memory : unsigned char { anonymous, page_cache, dax };
enum class copy : unsigned char { none, on_disk };
enum class thread : unsigned char { of_the_access, other };

enum class chore : unsigned char { note, map_anew, read_back, retry, go_on, abort };

/// What is done, in order: a sequence, with a text and parts.
struct plan {
    chore chores[3] = {};
    std::size_t count = 0;

    [[nodiscard]] friend constexpr bool operator==(const plan&, const plan&) noexcept = default;
    [[nodiscard]] friend constexpr plan operator>>(plan a, const plan& b) noexcept {
        for (std::size_t i = 0; i != b.count; ++i)
            a.chores[a.count++] = b.chores[i];
        return a;
    }
};

inline std::vector<std::string> parts_of(const plan& p) {
    std::vector<std::string> parts;
    for (std::size_t i = 0; i != p.count; ++i) {
        const auto name = daxhold::tables::name_of(p.chores[i]);
        parts.emplace_back(name.data, name.size);
        if (p.chores[i] == chore::read_back)
            parts.back() += "(copy::on_disk)";
    }
    return parts;
}
inline std::string to_text(const plan& p) {
    std::string made;
    for (const auto& part : parts_of(p))
        made += (made.empty() ? "" : " >> ") + part;
    return made;
}

inline constexpr plan note{{chore::note}, 1};
inline constexpr plan map_anew{{chore::map_anew}, 1};
inline constexpr plan read_back{{chore::read_back}, 1};
inline constexpr plan retry{{chore::retry}, 1};
inline constexpr plan go_on{{chore::go_on}, 1};
inline constexpr plan abort{{chore::abort}, 1};

/// What a process does about a SIGBUS.
inline constexpr auto sigbus =
    table(when(any_of(code::unaligned, code::beyond_the_end)) >> abort,
          when(code::poison_later, copy::on_disk) >> map_anew >> read_back >> go_on,
          when(code::poison_later) >> note >> go_on, when(copy::none, memory::dax) >> abort,
          when(memory::page_cache) >> map_anew >> retry, when(thread::other) >> note >> go_on,
          when(copy::on_disk) >> map_anew >> read_back >> retry, otherwise >> abort);

/// The same with a word about what was lost, and no trust in memory that failed.
inline constexpr auto careful_sigbus =
    table(when(any_of(code::unaligned, code::beyond_the_end)) >> abort,
          when(code::hardware) >> note >> abort,
          when(code::poison_later, copy::on_disk) >> map_anew >> read_back >> go_on,
          when(code::poison_later) >> note >> go_on, when(copy::none, memory::dax) >> note >> abort,
          when(memory::page_cache) >> map_anew >> retry, when(thread::other) >> note >> go_on,
          when(copy::on_disk) >> map_anew >> read_back >> retry, otherwise >> abort);

/// A page under DAX is read, and was poisoned: there is a copy.
inline constexpr auto poisoned = daxhold::tables::explain<sigbus>(
    known(code::poison_now, memory::dax, copy::on_disk, thread::of_the_access));

/// Memory failed, and nothing more is known.
inline constexpr auto failed = daxhold::tables::explain_partly<sigbus>(known(code::hardware));

enum class door : unsigned char { open, closed, locked };
enum class alarm : unsigned char { off, on };
enum class owner : unsigned char { home, away };

/// An action with all that a format has to escape.
struct reply {
    int number;
    [[nodiscard]] friend constexpr bool operator==(reply, reply) noexcept = default;
};

/// Text that is no std::string.
inline const char* to_text(const reply& r) {
    static constexpr const char* words[] = {"call \"the police\", now", "a | b", "<wait> & *see*",
                                            "back\\slash; #1 `x` 100%", "no\rmore"};
    return words[r.number];
}

inline constexpr auto toy = table(when(alarm::on, owner::away) >> reply{0},
                                  when(any_of(door::open, door::closed), owner::away) >> reply{1},
                                  when(alarm::on) >> reply{2}, otherwise >> reply{3});

// A row less, and another answer to an alarm.
inline constexpr auto other_toy =
    table(when(alarm::on) >> reply{2}, when(none_of(door::locked), owner::away) >> reply{1},
          otherwise >> reply{3});

inline constexpr auto one_row = table(otherwise >> reply{1});

/// Not whole: nothing is said of other doors.
inline constexpr auto holed = table(when(door::open) >> reply{1});
inline constexpr auto closed_door =
    daxhold::tables::explain(holed, daxhold::tables::cube<1>{{any_of(door::closed).bits}});
inline constexpr auto open_door =
    daxhold::tables::explain(holed, daxhold::tables::cube<1>{{any_of(door::open).bits}});

/// Its diagram would be out of proportion to its rows.
inline constexpr auto sprawling = whole_table<ten_bits, 20, 2, 2>;

/// Nothing that a single fact could change.
inline constexpr auto fixed = daxhold::tables::explain<one_row>(known());

} // namespace tests

/// Facts of several namespaces with one name.
namespace tests::one {
enum class place : unsigned char { here, there };
}
namespace tests::two {
enum class place : unsigned char { in, out };
enum class place_2 : unsigned char { up, down };
} // namespace tests::two
namespace tests::three {
enum class place : unsigned char { left, right };
}

namespace tests {

inline constexpr auto namesakes =
    table(when(one::place::here) >> 1, when(two::place_2::up) >> 2, when(two::place::in) >> 3,
          when(three::place::left) >> 4, otherwise >> 5);

} // namespace tests
