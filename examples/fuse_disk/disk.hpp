// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <daxhold/event/lineages.hpp>
#include <daxhold/event/poison_ledger.hpp>
#include <daxhold/linux/processes.hpp>
#include <daxhold/policy/engine.hpp>
#include <daxhold/policy/words.hpp>

#include <cstring>
#include <functional>
#include <mutex>
#include <string>

#include <csignal>
#include <sys/mman.h>

namespace fuse_disk {

using daxhold::byte_range;
using daxhold::result;
namespace os = daxhold::on_linux;

/// What the filesystem makes of a failure, and of a removal of its device.
struct policy : daxhold::words {
    static constexpr const char* name = "fuse_disk";
    static constexpr const char* title = "a filesystem of one file, on FUSE";
    using mf_flags = daxhold::lineage::linux_6_8::mf_flags;

    enum class own_operation : std::uint8_t {
        mark, ///< The bytes are recorded as poisoned, for good.
    };

    // clang-format off
    static constexpr auto gate = table(
        when(range::outside)         >> refuse(ENXIO),
        when(already_shut_down::yes) >> refuse(EIO),
        otherwise                    >> walk);

    static constexpr auto record = table(
        when(none_of(owner::file_data), cause::corruption) >> note_shutdown >> next,
        when(none_of(owner::file_data))                    >> next,
        // every mapper hears of it while the pages are still there
        when(cause::removal) >> collect(kill_users(users::every, poison::not_marked)) >> next,
        // recorded before it is taken away: who comes back for it finds it poisoned
        otherwise >> collect(perform(own_operation::mark)) >> collect(invalidate) >> next);

    static constexpr auto end = table(
        when(cause::removal)
            >> collect(shut_down(device_removed)) >> collect(unmap_range) >> return_error,
        when(want_shutdown::yes)
            >> attempt(shut_down(corrupt_ondisk)) >> attempt(unmap_range) >> refuse(efscorrupted),
        otherwise >> return_error);
    // clang-format on
};

/// What the filesystem is made on: a page that describes it, and then the bytes of its one file.
/// Whoever asks does so one at a time (`lock`).
class disk {
public:
    using own_operation = policy::own_operation;
    using inode_handle = std::uint64_t;
    static constexpr std::uint64_t metadata_bytes = 4096;
    static constexpr std::uint64_t inode_of_file = 2;

    /// Takes pages of the file from who maps it: (offset, length) of the file.
    std::function<int(std::uint64_t, std::uint64_t)> invalidate_file;
    /// The device number of the mount, by which processes that map the file are found.
    dev_t device = 0;
    /// An operation that fails instead of being done, to see what becomes of the rest.
    std::string failing{};
    /// Who has been told of a removal, and whom nobody could see.
    std::size_t told = 0;
    std::size_t unseen = 0;

    explicit disk(std::uint64_t size) : size_{size} {
        memory_ = ::mmap(nullptr, size, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (memory_ == MAP_FAILED)
            throw os::system_problem("get memory for the disk", errno);
    }
    disk(const disk&) = delete;
    disk& operator=(const disk&) = delete;
    ~disk() { ::munmap(memory_, size_); }

    // What FUSE asks.

    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
    /// 0, or what everybody gets from now on.
    [[nodiscard]] int state() const {
        const std::lock_guard locked{lock_};
        return state_;
    }
    /// Reads, or says why not. A reply that is shorter than what was asked for would be taken for
    /// the end of the file: poison anywhere in it is an error of all of it.
    int read(byte_range bytes, char* to) const {
        const std::lock_guard locked{lock_};
        if (state_ != 0 || bad_.overlaps(bytes))
            return state_ != 0 ? state_ : EIO;
        std::memcpy(to, at(bytes.offset()), bytes.length());
        return 0;
    }
    int write(byte_range bytes, const char* from) {
        const std::lock_guard locked{lock_};
        if (state_ != 0 || bad_.overlaps(bytes))
            return state_ != 0 ? state_ : EIO;
        std::memcpy(at(bytes.offset()), from, bytes.length());
        return 0;
    }
    [[nodiscard]] daxhold::poison_ledger<64> bad() const {
        const std::lock_guard locked{lock_};
        return bad_;
    }

    // What the engine asks.

    [[nodiscard]] bool is_born() const noexcept { return true; }
    [[nodiscard]] byte_range device_range(daxhold::role) const noexcept {
        return {0, metadata_bytes + size_};
    }
    [[nodiscard]] bool is_shut_down_already() const { return state() != 0; }
    template <class Visitor>
    result for_each_mapping(daxhold::role, byte_range, Visitor&& visit) {
        daxhold::rmap_record metadata{};
        metadata.extent = {0, metadata_bytes};
        metadata.owner = daxhold::owner::metadata;
        daxhold::rmap_record data{};
        data.extent = {metadata_bytes, size_};
        data.owner = daxhold::owner::file_data;
        data.inode_number = inode_of_file;
        static_cast<void>(visit(metadata) && visit(data));
        return {};
    }
    result find_in_core(const daxhold::rmap_record& record, inode_handle& handle) noexcept {
        handle = record.inode_number;
        return {};
    }

    // What it is told to do.

    /// As the kernel tells them: SIGBUS, whatever they have asked for.
    result kill_users(inode_handle, byte_range, daxhold::users, daxhold::poison) noexcept {
        if (failing == "kill_users")
            return result::error(EIO);
        try {
            const auto found = os::find_users({&device, 1}, false);
            result outcome;
            pid_t last = 0;
            unseen = found.unseen().processes;
            for (const auto& piece : found.mappings()) {
                if (std::exchange(last, piece.process) == piece.process)
                    continue;
                if (::kill(piece.process, SIGBUS) == 0)
                    ++told;
                else if (errno != ESRCH && outcome.ok())
                    outcome = result::error(errno);
            }
            return outcome;
        } catch (const std::exception&) {
            return result::error(ENOMEM);
        }
    }
    result invalidate(inode_handle, byte_range file) noexcept {
        return failing == "invalidate"
                   ? result::error(EIO)
                   : result::error(invalidate_file(file.offset(), file.length()));
    }
    result unmap_range(daxhold::role, byte_range) noexcept {
        return failing == "unmap_range" ? result::error(EIO)
                                        : result::error(invalidate_file(0, size_));
    }
    result shut_down(daxhold::shutdown_reason why) noexcept {
        if (failing == "shut_down")
            return result::error(EIO);
        const std::lock_guard locked{lock_};
        state_ = why == daxhold::shutdown_reason::device_removed ? ENODEV : EIO;
        return {};
    }
    result perform(own_operation, const daxhold::rmap_record&, byte_range part) noexcept {
        if (failing == "mark")
            return result::error(EIO);
        const std::lock_guard locked{lock_};
        bad_.add({part.offset() - metadata_bytes, part.length()});
        return {};
    }

private:
    [[nodiscard]] char* at(std::uint64_t offset) const noexcept {
        return static_cast<char*>(memory_) + offset;
    }

    std::uint64_t size_;
    void* memory_;
    mutable std::mutex lock_;
    daxhold::poison_ledger<64> bad_;
    int state_ = 0;
};

} // namespace fuse_disk
