// SPDX-License-Identifier: BSL-1.0
#include "daxhold/event/error_code.hpp"

#include <doctest/doctest.h>

#include <ostream> // doctest prints a std::error_code
#include <string>

using namespace daxhold;

TEST_CASE("a result converts to a std::error_code that means the same errno") {
    CHECK(!make_error_code(success));
    CHECK(make_error_code(no_such_device).value() == ENXIO);
    CHECK(make_error_code(no_such_device) == std::errc::no_such_device_or_address);
    CHECK(make_error_code(unsupported_operation) == std::errc::operation_not_supported);
    CHECK(make_error_code(result::error(EBUSY)) == std::errc::device_or_resource_busy);
    CHECK(make_error_code(result::error(EBUSY)) != std::errc::io_error);
}

TEST_CASE("its category has a name and speaks the library's sentences") {
    CHECK(std::string{make_error_code(success).category().name()} == "daxhold");
    CHECK(&make_error_code(success).category() == &result_category());
    CHECK(make_error_code(filesystem_corrupted).message() == describe(meaning::corrupted));
    CHECK(make_error_code(no_such_device).message() == describe(meaning::no_device));
}
