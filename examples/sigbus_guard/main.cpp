// SPDX-License-Identifier: BSL-1.0
#include "store.hpp"

#include <daxhold/linux/file.hpp>
#include <daxhold/linux/problem.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdio>
#include <iostream>

namespace {

using namespace store;
namespace os = daxhold::on_linux;

enum class status : int {
    usage = 64,        ///< The command line (EX_USAGE).
    bad_command = 65,  ///< At least one command could not be understood (EX_DATAERR).
    no_file = 66,      ///< The file cannot be opened or mapped (EX_NOINPUT).
    output_failed = 74 ///< An answer could not be written (EX_IOERR).
};

int refuse(status why, const std::string& wrong, const std::string& advice) {
    std::fprintf(stderr, "sigbus_guard: %s\n",
                 os::problem{os::problem_kind::system_error, wrong, advice}.what());
    return static_cast<int>(why);
}

bool say(const std::string& answer) {
    return std::fputs((answer + '\n').c_str(), stdout) >= 0 && std::fflush(stdout) == 0;
}

std::string answer_to(const std::optional<trouble>& what, const std::string& otherwise) {
    if (!what)
        return otherwise;
    return (what->is_lost ? "lost: " : "failed: ") + what->sentence;
}

std::string get(mapped_store& values, std::size_t slot) {
    std::string text;
    const auto trouble = values.get(slot, text);
    return answer_to(trouble, text.empty() ? "empty" : "value: " + os::printable(text));
}

/// One command, or nothing if it is none: `put SLOT TEXT`, `get SLOT`.
std::optional<std::string> obey(mapped_store& values, std::string_view line) {
    const auto word = os::take_word(line, ' ');
    const auto slot = os::whole_number<std::size_t>(os::take_word(line, ' '));
    if (slot && word == "get" && line.empty())
        return get(values, *slot);
    if (slot && word == "put" && !line.empty() && line.size() <= mapped_store::most_bytes)
        return answer_to(values.put(*slot, line), "stored");
    return std::nullopt;
}

int serve(const std::string& path, std::size_t slots) {
    const os::descriptor file{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)}; // NOLINT
    struct stat status_of {};
    const auto bytes = slots * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    if (!file || ::fstat(file.get(), &status_of) != 0)
        return refuse(status::no_file, "cannot open '" + path + "': " + std::strerror(errno),
                      "give a file that can be written");
    if (status_of.st_size < static_cast<off_t>(bytes) &&
        ::ftruncate(file.get(), static_cast<off_t>(bytes)) != 0)
        return refuse(status::no_file, "cannot make '" + path + "' longer: " + std::strerror(errno),
                      "give a file that can be");
    void* const memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
    if (memory == MAP_FAILED)
        return refuse(status::no_file, "cannot map '" + path + "': " + std::strerror(errno),
                      "give a regular file");
    mapped_store values{file.get(), memory, slots};
    if (!values.state().ok())
        return refuse(status::no_file,
                      "cannot guard '" + path + "': " + std::strerror(-values.state().value()),
                      "see whether it can be read");
    int end = 0;
    for (std::string line; std::getline(std::cin, line);) {
        const auto answer = obey(values, line);
        if (!answer)
            end = refuse(status::bad_command, "'" + line + "' is no command",
                         fmt::format("say 'get SLOT' or 'put SLOT TEXT', of at most {} bytes",
                                     mapped_store::most_bytes));
        else if (!say(*answer))
            return refuse(status::output_failed,
                          std::string{"cannot write an answer: "} + std::strerror(errno),
                          "see where they go");
    }
    return end;
}

/// A store on the file of an injector, and what it says when a page of it fails.
template <daxhold::injectors::injector Injector>
bool demonstrate() {
    Injector fault{8};
    if (!fault.state().ok())
        return say(fmt::format("{}: cannot be tried here, {}", Injector::name,
                               std::strerror(-fault.state().value())));
    mapped_store values{fault.target().file(), fault.target().address(), 8};
    for (std::size_t slot = 0; slot != 3; ++slot)
        if (values.put(slot, "a value"))
            return false;
    // The first page that was never touched, or the last that was.
    constexpr bool is_of_space = std::is_same_v<Injector, daxhold::injectors::full_filesystem>;
    const std::size_t slot = is_of_space ? 3 : 2;
    daxhold::result injected;
    {
        // madvise tells its caller with a signal.
        daxhold::sigbus_guard<daxhold::sigbus_causes, 1> injecting;
        const auto& target = fault.target();
        static_cast<void>(injecting.install());
        static_cast<void>(injecting.add(target.address(), target.bytes(), target.file(), 0));
        static_cast<void>(injecting.attempt([&]() noexcept { injected = fault.inject(slot); }));
    }
    const auto failed =
        is_of_space ? answer_to(values.put(slot, "a new value"), "stored") : get(values, slot);
    return say(fmt::format("{}: slot {}: {}", Injector::name, slot, failed)) &&
           say(fmt::format("{}: once more: {}", Injector::name, get(values, slot))) &&
           say(fmt::format("{}: slot 0: {}", Injector::name, get(values, 0)));
}

int demonstrate_all() {
    using namespace daxhold::injectors;
    const bool is_said = demonstrate<truncation>() && demonstrate<full_filesystem>() &&
                         demonstrate<userfaultfd_poison>() && demonstrate<hardware_poison>();
    return is_said ? 0
                   : refuse(status::output_failed, "not all of it could be shown",
                            "see where its output goes");
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app{"A small store in a mapped file, which survives what happens to the file. Reads "
                 "commands (put SLOT TEXT, get SLOT) and answers each with a line."};
    std::string path;
    std::size_t slots = 16;
    bool is_demonstration = false;
    auto* const file = app.add_option("FILE", path, "the file, made if there is none");
    app.add_option("--slots", slots, "how many values there is room for")
        ->check(CLI::Range(1, 1 << 20).description(""))
        ->capture_default_str();
    app.add_flag("--try", is_demonstration, "let pages of stores fail in every way that works here")
        ->excludes(file);
    try {
        app.parse(argc, argv);
        if (file->empty() && !is_demonstration)
            throw CLI::RequiredError("FILE");
    } catch (const CLI::Success& e) {
        return app.exit(e);
    } catch (const CLI::Error& e) {
        return refuse(status::usage, e.what(), "see --help");
    }
    return is_demonstration ? demonstrate_all() : serve(path, slots);
}
