// SPDX-License-Identifier: BSL-1.0
#include "daxhold/linux/page_table.hpp"

#include <cstdio>
#include <string>

#include <sys/mman.h>
#include <unistd.h>

#include <doctest/doctest.h>

using namespace daxhold::on_linux;

TEST_CASE("a page that is present and a file's is one that a failure reaches") {
    constexpr std::uint64_t present = std::uint64_t{1} << 63U;
    constexpr std::uint64_t of_file = std::uint64_t{1} << 61U;
    const std::uint64_t copied[] = {0, present, of_file};
    const std::uint64_t one[] = {0, 0, present | of_file | 1};
    CHECK(presence_in(copied) == presence::absent);
    CHECK(presence_in(one) == presence::present);
    CHECK(presence_in({}) == presence::absent);
}

TEST_CASE("a page that no file's cache has is a DAX device's memory, or a copy") {
    constexpr std::uint64_t present = std::uint64_t{1} << 63U;
    constexpr std::uint64_t of_file = std::uint64_t{1} << 61U;
    constexpr std::uint64_t exclusive = std::uint64_t{1} << 56U;
    const std::uint64_t either[] = {0, present};
    const std::uint64_t copied[] = {0, present | exclusive};
    const std::uint64_t touched[] = {present, present | of_file | exclusive};
    const std::uint64_t untouched[] = {0, exclusive};
    CHECK(presence_in(either, other_page::device) == presence::present);
    CHECK(presence_in(copied, other_page::device) == presence::present);
    CHECK(presence_in(untouched, other_page::device) == presence::absent);
    CHECK(presence_in(either, other_page::either) == presence::unknown);
    CHECK(presence_in(copied, other_page::either) == presence::absent);
    CHECK(presence_in(touched, other_page::either) == presence::present);
}

TEST_CASE("pages are present once they were touched, and private copies are no file's") {
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    std::FILE* const file = std::tmpfile();
    REQUIRE(file != nullptr);
    const std::string text(2 * page, 'x');
    REQUIRE(std::fwrite(text.data(), 1, text.size(), file) == text.size());
    REQUIRE(std::fflush(file) == 0);
    void* const pages =
        ::mmap(nullptr, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE, ::fileno(file), 0);
    REQUIRE(pages != MAP_FAILED);
    auto* const bytes = static_cast<volatile char*>(pages);
    REQUIRE(::madvise(pages, 2 * page, MADV_RANDOM) == 0);
    const auto at = reinterpret_cast<std::uintptr_t>(pages);
    const auto is = [&](std::size_t number) {
        return page_table{::getpid()}.pages_present({at + number * page, page});
    };
    CHECK(is(1) == presence::absent);
    CHECK(bytes[page] == 'x');
    CHECK(is(1) == presence::present);
    bytes[page] = 'y';
    CHECK(is(1) == presence::absent);
    CHECK(page_table(::getpid(), "/no/such/proc").pages_present({at, 2 * page}) ==
          presence::unknown);
    ::munmap(pages, 2 * page);
    std::fclose(file);
}
