// SPDX-License-Identifier: BSL-1.0
// The way of an unbind through the library, step by step, as the seed patch draws it: the driver
// tears its device down, kill_dax tells the holder, and XFS acts. On the mock filesystem.

#include <daxhold/device.hpp>
#include <daxhold/policy.hpp>
#include <daxhold/releases.hpp>
#include <daxhold/testing.hpp>

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace {

using namespace daxhold;

template <class Enumeration>
std::string word(Enumeration value) {
    const auto name = name_of(value);
    return {name.data, name.size};
}

std::string say(result r) { return fmt::format("{} ({})", r.value(), describe(meaning_of(r))); }

void line(int depth, std::string_view what) { fmt::print("{:{}}{}\n", "", 2 * depth, what); }

/// Prints what the engine does.
struct trace : no_observer {
    static constexpr int depth = 4;

    void gate_decided(std::size_t row) {
        line(depth - 1, "xfs_dax_notify_failure()");
        line(depth, fmt::format("gate: row {} wins", row + 1));
    }

    template <class Record>
    void record_decided(std::size_t row, const Record& record, byte_range part) {
        const auto owner = record.owner == owner::file_data
                               ? fmt::format("file data of inode {}", record.inode_number)
                               : word(record.owner);
        line(depth, fmt::format("record: {} KiB of {}, row {} wins", part.length() / 1024, owner,
                                row + 1));
    }

    template <class Own>
    void step_taken(const step<Own>& taken, result how) {
        line(depth + 1, fmt::format("{}: {}", word(taken.what), say(how)));
    }

    void walk_ended(walk_end how, byte_range rest) {
        line(depth, fmt::format("walk: {}, {} KiB not looked at", word(how), rest.length() / 1024));
    }

    void end_decided(std::size_t row) { line(depth, fmt::format("end: row {} wins", row + 1)); }

    void finished(result outcome, bool /*is_left_frozen*/) {
        line(depth - 1, fmt::format("returns {}", say(outcome)));
    }
};

/// The driver's own steps have nothing to do here.
struct pmem_driver {
    void flush() {}
    void remove_host() {}
    void put_dax() {}
    void delete_disk() {}
};

template <class Policy, class Order>
void show(std::string_view order) {
    using flags = failure_flags<typename Policy::mf_flags>;
    using holder = filesystem_holder<Policy, testing::mock_filesystem, trace>;

    fmt::print("{}, {}\n", Policy::title, order);
    auto fs = testing::populated();
    trace tracing;
    holder xfs{fs, role::data, tracing};
    basic_dax_device<static_holder<holder>, flags> device;
    auto held = fs_dax_get(device, static_holder{xfs});

    line(0, "unbind_store()");
    const auto answer = unbind<Order>(device, pmem_driver{}, [](teardown_step step) {
        line(1, fmt::format("{}()", describe(step)));
        if (step == teardown_step::kill_dax)
            line(2, fmt::format("dax_holder_notify_failure(0, U64_MAX, {:#x})",
                                removal_flags<typename Policy::mf_flags>().bits()));
    });
    line(1, fmt::format("the holder said {}, which an unbind does not listen to", say(answer)));
    const auto put = held.put();
    fmt::print("{} processes were told; the filesystem is {}; its later put finds that {}.\n\n",
               fs.told(), fs.is_shut_down ? "shut down as " + word(fs.reason) : "in use",
               put == put_outcome::device_died_first ? "the device died first" : "it still held");
}

} // namespace

int main() {
    show<releases::xfs_seed_as_posted, seed_teardown>("the seed's order of teardown");
    show<releases::xfs_seed_as_intended, seed_teardown>("the seed's order of teardown");
    show<releases::xfs_linux_6_8, linux_teardown>("Linux's order of teardown");
}
