// SPDX-License-Identifier: BSL-1.0
#include "daxhold/policy/check.hpp"

#include "../support/lone_record.hpp"
#include "../support/notification.hpp"
#include "../support/words.hpp"

using namespace support;
using namespace spelled;
using releases::no_holder;
using releases::xfs_linux_6_1;
using releases::xfs_linux_6_8;
using releases::xfs_linux_7_0;
using releases::xfs_seed_as_intended;
using releases::xfs_seed_as_posted;
using releases::xfs_v12;

namespace {

template <class Filesystem, class... Policies>
constexpr bool all_fit = (fits<Policies, Filesystem> && ...);

/// Can do nothing at all.
struct bare {
    [[nodiscard]] constexpr bool is_born() const { return true; }
    [[nodiscard]] constexpr byte_range device_range(role) const { return {0, 4096}; }
};

/// For filesystems that can be frozen, and for others.
struct careful {
    static constexpr auto gate = table(when(rmap::absent) >> unsupported,
                                       when(can_freeze::no) >> walk, //
                                       otherwise >> attempt(freeze) >> walk);
    static constexpr auto record =
        table(when(none_of(owner::file_data)) >> next, when(none_of(inode::in_core)) >> next,
              when(can_kill_users::yes) >> kill_users(users::every, poison::not_marked) >> next,
              when(can_invalidate::yes) >> invalidate >> next, otherwise >> note_shutdown >> next);
    static constexpr auto end = table(when(frozen::by_us) >> thaw >> return_error,
                                      when(can_shut_down::yes, want_shutdown::yes) >>
                                          shut_down(shutdown_reason::force_umount) >> return_error,
                                      otherwise >> return_error);
};

/// With a reverse mapping, and nothing else that the tables could use.
struct mapped_only : bare {
    template <class Visitor>
    constexpr result for_each_mapping(role, byte_range, Visitor&& visit) {
        static_cast<void>(visit(rmap_record{{0, 4096}, owner::file_data, 7}));
        return {};
    }
};

/// Walks only what has a reverse mapping; what cannot walk needs no further tables.
struct without_walk {
    static constexpr auto gate =
        table(when(rmap::absent) >> unsupported, otherwise >> freeze >> words::sync >> walk);
};

// The rows of this gate that can win at all for a type of filesystem.
template <class Filesystem>
constexpr row_set gate_rows = daxhold::detail::rows_for_type<Filesystem, careful::gate>;

struct by_group {
    static constexpr auto gate = table(when(groups::several) >> refuse(EIO), otherwise >> walk);
    static constexpr auto record =
        table(when(mapping::buffered) >> invalidate >> next, otherwise >> next);
    static constexpr auto end = table(otherwise >> return_error);
};

template <class Policy = careful>
constexpr report tell(auto fs) {
    return report_failure<Policy>(fs, role::data, byte_range::whole_device(), cause::removal);
}
constexpr bool is_told_without_freeze() {
    auto fs = populated<mock_filesystem_without_freeze>();
    const auto made =
        report_failure<careful>(fs, role::data, byte_range::whole_device(), cause::removal);
    // up to the file in the page cache, whose users cannot be told
    return made.outcome == result::error(EBUSY) && fs.told() == 3 &&
           made.of(operation::freeze).taken == 0 &&
           fs.log.is(call::kill_users, call::kill_users, call::kill_users, call::kill_users);
}

enum class own : std::uint8_t { a };
struct performing : mapped_only {
    constexpr result perform(own) noexcept { return {}; }
};
struct performing_on_records : mapped_only {
    constexpr result perform(own, const rmap_record&, byte_range) noexcept { return {}; }
};
struct own_in_record {
    static constexpr auto gate = table(otherwise >> walk);
    static constexpr auto record = table(otherwise >> perform(own::a) >> next);
    static constexpr auto end = table(otherwise >> return_error);
};

struct no_policy {
    static constexpr int gate = 1;
};

} // namespace

TEST_CASE("what a policy is") {
    CHECK_BOTH(failure_policy<xfs_linux_6_8>);
    CHECK_BOTH(failure_policy<no_holder>);
    CHECK_BOTH(!failure_policy<no_policy>);
    CHECK_BOTH(!failure_policy<bare>);
}

TEST_CASE("each policy fits each mock filesystem that it can work for") {
    CHECK_BOTH(all_fit<mock_filesystem, xfs_v12, xfs_seed_as_posted, xfs_seed_as_intended,
                       xfs_linux_6_1, xfs_linux_6_8, xfs_linux_7_0, no_holder, careful>);
    CHECK_BOTH(
        all_fit<mock_filesystem_with_devices, xfs_v12, xfs_seed_as_posted, xfs_seed_as_intended,
                xfs_linux_6_1, xfs_linux_6_8, xfs_linux_7_0, no_holder, careful>);
    CHECK_BOTH(
        all_fit<mock_filesystem_without_rmap, xfs_v12, xfs_seed_as_posted, xfs_seed_as_intended,
                xfs_linux_6_1, xfs_linux_6_8, xfs_linux_7_0, no_holder, careful>);
    CHECK_BOTH(all_fit<mock_filesystem_without_freeze, xfs_v12, xfs_seed_as_posted,
                       xfs_seed_as_intended, xfs_linux_6_1, no_holder, careful>);
    // What has no reverse mapping is never walked, and needs nothing that a walk needs.
    CHECK_BOTH(all_fit<bare, no_holder, careful, without_walk>);
    CHECK_BOTH(all_fit<mapped_only, no_holder, careful, by_group>);
}

TEST_CASE("policies that never freeze do on a filesystem that cannot what they do elsewhere") {
    using mock = mock_filesystem_without_freeze;
    CHECK_BOTH(unbind<xfs_v12>(populated<mock>()).what() == unbind<xfs_v12>(populated<>()).what());
    CHECK_BOTH(unbind<xfs_seed_as_posted>(populated<mock>()).what() ==
               unbind<xfs_seed_as_posted>(populated<>()).what());
    CHECK_BOTH(unbind<xfs_seed_as_intended>(populated<mock>()).what() ==
               unbind<xfs_seed_as_intended>(populated<>()).what());
    CHECK_BOTH(unbind<xfs_linux_6_1>(populated<mock>()).what() ==
               unbind<xfs_linux_6_1>(populated<>()).what());
}

TEST_CASE("a row that cannot win for a filesystem may ask for what it lacks") {
    CHECK_BOTH(gate_rows<mock_filesystem> == 0b101);
    CHECK_BOTH(gate_rows<mock_filesystem_without_freeze> == 0b011);
    CHECK_BOTH(gate_rows<mock_filesystem_without_rmap> == 0b001);
    CHECK_BOTH(gate_rows<bare> == 0b001);
    CHECK_BOTH(daxhold::detail::rows_for_type<mapped_only, by_group::gate> == 0b10);
    CHECK_BOTH(daxhold::detail::rows_for_type<mapped_only, by_group::record> == 0b10);
    CHECK_BOTH(daxhold::detail::rows_for_type<mock_filesystem, by_group::record> == 0b11);
    CHECK_BOTH(daxhold::detail::can_win<mock_filesystem, careful::gate, 2>);
    CHECK_BOTH(!daxhold::detail::can_win<bare, careful::gate, 2>);
}

TEST_CASE("such a filesystem is told what it can be told") {
    CHECK_BOTH(is_told_without_freeze());
    CHECK_BOTH(tell(bare{}).outcome == unsupported_operation);
    CHECK_BOTH(tell<without_walk>(bare{}).outcome == unsupported_operation);
    CHECK_BOTH(tell(mapped_only{}).outcome == success);
    CHECK_BOTH(tell(mapped_only{}).records_of_row[1] == 1);
}

TEST_CASE("operations of one's own, with the record or without") {
    CHECK_BOTH(fits<own_in_record, performing>);
    CHECK_BOTH(fits<own_in_record, performing_on_records>);
}

TEST_CASE("which endings a table allows") {
    constexpr auto allowed = [](stage table) {
        unsigned endings = 0;
        for (unsigned end = 0; end != 8; ++end)
            if (daxhold::detail::is_allowed(table, static_cast<ending>(end)))
                endings |= 1U << end;
        return endings;
    };
    constexpr auto set = [](auto... end) { return ((1U << static_cast<unsigned>(end)) | ...); };
    CHECK_BOTH(allowed(stage::gate) == set(ending::finish, ending::walk, ending::walk_in_core));
    CHECK_BOTH(allowed(stage::record) ==
               set(ending::none, ending::next, ending::stop, ending::stop_lookup));
    CHECK_BOTH(allowed(stage::end) == set(ending::finish, ending::finish_error));
}
