// SPDX-License-Identifier: BSL-1.0
#include "formats.hpp"
#include "range_argument.hpp"

#include <CLI/CLI.hpp>

#include <csignal>
#include <cstdio>
#include <map>

#include <unistd.h>

namespace {

using namespace blast_radius;

volatile std::sig_atomic_t was_interrupted = 0;

void note_interrupt(int /*number*/) { was_interrupted = 1; }

void watch_for_interrupts() {
    struct sigaction action {};
    action.sa_handler = note_interrupt;
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
}

/// A bar on the terminal, gone when the scan has ended. (Debian has no packaged library for one.)
class progress_bar {
public:
    void show(double part) {
        if (was_interrupted != 0)
            throw problem{problem_kind::interrupted, "interrupted", "nothing was printed"};
        const int done = static_cast<int>(part * width);
        if (!is_terminal_ || done == shown_)
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
    int shown_ = -1;
};

struct arguments {
    std::string mount;
    bool mock = false;
    std::string range;
    bool whole_device = false;
    std::string event = "corruption";
    std::string device = "data";
    std::string policy;
    std::string format = "text";
    std::size_t files = 20;
    bool explain = false;
    bool list_policies = false;
};

question question_of(const arguments& given, const subject& about) {
    question asked;
    asked.event = given.event == "removal" ? daxhold::cause::removal : daxhold::cause::corruption;
    asked.device = given.device == "log"        ? daxhold::role::log
                   : given.device == "realtime" ? daxhold::role::realtime
                                                : daxhold::role::data;
    asked.policy = given.policy;
    asked.is_explained = given.explain;
    const auto size = asked.device == daxhold::role::data  ? about.size
                      : asked.device == daxhold::role::log ? about.log_size
                                                           : about.realtime_size;
    if (size == 0)
        throw problem{problem_kind::bad_range,
                      about.path + " has no " + given.device + " device of its own",
                      "ask about --device data"};
    if (!given.range.empty()) {
        asked.range = parse_range(given.range);
        require_within(asked.range, size);
    }
    return asked;
}

std::string print(const subject& about, const answer& made, const std::string& format) {
    if (format == "json")
        return to_json(about, made);
    if (format == "markdown")
        return to_markdown(about, made);
    return format == "svg" ? to_svg(about, made) : to_text(about, made);
}

/// All at once, when it is whole.
void write(const std::string& text) {
    if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0)
        throw problem{problem_kind::output_failed,
                      std::string{"cannot write the answer: "} + std::strerror(errno),
                      "see where its output goes"};
}

void run(const arguments& given) {
    if (given.list_policies) {
        std::string list;
        for (const auto& name : policy_names())
            list += name + "\n";
        write(list);
        return;
    }
    const auto about = given.mock ? open_mock() : open_mount(given.mount);
    const auto asked = question_of(given, *about);
    const auto made = [&] {
        progress_bar shown;
        return ask(*about, asked, given.files, [&](double part) { shown.show(part); });
    }();
    write(print(*about, made, given.format));
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app{"What happens to a mounted filesystem if a range of its device fails, or if the "
                 "device is removed. Changes nothing on it."};
    arguments given;
    auto* const mount = app.add_option("MOUNT", given.mount, "the mount point to ask about");
    auto* const mock =
        app.add_flag("--mock", given.mock, "ask the mock filesystem of the library instead")
            ->excludes(mount);
    auto* const range =
        app.add_option("--range", given.range,
                       "OFFSET:LENGTH in bytes of the device, with K, M, G, T or 0x; without it "
                       "the whole device");
    app.add_flag("--whole-device", given.whole_device, "the whole device")->excludes(range);
    app.add_option("--event", given.event, "what happens to it")
        ->check(CLI::IsMember({"corruption", "removal"}))
        ->capture_default_str();
    app.add_option("--device", given.device, "which of the filesystem's devices")
        ->check(CLI::IsMember({"data", "log", "realtime"}))
        ->capture_default_str();
    app.add_option("--policy", given.policy,
                   "whose rules; without it those of the running kernel's release");
    app.add_option("--format", given.format, "how to print the answer")
        ->check(CLI::IsMember({"text", "json", "markdown", "svg"}))
        ->capture_default_str();
    app.add_option("--files", given.files, "how many files to name at most")
        ->check(CLI::Range(0, 100000))
        ->capture_default_str();
    app.add_flag("--explain", given.explain,
                 "why the policy's tables say so, for the event and for the first record of each "
                 "row, and what would have to be different");
    auto* const list = app.add_flag("--list-policies", given.list_policies,
                                    "print the names of the policies, and nothing else");
    try {
        app.parse(argc, argv);
        if (list->empty() && mount->empty() && mock->empty())
            throw CLI::RequiredError("MOUNT");
    } catch (const CLI::Success& e) {
        return app.exit(e);
    } catch (const CLI::Error& e) {
        std::fprintf(stderr, "blast_radius: %s; see --help\n", e.what());
        return exit_status(problem_kind::usage);
    }
    watch_for_interrupts();
    try {
        run(given);
        return 0;
    } catch (const problem& e) {
        std::fprintf(stderr, "blast_radius: %s\n", e.what());
        return e.exit_status();
    } catch (const std::exception& e) {
        std::fprintf(stderr, "blast_radius: %s; this should not happen, please report it\n",
                     e.what());
        return exit_status(problem_kind::system_error);
    }
}
