// SPDX-License-Identifier: BSL-1.0
#include "daxhold/render/matrix.hpp"

#include "daxhold/laws/shipped.hpp"
#include "daxhold/releases/daxfs.hpp"
#include "daxhold/releases/xfs_linux_6_8.hpp"
#include "daxhold/releases/xfs_rfc.hpp"

#include "golden.hpp"

#if __has_include(<nlohmann/json.hpp>)
#    include <nlohmann/json.hpp>
#endif

using namespace daxhold;
using namespace daxhold::render;
using tests::check_golden;

namespace {

// Named one by one, so that another law or policy does not change what is rendered here.
constexpr auto some_laws = boost::hana::tuple_t<laws::corruption_of_file_data_never_shuts_down,
                                                laws::every_owner_of_a_shared_extent_is_told,
                                                laws::removal_marks_nothing_as_poisoned>;
constexpr auto some_policies =
    boost::hana::tuple_t<releases::xfs_seed_as_posted, releases::xfs_linux_6_8>;

/// A law without a name of its own.
struct nameless : laws::removal_marks_nothing_as_poisoned {
    static constexpr int name = 0;
};

} // namespace

TEST_CASE("a matrix in Markdown, wide and narrow") {
    const auto wide = markdown::matrix(some_laws, some_policies);
    check_golden("render/golden/matrix.md", wide);
    CHECK(wide.find("| every owner of a shared extent is told |") != std::string::npos);
    const auto narrow =
        markdown::matrix(some_laws, some_policies, markdown::breaches::verdict_only);
    check_golden("render/golden/matrix_narrow.md", narrow);
    CHECK(narrow.find(" **broken** |") != std::string::npos);
    CHECK(narrow.find("cause::") == std::string::npos);
}

TEST_CASE("a matrix in CSV") {
    const auto text = csv::matrix(some_laws, some_policies);
    check_golden("render/golden/matrix.csv", text);
    CHECK(text.starts_with("law,xfs_seed_as_posted,xfs_linux_6_8\r\n"));
    CHECK(text.find("broken: cause::corruption") != std::string::npos);
}

TEST_CASE("a law without a name goes by its class") {
    CHECK(csv::matrix(boost::hana::tuple_t<nameless>,
                      boost::hana::tuple_t<releases::xfs_linux_6_8>) ==
          "law,xfs_linux_6_8\r\nnameless,kept\r\n");
}

TEST_CASE("a matrix in JSON") {
    const auto text = json::matrix(some_laws, some_policies);
    check_golden("render/golden/matrix.json", text);
#if __has_include(<nlohmann/json.hpp>)
    const auto read = nlohmann::json::parse(text);
    CHECK(read.at("laws").size() == 3);
    CHECK(read.at("policies") == nlohmann::json{"xfs_seed_as_posted", "xfs_linux_6_8"});
    REQUIRE(read.at("verdicts").size() == 6);
    const auto& first = read.at("verdicts")[0];
    CHECK(first.at("law") == "corruption_of_file_data_never_shuts_down");
    CHECK(first.at("standing") == "broken");
    CHECK(first.at("broken_in") == "cause::corruption: owner::file_data");
    CHECK(read.at("verdicts")[5].at("standing") == "kept");
    CHECK(!read.at("verdicts")[5].contains("broken_in"));
#endif
}

TEST_CASE("a case names what matters to it, in the words of the tables") {
    using laws::piece;
    using laws::trial;
    const auto text = [](const trial& t, testing::call failed = testing::call::find_in_core) {
        return laws::case_of<releases::xfs_linux_6_8>(
            {.is_broken = true, .where = t, .failed = failed});
    };
    CHECK(text(trial{}) == "cause::corruption");
    trial t{.cause = cause::removal,
            .scope = scope::whole_device,
            .role = role::realtime,
            .range = range::across_end,
            .mount = mount::not_born,
            .rmap = rmap::absent,
            .groups = groups::several,
            .read_only = read_only::yes,
            .already_shut_down = already_shut_down::yes,
            .frozen_by_user = frozen_by_user::yes};
    CHECK(text(t) == "cause::removal, scope::whole_device, role::realtime, range::across_end, "
                     "mount::not_born, rmap::absent, groups::several, read_only::yes, "
                     "already_shut_down::yes, frozen_by_user::yes");
    t = {.count = 2,
         .sharing = sharing::shared,
         .pieces = {piece{.mappers = mappers::none}, piece{.mapping = mapping::buffered,
                                                           .kind = kind::symlink,
                                                           .mappers = mappers::none}},
         .fails = 3};
    CHECK(text(t, testing::call::kill_users) ==
          "cause::corruption, sharing::shared: owner::file_data, mappers::none; then "
          "owner::file_data, mapping::buffered, kind::symlink; kill_users fails");
    t = {.count = 1, .pieces = {piece{.owner = owner::bmbt, .mappers = mappers::none}}};
    CHECK(text(t) == "cause::corruption: owner::bmbt");
}

TEST_CASE("what is not known is not called kept") {
    struct silent {
        static constexpr bool concerns(const laws::trial& /*t*/) { return false; }
        static constexpr bool holds(const laws::trial& /*t*/, const laws::verdict& /*v*/) {
            return true;
        }
    };
    struct of_logs {
        static constexpr bool concerns(const laws::trial& t) { return t.role == role::log; }
        static constexpr bool holds(const laws::trial& /*t*/, const laws::verdict& /*v*/) {
            return true;
        }
    };
    const auto text =
        csv::matrix(boost::hana::tuple_t<silent, of_logs>, boost::hana::tuple_t<releases::daxfs>);
    CHECK(text.find(",not tried\r\n") != std::string::npos);
    CHECK(text.find(",does not apply\r\n") != std::string::npos);
}
