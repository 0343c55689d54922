// SPDX-License-Identifier: BSL-1.0
#include "daxhold/policy/contract.hpp"

#include "daxhold/testing.hpp"

#include "../support/both.hpp"

using namespace daxhold;
using namespace daxhold::tables;
using namespace daxhold::testing;

namespace {

/// The least that a filesystem is.
struct bare {
    [[nodiscard]] constexpr bool is_born() const { return true; }
    [[nodiscard]] constexpr byte_range device_range(role) const { return {}; }
};
struct without_is_born {
    [[nodiscard]] constexpr byte_range device_range(role) const { return {}; }
};
struct without_device_range {
    [[nodiscard]] constexpr bool is_born() const { return true; }
};
struct with_device_size : without_device_range {
    [[nodiscard]] constexpr std::uint64_t device_range(role) const { return 0; }
};

// Operations that return something else than a result are not there.
struct wrong_types : bare {
    void freeze() {}
    int thaw() { return 0; }
    bool shut_down(shutdown_reason) noexcept { return true; }
    void for_each_mapping(role, byte_range, auto) {}
};

struct short_record {
    byte_range extent{};
    int owner = 0;
    std::uint64_t file_offset = 0;
};
struct own_types : bare {
    using record = short_record;
    struct handle {
        int number = 0;
    };
    static constexpr bool withholds_owners = false;

    template <class Visitor>
    constexpr result for_each_mapping(role, byte_range, Visitor&& visit) {
        static_cast<void>(visit(short_record{}));
        return {};
    }
    using inode_handle = handle;
    constexpr result find_in_core(const short_record&, handle&) { return {}; }
    constexpr result kill_users(handle&, byte_range, users, poison) noexcept { return {}; }
    constexpr bool is_dax(handle&) { return true; }
};
struct throwing_in_part : bare {
    constexpr result freeze() noexcept { return {}; }
    constexpr result thaw() { return {}; }
    constexpr result shut_down(auto) noexcept { return {}; }
    constexpr result report_media_event(role, byte_range) noexcept(false) { return {}; }
};
struct of_other_records : bare {
    using record = short_record;
    using inode_handle = int;
    constexpr result find_in_core(const rmap_record&, int&) { return {}; }
};

enum class own_operation : std::uint8_t { a };
struct performing : bare {
    constexpr result perform(own_operation) noexcept { return {}; }
};
struct performing_on_records : bare {
    constexpr result perform(own_operation, const rmap_record&, byte_range) noexcept { return {}; }
};

template <class Filesystem, operation... What>
constexpr bool has_all = (has_operation<Filesystem, What> && ...);
template <class Filesystem, operation... What>
constexpr bool has_none = (!has_operation<Filesystem, What> && ...);

struct withholding : bare {
    static constexpr bool withholds_owners = true;
};

} // namespace

TEST_CASE("what is a filesystem, and what is none") {
    CHECK_BOTH(filesystem<bare>);
    CHECK_BOTH(filesystem<mock_filesystem>);
    CHECK_BOTH(filesystem<own_types>);
    CHECK_BOTH(!filesystem<without_is_born>);
    CHECK_BOTH(!filesystem<without_device_range>);
    CHECK_BOTH(!filesystem<with_device_size>);
    CHECK_BOTH(!filesystem<int>);
}

TEST_CASE("who has a reverse mapping") {
    CHECK_BOTH(has_reverse_mapping<mock_filesystem>);
    CHECK_BOTH(has_reverse_mapping<own_types>);
    CHECK_BOTH(!has_reverse_mapping<mock_filesystem_without_rmap>);
    CHECK_BOTH(!has_reverse_mapping<bare>);
    CHECK_BOTH(!has_reverse_mapping<wrong_types>);
}

TEST_CASE("who has inodes, files in the page cache, groups") {
    CHECK_BOTH(has_inodes<mock_filesystem>);
    CHECK_BOTH(has_inodes<own_types>);
    CHECK_BOTH(!has_inodes<bare>);
    CHECK_BOTH(!has_inodes<of_other_records>);
    CHECK_BOTH(has_buffered_files<mock_filesystem>);
    CHECK_BOTH(has_buffered_files<own_types>);
    CHECK_BOTH(!has_buffered_files<bare>);
    CHECK_BOTH(has_groups<mock_filesystem>);
    CHECK_BOTH(!has_groups<bare>);
}

TEST_CASE("the types of a filesystem") {
    CHECK_BOTH(std::same_as<record_of<bare>, rmap_record>);
    CHECK_BOTH(std::same_as<record_of<own_types>, short_record>);
    CHECK_BOTH(std::same_as<handle_of<own_types>, own_types::handle>);
    CHECK_BOTH(std::same_as<handle_of<mock_filesystem>, mock_inode*>);
    CHECK_BOTH(std::same_as<handle_of<bare>, daxhold::detail::no_handle>);
}

TEST_CASE("which operations a filesystem has") {
    using enum operation;
    CHECK_BOTH(has_all<mock_filesystem, freeze, thaw, thaw_user, operation::sync, begin_walk,
                       kill_users, invalidate, report_data_lost, report_media_event, shut_down>);
    CHECK_BOTH(has_none<bare, freeze, thaw, thaw_user, operation::sync, begin_walk, kill_users,
                        invalidate, report_data_lost, report_media_event, shut_down>);
    CHECK_BOTH(has_none<wrong_types, freeze, thaw, shut_down>);
    CHECK_BOTH(has_none<mock_filesystem_without_freeze, freeze, thaw, thaw_user>);
    CHECK_BOTH(has_all<mock_filesystem_without_freeze, kill_users, invalidate, shut_down>);
    CHECK_BOTH(has_all<own_types, kill_users>);
    CHECK_BOTH(has_none<own_types, invalidate>);
    // The engine does this one itself.
    CHECK_BOTH(has_all<bare, note_shutdown>);
}

TEST_CASE("which of them cannot throw") {
    using enum operation;
    CHECK_BOTH(has_all<throwing_in_part, freeze, thaw, shut_down, report_media_event>);
    CHECK_BOTH(has_noexcept_operation<throwing_in_part, freeze>);
    CHECK_BOTH(has_noexcept_operation<throwing_in_part, shut_down>);
    CHECK_BOTH(has_noexcept_operation<throwing_in_part, note_shutdown>);
    CHECK_BOTH(!has_noexcept_operation<throwing_in_part, thaw>);
    CHECK_BOTH(!has_noexcept_operation<throwing_in_part, report_media_event>);
    CHECK_BOTH(!has_noexcept_operation<throwing_in_part, thaw_user>);
    CHECK_BOTH(!has_noexcept_operation<wrong_types, shut_down>);
}

TEST_CASE("operations of its own, with a record and without") {
    CHECK_BOTH(performs<performing, own_operation>);
    CHECK_BOTH(!performs_on_record<performing, own_operation>);
    CHECK_BOTH(!performs<performing_on_records, own_operation>);
    CHECK_BOTH(performs_on_record<performing_on_records, own_operation>);
    CHECK_BOTH(!performs<bare, own_operation>);
}

TEST_CASE("who withholds owners") {
    CHECK_BOTH(withholds_owners<withholding>);
    CHECK_BOTH(!withholds_owners<own_types>);
    CHECK_BOTH(!withholds_owners<bare>);
}
