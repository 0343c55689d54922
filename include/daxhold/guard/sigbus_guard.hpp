// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/event/result.hpp"
#include "daxhold/guard/sigbus_cause.hpp"

#include <atomic>
#include <csetjmp>
#include <cstdio>
#include <cstring>
#include <memory>
#include <mutex>
#include <optional>
#include <type_traits>

namespace daxhold {

/// What became of a SIGBUS. (DPDK's rte_bus_sigbus_handler has the same three.)
enum class sigbus_answer : std::uint8_t {
    handled,  ///< It was ours, and is dealt with.
    not_mine, ///< It was none of ours: whoever handled the signal before is to have it.
    failed,   ///< It was ours, and cannot be gone on from: nobody was ready for it.
};

/// A fault that a guarded access ran into, or that the kernel has given notice of.
struct sigbus_incident {
    std::uintptr_t address = 0; ///< Where, in this process.
    byte_range page{};          ///< The page of the file.
    sigbus_cause cause{};       ///< What it was about.
};

namespace detail {

/// An access that is being made, on the stack of the thread that makes it.
struct guarded_access {
    const void* guard = nullptr;
    guarded_access* outer = nullptr;
    signal_code code{};
    std::uintptr_t address = 0;
    guarded_region region{};
    sigjmp_buf context{};
};

// The model of the executable: any other may allocate when a thread first comes here, and it may
// come here in a signal handler.
// NOLINTBEGIN(cppcoreguidelines-avoid-non-const-global-variables): each thread has its own
[[gnu::tls_model("initial-exec")]] inline constinit thread_local guarded_access* innermost_access =
    nullptr;
// NOLINTEND(cppcoreguidelines-avoid-non-const-global-variables)

/// Runs `f(argument)`, and returns whether it came to its end. That is all that there is in the
/// function that calls sigsetjmp: what `f` changes lies in the frame of its caller, to whom this is
/// a call like any other, and so the values are there that it had last written.
[[gnu::noinline]] inline bool comes_to_its_end(guarded_access& access, void (*f)(void*) noexcept,
                                               void* argument) noexcept {
    // The handler changes no mask, so none has to be restored.
    if (sigsetjmp(access.context, 0) != 0)
        return false;
    innermost_access = &access;
    // No access to memory is moved by a compiler to the other side of these.
    std::atomic_signal_fence(std::memory_order_seq_cst);
    f(argument);
    std::atomic_signal_fence(std::memory_order_seq_cst);
    innermost_access = access.outer;
    return true;
}

} // namespace detail

/// Turns a SIGBUS in a mapped file into a value: what was being read or written stops where it is,
/// and the caller is told what it was about, as far as that can be known.
///
/// - **Per thread**: only a thread that is in an `attempt` of this guard is ever made to jump. A
///   fault in a region by any other has no way back: it is passed on, and where nobody is left to
///   have it a line on the standard error says so.
/// - **Chained**: what lies in no region, or is no fault (kill(2)), goes to the handler that was
///   there before, with the mask and on the terms that it was installed with.
/// - **In the handler** only functions are called that POSIX lists as async-signal-safe; what a
///   fault was about is found out after it.
///
/// `Table` says what a fault was about, over the facts of guard/sigbus_cause.hpp; it obeys the two
/// laws there. `Capacity` is how many regions there can be. One guard of a type is installed at a
/// time; guards of different types chain as strangers do.
template <auto const& Table = sigbus_causes, std::size_t Capacity = 16>
class sigbus_guard {
    static_assert(tables::proven<Table>);
    static_assert(tables::obeys<poison_is_no_want_of_space, Table>);
    static_assert(tables::obeys<what_is_outside_is_not_ours, Table>);

public:
    /// Guards nothing yet.
    sigbus_guard() = default;
    sigbus_guard(const sigbus_guard&) = delete;
    sigbus_guard& operator=(const sigbus_guard&) = delete;

    /// Puts the handler back that was there before, if nobody has installed another since; else
    /// this one stays where it is, for they may call it, and passes everything on. Precondition: no
    /// thread is in an `attempt`.
    ~sigbus_guard() {
        const auto guarded = regions_.read();
        for (const auto& region : guarded.of)
            if (region.bytes != 0)
                ::close(region.file);
        if (installed != this)
            return;
        installed = nullptr;
        if (is_first()) {
            ::sigaction(SIGBUS, &handler_before, nullptr);
            is_in_chain = false;
        }
    }

    /// Installs the handler of the process. -EBUSY: another guard of this type is installed, or one
    /// was, and somebody has taken the signal since, of whom nobody knows whether they pass it on.
    /// For one thread at a time, like sigaction(2) itself.
    result install() noexcept {
        if (installed != nullptr || (is_in_chain && !is_first()))
            return result::error(EBUSY);
        if (!is_in_chain) {
            struct sigaction mine {};
            mine.sa_sigaction = handle;
            // With the mask as it was: a jump out of the handler has nothing to restore.
            mine.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
            sigemptyset(&mine.sa_mask);
            // Known before it can be needed.
            if (::sigaction(SIGBUS, nullptr, &handler_before) != 0 ||
                ::sigaction(SIGBUS, &mine, nullptr) != 0)
                return result::error(errno);
            is_in_chain = true;
        }
        installed = this;
        return success;
    }

    /// Whether a SIGBUS comes to a handler of this type first. A library that is loaded later, or a
    /// virtual machine, may have taken the signal, and whether it passes it on is its own affair.
    [[nodiscard]] static bool is_first() noexcept {
        struct sigaction now {};
        return ::sigaction(SIGBUS, nullptr, &now) == 0 && (now.sa_flags & SA_SIGINFO) != 0 &&
               now.sa_sigaction == handle;
    }

    /// Guards `bytes` bytes at `address`, where `file` is mapped from `file_offset` on; both are
    /// whole pages. `file` may be closed afterwards.
    ///
    /// -EINVAL: no bytes, or no page; -EEXIST: a part of it is guarded already; -ENOSPC: there are
    /// `Capacity` regions; else what kept the file from being opened once more (open(2)): the guard
    /// looks at it by a description of its own.
    result add(const void* address, std::size_t bytes, int file,
               std::uint64_t file_offset) noexcept {
        return add_region(
            {.address = number_of(address), .bytes = bytes, .file_offset = file_offset}, file);
    }

    /// The same, with what is known to be poisoned, in bytes of the file. Precondition: the ledger
    /// outlives the region.
    template <std::size_t Ranges>
    result add(const void* address, std::size_t bytes, int file, std::uint64_t file_offset,
               const async_signal_safe<poison_ledger<Ranges>>& ledger) noexcept {
        return add_region(
            {.address = number_of(address),
             .bytes = bytes,
             .file_offset = file_offset,
             .ledger = &ledger,
             .look =
                 [](const void* of, byte_range page) noexcept {
                     const auto known =
                         static_cast<const async_signal_safe<poison_ledger<Ranges>>*>(of)->read();
                     return !known.overlaps(page) ? recorded::no
                            : known.is_exact()    ? recorded::yes
                                                  : recorded::perhaps;
                 }},
            file);
    }

    /// Ends the guard of the region that begins at `address`, before it is unmapped. Precondition:
    /// nobody is in an `attempt` on it. -ENOENT: there is none.
    result remove(const void* address) noexcept {
        const std::lock_guard changing{changes_};
        return regions_.update([&](region_list& list) noexcept {
            for (auto& region : list.of)
                if (region.bytes != 0 && region.address == number_of(address)) {
                    ::close(region.file);
                    region = {};
                    return success;
                }
            return result::error(ENOENT);
        });
    }

    /// Calls `f()`, which reads or writes guarded memory, on this thread. Nothing: it came to its
    /// end. Else it ran into a fault and was left at that instruction: what it had written until
    /// then is written, and what it was writing may be torn.
    ///
    /// Precondition: where `f`, which is noexcept, touches guarded memory it holds nothing that has
    /// to be given back: no lock, no memory, no object with a destructor, for none of that happens
    /// when it is left. Attempts may be nested; the innermost is left. Not for signal handlers.
    template <class F>
    [[nodiscard]] std::optional<sigbus_incident> attempt(F&& f) noexcept {
        static_assert(std::is_nothrow_invocable_v<F&>,
                      "what is guarded is noexcept: an exception would leave the guard behind");
        detail::guarded_access access;
        access.guard = this;
        access.outer = detail::innermost_access;
        if (detail::comes_to_its_end(
                access,
                [](void* of) noexcept { (*static_cast<std::remove_reference_t<F>*>(of))(); },
                const_cast<void*>(static_cast<const void*>(std::addressof(f))))) // NOLINT
            return std::nullopt;
        detail::innermost_access = access.outer;
        return look_into(access.code, access.address, access.region);
    }

    /// Copies bytes of which either side, or both, are guarded (memcpy).
    [[nodiscard]] std::optional<sigbus_incident> copy(void* to, const void* from,
                                                      std::size_t bytes) noexcept {
        return attempt([&]() noexcept { std::memcpy(to, from, bytes); });
    }

    /// Hands out the pages that the kernel has given notice of (BUS_MCEERR_AO; to processes that
    /// have asked for that, PR_MCE_KILL_EARLY), as `f(sigbus_incident)`. Returns whether these are
    /// all: there is room for 16 until they are taken.
    template <class F>
    bool take_notices(F&& f) {
        const auto guarded = regions_.read();
        for (auto& notice : notices_) {
            const auto address = notice.exchange(0);
            const auto* const region = find(guarded, address);
            if (address != 0 && region != nullptr)
                f(look_into(signal_code::memory_is_failing, address, *region));
        }
        return !has_lost_notices_.exchange(false);
    }

    /// For a program with a handler of its own, and what the handler of this class does but for
    /// passing on. It does not return where a thread has to leave what it was doing. Precondition:
    /// the caller is a handler of SIGBUS that was installed with SA_NODEFER and an empty mask.
    static sigbus_answer answer(const siginfo_t& signal) noexcept {
        auto* const guard = installed.load();
        const auto code = code_of(signal.si_code);
        if (guard == nullptr || code == signal_code::other)
            return sigbus_answer::not_mine;
        const auto address = number_of(signal.si_addr);
        const auto guarded = guard->regions_.read();
        const auto* const region = find(guarded, address);
        if (region == nullptr)
            return sigbus_answer::not_mine;
        if (code == signal_code::memory_is_failing) {
            guard->note(address);
            return sigbus_answer::handled;
        }
        auto* access = detail::innermost_access;
        while (access != nullptr && access->guard != guard)
            access = access->outer;
        if (access == nullptr)
            return sigbus_answer::failed;
        access->code = code;
        access->address = address;
        access->region = *region;
        siglongjmp(access->context, 1);
    }

    /// The handler, for a program that installs it in a way of its own; `install` does.
    static void handle(int number, siginfo_t* signal, void* context) {
        const int kept = errno;
        const auto said = answer(*signal);
        if (said != sigbus_answer::handled)
            pass_on(said, number, signal, context);
        errno = kept;
    }

private:
    struct region_list {
        guarded_region of[Capacity] = {};
    };

    [[nodiscard]] static std::uintptr_t number_of(const void* address) noexcept {
        return reinterpret_cast<std::uintptr_t>(address); // NOLINT
    }

    [[nodiscard]] static const guarded_region* find(const region_list& list,
                                                    std::uintptr_t address) noexcept {
        for (const auto& region : list.of)
            if (region.contains(address))
                return &region;
        return nullptr;
    }

    result add_region(guarded_region added, int file) noexcept {
        const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
        if (added.bytes == 0 || added.address % page != 0 || added.file_offset % page != 0)
            return result::error(EINVAL);
        char path[32];
        std::snprintf(path, sizeof path, "/proc/self/fd/%d", file); // NOLINT
        const std::lock_guard changing{changes_};
        return regions_.update([&](region_list& list) noexcept {
            guarded_region* room = nullptr;
            for (auto& region : list.of) {
                if (region.contains(added.address) ||
                    (region.bytes != 0 && added.contains(region.address)))
                    return result::error(EEXIST);
                if (region.bytes == 0)
                    room = &region;
            }
            if (room == nullptr)
                return result::error(ENOSPC);
            added.file = ::open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY); // NOLINT
            if (added.file < 0)
                return result::error(errno);
            *room = added;
            return success;
        });
    }

    [[nodiscard]] static sigbus_incident look_into(signal_code code, std::uintptr_t address,
                                                   const guarded_region& region) noexcept {
        sigbus_source source{code, address, &region};
        return {address, region.page_at(address), tables::decide<Table>(source)};
    }

    void note(std::uintptr_t address) noexcept {
        for (auto& notice : notices_) {
            std::uintptr_t none = 0;
            if (notice.compare_exchange_strong(none, address) || none == address)
                return;
        }
        has_lost_notices_ = true;
    }

    /// As if the handler before were the one that is installed.
    static void pass_on(sigbus_answer said, int number, siginfo_t* signal, void* context) {
        const bool is_sent = signal->si_code <= 0;
        const bool has_information = (handler_before.sa_flags & SA_SIGINFO) != 0;
        if (!has_information && handler_before.sa_handler == SIG_IGN && is_sent)
            return;
        if (!has_information &&
            (handler_before.sa_handler == SIG_DFL || handler_before.sa_handler == SIG_IGN)) {
            if (said == sigbus_answer::failed) {
                static constexpr char line[] = "daxhold: SIGBUS in a guarded region, on a thread "
                                               "that was not in a guarded access\n";
                static_cast<void>(!::write(STDERR_FILENO, line, sizeof line - 1));
            }
            // The instruction is run again and faults again, and the process ends as it would have
            // without us, with the fault in its core. A signal that was no fault comes only once.
            struct sigaction usual {};
            usual.sa_handler = SIG_DFL;
            ::sigaction(number, &usual, nullptr);
            if (is_sent || signal->si_code == BUS_MCEERR_AO)
                static_cast<void>(::raise(number));
            return;
        }
        sigset_t mask = handler_before.sa_mask;
        if ((handler_before.sa_flags & SA_NODEFER) == 0)
            sigaddset(&mask, number);
        sigset_t kept;
        ::pthread_sigmask(SIG_BLOCK, &mask, &kept);
        const struct sigaction to = handler_before;
        if ((handler_before.sa_flags & static_cast<int>(SA_RESETHAND)) != 0) {
            handler_before.sa_flags &= ~SA_SIGINFO;
            handler_before.sa_handler = SIG_DFL;
        }
        if (has_information)
            to.sa_sigaction(number, signal, context);
        else
            to.sa_handler(number);
        ::pthread_sigmask(SIG_SETMASK, &kept, nullptr);
    }

    // NOLINTBEGIN(cppcoreguidelines-avoid-non-const-global-variables): a process has one handler
    inline static std::atomic<sigbus_guard*> installed{nullptr};
    inline static struct sigaction handler_before {};
    inline static bool is_in_chain = false;
    // NOLINTEND(cppcoreguidelines-avoid-non-const-global-variables)

    async_signal_safe<region_list> regions_;
    std::atomic<std::uintptr_t> notices_[16] = {};
    std::atomic<bool> has_lost_notices_{false};
    std::mutex changes_;
};

} // namespace daxhold
