// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/laws/law.hpp"
#include "daxhold/tables/csv.hpp"
#include "daxhold/tables/json.hpp"
#include "daxhold/tables/markdown.hpp"
#include "daxhold/testing/text.hpp"

#include <boost/hana/for_each.hpp>
#include <boost/hana/tuple.hpp>
#include <boost/hana/type.hpp>

#include <concepts>
#include <string>
#include <vector>

/// \file
/// What is known of laws and policies, as Markdown, CSV and JSON.

namespace daxhold::laws {

/// The case that a finding names, as text, in the words of the tables; what it does not name is as
/// in a `trial` that says nothing: `cause::removal, scope::whole_device: owner::file_data; then
/// owner::metadata; kill_users fails`.
template <class Policy>
[[nodiscard]] std::string case_of(const finding& found) {
    return testing::detail::spell_trial(found.where, detail::own_of_event<Policy>{},
                                        detail::own_of_record<Policy>{},
                                        to_text(name_of(found.failed)));
}

} // namespace daxhold::laws

/// Text for people and for other programs, from policies and what is known about them.
namespace daxhold::render {

namespace detail {

/// Laws by policies.
struct matrix_words {
    std::vector<std::string> policies;
    std::vector<std::string> laws;
    /// A row for each law: what is known of it and each policy, and the case that breaks it.
    struct cell {
        laws::standing what;
        std::string broken_in;
    };
    std::vector<std::vector<cell>> cells;
};

/// What is known, as text.
inline std::string to_words(laws::standing what) {
    auto made = daxhold::to_text(name_of(what));
    for (auto& character : made)
        character = character == '_' ? ' ' : character;
    return made;
}

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
    boost::hana::for_each(laws, [&](auto law) {
        made.laws.push_back(name_of_class<typename decltype(law)::type>());
    });
    made.cells.resize(made.laws.size());
    boost::hana::for_each(policies, [&](auto policy) {
        using type = typename decltype(policy)::type;
        made.policies.push_back(name_of_class<type>());
        const auto found = laws::try_all<type, laws::thoroughness::rows>(laws);
        for (std::size_t law = 0; law != made.laws.size(); ++law)
            made.cells[law].push_back(
                {found.of[law].what(),
                 found.of[law].is_broken ? laws::case_of<type>(found.of[law]) : ""});
    });
    return made;
}

/// A line a law, a column a policy.
inline tables::detail::sheet sheet_of(const matrix_words& matrix, bool has_cases) {
    tables::detail::sheet made{{"law"}, {}};
    made.columns.insert(made.columns.end(), matrix.policies.begin(), matrix.policies.end());
    for (std::size_t law = 0; law != matrix.laws.size(); ++law) {
        auto& line = made.lines.emplace_back();
        line.push_back({matrix.laws[law]});
        for (const auto& cell : matrix.cells[law])
            if (cell.what == laws::standing::broken)
                line.push_back({has_cases ? ": " + cell.broken_in : "", "broken"});
            else
                line.push_back({to_words(cell.what)});
    }
    return made;
}

inline std::string json_of(const matrix_words& matrix) {
    std::vector<std::string> verdicts;
    for (std::size_t law = 0; law != matrix.laws.size(); ++law)
        for (std::size_t policy = 0; policy != matrix.policies.size(); ++policy) {
            const auto& cell = matrix.cells[law][policy];
            std::vector<tables::detail::json_member> members{
                {"law", tables::detail::json_string(matrix.laws[law])},
                {"policy", tables::detail::json_string(matrix.policies[policy])},
                {"standing", tables::detail::json_string(to_text(name_of(cell.what)))}};
            if (!cell.broken_in.empty())
                members.push_back({"broken_in", tables::detail::json_string(cell.broken_in)});
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
    with_case,    ///< The case that breaks it.
    verdict_only, ///< Nothing more, for a matrix that is to be narrow.
};

/// What is known of each law and each policy (`laws::standing`), a line a law. `laws` and
/// `policies` are lists of types, `hana::tuple_t<...>`: `matrix(laws::shipped, hana::tuple_t<mine,
/// other>)`. Spaces stand for the underscores of a law's name, so that a narrow column can break
/// it.
template <class Laws, class Policies>
[[nodiscard]] std::string matrix(const Laws& laws, const Policies& policies,
                                 breaches shown = breaches::with_case) {
    auto words = detail::words_of_matrix(laws, policies);
    for (auto& law : words.laws)
        for (auto& character : law)
            character = character == '_' ? ' ' : character;
    return tables::detail::markdown_of(detail::sheet_of(words, shown == breaches::with_case));
}

} // namespace markdown

/// Comma-separated values (RFC 4180).
namespace csv {

/// What is known of each law and each policy, a line a law: `kept`, `not tried`, `does not apply`,
/// or `broken: ` and the case that breaks it. `laws` and `policies` are lists of types,
/// `hana::tuple_t<...>`.
template <class Laws, class Policies>
[[nodiscard]] std::string matrix(const Laws& laws, const Policies& policies) {
    return tables::detail::csv_of(detail::sheet_of(detail::words_of_matrix(laws, policies), true));
}

} // namespace csv

/// JSON (RFC 8259).
namespace json {

/// What is known of each law and each policy: `laws`, `policies`, and `verdicts`, law by law, each
/// with its `standing` and, where that is `broken`, the case it is `broken_in`. `laws` and
/// `policies` are lists of types, `hana::tuple_t<...>`.
template <class Laws, class Policies>
[[nodiscard]] std::string matrix(const Laws& laws, const Policies& policies) {
    return detail::json_of(detail::words_of_matrix(laws, policies));
}

} // namespace json

} // namespace daxhold::render
