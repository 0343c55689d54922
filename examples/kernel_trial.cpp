// SPDX-License-Identifier: BSL-1.0
// What a kernel was seen to do: which release it behaves like, where it does not, and which laws it
// keeps. examples/kernel_trial boots the kernel and calls this.

#include "judge.hpp"

#include "daxhold/tables/detail/escape.hpp"

#include <fmt/core.h>

#include <fstream>
#include <numeric>

using namespace daxhold;
using namespace daxhold::kernels;

namespace {

/// How the report is written.
struct style {
    bool is_markdown = false;

    void heading(const std::string& text) const {
        fmt::print("\n{}{}\n\n", is_markdown ? "## " : "", text);
    }
    void row(const std::vector<std::string>& cells) const {
        std::string line = is_markdown ? "|" : " ";
        for (const auto& cell : cells)
            line += is_markdown ? " " + tables::detail::markdown_cell(cell) + " |" : " " + cell;
        fmt::print("{}\n", line);
    }
    void head(const std::vector<std::string>& cells) const {
        if (!is_markdown)
            return;
        row(cells);
        fmt::print("|{}\n",
                   std::accumulate(cells.begin(), cells.end(), std::string{},
                                   [](const auto& made, const auto&) { return made + "--|"; }));
    }
};

/// The scenarios in which a release does something else, each with its columns.
struct likeness {
    const release* as = nullptr;
    std::vector<std::pair<const observation*, std::vector<std::string>>> differences;
};

likeness compare(const release& as, const std::vector<observation>& observed) {
    likeness made{&as, {}};
    for (const auto& o : observed)
        if (auto columns = differing_columns(o.seen, as.replay(o)); !columns.empty())
            made.differences.emplace_back(&o, std::move(columns));
    return made;
}

void print(const std::vector<observation>& observed, const style& in) {
    fmt::print("{}Linux {} on trial: {} scenarios\n", in.is_markdown ? "# " : "",
               observed.front().package, observed.size());

    in.heading("Which release it behaves like");
    likeness nearest;
    in.head({"policy", "scenarios alike", "of"});
    for (const auto& as : all_releases()) {
        auto like = compare(as, observed);
        in.row({as.policy, std::to_string(observed.size() - like.differences.size()),
                std::to_string(observed.size())});
        // Of two that are equally like it, the newer one.
        if (nearest.as == nullptr || like.differences.size() <= nearest.differences.size())
            nearest = std::move(like);
    }

    in.heading("Where it does not behave like " + nearest.as->policy);
    if (!nearest.differences.empty())
        in.head({"scenario", "column", "this kernel", nearest.as->policy});
    for (const auto& [o, columns] : nearest.differences) {
        const auto said = nearest.as->replay(*o);
        for (const auto& column : columns)
            in.row(in.is_markdown
                       ? std::vector{o->scenario, column, o->seen.at(column), said.at(column)}
                       : std::vector{o->scenario + ": " + column + " is " + o->seen.at(column) +
                                     ", " + nearest.as->policy + " says " + said.at(column)});
    }
    if (nearest.differences.empty())
        fmt::print("{}Nowhere.\n", in.is_markdown ? "" : "  ");

    in.heading("Which laws it keeps");
    in.head({"law", "", "scenarios", "broken in"});
    for (const auto& j : judge(observed)) {
        const auto what = j.what();
        std::string where;
        for (const auto& scenario : j.broken)
            where += (where.empty() ? "" : ", ") + scenario;
        if (what == laws::standing::not_tried)
            where = j.tried == 0 ? "no scenario is about it"
                                 : fmt::format("in {} it cannot be seen from outside", j.unknown);
        const std::string word = what == laws::standing::kept     ? "kept"
                                 : what == laws::standing::broken ? "broken"
                                                                  : "not tried";
        in.row(in.is_markdown ? std::vector{j.law, word, std::to_string(j.tried), where}
                              : std::vector{fmt::format("{:<10} {}{}", word, j.law,
                                                        where.empty() ? "" : ": " + where)});
    }
}

} // namespace

int main(int count, char** arguments) {
    const bool is_markdown = count == 3 && std::string_view{arguments[1]} == "--markdown";
    if (count != 2 && !is_markdown) {
        fmt::print(stderr, "usage: kernel_trial [--markdown] OBSERVATIONS\n");
        return 64;
    }
    const std::string name = arguments[count - 1];
    std::ifstream file{name};
    if (!file) {
        fmt::print(stderr, "kernel_trial: {} cannot be read\n", name);
        return 66;
    }
    try {
        std::map<std::string, std::vector<observation>> of_kernel;
        for (auto& o : read_observations(file, name))
            of_kernel[o.package].push_back(std::move(o));
        for (const auto& [package, observed] : of_kernel)
            print(observed, {is_markdown});
    } catch (const bad_line& wrong) {
        fmt::print(stderr, "kernel_trial: {}\n", wrong.what());
        return 65;
    }
}
