// SPDX-License-Identifier: BSL-1.0
// A filesystem of one's own, with a fact, an owner, an operation and flags that the library has
// never heard of: tried out by the compiler. Nothing of the library is edited.

#include <daxhold/policy.hpp>
#include <daxhold/tables/law.hpp>
#include <daxhold/testing/mock_of.hpp>
#include <daxhold/testing/script.hpp>

using namespace daxhold;

enum class tenant : unsigned char { paying, guest };             // a fact of every record
enum class owner_kind : unsigned char { page, index };           // who owns bytes
enum class own_operation : std::uint8_t { copy_to_replica };     // what only this one does
enum class pool_flags : std::uint8_t { poison = 1, detach = 2 }; // what its driver says
template <>
struct daxhold::failure_flag_names<pool_flags> {
    static constexpr auto removal = pool_flags::detach;
};

struct policy : words {
    using mf_flags = pool_flags;
    static constexpr auto gate = table(otherwise >> walk);
    static constexpr auto record = table(
        when(cause::corruption, owner_kind::index) >> note_shutdown >> next,
        when(cause::removal, tenant::paying) >> perform(own_operation::copy_to_replica) >> next,
        otherwise >> next);
    static constexpr auto end =
        table(when(want_shutdown::yes) >> shut_down(shutdown_reason::corrupt_ondisk) >> refuse(EIO),
              otherwise >> return_error);
};

struct page {
    byte_range extent;
    owner_kind owner = owner_kind::page;
    tenant who = tenant::guest;
};

struct pool : testing::mock_of<page> {
    using mock_of::mock_of;
    unsigned copies = 0;
    constexpr tenant answer(boost::hana::basic_type<tenant>, const page& p) { return p.who; }
    constexpr result perform(own_operation, const page&, byte_range) noexcept {
        return ++copies, success;
    }
};

constexpr pool two_pages{page{{0, 4096}, owner_kind::index},
                         page{{4096, 4096}, {}, tenant::paying}};

constexpr auto story = testing::run_script<policy>(two_pages, testing::fail_range({4096, 64}),
                                                   testing::remove_device());
static_assert(story.is(success, success) && story.fs.copies == 1 && !story.fs.is_shut_down);
static_assert(testing::run_script<policy>(two_pages, testing::fail_range({0, 64})).fs.is_shut_down);

struct only_a_corruption_asks_for_a_shutdown {
    static constexpr auto where = words::when(cause::removal);
    static constexpr bool allows(const auto& course) {
        return !course.has(operation::note_shutdown);
    }
};
static_assert(tables::obeys<only_a_corruption_asks_for_a_shutdown, policy::record>);

int main() {}
