// SPDX-License-Identifier: BSL-1.0
#include "daxhold/policy/filesystem_holder.hpp"

#include "../support/lone_record.hpp"
#include "../support/notification.hpp"

using namespace support;
using releases::xfs_linux_6_1;
using releases::xfs_linux_6_8;

namespace {

using holder_6_8 = filesystem_holder<xfs_linux_6_8, mock_filesystem>;
using observed_6_8 = filesystem_holder<xfs_linux_6_8, mock_filesystem, report>;
using flags_6_0 = failure_flags<lineage::linux_6_0::mf_flags>;
using flags_6_8 = failure_flags<lineage::linux_6_8::mf_flags>;
using flags_seed = failure_flags<lineage::seed::mf_flags>;

template <class Flags>
constexpr mock_filesystem told(byte_range where, Flags flags) {
    auto fs = populated<>();
    holder_6_8 holder{fs};
    if (!holder.notify_failure(where, flags).ok())
        fs.born = false;
    return fs;
}

constexpr bool is_observed() {
    auto fs = populated<>();
    report made;
    observed_6_8 holder{fs, role::data, made};
    return holder.notify_failure(blocks(12, 1), flags_6_8{}) == success && made.records == 1 &&
           made.told() == 1;
}

constexpr bool is_told_of_its_log() {
    auto fs = populated<mock_filesystem_with_devices>();
    filesystem_holder<xfs_linux_6_8, mock_filesystem_with_devices> holder{fs, role::log};
    return holder.notify_failure(blocks(0, 1), flags_6_8{}) == filesystem_corrupted &&
           fs.is_shut_down && fs.log.is(call::shut_down);
}

/// The device dies under a mounted filesystem, and umount finds that out.
constexpr bool is_put_after_the_unbind() {
    auto fs = populated<>();
    holder_6_8 holder{fs};
    basic_dax_device<static_holder<holder_6_8>, flags_6_8> device;
    auto held = fs_dax_get(device, holder);
    return held.result() == success && kill_dax(device) == success && fs.is_shut_down &&
           fs.reason == shutdown_reason::force_umount && !fs.is_frozen_by_kernel &&
           held.put() == put_outcome::device_died_first &&
           device.notify_failure(blocks(12, 1), {}) == no_such_device && fs.told() == 3;
}

constexpr flags_6_8 removal = lineage::linux_6_8::mf_flags::mem_pre_remove;

/// The leg of a stripe goes on which headers lie and, in a chunk after them, a file that is mapped.
template <class Policy>
constexpr bool nobody_is_told_once_a_chunk_has_shut_it_down() {
    auto fs = populated<>();
    filesystem_holder<Policy, mock_filesystem> holder{fs};
    basic_dax_device<static_holder<decltype(holder)>, flags_6_8> volume;
    const auto held = fs_dax_get(volume, holder);
    constexpr stripe left{4 * sample_block, 2, 0, 0, 128 * sample_block};
    const mapped<striped, decltype(volume)> leg{striped{left}, volume};
    const auto answer = leg.notify_failure(byte_range::whole_device(), removal);
    return answer == result::error(EIO) && fs.is_shut_down && fs.told() == 0;
}

} // namespace

TEST_CASE("of a leg that goes a filesystem hears chunk by chunk, and is shut down by the first") {
    CHECK((nobody_is_told_once_a_chunk_has_shut_it_down<xfs_linux_6_8>()));
    CHECK((nobody_is_told_once_a_chunk_has_shut_it_down<releases::recommended>()));
}

TEST_CASE("a filesystem is a holder for every lineage of flags") {
    CHECK_BOTH(holder<holder_6_8, flags_6_8>);
    CHECK_BOTH(holder<holder_6_8, flags_6_0>);
    CHECK_BOTH(holder<holder_6_8, flags_seed>);
    CHECK_BOTH(holder<observed_6_8, flags_6_8>);
    // Without an observer there is nothing to give it, and with one there is no way around it.
    CHECK_BOTH(std::is_constructible_v<holder_6_8, mock_filesystem&>);
    CHECK_BOTH(!std::is_constructible_v<observed_6_8, mock_filesystem&>);
    CHECK_BOTH(!std::is_constructible_v<observed_6_8, mock_filesystem&, role>);
}

TEST_CASE("the flags tell the cause, by the names of their lineage") {
    CHECK_BOTH(told(blocks(12, 1), removal).reason == shutdown_reason::force_umount);
    CHECK_BOTH(told(blocks(12, 1), flags_6_8{}).told() == 1);
    CHECK_BOTH(!told(blocks(12, 1), flags_6_8{}).is_shut_down);
    // The seed's removal has the bit of SW_SIMULATED today.
    CHECK_BOTH(told(blocks(12, 1), flags_seed{lineage::seed::mf_flags::mem_remove}).is_shut_down);
    CHECK_BOTH(
        !told(blocks(12, 1), flags_6_8{lineage::linux_6_8::mf_flags::sw_simulated}).is_shut_down);
    // The lineage of 6.1 has no removal.
    CHECK_BOTH(!told(blocks(12, 1), flags_6_0::from_bits(0xFF)).is_shut_down);
    CHECK_BOTH(told(blocks(12, 1), flags_6_0::from_bits(0xFF)).told() == 1);
}

TEST_CASE("it knows which of the filesystem's devices it holds, and who watches") {
    CHECK_BOTH(is_told_of_its_log());
    CHECK_BOTH(is_observed());
}

TEST_CASE("it holds a device until that dies") {
    CHECK_BOTH(is_put_after_the_unbind());
    // An unbind by a lineage without a removal is a corruption of the whole device.
    CHECK_BOTH(unbind<xfs_linux_6_1>(with_lone<>(lone::dax_file)).what() ==
               consequence{.told = 1, .poisoned = 1});
    CHECK_BOTH(unbind<xfs_linux_6_8>(with_lone<>(lone::dax_file)).fs.told(plain) == 2);
}
