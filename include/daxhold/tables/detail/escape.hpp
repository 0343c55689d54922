// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/version.hpp"

#include <cstddef>
#include <string>
#include <string_view>

/// \file
/// Any text as a piece of a format. What is no UTF-8, or cannot be said in a format, becomes
/// U+FFFD.

namespace daxhold::tables::detail {

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

/// Calls `put(character, at)` for each character and where it stands; what is none is put as
/// U+FFFD.
template <class Put>
void for_each_character(std::string_view text, Put put) {
    for (std::size_t at = 0; at != text.size();) {
        const auto size = character_size(text.substr(at));
        put(size == 0 ? replacement : text.substr(at, size), at);
        at += size == 0 ? 1 : size;
    }
}

/// How many characters a text has.
[[nodiscard]] inline std::size_t width_of(std::string_view text) {
    std::size_t width = 0;
    for_each_character(text, [&](std::string_view, std::size_t) { ++width; });
    return width;
}

/// A character with a meaning in a format, and how it is written there.
struct escape {
    char what;
    std::string_view by;
};

/// How a character is written, if it is one of these; other control characters become `control`.
template <std::size_t Count>
[[nodiscard]] std::string_view escaped(std::string_view character, const escape (&special)[Count],
                                       std::string_view control) {
    for (const auto& each : special)
        if (each.what == character[0])
            return each.by;
    return static_cast<unsigned char>(character[0]) < 0x20 || character[0] == 0x7F ? control
                                                                                   : character;
}

template <std::size_t Count>
[[nodiscard]] std::string escape_all(std::string_view text, const escape (&special)[Count],
                                     std::string_view control) {
    std::string made;
    for_each_character(text, [&](std::string_view character, std::size_t) {
        made += escaped(character, special, control);
    });
    return made;
}

/// A string of JSON, with its quotation marks (RFC 8259).
[[nodiscard]] inline std::string json_string(std::string_view text) {
    static constexpr escape special[] = {{'"', "\\\""}, {'\\', "\\\\"}, {'\n', "\\n"},
                                         {'\r', "\\r"}, {'\t', "\\t"},  {0x7F, "\x7F"}};
    std::string made = "\"";
    for_each_character(text, [&](std::string_view character, std::size_t) {
        const auto written = escaped(character, special, {});
        made += written;
        if (written.empty()) {
            constexpr std::string_view digits = "0123456789abcdef";
            const auto number = static_cast<unsigned char>(character[0]);
            ((made += "\\u00") += digits[number >> 4U]) += digits[number & 15U];
        }
    });
    return made + "\"";
}

/// A field of CSV, in quotation marks where it needs them (RFC 4180).
[[nodiscard]] inline std::string csv_field(std::string_view text) {
    const bool is_quoted = text.find_first_of(",\"\r\n") != std::string_view::npos;
    std::string made;
    for_each_character(text, [&](std::string_view character, std::size_t) {
        made += character == "\"" ? "\"\"" : character;
    });
    return is_quoted ? "\"" + made + "\"" : made;
}

/// Text in a cell of a Markdown table, as it was meant and without markup. An underscore in a word
/// is none, and stays as it is.
[[nodiscard]] inline std::string markdown_cell(std::string_view text) {
    static constexpr escape special[] = {
        {'\n', "<br>"}, {'<', "&lt;"}, {'&', "&amp;"}, {'\\', "\\\\"}, {'|', "\\|"}, {'`', "\\`"},
        {'*', "\\*"},   {'[', "\\["},  {']', "\\]"},   {'~', "\\~"},   {'$', "\\$"}};
    const auto is_of_word = [&](std::size_t at) {
        const char c = at < text.size() ? text[at] : ' ';
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_';
    };
    std::string made;
    for_each_character(text, [&](std::string_view character, std::size_t at) {
        if (character == "_" && !(at != 0 && is_of_word(at - 1) && is_of_word(at + 1)))
            made += '\\';
        made += escaped(character, special, " ");
    });
    return made;
}

/// Text of XML, in an element or between quotation marks.
[[nodiscard]] inline std::string xml_text(std::string_view text) {
    static constexpr escape special[] = {{'&', "&amp;"},  {'<', "&lt;"},    {'>', "&gt;"},
                                         {'"', "&quot;"}, {'\'', "&apos;"}, {'\t', "\t"},
                                         {'\n', "\n"}};
    std::string made;
    for_each_character(text, [&](std::string_view character, std::size_t) {
        const bool has_no_name = character == "\xEF\xBF\xBE" || character == "\xEF\xBF\xBF";
        made += has_no_name ? replacement : escaped(character, special, replacement);
    });
    return made;
}

/// Text between the quotation marks of a Mermaid label.
[[nodiscard]] inline std::string mermaid_label(std::string_view text) {
    static constexpr escape special[] = {
        {'"', "#quot;"}, {'#', "#35;"}, {'%', "#37;"},  {'&', "#amp;"}, {';', "#59;"},
        {'<', "#lt;"},   {'>', "#gt;"}, {'\\', "#92;"}, {'`', "#96;"},  {'\n', "<br/>"}};
    return escape_all(text, special, " ");
}

/// Text between the quotation marks of a Graphviz label, in which entities are read too.
[[nodiscard]] inline std::string graphviz_label(std::string_view text) {
    static constexpr escape special[] = {
        {'"', "\\\""}, {'\\', "\\\\"}, {'&', "&amp;"}, {'\n', "\\n"}};
    return escape_all(text, special, " ");
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

} // namespace daxhold::tables::detail
