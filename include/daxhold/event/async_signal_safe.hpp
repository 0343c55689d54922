// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/version.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace daxhold {

/// A value that a signal handler may read while others change it: a `poison_ledger`, for a handler
/// of SIGBUS that has to know whether the address is one of a page that is known to be poisoned.
///
/// The value is there twice. A change is written into the copy that nobody reads, and then the two
/// change their parts. A reader that finds that they did so while it was reading reads again: it
/// waits for nobody, and the handler that has interrupted the very thread that is changing the
/// value reads what was there before. So a reader sees all of a change or nothing of it, at every
/// instruction.
///
/// `Value` is trivially copyable.
template <class Value>
class async_signal_safe {
    static_assert(std::is_trivially_copyable_v<Value>,
                  "a value that is read while it is changed is trivially copyable");
    static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

public:
    /// Begins with the value `Value{}`.
    async_signal_safe() noexcept {
        write(words_[0], Value{});
        write(words_[1], Value{});
    }
    async_signal_safe(const async_signal_safe&) = delete;
    async_signal_safe& operator=(const async_signal_safe&) = delete;

    /// The value as it is after some change. To be called by any number of threads and from inside
    /// of signal handlers. It reads again only where a change was finished in the meantime.
    [[nodiscard]] Value read() const noexcept {
        for (;;) {
            const std::uint64_t changes = changes_.load();
            const Value value = read(words_[changes % 2]);
            // Whoever overwrites these words has counted the change before this one already.
            if (changes_.load() == changes)
                return value;
        }
    }

    /// Changes the value by `f(Value&)`, and returns by value what `f` returns, which may be
    /// nothing. One change at a time: a lock among those who change it is theirs, and a signal
    /// handler changes nothing that it may have interrupted the change of.
    template <class F>
    auto update(F&& f) {
        const std::uint64_t changes = changes_.load();
        Value value = read(words_[changes % 2]);
        const finished_afterwards change{*this, value, changes};
        return static_cast<F&&>(f)(value);
    }

private:
    using word = std::atomic<std::uint64_t>;
    static constexpr std::size_t count = (sizeof(Value) + sizeof(word) - 1) / sizeof(word);

    struct finished_afterwards {
        async_signal_safe& of;
        const Value& value;
        std::uint64_t changes;

        finished_afterwards(async_signal_safe& the_owner, const Value& the_value,
                            std::uint64_t the_changes) noexcept
            : of{the_owner}, value{the_value}, changes{the_changes} {}
        finished_afterwards(const finished_afterwards&) = delete;
        finished_afterwards& operator=(const finished_afterwards&) = delete;
        ~finished_afterwards() {
            write(of.words_[(changes + 1) % 2], value);
            of.changes_.store(changes + 1);
        }
    };

    // Each word is stored with release and loaded with acquire: who has seen one of a change that
    // was begun sees that the change before it was finished.
    static void write(word (&to)[count], const Value& value) noexcept {
        for (std::size_t i = 0; i != count; ++i) {
            std::uint64_t bits = 0;
            std::memcpy(&bits, bytes_of(value) + i * sizeof bits, length_of(i));
            to[i].store(bits, std::memory_order_release);
        }
    }
    static Value read(const word (&from)[count]) noexcept {
        Value value;
        for (std::size_t i = 0; i != count; ++i) {
            const std::uint64_t bits = from[i].load(std::memory_order_acquire);
            std::memcpy(bytes_of(value) + i * sizeof bits, &bits, length_of(i));
        }
        return value;
    }
    static unsigned char* bytes_of(Value& value) noexcept {
        return static_cast<unsigned char*>(static_cast<void*>(&value));
    }
    static const unsigned char* bytes_of(const Value& value) noexcept {
        return static_cast<const unsigned char*>(static_cast<const void*>(&value));
    }
    static constexpr std::size_t length_of(std::size_t i) noexcept {
        return i + 1 == count ? sizeof(Value) - i * sizeof(word) : sizeof(word);
    }

    word words_[2][count];
    std::atomic<std::uint64_t> changes_{0};
};

} // namespace daxhold
