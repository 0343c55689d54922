// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "ring.hpp"
#include "timer.hpp"

#include <daxhold/reactions/engine.hpp>
#include <daxhold/releases/pool_region.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

namespace pool {

using machine = daxhold::releases::pool_region;
using daxhold::result;
using daxhold::reactions::ticket;

/// What all regions have in common.
struct pool_parts {
    ring& io;
    timer& deadlines;
    std::chrono::milliseconds deadline;
    int fails_at = -1; ///< The step of each region that fails, for tests; -1 for none.
};

/// Says what becomes of a region, a line for each step and each event.
struct narrator : daxhold::reactions::no_observer {
    unsigned number = 0;

    void step_begins(machine::state in, machine::operation what) const noexcept;
    void step_ended(machine::state in, machine::operation what, result outcome) const noexcept;
    void reacted(machine::state before, machine::event to, daxhold::reactions::reply answered,
                 machine::state after) const noexcept;
};

/// One device of the pool, and the I/O that is under way on it. All of it may be called by any
/// thread at any time.
class region {
public:
    /// Opens the file or device. Throws std::system_error where it cannot.
    region(unsigned number, std::string path, pool_parts& parts);
    region(const region&) = delete;
    region& operator=(const region&) = delete;

    static constexpr unsigned block_size = 4096;

    /// Begins to read or write the block with that number; `then` is called when it has ended.
    /// False where the region takes no I/O or has no such block, and then it is not called.
    [[nodiscard]] bool read(std::uint64_t block, void* to, ended then);
    [[nodiscard]] bool write(std::uint64_t block, const void* from, ended then);

    /// How many blocks it has.
    [[nodiscard]] std::uint64_t blocks() const noexcept { return blocks_; }
    [[nodiscard]] unsigned in_flight() const;
    [[nodiscard]] const std::string& path() const noexcept { return path_; }

    daxhold::reactions::reply tell(machine::event what) noexcept { return engine_.tell(what); }
    [[nodiscard]] machine::state now() const noexcept { return engine_.now(); }
    [[nodiscard]] bool is_busy() const noexcept { return engine_.is_busy(); }

    /// For the engine.
    result perform(machine::operation what, ticket of) noexcept;
    void set_deadline(machine::state in, ticket of) noexcept;

private:
    result begin(machine::operation what, ticket of);
    result measure(int file);
    template <class Begin>
    bool admit(ended then, Begin begin);
    void await_idle(ticket of);
    void end_io(int outcome);

    std::string path_;
    pool_parts& parts_;
    std::atomic<std::uint64_t> blocks_{0};

    mutable std::mutex lock_;
    bool is_open_ = true;
    bool is_awaited_ = false;
    ticket awaited_with_{};
    unsigned in_flight_ = 0;
    int file_ = -1;
    std::atomic<int> steps_{0};

    daxhold::reactions::engine<machine, region, std::mutex, narrator> engine_;
};

} // namespace pool
