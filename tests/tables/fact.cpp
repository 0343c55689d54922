// SPDX-License-Identifier: BSL-1.0
#include "daxhold/tables/fact.hpp"

#include "both.hpp"

#include <sstream>
#include <string>
#include <string_view>

using namespace daxhold;
using namespace daxhold::tables;

namespace {

template <std::size_t Size>
constexpr text words(const char (&literal)[Size]) {
    return {literal, Size - 1};
}

enum class lonely : unsigned char { here };
enum class role : unsigned char { data, log, realtime };
enum class small : unsigned char { no, yes };
enum class tiny : signed char { no, yes };
enum class wide : unsigned long long { no, yes };
enum class common : int { no, yes };
enum class letter : char { no, yes };
enum class dead : bool { no, yes };
enum class half : bool { no };
enum class with_alias : unsigned char { first, second, last = second };
enum class written_out : unsigned char { second = 1, first = 0 };
enum class with_digits : unsigned char { v4, v_6, _7, v8a };
enum class größe : unsigned char { klein, groß, ä };

// clang-format off
enum class sixty_four : unsigned char {
    v00, v01, v02, v03, v04, v05, v06, v07, v08, v09, v10, v11, v12, v13, v14, v15,
    v16, v17, v18, v19, v20, v21, v22, v23, v24, v25, v26, v27, v28, v29, v30, v31,
    v32, v33, v34, v35, v36, v37, v38, v39, v40, v41, v42, v43, v44, v45, v46, v47,
    v48, v49, v50, v51, v52, v53, v54, v55, v56, v57, v58, v59, v60, v61, v62, v63,
};
enum class sixty_five : unsigned char {
    v00, v01, v02, v03, v04, v05, v06, v07, v08, v09, v10, v11, v12, v13, v14, v15,
    v16, v17, v18, v19, v20, v21, v22, v23, v24, v25, v26, v27, v28, v29, v30, v31,
    v32, v33, v34, v35, v36, v37, v38, v39, v40, v41, v42, v43, v44, v45, v46, v47,
    v48, v49, v50, v51, v52, v53, v54, v55, v56, v57, v58, v59, v60, v61, v62, v63, v64,
};
enum class sixty_six : unsigned char {
    v00, v01, v02, v03, v04, v05, v06, v07, v08, v09, v10, v11, v12, v13, v14, v15,
    v16, v17, v18, v19, v20, v21, v22, v23, v24, v25, v26, v27, v28, v29, v30, v31,
    v32, v33, v34, v35, v36, v37, v38, v39, v40, v41, v42, v43, v44, v45, v46, v47,
    v48, v49, v50, v51, v52, v53, v54, v55, v56, v57, v58, v59, v60, v61, v62, v63, v64, v65,
};
// clang-format on

enum unscoped { unscoped_a, unscoped_b };
enum unscoped_fixed : int { fixed_a, fixed_b };
enum class empty : unsigned char {};
enum class from_one : unsigned char { a = 1, b, c };
enum class negative : signed char { below = -1, zero, one };
enum class flags : unsigned char { none = 0, first = 1, second = 2, third = 4 };
enum class with_gap : unsigned char { a, b, d = 3 };
enum class with_late_gap : unsigned char { a, b, c, d, e, f, g, h, i, j, k, m = 16 };
enum class with_hidden_gap : unsigned char { fast, slow, cold = 7 };
enum class ends_with_255 : unsigned char { a, b, last = 255 };
enum class ends_with_254 : unsigned char { a, b, last = 254 };
enum class ends_with_minus_128 : signed char { a, b, last = -128 };
enum class only_true : bool { yes = true };
enum class ends_with_last : unsigned long long { a, b, none = ~0ULL };
enum class ends_with_minus_one : signed char { a, b, none = -1 };
enum class twelve : unsigned char { a, b, c, d, e, f, g, h, i, j, k, l };

struct disk {
    enum class state : unsigned char { up, gone };
    struct part {
        enum class kind : unsigned char { whole, slice };
    };
};

template <class>
struct holder {
    struct inside {};
};

} // namespace

namespace outer::inner {
enum class cause : unsigned char { removal, corruption };
namespace {
enum class hidden : unsigned char { one, two, three };
}
} // namespace outer::inner

namespace {

template <class Type>
constexpr bool is_fact = fact<Type>;

} // namespace

TEST_CASE("values are counted from the enumeration itself") {
    CHECK_BOTH(value_count<lonely> == 1);
    CHECK_BOTH(value_count<role> == 3);
    CHECK_BOTH(value_count<small> == 2);
    CHECK_BOTH(value_count<tiny> == 2);
    CHECK_BOTH(value_count<letter> == 2);
    CHECK_BOTH(value_count<disk::state> == 2);
    CHECK_BOTH(value_count<disk::part::kind> == 2);
    CHECK_BOTH(value_count<outer::inner::cause> == 2);
    CHECK_BOTH(value_count<outer::inner::hidden> == 3);
    CHECK_BOTH(value_count<with_alias> == 2);
    CHECK_BOTH(value_count<written_out> == 2);
    CHECK_BOTH(value_count<with_digits> == 4);
    CHECK_BOTH(value_count<twelve> == 12);
    CHECK_BOTH(value_count<sixty_four> == 64);
}

TEST_CASE("an enumeration over bool has no more values than bool") {
    CHECK_BOTH(value_count<dead> == 2);
    CHECK_BOTH(value_count<half> == 1);
    CHECK_BOTH(is_fact<dead>);
    CHECK_BOTH(every_value<dead> == 3);
}

TEST_CASE("an enumeration within a function is a fact") {
    enum class local : unsigned char { a, b, c };
    CHECK_BOTH(value_count<local> == 3);
    CHECK_BOTH(is_fact<local>);
    CHECK_BOTH(name_of(local::b) == words("b"));
    CHECK_BOTH(fact_name<local> == words("local"));
}

TEST_CASE("what is a fact") {
    CHECK_BOTH(is_fact<lonely>);
    CHECK_BOTH(is_fact<role>);
    CHECK_BOTH(is_fact<small>);
    CHECK_BOTH(is_fact<tiny>);
    CHECK_BOTH(is_fact<letter>);
    CHECK_BOTH(is_fact<disk::state>);
    CHECK_BOTH(is_fact<outer::inner::hidden>);
    CHECK_BOTH(is_fact<with_alias>);
    CHECK_BOTH(is_fact<written_out>);
    CHECK_BOTH(is_fact<sixty_four>);
    CHECK_BOTH(is_fact<twelve>);
}

TEST_CASE("what is no fact") {
    CHECK_BOTH(!is_fact<int>);
    CHECK_BOTH(!is_fact<bool>);
    CHECK_BOTH(!is_fact<disk>);
    CHECK_BOTH(!is_fact<holder<int>::inside>);
    CHECK_BOTH(!is_fact<unscoped>);
    CHECK_BOTH(!is_fact<unscoped_fixed>);
    CHECK_BOTH(!is_fact<empty>);
    CHECK_BOTH(!is_fact<wide>);
    CHECK_BOTH(!is_fact<common>);
    CHECK_BOTH(!is_fact<sixty_five>);
    CHECK_BOTH(!is_fact<sixty_six>);
    CHECK_BOTH(!is_fact<role&>);
    CHECK_BOTH(!is_fact<void>);
}

TEST_CASE("enumerators that are not 0, 1, 2 ... make no fact") {
    CHECK_BOTH(!is_fact<from_one>);
    CHECK_BOTH(!is_fact<negative>);
    CHECK_BOTH(!is_fact<flags>);
    CHECK_BOTH(!is_fact<with_gap>);
    CHECK_BOTH(!is_fact<with_late_gap>);
    CHECK_BOTH(!is_fact<with_hidden_gap>);
    CHECK_BOTH(!is_fact<ends_with_255>);
    CHECK_BOTH(!is_fact<ends_with_254>);
    CHECK_BOTH(!is_fact<ends_with_minus_128>);
    CHECK_BOTH(!is_fact<only_true>);
    CHECK_BOTH(!is_fact<ends_with_last>);
    CHECK_BOTH(!is_fact<ends_with_minus_one>);
    enum class local : unsigned char { a, b, c, d, f = 8 };
    enum class local_far : unsigned char { a, b, f = 200 };
    CHECK_BOTH(!is_fact<local_far>);
    CHECK_BOTH(!is_fact<local>);
}

TEST_CASE("each value has a bit") {
    CHECK_BOTH(every_value<lonely> == 1);
    CHECK_BOTH(every_value<role> == 7);
    CHECK_BOTH(every_value<sixty_four> == ~std::uint64_t{0});
    CHECK_BOTH(bit_of(role::data) == 1);
    CHECK_BOTH(bit_of(role::realtime) == 4);
    CHECK_BOTH(bit_of(dead::yes) == 2);
    CHECK_BOTH(bit_of(sixty_four::v63) == std::uint64_t{1} << 63U);
}

TEST_CASE("sets of values") {
    CHECK_BOTH(any_of(role::log).bits == 2);
    CHECK_BOTH(any_of(role::log, role::data).bits == 3);
    CHECK_BOTH(any_of(role::log, role::log).bits == 2);
    CHECK_BOTH(none_of(role::log).bits == 5);
    CHECK_BOTH(none_of(role::log, role::data) == any_of(role::realtime));
    CHECK_BOTH(none_of(role::log, role::data, role::realtime).bits == 0);
    CHECK_BOTH(none_of(lonely::here).bits == 0);
    CHECK_BOTH(none_of(sixty_four::v63).bits == ~std::uint64_t{0} >> 1U);
    CHECK_BOTH(!(any_of(role::log) == any_of(role::data)));
}

TEST_CASE("values of two facts do not mix in a set") {
    constexpr auto mixes = []<class A, class B>(A, B) {
        return requires(A a, B b) { any_of(a, b); }
        || requires(A a, B b) { none_of(a, b); };
    };
    CHECK_BOTH(!mixes(role::log, small::yes));
    CHECK_BOTH(mixes(role::log, role::data));
}

TEST_CASE("values have the names of the source") {
    CHECK_BOTH(name_of(lonely::here) == words("here"));
    CHECK_BOTH(name_of(role::data) == words("data"));
    CHECK_BOTH(name_of(role::realtime) == words("realtime"));
    CHECK_BOTH(name_of(dead::yes) == words("yes"));
    CHECK_BOTH(name_of(disk::state::gone) == words("gone"));
    CHECK_BOTH(name_of(disk::part::kind::slice) == words("slice"));
    CHECK_BOTH(name_of(outer::inner::cause::removal) == words("removal"));
    CHECK_BOTH(name_of(outer::inner::hidden::three) == words("three"));
    CHECK_BOTH(name_of(with_digits::v4) == words("v4"));
    CHECK_BOTH(name_of(with_digits::v_6) == words("v_6"));
    CHECK_BOTH(name_of(with_digits::_7) == words("_7"));
    CHECK_BOTH(name_of(with_digits::v8a) == words("v8a"));
    CHECK_BOTH(name_of(sixty_four::v00) == words("v00"));
    CHECK_BOTH(name_of(sixty_four::v63) == words("v63"));
    CHECK_BOTH(name_of(größe::groß) == words("groß"));
    CHECK_BOTH(name_of(größe::ä) == words("ä"));
}

TEST_CASE("facts have the names of the source") {
    CHECK_BOTH(fact_name<role> == words("role"));
    CHECK_BOTH(fact_name<disk::state> == words("state"));
    CHECK_BOTH(fact_name<disk::part::kind> == words("kind"));
    CHECK_BOTH(fact_name<outer::inner::cause> == words("cause"));
    CHECK_BOTH(fact_name<outer::inner::hidden> == words("hidden"));
    CHECK_BOTH(fact_name<sixty_four> == words("sixty_four"));
    CHECK_BOTH(fact_name<größe> == words("größe"));
}

TEST_CASE("an enumeration within a function with a comma in its signature is a fact") {
    const auto check = [](int, const std::pair<int, long>&) {
        enum class local : signed char { a, b };
        enum class gap : unsigned char { a, b, c = 9 };
        CHECK_BOTH(value_count<local> == 2);
        CHECK_BOTH(!is_fact<gap>);
    };
    check(0, {});
}

TEST_CASE("text can be printed, and is a view of a string") {
    std::ostringstream stream;
    stream << name_of(role::log) << ' ' << fact_name<role> << text{};
    CHECK(stream.str() == "log role");
    CHECK_BOTH(std::string_view{name_of(role::log)} == "log");
    CHECK_BOTH(std::string_view{"log"} == name_of(role::log));
    CHECK(std::string{name_of(role::log)} == "log");
    static_assert(!std::is_convertible_v<text, const char*>);
    static_assert(!std::is_convertible_v<text, int>);
}

TEST_CASE("text is compared by what it says") {
    CHECK_BOTH(words("abc") == text{"abcd", 3});
    CHECK_BOTH(!(words("abc") == words("abd")));
    CHECK_BOTH(!(words("abc") == words("ab")));
    CHECK_BOTH(text{} == words(""));
}
