// SPDX-License-Identifier: BSL-1.0
#include "daxhold/device/shared_mutex.hpp"

#include "device_among_threads.hpp"

using namespace among_threads;

namespace {

using policy = shared_mutex_synchronization;

} // namespace

TEST_CASE("a shared mutex is a policy") { is_a_cell<policy>(); }

TEST_CASE("get, put, notify and kill at the same time") {
    everything_at_once<policy, plain_thread>(20);
}

TEST_CASE("put and kill come back when the notification that was running has left") {
    waits_for_those_inside<policy, plain_thread>();
}

TEST_CASE("a holder that throws leaves its device as one that answers") {
    holder_throws<policy, plain_thread>();
}

TEST_CASE("a device takes the one above with it, each having a cell of its own") {
    CHECK(kill_the_upper_from_inside_of_the_lower<policy, plain_thread>() == success);
}

TEST_CASE("as the header says, a put starves while others hand over to each other") {
    CHECK(handed_over_during_a_put<policy, plain_thread>(500) >= 500);
}
