// SPDX-License-Identifier: BSL-1.0
#include "subject.hpp"

#include <daxhold/tables/fact.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>
#include <tuple>

namespace blast_radius {

namespace {

using json = nlohmann::ordered_json;

template <class Enumeration>
std::string word(Enumeration value) {
    const auto name = daxhold::tables::name_of(value);
    return {name.data, name.size};
}

template <class Enumeration>
Enumeration from_word(const json& text) {
    for (std::size_t i = 0; i != daxhold::tables::value_count<Enumeration>; ++i)
        if (text == word(static_cast<Enumeration>(i)))
            return static_cast<Enumeration>(i);
    throw std::invalid_argument{"\"" + text.dump() + "\" is no word for it"};
}

/// What `printable` made of a text, as it was: names need not be UTF-8, and JSON has to be.
std::string plain(const std::string& shown) {
    std::string text;
    for (std::size_t i = 0; i < shown.size(); ++i) {
        if (shown[i] != '\\') {
            text += shown[i];
        } else if (i + 3 < shown.size() && shown[i + 1] == 'x') {
            const auto byte = daxhold::on_linux::whole_number<unsigned char>(
                std::string_view{shown}.substr(i + 2, 2), 16);
            text += static_cast<char>(byte.value_or('?'));
            i += 3;
        } else {
            text += '\\';
            ++i;
        }
    }
    return text;
}

/// A piece of a file that a process maps, and whether pages of it are present.
struct mapped {
    std::uint64_t inode;
    file_user user;
};

class recorded_subject final : public subject {
public:
    explicit recorded_subject(const json& all) {
        path = plain(all.at("path"));
        source = plain(all.at("source"));
        log_source = plain(all.value("log_source", ""));
        realtime_source = plain(all.value("realtime_source", ""));
        type = plain(all.at("type"));
        kernel_release = plain(all.at("kernel_release"));
        all.at("size").get_to(size);
        all.at("filesystem_end").get_to(filesystem_end);
        all.at("log_size").get_to(log_size);
        all.at("realtime_size").get_to(realtime_size);
        all.at("block_size").get_to(block_size);
        all.at("group_size").get_to(group_size);
        dax = from_word<dax_use>(all.at("dax"));
        all.at("has_reverse_mapping").get_to(has_reverse_mapping);
        all.at("is_read_only").get_to(is_read_only);
        owners = from_word<owner_knowledge>(all.at("owners"));
        all.at("is_early_by_default").get_to(is_early_by_default);
        all.at("knows_used_files").get_to(knows_used_files_);
        all.at("places_of_lost_owners").get_to(lost_);
        for (const auto& reason : all.at("unseen"))
            unseen.push_back(plain(reason));
        for (const auto& user : all.at("kernel_users"))
            kernel_users.push_back({from_word<daxhold::on_linux::kernel_use>(user.at("what")),
                                    plain(user.at("name")), user.at("inode")});
        internal_realtime_start = all.value("internal_realtime_start", std::uint64_t{0});
        realtime_group_size = all.value("realtime_group_size", std::uint64_t{0});
        is_on_mapped_device = all.value("is_on_mapped_device", false);
        device_ = from_word<daxhold::role>(all.value("device", "data"));
        for (const auto& range : all.at("ranges"))
            ranges_.push_back({range.at(0), range.at(1)});
        for (const auto& r : all.at("records"))
            records_.push_back({.physical = {r.at(0), r.at(1)},
                                .owner = r.at(3),
                                .file_offset = r.at(4),
                                .device = 0,
                                .flags = r.at(5),
                                .kind = from_word<owner_kind>(r.at(2)),
                                .reported = r.at(6)});
        for (const auto& i : all.at("inodes")) {
            auto& known = inodes_[i.at("inode").get<std::uint64_t>()];
            known.state = {from_word<truth>(i.at("in_core")), from_word<truth>(i.at("dax")),
                           from_word<inode_kind>(i.at("kind"))};
            known.name = plain(i.at("name"));
            known.is_used = i.at("is_used");
        }
        for (const auto& p : all.at("processes")) {
            auto& process = processes_[p.at("process").get<pid_t>()];
            process.command = plain(p.at("command"));
            process.unit = plain(p.at("unit"));
            process.owner = p.at("owner");
            process.early = from_word<early_kill>(p.at("early"));
            process.in_other_namespace = p.at("in_other_namespace");
        }
        for (const auto& m : all.at("mappings"))
            mappings_.push_back({m.at("inode"),
                                 {m.at("process"),
                                  {m.at("offset"), m.at("length")},
                                  from_word<presence>(m.at("page"))}});
    }

    void for_each(daxhold::role device, byte_range range, const record_visitor& visit) override {
        if (device == daxhold::role::log)
            return;
        const auto own = intersect(
            range, byte_range{0, device == daxhold::role::realtime ? realtime_size : size});
        const bool is_other =
            (device == daxhold::role::realtime) != (device_ == daxhold::role::realtime);
        if (!own.empty() &&
            (is_other || std::none_of(ranges_.begin(), ranges_.end(),
                                      [&](byte_range r) { return r.contains(own); })))
            throw refusal{status::bad_range, "the record does not have all of that range",
                          "ask about what it was made of, or record more"};
        for (const auto& record : records_)
            if (record.physical.overlaps(range) && !visit(record))
                return;
    }

    [[nodiscard]] std::uint64_t places_of_lost_owners() const override { return lost_; }

    void for_each_user(std::uint64_t inode, byte_range file,
                       const std::function<void(const file_user&)>& visit) override {
        for (const auto& m : mappings_)
            if (m.inode == inode && m.user.file.overlaps(file))
                visit({m.user.process, intersect(m.user.file, file), m.user.page});
    }

    [[nodiscard]] bool is_used(std::uint64_t inode) const override {
        const auto at = inodes_.find(inode);
        return (at != inodes_.end() && at->second.is_used) ||
               std::any_of(kernel_users.begin(), kernel_users.end(),
                           [&](const auto& u) { return u.inode == inode; });
    }

    [[nodiscard]] user_process process(pid_t process) const override {
        const auto at = processes_.find(process);
        return at == processes_.end() ? user_process{} : at->second;
    }

    [[nodiscard]] std::string name(std::uint64_t inode) const override {
        const auto at = inodes_.find(inode);
        return at == inodes_.end() ? std::string{} : at->second.name;
    }

    std::string search_names(std::map<std::uint64_t, std::string>& /*names*/) const override {
        return "A record has only the names of files that are in use.";
    }

    [[nodiscard]] bool knows_used_files() const override { return knows_used_files_; }

private:
    [[nodiscard]] inode_state look_at(std::uint64_t inode) override {
        const auto at = inodes_.find(inode);
        return at == inodes_.end() ? inode_state{} : at->second.state;
    }

    struct known_inode {
        inode_state state;
        std::string name;
        bool is_used = false;
    };
    daxhold::role device_ = daxhold::role::data;
    std::vector<byte_range> ranges_;
    std::vector<fsmap_record> records_;
    std::map<std::uint64_t, known_inode> inodes_;
    std::map<pid_t, user_process> processes_;
    std::vector<mapped> mappings_;
    std::uint64_t lost_ = 0;
    bool knows_used_files_ = true;
};

/// The pages of a piece of a file that are present in its users, in pieces that are all alike.
void add_users(subject& about, std::uint64_t inode, byte_range file, std::vector<mapped>& into) {
    constexpr std::uint64_t page = 4096;
    bool is_mixed = false;
    std::vector<mapped> found;
    about.for_each_user(inode, file, [&](const file_user& user) {
        is_mixed = is_mixed || (user.page == presence::present && file.length() > page);
        found.push_back({inode, user});
    });
    if (!is_mixed) {
        into.insert(into.end(), found.begin(), found.end());
        return;
    }
    const auto middle = file.offset() + (file.length() / 2 + page - 1) / page * page;
    add_users(about, inode, file.below(middle), into);
    add_users(about, inode, file.from(middle), into);
}

} // namespace

std::string record(subject& about, daxhold::role device, const std::vector<byte_range>& ranges) {
    json all;
    all["format"] = "daxhold.blast_radius.record";
    all["version"] = 1;
    all["path"] = printable(about.path);
    all["source"] = printable(about.source);
    all["log_source"] = printable(about.log_source);
    all["realtime_source"] = printable(about.realtime_source);
    all["type"] = printable(about.type);
    all["kernel_release"] = printable(about.kernel_release);
    all["size"] = about.size;
    all["filesystem_end"] = about.filesystem_end;
    all["log_size"] = about.log_size;
    all["realtime_size"] = about.realtime_size;
    all["block_size"] = about.block_size;
    all["group_size"] = about.group_size;
    all["internal_realtime_start"] = about.internal_realtime_start;
    all["realtime_group_size"] = about.realtime_group_size;
    all["is_on_mapped_device"] = about.is_on_mapped_device;
    all["dax"] = word(about.dax);
    all["has_reverse_mapping"] = about.has_reverse_mapping;
    all["is_read_only"] = about.is_read_only;
    all["owners"] = word(about.owners);
    all["is_early_by_default"] = about.is_early_by_default;
    all["knows_used_files"] = about.knows_used_files();
    all["unseen"] = json::array();
    for (const auto& reason : about.unseen)
        all["unseen"].push_back(printable(reason));
    all["kernel_users"] = json::array();
    for (const auto& user : about.kernel_users)
        all["kernel_users"].push_back(
            {{"what", word(user.what)}, {"name", printable(user.name)}, {"inode", user.inode}});

    all["device"] = word(device);
    all["ranges"] = json::array();
    json records = json::array();
    std::set<std::uint64_t> inodes;
    std::vector<mapped> users;
    for (const auto range : ranges) {
        const auto own =
            intersect(range, byte_range{0, device == daxhold::role::realtime ? about.realtime_size
                                                                             : about.size});
        all["ranges"].push_back({own.offset(), own.length()});
        about.for_each(device, own, [&](const fsmap_record& r) {
            records.push_back({r.physical.offset(), r.physical.length(), word(r.kind), r.owner,
                               r.file_offset, r.flags, r.reported});
            if (!has_inode(r.kind))
                return true;
            inodes.insert(r.owner);
            if (r.kind == owner_kind::inode_data) {
                const auto part = intersect(r.physical, own);
                add_users(about, r.owner,
                          {r.file_offset + (part.offset() - r.physical.offset()), part.length()},
                          users);
            }
            return true;
        });
    }
    all["records"] = records;
    all["places_of_lost_owners"] = about.places_of_lost_owners();
    all["inodes"] = json::array();
    for (const auto inode : inodes) {
        const auto state = about.state_of(inode);
        all["inodes"].push_back({{"inode", inode},
                                 {"in_core", word(state.in_core)},
                                 {"dax", word(state.dax)},
                                 {"kind", word(state.kind)},
                                 {"is_used", about.is_used(inode)},
                                 {"name", printable(about.name(inode))}});
    }
    // Pieces that follow each other and are alike are one.
    std::sort(users.begin(), users.end(), [](const mapped& a, const mapped& b) {
        return std::tuple{a.inode, a.user.process, a.user.file.offset()} <
               std::tuple{b.inode, b.user.process, b.user.file.offset()};
    });
    std::vector<mapped> joined;
    for (const auto& m : users)
        if (!joined.empty() && joined.back().inode == m.inode &&
            joined.back().user.process == m.user.process &&
            joined.back().user.page == m.user.page &&
            joined.back().user.file.end() == m.user.file.offset())
            joined.back().user.file =
                byte_range::between(joined.back().user.file.offset(), m.user.file.end());
        else
            joined.push_back(m);
    std::set<pid_t> processes;
    all["mappings"] = json::array();
    for (const auto& m : joined) {
        processes.insert(m.user.process);
        all["mappings"].push_back({{"inode", m.inode},
                                   {"process", m.user.process},
                                   {"offset", m.user.file.offset()},
                                   {"length", m.user.file.length()},
                                   {"page", word(m.user.page)}});
    }
    all["processes"] = json::array();
    for (const auto id : processes) {
        const auto p = about.process(id);
        all["processes"].push_back({{"process", id},
                                    {"command", printable(p.command)},
                                    {"unit", printable(p.unit)},
                                    {"owner", p.owner},
                                    {"early", word(p.early)},
                                    {"in_other_namespace", p.in_other_namespace}});
    }
    return all.dump(1) + "\n";
}

std::unique_ptr<subject> open_record(const std::string& text, const std::string& name) {
    const auto refuse = [&](const std::string& why) {
        return refusal{status::bad_input, "'" + name + "' is no record: " + why,
                       "give a file that --record made"};
    };
    const auto all = json::parse(text, nullptr, false);
    if (all.is_discarded() || !all.is_object())
        throw refuse("it is no JSON");
    try {
        if (all.at("format") != "daxhold.blast_radius.record" || all.at("version") != 1)
            throw refuse("its format is another one");
        return std::make_unique<recorded_subject>(all);
    } catch (const std::logic_error& e) {
        throw refuse(e.what());
    } catch (const json::exception& e) {
        throw refuse(e.what());
    }
}

} // namespace blast_radius
