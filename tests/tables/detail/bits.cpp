// SPDX-License-Identifier: BSL-1.0
#include "daxhold/tables/detail/bits.hpp"

#include "both.hpp"

using namespace daxhold::tables::detail;

namespace {

using three_words = bits_for<130>;

constexpr three_words one_bit(std::size_t place) { return three_words{1} << place; }

} // namespace

TEST_CASE("one word is an integer, more are not") {
    CHECK_BOTH(std::is_same_v<bits_for<1>, std::uint64_t>);
    CHECK_BOTH(std::is_same_v<bits_for<64>, std::uint64_t>);
    CHECK_BOTH(std::is_same_v<bits_for<65>, wide_bits<2>>);
    CHECK_BOTH(std::is_same_v<bits_for<128>, wide_bits<2>>);
    CHECK_BOTH(std::is_same_v<three_words, wide_bits<3>>);
}

TEST_CASE("every number stands alone") {
    for (std::size_t place = 0; place != 130; ++place) {
        CAPTURE(place);
        const auto bit = one_bit(place);
        CHECK(count(bit) == 1);
        CHECK(static_cast<std::size_t>(lowest(bit)) == place);
        CHECK(((bit >> place) & 1U) != 0);
        CHECK(bit - 1 == first_bits_of<three_words>(place));
        CHECK(count(first_bits_of<three_words>(place)) == place);
        CHECK((bit & (bit - 1)) == 0);
        CHECK((three_words{7} << place) == (bit | one_bit(place) << 1 | one_bit(place) << 2));
    }
}

TEST_CASE("sets are computed with as integers are") {
    constexpr auto some = one_bit(3) | one_bit(64) | one_bit(129);
    CHECK_BOTH(count(some) == 3);
    CHECK_BOTH(lowest(some & (some - 1)) == 64);
    CHECK_BOTH((some & ~one_bit(64)) == (one_bit(3) | one_bit(129)));
    CHECK_BOTH((some ^ one_bit(129)) == (one_bit(3) | one_bit(64)));
    CHECK_BOTH((~some & some) == 0);
    CHECK_BOTH(some != 0);
    CHECK_BOTH(first_bits_of<three_words>(65) == (one_bit(65) - 1));
    CHECK_BOTH(first_bits_of<std::uint64_t>(64) == ~std::uint64_t{0});
    CHECK_BOTH(first_bits_of<std::uint64_t>(0) == 0);
}
