// SPDX-License-Identifier: BSL-1.0
// A user's program, the same for each way in which the library can be had.
#include <daxhold.hpp>

#include <cstdio>

int main() {
    constexpr daxhold::byte_range page{4096, 4096};
    static_assert(daxhold::byte_range::whole_device().contains(page));
    std::printf("%d.%d.%d: %d bytes fail\n", daxhold::version.major, daxhold::version.minor,
                daxhold::version.patch, static_cast<int>(page.length()));
    return 0;
}
