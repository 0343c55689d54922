// SPDX-License-Identifier: BSL-1.0
#include "ring.hpp"

#include <cerrno>
#include <memory>
#include <system_error>
#include <utility>

namespace pool {

ring::ring() {
    if (const int outcome = io_uring_queue_init(entries, &ring_, 0); outcome < 0)
        throw std::system_error(-outcome, std::generic_category(), "io_uring");
    ends_ = std::thread([this] { hear(); });
}

ring::~ring() {
    // An operation without anybody to call ends the thread.
    {
        const std::lock_guard held{submissions_};
        if (auto* const entry = io_uring_get_sqe(&ring_)) {
            io_uring_prep_nop(entry);
            io_uring_sqe_set_data(entry, nullptr);
            io_uring_submit(&ring_);
        }
    }
    ends_.join();
    io_uring_queue_exit(&ring_);
}

template <class Prepare>
bool ring::begin(ended then, Prepare prepare) {
    auto owned = std::make_unique<ended>(std::move(then));
    const std::lock_guard held{submissions_};
    auto* const entry = io_uring_get_sqe(&ring_);
    if (entry == nullptr)
        return false;
    prepare(entry);
    io_uring_sqe_set_data(entry, owned.release());
    // What could not be submitted stays in the queue, and goes with the next one.
    io_uring_submit(&ring_);
    return true;
}

bool ring::read(int file, void* to, unsigned size, std::uint64_t offset, ended then) {
    return begin(std::move(then),
                 [&](auto* entry) { io_uring_prep_read(entry, file, to, size, offset); });
}
bool ring::write(int file, const void* from, unsigned size, std::uint64_t offset, ended then) {
    return begin(std::move(then),
                 [&](auto* entry) { io_uring_prep_write(entry, file, from, size, offset); });
}
bool ring::open(const char* path, int flags, ended then) {
    return begin(std::move(then),
                 [&](auto* entry) { io_uring_prep_openat(entry, AT_FDCWD, path, flags, 0); });
}
bool ring::close(int file, ended then) {
    return begin(std::move(then), [&](auto* entry) { io_uring_prep_close(entry, file); });
}
bool ring::cancel(int file) {
    return begin(
        [](int) {},
        [&](auto* entry) { io_uring_prep_cancel_fd(entry, file, IORING_ASYNC_CANCEL_ALL); });
}

void ring::hear() {
    for (;;) {
        io_uring_cqe* end = nullptr;
        if (io_uring_wait_cqe(&ring_, &end) != 0)
            continue; // interrupted
        const std::unique_ptr<ended> then{static_cast<ended*>(io_uring_cqe_get_data(end))};
        const int outcome = end->res;
        io_uring_cqe_seen(&ring_, end);
        if (then == nullptr)
            return;
        // What was done before the operation was begun is seen from here on.
        submissions_.lock();
        submissions_.unlock();
        (*then)(outcome);
    }
}

} // namespace pool
