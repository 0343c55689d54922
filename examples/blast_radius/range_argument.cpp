// SPDX-License-Identifier: BSL-1.0
#include "range_argument.hpp"

#include <charconv>
#include <limits>
#include <string>
#include <system_error>

#include "problem.hpp"

namespace blast_radius {
namespace {

constexpr std::string_view form =
    "write OFFSET:LENGTH in bytes, for example 1M:4K or 0x100000:4096";

[[noreturn]] void refuse(std::string_view subject, std::string_view text, std::string_view reason,
                         std::string_view advice = form) {
    throw problem{problem_kind::bad_range,
                  std::string{subject}.append(" '").append(text).append("' ").append(reason),
                  advice};
}

constexpr char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

/// The power of two that a suffix multiplies with, or -1 where it is none.
int shift_of(std::string_view suffix) {
    if (suffix.empty())
        return 0;
    int shift = -1;
    switch (upper(suffix.front())) {
    case 'K':
        shift = 10;
        break;
    case 'M':
        shift = 20;
        break;
    case 'G':
        shift = 30;
        break;
    case 'T':
        shift = 40;
        break;
    default:
        return -1;
    }
    const auto rest = suffix.substr(1);
    const bool binary = !rest.empty() && upper(rest[0]) == 'I' &&
                        (rest.size() == 1 || (rest.size() == 2 && upper(rest[1]) == 'B'));
    return rest.empty() || binary ? shift : -1;
}

} // namespace

std::uint64_t parse_size(std::string_view text, std::string_view what) {
    if (text.empty())
        refuse(what, text, "is not a number");
    if (text.front() == '-')
        refuse(what, text, "is negative");
    const bool hexadecimal = text.size() > 2 && text[0] == '0' && upper(text[1]) == 'X';
    const auto digits = hexadecimal ? text.substr(2) : text;

    std::uint64_t value = 0;
    const char* const end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, value, hexadecimal ? 16 : 10);
    if (error == std::errc::invalid_argument)
        refuse(what, text, "is not a number");
    if (error == std::errc::result_out_of_range)
        refuse(what, text, "is larger than 2^64 - 1 bytes");

    const std::string_view suffix{stop, static_cast<std::size_t>(end - stop)};
    const int shift = shift_of(suffix);
    if (shift < 0)
        refuse(what, text,
               "is not a whole number of bytes with a suffix K, M, G or T (powers of 1024)");
    if (value > std::numeric_limits<std::uint64_t>::max() >> shift)
        refuse(what, text, "is larger than 2^64 - 1 bytes");
    return value << shift;
}

daxhold::byte_range parse_range(std::string_view text) {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos || text.find(':', colon + 1) != std::string_view::npos)
        refuse("the range", text, "is not of the form OFFSET:LENGTH");
    const auto offset = parse_size(text.substr(0, colon), "the offset");
    const auto length = parse_size(text.substr(colon + 1), "the length");
    if (length == 0)
        refuse("the range", text, "is empty", "give it a length of at least 1 byte");
    if (daxhold::byte_range::wraps(offset, length))
        refuse("the range", text, "ends beyond 2^64 - 1", "make the length smaller");
    return {offset, length};
}

void require_within(daxhold::byte_range range, std::uint64_t device_size) {
    if (range.is_whole_device() || range.end() <= device_size)
        return;
    throw problem{problem_kind::bad_range,
                  "the range " + std::to_string(range.offset()) + ':' +
                      std::to_string(range.length()) + " ends at byte " +
                      std::to_string(range.end()) + ", beyond the end of the device at byte " +
                      std::to_string(device_size),
                  "make it end there, or ask about the whole device"};
}

} // namespace blast_radius
