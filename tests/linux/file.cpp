// SPDX-License-Identifier: BSL-1.0
#include "daxhold/linux/file.hpp"

#include <cerrno>
#include <string>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include <doctest/doctest.h>

using namespace daxhold::on_linux;

namespace {

bool is_open(int number) { return ::fcntl(number, F_GETFD) >= 0; }

} // namespace

TEST_CASE("a descriptor closes what it holds, once, wherever it was moved to") {
    const int number = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    REQUIRE(number >= 0);
    {
        descriptor first{number};
        descriptor second{std::move(first)};
        CHECK(second.get() == number);
        descriptor third;
        CHECK_FALSE(third);
        third = std::move(second);
        CHECK(third);
        CHECK(is_open(number));
    }
    CHECK_FALSE(is_open(number));
}

TEST_CASE("a descriptor gives away what it holds") {
    descriptor held{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
    REQUIRE(held);
    const descriptor now{held.release()};
    CHECK_FALSE(held);
    CHECK(is_open(now.get()));
}

TEST_CASE("what is overwritten in a descriptor is closed") {
    descriptor held{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
    const int old = held.get();
    held = descriptor{::open("/dev/zero", O_RDONLY | O_CLOEXEC)};
    CHECK_FALSE(is_open(old));
    CHECK(is_open(held.get()));
}

TEST_CASE("files of /proc are read to their end") {
    const auto status = read_whole_file("/proc/self/status");
    REQUIRE(status);
    CHECK(status->find("\nPid:\t" + std::to_string(::getpid()) + '\n') != std::string::npos);
    CHECK(status->ends_with('\n'));
}

TEST_CASE("the memory of the last file is used again, and nothing of it stays") {
    std::string text(100'000, 'x');
    CHECK(read_whole_file("/proc/self/comm", text) == 0);
    CHECK(text.size() < 100);
    CHECK(text.find('x') != 0);
    CHECK(text.capacity() >= 100'000);
}

TEST_CASE("what cannot be read is an errno value") {
    std::string text = "old";
    CHECK(read_whole_file("/proc/self/no_such_file", text) == ENOENT);
    CHECK(text.empty());
    CHECK(read_whole_file("/proc/self", text) == EISDIR);
    errno = 0;
    CHECK_FALSE(read_whole_file("/proc/self/no_such_file"));
    CHECK(errno == ENOENT);
}

TEST_CASE("words are taken off the front, and the rest stays") {
    std::string_view text = "a b:c";
    CHECK(take_word(text, ' ') == "a");
    CHECK(take_word(text, ':') == "b");
    CHECK(take_word(text, ' ') == "c");
    CHECK(text.empty());
    CHECK(take_word(text, ' ').empty());
    text = " x";
    CHECK(take_word(text, ' ').empty());
    CHECK(text == "x");
}

TEST_CASE("a number is all of its text, and fits") {
    CHECK(whole_number<int>("-12") == -12);
    CHECK(whole_number<unsigned>("ff", 16) == 255);
    CHECK(whole_number<std::uint64_t>("18446744073709551615") == ~std::uint64_t{0});
    for (const auto* const text : {"", "x", "1x", " 1", "1 ", "+1", "18446744073709551616"}) {
        CAPTURE(text);
        CHECK_FALSE(whole_number<std::uint64_t>(text));
    }
}

TEST_CASE("links and lines of /proc are read, or are nothing") {
    CHECK(read_link("/proc/self") == std::to_string(::getpid()));
    CHECK_FALSE(read_link("/proc/self/status"));
    CHECK(errno == EINVAL);
    CHECK(read_line("/proc/self/status")->starts_with("Name:"));
    CHECK_FALSE(read_line("/no/such/file"));
    CHECK(read_number<int>("/proc/sys/kernel/pid_max").value_or(0) > 0);
    CHECK_FALSE(read_number<int>("/proc/self/status"));
}
