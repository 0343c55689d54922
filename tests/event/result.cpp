// SPDX-License-Identifier: BSL-1.0
#include "daxhold/event/result.hpp"

#include "../support/both.hpp"

#include <initializer_list>
#include <string>
#include <type_traits>

using namespace daxhold;

TEST_CASE("a result is 0 or a negative errno, whichever sign it was made with") {
    CHECK_BOTH(success.ok());
    CHECK_BOTH(success.value() == 0);
    CHECK_BOTH(result{} == success);
    CHECK_BOTH(result::error(ENXIO).value() == -ENXIO);
    CHECK_BOTH(result::error(-ENXIO) == result::error(ENXIO));
    CHECK_BOTH(!result::error(ENXIO).ok());
    CHECK_BOTH(result::error(0) == success);
    CHECK_BOTH(!std::is_convertible_v<int, result>);
    CHECK_BOTH(!std::is_constructible_v<result, int>);
}

TEST_CASE("what a kernel function returned is taken as it is") {
    CHECK_BOTH(result::from_kernel(0).ok());
    CHECK_BOTH(result::from_kernel(-ENODATA) == result::error(ENODATA));
    CHECK_BOTH(result::from_kernel(-4095).value() == -4095);
}

TEST_CASE("the results that the library gives itself") {
    CHECK_BOTH(unsupported_operation.value() == -EOPNOTSUPP);
    CHECK_BOTH(no_such_device.value() == -ENXIO);
    CHECK_BOTH(filesystem_corrupted.value() == -117);
}

TEST_CASE("only -EOPNOTSUPP falls back") {
    CHECK_BOTH(falls_back(unsupported_operation));
    CHECK_BOTH(!falls_back(success));
    CHECK_BOTH(!falls_back(no_such_device));
    CHECK_BOTH(!falls_back(filesystem_corrupted));
    bool others = false;
    for (int number = 0; number < 4096; ++number)
        others = others || (number != EOPNOTSUPP && falls_back(result::error(number)));
    CHECK(!others);
}

TEST_CASE("the meaning of a result") {
    CHECK_BOTH(meaning_of(success) == meaning::done);
    CHECK_BOTH(meaning_of(unsupported_operation) == meaning::unsupported);
    CHECK_BOTH(meaning_of(no_such_device) == meaning::no_device);
    CHECK_BOTH(meaning_of(result::error(EIO)) == meaning::not_ready);
    CHECK_BOTH(meaning_of(result::error(EBUSY)) == meaning::busy);
    CHECK_BOTH(meaning_of(filesystem_corrupted) == meaning::corrupted);
    CHECK_BOTH(meaning_of(result::error(ENODATA)) == meaning::not_present);
    CHECK_BOTH(meaning_of(result::error(EAGAIN)) == meaning::again);
    CHECK_BOTH(meaning_of(result::error(EINVAL)) == meaning::invalid);
    CHECK_BOTH(meaning_of(result::error(ENODEV)) == meaning::no_holder);
    CHECK_BOTH(meaning_of(result::error(ENOMEM)) == meaning::other);
}

TEST_CASE("every meaning has a sentence of its own, without a full stop") {
    const auto all = {meaning::done,        meaning::unsupported, meaning::no_device,
                      meaning::not_ready,   meaning::busy,        meaning::corrupted,
                      meaning::not_present, meaning::again,       meaning::invalid,
                      meaning::no_holder,   meaning::other};
    for (const auto one : all) {
        const std::string sentence = describe(one);
        REQUIRE(!sentence.empty());
        CHECK(sentence.back() != '.');
        for (const auto other : all)
            CHECK((one == other || sentence != describe(other)));
    }
}
