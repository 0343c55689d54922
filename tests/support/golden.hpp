// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/testing/golden.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace tests {

/// A golden file by its name below tests.
inline std::string golden_file(const std::string& name) {
    const char* const tests = std::getenv("DAXHOLD_TESTS");
    const auto here = std::filesystem::path{__FILE__}.parent_path().parent_path();
    return ((tests != nullptr ? std::filesystem::path{tests} : here) / name).string();
}

/// Compares a text with a golden file, or writes that: see testing/golden.hpp.
inline void check_golden(const std::string& name, const std::string& text) {
    const auto compared = daxhold::testing::compare_with_golden(golden_file(name), text);
    CHECK_MESSAGE(compared.is_same, compared.difference);
}

} // namespace tests
