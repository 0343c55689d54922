// SPDX-License-Identifier: BSL-1.0
#define FUSE_USE_VERSION 314

#include "disk.hpp"

#include <daxhold/linux/mount.hpp>
#include <daxhold/policy/text.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fuse3/fuse_lowlevel.h>

#include <condition_variable>
#include <cstdio>
#include <deque>
#include <map>
#include <thread>

namespace {

using namespace fuse_disk;

enum class status : int {
    usage = 64,        ///< The command line (EX_USAGE).
    no_directory = 66, ///< The mount point is none (EX_NOINPUT).
    no_fuse = 69,      ///< It cannot be mounted here (EX_UNAVAILABLE).
    system_error = 71, ///< The system refused something that should work (EX_OSERR).
};

int refuse(status why, const std::string& wrong, const std::string& advice) {
    std::fprintf(stderr, "fuse_disk: %s\n",
                 os::problem{os::problem_kind::system_error, wrong, advice}.what());
    return static_cast<int>(why);
}

constexpr fuse_ino_t file_inode = disk::inode_of_file;
constexpr fuse_ino_t control_inode = 3;
// A request is of one page, so that a bad page is an error of nobody else's.
constexpr unsigned page = 4096;

/// A mounted disk: what FUSE asks is answered on one thread, what is commanded is done on another,
/// as it makes the kernel wait for the first.
class server {
public:
    explicit server(disk& of) : disk_{of} {}

    // Requests.

    void lookup(fuse_req_t request, fuse_ino_t parent, const std::string& name) {
        fuse_entry_param entry{};
        entry.ino = parent != FUSE_ROOT_ID ? 0
                    : name == "disk"       ? file_inode
                    : name == "control"    ? control_inode
                                           : 0;
        if (entry.ino == 0) {
            fuse_reply_err(request, ENOENT);
            return;
        }
        entry.attr = attributes(entry.ino);
        fuse_reply_entry(request, &entry);
    }
    /// Of a disk that is gone nobody is told anything.
    void getattr(fuse_req_t request, fuse_ino_t inode) {
        const int error = inode == file_inode ? disk_.state() : 0;
        const auto found = attributes(inode);
        if (error != 0)
            fuse_reply_err(request, error);
        else
            fuse_reply_attr(request, &found, 0);
    }
    void open(fuse_req_t request, fuse_ino_t inode, fuse_file_info* file) {
        const int error = inode == file_inode ? disk_.state() : 0;
        file->direct_io = inode == control_inode ? 1 : 0;
        if (error != 0)
            fuse_reply_err(request, error);
        else
            fuse_reply_open(request, file);
    }
    void readdir(fuse_req_t request, std::size_t size, off_t from) {
        std::string text(size, '\0');
        std::size_t used = 0;
        const std::pair<const char*, fuse_ino_t> names[] = {{".", FUSE_ROOT_ID},
                                                            {"..", FUSE_ROOT_ID},
                                                            {"control", control_inode},
                                                            {"disk", file_inode}};
        for (auto i = static_cast<std::size_t>(from); i < std::size(names); ++i) {
            const auto found = attributes(names[i].second);
            const auto needed =
                fuse_add_direntry(request, text.data() + used, size - used, names[i].first, &found,
                                  static_cast<off_t>(i + 1));
            if (needed > size - used)
                break;
            used += needed;
        }
        fuse_reply_buf(request, text.data(), used);
    }
    void read(fuse_req_t request, fuse_ino_t inode, std::size_t size, off_t from) {
        const auto offset = static_cast<std::uint64_t>(from);
        if (inode == control_inode) {
            const auto text = describe();
            const auto start = std::min<std::size_t>(offset, text.size());
            fuse_reply_buf(request, text.data() + start, std::min(size, text.size() - start));
            return;
        }
        const auto end = std::min(offset + size, disk_.size());
        answer_when_released([this, request, offset, end] {
            if (offset >= end) {
                fuse_reply_buf(request, nullptr, 0);
                return;
            }
            std::string bytes(end - offset, '\0');
            const int error = disk_.read({offset, end - offset}, bytes.data());
            if (error != 0)
                fuse_reply_err(request, error);
            else
                fuse_reply_buf(request, bytes.data(), bytes.size());
        });
    }
    void write(fuse_req_t request, fuse_ino_t inode, std::string bytes, off_t to) {
        if (inode == control_inode) {
            command(request, std::move(bytes));
            return;
        }
        const auto offset = static_cast<std::uint64_t>(to);
        answer_when_released([this, request, offset, bytes = std::move(bytes)] {
            const int error = offset + bytes.size() > disk_.size()
                                  ? ENOSPC
                                  : disk_.write({offset, bytes.size()}, bytes.data());
            if (error != 0)
                fuse_reply_err(request, error);
            else
                fuse_reply_write(request, bytes.size());
        });
    }
    void fsync(fuse_req_t request, fuse_ino_t inode) {
        answer_when_released([this, request, inode] {
            fuse_reply_err(request, inode == file_inode ? disk_.state() : 0);
        });
    }

    /// Does what was commanded until `end`.
    void work() {
        std::unique_lock locked{lock_};
        for (;;) {
            changed_.wait(locked, [this] { return is_ending_ || !commands_.empty(); });
            if (commands_.empty())
                return;
            const auto next = std::move(commands_.front());
            commands_.pop_front();
            locked.unlock();
            next();
            locked.lock();
        }
    }
    void end() {
        const std::lock_guard locked{lock_};
        is_ending_ = true;
        changed_.notify_all();
    }

private:
    [[nodiscard]] struct stat attributes(fuse_ino_t inode) const {
        struct stat made {};
        made.st_ino = inode;
        made.st_uid = ::getuid();
        made.st_gid = ::getgid();
        made.st_nlink = inode == FUSE_ROOT_ID ? 2 : 1;
        made.st_mode = inode == FUSE_ROOT_ID ? S_IFDIR | 0755 : S_IFREG | 0600;
        if (inode == file_inode) {
            made.st_size = static_cast<off_t>(disk_.size());
            made.st_blocks = made.st_size / 512;
        }
        return made;
    }

    /// What `cat control` prints.
    [[nodiscard]] std::string describe() {
        const int state = disk_.state();
        std::string text = state == 0 ? "in use\n" : state == ENODEV ? "removed\n" : "shut down\n";
        const auto bad = disk_.bad();
        for (std::size_t i = 0; i != bad.size(); ++i)
            text += fmt::format("bad {}:{}\n", bad[i].offset(), bad[i].length());
        const std::lock_guard locked{lock_};
        if (is_held_)
            text += fmt::format("held, {} requests wait\n", waiting_.size());
        return text + last_;
    }

    /// Answers at once, or where the disk is held when it is released.
    void answer_when_released(std::function<void()> answer) {
        {
            const std::lock_guard locked{lock_};
            if (is_held_) {
                waiting_.push_back(std::move(answer));
                return;
            }
        }
        answer();
    }

    void command(fuse_req_t request, std::string line) {
        const auto length = line.size();
        while (line.ends_with('\n'))
            line.pop_back();
        std::vector<std::function<void()>> released;
        {
            const std::lock_guard locked{lock_};
            if (line != "hold" && line != "release") {
                commands_.push_back([this, request, line, length] {
                    const int error = obey(line);
                    if (error != 0)
                        fuse_reply_err(request, error);
                    else
                        fuse_reply_write(request, length);
                });
                changed_.notify_all();
                return;
            }
            // Not with the commands: one of them may be waiting for a page that is being read.
            is_held_ = line == "hold";
            if (!is_held_)
                released.swap(waiting_);
        }
        fuse_reply_write(request, length);
        for (const auto& answer : released)
            answer();
    }

    /// 0; EINVAL for what is no command.
    int obey(const std::string& line) {
        std::string_view rest{line};
        const auto word = os::take_word(rest, ' ');
        std::optional<byte_range> where;
        if (word == "fail" && rest == "metadata") {
            where = byte_range{0, disk::metadata_bytes};
        } else if (word == "fail") {
            const auto offset = os::whole_number<std::uint64_t>(os::take_word(rest, ':'));
            const auto length = os::whole_number<std::uint64_t>(rest);
            if (offset && length && *length != 0 && *offset < disk_.size() &&
                *length <= disk_.size() - *offset) {
                // Memory fails by pages.
                const auto start = *offset / page * page;
                const auto end = (*offset + *length + page - 1) / page * page;
                where = byte_range{disk::metadata_bytes + start, end - start};
            }
        }
        if (!where && line != "remove") {
            say_last("refused: '" + os::printable(line) +
                     "' is no command; write 'fail OFFSET:LENGTH' (bytes of the disk), 'fail "
                     "metadata', 'remove', 'hold' or 'release'");
            std::fprintf(stderr, "fuse_disk: %s", last_.c_str());
            return EINVAL;
        }
        const auto outcome =
            where ? daxhold::notify_failure<policy>(disk_, daxhold::role::data, *where,
                                                    daxhold::cause::corruption)
                  : daxhold::notify_failure<policy>(disk_, daxhold::role::data,
                                                    byte_range::whole_device(),
                                                    daxhold::cause::removal);
        say_last(line + ": " + daxhold::to_text(outcome) +
                 (where ? ""
                        : fmt::format(", {} mappers were told, {} processes could not be seen",
                                      disk_.told, disk_.unseen)));
        return 0;
    }
    void say_last(const std::string& what) {
        const std::lock_guard locked{lock_};
        last_ = what + '\n';
    }

    disk& disk_;
    std::mutex lock_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> commands_;
    std::vector<std::function<void()>> waiting_;
    std::string last_;
    bool is_held_ = false;
    bool is_ending_ = false;
};

server& of(fuse_req_t request) { return *static_cast<server*>(fuse_req_userdata(request)); }

fuse_lowlevel_ops operations() {
    fuse_lowlevel_ops made{};
    made.init = [](void*, fuse_conn_info* connection) {
        connection->max_read = page;
        connection->max_readahead = 0;
    };
    made.lookup = [](fuse_req_t r, fuse_ino_t parent, const char* name) {
        of(r).lookup(r, parent, name);
    };
    made.getattr = [](fuse_req_t r, fuse_ino_t i, fuse_file_info*) { of(r).getattr(r, i); };
    // Nothing can be changed, and a shell that writes into a file cuts it off first.
    made.setattr = [](fuse_req_t r, fuse_ino_t i, struct stat*, int, fuse_file_info*) {
        of(r).getattr(r, i);
    };
    made.open = [](fuse_req_t r, fuse_ino_t i, fuse_file_info* file) { of(r).open(r, i, file); };
    made.readdir = [](fuse_req_t r, fuse_ino_t, std::size_t size, off_t from, fuse_file_info*) {
        of(r).readdir(r, size, from);
    };
    made.read = [](fuse_req_t r, fuse_ino_t i, std::size_t size, off_t from, fuse_file_info*) {
        of(r).read(r, i, size, from);
    };
    made.write = [](fuse_req_t r, fuse_ino_t i, const char* bytes, std::size_t size, off_t to,
                    fuse_file_info*) { of(r).write(r, i, std::string(bytes, size), to); };
    made.fsync = [](fuse_req_t r, fuse_ino_t i, int, fuse_file_info*) { of(r).fsync(r, i); };
    return made;
}

int serve(const std::string& mount_point, std::uint64_t size, const std::string& failing) {
    disk own{size / page * page};
    own.failing = failing;
    server serving{own};
    std::string options = fmt::format("max_read={},fsname=fuse_disk", page);
    std::string program = "fuse_disk";
    std::string flag = "-o";
    char* words[] = {program.data(), flag.data(), options.data(), nullptr};
    fuse_args arguments{3, words, 0};
    const auto handled = operations();
    std::unique_ptr<fuse_session, decltype(&fuse_session_destroy)> session{
        fuse_session_new(&arguments, &handled, sizeof handled, &serving), fuse_session_destroy};
    fuse_opt_free_args(&arguments);
    if (!session || fuse_set_signal_handlers(session.get()) != 0)
        return refuse(status::system_error, "cannot make a FUSE session", "see dmesg for a reason");
    if (fuse_session_mount(session.get(), mount_point.c_str()) != 0)
        return refuse(status::no_fuse, "cannot mount on '" + mount_point + "'",
                      "see whether there is a /dev/fuse, and run it as root");
    for (const auto& entry : os::mount_table())
        if (entry.mount_point == mount_point)
            own.device = entry.device();
    own.invalidate_file = [&](std::uint64_t offset, std::uint64_t length) {
        const int error = fuse_lowlevel_notify_inval_inode(
            session.get(), file_inode, static_cast<off_t>(offset), static_cast<off_t>(length));
        // Nobody has it in core.
        return error == -ENOENT ? 0 : -error;
    };
    std::thread worker{[&] { serving.work(); }};
    std::fputs("ready\n", stdout);
    std::fflush(stdout);
    const int ended = fuse_session_loop(session.get());
    serving.end();
    fuse_session_unmount(session.get());
    worker.join();
    fuse_remove_signal_handlers(session.get());
    return ended < 0
               ? refuse(status::system_error, fmt::format("FUSE ended: {}", std::strerror(-ended)),
                        "see dmesg for a reason")
               : 0;
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app{"A filesystem of one file on FUSE, whose pages fail when it is told so: write "
                 "'fail OFFSET:LENGTH', 'fail metadata', 'remove', 'hold' or 'release' into the "
                 "file 'control' beside it. Runs until it is unmounted."};
    std::string mount_point;
    std::uint64_t size = std::uint64_t{64} << 20U;
    std::string failing;
    app.add_option("DIRECTORY", mount_point, "where to mount it")->required();
    app.add_option("--size", size, "bytes of the file 'disk', with K, M or G")
        ->transform(CLI::AsSizeValue(false).description(""))
        ->check(CLI::Range(std::uint64_t{page}, std::uint64_t{1} << 40U).description(""))
        ->capture_default_str();
    app.add_option("--fail", failing, "to try it out: an operation that fails")
        ->check(CLI::IsMember({"mark", "invalidate", "kill_users", "shut_down", "unmap_range"})
                    .description(""))
        ->type_name("OPERATION");
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& e) {
        return app.exit(e);
    } catch (const CLI::Error& e) {
        return refuse(status::usage, e.what(), "see --help");
    }
    const std::unique_ptr<char, decltype(&std::free)> path{::realpath(mount_point.c_str(), nullptr),
                                                           std::free};
    struct stat found {};
    if (!path || ::stat(path.get(), &found) != 0 || !S_ISDIR(found.st_mode))
        return refuse(status::no_directory, "'" + mount_point + "' is no directory",
                      "name one that is empty");
    try {
        return serve(path.get(), size, failing);
    } catch (const std::exception& e) {
        return refuse(status::system_error, e.what(), "see dmesg for a reason");
    }
}
