// SPDX-License-Identifier: BSL-1.0
#include "daxhold/device/checked.hpp"

#include "daxhold/device/shared_mutex.hpp"
#include "daxhold/device/srcu.hpp"

#include "device_among_threads.hpp"

#include <csignal>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

using namespace among_threads;

namespace {

/// SRCU of which every cell waits for the readers of all, as that of liburcu does.
struct srcu_of_the_process : srcu_synchronization {
    static constexpr auto domain = synchronization_domain::process;
};

using srcu = checked_synchronization<srcu_synchronization>;
using process_wide = checked_synchronization<srcu_of_the_process>;
using shared_mutex = checked_synchronization<shared_mutex_synchronization>;
using none = checked_synchronization<no_synchronization>;

/// What a process that does this says before it aborts; something else where it ends otherwise.
template <class Body>
std::string said_before_aborting(Body body) {
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        std::signal(SIGABRT, SIG_DFL); // and not doctest's
        alarm(60);                     // where it hangs after all
        dup2(ends[1], STDERR_FILENO);
        body();
        _exit(0);
    }
    close(ends[1]);
    std::string said;
    char piece[256];
    for (ssize_t n = 0; (n = read(ends[0], piece, sizeof piece)) > 0;)
        said.append(piece, static_cast<std::size_t>(n));
    close(ends[0]);
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT)
        return said;
    return "ended with " + std::to_string(status) + ": " + said;
}

enum class deed { put, kill, hold, ask };

/// Does something to its own device from inside of its notification.
template <class Policy>
struct meddler {
    basic_dax_device<static_holder<meddler>, flags, Policy>* device = nullptr;
    deed what = deed::ask;
    bool is_done = false;
    result notify_failure(byte_range, flags) {
        if (std::exchange(is_done, true))
            return success;
        switch (what) {
        case deed::put:
            static_cast<void>(device->put(*this));
            break;
        case deed::kill:
            static_cast<void>(device->kill());
            break;
        case deed::hold:
            static_cast<void>(device->hold(*this));
            break;
        case deed::ask:
            static_cast<void>(device->alive());
            break;
        }
        return success;
    }
};

template <class Policy>
void do_from_inside(deed what) {
    basic_dax_device<static_holder<meddler<Policy>>, flags, Policy> device;
    meddler<Policy> holder{&device, what};
    static_cast<void>(device.hold(holder));
    static_cast<void>(dax_holder_notify_failure(device, page, {}));
    CHECK(holder.is_done);
}

template <class Policy>
std::string said_to(deed what) {
    return said_before_aborting([=] { do_from_inside<Policy>(what); });
}

bool says(const std::string& message, const char* text) {
    return message.find(text) != std::string::npos &&
           message.find('\n') == message.size() - 1; // one line
}

} // namespace

TEST_CASE("a policy that is checked is a policy, and works as it does") {
    is_a_cell<srcu>();
    is_a_cell<none>();
    everything_at_once<srcu, plain_thread>(5);
    everything_at_once<shared_mutex, plain_thread>(5);
    holder_throws<srcu, plain_thread>();
}

TEST_CASE("a put or a kill from inside of one's own notification is told, and does not hang") {
    CHECK(says(said_to<srcu>(deed::put), "of the same device waits for that notification"));
    CHECK(says(said_to<srcu>(deed::kill), "of the same device waits for that notification"));
    CHECK(says(said_to<shared_mutex>(deed::put), "of the same device"));
    CHECK(says(said_to<shared_mutex>(deed::kill), "of the same device"));
    CHECK(says(said_to<process_wide>(deed::put), "waits for every notification in the process"));
}

TEST_CASE("so are a hold that would wait, and a second section where sections do not nest") {
    CHECK(says(said_to<shared_mutex>(deed::hold), "of the same device"));
    CHECK(says(said_to<shared_mutex>(deed::ask), "Do it after the notification, or take srcu"));
    do_from_inside<srcu>(deed::hold);
    do_from_inside<srcu>(deed::ask);
    do_from_inside<none>(deed::put);
    do_from_inside<none>(deed::kill);
}

TEST_CASE(
    "killing the device above from inside of a removal is told where the domain is the process") {
    CHECK(kill_the_upper_from_inside_of_the_lower<srcu, plain_thread>() == success);
    const auto said = said_before_aborting([] {
        static_cast<void>(kill_the_upper_from_inside_of_the_lower<process_wide, plain_thread>());
    });
    CHECK(says(said, "waits for every notification in the process"));
}

TEST_CASE("a debug build checks, a release build does not") {
#ifdef NDEBUG
    CHECK(std::is_same_v<checked_in_debug_build<srcu_synchronization>, srcu_synchronization>);
#else
    CHECK(std::is_same_v<checked_in_debug_build<srcu_synchronization>, srcu>);
#endif
}
