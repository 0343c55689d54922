// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/policy/check.hpp"
#include "daxhold/policy/text.hpp"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// \file
/// A policy as C, in the style of the kernel: gate, record and end as functions, whose conditions
/// and calls are expressions that the policy's author gives for the words of the tables. Decisions
/// are a chain of `if`s in the order of the rows; consecutive rows that ask the same first share
/// that `if`. A condition asks from left to right what the engine asks, and no more. At run time;
/// it allocates.

/// C from policies.
namespace daxhold::render::c {

/// What a word of the tables is in C. `said` is a value or set of values of a fact, a step, or an
/// ending, as tables/text.hpp and policy/text.hpp write it: `mount::born`,
/// `none_of(owner::file_data)`, `shut_down(corrupt_ondisk)`. `in_c` is an expression: of a fact one
/// that is true or false, of a step one that is 0 or a negative errno. Where nobody looks at the
/// error of a step (`attempt`), it may be void. Binary operators have spaces around them.
struct word {
    std::string said;
    std::string in_c;
};

/// A type or function that the expressions name, in C. It stands in the text if something else
/// there names it.
struct helper {
    /// What it is called, and its text, which ends with a newline.
    std::string name;
    std::string text;
};

/// How the words of a policy are said in C.
///
/// Beside facts and steps these words are looked up:
/// - `walk`, `walk_in_core`: calls of what walks, which calls the function for a record, ends with
///   the first value of it that is not 0, and has that, or its own error, as its value;
/// - `stop_with_lookup_error`: the error of the inode's lookup;
/// - `collect`: notes an error, of which the first counts, and has it as its value; `%` stands for
///   the error;
/// - five of which C keeps the value, and which are therefore variables: `return_error`,
///   `want_shutdown::yes`, `frozen::by_us`, `cut_short::yes`, `none_of(walk_end::not_started)`.
///
/// A value or set that has no expression is said by others that come to the same where it is asked:
/// by the negation of the rest, by what the rows before have not excluded, by one value or another.
/// Of several the shortest is taken.
struct vocabulary {
    /// What the names of the three functions begin with: `xfs_dax_`.
    std::string prefix;

    /// The parameter of each of them, and the other one of that for a record:
    /// `struct xfs_dax_failure *f`. Expressions use these names. `error` is a variable of the
    /// functions themselves.
    std::string event;
    std::string record;

    /// The words, of which the first of a name counts, and the helpers, each after those that it
    /// names.
    std::vector<word> words;
    std::vector<helper> helpers;

    /// The expression for a word, or nullptr.
    [[nodiscard]] const std::string* find(std::string_view said) const {
        for (const auto& each : words)
            if (each.said == said)
                return &each.in_c;
        return nullptr;
    }

    /// The same vocabulary, but for these words and helpers.
    [[nodiscard]] vocabulary with(std::vector<word> other_words,
                                  const std::vector<helper>& other_helpers = {}) const {
        auto made = *this;
        other_words.insert(other_words.end(), words.begin(), words.end());
        made.words = std::move(other_words);
        for (const auto& other : other_helpers)
            for (auto& mine : made.helpers)
                if (mine.name == other.name)
                    mine = other;
        return made;
    }
};

namespace detail {

/// A table without its types.
struct fact_to_say {
    std::size_t values;
    std::function<std::string(std::uint64_t)> text;

    [[nodiscard]] std::uint64_t every() const { return tables::detail::first_bits(values); }
};
struct demand_to_say {
    std::size_t fact;
    std::uint64_t values;
};
struct step_to_say {
    operation what;
    on_error then;
    std::string text;
};
struct row_to_say {
    /// In the order in which the row asks.
    std::vector<demand_to_say> demands;
    std::vector<step_to_say> steps;
    ending end;
    int errno_value;
};
using cells_to_say = std::vector<std::uint64_t>;
struct table_to_say {
    std::vector<fact_to_say> facts;
    std::vector<row_to_say> rows;
    std::function<row_set(const cells_to_say&)> rows_that_can_win;

    [[nodiscard]] cells_to_say every_cell() const {
        cells_to_say cells;
        for (const auto& fact : facts)
            cells.push_back(fact.every());
        return cells;
    }
};

template <class Fact>
fact_to_say to_say_of() {
    return {value_count<Fact>,
            [](std::uint64_t bits) { return tables::to_text(value_set<Fact>{bits}); }};
}

template <class Own, std::size_t Size>
row_to_say to_say_of(const course<Own, Size>& c) {
    row_to_say made{{}, {}, c.end, c.errno_value};
    for (std::size_t i = 0; i != c.count; ++i) {
        auto plain = c.steps[i];
        plain.then = on_error::stop;
        made.steps.push_back({plain.what, c.steps[i].then, to_text(plain)});
    }
    return made;
}

template <auto const& Table, class... Facts>
table_to_say to_say_of(tables::detail::type_list<Facts...>) {
    constexpr std::size_t count = sizeof...(Facts);
    table_to_say made{{to_say_of<Facts>()...}, {}, [](const cells_to_say& cells) {
                          cube<count> asked{};
                          for (std::size_t fact = 0; fact != count; ++fact)
                              asked.values[fact] = cells[fact];
                          return daxhold::rows_that_can_win(Table, asked);
                      }};
    for (std::size_t row = 0; row != Table.row_count; ++row) {
        auto said = to_say_of(Table.actions[row]);
        for (std::size_t place = 0; place != count; ++place)
            for (std::size_t fact = 0; fact != count; ++fact)
                if (Table.places[row][fact] == place &&
                    Table.accepts[row][fact] != made.facts[fact].every())
                    said.demands.push_back({fact, Table.accepts[row][fact]});
        made.rows.push_back(said);
    }
    return made;
}
template <auto const& Table>
table_to_say to_say() {
    return to_say_of<Table>(typename tables::detail::table_type<Table>::facts{});
}

/// Where an operator, with spaces around it, stands outside of all parentheses.
inline std::size_t find_at_top(std::string_view in_c, std::string_view sign) {
    int depth = 0;
    for (std::size_t i = 0; i != in_c.size(); ++i) {
        depth += in_c[i] == '(' ? 1 : in_c[i] == ')' ? -1 : 0;
        if (depth == 0 && in_c.substr(i).starts_with(sign))
            return i;
    }
    return std::string_view::npos;
}

inline bool has_at_top(std::string_view in_c, std::string_view sign) {
    return find_at_top(in_c, sign) != std::string_view::npos;
}

inline std::string operand(const std::string& in_c, std::string_view other_sign);

inline std::string negated(const std::string& in_c) {
    // The first of its parentheses is closed by the last one.
    if (in_c.starts_with("(") && find_at_top(in_c, ")") + 1 == in_c.size())
        return negated(in_c.substr(1, in_c.size() - 2));
    if (!has_at_top(in_c, " "))
        return in_c.starts_with("!") ? in_c.substr(1) : "!" + in_c;
    if (has_at_top(in_c, " ? ") || (has_at_top(in_c, " || ") && has_at_top(in_c, " && ")))
        return "!(" + in_c + ")";
    // Of either, the negation is the other of the negations.
    for (const auto& [sign, opposite] : {std::pair{" || ", " && "}, std::pair{" && ", " || "}})
        if (const auto at = find_at_top(in_c, sign); at != std::string::npos)
            return operand(negated(in_c.substr(0, at)), sign) + opposite +
                   operand(negated(in_c.substr(at + 4)), sign);
    constexpr std::pair<std::string_view, std::string_view> comparisons[] = {
        {" == ", " != "}, {" != ", " == "}, {" < ", " >= "},
        {" >= ", " < "},  {" > ", " <= "},  {" <= ", " > "}};
    if (!has_at_top(in_c, " & ") && !has_at_top(in_c, " | "))
        for (const auto& [sign, opposite] : comparisons)
            if (const auto at = find_at_top(in_c, sign); at != std::string::npos)
                return std::string{in_c}.replace(at, sign.size(), opposite);
    return "!(" + in_c + ")";
}

/// An expression as an operand of `&&` or `||`.
inline std::string operand(const std::string& in_c, std::string_view other_sign) {
    for (const std::string_view sign :
         {other_sign, std::string_view{" & "}, std::string_view{" | "}, std::string_view{" ? "}})
        if (has_at_top(in_c, sign))
            return "(" + in_c + ")";
    return in_c;
}

/// Says that a fact has one of the wanted values, where it has one of the possible ones; empty
/// where the vocabulary cannot say it.
inline std::string say(const vocabulary& words, const fact_to_say& fact, std::uint64_t wanted,
                       std::uint64_t possible) {
    std::string best;
    const auto consider = [&best](std::string in_c) {
        if (!in_c.empty() && (best.empty() || in_c.size() < best.size()))
            best = std::move(in_c);
    };
    const auto of_set = [&](std::uint64_t set) {
        const auto* const found = words.find(fact.text(set));
        return found == nullptr ? std::string{} : *found;
    };
    const auto of_rest = [&](std::uint64_t set) {
        const auto found = of_set(fact.every() & ~set);
        return found.empty() ? found : negated(found);
    };
    const auto one_of = [&](std::uint64_t set) {
        std::string made;
        for (auto left = set; left != 0; left &= left - 1) {
            const auto value = left & (~left + 1);
            auto one = of_set(value).empty() ? of_rest(value) : of_set(value);
            if (one.empty())
                return one;
            made += (made.empty() ? "" : " || ") +
                    (std::has_single_bit(set) ? one : operand(one, " && "));
        }
        return made;
    };
    // What is not possible may be in the set, or not.
    wanted &= possible;
    auto open = fact.every() & ~possible;
    while (std::popcount(open) > 8)
        open &= open - 1;
    std::uint64_t part = 0;
    do {
        consider(of_set(wanted | part));
        consider(of_rest(wanted | part));
        part = (part - open) & open;
    } while (part != 0);
    consider(one_of(wanted));
    if (const auto others = one_of(possible & ~wanted); !others.empty())
        consider(negated(others));
    return best;
}

/// Tabs are as wide as in the kernel.
inline constexpr std::size_t tab = 8;
inline constexpr std::size_t most_columns = 80;

/// Writes one table as the body of a function.
class body {
public:
    body(const vocabulary& words, stage which, const table_to_say& table)
        : words_{words}, which_{which}, table_{table} {}

    /// What the body of the end asks for tells what that of the gate has to keep.
    void keep(bool walked) { keeps_walked_ = walked; }

    /// The statements for all rows that can win in some cells.
    void write(const cells_to_say& cells) {
        std::vector<std::size_t> rows;
        for (std::size_t row = 0; row != table_.rows.size(); ++row)
            rows.push_back(row);
        write_rows(rows, cells, 1);
    }

    /// One line more, at this indentation.
    void line(std::size_t depth, std::string text) {
        std::string indent(depth, '\t');
        std::size_t columns = depth * tab;
        // Aligned in the condition, or two tabs further in.
        const bool is_condition = text.starts_with("if (");
        std::size_t open = 0;
        while (columns + text.size() > most_columns) {
            const auto at = break_of(text, most_columns - columns);
            if (at == 0)
                break;
            text_ += indent + text.substr(0, at - 1) + "\n";
            open += depth_at(text, at);
            text = text.substr(at);
            indent = std::string(is_condition ? depth : depth + 2, '\t');
            columns = indent.size() * tab;
            if (is_condition) {
                indent += std::string(3 + open, ' ');
                columns += 3 + open;
            }
        }
        text_ += indent + text + "\n";
    }

    [[nodiscard]] const std::string& text() const { return text_; }
    [[nodiscard]] bool uses_error() const { return uses_error_; }
    [[nodiscard]] const std::vector<std::string>& missing() const { return missing_; }

    /// Whether the body names a variable.
    [[nodiscard]] bool names(std::string_view said) const {
        const auto* const found = words_.find(said);
        return found != nullptr && text_.find(*found) != std::string::npos;
    }

    /// The expression for a word.
    std::string look_up(const std::string& said) {
        if (const auto* const found = words_.find(said))
            return *found;
        return lacks(said);
    }

    /// Notes an error.
    std::string collected(const std::string& in_c) {
        auto made = look_up("collect");
        if (const auto at = made.find('%'); at != std::string::npos)
            made.replace(at, 1, in_c);
        return made;
    }

private:
    /// How many parentheses are opened and not closed before a place.
    static std::size_t depth_at(std::string_view text, std::size_t at) {
        std::size_t depth = 0;
        for (const char each : text.substr(0, at))
            depth += each == '(' ? 1U : each == ')' ? ~std::size_t{0} : 0U;
        return depth;
    }

    /// After which blank a line is broken: outside of as many parentheses as can be, not within an
    /// argument, and late; 0 if nowhere.
    static std::size_t break_of(std::string_view text, std::size_t room) {
        std::size_t found = 0;
        std::size_t cost_of_found = 0;
        for (auto at = text.find(' '); at != std::string_view::npos; at = text.find(' ', at + 1)) {
            const auto before = text.substr(0, at);
            const bool is_within = before.ends_with(" |");
            if (!is_within && !before.ends_with(",") && !before.ends_with(" &&") &&
                !before.ends_with(" ||"))
                continue;
            const auto cost = 2 * depth_at(text, at) + (is_within ? 1U : 0U);
            if (found == 0 || (at <= room && cost <= cost_of_found)) {
                found = at + 1;
                cost_of_found = cost;
            }
        }
        return found;
    }

    std::string lacks(const std::string& said) {
        missing_.push_back(said);
        return "0";
    }

    /// A demand that is not met by every cell that is left, in C.
    struct said_demand {
        demand_to_say demand;
        std::string in_c;
    };

    /// The values of a fact with which a row or a later one can win in some cells.
    [[nodiscard]] std::uint64_t possible_values(std::size_t row, cells_to_say cells,
                                                std::size_t fact) const {
        std::uint64_t possible = 0;
        for (auto left = cells[fact]; left != 0; left &= left - 1) {
            const auto value = left & (~left + 1);
            cells[fact] = value;
            if ((table_.rows_that_can_win(cells) >> row) != 0)
                possible |= value;
        }
        return possible;
    }

    /// What a row still has to ask in some cells that no row before it takes.
    std::vector<said_demand> demands_of(std::size_t row, cells_to_say cells) {
        std::vector<said_demand> said;
        for (const auto& demand : table_.rows[row].demands) {
            const auto possible = possible_values(row, cells, demand.fact);
            if ((possible & ~demand.values) != 0) {
                const auto& fact = table_.facts[demand.fact];
                auto in_c = say(words_, fact, demand.values, possible);
                said.push_back(
                    {demand, in_c.empty() ? lacks(fact.text(demand.values)) : std::move(in_c)});
            }
            cells[demand.fact] &= demand.values;
        }
        return said;
    }

    void write_rows(const std::vector<std::size_t>& rows, const cells_to_say& cells,
                    std::size_t depth) {
        const auto can_win = table_.rows_that_can_win(cells);
        std::vector<std::size_t> left;
        for (const auto row : rows)
            if (((can_win >> row) & 1U) != 0)
                left.push_back(row);
        for (std::size_t at = 0; at != left.size();) {
            const auto demands = demands_of(left[at], cells);
            if (demands.empty()) {
                write_course(table_.rows[left[at]], depth);
                return;
            }
            std::size_t end = at + 1;
            std::size_t common = demands.size();
            for (; end != left.size(); ++end) {
                const auto shared = shared_by(demands, demands_of(left[end], cells));
                if (shared == 0)
                    break;
                if (shared < common)
                    common = shared;
            }
            if (end - at > 1) {
                line(depth, "if (" + conjunction(demands, common) + ") {");
                auto inside = cells;
                for (std::size_t i = 0; i != common; ++i)
                    inside[demands[i].demand.fact] &= demands[i].demand.values;
                write_rows({left.begin() + static_cast<std::ptrdiff_t>(at),
                            left.begin() + static_cast<std::ptrdiff_t>(end)},
                           inside, depth + 1);
                line(depth, "}");
            } else {
                write_row(table_.rows[left[at]], demands, depth);
            }
            at = end;
        }
    }

    /// How many demands two rows share before all others.
    static std::size_t shared_by(const std::vector<said_demand>& a,
                                 const std::vector<said_demand>& b) {
        std::size_t shared = 0;
        while (shared != a.size() && shared != b.size() &&
               a[shared].demand.fact == b[shared].demand.fact &&
               a[shared].demand.values == b[shared].demand.values &&
               a[shared].in_c == b[shared].in_c)
            ++shared;
        return shared;
    }

    static std::string conjunction(const std::vector<said_demand>& demands, std::size_t count) {
        if (count == 1)
            return demands[0].in_c;
        std::string made;
        for (std::size_t i = 0; i != count; ++i)
            made += (i == 0 ? "" : " && ") + operand(demands[i].in_c, " || ");
        return made;
    }

    void write_row(const row_to_say& row, const std::vector<said_demand>& demands,
                   std::size_t depth) {
        body inside{words_, which_, table_};
        inside.keep(keeps_walked_);
        inside.write_course(row, depth + 1);
        // One statement, in as many lines as it needs, stands without braces if it fits into one.
        const bool is_one = inside.text_.find('\n') + 1 == inside.text_.size();
        line(depth, "if (" + conjunction(demands, demands.size()) + (is_one ? ")" : ") {"));
        text_ += inside.text_;
        if (!is_one)
            line(depth, "}");
        uses_error_ = uses_error_ || inside.uses_error_;
        missing_.insert(missing_.end(), inside.missing_.begin(), inside.missing_.end());
    }

    void write_course(const row_to_say& row, std::size_t depth) {
        std::size_t stops = 0;
        for (std::size_t i = 0; i != row.steps.size(); ++i) {
            const auto& step = row.steps[i];
            const bool is_last = i + 1 == row.steps.size();
            if (step.what == operation::note_shutdown) {
                line(depth, look_up("want_shutdown::yes") + " = true;");
                continue;
            }
            auto in_c = look_up(step.text);
            const bool counts = step.then == on_error::stop && which_ != stage::end;
            if (counts && which_ == stage::record) {
                if (is_last && stops == 0 && goes_on(row) && !changes_freeze(step)) {
                    line(depth, "return " + in_c + ";");
                    return;
                }
                write_step_of_record(row, i, in_c, stops++ != 0, depth);
            } else if (counts && is_walk(row.end)) {
                write_step_before_walk(step, in_c, depth);
            } else {
                if (step.then == on_error::collect ||
                    (step.then == on_error::stop && which_ == stage::end))
                    in_c = collected(in_c);
                write_step(step, in_c, depth);
            }
        }
        write_ending(row, stops != 0, depth);
    }

    static bool goes_on(const row_to_say& row) {
        return row.end == ending::none || row.end == ending::next;
    }
    static bool changes_freeze(const step_to_say& step) {
        return step.what == operation::freeze || step.what == operation::thaw;
    }

    /// A step whose error leads nowhere, or was noted.
    void write_step(const step_to_say& step, const std::string& in_c, std::size_t depth) {
        if (step.what == operation::freeze) {
            line(depth, "if (" + negated(in_c) + ")");
            line(depth + 1, look_up("frozen::by_us") + " = true;");
        } else if (step.what == operation::thaw) {
            const auto frozen = look_up("frozen::by_us");
            line(depth, "if (" + frozen + " && " + negated(in_c) + ")");
            line(depth + 1, frozen + " = false;");
        } else {
            line(depth, in_c + ";");
        }
    }

    void write_step_before_walk(const step_to_say& step, const std::string& in_c,
                                std::size_t depth) {
        uses_error_ = true;
        if (step.what == operation::thaw) {
            const auto frozen = look_up("frozen::by_us");
            line(depth, "error = " + frozen + " ? " + in_c + " : 0;");
        } else {
            line(depth, "error = " + in_c + ";");
        }
        line(depth, "if (error)");
        line(depth + 1, "return " + words_.prefix + "end(" + name_of_event() + ", error);");
        if (changes_freeze(step))
            line(depth, look_up("frozen::by_us") +
                            (step.what == operation::freeze ? " = true;" : " = false;"));
    }

    /// The first error of a row is its error; those that are collected later come after it.
    void write_step_of_record(const row_to_say& row, std::size_t at, std::string in_c,
                              bool is_second, std::size_t depth) {
        uses_error_ = true;
        for (auto later = at + 1; later != row.steps.size(); ++later)
            if (row.steps[later].then == on_error::collect) {
                in_c = collected(in_c);
                break;
            }
        if (changes_freeze(row.steps[at]))
            lacks(row.steps[at].text + " of a record");
        if (!is_second) {
            line(depth, "error = " + in_c + ";");
            return;
        }
        line(depth, "if (error)");
        line(depth + 1, in_c + ";");
        line(depth, "else");
        line(depth + 1, "error = " + in_c + ";");
    }

    [[nodiscard]] std::string name_of_event() const {
        const auto at = words_.event.find_last_of(" *\t");
        return words_.event.substr(at + 1);
    }

    void write_ending(const row_to_say& row, bool has_error, std::size_t depth) {
        const auto answer =
            row.errno_value == 0 ? std::string{"0"} : "-" + errno_name(row.errno_value);
        switch (row.end) {
        case ending::finish:
            line(depth, "return " + answer + ";");
            break;
        case ending::finish_error:
            line(depth, "return " + look_up("return_error") + ";");
            break;
        case ending::walk:
        case ending::walk_in_core:
            if (keeps_walked_)
                line(depth, look_up("none_of(walk_end::not_started)") + " = true;");
            line(depth, "return " + words_.prefix + "end(" + name_of_event() + ", " +
                            look_up(row.end == ending::walk ? "walk" : "walk_in_core") + ");");
            break;
        case ending::none:
        case ending::next:
            line(depth, has_error ? "return error;" : "return 0;");
            break;
        case ending::stop:
        case ending::stop_lookup: {
            const auto stops = row.end == ending::stop_lookup ? look_up("stop_with_lookup_error")
                               : row.errno_value == 0         ? lacks("stop(0)")
                                                              : answer;
            line(depth, (has_error ? "return error ? error : " : "return ") + stops + ";");
            break;
        }
        }
    }

    const vocabulary& words_;
    stage which_;
    const table_to_say& table_;
    std::string text_;
    std::vector<std::string> missing_;
    bool uses_error_ = false;
    bool keeps_walked_ = false;
};

/// A function, and what the vocabulary lacks for it.
struct function_in_c {
    std::string text;
    std::vector<std::string> missing;
};

inline function_in_c function_of(const vocabulary& words, stage which, const body& written,
                                 const std::string& before = {}) {
    const char* const name = which == stage::gate ? "gate" : which == stage::end ? "end" : "record";
    const char* const comment =
        which == stage::gate ? "/* What is done at once, and what the driver is told. */\n"
        : which == stage::end
            ? "/* After the walk; an error has cut it short, or kept it from starting. */\n"
            : "/* What is done for one owner; an error ends the walk. */\n";
    auto text = comment + std::string{"static int\n"} + words.prefix + name + "(\n\t" + words.event;
    if (which == stage::record)
        text += ",\n\t" + words.record;
    else if (which == stage::end)
        text += ",\n\tint\t\t\terror";
    text += ")\n{\n";
    if (written.uses_error())
        text += "\tint\t\t\terror;\n\n";
    return {text + before + written.text() + "}\n", written.missing()};
}

template <class Policy>
function_in_c gate_of(const vocabulary& words, bool keeps_walked) {
    const auto table = to_say<Policy::gate>();
    body written{words, stage::gate, table};
    written.keep(keeps_walked);
    written.write(table.every_cell());
    return function_of(words, stage::gate, written);
}

template <class Policy>
function_in_c record_of(const vocabulary& words) {
    const auto table = to_say<Policy::record>();
    body written{words, stage::record, table};
    written.write(table.every_cell());
    return function_of(words, stage::record, written);
}

template <class Table>
bool can_keep_walk_from_starting(const Table& gate) {
    for (const auto& course : gate.actions)
        if (is_walk(course.end) && course.can_fail_before(course.count, on_error::stop))
            return true;
    return false;
}

/// Before it decides, it keeps what kept the walk from starting, or cut it short.
template <class Policy>
function_in_c end_of(const vocabulary& words, bool& asks_walked) {
    const auto table = to_say<Policy::end>();
    auto cells = table.every_cell();
    using facts = typename tables::detail::table_type<Policy::end>::facts;
    if constexpr (constexpr auto at = facts::template index_of<walk_end>; at != facts::size)
        if (!can_keep_walk_from_starting(Policy::gate))
            cells[at] &= ~bit_of(walk_end::not_started);
    body written{words, stage::end, table};
    written.write(cells);
    asks_walked = written.names("none_of(walk_end::not_started)");
    body before{words, stage::end, table};
    if (written.names("cut_short::yes"))
        before.line(1, before.look_up("cut_short::yes") + " = error;");
    const auto first = before.look_up("return_error");
    before.line(1, "if (" + negated(first) + ")");
    before.line(2, first + " = error;");
    auto made = function_of(words, stage::end, written, before.text());
    made.missing.insert(made.missing.end(), before.missing().begin(), before.missing().end());
    return made;
}

/// Whether a text has a name that is not part of another one.
inline bool has_name(std::string_view text, std::string_view name) {
    const auto is_of_name = [&](std::size_t at) {
        return at < text.size() &&
               (text[at] == '_' || (text[at] >= '0' && text[at] <= '9') ||
                (text[at] >= 'a' && text[at] <= 'z') || (text[at] >= 'A' && text[at] <= 'Z'));
    };
    for (auto at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1))
        if ((at == 0 || !is_of_name(at - 1)) && !is_of_name(at + name.size()))
            return true;
    return false;
}

/// The helpers that a text names, and those that they name.
inline std::string helpers_for(const vocabulary& words, std::string text) {
    std::string made;
    // Those that are named come before those that name them.
    for (std::size_t i = words.helpers.size(); i-- != 0;) {
        const auto& each = words.helpers[i];
        if (has_name(text, each.name)) {
            made.insert(0, each.text + "\n");
            text += each.text;
        }
    }
    return made;
}

/// What the vocabulary lacks keeps a C compiler from taking the text for whole.
inline std::string with_errors(const function_in_c& made) {
    std::string errors;
    for (std::size_t i = 0; i != made.missing.size(); ++i) {
        std::size_t first = 0;
        while (made.missing[first] != made.missing[i])
            ++first;
        if (first == i)
            errors += "#error \"no C for " + made.missing[i] + "\"\n";
    }
    return errors + made.text;
}

} // namespace detail

/// One of the three functions of a policy: `static int <prefix>gate(event)`, `<prefix>record(event,
/// record)` or `<prefix>end(event, int error)`. It is 0 or a negative errno: of the gate the answer
/// to the driver; of a record what ends the walk; of the end, which the gate calls with what kept
/// the walk from starting or cut it short, the answer again.
///
/// What the vocabulary has no expression for stands in an `#error` before it. So do two things that
/// cannot be said like this: `stop(0)`, and a freeze or thaw whose error ends the walk. Before a
/// row that ends with the lookup's error the lookup must have failed.
///
/// Precondition: the policy has that table.
template <class Policy>
[[nodiscard]] std::string function(stage which, const vocabulary& words) {
    if constexpr (daxhold::detail::has_three_tables<Policy>) {
        bool asks_walked = false;
        const auto end = detail::end_of<Policy>(words, asks_walked);
        return detail::with_errors(which == stage::gate
                                       ? detail::gate_of<Policy>(words, asks_walked)
                                   : which == stage::end ? end
                                                         : detail::record_of<Policy>(words));
    } else {
        return detail::with_errors(detail::gate_of<Policy>(words, false));
    }
}

/// A policy: the helpers that it needs, then the functions for a record and for the end, where it
/// has them, and that for the gate.
///
/// \snippet tests/render/c.cpp policy
template <class Policy>
[[nodiscard]] std::string policy(const vocabulary& words) {
    std::string functions;
    if constexpr (daxhold::detail::has_three_tables<Policy>)
        functions = function<Policy>(stage::record, words) + "\n" +
                    function<Policy>(stage::end, words) + "\n";
    functions += function<Policy>(stage::gate, words);
    return detail::helpers_for(words, functions) + functions;
}

/// What a value of a fact is in C; empty where the vocabulary has nothing for it.
template <fact Fact>
[[nodiscard]] std::string value(const vocabulary& words, Fact value) {
    const auto fact = detail::to_say_of<Fact>();
    return detail::say(words, fact, bit_of(value), fact.every());
}

} // namespace daxhold::render::c
