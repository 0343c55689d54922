// SPDX-License-Identifier: BSL-1.0
// Without the thread sanitizer, which cannot see into liburcu: it takes what liburcu orders for a
// race. The address sanitizer sees whether somebody is called after it was put, since its memory is
// freed then.
#include "daxhold/device/urcu.hpp"

#include "device_among_threads.hpp"

using namespace among_threads;

namespace {

using bp = urcu_bp_synchronization;
using memb = urcu_memb_synchronization;

struct registered_thread {
    registered_thread() { urcu_memb_register_thread(); }
    registered_thread(const registered_thread&) = delete;
    registered_thread& operator=(const registered_thread&) = delete;
    ~registered_thread() { urcu_memb_unregister_thread(); }
};

} // namespace

TEST_CASE("both flavours of liburcu are policies") {
    is_a_cell<bp>();
    const registered_thread ready;
    is_a_cell<memb>();
}

TEST_CASE("get, put, notify and kill at the same time") {
    everything_at_once<bp, plain_thread>(20);
    everything_at_once<memb, registered_thread>(20);
}

TEST_CASE("bp: put and kill come back when the notification that was running has left") {
    waits_for_those_inside<bp, plain_thread>();
}

TEST_CASE("memb: put and kill come back when the notification that was running has left") {
    waits_for_those_inside<memb, registered_thread>();
}

TEST_CASE("hold waits for no notification") {
    hold_waits_for_nobody<bp, plain_thread>();
    hold_waits_for_nobody<memb, registered_thread>();
}

TEST_CASE("a holder that throws leaves its device as one that answers") {
    holder_throws<bp, plain_thread>();
    holder_throws<memb, registered_thread>();
}

TEST_CASE("a put waits for those who are inside, and for none that comes after") {
    constexpr unsigned for_ever = 1'000'000;
    CHECK(handed_over_during_a_put<bp, plain_thread>(for_ever) < for_ever);
    CHECK(handed_over_during_a_put<memb, registered_thread>(for_ever) < for_ever);
}
