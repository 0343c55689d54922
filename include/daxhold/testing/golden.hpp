// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/testing/text.hpp"

#include <boost/hana/unpack.hpp>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

/// \file
/// Golden tables: what a policy decides, kept as text beside its test, so that a change of one cell
/// is a changed line in a review.
///
/// \snippet tests/reference/examples.cpp golden
///
/// To make the file, or to make it anew after a change that is wanted, run the test with
/// `DAXHOLD_GOLDEN=update` in its environment, look at what changed, and commit it.
///
/// The umbrella leaves this out, as it needs `<string>` and files.

namespace daxhold::testing {

/// Every cell of a table, a line each, in the order of `for_each_cell`: the cell, ` -> `, the
/// action.
template <auto const& Table>
[[nodiscard]] std::string cells_as_text() {
    std::string made;
    for_each_cell<Table>([&made](const auto& cell, const auto& action) {
        made += to_text(cell) + " -> " + tables::action_to_text(action) + "\n";
    });
    return made;
}

/// What comes of every trial with a policy, a line each: the trial, ` -> `, the report. With
/// `wanted(trial)` only of some of them.
template <class Policy, class Wanted>
[[nodiscard]] std::string trials_as_text(Wanted&& wanted) {
    std::string made;
    for_each_trial([&](const trial& t) {
        report of_trial;
        if (!wanted(t))
            return;
        static_cast<void>(try_out<Policy>(t, of_trial));
        made += to_text(t) + " -> " + to_text(of_trial) + "\n";
    });
    return made;
}

/// The trials that differ from the usual one (an event of the data device of a mounted filesystem
/// with a reverse mapping, inside of it and in one group) in at most one fact of the event, and
/// those that differ in what lies there and in nothing of the event: what a table of a release has,
/// and no more. About sixty.
[[nodiscard]] constexpr bool is_plain(const trial& t) noexcept {
    const auto differ = boost::hana::unpack(
        facts_of_trial, [&](auto... fact) { return (int{t.*fact != trial{}.*fact} + ...); });
    const int of_event =
        differ - int{t.cause != cause::corruption} - int{t.sharing != sharing::sole};
    const bool is_usual_piece = t.count == 1 && t.pieces[0] == piece{};
    return of_event == 0 || (of_event == 1 && is_usual_piece);
}

/// How a text compares to its golden file; true if it is the same, or was just written.
struct golden_comparison {
    /// Whether there is no difference.
    bool is_same = false;

    /// What is different, for people: the first line that differs, on both sides, and what to do.
    std::string difference;

    [[nodiscard]] explicit operator bool() const noexcept { return is_same; }
};

namespace detail {

/// The content of a file; false if it cannot be read.
[[nodiscard]] inline bool read_file(const std::string& path, std::string& content) {
    std::ifstream file{path, std::ios::binary};
    content.assign(std::istreambuf_iterator<char>{file}, {});
    return file.is_open() && !file.bad();
}

[[nodiscard]] inline bool write_file(const std::string& path, const std::string& content) {
    std::ofstream file{path, std::ios::binary};
    file << content;
    return file.flush().good();
}

[[nodiscard]] inline std::string line_at(const std::string& content, std::size_t at) {
    return at >= content.size() ? "(the end)" : content.substr(at, content.find('\n', at) - at);
}

} // namespace detail

/// The first line in which two texts differ.
[[nodiscard]] inline golden_comparison compare_texts(const std::string& golden,
                                                     const std::string& now) {
    if (golden == now)
        return {true, {}};
    std::size_t line = 1;
    std::size_t start = 0;
    for (std::size_t at = 0; at != golden.size() && at != now.size() && golden[at] == now[at]; ++at)
        if (golden[at] == '\n') {
            ++line;
            start = at + 1;
        }
    return {false, "line " + std::to_string(line) + "\n  was: " + detail::line_at(golden, start) +
                       "\n  now: " + detail::line_at(now, start)};
}

/// Compares a text with the golden file at `path`. With DAXHOLD_GOLDEN=update in the environment
/// the file is written instead. A file that is missing is a difference.
[[nodiscard]] inline golden_comparison compare_with_golden(const std::string& path,
                                                           const std::string& now) {
    const char* const wish = std::getenv("DAXHOLD_GOLDEN");
    if (wish != nullptr && std::string{wish} == "update")
        return detail::write_file(path, now)
                   ? golden_comparison{true, {}}
                   : golden_comparison{false, path + ": cannot be written"};
    std::string golden;
    if (!detail::read_file(path, golden))
        return {false, path + ": cannot be read; run with DAXHOLD_GOLDEN=update to write it"};
    auto compared = compare_texts(golden, now);
    if (!compared)
        compared.difference = path + ", " + compared.difference +
                              "\nIf this is wanted, run with DAXHOLD_GOLDEN=update and commit it.";
    return compared;
}

} // namespace daxhold::testing
