// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/event/result.hpp"

#include <string>
#include <system_error>

namespace daxhold {

/// The category of results: `message` is `describe(meaning)`, and each value compares equal to the
/// std::errc of its errno.
[[nodiscard]] inline const std::error_category& result_category() noexcept {
    class category final : public std::error_category {
    public:
        [[nodiscard]] const char* name() const noexcept override { return "daxhold"; }
        [[nodiscard]] std::string message(int value) const override {
            return describe(meaning_of(result::error(value)));
        }
        [[nodiscard]] std::error_condition
        default_error_condition(int value) const noexcept override {
            return {value, std::generic_category()};
        }
    };
    static const category instance;
    return instance;
}

/// The result as a std::error_code; its value is the positive errno, 0 for success.
[[nodiscard]] inline std::error_code make_error_code(result r) noexcept {
    return {-r.value(), result_category()};
}

} // namespace daxhold
