// SPDX-License-Identifier: BSL-1.0
// 017: a reference is given back by the wrong function.
//
// Wrong: where a walk over the allocation groups ended with an error, the reference to the group
// at hand was put as another kind of reference than it was.
// Commit: no commit known; 7.0-rc2, and 6.18.y.
// Input: any error in the middle of a walk.
// Here: what a lookup hands out gives itself back in its destructor, whatever the outcome; the
// engine has no function for it. Shown with handles that are counted, and with every call made to
// fail.

#include "daxhold/policy.hpp"

#include "both.hpp"

using namespace daxhold;
using namespace daxhold::tables;

namespace {

/// How many handles were taken, and how many of them are out.
struct count {
    int taken = 0;
    int out = 0;
};

class counted_handle {
public:
    constexpr counted_handle() = default;
    explicit constexpr counted_handle(count& c) : count_{&c} {
        ++c.taken;
        ++c.out;
    }
    constexpr counted_handle(counted_handle&& other) noexcept : count_{other.count_} {
        other.count_ = nullptr;
    }
    constexpr counted_handle& operator=(counted_handle&& other) noexcept {
        if (this != &other) {
            give_back();
            count_ = other.count_;
            other.count_ = nullptr;
        }
        return *this;
    }
    constexpr ~counted_handle() { give_back(); }

private:
    constexpr void give_back() {
        if (count_ != nullptr)
            --count_->out;
        count_ = nullptr;
    }
    count* count_ = nullptr;
};

/// A filesystem of three files in which the n-th call fails.
struct counting_filesystem {
    count handles{};
    int fails_at = 0;
    int calls = 0;
    int most_out = 0;

    [[nodiscard]] constexpr bool is_born() const { return true; }
    [[nodiscard]] constexpr byte_range device_range(role) const { return {0, 12288}; }
    template <class Visitor>
    constexpr result for_each_mapping(role, byte_range, Visitor&& visit) {
        for (std::uint64_t i = 0; i != 3; ++i) {
            if (const auto outcome = next(); !outcome.ok())
                return outcome;
            if (!visit(rmap_record{{i * 4096, 4096}, owner::file_data, i + 1}))
                break;
        }
        return success;
    }
    using inode_handle = counted_handle;
    constexpr result find_in_core(const rmap_record&, counted_handle& found) {
        found = counted_handle{handles};
        return next();
    }
    constexpr result kill_users(counted_handle&, byte_range, users, poison) noexcept {
        most_out = handles.out > most_out ? handles.out : most_out;
        return next();
    }

private:
    constexpr result next() { return ++calls == fails_at ? result::error(EIO) : success; }
};

struct policy : words {
    static constexpr auto gate = table(otherwise >> walk);
    static constexpr auto record =
        table(when(inode::in_core) >> kill_users(users::every, poison::marked) >> next,
              when(inode::lookup_failed) >> stop_with_lookup_error, otherwise >> next);
    static constexpr auto end = table(otherwise >> return_error);
};

constexpr counting_filesystem after_failure_of(int call) {
    counting_filesystem fs;
    fs.fails_at = call;
    static_cast<void>(
        notify_failure<policy>(fs, role::data, byte_range::whole_device(), cause::corruption));
    return fs;
}

} // namespace

TEST_CASE("017: every reference is given back, and once") {
    CHECK_BOTH(after_failure_of(0).handles.taken == 3);
    CHECK_BOTH(after_failure_of(0).calls == 9);
    for (int call = 0; call != 10; ++call) {
        CAPTURE(call);
        CHECK(after_failure_of(call).handles.out == 0);
        CHECK(after_failure_of(call).most_out <= 1);
    }
    static_assert(after_failure_of(1).handles.taken == 0);
    static_assert(after_failure_of(5).handles.out == 0);
}
