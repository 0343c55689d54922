// SPDX-License-Identifier: BSL-1.0
#include "formats.hpp"
#include "sentences.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace blast_radius {

namespace {

/// A row for each kind of owner and fate that there is.
struct outcome_row {
    owner_kind kind;
    fate what;
    tally count;
};

std::vector<outcome_row> outcome_rows(const answer& given) {
    std::vector<outcome_row> rows;
    for (std::size_t f = 0; f != fate_count; ++f)
        for (std::size_t k = 0; k != owner_kind_count; ++k)
            if (given.tallies[k][f].records != 0)
                rows.push_back(
                    {static_cast<owner_kind>(k), static_cast<fate>(f), given.tallies[k][f]});
    return rows;
}

std::string step_list(const answer& given) {
    std::string list;
    for (const auto what : given.steps)
        list.append(list.empty() ? "" : ", ").append(word(what));
    return list.empty() ? "none" : list;
}

std::string policy_line(const answer& given) {
    return fmt::format(
        "{} ({}{})", given.policy_name, given.policy_title,
        given.is_default_policy
            ? fmt::format(", the policy of the running kernel {}", given.kernel_release)
            : std::string{});
}

std::string files_line(const answer& given) {
    return fmt::format("{}{}", given.is_files_seen_exact ? "" : "more than ", given.files_seen);
}

std::string file_names(const subject& about, const answer& given, const touched_process& process) {
    std::string list;
    for (const auto inode : process.inodes) {
        const auto found = std::find_if(given.files.begin(), given.files.end(),
                                        [&](const auto& f) { return f.inode == inode; });
        list.append(list.empty() ? "" : ", ")
            .append(found == given.files.end() ? fmt::format("inode {}", inode)
                                               : name_of(about, *found));
    }
    return list;
}

std::string explanations(const answer& given, std::string_view heading) {
    std::string text;
    for (const auto& why : given.explanations)
        text += fmt::format("\n{}{}\n\n{}", heading, why.about, why.text);
    return text;
}

} // namespace

std::string to_text(const subject& about, const answer& given) {
    fmt::memory_buffer out;
    auto to = std::back_inserter(out);
    fmt::format_to(to, "{},\n{}\n\n", ask_sentence(about, given), verdict_sentence(given));
    for (const auto& remark : remarks(about, given))
        fmt::format_to(to, "* {}\n", remark);
    fmt::format_to(to, "\nPolicy     {}\n", policy_line(given));
    fmt::format_to(to, "Steps      {}\n", step_list(given));

    fmt::format_to(to, "\nProcesses{}\n",
                   given.processes.empty() ? "  none map bytes in the range" : "");
    for (const auto& p : given.processes)
        fmt::format_to(to, "  {} ({}) {}: {}\n", p.process, p.command, describe(p.what),
                       file_names(about, given, p));

    const auto rows = outcome_rows(given);
    if (!rows.empty()) {
        fmt::format_to(to, "\n{:<28} {:<28} {:>12} {:>12}\n", "Owner", "What becomes of it",
                       "records", "bytes");
        for (const auto& row : rows)
            fmt::format_to(to, "{:<28} {:<28} {:>12} {:>12}\n", describe(row.kind),
                           describe(row.what), row.count.records, human_size(row.count.bytes));
    }
    if (given.files_seen != 0) {
        fmt::format_to(to, "\nFiles      {}, {} listed\n", files_line(given), given.files.size());
        for (const auto& file : given.files)
            fmt::format_to(to, "  {:<40} {:>10}  {}\n", name_of(about, file),
                           human_size(file.bytes), describe_fates(file));
    }
    return fmt::to_string(out) + explanations(given, "Why: ");
}

std::string to_markdown(const subject& about, const answer& given) {
    fmt::memory_buffer out;
    auto to = std::back_inserter(out);
    fmt::format_to(to, "# {}\n\n**{}**\n\n", ask_sentence(about, given), verdict_sentence(given));
    for (const auto& remark : remarks(about, given))
        fmt::format_to(to, "- {}\n", remark);
    fmt::format_to(to, "\nPolicy: `{}` ({}). Steps: {}.\n", given.policy_name, given.policy_title,
                   step_list(given));
    if (!given.processes.empty()) {
        fmt::format_to(to, "\n| process | command | what it gets | files |\n|--:|--|--|--|\n");
        for (const auto& p : given.processes)
            fmt::format_to(to, "| {} | `{}` | {} | {} |\n", p.process, p.command, describe(p.what),
                           file_names(about, given, p));
    }
    const auto rows = outcome_rows(given);
    if (!rows.empty()) {
        fmt::format_to(to, "\n| owner | what becomes of it | records | bytes |\n|--|--|--:|--:|\n");
        for (const auto& row : rows)
            fmt::format_to(to, "| {} | {} | {} | {} |\n", describe(row.kind), describe(row.what),
                           row.count.records, human_size(row.count.bytes));
    }
    if (given.files_seen != 0) {
        fmt::format_to(to,
                       "\nFiles: {}, of which {} are listed.\n\n| file | inode | bytes | what "
                       "becomes of it |\n|--|--:|--:|--|\n",
                       files_line(given), given.files.size());
        for (const auto& file : given.files)
            fmt::format_to(to, "| `{}` | {} | {} | {} |\n", name_of(about, file), file.inode,
                           file.bytes, describe_fates(file));
    }
    return fmt::to_string(out) + explanations(given, "## Why: ");
}

} // namespace blast_radius
