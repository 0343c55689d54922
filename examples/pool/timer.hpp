// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

namespace pool {

/// Calls what it was given when its time has come, in a thread of its own: the deadline that cannot
/// fail to come. What is still waited for at the end is not called.
class timer {
public:
    using clock = std::chrono::steady_clock;

    timer() : runs_{[this] { run(); }} {}
    ~timer() {
        {
            const std::lock_guard held{lock_};
            is_over_ = true;
        }
        changed_.notify_one();
        runs_.join();
    }
    timer(const timer&) = delete;
    timer& operator=(const timer&) = delete;

    void call_after(std::chrono::milliseconds time, std::function<void()> what) {
        {
            const std::lock_guard held{lock_};
            calls_.emplace(clock::now() + time, std::move(what));
        }
        changed_.notify_one();
    }

private:
    void run() {
        std::unique_lock held{lock_};
        while (!is_over_) {
            if (calls_.empty()) {
                changed_.wait(held);
                continue;
            }
            const auto first = calls_.begin();
            if (first->first > clock::now()) {
                changed_.wait_until(held, clock::time_point{first->first});
                continue;
            }
            const auto what = std::move(first->second);
            calls_.erase(first);
            held.unlock();
            what();
            held.lock();
        }
    }

    std::mutex lock_;
    std::condition_variable changed_;
    std::multimap<clock::time_point, std::function<void()>> calls_;
    bool is_over_ = false;
    std::thread runs_;
};

} // namespace pool
