// SPDX-License-Identifier: BSL-1.0
// EXPECT: filesystem_withholds_owners_of_its_own<pool>
// EXPECT: a filesystem that withholds owners has records with a `daxhold::owner`
#include "daxhold/policy.hpp"
#include "daxhold/releases/no_holder.hpp"

using namespace daxhold;
using namespace daxhold::tables;

enum class chunk_owner : unsigned char { object, index };
struct chunk {
    byte_range extent{};
    chunk_owner owner{};
};

struct pool {
    using record = chunk;
#ifdef EXPECT_FAIL
    static constexpr bool withholds_owners = true;
#endif
    bool is_born() { return true; }
    byte_range device_range(role) { return {0, 4096}; }
};

result tell(pool& p) {
    return notify_failure<releases::no_holder>(p, role::data, {0, 4096}, cause::removal);
}
