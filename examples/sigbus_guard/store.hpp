// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <daxhold/guard/injector.hpp>
#include <daxhold/guard/sigbus_guard.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

namespace store {

using daxhold::byte_range;
using daxhold::sigbus_reason;

/// Why a value was not stored, or not found; nothing is thrown and nothing ends.
struct trouble {
    std::string sentence{};
    bool is_lost = false; ///< What was in the slot cannot be had again.
};

/// Values in the pages of a mapped file, one a page. What happens to the file while it is mapped
/// happens to one value: a SIGBUS ends a `get` or a `put`, and never the program.
class mapped_store {
public:
    static constexpr std::size_t most_bytes = 4000;

    /// The file has `slots` pages, or gets them, and is mapped already.
    mapped_store(int file, void* memory, std::size_t slots) noexcept
        : file_{file}, memory_{static_cast<std::byte*>(memory)}, slots_{slots} {
        state_ = guard_.install();
        if (state_.ok())
            state_ = guard_.add(memory, slots * page(), file, 0, lost_);
    }

    /// Whether it can be used; what kept it from that.
    [[nodiscard]] daxhold::result state() const noexcept { return state_; }
    [[nodiscard]] std::size_t slots() const noexcept { return slots_; }

    [[nodiscard]] std::optional<trouble> put(std::size_t slot, std::string_view text) {
        if (auto known = refuse(slot))
            return known;
        value written;
        written.bytes = static_cast<std::uint32_t>(std::min(text.size(), most_bytes));
        std::copy_n(text.data(), written.bytes, written.text);
        written.sum = sum_of(written);
        if (const auto fault = guard_.copy(memory_ + slot * page(), &written, sizeof written))
            return handle(*fault);
        return std::nullopt;
    }

    /// An empty text for a slot that nothing was put into.
    [[nodiscard]] std::optional<trouble> get(std::size_t slot, std::string& text) {
        if (auto known = refuse(slot))
            return known;
        value read;
        if (const auto fault = guard_.copy(&read, memory_ + slot * page(), sizeof read))
            return handle(*fault);
        // A put that was ended by a fault has left half a value.
        if (read.bytes > most_bytes || (read.bytes != 0 && read.sum != sum_of(read)))
            return trouble{"what is there is no whole value", true};
        text.assign(read.text, read.bytes);
        return std::nullopt;
    }

private:
    struct value {
        std::uint32_t bytes = 0;
        std::uint32_t sum = 0;
        char text[most_bytes] = {};
    };

    [[nodiscard]] static std::size_t page() noexcept {
        return static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    }
    [[nodiscard]] byte_range range_of(std::size_t slot) const noexcept {
        return {slot * page(), page()};
    }

    [[nodiscard]] static std::uint32_t sum_of(const value& of) noexcept {
        std::uint32_t sum = 2166136261U; // FNV-1a
        for (const char c : std::string_view{of.text, of.bytes})
            sum = (sum ^ static_cast<unsigned char>(c)) * 16777619U;
        return sum;
    }

    /// What is known of a slot without a touch.
    [[nodiscard]] std::optional<trouble> refuse(std::size_t slot) const {
        if (slot >= slots_)
            return trouble{"there is no such slot"};
        if (is_gone_)
            return trouble{"the file is gone, nothing is tried any more"};
        if (lost_.read().overlaps(range_of(slot)))
            return trouble{"its memory has failed before, it is not touched again", true};
        return std::nullopt;
    }

    /// What a storage engine can do about each cause.
    [[nodiscard]] trouble handle(const daxhold::sigbus_incident& fault) {
        std::string sentence =
            std::string{describe(fault.cause.what)} + " (" + describe(fault.cause.how) + ")";
        switch (fault.cause.what) {
        case sigbus_reason::truncated:
            // Room for new values; the old ones are gone.
            if (::ftruncate(file_, static_cast<off_t>(slots_ * page())) == 0)
                sentence += "; it was made as long as it was, what was cut off is lost";
            return {sentence, true};
        case sigbus_reason::no_space:
            return {sentence + "; nothing was lost, make room and put it again"};
        case sigbus_reason::poisoned:
            lost_.update([&](auto& ledger) { ledger.add(fault.page); });
            return {sentence + "; the slot is not used again", true};
        case sigbus_reason::gone:
            is_gone_ = true;
            return {sentence};
        case sigbus_reason::not_ours:
        case sigbus_reason::not_known:
            break;
        }
        // Neither is the slot given up for ever, nor does anybody look for space.
        return {sentence};
    }

    int file_;
    std::byte* memory_;
    std::size_t slots_;
    bool is_gone_ = false;
    daxhold::async_signal_safe<daxhold::poison_ledger<16>> lost_;
    daxhold::sigbus_guard<> guard_;
    daxhold::result state_;
};

} // namespace store
