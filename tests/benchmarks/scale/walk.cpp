// SPDX-License-Identifier: BSL-1.0
#include "bare_loop.hpp"

#include "daxhold/releases.hpp"

#include <cstdio>

/// \file
/// A walk over records for which nothing is to be done, beside the bare loop, for a tool that
/// counts the instructions inside of `measured_event`; see ../instructions/count.py.

namespace {

using namespace benchmarks;

constexpr std::size_t records = 10'000;

template <class Policy>
[[gnu::noinline]] std::uint64_t walk(const extents& image) {
    large_filesystem<false> fs{image};
    static_cast<void>(
        notify_failure<Policy>(fs, role::data, byte_range::whole_device(), cause::removal));
    return fs.shutdowns;
}

[[gnu::noinline]] std::uint64_t bare_loop(const extents& image) {
    const auto counted = count_owners(image, {0, image.size});
    return counted.file_data == 0 ? counted.records : 0;
}

} // namespace

extern "C" [[gnu::noinline]] std::uint64_t
measured_event(std::uint64_t (*walk_over)(const extents&), const extents& image) {
    const auto seen = walk_over(image);
    // Keeps the call above from being the last thing, which would be a jump out of here.
    asm volatile("");
    return seen;
}

int main() {
    const auto image = generate_metadata(records);
    const struct {
        const char* name;
        std::uint64_t (*walk_over)(const extents&);
        std::uint64_t seen;
    } walks[] = {
        {"bare_loop", bare_loop, records},
        {"xfs_linux_6_8", walk<releases::xfs_linux_6_8>, 1},
        {"recommended", walk<releases::recommended>, 1},
    };
    for (const auto& w : walks) {
        if (measured_event(w.walk_over, image) != w.seen)
            return 1;
        std::printf("walk over %zu records\t%s\n", records, w.name);
    }
}
