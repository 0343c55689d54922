// SPDX-License-Identifier: BSL-1.0
#include "daxhold/releases/daxfs.hpp"

#include "daxhold/policy/report.hpp"

#include "../support/both.hpp"

#include <cerrno>

using namespace daxhold;
using namespace daxhold::tables;
using releases::daxfs;
using own = daxfs::own_operation;
using owner_class = daxfs::owner_class;

static_assert(proven<daxfs::gate>);
static_assert(proven<daxfs::record>);
static_assert(proven<daxfs::end>);

namespace {

constexpr std::uint64_t page_size = 4096;
constexpr std::size_t page_count = 12;
constexpr byte_range page(std::uint64_t number, std::uint64_t count = 1) {
    return {number * page_size, count * page_size};
}

/// A record is a page here.
struct page_record {
    byte_range extent{};
    owner_class owner = owner_class::unallocated;
    std::uint64_t file_offset = 0;
};

/// What was done, in order.
struct act {
    own what = own::unmap;
    std::uint64_t page = page_count;

    friend constexpr bool operator==(act, act) = default;
};

/// What a region is good for.
enum class region : unsigned char { live, draining, failed };

struct one_page {
    owner_class owner = owner_class::unallocated;
    bool is_mapped = false;
    bool is_cached = false;
    /// The memory itself, which the injection of an error breaks, and a replacement mends.
    bool is_broken = false;
};

/// A region of daxfs, with two pages of each owner: 0-1 overlay, 2-3 base, 4-5 pcache, 6-7
/// metadata, 8-11 unallocated. All data is mapped and cached.
struct region_mock {
    using record = page_record;

    one_page pages[page_count] = {};
    poison_ledger<4> ledger;
    region state = region::live;
    bool born = true;
    bool is_shut_down = false;
    shutdown_reason reason = shutdown_reason::force_umount;
    act acts[64] = {};
    std::size_t act_count = 0;
    /// The number of the act, from 1, that fails.
    std::size_t fails_at = 0;

    constexpr region_mock() {
        constexpr owner_class owners[] = {owner_class::overlay_data, owner_class::base_data,
                                          owner_class::pcache_data,  owner_class::metadata,
                                          owner_class::unallocated,  owner_class::unallocated};
        for (std::size_t i = 0; i != page_count; ++i) {
            pages[i].owner = owners[i / 2];
            pages[i].is_mapped = pages[i].is_cached = i < 6;
        }
    }

    // What the engine asks.

    [[nodiscard]] constexpr bool is_born() const { return born; }
    [[nodiscard]] constexpr byte_range device_range(role /*device*/) const {
        return page(0, page_count);
    }
    [[nodiscard]] constexpr poisoned answer(boost::hana::basic_type<poisoned>,
                                            const page_record& of) const {
        return ledger.state_of(of.extent);
    }
    template <class Visitor>
    constexpr result for_each_mapping(role /*device*/, byte_range range, Visitor&& visit) {
        for (std::size_t i = 0; i != page_count; ++i)
            if (page(i).overlaps(range) && !visit(page_record{page(i), pages[i].owner}))
                break;
        return {};
    }

    // What the engine tells it to do.

    constexpr result shut_down(shutdown_reason why) noexcept {
        is_shut_down = true;
        reason = why;
        return {};
    }

    constexpr result perform(own what) noexcept {
        const auto outcome = note({what, page_count});
        if (outcome.ok() && what == own::fail_region)
            state = region::failed;
        else if (outcome.ok() && state == region::live)
            state = region::draining;
        return outcome;
    }

    constexpr result perform(own what, const page_record& of, byte_range part) noexcept {
        const auto number = of.extent.offset() / page_size;
        const auto outcome = note({what, number});
        if (!outcome.ok())
            return outcome;
        if (what == own::unmap)
            pages[number].is_mapped = false;
        else if (what == own::drop_cached_pointer)
            pages[number].is_cached = false;
        else
            // The mark is for the page, however little of it is broken.
            static_cast<void>(part), ledger.add(of.extent);
        return outcome;
    }

    // What its users do.

    /// Reads a page. Who comes upon broken memory tells of it (section 8.1 of the issue).
    constexpr result read(std::uint64_t number) {
        if (state == region::failed || ledger.overlaps(page(number)))
            return result::error(EIO);
        if (!pages[number].is_broken)
            return {};
        static_cast<void>(
            notify_failure<daxfs>(*this, role::data, page(number), cause::corruption));
        return result::error(EIO);
    }

    /// Writes something anew; -EIO when it may not, -ENOSPC without a page for it.
    constexpr result write() {
        if (is_shut_down)
            return result::error(EIO);
        for (auto& one : pages) {
            const auto number = static_cast<std::uint64_t>(&one - pages);
            if (one.owner == owner_class::unallocated && state == region::live &&
                !ledger.overlaps(page(number))) {
                one = {owner_class::overlay_data, true, true, one.is_broken};
                return {};
            }
        }
        return result::error(ENOSPC);
    }

    /// Whether a process that maps a page still reaches broken memory through it.
    [[nodiscard]] constexpr bool is_exposed(std::uint64_t number) const {
        return pages[number].is_mapped && pages[number].is_broken;
    }

    constexpr void inject_poison(std::uint64_t first, std::uint64_t count = 1) {
        for (auto i = first; i != first + count; ++i)
            pages[i].is_broken = true;
    }
    constexpr void clear_injection() {
        for (auto& one : pages)
            one.is_broken = false;
    }
    /// New memory for these pages, and the region is added again.
    constexpr void replace(std::uint64_t first, std::uint64_t count) {
        for (auto i = first; i != first + count; ++i)
            pages[i].is_broken = false;
        ledger.replace(page(first, count));
        state = region::live;
    }

private:
    constexpr result note(act done) {
        acts[act_count++] = done;
        return act_count == fails_at ? result::error(EDOM) : success;
    }
};

static_assert(fits<daxfs, region_mock>);

/// A region behind an event, and the report.
struct told_region {
    region_mock fs;
    report made;

    template <class... Acts>
    [[nodiscard]] constexpr bool did(Acts... expected) const {
        const act all[] = {expected..., act{}};
        if (fs.act_count != sizeof...(Acts))
            return false;
        for (std::size_t i = 0; i != fs.act_count; ++i)
            if (!(fs.acts[i] == all[i]))
                return false;
        return true;
    }
};

constexpr told_region tell(region_mock fs, cause why, byte_range where) {
    fs.act_count = 0;
    told_region told{fs, {}};
    told.made = report_failure<daxfs>(told.fs, role::data, where, why);
    return told;
}
constexpr told_region corrupt(std::uint64_t first, std::uint64_t count = 1) {
    region_mock fs;
    fs.inject_poison(first, count);
    return tell(fs, cause::corruption, page(first, count));
}
constexpr told_region removed() { return tell({}, cause::removal, byte_range::whole_device()); }

constexpr told_region removed_again() {
    return tell(removed().fs, cause::removal, byte_range::whole_device());
}
constexpr bool fails_after_a_part_was_removed() {
    auto fs = tell({}, cause::removal, page(0, 2)).fs;
    fs.inject_poison(4);
    const auto told = tell(fs, cause::corruption, page(4));
    return told.made.outcome == success && fs.is_exposed(4) && !told.fs.is_exposed(4) &&
           told.fs.ledger.contains(page(4)) && told.fs.state == region::failed;
}

/// A corruption of a data page: this mark, and nobody reaches the page any more.
constexpr bool costs_the_page(std::uint64_t number, own mark) {
    const auto told = corrupt(number);
    for (std::size_t i = 0; i != page_count; ++i) {
        auto fs = told.fs;
        if ((fs.read(i) == result::error(EIO)) != (i == number))
            return false;
    }
    return told.made.outcome == success && !told.fs.is_shut_down && told.fs.state == region::live &&
           !told.fs.is_exposed(number) && !told.fs.pages[number].is_cached &&
           told.fs.ledger.size() == 1 && told.fs.ledger[0] == page(number) &&
           told.did(act{mark, number}, act{own::drop_cached_pointer, number},
                    act{own::unmap, number});
}

constexpr bool write_succeeds(region_mock fs) { return fs.write() == success; }
constexpr bool read_succeeds(region_mock fs, std::uint64_t number) {
    return fs.read(number) == success;
}

constexpr bool stays_when_the_injection_is_cleared() {
    auto fs = corrupt(0, 6).fs;
    fs.clear_injection();
    for (std::uint64_t i = 0; i != 6; ++i)
        for (unsigned again = 0; again != 3; ++again)
            if (fs.read(i) != result::error(EIO))
                return false;
    return fs.ledger.contains(page(0, 6)) && write_succeeds(fs) && read_succeeds(fs, 8);
}
constexpr bool is_good_again_only_when_replaced() {
    auto fs = corrupt(0, 2).fs;
    fs.clear_injection();
    if (read_succeeds(fs, 0))
        return false;
    fs.replace(0, 1);
    return read_succeeds(fs, 0) && !read_succeeds(fs, 1);
}

/// A reader finds it first, and then the device tells of it too.
constexpr bool is_told_twice_without_harm() {
    region_mock fs;
    fs.inject_poison(2);
    if (fs.read(2) != result::error(EIO) || fs.ledger.bytes() != page_size)
        return false;
    // A mapping that came into being meanwhile is torn down again; nothing is marked again.
    fs.pages[2].is_mapped = true;
    const auto told = tell(fs, cause::corruption, page(2));
    return told.made.outcome == success && !told.fs.is_exposed(2) &&
           told.fs.ledger.bytes() == page_size &&
           told.did(act{own::drop_cached_pointer, 2}, act{own::unmap, 2});
}

/// Writes as long as there is room, and whether one of the poisoned pages was given out.
constexpr bool gives_out_none_of(region_mock fs, byte_range bad) {
    std::size_t written = 0;
    while (fs.write() == success)
        ++written;
    for (std::size_t i = 0; i != page_count; ++i)
        if (page(i).overlaps(bad) && fs.pages[i].owner == owner_class::overlay_data)
            return false;
    return written == 3;
}

/// Each step that fails: the walk goes on, the error is told, and what could not be stopped page by
/// page is given up as a whole.
constexpr bool gives_up_the_region_when_a_step_fails() {
    for (std::size_t nth = 1;; ++nth) {
        region_mock fs;
        fs.inject_poison(0, page_count);
        fs.fails_at = nth;
        const auto told = tell(fs, cause::corruption, page(0, page_count));
        if (told.fs.act_count < nth)
            // three steps for each of six pages of data, one for each of four free ones
            return nth == 6 * 3 + 4 + 1;
        if (told.made.outcome != result::error(EDOM) || told.made.records != page_count ||
            told.fs.state != region::failed || !told.made.not_walked.empty())
            return false;
    }
}

/// The steps of a record, of all its facts.
constexpr auto course_of(cause why, owner_class who, poisoned before) {
    return decide<daxfs::record>(known(why, who, before));
}
constexpr bool does(cause why, owner_class who, poisoned before, auto... steps) {
    const auto course = course_of(why, who, before);
    const own expected[] = {steps..., own::unmap};
    if (course.count != sizeof...(steps) || course.end != ending::next)
        return false;
    for (std::size_t i = 0; i != course.count; ++i)
        if (course.steps[i].what != operation::own || course.steps[i].own != expected[i] ||
            course.steps[i].then != on_error::collect)
            return false;
    return true;
}
constexpr bool shuts_down(cause why, poisoned before, shutdown_reason reason) {
    const auto course = course_of(why, owner_class::metadata, before);
    return course.count == 1 && course.steps[0].what == operation::shut_down &&
           course.steps[0].argument<shutdown_reason>() == reason && course.end == ending::next;
}
/// No removal marks anything, whoever owns it.
constexpr bool removal_never_marks() {
    for (std::size_t who = 0; who != value_count<owner_class>; ++who)
        for (const auto before : {poisoned::no, poisoned::yes}) {
            const auto course = course_of(cause::removal, static_cast<owner_class>(who), before);
            for (std::size_t i = 0; i != course.count; ++i)
                if (course.steps[i].what == operation::own && course.steps[i].own != own::unmap &&
                    course.steps[i].own != own::drop_cached_pointer)
                    return false;
        }
    return true;
}

} // namespace

TEST_CASE("what is done by owner class, event, and what is known already") {
    using enum cause;
    constexpr owner_class data[] = {owner_class::overlay_data, owner_class::base_data,
                                    owner_class::pcache_data};
    CHECK_BOTH(does(corruption, owner_class::overlay_data, poisoned::no, own::mark_page_poisoned,
                    own::drop_cached_pointer, own::unmap));
    CHECK_BOTH(does(corruption, owner_class::base_data, poisoned::no, own::insert_poison_bucket,
                    own::drop_cached_pointer, own::unmap));
    CHECK_BOTH(does(corruption, owner_class::pcache_data, poisoned::no, own::mark_slot_poisoned,
                    own::drop_cached_pointer, own::unmap));
    CHECK_BOTH(does(corruption, owner_class::unallocated, poisoned::no, own::withdraw_page));
    CHECK_BOTH(does(corruption, owner_class::unallocated, poisoned::yes));
    for (const auto who : data) {
        CHECK(does(corruption, who, poisoned::yes, own::drop_cached_pointer, own::unmap));
        for (const auto before : {poisoned::no, poisoned::yes})
            CHECK(does(removal, who, before, own::drop_cached_pointer, own::unmap));
    }
    for (const auto before : {poisoned::no, poisoned::yes}) {
        CHECK(does(removal, owner_class::unallocated, before));
        CHECK(shuts_down(corruption, before, shutdown_reason::corrupt_ondisk));
        CHECK(shuts_down(removal, before, shutdown_reason::device_removed));
    }
    CHECK_BOTH(removal_never_marks());
}

TEST_CASE("a failure costs the page that failed, and no other") {
    CHECK_BOTH(costs_the_page(0, own::mark_page_poisoned));
    CHECK_BOTH(costs_the_page(1, own::mark_page_poisoned));
    CHECK_BOTH(costs_the_page(2, own::insert_poison_bucket));
    CHECK_BOTH(costs_the_page(5, own::mark_slot_poisoned));
    CHECK_BOTH(write_succeeds(corrupt(0, 6).fs));
    CHECK_BOTH(corrupt(0, 6).made.records == 6);
}

TEST_CASE("a failure of metadata shuts down, and writes are -EIO; reads of data go on") {
    CHECK_BOTH(corrupt(6).fs.is_shut_down);
    CHECK_BOTH(corrupt(6).made.is_shut_down);
    CHECK_BOTH(corrupt(6).made.reason == shutdown_reason::corrupt_ondisk);
    CHECK_BOTH(corrupt(6).made.outcome == success);
    CHECK_BOTH(!write_succeeds(corrupt(6).fs));
    CHECK_BOTH(read_succeeds(corrupt(6).fs, 0));
    // Data behind metadata in the range is dealt with as well.
    CHECK_BOTH(corrupt(5, 4).fs.is_shut_down);
    CHECK_BOTH(!corrupt(5, 4).fs.is_exposed(5));
    CHECK_BOTH(corrupt(5, 4).fs.ledger.contains(page(8)));
}

TEST_CASE("poison is sticky: only new memory ends it") {
    CHECK_BOTH(stays_when_the_injection_is_cleared());
    CHECK_BOTH(is_good_again_only_when_replaced());
    CHECK_BOTH(is_told_twice_without_harm());
}

TEST_CASE("a poisoned page is never given out again") {
    CHECK_BOTH(gives_out_none_of(corrupt(9).fs, page(9)));
    CHECK_BOTH(gives_out_none_of(corrupt(8).fs, page(8)));
}

TEST_CASE("a removal drains the region: everybody is stopped, nothing is poisoned") {
    CHECK_BOTH(removed().made.outcome == success);
    CHECK_BOTH(removed().fs.ledger.empty());
    CHECK_BOTH(removed().fs.acts[0] == act{own::drain_region, page_count});
    CHECK_BOTH(removed().fs.acts[removed().fs.act_count - 1] == act{own::fail_region, page_count});
    CHECK_BOTH(removed().fs.act_count == 2 + 6 * 2);
    CHECK_BOTH(removed().fs.state == region::failed);
    CHECK_BOTH([] {
        const auto fs = removed().fs;
        for (const auto& one : fs.pages)
            if (one.is_mapped || one.is_cached)
                return false;
        return !read_succeeds(fs, 0);
    }());
    // The home region: the index goes with it.
    CHECK_BOTH(removed().made.is_shut_down);
    CHECK_BOTH(removed().made.reason == shutdown_reason::device_removed);
    // A removal of some data alone leaves the filesystem in use.
    CHECK_BOTH(!tell({}, cause::removal, page(0, 6)).made.is_shut_down);
    // Told again: the same, and no harm done.
    CHECK_BOTH(removed_again().made.outcome == success);
    CHECK_BOTH(removed_again().fs.state == region::failed);
    CHECK_BOTH(removed_again().fs.ledger.empty());
    // What is left of a region that was given up can still fail.
    CHECK_BOTH(fails_after_a_part_was_removed());
}

TEST_CASE("the gates") {
    constexpr auto unborn = [] {
        region_mock fs;
        fs.born = false;
        return fs;
    }();
    constexpr auto draining = [] {
        region_mock fs;
        fs.state = region::draining;
        return fs;
    }();
    CHECK_BOTH(tell(unborn, cause::corruption, page(0)).made.outcome == result::error(EIO));
    CHECK_BOTH(tell(unborn, cause::removal, page(0)).made.outcome == result::error(EIO));
    CHECK_BOTH(tell(unborn, cause::corruption, page(0)).fs.act_count == 0);
    CHECK_BOTH(tell({}, cause::corruption, page(99)).made.outcome == no_such_device);
    // What is being drained can still fail.
    CHECK_BOTH(tell(draining, cause::corruption, page(0)).fs.ledger.contains(page(0)));
    CHECK_BOTH(tell(draining, cause::removal, page(0)).fs.state == region::failed);
}

TEST_CASE("every step that fails") { CHECK_BOTH(gives_up_the_region_when_a_step_fails()); }
