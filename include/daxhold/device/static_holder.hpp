// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/device/holder.hpp"

namespace daxhold {

/// A handle to a holder whose type is known: one pointer, and a call that can be inlined.
template <class Holder>
class static_holder {
public:
    /// Nobody.
    constexpr static_holder() = default;

    /// `the_holder`, which lives until it has been put.
    constexpr static_holder(Holder& the_holder) noexcept // NOLINT(google-explicit-constructor)
        : holder_{&the_holder} {}
    static_holder(const Holder&&) = delete;

    [[nodiscard]] explicit constexpr operator bool() const noexcept { return holder_ != nullptr; }

    /// The holder's answer; -EOPNOTSUPP when there is nobody.
    template <understood_by<Holder> Flags>
    [[gnu::DAXHOLD_INLINED]] constexpr result notify_failure(byte_range range, Flags flags) const {
        if (holder_ == nullptr)
            return unsupported_operation;
        return holder_->notify_failure(range, flags);
    }

    /// The same, of a removal that is one event: see `hears_removal_at_once`.
    template <class Bytes, class Flags>
    requires hears_removal_at_once<Holder, Bytes, Flags>
    constexpr result notify_removal(const Bytes& bytes, Flags flags) const {
        if (holder_ == nullptr)
            return unsupported_operation;
        return holder_->notify_removal(bytes, flags);
    }

    [[nodiscard]] friend constexpr bool operator==(static_holder, static_holder) noexcept = default;

private:
    Holder* holder_ = nullptr;
};

template <class Holder, class Flags>
struct handle_diagnostics<static_holder<Holder>, Flags> : holder_diagnostics<Holder, Flags> {};

} // namespace daxhold
