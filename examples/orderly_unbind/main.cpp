// SPDX-License-Identifier: BSL-1.0
#include "journal.hpp"
#include "leaving.hpp"

#include <daxhold/linux/kernel_users.hpp>
#include <daxhold/linux/names.hpp>
#include <daxhold/policy/report.hpp>
#include <daxhold/policy/text.hpp>
#include <daxhold/releases/xfs_linux_7_2.hpp>
#include <daxhold/tables/markdown.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdio>
#include <map>

namespace {

using namespace orderly_unbind;
using daxhold::on_linux::printable;

/// 77, "no permission", is also what test harnesses read as "skipped": a test must not pass it on.
enum class status : int {
    in_order = 0,           ///< It has left, and every step was taken.
    out_of_order = 1,       ///< It has left, and a step failed.
    has_not_left = 2,       ///< It is mounted still, or its device is still there.
    usage = 64,             ///< The command line (EX_USAGE).
    not_confirmed = 65,     ///< The device that was named is not the one that is mounted there.
    not_a_mount_point = 66, ///< Nothing is mounted at the path.
    not_xfs = 67,           ///< It is no XFS.
    never = 68,             ///< It is the root filesystem, or one that holds it up.
    cannot_tell = 69,       ///< Somebody uses it who cannot be told.
    system_error = 71,      ///< The system refused something that should work (EX_OSERR).
    another_run = 75,       ///< Another run is at it (EX_TEMPFAIL).
    no_permission = 77,     ///< Not root (EX_NOPERM).
};

class refusal : public std::runtime_error {
public:
    refusal(status why, const std::string& wrong, const std::string& advice)
        : std::runtime_error{os::problem{os::problem_kind::system_error, wrong, advice}.what()},
          why_{why} {}
    [[nodiscard]] status why() const noexcept { return why_; }

private:
    status why_;
};

void say(const std::string& line) {
    std::fputs((line + '\n').c_str(), stdout);
    std::fflush(stdout);
}

/// A user, for people.
std::string who(const os::file_users& users, pid_t process) {
    const auto* const known = users.process(process);
    std::string command = known == nullptr ? "" : printable(known->command);
    std::string files;
    std::set<std::string_view> paths;
    for (const auto& piece : users.mappings())
        if (piece.process == process && paths.insert(users.path(piece.inode)).second)
            files += " maps " + printable(users.path(piece.inode));
    paths.clear();
    for (const auto& file : users.open_files())
        if (file.process == process && paths.insert(users.path(file.inode)).second)
            files += " has open " + printable(users.path(file.inode));
    return fmt::format("process {} {}:{}", process, command, files);
}

/// Says each step when it begins and when it has ended, and keeps it in the journal.
struct teller : daxhold::report {
    const request& given;
    const leaving& fs;
    journal* kept;
    bool was_frozen_before = false;
    bool has_failed = false;

    teller(const request& the_given, const leaving& the_fs, journal* the_journal)
        : given{the_given}, fs{the_fs}, kept{the_journal} {}

    template <class Record>
    void record_decided(std::size_t /*row*/, const Record& record, daxhold::byte_range /*part*/) {
        say(fmt::format("in core: inode {} {}", record.inode_number,
                        printable(fs.users().path(record.inode_number))));
    }
    template <class Own>
    void step_begins(const daxhold::step<Own>& s) {
        const std::string name = name_of_step(s);
        if (kept != nullptr)
            kept->write("begun " + name);
        say((given.is_dry ? "would: " : "begins: ") + name + (given.is_dry ? purpose_of(s) : ""));
        if (given.is_dry && s.what == operation::tell_users)
            for (const auto process : fs.left())
                say("  " + who(fs.users(), process));
        if (name == given.stops_at)
            std::raise(SIGSTOP);
    }
    template <class Own>
    void step_taken(const daxhold::step<Own>& s, result how) {
        daxhold::report::step_taken(s, how);
        const std::string name = name_of_step(s);
        if (kept != nullptr)
            kept->write((how.ok() ? "done " : "failed ") + name);
        // Nobody else has frozen it.
        const bool has_nothing_to_undo =
            s.what == operation::thaw_user &&
            (how == daxhold::result::error(EINVAL) || how == daxhold::result::error(EBADF));
        if (s.what == operation::thaw_user && how == daxhold::result::error(EBADF) &&
            was_frozen_before)
            say("  it may be frozen still, and nobody has a file of it open by which it could be "
                "thawed: its device stays until the next boot");
        if (given.is_dry || how.ok() || has_nothing_to_undo)
            return;
        const bool is_late =
            s.what == operation::await_users && how == daxhold::result::error(ETIMEDOUT);
        has_failed = has_failed || !is_late;
        say("  " + name + (is_late ? ": not all have left" : ": " + daxhold::to_text(how)));
        if (is_late)
            for (const auto process : fs.left())
                say("  " + who(fs.users(), process));
        if (const auto process = fs.hanging(); process != 0 && s.what == operation::freeze)
            say(fmt::format("  it hangs in process {}, and is undone if it ever ends", process));
    }

private:
    template <class Own>
    static std::string purpose_of(const daxhold::step<Own>& s) {
        static constexpr const char* purposes[] = {
#define DAXHOLD_OPERATION(name, about, arguments, purpose) purpose,
            DAXHOLD_OPERATIONS(DAXHOLD_OPERATION)
#undef DAXHOLD_OPERATION
        };
        return s.what == operation::own
                   ? std::string{}
                   : std::string{" ("} + purposes[static_cast<std::size_t>(s.what)] + ')';
    }
};

/// The mount at a path, and what is wrong with taking it down.
std::optional<os::mount_entry> find_mount(const request& given, dev_t device) {
    const auto table = os::mount_table();
    std::optional<os::mount_entry> found;
    for (const auto& entry : table)
        if (entry.mount_point == given.path)
            found = entry;
    if (given.path == "/")
        throw refusal{status::never, "'/' is the root filesystem", "this one is never taken down"};
    if (!found)
        return std::nullopt;
    if (found->device() != device)
        throw refusal{status::not_confirmed,
                      fmt::format("'{}' is not what is mounted at '{}'", given.device, given.path),
                      fmt::format("that is {}; name it if it is to go", found->source)};
    if (found->type != "xfs")
        throw refusal{status::not_xfs, fmt::format("'{}' is no XFS", given.path),
                      "unmount it with umount"};
    for (const auto& entry : table) {
        if (entry.device() == device && entry.mount_point == "/")
            throw refusal{status::never, fmt::format("'{}' is the root filesystem", given.path),
                          "this one is never taken down"};
        if (entry.device() == device && entry.id != found->id)
            throw refusal{status::cannot_tell,
                          fmt::format("it is mounted at '{}' too", entry.mount_point),
                          "unmount that first"};
        if (entry.parent == found->id)
            throw refusal{status::cannot_tell,
                          fmt::format("'{}' is mounted on it", entry.mount_point),
                          "unmount that first"};
    }
    return found;
}

/// Who uses it, and would not hear of it or must not.
void require_that_all_can_be_told(dev_t device) {
    const auto kernel = os::find_kernel_users(device);
    if (!kernel.users.empty())
        throw refusal{status::cannot_tell,
                      fmt::format("'{}' uses a file of it from inside of the kernel",
                                  kernel.users.front().name),
                      "end that first, it cannot be told"};
    const auto users = os::find_users({&device, 1});
    for (auto process = ::getppid(); process > 0;) {
        if (users.process(process) != nullptr)
            throw refusal{status::cannot_tell,
                          who(users, process) + ", and this one was started from it",
                          "start it from elsewhere"};
        const auto stat = os::read_line("/proc/" + std::to_string(process) + "/stat").value_or("");
        auto rest = std::string_view{stat}.substr(std::min(stat.rfind(')') + 4, stat.size()));
        process = os::whole_number<pid_t>(os::take_word(rest, ' ')).value_or(0);
    }
}

/// A process in whose mount namespace it is mounted still: an umount is not heard of everywhere
/// (mount_namespaces(7), propagation). Empty if there is none that can be seen.
std::string mounted_elsewhere(dev_t device) {
    const os::open_directory processes{::opendir("/proc")};
    while (const dirent* const entry = processes ? ::readdir(processes.get()) : nullptr) {
        if (!os::whole_number<pid_t>(entry->d_name))
            continue;
        if (const auto text =
                os::read_whole_file(std::string{"/proc/"} + entry->d_name + "/mountinfo"))
            for (const auto& mount : os::parse_mountinfo(*text))
                if (mount.device() == device)
                    return entry->d_name;
    }
    return {};
}

volatile std::sig_atomic_t is_at_work = 0;

void end_at_once(int /*number*/) {
    static constexpr char text[] =
        "orderly_unbind: interrupted; what was frozen is thawed, what is "
        "not undone is told by the next run\n";
    if (is_at_work != 0)
        static_cast<void>(!::write(STDERR_FILENO, text, sizeof text - 1));
    ::_exit(130);
}

status run(request given) {
    if (::geteuid() != 0)
        throw refusal{status::no_permission, "only root can freeze and unmount", "run it as root"};
    const auto device = os::block_device_at(given.device);
    if (const auto path = ::realpath(given.path.c_str(), nullptr)) {
        given.path = path;
        std::free(path); // NOLINT
    }
    const auto mounted = find_mount(given, device);
    require_that_all_can_be_told(device);

    ::mkdir(given.state.c_str(), 0700);
    const auto number = fmt::format("{}:{}", major(device), minor(device));
    journal kept{given.state + '/' + number,
                 fmt::format("{} {} {}", given.path, given.device,
                             os::read_line("/sys/dev/block/" + number + "/diskseq").value_or(""))};
    if (kept.error() == EAGAIN)
        throw refusal{status::another_run, "another run is at it", "wait until it has ended"};
    if (kept.error() != 0)
        throw refusal{status::system_error,
                      fmt::format("cannot keep a journal in '{}': {}", given.state,
                                  std::strerror(kept.error())),
                      "name another directory with --state"};
    if (!mounted && !kept.has_run_before()) {
        kept.forget();
        throw refusal{status::not_a_mount_point,
                      fmt::format("nothing is mounted at '{}'", given.path),
                      "give the mount point of a mounted XFS (findmnt lists them)"};
    }
    if (const auto step = kept.interrupted(); !step.empty())
        say("a run before this one was ended in: " + step);
    if (kept.may_be_frozen() && mounted && !given.is_dry)
        if (const auto root = os::open_descriptor(given.path.c_str(), O_RDONLY))
            say(watcher::thaw_now(root.get()).ok()
                    ? "it had left it frozen; that is undone"
                    : "it is not frozen, its watcher has seen to it");
    if (given.is_dry && !kept.has_run_before())
        kept.forget();

    leaving fs{given, mounted, device};
    teller watching{given, fs, given.is_dry ? nullptr : &kept};
    watching.was_frozen_before = kept.may_be_frozen();
    if (!given.is_dry)
        kept.begin();
    is_at_work = 1;
    static_cast<void>(daxhold::notify_failure<orderly>(fs, daxhold::role::data,
                                                       daxhold::byte_range::whole_device(),
                                                       daxhold::cause::removal, watching));
    is_at_work = 0;
    if (given.is_dry) {
        say("nothing was done");
        return status::in_order;
    }
    const bool is_mounted = find_mount(given, device).has_value();
    const bool is_attached =
        !given.keeps_device && os::read_line("/sys/dev/block/" + number + "/loop/backing_file");
    if (is_mounted) {
        fs.look();
        for (const auto process : fs.left())
            say("  " + who(fs.users(), process));
        say(fmt::format("left undone: {} is still mounted; run it again", printable(given.path)));
    } else if (const auto process = mounted_elsewhere(device); !process.empty()) {
        say(fmt::format("left undone: {} is unmounted here, and mounted still where process {} is",
                        printable(given.path), process));
    } else if (is_attached) {
        say(fmt::format("left undone: {} is unmounted, {} is still there; run it again",
                        printable(given.path), printable(given.device)));
    } else {
        kept.forget();
        say(fmt::format("{} has left{}", printable(given.path),
                        watching.has_failed ? ", but not in order" : ""));
        return watching.has_failed ? status::out_of_order : status::in_order;
    }
    return status::has_not_left;
}

/// Where a removal of the whole device goes another way than in Linux 7.2.
std::string difference() {
    using before = daxhold::releases::xfs_linux_7_2;
    using daxhold::tables::when, daxhold::tables::markdown::difference;
    constexpr auto why = when(daxhold::cause::removal, daxhold::scope::whole_device);
    return difference<before::gate, orderly::gate,
                      when(daxhold::cause::removal, daxhold::scope::whole_device,
                           daxhold::role::data, daxhold::mount::born, daxhold::range::inside)>() +
           '\n' + difference<before::record, orderly::record, why>() + '\n' +
           difference<before::end, orderly::end, why>();
}

const std::map<std::string, int> signals{{"HUP", SIGHUP},   {"INT", SIGINT},   {"BUS", SIGBUS},
                                         {"KILL", SIGKILL}, {"TERM", SIGTERM}, {"USR1", SIGUSR1},
                                         {"USR2", SIGUSR2}};

} // namespace

int main(int argc, char** argv) {
    CLI::App app{
        "Takes a mounted XFS down in order: its users are asked to leave and awaited, it is "
        "frozen, who is left is ended, it is shut down, thawed and unmounted, and its loop "
        "device goes."};
    request given;
    app.add_option("MOUNT_POINT", given.path, "where it is mounted");
    app.add_option("--device", given.device, "what is mounted there: both have to be named");
    bool is_difference = false;
    app.add_flag("--difference", is_difference,
                 "print where this order differs from what Linux 7.2 does, and do nothing");
    app.add_flag("--dry-run", given.is_dry, "print the plan, and do nothing");
    app.add_option("--deadline", given.deadline, "seconds for users to leave by themselves")
        ->check(CLI::Range(0.0, 86400.0).description(""))
        ->capture_default_str();
    app.add_option("--grace", given.grace, "seconds for anything else that is waited for")
        ->check(CLI::Range(0.0, 600.0).description(""))
        ->capture_default_str();
    app.add_option("--hold", given.hold, "seconds that the freeze lasts at most")
        ->check(CLI::Range(0.1, 600.0).description(""))
        ->capture_default_str();
    const auto add_signal = [&](const char* name, int& number, const char* what) {
        app.add_option(name, number, what)
            ->transform(CLI::CheckedTransformer(signals).description(""))
            ->type_name("SIGNAL");
    };
    add_signal("--tell", given.tell, "the signal that asks a process to leave (TERM)");
    add_signal("--end", given.end, "the signal for who has not left (KILL)");
    app.add_flag("--keep-device", given.keeps_device, "leave the loop device attached");
    app.add_option("--state", given.state, "where a run leaves what the next one has to know")
        ->capture_default_str();
    const CLI::Validator step =
        CLI::IsMember({"tell_users", "await_users", "freeze", "kill_users", "kill_openers",
                       "shut_down", "thaw", "thaw_user", "unmount", "detach"})
            .description("");
    app.add_option("--fail", given.failing, "to try it out: a step that fails")
        ->check(step)
        ->type_name("STEP");
    app.add_option("--stop-at", given.stops_at, "to try it out: a step at which it stops itself")
        ->check(step)
        ->type_name("STEP");
    try {
        app.parse(argc, argv);
        if (!is_difference && (given.path.empty() || given.device.empty()))
            throw CLI::RequiredError(given.path.empty() ? "MOUNT_POINT" : "--device");
        if (is_difference) {
            std::fputs(difference().c_str(), stdout);
            return std::fflush(stdout) == 0 ? 0 : static_cast<int>(status::system_error);
        }
    } catch (const CLI::Success& e) {
        return app.exit(e);
    } catch (const CLI::Error& e) {
        std::fprintf(stderr, "orderly_unbind: %s; see --help\n", printable(e.what()).c_str());
        return static_cast<int>(status::usage);
    }
    for (const int number : {SIGINT, SIGTERM, SIGHUP})
        std::signal(number, end_at_once);
    // Nobody reads what is said: that is no reason to stop half way.
    std::signal(SIGPIPE, SIG_IGN);
    try {
        return static_cast<int>(run(given));
    } catch (const refusal& e) {
        std::fprintf(stderr, "orderly_unbind: %s\n", e.what());
        return static_cast<int>(e.why());
    } catch (const os::problem& e) {
        std::fprintf(stderr, "orderly_unbind: %s\n", e.what());
        return static_cast<int>(e.kind() == os::problem_kind::no_permission ? status::no_permission
                                : e.kind() == os::problem_kind::no_such_device
                                    ? status::not_confirmed
                                    : status::system_error);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "orderly_unbind: %s\n", printable(e.what()).c_str());
        return static_cast<int>(status::system_error);
    }
}
