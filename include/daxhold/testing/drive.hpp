// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/policy/aftermath.hpp"
#include "daxhold/policy/report.hpp"
#include "daxhold/testing/mock_filesystem.hpp"
#include "daxhold/testing/script.hpp"

/// \file
/// A whole event, with what comes after the notification: the generic path of memory_failure(), the
/// block layer's mark_dead. One call tells what became of everybody. When it is compiled or at run
/// time:
///
/// \snippet tests/reference/examples.cpp drive

namespace daxhold::testing {

/// What the block layer does of its own after an unbind, once the disk is deleted.
enum class block_layer : std::uint8_t {
    marks_dead,   ///< bdev_mark_dead, on which XFS shuts down (Linux 6.8 and later).
    says_nothing, ///< Linux 6.1.
};

/// What became of an event, and of everybody.
struct driven {
    /// What the holder answered, and what memory_failure() or the unbind then returned.
    result holder;
    result answer;

    /// Whether the generic path of memory_failure() was taken.
    bool is_generic = false;

    /// The report of the notification, and what the release is known to lead to.
    report made;
    known_aftermaths known;

    /// Processes that were told by the event, and processes that can go on using memory that is
    /// gone: each an oops to come.
    unsigned told = 0;
    unsigned map_what_is_gone = 0;

    /// Whether the mount is in a state that nobody can end (`mount_state`).
    bool is_stuck = false;
};

/// Drives events through a policy on a mock filesystem, with the flags of the policy's release.
/// Precondition: the filesystem outlives it.
template <class Policy, class Mock = mock_filesystem>
class drive {
public:
    /// `device` is what the device of the events is to the filesystem.
    explicit constexpr drive(Mock& fs, role_of<Mock> device = {},
                             block_layer after = block_layer::marks_dead) noexcept
        : fs_{fs}, device_{device}, after_{after} {}

    /// Memory fails: a range in bytes of the device. Where the holder does not handle it
    /// (-EOPNOTSUPP), the generic path tells whom it knows.
    [[nodiscard]] constexpr driven poison(byte_range where) {
        auto d = notify(where, cause::corruption);
        d.answer = d.holder;
        if (falls_back(d.holder)) {
            d.is_generic = true;
            d.answer = fs_.mf_generic_kill_procs(device_, where);
        }
        return end(d);
    }

    /// The driver is unbound: kill_dax, and the disk is deleted whatever the holder says; so the
    /// answer is success.
    [[nodiscard]] constexpr driven unbind() {
        auto d = notify(byte_range::whole_device(), removal_of(detail::flags_of<Policy>()));
        if (after_ == block_layer::marks_dead)
            fs_.force_shutdown(shutdown_reason::device_removed);
        for (const auto& p : fs_.processes())
            d.map_what_is_gone += fs_.at(p.inode_number).access == mapping::dax &&
                                          !p.present.empty() && !(p.is_unmapped && fs_.is_shut_down)
                                      ? 1U
                                      : 0U;
        return end(d);
    }

private:
    template <class Enumeration>
    static constexpr cause removal_of(failure_flags<Enumeration> /*of_the_release*/) noexcept {
        return cause_of(removal_flags<Enumeration>());
    }

    constexpr driven notify(byte_range where, cause why) {
        driven d;
        d.known = aftermaths_of<Policy>(fs_, device_, where, why, any_of(fs_.mapped()));
        told_before_ = fs_.told();
        d.holder = notify_failure<Policy>(fs_, device_, where, why, d.made);
        return d;
    }

    [[nodiscard]] constexpr driven end(driven d) const {
        d.told = fs_.told() - told_before_;
        d.is_stuck = fs_.is_stuck();
        return d;
    }

    Mock& fs_;
    role_of<Mock> device_;
    block_layer after_;
    unsigned told_before_ = 0;
};

} // namespace daxhold::testing
