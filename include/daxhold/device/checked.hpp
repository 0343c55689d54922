// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/device/synchronization.hpp"

#include <cstdio>
#include <cstdlib>
#include <utility>

namespace daxhold {

namespace detail {

/// A read section that this thread is in, and the one around it.
struct open_section {
    const void* domain;
    const open_section* around;
};

// Each thread has one of its own.
// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables)
inline thread_local const open_section* innermost_section = nullptr;

/// Where a domain is the process: what stands for it.
template <class Policy>
inline constexpr char process_wide_domain = 0;

[[noreturn]] inline void end_with(const char* message) noexcept {
    static_cast<void>(std::fputs(message, stderr));
    std::abort();
}

} // namespace detail

/// Another policy that is watched: what would hang, or could, ends the program with a line on
/// standard error that says what to do instead (and with SIGABRT, so that a debugger shows who did
/// it). All else is as with the `Policy` itself.
///
/// It sees, within the domain of the policy, from inside of a notification on the same thread: a
/// put; a kill; a hold where an update waits; a second read section where sections do not nest. It
/// does not see what threads wait for of each other.
template <class Policy>
struct checked_synchronization {
    static constexpr auto domain = Policy::domain;
    static constexpr bool sections_nest = Policy::sections_nest;
    static constexpr bool update_waits = Policy::update_waits;

    /// The other policy's cell, watched; see the concept `synchronization`.
    template <class Value>
    class cell {
    public:
        template <class... Arguments>
        explicit cell(Arguments&&... arguments) : watched_(std::forward<Arguments>(arguments)...) {}
        cell(const cell&) = delete;
        cell& operator=(const cell&) = delete;

        template <class Reader>
        auto read(Reader&& reader) const {
            if (!sections_nest && is_inside())
                detail::end_with(
                    "daxhold: a device is asked or notified from inside of its own notification, "
                    "which this synchronization policy forbids: whoever waits to change the device "
                    "would stop both for ever. Do it after the notification, or take "
                    "srcu_synchronization.\n");
            return watched_.read([&](const Value& value) {
                const section here{this};
                return std::forward<Reader>(reader)(value);
            });
        }

        template <class Updater>
        auto update(Updater&& updater) {
            if (update_waits && is_inside())
                end_waiting();
            return watched_.update(std::forward<Updater>(updater));
        }

        template <class Updater>
        auto update_and_wait(Updater&& updater) {
            if (is_inside())
                end_waiting();
            return watched_.update_and_wait(std::forward<Updater>(updater));
        }

        template <class Predicate>
        void wait_until(Predicate&& predicate) const {
            if (is_inside())
                end_waiting();
            watched_.wait_until(std::forward<Predicate>(predicate));
        }

    private:
        class section {
        public:
            explicit section(const cell* of)
                : here_{of->domain_address(), detail::innermost_section} {
                detail::innermost_section = &here_;
            }
            section(const section&) = delete;
            section& operator=(const section&) = delete;
            ~section() { detail::innermost_section = here_.around; }

        private:
            detail::open_section here_;
        };

        [[nodiscard]] const void* domain_address() const {
            if constexpr (domain == synchronization_domain::process)
                return &detail::process_wide_domain<Policy>;
            else
                return this;
        }

        [[nodiscard]] bool is_inside() const {
            if constexpr (domain != synchronization_domain::thread)
                for (const auto* each = detail::innermost_section; each != nullptr;
                     each = each->around)
                    if (each->domain == domain_address())
                        return true;
            return false;
        }

        [[noreturn]] static void end_waiting() {
            detail::end_with(
                domain == synchronization_domain::process
                    ? "daxhold: a put, a kill or a hold from inside of a notification waits for "
                      "every notification in the process, and so for itself, for ever. Do it after "
                      "the notification, or on another thread that the notification does not wait "
                      "for.\n"
                    : "daxhold: a put, a kill or a hold from inside of a notification of the same "
                      "device waits for that notification, and so for itself, for ever. Do it "
                      "after "
                      "the notification, or on another thread that the notification does not wait "
                      "for.\n");
        }

        typename Policy::template cell<Value> watched_;
    };
};

/// `Policy`, checked in a debug build (without NDEBUG). Devices of the two kinds of build are of
/// two types, and do not meet in one program.
#ifdef NDEBUG
template <class Policy>
using checked_in_debug_build = Policy;
#else
template <class Policy>
using checked_in_debug_build = checked_synchronization<Policy>;
#endif

} // namespace daxhold
