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

json range_of(byte_range range) { return {{"offset", range.offset()}, {"length", range.length()}}; }

json verdict_of(const answer& given, const outcome& made) {
    const auto& r = made.report;
    const bool is_known = !r.is_withheld && made.filesystem != verdict::depends;
    json aftermaths = json::array();
    json possible = json::array();
    for (std::size_t i = 0; i != daxhold::value_count<daxhold::aftermath>; ++i) {
        const auto what = static_cast<daxhold::aftermath>(i);
        if (made.after.has(what))
            aftermaths.push_back(word(what));
        else if (made.after.may_have(what))
            possible.push_back(word(what));
    }
    json otherwise = json::array();
    for (const auto& [condition, becomes] : made.otherwise)
        otherwise.push_back({{"if", condition}, {"filesystem", word(becomes)}});
    return {{"filesystem", word(made.filesystem)},
            {"words", words_for(given, made)},
            {"result", is_known ? json(r.outcome.value()) : json{}},
            {"memory_failure",
             is_known && made.memory_failure ? json(made.memory_failure->value()) : json{}},
            {"is_shut_down", r.is_shut_down},
            {"shutdown_reason", r.is_shut_down ? json(word(r.reason)) : json{}},
            {"not_walked", range_of(r.not_walked)},
            {"aftermath", aftermaths},
            {"possible_aftermath", possible},
            {"otherwise", otherwise},
            {"records", r.records},
            {"records_withheld", r.records_withheld}};
}

json mount_of(const subject& about) {
    return {{"path", printable(about.path)},
            {"source", printable(about.source)},
            {"type", about.type},
            {"size", about.size},
            {"filesystem_end", about.filesystem_end},
            {"dax", word(about.dax)},
            {"is_read_only", about.is_read_only},
            {"reverse_mapping", about.has_reverse_mapping},
            {"owners", word(about.owners)},
            {"log_size", about.log_size},
            {"realtime_size", about.realtime_size},
            {"kernel_release", about.kernel_release},
            {"is_mock", about.is_mock}};
}

} // namespace

std::string to_json(const subject& about, const answer& given) {
    json all;
    all["format"] = "daxhold.blast_radius";
    all["version"] = 2;
    all["mount"] = mount_of(about);
    json ranges = json::array();
    for (const auto range : given.asked.ranges)
        ranges.push_back(range_of(range));
    all["question"] = {{"event", word(given.asked.event)},
                       {"device", word(given.asked.device)},
                       {"ranges", ranges},
                       {"whole_device", given.asked.is_whole_device()},
                       {"policy", given.policy_name},
                       {"policy_is_default", given.is_default_policy},
                       {"arrives_as", word(given.arrives_as)}};
    json steps = json::array();
    for (const auto what : given.steps)
        steps.push_back(word(what));
    auto worst = verdict_of(given, given.worst_outcome());
    worst["sentence"] = verdict_sentence(about, given);
    worst["told_by_kernel"] = about.dax == dax_use::unknown ? json{} : json(about.uses_dax());
    worst["steps"] = steps;
    all["verdict"] = worst;
    json outcomes = json::array();
    for (const auto& each : given.outcomes) {
        auto one = verdict_of(given, each);
        one["range"] = range_of(each.range);
        outcomes.push_back(one);
    }
    all["outcomes"] = outcomes;
    all["remarks"] = remarks(about, given);
    json holds = json::array();
    for (std::size_t k = 0; k != content_count; ++k)
        for (std::size_t f = 0; f != fate_count; ++f)
            if (const auto& t = given.tallies[k][f]; t.records != 0)
                holds.push_back({{"what", word(static_cast<content>(k))},
                                 {"fate", word(static_cast<fate>(f))},
                                 {"records", t.records},
                                 {"bytes", t.bytes}});
    all["contents"] = holds;
    all["free_bytes"] = given.free_bytes;
    all["bytes_after_end"] = given.bytes_after_end;
    json processes = json::array();
    for (const auto& p : given.processes)
        processes.push_back({{"process", p.process},
                             {"command", printable(p.who.command)},
                             {"user", p.who.owner},
                             {"unit", printable(p.who.unit)},
                             {"early_kill", word(p.who.early)},
                             {"page", word(p.page)},
                             {"notice", word(p.what)},
                             {"inodes", p.inodes}});
    all["processes"] = processes;
    json kernel = json::array();
    for (const auto& user : given.kernel_users)
        kernel.push_back(
            {{"what", word(user.what)}, {"name", printable(user.name)}, {"inode", user.inode}});
    all["kernel_users"] = kernel;
    all["users"] = !given.processes.empty() || !given.kernel_users.empty() ? "somebody"
                   : knows_every_user(about, given)                        ? "nobody"
                                                                           : "unknown";
    json unseen = json::array();
    for (const auto& reason : about.unseen)
        unseen.push_back(printable(reason));
    all["unseen_users"] = unseen;
    json files = json::array();
    for (const auto& f : given.files)
        files.push_back({{"inode", f.inode},
                         {"path", f.name.empty() ? json{} : json(printable(f.name))},
                         {"bytes", f.bytes},
                         {"contents", words<content>(f.contents, content_count)},
                         {"fates", words<fate>(f.fates, fate_count)}});
    all["files"] = files;
    all["files_seen"] = given.files_seen;
    all["files_seen_is_exact"] = given.is_files_seen_exact;
    json pieces = json::array();
    for (const auto& p : given.pieces)
        pieces.push_back({{"inode", p.inode},
                          {"what", word(p.what)},
                          {"file", p.file.empty() ? json{} : range_of(p.file)},
                          {"device", range_of(p.device)},
                          {"fate", word(p.becomes)}});
    all["pieces"] = pieces;
    all["pieces_seen"] = given.pieces_seen;
    json explanations = json::array();
    for (const auto& why : given.explanations)
        explanations.push_back({{"about", why.about}, {"markdown", why.text}});
    all["explanations"] = explanations;
    return all.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

std::string to_json_table(const subject& about, std::span<const answer> given) {
    json all;
    all["format"] = "daxhold.blast_radius.policies";
    all["version"] = 2;
    all["mount"] = mount_of(about);
    json policies = json::array();
    for (const auto& each : given) {
        auto one = verdict_of(each, each.worst_outcome());
        one["policy"] = each.policy_name;
        one["sentence"] = verdict_sentence(about, each);
        one["told_now"] = each.count(notice::now);
        policies.push_back(one);
    }
    all["policies"] = policies;
    return all.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

} // namespace blast_radius
