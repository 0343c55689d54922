// SPDX-License-Identifier: BSL-1.0
#include "daxhold/tables/detail/model.hpp"

#include <doctest/doctest.h>

using daxhold::tables::detail::fact_words;

TEST_CASE("sets of values, short") {
    const fact_words owner{"owner", {"file_data", "log", "bmbt", "unknown", "metadata"}};
    CHECK(owner.describe(0b00001) == "file_data");
    CHECK(owner.describe(0b00011) == "file_data or log");
    CHECK(owner.describe(0b11110) == "not file_data");
    CHECK(owner.describe(0b11100) == "not (file_data or log)");
    CHECK(owner.describe(0b11111) == "file_data or log or bmbt or unknown or metadata");
    CHECK(owner.list(0b10010) == std::vector<std::string>{"log", "metadata"});
    const fact_words state{"state", {"present", "not_present", "lost"}};
    CHECK(state.describe(0b101) == "present or lost");
    CHECK(state.describe(0b110) == "not present");
}
