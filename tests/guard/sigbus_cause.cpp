// SPDX-License-Identifier: BSL-1.0
#include "daxhold/guard/sigbus_cause.hpp"

#include "both.hpp"

#include <doctest/doctest.h>

#include <string_view>

#include <sys/mman.h>

using namespace daxhold;
using std::string_view;

namespace {

constexpr auto causes = [](auto... facts) {
    return tables::decide<sigbus_causes>(tables::known(facts...));
};
/// A fault in a hole of a file on a full filesystem, but for the page table's entry.
constexpr auto in_a_full = [](backing kept, page_entry entry, free_space space = free_space::none) {
    return causes(fault_address::in_the_file, signal_code::no_memory_there, file_state::there,
                  recorded::no, entry, page_storage::hole, space, kept);
};
/// Any other, as far as it matters.
constexpr auto of = [](signal_code code, fault_address where, file_state file, recorded ledger) {
    return causes(code, where, file, ledger, page_entry::absent, page_storage::allocated,
                  free_space::left, backing::disk);
};
constexpr sigbus_cause unknown{};

/// A table that calls a full tmpfs what poison may be as well.
constexpr auto hasty = tables::table(tables::when(free_space::none) >>
                                         sigbus_cause{sigbus_reason::no_space, confidence::seen},
                                     tables::as_in(sigbus_causes));

} // namespace

TEST_CASE("the signal is believed before the file, and the file before the ledger") {
    using enum signal_code;
    using enum fault_address;
    CHECK_BOTH(of(memory_failed, after_its_end, file_state::gone, recorded::yes) ==
               sigbus_cause{sigbus_reason::poisoned, confidence::told});
    CHECK_BOTH(of(memory_is_failing, in_the_file, file_state::there, recorded::no) ==
               sigbus_cause{sigbus_reason::poisoned, confidence::told});
    CHECK_BOTH(of(memory_failed, outside, file_state::there, recorded::yes).what ==
               sigbus_reason::not_ours);
    CHECK_BOTH(of(signal_code::other, in_the_file, file_state::there, recorded::yes).what ==
               sigbus_reason::not_ours);
    CHECK_BOTH(of(no_memory_there, fault_address::not_known, file_state::gone, recorded::yes) ==
               sigbus_cause{sigbus_reason::gone, confidence::seen});
    CHECK_BOTH(of(no_memory_there, after_its_end, file_state::there, recorded::yes) ==
               sigbus_cause{sigbus_reason::truncated, confidence::seen});
    CHECK_BOTH(of(no_memory_there, in_the_file, file_state::there, recorded::yes) ==
               sigbus_cause{sigbus_reason::poisoned, confidence::recorded});
    CHECK_BOTH(of(no_memory_there, in_the_file, file_state::there, recorded::perhaps) ==
               sigbus_cause{sigbus_reason::poisoned, confidence::likely});
    CHECK_BOTH(of(no_memory_there, in_the_file, file_state::there, recorded::no) == unknown);
    CHECK_BOTH(of(no_memory_there, fault_address::not_known, file_state::not_known, recorded::no) ==
               unknown);
}

TEST_CASE("a want of space is said only where nothing else can be it") {
    CHECK_BOTH(in_a_full(backing::memory, page_entry::absent) ==
               sigbus_cause{sigbus_reason::no_space, confidence::seen});
    CHECK_BOTH(in_a_full(backing::disk, page_entry::present) ==
               sigbus_cause{sigbus_reason::no_space, confidence::likely});
    CHECK_BOTH(in_a_full(backing::disk, page_entry::absent, free_space::little) ==
               sigbus_cause{sigbus_reason::no_space, confidence::likely});
    CHECK_BOTH(in_a_full(backing::memory, page_entry::absent, free_space::little) == unknown);
    CHECK_BOTH(in_a_full(backing::disk, page_entry::absent, free_space::left) == unknown);
    CHECK_BOTH(in_a_full(backing::not_known, page_entry::absent) == unknown);
    CHECK_BOTH(in_a_full(backing::memory, page_entry::other) == unknown);
    CHECK_BOTH(in_a_full(backing::memory, page_entry::not_known) == unknown);
    static_assert(tables::breach_in<poison_is_no_want_of_space, hasty>.exists);
    static_assert(!tables::breach_in<poison_is_no_want_of_space, sigbus_causes>.exists);
}

TEST_CASE("codes, regions and sentences") {
    CHECK_BOTH(code_of(BUS_ADRERR) == signal_code::no_memory_there);
    CHECK_BOTH(code_of(BUS_MCEERR_AR) == signal_code::memory_failed);
    CHECK_BOTH(code_of(BUS_MCEERR_AO) == signal_code::memory_is_failing);
    CHECK_BOTH(code_of(BUS_ADRALN) == signal_code::other);
    CHECK_BOTH(code_of(SI_USER) == signal_code::other);
    CHECK_BOTH(string_view{describe(sigbus_reason::no_space)} == "the filesystem is full");
    CHECK_BOTH(string_view{describe(confidence::recorded)} == "it was recorded before");

    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    const guarded_region region{.address = 16 * page, .bytes = 2 * page, .file_offset = 8 * page};
    CHECK(!region.contains(16 * page - 1));
    CHECK(region.contains(16 * page));
    CHECK(region.contains(18 * page - 1));
    CHECK(!region.contains(18 * page));
    CHECK(region.page_at(17 * page + 5) == byte_range{9 * page, page});
    CHECK(!guarded_region{}.contains(0));
}

TEST_CASE("the system answers for a file, and not for what it cannot know") {
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    const int file = ::memfd_create("cause", MFD_CLOEXEC);
    REQUIRE(::ftruncate(file, static_cast<off_t>(4 * page)) == 0);
    void* const memory = ::mmap(nullptr, 4 * page, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    REQUIRE(memory != MAP_FAILED);
    *static_cast<volatile char*>(memory) = 1;
    const auto address = reinterpret_cast<std::uintptr_t>(memory); // NOLINT
    guarded_region region{.address = address, .bytes = 4 * page, .file = file};
    const auto ask = [&](auto fact, std::size_t number) {
        return sigbus_source{signal_code::no_memory_there, address + number * page, &region}(fact);
    };
    using boost::hana::type_c;

    CHECK(ask(type_c<page_entry>, 0) == page_entry::present);
    CHECK(ask(type_c<page_entry>, 1) == page_entry::absent);
    CHECK(ask(type_c<page_storage>, 0) == page_storage::allocated);
    CHECK(ask(type_c<page_storage>, 1) == page_storage::hole);
    CHECK(ask(type_c<fault_address>, 3) == fault_address::in_the_file);
    CHECK(ask(type_c<backing>, 0) == backing::memory);
    // It has no limit, so that nobody counts.
    CHECK(ask(type_c<free_space>, 0) == free_space::not_known);
    CHECK(ask(type_c<recorded>, 0) == recorded::no);
    REQUIRE(::ftruncate(file, static_cast<off_t>(2 * page + 1)) == 0);
    CHECK(ask(type_c<fault_address>, 2) == fault_address::in_the_file);
    CHECK(ask(type_c<fault_address>, 3) == fault_address::after_its_end);

    region.file = -1;
    CHECK(ask(type_c<fault_address>, 0) == fault_address::not_known);
    CHECK(ask(type_c<file_state>, 0) == file_state::not_known);
    CHECK(ask(type_c<page_storage>, 0) == page_storage::not_known);
    CHECK(ask(type_c<backing>, 0) == backing::not_known);
    const sigbus_source nowhere{signal_code::no_memory_there, 0, nullptr};
    CHECK(nowhere(type_c<fault_address>) == fault_address::outside);
    CHECK(nowhere(type_c<file_state>) == file_state::not_known);
    ::munmap(memory, 4 * page);
    ::close(file);
}
