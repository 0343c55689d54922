// SPDX-License-Identifier: BSL-1.0
// Prints tables of the pages: `tables policies` what each policy makes of three events, on the
// populated mock filesystem; `tables laws` which policy keeps which law;
// `tables operations` what a filesystem can be told to do; `tables aftermaths` what releases are
// known to lead to; `tables rows observed.csv` which rows of releases a booted kernel was seen to
// take.

#include <daxhold/laws.hpp>
#include <daxhold/policy.hpp>
#include <daxhold/policy/text.hpp>
#include <daxhold/releases.hpp>
#include <daxhold/render/matrix.hpp>
#include <daxhold/tables/markdown.hpp>
#include <daxhold/testing.hpp>

#include "../kernels/replay.hpp"

#include <cstdio>
#include <fstream>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace daxhold;
using namespace daxhold::tables;

/// What became of an event and of everybody, in a cell of a table.
template <class Policy, class Happen>
std::string outcome_of(Happen happen) {
    auto fs = testing::populated();
    const testing::driven d = happen(testing::drive<Policy>{fs});
    std::string cell = "in use";
    if (d.made.is_shut_down)
        cell = d.made.reason == shutdown_reason::force_umount ? "shut down, as for a forced umount"
                                                              : "shut down, as corrupt";
    cell += "; " + std::to_string(d.told) + " told";
    if (d.map_what_is_gone != 0)
        cell += ", " + std::to_string(d.map_what_is_gone) + " left with what is gone";
    return cell + "; `" + std::to_string(d.holder.value()) + "`" +
           (d.is_generic ? ", then `" + std::to_string(d.answer.value()) + "`" : "");
}

template <class Policy>
void print_row() {
    const auto fails = [](byte_range where) {
        return outcome_of<Policy>([where](auto on) { return on.poison(where); });
    };
    std::printf("| `%s` | %s | %s | %s |\n", Policy::name, fails(testing::blocks(8, 1)).c_str(),
                fails(testing::blocks(0, 1)).c_str(),
                outcome_of<Policy>([](auto on) { return on.unbind(); }).c_str());
}

void print_policies() {
    std::puts("| policy | a page of file data fails | a page of metadata fails | the device is "
              "unbound |\n|--|--|--|--|");
    boost::hana::for_each(releases::for_any_filesystem,
                          [](auto policy) { print_row<typename decltype(policy)::type>(); });
}

void print_operations() {
    std::puts("| operation | done to | arguments | what it is for |\n|--|--|--|--|");
#define DAXHOLD_OPERATION(name, about, arguments, purpose)                                         \
    std::printf("| `%s` | %s | `%s` | %s |\n", #name, #about, #arguments, purpose);
    DAXHOLD_OPERATIONS(DAXHOLD_OPERATION)
#undef DAXHOLD_OPERATION
}

/// A line for each row of a release's table that says something.
void print_aftermaths() {
    std::puts("| policy | where | known |\n|--|--|--|");
    boost::hana::for_each(releases::shipped, [](auto policy) {
        using type = typename decltype(policy)::type;
        if constexpr (requires { type::aftermaths; }) {
            constexpr const auto& table = type::aftermaths;
            for (std::size_t row = 0; row != table.row_count; ++row)
                if (table.actions[row].how != evidence::nothing)
                    std::printf("| `%s` | `%s` | `%s` |\n", type::name,
                                tables::detail::demands_to_text(
                                    typename std::remove_cvref_t<decltype(table)>::facts{},
                                    table.accepts[row])
                                    .c_str(),
                                to_text(table.actions[row]).c_str());
        }
    });
}

/// How many rows of a table are among those seen, and the text of the others.
template <auto const& Table>
std::string rows_not_seen(const char* name, const std::set<std::size_t>& seen, std::size_t& count) {
    std::string made;
    for (std::size_t row = 0; row != Table.row_count; ++row)
        if (seen.count(row) == 0)
            made +=
                std::string{made.empty() ? "" : "<br>"} + name + ": `" +
                tables::detail::demands_to_text(
                    typename std::remove_cvref_t<decltype(Table)>::facts{}, Table.accepts[row]) +
                "`";
        else
            ++count;
    return made;
}

/// What of a release's tables a booted kernel was seen to do, and what was only read.
template <class Policy>
void print_rows_of(const char* kernel, const std::vector<kernels::observation>& all) {
    kernels::rows_seen seen;
    for (const auto& o : all)
        if (o.kernel == kernel && o.has_holder)
            seen.add<Policy>(o);
    std::size_t count = 0;
    std::string others;
    for (const auto& part : {rows_not_seen<Policy::gate>("gate", seen.gate, count),
                             rows_not_seen<Policy::record>("record", seen.record, count),
                             rows_not_seen<Policy::end>("end", seen.end, count)})
        others += (others.empty() || part.empty() ? "" : "<br>") + part;
    const auto rows = Policy::gate.row_count + Policy::record.row_count + Policy::end.row_count;
    std::printf("| `%s` | %s | %zu of %zu | %s |\n", Policy::name, kernel, count, rows,
                others.c_str());
}

void print_rows(const char* file) {
    std::ifstream observed{file};
    const auto all = kernels::read_observations(observed, file);
    std::puts("| policy | kernel | rows seen | rows that were read and not seen |\n|--|--|--|--|");
    print_rows_of<releases::xfs_linux_6_1>("6.1", all);
    print_rows_of<releases::xfs_linux_6_8>("6.12", all);
    print_rows_of<releases::xfs_linux_6_18>("6.18", all);
    print_rows_of<releases::xfs_linux_7_2>("7.2", all);
}

} // namespace

int main(int argc, char** argv) {
    const std::string_view what = argc > 1 ? argv[1] : "";
    if (what == "policies")
        print_policies();
    else if (what == "laws")
        std::fputs(render::markdown::matrix(laws::shipped, releases::shipped,
                                            render::markdown::breaches::verdict_only)
                       .c_str(),
                   stdout);
    else if (what == "operations")
        print_operations();
    else if (what == "aftermaths")
        print_aftermaths();
    else if (what == "rows")
        print_rows(argv[2]);
    else
        return 1;
}
