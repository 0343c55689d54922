// SPDX-License-Identifier: BSL-1.0
// Each observation of observed.csv against the policy of its kernel's release, and what is wrong
// with a file of observations.

#include "replay.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

using namespace daxhold;
using namespace daxhold::kernels;

namespace {

std::ifstream open(const std::string& name) {
    const char* tests = std::getenv("DAXHOLD_TESTS");
    std::ifstream file{std::string{tests != nullptr ? tests : "."} + "/kernels/" + name};
    REQUIRE_MESSAGE(file.is_open(), name << " cannot be read");
    return file;
}

/// The outcome by the policy of the observation's kernel.
const release& release_for(const observation& o) {
    for (const auto& each : all_releases())
        if (each.kernel == o.kernel)
            return each;
    throw bad_line{"observed.csv", o.line, "no policy is that of kernel " + o.kernel};
}

const std::string header = "kernel,package,scenario,runs,event,cause,holder,role,mount,rmap,range,"
                           "groups,owner,kind,inode,mapping,sharing,mappers,read_only,"
                           "already_shut_down,frozen_by_user,holder_answer,answer,course,"
                           "told_early,told_default,told_late,told_without_page,told_sharer,"
                           "told_elsewhere,frozen,mappings_live,oops,umount\n";
const std::string usual =
    "6.12,6.12.1-1,poison_data,3,poison,corruption,registered,data,born,present,inside,one,"
    "file_data,regular,in_core,dax,sole,with_page,no,no,no,0,0,told,yes,no,no,no,-,-,no,yes,no,"
    "clean\n";

/// The usual line with the first `from` replaced.
std::string with(const std::string& from, const std::string& to) {
    auto line = usual;
    line.replace(line.find(from), from.size(), to);
    return line;
}

std::string error_of(const std::string& text) {
    std::istringstream file{text};
    try {
        static_cast<void>(read_observations(file, "o.csv"));
    } catch (const bad_line& wrong) {
        return wrong.what();
    }
    return "";
}

} // namespace

TEST_CASE("every policy of a release does what its kernel was seen to do, or it is said why not") {
    auto observed = open("observed.csv");
    auto known = open("differences.csv");
    const auto differences = read_differences(known, "differences.csv");
    std::set<std::size_t> found;
    for (const auto& o : read_observations(observed, "observed.csv")) {
        const auto& release = release_for(o);
        const auto said = release.replay(o);
        for (const auto& column : differing_columns(o.seen, said)) {
            bool is_known = false;
            for (const auto& d : differences)
                if (d.kernel == o.kernel && d.scenario == o.scenario && d.column == column &&
                    d.policy == said.at(column)) {
                    is_known = true;
                    found.insert(d.line);
                }
            CHECK_MESSAGE(is_known, "observed.csv:" << o.line << ": " << o.kernel << " "
                                                    << o.scenario << ": " << column << " is "
                                                    << o.seen.at(column) << ", " << release.policy
                                                    << " says " << said.at(column));
        }
    }
    for (const auto& d : differences)
        CHECK_MESSAGE(found.count(d.line) == 1,
                      "differences.csv:" << d.line << ": " << d.kernel << " " << d.scenario << ": "
                                         << d.column << " is no such difference any more");
}

TEST_CASE("a file of observations with a mistake is refused, with its line") {
    CHECK(error_of(header + usual).empty());
    CHECK(
        error_of(header + usual + with("one,file_data", "one,fille_data")) ==
        "o.csv:3: owner has no value fille_data; it has file_data, attribute_fork, bmbt, metadata, "
        "log, cow_staging, unknown");
    CHECK(error_of(header + with("yes,no,no", "perhaps,no,no")) ==
          "o.csv:2: told_early has no value perhaps; it has yes, no, some, -");
    CHECK(error_of(header + with(",present", ",")) == "o.csv:2: rmap is left open");
    CHECK(error_of(header + with(",regular", ",-")) ==
          "o.csv:2: kind, inode or sharing is left open");
    CHECK(error_of(header + with(",dax", ",-")) ==
          "o.csv:2: mapping is said of inodes in core, and of all of them");
    CHECK(error_of(header + with("file_data", "metadata")) ==
          "o.csv:2: no inode owns this, and something is said of one");
    CHECK(error_of(header + usual + with("poison_data", "poison_data")) ==
          "o.csv:3: poison_data on 6.12 stands in line 2 too");
    CHECK(error_of(header + with(",3,", ",0,")) == "o.csv:2: it was seen in no run");
    CHECK(error_of(header + with(",3,", ",three,")) == "o.csv:2: runs is no number: three");
    CHECK(error_of(header + "6.12,poison_data\n") == "o.csv:2: it has 2 fields, not 34");
    CHECK(error_of(header + with("6.12.1-1", "6.12\x1b[2J")) ==
          "o.csv:2: package has a character that cannot be printed");
    CHECK(error_of(header) == "o.csv:1: there is no observation");
    CHECK(error_of("kernel,scenario\n") == "o.csv:1: there is no column package");
}

TEST_CASE("a kernel that no policy is of is refused, with its line") {
    std::istringstream file{header + with("6.12,", "5.10,")};
    const auto o = read_observations(file, "o.csv").front();
    CHECK_THROWS_WITH(release_for(o), "observed.csv:2: no policy is that of kernel 5.10");
}

TEST_CASE("a difference without a reason, or of no column, is refused") {
    const auto read = [](const std::string& text) {
        std::istringstream file{"kernel,scenario,column,policy,reason\n" + text};
        return read_differences(file, "d.csv");
    };
    CHECK(read("6.12,poison_data,told_early,no,Nobody, it is said\n").front().reason ==
          "Nobody, it is said");
    CHECK_THROWS_WITH(
        read("6.12,poison_data,told_early,no,\n"),
        "d.csv:2: a difference has a kernel, a scenario, a column, what the policy says, "
        "and a reason");
    CHECK_THROWS_WITH(read("6.12,poison_data,toldearly,no,so\n"),
                      "d.csv:2: there is no column toldearly");
}
