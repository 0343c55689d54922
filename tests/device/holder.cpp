// SPDX-License-Identifier: BSL-1.0
#include "daxhold/device/holder.hpp"

#include "daxhold/event/lineages.hpp"

#include "../support/both.hpp"

using namespace daxhold;

namespace {

using flags = failure_flags<lineage::linux_6_8::mf_flags>;
using seed_flags = failure_flags<lineage::seed::mf_flags>;

struct filesystem {
    constexpr result notify_failure(byte_range, flags) { return success; }
};
struct any_lineage {
    template <class Flags>
    constexpr result notify_failure(byte_range, Flags) const {
        return success;
    }
};
struct without {};
struct answers_int {
    constexpr int notify_failure(byte_range, flags) { return 0; }
};
struct hides_it {
private:
    constexpr result notify_failure(byte_range, flags) { return success; }
};

struct handle {
    constexpr explicit operator bool() const { return held; }
    constexpr result notify_failure(byte_range, flags) const { return success; }
    constexpr bool operator==(const handle&) const = default;
    bool held = false;
};
struct handle_that_cannot_be_empty : handle {
    handle_that_cannot_be_empty() = delete;
};
struct handle_without_equality {
    constexpr explicit operator bool() const { return false; }
    constexpr result notify_failure(byte_range, flags) const { return success; }
};
struct handle_without_bool {
    constexpr result notify_failure(byte_range, flags) const { return success; }
    constexpr bool operator==(const handle_without_bool&) const = default;
};
struct handle_that_is_not_const {
    constexpr explicit operator bool() const { return false; }
    constexpr result notify_failure(byte_range, flags) { return success; }
    constexpr bool operator==(const handle_that_is_not_const&) const = default;
};

} // namespace

TEST_CASE("a set of failure flags") {
    CHECK_BOTH(failure_flag_set<flags>);
    CHECK_BOTH(failure_flag_set<const flags>);
    CHECK_BOTH(!failure_flag_set<lineage::linux_6_8::mf_flags>);
    CHECK_BOTH(!failure_flag_set<unsigned>);
}

TEST_CASE("a holder can be told of a range with the flags of a lineage") {
    CHECK_BOTH(holder<filesystem, flags>);
    CHECK_BOTH(holder<any_lineage, flags>);
    CHECK_BOTH(holder<any_lineage, seed_flags>);
    CHECK_BOTH(holder<const any_lineage, flags>);
    CHECK_BOTH(!holder<const filesystem, flags>);
    CHECK_BOTH(!holder<filesystem, seed_flags>);
    CHECK_BOTH(!holder<filesystem, unsigned>);
    CHECK_BOTH(!holder<without, flags>);
    CHECK_BOTH(!holder<answers_int, flags>);
    CHECK_BOTH(!holder<hides_it, flags>);
    CHECK_BOTH(!holder<int, flags>);
}

TEST_CASE("a handle is a value that can be empty, compares, and passes on") {
    CHECK_BOTH(holder_handle<handle, flags>);
    CHECK_BOTH(!holder_handle<handle, seed_flags>);
    CHECK_BOTH(!holder_handle<filesystem, flags>);
    CHECK_BOTH(!holder_handle<handle_that_cannot_be_empty, flags>);
    CHECK_BOTH(!holder_handle<handle_without_equality, flags>);
    CHECK_BOTH(!holder_handle<handle_without_bool, flags>);
    CHECK_BOTH(!holder_handle<handle_that_is_not_const, flags>);
}

TEST_CASE("the diagnostics tell the two ways of being no holder apart") {
    CHECK_BOTH(is_no_holder_because_it_lacks_notify_failure<filesystem, flags>::ok);
    CHECK_BOTH(!is_no_holder_because_it_lacks_notify_failure<without, flags>::ok);
    CHECK_BOTH(!is_no_holder_because_it_lacks_notify_failure<hides_it, flags>::ok);
    CHECK_BOTH(!is_no_holder_because_it_lacks_notify_failure<filesystem, seed_flags>::ok);
    CHECK_BOTH(is_no_holder_because_it_lacks_notify_failure<answers_int, flags>::ok);
    CHECK_BOTH(!is_no_holder_because_its_notify_failure_returns_no_result<answers_int, flags>::ok);
    CHECK_BOTH(is_no_holder_because_its_notify_failure_returns_no_result<filesystem, flags>::ok);
    CHECK_BOTH(is_no_holder_because_its_notify_failure_returns_no_result<without, flags>::ok);
    CHECK_BOTH(is_no_holder_handle<handle, flags>::ok);
    CHECK_BOTH(!is_no_holder_handle<filesystem, flags>::ok);
}
