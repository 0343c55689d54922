// SPDX-License-Identifier: BSL-1.0
#include "subject.hpp"

#include <daxhold/linux/fiemap.hpp>
#include <daxhold/linux/names.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/vfs.h>

namespace blast_radius {

namespace {

namespace os = daxhold::on_linux;

constexpr int sys_pidfd_open = 434; // the same on every architecture (asm-generic/unistd.h)
constexpr int sys_pidfd_getfd = 438;

inode_kind kind_of(unsigned mode) {
    switch (mode & S_IFMT) {
    case S_IFREG:
        return inode_kind::regular;
    case S_IFDIR:
        return inode_kind::directory;
    case S_IFLNK:
        return inode_kind::symlink;
    case 0:
        return inode_kind::unknown;
    default:
        return inode_kind::other;
    }
}

/// Files whose blocks FIEMAP tells as bytes of the device. (btrfs tells addresses of its own.)
bool has_plain_fiemap(const std::string& type) {
    return type == "xfs" || type == "f2fs" || type.starts_with("ext");
}

/// A piece of a file in use, where the filesystem's own reverse mapping does not name it.
struct used_piece {
    byte_range physical;
    std::uint64_t inode;
    std::uint64_t file_offset;
    std::uint32_t flags;
};

class mounted_subject final : public subject {
public:
    explicit mounted_subject(os::mounted_filesystem from)
        : mount_{std::move(from)}, reader_{mount_} {
        path = mount_.path();
        source = mount_.entry().source;
        log_source = os::option(mount_.entry().super_options, "logdev").value_or("");
        realtime_source = os::option(mount_.entry().super_options, "rtdev").value_or("");
        type = mount_.entry().type;
        size = mount_.device_size().value_or(0);
        filesystem_end = mount_.filesystem_end().value_or(size);
        dax = mount_.dax();
        owners = os::owners_of(mount_);
        is_read_only = mount_.is_read_only();
        is_on_mapped_device = ::access((os::sysfs_of(mount_.device()) + "/dm").c_str(), F_OK) == 0;
        block_size_and_groups();
        // Before the processes are looked through: whether it can be asked at all.
        try {
            reader_.for_each({0, 1}, [](const fsmap_record&) {});
            is_mapped_ = true;
        } catch (const problem& e) {
            if (e.kind() != problem_kind::no_reverse_mapping || size == 0)
                throw;
        }
        utsname kernel{};
        if (::uname(&kernel) == 0)
            kernel_release = kernel.release;
        is_early_by_default =
            os::read_number<int>("/proc/sys/vm/memory_failure_early_kill").value_or(0) != 0;
        find_users();
        find_pinned_directories();
        if (owners != owner_knowledge::known)
            find_pieces_in_use();
    }

    void for_each(daxhold::role device, byte_range range, const record_visitor& visit) override {
        if (device == daxhold::role::log)
            return;
        const bool is_realtime = device == daxhold::role::realtime;
        const auto& pieces = is_realtime ? realtime_pieces_ : pieces_;
        const auto tell = [&](const fsmap_record& record) {
            return record.kind == owner_kind::unknown && !pieces.empty()
                       ? tell_pieces(pieces, record, range, visit)
                       : visit(record);
        };
        if (is_mapped_)
            reader_.for_each(
                range, [&](const fsmap_record& record) -> bool { return tell(record); },
                is_realtime ? os::fsmap_device::realtime : os::fsmap_device::data);
        else if (const auto met = intersect(range, byte_range{0, size}); !met.empty())
            static_cast<void>(tell(os::unreported_record(0, met.offset(), met.end())));
    }

    [[nodiscard]] std::uint64_t places_of_lost_owners() const override {
        return reader_.places_of_lost_owners();
    }

    void for_each_user(std::uint64_t inode, byte_range file,
                       const std::function<void(const file_user&)>& visit) override {
        for (const auto& m : users_.mappings_of(inode)) {
            const auto met = intersect(m.file_range, file);
            if (met.empty())
                continue;
            const byte_range addresses{m.address + (met.offset() - m.file_range.offset()),
                                       met.length()};
            if (tables_.size() == most_page_tables)
                tables_.clear();
            const auto& table = tables_.try_emplace(m.process, m.process).first->second;
            const auto others = !uses_dax() ? os::other_page::copy
                                : m.shared  ? os::other_page::device
                                            : os::other_page::either;
            visit({m.process, met, table.pages_present(addresses, others)});
        }
    }

    [[nodiscard]] bool is_used(std::uint64_t inode) const override {
        return users_.in_core(inode) ||
               std::any_of(kernel_users.begin(), kernel_users.end(),
                           [&](const auto& u) { return u.inode == inode; });
    }

    [[nodiscard]] user_process process(pid_t process) const override {
        const auto* const found = users_.process(process);
        return found == nullptr ? user_process{} : *found;
    }

    [[nodiscard]] std::string name(std::uint64_t inode) const override {
        return std::string{users_.path(inode)};
    }

    std::string search_names(std::map<std::uint64_t, std::string>& names) const override {
        std::vector<std::uint64_t> wanted;
        for (const auto& [inode, name] : names)
            if (name.empty())
                wanted.push_back(inode);
        auto found = os::find_names(mount_, wanted);
        for (auto& [inode, name] : found.paths)
            names[inode] = std::move(name);
        if (found.stopped_early)
            return fmt::format("The search for names was given up after {} entries.",
                               found.entries_seen);
        if (found.unreadable_directories != 0)
            return fmt::format("{} directories could not be searched for names.",
                               found.unreadable_directories);
        return {};
    }

    [[nodiscard]] bool knows_used_files() const override { return has_plain_fiemap(type); }

private:
    void block_size_and_groups() {
        has_reverse_mapping = false;
        struct statfs status {};
        if (::fstatfs(mount_.file_descriptor(), &status) == 0)
            block_size = static_cast<std::uint64_t>(status.f_bsize);
        const auto& geometry = mount_.geometry();
        if (mount_.group_size() < filesystem_end)
            group_size = mount_.group_size();
        if (!geometry)
            return;
        has_reverse_mapping = geometry->reverse_mapping;
        block_size = geometry->block_size;
        if (size == 0)
            size = geometry->size();
        if (!geometry->internal_log)
            log_size = geometry->log_blocks * geometry->block_size;
        internal_realtime_start = geometry->realtime_start * geometry->block_size;
        if (geometry->realtime_start == 0) {
            realtime_size = geometry->realtime_blocks * geometry->block_size;
            if (geometry->realtime_group_blocks < geometry->realtime_blocks)
                realtime_group_size = geometry->realtime_group_blocks * geometry->block_size;
        }
    }

    void find_users() {
        auto kernel = os::find_kernel_users(mount_.device());
        kernel_users = std::move(kernel.users);
        std::vector<dev_t> devices{mount_.device()};
        for (const auto& overlay : kernel.overlays)
            if (overlay.is_all_here())
                devices.push_back(overlay.device);
        users_ = os::find_users(devices);

        const auto& missed = users_.unseen();
        if (missed.processes != 0)
            unseen.push_back(fmt::format("{} could not be looked into{}",
                                         missed.processes == 1
                                             ? "one process"
                                             : fmt::format("{} processes", missed.processes),
                                         ::geteuid() == 0 ? "" : "; run it as root"));
        if (missed.is_hidden)
            unseen.emplace_back("procfs hides the processes of others (hidepid); run it as root");
        if (missed.is_other_namespace)
            unseen.emplace_back("this is another pid namespace than the system's, and processes "
                                "outside of it are not seen; run it there");
        for (const auto& overlay : kernel.overlays)
            if (const dev_t its[] = {overlay.device};
                !overlay.is_all_here() && !os::find_users(its, false).mappings().empty())
                unseen.push_back(fmt::format("the overlay at {} has layers {}, and it is not known "
                                             "which files its users map",
                                             printable(overlay.mount_point),
                                             overlay.layers_elsewhere != 0
                                                 ? "on other filesystems too"
                                                 : "that cannot be found from here"));
        for (const auto& list : kernel.not_listed)
            unseen.push_back(fmt::format("{} could not be listed", list));
        // What the kernel reads and writes there for others.
        for (const auto& user : kernel_users)
            if (user.what == os::kernel_use::nfs_export)
                unseen.push_back(fmt::format("{} is exported by NFS, and its clients are not seen",
                                             printable(user.name)));
    }

    /// The directories on the way to what is in use: a directory entry keeps its parent in core.
    /// Only of paths that lead there from here; what was deleted may lead elsewhere by now.
    void find_pinned_directories() {
        std::set<std::string> seen;
        const auto below = path == "/" ? path : path + '/';
        const auto add = [&](std::uint64_t inode) {
            std::string at{users_.path(inode)};
            if (!at.starts_with(below) || at.ends_with(" (deleted)"))
                return;
            for (auto slash = at.rfind('/'); slash != std::string::npos && slash > path.size();
                 slash = at.rfind('/')) {
                at.resize(slash);
                if (!seen.insert(at).second)
                    return;
                struct statx status {};
                if (::statx(AT_FDCWD, at.c_str(), AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT, STATX_INO,
                            &status) == 0 &&
                    makedev(status.stx_dev_major, status.stx_dev_minor) == mount_.device())
                    pinned_.insert(status.stx_ino);
            }
        };
        for (const auto& m : users_.mappings())
            add(m.inode);
        for (const auto& o : users_.open_files())
            add(o.inode);
    }

    /// A descriptor of a file that a process has open or maps, without its being opened anew where
    /// the system can do that.
    [[nodiscard]] os::descriptor borrow(std::uint64_t inode) const {
        for (const auto& open : users_.open_files_of(inode)) {
            if (open.descriptor < 0)
                continue;
            const os::descriptor process{
                static_cast<int>(::syscall(sys_pidfd_open, open.process, 0))};
            if (!process)
                continue;
            os::descriptor file{
                static_cast<int>(::syscall(sys_pidfd_getfd, process.get(), open.descriptor, 0))};
            if (file && is_file(file.get(), inode))
                return file;
        }
        for (const auto& piece : users_.mappings_of(inode)) {
            const auto link = fmt::format("/proc/{}/map_files/{:x}-{:x}", piece.process,
                                          piece.address, piece.address + piece.file_range.length());
            os::descriptor file{::open(link.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
            if (file && is_file(file.get(), inode))
                return file;
        }
        return {};
    }

    [[nodiscard]] static bool is_file(int file, std::uint64_t inode) {
        struct stat status {};
        return ::fstat(file, &status) == 0 && S_ISREG(status.st_mode) && status.st_ino == inode &&
               (::fcntl(file, F_GETFL) & O_PATH) == 0;
    }

    /// By FIEMAP, where each file in use lies.
    void find_pieces_in_use() {
        if (!has_plain_fiemap(type))
            return;
        std::set<std::uint64_t> inodes;
        for (const auto& m : users_.mappings())
            inodes.insert(m.inode);
        for (const auto& o : users_.open_files())
            inodes.insert(o.inode);
        std::size_t refused = 0;
        for (const auto inode : inodes) {
            const auto file = borrow(inode);
            if (!file) {
                // A directory has no mapping, and an O_PATH descriptor is no use.
                if (!users_.mappings_of(inode).empty())
                    ++refused;
                continue;
            }
            // Where it lies is then a place of that device.
            struct fsxattr attributes {};
            auto& pieces = os::control(file.get(), FS_IOC_FSGETXATTR, &attributes) == 0 &&
                                   (attributes.fsx_xflags & FS_XFLAG_REALTIME) != 0
                               ? realtime_pieces_
                               : pieces_;
            const int error = os::for_each_extent(
                file.get(), byte_range::whole_device(), [&](const os::file_extent& e) {
                    if (e.has_place())
                        pieces.push_back({e.on_device(), inode, e.file.offset(),
                                          (e.unwritten() ? FMR_OF_PREALLOC : 0U) |
                                              (e.shared() ? FMR_OF_SHARED : 0U)});
                });
            if (error != 0)
                ++refused;
        }
        if (refused != 0)
            unseen.push_back(
                fmt::format("where {} in use lies could not be found out",
                            refused == 1 ? "a file" : fmt::format("{} files", refused)));
        for (auto* const pieces : {&pieces_, &realtime_pieces_}) {
            std::sort(pieces->begin(), pieces->end(), [](const used_piece& a, const used_piece& b) {
                return std::pair{a.physical.offset(), a.inode} <
                       std::pair{b.physical.offset(), b.inode};
            });
            for (const auto& piece : *pieces)
                longest_piece_ = std::max(longest_piece_, piece.physical.length());
        }
    }

    /// A record of an unknown owner as what is known of its parts. What files share may have other
    /// owners too, and stays unknown beside them.
    bool tell_pieces(const std::vector<used_piece>& pieces, const fsmap_record& record,
                     byte_range range, const record_visitor& visit) const {
        const auto whole = intersect(record.physical, range);
        auto covered = whole.offset();
        const auto tell_rest = [&](std::uint64_t until) {
            return until <= covered || visit(os::unreported_record(record.device, covered, until));
        };
        // None that begins so far before reaches it.
        const auto from = whole.offset() - std::min(whole.offset(), longest_piece_);
        auto at = std::lower_bound(
            pieces.begin(), pieces.end(), from,
            [](const used_piece& p, std::uint64_t offset) { return p.physical.offset() < offset; });
        for (; at != pieces.end() && at->physical.offset() < whole.end(); ++at) {
            const auto met = intersect(at->physical, whole);
            if (met.empty())
                continue;
            if (!tell_rest(met.offset()))
                return false;
            if (!visit({.physical = at->physical,
                        .owner = at->inode,
                        .file_offset = at->file_offset,
                        .device = record.device,
                        .flags = at->flags,
                        .kind = owner_kind::inode_data,
                        .reported = false}))
                return false;
            if ((at->flags & FMR_OF_SHARED) == 0)
                covered = std::max(covered, met.end());
        }
        return tell_rest(whole.end());
    }

    [[nodiscard]] inode_state look_at(std::uint64_t inode) override {
        inode_state state;
        const bool is_pinned = inode == mount_.root_inode() || is_used(inode);
        state.in_core = is_pinned ? truth::yes : truth::unknown;
        std::optional<bool> is_dax;
        if (pinned_.contains(inode)) {
            state.in_core = truth::yes;
            state.kind = inode_kind::directory;
        } else if (is_pinned) {
            struct statx status {};
            if (stat_used(inode, status)) {
                state.kind = kind_of(status.stx_mode);
                if ((status.stx_attributes_mask & STATX_ATTR_DAX) != 0)
                    is_dax = (status.stx_attributes & STATX_ATTR_DAX) != 0;
            }
            // No process has it: what the kernel uses by itself is a file, or the root of a tree.
            for (const auto& user : kernel_users)
                if (state.kind == inode_kind::unknown && user.inode == inode)
                    state.kind = user.is_of_tree() ? inode_kind::directory : inode_kind::regular;
        } else {
            state.kind = kind_on_disk(inode);
        }
        if (state.kind == inode_kind::unknown)
            return state;
        if (state.kind != inode_kind::regular)
            state.dax = truth::no;
        else if (!uses_dax())
            state.dax = truth::yes;
        else if (dax == dax_use::no_files)
            state.dax = truth::no;
        else if (is_dax)
            state.dax = *is_dax ? truth::yes : truth::no;
        else if (dax == dax_use::all_files && !(mount_.geometry() && mount_.geometry()->reflink))
            state.dax = truth::yes;
        return state;
    }

    /// Asks for the attributes of an inode that is in core, as somebody uses it.
    [[nodiscard]] bool stat_used(std::uint64_t inode, struct statx& status) const {
        const auto ask = [&](int at, const std::string& link, int flags) {
            return ::statx(at, link.c_str(), flags | AT_STATX_DONT_SYNC, STATX_BASIC_STATS,
                           &status) == 0 &&
                   status.stx_ino == inode;
        };
        if (inode == mount_.root_inode())
            return ask(mount_.file_descriptor(), "", AT_EMPTY_PATH);
        for (const auto& m : users_.mappings_of(inode))
            if (ask(AT_FDCWD,
                    fmt::format("/proc/{}/map_files/{:x}-{:x}", m.process, m.address,
                                m.address + m.file_range.length()),
                    0))
                return true;
        for (const auto& o : users_.open_files_of(inode))
            for (const auto& link :
                 {fmt::format("/proc/{}/fd/{}", o.process, o.descriptor),
                  fmt::format("/proc/{}/cwd", o.process), fmt::format("/proc/{}/root", o.process),
                  fmt::format("/proc/{}/exe", o.process)})
                if (ask(AT_FDCWD, link, 0))
                    return true;
        return false;
    }

    /// The kind of an inode that nobody is seen to use, as it was last written to the device: to
    /// ask the filesystem would bring it in core. Unknown where that is not the inode (yet).
    [[nodiscard]] inode_kind kind_on_disk(std::uint64_t inode) {
        const auto& geometry = mount_.geometry();
        const auto at = geometry ? geometry->place_of_inode(inode) : std::nullopt;
        if (!at || looked_on_disk_ == most_looks_on_disk)
            return inode_kind::unknown;
        // Inodes come in chunks of 64 that lie together.
        if (!intersect(cached_, byte_range{*at, 256}).length()) {
            ++looked_on_disk_;
            const byte_range wanted{*at / cache_size * cache_size, cache_size};
            cache_.resize(cache_size);
            cached_ = os::read_block_device(mount_.device(), wanted.offset(), cache_.data(),
                                            cache_.size())
                          ? wanted
                          : byte_range{};
        }
        if (!cached_.contains(byte_range{*at, geometry->inode_size}))
            return inode_kind::unknown;
        // struct xfs_dinode: big-endian; di_magic, di_mode, di_version, ..., di_ino from version 3.
        const auto* const raw = cache_.data() + (*at - cached_.offset());
        constexpr std::size_t number_at = 152;
        std::uint64_t number = 0;
        for (std::size_t i = 0; i != 8; ++i)
            number = number << 8U | raw[number_at + i];
        if (raw[0] != 'I' || raw[1] != 'N' || raw[4] < 3 || number != inode)
            return inode_kind::unknown;
        return kind_of(static_cast<unsigned>(raw[2] << 8U | raw[3]));
    }

    /// Each holds a descriptor.
    static constexpr std::size_t most_page_tables = 256;
    static constexpr std::size_t cache_size = 32768;
    /// More than that would take longer than it is worth.
    static constexpr std::size_t most_looks_on_disk = 4096;

    os::mounted_filesystem mount_;
    os::fsmap_reader reader_;
    os::file_users users_;
    std::set<std::uint64_t> pinned_;
    std::vector<used_piece> pieces_;
    std::vector<used_piece> realtime_pieces_;
    std::uint64_t longest_piece_ = 0;
    std::map<pid_t, os::page_table> tables_;
    std::vector<unsigned char> cache_;
    byte_range cached_{};
    std::size_t looked_on_disk_ = 0;
    bool is_mapped_ = false;
};

} // namespace

std::unique_ptr<subject> open_mount(const std::string& path) {
    return std::make_unique<mounted_subject>(os::mounted_filesystem::containing(path));
}

} // namespace blast_radius
