// SPDX-License-Identifier: BSL-1.0
// Prints tables of the pages: `tables policies` what each policy makes of three events, on the
// populated mock filesystem, through a dax device; `tables laws` which policy keeps which law;
// `tables operations` what a filesystem can be told to do; `tables aftermaths` what releases are
// known to lead to.

#include <daxhold/device.hpp>
#include <daxhold/laws.hpp>
#include <daxhold/policy.hpp>
#include <daxhold/policy/text.hpp>
#include <daxhold/releases.hpp>
#include <daxhold/render/matrix.hpp>
#include <daxhold/tables/markdown.hpp>
#include <daxhold/testing.hpp>

#include <cstdio>
#include <string>
#include <string_view>

namespace {

using namespace daxhold;
using namespace daxhold::tables;

std::string describe_outcome(result answer, const testing::mock_filesystem& fs) {
    std::string cell = "in use";
    if (fs.is_shut_down)
        cell = fs.reason == shutdown_reason::force_umount ? "shut down, as for a forced umount"
                                                          : "shut down, as corrupt";
    return cell + "; " + std::to_string(fs.told()) + " told; `" + std::to_string(answer.value()) +
           "`";
}

/// What becomes of a filesystem that holds the device while `happen(device)` happens.
template <class Policy, class Happen>
std::string outcome_of(Happen happen) {
    using flags = failure_flags<typename Policy::mf_flags>;
    using holder = filesystem_holder<Policy, testing::mock_filesystem>;
    auto fs = testing::populated();
    holder held{fs};
    basic_dax_device<static_holder<holder>, flags> device;
    const auto registered = fs_dax_get(device, static_holder{held});
    return describe_outcome(happen(device), fs);
}

template <class Policy>
void print_row() {
    const auto fails = [](byte_range where) {
        return outcome_of<Policy>(
            [where](auto& device) { return dax_holder_notify_failure(device, where, {}); });
    };
    std::printf("| `%s` | %s | %s | %s |\n", Policy::name, fails(testing::blocks(8, 1)).c_str(),
                fails(testing::blocks(0, 1)).c_str(),
                outcome_of<Policy>([](auto& device) { return kill_dax(device); }).c_str());
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

} // namespace

int main(int argc, char** argv) {
    const std::string_view what = argc == 2 ? argv[1] : "";
    if (what == "policies")
        print_policies();
    else if (what == "laws")
        std::fputs(render::markdown::matrix(laws::shipped, releases::for_any_filesystem,
                                            render::markdown::breaches::verdict_only)
                       .c_str(),
                   stdout);
    else if (what == "operations")
        print_operations();
    else if (what == "aftermaths")
        print_aftermaths();
    else
        return 1;
}
