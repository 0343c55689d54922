// SPDX-License-Identifier: BSL-1.0
#include "answer.hpp"

#include "formats.hpp"
#include "sentences.hpp"

#include <daxhold/testing/mock_filesystem.hpp>
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace {

using namespace blast_radius;
using daxhold::byte_range;
using daxhold::cause;
using daxhold::testing::blocks;

const progress no_progress = [](double) {};

answer ask_mock(const std::string& policy, byte_range range, cause event = cause::corruption,
                std::size_t files = 20) {
    const auto about = open_mock();
    return ask(*about, {range, event, daxhold::role::data, policy, true}, files, no_progress);
}

std::uint64_t records_with(const answer& given, fate what) {
    std::uint64_t sum = 0;
    for (std::size_t k = 0; k != owner_kind_count; ++k)
        sum += given.of(static_cast<owner_kind>(k), what).records;
    return sum;
}

} // namespace

TEST_CASE("the policy of a release") {
    CHECK(default_policy("xfs", "5.19.0") == "no_holder");
    CHECK(default_policy("xfs", "6.0.19") == "xfs_linux_6_0");
    CHECK(default_policy("xfs", "6.1.0-49-amd64") == "xfs_linux_6_1");
    CHECK(default_policy("xfs", "6.7.12") == "xfs_linux_6_1");
    CHECK(default_policy("xfs", "6.8.0") == "xfs_linux_6_8");
    CHECK(default_policy("xfs", "6.12.117+deb13") == "xfs_linux_6_8");
    CHECK(default_policy("xfs", "6.13.1") == "xfs_linux_6_8");
    CHECK(default_policy("xfs", "6.18.44") == "xfs_linux_6_14");
    CHECK(default_policy("xfs", "7.0-rc1") == "xfs_linux_7_0");
    CHECK(default_policy("xfs", "10.2") == "xfs_linux_7_0");
    CHECK(default_policy("xfs", "") == "no_holder");
    CHECK(default_policy("ext4", "7.0.0") == "no_holder");
}

TEST_CASE("a policy that does not exist") {
    CHECK_THROWS_WITH_AS(ask_mock("xfs_linux_9", blocks(0, 1)),
                         doctest::Contains("choose one of: xfs_v12, xfs_seed_as_posted"), problem);
}

TEST_CASE("a page of a shared extent") {
    const auto given = ask_mock("xfs_linux_6_8", blocks(9, 1));
    CHECK(given.filesystem == verdict::goes_on);
    CHECK(given.of(owner_kind::inode_data, fate::users_told).records == 2);
    CHECK(given.of(owner_kind::inode_data, fate::users_told).bytes == 8192);
    REQUIRE(given.processes.size() == 3);
    for (const auto& process : given.processes)
        CHECK(process.what == notice::told_early);
    REQUIRE(given.files.size() == 2);
    CHECK(given.files[0].name == "plain");
    CHECK(given.files[1].name == "sharer");
}

TEST_CASE("what a policy does not get to is named") {
    const auto given = ask_mock("xfs_seed_as_posted", byte_range::whole_device(), cause::removal);
    CHECK(given.filesystem == verdict::shuts_down);
    CHECK(given.report.records == 1);
    CHECK(records_with(given, fate::not_reached) == 11);
    CHECK(given.processes.size() == 4);
    for (const auto& process : given.processes)
        CHECK(process.what == notice::not_told);
}

TEST_CASE("who maps a page that shuts the filesystem down is not told") {
    const auto given = ask_mock("xfs_seed_as_posted", blocks(12, 1));
    CHECK(given.filesystem == verdict::shuts_down);
    REQUIRE(given.processes.size() == 2);
    CHECK(given.processes[0].what == notice::not_told);
    CHECK(records_with(given, fate::not_reached) == 0);
}

TEST_CASE("an answer explains itself") {
    const auto given = ask_mock("xfs_seed_as_posted", blocks(12, 1));
    REQUIRE(given.explanations.size() == 2);
    CHECK(given.explanations[0].about == "the event at the gate");
    CHECK(given.explanations[1].about == "a record at offset 49152, file data");
    CHECK(given.explanations[1].text.find("**row 1** wins") != std::string::npos);
    CHECK(given.explanations[1].text.find("cause were removal") != std::string::npos);
}

TEST_CASE("a file that nobody uses") {
    const auto given = ask_mock("xfs_linux_6_8", blocks(16, 1));
    CHECK(given.filesystem == verdict::goes_on);
    CHECK(given.of(owner_kind::inode_data, fate::unnoticed).records == 1);
    CHECK(given.processes.empty());
}

TEST_CASE("a policy that does not handle it") {
    const auto failed = ask_mock("no_holder", blocks(12, 1));
    CHECK(failed.filesystem == verdict::not_handled);
    const auto removed = ask_mock("no_holder", byte_range::whole_device(), cause::removal);
    CHECK(removed.filesystem == verdict::not_handled);
    CHECK(verdict_sentence(removed) != verdict_sentence(failed));
    CHECK(removed.processes.size() == 4);
}

TEST_CASE("a release without a flag for removals") {
    const auto given = ask_mock("xfs_linux_6_1", byte_range::whole_device(), cause::removal);
    CHECK(given.arrives_as == cause::corruption);
    CHECK(given.filesystem == verdict::shuts_down);
    CHECK(given.after.has(daxhold::aftermath::umount_oopses));
}

TEST_CASE("the files that matter come first, and no more than asked for") {
    const auto given = ask_mock("xfs_linux_6_8", byte_range::whole_device(), cause::removal, 2);
    CHECK(given.files_seen == 6);
    REQUIRE(given.files.size() == 2);
    CHECK(given.files[0].name == "plain");
    CHECK(given.files[0].bytes == 6 * 4096);
    CHECK(given.files[1].name == "sharer");
}

TEST_CASE("the map holds every byte once for each owner") {
    const auto given = ask_mock("xfs_linux_6_8", byte_range::whole_device(), cause::removal);
    std::uint64_t owners = 0;
    std::uint64_t fates = 0;
    std::uint64_t tallied = 0;
    for (const auto& cell : given.map) {
        for (const auto bytes : cell.owners)
            owners += bytes;
        for (const auto bytes : cell.fates)
            fates += bytes;
    }
    for (const auto& kind : given.tallies)
        for (const auto& t : kind)
            tallied += t.bytes;
    CHECK(owners == tallied);
    CHECK(fates == tallied);
    CHECK(tallied == (4 + 4 + 4 + 2 + 2 + 2 + 2 + 1 + 1 + 2 + 4 + 16) * std::uint64_t{4096});
}

TEST_CASE("JSON") {
    const auto about = open_mock();
    for (const auto& policy : policy_names())
        for (const auto event : {cause::corruption, cause::removal}) {
            const auto given =
                ask(*about, {byte_range::whole_device(), event, daxhold::role::data, policy, false},
                    20, no_progress);
            const auto all = nlohmann::json::parse(to_json(*about, given));
            CHECK(all["format"] == "daxhold.blast_radius");
            CHECK(all["version"] == 1);
            CHECK(all["question"]["policy"] == policy);
            CHECK(all["verdict"]["result"] == given.report.outcome.value());
            CHECK(all["files"].size() == given.files.size());
        }
    const auto given =
        ask(*about, {blocks(12, 1), cause::corruption, daxhold::role::data, "", false}, 20,
            no_progress);
    const auto all = nlohmann::json::parse(to_json(*about, given));
    CHECK(all["question"]["range"]["offset"] == 12 * 4096);
    CHECK(all["question"]["whole_device"] == false);
    CHECK(all["owners"][0]["owner"] == "inode_data");
    CHECK(all["files"][0]["path"] == "plain");
    CHECK(all["processes"][0]["inodes"][0] == 131);
}

TEST_CASE("text and Markdown begin with the verdict") {
    const auto about = open_mock();
    const auto given =
        ask(*about, {blocks(0, 1), cause::corruption, daxhold::role::data, "xfs_linux_6_8", false},
            20, no_progress);
    const auto text = to_text(*about, given);
    CHECK(text.find("the filesystem shuts down, as corrupt on disk") < text.find("Policy"));
    const auto markdown = to_markdown(*about, given);
    CHECK(markdown.find("**the filesystem shuts down") < 200);
    CHECK(markdown.find("| metadata | shuts down after the walk | 1 | 4 KiB |") !=
          std::string::npos);
}

TEST_CASE("SVG") {
    const auto about = open_mock();
    const auto given =
        ask(*about, {byte_range::whole_device(), cause::removal, daxhold::role::data, "", false},
            20, no_progress);
    const auto svg = to_svg(*about, given);
    CHECK(svg.starts_with("<svg "));
    CHECK(svg.ends_with("</svg>\n"));
    CHECK(std::count(svg.begin(), svg.end(), '<') == std::count(svg.begin(), svg.end(), '>'));
    CHECK(svg.find("#e69f00") != std::string::npos);
}

TEST_CASE("sizes for people") {
    CHECK(human_size(0) == "0 bytes");
    CHECK(human_size(1) == "1 byte");
    CHECK(human_size(1023) == "1023 bytes");
    CHECK(human_size(1024) == "1 KiB");
    CHECK(human_size(1536) == "1.5 KiB");
    CHECK(human_size(std::uint64_t{1} << 40) == "1 TiB");
}
