// SPDX-License-Identifier: BSL-1.0
#include "mount.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <climits>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "problem.hpp"

namespace blast_radius {
namespace {

/// The answer to XFS_IOC_FSGEOMETRY: ioctl_xfs_fsgeometry(2), struct xfs_fsop_geom. The kernel's
/// uapi headers do not have it; Debian's xfslibs-dev does, and would be needed for this alone.
struct fsop_geometry {
    std::uint32_t block_size, rt_extent_size, group_blocks, group_count, log_blocks, sector_size,
        inode_size, inode_percent;
    std::uint64_t data_blocks, rt_blocks, rt_extents, log_start;
    std::array<unsigned char, 16> uuid;
    std::uint32_t stripe_unit, stripe_width;
    std::int32_t version;
    std::uint32_t flags, log_sector_size, rt_sector_size, directory_block_size, log_stripe_unit;
    std::uint32_t sick, checked;               // since Linux 5.2
    std::uint32_t rt_group_extents, rt_groups; // since Linux 6.13; 0 before
    std::uint64_t rt_start, rt_reserved;       // since Linux 6.15; 0 before
    std::array<std::uint64_t, 14> reserved;
};
static_assert(sizeof(fsop_geometry) == 256);

// Linux before 5.2 knows only the shorter structure, of 112 bytes.
constexpr auto ioc_fsgeometry = _IOR('X', 126, fsop_geometry);
constexpr auto ioc_fsgeometry_v4 = _IOC(_IOC_READ, 'X', 124, 112);
constexpr std::uint32_t geometry_has_rmapbt = 1U << 19;
constexpr std::uint32_t geometry_has_reflink = 1U << 20;

std::optional<std::uint64_t> read_number(const std::string& path) {
    const auto text = read_whole_file(path);
    std::uint64_t value = 0;
    if (!text ||
        std::from_chars(text->data(), text->data() + text->size(), value).ec != std::errc{})
        return std::nullopt;
    return value;
}

std::vector<mount_entry> mount_table() {
    const auto text = read_whole_file("/proc/self/mountinfo");
    if (!text)
        throw system_problem("read /proc/self/mountinfo", errno);
    return parse_mountinfo(*text);
}

const mount_entry* find(const std::vector<mount_entry>& table, int id) {
    for (const auto& entry : table)
        if (entry.id == id)
            return &entry;
    return nullptr;
}

/// The id of the mount that a descriptor was opened on (proc(5), fdinfo; since Linux 3.15).
int mount_id_of(int file) {
    const auto text = read_whole_file("/proc/self/fdinfo/" + std::to_string(file));
    constexpr std::string_view key = "mnt_id:";
    const auto at = text ? text->find(key) : std::string::npos;
    if (at == std::string::npos)
        throw system_problem("find the mount id in /proc/self/fdinfo", ENOENT);
    const char* first = text->data() + at + key.size();
    const char* const last = text->data() + text->size();
    while (first != last && (*first == ' ' || *first == '\t'))
        ++first;
    int id = -1;
    std::from_chars(first, last, id);
    return id;
}

/// Where a descriptor leads, as this process sees it.
std::string path_of(int file) {
    std::array<char, PATH_MAX> path;
    const auto length =
        ::readlink(("/proc/self/fd/" + std::to_string(file)).c_str(), path.data(), path.size());
    return length < 0 ? std::string{} : std::string{path.data(), static_cast<std::size_t>(length)};
}

std::optional<xfs_geometry> ask_geometry(int file) {
    fsop_geometry answer{};
    if (::ioctl(file, ioc_fsgeometry, &answer) != 0 &&
        (errno != ENOTTY || ::ioctl(file, ioc_fsgeometry_v4, &answer) != 0))
        return std::nullopt;
    return xfs_geometry{
        .block_size = answer.block_size,
        .allocation_groups = answer.group_count,
        .group_blocks = answer.group_blocks,
        .data_blocks = answer.data_blocks,
        .log_blocks = answer.log_blocks,
        .realtime_blocks = answer.rt_blocks,
        .realtime_start = answer.rt_start,
        .reverse_mapping = (answer.flags & geometry_has_rmapbt) != 0,
        .reflink = (answer.flags & geometry_has_reflink) != 0,
        .internal_log = answer.log_start != 0,
    };
}

std::string sysfs_of(dev_t device) {
    return "/sys/dev/block/" + std::to_string(major(device)) + ':' + std::to_string(minor(device));
}

/// /sys counts in sectors of 512 bytes, whatever the sectors of the device are.
std::optional<std::uint64_t> size_of(dev_t device) {
    if (const auto sectors = read_number(sysfs_of(device) + "/size"))
        return *sectors * 512;
    // Without /sys the device itself says; opening it to read changes nothing on it.
    const descriptor file{
        ::open(("/dev/block/" + std::to_string(major(device)) + ':' + std::to_string(minor(device)))
                   .c_str(),
               O_RDONLY | O_CLOEXEC)};
    std::uint64_t bytes = 0;
    if (!file || ::ioctl(file.get(), BLKGETSIZE64, &bytes) != 0)
        return std::nullopt;
    return bytes;
}

/// A partition has no queue of its own: its disk, the directory above, has it.
std::optional<bool> can_dax(dev_t device) {
    auto dax = read_number(sysfs_of(device) + "/queue/dax");
    if (!dax)
        dax = read_number(sysfs_of(device) + "/../queue/dax");
    return dax ? std::optional<bool>{*dax != 0} : std::nullopt;
}

std::optional<dev_t> device_named(const std::optional<std::string>& path) {
    struct stat status {};
    if (!path || path->empty() || ::stat(path->c_str(), &status) != 0 || !S_ISBLK(status.st_mode))
        return std::nullopt;
    return status.st_rdev;
}

[[noreturn]] void cannot_open(const std::string& path, int reason) {
    switch (reason) {
    case EACCES:
    case EPERM:
        throw problem{problem_kind::no_permission, "no permission to open '" + path + '\'',
                      "run it as root"};
    case EIO:
        throw gone_problem(mount_state::shut_down, path);
    case ENOENT:
        throw problem{problem_kind::not_a_mount_point, "there is no '" + path + '\'',
                      "give the mount point of a mounted filesystem (findmnt lists them)"};
    case ENOTDIR:
        throw problem{problem_kind::not_a_mount_point, '\'' + path + "' is not a directory",
                      "give the mount point of a mounted filesystem (findmnt lists them)"};
    default:
        throw system_problem("open '" + path + '\'', reason);
    }
}

} // namespace

std::string undo_octal_escapes(std::string_view text) {
    const auto octal = [](char c) { return c >= '0' && c <= '7'; };
    std::string plain;
    plain.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && i + 3 < text.size() && text[i + 1] <= '3' && octal(text[i + 1]) &&
            octal(text[i + 2]) && octal(text[i + 3])) {
            plain.push_back(static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 +
                                              (text[i + 3] - '0')));
            i += 3;
        } else {
            plain.push_back(text[i]);
        }
    }
    return plain;
}

std::optional<std::string> option(std::string_view options, std::string_view name) {
    std::optional<std::string> value;
    while (!options.empty()) {
        const auto one = options.substr(0, options.find(','));
        options.remove_prefix(one.size() < options.size() ? one.size() + 1 : one.size());
        const auto key = one.substr(0, one.find('='));
        if (key == name)
            value = undo_octal_escapes(
                one.substr(key.size() < one.size() ? key.size() + 1 : one.size()));
    }
    return value;
}

std::optional<mount_entry> parse_mountinfo_line(std::string_view line) {
    const auto next = [&line] {
        const auto word = line.substr(0, line.find(' '));
        line.remove_prefix(word.size() < line.size() ? word.size() + 1 : word.size());
        return word;
    };
    const auto number = [](std::string_view text, auto& value) {
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        return error == std::errc{} && end == text.data() + text.size();
    };

    mount_entry entry;
    if (!number(next(), entry.id) || !number(next(), entry.parent))
        return std::nullopt;
    const auto device = next();
    const auto colon = device.find(':');
    if (colon == std::string_view::npos || !number(device.substr(0, colon), entry.device_major) ||
        !number(device.substr(colon + 1), entry.device_minor))
        return std::nullopt;
    entry.root = undo_octal_escapes(next());
    entry.mount_point = undo_octal_escapes(next());
    entry.mount_options = next();
    // Any number of optional fields (shared:1, master:2, ...) up to a lone dash.
    for (;;) {
        if (line.empty())
            return std::nullopt;
        if (next() == "-")
            break;
    }
    entry.type = undo_octal_escapes(next());
    entry.source = undo_octal_escapes(next());
    entry.super_options = next();
    if (entry.type.empty() || entry.super_options.empty())
        return std::nullopt;
    return entry;
}

std::vector<mount_entry> parse_mountinfo(std::string_view text) {
    std::vector<mount_entry> table;
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(line.size() < text.size() ? line.size() + 1 : line.size());
        if (auto entry = parse_mountinfo_line(line))
            table.push_back(std::move(*entry));
    }
    return table;
}

dax_use dax_use_of(std::string_view super_options, std::optional<bool> device_can_dax) {
    const auto dax = option(super_options, "dax");
    if (dax == "never" || device_can_dax == false)
        return dax_use::none;
    if (dax && (dax->empty() || *dax == "always"))
        return dax_use::all_files;
    return device_can_dax ? dax_use::some_files : dax_use::unknown;
}

mount mount::open(const std::string& path) {
    mount opened;
    opened.directory_ = descriptor{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!opened.directory_)
        cannot_open(path, errno);
    const int file = opened.directory_.get();

    const auto table = mount_table();
    const auto* const entry = find(table, mount_id_of(file));
    if (entry == nullptr)
        throw problem{problem_kind::not_a_mount_point,
                      '\'' + path + "' lies on no mount of this mount namespace",
                      "give the mount point of a mounted filesystem (findmnt lists them)"};
    if (path_of(file) != entry->mount_point)
        throw problem{problem_kind::not_a_mount_point, '\'' + path + "' is not a mount point",
                      "it lies on the one at '" + entry->mount_point + "', ask about that"};

    opened.entry_ = *entry;
    opened.device_ = makedev(entry->device_major, entry->device_minor);
    if (const auto state = opened.still_there(); state != mount_state::there)
        throw gone_problem(state, entry->mount_point);
    opened.device_size_ = size_of(opened.device_);
    opened.device_can_dax_ = can_dax(opened.device_);
    if (entry->type == "xfs")
        opened.geometry_ = ask_geometry(file);
    opened.log_device_ = device_named(option(entry->super_options, "logdev"));
    opened.realtime_device_ = device_named(option(entry->super_options, "rtdev"));
    return opened;
}

mount_state mount::still_there() const {
    const auto table = mount_table();
    const auto* const entry = find(table, entry_.id);
    if (entry == nullptr)
        return mount_state::unmounted;
    // XFS that was shut down refuses even its attributes. ext4 does not, and says it as an option.
    struct stat status {};
    if (::fstat(directory_.get(), &status) != 0)
        return mount_state::shut_down;
    return option(entry->super_options, "shutdown") ? mount_state::shut_down : mount_state::there;
}

void mount::require_still_there() const {
    if (const auto state = still_there(); state != mount_state::there)
        throw gone_problem(state, entry_.mount_point);
}

problem gone_problem(mount_state state, const std::string& mount_point) {
    if (state == mount_state::unmounted)
        return problem{problem_kind::unmounted,
                       "the filesystem at '" + mount_point + "' was unmounted while it was asked",
                       "mount it again and ask again"};
    return problem{problem_kind::shut_down, "the filesystem at '" + mount_point + "' has shut down",
                   "see dmesg for the reason; unmount it, mount it again and ask again"};
}

} // namespace blast_radius
