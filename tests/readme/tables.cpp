// SPDX-License-Identifier: BSL-1.0
// Prints tables of the pages: `tables policies` what each policy makes of three events, on the
// populated mock filesystem; `tables laws` which policy keeps which law;
// `tables operations` what a filesystem can be told to do; `tables aftermaths` what releases are
// known to lead to; `tables rows observed.csv` which rows of releases a booted kernel was seen to
// take; `tables reactions` which reaction keeps which law, and the graph of a pool's region;
// `tables words` what each word of the tables is in XFS, and who says it.

#include <daxhold/laws.hpp>
#include <daxhold/policy.hpp>
#include <daxhold/policy/text.hpp>
#include <daxhold/releases.hpp>
#include <daxhold/render/matrix.hpp>
#include <daxhold/render/reactions.hpp>
#include <daxhold/render/xfs_in_c.hpp>
#include <daxhold/tables/markdown.hpp>
#include <daxhold/testing.hpp>

#include "../kernels/replay.hpp"

#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
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

/// What is said in the tables of the shipped policies, by word: which policies say it where.
class sayings {
public:
    sayings() {
        boost::hana::for_each(releases::shipped, [this](auto policy) {
            using type = typename decltype(policy)::type;
            names_.emplace_back(type::name);
            add<type, type::gate>("gate");
            if constexpr (daxhold::detail::has_three_tables<type>) {
                add<type, type::record>("record");
                add<type, type::end>("end");
            }
            if constexpr (requires { type::aftermaths; })
                add<type, type::aftermaths>("aftermaths");
        });
    }

    /// `gate: xfs_v12 to xfs_linux_6_1, daxfs; record: famfs`, or nothing; `to` is in the order of
    /// the list.
    [[nodiscard]] std::string of(const std::string& word) const {
        std::string made;
        for (const std::string table : {"gate", "record", "end", "aftermaths"})
            if (const auto found = said_.find({word, table}); found != said_.end())
                made += (made.empty() ? "" : "; ") + table + ": " + runs(found->second);
        return made;
    }

private:
    template <class Policy, auto const& Table>
    void add(const std::string& table) {
        const auto note = [&](const std::string& word) {
            said_[{word, table}].insert(names_.size() - 1);
        };
        [&]<class... Facts>(tables::detail::type_list<Facts...>) {
            (note(to_text(fact_name<Facts>)), ...);
        }(typename tables::detail::table_type<Table>::facts{});
        if constexpr (requires { Table.actions[0].steps; })
            for (const auto& course : Table.actions) {
                for (std::size_t i = 0; i != course.count; ++i) {
                    note(to_text(name_of(course.steps[i].what)));
                    if (course.steps[i].then != on_error::stop)
                        note(course.steps[i].then == on_error::ignore ? "attempt" : "collect");
                }
                const auto end = ending_to_text(course);
                note(end.substr(0, end.find('(')));
            }
    }

    /// Policies in the order of the list, three or more that follow each other as one.
    [[nodiscard]] std::string runs(const std::set<std::size_t>& policies) const {
        std::string made;
        for (auto first = policies.begin(); first != policies.end();) {
            auto last = first;
            for (auto next = last; ++next != policies.end() && *next == *last + 1;)
                last = next;
            const auto many = *last - *first >= 2;
            made += (made.empty() ? "`" : ", `") + names_[*first] + "`";
            if (many)
                made += " to `" + names_[*last] + "`";
            first = many ? std::next(last) : std::next(first);
        }
        return made;
    }

    std::vector<std::string> names_;
    std::map<std::pair<std::string, std::string>, std::set<std::size_t>> said_;
};

/// Code in a cell.
std::string code(std::string text) {
    for (auto at = text.find('|'); at != std::string::npos; at = text.find('|', at + 2))
        text.insert(at, 1, '\\');
    return text.empty() ? text : "`" + text + "`";
}

void print_word(const std::string& word, const std::string& in_c, const std::string& said) {
    std::printf("| `%s` | %s | %s |\n", word.c_str(), code(in_c).c_str(), said.c_str());
}

/// What the kernel calls it: in the newest Linux that has it.
std::string in_xfs(const std::string& word) {
    for (const auto& words : {render::c::xfs_linux_7_2(), render::c::xfs_linux_6_8()})
        if (const auto* const found = words.find(word))
            return *found;
    return {};
}

/// A step, a line for each of its arguments that there is a word for.
void print_with_arguments(const std::string& name, const sayings& said) {
    bool is_first = true;
    for (const auto& word : render::c::xfs_linux_7_2().words)
        if (word.said.starts_with(name + "("))
            print_word(word.said, word.in_c, std::exchange(is_first, false) ? said.of(name) : "");
    if (is_first)
        print_word(name, "", said.of(name));
}

template <class... Facts>
void print_facts(const sayings& said) {
    const auto words = render::c::xfs_linux_7_2();
    const auto print = [&]<class Fact>(boost::hana::basic_type<Fact>) {
        for (std::size_t i = 0; i != value_count<Fact>; ++i) {
            const auto value = static_cast<Fact>(i);
            print_word(tables::to_text(value), render::c::value(words, value),
                       i == 0 ? said.of(to_text(fact_name<Fact>)) : "");
        }
    };
    (print(boost::hana::type_c<Facts>), ...);
}

/// An ending alone, where its table allows it.
template <course<> const& Course>
struct ends_at_once : words {
    static constexpr auto gate = table(otherwise >> Course);
    static constexpr auto record = gate;
    static constexpr auto end = gate;
};
template <stage Stage, course<> const& Course>
void print_ending(const sayings& said) {
    const auto text = render::c::function<ends_at_once<Course>>(Stage, render::c::xfs_linux_7_2());
    const auto from = text.rfind("return ");
    const auto word = ending_to_text(Course);
    print_word(word, text.substr(from, text.find(';', from) - from),
               said.of(word.substr(0, word.find('('))));
}
constexpr course<> refused = words::refuse(EIO);
constexpr course<> stopped = words::stop(EIO);

void print_words() {
    const sayings said;
    std::puts("## Facts\n\n| value | in XFS | the fact is asked for in |\n|--|--|--|");
    print_facts<cause, scope, role, mount, rmap, range, groups, read_only, already_shut_down,
                frozen_by_user, can_freeze, can_kill_users, can_invalidate, can_shut_down, owner,
                inode, mapping, kind, sharing, poisoned, walk_end, cut_short, want_shutdown, frozen,
                mappers>(said);
    std::puts("\n## Steps\n\n| step | in XFS | taken in |\n|--|--|--|");
    for (std::size_t i = 0; i != operation_count; ++i) {
        const auto name = to_text(name_of(static_cast<operation>(i)));
        if (static_cast<operation>(i) == operation::note_shutdown)
            print_word(name, in_xfs("want_shutdown::yes") + " = true", said.of(name));
        else if (static_cast<operation>(i) == operation::own)
            print_word("perform(...)", "", said.of(name));
        else if (const auto in_c = in_xfs(name); !in_c.empty())
            print_word(name, in_c, said.of(name));
        else
            print_with_arguments(name, said);
    }
    std::puts("\n## Endings, and where errors lead\n\n| word | in XFS | said in |\n|--|--|--|");
    print_ending<stage::gate, words::succeed>(said);
    print_ending<stage::gate, words::unsupported>(said);
    print_ending<stage::gate, refused>(said);
    print_ending<stage::gate, words::walk>(said);
    print_ending<stage::gate, words::walk_in_core>(said);
    print_ending<stage::record, words::next>(said);
    print_ending<stage::record, stopped>(said);
    print_ending<stage::record, words::stop_with_lookup_error>(said);
    print_ending<stage::end, words::return_error>(said);
    print_word("attempt(step)", "step", said.of("attempt"));
    auto collected = in_xfs("collect");
    print_word("collect(step)", collected.replace(collected.find('%'), 1, "step"),
               said.of("collect"));
    std::puts("\n## What begins with `xfs_dax_`\n\n```c");
    std::string helpers;
    for (const auto& helper : render::c::xfs_linux_7_2().helpers)
        helpers += (helpers.empty() ? "" : "\n") + helper.text;
    std::printf("%s```\n", helpers.c_str());
}

template <class Machine, class... Laws>
void print_verdicts() {
    std::printf("| `%s` |", Machine::name);
    for (const auto what : {reactions::finding_of<Laws, Machine>.what...})
        std::printf(" %s |", what == reactions::standing::kept     ? "kept"
                             : what == reactions::standing::broken ? "**broken**"
                                                                   : "not tried");
    std::puts("");
}

template <class... Laws, class... Machines>
void print_verdicts_of(boost::hana::basic_type<Machines>... /*machines*/) {
    std::printf("| reaction |");
    (std::printf(" %s |", Laws::name), ...);
    std::printf("\n|--|");
    for (std::size_t law = 0; law != sizeof...(Laws); ++law)
        std::printf("--|");
    std::puts("");
    (print_verdicts<Machines, Laws...>(), ...);
}

void print_reactions() {
    using namespace releases;
    using boost::hana::type_c;
    print_verdicts_of<reactions::what_is_gone_stays_gone, reactions::what_is_in_progress_ends,
                      reactions::an_answer_is_true, reactions::nothing_touches_what_was_torn_down,
                      reactions::a_refusal_changes_nothing, reactions::a_state_is_what_it_says>(
        type_c<pool_region>, type_c<daos_blobstore>, type_c<mapped_device>, type_c<lmcache_arena>,
        type_c<dynamic_capacity>, type_c<dynamic_capacity_linux>, type_c<mark_dead::no_op>,
        type_c<mark_dead::claimed_by_superblock>, type_c<mark_dead::xfs>, type_c<mark_dead::ext4>,
        type_c<mark_dead::btrfs>, type_c<mark_dead::bcachefs_linux_6_15>,
        type_c<mark_dead::bcachefs>);
    std::printf("\nThe states of `pool_region`:\n\n```mermaid\n%s```\n",
                reactions::state_diagram<pool_region>().c_str());
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
    else if (what == "reactions")
        print_reactions();
    else if (what == "words")
        print_words();
    else if (what == "rows")
        print_rows(argv[2]);
    else
        return 1;
}
