// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/render/detail/escape.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// \file
/// Elements of SVG, and about how much room text takes.

namespace daxhold::render::detail {

/// How wide a text becomes, at most, in pixels, in a sans-serif font of this size.
[[nodiscard]] inline std::size_t text_width(std::string_view text, std::size_t font_size = 12) {
    return (width_of(text) * font_size * 61 + 99) / 100;
}

/// How many characters are at most that wide.
[[nodiscard]] inline std::size_t characters_in(std::size_t width, std::size_t font_size = 12) {
    return width * 100 / (font_size * 61);
}

/// The lines of a text, without their line feeds.
[[nodiscard]] inline std::vector<std::string_view> split_lines(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        lines.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

/// How wide the widest of these lines becomes.
[[nodiscard]] inline std::size_t widest_of(const std::vector<std::string_view>& lines,
                                           std::size_t font_size = 12) {
    std::size_t widest = 0;
    for (const auto line : lines)
        widest = std::max(widest, text_width(line, font_size));
    return widest;
}

/// Writes the elements of a picture; all lengths are in pixels.
class svg_writer {
public:
    void rectangle(std::size_t x, std::size_t y, std::size_t width, std::size_t height,
                   std::string_view attributes, std::string_view hint = {}) {
        ((body_ += "<rect" + attribute("x", x) + attribute("y", y) + attribute("width", width) +
                   attribute("height", height) + " ") += attributes) +=
            hint.empty() ? "/>\n" : "><title>" + xml_text(hint) + "</title></rect>\n";
    }

    void line(std::size_t from_x, std::size_t from_y, std::size_t to_x, std::size_t to_y,
              std::string_view attributes) {
        ((body_ += "<line" + attribute("x1", from_x) + attribute("y1", from_y) +
                   attribute("x2", to_x) + attribute("y2", to_y) + " ") += attributes) += "/>\n";
    }

    void text(std::size_t x, std::size_t y, std::string_view words,
              std::string_view attributes = {}) {
        (((body_ += "<text" + attribute("x", x) + attribute("y", y)) +=
          attributes.empty() ? "" : " ") += attributes) += ">" + xml_text(words) + "</text>\n";
    }

    [[nodiscard]] std::string finish(std::size_t width, std::size_t height, std::string_view title,
                                     std::string_view definitions) const {
        const auto size = attribute("width", width) + attribute("height", height);
        return R"(<svg xmlns="http://www.w3.org/2000/svg")" + size + R"( viewBox="0 0 )" +
               std::to_string(width) + " " + std::to_string(height) +
               R"(" role="img" font-family="DejaVu Sans, Verdana, sans-serif" font-size="12")" +
               " fill=\"#222222\">\n<title>" + xml_text(title) + "</title>\n" +
               std::string{definitions} + "<rect" + size + " fill=\"#ffffff\"/>\n" + body_ +
               "</svg>\n";
    }

private:
    static std::string attribute(std::string_view name, std::size_t value) {
        return " " + std::string{name} + "=\"" + std::to_string(value) + "\"";
    }

    std::string body_;
};

} // namespace daxhold::render::detail
