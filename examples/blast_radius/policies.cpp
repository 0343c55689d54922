// SPDX-License-Identifier: BSL-1.0
#include "policies.hpp"

#include <daxhold/policy/text.hpp>
#include <daxhold/releases.hpp>
#include <daxhold/tables/explain.hpp>
#include <daxhold/tables/markdown.hpp>

#include <array>
#include <charconv>
#include <utility>
#include <vector>

namespace blast_radius {

namespace {

using namespace daxhold;

/// What is known, as a source for the tables; what it does not answer is open.
struct known_source {
    const known_facts& known;

    template <class Fact>
    requires(daxhold::detail::event_fact<bound_filesystem, Fact>) [[nodiscard]] Fact
    operator()(boost::hana::basic_type<Fact> asked) const {
        bound_filesystem fs{known.about};
        auto event = daxhold::detail::arrived(known.device, known.where, known.why);
        return daxhold::detail::event_source<bound_filesystem>{fs, event}(asked);
    }

    /// A record without an owner may have any.
    [[nodiscard]] value_set<owner> operator()(boost::hana::basic_type<owner>) const {
        if (known.is_any_file)
            return any_of(owner::file_data);
        return has_owner() ? any_of(known.record->owner) : none_of(owner::unknown);
    }

    [[nodiscard]] value_set<inode> operator()(boost::hana::basic_type<inode>) const {
        switch (state().in_core) {
        case truth::yes:
            return any_of(inode::in_core);
        case truth::no:
            return any_of(inode::not_in_core);
        case truth::unknown:
            break;
        }
        return any_of(inode::in_core, inode::not_in_core);
    }

    [[nodiscard]] value_set<kind> operator()(boost::hana::basic_type<kind>) const {
        return state().kind == inode_kind::unknown
                   ? value_set<kind>{every_value<kind>}
                   : any_of(bound_filesystem{known.about}.kind_of(known.record->inode_number));
    }

    [[nodiscard]] value_set<daxhold::mapping>
    operator()(boost::hana::basic_type<daxhold::mapping>) const {
        switch (state().dax) {
        case truth::yes:
            return any_of(daxhold::mapping::dax);
        case truth::no:
            return any_of(daxhold::mapping::buffered);
        case truth::unknown:
            break;
        }
        return {every_value<daxhold::mapping>};
    }

    [[nodiscard]] value_set<sharing> operator()(boost::hana::basic_type<sharing>) const {
        return has_owner() && !known.is_any_file ? any_of(known.record->sharing) : known.shared;
    }

    [[nodiscard]] value_set<mappers> operator()(boost::hana::basic_type<mappers>) const {
        return known.users;
    }

private:
    [[nodiscard]] bool has_owner() const {
        return known.record != nullptr && known.record->owner != owner::unknown;
    }
    [[nodiscard]] inode_state state() const {
        if (known.has_file)
            return {truth::yes, truth::yes, inode_kind::unknown};
        return has_owner() && !known.is_any_file ? known.about.state_of(known.record->inode_number)
                                                 : inode_state{};
    }
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

template <class Policy>
constexpr auto rows_of = [] {
    std::array<record_row, std::size(Policy::record.actions)> rows{};
    for (std::size_t row = 0; row != rows.size(); ++row) {
        const auto& what = Policy::record.actions[row];
        rows[row] = {fate_by(what), told_by(what),
                     (what.has(operation::note_shutdown) ? 1U : 0U) |
                         (what.has(operation::shut_down) ? 2U : 0U) |
                         (is_stop(what.end) ? 4U : 0U)};
    }
    return rows;
}();

/// The rows that can win with what is known, a bit each.
template <auto const& Table>
std::uint64_t possible_rows(const known_facts& known) {
    using table = std::remove_cvref_t<decltype(Table)>;
    known_source source{known};
    return rows_that_can_win(
        Table, tables::detail::cells_known_to<table>(source, typename table::facts{}));
}

/// What the table can say where that much is known, in full where it is all known.
template <auto const& Table>
std::string explanation(const known_facts& known) {
    const auto why = tables::explain_partly<Table>(known_source{known});
    for (std::size_t fact = 0; fact != std::remove_cvref_t<decltype(Table)>::fact_count; ++fact)
        if ((why.cells.values[fact] & (why.cells.values[fact] - 1)) != 0)
            return tables::markdown::explanation<Table>(why);
    return tables::markdown::explanation<Table>(explain(Table, why.cells));
}

/// Whether a table asks for what nobody can know of a mount.
template <any_table Table>
constexpr bool asks_for_the_unknown(const Table& /*table*/) {
    using facts = typename Table::facts;
    return facts::template index_of<frozen_by_user> != Table::fact_count ||
           facts::template index_of<already_shut_down> != Table::fact_count;
}

template <class Policy>
constexpr policy policy_of() {
    using flags = failure_flags<typename Policy::mf_flags>;
    static_assert(!asks_for_the_unknown(Policy::gate));
    policy made{
        .name = Policy::name,
        .title = Policy::title,
        .has_removal = cause_of(removal_flags<typename Policy::mf_flags>()) == cause::removal,
        .minds_sharing = false,
        .rows = {},
        .notify =
            [](bound_filesystem& fs, role device, byte_range where, cause why, watched& by) {
                filesystem_holder<Policy, bound_filesystem, watched> holder{fs, device, by};
                static_cast<void>(holder.notify_failure(
                    where,
                    why == cause::removal ? removal_flags<typename Policy::mf_flags>() : flags{}));
            },
        .aftermaths = [](const known_facts& /*known*/) { return known_aftermaths{}; },
        .possible_rows = [](const known_facts& /*known*/) -> std::uint64_t { return 0; },
        .explain_gate = &explanation<Policy::gate>,
        .explain_record = [](const known_facts& /*known*/) { return std::string{}; },
    };
    if constexpr (requires { Policy::record; }) {
        static_assert(!asks_for_the_unknown(Policy::record) && !asks_for_the_unknown(Policy::end));
        made.rows = rows_of<Policy>;
        made.possible_rows = &possible_rows<Policy::record>;
        made.explain_record = &explanation<Policy::record>;
    }
    if constexpr (requires { Policy::aftermaths; }) {
        using table = std::remove_cvref_t<decltype(Policy::aftermaths)>;
        made.minds_sharing = table::facts::template index_of<sharing> != table::fact_count;
        made.aftermaths = [](const known_facts& known) {
            known_aftermaths found;
            found.certain.bits = every_value<aftermath>;
            for (auto left = possible_rows<Policy::aftermaths>(known); left != 0;
                 left &= left - 1) {
                const auto row = static_cast<std::size_t>(__builtin_ctzll(left));
                found.certain.bits &= Policy::aftermaths.actions[row].aftermaths.bits;
                found.possible.bits |= Policy::aftermaths.actions[row].aftermaths.bits;
            }
            return found;
        };
    }
    return made;
}

constexpr auto all = boost::hana::unpack(releases::for_any_filesystem, [](auto... types) {
    return std::array{policy_of<typename decltype(types)::type>()...};
});

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

byte_range bound_filesystem::device_range(role device) const {
    switch (device) {
    case role::log:
        return {0, about_.log_size};
    case role::realtime:
        return {0, about_.realtime_size};
    case role::data:
    case role::internal_realtime:
        break;
    }
    return {0, about_.size};
}

std::uint64_t group_size_of(const subject& about, role device) {
    return device == role::data       ? about.group_size
           : device == role::realtime ? about.realtime_group_size
                                      : 0;
}

std::uint64_t bound_filesystem::filesystem_end(role device) const {
    return device == role::data || device == role::internal_realtime ? about_.filesystem_end
                                                                     : device_range(device).end();
}

bool bound_filesystem::has_rmap(role device) const {
    return device != role::log && about_.has_reverse_mapping;
}

bool bound_filesystem::spans_groups(role device, byte_range range) const {
    const auto size = group_size_of(about_, device);
    return size != 0 && !range.empty() && range.offset() / size != (range.end() - 1) / size;
}

kind bound_filesystem::kind_of(std::uint64_t inode) {
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
    return is_so(truth::unknown, assumed_.dax) ? kind::regular : kind::directory;
}

void watched::record_decided(std::size_t row, const bound_record& record, byte_range part) {
    report::record_decided(row, record, part);
    if (listener != nullptr)
        listener->decided(row, record, part);
}

void watched::record_withheld(std::uint64_t rows, const bound_record& record, byte_range part) {
    report::record_withheld(rows, record, part);
    if (listener != nullptr)
        listener->withheld(record, part);
}

void watched::step_taken(const step<>& what, result how) {
    report::step_taken(what, how);
    if (what.what != operation::kill_users && what.what != operation::invalidate &&
        what.what != operation::report_data_lost && what.what != operation::note_shutdown)
        taken.push_back(what.what);
}

std::span<const policy> policies() { return all; }

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

} // namespace blast_radius
