// SPDX-License-Identifier: BSL-1.0
#include "formats.hpp"
#include "manual.hpp"
#include "ranges.hpp"
#include "sentences.hpp"

#include <daxhold/linux/fiemap.hpp>
#include <daxhold/version.hpp>

#include <fmt/format.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <map>

#include <sys/statvfs.h>
#include <unistd.h>

namespace {

using namespace blast_radius;
namespace os = daxhold::on_linux;

/// Nothing was printed until then, and nothing is held that the kernel does not give back.
void end_at_once(int /*number*/) {
    static constexpr char text[] = "blast_radius: interrupted; nothing was printed\n";
    static_cast<void>(!::write(STDERR_FILENO, text, sizeof text - 1));
    ::_exit(static_cast<int>(status::interrupted));
}

void watch_for_interrupts() {
    struct sigaction action {};
    action.sa_handler = end_at_once;
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
        // What it was started deaf to (nohup) it stays deaf to.
        struct sigaction before {};
        if (sigaction(number, nullptr, &before) == 0 && before.sa_handler != SIG_IGN)
            sigaction(number, &action, nullptr);
    }
}

/// A bar on the terminal where it takes longer than a second, gone when the scan has ended.
/// (Debian has no packaged library for one.)
class progress_bar {
public:
    void show(double part) {
        const int done = static_cast<int>(std::clamp(part, 0.0, 1.0) * width);
        if (!is_terminal_ || done == shown_ ||
            std::chrono::steady_clock::now() - begin_ < std::chrono::seconds{1})
            return;
        shown_ = done;
        std::fprintf(stderr, "\r[%.*s%.*s] %3d%%", done, full, width - done, empty,
                     static_cast<int>(part * 100));
    }

    ~progress_bar() {
        if (shown_ >= 0)
            std::fprintf(stderr, "\r\033[K");
    }

private:
    static constexpr int width = 40;
    static constexpr const char* full = "########################################";
    static constexpr const char* empty = "                                        ";
    bool is_terminal_ = ::isatty(STDERR_FILENO) == 1;
    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
    int shown_ = -1;
};

struct arguments {
    std::string path;
    bool mock = false;
    std::string replay;
    std::string record;
    std::vector<std::string> ranges;
    std::vector<std::string> lists;
    std::vector<std::string> physical;
    bool badblocks = false;
    bool whole_device = false;
    std::string event = "corruption";
    std::string device = "data";
    std::string policy;
    bool all_policies = false;
    std::string format = "text";
    std::size_t files = 20;
    std::size_t pieces = 1000;
    bool names = false;
    bool explain = false;
    bool quiet = false;
    bool list_policies = false;
    bool manual = false;

    [[nodiscard]] bool has_ranges() const {
        return !ranges.empty() || !lists.empty() || !physical.empty() || badblocks;
    }
};

std::string read_all(const std::string& path) {
    std::string text;
    if (path == "-") {
        char part[65536];
        for (std::size_t got = 0; (got = std::fread(part, 1, sizeof part, stdin)) != 0;)
            text.append(part, got);
        return text;
    }
    if (const int error = os::read_whole_file(path, text); error != 0)
        throw refusal{status::bad_input, "cannot read '" + path + "': " + std::strerror(error),
                      "give a file"};
    return text;
}

/// A filesystem to ask, and what about it.
struct target {
    std::unique_ptr<subject> about;
    daxhold::role device = daxhold::role::data;
    std::vector<byte_range> ranges{};
};

std::uint64_t size_of(const subject& about, daxhold::role device) {
    return device == daxhold::role::data  ? about.size
           : device == daxhold::role::log ? about.log_size
                                          : about.realtime_size;
}

/// The ranges that were asked for, in bytes of what was named: a device, or a file.
std::vector<byte_range> ranges_of(const arguments& given, std::uint64_t block_size,
                                  std::optional<dev_t> device) {
    std::vector<byte_range> ranges;
    for (const auto& text : given.ranges)
        ranges.push_back(parse_range(text, block_size));
    for (const auto& list : given.lists) {
        const auto more =
            parse_ranges(read_all(list), list == "-" ? "the standard input" : list, block_size);
        ranges.insert(ranges.end(), more.begin(), more.end());
    }
    if (given.badblocks) {
        const auto bad = device ? os::badblocks_of(*device) : std::nullopt;
        if (!bad)
            throw refusal{status::bad_input, "the system keeps no list of bad blocks of it",
                          "give them with --ranges"};
        if (bad->empty())
            throw refusal{status::bad_input, "the system knows of no bad blocks on it",
                          "ask about a range"};
        ranges.insert(ranges.end(), bad->begin(), bad->end());
    }
    for (const auto& text : given.physical) {
        const auto asked = parse_range(text, block_size);
        const auto own = device ? os::physical_addresses_of(*device) : std::nullopt;
        if (!own)
            throw refusal{status::bad_input,
                          "the system does not say at which physical addresses its device lies",
                          "ask as root about persistent memory, or about a range of the device"};
        if (!own->contains(asked))
            throw refusal{
                status::bad_range,
                fmt::format("the addresses {} are not those of the device, {:#x} to {:#x}", text,
                            own->offset(), own->end()),
                "ask about another device"};
        ranges.push_back({asked.offset() - own->offset(), asked.length()});
    }
    return merged(std::move(ranges));
}

daxhold::role role_of(const std::string& word) {
    return word == "log"        ? daxhold::role::log
           : word == "realtime" ? daxhold::role::realtime
                                : daxhold::role::data;
}

/// A mount point, a mock filesystem or a record.
target target_of_filesystem(const arguments& given, std::unique_ptr<subject> about,
                            std::optional<dev_t> device) {
    target made{std::move(about), role_of(given.device)};
    const auto size = size_of(*made.about, made.device);
    if (size == 0)
        throw refusal{status::bad_range,
                      made.about->path + " has no " + given.device + " device of its own",
                      "ask about --device data"};
    made.ranges = given.has_ranges() ? ranges_of(given, made.about->block_size, device)
                                     : std::vector<byte_range>{byte_range::whole_device()};
    for (const auto range : made.ranges)
        require_within(range, size);
    return made;
}

/// The blocks of a file.
target target_of_file(const arguments& given, std::unique_ptr<subject> about) {
    target made{std::move(about)};
    if (given.badblocks || !given.physical.empty())
        throw refusal{status::usage, "bad blocks and physical addresses are not those of a file",
                      "give its mount point or its device"};
    const os::descriptor file{
        ::open(given.path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)};
    if (!file)
        throw os::system_problem("open '" + given.path + '\'', errno);
    const auto asked = given.has_ranges() ? ranges_of(given, made.about->block_size, std::nullopt)
                                          : std::vector<byte_range>{byte_range::whole_device()};
    for (const auto range : asked) {
        const int error = os::for_each_extent(file.get(), range, [&](const os::file_extent& e) {
            const auto met = intersect(e.file, range);
            if (e.has_place() && !met.empty())
                made.ranges.push_back(
                    {e.physical + (met.offset() - e.file.offset()), met.length()});
        });
        if (error != 0 || !made.about->knows_used_files())
            throw refusal{status::no_reverse_mapping,
                          "the filesystem does not tell where '" + given.path + "' lies",
                          "ask about its mount point"};
    }
    made.ranges = merged(std::move(made.ranges));
    if (made.ranges.empty())
        throw refusal{status::bad_range, "'" + given.path + "' has no blocks there",
                      "ask about bytes that it has, once they are written back"};
    return made;
}

/// Every filesystem on a block device.
std::vector<target> targets_of_device(const arguments& given) {
    const auto device = os::block_device_at(given.path);
    const auto size = os::block_device_size(device).value_or(0);
    const auto asked =
        given.has_ranges() ? ranges_of(given, 0, device) : std::vector<byte_range>{{0, size}};
    std::map<dev_t, std::vector<byte_range>> ranges;
    std::vector<dev_t> not_understood;
    for (const auto range : asked) {
        require_within(range, size);
        auto found = os::devices_on(device, range);
        for (const auto& piece : found.pieces)
            ranges[piece.upper].push_back({piece.upper_offset, piece.length});
        not_understood.insert(not_understood.end(), found.not_understood.begin(),
                              found.not_understood.end());
    }
    std::vector<target> made;
    std::map<dev_t, bool> seen;
    const auto add = [&](const os::mount_entry& entry, daxhold::role role, dev_t of) {
        const auto at = ranges.find(of);
        if (at == ranges.end())
            return;
        auto wanted = merged(at->second);
        // All of it is the device itself to who removes it.
        const auto whole = os::block_device_size(of).value_or(0);
        if (!given.has_ranges() && wanted.size() == 1 && wanted[0] == byte_range{0, whole})
            wanted = {byte_range::whole_device()};
        made.push_back({open_mount(entry.mount_point), role, std::move(wanted)});
    };
    for (const auto& entry : os::mount_table()) {
        if (seen[entry.device()])
            continue;
        const auto before = made.size();
        // btrfs names its files by a device that is none.
        const bool has_own = major(entry.device()) != 0 || !os::is_block_device(entry.source);
        add(entry, daxhold::role::data,
            has_own ? entry.device() : os::block_device_at(entry.source));
        for (const auto& [name, role] :
             {std::pair{"logdev", daxhold::role::log}, std::pair{"rtdev", daxhold::role::realtime}})
            if (const auto path = os::option(entry.super_options, name);
                path && os::is_block_device(*path))
                add(entry, role, os::block_device_at(*path));
        seen[entry.device()] = made.size() != before;
    }
    for (const auto& [member, its] : ranges)
        if (made.empty() && os::is_btrfs_member(member))
            not_understood.push_back(member);
    if (made.empty())
        throw refusal{status::no_such_device,
                      not_understood.empty()
                          ? "nothing is mounted on '" + given.path + "' there"
                          : "what lies on '" + given.path + "' is not understood (device " +
                                os::text_of(not_understood.front()) + ")",
                      "ask about a mount point (findmnt lists them)"};
    return made;
}

std::vector<target> targets_of(const arguments& given) {
    std::vector<target> made;
    if (given.mock) {
        made.push_back(target_of_filesystem(given, open_mock(), std::nullopt));
    } else if (!given.replay.empty()) {
        made.push_back(target_of_filesystem(
            given, open_record(read_all(given.replay), given.replay), std::nullopt));
    } else if (os::is_block_device(given.path)) {
        return targets_of_device(given);
    } else {
        struct stat status {};
        if (::lstat(given.path.c_str(), &status) == 0 && S_ISREG(status.st_mode)) {
            made.push_back(target_of_file(given, open_mount(given.path)));
        } else {
            const auto mount = os::mounted_filesystem::open(given.path);
            made.push_back(target_of_filesystem(given, open_mount(mount.path()), mount.device()));
        }
    }
    return made;
}

std::string print(subject& about, const answer& made, const std::string& format,
                  const progress& tell) {
    if (format == "json")
        return to_json(about, made);
    if (format == "markdown")
        return to_markdown(about, made);
    if (format == "csv")
        return to_csv(about, made);
    return format == "svg" ? to_svg(about, made, look_over(about, tell)) : to_text(about, made);
}

std::string print_all(const subject& about, std::span<const answer> made,
                      const std::string& format) {
    if (format == "json")
        return to_json_table(about, made);
    if (format == "markdown")
        return to_markdown_table(about, made);
    if (format == "text")
        return to_table(about, made);
    throw refusal{status::usage, "all policies are not printed as " + format,
                  "choose text, json or markdown"};
}

/// All at once, when it is whole; an interrupt waits for it.
void write(const std::string& text) {
    sigset_t interrupts;
    sigemptyset(&interrupts);
    for (const int number : {SIGINT, SIGTERM, SIGHUP})
        sigaddset(&interrupts, number);
    sigprocmask(SIG_BLOCK, &interrupts, nullptr);
    if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0)
        throw refusal{status::output_failed,
                      std::string{"cannot write the answer: "} + std::strerror(errno),
                      "see where its output goes"};
}

void keep(const std::string& path, const std::string& text) {
    const os::descriptor file{::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)};
    std::size_t written = 0;
    while (file && written != text.size()) {
        const auto got = ::write(file.get(), text.data() + written, text.size() - written);
        if (got < 0 && errno != EINTR)
            break;
        written += got < 0 ? 0 : static_cast<std::size_t>(got);
    }
    if (!file || written != text.size())
        throw refusal{status::output_failed, "cannot write '" + path + "': " + std::strerror(errno),
                      "see where it is to go"};
}

int run(const arguments& given) {
    if (given.list_policies) {
        std::string list;
        for (const auto& name : policy_names())
            list += name + "\n";
        write(list);
        return 0;
    }
    auto targets = targets_of(given);
    if (!given.record.empty()) {
        if (targets.size() != 1)
            throw refusal{status::usage, "only one filesystem can be recorded at a time",
                          "give its mount point"};
        keep(given.record, record(*targets[0].about, targets[0].device, targets[0].ranges));
    }
    std::vector<std::string> printed;
    auto worst = concern::none;
    for (auto& each : targets) {
        question asked;
        asked.ranges = each.ranges;
        asked.device = each.device;
        asked.event =
            given.event == "removal" ? daxhold::cause::removal : daxhold::cause::corruption;
        asked.policy = given.policy;
        asked.is_explained = given.explain;
        asked.searches_names = given.names;
        asked.files = given.files;
        asked.pieces = given.pieces;
        progress_bar bar;
        const progress tell = [&](double part) { bar.show(part); };
        if (given.all_policies) {
            std::vector<answer> answers;
            for (const auto& name : policy_names()) {
                asked.policy = name;
                answers.push_back(ask(*each.about, asked, tell));
            }
            printed.push_back(print_all(*each.about, answers, given.format));
        } else {
            const auto made = ask(*each.about, asked, tell);
            worst = std::max(worst, concern_of(*each.about, made));
            if (!given.quiet)
                printed.push_back(print(*each.about, made, given.format, tell));
        }
    }
    if (given.quiet)
        return static_cast<int>(worst);
    std::string text;
    const bool is_list = given.format == "json" && os::is_block_device(given.path);
    for (std::size_t i = 0; i != printed.size(); ++i)
        text += (i == 0 ? (is_list ? "[\n" : "") : is_list ? ",\n" : "\n") + printed[i];
    write(text + (is_list ? "]\n" : ""));
    return 0;
}

/// Its words are in the option's description.
CLI::Validator one_of(const std::vector<std::string>& words) {
    return CLI::IsMember(words).description("");
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app{"What happens to a mounted filesystem if a range of its device fails, or if the "
                 "device is removed. Changes nothing on it."};
    const std::string version = fmt::format("{}.{}.{}", DAXHOLD_VERSION_MAJOR,
                                            DAXHOLD_VERSION_MINOR, DAXHOLD_VERSION_PATCH);
    app.set_version_flag("--version", "blast_radius " + version, "print the version, and end");
    arguments given;
    auto* const path =
        app.add_option("PATH", given.path,
                       "a mount point, a file on a mounted filesystem, or a block device")
            ->type_name("PATH");
    auto* const mock =
        app.add_flag("--mock", given.mock, "ask a made-up filesystem instead")->excludes(path);
    auto* const replay = app.add_option("--replay", given.replay,
                                        "ask what was recorded of a filesystem with --record")
                             ->type_name("FILE")
                             ->excludes(path)
                             ->excludes(mock);
    auto* const whole =
        app.add_flag("--whole-device", given.whole_device, "the whole device, as without a range");
    app.add_option("--range", given.ranges,
                   "OFFSET:LENGTH in bytes, with K, M, G, T (powers of 1024), s (sectors), b "
                   "(blocks of the filesystem) or in hexadecimal; may be given again")
        ->type_name("RANGE")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->excludes(whole);
    app.add_option("--ranges", given.lists,
                   "ranges from a file, or from the standard input (-): lines of OFFSET:LENGTH or "
                   "of \"SECTOR COUNT\", or what `ndctl list --media-errors` prints")
        ->type_name("FILE")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->excludes(whole);
    app.add_option("--physical", given.physical,
                   "ADDRESS:LENGTH, physical addresses of persistent memory")
        ->type_name("RANGE")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->excludes(whole);
    app.add_flag("--badblocks", given.badblocks, "the bad blocks that the system knows of")
        ->excludes(whole);
    app.add_option("--event", given.event, "what happens to it: corruption or removal")
        ->type_name("EVENT")
        ->check(one_of({"corruption", "removal"}))
        ->capture_default_str();
    app.add_option("--device", given.device,
                   "which of the filesystem's devices: data, log or realtime")
        ->type_name("DEVICE")
        ->check(one_of({"data", "log", "realtime"}))
        ->capture_default_str();
    auto* const policy = app.add_option("--policy", given.policy,
                                        "whose rules; without it those of the running kernel's "
                                        "release")
                             ->type_name("NAME");
    app.add_flag("--all-policies", given.all_policies,
                 "a table of all, with what changes from a release to the next marked")
        ->excludes(policy);
    app.add_option(
           "--format", given.format,
           "how to print the answer: text, json, csv (the pieces of files), markdown or svg")
        ->type_name("FORMAT")
        ->check(one_of({"text", "json", "csv", "markdown", "svg"}))
        ->capture_default_str();
    app.add_option("--files", given.files, "how many files to name at most")
        ->type_name("N")
        ->check(CLI::Range(0, 100000).description(""))
        ->capture_default_str();
    app.add_option("--pieces", given.pieces, "how many pieces of files to tell at most")
        ->type_name("N")
        ->check(CLI::Range(0, 10000000).description(""))
        ->capture_default_str();
    app.add_flag("--names", given.names,
                 "search the directories for names of files that nobody uses; that brings them in "
                 "core, which Linux 6.1 takes notice of");
    app.add_flag("--explain", given.explain,
                 "why the policy's tables say so, for the event and for the first record of each "
                 "row, and what would have to be different");
    auto* const quiet =
        app.add_flag("--quiet", given.quiet, "print nothing; the exit status is the verdict");
    quiet->excludes("--all-policies");
    app.add_option("--record", given.record, "keep what was read, to ask it again with --replay")
        ->type_name("FILE");
    auto* const list = app.add_flag("--list-policies", given.list_policies,
                                    "print the names of the policies, and nothing else");
    auto* const man = app.add_flag("--manual", given.manual, "print this manual for man(1)");
    try {
        app.parse(argc, argv);
        if (list->empty() && man->empty() && path->empty() && mock->empty() && replay->empty())
            throw CLI::RequiredError("PATH");
    } catch (const CLI::Success& e) {
        return app.exit(e);
    } catch (const CLI::Error& e) {
        std::fprintf(stderr, "blast_radius: %s; see --help\n", printable(e.what()).c_str());
        return static_cast<int>(status::usage);
    }
    watch_for_interrupts();
    try {
        if (given.manual) {
            write(manual(app, version));
            return 0;
        }
        return run(given);
    } catch (const problem& e) {
        std::fprintf(stderr, "blast_radius: %s\n", e.what());
        return static_cast<int>(status_of(e.kind()));
    } catch (const refusal& e) {
        std::fprintf(stderr, "blast_radius: %s\n", e.what());
        return static_cast<int>(e.why());
    } catch (const std::exception& e) {
        std::fprintf(stderr, "blast_radius: %s; this should not happen, please report it\n",
                     printable(e.what()).c_str());
        return static_cast<int>(status::system_error);
    }
}
