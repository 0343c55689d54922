// SPDX-License-Identifier: BSL-1.0
#include "daxhold/releases/no_holder.hpp"

#include "../support/faults.hpp"
#include "../support/gates.hpp"
#include "../support/notification.hpp"

using namespace support;
using releases::no_holder;
using releases::no_holder_linux_6_0;

namespace {

constexpr consequence gate(const gate_event& /*e*/) { return failed_with(EOPNOTSUPP); }

/// The answer of a device that nobody holds, alive or not any more.
constexpr result of_device(byte_range where) {
    using handle = static_holder<filesystem_holder<no_holder, mock_filesystem>>;
    const basic_dax_device<handle, failure_flags<no_holder::mf_flags>> device;
    return device.notify_failure(where, {});
}
constexpr result of_killed_device() {
    using handle = static_holder<filesystem_holder<no_holder, mock_filesystem>>;
    basic_dax_device<handle, failure_flags<no_holder::mf_flags>> device;
    return device.kill();
}

template <class Mock>
constexpr bool does_nothing(role device) {
    const auto fs = populated<Mock>();
    const auto removed = unbind<no_holder>(fs, device);
    const auto failed = notify<no_holder>(fs, cause::corruption, blocks(8, 1), device);
    return removed.what() == failed_with(EOPNOTSUPP) && removed.fs.log.size() == 0 &&
           removed.made.records == 0 && failed.what() == failed_with(EOPNOTSUPP) &&
           failed.fs.log.size() == 0;
}

} // namespace

TEST_CASE("the device answers for a filesystem that holds nothing, and the policy says the same") {
    CHECK_BOTH(of_device(blocks(8, 1)) == unsupported_operation);
    CHECK_BOTH(of_killed_device() == unsupported_operation);
    CHECK_BOTH(first_wrong_gate<no_holder>(gate) == 0);
}

TEST_CASE("an unbind and a failure on each mock filesystem: nothing is done") {
    CHECK_BOTH(does_nothing<mock_filesystem>(role::data));
    CHECK_BOTH(does_nothing<mock_filesystem_without_rmap>(role::data));
    CHECK_BOTH(does_nothing<mock_filesystem_without_freeze>(role::data));
    CHECK_BOTH(does_nothing<mock_filesystem_with_devices>(role::data));
    CHECK_BOTH(does_nothing<mock_filesystem_with_devices>(role::log));
    CHECK_BOTH(does_nothing<mock_filesystem_with_devices>(role::realtime));
}

TEST_CASE("a failure takes the generic path; of a removal nobody hears, and users go on") {
    // "ext4 -o dax" of what was observed on 6.1.192 and 6.12.117: -EOPNOTSUPP, generic path.
    CHECK_BOTH(
        falls_back(notify<no_holder>(populated<>(), cause::corruption, blocks(8, 1)).answer));
    CHECK_BOTH(notify<no_holder>(populated<>(), cause::corruption, blocks(8, 1)).after ==
               known_aftermaths{});
    // "ext4" and "XFS on dm-linear", 6.16.12 to 7.3.4: who maps oopses when it exits.
    constexpr auto stays = any_of(aftermath::mappings_stay_live, aftermath::exit_oopses);
    CHECK_BOTH(unbind<no_holder>(populated<>()).after == known_aftermaths{stays, stays});
    CHECK_BOTH(unbind<no_holder>(with_lone<>(lone::buffered_file)).after == known_aftermaths{});
    // "ext4" and "XFS on dm-linear", 6.1.192 and 6.12.117: the umount oopses.
    constexpr auto older = any_of(aftermath::mappings_stay_live, aftermath::umount_oopses);
    CHECK_BOTH(unbind<no_holder_linux_6_0>(populated<>()).after == known_aftermaths{older, older});
    CHECK_BOTH(unbind<no_holder_linux_6_0>(populated<>()).answer == unsupported_operation);
}

TEST_CASE("nothing is called that could fail") {
    CHECK_BOTH([] {
        for (std::size_t what = 0; what != call_count; ++what)
            for (const auto why : {cause::corruption, cause::removal}) {
                const auto n = fail_each<no_holder>(
                    populated<>(), static_cast<call>(what), why, byte_range::whole_device(),
                    [](const auto&, std::uint64_t) { return true; });
                if (!(n == sweep{}))
                    return false;
            }
        return true;
    }());
}
