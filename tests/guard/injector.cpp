// SPDX-License-Identifier: BSL-1.0
#include "daxhold/guard/injector.hpp"

#include "daxhold/guard/sigbus_guard.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <string>

using namespace daxhold;
using namespace daxhold::injectors;

namespace {

struct injects_nothing {};
static_assert(!injector<injects_nothing>);

} // namespace

TEST_CASE_TEMPLATE("each makes a page fail, or says why it cannot", Injector, truncation,
                   full_filesystem, userfaultfd_poison, hardware_poison) {
    Injector made{8};
    if (!made.state().ok()) {
        CHECK(made.state().value() < 0);
        MESSAGE(std::string{Injector::name} << " is not tried here: "
                                            << std::string{std::strerror(-made.state().value())});
        return;
    }
    sigbus_guard<> guard;
    REQUIRE(guard.install().ok());
    const auto& target = made.target();
    REQUIRE(guard.add(target.address(), target.bytes(), target.file(), 0).ok());
    for (std::size_t page = 0; page != 4; ++page)
        *target.page(page) = std::byte{7};

    // Of a full filesystem it is the first page that is not there yet.
    constexpr std::size_t failing = std::is_same_v<Injector, full_filesystem> ? 4 : 3;
    result injected = result::error(EINTR);
    const auto at_once = guard.attempt([&]() noexcept { injected = made.inject(failing); });
    CHECK((at_once || injected.ok()));
    for (std::size_t page = 0; page != 3; ++page) {
        std::byte seen{};
        CHECK(!guard.copy(&seen, target.page(page), 1));
        CHECK(seen == std::byte{7});
    }
    const auto told = guard.attempt(
        [&]() noexcept { *static_cast<volatile std::byte*>(target.page(failing)) = std::byte{1}; });
    REQUIRE(told);
    CHECK(told->page.offset() == failing * mapped_file::page_size());
    using enum sigbus_reason;
    if constexpr (std::is_same_v<Injector, truncation>)
        CHECK(told->cause == sigbus_cause{truncated, confidence::seen});
    else if constexpr (std::is_same_v<Injector, full_filesystem>)
        CHECK(told->cause == sigbus_cause{no_space, confidence::seen});
    else // By the signal, where the kernel has one of its own for that; else not known.
        CHECK((told->cause == sigbus_cause{poisoned, confidence::told} ||
               told->cause == sigbus_cause{}));
}
