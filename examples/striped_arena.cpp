// SPDX-License-Identifier: BSL-1.0
// An arena of blocks (tensors, buffers) in stripes on two regions of memory: a page of one fails,
// then the other one is taken away.
// EXPECT: is_no_holder_handle<arena
// EXPECT: a device stores a handle: static_holder<H>, holder_one_of<A, B>, any_holder<Flags>
#include <daxhold/device.hpp>
#include <daxhold/event/lineages.hpp>
#include <daxhold/tables.hpp>

#include <cstdio>
using namespace daxhold;
enum class lease : unsigned char { unused, in_use, pinned };
enum class fate { nothing, withdraw, compute_again, copy_out, tell_user };

constexpr auto fate_of_block = tables::table( //
    tables::when(lease::unused, cause::removal) >> fate::nothing,
    tables::when(lease::unused) >> fate::withdraw, // never given out again
    tables::when(lease::pinned) >> fate::tell_user,
    tables::when(cause::removal) >> fate::copy_out, // it can still be read
    tables::otherwise >> fate::compute_again);
using flags = failure_flags<lineage::linux_6_8::mf_flags>;

struct arena {
    static constexpr std::uint64_t block = 2 << 20;
    lease leases[8] = {};
    fate fates[8] = {};

    constexpr result notify_failure(byte_range range, flags why) {
        for (auto i = range.offset() / block; i < 8 && i * block < range.end(); ++i)
            fates[i] = tables::decide<fate_of_block>(tables::known(cause_of(why), leases[i]));
        return success;
    }
};

// Devices are declared before who holds them, and die after.
struct memory {
    arena blocks{{lease::in_use, lease::pinned, lease::unused, lease::in_use}};
#ifdef EXPECT_FAIL
    basic_dax_device<arena, flags> volume;
#else
    basic_dax_device<static_holder<arena>, flags> volume;
#endif
    using leg = mapped<striped, decltype(volume)>;
    leg legs[2]{{striped{{arena::block, 2, 0, 0, 4 * arena::block}}, volume},
                {striped{{arena::block, 2, 1, 0, 4 * arena::block}}, volume}};
    using region = basic_dax_device<static_holder<leg>, flags>;
    region regions[2];
    registration<decltype(volume)> mounted = fs_dax_get(volume, blocks);
    registration<region> held[2]{fs_dax_get(regions[0], legs[0]), fs_dax_get(regions[1], legs[1])};
};

int main() {
    memory m;
    const result page = dax_holder_notify_failure(m.regions[0], {0, 4096}, {});
    const result region = kill_dax(m.regions[1]);
    std::printf("a page of block 0 fails: %d; region 1 goes: %d\n", page.value(), region.value());
    constexpr const char* names[]{"nothing", "withdraw", "compute again", "copy out", "tell user"};
    for (const fate each : m.blocks.fates)
        std::puts(names[static_cast<int>(each)]);
}
