// SPDX-License-Identifier: BSL-1.0
#include "formats.hpp"
#include "sentences.hpp"

#include <nlohmann/json.hpp>

namespace blast_radius {

namespace {

using json = nlohmann::ordered_json;

template <class Enumeration>
json words(std::uint32_t bits, std::size_t count) {
    json list = json::array();
    for (std::size_t i = 0; i != count; ++i)
        if ((bits >> i & 1U) != 0)
            list.push_back(word(static_cast<Enumeration>(i)));
    return list;
}

json range_of(daxhold::byte_range range) {
    return {{"offset", range.offset()}, {"length", range.length()}};
}

} // namespace

std::string to_json(const subject& about, const answer& given) {
    const auto& r = given.report;
    json all;
    all["format"] = "daxhold.blast_radius";
    all["version"] = 1;
    all["mount"] = {{"path", about.path},
                    {"source", about.source},
                    {"type", about.type},
                    {"size", about.size},
                    {"dax", word(about.dax)},
                    {"reverse_mapping", about.has_reverse_mapping},
                    {"owners", word(about.owners)},
                    {"log_size", about.log_size},
                    {"realtime_size", about.realtime_size},
                    {"is_mock", about.is_mock}};
    all["question"] = {{"event", word(given.asked.event)},
                       {"device", word(given.asked.device)},
                       {"range", range_of(given.asked.range)},
                       {"whole_device", given.asked.range.is_whole_device()},
                       {"policy", given.policy_name},
                       {"policy_is_default", given.is_default_policy},
                       {"kernel_release", given.kernel_release},
                       {"arrives_as", word(given.arrives_as)}};
    json steps = json::array();
    for (const auto what : given.steps)
        steps.push_back(word(what));
    json aftermaths = json::array();
    json possible_aftermaths = json::array();
    for (std::size_t i = 0; i != daxhold::value_count<daxhold::aftermath>; ++i) {
        const auto what = static_cast<daxhold::aftermath>(i);
        if (given.after.has(what))
            aftermaths.push_back(word(what));
        else if (given.after.may_have(what))
            possible_aftermaths.push_back(word(what));
    }
    all["verdict"] = {{"filesystem", word(given.filesystem)},
                      {"sentence", verdict_sentence(given)},
                      {"result", r.is_withheld ? json{} : json(r.outcome.value())},
                      {"is_shut_down", r.is_shut_down},
                      {"shutdown_reason", r.is_shut_down ? json(word(r.reason)) : json{}},
                      {"told_by_kernel", is_told_by_kernel(about)},
                      {"steps", steps},
                      {"not_walked", range_of(r.not_walked)},
                      {"aftermath", aftermaths},
                      {"possible_aftermath", possible_aftermaths},
                      {"records", r.records},
                      {"records_withheld", r.records_withheld}};
    all["remarks"] = remarks(about, given);
    json owners = json::array();
    for (std::size_t k = 0; k != owner_kind_count; ++k)
        for (std::size_t f = 0; f != fate_count; ++f)
            if (const auto& t = given.tallies[k][f]; t.records != 0)
                owners.push_back({{"owner", word(static_cast<owner_kind>(k))},
                                  {"fate", word(static_cast<fate>(f))},
                                  {"records", t.records},
                                  {"bytes", t.bytes}});
    all["owners"] = owners;
    json processes = json::array();
    for (const auto& p : given.processes)
        processes.push_back({{"process", p.process},
                             {"command", p.command},
                             {"notice", word(p.what)},
                             {"inodes", p.inodes}});
    all["processes"] = processes;
    all["processes_denied"] = about.processes_denied;
    json files = json::array();
    for (const auto& f : given.files)
        files.push_back({{"inode", f.inode},
                         {"path", f.name.empty() ? json{} : json(f.name)},
                         {"bytes", f.bytes},
                         {"owners", words<owner_kind>(f.kinds, owner_kind_count)},
                         {"fates", words<fate>(f.fates, fate_count)}});
    all["files"] = files;
    all["files_seen"] = given.files_seen;
    all["files_seen_is_exact"] = given.is_files_seen_exact;
    json explanations = json::array();
    for (const auto& why : given.explanations)
        explanations.push_back({{"about", why.about}, {"markdown", why.text}});
    all["explanations"] = explanations;
    // Names of files are bytes and need not be text.
    return all.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

} // namespace blast_radius
