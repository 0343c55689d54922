// SPDX-License-Identifier: BSL-1.0
#include "daxhold/releases/shipped.hpp"

#include "daxhold/policy.hpp"

#include "../support/both.hpp"

#include <set>
#include <string>

using namespace daxhold;

TEST_CASE("every policy that is shipped is one, and has a name of its own") {
    std::set<std::string> names;
    boost::hana::for_each(releases::shipped, [&](auto policy) {
        using type = typename decltype(policy)::type;
        CHECK_BOTH(failure_policy<type>);
        CHECK(names.insert(type::name).second);
        CHECK(std::string{type::title}.size() > 3);
    });
    CHECK(names.size() == 16);
}

TEST_CASE("those with operations of their own are for their own filesystems") {
    std::set<std::string> names;
    boost::hana::for_each(releases::for_any_filesystem,
                          [&](auto policy) { names.insert(decltype(policy)::type::name); });
    CHECK(names.size() == 13);
    CHECK(names.count("famfs") == 0);
    CHECK(names.count("famfs_standalone") == 0);
    CHECK(names.count("daxfs") == 0);
    CHECK(names.count("recommended") == 1);
}
