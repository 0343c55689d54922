// SPDX-License-Identifier: BSL-1.0
#include "daxhold/policy/words.hpp"

// Everything that a storage author may have around a policy.
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/types.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <filesystem>
#include <functional>
#include <iterator>
#include <linux/fs.h>
#include <memory>
#include <mutex>
#include <numeric>
#include <random>
#include <ranges>
#include <string>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

#include "../support/both.hpp"

using namespace std; // NOLINT(google-build-using-namespace): that is what is tried

namespace {

enum class fenced : unsigned char { no, yes };
enum class own_operation : unsigned char { fence };

// Every public word, in a policy that says none of them with a scope.
struct everything : daxhold::words {
    static constexpr auto gate =
        table(when(mount::not_born) >> refuse(EIO), when(range::outside) >> refuse(ENXIO),
              when(role::log, cause::removal, scope::whole_device) >> sync >> succeed,
              when(rmap::absent, groups::one) >> attempt(freeze >> begin_walk) >> unsupported,
              when(can_freeze::no, can_kill_users::no, can_invalidate::no, can_shut_down::no) >>
                  report_media_event >> shut_down(corrupt_ondisk) >> refuse(EIO),
              when(cause::removal) >> collect(freeze) >> walk_in_core, otherwise >> walk);
    static constexpr auto record =
        table(when(none_of(owner::file_data, owner::log)) >> note_shutdown >> next,
              when(owner::log) >> perform(own_operation::fence) >> stop(EIO),
              when(inode::lookup_failed) >> stop_with_lookup_error,
              when(mapping::buffered, sharing::shared) >> invalidate >> report_data_lost >> next,
              when(poisoned::yes, fenced::no) >> next, when(any_of(inode::not_in_core)) >> next,
              otherwise >> kill_users(users::every, poison::not_marked) >> next);
    static constexpr auto end =
        table(when(walk_end::failed, frozen::by_us) >> thaw >> thaw_user >> return_error,
              when(want_shutdown::yes) >> shut_down(force_umount) >> return_error,
              otherwise >> shut_down(device_removed) >> succeed);
    static constexpr auto aftermaths =
        table(when(mappers::none) >> nothing_known,
              when(cause::removal) >> seen("a test", umount_oopses, stays_frozen),
              when(scope::part) >> read_in("a test", null_dereference, page_count_wraps),
              otherwise >> derived("a test", mappings_stay_live));
};

// The same where names are looked up twice.
template <class Owner>
struct of_any_owner : daxhold::words {
    static constexpr auto gate = table(when(mount::not_born) >> refuse(EIO), otherwise >> walk);
    static constexpr auto record = table(when(none_of(Owner::file_data)) >> note_shutdown >> next,
                                         otherwise >> attempt(sync) >> next);
};

} // namespace

TEST_CASE("a policy finds its words beside POSIX and the standard library") {
    using daxhold::ending;
    using daxhold::operation;
    CHECK_BOTH(everything::gate.actions[2].steps[0].what == operation::sync);
    CHECK_BOTH(everything::gate.actions[6].end == ending::walk);
    CHECK_BOTH(everything::record.actions[6].steps[0].argument<daxhold::users>() ==
               daxhold::users::every);
    CHECK_BOTH(everything::record.actions[6].steps[0].argument<daxhold::poison>(1) ==
               daxhold::poison::not_marked);
    CHECK_BOTH(everything::end.actions[1].steps[0].argument<daxhold::shutdown_reason>() ==
               daxhold::shutdown_reason::force_umount);
    CHECK_BOTH(everything::aftermaths.actions[1].how == daxhold::evidence::seen);
    CHECK_BOTH(
        everything::aftermaths.actions[1].aftermaths ==
        daxhold::any_of(daxhold::aftermath::umount_oopses, daxhold::aftermath::stays_frozen));
    CHECK_BOTH(everything::aftermaths.actions[2].how == daxhold::evidence::read);
    CHECK_BOTH(everything::aftermaths.actions[3].how == daxhold::evidence::derived);
    CHECK_BOTH(everything::aftermaths.actions[0] == daxhold::knowledge{});
    CHECK_BOTH(of_any_owner<daxhold::owner>::record.actions[1].steps[0].what == operation::sync);
    CHECK_BOTH(of_any_owner<daxhold::owner>::gate.actions[0].outcome() ==
               daxhold::result::error(EIO));
}

TEST_CASE("a policy stays an empty class") { CHECK_BOTH(is_empty_v<everything>); }
