// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/device/holder.hpp"

#include <cstddef>

namespace daxhold {

namespace detail {

template <class... Holders>
union pointer_to_one_of {
    char nobody = 0;
};

template <class First, class... Rest>
union pointer_to_one_of<First, Rest...> {
    First* first;
    pointer_to_one_of<Rest...> rest{};
};

template <class Holder, class... Holders>
inline constexpr std::size_t times_in = (std::size_t{std::is_same_v<Holder, Holders>} + ... + 0);

} // namespace detail

/// A diagnostic: a handle for one of `Holders` was given a `Holder`.
template <class Holder, class... Holders>
struct is_not_one_of_the_holders {
    static constexpr bool ok = detail::times_in<Holder, Holders...> != 0;
};

/// A diagnostic: a type stands more than once in the set.
template <class... Holders>
struct names_a_holder_twice {
    static constexpr bool ok = ((detail::times_in<Holders, Holders...> == 1) && ...);
};

/// A handle to a holder of one type out of a closed set: a pointer and a number. The call is a
/// chain of comparisons, and can be inlined.
template <class... Holders>
class holder_one_of {
    static_assert(sizeof...(Holders) > 0, "a set of holders has at least one member");
    static_assert(names_a_holder_twice<Holders...>::ok, "each type of holder stands there once");

public:
    /// Nobody.
    constexpr holder_one_of() = default;

    /// `the_holder`, which lives until it has been put; its type is exactly one of `Holders`.
    template <detail::other_than<holder_one_of> Holder>
    explicit constexpr holder_one_of(Holder& the_holder) noexcept {
        static_assert(is_not_one_of_the_holders<Holder, Holders...>::ok,
                      "the holder is of one of the types that the handle names");
        if constexpr (is_not_one_of_the_holders<Holder, Holders...>::ok)
            place(pointer_, the_holder);
    }
    template <detail::other_than<holder_one_of> Holder>
    holder_one_of(const Holder&&) = delete;

    [[nodiscard]] explicit constexpr operator bool() const noexcept { return which_ != 0; }

    /// The holder's answer; -EOPNOTSUPP when there is nobody.
    template <understood_by<Holders...> Flags>
    [[gnu::DAXHOLD_INLINED]] constexpr result notify_failure(byte_range range, Flags flags) const {
        return which_ == 0 ? unsupported_operation
                           : visit<1>(
                                 which_, pointer_, [=](auto* one) __attribute__((DAXHOLD_INLINED)) {
                                     return one->notify_failure(range, flags);
                                 });
    }

    /// The same, of a removal that is one event, if one of the types hears of it so: see
    /// `hears_removal_at_once`.
    template <class Bytes, understood_by<Holders...> Flags>
    requires(hears_removal_at_once<Holders, Bytes, Flags> || ...) constexpr result
        notify_removal(const Bytes& bytes, Flags flags) const {
        return which_ == 0 ? unsupported_operation : visit<1>(which_, pointer_, [&](auto* one) {
            return detail::tell_removal(*one, bytes, flags);
        });
    }

    [[nodiscard]] friend constexpr bool operator==(holder_one_of a, holder_one_of b) noexcept {
        return a.which_ == b.which_ && a.address() == b.address();
    }

private:
    template <class Holder, class First, class... Rest>
    constexpr void place(detail::pointer_to_one_of<First, Rest...>& at, Holder& holder) noexcept {
        ++which_;
        if constexpr (std::is_same_v<Holder, First>) {
            at.first = &holder;
        } else {
            at.rest = detail::pointer_to_one_of<Rest...>{};
            place(at.rest, holder);
        }
    }

    /// What `visitor` answers to the pointer of number `which`, which is Number or more. The last
    /// one is not compared. All of it is inlined, as it is for a static_holder: as functions of
    /// their own they took 21 of 126 instructions for a page of metadata by g++ 12.
    template <std::size_t Number, class Pointers, class Visitor>
    [[gnu::DAXHOLD_INLINED]] static constexpr auto visit(std::size_t which, const Pointers& at,
                                                         Visitor visitor) {
        if constexpr (Number < sizeof...(Holders)) {
            if (which != Number)
                return visit<Number + 1>(which, at.rest, visitor);
        }
        return visitor(at.first);
    }

    [[nodiscard]] constexpr const void* address() const noexcept {
        return which_ == 0 ? nullptr : visit<1>(which_, pointer_, [](auto* one) {
            return static_cast<const void*>(one);
        });
    }

    detail::pointer_to_one_of<Holders...> pointer_{};
    std::size_t which_ = 0; // 0 is nobody, 1 the first of Holders
};

/// Names the one of the holders that is none.
template <class... Holders, class Flags>
struct handle_diagnostics<holder_one_of<Holders...>, Flags> {
    static constexpr void check() noexcept { (holder_diagnostics<Holders, Flags>::check(), ...); }
};

} // namespace daxhold
