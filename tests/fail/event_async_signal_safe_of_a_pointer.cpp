// SPDX-License-Identifier: BSL-1.0
// EXPECT: a value that is read while it is changed is trivially copyable
#include "daxhold/event/async_signal_safe.hpp"
#include "daxhold/event/poison_ledger.hpp"

#include <memory>

// A ledger that lies elsewhere: a handler would follow a pointer to what is being freed.
#ifdef EXPECT_FAIL
daxhold::async_signal_safe<std::shared_ptr<daxhold::poison_ledger<16>>> poison;
#else
daxhold::async_signal_safe<daxhold::poison_ledger<16>> poison;
#endif
