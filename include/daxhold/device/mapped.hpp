// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/device/combine.hpp"
#include "daxhold/device/holder.hpp"

#include <cstdint>

namespace daxhold {

/// How the bytes of a lower device are those of an upper one.
///
/// `translation.translate(range, sink)` calls `sink(piece)` for every piece of the upper device
/// that lies on `range` of the lower one, in ascending order of the lower bytes, one at a time:
/// nothing is allocated. Bytes of the lower device that are nobody's are left out. No byte of the
/// upper device is in two pieces.
///
/// The whole lower device becomes the whole upper device where every byte of the upper one lies on
/// this lower one: what goes is the device, whatever its size. Where only a part of it does, the
/// upper device stays, and each of its pieces on the lower one is told.
template <class Translation, class Int = std::uint64_t>
concept translation = requires(const Translation& translation, basic_byte_range<Int> range,
                               void (*sink)(basic_byte_range<Int>)) {
    translation.translate(range, sink);
};

/// A diagnostic: `Translation` cannot translate a range of the lower device.
template <class Translation>
struct is_no_translation_because_it_lacks_translate {
    static constexpr bool ok = translation<Translation>;
};

/// The bytes of an upper device that lie on those of a lower one, for as long as both last.
template <class Translation, class Below = byte_range>
class removed_bytes {
public:
    /// What `the_translation` makes of a range, or of the removed bytes of another layer below.
    constexpr removed_bytes(const Translation& the_translation, const Below& below) noexcept
        : translation_{&the_translation}, below_{&below} {}

    /// Calls `sink(range)` for each piece.
    template <class Sink>
    constexpr void each(Sink&& sink) const {
        if constexpr (requires { below_->each(sink); })
            below_->each([&](auto range) { translation_->translate(range, sink); });
        else
            translation_->translate(*below_, sink);
    }

    /// Whether there is none.
    [[nodiscard]] constexpr bool empty() const {
        bool is_empty = true;
        each([&](auto) { is_empty = false; });
        return is_empty;
    }

private:
    const Translation* translation_;
    const Below* below_;
};

/// A holder of a lower device that translates what it is told, and passes it on to an upper holder:
/// mostly another dax device, which has a holder of its own.
///
/// It keeps a pointer to the upper holder, which lives longer than this.
template <class Translation, class Upper>
class mapped {
public:
    /// Passes on to `the_upper` what `the_translation` makes of a range of the lower device.
    constexpr mapped(Translation the_translation, Upper& the_upper) noexcept
        : translation_{the_translation}, upper_{&the_upper} {
        static_assert(is_no_translation_because_it_lacks_translate<Translation>::ok,
                      "a translation has translate(byte_range, sink)");
    }
    mapped(Translation, const Upper&&) = delete;

    /// Tells the upper holder of each piece of it that lies on `range`. It is told of every piece,
    /// also after an error; its answers are combined by `combine`. -ENXIO if it has no byte there.
    /// A removal is told once, of all pieces, to an upper holder that `hears_removal_at_once`.
    template <understood_by<Upper> Flags>
    [[gnu::DAXHOLD_INLINED]] constexpr result notify_failure(byte_range range, Flags flags) const {
        if constexpr (hears_removal_at_once<Upper, removed_bytes<Translation>, Flags>)
            if (cause_of(flags) == cause::removal)
                return notify_removal(range, flags);
        result answer = no_such_device;
        translation_.translate(
            range, [&](byte_range piece) __attribute__((DAXHOLD_INLINED)) {
                answer = combine(answer, result::from_kernel(tell(*upper_, piece, flags)));
            });
        return answer;
    }

    /// The same, of the bytes of a removal that is one event.
    template <class Below, class Flags>
    requires hears_removal_at_once<Upper, removed_bytes<Translation, Below>, Flags>
    constexpr result notify_removal(const Below& below, Flags flags) const {
        const removed_bytes<Translation, Below> bytes{translation_, below};
        return bytes.empty() ? no_such_device : upper_->notify_removal(bytes, flags);
    }

private:
    // Out of line: what is above stands here once, however many pieces are told, and a range that
    // has no piece does not pay for it. A number, since what calls this last can then jump there,
    // which GCC does for no class.
    template <class Flags>
    [[gnu::noinline]] static constexpr int tell(Upper& upper, byte_range piece, Flags flags) {
        return upper.notify_failure(piece, flags).value();
    }

    Translation translation_;
    Upper* upper_;
};

} // namespace daxhold
