// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

/// \file
/// Golden files: what is rendered, kept as text in tests/render/golden. After a change that is
/// meant to be seen, write them anew, and look at what changed:
///
///     DAXHOLD_WRITE_GOLDEN=1 meson test -C BUILD --suite render
///     git diff tests/render/golden

namespace tests {

inline std::filesystem::path golden_file(const std::string& name) {
    const char* const tests = std::getenv("DAXHOLD_TESTS");
    const auto room = tests ? std::filesystem::path{tests} / "render"
                            : std::filesystem::path{__FILE__}.parent_path();
    return room / "golden" / name;
}

inline std::string read_file(const std::filesystem::path& path) {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

/// The first line in which two texts differ, of both.
inline std::string first_difference(const std::string& a, const std::string& b) {
    std::size_t at = 0;
    std::size_t begin = 0;
    for (; at < a.size() && at < b.size() && a[at] == b[at]; ++at)
        if (a[at] == '\n')
            begin = at + 1;
    const auto line_of = [begin](const std::string& text) {
        return begin < text.size() ? text.substr(begin, text.find('\n', begin) - begin)
                                   : std::string{"(the end)"};
    };
    return "rendered: " + line_of(a) + "\nkept:     " + line_of(b);
}

/// Compares a text with a golden file, or writes that.
inline void check_golden(const std::string& name, const std::string& text) {
    const auto path = golden_file(name);
    if (const char* const write = std::getenv("DAXHOLD_WRITE_GOLDEN");
        write && std::string{write} == "1") {
        std::ofstream{path, std::ios::binary} << text;
        MESSAGE("written: " << path.string());
    }
    const bool exists = std::filesystem::exists(path);
    const auto kept = read_file(path);
    CAPTURE(path.string());
    REQUIRE(exists);
    CHECK_MESSAGE(text == kept, first_difference(text, kept));
}

} // namespace tests
