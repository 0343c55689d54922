// SPDX-License-Identifier: BSL-1.0
// 028: an umount after an unbind is taken for a mistake.
//
// Wrong: the third version of the fixes warned whenever the one who puts is not the holder, which
// is so for every umount behind an unbind, for kill_dax has forgotten the holder. Fatal with
// panic_on_warn.
// Commit: no commit known; the third version of dax/fsdev (2026), changed before the sixth.
// Input: an unbind while mounted, then the umount.
// Here: "the device died first" is an outcome of its own, and no error.

#include "daxhold/releases.hpp"
#include "daxhold/testing/script.hpp"

#include "both.hpp"

using namespace daxhold;
using namespace daxhold::tables;
using namespace daxhold::releases;
using namespace daxhold::testing;

TEST_CASE("028: an unbind, and then the umount") {
    constexpr auto story =
        run_script<xfs_linux_6_8>(populated<>(), remove_device(), unmount(), unmount());
    CHECK_BOTH(story.is(success, put_outcome::device_died_first, put_outcome::repeated));
    CHECK_BOTH(!is_error(story[1].put));
    CHECK_BOTH(is_error(story[2].put));
    CHECK_BOTH(is_error(put_outcome::wrong_holder));
}
