// SPDX-License-Identifier: BSL-1.0
#include "bare_loop.hpp"

#include "daxhold/releases.hpp"

#include "../../support/walking_every_record.hpp"

#include <benchmark/benchmark.h>

#include <map>
#include <string>
#include <vector>

/// \file
/// Times of notifications of large filesystems, as `what/who/extents`.

namespace {

using namespace benchmarks;

/// What `Generate` makes of so many extents, made once.
template <extents (*Generate)(std::size_t)>
const extents& made_by(std::size_t count) {
    static std::map<std::size_t, extents> images;
    const auto [at, is_new] = images.try_emplace(count);
    if (is_new)
        at->second = Generate(count);
    return at->second;
}

std::size_t extents_of(const benchmark::State& state) {
    return static_cast<std::size_t>(state.range(0));
}

/// Pages of file data whose inode is in core, anywhere in the filesystem.
std::vector<byte_range> pages_in_use(const extents& image) {
    daxhold::testing::random_numbers random{3};
    std::vector<byte_range> pages;
    while (pages.size() != 4096) {
        auto i = random.below(image.records.size());
        while (image.records[i].owner != owner::file_data ||
               !image.position.contains(image.records[i].inode_number))
            i = (i + 1) % image.records.size();
        pages.push_back({image.records[i].unpacked().extent.offset(), block});
    }
    return pages;
}

/// How many records are looked at for one of these pages, in the mean.
template <class Policy>
double records_for_a_page(const extents& image, const std::vector<byte_range>& pages) {
    large_filesystem<true> fs{image};
    for (const auto page : pages)
        static_cast<void>(notify_failure<Policy>(fs, role::data, page, cause::corruption));
    return static_cast<double>(fs.asked.probes + fs.asked.visited) /
           static_cast<double>(pages.size());
}

template <class Policy>
void corruption_of_a_page(benchmark::State& state) {
    const auto& image = made_by<generate>(extents_of(state));
    large_filesystem<false> fs{image};
    const auto pages = pages_in_use(image);
    std::size_t next = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(
            notify_failure<Policy>(fs, role::data, pages[next], cause::corruption));
        next = (next + 1) % pages.size();
    }
    benchmark::DoNotOptimize(fs.inodes.data());
    state.counters["records"] = records_for_a_page<Policy>(image, pages);
}

/// What `recommended` does in a corruption of file data: it is told of, the records of the page are
/// found, and the inodes that own them, and they are told.
void corruption_by_hand(benchmark::State& state) {
    const auto& image = made_by<generate>(extents_of(state));
    large_filesystem<false> fs{image};
    const auto pages = pages_in_use(image);
    std::size_t next = 0;
    for (auto _ : state) {
        const auto page = pages[next];
        static_cast<void>(fs.report_media_event(role::data, page));
        benchmark::DoNotOptimize(
            fs.for_each_mapping(role::data, page, [&fs, page](const rmap_record& record) {
                large_inode* inode = nullptr;
                if (record.owner == owner::file_data && fs.find_in_core(record, inode).ok()) {
                    const auto part = intersect(record.extent, page);
                    if (inode->is_dax)
                        static_cast<void>(fs.kill_users(inode, file_range(record, part),
                                                        users::early, poison::marked));
                    static_cast<void>(fs.report_data_lost(inode, file_range(record, part)));
                }
                return true;
            }));
        next = (next + 1) % pages.size();
    }
}

template <class Policy, class Filesystem>
void removal(benchmark::State& state) {
    Filesystem fs{made_by<generate>(extents_of(state))};
    for (auto _ : state)
        benchmark::DoNotOptimize(
            notify_failure<Policy>(fs, role::data, byte_range::whole_device(), cause::removal));
    benchmark::DoNotOptimize(fs.inodes.data());
}

/// A removal that has nothing to do for any record: what is left is what the engine itself costs.
template <class Policy>
void empty_walk(benchmark::State& state) {
    large_filesystem<false> fs{made_by<generate_metadata>(extents_of(state))};
    for (auto _ : state)
        benchmark::DoNotOptimize(
            notify_failure<Policy>(fs, role::data, byte_range::whole_device(), cause::removal));
}

void bare_loop(benchmark::State& state) {
    const auto& image = made_by<generate_metadata>(extents_of(state));
    byte_range range{0, image.size};
    for (auto _ : state) {
        benchmark::DoNotOptimize(range);
        benchmark::DoNotOptimize(count_owners(image, range));
    }
}

void register_all() {
    using releases::recommended;
    using releases::xfs_linux_6_8;
    constexpr std::int64_t fewest = 1'000;
    constexpr std::int64_t most = 10'000'000;
    const auto over_extents = [](const char* name, void (*function)(benchmark::State&)) {
        benchmark::RegisterBenchmark(name, function)->RangeMultiplier(10)->Range(fewest, most);
    };
    over_extents("corruption/xfs_linux_6_8", corruption_of_a_page<xfs_linux_6_8>);
    over_extents("corruption/recommended", corruption_of_a_page<recommended>);
    over_extents("corruption/by_hand", corruption_by_hand);
    over_extents("removal/xfs_linux_6_8", removal<xfs_linux_6_8, large_filesystem<false>>);
    over_extents("removal/every_record",
                 removal<support::with_every_record_walked<recommended>, large_filesystem<false>>);
    over_extents("removal/joined", removal<recommended, large_filesystem<false>>);
    over_extents("removal/in_core", removal<recommended, large_filesystem_with_list<false>>);
    // In the cache and out of it.
    const auto over_records = [](const char* name, void (*function)(benchmark::State&)) {
        benchmark::RegisterBenchmark(name, function)
            ->Arg(1'000)
            ->Arg(10'000)
            ->Arg(1'000'000)
            ->Arg(10'000'000);
    };
    over_records("walk/bare_loop", bare_loop);
    over_records("walk/xfs_linux_6_8", empty_walk<xfs_linux_6_8>);
    over_records("walk/recommended", empty_walk<recommended>);
}

} // namespace

int main(int argc, char** argv) {
    register_all();
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv))
        return 1;
    benchmark::RunSpecifiedBenchmarks();
}
