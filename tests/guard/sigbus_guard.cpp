// SPDX-License-Identifier: BSL-1.0
#include "daxhold/guard/sigbus_guard.hpp"

#include "daxhold/guard/injector.hpp"

#include <doctest/doctest.h>

#include <string>
#include <thread>
#include <vector>

#include <sys/wait.h>

using namespace daxhold;
using injectors::mapped_file;
using injectors::truncation;

namespace {

/// A file of four pages, of which the last two are cut off.
struct torn_file {
    truncation file{4};

    torn_file() {
        *file.target().page(0) = std::byte{7};
        REQUIRE(file.inject(2).ok());
    }
    [[nodiscard]] std::byte* good() const { return file.target().page(0); }
    [[nodiscard]] std::byte* bad() const { return file.target().page(2); }
};

template <class Guard>
void add(Guard& guard, const torn_file& torn) {
    const auto& target = torn.file.target();
    REQUIRE(guard.add(target.address(), target.bytes(), target.file(), 0).ok());
}

void touch(std::byte* at) noexcept { *static_cast<volatile std::byte*>(at) = std::byte{1}; }

/// A signal as the kernel would send it: a process may make up one for itself.
void send(int code, const void* address) noexcept {
    siginfo_t signal{};
    signal.si_signo = SIGBUS;
    signal.si_code = code;
    signal.si_addr = const_cast<void*>(address); // NOLINT
    ::syscall(SYS_rt_tgsigqueueinfo, ::getpid(), ::gettid(), SIGBUS, &signal);
}

struct end_of_child {
    int status = 0;
    std::string said{};

    [[nodiscard]] bool is_killed() const {
        return WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS;
    }
};

/// What becomes of a process of its own that does it, with no handler of SIGBUS but ours.
template <class F>
end_of_child in_a_child(F&& f) {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        ::dup2(ends[1], STDERR_FILENO);
        std::signal(SIGBUS, SIG_DFL);
        f();
        ::_exit(0);
    }
    ::close(ends[1]);
    end_of_child end;
    char part[256];
    for (ssize_t got = 0; (got = ::read(ends[0], part, sizeof part)) > 0;)
        end.said.append(part, static_cast<std::size_t>(got));
    ::close(ends[0]);
    ::waitpid(child, &end.status, 0);
    return end;
}

// What a handler that was there before has seen.
volatile std::sig_atomic_t calls = 0;
volatile std::sig_atomic_t was_blocked = 0;
const void* volatile seen_address = nullptr;
sigjmp_buf way_out;

void handler_before(int /*number*/, siginfo_t* signal, void* /*context*/) {
    calls = calls + 1;
    sigset_t mask;
    ::pthread_sigmask(SIG_SETMASK, nullptr, &mask);
    was_blocked = sigismember(&mask, SIGBUS) + 2 * sigismember(&mask, SIGUSR1);
    seen_address = signal->si_addr;
    if (signal->si_code > 0)
        siglongjmp(way_out, 1);
}

/// A fault that the handler before makes an end of.
[[gnu::noinline]] void touch_and_come_back(std::byte* at) {
    if (sigsetjmp(way_out, 1) == 0)
        touch(at);
}

void install_before(int flags) {
    struct sigaction before {};
    before.sa_sigaction = handler_before;
    before.sa_flags = flags;
    sigaddset(&before.sa_mask, SIGUSR1);
    REQUIRE(::sigaction(SIGBUS, &before, nullptr) == 0);
    calls = 0;
}

/// The process's handler of SIGBUS, as it was before the test.
struct kept_handler {
    struct sigaction before {};
    kept_handler() { ::sigaction(SIGBUS, nullptr, &before); }
    ~kept_handler() { ::sigaction(SIGBUS, &before, nullptr); }
};

struct own {
    static constexpr auto table =
        tables::table(tables::when(fault_address::outside) >>
                          sigbus_cause{sigbus_reason::not_ours, confidence::told},
                      tables::otherwise >> sigbus_cause{sigbus_reason::gone, confidence::likely});
};

} // namespace

TEST_CASE("a fault ends the access and nothing else") {
    const torn_file torn;
    sigbus_guard<> guard;
    REQUIRE(guard.install().ok());
    add(guard, torn);

    CHECK(!guard.attempt([&]() noexcept { touch(torn.good()); }));
    int steps = 0;
    std::byte kept{};
    const auto told = guard.attempt([&]() noexcept {
        steps = 1;
        kept = *torn.bad();
        steps = 2;
    });
    REQUIRE(told);
    CHECK(steps == 1);
    CHECK(told->page == byte_range{2 * mapped_file::page_size(), mapped_file::page_size()});
    CHECK(told->address == reinterpret_cast<std::uintptr_t>(torn.bad())); // NOLINT
    CHECK(told->cause == sigbus_cause{sigbus_reason::truncated, confidence::seen});
    CHECK(kept == std::byte{});

    // As often as it comes, and the mask is what it was.
    for (int again = 0; again != 3; ++again)
        CHECK(guard.copy(&kept, torn.bad(), 1));
    sigset_t mask;
    ::pthread_sigmask(SIG_SETMASK, nullptr, &mask);
    CHECK(sigismember(&mask, SIGBUS) == 0);
    CHECK(detail::innermost_access == nullptr);
}

TEST_CASE("attempts are nested, and guards are: each is left by its own faults") {
    const torn_file one;
    const torn_file two;
    sigbus_guard<> guard;
    sigbus_guard<own::table, 2> other;
    REQUIRE(guard.install().ok());
    REQUIRE(other.install().ok());
    add(guard, one);
    add(other, two);
    bool was_within = false;
    const auto outer = guard.attempt([&]() noexcept {
        const auto inner = other.attempt([&]() noexcept { touch(two.bad()); });
        was_within = inner && inner->cause.what == sigbus_reason::gone;
        const auto own_one = guard.attempt([&]() noexcept { touch(one.bad()); });
        was_within = was_within && own_one;
        // Through the attempt of the other.
        static_cast<void>(other.attempt([&]() noexcept { touch(one.bad()); }));
        was_within = false;
    });
    CHECK(outer);
    CHECK(was_within);
    CHECK(detail::innermost_access == nullptr);
}

TEST_CASE("each thread has its own way back, and who has none does not take another's") {
    const torn_file torn;
    sigbus_guard<> guard;
    REQUIRE(guard.install().ok());
    add(guard, torn);
    std::atomic<int> told{0};
    std::vector<std::thread> threads;
    for (int i = 0; i != 4; ++i)
        threads.emplace_back([&] {
            for (int again = 0; again != 50; ++again) {
                std::byte byte{};
                told += guard.copy(&byte, torn.bad(), 1).has_value();
                told += guard.copy(&byte, torn.good(), 1).has_value();
            }
        });
    for (auto& thread : threads)
        thread.join();
    CHECK(told == 200);

    const auto end = in_a_child([&] {
        sigbus_guard<own::table> alone;
        if (!alone.install().ok())
            return;
        add(alone, torn);
        static_cast<void>(
            alone.attempt([&]() noexcept { std::thread{[&] { touch(torn.bad()); }}.join(); }));
    });
    CHECK(end.is_killed());
    CHECK(end.said == "daxhold: SIGBUS in a guarded region, on a thread that was not in a guarded "
                      "access\n");
}

TEST_CASE("what is not ours goes to the handler before, on its terms") {
    const kept_handler kept;
    const torn_file stranger;
    for (const int flags : {SA_SIGINFO, SA_SIGINFO | SA_NODEFER}) {
        install_before(flags);
        sigbus_guard<> guard;
        REQUIRE(guard.install().ok());
        touch_and_come_back(stranger.bad());
        CHECK(calls == 1);
        CHECK(seen_address == stranger.bad());
        CHECK(was_blocked == (flags == SA_SIGINFO ? 3 : 2));
        ::raise(SIGBUS);
        CHECK(calls == 2);
        sigset_t mask;
        ::pthread_sigmask(SIG_SETMASK, nullptr, &mask);
        CHECK(sigismember(&mask, SIGUSR1) == 0);

        // In an attempt as well, and what is ours never gets there.
        const torn_file torn;
        add(guard, torn);
        CHECK(guard.attempt([&]() noexcept { touch(torn.bad()); }));
        CHECK(calls == 2);
        CHECK(sigbus_guard<>::is_first());
    }
    struct sigaction now {};
    ::sigaction(SIGBUS, nullptr, &now);
    CHECK((now.sa_sigaction == handler_before));

    // Once only, if that is what it wanted.
    const auto end = in_a_child([&] {
        install_before(SA_SIGINFO | static_cast<int>(SA_RESETHAND));
        sigbus_guard<> guard;
        if (!guard.install().ok())
            return;
        ::raise(SIGBUS);
        if (calls == 1)
            ::raise(SIGBUS);
    });
    CHECK(end.is_killed());
}

TEST_CASE("without a handler before, it ends as without a guard") {
    const torn_file stranger;
    const auto with_guard = [](auto what) {
        return in_a_child([&] {
            sigbus_guard<> guard;
            if (guard.install().ok())
                what();
        });
    };
    CHECK(with_guard([&] { touch(stranger.bad()); }).is_killed());
    CHECK(with_guard([] { ::raise(SIGBUS); }).is_killed());
    CHECK(with_guard([] { send(BUS_MCEERR_AO, "nobody guards this"); }).is_killed());
    const auto ignored = in_a_child([&] {
        std::signal(SIGBUS, SIG_IGN);
        sigbus_guard<> guard;
        if (!guard.install().ok())
            return;
        ::raise(SIGBUS);
        ::_exit(3);
    });
    CHECK(WEXITSTATUS(ignored.status) == 3);
}

TEST_CASE("poison that the kernel tells of") {
    const torn_file torn;
    sigbus_guard<> guard;
    REQUIRE(guard.install().ok());
    add(guard, torn);
    const auto told = guard.attempt([&]() noexcept { send(BUS_MCEERR_AR, torn.good() + 5); });
    REQUIRE(told);
    CHECK(told->cause == sigbus_cause{sigbus_reason::poisoned, confidence::told});

    // Nobody touched it: it is kept for later, and nobody has to jump.
    bool came_to_its_end = false;
    CHECK(!guard.attempt([&]() noexcept {
        send(BUS_MCEERR_AO, torn.good());
        send(BUS_MCEERR_AO, torn.good());
        send(BUS_MCEERR_AO, torn.file.target().page(1));
        came_to_its_end = true;
    }));
    CHECK(came_to_its_end);
    std::vector<std::uint64_t> pages;
    const auto take = [&](const sigbus_incident& notice) {
        CHECK(notice.cause.what == sigbus_reason::poisoned);
        pages.push_back(notice.page.offset());
    };
    CHECK(guard.take_notices(take));
    CHECK(pages == std::vector<std::uint64_t>{0, mapped_file::page_size()});
    pages.clear();
    CHECK(guard.take_notices(take));
    CHECK(pages.empty());
    for (int i = 0; i != 17; ++i)
        send(BUS_MCEERR_AO, torn.good() + i);
    CHECK(!guard.take_notices(take));
    CHECK(pages.size() == 16);
    CHECK(guard.take_notices(take));
}

TEST_CASE("what a program has recorded is a cause") {
    injectors::userfaultfd_poison poison{4};
    if (!poison.state().ok()) {
        MESSAGE("not tried, no UFFDIO_POISON here: "
                << std::string{std::strerror(-poison.state().value())});
        return;
    }
    REQUIRE(poison.inject(1).ok());
    const auto& target = poison.target();
    async_signal_safe<poison_ledger<1>> ledger;
    sigbus_guard<> guard;
    REQUIRE(guard.install().ok());
    REQUIRE(guard.add(target.address(), target.bytes(), target.file(), 0, ledger).ok());
    const auto cause = [&] {
        const auto told = guard.attempt([&]() noexcept { touch(target.page(1)); });
        return told ? told->cause : sigbus_cause{sigbus_reason::not_ours};
    };
    const auto unrecorded = cause();
    CHECK(unrecorded.what != sigbus_reason::no_space);
    const auto page = mapped_file::page_size();
    ledger.update([&](auto& known) { return known.add({page, page}); });
    if (unrecorded.how == confidence::none)
        CHECK(cause() == sigbus_cause{sigbus_reason::poisoned, confidence::recorded});
    ledger.update([&](auto& known) { return known.add({3 * page, page}); });
    if (unrecorded.how == confidence::none)
        CHECK(cause() == sigbus_cause{sigbus_reason::poisoned, confidence::likely});
}

TEST_CASE("what cannot be guarded, or installed, is refused") {
    const kept_handler kept;
    const torn_file torn;
    const torn_file second;
    const torn_file third;
    const auto page = mapped_file::page_size();
    const int file = torn.file.target().file();
    {
        sigbus_guard<sigbus_causes, 2> guard;
        CHECK(guard.add(torn.good(), 0, file, 0) == result::error(EINVAL));
        CHECK(guard.add(torn.good() + 1, page, file, 0) == result::error(EINVAL));
        CHECK(guard.add(torn.good(), page, file, 1) == result::error(EINVAL));
        CHECK(guard.add(torn.good(), page, -1, 0) == result::error(ENOENT));
        add(guard, torn);
        CHECK(guard.add(torn.bad(), page, file, 2 * page) == result::error(EEXIST));
        add(guard, second);
        CHECK(guard.add(third.good(), page, file, 0) == result::error(ENOSPC));
        CHECK(guard.remove(third.good()) == result::error(ENOENT));
        CHECK(guard.remove(second.good()).ok());
        CHECK(guard.add(third.good(), page, file, 0).ok());

        REQUIRE(guard.install().ok());
        sigbus_guard<sigbus_causes, 2> another;
        CHECK(another.install() == result::error(EBUSY));
        // Somebody takes the signal, and may pass it on to us.
        install_before(SA_SIGINFO);
        CHECK(!sigbus_guard<sigbus_causes, 2>::is_first());
    }
    sigbus_guard<sigbus_causes, 2> later;
    CHECK(later.install() == result::error(EBUSY));
}
