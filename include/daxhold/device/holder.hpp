// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/device/combine.hpp"
#include "daxhold/event/byte_range.hpp"
#include "daxhold/event/failure_flags.hpp"
#include "daxhold/event/result.hpp"

#include <concepts>
#include <type_traits>

namespace daxhold {

/// The flags of one lineage, `failure_flags<Enumeration>`.
template <class Flags>
concept failure_flag_set =
    std::same_as<std::remove_cv_t<Flags>, failure_flags<typename Flags::enumeration>>;

/// Whoever can hold a device: a filesystem, a mapped device, a pool.
///
/// `h.notify_failure(range, flags)` tells it that the bytes of `range`, relative to the start of
/// the device that it holds, are lost or about to be. The answer goes back unchanged to who asked:
/// -EOPNOTSUPP asks for the generic path, every other value keeps it from being taken. It is called
/// by as many threads at once as notify the device, and from inside of a read section: what it must
/// not do there, and what comes of an exception, stands with `synchronization` and
/// `basic_dax_device`.
/// (struct dax_holder_operations, Linux 6.0, include/linux/dax.h.)
template <class Holder, class Flags>
concept holder = failure_flag_set<Flags> && requires(Holder& h, byte_range range, Flags flags) {
    { h.notify_failure(range, flags) } -> std::same_as<result>;
};

/// `Flags` that each of `Holders` can be told a failure with.
template <class Flags, class... Holders>
concept understood_by = (holder<Holders, Flags> && ...);

/// A holder that hears of a removal once, whatever the number of pieces that go:
/// `holder.notify_removal(bytes, flags)`, where `bytes.each(sink)` calls `sink(range)` for each of
/// them, in ascending order of the device that goes. Layers, broadcasts and handles that lie
/// between pass it on; a corruption is still told piece by piece, and so is a removal to a holder
/// that has no such function. So is one to whom an `any_holder` leads, which knows one function of
/// its holder, as the kernel's struct dax_holder_operations does: more would cost every event of
/// all who use it.
template <class Holder, class Bytes, class Flags>
concept hears_removal_at_once = requires(Holder& holder, const Bytes& bytes, Flags flags) {
    { holder.notify_removal(bytes, flags) } -> std::same_as<result>;
};

/// What a device stores of its holder: a small value, empty when default constructed, that says
/// whether there is a holder, whether two are the same holder, and passes a notification on.
///
/// Three are provided: `static_holder`, `holder_one_of` and `any_holder`. A handle does not own:
/// the holder lives until it has been put.
template <class Handle, class Flags>
concept holder_handle = failure_flag_set<Flags> && std::regular<Handle> &&
    std::constructible_from<bool, Handle> &&
    requires(const Handle handle, byte_range range, Flags flags) {
    { handle.notify_failure(range, flags) } -> std::same_as<result>;
};

namespace detail {

template <class Type, class Other>
concept other_than = !std::same_as<std::remove_cv_t<Type>, Other>;

/// Tells of a removal that is one event: once who hears of it so, others of each piece.
template <class Holder, class Bytes, class Flags>
constexpr result tell_removal(Holder& holder, const Bytes& bytes, Flags flags) {
    if constexpr (hears_removal_at_once<Holder, Bytes, Flags>) {
        return holder.notify_removal(bytes, flags);
    } else {
        result answer = no_such_device;
        bytes.each([&](byte_range piece) {
            answer = combine(answer, holder.notify_failure(piece, flags));
        });
        return answer;
    }
}

} // namespace detail

/// A diagnostic: `Holder` cannot be told of a failure with these flags.
template <class Holder, class Flags>
struct is_no_holder_because_it_lacks_notify_failure {
    static constexpr bool ok = requires(Holder & h, byte_range range, Flags flags) {
        h.notify_failure(range, flags);
    };
};

/// A diagnostic: `Holder` answers with something else than a `result`.
template <class Holder, class Flags>
struct is_no_holder_because_its_notify_failure_returns_no_result {
    static constexpr bool ok =
        holder<Holder, Flags> || !is_no_holder_because_it_lacks_notify_failure<Holder, Flags>::ok;
};

/// A diagnostic: a device stores a handle, and `Handle` is none for these flags.
template <class Handle, class Flags>
struct is_no_holder_handle {
    static constexpr bool ok = holder_handle<Handle, Flags>;
};

/// What names the culprit where a holder was wanted: `check` does not compile for what is none.
template <class Holder, class Flags>
struct holder_diagnostics {
    static constexpr void check() noexcept {
        static_assert(is_no_holder_because_it_lacks_notify_failure<Holder, Flags>::ok,
                      "a holder has notify_failure(byte_range, failure_flags<...>)");
        static_assert(is_no_holder_because_its_notify_failure_returns_no_result<Holder, Flags>::ok,
                      "a holder's notify_failure returns daxhold::result");
    }
};

/// What names the culprit where a handle was wanted: `check` does not compile for what a device
/// cannot store. A handle that knows its holders specialises it, so that the culprit is the holder.
template <class Handle, class Flags>
struct handle_diagnostics {
    static constexpr void check() noexcept {
        static_assert(is_no_holder_handle<Handle, Flags>::ok,
                      "a device stores a handle: static_holder<H>, holder_one_of<A, B>, "
                      "any_holder<Flags>");
    }
};

} // namespace daxhold
