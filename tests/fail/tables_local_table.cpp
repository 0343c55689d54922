// SPDX-License-Identifier: BSL-1.0
// MISTAKE: a table is a local constexpr variable
// FIRST: no matching function for call to '?.?decide
// EXPECT(gcc): 'gate' is not a valid template argument because it does not have static storage
// EXPECT(clang): template parameter 'StaticTable'
#include "daxhold/tables.hpp"

using namespace daxhold::tables;

enum class role : unsigned char { data, log };

int answer(role r) {
#ifdef EXPECT_FAIL
    constexpr auto gate = table(when(role::log) >> 1, otherwise >> 2);
#else
    static constexpr auto gate = table(when(role::log) >> 1, otherwise >> 2);
#endif
    return decide<gate>(known(r));
}
