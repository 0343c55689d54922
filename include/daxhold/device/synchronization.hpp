// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/version.hpp"

#include <concepts>
#include <type_traits>

namespace daxhold {

/// How far a read section reaches: what a cell that waits, waits for.
enum class synchronization_domain : unsigned char {
    thread,  ///< There is one thread, and nobody waits.
    cell,    ///< Read sections of the same cell alone.
    process, ///< Every read section in the process, whatever its cell, and those of other users.
};

/// How a device lets notifications run while its holder comes and goes: one cell with one value.
///
/// `Policy::cell<Value>` starts with `Value{}`, and has
/// - `read(f) const`: calls `f(const Value&)` inside of a read section, and returns by value what
///   `f` returns. `f` may take long and may sleep: a whole notification runs in one read section,
///   as the kernel runs it inside of dax_read_lock.
/// - `update(f)`: changes the value by `f(Value&)`, and returns by value what `f` returns, which
///   may be nothing. It need not wait for anybody.
/// - `update_and_wait(f)`: the same, and comes back only when no read section is running any more
///   that reads another value than the one that is left behind or a later one; also where `f` left
///   the value as it was.
/// - `wait_until(f) const`: comes back when `f(const Value&)` is true of the value. Where there is
///   but one thread nobody else can make it true, and it comes back at once.
///
/// The value is regular and is read as one: a reader sees all of an update or nothing of it. `f` of
/// an update is short and calls nobody; it may be called on a copy. A section is left however `f`
/// ends, also by an exception.
///
/// What else is said of a policy:
/// - `Policy::domain`, how far a read section reaches, a `synchronization_domain`. From inside of
///   a read section nobody may call `update_and_wait` or `wait_until` in its domain: it would wait
///   for itself, as in the kernel a synchronize_srcu inside of the same SRCU's read section. So a
///   holder must not put itself back, nor kill its device, from inside of its own notify_failure;
///   and it may kill the device above, of another cell, only where the domain is the cell.
/// - `Policy::sections_nest`: whether a thread that is in a read section may begin another one in
///   the same domain. Where it may not, a holder asks its device nothing, and tells it nothing.
/// - `Policy::update_waits`: whether `update` waits for read sections too, so that what is said of
///   `update_and_wait` holds for it. A hold waits then, also for an -EBUSY.
///
/// `Policy::cell<Value>` may be made of arguments, which it gets from the constructor of the
/// device: an explorer, a trace, a domain.
///
/// Shipped are `no_synchronization`, for one thread; `srcu_synchronization`, which is what a
/// program with threads should take; `urcu_bp_synchronization` and `urcu_memb_synchronization`, for
/// one that has liburcu anyway; `shared_mutex_synchronization`, which starves a put; and around any
/// of them `checked_synchronization`, which says what would hang.
template <class Policy, class Value>
concept synchronization = std::regular<Value> &&
    requires(typename Policy::template cell<Value>& cell,
             const typename Policy::template cell<Value>& constant, int (*read)(const Value&),
             int (*update)(Value&), void (*change)(Value&), bool (*test)(const Value&)) {
    { constant.read(read) } -> std::same_as<int>;
    { cell.update(update) } -> std::same_as<int>;
    { cell.update(change) } -> std::same_as<void>;
    { cell.update_and_wait(update) } -> std::same_as<int>;
    { cell.update_and_wait(change) } -> std::same_as<void>;
    { constant.wait_until(test) } -> std::same_as<void>;
    requires std::same_as<decltype(Policy::domain), const synchronization_domain>;
    requires std::same_as<decltype(Policy::sections_nest), const bool>;
    requires std::same_as<decltype(Policy::update_waits), const bool>;
};

namespace detail {

/// What `f(value)` returns, after `then()`, which is called only if `f` returns.
template <class F, class Value, class Then>
constexpr auto call_then(F&& f, Value& value, Then&& then) {
    if constexpr (std::is_void_v<decltype(static_cast<F&&>(f)(value))>) {
        static_cast<F&&>(f)(value);
        then();
    } else {
        auto answer = static_cast<F&&>(f)(value);
        then();
        return answer;
    }
}

} // namespace detail

/// For one thread, and for constant expressions: the cell is the value and nothing else. With it a
/// holder may put itself back from inside of its own notify_failure.
struct no_synchronization {
    static constexpr auto domain = synchronization_domain::thread;
    static constexpr bool sections_nest = true;
    static constexpr bool update_waits = false;

    /// The value alone; see the concept `synchronization`.
    template <class Value>
    class cell {
    public:
        template <class Reader>
        [[gnu::DAXHOLD_INLINED]] constexpr auto read(Reader&& reader) const {
            return static_cast<Reader&&>(reader)(value_);
        }

        template <class Updater>
        [[gnu::DAXHOLD_INLINED]] constexpr auto update(Updater&& updater) {
            return static_cast<Updater&&>(updater)(value_);
        }

        template <class Updater>
        [[gnu::DAXHOLD_INLINED]] constexpr auto update_and_wait(Updater&& updater) {
            return static_cast<Updater&&>(updater)(value_);
        }

        template <class Predicate>
        [[gnu::DAXHOLD_INLINED]] constexpr void wait_until(Predicate&& /*predicate*/) const {}

    private:
        Value value_{};
    };
};

} // namespace daxhold
