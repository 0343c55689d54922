// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <daxhold/event/result.hpp>
#include <daxhold/linux/file.hpp>

#include <cerrno>
#include <chrono>
#include <csignal>

#include <linux/fs.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

namespace orderly_unbind {

using daxhold::result;
using milliseconds = std::chrono::milliseconds;
namespace os = daxhold::on_linux;

/// A process that freezes, so that nobody has to wait for ever:
///
/// - a freeze that hangs (FIFREEZE cannot be interrupted) hangs it, and not who asked for it;
/// - it thaws when who asked for it is gone, whatever that died of, and when it was held too long;
/// - where it dies itself, who asked for it thaws.
class watcher {
public:
    /// Starts it. It holds `file`, a descriptor on the filesystem, which keeps an umount busy until
    /// `end`. A freeze is held for `hold` at most.
    watcher(int file, milliseconds hold) noexcept : file_{file} {
        int ends[2];
        if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
            return;
        process_ = ::fork();
        if (process_ == 0) {
            ::close(ends[0]);
            watch(file, ends[1], hold);
        }
        ::close(ends[1]);
        own_ = os::descriptor{ends[0]};
    }
    watcher(const watcher&) = delete;
    watcher& operator=(const watcher&) = delete;
    ~watcher() { static_cast<void>(end(milliseconds{0})); }

    /// Freezes. -ETIMEDOUT: it has not ended by then; when it does, it is undone at once.
    result freeze(milliseconds deadline) noexcept {
        const auto outcome = ask(freeze_it, deadline);
        if (outcome == result::error(ETIMEDOUT))
            static_cast<void>(ask(thaw_it, milliseconds{0}));
        return outcome;
    }

    /// Thaws. -EINVAL: it is not frozen (any more).
    result thaw(milliseconds deadline) noexcept {
        const auto outcome = ask(thaw_it, deadline);
        // It has died, or does not answer.
        return outcome == result::error(EPIPE) || outcome == result::error(ETIMEDOUT)
                   ? thaw_now(file_)
                   : outcome;
    }

    /// Ends it, and with it its hold of the filesystem. -ETIMEDOUT: a freeze hangs still.
    result end(milliseconds deadline) noexcept {
        own_ = {};
        for (auto left = deadline; process_ > 0; left -= milliseconds{10}) {
            if (::waitpid(process_, nullptr, WNOHANG) != 0)
                process_ = 0;
            else if (left <= milliseconds{0})
                return result::error(ETIMEDOUT);
            else
                ::poll(nullptr, 0, 10);
        }
        return daxhold::success;
    }

    [[nodiscard]] pid_t process() const noexcept { return process_; }

    static result thaw_now(int file) noexcept {
        return result::error(os::control(file, FITHAW, nullptr));
    }

private:
    static constexpr char freeze_it = 'F';
    static constexpr char thaw_it = 'T';

    result ask(char what, milliseconds deadline) noexcept {
        if (::send(own_.get(), &what, 1, MSG_NOSIGNAL) != 1)
            return result::error(EPIPE);
        pollfd answer{own_.get(), POLLIN, 0};
        if (::poll(&answer, 1, static_cast<int>(deadline.count())) == 0)
            return result::error(ETIMEDOUT);
        int error = 0;
        if (::recv(own_.get(), &error, sizeof error, 0) != sizeof error)
            return result::error(EPIPE);
        return result::error(error);
    }

    [[noreturn]] static void watch(int file, int from, milliseconds hold) noexcept {
        // Neither what is sent to the group of who asked, nor the end of its terminal, ends it; and
        // it keeps none of its files open.
        ::setsid();
        ::prctl(PR_SET_NAME, "orderly_watcher");
        for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE})
            std::signal(number, SIG_IGN);
        for (int number = 0; number != 3; ++number)
            ::close(number);
        bool is_frozen = false;
        for (;;) {
            pollfd question{from, POLLIN, 0};
            const int ready = ::poll(&question, 1, is_frozen ? static_cast<int>(hold.count()) : -1);
            char what = 0;
            const bool is_asked = ready > 0 && ::recv(from, &what, 1, 0) == 1;
            if (!is_asked || what == thaw_it) {
                const int error = is_frozen ? -thaw_now(file).value() : EINVAL;
                is_frozen = false;
                if (is_asked)
                    ::send(from, &error, sizeof error, MSG_NOSIGNAL);
                else if (ready != 0)
                    ::_exit(0);
            } else {
                const int error = os::control(file, FIFREEZE, nullptr);
                is_frozen = error == 0;
                ::send(from, &error, sizeof error, MSG_NOSIGNAL);
            }
        }
    }

    int file_;
    pid_t process_ = -1;
    os::descriptor own_;
};

} // namespace orderly_unbind
