// SPDX-License-Identifier: BSL-1.0
#include "daxhold/render/matrix.hpp"

#include "daxhold/laws/shipped.hpp"
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
    CHECK(narrow.find("lone_record") == std::string::npos);
}

TEST_CASE("a matrix in CSV") {
    const auto text = csv::matrix(some_laws, some_policies);
    check_golden("render/golden/matrix.csv", text);
    CHECK(text.starts_with("law,xfs_seed_as_posted,xfs_linux_6_8\r\n"));
    CHECK(text.find("\"broken: corruption, ") != std::string::npos);
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
    CHECK(first.at("kept") == false);
    CHECK(first.at("broken_in") == "corruption, lone_record of file_data (in_core, dax)");
    CHECK(read.at("verdicts")[5].at("kept") == true);
    CHECK(!read.at("verdicts")[5].contains("broken_in"));
#endif
}

TEST_CASE("trials name what matters to them") {
    using laws::situation;
    using laws::trial;
    CHECK(to_text(trial{cause::corruption, situation::lone_record}) ==
          "corruption, lone_record of file_data (in_core, dax)");
    CHECK(to_text(trial{cause::removal, situation::lone_record, owner::bmbt}) ==
          "removal, lone_record of bmbt");
    CHECK(to_text(trial{cause::removal, situation::log_device}) == "removal, log_device");
    CHECK(to_text(trial{cause::removal, situation::shared_extent, owner::file_data, inode::in_core,
                        mapping::buffered}) == "removal, shared_extent (in_core, buffered)");
}
