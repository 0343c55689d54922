// SPDX-License-Identifier: BSL-1.0
// What blast_radius foretells of an event, and what the kernel then did. The records that
// blast_radius made in the guests before each event (asked.json) are asked again; what it says is
// held against observed.csv. What is wrong or withheld stands in foretold.csv with its reason, or
// it is an error; so is a reason that nothing needs any more.
//
//   foretold [--markdown] DIRECTORY      --markdown: counts for the page

#include "observation.hpp"

#include "../../examples/blast_radius/answer.hpp"

#include <daxhold/event/result.hpp>
#include <daxhold/policy/text.hpp>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <set>

using namespace blast_radius;
using namespace daxhold::kernels;
using nlohmann::json;

namespace {

/// What is foretold, and what is counted of it.
enum class subject_of : std::uint8_t { verdict, holder_answer, answer, told, left };
constexpr std::array things{"verdict", "holder_answer", "answer", "told", "left"};
constexpr std::array titles{"what becomes of the filesystem", "the holder's answer",
                            "the answer of memory_failure() or the unbind", "who is told",
                            "what is left"};

/// A word for what is said, or for what was seen; nothing where it is withheld.
using words = std::optional<std::string>;

std::string word_of(daxhold::result r) {
    return r.ok() ? "0" : "-" + daxhold::errno_name(r.value());
}

bool was_told(const observation& o, std::string_view word) {
    const auto& course = o.seen.at("course");
    return course.substr(0, course.find("mark_dead")).find(word) != std::string::npos;
}

std::string verdict_seen(const observation& o) {
    const auto& answer = o.seen.at("answer");
    const auto& holder = o.seen.at("holder_answer");
    if (answer == "hangs" || answer == "oopses" || answer == "panic")
        return answer == "panic" ? "oopses" : answer;
    if (was_told(o, "shut_down("))
        return "shuts_down";
    if (holder == "-EOPNOTSUPP" || holder == "not_asked")
        return "not_handled";
    return holder == "0" ? "goes_on" : "refused";
}

/// Whether something follows: surely, surely not, or nobody can know.
truth follows(const blast_radius::outcome& made, std::initializer_list<daxhold::aftermath> any) {
    auto found = truth::no;
    for (const auto what : any)
        if (made.after.has(what))
            return truth::yes;
        else if (made.after.may_have(what))
            found = truth::unknown;
    return found;
}

words verdict_said(const blast_radius::outcome& made) {
    using daxhold::aftermath;
    const auto oopses = follows(made, {aftermath::null_dereference, aftermath::poison_oopses});
    if (made.filesystem == verdict::depends || oopses == truth::unknown)
        return {};
    if (oopses == truth::yes)
        return "oopses";
    const auto name = daxhold::tables::name_of(made.filesystem);
    return std::string{name.data, name.size};
}

words holder_said(const observation& o, const blast_radius::outcome& made) {
    const auto becomes = verdict_said(made);
    if (!becomes)
        return {};
    if (*becomes == "hangs" || made.after.has(daxhold::aftermath::null_dereference))
        return "not_returned";
    return o.seen.at("holder_answer") == "not_asked" && falls_back(made.report.outcome)
               ? "not_asked"
               : word_of(made.report.outcome);
}

words answer_said(const observation& o, const blast_radius::outcome& made) {
    const auto becomes = verdict_said(made);
    if (!becomes)
        return {};
    if (*becomes == "hangs" || *becomes == "oopses")
        return becomes;
    if (o.is_unbind)
        return "0";
    return made.memory_failure ? words{word_of(*made.memory_failure)} : words{};
}

constexpr std::array told_columns{"told_early",        "told_default", "told_late",
                                  "told_without_page", "told_sharer",  "told_elsewhere"};

std::string told_seen(const observation& o) {
    std::string made;
    for (const auto* column : told_columns)
        made += (made.empty() ? "" : " ") + o.seen.at(column);
    return made;
}

/// The users of the scenarios are called by what they do: early_with, late_without, early_sharer.
words told_said(const observation& o, const answer& given) {
    std::string made;
    for (std::string_view column : told_columns) {
        const auto is_of_column = [&](const std::string& command) {
            if (column == "told_without_page")
                return command.ends_with("_without");
            if (column == "told_sharer")
                return command.ends_with("_sharer");
            return column == "told_elsewhere" ? command.find("_with") != std::string::npos
                                              : command == std::string{column.substr(5)} + "_with";
        };
        std::size_t of_column = 0;
        std::size_t are_told = 0;
        for (const auto& p : given.processes)
            if (is_of_column(p.who.command)) {
                if (p.what == notice::maybe_now)
                    return {};
                ++of_column;
                are_told += p.what == notice::now ? 1 : 0;
            }
        const auto& seen = o.seen.at(std::string{column});
        made += std::string{made.empty() ? "" : " "} + (seen == "-"             ? "-"
                                                        : are_told == 0         ? "no"
                                                        : are_told == of_column ? "yes"
                                                                                : "some");
    }
    return made;
}

std::string left_seen(const observation& o) {
    const auto& oops = o.seen.at("oops");
    // Whoever reads its memory then, or ends.
    return oops == "use" ? "exit" : oops == "panic" ? "event" : oops;
}

words left_said(const blast_radius::outcome& made) {
    using daxhold::aftermath;
    if (!verdict_said(made))
        return {};
    for (const auto& [what, word] : std::initializer_list<std::pair<truth, const char*>>{
             {follows(made, {aftermath::null_dereference, aftermath::poison_oopses}), "event"},
             {made.filesystem == verdict::hangs ? truth::yes : truth::no, "no"},
             {follows(made, {aftermath::exit_oopses}), "exit"},
             {follows(made, {aftermath::umount_oopses}), "umount"}})
        if (what != truth::no)
            return what == truth::yes ? words{word} : words{};
    return "no";
}

/// A line of foretold.csv.
struct known_miss {
    std::size_t line;
    std::string kernel, scenario, thing, said, reason;
};

std::vector<known_miss> read_misses(std::istream& from, const std::string& name) {
    std::vector<known_miss> read;
    std::string text;
    for (std::size_t line = 1; std::getline(from, text); ++line) {
        auto fields = daxhold::kernels::detail::fields_of(text);
        for (std::size_t i = 5; i < fields.size(); ++i)
            fields[4] += "," + fields[i];
        if (line == 1)
            continue;
        if (fields.size() < 5 || fields[4].empty() ||
            std::find(things.begin(), things.end(), fields[2]) == things.end())
            throw bad_line{name, line,
                           "it has a kernel, a scenario, what is foretold, what blast_radius says "
                           "(or withheld), and a reason"};
        read.push_back({line, fields[0], fields[1], fields[2], fields[3], fields[4]});
    }
    return read;
}

std::ifstream open(const std::string& name) {
    std::ifstream file{name};
    if (!file)
        throw std::runtime_error{name + " cannot be read"};
    return file;
}

/// How often each thing was right, wrong and withheld on a kernel, and how often there was no
/// answer.
struct counts {
    std::array<std::array<unsigned, 3>, things.size()> of{};
    unsigned refused = 0;
};

int run(const std::string& directory, bool is_markdown) {
    auto observed = open(directory + "/observed.csv");
    auto misses_file = open(directory + "/foretold.csv");
    auto asked_file = open(directory + "/asked.json");
    const auto misses = read_misses(misses_file, "foretold.csv");
    const auto asked = json::parse(asked_file);
    std::set<std::size_t> needed;
    std::vector<std::pair<std::string, counts>> of_kernels;
    unsigned failures = 0;
    const auto fail = [&failures](const std::string& what) {
        fmt::print(stderr, "{}\n", what);
        ++failures;
    };

    for (const auto& o : read_observations(observed, "observed.csv")) {
        // Nobody asked on that kernel.
        if (!asked.at("kernels").contains(o.kernel))
            continue;
        if (of_kernels.empty() || of_kernels.back().first != o.kernel)
            of_kernels.emplace_back(o.kernel, counts{});
        auto& its = of_kernels.back().second;
        const auto where = fmt::format("{} {}", o.kernel, o.scenario);
        const auto& of_kernel = asked.at("kernels").at(o.kernel);
        if (!of_kernel.contains(o.scenario)) {
            fail(where + ": asked.json has no record of it");
            continue;
        }
        auto record = asked.at("usual");
        record.merge_patch(asked.at("scenarios").at(o.scenario));
        record.merge_patch(of_kernel.at(o.scenario));
        if (record.is_string()) {
            ++its.refused;
            continue;
        }
        question about;
        about.device = o.role == daxhold::role::internal_realtime ? daxhold::role::data : o.role;
        about.event = o.is_unbind ? daxhold::cause::removal : daxhold::cause::corruption;
        if (!o.is_unbind)
            about.ranges = {{record.at("asked").at(0), record.at("asked").at(1)}};
        answer answered;
        try {
            answered = ask(*open_record(record.dump(), where), about, [](double) {});
        } catch (const std::exception& wrong) {
            fail(where + ": " + wrong.what());
            continue;
        }
        const auto& made = answered.worst_outcome();
        const std::array<std::pair<words, std::string>, things.size()> pairs{
            {{verdict_said(made), verdict_seen(o)},
             {holder_said(o, made), o.seen.at("holder_answer")},
             {answer_said(o, made), o.seen.at("answer")},
             {told_said(o, answered), told_seen(o)},
             {left_said(made), left_seen(o)}}};
        for (std::size_t i = 0; i != things.size(); ++i) {
            const auto& [said, seen] = pairs[i];
            const bool is_right = said && *said == seen;
            ++its.of[i][is_right ? 0 : said ? 1 : 2];
            if (is_right)
                continue;
            bool is_known = false;
            for (const auto& miss : misses)
                if ((miss.kernel == "all" || miss.kernel == o.kernel) &&
                    miss.scenario == o.scenario && miss.thing == things[i] &&
                    miss.said == said.value_or("withheld")) {
                    is_known = true;
                    needed.insert(miss.line);
                }
            if (!is_known)
                fail(fmt::format("{}: {}: {}; the kernel: {}", where, things[i],
                                 said ? "blast_radius says " + *said : "it is withheld", seen));
        }
    }
    for (const auto& miss : misses)
        if (!needed.contains(miss.line))
            fail(fmt::format("foretold.csv:{}: {} {}: {} is right now", miss.line, miss.kernel,
                             miss.scenario, miss.thing));

    if (is_markdown) {
        fmt::print("| right / wrong / withheld |");
        for (const auto& [kernel, its] : of_kernels)
            fmt::print(" {} |", kernel);
        fmt::print("\n|--|");
        for (std::size_t i = 0; i != of_kernels.size(); ++i)
            fmt::print("--|");
        for (std::size_t i = 0; i != things.size(); ++i) {
            fmt::print("\n| {} |", titles[i]);
            for (const auto& [kernel, its] : of_kernels)
                fmt::print(" {} / {} / {} |", its.of[i][0], its.of[i][1], its.of[i][2]);
        }
        fmt::print("\n| it could not be asked |");
        for (const auto& [kernel, its] : of_kernels)
            fmt::print(" {} |", its.refused);
        fmt::print("\n");
    }
    return failures == 0 ? 0 : 1;
}

} // namespace

int main(int count, char** arguments) {
    const bool is_markdown = count == 3 && std::string_view{arguments[1]} == "--markdown";
    if (count != 2 && !is_markdown) {
        fmt::print(stderr, "usage: foretold [--markdown] DIRECTORY\n");
        return 64;
    }
    try {
        return run(arguments[count - 1], is_markdown);
    } catch (const std::exception& wrong) {
        fmt::print(stderr, "foretold: {}\n", wrong.what());
        return 65;
    }
}
