// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/laws/law.hpp"
#include "daxhold/policy/text.hpp"
#include "daxhold/tables/csv.hpp"
#include "daxhold/tables/json.hpp"
#include "daxhold/tables/markdown.hpp"

#include <boost/hana/for_each.hpp>
#include <boost/hana/tuple.hpp>
#include <boost/hana/type.hpp>

#include <concepts>
#include <string>
#include <vector>

/// \file
/// Which policy keeps which law, as Markdown, CSV and JSON.

namespace daxhold::laws {

/// A trial as text: `corruption, lone_record of file_data (in_core, dax)`, `removal, log_device`.
[[nodiscard]] inline std::string to_text(const trial& t) {
    const auto name = [](auto value) { return daxhold::to_text(name_of(value)); };
    auto made = name(t.event) + ", " + name(t.where);
    if (t.where == situation::lone_record)
        made += " of " + name(t.who);
    const bool is_plain = t.state == inode::in_core && t.access == mapping::dax;
    if (t.where == situation::lone_record ? t.who == owner::file_data : !is_plain)
        made += " (" + name(t.state) + ", " + name(t.access) + ")";
    return made;
}

} // namespace daxhold::laws

/// Text for people and for other programs, from policies and what is known about them.
namespace daxhold::render {

namespace detail {

/// Laws by policies.
struct matrix_words {
    std::vector<std::string> policies;
    std::vector<std::string> laws;
    /// A row for each law: where each policy breaks it; empty where it is kept.
    std::vector<std::vector<std::string>> broken_in;
};

/// What a law or a policy is called: its `name`, or that of its class.
template <class Named>
std::string name_of_class() {
    if constexpr (requires {
                      { Named::name } -> std::convertible_to<std::string>;
                  })
        return Named::name;
    else
        return to_text(tables::detail::spell_type<Named>());
}

template <class Laws, class Policies>
matrix_words words_of_matrix(const Laws& laws, const Policies& policies) {
    matrix_words made;
    boost::hana::for_each(policies, [&](auto policy) {
        made.policies.push_back(name_of_class<typename decltype(policy)::type>());
    });
    boost::hana::for_each(laws, [&](auto law) {
        using law_type = typename decltype(law)::type;
        made.laws.push_back(name_of_class<law_type>());
        auto& verdicts = made.broken_in.emplace_back();
        boost::hana::for_each(policies, [&](auto policy) {
            const auto& breach = laws::breach_of<law_type, typename decltype(policy)::type>;
            verdicts.push_back(breach.exists ? to_text(breach.where) : "");
        });
    });
    return made;
}

/// A line a law, a column a policy.
inline tables::detail::sheet sheet_of(const matrix_words& matrix, bool has_trials) {
    tables::detail::sheet made{{"law"}, {}};
    made.columns.insert(made.columns.end(), matrix.policies.begin(), matrix.policies.end());
    for (std::size_t law = 0; law != matrix.laws.size(); ++law) {
        auto& line = made.lines.emplace_back();
        line.push_back({matrix.laws[law]});
        for (const auto& trial : matrix.broken_in[law])
            if (trial.empty())
                line.push_back({"kept"});
            else
                line.push_back({has_trials ? ": " + trial : "", "broken"});
    }
    return made;
}

inline std::string json_of(const matrix_words& matrix) {
    std::vector<std::string> verdicts;
    for (std::size_t law = 0; law != matrix.laws.size(); ++law)
        for (std::size_t policy = 0; policy != matrix.policies.size(); ++policy) {
            const auto& trial = matrix.broken_in[law][policy];
            std::vector<tables::detail::json_member> members{
                {"law", tables::detail::json_string(matrix.laws[law])},
                {"policy", tables::detail::json_string(matrix.policies[policy])},
                {"kept", trial.empty() ? "true" : "false"}};
            if (!trial.empty())
                members.push_back({"broken_in", tables::detail::json_string(trial)});
            verdicts.push_back(tables::detail::json_object(members));
        }
    return tables::detail::json_document("matrix",
                                         {{"laws", tables::detail::json_names(matrix.laws)},
                                          {"policies", tables::detail::json_names(matrix.policies)},
                                          {"verdicts", tables::detail::json_lines(verdicts)}});
}

} // namespace detail

/// Markdown, with the tables of GitHub.
namespace markdown {

/// What stands in a matrix where a law is broken.
enum class breaches {
    with_trial,   ///< The trial that breaks it.
    verdict_only, ///< Nothing more, for a matrix that is to be narrow.
};

/// Which policy keeps which law, a line a law. `laws` and `policies` are lists of types,
/// `hana::tuple_t<...>`: `matrix(laws::shipped, hana::tuple_t<mine, other>)`. Spaces stand for the
/// underscores of a law's name, so that a narrow column can break it.
template <class Laws, class Policies>
[[nodiscard]] std::string matrix(const Laws& laws, const Policies& policies,
                                 breaches shown = breaches::with_trial) {
    auto words = detail::words_of_matrix(laws, policies);
    for (auto& law : words.laws)
        for (auto& character : law)
            character = character == '_' ? ' ' : character;
    return tables::detail::markdown_of(detail::sheet_of(words, shown == breaches::with_trial));
}

} // namespace markdown

/// Comma-separated values (RFC 4180).
namespace csv {

/// Which policy keeps which law, a line a law: `kept`, or `broken: ` and the trial that breaks it.
/// `laws` and `policies` are lists of types, `hana::tuple_t<...>`.
template <class Laws, class Policies>
[[nodiscard]] std::string matrix(const Laws& laws, const Policies& policies) {
    return tables::detail::csv_of(detail::sheet_of(detail::words_of_matrix(laws, policies), true));
}

} // namespace csv

/// JSON (RFC 8259).
namespace json {

/// Which policy keeps which law: `laws`, `policies`, and `verdicts`, law by law, each with `kept`
/// and, where that is false, the trial it is `broken_in`. `laws` and `policies` are lists of types,
/// `hana::tuple_t<...>`.
template <class Laws, class Policies>
[[nodiscard]] std::string matrix(const Laws& laws, const Policies& policies) {
    return detail::json_of(detail::words_of_matrix(laws, policies));
}

} // namespace json

} // namespace daxhold::render
