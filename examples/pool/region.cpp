// SPDX-License-Identifier: BSL-1.0
#include "region.hpp"

#include <fmt/core.h>

#include <cerrno>
#include <fcntl.h>
#include <linux/fs.h>
#include <string_view>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <system_error>
#include <utility>

namespace pool {

namespace {

template <class Fact>
std::string_view name(Fact value) {
    return daxhold::tables::name_of(value);
}

// One line a time, whole, whoever else writes.
std::mutex output;
template <class... Arguments>
void say(fmt::format_string<Arguments...> text, Arguments&&... arguments) {
    const std::lock_guard held{output};
    fmt::print(text, std::forward<Arguments>(arguments)...);
    std::fflush(stdout);
}

} // namespace

void narrator::step_begins(machine::state, machine::operation what) const noexcept {
    say("{}: {} begins\n", number, name(what));
}
void narrator::step_ended(machine::state, machine::operation what, result outcome) const noexcept {
    if (!outcome.ok())
        say("{}: {} failed: {}\n", number, name(what),
            std::generic_category().message(-outcome.value()));
}
void narrator::reacted(machine::state, machine::event to, daxhold::reactions::reply answered,
                       machine::state after) const noexcept {
    say("{}: {}: {}, {}\n", number, name(to), name(answered.answer), name(after));
}

region::region(unsigned number, std::string path, pool_parts& parts)
    : path_{std::move(path)}, parts_{parts}, engine_{*this, {}, narrator{{}, number}} {
    file_ = open(path_.c_str(), O_RDWR | O_CLOEXEC);
    if (file_ < 0)
        throw std::system_error(errno, std::generic_category(), path_);
    if (const auto outcome = measure(file_); !outcome.ok())
        throw std::system_error(-outcome.value(), std::generic_category(), path_);
}

unsigned region::in_flight() const {
    const std::lock_guard held{lock_};
    return in_flight_;
}

result region::measure(int file) {
    struct stat status {};
    std::uint64_t size = 0;
    if (fstat(file, &status) != 0)
        return result::error(errno);
    if (S_ISBLK(status.st_mode)) {
        if (ioctl(file, BLKGETSIZE64, &size) != 0)
            return result::error(errno);
    } else {
        size = static_cast<std::uint64_t>(status.st_size);
    }
    if (size < block_size)
        return result::error(ENOSPC);
    blocks_ = size / block_size;
    return {};
}

template <class Begin>
bool region::admit(ended then, Begin begin) {
    int file = -1;
    {
        const std::lock_guard held{lock_};
        if (!is_open_)
            return false;
        ++in_flight_;
        file = file_;
    }
    if (begin(file, [this, then = std::move(then)](int outcome) {
            then(outcome);
            end_io(outcome);
        }))
        return true;
    end_io(0);
    return false;
}

bool region::read(std::uint64_t block, void* to, ended then) {
    return block < blocks_ && admit(std::move(then), [&](int file, ended both) {
               return parts_.io.read(file, to, block_size, block * block_size, std::move(both));
           });
}
bool region::write(std::uint64_t block, const void* from, ended then) {
    return block < blocks_ && admit(std::move(then), [&](int file, ended both) {
               return parts_.io.write(file, from, block_size, block * block_size, std::move(both));
           });
}

void region::end_io(int outcome) {
    bool is_last = false;
    ticket of;
    {
        const std::lock_guard held{lock_};
        is_last = --in_flight_ == 0 && std::exchange(is_awaited_, is_awaited_ && in_flight_ != 0);
        of = awaited_with_;
    }
    // Once it takes no I/O, an error is nothing new.
    if (outcome == -EIO && now() == machine::state::live)
        static_cast<void>(engine_.tell(machine::event::media_error));
    if (is_last)
        static_cast<void>(engine_.tell(machine::event::drained, of));
}

void region::await_idle(ticket of) {
    {
        const std::lock_guard held{lock_};
        awaited_with_ = of;
        is_awaited_ = in_flight_ != 0;
        if (is_awaited_)
            return;
    }
    static_cast<void>(engine_.tell(machine::event::drained, of));
}

result region::begin(machine::operation what, ticket of) {
    using enum machine::operation;
    const auto file = [this] {
        const std::lock_guard held{lock_};
        return file_;
    };
    const auto admission = [this](bool is_open) {
        const std::lock_guard held{lock_};
        is_open_ = is_open;
    };
    switch (what) {
    case stop_admission:
        admission(false);
        return {};
    case admit:
        admission(true);
        return {};
    case drain:
        await_idle(of);
        return {};
    case abort:
        if (!parts_.io.cancel(file()))
            return result::error(EAGAIN);
        await_idle(of);
        return {};
    case tear_down:
        return parts_.io.close(file(),
                               [this, of](int outcome) {
                                   static_cast<void>(engine_.tell(outcome < 0
                                                                      ? machine::event::step_failed
                                                                      : machine::event::torn_down,
                                                                  of));
                               })
                   ? result{}
                   : result::error(EAGAIN);
    case set_up:
        return parts_.io.open(path_.c_str(), O_RDWR | O_CLOEXEC,
                              [this, of](int outcome) {
                                  const bool is_there = outcome >= 0 && measure(outcome).ok();
                                  if (is_there) {
                                      const std::lock_guard held{lock_};
                                      file_ = outcome;
                                  }
                                  static_cast<void>(engine_.tell(is_there
                                                                     ? machine::event::set_up_done
                                                                     : machine::event::step_failed,
                                                                 of));
                              })
                   ? result{}
                   : result::error(EAGAIN);
    case take_new_size:
        return measure(file());
    }
    return result::error(EINVAL);
}

result region::perform(machine::operation what, ticket of) noexcept {
    if (steps_++ == parts_.fails_at)
        return result::error(ECANCELED);
    return begin(what, of);
}

void region::set_deadline(machine::state /*in*/, ticket of) noexcept {
    parts_.deadlines.call_after(parts_.deadline, [this, of] {
        static_cast<void>(engine_.tell(machine::event::deadline, of));
    });
}

} // namespace pool
