// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <liburing.h>
#include <mutex>
#include <thread>

namespace pool {

/// What is called when an operation has ended, with its result: 0 or more, or the negative of an
/// errno. Once it was given to the ring it is called exactly once, by the ring's own thread.
using ended = std::function<void(int)>;

/// An io_uring that many threads give operations to, and one thread that hears of their ends.
class ring {
public:
    /// Throws std::system_error where the kernel has none, or does not let us have one.
    ring();
    /// Every operation has to have ended.
    ~ring();
    ring(const ring&) = delete;
    ring& operator=(const ring&) = delete;

    /// Begin it. False, and `then` is not called, where there is no room in the ring.
    [[nodiscard]] bool read(int file, void* to, unsigned size, std::uint64_t offset, ended then);
    [[nodiscard]] bool write(int file, const void* from, unsigned size, std::uint64_t offset,
                             ended then);
    [[nodiscard]] bool open(const char* path, int flags, ended then);
    [[nodiscard]] bool close(int file, ended then);

    /// Ask that everything that is under way on a file ends, with -ECANCELED. What the kernel does
    /// not wait for in an interruptible way goes on.
    [[nodiscard]] bool cancel(int file);

private:
    template <class Prepare>
    bool begin(ended then, Prepare prepare);
    void hear();

    static constexpr unsigned entries = 256;

    io_uring ring_{};
    std::mutex submissions_;
    std::thread ends_;
};

} // namespace pool
