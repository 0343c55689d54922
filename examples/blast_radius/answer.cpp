// SPDX-License-Identifier: BSL-1.0
#include "file_counter.hpp"
#include "policies.hpp"

#include <fmt/format.h>

#include <algorithm>
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

/// What cannot be known may be so: each way, in words.
constexpr std::pair<assumption, const char*> other_ways[] = {
    {{truth::yes, truth::yes}, "if a file that nobody is seen to use is still in core"},
    {{truth::yes, truth::no},
     "if a file or directory that nobody is seen to use is still in core, and not DAX"},
};

/// What the best off of those who map a piece gets, if anybody maps it.
struct best_notice {
    bool is_mapped = false;
    notice what = notice::none;
};

/// The processes that map something in the range, with the best that each of them gets.
class told_processes {
public:
    told_processes(subject& about, cause event) : about_{about}, event_{event} {}

    /// `is_copy`: what is mapped is a copy in the page cache, which an error does not reach.
    best_notice add(std::uint64_t inode, byte_range file, told how, bool is_copy) {
        best_notice best;
        about_.for_each_user(inode, file, [&](const file_user& user) {
            auto& process = all_[user.process];
            if (process.inodes.empty())
                process.who = about_.process(user.process);
            const auto gets = is_copy ? notice::none : notice_of(process.who, user.page, how);
            process.what = process.inodes.empty() ? gets : std::min(process.what, gets);
            process.page = best_of(process.page, user.page, process.inodes.empty());
            process.inodes.insert(inode);
            best = {true, std::min(best.what, gets)};
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

/// Collects what is said of the records, over all ranges of a question.
class collector {
public:
    collector(subject& about, answer& into, byte_range walked, told_processes& told,
              const progress& tell)
        : about_{about}, into_{into}, told_{told}, walked_{walked}, tell_{tell} {
        into_.mapped = walked;
        into_.map.resize(map_cells(walked));
        const auto cells = into_.map.size();
        cell_size_ = std::max<std::uint64_t>(1, (walked.length() + cells - 1) / cells);
        const auto group = group_size_of(about_, into_.asked.device);
        const auto end =
            into_.asked.device == role::realtime ? about_.realtime_size : about_.filesystem_end;
        if (group != 0 && end != 0)
            last_group_ = (end - 1) / group * group;
    }

    /// Notes what becomes of a part of a record whose course it is; `how` says whom it tells.
    void count(fate what, const fsmap_record& record, byte_range part, told how) {
        if (const alike key{record.owner, record.kind, record.flags, what, how}; key != last_)
            look_at(key, record);
        if (is_used_data_)
            if (const auto becomes = for_users(place_in_file(record, part)); becomes != becomes_) {
                note();
                becomes_ = becomes;
            }
        if (is_in_core_and_dax_ && part.offset() < last_group_)
            has_file_before_last_group_ = true;
        ++records_;
        bytes_ += part.length();
        if (has_inode_)
            add_piece(record, part);
        if (part.offset() < cell_.offset() || part.end() > cell_.end())
            draw(part);
        else
            bytes_in_cell_ += part.length();
        if ((++seen_ & 0x3fffU) == 0)
            tell_(static_cast<double>(part.offset() - walked_.offset()) /
                  static_cast<double>(walked_.length()));
    }

    /// Whether a DAX file that is surely in core has something in a group other than the last.
    [[nodiscard]] bool takes_files_to_walk_on() const noexcept {
        return has_file_before_last_group_;
    }

    void finish() {
        note();
        files_.finish(into_.asked.files, into_);
        into_.pieces = std::move(pieces_in_use_);
        const auto room = std::min(pieces_.size(), into_.asked.pieces - into_.pieces.size());
        into_.pieces.insert(into_.pieces.end(), pieces_.begin(),
                            pieces_.begin() + static_cast<std::ptrdiff_t>(room));
    }

private:
    /// What of a record decides what is said of it, but for where it lies. Records that follow each
    /// other are alike, mostly: what they come to is looked up once, and noted once.
    struct alike {
        std::uint64_t owner = 0;
        owner_kind kind = owner_kind::free_space; // of which no record is counted
        std::uint32_t flags = 0;
        fate what = fate::passed_over;
        told how = told::nobody;

        [[nodiscard]] friend bool operator==(const alike&, const alike&) = default;
    };

    void look_at(const alike& key, const fsmap_record& record) {
        note();
        const bool is_same_inode = has_inode_ && has_inode(key.kind) && key.owner == last_.owner;
        last_ = key;
        has_inode_ = has_inode(key.kind);
        const bool is_data = key.kind == owner_kind::inode_data;
        const auto state = has_inode_ ? about_.state_of(key.owner) : inode_state{};
        if (!is_same_inode)
            is_used_ = has_inode_ && about_.is_used(key.owner);
        is_used_data_ = is_used_ && is_data;
        is_copy_ = state.dax == truth::no;
        is_in_core_and_dax_ = is_data && state.in_core == truth::yes && state.dax == truth::yes;
        holds_ = content_of(record, state.kind);
        // Who maps what the policy does not look at finds out all the same.
        is_left_to_users_ =
            is_data && (key.what == fate::users_told || key.what == fate::passed_over ||
                        (key.what == fate::not_reached && into_.asked.event == cause::corruption));
        unless_used_ = !is_left_to_users_      ? key.what
                       : about_.unseen.empty() ? fate::unnoticed
                                               : fate::no_user_seen;
        becomes_ = unless_used_;
        into_.has_shared_data = into_.has_shared_data || (is_data && record.shared());
    }

    /// Notes what is summed up of records that are alike, and of whom the same becomes.
    void note() {
        if (records_ == 0)
            return;
        auto& t =
            into_.tallies[static_cast<std::size_t>(holds_)][static_cast<std::size_t>(becomes_)];
        t.records += std::exchange(records_, 0);
        t.bytes += bytes_;
        if (has_inode_)
            files_.add(last_.owner, bytes_, becomes_, holds_);
        bytes_ = 0;
        leave_cell();
    }

    [[nodiscard]] static byte_range place_in_file(const fsmap_record& record, byte_range part) {
        if (record.kind == owner_kind::extent_map)
            return {};
        return {record.file_offset + (part.offset() - record.physical.offset()), part.length()};
    }

    /// What becomes of a piece of a file that somebody uses, who is noted.
    [[nodiscard]] fate for_users(byte_range file) {
        const auto best = told_.add(last_.owner, file, last_.how, is_copy_);
        if (!is_left_to_users_)
            return unless_used_;
        if (best.what == notice::now)
            return fate::users_told;
        if (best.what == notice::maybe_now)
            return fate::users_may_be_told;
        if (best.is_mapped)
            return into_.asked.event == cause::corruption ? fate::found_on_access
                                                          : fate::passed_over;
        return is_used_in_kernel(last_.owner) ? fate::found_on_access : unless_used_;
    }

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
    void add_piece(const fsmap_record& record, byte_range part) {
        auto& pieces = is_used_ ? pieces_in_use_ : pieces_;
        if (last_list_ == &pieces) {
            auto& last = pieces.back();
            const auto file = place_in_file(record, part);
            if (last.inode == record.owner && last.what == holds_ && last.becomes == becomes_ &&
                last.file.end() == file.offset() && last.device.end() == part.offset()) {
                last.file = byte_range::between(last.file.offset(), file.end());
                last.device = byte_range::between(last.device.offset(), part.end());
                return;
            }
        }
        last_list_ = pieces.size() < into_.asked.pieces ? &pieces : nullptr;
        if (last_list_ != nullptr)
            pieces.push_back({record.owner, holds_, place_in_file(record, part), part, becomes_});
        ++into_.pieces_seen;
    }

    /// In each cell that it lies in.
    void draw(byte_range part) {
        for (; !part.empty(); part = part.from(cell_.end())) {
            leave_cell();
            const auto number = (part.offset() - walked_.offset()) / cell_size_;
            cell_ = {walked_.offset() + number * cell_size_, cell_size_};
            drawn_ = &into_.map[number];
            bytes_in_cell_ = part.below(cell_.end()).length();
        }
    }

    void leave_cell() {
        if (bytes_in_cell_ == 0)
            return;
        drawn_->contents[static_cast<std::size_t>(holds_)] += bytes_in_cell_;
        drawn_->fates[static_cast<std::size_t>(becomes_)] += bytes_in_cell_;
        bytes_in_cell_ = 0;
    }

    subject& about_;
    answer& into_;
    told_processes& told_;
    byte_range walked_;
    file_counter files_;
    std::vector<touched_piece> pieces_;
    std::vector<touched_piece> pieces_in_use_;
    /// The list whose last piece the next one may continue; null where that is in none.
    const std::vector<touched_piece>* last_list_ = nullptr;
    /// Where the last allocation group begins; 0 if it is the first.
    std::uint64_t last_group_ = 0;
    bool has_file_before_last_group_ = false;
    std::uint64_t cell_size_ = 1;
    byte_range cell_{};
    map_cell* drawn_ = nullptr;

    // What is known of records that are alike, and what they sum up to.
    alike last_{};
    bool has_inode_ = false;
    bool is_used_ = false;
    bool is_used_data_ = false;
    bool is_copy_ = false;
    bool is_in_core_and_dax_ = false;
    bool is_left_to_users_ = false;
    content holds_ = content::unknown;
    fate unless_used_ = fate::passed_over;
    fate becomes_ = fate::passed_over;
    std::uint64_t records_ = 0;
    std::uint64_t bytes_ = 0;
    std::uint64_t bytes_in_cell_ = 0;

    const progress& tell_;
    std::uint64_t seen_ = 0;
};

/// Listens to what the policy decides about one range.
class range_listener final : public record_listener {
public:
    range_listener(const policy& by, answer& into, const known_facts& known, collector& collects)
        : by_{by}, into_{into}, known_{known}, collects_{collects},
          is_explained_(by.rows.size() + 1) {}

    void decided(std::size_t row, const bound_record& record, byte_range part) override {
        if (into_.asked.is_explained)
            explain(row, record);
        collects_.count(by_.rows[row].becomes, *record.told, part, by_.rows[row].whom);
    }

    void withheld(const bound_record& record, byte_range part) override {
        if (into_.asked.is_explained)
            explain(by_.rows.size(), record);
        collects_.count(fate::withheld, *record.told, part, told::nobody);
    }

private:
    /// The first record for each row, and the first whose owner is not told.
    void explain(std::size_t row, const bound_record& record) {
        if (is_explained_[row])
            return;
        is_explained_[row] = true;
        known_.record = &record;
        into_.explanations.push_back(
            {fmt::format("a record at offset {}, {}", record.extent.offset(),
                         describe(record.told->kind)),
             by_.explain_record(known_)});
    }

    const policy& by_;
    answer& into_;
    known_facts known_;
    collector& collects_;
    std::vector<bool> is_explained_;
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

/// Whether what nobody can know of a file can decide what becomes of the filesystem.
bool is_decided_by_files(const policy& by, known_facts known) {
    known.is_any_file = true;
    const auto possible = by.possible_rows(known);
    std::optional<unsigned> effect;
    for (std::size_t row = 0; row != by.rows.size(); ++row)
        if ((possible >> row & 1U) != 0) {
            if (effect && *effect != by.rows[row].effect)
                return true;
            effect = by.rows[row].effect;
        }
    return false;
}

/// Whether the kernel named a partition so: of a disk whose name ends with a digit, as of pmem.
bool is_partition(std::string_view source) {
    const auto number = source.find_last_not_of("0123456789") + 1;
    return number >= 2 && number != source.size() && source[number - 1] == 'p' &&
           source[number - 2] >= '0' && source[number - 2] <= '9';
}

class asker {
public:
    asker(const policy& by, subject& about, answer& into, const progress& tell)
        : by_{by}, about_{about}, into_{into}, tell_{tell}, told_{about, into.asked.event} {
        into_.policy_name = by.name;
        into_.policy_title = by.title;
        into_.arrives_as = by.arrives_as(into_.asked.event);
        into_.has_removal = by.has_removal;
    }

    void run() {
        const auto device = bound_filesystem{about_}.device_range(into_.asked.device);
        const auto hull = intersect(byte_range::between(into_.asked.ranges.front().offset(),
                                                        into_.asked.ranges.back().end()),
                                    device);
        collector collects{about_, into_, hull, told_, tell_};
        for (const auto range : into_.asked.ranges)
            run_one(range, collects);
        collects.finish();
        into_.processes = told_.list();
        into_.places_of_lost_owners = about_.places_of_lost_owners();
    }

private:
    /// What the device is to the policy.
    [[nodiscard]] role role_of_event() const noexcept {
        return into_.asked.device == role::data && about_.internal_realtime_start != 0
                   ? role::internal_realtime
                   : into_.asked.device;
    }

    void run_one(byte_range range, collector& collects) {
        const auto part = intersect(range, bound_filesystem{about_}.device_range(role_of_event()));
        known_facts known{about_, role_of_event(), into_.arrives_as, range};
        outcome& made = into_.outcomes.emplace_back();
        made.range = range;
        told_.forget_pages();
        if (into_.asked.is_explained && into_.outcomes.size() == 1)
            into_.explanations.push_back({"the event at the gate", by_.explain_gate(known)});
        range_listener listens{by_, into_, known, collects};
        const bool may_depend_on_files = is_decided_by_files(by_, known);
        walked_sorts walked;
        auto* const keep = may_depend_on_files ? &walked : nullptr;
        bound_filesystem fs{about_, keep};
        watched watching;
        watching.listener = &listens;
        by_.notify(fs, known.device, range, into_.asked.event, watching);
        made.report = watching;
        // What no holder handles takes the generic path (mf_generic_kill_procs).
        const bool is_generic =
            into_.asked.event == cause::corruption && falls_back(made.report.outcome);
        if (is_generic && by_.minds_sharing)
            known.shared = sharing_in(part);
        const auto tells =
            is_generic && !by_.aftermaths(known).has(daxhold::aftermath::poison_finds_nobody)
                ? told::early
                : told::nobody;
        if (into_.asked.device == role::data)
            into_.bytes_after_end +=
                intersect(range, byte_range::between(about_.filesystem_end, about_.size)).length();
        if (into_.asked.device != role::log)
            count_the_rest(part, made, collects, fs, tells, keep);
        known.users = told_.mapped();
        known.has_file = !is_generic && collects.takes_files_to_walk_on();
        made.after = by_.aftermaths(known);
        if (into_.asked.event == cause::corruption)
            made.memory_failure = memory_failure(made);
        made.filesystem = verdict_of(made.report, made.after);
        if (may_depend_on_files && fs.was_asked_in_vain())
            go_other_ways(range, walked, made);
        made.seen_otherwise = seen_otherwise(range);
        if (!made.seen_otherwise.empty())
            made.filesystem = verdict::depends;
        if (into_.outcomes.size() == 1 ||
            made.filesystem > into_.outcomes[into_.worst].filesystem) {
            into_.worst = into_.outcomes.size() - 1;
            into_.steps = watching.taken;
        }
    }

    /// What the policy does not get to, so that those are named whom nobody tells.
    void count_the_rest(byte_range part, const outcome& made, collector& collects,
                        const bound_filesystem& fs, told how, walked_sorts* keep) {
        if (made.report.is_walked && made.report.not_walked.empty()) {
            into_.free_bytes += fs.free_bytes();
            return;
        }
        // It gets to all records, as the policy did not.
        if (keep != nullptr)
            *keep = {};
        std::uint64_t decided = made.report.records + made.report.records_withheld;
        about_.for_each(into_.asked.device, part, [&](const fsmap_record& r) {
            const auto met = intersect(r.physical, part);
            if (r.kind == owner_kind::free_space) {
                into_.free_bytes += met.length();
                return true;
            }
            if (keep != nullptr)
                keep->add(about_, bound(r));
            if (decided != 0)
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

    [[nodiscard]] std::optional<result> memory_failure(const outcome& made) const {
        if (made.report.is_withheld)
            return std::nullopt;
        if (!falls_back(made.report.outcome))
            return made.report.outcome;
        if (made.after.has(daxhold::aftermath::poison_finds_nobody))
            return result::error(EBUSY);
        // The generic path needs a page that somebody uses (mf_generic_kill_procs).
        if (told_.page() == presence::present)
            return success;
        if (told_.page() == presence::unknown || !about_.unseen.empty() ||
            !about_.knows_used_files())
            return std::nullopt;
        return result::error(EBUSY);
    }

    /// What tests/kernels/differences.csv has of this event.
    [[nodiscard]] std::string_view seen_otherwise(byte_range range) const {
        const auto& name = into_.policy_name;
        if (into_.asked.event == cause::removal && is_partition(about_.source) &&
            (name == "xfs_linux_6_0" || name == "xfs_linux_6_1"))
            return "Up to Linux 6.1 the removal is cut to the partition by a length that is too "
                   "long, and "
                   "followed a null pointer on 6.1.";
        if (into_.asked.event == cause::corruption && role_of_event() == role::internal_realtime &&
            range.offset() >= about_.internal_realtime_start &&
            (name == "xfs_linux_7_0" || name == "xfs_linux_7_2"))
            return "Linux 7.2 looks for the realtime section of a zoned filesystem where its data "
                   "section "
                   "is, and answered that the range is not its own.";
        return {};
    }

    void go_other_ways(byte_range range, const walked_sorts& walked, outcome& made) {
        for (const auto& [way, words] : other_ways) {
            bound_filesystem fs{about_, way, walked};
            watched other;
            by_.notify(fs, role_of_event(), range, into_.asked.event, other);
            const auto becomes = verdict_of(other, {});
            if (becomes != made.filesystem || !(other.outcome == made.report.outcome))
                made.otherwise.emplace_back(words, becomes);
        }
        for (const auto& [words, becomes] : made.otherwise)
            if (becomes > made.filesystem && made.filesystem < verdict::depends)
                made.filesystem = verdict::depends;
    }

    const policy& by_;
    subject& about_;
    answer& into_;
    const progress& tell_;
    told_processes told_;
};

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
    case fate::users_may_be_told:
        return "users are told now, or when they touch it";
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
    for (const auto& each : policies())
        names.emplace_back(each.name);
    return names;
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

    const auto all = policies();
    const auto by = std::find_if(all.begin(), all.end(),
                                 [&](const policy& p) { return made.asked.policy == p.name; });
    if (by == all.end())
        throw refusal{status::unknown_policy, "there is no policy \"" + asked.policy + "\"",
                      fmt::format("choose one of: {}", fmt::join(policy_names(), ", "))};
    asker{*by, about, made, tell}.run();
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
