// SPDX-License-Identifier: BSL-1.0
#include "sentences.hpp"

#include <fmt/format.h>

#include <cstring>

#include <unistd.h>

namespace blast_radius {

namespace {

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

std::string describe(daxhold::aftermath what) {
    switch (what) {
    case daxhold::aftermath::umount_oopses:
        return "The later umount is known to oops on this release.";
    case daxhold::aftermath::null_dereference:
        return "This release is known to follow a null pointer here.";
    case daxhold::aftermath::stays_frozen:
        return "This release is known to leave the filesystem frozen.";
    case daxhold::aftermath::page_count_wraps:
        return "This release is known to walk about 2^32 page indexes for each extent that is in "
               "use, with the filesystem frozen.";
    case daxhold::aftermath::mappings_stay_live:
        return "Processes go on using mappings of memory that is about to go away.";
    }
    return "";
}

std::string errno_word(daxhold::result outcome) {
    if (outcome.ok())
        return "0";
    const char* const name = ::strerrorname_np(-outcome.value());
    return name == nullptr ? fmt::format("{}", outcome.value()) : fmt::format("-{}", name);
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

std::string describe_range(const answer& given) {
    const auto range = given.asked.range;
    return range.is_whole_device()
               ? "the whole device"
               : fmt::format("{} at offset {}", human_size(range.length()), range.offset());
}

std::string ask_sentence(const subject& about, const answer& given) {
    const auto* const device = given.asked.device == daxhold::role::data  ? ""
                               : given.asked.device == daxhold::role::log ? "the log of "
                                                                          : "the realtime part of ";
    const auto subject_name =
        fmt::format("{}{} on {} ({})", device, about.type, about.path, about.source);
    return given.asked.event == daxhold::cause::removal
               ? fmt::format("If {} is about to be removed under {}", describe_range(given),
                             subject_name)
               : fmt::format("If {} fails under {}", describe_range(given), subject_name);
}

std::string verdict_sentence(const answer& given) {
    const auto& r = given.report;
    const auto outcome = fmt::format("the kernel's answer is {} ({})", errno_word(r.outcome),
                                     daxhold::describe(daxhold::meaning_of(r.outcome)));
    switch (given.filesystem) {
    case verdict::goes_on:
        return fmt::format("the filesystem goes on; {}.", outcome);
    case verdict::shuts_down:
        return fmt::format("the filesystem shuts down, {}; {}.", describe(r.reason), outcome);
    case verdict::not_handled:
        return given.arrives_as == daxhold::cause::removal
                   ? fmt::format("nobody is told; {}, and for a removal nobody takes over.",
                                 outcome)
                   : fmt::format("the filesystem does not handle it; {}, so the generic path kills "
                                 "who maps the page.",
                                 outcome);
    case verdict::refused:
        return fmt::format("the filesystem does nothing; {}.", outcome);
    case verdict::withheld:
        return "the verdict is withheld: it depends on owners that are not told here.";
    }
    return "";
}

std::string describe(notice what) {
    switch (what) {
    case notice::told:
        return "gets SIGBUS";
    case notice::told_early:
        return "gets SIGBUS now if it asked for that (PR_MCE_KILL_EARLY), else when it touches the "
               "page";
    case notice::not_told:
        return "is not told";
    }
    return "";
}

std::string describe_fates(const touched_file& file) {
    std::string words;
    for (std::size_t i = 0; i != fate_count; ++i)
        if (file.has(static_cast<fate>(i)))
            words.append(words.empty() ? "" : ", ").append(describe(static_cast<fate>(i)));
    return words;
}

std::string name_of(const subject& about, const touched_file& file) {
    if (file.name.empty())
        return fmt::format("inode {}", file.inode);
    const auto below = about.path == "/" ? about.path : about.path + "/";
    return file.name.starts_with(below) ? file.name.substr(below.size()) : file.name;
}

bool is_told_by_kernel(const subject& about) {
    return about.dax == dax_use::all_files || about.dax == dax_use::some_files;
}

std::vector<std::string> remarks(const subject& about, const answer& given) {
    std::vector<std::string> all;
    const auto& r = given.report;
    if (about.is_mock)
        all.emplace_back("This is the mock filesystem of the library, not a mounted one.");
    if (!is_told_by_kernel(about))
        all.emplace_back("The mount does not use DAX, so the kernel would not tell it: this is "
                         "what the policy would do if it did.");
    else if (about.dax == dax_use::some_files)
        all.emplace_back("Only files with the DAX attribute are mapped straight to the device.");
    if (given.asked.event != given.arrives_as)
        all.emplace_back("The flags of this release have no removal: it arrives as a corruption.");
    if (given.filesystem == verdict::withheld || r.records_withheld != 0) {
        const char* const why =
            about.owners == owner_knowledge::no_privilege
                ? "without CAP_SYS_ADMIN the kernel does not tell them; run it as root"
            : about.owners == owner_knowledge::no_reverse_mapping
                ? "the filesystem was made without rmapbt"
            : about.owners == owner_knowledge::never_told ? "this filesystem never names inodes"
                                                          : "the filesystem does not name them";
        all.push_back(fmt::format("The owners of {} in {} records are not known: {}.",
                                  human_size(r.bytes_withheld), r.records_withheld, why));
        if (given.filesystem != verdict::withheld)
            all.emplace_back("They do not decide what becomes of the filesystem, but who is told "
                             "is left open.");
    }
    if (r.is_walked && !r.not_walked.empty())
        all.push_back(fmt::format("The walk ends early: {} from offset {} on are not looked at.",
                                  human_size(r.not_walked.length()), r.not_walked.offset()));
    if (given.filesystem == verdict::goes_on && r.is_walked && r.records + r.records_withheld == 0)
        all.emplace_back("The range holds nothing but free space.");
    for (const auto what : {daxhold::aftermath::mappings_stay_live,
                            daxhold::aftermath::umount_oopses, daxhold::aftermath::null_dereference,
                            daxhold::aftermath::stays_frozen, daxhold::aftermath::page_count_wraps})
        if (given.after.has(what))
            all.push_back(describe(what));
        else if (given.after.may_have(what))
            all.push_back("If a process maps memory in the range: " + describe(what));
    if (about.log_size != 0 && given.asked.device == daxhold::role::data)
        all.emplace_back("The log lies on a device of its own: ask about it with --device log.");
    if (about.realtime_size != 0 && given.asked.device == daxhold::role::data)
        all.emplace_back("There is a realtime device: ask about it with --device realtime.");
    if (about.processes_denied != 0)
        all.push_back(fmt::format("{} could not be looked into: there may be more users{}.",
                                  about.processes_denied == 1
                                      ? "One process"
                                      : fmt::format("{} processes", about.processes_denied),
                                  ::geteuid() == 0 ? "" : "; run it as root"));
    return all;
}

} // namespace blast_radius
