// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "policy.hpp"
#include "watcher.hpp"

#include <daxhold/linux/mount.hpp>
#include <daxhold/linux/processes.hpp>
#include <daxhold/policy/engine.hpp>

#include <linux/loop.h>
#include <memory>
#include <set>
#include <sys/mount.h>
#include <sys/syscall.h>

namespace orderly_unbind {

using daxhold::operation;

/// What the command line says.
struct request {
    std::string path;
    std::string device;
    std::string state = "/run/orderly_unbind";
    double deadline = 10; ///< Seconds for users to leave by themselves.
    double grace = 5;     ///< Seconds for everything else that is waited for.
    double hold = 30;     ///< Seconds that a freeze lasts at most, whatever becomes of the run.
    int tell = SIGTERM;
    int end = SIGKILL;
    bool is_dry = false;
    bool keeps_device = false;
    std::string failing;  ///< A step that fails instead of being taken.
    std::string stops_at; ///< A step at whose begin the process stops itself.

    [[nodiscard]] static milliseconds in_time(double seconds) noexcept {
        return milliseconds{static_cast<milliseconds::rep>(seconds * 1000)};
    }
};

/// The name of a step, as the command line and the journal have it.
template <class Own>
[[nodiscard]] const char* name_of_step(const daxhold::step<Own>& s) {
    static constexpr const char* names[] = {
#define DAXHOLD_OPERATION(name, about, arguments, purpose) #name,
        DAXHOLD_OPERATIONS(DAXHOLD_OPERATION)
#undef DAXHOLD_OPERATION
    };
    if constexpr (requires { Own::unmount; })
        if (s.what == operation::own)
            return s.own == Own::unmount ? "unmount" : "detach";
    return names[static_cast<std::size_t>(s.what)];
}

/// A mounted XFS, as the engine asks and tells it.
class leaving {
public:
    using own_operation = orderly::own_operation;
    using inode_handle = std::uint64_t;

    /// `mounted` is its line of the mount table; none: it is unmounted already.
    leaving(const request& given, const std::optional<os::mount_entry>& mounted, dev_t device)
        : given_{given}, mounted_{mounted}, device_{device} {
        if (!mounted_)
            return;
        directory_ = os::open_descriptor(mounted_->mount_point.c_str(), O_RDONLY | O_NONBLOCK);
        is_shut_down_ = !directory_;
        look();
        if (directory_ && !given_.is_dry)
            watcher_ = std::make_unique<watcher>(directory_.get(), request::in_time(given_.hold));
    }

    // What is asked.

    [[nodiscard]] bool is_born() const noexcept { return mounted_.has_value(); }
    [[nodiscard]] daxhold::byte_range device_range(daxhold::role) const noexcept {
        return daxhold::byte_range::whole_device();
    }
    [[nodiscard]] bool is_shut_down_already() const noexcept { return is_shut_down_; }

    /// A walk is about what is used, and never about the whole device.
    template <class Visitor>
    result for_each_mapping(daxhold::role device, daxhold::byte_range, Visitor&& visit) {
        return for_each_in_core(device, visit);
    }
    /// What somebody uses, as it was before the freeze: what a process maps cannot be read while a
    /// thread of it waits in a fault and another for the lock of its address space.
    template <class Visitor>
    result for_each_in_core(daxhold::role, Visitor&& visit) {
        std::set<std::uint64_t> inodes;
        for (const auto& piece : users_.mappings())
            inodes.insert(piece.inode);
        for (const auto& file : users_.open_files())
            if (left_.contains(file.process))
                inodes.insert(file.inode);
        for (const auto inode : inodes) {
            daxhold::rmap_record record{};
            record.owner = daxhold::owner::file_data;
            record.inode_number = inode;
            if (!visit(record))
                break;
        }
        return {};
    }
    result find_in_core(const daxhold::rmap_record& record, inode_handle& handle) noexcept {
        handle = record.inode_number;
        return {};
    }
    [[nodiscard]] orderly::users_left
    answer(boost::hana::type<orderly::users_left> /*asked*/) const noexcept {
        return !left_.empty()           ? orderly::users_left::some
               : users_.unseen().none() ? orderly::users_left::none
                                        : orderly::users_left::not_known;
    }

    // What it is told to do.

    result tell_users() noexcept {
        return take(operation::tell_users, [&] {
            result outcome;
            for (const auto process : left_)
                if (const auto told = signal(process, given_.tell); outcome.ok())
                    outcome = told;
            return outcome;
        });
    }
    /// -ETIMEDOUT: not all have left.
    result await_users() noexcept {
        const double seconds = std::exchange(has_waited_, true) ? given_.grace : given_.deadline;
        return take(operation::await_users, [&] {
            const auto end = std::chrono::steady_clock::now() + request::in_time(seconds);
            for (look(); !left_.empty(); look()) {
                if (std::chrono::steady_clock::now() >= end)
                    return result::error(ETIMEDOUT);
                ::poll(nullptr, 0, 50);
            }
            return result{};
        });
    }
    /// -ETIMEDOUT: it hangs. It is undone when it ends.
    result freeze() noexcept {
        return take(operation::freeze, [&] {
            const auto outcome = watcher_->freeze(request::in_time(given_.grace));
            hangs_ = outcome == result::error(ETIMEDOUT);
            return outcome;
        });
    }
    result thaw() noexcept {
        return take(operation::thaw,
                    [&] { return watcher_->thaw(request::in_time(given_.grace)); });
    }
    /// Of somebody else, or of a run before this one all of whose processes were killed. A
    /// filesystem that was shut down lets nobody open anything: a descriptor is borrowed from who
    /// has one.
    result thaw_user() noexcept {
        return take(operation::thaw_user, [&] {
            // It would wait for the freeze.
            if (hangs_)
                return result::error(EBADF);
            if (directory_)
                return watcher::thaw_now(directory_.get());
            for (const auto& file : users_.open_files()) {
                const os::descriptor its{
                    static_cast<int>(::syscall(SYS_pidfd_open, file.process, 0))};
                const os::descriptor borrowed{
                    static_cast<int>(::syscall(SYS_pidfd_getfd, its.get(), file.descriptor, 0))};
                if (borrowed)
                    return watcher::thaw_now(borrowed.get());
            }
            return result::error(EBADF);
        });
    }
    result kill_users(inode_handle inode, daxhold::byte_range, daxhold::users,
                      daxhold::poison) noexcept {
        return take(operation::kill_users, [&] {
            result outcome;
            for (const auto& piece : users_.mappings_of(inode))
                if (const auto told = signal(piece.process, given_.end); outcome.ok())
                    outcome = told;
            return outcome;
        });
    }
    result kill_openers(inode_handle inode, daxhold::byte_range) noexcept {
        return take(operation::kill_openers, [&] {
            result outcome;
            for (const auto& file : users_.open_files_of(inode))
                if (const auto told = signal(file.process, given_.end); outcome.ok())
                    outcome = told;
            return outcome;
        });
    }
    result shut_down(daxhold::shutdown_reason) noexcept {
        return take(operation::shut_down, [&] {
            // XFS_IOC_GOINGDOWN (ioctl_xfs_goingdown(2)). A log that hangs is not waited for; what
            // was frozen has nothing in it that is not written.
            constexpr auto going_down = _IOR('X', 125, std::uint32_t);
            std::uint32_t flags = hangs_ ? without_log : with_log;
            return result::error(os::control(directory_.get(), going_down, &flags));
        });
    }
    result perform(own_operation what) noexcept {
        return take(
            operation::own, [&] { return what == own_operation::unmount ? unmount() : detach(); },
            what == own_operation::unmount ? "unmount" : "detach");
    }

    /// Who uses it, as it was when anybody last looked.
    [[nodiscard]] const os::file_users& users() const noexcept { return users_; }
    [[nodiscard]] const std::set<pid_t>& left() const noexcept { return left_; }
    /// Who holds a freeze that hangs; 0 for nobody.
    [[nodiscard]] pid_t hanging() const noexcept {
        return hangs_ && watcher_ ? watcher_->process() : 0;
    }
    /// Looks for users now.
    void look() {
        users_ = os::find_users({&device_, 1});
        left_.clear();
        const auto own = watcher_ ? watcher_->process() : 0;
        const auto add = [&](pid_t process) {
            if (process != own)
                left_.insert(process);
        };
        for (const auto& piece : users_.mappings())
            add(piece.process);
        for (const auto& file : users_.open_files())
            add(file.process);
    }

private:
    static constexpr std::uint32_t with_log = 1, without_log = 2;

    template <class F>
    result take(operation what, F&& really, const char* own = nullptr) noexcept {
        daxhold::step<own_operation> named;
        named.what = what;
        const std::string name = own != nullptr ? own : name_of_step(named);
        if (given_.is_dry)
            return {};
        if (name == given_.failing)
            return result::error(EIO);
        try {
            return really();
        } catch (const std::exception&) {
            return result::error(ENOMEM);
        }
    }

    /// A process that has ended meanwhile has nothing left to be told.
    result signal(pid_t process, int number) noexcept {
        const os::descriptor it{static_cast<int>(::syscall(SYS_pidfd_open, process, 0))};
        if (process == 1 || process == (watcher_ ? watcher_->process() : 0))
            return {};
        if (it && ::syscall(SYS_pidfd_send_signal, it.get(), number, nullptr, 0) == 0)
            return {};
        return result::error(errno == ESRCH ? 0 : errno);
    }

    result unmount() noexcept {
        if (watcher_ && !watcher_->end(request::in_time(given_.grace)).ok())
            return result::error(ETIMEDOUT);
        directory_ = {};
        // A process that was ended may take a moment.
        const auto end = std::chrono::steady_clock::now() + request::in_time(given_.grace);
        while (::umount2(mounted_->mount_point.c_str(), UMOUNT_NOFOLLOW) != 0) {
            if (errno != EBUSY || std::chrono::steady_clock::now() >= end)
                return result::error(errno);
            ::poll(nullptr, 0, 50);
        }
        mounted_.reset();
        return {};
    }

    result detach() noexcept {
        if (mounted_)
            return result::error(EBUSY);
        if (given_.keeps_device)
            return {};
        {
            const auto device = os::open_descriptor(given_.device.c_str(), O_RDONLY);
            if (!device)
                return result::error(errno);
            // Who is no loop device knows no such call, or no such file.
            if (const int error = os::control(device.get(), LOOP_CLR_FD, nullptr); error != 0)
                return result::error(error == ENXIO ? 0 : error);
        }
        // With somebody else who has it open it would only go with them.
        const auto file = os::read_line("/sys/dev/block/" + std::to_string(major(device_)) + ':' +
                                        std::to_string(minor(device_)) + "/loop/backing_file");
        return result::error(file ? EBUSY : 0);
    }

    const request& given_;
    std::optional<os::mount_entry> mounted_;
    dev_t device_;
    os::descriptor directory_;
    std::unique_ptr<watcher> watcher_;
    os::file_users users_;
    std::set<pid_t> left_;
    bool is_shut_down_ = false;
    bool has_waited_ = false;
    bool hangs_ = false;
};

} // namespace orderly_unbind
