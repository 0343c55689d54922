// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/policy/facts.hpp"
#include "daxhold/tables/fact.hpp"
#include "daxhold/tables/text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <istream>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// \file
/// What was seen on booted kernels, as observed.csv has it: a line an observation (README.md tells
/// of its columns). Nothing in it is left open: a word that is not known, a fact without a value
/// and a line that is there twice are errors that name the line.

namespace daxhold::kernels {

/// What is wrong with a file of observations: `observed.csv:17: kind: ...`.
struct bad_line : std::runtime_error {
    bad_line(const std::string& file, std::size_t line, const std::string& what)
        : std::runtime_error{file + ":" + std::to_string(line) + ": " + what} {}
};

/// What a kernel did, or a policy: the word of each column that is no fact.
using outcome = std::map<std::string, std::string, std::less<>>;

/// The columns of a file, in their order: which it is, the facts, the outcome.
inline constexpr std::array identity_columns{"kernel", "package", "scenario", "runs"};
inline constexpr std::array fact_columns{
    "event",         "holder",  "role",    "mount",     "rmap",
    "range",         "groups",  "owner",   "kind",      "inode",
    "mapping",       "sharing", "mappers", "read_only", "already_shut_down",
    "frozen_by_user"};
inline constexpr std::array outcome_columns{
    "cause",       "holder_answer",  "answer",    "course",
    "told_early",  "told_default",   "told_late", "told_without_page",
    "told_sharer", "told_elsewhere", "frozen",    "mappings_live",
    "oops",        "umount"};

/// What was seen in one scenario on one kernel.
struct observation {
    std::size_t line = 0;
    std::string kernel, package, scenario;
    unsigned runs = 0;

    /// Poison of a page, or the unbind of a device.
    bool is_unbind = false;
    /// Whether the filesystem is registered with the device.
    bool has_holder = true;

    /// The facts. Where a record has no inode, or an inode is not in core, there is no value.
    daxhold::role role{};
    daxhold::mount mount{};
    daxhold::rmap rmap{};
    daxhold::range range{};
    daxhold::groups groups{};
    std::optional<daxhold::owner> owner;
    std::optional<daxhold::kind> kind;
    std::optional<daxhold::inode> inode;
    std::optional<daxhold::mapping> mapping;
    std::optional<daxhold::sharing> sharing;
    daxhold::mappers mappers{};
    daxhold::read_only read_only{};
    daxhold::already_shut_down already_shut_down{};
    daxhold::frozen_by_user frozen_by_user{};

    /// What the kernel did.
    outcome seen;
};

namespace detail {

/// The fields of a line. No field of ours needs quotes.
inline std::vector<std::string> fields_of(std::string_view line) {
    std::vector<std::string> fields;
    for (std::size_t at = 0;;) {
        const auto comma = line.find(',', at);
        fields.emplace_back(line.substr(at, comma - at));
        if (comma == std::string_view::npos)
            return fields;
        at = comma + 1;
    }
}

/// The value of a fact that is called so.
template <tables::fact Fact>
std::optional<Fact> value_called(std::string_view word) {
    for (std::size_t i = 0; i != tables::value_count<Fact>; ++i)
        if (tables::to_text(tables::name_of(static_cast<Fact>(i))) == word)
            return static_cast<Fact>(i);
    return {};
}

/// One line, with the names of its columns.
class reader {
public:
    reader(const std::string& file, std::size_t line, const std::vector<std::string>& columns,
           const std::vector<std::string>& fields)
        : file_{file}, line_{line} {
        if (fields.size() != columns.size())
            fail("it has " + std::to_string(fields.size()) + " fields, not " +
                 std::to_string(columns.size()));
        for (std::size_t i = 0; i != fields.size(); ++i) {
            // What stands here is printed.
            if (std::any_of(fields[i].begin(), fields[i].end(),
                            [](char c) { return c < ' ' || c > '~'; }))
                fail(columns[i] + " has a character that cannot be printed");
            fields_[columns[i]] = fields[i];
        }
    }

    [[noreturn]] void fail(const std::string& what) const { throw bad_line{file_, line_, what}; }

    /// The word of a column, which is not left open.
    [[nodiscard]] const std::string& word(std::string_view column) const {
        const auto found = fields_.find(column);
        if (found == fields_.end() || found->second.empty())
            fail(std::string{column} + " is left open");
        return found->second;
    }

    /// A word that is one of these.
    std::string one_of(std::string_view column, const std::vector<std::string>& words) const {
        const auto& said = word(column);
        if (std::find(words.begin(), words.end(), said) == words.end())
            unknown(column, words);
        return said;
    }

    /// A fact; `-` is none.
    template <tables::fact Fact>
    void read(std::string_view column, Fact& value) const {
        const auto found = value_called<Fact>(word(column));
        if (!found)
            unknown(column, words_of<Fact>());
        value = *found;
    }
    template <tables::fact Fact>
    void read(std::string_view column, std::optional<Fact>& value) const {
        value.reset();
        if (word(column) != "-")
            read(column, value.emplace());
    }

private:
    [[noreturn]] void unknown(std::string_view column,
                              const std::vector<std::string>& known) const {
        std::string list;
        for (const auto& each : known)
            list += (list.empty() ? "" : ", ") + each;
        fail(std::string{column} + " has no value " + word(column) + "; it has " + list);
    }

    template <tables::fact Fact>
    static std::vector<std::string> words_of() {
        std::vector<std::string> words;
        for (std::size_t i = 0; i != tables::value_count<Fact>; ++i)
            words.emplace_back(tables::to_text(tables::name_of(static_cast<Fact>(i))));
        return words;
    }

    const std::string& file_;
    std::size_t line_;
    std::map<std::string, std::string, std::less<>> fields_;
};

inline observation read_line(const reader& from, std::size_t line) {
    observation o;
    o.line = line;
    o.kernel = from.word("kernel");
    o.package = from.word("package");
    o.scenario = from.word("scenario");
    const auto& runs = from.word("runs");
    if (runs.find_first_not_of("0123456789") != std::string::npos || runs.size() > 6)
        from.fail("runs is no number: " + runs);
    o.runs = static_cast<unsigned>(std::stoul(runs));
    if (o.runs == 0)
        from.fail("it was seen in no run");
    o.is_unbind = from.one_of("event", {"poison", "unbind"}) == "unbind";
    o.has_holder = from.one_of("holder", {"registered", "none"}) == "registered";
    from.read("role", o.role);
    from.read("mount", o.mount);
    from.read("rmap", o.rmap);
    from.read("range", o.range);
    from.read("groups", o.groups);
    from.read("owner", o.owner);
    from.read("kind", o.kind);
    from.read("inode", o.inode);
    from.read("mapping", o.mapping);
    from.read("sharing", o.sharing);
    from.read("mappers", o.mappers);
    from.read("read_only", o.read_only);
    from.read("already_shut_down", o.already_shut_down);
    from.read("frozen_by_user", o.frozen_by_user);

    // What is said of a record is said whole.
    const bool is_of_inode =
        o.owner == owner::file_data || o.owner == owner::attribute_fork || o.owner == owner::bmbt;
    if (is_of_inode != (o.kind && o.inode && o.sharing))
        from.fail(is_of_inode ? "kind, inode or sharing is left open"
                              : "no inode owns this, and something is said of one");
    if (is_of_inode && o.owner == owner::file_data &&
        (o.inode == inode::in_core) != o.mapping.has_value())
        from.fail("mapping is said of inodes in core, and of all of them");

    const std::vector<std::string> told{"yes", "no", "some", "-"};
    o.seen["cause"] = from.one_of("cause", {"corruption", "removal", "not_seen"});
    for (const auto* column : {"holder_answer", "answer", "course"})
        o.seen[column] = from.word(column);
    for (const auto* column : {"told_early", "told_default", "told_late", "told_without_page",
                               "told_sharer", "told_elsewhere"})
        o.seen[column] = from.one_of(column, told);
    o.seen["frozen"] = from.one_of("frozen", {"yes", "no", "-", "not_seen"});
    o.seen["mappings_live"] = from.one_of("mappings_live", {"yes", "no", "some", "-", "not_seen"});
    o.seen["oops"] = from.one_of("oops", {"no", "event", "use", "exit", "umount", "panic"});
    o.seen["umount"] = from.one_of("umount", {"clean", "busy", "hangs", "oopses", "-", "not_seen"});
    return o;
}

} // namespace detail

/// Reads a file of observations; `name` is what errors call it.
inline std::vector<observation> read_observations(std::istream& from, const std::string& name) {
    std::vector<observation> read;
    std::vector<std::string> columns;
    std::map<std::pair<std::string, std::string>, std::size_t> where;
    std::string text;
    for (std::size_t line = 1; std::getline(from, text); ++line) {
        const auto fields = detail::fields_of(text);
        if (columns.empty()) {
            columns = fields;
            const auto require = [&](const auto& wanted) {
                for (const std::string column : wanted)
                    if (std::find(columns.begin(), columns.end(), column) == columns.end())
                        throw bad_line{name, line, "there is no column " + column};
            };
            require(identity_columns);
            require(fact_columns);
            require(outcome_columns);
            continue;
        }
        const detail::reader row{name, line, columns, fields};
        read.push_back(detail::read_line(row, line));
        const auto [found, is_new] =
            where.emplace(std::pair{read.back().kernel, read.back().scenario}, line);
        if (!is_new)
            row.fail(read.back().scenario + " on " + read.back().kernel + " stands in line " +
                     std::to_string(found->second) + " too");
    }
    if (read.empty())
        throw bad_line{name, 1, "there is no observation"};
    return read;
}

/// A difference between a policy and a kernel that is known, and why there is one.
struct known_difference {
    std::size_t line = 0;
    std::string kernel, scenario, column;
    /// What the policy says there.
    std::string policy;
    std::string reason;
};

/// Reads differences.csv: kernel, scenario, column, what the policy says, the reason.
inline std::vector<known_difference> read_differences(std::istream& from, const std::string& name) {
    std::vector<known_difference> read;
    std::string text;
    for (std::size_t line = 1; std::getline(from, text); ++line) {
        // The reason is the rest of the line, commas and all.
        auto fields = detail::fields_of(text);
        for (std::size_t i = 5; i < fields.size(); ++i)
            fields[4] += "," + fields[i];
        if (line == 1)
            continue;
        if (fields.size() < 5 || fields[4].empty())
            throw bad_line{name, line,
                           "a difference has a kernel, a scenario, a column, what the "
                           "policy says, and a reason"};
        if (std::find(outcome_columns.begin(), outcome_columns.end(), fields[2]) ==
            outcome_columns.end())
            throw bad_line{name, line, "there is no column " + fields[2]};
        read.push_back({line, fields[0], fields[1], fields[2], fields[3], fields[4]});
    }
    return read;
}

} // namespace daxhold::kernels
