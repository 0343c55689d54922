// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// \file
/// Any text as a piece of a format. What is no UTF-8, or cannot be said in a format, becomes
/// U+FFFD.

namespace daxhold::render::detail {

inline constexpr std::string_view replacement = "\xEF\xBF\xBD";

/// How many bytes at the start of `text` are one character of UTF-8; 0 if they are none.
[[nodiscard]] inline std::size_t character_size(std::string_view text) {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    const unsigned first = byte(0);
    if (first < 0x80)
        return 1;
    const std::size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || text.size() < size)
        return 0;
    for (std::size_t at = 1; at != size; ++at)
        if ((byte(at) & 0xC0U) != 0x80)
            return 0;
    // Neither longer than needed, nor a half of a surrogate pair, nor beyond U+10FFFF.
    const unsigned second = byte(1);
    if ((first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) ||
        (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F))
        return 0;
    return size;
}

/// Calls `put(character)` for each character; what is none is put as U+FFFD.
template <class Put>
void for_each_character(std::string_view text, Put put) {
    while (!text.empty()) {
        const auto size = character_size(text);
        put(size == 0 ? replacement : text.substr(0, size));
        text.remove_prefix(size == 0 ? 1 : size);
    }
}

/// How many characters a text has.
[[nodiscard]] inline std::size_t width_of(std::string_view text) {
    std::size_t width = 0;
    for_each_character(text, [&](std::string_view /*character*/) { ++width; });
    return width;
}

/// The text with `special(character)` in place of each character for which that is not empty.
template <class Special>
[[nodiscard]] std::string replace(std::string_view text, Special special) {
    std::string made;
    for_each_character(text, [&](std::string_view character) {
        const std::string_view other = special(character);
        made += other.empty() ? character : other;
    });
    return made;
}

[[nodiscard]] inline bool is_control(std::string_view character) {
    return static_cast<unsigned char>(character[0]) < 0x20 || character[0] == 0x7F;
}

/// A string of JSON, with its quotation marks (RFC 8259).
[[nodiscard]] inline std::string json_string(std::string_view text) {
    std::string made = "\"";
    for_each_character(text, [&](std::string_view character) {
        switch (character[0]) {
        case '"':
            made += "\\\"";
            return;
        case '\\':
            made += "\\\\";
            return;
        case '\b':
            made += "\\b";
            return;
        case '\f':
            made += "\\f";
            return;
        case '\n':
            made += "\\n";
            return;
        case '\r':
            made += "\\r";
            return;
        case '\t':
            made += "\\t";
            return;
        default:
            break;
        }
        if (static_cast<unsigned char>(character[0]) < 0x20) {
            constexpr std::string_view digits = "0123456789abcdef";
            const auto number = static_cast<unsigned char>(character[0]);
            made += "\\u00";
            made += digits[number >> 4U];
            made += digits[number & 15U];
        } else {
            made += character;
        }
    });
    return made + "\"";
}

/// A field of CSV, in quotation marks where it needs them (RFC 4180).
[[nodiscard]] inline std::string csv_field(std::string_view text) {
    auto clean = replace(text, [](std::string_view) { return std::string_view{}; });
    if (clean.find_first_of(",\"\r\n") == std::string::npos)
        return clean;
    return "\"" +
           replace(clean,
                   [](std::string_view character) {
                       return character == "\"" ? std::string_view{"\"\""} : std::string_view{};
                   }) +
           "\"";
}

/// Text in a cell of a Markdown table, as it was meant and without markup. An underscore in a word
/// is none, and stays as it is.
[[nodiscard]] inline std::string markdown_cell(std::string_view text) {
    const auto is_of_word = [&](std::size_t at) {
        const char c = at < text.size() ? text[at] : ' ';
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_';
    };
    std::string made;
    std::size_t at = 0;
    for_each_character(text, [&](std::string_view character) {
        constexpr std::string_view markup = "\\|`*[]~$";
        if (character == "\n")
            made += "<br>";
        else if (character == "<")
            made += "&lt;";
        else if (character == ">")
            made += "&gt;";
        else if (character == "&")
            made += "&amp;";
        else if (is_control(character))
            made += ' ';
        else if (markup.find(character) != std::string_view::npos ||
                 (character == "_" && !(at != 0 && is_of_word(at - 1) && is_of_word(at + 1))))
            (made += '\\') += character;
        else
            made += character;
        at += character == replacement && text.substr(at, character.size()) != replacement
                  ? 1
                  : character.size();
    });
    return made;
}

/// Text of XML, in an element or between quotation marks.
[[nodiscard]] inline std::string xml_text(std::string_view text) {
    return replace(text, [](std::string_view character) -> std::string_view {
        switch (character[0]) {
        case '&':
            return "&amp;";
        case '<':
            return "&lt;";
        case '>':
            return "&gt;";
        case '"':
            return "&quot;";
        case '\'':
            return "&apos;";
        case '\t':
        case '\n':
            return {};
        default:
            break;
        }
        const bool has_no_name = character == "\xEF\xBF\xBE" || character == "\xEF\xBF\xBF";
        return is_control(character) || has_no_name ? replacement : std::string_view{};
    });
}

/// Text between the quotation marks of a Mermaid label.
[[nodiscard]] inline std::string mermaid_label(std::string_view text) {
    return replace(text, [](std::string_view character) -> std::string_view {
        switch (character[0]) {
        case '"':
            return "#quot;";
        case '#':
            return "#35;";
        case '%':
            return "#37;";
        case '&':
            return "#amp;";
        case ';':
            return "#59;";
        case '<':
            return "#lt;";
        case '>':
            return "#gt;";
        case '\\':
            return "#92;";
        case '`':
            return "#96;";
        case '\n':
            return "<br/>";
        default:
            return is_control(character) ? std::string_view{" "} : std::string_view{};
        }
    });
}

/// Text between the quotation marks of a Graphviz label, in which entities are read too.
[[nodiscard]] inline std::string graphviz_label(std::string_view text) {
    return replace(text, [](std::string_view character) -> std::string_view {
        switch (character[0]) {
        case '"':
            return "\\\"";
        case '\\':
            return "\\\\";
        case '&':
            return "&amp;";
        case '\n':
            return "\\n";
        default:
            return is_control(character) ? std::string_view{" "} : std::string_view{};
        }
    });
}

/// The text in lines of at most `width` characters where it has spaces to break at.
[[nodiscard]] inline std::string wrap(std::string_view text, std::size_t width) {
    std::string made;
    std::size_t used = 0;
    while (!text.empty()) {
        const auto end = text.find(' ');
        const auto word = text.substr(0, end);
        const auto size = width_of(word);
        if (used != 0 && used + 1 + size > width) {
            made += '\n';
            used = 0;
        } else if (used != 0) {
            made += ' ';
            ++used;
        }
        made += word;
        used += size;
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return made;
}

} // namespace daxhold::render::detail
