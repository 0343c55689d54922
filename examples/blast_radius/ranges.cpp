// SPDX-License-Identifier: BSL-1.0
#include "ranges.hpp"

#include <daxhold/linux/block_device.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>

#include <charconv>
#include <limits>
#include <string>
#include <system_error>

namespace blast_radius {
namespace {

constexpr std::string_view form = "write OFFSET:LENGTH in bytes, for example 1M:4K or "
                                  "0x100000:4096, in sectors (8s) or in blocks (1b)";

[[noreturn]] void refuse(std::string_view subject, std::string_view text, std::string_view reason,
                         std::string_view advice = form) {
    throw refusal{status::bad_range,
                  std::string{subject}.append(" '").append(text).append("' ").append(reason),
                  advice};
}

constexpr char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

/// What a suffix multiplies with, or 0 where it is none.
std::uint64_t factor_of(std::string_view suffix, std::uint64_t block_size) {
    if (suffix.empty())
        return 1;
    const auto rest = suffix.substr(1);
    const bool binary = !rest.empty() && upper(rest[0]) == 'I' &&
                        (rest.size() == 1 || (rest.size() == 2 && upper(rest[1]) == 'B'));
    const auto power = [&](unsigned shift) {
        return rest.empty() || binary ? std::uint64_t{1} << shift : 0;
    };
    switch (upper(suffix.front())) {
    case 'K':
        return power(10);
    case 'M':
        return power(20);
    case 'G':
        return power(30);
    case 'T':
        return power(40);
    case 'S':
        return rest.empty() ? daxhold::on_linux::sector_size : 0;
    case 'B':
        return rest.empty() ? block_size : 0;
    default:
        return 0;
    }
}

} // namespace

std::uint64_t parse_size(std::string_view text, std::string_view what, std::uint64_t block_size) {
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
    const auto factor = factor_of(suffix, block_size);
    if (factor == 0)
        refuse(what, text,
               "is not a whole number of bytes with a suffix K, M, G or T (powers of 1024), s "
               "(sectors) or b (blocks of a filesystem that has some)");
    if (value > std::numeric_limits<std::uint64_t>::max() / factor)
        refuse(what, text, "is larger than 2^64 - 1 bytes");
    return value * factor;
}

byte_range parse_range(std::string_view text, std::uint64_t block_size) {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos || text.find(':', colon + 1) != std::string_view::npos)
        refuse("the range", text, "is not of the form OFFSET:LENGTH");
    const auto offset = parse_size(text.substr(0, colon), "the offset", block_size);
    const auto length = parse_size(text.substr(colon + 1), "the length", block_size);
    if (length == 0)
        refuse("the range", text, "is empty", "give it a length of at least 1 byte");
    if (byte_range::wraps(offset, length))
        refuse("the range", text, "ends beyond 2^64 - 1", "make the length smaller");
    return {offset, length};
}

namespace {

/// `[{"badblocks":[{"offset":..,"length":..}], ...}]`, at any depth: regions have namespaces.
void add_media_errors(const nlohmann::json& value, std::vector<byte_range>& found) {
    if (value.is_object() && value.contains("badblocks")) {
        const auto& all = value["badblocks"];
        for (const auto& bad : all.is_array() ? all : nlohmann::json::array())
            if (bad.is_object() && bad.contains("offset") && bad.contains("length") &&
                bad["offset"].is_number_unsigned() && bad["length"].is_number_unsigned()) {
                constexpr auto size = daxhold::on_linux::sector_size;
                const auto offset = bad["offset"].get<std::uint64_t>();
                const auto length = bad["length"].get<std::uint64_t>();
                if (length != 0 && offset < byte_range::max / size &&
                    length < byte_range::max / size - offset)
                    found.push_back({offset * size, length * size});
            }
        return;
    }
    if (value.is_structured())
        for (const auto& part : value)
            add_media_errors(part, found);
}

std::string_view trimmed(std::string_view line) {
    const auto first = line.find_first_not_of(" \t\r");
    if (first == std::string_view::npos)
        return {};
    return line.substr(first, line.find_last_not_of(" \t\r") - first + 1);
}

} // namespace

std::vector<byte_range> parse_ranges(std::string_view text, std::string_view source,
                                     std::uint64_t block_size) {
    std::vector<byte_range> found;
    const auto begin = trimmed(text.substr(0, text.find_first_of("[{") + 1));
    if (begin == "[" || begin == "{") {
        const auto all = nlohmann::json::parse(text, nullptr, false);
        if (all.is_discarded())
            throw refusal{status::bad_input, std::string{source} + " is no JSON",
                          "give the output of `ndctl list --media-errors`"};
        add_media_errors(all, found);
    } else {
        for (std::size_t number = 1; !text.empty(); ++number) {
            const auto line = trimmed(daxhold::on_linux::take_word(text, '\n'));
            if (line.empty() || line.front() == '#')
                continue;
            if (line.find(':') != std::string_view::npos) {
                found.push_back(parse_range(line, block_size));
                continue;
            }
            const auto sectors = daxhold::on_linux::parse_badblocks(line);
            if (sectors.empty())
                throw refusal{status::bad_input,
                              "line " + std::to_string(number) + " of " + std::string{source} +
                                  ", '" + std::string{line} + "', is no range",
                              "write OFFSET:LENGTH, or SECTOR COUNT as sysfs has them"};
            found.push_back(sectors.front());
        }
    }
    if (found.empty())
        throw refusal{status::bad_input, std::string{source} + " has no range in it",
                      "give at least one"};
    return merged(std::move(found));
}

std::vector<byte_range> merged(std::vector<byte_range> ranges) {
    std::sort(ranges.begin(), ranges.end(),
              [](byte_range a, byte_range b) { return a.offset() < b.offset(); });
    std::vector<byte_range> made;
    for (const auto range : ranges)
        if (!made.empty() && range.offset() <= made.back().end())
            made.back() =
                byte_range::between(made.back().offset(), std::max(made.back().end(), range.end()));
        else
            made.push_back(range);
    return made;
}

void require_within(byte_range range, std::uint64_t device_size) {
    if (range.is_whole_device() || range.end() <= device_size)
        return;
    throw refusal{status::bad_range,
                  "the range " + std::to_string(range.offset()) + ':' +
                      std::to_string(range.length()) + " ends at byte " +
                      std::to_string(range.end()) + ", beyond the end of the device at byte " +
                      std::to_string(device_size),
                  "make it end there, or ask about the whole device"};
}

} // namespace blast_radius
