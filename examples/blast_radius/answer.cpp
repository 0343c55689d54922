// SPDX-License-Identifier: BSL-1.0
#include "answer.hpp"

#include "file_counter.hpp"

#include <daxhold/policy.hpp>
#include <daxhold/policy/text.hpp>
#include <daxhold/releases.hpp>
#include <daxhold/tables/explain.hpp>
#include <daxhold/tables/markdown.hpp>

#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <utility>

#include <sys/utsname.h>

namespace blast_radius {

namespace {

using namespace daxhold;

/// The picture of the device has so many cells at most, and none smaller than a page.
constexpr std::uint64_t most_map_cells = 64 * 24;

constexpr std::uint64_t map_cells(byte_range range) {
    return std::clamp<std::uint64_t>(range.length() / 4096, 1, most_map_cells);
}

template <std::size_t Size>
constexpr fate fate_by(const course<no_own_operation, Size>& what) {
    if (what.has(operation::kill_users))
        return fate::users_told;
    if (what.has(operation::shut_down))
        return fate::shuts_down;
    if (what.has(operation::note_shutdown))
        return fate::asks_shutdown;
    if (is_stop(what.end))
        return fate::ends_walk;
    if (what.has(operation::invalidate))
        return fate::pages_dropped;
    return fate::passed_over;
}

constexpr owner owner_of(owner_kind kind) {
    switch (kind) {
    case owner_kind::inode_data:
        return owner::file_data;
    case owner_kind::attribute_fork:
        return owner::attribute_fork;
    case owner_kind::extent_map:
        return owner::bmbt;
    case owner_kind::log:
        return owner::log;
    case owner_kind::cow_staging:
        return owner::cow_staging;
    case owner_kind::unknown:
        return owner::unknown;
    default:
        return owner::metadata;
    }
}

/// A record of FS_IOC_GETFSMAP as the engine wants it.
struct bound_record {
    byte_range extent;
    daxhold::owner owner;
    std::uint64_t inode_number;
    std::uint64_t file_offset;
    daxhold::sharing sharing;
    owner_kind kind;
};

constexpr bound_record bind(const fsmap_record& r) {
    return {r.physical,
            owner_of(r.kind),
            r.owner,
            r.file_offset,
            r.shared() ? sharing::shared : sharing::sole,
            r.kind};
}

/// The processes that map something in the range, with the best that each of them gets.
class told_processes {
public:
    void add(const subject& about, std::uint64_t inode, byte_range file, notice what) {
        about.for_each_user(inode, [&](const file_user& user) {
            if (!user.file_range.overlaps(file))
                return;
            auto& process = all_[user.process];
            process.what = std::min(process.what, what);
            process.inodes.insert(inode);
        });
    }

    /// Those that get most come first.
    [[nodiscard]] std::vector<touched_process> list(const subject& about) const {
        std::vector<touched_process> made;
        for (const auto& [id, process] : all_)
            made.push_back({id,
                            about.command(id),
                            process.what,
                            {process.inodes.begin(), process.inodes.end()}});
        std::stable_sort(made.begin(), made.end(),
                         [](const auto& a, const auto& b) { return a.what < b.what; });
        return made;
    }

private:
    struct told_process {
        notice what = notice::not_told;
        std::set<std::uint64_t> inodes;
    };
    std::map<pid_t, told_process> all_;
};

/// The subject as a filesystem that the engine can work for. What it is told to do is recorded and
/// otherwise left alone.
class bound_filesystem {
public:
    using record = bound_record;
    static constexpr bool withholds_owners = true;

    bound_filesystem(subject& about, told_processes& told) : about_{about}, told_{told} {}

    [[nodiscard]] bool is_born() const { return true; }

    [[nodiscard]] byte_range device_range(role device) const {
        switch (device) {
        case role::data:
            return {0, about_.size};
        case role::log:
            return {0, about_.log_size};
        case role::realtime:
            return {0, about_.realtime_size};
        }
        return {};
    }

    [[nodiscard]] bool has_rmap(role device) const {
        return device == role::data && about_.has_reverse_mapping;
    }

    [[nodiscard]] bool spans_groups(role device, byte_range range) const {
        return device == role::data && about_.group_size != 0 && !range.empty() &&
               range.offset() / about_.group_size != (range.end() - 1) / about_.group_size;
    }

    template <class Visitor>
    result for_each_mapping(role /*device*/, byte_range range, Visitor&& visit) {
        about_.for_each(range, [&](const fsmap_record& r) {
            return r.kind == owner_kind::free_space || visit(bind(r));
        });
        return {};
    }

    using inode_handle = std::uint64_t;
    [[nodiscard]] result find_in_core(const record& r, inode_handle& inode) const {
        inode = r.inode_number;
        return about_.in_core(inode) ? success : result::error(ENODATA);
    }

    [[nodiscard]] bool is_dax(std::uint64_t inode) const { return about_.is_dax(inode); }

    result kill_users(std::uint64_t inode, byte_range file, daxhold::users who, poison /*pages*/) {
        told_.add(about_, inode, file,
                  who == daxhold::users::every ? notice::told : notice::told_early);
        return {};
    }

    // An answer is a forecast: everything works.
    result freeze() { return {}; }
    result thaw() { return {}; }
    result thaw_user() { return {}; }
    result sync() { return {}; }
    result begin_walk() { return {}; }
    result shut_down(shutdown_reason /*reason*/) { return {}; }
    result invalidate(std::uint64_t /*inode*/, byte_range /*file*/) { return {}; }
    result report_data_lost(std::uint64_t /*inode*/, byte_range /*file*/) { return {}; }
    result report_media_event(role /*device*/, byte_range /*range*/) { return {}; }

private:
    subject& about_;
    told_processes& told_;
};

/// What is known of an event, and of a record where there is one, as a source for explanations.
/// What it does not answer is open.
struct known_source {
    const subject& about;
    role device;
    cause why;
    daxhold::scope scope;
    byte_range part;
    bool spans_groups;
    const bound_record* record = nullptr;

    template <class Fact>
    requires(!std::same_as<Fact, owner> && !std::same_as<Fact, inode> &&
             !std::same_as<Fact, daxhold::mapping>) [[nodiscard]] Fact
    operator()(boost::hana::basic_type<Fact>) const {
        if constexpr (std::same_as<Fact, cause>)
            return why;
        else if constexpr (std::same_as<Fact, daxhold::scope>)
            return scope;
        else if constexpr (std::same_as<Fact, role>)
            return device;
        else if constexpr (std::same_as<Fact, daxhold::mount>)
            return daxhold::mount::born;
        else if constexpr (std::same_as<Fact, range>)
            return part.empty() ? range::outside : range::inside;
        else if constexpr (std::same_as<Fact, rmap>)
            return device == role::data && about.has_reverse_mapping ? rmap::present : rmap::absent;
        else
            return spans_groups ? groups::several : groups::one;
    }

    /// A record without an owner may have any.
    [[nodiscard]] value_set<owner> operator()(boost::hana::basic_type<owner>) const {
        return record == nullptr || record->owner == owner::unknown ? none_of(owner::unknown)
                                                                    : any_of(record->owner);
    }

    [[nodiscard]] value_set<inode> operator()(boost::hana::basic_type<inode>) const {
        if (record == nullptr || record->owner == owner::unknown)
            return {every_value<inode>};
        return any_of(about.in_core(record->inode_number) ? inode::in_core : inode::not_in_core);
    }

    [[nodiscard]] value_set<daxhold::mapping>
    operator()(boost::hana::basic_type<daxhold::mapping>) const {
        if (record == nullptr || record->owner == owner::unknown)
            return {every_value<daxhold::mapping>};
        return any_of(about.is_dax(record->inode_number) ? daxhold::mapping::dax
                                                         : daxhold::mapping::buffered);
    }
};

/// Counts what the policy decides, and where.
template <class Policy>
class watcher : public no_observer {
public:
    watcher(const subject& about, answer& into, const known_source& known, told_processes& told,
            byte_range walked, file_counter& files, const progress& tell)
        : about_{about}, into_{into}, known_{known}, told_{told}, walked_{walked}, files_{files},
          tell_{tell} {
        into_.mapped = walked;
        into_.map.resize(map_cells(walked));
    }

    void gate_decided(std::size_t row) {
        into_.report.gate_decided(row);
        if (into_.asked.is_explained)
            into_.explanations.push_back({"the event at the gate", explanation<Policy::gate>()});
    }

    void record_decided(std::size_t row, const bound_record& record, byte_range part) {
        into_.report.record_decided(row, record, part);
        explain_record(record, row);
        if constexpr (requires { Policy::record; })
            count(fate_of(Policy::record.actions[row], record), record, part);
    }

    void record_withheld(std::uint64_t rows, const bound_record& record, byte_range part) {
        into_.report.record_withheld(rows, record, part);
        explain_record(record, most_rows);
        count(fate::withheld, record, part);
    }

    void step_taken(const step<>& taken, result how) {
        into_.report.step_taken(taken, how);
        if (taken.what != operation::kill_users && taken.what != operation::invalidate &&
            taken.what != operation::report_data_lost && taken.what != operation::note_shutdown)
            into_.steps.push_back(taken.what);
    }

    void step_skipped(const step<>& skipped) { into_.report.step_skipped(skipped); }

    void walk_ended(walk_end how, byte_range rest) { into_.report.walk_ended(how, rest); }

    void end_decided(std::size_t row) { into_.report.end_decided(row); }
    void end_withheld(std::uint64_t rows) { into_.report.end_withheld(rows); }
    void finished(result outcome, bool is_left_frozen) {
        into_.report.finished(outcome, is_left_frozen);
    }

    template <class Course>
    fate fate_of(const Course& what, const bound_record& record) const {
        const auto found = fate_by(what);
        return found == fate::passed_over && record.owner == owner::file_data &&
                       !about_.in_core(record.inode_number)
                   ? fate::unnoticed
                   : found;
    }

    /// Also for records that the policy does not get to.
    void count(fate what, const bound_record& record, byte_range part) {
        auto& t =
            into_.tallies[static_cast<std::size_t>(record.kind)][static_cast<std::size_t>(what)];
        ++t.records;
        t.bytes += part.length();
        if (has_inode(record.kind))
            files_.add(record.inode_number, part.length(), what, record.kind);
        if (record.owner == owner::file_data && what != fate::users_told)
            told_.add(about_, record.inode_number, file_range(record, part), notice::not_told);
        draw(what, record.kind, part);
        if ((++seen_ & 0x3fffU) == 0)
            tell_(static_cast<double>(part.offset() - walked_.offset()) /
                  static_cast<double>(walked_.length()));
    }

private:
    /// What the table can say where that much is known, in full where it is all known.
    template <auto const& Table>
    [[nodiscard]] std::string explanation() const {
        const auto cells = tables::explain_partly<Table>(known_).cells;
        for (std::size_t fact = 0; fact != std::remove_cvref_t<decltype(Table)>::fact_count; ++fact)
            if ((cells.values[fact] & (cells.values[fact] - 1)) != 0)
                return tables::markdown::explanation<Table>(tables::explain_partly<Table>(known_));
        return tables::markdown::explanation<Table>(explain(Table, cells));
    }

    /// The first record for a row; `most_rows` for those whose owner is not told.
    void explain_record([[maybe_unused]] const bound_record& record,
                        [[maybe_unused]] std::size_t row) {
        if constexpr (requires { Policy::record; }) {
            if (!into_.asked.is_explained || is_explained_[row])
                return;
            is_explained_[row] = true;
            known_.record = &record;
            into_.explanations.push_back({"a record at offset " +
                                              std::to_string(record.extent.offset()) + ", " +
                                              std::string{describe(record.kind)},
                                          explanation<Policy::record>()});
            known_.record = nullptr;
        }
    }

    void draw(fate what, owner_kind kind, byte_range part) {
        const auto cells = into_.map.size();
        const auto cell_size = std::max<std::uint64_t>(1, (walked_.length() + cells - 1) / cells);
        auto at = (part.offset() - walked_.offset()) / cell_size;
        for (auto rest = part; !rest.empty(); ++at) {
            const auto cell_end = walked_.offset() + (at + 1) * cell_size;
            const auto here = rest.below(cell_end).length();
            into_.map[at].owners[static_cast<std::size_t>(kind)] += here;
            into_.map[at].fates[static_cast<std::size_t>(what)] += here;
            rest = rest.from(cell_end);
        }
    }

    const subject& about_;
    answer& into_;
    known_source known_;
    told_processes& told_;
    byte_range walked_;
    file_counter& files_;
    const progress& tell_;
    std::uint64_t seen_ = 0;
    std::array<bool, most_rows + 1> is_explained_{};
};

verdict verdict_of(const report& r) {
    if (r.is_withheld)
        return verdict::withheld;
    if (r.is_shut_down)
        return verdict::shuts_down;
    if (falls_back(r.outcome))
        return verdict::not_handled;
    return r.outcome.ok() || r.is_walked ? verdict::goes_on : verdict::refused;
}

template <class Policy>
void ask_as(subject& about, answer& into, file_counter& files, const progress& tell) {
    told_processes told;
    bound_filesystem fs{about, told};
    using flags = failure_flags<typename Policy::mf_flags>;
    const auto event =
        into.asked.event == cause::removal ? removal_flags<typename Policy::mf_flags>() : flags{};
    into.policy_name = Policy::name;
    into.policy_title = Policy::title;
    into.arrives_as = cause_of(event);
    const auto part = intersect(into.asked.range, fs.device_range(into.asked.device));
    const known_source known{about,
                             into.asked.device,
                             into.arrives_as,
                             into.asked.range.is_whole_device() ? scope::whole_device : scope::part,
                             part,
                             fs.spans_groups(into.asked.device, part)};
    watcher<Policy> watching{about, into, known, told, part, files, tell};
    filesystem_holder<Policy, bound_filesystem, watcher<Policy>> holder{fs, into.asked.device,
                                                                        watching};
    static_cast<void>(holder.notify_failure(into.asked.range, event));
    into.filesystem = verdict_of(into.report);

    // What the policy does not get to, so that those are named whom nobody tells.
    const bool is_walked = into.report.is_walked;
    if (into.asked.device == role::data && !(is_walked && into.report.not_walked.empty())) {
        std::uint64_t seen = into.report.records + into.report.records_withheld;
        about.for_each(part, [&](const fsmap_record& r) {
            if (r.kind == owner_kind::free_space)
                return true;
            if (seen != 0) {
                --seen;
                return true;
            }
            const auto record = bind(r);
            watching.count(fate::not_reached, record, intersect(record.extent, part));
            return true;
        });
    }
    into.processes = told.list(about);
    // A process that maps is one too many; that nobody does is more than can be known here.
    into.after = aftermaths_of<Policy>(
        fs, into.asked.device, into.asked.range, cause_of(event), into.report,
        into.processes.empty() ? value_set<mappers>{every_value<mappers>} : any_of(mappers::some));
}

/// Calls `ask.operator()<Policy>()` for the policy of that name; false if there is none.
template <class Ask>
bool with_policy(std::string_view name, const Ask& ask) {
    bool is_found = false;
    boost::hana::for_each(releases::for_any_filesystem, [&](auto policy) {
        using type = typename decltype(policy)::type;
        if (name == type::name) {
            is_found = true;
            ask.template operator()<type>();
        }
    });
    return is_found;
}

std::string running_kernel() {
    utsname name{};
    return ::uname(&name) == 0 ? name.release : "";
}

/// "6.12.117-amd64" as (6, 12).
std::pair<int, int> release_of(std::string_view release) {
    int major = 0;
    int minor = 0;
    const auto* const end = release.data() + release.size();
    const auto first = std::from_chars(release.data(), end, major);
    if (first.ptr != end && *first.ptr == '.')
        std::from_chars(first.ptr + 1, end, minor);
    return {major, minor};
}

} // namespace

std::string_view describe(fate what) noexcept {
    switch (what) {
    case fate::users_told:
        return "users are told";
    case fate::pages_dropped:
        return "pages are dropped";
    case fate::passed_over:
        return "passed over";
    case fate::unnoticed:
        return "nobody notices";
    case fate::asks_shutdown:
        return "shuts down after the walk";
    case fate::shuts_down:
        return "shuts down at once";
    case fate::ends_walk:
        return "ends the walk";
    case fate::withheld:
        return "not known";
    case fate::not_reached:
        return "not reached";
    }
    return "";
}

std::vector<std::string> policy_names() {
    std::vector<std::string> names;
    boost::hana::for_each(releases::for_any_filesystem, [&names](auto policy) {
        names.emplace_back(decltype(policy)::type::name);
    });
    return names;
}

std::string default_policy(std::string_view filesystem_type, std::string_view kernel_release) {
    const auto release = release_of(kernel_release);
    if ((filesystem_type != "xfs" && filesystem_type != "mock") || release < std::pair{6, 0})
        return releases::no_holder::name;
    static constexpr std::pair<std::pair<int, int>, const char*> since[] = {
        {{7, 0}, releases::xfs_linux_7_0::name},
        {{6, 14}, releases::xfs_linux_6_14::name},
        {{6, 8}, releases::xfs_linux_6_8::name},
        {{6, 1}, releases::xfs_linux_6_1::name},
    };
    for (const auto& [first, name] : since)
        if (release >= first)
            return name;
    return releases::xfs_linux_6_0::name;
}

answer ask(subject& about, const question& asked, std::size_t files, const progress& tell) {
    answer made;
    made.asked = asked;
    made.kernel_release = running_kernel();
    made.is_default_policy = asked.policy.empty();
    if (made.is_default_policy)
        made.asked.policy = default_policy(about.type, made.kernel_release);

    file_counter counter;
    if (!with_policy(made.asked.policy,
                     [&]<class Policy>() { ask_as<Policy>(about, made, counter, tell); })) {
        std::string known;
        for (const auto& name : policy_names())
            known += (known.empty() ? "" : ", ") + name;
        throw problem{problem_kind::unknown_policy, "there is no policy \"" + asked.policy + "\"",
                      "choose one of: " + known};
    }
    counter.finish(files, made);
    std::map<std::uint64_t, std::string> names;
    for (const auto& file : made.files)
        names[file.inode];
    if (!names.empty())
        about.name(names);
    for (auto& file : made.files)
        file.name = names[file.inode];
    return made;
}

} // namespace blast_radius
