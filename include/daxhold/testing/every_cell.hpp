// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/policy/report.hpp"
#include "daxhold/policy/tables.hpp"
#include "daxhold/testing/mock_filesystem.hpp"

/// \file
/// Every cell: of a table, asked for its action, and of a policy, run by the engine on a mock
/// filesystem that is in the state of the cell.

namespace daxhold::testing {

namespace detail {

template <class... Facts>
constexpr known_facts<Facts...> nth_cell(tables::detail::type_list<Facts...>, std::size_t number) {
    [[maybe_unused]] const auto next = [&number](std::size_t values) {
        const auto value = number % values;
        number /= values;
        return value;
    };
    // Braces, so that the first fact is the one that changes fastest.
    return {{{static_cast<Facts>(next(value_count<Facts>))}...}};
}

template <class... Facts>
consteval std::size_t count_cells(tables::detail::type_list<Facts...>) {
    return (value_count<Facts> * ... * std::size_t{1});
}

} // namespace detail

/// The value of a fact in a cell.
template <fact Fact, fact... Facts>
requires(std::same_as<Fact, Facts> || ...) [[nodiscard]] constexpr Fact
    value_in(const known_facts<Facts...>& cell) noexcept {
    return cell(boost::hana::type_c<Fact>);
}

/// How many cells a table has.
template <auto const& Table>
inline constexpr std::size_t
    cell_count = detail::count_cells(typename tables::detail::table_type<Table>::facts{});

/// Calls `f(cell, action)` for every cell of a table (a value for each of its facts), with what the
/// table decides there. The first fact changes fastest. When it is compiled or at run time;
/// compilers limit how many cells one constant expression can have (clang: some hundreds).
template <auto const& Table, class F>
constexpr void for_each_cell(F&& f) {
    using facts = typename tables::detail::table_type<Table>::facts;
    for (std::size_t i = 0; i != cell_count<Table>; ++i) {
        const auto cell = detail::nth_cell(facts{}, i);
        f(cell, decide<Table>(cell));
    }
}

/// Everything that the facts of the engine can say of one event on a filesystem with one record.
/// For an owner without an inode the inode does not matter, and for an inode that is not in core
/// its mapping.
struct scene {
    /// A value for each fact.
    cause why = cause::corruption;
    daxhold::scope scope = scope::part;
    role device = role::data;
    daxhold::mount mount = mount::born;
    daxhold::rmap rmap = rmap::present;
    daxhold::range range = range::inside;
    daxhold::groups groups = groups::one;
    daxhold::owner owner = owner::file_data;
    daxhold::inode inode = inode::in_core;
    daxhold::mapping mapping = mapping::dax;
    daxhold::sharing sharing = sharing::sole;

    [[nodiscard]] friend constexpr bool operator==(const scene&, const scene&) noexcept = default;
};

/// A mock filesystem with an external log and a realtime device, in which each fact of a scene can
/// be set.
struct scene_filesystem : basic_mock_filesystem<mock_features{.log = true, .realtime = true}> {
    /// Whether it can tell the owners of a range.
    daxhold::rmap mapping_of_owners = rmap::present;

    [[nodiscard]] constexpr bool has_rmap(role /*device*/) const noexcept {
        return mapping_of_owners == rmap::present;
    }
    [[nodiscard]] constexpr bool spans_groups(role /*device*/,
                                              byte_range /*where*/) const noexcept {
        return has_several_groups;
    }
    [[nodiscard]] constexpr std::uint64_t filesystem_end(role /*device*/) const noexcept {
        return end;
    }
};

/// The inode of a scene: two processes map it, one of which asked to be told early. The second one
/// shares the extent, if it is shared.
enum scene_inode : std::uint64_t { scene_file = 131, scene_sharer = 132 };

/// The filesystem of a scene, as it is when the event comes. Its record is that of blocks 8 to 11;
/// where an event of the whole device is outside, it lies nowhere. `Mock` is a scene_filesystem, or
/// derived from it.
template <class Mock = scene_filesystem>
[[nodiscard]] constexpr Mock prepare(const scene& s) {
    Mock fs;
    fs.born = s.mount == mount::born;
    fs.mapping_of_owners = s.rmap;
    fs.has_several_groups = s.groups == groups::several;
    fs.add(mock_inode{.number = scene_file, .state = s.inode, .access = s.mapping});
    if (s.inode == inode::in_core)
        fs.add_mappers(scene_file, 2, 1);
    fs.add(rmap_record{blocks(8, 4), s.owner, scene_file, 0, s.sharing});
    if (s.sharing == sharing::shared) {
        fs.add(mock_inode{.number = scene_sharer});
        fs.add_mappers(scene_sharer, 1, 0);
        fs.add(rmap_record{blocks(8, 4), s.owner, scene_sharer, 0, s.sharing});
    }
    if (s.range == range::across_end)
        fs.end = 10 * sample_block;
    if (s.range == range::after_end)
        fs.end = 12 * sample_block;
    if (s.range == range::outside && s.scope == scope::whole_device)
        fs.data_device = fs.log_device = fs.realtime_device = {};
    return fs;
}

/// The range of the event of a scene: one block of the record, and one more where it goes across
/// the end of the filesystem; all of the device; one after the filesystem, or after its device.
[[nodiscard]] constexpr byte_range range_of(const scene& s, const scene_filesystem& fs) {
    if (s.scope == scope::whole_device)
        return byte_range::whole_device();
    switch (s.range) {
    case range::inside:
        return blocks(9, 1);
    case range::across_end:
        return blocks(9, 2);
    case range::after_end:
        return {fs.end, sample_block};
    default:
        return {fs.device_range(s.device).end(), sample_block};
    }
}

/// A filesystem after a scene, and what was reported of it.
template <class Mock = scene_filesystem>
struct played {
    /// The filesystem, and the report.
    Mock fs;
    report made;
};

/// Runs the scene through a policy.
template <class Policy, class Mock = scene_filesystem>
[[nodiscard]] constexpr played<Mock> play(const scene& s) {
    played<Mock> after{prepare<Mock>(s), {}};
    static_cast<void>(
        notify_failure<Policy>(after.fs, s.device, range_of(s, after.fs), s.why, after.made));
    return after;
}

/// Calls `f(scene)` for every scene, with a record of each owner and, for file data, each state of
/// its inode: some thousands. At run time; a constant expression plays one scene or a few.
template <class F>
constexpr void for_each_scene(F&& f) {
    using facts = tables::detail::type_list<sharing, mapping, inode, owner, cause, scope, role,
                                            mount, rmap, range, groups>;
    for (std::size_t i = 0; i != detail::count_cells(facts{}); ++i) {
        const auto cell = detail::nth_cell(facts{}, i);
        const scene s{.why = value_in<cause>(cell),
                      .scope = value_in<scope>(cell),
                      .device = value_in<role>(cell),
                      .mount = value_in<mount>(cell),
                      .rmap = value_in<rmap>(cell),
                      .range = value_in<range>(cell),
                      .groups = value_in<groups>(cell),
                      .owner = value_in<owner>(cell),
                      .inode = value_in<inode>(cell),
                      .mapping = value_in<mapping>(cell),
                      .sharing = value_in<sharing>(cell)};
        const bool is_told_by_the_owner =
            s.owner != owner::file_data &&
            (s.inode != inode{} || s.mapping != mapping{} || s.sharing != sharing{});
        const bool is_told_by_the_inode = s.inode != inode::in_core && s.mapping != mapping{};
        // A whole device that holds a filesystem is not after it.
        const bool is_nowhere = s.scope == scope::whole_device && s.range == range::after_end;
        if (!is_told_by_the_owner && !is_told_by_the_inode && !is_nowhere)
            f(s);
    }
}

} // namespace daxhold::testing
