// SPDX-License-Identifier: BSL-1.0
#include "../../examples/blast_radius/answer.hpp"

#include "../../examples/blast_radius/formats.hpp"
#include "../../examples/blast_radius/sentences.hpp"

#include <daxhold/releases/no_holder.hpp>
#include <daxhold/testing/drive.hpp>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <initializer_list>

namespace {

using namespace blast_radius;
using daxhold::cause;
using daxhold::result;
using nlohmann::json;

constexpr byte_range blocks(std::uint64_t first, std::uint64_t count) {
    return {first * 4096, count * 4096};
}

const progress no_progress = [](double) {};

question about(const std::string& policy, byte_range range, cause event = cause::corruption,
               std::size_t files = 20) {
    question made;
    made.ranges = {range};
    made.event = event;
    made.policy = policy;
    made.is_explained = true;
    made.files = files;
    return made;
}

answer ask_mock(const std::string& policy, byte_range range, cause event = cause::corruption,
                std::size_t files = 20) {
    const auto mock = open_mock();
    return ask(*mock, about(policy, range, event, files), no_progress);
}

std::uint64_t records_with(const answer& given, fate what) {
    std::uint64_t sum = 0;
    for (std::size_t k = 0; k != content_count; ++k)
        sum += given.of(static_cast<content>(k), what).records;
    return sum;
}

/// A record of a filesystem on memory of 16 MiB that a machine for tests does not have: XFS with
/// DAX. Block 0 is a header, block 2 of inode 131 (a regular file), block 3 of inode 132 (a
/// directory), block 4 unknown; the rest is free.
json dax_filesystem() {
    return json::parse(R"({
        "format": "daxhold.blast_radius.record", "version": 1,
        "path": "/mnt", "source": "/dev/pmem0", "type": "xfs", "kernel_release": "6.12.1",
        "size": 16777216, "filesystem_end": 16777216, "log_size": 0, "realtime_size": 0,
        "block_size": 4096, "group_size": 0, "dax": "all_files", "has_reverse_mapping": true,
        "is_read_only": false, "owners": "known", "is_early_by_default": false,
        "knows_used_files": true, "places_of_lost_owners": 0, "unseen": [], "kernel_users": [],
        "ranges": [[0, 16777216]],
        "records": [[0, 4096, "static_metadata", 0, 0, 0, true],
                    [4096, 4096, "free_space", 0, 0, 0, true],
                    [8192, 4096, "inode_data", 131, 65536, 0, true],
                    [12288, 4096, "inode_data", 132, 0, 0, true],
                    [16384, 4096, "unknown", 0, 0, 0, false],
                    [20480, 16756736, "free_space", 0, 0, 0, true]],
        "inodes": [{"inode": 131, "in_core": "unknown", "dax": "yes", "kind": "regular",
                    "is_used": false, "name": ""},
                   {"inode": 132, "in_core": "unknown", "dax": "no", "kind": "directory",
                    "is_used": false, "name": ""}],
        "mappings": [], "processes": []})");
}

/// The same with processes that map the page of inode 131 at 65536 as `mappers` says, a word each.
json with_mappers(std::initializer_list<std::pair<const char*, const char*>> mappers) {
    auto made = dax_filesystem();
    made["inodes"][0]["in_core"] = "yes";
    made["inodes"][0]["is_used"] = true;
    made["inodes"][0]["name"] = "/mnt/file";
    int process = 100;
    for (const auto& [early, page] : mappers) {
        made["mappings"].push_back({{"inode", 131},
                                    {"process", process},
                                    {"offset", 65536},
                                    {"length", 4096},
                                    {"page", page}});
        made["processes"].push_back({{"process", process},
                                     {"command", "db"},
                                     {"unit", "db.service"},
                                     {"owner", 0},
                                     {"early", early},
                                     {"in_other_namespace", false}});
        ++process;
    }
    return made;
}

struct asked {
    std::unique_ptr<subject> of;
    answer given;
};

asked ask_record(const json& record, const std::string& policy, std::uint64_t block,
                 cause event = cause::corruption) {
    asked made{open_record(record.dump(), "a test"), {}};
    made.given = ask(
        *made.of, about(policy, block == 99 ? byte_range::whole_device() : blocks(block, 1), event),
        no_progress);
    return made;
}
constexpr std::uint64_t all_blocks = 99;

std::string sentence(const asked& made) { return verdict_sentence(*made.of, made.given); }

bool has(std::string_view text, std::string_view words) {
    return text.find(words) != std::string_view::npos;
}

bool has_remark(const asked& made, std::string_view words) {
    const auto all = remarks(*made.of, made.given);
    return std::any_of(all.begin(), all.end(), [&](const auto& r) { return has(r, words); });
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
    CHECK(default_policy("xfs", "6.17.13") == "xfs_linux_6_14");
    CHECK(default_policy("xfs", "6.18.44") == "xfs_linux_6_18");
    CHECK(default_policy("xfs", "7.0-rc1") == "xfs_linux_7_0");
    CHECK(default_policy("xfs", "7.2.12") == "xfs_linux_7_2");
    CHECK(default_policy("xfs", "10.2") == "xfs_linux_7_2");
    CHECK(default_policy("xfs", "") == "no_holder");
    CHECK(default_policy("ext4", "7.0.0") == "no_holder");
    CHECK(default_policy("ext4", "6.14.0") == "no_holder");
    CHECK(default_policy("ext4", "6.12.117") == "no_holder_linux_6_0");
}

TEST_CASE("a policy that does not exist") {
    CHECK_THROWS_WITH_AS(ask_mock("xfs_linux_9", blocks(0, 1)),
                         doctest::Contains("choose one of: xfs_v12, xfs_seed_as_posted"), refusal);
}

TEST_CASE("a page of a shared extent") {
    const auto given = ask_mock("xfs_linux_6_8", blocks(9, 1));
    CHECK(given.filesystem() == verdict::goes_on);
    CHECK(given.of(content::file_data, fate::users_told).records == 2);
    CHECK(given.of(content::file_data, fate::users_told).bytes == 8192);
    REQUIRE(given.processes.size() == 3);
    for (const auto& process : given.processes)
        CHECK(process.what == notice::now);
    REQUIRE(given.files.size() == 2);
    CHECK(given.files[0].name == "plain");
    CHECK(given.files[1].name == "sharer");
    REQUIRE(given.pieces.size() == 2);
    CHECK(given.pieces[0].device == blocks(9, 1));
    CHECK(given.pieces[0].file.length() == 4096);
}

TEST_CASE("what a policy does not get to is named") {
    const auto given = ask_mock("xfs_seed_as_posted", byte_range::whole_device(), cause::removal);
    CHECK(given.filesystem() == verdict::shuts_down);
    CHECK(given.worst_outcome().report.records == 1);
    CHECK(records_with(given, fate::not_reached) == 11);
    CHECK(given.processes.size() == 4);
    for (const auto& process : given.processes)
        CHECK(process.what == notice::none);
}

TEST_CASE("who maps a page that shuts the filesystem down is not told before touching it") {
    const auto given = ask_mock("xfs_seed_as_posted", blocks(12, 1));
    CHECK(given.filesystem() == verdict::shuts_down);
    REQUIRE(given.processes.size() == 2);
    CHECK(given.processes[0].what == notice::on_access);
    CHECK(records_with(given, fate::not_reached) == 0);
}

TEST_CASE("an answer explains itself") {
    const auto given = ask_mock("xfs_seed_as_posted", blocks(12, 1));
    REQUIRE(given.explanations.size() == 2);
    CHECK(given.explanations[0].about == "the event at the gate");
    CHECK(given.explanations[1].about == "a record at offset 49152, file data");
    CHECK(has(given.explanations[1].text, "**row 1** wins"));
    CHECK(has(given.explanations[1].text, "cause were removal"));
}

TEST_CASE("a policy that does not handle it") {
    const auto failed = ask_mock("no_holder", blocks(12, 1));
    CHECK(failed.filesystem() == verdict::not_handled);
    const auto removed = ask_mock("no_holder", byte_range::whole_device(), cause::removal);
    CHECK(removed.filesystem() == verdict::not_handled);
    CHECK(removed.processes.size() == 4);
}

TEST_CASE("a release without a flag for removals") {
    const auto given = ask_mock("xfs_linux_6_1", byte_range::whole_device(), cause::removal);
    CHECK(given.arrives_as == cause::corruption);
    CHECK(given.filesystem() == verdict::shuts_down);
    CHECK(given.worst_outcome().after.has(daxhold::aftermath::umount_oopses));
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
    std::uint64_t contents = 0;
    std::uint64_t fates = 0;
    std::uint64_t tallied = 0;
    for (const auto& cell : given.map) {
        for (const auto bytes : cell.contents)
            contents += bytes;
        for (const auto bytes : cell.fates)
            fates += bytes;
    }
    for (const auto& kind : given.tallies)
        for (const auto& t : kind)
            tallied += t.bytes;
    CHECK(contents == tallied);
    CHECK(fates == tallied);
    CHECK(tallied == (4 + 4 + 4 + 2 + 2 + 2 + 2 + 1 + 1 + 2 + 4 + 16) * std::uint64_t{4096});
}

TEST_CASE("a directory's block is no file's, and who has it in core decides on 6.1") {
    const auto here = ask_record(dax_filesystem(), "xfs_linux_6_1", 3);
    CHECK(here.given.filesystem() == verdict::depends);
    CHECK(has(sentence(here), "4 KiB of metadata (directories) are lost"));
    CHECK(has(answers_sentence(*here.of, here.given), "the holder's not known"));
    CHECK(has_remark(here, "still in core, and not DAX, the filesystem shuts down"));

    auto in_use = dax_filesystem();
    in_use["inodes"][1]["in_core"] = "yes";
    const auto shut = ask_record(in_use, "xfs_linux_6_1", 3);
    CHECK(shut.given.filesystem() == verdict::shuts_down);
    CHECK(shut.given.worst_outcome().report.outcome == result::error(EBUSY));
    // Later releases walk over it.
    CHECK(ask_record(in_use, "xfs_linux_6_8", 3).given.filesystem() == verdict::goes_on);
    CHECK(ask_record(dax_filesystem(), "xfs_linux_6_8", 3).given.filesystem() == verdict::goes_on);
}

TEST_CASE("a file that is in core, and of which it is not known whether it is DAX") {
    auto record = with_mappers({});
    record["inodes"][0]["dax"] = "unknown";
    CHECK(ask_record(record, "xfs_linux_6_1", 2).given.filesystem() == verdict::depends);
    CHECK(ask_record(record, "xfs_linux_6_8", 2).given.filesystem() == verdict::goes_on);
    record["inodes"][0]["dax"] = "no";
    CHECK(ask_record(record, "xfs_linux_6_1", 2).given.filesystem() == verdict::shuts_down);
    record["inodes"][0]["dax"] = "yes";
    CHECK(ask_record(record, "xfs_linux_6_1", 2).given.filesystem() == verdict::goes_on);
}

TEST_CASE("nobody maps it is said only where everybody was looked at") {
    const auto known = ask_record(dax_filesystem(), "xfs_linux_6_8", 2);
    CHECK(known.given.of(content::file_data, fate::unnoticed).records == 1);
    CHECK(has(sentence(known), "nobody maps it"));
    CHECK(has(to_text(*known.of, known.given), "none map bytes in the range"));
    CHECK(json::parse(to_json(*known.of, known.given))["users"] == "nobody");

    auto hidden = dax_filesystem();
    hidden["unseen"] = {"two processes could not be looked into"};
    const auto unknown = ask_record(hidden, "xfs_linux_6_8", 2);
    CHECK(unknown.given.of(content::file_data, fate::no_user_seen).records == 1);
    CHECK(has(sentence(unknown), "nobody is seen to map it"));
    CHECK(has(to_text(*unknown.of, unknown.given), "none is seen to map"));
    CHECK_FALSE(has(to_text(*unknown.of, unknown.given), "nobody maps it"));
    CHECK(json::parse(to_json(*unknown.of, unknown.given))["users"] == "unknown");
    CHECK(has_remark(unknown, "There may be more users: two processes"));

    auto lost = dax_filesystem();
    lost["places_of_lost_owners"] = 1;
    CHECK(has(sentence(ask_record(lost, "xfs_linux_6_8", 2)), "nobody is seen to map it"));
    CHECK(has_remark(ask_record(lost, "xfs_linux_6_8", 2), "The kernel left owners out"));
}

TEST_CASE("who is told is who has the page and asked for it") {
    const auto one = [](const char* early, const char* page, cause event = cause::corruption) {
        const auto made = ask_record(with_mappers({{early, page}}), "xfs_linux_6_8",
                                     event == cause::removal ? all_blocks : 2, event);
        REQUIRE(made.given.processes.size() == 1);
        return made.given.processes[0].what;
    };
    CHECK(one("asked", "present") == notice::now);
    CHECK(one("asked", "absent") == notice::on_access);
    CHECK(one("asked", "unknown") == notice::maybe_now);
    CHECK(one("not_asked", "present") == notice::on_access);
    CHECK(one("not_asked", "unknown") == notice::on_access);
    CHECK(one("by_system", "present") == notice::on_access);
    CHECK(one("unknown", "present") == notice::maybe_now);
    CHECK(one("unknown", "absent") == notice::on_access);
    // A removal is told to whoever has the page.
    CHECK(one("not_asked", "present", cause::removal) == notice::now);
    CHECK(one("asked", "absent", cause::removal) == notice::none);
    CHECK(one("by_system", "unknown", cause::removal) == notice::maybe_now);

    auto early = with_mappers({{"by_system", "present"}, {"not_asked", "present"}});
    early["is_early_by_default"] = true;
    const auto made = ask_record(early, "xfs_linux_6_8", 2);
    CHECK(made.given.count(notice::now) == 1);
    CHECK(made.given.count(notice::on_access) == 1);
    CHECK(has(sentence(made), "1 process gets SIGBUS now and 1 process gets SIGBUS when touching"));
}

TEST_CASE("users are told only where a mapping meets the range") {
    auto elsewhere = with_mappers({{"asked", "present"}});
    elsewhere["mappings"][0]["offset"] = 0;
    const auto made = ask_record(elsewhere, "xfs_linux_6_8", 2);
    CHECK(made.given.processes.empty());
    CHECK(made.given.of(content::file_data, fate::users_told).records == 0);
    CHECK(made.given.of(content::file_data, fate::unnoticed).records == 1);
}

TEST_CASE("both answers: the holder's, and what memory_failure makes of it") {
    const auto answers = [](json record) {
        record["has_reverse_mapping"] = false;
        const auto made = ask_record(record, "xfs_linux_6_8", 2);
        CHECK(made.given.worst_outcome().report.outcome == result::error(EOPNOTSUPP));
        CHECK(made.given.filesystem() == verdict::not_handled);
        return made.given.worst_outcome().memory_failure;
    };
    CHECK(answers(with_mappers({{"asked", "present"}})) == daxhold::success);
    CHECK(answers(with_mappers({{"not_asked", "present"}, {"asked", "absent"}})) ==
          daxhold::success);
    CHECK(answers(with_mappers({{"asked", "absent"}})) == result::error(EBUSY));
    CHECK(answers(dax_filesystem()) == result::error(EBUSY));
    CHECK_FALSE(answers(with_mappers({{"asked", "unknown"}})));
    auto hidden = dax_filesystem();
    hidden["unseen"] = {"a process"};
    CHECK_FALSE(answers(hidden));
    // The generic path tells early users too.
    auto record = with_mappers({{"asked", "present"}, {"not_asked", "present"}});
    record["has_reverse_mapping"] = false;
    const auto made = ask_record(record, "xfs_linux_6_8", 2);
    CHECK(made.given.count(notice::now) == 1);
    CHECK(made.given.count(notice::on_access) == 1);
    CHECK(made.given.of(content::file_data, fate::users_told).records == 1);
    CHECK(ask_record(record, "xfs_linux_6_8", 2, cause::removal).given.count(notice::none) == 2);
}

TEST_CASE("unwritten pieces lose nothing, and every piece says which bytes of the file") {
    auto record = dax_filesystem();
    record["records"][2][5] = FMR_OF_PREALLOC;
    const auto empty = ask_record(record, "xfs_linux_6_8", 2);
    CHECK(has(sentence(empty), "Nothing is lost: the blocks hold no data yet"));
    const auto full = ask_record(dax_filesystem(), "xfs_linux_6_8", 2);
    CHECK(has(sentence(full), "4 KiB of data in 1 file are lost"));
    REQUIRE(full.given.pieces.size() == 1);
    CHECK(full.given.pieces[0].file == byte_range{65536, 4096});
    CHECK(full.given.pieces[0].device == byte_range{8192, 4096});
    CHECK(has(to_text(*full.of, full.given), "4 KiB at 65536 (device 8192)"));
    CHECK(to_csv(*full.of, full.given) ==
          "mount,inode,path,what,fate,file_offset,length,device_offset\r\n"
          "/mnt,131,,file_data,unnoticed,65536,4096,8192\r\n");
    CHECK(has(sentence(ask_record(dax_filesystem(), "xfs_linux_6_8", 1)), "it is free space"));
    // None of them is called handled.
    for (const auto block : std::initializer_list<std::uint64_t>{0, 1, 2, 3, 4})
        CHECK_FALSE(has(sentence(ask_record(dax_filesystem(), "xfs_linux_6_8", block)), "handled"));
}

TEST_CASE("what comes after wins over the sentence") {
    auto record = with_mappers({{"asked", "present"}});
    record["group_size"] = 4194304;
    const auto hangs = ask_record(record, "xfs_linux_6_14", all_blocks, cause::removal);
    CHECK(hangs.given.filesystem() == verdict::hangs);
    CHECK(has(sentence(hangs), "the kernel does not come back from it"));
    const auto shut = ask_record(record, "xfs_linux_6_8", all_blocks, cause::removal);
    CHECK(shut.given.filesystem() == verdict::shuts_down);
    CHECK(has_remark(shut, "The block layer then shuts it down once more"));
    // The umount oopses where somebody maps, and not where nobody does.
    record["has_reverse_mapping"] = false;
    CHECK(has_remark(ask_record(record, "xfs_linux_6_8", all_blocks, cause::removal),
                     "The later umount is known to oops"));
    auto unused = dax_filesystem();
    unused["has_reverse_mapping"] = false;
    const auto fine = ask_record(unused, "xfs_linux_6_8", all_blocks, cause::removal);
    CHECK_FALSE(has_remark(fine, "oops"));
    CHECK(has(sentence(fine), "until the block layer shuts it down"));
    unused["unseen"] = {"a process"};
    CHECK(has_remark(ask_record(unused, "xfs_linux_6_8", all_blocks, cause::removal),
                     "It cannot be excluded here: The later umount"));
}

TEST_CASE("a mount without DAX is told nothing, and that is said first") {
    auto record = with_mappers({{"asked", "present"}});
    record["dax"] = "none";
    const auto made = ask_record(record, "xfs_linux_6_8", 2);
    CHECK(has(sentence(made), "1 process maps it, and nobody is told, as it does not use DAX"));
    CHECK(has(remarks(*made.of, made.given).front(), "The mount does not use DAX"));
    const auto text = to_text(*made.of, made.given);
    CHECK(has(text, "What would become of it with DAX"));
    CHECK(has(text, "file: with DAX, users are told now"));
    CHECK(has(text, "maps it; with DAX it gets SIGBUS now"));
    CHECK(has(to_svg(*made.of, made.given, look_over(*made.of, no_progress)),
              "What would become of it with DAX"));
    CHECK(has_remark(ask_record(record, "xfs_linux_6_8", all_blocks, cause::removal),
                     "nobody is told before the device goes"));
    CHECK(json::parse(to_json(*made.of, made.given))["verdict"]["told_by_kernel"] == false);
    record["dax"] = "unknown";
    const auto unknown = ask_record(record, "xfs_linux_6_8", 2);
    CHECK(has(sentence(unknown), "whether anybody is told is not known"));
    CHECK(json::parse(to_json(*unknown.of, unknown.given))["verdict"]["told_by_kernel"].is_null());
}

TEST_CASE("dax=never on memory: the filesystem is told, and no process has the page") {
    auto record = with_mappers({{"asked", "present"}});
    record["dax"] = "no_files";
    record["inodes"][0]["dax"] = "no";
    const auto old = ask_record(record, "xfs_linux_6_1", 2);
    CHECK(old.given.filesystem() == verdict::shuts_down);
    CHECK(old.given.worst_outcome().report.outcome == result::error(EBUSY));
    const auto made = ask_record(record, "xfs_linux_6_8", 2);
    CHECK(made.given.filesystem() == verdict::goes_on);
    CHECK(made.given.count(notice::none) == 1);
    CHECK(has_remark(made, "the filesystem is told all the same"));
    record["has_reverse_mapping"] = false;
    CHECK(ask_record(record, "xfs_linux_6_8", 2).given.worst_outcome().memory_failure ==
          result::error(EBUSY));
    CHECK_FALSE(has_remark(ask_record(record, "xfs_linux_6_8", all_blocks, cause::removal),
                           "The later umount"));
    CHECK(json::parse(to_json(*made.of, made.given))["verdict"]["told_by_kernel"] == true);
}

TEST_CASE("who is told does not depend on how much is printed") {
    const auto of = open_record(with_mappers({{"asked", "present"}}).dump(), "a test");
    auto asked = about("xfs_linux_6_8", blocks(2, 1));
    const auto whole = verdict_sentence(*of, ask(*of, asked, no_progress));
    asked.pieces = 0;
    CHECK(verdict_sentence(*of, ask(*of, asked, no_progress)) == whole);
    CHECK(has(whole, "1 process gets SIGBUS now"));
}

TEST_CASE("without a reverse mapping a page that files share is no other's page") {
    auto record = with_mappers({{"asked", "present"}});
    record["has_reverse_mapping"] = false;
    record["records"][2][6] = false;
    const auto comes_to = [&](const char* policy) {
        const auto made = ask_record(record, policy, 2);
        return std::tuple{made.given.processes.at(0).what,
                          made.given.worst_outcome().memory_failure,
                          made.given.worst_outcome().after.has(daxhold::aftermath::poison_oopses)};
    };
    using told = std::tuple<notice, std::optional<result>, bool>;
    CHECK(comes_to("xfs_linux_6_8") == told{notice::now, daxhold::success, false});
    CHECK(comes_to("xfs_linux_7_2") == told{notice::now, daxhold::success, false});
    record["records"][2][5] = FMR_OF_SHARED;
    CHECK(comes_to("xfs_linux_6_1") == told{notice::maybe_now, daxhold::success, false});
    CHECK(comes_to("xfs_linux_6_8") == told{notice::maybe_now, daxhold::success, true});
    CHECK(comes_to("xfs_linux_7_2") == told{notice::on_access, result::error(EBUSY), false});
    const auto made = ask_record(record, "xfs_linux_6_8", 2);
    CHECK(made.given.of(content::file_data, fate::users_may_be_told).records == 1);
    CHECK(has(sentence(made), "in 1 file (some of it shared) are lost"));
}

TEST_CASE("a question about the realtime device is one about its records") {
    auto record = with_mappers({{"asked", "present"}});
    record["realtime_size"] = record["size"];
    record["device"] = "realtime";
    const auto of = open_record(record.dump(), "a test");
    auto asked = about("xfs_linux_7_2", blocks(2, 1));
    CHECK_THROWS_AS(static_cast<void>(ask(*of, asked, no_progress)), refusal);
    asked.device = daxhold::role::realtime;
    const auto given = ask(*of, asked, no_progress);
    CHECK(given.count(notice::now) == 1);
    CHECK(has(verdict_sentence(*of, given), "1 process gets SIGBUS now; the filesystem goes on"));
}

TEST_CASE("with a realtime section on the data device 7.2 takes every event for its") {
    auto record = dax_filesystem();
    record["internal_realtime_start"] = 8388608;
    const auto made = ask_record(record, "xfs_linux_7_2", 0);
    CHECK(made.given.filesystem() == verdict::goes_on);
    CHECK(ask_record(dax_filesystem(), "xfs_linux_7_2", 0).given.filesystem() ==
          verdict::shuts_down);
}

TEST_CASE("nobody registers with what the device mapper lies on") {
    auto record = dax_filesystem();
    record["is_on_mapped_device"] = true;
    CHECK(ask_record(record, "", 0).given.policy_name == "no_holder_linux_6_0");
    record["dax"] = "none";
    CHECK(ask_record(record, "", 0).given.policy_name == "xfs_linux_6_8");
}

TEST_CASE("blocks that the kernel left out between others are free, and withhold nothing") {
    auto record = dax_filesystem();
    record["records"][4] = {16384, 4096, "free_space", 0, 0, 0, false};
    const auto made = ask_record(record, "xfs_linux_6_8", all_blocks, cause::removal);
    CHECK(made.given.filesystem() == verdict::shuts_down);
    CHECK(made.given.bytes_of(content::unknown) == 0);
    record["records"][4][2] = "unknown";
    CHECK(ask_record(record, "xfs_linux_6_8", 4).given.filesystem() == verdict::depends);
}

TEST_CASE("what the tool foretells without a holder is what memory_failure() does on the mock") {
    using namespace daxhold::testing;
    const byte_range page{65536, 4096};
    const byte_range on_device{8192, 4096};
    for (const bool is_early : {true, false})
        for (const bool is_present : {true, false}) {
            CAPTURE(is_early);
            CAPTURE(is_present);
            mock_filesystem fs;
            fs.add(mock_inode{.number = 131});
            fs.add(daxhold::rmap_record{on_device, daxhold::owner::file_data, 131, page.offset()});
            fs.add(mock_process{.inode_number = 131,
                                .kill = is_early ? mce_kill::early : mce_kill::late,
                                .present = is_present ? page : byte_range{}});
            const auto happened = drive<daxhold::releases::no_holder>{fs}.poison(on_device);
            const auto foretold = ask_record(with_mappers({{is_early ? "asked" : "not_asked",
                                                            is_present ? "present" : "absent"}}),
                                             "no_holder", 2);
            CHECK(foretold.given.worst_outcome().report.outcome == happened.holder);
            CHECK(foretold.given.worst_outcome().memory_failure == happened.answer);
            CHECK(foretold.given.count(notice::now) == happened.told);
        }
}

TEST_CASE("a question about the log names its device") {
    auto record = dax_filesystem();
    record["log_size"] = 1 << 20;
    record["log_source"] = "/dev/pmem1";
    const auto of = open_record(record.dump(), "a test");
    auto asked = about("xfs_linux_6_8", byte_range::whole_device());
    asked.device = daxhold::role::log;
    const auto given = ask(*of, asked, no_progress);
    CHECK(ask_sentence(*of, given) ==
          "If the whole device fails under the log of xfs on /mnt (/dev/pmem1)");
    CHECK(given.filesystem() == verdict::shuts_down);
}

TEST_CASE("a user inside of the kernel is one") {
    auto record = dax_filesystem();
    record["kernel_users"] = {{{"what", "loop_device"}, {"name", "/dev/loop3"}, {"inode", 131}}};
    const auto made = ask_record(record, "xfs_linux_6_8", 2);
    REQUIRE(made.given.kernel_users.size() == 1);
    CHECK(made.given.of(content::file_data, fate::found_on_access).records == 1);
    CHECK(has(to_text(*made.of, made.given), "the loop device /dev/loop3"));
    CHECK(has(sentence(made), "the kernel uses it (the loop device /dev/loop3)"));
    CHECK_FALSE(has(sentence(made), "nobody maps it"));
    CHECK(json::parse(to_json(*made.of, made.given))["users"] == "somebody");
}

TEST_CASE("several ranges are several events, and the worst is the verdict") {
    const auto of = open_record(dax_filesystem().dump(), "a test");
    auto asked = about("xfs_linux_6_8", blocks(1, 1));
    asked.ranges = {blocks(0, 1), blocks(2, 1), blocks(4, 1)};
    const auto given = ask(*of, asked, no_progress);
    REQUIRE(given.outcomes.size() == 3);
    CHECK(given.outcomes[0].filesystem == verdict::shuts_down);
    CHECK(given.outcomes[1].filesystem == verdict::goes_on);
    CHECK(given.outcomes[2].filesystem == verdict::depends);
    CHECK(given.worst == 0);
    CHECK(has(verdict_sentence(*of, given), "(by 1 of the 3 ranges)"));
    CHECK(given.pieces.size() == 1);
    CHECK(json::parse(to_json(*of, given))["outcomes"].size() == 3);
}

TEST_CASE("processes that are alike are one line") {
    auto record = with_mappers({});
    for (int i = 0; i != 300; ++i) {
        record["mappings"].push_back({{"inode", 131},
                                      {"process", 1000 + i},
                                      {"offset", 65536},
                                      {"length", 4096},
                                      {"page", "present"}});
        record["processes"].push_back({{"process", 1000 + i},
                                       {"command", "post\x1b[2Jgres"},
                                       {"unit", "pg.service"},
                                       {"owner", 70},
                                       {"early", i == 0 ? "asked" : "by_system"},
                                       {"in_other_namespace", true}});
    }
    // As it is kept.
    for (auto& p : record["processes"])
        p["command"] = printable(p["command"].get<std::string>());
    const auto made = ask_record(record, "xfs_linux_6_8", 2);
    const auto groups = grouped(made.given);
    REQUIRE(groups.size() == 2);
    CHECK(groups[0].count == 1);
    CHECK(groups[1].count == 299);
    CHECK(who(groups[1]) ==
          R"(299 x post\x1b[2Jgres (1001, ...) in pg.service of user 70, another pid namespace)");
    CHECK(has(to_text(*made.of, made.given), "299 x post"));
    CHECK_FALSE(has(to_text(*made.of, made.given), "\x1b"));
}

TEST_CASE("names from outside are escaped for where they go") {
    auto record = with_mappers({{"asked", "present"}});
    const std::string name = "/mnt/a|b`c*\x1b[2J\nVerdict: fine <x>&\"\xff\\";
    record["inodes"][0]["name"] = printable(name);
    record["path"] = printable("/m\xffnt\n");
    const auto made = ask_record(record, "xfs_linux_6_8", 2);
    REQUIRE(made.given.files.size() == 1);
    CHECK(made.given.files[0].name == name);
    for (const auto& text : {to_text(*made.of, made.given), to_markdown(*made.of, made.given),
                             to_json(*made.of, made.given), to_csv(*made.of, made.given),
                             to_svg(*made.of, made.given, look_over(*made.of, no_progress))}) {
        CAPTURE(text);
        CHECK_FALSE(has(text, "\x1b"));
        CHECK_FALSE(has(text, "\xff"));
        CHECK_FALSE(has(text, "\nVerdict"));
    }
    const auto markdown = to_markdown(*made.of, made.given);
    CHECK(has(markdown, R"(a\|b\`c\*)"));
    const auto all = json::parse(to_json(*made.of, made.given));
    CHECK(all["files"][0]["path"] == printable(name));
}

TEST_CASE("a record asked again is the same answer, and no more than it has") {
    const auto original =
        open_record(with_mappers({{"asked", "present"}, {"not_asked", "absent"}}).dump(), "a test");
    const auto kept = record(*original, daxhold::role::data, {blocks(0, 4)});
    const auto again = open_record(kept, "a test");
    for (const auto& policy : policy_names())
        for (const auto block : std::initializer_list<std::uint64_t>{0, 2, 3}) {
            const auto one = ask(*original, about(policy, blocks(block, 1)), no_progress);
            const auto other = ask(*again, about(policy, blocks(block, 1)), no_progress);
            CHECK(to_json(*original, one) == to_json(*again, other));
        }
    CHECK_THROWS_AS(
        static_cast<void>(ask(*again, about("xfs_linux_6_8", blocks(4, 1)), no_progress)), refusal);
    for (const auto* const text : {"", "{}", "[]", "{\"format\": 1}", "x"})
        CHECK_THROWS_AS(static_cast<void>(open_record(text, "a test")), refusal);
    auto broken = dax_filesystem();
    broken["records"][0] = "x";
    CHECK_THROWS_AS(static_cast<void>(open_record(broken.dump(), "a test")), refusal);
    broken = dax_filesystem();
    broken["dax"] = "perhaps";
    CHECK_THROWS_AS(static_cast<void>(open_record(broken.dump(), "a test")), refusal);
}

TEST_CASE("what scripts are told") {
    const auto says = [](std::uint64_t block, const char* policy = "xfs_linux_6_8") {
        const auto made = ask_record(dax_filesystem(), policy, block);
        return concern_of(*made.of, made.given);
    };
    CHECK(says(0) == concern::filesystem);
    CHECK(says(1) == concern::none);
    CHECK(says(2) == concern::loss);
    CHECK(says(4) == concern::unknown);
    CHECK(says(3, "xfs_linux_6_1") == concern::unknown);
}

TEST_CASE("all policies, and what changes from one release to the next") {
    auto in_use = dax_filesystem();
    in_use["inodes"][1]["in_core"] = "yes";
    const auto of = open_record(in_use.dump(), "a test");
    std::vector<answer> given;
    for (const auto& policy : policy_names())
        given.push_back(ask(*of, about(policy, blocks(3, 1)), no_progress));
    const auto table = to_table(*of, given);
    CHECK(has(table, "! xfs_linux_6_8 "));
    CHECK(has(table, "  xfs_linux_6_14 "));
    CHECK(has(to_markdown_table(*of, given), "| xfs_linux_6_1 | the filesystem shuts down"));
    CHECK(json::parse(to_json_table(*of, given))["policies"].size() == policy_names().size());
}

TEST_CASE("JSON") {
    const auto mock = open_mock();
    for (const auto& policy : policy_names())
        for (const auto event : {cause::corruption, cause::removal}) {
            const auto given =
                ask(*mock, about(policy, byte_range::whole_device(), event), no_progress);
            const auto all = json::parse(to_json(*mock, given));
            CHECK(all["format"] == "daxhold.blast_radius");
            CHECK(all["version"] == 2);
            CHECK(all["question"]["policy"] == policy);
            CHECK(all["verdict"]["result"] == given.worst_outcome().report.outcome.value());
            CHECK(all["files"].size() == given.files.size());
        }
    const auto given = ask(*mock, about("", blocks(12, 1)), no_progress);
    const auto all = json::parse(to_json(*mock, given));
    CHECK(all["question"]["ranges"][0]["offset"] == 12 * 4096);
    CHECK(all["question"]["whole_device"] == false);
    CHECK(all["contents"][0]["what"] == "file_data");
    CHECK(all["files"][0]["path"] == "plain");
    CHECK(all["processes"][0]["inodes"][0] == 131);
    CHECK(all["pieces"][0]["inode"] == 131);
}

TEST_CASE("text and Markdown begin with the verdict") {
    const auto mock = open_mock();
    const auto given = ask(*mock, about("xfs_linux_6_8", blocks(0, 1)), no_progress);
    const auto text = to_text(*mock, given);
    CHECK(text.find("the filesystem shuts down, as corrupt on disk") < text.find("Policy"));
    const auto markdown = to_markdown(*mock, given);
    CHECK(markdown.find("the filesystem shuts down") < 250);
    CHECK(has(markdown, "| metadata | shuts down after the walk | 1 | 4 KiB |"));
}

TEST_CASE("the picture: a colour has one meaning, and a cell says what it holds") {
    const auto mock = open_mock();
    const auto given =
        ask(*mock, about("", byte_range::whole_device(), cause::removal), no_progress);
    const auto svg = to_svg(*mock, given, look_over(*mock, no_progress));
    CHECK(svg.starts_with("<svg "));
    CHECK(svg.ends_with("</svg>\n"));
    CHECK(std::count(svg.begin(), svg.end(), '<') == std::count(svg.begin(), svg.end(), '>'));
    CHECK(has(svg, "<title>0 to 4096\n"));
    CHECK(has(svg, "What the device holds"));
    CHECK(has(svg, "What becomes of it"));
    // Of the legends each colour is named once.
    for (const auto* const colour : {"#4477aa", "#009988", "#cc3311", "#ee6677"}) {
        const auto entry = std::string{"width=\"12\" height=\"12\" fill=\""} + colour;
        const auto first = svg.find(entry);
        CHECK((first == std::string::npos || svg.find(entry, first + 1) == std::string::npos));
    }
    // Borders of groups, and of a part where on the device it is.
    auto grouped_record = dax_filesystem();
    grouped_record["group_size"] = 4194304;
    const auto of = open_record(grouped_record.dump(), "a test");
    const auto part = ask(*of, about("xfs_linux_6_8", blocks(2, 1)), no_progress);
    const auto picture = to_svg(*of, part, look_over(*of, no_progress));
    CHECK(has(picture, "allocation group 3 begins at 12582912"));
    CHECK(has(picture, "What lies at 8192 to 12288"));
    CHECK(has(picture, "what was asked about"));
    // An external log has no map.
    auto logged = dax_filesystem();
    logged["log_size"] = 1 << 20;
    const auto with_log = open_record(logged.dump(), "a test");
    auto asked = about("xfs_linux_6_8", byte_range::whole_device());
    asked.device = daxhold::role::log;
    CHECK_FALSE(has(
        to_svg(*with_log, ask(*with_log, asked, no_progress), look_over(*with_log, no_progress)),
        "What becomes of it"));
}

TEST_CASE("sizes for people") {
    CHECK(human_size(0) == "0 bytes");
    CHECK(human_size(1) == "1 byte");
    CHECK(human_size(1023) == "1023 bytes");
    CHECK(human_size(1024) == "1 KiB");
    CHECK(human_size(1536) == "1.5 KiB");
    CHECK(human_size(std::uint64_t{1} << 40) == "1 TiB");
}
