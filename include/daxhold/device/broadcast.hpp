// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/device/combine.hpp"
#include "daxhold/device/holder.hpp"

#include <boost/hana/tuple.hpp>
#include <boost/hana/unpack.hpp>

#include <cstddef>
#include <type_traits>

namespace daxhold {

namespace detail {

// What a broadcast lists is a pointer to a holder or a handle, either of which may be nobody, or
// the holder itself. Null for nobody.
template <class Flags, class Member>
[[gnu::DAXHOLD_INLINED]] constexpr auto* whoever_is(Member& member) {
    if constexpr (std::is_pointer_v<std::remove_cv_t<Member>>)
        return member;
    else if constexpr (holder_handle<std::remove_cv_t<Member>, Flags>)
        return member ? &member : nullptr;
    else
        return &member;
}
template <class Member, class Flags>
[[gnu::DAXHOLD_INLINED]] constexpr result tell(Member& member, byte_range range, Flags flags) {
    auto* const one = whoever_is<Flags>(member);
    return one != nullptr ? one->notify_failure(range, flags) : no_such_device;
}
template <class Member, class Bytes, class Flags>
constexpr result tell_removal_to(Member& member, const Bytes& bytes, Flags flags) {
    auto* const one = whoever_is<Flags>(member);
    return one != nullptr ? tell_removal(*one, bytes, flags) : no_such_device;
}

} // namespace detail

/// Several holders on one device, as one holder: the partitions of a disk all hear of it. (The
/// kernel has one holder for each whole disk, and on a second partition none.)
///
/// `Holders` are pointers to holders, handles, or holders themselves. Null pointers and empty
/// handles are nobody. All are told, in their order and also after an error; their answers are
/// combined by `combine`: -ENXIO if nobody was concerned.
template <class... Holders>
class broadcast {
public:
    /// To these, in this order. They are copied, and what they point to outlives this.
    explicit constexpr broadcast(Holders... the_holders) : holders_{the_holders...} {}

    /// Tells all of them; their combined answer, -ENXIO without anybody.
    template <understood_by<std::remove_pointer_t<const Holders>...> Flags>
    [[gnu::DAXHOLD_INLINED]] constexpr result notify_failure(byte_range range, Flags flags) const {
        return boost::hana::unpack(
            holders_, [&](const auto&... each) __attribute__((DAXHOLD_INLINED)) {
                result answer = no_such_device;
                ((answer = combine(answer, detail::tell(each, range, flags))), ...);
                return answer;
            });
    }

    /// The same, of a removal that is one event, if one of them hears of it so: see
    /// `hears_removal_at_once`.
    template <class Bytes, understood_by<std::remove_pointer_t<const Holders>...> Flags>
    requires(hears_removal_at_once<std::remove_pointer_t<const Holders>, Bytes, Flags> ||
             ...) constexpr result notify_removal(const Bytes& bytes, Flags flags) const {
        return boost::hana::unpack(holders_, [&](const auto&... each) {
            result answer = no_such_device;
            ((answer = combine(answer, detail::tell_removal_to(each, bytes, flags))), ...);
            return answer;
        });
    }

private:
    boost::hana::tuple<Holders...> holders_;
};

/// A broadcast to an array of a length that is known at run time. `Holder` is a pointer to a
/// holder, a handle, or a holder; the array is not copied, and outlives this.
template <class Holder>
class broadcast_array {
public:
    /// Nobody at all.
    constexpr broadcast_array() = default;

    /// To the first `the_count` elements of an array.
    constexpr broadcast_array(Holder* the_holders, std::size_t the_count) noexcept
        : holders_{the_holders}, size_{the_count} {}

    /// To every element of an array.
    template <std::size_t Size>
    explicit constexpr broadcast_array(Holder (&the_holders)[Size]) noexcept
        : broadcast_array{the_holders, Size} {}

    /// Tells all of them; their combined answer, -ENXIO without anybody.
    template <understood_by<std::remove_pointer_t<Holder>> Flags>
    [[gnu::DAXHOLD_INLINED]] constexpr result notify_failure(byte_range range, Flags flags) const {
        result answer = no_such_device;
        for (std::size_t i = 0; i < size_; ++i)
            answer = combine(answer, detail::tell(holders_[i], range, flags));
        return answer;
    }

    /// The same, of a removal that is one event: see `hears_removal_at_once`.
    template <class Bytes, understood_by<std::remove_pointer_t<Holder>> Flags>
    requires hears_removal_at_once<std::remove_pointer_t<Holder>, Bytes, Flags>
    constexpr result notify_removal(const Bytes& bytes, Flags flags) const {
        result answer = no_such_device;
        for (std::size_t i = 0; i < size_; ++i)
            answer = combine(answer, detail::tell_removal_to(holders_[i], bytes, flags));
        return answer;
    }

private:
    Holder* holders_ = nullptr;
    std::size_t size_ = 0;
};

} // namespace daxhold
