// SPDX-License-Identifier: BSL-1.0
// A pool of devices with I/O on them, by threads; what becomes of the devices is told by lines on
// the standard input. See README.md.

#include "region.hpp"

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <array>
#include <cstring>
#include <deque>
#include <iostream>
#include <optional>
#include <random>
#include <semaphore>
#include <sstream>
#include <system_error>
#include <vector>

namespace {

using pool::machine;
using pool::region;

constexpr int bad_option = 64;
constexpr int bad_line = 65;
constexpr int no_device = 66;
constexpr int no_io_uring = 69;
constexpr int still_in_use = 75;

/// Reads and writes blocks of the regions, one after the other, and checks what it has read.
class worker {
public:
    worker(std::deque<region>& regions, unsigned seed)
        : regions_{regions}, random_{seed}, runs_{[this] { run(); }} {}
    worker(const worker&) = delete;
    worker& operator=(const worker&) = delete;

    /// It ends once the I/O has that it waits for.
    void end() { is_over_ = true; }
    void join() { runs_.join(); }

    std::atomic<std::uint64_t> succeeded{0};
    std::atomic<std::uint64_t> failed{0};
    std::atomic<std::uint64_t> wrong{0};

private:
    void run() {
        while (!is_over_) {
            const auto number = random_() % regions_.size();
            const auto block = random_() % regions_[number].blocks();
            if (random_() % 2 == 0 ? write(number, block) : read(number, block))
                continue;
            std::this_thread::sleep_for(std::chrono::milliseconds{1}); // it takes no I/O
        }
    }

    bool write(std::size_t number, std::uint64_t block) {
        std::memset(data_.data(), 0, data_.size());
        std::memcpy(data_.data(), &block, sizeof block);
        return wait_for(regions_[number].write(block, data_.data(), [this](int n) { end_io(n); }));
    }
    bool read(std::size_t number, std::uint64_t block) {
        if (!wait_for(regions_[number].read(block, data_.data(), [this](int n) { end_io(n); })))
            return false;
        std::uint64_t found = 0;
        std::memcpy(&found, data_.data(), sizeof found);
        // A block holds its number, or was not written yet.
        if (outcome_ == static_cast<int>(data_.size()) && found != 0 && found != block)
            ++wrong;
        return true;
    }

    void end_io(int outcome) {
        outcome_ = outcome;
        ++(outcome == static_cast<int>(data_.size()) ? succeeded : failed);
        has_ended_.release();
    }
    bool wait_for(bool has_begun) {
        if (has_begun)
            has_ended_.acquire();
        return has_begun;
    }

    std::deque<region>& regions_;
    std::mt19937_64 random_;
    alignas(region::block_size) std::array<unsigned char, region::block_size> data_{};
    std::binary_semaphore has_ended_{0};
    int outcome_ = 0;
    std::atomic<bool> is_over_{false};
    std::thread runs_;
};

template <class Fact>
std::optional<Fact> value_called(const std::string& name) {
    for (std::size_t i = 0; i != daxhold::tables::value_count<Fact>; ++i)
        if (std::string_view{daxhold::tables::name_of(static_cast<Fact>(i))} == name)
            return static_cast<Fact>(i);
    return {};
}

struct problem {
    std::string what;
};

/// The lines that the standard input may have.
class console {
public:
    console(std::deque<region>& regions, std::deque<worker>& workers)
        : regions_{regions}, workers_{workers} {}

    /// Throws a problem where there is no such line.
    void obey(const std::string& line) {
        std::istringstream words{line};
        std::string word;
        if (!(words >> word))
            return;
        if (word == "state")
            return show();
        if (word != "tell" && word != "await")
            throw problem{"no such word, but tell, await, state: " + word};
        std::size_t number = regions_.size();
        std::string name;
        if (!(words >> number >> name) || number >= regions_.size())
            throw problem{
                fmt::format("{} needs a device, 0 to {}, and a word", word, regions_.size() - 1)};
        word == "tell" ? tell(regions_[number], name) : await(regions_[number], name);
    }

    void show() {
        std::uint64_t succeeded = 0;
        std::uint64_t failed = 0;
        std::uint64_t wrong = 0;
        for (const auto& each : workers_) {
            succeeded += each.succeeded;
            failed += each.failed;
            wrong += each.wrong;
        }
        for (std::size_t i = 0; i != regions_.size(); ++i)
            fmt::print("{} is {}\n", i, name_of(regions_[i].now()));
        fmt::print("I/O: {}, errors: {}, wrong: {}\n", succeeded != 0 ? "some" : "none",
                   failed != 0 ? "some" : "none", wrong);
        std::fflush(stdout);
    }

private:
    static std::string_view name_of(machine::state value) {
        return daxhold::tables::name_of(value);
    }

    static void tell(region& one, const std::string& name) {
        using enum machine::event;
        const auto what = value_called<machine::event>(name);
        if (!what || *what == drained || *what == torn_down || *what == set_up_done ||
            *what == deadline || *what == step_failed)
            throw problem{"no such event, but announced_removal, surprise_removal, media_error, "
                          "resized, arrived: " +
                          name};
        static_cast<void>(one.tell(*what));
    }

    void await(region& one, const std::string& name) {
        const auto what = value_called<machine::state>(name);
        const bool is_io = name == "io";
        const bool is_rest = name == "rest";
        if (!what && !is_io && !is_rest)
            throw problem{"no such state of a device: " + name};
        const auto end = std::chrono::steady_clock::now() + longest_wait;
        while (is_io ? one.in_flight() == 0 : is_rest ? one.is_busy() : one.now() != *what) {
            if (std::chrono::steady_clock::now() > end)
                throw problem{
                    fmt::format("waited in vain for {}: it is {}", name, name_of(one.now()))};
            std::this_thread::sleep_for(std::chrono::milliseconds{1});
        }
    }

    static constexpr std::chrono::seconds longest_wait{60};

    std::deque<region>& regions_;
    std::deque<worker>& workers_;
};

/// What comes from outside, so that it is one line.
std::string printable(const std::string& text) {
    std::string made;
    for (const char c : text)
        made += c >= ' ' && c <= '~' ? std::string(1, c)
                                     : fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    return made;
}

int complain(int status, const std::string& what) {
    fmt::print(stderr, "pool: {}\n", printable(what));
    return status;
}

int run(std::deque<region>& regions, unsigned threads, std::chrono::milliseconds deadline) {
    std::deque<worker> workers;
    for (unsigned i = 0; i != threads; ++i)
        workers.emplace_back(regions, i);
    console lines{regions, workers};

    int status = 0;
    std::string line;
    for (unsigned number = 1; std::getline(std::cin, line); ++number)
        try {
            lines.obey(line);
        } catch (const problem& found) {
            status = complain(bad_line, fmt::format("line {}: {}", number, found.what));
        }

    // Nothing is let go that is in use.
    for (auto& each : workers)
        each.end();
    for (auto& each : regions)
        if (each.now() == machine::state::live || each.now() == machine::state::failed)
            static_cast<void>(each.tell(machine::event::announced_removal));
    for (auto& each : regions)
        while (each.is_busy())
            std::this_thread::sleep_for(std::chrono::milliseconds{1});
    lines.show();
    const auto end = std::chrono::steady_clock::now() + deadline;
    for (auto& each : regions) {
        while (each.in_flight() != 0 && std::chrono::steady_clock::now() < end)
            std::this_thread::sleep_for(std::chrono::milliseconds{1});
        if (each.in_flight() != 0) {
            complain(still_in_use, each.path() + ": its I/O does not end, and is left behind");
            std::fflush(stdout);
            _exit(still_in_use); // the threads that wait for it cannot be joined
        }
    }
    for (auto& each : workers)
        each.join();
    return status;
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app{"A pool of devices with I/O on them, by threads. Lines on the standard input: "
                 "`tell DEVICE EVENT`, `await DEVICE STATE`, `state`."};
    std::vector<std::string> paths;
    unsigned threads = 4;
    unsigned deadline = 1000;
    int fails_at = -1;
    app.add_option("FILE", paths, "files or block devices; what is on them is overwritten")
        ->required();
    app.add_option("--threads", threads, "how many threads do I/O")->check(CLI::Range(1, 64));
    app.add_option("--deadline", deadline, "milliseconds that something may be in progress")
        ->check(CLI::Range(1, 600'000));
    app.add_option("--fail-step", fails_at, "fail the step with this number of each device")
        ->check(CLI::Range(0, 1000));
    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForHelp& help) {
        return app.exit(help);
    } catch (const CLI::ParseError& wrong) {
        return complain(bad_option, wrong.what());
    }
    try {
        // The regions outlive those who call them.
        std::deque<region> regions;
        pool::ring io;
        pool::timer deadlines;
        pool::pool_parts parts{io, deadlines, std::chrono::milliseconds{deadline}, fails_at};
        try {
            for (unsigned i = 0; i != paths.size(); ++i)
                regions.emplace_back(i, paths[i], parts);
        } catch (const std::system_error& wrong) {
            return complain(no_device, wrong.what());
        }
        return run(regions, threads, parts.deadline);
    } catch (const std::system_error& wrong) {
        return complain(no_io_uring, wrong.what());
    }
}
