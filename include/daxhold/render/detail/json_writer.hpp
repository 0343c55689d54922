// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/render/detail/escape.hpp"

#include <concepts>
#include <string>
#include <string_view>
#include <vector>

namespace daxhold::render::detail {

/// Whether a container of JSON has a line for each of its elements. What lies in a container on one
/// line lies on that line too.
enum class json_lines { many, one };

/// Writes one value of JSON (RFC 8259), piece by piece: the commas, the indentation by two spaces
/// and what has to be escaped come by themselves. Each `begin` has its `end`, and in an object each
/// value has a `key` before it; keys are written as they come, also twice.
class json_writer {
public:
    json_writer& begin_object(json_lines lines = json_lines::many) { return begin('{', lines); }
    json_writer& end_object() { return end('}'); }
    json_writer& begin_array(json_lines lines = json_lines::many) { return begin('[', lines); }
    json_writer& end_array() { return end(']'); }

    json_writer& key(std::string_view name) {
        separate();
        text_ += json_string(name) + ": ";
        has_key_ = true;
        return *this;
    }

    json_writer& value(std::string_view text) { return put(json_string(text)); }
    json_writer& value(const char* text) { return value(std::string_view{text}); }
    json_writer& value(std::same_as<bool> auto truth) { return put(truth ? "true" : "false"); }
    template <std::integral Number>
    requires(!std::same_as<Number, bool>) json_writer& value(Number number) {
        return put(std::to_string(number));
    }
    json_writer& null() { return put("null"); }

    /// What was written, once every container has ended.
    [[nodiscard]] const std::string& text() const { return text_; }

private:
    struct container {
        json_lines lines;
        bool is_empty = true;
    };

    void separate() {
        if (has_key_) {
            has_key_ = false;
            return;
        }
        if (open_.empty())
            return;
        if (!open_.back().is_empty)
            text_ += ',';
        if (open_.back().lines == json_lines::many)
            break_line();
        else if (!open_.back().is_empty)
            text_ += ' ';
        open_.back().is_empty = false;
    }

    void break_line() { (text_ += '\n').append(2 * open_.size(), ' '); }

    json_writer& put(std::string_view piece) {
        separate();
        text_ += piece;
        return *this;
    }

    json_writer& begin(char bracket, json_lines lines) {
        separate();
        text_ += bracket;
        const bool is_on_one_line = !open_.empty() && open_.back().lines == json_lines::one;
        open_.push_back({is_on_one_line ? json_lines::one : lines});
        return *this;
    }

    json_writer& end(char bracket) {
        const auto ended = open_.back();
        open_.pop_back();
        if (!ended.is_empty && ended.lines == json_lines::many)
            break_line();
        text_ += bracket;
        return *this;
    }

    std::string text_;
    std::vector<container> open_;
    bool has_key_ = false;
};

} // namespace daxhold::render::detail
