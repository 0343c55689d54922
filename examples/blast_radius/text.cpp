// SPDX-License-Identifier: BSL-1.0
#include "formats.hpp"
#include "sentences.hpp"

#include <daxhold/policy/text.hpp>
#include <daxhold/tables/detail/escape.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace blast_radius {

namespace {

using daxhold::tables::detail::csv_field;
using daxhold::tables::detail::markdown_cell;

/// Pieces of a file that are shown; the rest is a number.
constexpr std::size_t most_pieces_shown = 4;
constexpr std::size_t most_ranges_shown = 20;
constexpr std::size_t most_groups_shown = 30;

/// A row for each content and fate that there is.
struct outcome_row {
    content holds;
    fate what;
    tally count;
};

std::vector<outcome_row> outcome_rows(const answer& given) {
    std::vector<outcome_row> rows;
    for (std::size_t f = 0; f != fate_count; ++f)
        for (std::size_t k = 0; k != content_count; ++k)
            if (given.tallies[k][f].records != 0)
                rows.push_back(
                    {static_cast<content>(k), static_cast<fate>(f), given.tallies[k][f]});
    return rows;
}

std::string step_list(const answer& given) {
    std::string list;
    for (const auto what : given.steps)
        list.append(list.empty() ? "" : ", ").append(word(what));
    return list.empty() ? "none" : list;
}

std::string policy_line(const subject& about, const answer& given) {
    return fmt::format(
        "{} ({}{})", given.policy_name, given.policy_title,
        given.is_default_policy
            ? fmt::format(", which the running kernel {} follows", printable(about.kernel_release))
            : std::string{});
}

std::string files_line(const answer& given) {
    return fmt::format("{}{}{}", given.is_files_seen_exact ? "" : "more than ", given.files_seen,
                       given.files.size() < given.files_seen
                           ? fmt::format(", of which {} are listed", given.files.size())
                           : std::string{});
}

std::string file_names(const subject& about, const answer& given,
                       const std::vector<std::uint64_t>& inodes) {
    std::string list;
    constexpr std::size_t most = 4;
    for (std::size_t i = 0; i != inodes.size() && i != most; ++i) {
        const auto found = std::find_if(given.files.begin(), given.files.end(),
                                        [&](const auto& f) { return f.inode == inodes[i]; });
        list.append(list.empty() ? "" : ", ")
            .append(found == given.files.end() ? fmt::format("inode {}", inodes[i])
                                               : name_of(about, *found));
    }
    if (inodes.size() > most)
        list += fmt::format(" and {} more", inodes.size() - most);
    return list;
}

std::string bytes_of(byte_range range) {
    return fmt::format("{} at {}", human_size(range.length()), range.offset());
}

/// Which bytes of a file, and where they lie.
std::string describe(const touched_piece& piece) {
    auto text = piece.what == content::extent_map
                    ? fmt::format("extent map, {}", human_size(piece.device.length()))
                    : fmt::format("{}{}", piece.what == content::attributes ? "attributes, " : "",
                                  bytes_of(piece.file));
    if (piece.what == content::never_written)
        text += ", holds no data yet";
    return text + fmt::format(" (device {})", piece.device.offset());
}

std::vector<const touched_piece*> pieces_of(const answer& given, std::uint64_t inode) {
    std::vector<const touched_piece*> found;
    for (const auto& piece : given.pieces)
        if (piece.inode == inode)
            found.push_back(&piece);
    return found;
}

std::string explanations(const answer& given, std::string_view heading) {
    std::string text;
    for (const auto& why : given.explanations)
        text += fmt::format("\n{}{}\n\n{}", heading, why.about, why.text);
    return text;
}

std::string page_words(const touched_process& p, bool is_dax) {
    if (!is_dax)
        return p.page == presence::present ? "has it in its page table" : "has not touched it";
    return p.page == presence::present   ? "has the page"
           : p.page == presence::unknown ? "it cannot be seen whether it has the page"
                                         : "has not got the page";
}

std::string early_words(early_kill early, bool is_early_by_default) {
    switch (early) {
    case early_kill::asked:
        return "asked to be told early";
    case early_kill::not_asked:
        return "asked to be told late";
    case early_kill::by_system:
        return is_early_by_default ? "is told early, as all are" : "has not asked to be told early";
    case early_kill::unknown:
        break;
    }
    return "it cannot be seen whether it asked to be told early";
}

/// What a group of processes gets, and why.
std::string notice_words(const subject& about, const answer& given, const process_group& group) {
    std::string why = page_words(group.first, about.uses_dax() || about.is_mock);
    if (given.asked.event == daxhold::cause::corruption)
        why += "; " + early_words(group.first.who.early, about.is_early_by_default);
    auto what = std::string{blast_radius::describe(group.first.what)};
    if (!about.uses_dax() && !about.is_mock)
        what = "maps it; with DAX it " + what;
    return fmt::format("{} ({})", what, why);
}

std::string range_words(byte_range range) {
    return range.is_whole_device() ? std::string{"the whole device"} : bytes_of(range);
}

} // namespace

std::string to_text(const subject& about, const answer& given) {
    fmt::memory_buffer out;
    auto to = std::back_inserter(out);
    fmt::format_to(to, "{}:\n{}\n", ask_sentence(about, given), verdict_sentence(about, given));
    const auto notes = remarks(about, given);
    if (!notes.empty())
        fmt::format_to(to, "\n");
    for (const auto& remark : notes)
        fmt::format_to(to, "* {}\n", remark);
    fmt::format_to(to, "\nPolicy     {}\n", policy_line(about, given));
    fmt::format_to(to, "Answers    {}\n", answers_sentence(about, given));
    fmt::format_to(to, "Steps      {}\n", step_list(given));

    if (given.outcomes.size() > 1) {
        fmt::format_to(to, "\nRanges     {}\n", given.outcomes.size());
        // The worst of them first.
        std::vector<const outcome*> order;
        for (const auto& each : given.outcomes)
            order.push_back(&each);
        std::stable_sort(order.begin(), order.end(), [](const auto* a, const auto* b) {
            return a->filesystem > b->filesystem;
        });
        for (std::size_t i = 0; i != order.size() && i != most_ranges_shown; ++i)
            fmt::format_to(to, "  {:<28} {}; {}\n", range_words(order[i]->range),
                           words_for(given, *order[i]), daxhold::to_text(order[i]->report.outcome));
        if (order.size() > most_ranges_shown)
            fmt::format_to(to, "  and {} more\n", order.size() - most_ranges_shown);
    }

    if (given.asked.device == daxhold::role::data) {
        const auto groups = grouped(given);
        const auto nobody = knows_every_user(about, given)
                                ? "  none map bytes in the range"
                                : "  none is seen to map bytes in the range";
        fmt::format_to(to, "\nProcesses{}\n", groups.empty() ? nobody : "");
        for (std::size_t i = 0; i != groups.size() && i != most_groups_shown; ++i)
            fmt::format_to(to, "  {}: {}\n    {}\n", who(groups[i]),
                           file_names(about, given, groups[i].inodes),
                           notice_words(about, given, groups[i]));
        if (groups.size() > most_groups_shown)
            fmt::format_to(to, "  and {} more\n", groups.size() - most_groups_shown);
        for (const auto& user : given.kernel_users)
            fmt::format_to(to, "  (the kernel) {}: inode {}\n", blast_radius::describe(user),
                           user.inode);
    }

    const auto rows = outcome_rows(given);
    if (!rows.empty()) {
        fmt::format_to(to, "\n{:<29} {:<47} {:>9} {:>10}\n", "What", becomes_heading(about),
                       "records", "bytes");
        for (const auto& row : rows)
            fmt::format_to(to, "{:<29} {:<47} {:>9} {:>10}\n", blast_radius::describe(row.holds),
                           blast_radius::describe(row.what), row.count.records,
                           human_size(row.count.bytes));
    }
    if (given.files_seen != 0) {
        fmt::format_to(to, "\nFiles      {}\n", files_line(given));
        for (const auto& file : given.files) {
            fmt::format_to(to, "  {}: {}\n", name_of(about, file), describe_fates(about, file));
            const auto pieces = pieces_of(given, file.inode);
            for (std::size_t i = 0; i != pieces.size() && i != most_pieces_shown; ++i)
                fmt::format_to(to, "    {}\n", describe(*pieces[i]));
            std::uint64_t bytes = 0;
            for (const auto* const piece : pieces)
                bytes += piece->device.length();
            if (pieces.size() > most_pieces_shown || bytes != file.bytes)
                fmt::format_to(to, "    {}{} in all\n",
                               pieces.size() > most_pieces_shown
                                   ? fmt::format("and {}{} more pieces, ",
                                                 bytes != file.bytes ? "at least " : "",
                                                 pieces.size() - most_pieces_shown)
                                   : std::string{},
                               human_size(file.bytes));
        }
        if (std::any_of(given.files.begin(), given.files.end(),
                        [](const auto& f) { return f.name.empty(); }) &&
            !given.asked.searches_names && !about.is_mock)
            fmt::format_to(to, "  (--names searches for names; that brings directories in core)\n");
    }
    return fmt::to_string(out) + explanations(given, "Why: ");
}

std::string to_markdown(const subject& about, const answer& given) {
    fmt::memory_buffer out;
    auto to = std::back_inserter(out);
    fmt::format_to(to, "# {}\n\n**{}**\n\n", markdown_cell(ask_sentence(about, given)),
                   markdown_cell(verdict_sentence(about, given)));
    for (const auto& remark : remarks(about, given))
        fmt::format_to(to, "- {}\n", markdown_cell(remark));
    fmt::format_to(to, "\nPolicy: `{}` ({}). Answers: {}. Steps: {}.\n", given.policy_name,
                   given.policy_title, markdown_cell(answers_sentence(about, given)),
                   markdown_cell(step_list(given)));
    const auto groups = grouped(given);
    if (!groups.empty()) {
        fmt::format_to(to, "\n| processes | what they get | files |\n|--|--|--|\n");
        for (const auto& group : groups)
            fmt::format_to(to, "| {} | {} | {} |\n", markdown_cell(who(group)),
                           markdown_cell(notice_words(about, given, group)),
                           markdown_cell(file_names(about, given, group.inodes)));
    }
    const auto rows = outcome_rows(given);
    if (!rows.empty()) {
        fmt::format_to(to, "\n| what | {} | records | bytes |\n|--|--|--:|--:|\n",
                       becomes_heading(about));
        for (const auto& row : rows)
            fmt::format_to(to, "| {} | {} | {} | {} |\n", blast_radius::describe(row.holds),
                           blast_radius::describe(row.what), row.count.records,
                           human_size(row.count.bytes));
    }
    if (given.files_seen != 0) {
        fmt::format_to(to,
                       "\nFiles: {}.\n\n| file | inode | bytes | {} | pieces "
                       "|\n|--|--:|--:|--|--|\n",
                       files_line(given), becomes_heading(about));
        for (const auto& file : given.files) {
            std::string pieces;
            const auto all = pieces_of(given, file.inode);
            for (std::size_t i = 0; i != all.size() && i != most_pieces_shown; ++i)
                pieces += (i == 0 ? "" : "; ") + describe(*all[i]);
            if (all.size() > most_pieces_shown)
                pieces += fmt::format(" and {} more", all.size() - most_pieces_shown);
            fmt::format_to(to, "| {} | {} | {} | {} | {} |\n", markdown_cell(name_of(about, file)),
                           file.inode, file.bytes, describe_fates(about, file), pieces);
        }
    }
    return fmt::to_string(out) + explanations(given, "## Why: ");
}

std::string to_csv(const subject& about, const answer& given) {
    fmt::memory_buffer out;
    auto to = std::back_inserter(out);
    fmt::format_to(to, "mount,inode,path,what,fate,file_offset,length,device_offset\r\n");
    for (const auto& piece : given.pieces) {
        const auto found = std::find_if(given.files.begin(), given.files.end(),
                                        [&](const auto& f) { return f.inode == piece.inode; });
        const auto name = found != given.files.end() && !found->name.empty()
                              ? found->name
                              : about.name(piece.inode);
        fmt::format_to(to, "{},{},{},{},{},{},{},{}\r\n", csv_field(printable(about.path)),
                       piece.inode, csv_field(printable(name)), word(piece.what),
                       word(piece.becomes),
                       piece.what == content::extent_map ? std::string{}
                                                         : fmt::format("{}", piece.file.offset()),
                       piece.device.length(), piece.device.offset());
    }
    return fmt::to_string(out);
}

namespace {

struct policy_row {
    std::string policy;
    std::string filesystem;
    std::string holder;
    std::string memory_failure;
    std::string told;
    bool is_other = false;
};

std::string told_words(const answer& given) {
    const auto perhaps = given.count(notice::maybe_now);
    return fmt::format("{} now, {}{} on access, {} not", given.count(notice::now),
                       perhaps == 0 ? std::string{} : fmt::format("{} now or on access, ", perhaps),
                       given.count(notice::on_access), given.count(notice::none));
}

std::vector<policy_row> policy_rows(std::span<const answer> given) {
    std::vector<policy_row> rows;
    for (const auto& each : given) {
        const auto& made = each.worst_outcome();
        policy_row row{each.policy_name,
                       words_for(each, made),
                       made.report.is_withheld ? "not known"
                                               : daxhold::to_text(made.report.outcome),
                       each.asked.event == daxhold::cause::removal ? "-"
                       : made.memory_failure ? daxhold::to_text(*made.memory_failure)
                                             : "0 or -EBUSY",
                       told_words(each),
                       false};
        // Of the policies of releases; the others are no upgrade of anything.
        if (!rows.empty() && each.policy_name.starts_with("xfs_linux_") &&
            rows.back().policy.starts_with("xfs_linux_"))
            row.is_other = row.filesystem != rows.back().filesystem ||
                           row.holder != rows.back().holder || row.told != rows.back().told ||
                           row.memory_failure != rows.back().memory_failure;
        rows.push_back(std::move(row));
    }
    return rows;
}

} // namespace

std::string to_table(const subject& about, std::span<const answer> given) {
    fmt::memory_buffer out;
    auto to = std::back_inserter(out);
    fmt::format_to(to, "{}:\n\n", ask_sentence(about, given.front()));
    const auto rows = policy_rows(given);
    policy_row widest{"policy", becomes_heading(about), "holder", "memory_failure()", "told",
                      false};
    const auto widen = [&](std::string policy_row::*member) {
        auto width = (widest.*member).size();
        for (const auto& row : rows)
            width = std::max(width, (row.*member).size());
        return width;
    };
    const auto policy = widen(&policy_row::policy);
    const auto filesystem = widen(&policy_row::filesystem);
    const auto holder = widen(&policy_row::holder);
    const auto answer = widen(&policy_row::memory_failure);
    const auto line = [&](const policy_row& row) {
        fmt::format_to(to, "{} {:<{}}  {:<{}}  {:<{}}  {:<{}}  {}\n", row.is_other ? '!' : ' ',
                       row.policy, policy, row.filesystem, filesystem, row.holder, holder,
                       row.memory_failure, answer, row.told);
    };
    line(widest);
    for (const auto& row : rows)
        line(row);
    fmt::format_to(to, "\n! differs from the release before it.\n");
    const auto notes = remarks(about, given.front());
    if (!about.uses_dax() && !notes.empty())
        fmt::format_to(to, "* {}\n", notes.front());
    return fmt::to_string(out);
}

std::string to_markdown_table(const subject& about, std::span<const answer> given) {
    fmt::memory_buffer out;
    auto to = std::back_inserter(out);
    fmt::format_to(to,
                   "# {}\n\n| policy | {} | holder | memory_failure() | told | "
                   "changed |\n|--|--|--|--|--|--|\n",
                   markdown_cell(ask_sentence(about, given.front())), becomes_heading(about));
    for (const auto& row : policy_rows(given))
        fmt::format_to(to, "| {} | {} | {} | {} | {} | {} |\n", markdown_cell(row.policy),
                       markdown_cell(row.filesystem), markdown_cell(row.holder),
                       markdown_cell(row.memory_failure), row.told, row.is_other ? "**yes**" : "");
    return fmt::to_string(out);
}

} // namespace blast_radius
