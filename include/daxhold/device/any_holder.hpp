// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/device/holder.hpp"

namespace daxhold {

/// The empty base of a holder that an `any_holder` shall call in a constant expression.
///
/// C++20 casts a `void*` back to a type at run time only, but a base to its derived class at any
/// time. A holder without this base is held through a `void*`: at run time there is no difference.
struct holder_base {};

/// What the operations of a holder are called with: the holder, its type forgotten.
union holder_data {
    /// A holder of any type.
    void* opaque = nullptr;

    /// A holder that derives from `holder_base`.
    holder_base* based;
};

/// Which member of a holder_data is in use, if one is.
enum class holder_data_member : unsigned char { none, opaque, based };

/// The operations of one type of holder, as in the kernel's struct dax_holder_operations. There is
/// one static object for each type of holder; users need not write one.
template <failure_flag_set Flags>
struct holder_operations {
    /// Passes a notification on to the holder that `data` points to, and returns the number of its
    /// answer, as in the kernel: 0 or negative. (Of a call that returns a class, g++ makes no
    /// jump.)
    int (*notify_failure)(holder_data data, byte_range range, Flags flags);

    /// Where the holder is; `none` are the operations of nobody.
    holder_data_member member = holder_data_member::opaque;
};

namespace detail {

// Not so for a virtual base, from which there is no way back.
template <class Holder>
concept derives_from_holder_base = std::is_convertible_v<Holder*, holder_base*> &&
    requires(holder_base* base) {
    static_cast<Holder*>(base);
};

template <class Holder, class Flags>
constexpr int call_erased_holder(holder_data data, byte_range range, Flags flags) {
    if constexpr (derives_from_holder_base<Holder>)
        return static_cast<Holder*>(data.based)->notify_failure(range, flags).value();
    else
        return static_cast<Holder*>(data.opaque)->notify_failure(range, flags).value();
}

template <class Holder, class Flags>
inline constexpr holder_operations<Flags> operations_of{
    &call_erased_holder<Holder, Flags>,
    derives_from_holder_base<Holder> ? holder_data_member::based : holder_data_member::opaque};

// Nobody has operations too. A null pointer instead would have to be compared with, and the address
// of a static object compared with null is no constant expression under GCC's -fsanitize=undefined.
template <class Flags>
inline constexpr holder_operations<Flags> operations_of_nobody{
    [](holder_data, byte_range, Flags) { return unsupported_operation.value(); },
    holder_data_member::none};

} // namespace detail

/// A handle to a holder of any type, as the kernel does it: a pointer to static operations and a
/// pointer to data, one indirect call, no RTTI. Both pointers are one value and are read as one.
///
/// A holder that derives from `holder_base` can also be called in constant expressions.
template <failure_flag_set Flags>
class any_holder {
public:
    /// Nobody.
    constexpr any_holder() = default;

    /// `the_holder`, which lives until it has been put.
    template <detail::other_than<any_holder> Holder>
    explicit constexpr any_holder(Holder& the_holder) noexcept {
        holder_diagnostics<Holder, Flags>::check();
        if constexpr (holder<Holder, Flags>) {
            operations_ = &detail::operations_of<Holder, Flags>;
            if constexpr (detail::derives_from_holder_base<Holder>)
                data_.based = &the_holder;
            else
                data_.opaque = &the_holder;
        }
    }
    template <detail::other_than<any_holder> Holder>
    any_holder(const Holder&&) = delete;

    /// Operations and data that the caller made itself. The operations are static.
    constexpr any_holder(const holder_operations<Flags>& the_operations,
                         holder_data the_data) noexcept
        : operations_{&the_operations}, data_{the_data} {}

    [[nodiscard]] explicit constexpr operator bool() const noexcept {
        return operations_->member != holder_data_member::none;
    }

    /// The holder's answer; -EOPNOTSUPP when there is nobody.
    constexpr result notify_failure(byte_range range, Flags flags) const {
        return result::from_kernel(operations_->notify_failure(data_, range, flags));
    }

    [[nodiscard]] friend constexpr bool operator==(any_holder a, any_holder b) noexcept {
        const holder_data_member member = a.operations_->member;
        if (member != b.operations_->member)
            return false;
        if (member == holder_data_member::none)
            return true;
        const bool same_data = member == holder_data_member::based
                                   ? a.data_.based == b.data_.based
                                   : a.data_.opaque == b.data_.opaque;
        return same_data && a.operations_ == b.operations_;
    }

private:
    const holder_operations<Flags>* operations_ = &detail::operations_of_nobody<Flags>;
    holder_data data_{};
};

} // namespace daxhold
