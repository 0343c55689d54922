// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "answer.hpp"

#include <daxhold/policy.hpp>

#include <algorithm>
#include <span>
#include <vector>

/// \file
/// The policies that are shipped, without their types: what an answer needs of each. Only
/// policies.cpp compiles their tables.

namespace blast_radius {

/// A record of FS_IOC_GETFSMAP as the engine wants it.
struct bound_record {
    byte_range extent;
    daxhold::owner owner;
    std::uint64_t inode_number;
    std::uint64_t file_offset;
    daxhold::sharing sharing;
    const fsmap_record* told;
};

/// What is taken for so where nobody can know.
struct assumption {
    truth in_core = truth::no;
    truth dax = truth::yes;
};

/// Whose a record is, in the engine's words.
[[nodiscard]] constexpr daxhold::owner owner_of(owner_kind kind) noexcept {
    switch (kind) {
    case owner_kind::inode_data:
        return daxhold::owner::file_data;
    case owner_kind::attribute_fork:
        return daxhold::owner::attribute_fork;
    case owner_kind::extent_map:
        return daxhold::owner::bmbt;
    case owner_kind::log:
        return daxhold::owner::log;
    case owner_kind::cow_staging:
        return daxhold::owner::cow_staging;
    case owner_kind::unknown:
        return daxhold::owner::unknown;
    default:
        return daxhold::owner::metadata;
    }
}

[[nodiscard]] inline bound_record bound(const fsmap_record& r) noexcept {
    return {r.physical,
            owner_of(r.kind),
            r.owner,
            r.file_offset,
            r.shared() ? daxhold::sharing::shared : daxhold::sharing::sole,
            &r};
}

/// What a walk met, in short, to be walked again: of the records that no table can tell apart the
/// first, in their order. The same is done about all of these, and it makes a difference once.
class walked_sorts {
public:
    void add(subject& about, const bound_record& record) {
        // Those of an inode follow each other, mostly.
        if (record.inode_number == last_inode_ && record.owner == last_owner_ &&
            record.sharing == last_sharing_ && !records_.empty())
            return;
        last_inode_ = record.inode_number;
        last_owner_ = record.owner;
        last_sharing_ = record.sharing;
        const sort found{record.owner, record.sharing,
                         has_inode(record.told->kind) ? about.state_of(record.inode_number)
                                                      : inode_state{}};
        if (std::find(sorts_.begin(), sorts_.end(), found) != sorts_.end())
            return;
        sorts_.push_back(found);
        records_.push_back(record);
        records_.back().told = nullptr;
    }

    [[nodiscard]] std::span<const bound_record> records() const noexcept { return records_; }

private:
    struct sort {
        daxhold::owner owner;
        daxhold::sharing sharing;
        inode_state state;

        [[nodiscard]] friend bool operator==(const sort&, const sort&) = default;
    };
    std::vector<sort> sorts_{};
    std::vector<bound_record> records_{};
    std::uint64_t last_inode_ = 0;
    daxhold::owner last_owner_ = daxhold::owner::unknown;
    daxhold::sharing last_sharing_ = daxhold::sharing::sole;
};

/// The subject as a filesystem that the engine can work for. Nothing is done: an answer is a
/// forecast, and everything works.
class bound_filesystem {
public:
    using record = bound_record;
    static constexpr bool withholds_owners = true;

    /// `keep`, unless it is null, gets the records that are walked.
    explicit bound_filesystem(subject& about, walked_sorts* keep = nullptr)
        : about_{about}, keep_{keep} {}

    /// What was walked before is not asked for again.
    bound_filesystem(subject& about, assumption assumed, const walked_sorts& walked)
        : about_{about}, assumed_{assumed}, walked_{&walked} {}

    /// Whether the policy wanted to know of an inode what nobody can know.
    [[nodiscard]] bool was_asked_in_vain() const noexcept { return was_asked_in_vain_; }

    /// The free space that was met on the way.
    [[nodiscard]] std::uint64_t free_bytes() const noexcept { return free_bytes_; }

    // What the engine asks for. Nothing tells whether somebody has frozen the filesystem, and what
    // is shut down cannot be asked for owners: there are no answers for these two, and policies.cpp
    // sees to it that no table wants them.
    [[nodiscard]] static bool is_born() { return true; }
    [[nodiscard]] bool is_read_only() const { return about_.is_read_only; }
    [[nodiscard]] byte_range device_range(daxhold::role device) const;
    [[nodiscard]] std::uint64_t filesystem_end(daxhold::role device) const;
    [[nodiscard]] bool has_rmap(daxhold::role device) const;
    [[nodiscard]] bool spans_groups(daxhold::role device, byte_range range) const;

    template <class Visitor>
    daxhold::result for_each_mapping(daxhold::role device, byte_range range, const Visitor& visit) {
        if (walked_ != nullptr) {
            for (const auto& each : walked_->records())
                if (!visit(each))
                    break;
            return {};
        }
        // Free space belongs to nobody, and is no record of the reverse mapping.
        about_.for_each(device, range, [&](const fsmap_record& r) {
            if (r.kind == owner_kind::free_space) {
                free_bytes_ += intersect(r.physical, range).length();
                return true;
            }
            const auto each = bound(r);
            if (keep_ != nullptr)
                keep_->add(about_, each);
            return visit(each);
        });
        return {};
    }

    using inode_handle = std::uint64_t;
    [[nodiscard]] daxhold::result find_in_core(const record& r, inode_handle& inode) {
        inode = r.inode_number;
        return is_so(about_.state_of(inode).in_core, assumed_.in_core)
                   ? daxhold::success
                   : daxhold::result::error(ENODATA);
    }
    [[nodiscard]] bool is_dax(std::uint64_t inode) {
        return is_so(about_.state_of(inode).dax, assumed_.dax);
    }
    [[nodiscard]] daxhold::kind kind_of(std::uint64_t inode);

    // What it is told to do.
    using result = daxhold::result;
    static result kill_users(std::uint64_t, byte_range, daxhold::users, daxhold::poison) noexcept {
        return {};
    }
    static result freeze() noexcept { return {}; }
    static result thaw() noexcept { return {}; }
    static result thaw_user() noexcept { return {}; }
    static result sync() noexcept { return {}; }
    static result begin_walk() noexcept { return {}; }
    static result shut_down(daxhold::shutdown_reason) noexcept { return {}; }
    static result invalidate(std::uint64_t, byte_range) noexcept { return {}; }
    static result report_data_lost(std::uint64_t, byte_range) noexcept { return {}; }
    static result report_media_event(daxhold::role, byte_range) noexcept { return {}; }
    static result unmap_range(daxhold::role, byte_range) noexcept { return {}; }

private:
    [[nodiscard]] bool is_so(truth known, truth assumed) {
        was_asked_in_vain_ = was_asked_in_vain_ || known == truth::unknown;
        return (known == truth::unknown ? assumed : known) == truth::yes;
    }

    subject& about_;
    assumption assumed_{};
    walked_sorts* keep_ = nullptr;
    const walked_sorts* walked_ = nullptr;
    bool was_asked_in_vain_ = false;
    std::uint64_t free_bytes_ = 0;
};

/// What is known of an event, and of a record where there is one. What it does not answer is open.
struct known_facts {
    subject& about;
    daxhold::role device;
    daxhold::cause why;
    byte_range where;
    const bound_record* record = nullptr;
    /// Of a record of file data of which nothing else is known.
    bool is_any_file = false;

    // Of the range, for what a release leads to.
    /// Whether it has a file that is in core and DAX.
    bool has_file = false;
    /// Whether files share what lies in it, and who maps it.
    daxhold::value_set<daxhold::sharing> shared{daxhold::every_value<daxhold::sharing>};
    daxhold::value_set<daxhold::mappers> users{daxhold::every_value<daxhold::mappers>};
};

/// Bytes of a group of a device, 0 where there are none.
[[nodiscard]] std::uint64_t group_size_of(const subject& about, daxhold::role device);

/// Whom the kernel tells of a piece of a file.
enum class told : std::uint8_t {
    nobody,            ///< Nobody.
    early_of_one_file, ///< Of a page that files share, users of one of them; which cannot be seen.
    early,             ///< Who asked to be told early.
    every,             ///< Everybody.
};

/// What a row of a record table leads to.
struct record_row {
    fate becomes;
    told whom;
    /// What it does to the whole filesystem; equal where that is the same.
    unsigned effect;
};

/// Hears what the engine decides about records.
class record_listener {
public:
    record_listener() = default;
    record_listener(const record_listener&) = delete;
    record_listener& operator=(const record_listener&) = delete;

    virtual void decided(std::size_t row, const bound_record& record, byte_range part) = 0;
    virtual void withheld(const bound_record& record, byte_range part) = 0;

protected:
    ~record_listener() = default;
};

/// What a notification came to, and its steps around the walk, in order; who listens hears of each
/// record as well.
struct watched : daxhold::report {
    std::vector<daxhold::operation> taken{};
    record_listener* listener = nullptr;

    void record_decided(std::size_t row, const bound_record& record, byte_range part);
    void record_withheld(std::uint64_t rows, const bound_record& record, byte_range part);
    void step_taken(const daxhold::step<>& taken, daxhold::result how);
};

/// A policy that is shipped.
struct policy {
    const char* name;
    const char* title;
    /// Whether its release tells a removal from a corruption.
    bool has_removal;

    /// Whether what it is known to lead to can depend on whether files share what lies there.
    bool minds_sharing;

    /// The rows of its record table; empty where it has none.
    std::span<const record_row> rows;

    /// Tells a filesystem of an event of this cause, as the flags of the release have it.
    void (*notify)(bound_filesystem& fs, daxhold::role device, byte_range where, daxhold::cause why,
                   watched& by);

    /// What the release is known to lead to.
    daxhold::known_aftermaths (*aftermaths)(const known_facts& known);

    /// The rows of the record table that can win with what is known, a bit each.
    std::uint64_t (*possible_rows)(const known_facts& known);

    /// Why its tables say what they say with what is known, as Markdown.
    std::string (*explain_gate)(const known_facts& known);
    std::string (*explain_record)(const known_facts& known);

    /// What the release's flags make of an event.
    [[nodiscard]] daxhold::cause arrives_as(daxhold::cause event) const noexcept {
        return has_removal ? event : daxhold::cause::corruption;
    }
};

/// All of them that can be asked of any filesystem, in the order in which they are to be listed.
[[nodiscard]] std::span<const policy> policies();

} // namespace blast_radius
