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
#include <limits>
#include <map>
#include <set>
#include <utility>

namespace blast_radius {

namespace {

using namespace daxhold;

/// The picture of the device has so many cells at most, and none smaller than a page.
constexpr std::uint64_t most_map_cells = 64 * 24;

constexpr std::uint64_t map_cells(byte_range range) {
    return std::clamp<std::uint64_t>(range.length() / 4096, 1, most_map_cells);
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
    const fsmap_record* told;
};

bound_record bind(const fsmap_record& r) {
    return {r.physical,
            owner_of(r.kind),
            r.owner,
            r.file_offset,
            r.shared() ? sharing::shared : sharing::sole,
            &r};
}

/// Bytes of a group of a device, 0 where there are none.
std::uint64_t group_size_of(const subject& about, role device) {
    return device == role::data       ? about.group_size
           : device == role::realtime ? about.realtime_group_size
                                      : 0;
}

/// What is taken for so where nobody can know: each way that it may be is gone.
struct assumption {
    truth in_core = truth::no;
    truth dax = truth::yes;
    const char* words = "";
};
constexpr assumption nobody_has_it{};
constexpr assumption other_ways[] = {
    {truth::yes, truth::yes, "if a file that nobody is seen to use is still in core"},
    {truth::yes, truth::no,
     "if a file or directory that nobody is seen to use is still in core, and not DAX"},
};

/// Whom the kernel tells of a piece of a file. Without a reverse mapping it knows one file of a
/// page that files share, and which one cannot be seen.
enum class told : std::uint8_t { nobody, early_of_one_file, early, every };

/// The processes that map something in the range, with the best that each of them gets.
class told_processes {
public:
    told_processes(subject& about, cause event) : about_{about}, event_{event} {}

    /// What the best off of those who map the piece gets; nothing if nobody maps it.
    /// `is_copy`: what is mapped is a copy in the page cache, which an error does not reach.
    std::optional<notice> add(std::uint64_t inode, byte_range file, told how, bool is_copy) {
        std::optional<notice> best;
        about_.for_each_user(inode, file, [&](const file_user& user) {
            auto& process = all_[user.process];
            if (process.inodes.empty())
                process.who = about_.process(user.process);
            const auto gets = is_copy ? notice::none : notice_of(process.who, user.page, how);
            process.what = process.inodes.empty() ? gets : std::min(process.what, gets);
            process.page = best_of(process.page, user.page, process.inodes.empty());
            process.inodes.insert(inode);
            best = best ? std::min(*best, gets) : gets;
            // Who maps a copy maps nothing of the device.
            if (is_copy)
                return;
            page_ = best_of(page_, user.page, false);
            is_mapped_ = true;
        });
        return best;
    }

    /// Whether somebody has a page of the range present, since it was last asked to forget.
    [[nodiscard]] presence page() const noexcept { return page_; }
    /// Who maps the range, as far as it is known.
    [[nodiscard]] value_set<mappers> mapped() const noexcept {
        if (page_ == presence::present)
            return any_of(mappers::with_page);
        if (!about_.unseen.empty())
            return {every_value<mappers>};
        return page_ == presence::unknown ? any_of(mappers::with_page, mappers::without_page)
               : is_mapped_               ? any_of(mappers::without_page)
                                          : any_of(mappers::none);
    }

    void forget_pages() noexcept {
        page_ = presence::absent;
        is_mapped_ = false;
    }

    /// Those that get most come first.
    [[nodiscard]] std::vector<touched_process> list() const {
        std::vector<touched_process> made;
        for (const auto& [id, process] : all_)
            made.push_back({id,
                            process.who,
                            process.what,
                            process.page,
                            {process.inodes.begin(), process.inodes.end()}});
        std::stable_sort(made.begin(), made.end(),
                         [](const auto& a, const auto& b) { return a.what < b.what; });
        return made;
    }

private:
    static presence best_of(presence one, presence other, bool is_first) {
        if (is_first)
            return other;
        if (one == presence::present || other == presence::present)
            return presence::present;
        return one == presence::unknown ? one : other;
    }

    [[nodiscard]] notice notice_of(const user_process& who, presence page, told how) const {
        if (how == told::nobody)
            return event_ == cause::corruption ? notice::on_access : notice::none;
        const bool is_sure = page != presence::unknown;
        if (how == told::every)
            return !is_sure                    ? notice::maybe_now
                   : page == presence::present ? notice::now
                                               : notice::none;
        const bool is_early = who.early == early_kill::asked ||
                              (who.early == early_kill::by_system && about_.is_early_by_default);
        if (page == presence::absent || (who.early != early_kill::unknown && !is_early))
            return notice::on_access;
        return is_early && is_sure && how == told::early ? notice::now : notice::maybe_now;
    }

    struct told_process {
        user_process who;
        notice what = notice::none;
        presence page = presence::absent;
        std::set<std::uint64_t> inodes;
    };
    subject& about_;
    cause event_;
    presence page_ = presence::absent;
    bool is_mapped_ = false;
    std::map<pid_t, told_process> all_;
};

/// The subject as a filesystem that the engine can work for. Nothing is done: an answer is a
/// forecast, and everything works.
class bound_filesystem {
public:
    using record = bound_record;
    static constexpr bool withholds_owners = true;

    bound_filesystem(subject& about, const assumption& else_taken_for)
        : about_{about}, assumed_{else_taken_for} {}

    /// Whether the policy wanted to know of an inode what nobody can know.
    [[nodiscard]] bool was_asked_in_vain() const noexcept { return was_asked_in_vain_; }

    /// The free space that was met on the way.
    [[nodiscard]] std::uint64_t free_bytes() const noexcept { return free_bytes_; }

    [[nodiscard]] bool is_born() const { return true; }
    [[nodiscard]] bool is_read_only() const { return about_.is_read_only; }

    [[nodiscard]] byte_range device_range(role device) const {
        switch (device) {
        case role::data:
            return {0, about_.size};
        case role::log:
            return {0, about_.log_size};
        case role::realtime:
            return {0, about_.realtime_size};
        case role::internal_realtime:
            return {0, about_.size};
        }
        return {};
    }

    [[nodiscard]] std::uint64_t filesystem_end(role device) const {
        return device == role::data || device == role::internal_realtime
                   ? about_.filesystem_end
                   : device_range(device).end();
    }

    [[nodiscard]] bool has_rmap(role device) const {
        return device != role::log && about_.has_reverse_mapping;
    }

    [[nodiscard]] bool spans_groups(role device, byte_range range) const {
        const auto size = group_size_of(about_, device);
        return size != 0 && !range.empty() && range.offset() / size != (range.end() - 1) / size;
    }

    template <class Visitor>
    result for_each_mapping(role device, byte_range range, Visitor&& visit) {
        about_.for_each(device, range, [&](const fsmap_record& r) {
            if (r.kind != owner_kind::free_space)
                return visit(bind(r));
            free_bytes_ += intersect(r.physical, range).length();
            return true;
        });
        return {};
    }

    using inode_handle = std::uint64_t;
    [[nodiscard]] result find_in_core(const record& r, inode_handle& inode) {
        inode = r.inode_number;
        const auto known = about_.state_of(inode).in_core;
        was_asked_in_vain_ = was_asked_in_vain_ || known == truth::unknown;
        return (known == truth::unknown ? assumed_.in_core : known) == truth::yes
                   ? success
                   : result::error(ENODATA);
    }

    [[nodiscard]] bool is_dax(std::uint64_t inode) {
        const auto known = about_.state_of(inode).dax;
        was_asked_in_vain_ = was_asked_in_vain_ || known == truth::unknown;
        return (known == truth::unknown ? assumed_.dax : known) == truth::yes;
    }

    [[nodiscard]] kind kind_of(std::uint64_t inode) {
        switch (about_.state_of(inode).kind) {
        case inode_kind::regular:
            return kind::regular;
        case inode_kind::directory:
            return kind::directory;
        case inode_kind::symlink:
            return kind::symlink;
        case inode_kind::other:
            return kind::internal;
        case inode_kind::unknown:
            break;
        }
        was_asked_in_vain_ = true;
        return assumed_.dax == truth::yes ? kind::regular : kind::directory;
    }

    result kill_users(std::uint64_t, byte_range, daxhold::users, poison) noexcept { return {}; }
    result freeze() noexcept { return {}; }
    result thaw() noexcept { return {}; }
    result thaw_user() noexcept { return {}; }
    result sync() noexcept { return {}; }
    result begin_walk() noexcept { return {}; }
    result shut_down(shutdown_reason /*reason*/) noexcept { return {}; }
    result invalidate(std::uint64_t /*inode*/, byte_range /*file*/) noexcept { return {}; }
    result report_data_lost(std::uint64_t /*inode*/, byte_range /*file*/) noexcept { return {}; }
    result report_media_event(role /*device*/, byte_range /*range*/) noexcept { return {}; }
    result unmap_range(role /*device*/, byte_range /*range*/) noexcept { return {}; }

private:
    subject& about_;
    const assumption& assumed_;
    bool was_asked_in_vain_ = false;
    std::uint64_t free_bytes_ = 0;
};

/// What is known of an event, and of a record where there is one, as a source for explanations.
/// What it does not answer is open.
struct known_source {
    subject& about;
    bound_filesystem& fs;
    role device;
    cause why;
    byte_range where;
    const bound_record* record = nullptr;
    /// Of a record of file data of which nothing else is known.
    bool is_any_file = false;

    template <class Fact>
    requires(daxhold::detail::event_fact<bound_filesystem, Fact>) [[nodiscard]] Fact
    operator()(boost::hana::basic_type<Fact> asked) const {
        auto event = daxhold::detail::arrived(device, where, why);
        return daxhold::detail::event_source<bound_filesystem>{fs, event}(asked);
    }

    /// A record without an owner may have any.
    [[nodiscard]] value_set<owner> operator()(boost::hana::basic_type<owner>) const {
        if (is_any_file)
            return any_of(owner::file_data);
        return record == nullptr || record->owner == owner::unknown ? none_of(owner::unknown)
                                                                    : any_of(record->owner);
    }

    [[nodiscard]] value_set<inode> operator()(boost::hana::basic_type<inode>) const {
        if (!is_any_file && record != nullptr && record->owner != owner::unknown &&
            about.state_of(record->inode_number).in_core != truth::unknown)
            return any_of(about.state_of(record->inode_number).in_core == truth::yes
                              ? inode::in_core
                              : inode::not_in_core);
        return any_of(inode::in_core, inode::not_in_core);
    }

    [[nodiscard]] value_set<kind> operator()(boost::hana::basic_type<kind>) const {
        if (is_any_file || record == nullptr || record->owner == owner::unknown ||
            about.state_of(record->inode_number).kind == inode_kind::unknown)
            return {every_value<kind>};
        return any_of(fs.kind_of(record->inode_number));
    }

    [[nodiscard]] value_set<daxhold::mapping>
    operator()(boost::hana::basic_type<daxhold::mapping>) const {
        if (!is_any_file && record != nullptr && record->owner != owner::unknown &&
            about.state_of(record->inode_number).dax != truth::unknown)
            return any_of(about.state_of(record->inode_number).dax == truth::yes
                              ? daxhold::mapping::dax
                              : daxhold::mapping::buffered);
        return {every_value<daxhold::mapping>};
    }
};

/// A filesystem of which it is known that the range has a file that is in core and DAX, where what
/// a release leads to depends on it.
struct filesystem_with_file : bound_filesystem {
    using bound_filesystem::bound_filesystem;
    [[nodiscard]] static inode answer(boost::hana::basic_type<inode>) { return inode::in_core; }
    [[nodiscard]] static daxhold::mapping answer(boost::hana::basic_type<daxhold::mapping>) {
        return daxhold::mapping::dax;
    }
};

/// A filesystem of which it is known whether files share what lies in the range.
template <sharing Known>
struct filesystem_with_sharing : bound_filesystem {
    using bound_filesystem::bound_filesystem;
    [[nodiscard]] static sharing answer(boost::hana::basic_type<sharing>) { return Known; }
};

/// What a course does to the whole filesystem.
template <std::size_t Size>
constexpr unsigned effect_of(const course<no_own_operation, Size>& what) {
    return (what.has(operation::note_shutdown) ? 1U : 0U) |
           (what.has(operation::shut_down) ? 2U : 0U) | (is_stop(what.end) ? 4U : 0U);
}

/// Whether what nobody can know of a file can decide what becomes of the filesystem.
template <class Policy>
bool is_decided_by_files(known_source known) {
    if constexpr (requires { Policy::record; }) {
        known.is_any_file = true;
        const auto rows = tables::explain_partly<Policy::record>(known).rows;
        std::optional<unsigned> effect;
        for (std::size_t row = 0; row != std::size(Policy::record.actions); ++row)
            if ((rows >> row & 1U) != 0) {
                const auto its = effect_of(Policy::record.actions[row]);
                if (effect && *effect != its)
                    return true;
                effect = its;
            }
    }
    return false;
}

/// Collects what is said of the records, over all ranges of a question.
class collector {
public:
    collector(subject& about, answer& into, byte_range walked, told_processes& told,
              const progress& tell)
        : about_{about}, into_{into}, told_{told}, walked_{walked}, tell_{tell} {
        into_.mapped = walked;
        into_.map.resize(map_cells(walked));
    }

    /// Notes what becomes of a part of a record whose course it is; `how` says whom it tells.
    void count(fate what, const fsmap_record& record, byte_range part, told how) {
        const auto state = has_inode(record.kind) ? about_.state_of(record.owner) : inode_state{};
        const auto holds = content_of(record, state.kind);
        const bool is_data = record.kind == owner_kind::inode_data;
        byte_range file{};
        if (is_data || record.kind == owner_kind::attribute_fork)
            file = {record.file_offset + (part.offset() - record.physical.offset()), part.length()};
        const auto group_size = group_size_of(about_, into_.asked.device);
        const auto end =
            into_.asked.device == role::realtime ? about_.realtime_size : about_.filesystem_end;
        if (is_data && state.in_core == truth::yes && state.dax == truth::yes && group_size != 0 &&
            part.offset() / group_size != (end - 1) / group_size)
            has_file_before_last_group_ = true;
        if (is_data) {
            const auto best = told_.add(record.owner, file, how, state.dax == truth::no);
            // Who maps what the policy does not look at finds out all the same.
            const bool is_left_to_users =
                what == fate::not_reached && into_.asked.event == cause::corruption;
            if (what == fate::users_told || what == fate::passed_over || is_left_to_users) {
                if (best == notice::now || best == notice::maybe_now)
                    what = fate::users_told;
                else if (best)
                    what = into_.asked.event == cause::corruption ? fate::found_on_access
                                                                  : fate::passed_over;
                else if (is_used_in_kernel(record.owner))
                    what = fate::found_on_access;
                else
                    what = about_.unseen.empty() ? fate::unnoticed : fate::no_user_seen;
            }
        }
        auto& t = into_.tallies[static_cast<std::size_t>(holds)][static_cast<std::size_t>(what)];
        ++t.records;
        t.bytes += part.length();
        if (has_inode(record.kind)) {
            files_.add(record.owner, part.length(), what, holds);
            add_piece({record.owner, holds, file, part, what});
        }
        draw(what, holds, part);
        if ((++seen_ & 0x3fffU) == 0)
            tell_(static_cast<double>(part.offset() - walked_.offset()) /
                  static_cast<double>(walked_.length()));
    }

    /// Whether a DAX file that is surely in core has something in a group other than the last.
    [[nodiscard]] bool takes_files_to_walk_on() const noexcept {
        return has_file_before_last_group_;
    }

    void finish() {
        files_.finish(into_.asked.files, into_);
        into_.pieces = std::move(pieces_in_use_);
        const auto room = std::min(pieces_.size(), into_.asked.pieces - into_.pieces.size());
        into_.pieces.insert(into_.pieces.end(), pieces_.begin(),
                            pieces_.begin() + static_cast<std::ptrdiff_t>(room));
    }

private:
    [[nodiscard]] bool is_used_in_kernel(std::uint64_t inode) {
        for (const auto& user : about_.kernel_users)
            if (user.inode == inode) {
                if (std::find(into_.kernel_users.begin(), into_.kernel_users.end(), user) ==
                    into_.kernel_users.end())
                    into_.kernel_users.push_back(user);
                return true;
            }
        return false;
    }

    /// Pieces that follow each other, in the file and on the device, are one. Those of files in use
    /// are kept apart, so that they are not lost among many others.
    void add_piece(const touched_piece& piece) {
        auto& pieces = about_.is_used(piece.inode) ? pieces_in_use_ : pieces_;
        if (last_list_ == &pieces && !pieces.empty()) {
            auto& last = pieces.back();
            if (last.inode == piece.inode && last.what == piece.what &&
                last.becomes == piece.becomes && last.file.end() == piece.file.offset() &&
                last.device.end() == piece.device.offset()) {
                last.file = byte_range::between(last.file.offset(), piece.file.end());
                last.device = byte_range::between(last.device.offset(), piece.device.end());
                return;
            }
        }
        last_list_ = pieces.size() < into_.asked.pieces ? &pieces : nullptr;
        if (last_list_ != nullptr)
            pieces.push_back(piece);
        ++into_.pieces_seen;
    }

    void draw(fate what, content holds, byte_range part) {
        const auto cells = into_.map.size();
        const auto cell_size = std::max<std::uint64_t>(1, (walked_.length() + cells - 1) / cells);
        auto at = (part.offset() - walked_.offset()) / cell_size;
        for (auto rest = part; !rest.empty(); ++at) {
            const auto cell_end = walked_.offset() + (at + 1) * cell_size;
            const auto here = rest.below(cell_end).length();
            into_.map[at].contents[static_cast<std::size_t>(holds)] += here;
            into_.map[at].fates[static_cast<std::size_t>(what)] += here;
            rest = rest.from(cell_end);
        }
    }

    subject& about_;
    answer& into_;
    told_processes& told_;
    byte_range walked_;
    file_counter files_;
    std::vector<touched_piece> pieces_;
    std::vector<touched_piece> pieces_in_use_;
    const std::vector<touched_piece>* last_list_ = nullptr;
    bool has_file_before_last_group_ = false;
    const progress& tell_;
    std::uint64_t seen_ = 0;
};

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

/// Whom a course tells.
template <std::size_t Size>
constexpr told told_by(const course<no_own_operation, Size>& what) {
    for (std::size_t i = 0; i != what.count; ++i)
        if (what.steps[i].what == operation::kill_users)
            return what.steps[i].template argument<daxhold::users>() == daxhold::users::every
                       ? told::every
                       : told::early;
    return told::nobody;
}

/// Watches what the policy decides, and where.
template <class Policy>
class watcher : public no_observer {
public:
    watcher(answer& into, outcome& made, const known_source& known, collector& collects)
        : into_{into}, made_{made}, known_{known}, collects_{collects} {}

    void gate_decided(std::size_t row) {
        made_.report.gate_decided(row);
        if (into_.asked.is_explained && into_.outcomes.size() == 1)
            into_.explanations.push_back({"the event at the gate", explanation<Policy::gate>()});
    }

    void record_decided(std::size_t row, const bound_record& record, byte_range part) {
        made_.report.record_decided(row, record, part);
        explain_record(record, row);
        if constexpr (requires { Policy::record; })
            collects_.count(fate_by(Policy::record.actions[row]), *record.told, part,
                            told_by(Policy::record.actions[row]));
    }

    void record_withheld(std::uint64_t rows, const bound_record& record, byte_range part) {
        made_.report.record_withheld(rows, record, part);
        explain_record(record, most_rows_of_policy);
        collects_.count(fate::withheld, *record.told, part, told::nobody);
    }

    void step_taken(const step<>& taken, result how) {
        made_.report.step_taken(taken, how);
        if (taken.what != operation::kill_users && taken.what != operation::invalidate &&
            taken.what != operation::report_data_lost && taken.what != operation::note_shutdown)
            steps.push_back(taken.what);
    }

    void step_skipped(const step<>& skipped) { made_.report.step_skipped(skipped); }
    void walk_ended(walk_end how, byte_range rest) { made_.report.walk_ended(how, rest); }
    void end_decided(std::size_t row) { made_.report.end_decided(row); }
    void end_withheld(std::uint64_t rows) { made_.report.end_withheld(rows); }
    void finished(result how, bool is_left_frozen) { made_.report.finished(how, is_left_frozen); }

    std::vector<operation> steps;

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

    /// The first record for a row; `most_rows_of_policy` for those whose owner is not told.
    void explain_record([[maybe_unused]] const bound_record& record,
                        [[maybe_unused]] std::size_t row) {
        if constexpr (requires { Policy::record; }) {
            if (!into_.asked.is_explained || is_explained_[row])
                return;
            is_explained_[row] = true;
            known_.record = &record;
            into_.explanations.push_back({"a record at offset " +
                                              std::to_string(record.extent.offset()) + ", " +
                                              std::string{describe(record.told->kind)},
                                          explanation<Policy::record>()});
            known_.record = nullptr;
        }
    }

    answer& into_;
    outcome& made_;
    known_source known_;
    collector& collects_;
    std::array<bool, most_rows_of_policy + 1> is_explained_{};
};

verdict verdict_of(const report& r, const known_aftermaths& after) {
    if (after.has(aftermath::page_count_wraps))
        return verdict::hangs;
    if (r.is_withheld)
        return verdict::depends;
    if (r.is_shut_down)
        return verdict::shuts_down;
    if (falls_back(r.outcome))
        return verdict::not_handled;
    return r.outcome.ok() || r.is_walked ? verdict::goes_on : verdict::refused;
}

template <class Policy>
class asker {
public:
    asker(subject& about, answer& into, const progress& tell)
        : about_{about}, into_{into}, tell_{tell}, told_{about, into.asked.event} {
        into_.policy_name = Policy::name;
        into_.policy_title = Policy::title;
        into_.arrives_as = cause_of(event());
        into_.has_removal = cause_of(removal_flags<typename Policy::mf_flags>()) == cause::removal;
    }

    void run() {
        const assumption& first = nobody_has_it;
        bound_filesystem fs{about_, first};
        const auto device = fs.device_range(into_.asked.device);
        const auto hull = intersect(byte_range::between(into_.asked.ranges.front().offset(),
                                                        into_.asked.ranges.back().end()),
                                    device);
        collector collects{about_, into_, hull, told_, tell_};
        for (const auto range : into_.asked.ranges)
            run_one(range, collects);
        collects.finish();
        into_.processes = told_.list();
        into_.places_of_lost_owners = about_.places_of_lost_owners();
        for (std::size_t i = 0; i != into_.outcomes.size(); ++i)
            if (into_.outcomes[i].filesystem > into_.outcomes[into_.worst].filesystem)
                into_.worst = i;
    }

private:
    using flags = failure_flags<typename Policy::mf_flags>;

    [[nodiscard]] flags event() const {
        return into_.asked.event == cause::removal ? removal_flags<typename Policy::mf_flags>()
                                                   : flags{};
    }

    /// What the device is to the policy.
    [[nodiscard]] role role_of_event() const noexcept {
        return into_.asked.device == role::data && about_.internal_realtime_start != 0
                   ? role::internal_realtime
                   : into_.asked.device;
    }

    void run_one(byte_range range, collector& collects) {
        const auto role = role_of_event();
        bound_filesystem fs{about_, nobody_has_it};
        const auto part = intersect(range, fs.device_range(role));
        const known_source known{about_, fs, role, into_.arrives_as, range};
        outcome& made = into_.outcomes.emplace_back();
        made.range = range;
        told_.forget_pages();
        watcher<Policy> watching{into_, made, known, collects};
        {
            filesystem_holder<Policy, bound_filesystem, watcher<Policy>> holder{fs, role, watching};
            static_cast<void>(holder.notify_failure(range, event()));
        }
        // What no holder handles takes the generic path (mf_generic_kill_procs).
        const bool is_generic =
            into_.asked.event == cause::corruption && falls_back(made.report.outcome);
        const auto shared = is_generic ? sharing_in(part) : any_of(sharing::sole, sharing::shared);
        auto tells = told::nobody;
        if (is_generic &&
            !aftermaths(range, shared, {every_value<mappers>}).has(aftermath::poison_finds_nobody))
            tells = told::early;
        if (into_.asked.device == daxhold::role::data)
            into_.bytes_after_end +=
                intersect(range, byte_range::between(about_.filesystem_end, about_.size)).length();
        if (role != daxhold::role::log)
            count_the_rest(part, made, collects, fs, tells);
        made.after = is_generic ? aftermaths(range, shared, told_.mapped())
                     : collects.takes_files_to_walk_on()
                         ? aftermaths<filesystem_with_file>(range, told_.mapped())
                         : aftermaths<bound_filesystem>(range, told_.mapped());
        if (into_.asked.event == cause::corruption)
            made.memory_failure = memory_failure(made);
        made.filesystem = verdict_of(made.report, made.after);
        if (fs.was_asked_in_vain() && is_decided_by_files<Policy>(known))
            go_other_ways(range, made);
        if (into_.outcomes.size() == 1 ||
            made.filesystem > into_.outcomes[into_.worst].filesystem) {
            into_.worst = into_.outcomes.size() - 1;
            into_.steps = watching.steps;
        }
    }

    /// What the policy does not get to, so that those are named whom nobody tells.
    void count_the_rest(byte_range part, const outcome& made, collector& collects,
                        const bound_filesystem& fs, told how) {
        if (made.report.is_walked && made.report.not_walked.empty()) {
            into_.free_bytes += fs.free_bytes();
            return;
        }
        std::uint64_t decided = made.report.records + made.report.records_withheld;
        about_.for_each(into_.asked.device, part, [&](const fsmap_record& r) {
            const auto met = intersect(r.physical, part);
            if (r.kind == owner_kind::free_space)
                into_.free_bytes += met.length();
            else if (decided != 0)
                --decided;
            else if (!met.empty())
                collects.count(fate::not_reached, r, met,
                               how == told::early && r.shared() ? told::early_of_one_file : how);
            return true;
        });
    }

    /// Whether files share what lies there.
    [[nodiscard]] value_set<sharing> sharing_in(byte_range part) {
        bool is_shared = false;
        bool is_known = true;
        about_.for_each(into_.asked.device, part, [&](const fsmap_record& r) {
            is_shared = is_shared || r.shared();
            is_known = is_known && r.kind != owner_kind::unknown;
            return true;
        });
        return is_shared  ? any_of(sharing::shared)
               : is_known ? any_of(sharing::sole)
                          : any_of(sharing::sole, sharing::shared);
    }

    template <class Filesystem>
    [[nodiscard]] known_aftermaths aftermaths(byte_range range, value_set<mappers> users) {
        Filesystem fs{about_, nobody_has_it};
        return aftermaths_of<Policy>(fs, role_of_event(), range, cause_of(event()), users);
    }
    [[nodiscard]] known_aftermaths aftermaths(byte_range range, value_set<sharing> shared,
                                              value_set<mappers> users) {
        return shared == any_of(sharing::sole)
                   ? aftermaths<filesystem_with_sharing<sharing::sole>>(range, users)
               : shared == any_of(sharing::shared)
                   ? aftermaths<filesystem_with_sharing<sharing::shared>>(range, users)
                   : aftermaths<bound_filesystem>(range, users);
    }

    [[nodiscard]] std::optional<result> memory_failure(const outcome& made) const {
        const auto& r = made.report;
        if (r.is_withheld)
            return std::nullopt;
        if (!falls_back(r.outcome))
            return r.outcome;
        if (made.after.has(aftermath::poison_finds_nobody))
            return result::error(EBUSY);
        // The generic path needs a page that somebody uses (mf_generic_kill_procs).
        if (told_.page() == presence::present)
            return success;
        if (told_.page() == presence::unknown || !about_.unseen.empty() ||
            !about_.knows_used_files())
            return std::nullopt;
        return result::error(EBUSY);
    }

    void go_other_ways(byte_range range, outcome& made) {
        for (const auto& way : other_ways) {
            bound_filesystem fs{about_, way};
            report other;
            filesystem_holder<Policy, bound_filesystem, report> holder{fs, role_of_event(), other};
            static_cast<void>(holder.notify_failure(range, event()));
            const auto becomes = verdict_of(other, {});
            if (becomes != made.filesystem || !(other.outcome == made.report.outcome))
                made.otherwise.emplace_back(way.words, becomes);
        }
        for (const auto& [words, becomes] : made.otherwise)
            if (becomes > made.filesystem && made.filesystem < verdict::depends)
                made.filesystem = verdict::depends;
    }

    subject& about_;
    answer& into_;
    const progress& tell_;
    told_processes told_;
};

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

content content_of(const fsmap_record& record, inode_kind kind) {
    switch (record.kind) {
    case owner_kind::inode_data:
        switch (kind) {
        case inode_kind::directory:
            return content::directory;
        case inode_kind::symlink:
            return content::symlink;
        case inode_kind::regular:
        case inode_kind::unknown:
            return record.preallocated()         ? content::never_written
                   : kind == inode_kind::regular ? content::file_data
                                                 : content::other_data;
        case inode_kind::other:
            break;
        }
        return content::other_data;
    case owner_kind::attribute_fork:
        return content::attributes;
    case owner_kind::extent_map:
        return content::extent_map;
    case owner_kind::log:
        return content::log;
    case owner_kind::static_metadata:
        return content::static_metadata;
    case owner_kind::group_metadata:
        return content::group_metadata;
    case owner_kind::inode_chunk:
        return content::inodes;
    case owner_kind::inode_btree:
        return content::inode_btree;
    case owner_kind::refcount_btree:
        return content::refcount_btree;
    case owner_kind::cow_staging:
        return content::cow_staging;
    case owner_kind::group_descriptors:
        return content::group_descriptors;
    case owner_kind::allocation_bitmap:
        return content::allocation_bitmaps;
    case owner_kind::other_metadata:
        return content::other_metadata;
    case owner_kind::defective:
        return content::bad_blocks;
    case owner_kind::unknown:
    case owner_kind::free_space:
        break;
    }
    return content::unknown;
}

std::string_view describe(fate what) noexcept {
    switch (what) {
    case fate::users_told:
        return "users are told now";
    case fate::found_on_access:
        return "in use: found out when it is touched";
    case fate::unnoticed:
        return "nobody maps it: found out when it is next read";
    case fate::no_user_seen:
        return "nobody is seen to map it";
    case fate::pages_dropped:
        return "pages are dropped";
    case fate::passed_over:
        return "passed over";
    case fate::asks_shutdown:
        return "shuts down after the walk";
    case fate::shuts_down:
        return "shuts down at once";
    case fate::ends_walk:
        return "ends the walk";
    case fate::withheld:
        return "not known";
    case fate::not_reached:
        return "not looked at";
    }
    return "";
}

std::string_view describe(content what) noexcept {
    switch (what) {
    case content::file_data:
        return "file data";
    case content::directory:
        return "directories";
    case content::symlink:
        return "symbolic links";
    case content::other_data:
        return "data of files or directories";
    case content::never_written:
        return "never written";
    case content::attributes:
        return "extended attributes";
    case content::extent_map:
        return "extent maps";
    case content::log:
        return "log";
    case content::static_metadata:
        return "headers";
    case content::group_metadata:
        return "allocation group metadata";
    case content::inodes:
        return "inodes";
    case content::inode_btree:
        return "inode btree";
    case content::refcount_btree:
        return "refcount btree";
    case content::cow_staging:
        return "copy-on-write staging";
    case content::group_descriptors:
        return "group descriptors";
    case content::allocation_bitmaps:
        return "allocation bitmaps";
    case content::other_metadata:
        return "metadata";
    case content::bad_blocks:
        return "bad blocks";
    case content::unknown:
        return "unknown owner";
    }
    return "";
}

std::string_view describe(notice what) noexcept {
    switch (what) {
    case notice::now:
        return "gets SIGBUS now";
    case notice::maybe_now:
        return "gets SIGBUS now or when it touches the bytes; which cannot be seen";
    case notice::on_access:
        return "gets SIGBUS when it touches the bytes";
    case notice::none:
        return "is not told";
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
        return release >= std::pair{6, 0} && release < std::pair{6, 14}
                   ? releases::no_holder_linux_6_0::name
                   : releases::no_holder::name;
    static constexpr std::pair<std::pair<int, int>, const char*> since[] = {
        {{7, 2}, releases::xfs_linux_7_2::name},   {{7, 0}, releases::xfs_linux_7_0::name},
        {{6, 18}, releases::xfs_linux_6_18::name}, {{6, 14}, releases::xfs_linux_6_14::name},
        {{6, 8}, releases::xfs_linux_6_8::name},   {{6, 1}, releases::xfs_linux_6_1::name},
    };
    for (const auto& [first, name] : since)
        if (release >= first)
            return name;
    return releases::xfs_linux_6_0::name;
}

answer ask(subject& about, const question& asked, const progress& tell) {
    answer made;
    made.asked = asked;
    made.is_default_policy = asked.policy.empty();
    if (made.is_default_policy)
        // Nobody registers with what the device mapper lies on.
        made.asked.policy =
            default_policy(about.is_on_mapped_device && about.uses_dax() ? "linear" : about.type,
                           about.kernel_release);

    if (!with_policy(made.asked.policy, [&]<class Policy>() {
            asker<Policy>{about, made, tell}.run();
        })) {
        std::string known;
        for (const auto& name : policy_names())
            known += (known.empty() ? "" : ", ") + name;
        throw refusal{status::unknown_policy, "there is no policy \"" + asked.policy + "\"",
                      "choose one of: " + known};
    }
    // The answer stands; only now is anything opened, and only if that was asked for.
    std::map<std::uint64_t, std::string> names;
    for (const auto& file : made.files)
        names[file.inode] = about.name(file.inode);
    if (asked.searches_names && !names.empty())
        made.names_remark = about.search_names(names);
    for (auto& file : made.files)
        file.name = names[file.inode];
    return made;
}

} // namespace blast_radius
