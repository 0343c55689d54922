// SPDX-License-Identifier: BSL-1.0
#include "daxhold/testing/mock_of.hpp"

#include "daxhold/policy.hpp"
#include "daxhold/testing/script.hpp"

#include "../support/words.hpp"
#include "both.hpp"

using namespace daxhold;
using namespace daxhold::tables;
using namespace daxhold::testing;
using namespace spelled;

namespace {

enum class owner_kind : unsigned char { page, index };
struct page {
    byte_range extent;
    owner_kind owner = owner_kind::page;
};
using pages = mock_of<page>;

static_assert(filesystem<pages>);
static_assert(has_reverse_mapping<pages>);
static_assert(!has_inodes<pages>);
static_assert(!has_operation<pages, operation::freeze>);
static_assert(has_operation<pages, operation::shut_down>);

struct policy {
    static constexpr auto gate = table(when(mount::not_born) >> refuse(EIO),
                                       when(range::outside) >> refuse(ENXIO), otherwise >> walk);
    static constexpr auto record =
        table(when(owner_kind::index) >> attempt(shut_down(shutdown_reason::device_removed)) >>
                  stop(EBUSY),
              otherwise >> next);
    static constexpr auto end = table(otherwise >> return_error);
};

constexpr pages three{page{{0, 100}, owner_kind::page}, page{{100, 100}, owner_kind::index},
                      page{{200, 100}, owner_kind::page}};

template <class... Steps>
constexpr auto tell(Steps... steps) {
    return run_script<policy>(three, steps...);
}

} // namespace

TEST_CASE("the records of a range") {
    CHECK_BOTH(tell(fail_range({0, 1}), fail_range({250, 1}), fail_range({300, 1}))
                   .is(success, success, success));
    CHECK_BOTH(tell(fail_range({50, 51})).is(result::error(EBUSY)));
    CHECK_BOTH(tell(remove_device()).is(result::error(EBUSY)));
    CHECK_BOTH(tell(fail_range({1U << 20U, 1})).is(no_such_device));
    CHECK_BOTH(run_script<policy>(pages{}, remove_device()).is(success));
}

TEST_CASE("what becomes of it") {
    CHECK_BOTH(tell(remove_device()).fs.is_shut_down);
    CHECK_BOTH(tell(remove_device()).fs.reason == shutdown_reason::device_removed);
    CHECK_BOTH(tell(remove_device()).fs.log.is(call::shut_down));
    CHECK_BOTH(!tell(fail_range({0, 1})).fs.is_shut_down);
    CHECK_BOTH(three.device_range(role::log).empty());
}

TEST_CASE("what fails") {
    CHECK_BOTH(tell(let_fail(call::read_rmap, 1, EIO), fail_range({0, 1}))
                   .is(success, result::error(EIO)));
    CHECK_BOTH(!tell(let_fail(call::shut_down, 1, EIO), remove_device()).fs.is_shut_down);
    CHECK_BOTH(tell(let_fail(call::shut_down, 1, EIO), remove_device()).fs.log[0].outcome ==
               result::error(EIO));
    constexpr auto unborn = [] {
        auto fs = three;
        fs.born = false;
        return run_script<policy>(fs, remove_device());
    };
    CHECK_BOTH(unborn().is(result::error(EIO)));
}
