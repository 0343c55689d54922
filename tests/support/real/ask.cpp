// SPDX-License-Identifier: BSL-1.0

// Asks a mounted filesystem with the parts of blast_radius, for the tests real_*.sh to compare:
//
//   ask mount MOUNT                      what is known of the mount, a word and its value on a line
//   ask records MOUNT [RANGE|all [data|log [BATCH]]]
//                                        offset, length, kind, owner, file offset, and flags:
//                                        S shared, P preallocated, U not reported
//   ask splits MOUNT SEED COUNT          whether the owners of random parts are those of the whole
//   ask count MOUNT                      how many records there are, and KiB of memory at most
//   ask loop MOUNT BATCH                 the same by the bare ioctl, so many records at a time
//   ask hold MOUNT                       says "held", then counts when a line comes in
//   ask watch MOUNT                      says "held", then looks whether it is still there
//   ask users MOUNT                      mappings and open files
//   ask names MOUNT ENTRIES INODE...     paths, looking at no more than so many entries
//   ask shut_down MOUNT                  shuts the filesystem down, for good
//   ask memory COMMAND...                KiB of memory at most that a command takes; what it prints
//                                        is thrown away
//
// A problem is a line on the standard error and its exit status.

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daxhold/linux.hpp"

#include "../../../examples/blast_radius/ranges.hpp"

using namespace blast_radius;
using namespace daxhold::on_linux;
using daxhold::byte_range;

namespace {

using number = unsigned long long;

/// The words for a kind as one word.
std::string word(owner_kind kind) {
    std::string words{describe(kind)};
    std::replace(words.begin(), words.end(), ' ', '_');
    return words;
}

void tell_mount(const mounted_filesystem& m) {
    const auto device = [](const char* name, std::optional<dev_t> value) {
        if (value)
            std::printf("%s %u:%u\n", name, major(*value), minor(*value));
    };
    std::printf("path %s\ntype %s\nsource %s\n", m.path().c_str(), m.entry().type.c_str(),
                m.entry().source.c_str());
    device("device", m.device());
    device("log_device", m.log_device());
    device("realtime_device", m.realtime_device());
    std::printf("device_size %llu\n", number{m.device_size().value_or(0)});
    constexpr const char* dax[] = {"none", "no_files", "some_files", "all_files", "unknown"};
    std::printf("dax %s\n", dax[static_cast<int>(m.dax())]);
    constexpr const char* owners[] = {"known", "no_reverse_mapping", "no_privilege", "never_told"};
    std::printf("owners %s\n", owners[static_cast<int>(owners_of(m))]);
    if (const auto& g = m.geometry())
        std::printf("block_size %u\nallocation_groups %u\ngroup_blocks %u\nsize %llu\n"
                    "log_blocks %llu\nrealtime_blocks %llu\nreverse_mapping %d\nreflink %d\n"
                    "internal_log %d\n",
                    g->block_size, g->allocation_groups, g->group_blocks, number{g->size()},
                    number{g->log_blocks}, number{g->realtime_blocks}, g->reverse_mapping,
                    g->reflink, g->internal_log);
}

void tell_records(const mounted_filesystem& m, byte_range range, fsmap_device device,
                  std::uint32_t batch) {
    fsmap_reader reader{m, batch};
    reader.for_each(
        range,
        [](const fsmap_record& r) {
            std::printf("%llu %llu %s %llu %llu -%s%s%s\n", number{r.physical.offset()},
                        number{r.physical.length()}, word(r.kind).c_str(), number{r.owner},
                        number{r.file_offset}, r.shared() ? "S" : "", r.preallocated() ? "P" : "",
                        r.reported ? "" : "U");
        },
        device);
}

/// A record cut to a range, and what it is.
struct piece {
    byte_range bytes;
    owner_kind kind;
    std::uint64_t owner;
    std::uint64_t file_offset;

    [[nodiscard]] friend bool operator==(const piece&, const piece&) = default;
};

/// Pieces that follow each other and are alike become one: free space is told in other pieces.
void add_piece(std::vector<piece>& pieces, const fsmap_record& r, byte_range range) {
    const auto met = intersect(r.physical, range);
    if (met.empty())
        return;
    const bool has_offset =
        r.kind == owner_kind::inode_data || r.kind == owner_kind::attribute_fork;
    const piece made{met, r.kind, r.owner,
                     has_offset ? r.file_offset + (met.offset() - r.physical.offset()) : 0};
    if (!pieces.empty() && !has_inode(r.kind) && pieces.back().kind == made.kind &&
        pieces.back().owner == made.owner && pieces.back().bytes.end() == met.offset())
        pieces.back().bytes = byte_range::between(pieces.back().bytes.offset(), met.end());
    else
        pieces.push_back(made);
}

/// Whether the owners of random parts are those of the whole, cut.
int compare_splits(const mounted_filesystem& m, std::uint64_t seed, std::uint64_t count) {
    fsmap_reader reader{m};
    std::vector<fsmap_record> whole;
    reader.for_each(byte_range::whole_device(), [&](const fsmap_record& r) { whole.push_back(r); });
    const auto end = m.filesystem_end().value_or(0);
    const auto random = [&seed](std::uint64_t below) {
        seed = seed * 6364136223846793005U + 1442695040888963407U;
        return (seed >> 20U) % below;
    };
    for (std::uint64_t i = 0; i != count; ++i) {
        // Around a border of a record, or anywhere; in blocks, sectors or bytes.
        const auto& near = whole[random(whole.size())].physical;
        const std::uint64_t unit = i % 3 == 0 ? 4096 : i % 3 == 1 ? 512 : 1;
        auto offset = i % 4 == 0 ? random(end) : near.offset() + random(8192);
        offset -= std::min<std::uint64_t>(offset, i % 4 == 1 ? 4096 : 0);
        offset = offset / unit * unit;
        const byte_range range{offset, (1 + random(i % 5 == 0 ? end / unit : 64)) * unit};
        std::vector<piece> expected;
        std::vector<piece> found;
        for (const auto& r : whole)
            add_piece(expected, r, range);
        reader.for_each(range, [&](const fsmap_record& r) { add_piece(found, r, range); });
        if (expected == found)
            continue;
        std::printf("%llu:%llu differs\n", number{range.offset()}, number{range.length()});
        for (const auto* const list : {&expected, &found})
            for (const auto& p : *list)
                std::printf("%s %llu %llu %s %llu %llu\n", list == &expected ? "-" : "+",
                            number{p.bytes.offset()}, number{p.bytes.length()},
                            word(p.kind).c_str(), number{p.owner}, number{p.file_offset});
        return 1;
    }
    std::printf("splits %llu\nrecords %zu\n", number{count}, whole.size());
    return 0;
}

void count_records(const mounted_filesystem& m) {
    fsmap_reader reader{m};
    number records = 0;
    number bytes = 0;
    reader.for_each(byte_range::whole_device(), [&](const fsmap_record& r) {
        ++records;
        bytes += r.physical.length();
    });
    struct rusage usage {};
    ::getrusage(RUSAGE_SELF, &usage);
    std::printf("records %llu\nbytes %llu\nmemory %ld\n", records, bytes, usage.ru_maxrss);
}

/// The ioctl and nothing else, as one would write it for this alone.
void loop(const mounted_filesystem& m, std::uint32_t batch) {
    const std::unique_ptr<void, decltype(&std::free)> space{
        std::calloc(1, sizeof(fsmap_head) + batch * sizeof(fsmap)), &std::free};
    auto* const head = static_cast<fsmap_head*>(space.get());
    head->fmh_count = batch;
    auto& high = head->fmh_keys[1];
    high.fmr_device = std::numeric_limits<std::uint32_t>::max();
    high.fmr_flags = std::numeric_limits<std::uint32_t>::max();
    high.fmr_physical = high.fmr_owner = high.fmr_offset =
        std::numeric_limits<std::uint64_t>::max();
    number records = 0;
    number bytes = 0;
    while (::ioctl(m.file_descriptor(), FS_IOC_GETFSMAP, head) == 0 && head->fmh_entries != 0) {
        for (std::uint32_t i = 0; i != head->fmh_entries; ++i)
            bytes += head->fmh_recs[i].fmr_length;
        records += head->fmh_entries;
        if ((head->fmh_recs[head->fmh_entries - 1].fmr_flags & FMR_OF_LAST) != 0)
            break;
        fsmap_advance(head);
    }
    std::printf("records %llu\nbytes %llu\n", records, bytes);
}

void tell_users(const mounted_filesystem& m) {
    const dev_t devices[] = {m.device()};
    const auto found = find_users(devices);
    const auto command = [&](pid_t process) {
        const auto* const known = found.process(process);
        return known == nullptr ? std::string{} : known->command;
    };
    for (const auto& one : found.mappings())
        std::printf("mapping %llu %d %llu:%llu %s %s %s %s\n", number{one.inode}, one.process,
                    number{one.file_range.offset()}, number{one.file_range.length()},
                    one.shared ? "shared" : "private", one.writable ? "writable" : "readable",
                    command(one.process).c_str(), std::string{found.path(one.inode)}.c_str());
    for (const auto& one : found.open_files())
        std::printf("open %llu %d %s\n", number{one.inode}, one.process,
                    command(one.process).c_str());
    std::printf("processes %zu\ndenied %zu\n", found.processes(), found.unseen().processes);
}

void tell_names(const mounted_filesystem& m, std::uint64_t entries,
                const std::vector<std::uint64_t>& inodes) {
    const auto found = find_names(m, inodes, {.entries = entries});
    for (const auto& [inode, path] : found.paths)
        std::printf("name %llu %s\n", number{inode}, path.c_str());
    std::printf("stopped_early %d\nunreadable %zu\nentries %zu\n", found.stopped_early,
                found.unreadable_directories, found.entries_seen);
}

/// XFS_IOC_GOINGDOWN, which ext4 has too, as EXT4_IOC_SHUTDOWN.
void shut_down(const mounted_filesystem& m) {
    constexpr auto going_down = _IOR('X', 125, std::uint32_t);
    std::uint32_t without_flushing = 2;
    if (::ioctl(m.file_descriptor(), going_down, &without_flushing) != 0)
        throw system_problem("shut the filesystem down", errno);
}

/// The memory of a process begins with what its parent had before the program was loaded: a small
/// parent, as this is, does not hide the program's own.
int tell_memory(char** command) {
    posix_spawn_file_actions_t actions{};
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    pid_t child = 0;
    if (const int error = ::posix_spawnp(&child, command[0], &actions, nullptr, command, environ))
        throw system_problem("start the command", error);
    posix_spawn_file_actions_destroy(&actions);
    int status = 0;
    struct rusage usage {};
    if (::wait4(child, &status, 0, &usage) != child || status != 0)
        return 1;
    std::printf("memory %ld\n", usage.ru_maxrss);
    return 0;
}

int run(int argc, char** argv) {
    const std::string_view command = argc > 2 ? argv[1] : "";
    if (command.empty())
        return 64;
    if (command == "memory")
        return tell_memory(argv + 2);
    const auto m = mounted_filesystem::open(argv[2]);
    if (command == "mount") {
        tell_mount(m);
    } else if (command == "records") {
        const bool all = argc < 4 || std::strcmp(argv[3], "all") == 0;
        const auto range = all ? byte_range::whole_device() : parse_range(argv[3]);
        if (!all)
            require_within(range, m.device_size().value_or(0));
        const bool log = argc > 4 && std::strcmp(argv[4], "log") == 0;
        tell_records(m, range, log ? fsmap_device::log : fsmap_device::data,
                     argc > 5 ? static_cast<std::uint32_t>(parse_size(argv[5], "the batch"))
                              : fsmap_reader::default_batch);
    } else if (command == "splits" && argc > 4) {
        return compare_splits(m, parse_size(argv[3], "the seed"), parse_size(argv[4], "the count"));
    } else if (command == "count") {
        count_records(m);
    } else if (command == "loop" && argc > 3) {
        loop(m, static_cast<std::uint32_t>(parse_size(argv[3], "the batch")));
    } else if (command == "watch") {
        std::printf("held\n");
        std::fflush(stdout);
        std::getchar();
        m.require_still_there();
    } else if (command == "hold") {
        std::printf("held\n");
        std::fflush(stdout);
        std::getchar();
        count_records(m);
    } else if (command == "shut_down") {
        shut_down(m);
    } else if (command == "users") {
        tell_users(m);
    } else if (command == "names" && argc > 4) {
        std::vector<std::uint64_t> inodes;
        for (int i = 4; i < argc; ++i)
            inodes.push_back(parse_size(argv[i], "the inode"));
        tell_names(m, parse_size(argv[3], "the number of entries"), inodes);
    } else {
        return 64;
    }
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const problem& p) {
        std::fprintf(stderr, "ask: %s\n", p.what());
        return static_cast<int>(status_of(p.kind()));
    } catch (const refusal& p) {
        std::fprintf(stderr, "ask: %s\n", p.what());
        return static_cast<int>(p.why());
    }
}
