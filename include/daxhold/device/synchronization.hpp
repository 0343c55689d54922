// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>

namespace daxhold {

/// How a device lets notifications run while its holder comes and goes: one cell with one value.
///
/// `Policy::cell<Value>` is default constructible, starts with `Value{}`, and has
/// - `read(f) const`: calls `f(const Value&)` inside of a read section, and returns by value what
///   `f` returns. `f` may take long: a whole notification runs in one read section, as the kernel
///   runs it inside of dax_read_lock.
/// - `update(f)`: changes the value by `f(Value&)`, and returns by value what `f` returns. It comes
///   back only after every read section that began before the change has ended, also when `f` left
///   the value as it was. `f` is short and calls nobody.
///
/// The value is read as one: a reader sees all of an update or nothing of it.
///
/// Userspace RCU fits in like this: the cell holds a pointer to a value; `read` is rcu_read_lock,
/// rcu_dereference, `f`, rcu_read_unlock (SRCU, or a flavour whose readers may sleep); `update`
/// takes a lock among updaters, copies the value, applies `f` to the copy, publishes it by
/// rcu_assign_pointer, calls synchronize_rcu, and frees the old one.
///
/// With a policy that waits, nobody may update a cell from inside of its own read section: it would
/// wait for itself. So a holder must not put itself back, nor kill its device, from inside of its
/// own notify_failure, just as in the kernel a synchronize_srcu inside of the same SRCU's read
/// section never ends. Whether it may start another read section there is up to the policy.
template <class Policy, class Value>
concept synchronization = std::default_initializable<typename Policy::template cell<Value>> &&
    requires(typename Policy::template cell<Value>& cell,
             const typename Policy::template cell<Value>& constant, int (*read)(const Value&),
             int (*update)(Value&)) {
    { constant.read(read) } -> std::same_as<int>;
    { cell.update(update) } -> std::same_as<int>;
};

/// For one thread, and for constant expressions: the cell is the value and nothing else. With it a
/// holder may put itself back from inside of its own notify_failure.
struct no_synchronization {
    /// The value alone; see the concept `synchronization`.
    template <class Value>
    class cell {
    public:
        template <class Reader>
        [[gnu::always_inline]] constexpr auto read(Reader&& reader) const {
            return static_cast<Reader&&>(reader)(value_);
        }

        template <class Updater>
        [[gnu::always_inline]] constexpr auto update(Updater&& updater) {
            return static_cast<Updater&&>(updater)(value_);
        }

    private:
        Value value_{};
    };
};

} // namespace daxhold
