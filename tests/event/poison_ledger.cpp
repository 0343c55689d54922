// SPDX-License-Identifier: BSL-1.0
#include "daxhold/event/poison_ledger.hpp"

#include "daxhold/tables/fact.hpp"

#include "../support/both.hpp"

using namespace daxhold;
using namespace daxhold::tables;

namespace {

using small_range = basic_byte_range<std::uint8_t>;

template <std::size_t Capacity>
using small_ledger = poison_ledger<Capacity, std::uint8_t>;

/// What is poisoned, byte by byte: the plain reading of a ledger that never runs full.
struct bytes_one_by_one {
    bool is_poisoned[small_range::max] = {};

    constexpr void set(small_range range, bool value) {
        for (unsigned i = range.offset(); i < range.end(); ++i)
            is_poisoned[i] = value;
    }
};

enum class change : unsigned char { add, replace };

/// A stretch of bytes in which all ranges are tried.
struct stretch {
    unsigned from = 0;
    unsigned length = 0;

    [[nodiscard]] constexpr unsigned ranges() const { return length * (length + 1) / 2; }

    [[nodiscard]] constexpr small_range range(unsigned number) const {
        for (unsigned bytes = 1; bytes <= length; ++bytes) {
            const unsigned places = length + 1 - bytes;
            if (number < places)
                return {static_cast<std::uint8_t>(from + number), static_cast<std::uint8_t>(bytes)};
            number -= places;
        }
        return {};
    }
};

/// Whether a ledger says what is true: never less than is poisoned, and no more while it is exact.
template <std::size_t Capacity>
constexpr bool is_right(const small_ledger<Capacity>& ledger, const bytes_one_by_one& truth,
                        stretch where) {
    unsigned recorded = 0;
    for (unsigned i = where.from; i != where.from + where.length; ++i) {
        const bool is_recorded = ledger.contains({static_cast<std::uint8_t>(i), 1});
        recorded += is_recorded ? 1 : 0;
        if (truth.is_poisoned[i] ? !is_recorded : is_recorded && ledger.is_exact())
            return false;
    }
    if (ledger.size() > Capacity || ledger.bytes() != recorded ||
        ledger.empty() != (recorded == 0) || (ledger.empty() && !ledger.is_exact()))
        return false;
    for (std::size_t i = 0; i != ledger.size(); ++i)
        if (ledger[i].empty() || (i != 0 && ledger[i - 1].end() >= ledger[i].offset()))
            return false;
    return true;
}

/// Whether the questions about a range agree with those about its bytes.
template <std::size_t Capacity>
constexpr bool answers_for_ranges(const small_ledger<Capacity>& ledger, stretch where) {
    for (unsigned number = 0; number != where.ranges(); ++number) {
        const auto range = where.range(number);
        bool all = true;
        bool any = false;
        unsigned readable = 0;
        for (unsigned i = range.offset(); i != range.end(); ++i) {
            const bool one = ledger.contains({static_cast<std::uint8_t>(i), 1});
            all = all && one;
            any = any || one;
            readable += any ? 0 : 1;
        }
        const auto head = ledger.readable(range);
        if (ledger.contains(range) != all || ledger.overlaps(range) != any ||
            ledger.state_of(range) != (all ? poisoned::yes : poisoned::no) ||
            head.offset() != range.offset() || head.length() != readable)
            return false;
    }
    return true;
}

template <std::size_t Capacity>
constexpr bool make(small_ledger<Capacity>& ledger, bytes_one_by_one& truth, change what,
                    small_range range, stretch where) {
    const auto before = ledger;
    const auto told = what == change::add ? ledger.add(range) : ledger.replace(range);
    truth.set(range, what == change::add);
    if (told == ledger_entry::widened && ledger.is_exact())
        return false;
    if (told == ledger_entry::exact && before.is_exact() && !ledger.is_exact())
        return false;
    return is_right(ledger, truth, where);
}

/// Every order of `left` changes of ranges in a stretch.
template <std::size_t Capacity>
constexpr bool every_order(const small_ledger<Capacity>& from, const bytes_one_by_one& truth,
                           stretch where, unsigned left) {
    if (left == 0)
        return answers_for_ranges(from, where);
    for (unsigned number = 0; number != where.ranges(); ++number)
        for (const auto what : {change::add, change::replace}) {
            auto ledger = from;
            auto true_then = truth;
            if (!make(ledger, true_then, what, where.range(number), where) ||
                !every_order(ledger, true_then, where, left - 1))
                return false;
        }
    return true;
}
template <std::size_t Capacity>
constexpr bool every_order(stretch where, unsigned changes) {
    return every_order(small_ledger<Capacity>{}, bytes_one_by_one{}, where, changes);
}

constexpr stretch at_the_start{0, 3};
constexpr stretch at_the_end{small_range::max - 3, 3};

/// As many changes as one likes, all over the device.
template <std::size_t Capacity>
bool random_changes() {
    constexpr stretch everywhere{0, small_range::max};
    small_ledger<Capacity> ledger;
    bytes_one_by_one truth;
    std::uint32_t state = 12345;
    const auto next = [&state] {
        state = state * 1664525U + 1013904223U;
        return (state >> 16U) & 0xFFU;
    };
    for (unsigned i = 0; i != 8000; ++i) {
        const small_range range{static_cast<std::uint8_t>(next()),
                                static_cast<std::uint8_t>(next() % 24)};
        const bool clears = i % 64 == 63;
        const auto what = clears || next() % 3 == 0 ? change::replace : change::add;
        if (!make(ledger, truth, what, clears ? small_range::whole_device() : range, everywhere) ||
            ledger.empty() != (ledger.bytes() == 0))
            return false;
    }
    return true;
}

template <std::size_t Capacity = 4>
constexpr poison_ledger<Capacity> with(auto... ranges) {
    poison_ledger<Capacity> ledger;
    (ledger.add(ranges), ...);
    return ledger;
}
template <std::size_t Capacity>
constexpr poison_ledger<Capacity> replaced(poison_ledger<Capacity> ledger, byte_range range) {
    ledger.replace(range);
    return ledger;
}
template <std::size_t Capacity, class... Ranges>
constexpr bool is(const poison_ledger<Capacity>& ledger, Ranges... expected) {
    const byte_range ranges[] = {expected..., byte_range{}};
    if (ledger.size() != sizeof...(Ranges))
        return false;
    for (std::size_t i = 0; i != ledger.size(); ++i)
        if (!(ledger[i] == ranges[i]))
            return false;
    return true;
}

constexpr byte_range page(std::uint64_t number) { return {number * 4096, 4096}; }
constexpr byte_range whole = byte_range::whole_device();

/// What the last change of a ledger says.
template <std::size_t Capacity>
constexpr ledger_entry told_of(poison_ledger<Capacity> ledger, byte_range range) {
    return ledger.add(range);
}
template <std::size_t Capacity>
constexpr ledger_entry told_of_replacing(poison_ledger<Capacity> ledger, byte_range range) {
    return ledger.replace(range);
}
constexpr auto noted(cause why, byte_range range) {
    poison_ledger<4> ledger;
    ledger.note(why, range);
    return ledger;
}

} // namespace

TEST_CASE("whether bytes are poisoned is a fact that tables can ask") {
    CHECK_BOTH(fact<poisoned>);
    CHECK_BOTH(with(page(3)).state_of(page(3)) == poisoned::yes);
    CHECK_BOTH(with(page(3)).state_of(page(4)) == poisoned::no);
    // Half of a record is news.
    CHECK_BOTH(with(page(3)).state_of({3 * 4096, 8192}) == poisoned::no);
    CHECK_BOTH(with(page(3)).state_of({3 * 4096, 0}) == poisoned::no);
}

TEST_CASE("ranges that touch or overlap become one") {
    CHECK_BOTH(is(with()));
    CHECK_BOTH(is(with(page(1)), page(1)));
    CHECK_BOTH(is(with(page(1), page(1)), page(1)));
    CHECK_BOTH(is(with(page(1), page(2)), byte_range{4096, 8192}));
    CHECK_BOTH(is(with(page(2), page(1)), byte_range{4096, 8192}));
    CHECK_BOTH(is(with(page(3), page(1)), page(1), page(3)));
    CHECK_BOTH(is(with(page(1), page(3), page(2)), byte_range{4096, 3 * 4096}));
    CHECK_BOTH(is(with(page(1), page(3), page(5), byte_range{0, 4 * 4096}), byte_range{0, 4 * 4096},
                  page(5)));
    CHECK_BOTH(is(with(byte_range{10, 0})));
    CHECK_BOTH(is(with(page(7), whole), whole));
    CHECK_BOTH(with(whole).contains(whole));
}

TEST_CASE("an entry stays, whatever is asked; only the replaced memory is forgotten") {
    constexpr auto ledger = with(page(1), page(5));
    CHECK_BOTH(ledger.overlaps({0, 5000}));
    CHECK_BOTH(ledger.overlaps({0, 5000}));
    CHECK_BOTH(ledger.readable({0, 5000}) == byte_range{0, 4096});
    CHECK_BOTH(ledger.readable({5000, 10}) == byte_range{5000, 0});
    CHECK_BOTH(ledger.readable({4096 * 2, 100}) == byte_range{4096 * 2, 100});
    CHECK_BOTH(is(ledger, page(1), page(5)));
    CHECK_BOTH(is(replaced(ledger, page(1)), page(5)));
    CHECK_BOTH(is(replaced(ledger, page(3)), page(1), page(5)));
    CHECK_BOTH(is(replaced(ledger, {4096, 1000}), byte_range{5096, 3096}, page(5)));
    CHECK_BOTH(is(replaced(ledger, {5000, 8192}), byte_range{4096, 904}, page(5)));
    CHECK_BOTH(
        is(replaced(ledger, {5000, 100}), byte_range{4096, 904}, byte_range{5100, 3092}, page(5)));
    CHECK_BOTH(is(replaced(ledger, {0, 0}), page(1), page(5)));
    CHECK_BOTH(replaced(ledger, whole).empty());
    CHECK_BOTH(is(replaced(with(whole), page(2)), byte_range{0, 2 * 4096},
                  byte_range::between(3 * 4096, whole.end())));
}

TEST_CASE("a removal adds nothing, a corruption does") {
    CHECK_BOTH(noted(cause::removal, whole).empty());
    CHECK_BOTH(noted(cause::removal, page(1)).empty());
    CHECK_BOTH(is(noted(cause::corruption, page(1)), page(1)));
}

TEST_CASE("a full ledger grows and says so, and forgets nothing") {
    constexpr auto full = with<2>(page(0), page(10));
    CHECK_BOTH(full.is_exact());
    CHECK_BOTH(told_of(full, page(10)) == ledger_entry::exact);
    CHECK_BOTH(told_of(full, page(11)) == ledger_entry::exact);
    CHECK_BOTH(told_of(full, page(8)) == ledger_entry::widened);
    // The two that are closest become one.
    CHECK_BOTH(is(with<2>(page(0), page(10), page(8)), page(0), byte_range{8 * 4096, 3 * 4096}));
    CHECK_BOTH(is(with<2>(page(0), page(10), page(2)), byte_range{0, 3 * 4096}, page(10)));
    CHECK_BOTH(!with<2>(page(0), page(10), page(8)).is_exact());
    CHECK_BOTH(with<2>(page(0), page(10), page(8)).contains(page(9)));

    // There is no room for what is left on both sides: what was replaced stays in.
    constexpr auto one = with<1>(page(4));
    CHECK_BOTH(told_of_replacing(one, {4 * 4096 + 100, 100}) == ledger_entry::widened);
    CHECK_BOTH(is(replaced(one, {4 * 4096 + 100, 100}), page(4)));
    CHECK_BOTH(!replaced(one, {4 * 4096 + 100, 100}).is_exact());

    // It stays inexact until nothing is left that could be wrong.
    constexpr auto widened = with<1>(page(0), page(10));
    CHECK_BOTH(!replaced(widened, page(0)).is_exact());
    CHECK_BOTH(replaced(widened, {0, 11 * 4096}).is_exact());
    CHECK_BOTH(replaced(widened, {0, 11 * 4096}).empty());
}

TEST_CASE("every order of changes, at the start and at the end of the device") {
    CHECK_BOTH(every_order<1>(at_the_start, 2));
    CHECK_BOTH(every_order<2>(at_the_start, 2));
    CHECK_BOTH(every_order<1>(at_the_end, 2));
    CHECK_BOTH(every_order<2>(at_the_end, 2));
    for (const unsigned from : {0U, 1U, small_range::max - 5U}) {
        CHECK(every_order<1>({from, 5}, 3));
        CHECK(every_order<2>({from, 5}, 3));
        CHECK(every_order<3>({from, 5}, 3));
    }
}

TEST_CASE("changes at random, all over the device") {
    CHECK(random_changes<1>());
    CHECK(random_changes<2>());
    CHECK(random_changes<5>());
    CHECK(random_changes<16>());
}
