// SPDX-License-Identifier: BSL-1.0
#include "sentences.hpp"

#include <daxhold/policy/text.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

namespace blast_radius {

namespace {

using daxhold::cause;

std::string describe(daxhold::shutdown_reason reason) {
    switch (reason) {
    case daxhold::shutdown_reason::corrupt_ondisk:
        return "as corrupt on disk";
    case daxhold::shutdown_reason::force_umount:
        return "as for a forced umount";
    case daxhold::shutdown_reason::device_removed:
        return "as its device is gone";
    }
    return "";
}

std::string describe(daxhold::aftermath what, cause event) {
    switch (what) {
    case daxhold::aftermath::umount_oopses:
        return "The later umount is known to oops on this release.";
    case daxhold::aftermath::null_dereference:
        return "This release is known to follow a null pointer here.";
    case daxhold::aftermath::exit_oopses:
        return "On this release each process that maps it is known to oops when it exits, and the "
               "umount then waits for ever.";
    case daxhold::aftermath::poison_oopses:
        return "This release is known to oops where a page fails that files share, without a "
               "reverse mapping.";
    case daxhold::aftermath::poison_finds_nobody:
        return "Where a page fails that files share, without a reverse mapping, this release is "
               "known "
               "to find none of them and to tell nobody.";
    case daxhold::aftermath::stays_frozen:
        return "This release is known to leave the filesystem frozen.";
    case daxhold::aftermath::page_count_wraps:
        return std::string{"This release is known to walk about 2^32 page indexes for each DAX "
                           "file in core that has an extent in an allocation group other than the "
                           "last"} +
               (event == cause::removal ? ", with the filesystem frozen; who writes meanwhile "
                                          "waits, and nothing ends it."
                                        : "; nothing ends it.");
    case daxhold::aftermath::reports_too_much:
        return "This release is known to report about 16 TiB as lost, or to drop them, for a file "
               "of any size.";
    case daxhold::aftermath::reads_wrong_groups:
        return "This release is known to look at the owners of another part of the device.";
    case daxhold::aftermath::mappings_stay_live:
        return "Processes go on using mappings of memory that is about to go away.";
    }
    return "";
}

/// Those that are worst first.
constexpr daxhold::aftermath all_aftermaths[] = {
    daxhold::aftermath::page_count_wraps,   daxhold::aftermath::null_dereference,
    daxhold::aftermath::poison_oopses,      daxhold::aftermath::umount_oopses,
    daxhold::aftermath::exit_oopses,        daxhold::aftermath::stays_frozen,
    daxhold::aftermath::mappings_stay_live, daxhold::aftermath::poison_finds_nobody,
    daxhold::aftermath::reports_too_much,   daxhold::aftermath::reads_wrong_groups};
static_assert(std::size(all_aftermaths) == daxhold::value_count<daxhold::aftermath>);

std::string plural(std::size_t count, std::string_view one, std::string_view many) {
    return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string joined(const std::vector<std::string>& parts) {
    std::string text;
    for (std::size_t i = 0; i != parts.size(); ++i)
        text += (i == 0 ? "" : i + 1 == parts.size() ? " and " : ", ") + parts[i];
    return text;
}

constexpr bool is_of_files(content what) {
    return what == content::file_data || what == content::other_data;
}

/// What a corruption loses.
std::string lost(const answer& given) {
    std::vector<std::string> parts;
    std::uint64_t data = 0;
    std::uint64_t metadata = 0;
    std::vector<std::string> kinds;
    for (std::size_t i = 0; i != content_count; ++i) {
        const auto what = static_cast<content>(i);
        const auto bytes = given.bytes_of(what);
        if (bytes == 0 || what == content::never_written || what == content::unknown ||
            what == content::bad_blocks || what == content::cow_staging)
            continue;
        if (is_of_files(what)) {
            data += bytes;
        } else {
            metadata += bytes;
            kinds.emplace_back(blast_radius::describe(what));
        }
    }
    if (data != 0) {
        std::size_t files = 0;
        constexpr auto of_data = 1U << static_cast<unsigned>(content::file_data) |
                                 1U << static_cast<unsigned>(content::other_data);
        for (const auto& file : given.files)
            files += (file.contents & of_data) != 0 ? 1 : 0;
        const bool is_certain = given.bytes_of(content::other_data) == 0;
        parts.push_back(
            fmt::format("{} of data in {}", human_size(data),
                        given.files.size() != given.files_seen
                            ? fmt::format("up to {} files", given.files_seen)
                            : plural(files, is_certain ? "file" : "file or directory",
                                     is_certain ? "files" : "files or directories") +
                                  (given.has_shared_data ? " (some of it shared)" : "")));
    }
    if (metadata != 0)
        parts.push_back(fmt::format("{} of metadata ({})", human_size(metadata),
                                    kinds.size() > 3 ? "of several kinds" : joined(kinds)));
    const auto unknown = given.bytes_of(content::unknown);
    const auto staging = given.bytes_of(content::cow_staging);
    if (parts.empty() && unknown == 0)
        return given.asked.device == daxhold::role::log ? ""
               : given.bytes_of(content::never_written) + staging != 0
                   ? "nothing is lost: the blocks hold no data yet"
               : given.free_bytes != 0      ? "nothing is lost: it is free space"
               : given.bytes_after_end != 0 ? "nothing is lost: it lies after the end of the "
                                              "filesystem"
                                            : "nothing is lost";
    std::string text = joined(parts);
    if (!parts.empty())
        text += " are lost";
    if (unknown != 0)
        text += fmt::format("{}what {} hold is not known", text.empty() ? "" : ", and ",
                            human_size(unknown));
    return text;
}

/// Who is told.
std::string told(const subject& about, const answer& given) {
    std::vector<std::string> parts;
    const auto add = [&](notice what, std::string_view one, std::string_view many,
                         std::string_view rest) {
        if (const auto count = given.count(what); count != 0)
            parts.push_back(plural(count, one, many) + std::string{rest});
    };
    const auto& kernel = given.kernel_users;
    const auto used_by_kernel = kernel.empty() ? std::string{}
                                               : fmt::format("the kernel uses it ({}{})",
                                                             blast_radius::describe(kernel.front()),
                                                             kernel.size() == 1 ? "" : ", ...");
    if (!about.uses_dax() && !about.is_mock) {
        if (about.dax == dax_use::unknown)
            return "whether anybody is told is not known (nor whether it uses DAX)";
        if (!given.processes.empty())
            parts.push_back(plural(given.processes.size(), "process maps it", "processes map it"));
        if (!kernel.empty())
            parts.push_back(used_by_kernel);
        return joined(parts) + (parts.empty() ? "" : ", and ") +
               "nobody is told, as it does not use DAX";
    }
    add(notice::now, "process gets SIGBUS", "processes get SIGBUS", " now");
    add(notice::maybe_now, "process gets SIGBUS", "processes get SIGBUS",
        " now or when touching it");
    add(notice::on_access, "process gets SIGBUS", "processes get SIGBUS", " when touching it");
    add(notice::none, "process maps it", "processes map it",
        given.count(notice::none) == 1 ? " and is not told" : " and are not told");
    if (!kernel.empty())
        parts.push_back(used_by_kernel);
    if (!parts.empty())
        return joined(parts);
    return knows_every_user(about, given) ? "nobody maps it" : "nobody is seen to map it";
}

} // namespace

std::string human_size(std::uint64_t bytes) {
    static constexpr const char* units[] = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    auto value = static_cast<double>(bytes);
    std::size_t unit = 0;
    for (; value >= 1024 && unit + 1 != std::size(units); ++unit)
        value /= 1024;
    if (unit == 0)
        return bytes == 1 ? "1 byte" : fmt::format("{} bytes", bytes);
    return value == static_cast<double>(static_cast<std::uint64_t>(value))
               ? fmt::format("{:.0f} {}", value, units[unit])
               : fmt::format("{:.1f} {}", value, units[unit]);
}

std::string ask_sentence(const subject& about, const answer& given) {
    const auto* const device = given.asked.device == daxhold::role::data  ? ""
                               : given.asked.device == daxhold::role::log ? "the log of "
                                                                          : "the realtime part of ";
    const auto name = fmt::format(
        "{}{} on {} ({})", device, about.type, printable(about.path),
        printable(given.asked.device == daxhold::role::log && !about.log_source.empty()
                      ? about.log_source
                  : given.asked.device == daxhold::role::realtime && !about.realtime_source.empty()
                      ? about.realtime_source
                      : about.source));
    const bool is_removal = given.asked.event == cause::removal;
    if (given.asked.is_whole_device())
        return fmt::format("If the whole device {} under {}",
                           is_removal ? "is about to be removed" : "fails", name);
    std::uint64_t bytes = 0;
    for (const auto range : given.asked.ranges)
        bytes += range.length();
    const auto* const verb =
        is_removal ? (bytes == 1 ? "is about to be removed" : "are about to be removed")
                   : (bytes == 1 ? "fails" : "fail");
    return given.asked.ranges.size() == 1
               ? fmt::format("If {} at offset {} {} under {}", human_size(bytes),
                             given.asked.ranges.front().offset(), verb, name)
               : fmt::format("If {} in {} ranges {} under {}", human_size(bytes),
                             given.asked.ranges.size(), verb, name);
}

bool knows_every_user(const subject& about, const answer& given) {
    return about.unseen.empty() && given.places_of_lost_owners == 0 &&
           (about.owners == owner_knowledge::known || about.knows_used_files());
}

std::string words_for(const answer& given, const outcome& made) {
    switch (made.filesystem) {
    case verdict::goes_on:
        return "the filesystem goes on";
    case verdict::shuts_down:
        return fmt::format("the filesystem shuts down, {}", describe(made.report.reason));
    case verdict::hangs:
        return given.asked.event == cause::removal
                   ? "the kernel does not come back from it, with the filesystem frozen"
                   : "the kernel does not come back from it";
    case verdict::not_handled:
        if (given.asked.event == cause::corruption)
            return "the filesystem takes no notice and goes on";
        return given.has_removal ? "the filesystem hears nothing, until the block layer shuts it "
                                   "down"
                                 : "the filesystem hears nothing";
    case verdict::refused:
        return made.report.outcome == daxhold::result::error(ENXIO)
                   ? "the filesystem says that it is not its own, and goes on"
                   : "the filesystem does nothing, and goes on";
    case verdict::depends:
        return "what becomes of the filesystem is not known";
    }
    return "";
}

std::string verdict_sentence(const subject& about, const answer& given) {
    const auto words = words_for(given, given.worst_outcome());
    std::string text;
    if (given.asked.event == cause::corruption)
        text = lost(given);
    if (given.asked.device != daxhold::role::log) {
        // Of what is free there are no users.
        const bool is_used = given.pieces_seen != 0 || given.bytes_of(content::unknown) != 0;
        if (is_used)
            text += (text.empty() ? "" : "; ") + told(about, given);
    }
    const auto* const as_if = about.uses_dax() || about.is_mock ? "" : "if it used DAX, ";
    text += (text.empty() ? "" : "; ") + std::string{as_if} + words;
    if (given.outcomes.size() > 1) {
        std::size_t alike = 0;
        for (const auto& each : given.outcomes)
            alike += each.filesystem == given.filesystem();
        if (alike != given.outcomes.size())
            text += fmt::format(" (by {} of the {} ranges)", alike, given.outcomes.size());
    }
    text[0] = text[0] >= 'a' && text[0] <= 'z' ? static_cast<char>(text[0] - 'a' + 'A') : text[0];
    return text + ".";
}

std::string answers_sentence(const subject& /*about*/, const answer& given) {
    const auto& made = given.worst_outcome();
    const auto holder = made.report.is_withheld || made.filesystem == verdict::depends
                            ? std::string{"not known"}
                            : daxhold::to_text(made.report.outcome);
    if (given.asked.event == cause::removal)
        return fmt::format("the holder's {}; the driver goes on whatever it is", holder);
    return fmt::format("the holder's {}; memory_failure() returns {}", holder,
                       made.filesystem == verdict::depends ? "what is not known"
                       : !made.memory_failure ? "0 if somebody has the page present, else -EBUSY"
                                              : daxhold::to_text(*made.memory_failure));
}

std::string becomes_heading(const subject& about) {
    return about.uses_dax() || about.is_mock ? "What becomes of it"
           : about.dax == dax_use::unknown   ? "What becomes of it if it uses DAX"
                                             : "What would become of it with DAX";
}

std::string describe_fates(const subject& about, const touched_file& file) {
    std::string words;
    const auto add = [&](std::string_view more) {
        words.append(words.empty() ? "" : "; ").append(more);
    };
    for (std::size_t i = 0; i != content_count; ++i)
        if ((file.contents >> i & 1U) != 0 && static_cast<content>(i) != content::file_data)
            add(blast_radius::describe(static_cast<content>(i)));
    std::string fates;
    for (std::size_t i = 0; i != fate_count; ++i)
        if (file.has(static_cast<fate>(i)))
            fates.append(fates.empty() ? "" : "; ")
                .append(blast_radius::describe(static_cast<fate>(i)));
    add((about.uses_dax() || about.is_mock ? "" : "with DAX, ") + fates);
    return words;
}

std::string name_of(const subject& about, const touched_file& file) {
    if (file.name.empty())
        return fmt::format("inode {}", file.inode);
    const auto below = about.path == "/" ? about.path : about.path + "/";
    return printable(file.name.starts_with(below) ? file.name.substr(below.size()) : file.name);
}

std::vector<process_group> grouped(const answer& given) {
    std::vector<process_group> groups;
    std::map<std::tuple<notice, uid_t, std::string, std::string, early_kill, presence>, std::size_t>
        known;
    for (const auto& p : given.processes) {
        const auto [at, is_new] = known.try_emplace(
            {p.what, p.who.owner, p.who.unit, p.who.command, p.who.early, p.page}, groups.size());
        if (is_new)
            groups.push_back({p, 0, {}});
        auto& group = groups[at->second];
        ++group.count;
        group.inodes.insert(group.inodes.end(), p.inodes.begin(), p.inodes.end());
    }
    for (auto& group : groups) {
        std::sort(group.inodes.begin(), group.inodes.end());
        group.inodes.erase(std::unique(group.inodes.begin(), group.inodes.end()),
                           group.inodes.end());
    }
    return groups;
}

std::string who(const process_group& group) {
    const auto& first = group.first;
    const auto command =
        first.who.command.empty() ? std::string{"(ended)"} : printable(first.who.command);
    auto text = group.count == 1
                    ? fmt::format("{} {}", first.process, command)
                    : fmt::format("{} x {} ({}, ...)", group.count, command, first.process);
    if (!first.who.unit.empty())
        text += fmt::format(" in {}", printable(first.who.unit));
    if (first.who.owner != 0)
        text += fmt::format(" of user {}", first.who.owner);
    if (first.who.in_other_namespace)
        text += ", another pid namespace";
    return text;
}

std::string describe(const kernel_user& user) {
    const auto name = printable(user.name);
    switch (user.what) {
    case daxhold::on_linux::kernel_use::loop_device:
        return "the loop device " + name;
    case daxhold::on_linux::kernel_use::swap_file:
        return "swapping to " + name;
    case daxhold::on_linux::kernel_use::overlay:
        return "the overlay at " + name;
    case daxhold::on_linux::kernel_use::file_mount:
        return "the filesystem at " + name;
    case daxhold::on_linux::kernel_use::nfs_export:
        return "the NFS export " + name;
    case daxhold::on_linux::kernel_use::storage_target:
        return "the storage target " + name;
    }
    return name;
}

concern concern_of(const subject& about, const answer& given) {
    if (given.filesystem() == verdict::depends)
        return concern::unknown;
    if (given.filesystem() > verdict::depends)
        return concern::filesystem;
    if (given.asked.event == cause::removal && given.filesystem() == verdict::not_handled)
        return concern::filesystem;
    std::uint64_t bytes = 0;
    for (std::size_t i = 0; i != content_count; ++i)
        if (const auto what = static_cast<content>(i);
            what != content::never_written && what != content::unknown)
            bytes += given.bytes_of(what);
    if (bytes != 0 || !given.processes.empty() || !given.kernel_users.empty())
        return concern::loss;
    return given.bytes_of(content::unknown) != 0 ||
                   (given.pieces_seen != 0 && !knows_every_user(about, given))
               ? concern::unknown
               : concern::none;
}

std::vector<std::string> remarks(const subject& about, const answer& given) {
    std::vector<std::string> all;
    const auto& made = given.worst_outcome();
    const auto& r = made.report;
    if (about.is_mock)
        all.emplace_back("This is a made-up filesystem, not a mounted one.");
    else if (about.dax == dax_use::none)
        all.push_back(
            std::string{"The mount does not use DAX: "} +
            (given.asked.event == cause::corruption
                 ? "an error of its device reaches nobody by this way. Who reads the bytes from "
                   "the device gets an I/O error, or SIGBUS through a mapping; pages that are in "
                   "the cache stay good."
                 : "nobody is told before the device goes. Once it is gone the block layer shuts "
                   "the filesystem down (from Linux 6.8 on), or it does so itself when it fails to "
                   "write.") +
            " What follows is what would be if it used DAX.");
    if (about.dax == dax_use::none && about.type == "xfs" && !about.is_mock &&
        given.asked.event == cause::corruption)
        all.emplace_back("From Linux 7.0 on xfs_scrub can have the device read "
                         "(XFS_IOC_VERIFY_MEDIA); what cannot be read is reported to who watches "
                         "the filesystem, and to nobody else.");
    if (about.dax == dax_use::unknown && !about.is_mock)
        all.emplace_back("Whether the mount uses DAX is not known (/sys does not say): if it does "
                         "not, nobody is told. What follows is what would be if it used DAX.");
    else if (about.dax == dax_use::no_files)
        all.emplace_back("No file is mapped straight to the device (dax=never), so no process has "
                         "its memory; the filesystem is told all the same.");
    else if (about.dax == dax_use::some_files)
        all.emplace_back("Only files with the DAX attribute are mapped straight to the device.");
    if (about.is_on_mapped_device && about.uses_dax() && given.is_default_policy)
        all.emplace_back(
            "It lies on a device of the device mapper, which tells nobody above it what "
            "happens to the devices below.");
    if (given.asked.event != given.arrives_as)
        all.emplace_back("The flags of this release have no removal: it arrives as a corruption.");
    if (!made.seen_otherwise.empty())
        all.emplace_back(made.seen_otherwise);
    for (const auto& [words, becomes] : made.otherwise) {
        outcome other;
        other.filesystem = becomes;
        other.report.reason = daxhold::shutdown_reason::corrupt_ondisk;
        all.push_back(fmt::format("It is not known who left what in core: {}, {}.", words,
                                  words_for(given, other)));
    }
    std::uint64_t records_withheld = 0;
    std::uint64_t bytes_withheld = 0;
    for (const auto& each : given.outcomes) {
        records_withheld += each.report.records_withheld;
        bytes_withheld += each.report.bytes_withheld;
    }
    const char* const why =
        about.owners == owner_knowledge::no_privilege
            ? "without CAP_SYS_ADMIN the kernel does not tell them; run it as root"
        : about.owners == owner_knowledge::no_reverse_mapping
            ? "the filesystem was made without rmapbt"
        : about.owners == owner_knowledge::never_told ? "this filesystem never names inodes"
                                                      : "the filesystem does not name them";
    if (records_withheld != 0) {
        all.push_back(fmt::format("The owners of {} in {} are not known: {}.",
                                  human_size(bytes_withheld),
                                  plural(records_withheld, "record", "records"), why));
        if (!r.is_withheld)
            all.emplace_back("They do not decide what becomes of the filesystem.");
    } else if (const auto bytes = given.bytes_of(content::unknown); bytes != 0) {
        all.push_back(fmt::format("The owners of {} are not known: {}{}.", human_size(bytes), why,
                                  about.knows_used_files()
                                      ? "; files in use were found by FIEMAP, and have none of it"
                                      : ", and where its files lie cannot be asked either"));
    }
    if (given.places_of_lost_owners != 0)
        all.emplace_back(
            "The kernel left owners out of its list where more than two thousand share "
            "an extent: there are more files in the range.");
    if (r.is_walked && !r.not_walked.empty())
        all.push_back(fmt::format("The walk ends early: {} from offset {} on are not looked at.",
                                  human_size(r.not_walked.length()), r.not_walked.offset()));
    if (given.bytes_after_end != 0)
        all.push_back(fmt::format("{} of the range lie after the end of the filesystem, which is "
                                  "at {}.",
                                  human_size(given.bytes_after_end), about.filesystem_end));
    if (about.is_read_only)
        all.emplace_back("The filesystem is mounted read-only.");
    for (const auto what : all_aftermaths)
        if (made.after.has(what))
            all.push_back(describe(what, given.asked.event));
        else if (made.after.may_have(what))
            all.push_back("It cannot be excluded here: " + describe(what, given.asked.event));
    if (given.asked.event == cause::removal && given.has_removal &&
        made.filesystem == verdict::shuts_down && about.uses_dax())
        all.emplace_back("The block layer then shuts it down once more (device_removed).");
    if (about.log_size != 0 && given.asked.device == daxhold::role::data)
        all.emplace_back("The log lies on a device of its own: ask about it with --device log.");
    if (about.realtime_size != 0 && given.asked.device == daxhold::role::data)
        all.emplace_back("There is a realtime device: ask about it with --device realtime.");
    if (!about.unseen.empty()) {
        std::string reasons;
        for (const auto& reason : about.unseen)
            reasons += (reasons.empty() ? "" : "; ") + reason;
        all.push_back("There may be more users: " + reasons + ".");
    }
    if (!given.names_remark.empty())
        all.push_back(given.names_remark);
    return all;
}

} // namespace blast_radius
