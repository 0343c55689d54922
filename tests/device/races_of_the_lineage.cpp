// SPDX-License-Identifier: BSL-1.0
// The races that were found in the kernel's fields, on a model of those fields, each as an
// interleaving that the explorer finds; and the device of this library beside it, which has none.
//
// The models are of what a device keeps, and in which order it is read and written (drivers/dax/
// super.c of Linux 7.1 and the fixes for fsdev of 2026, whose merge is UNVERIFIED; fs/super.c).
// They are no copies of the kernel's code.
#include "daxhold/device.hpp"

#include "daxhold/testing/explored_device.hpp"

#include "../support/both.hpp"

#include <string>

using namespace daxhold;
using namespace daxhold::testing;

namespace {

template <class State, class... Actors>
constexpr exploration of(const State& start, Actors... actors) {
    const actor<State> all[] = {actors...};
    return explore<24>(start, all);
}

template <class Exploration>
bool breaks(const Exploration& e, const char* law) {
    return e.verdict == exploration_verdict::broken && std::string{e.law} == law;
}

// ---- Holder and operations of a device, as two fields ----

/// 0 is nobody, 1 and 2 are two holders.
struct two_fields {
    int holder = 0;
    int operations = 0;
    bool is_freed[3] = {};
    /// Who was mounted when everybody had come to the end.
    int stays = 0;
    const char* broken = nullptr;

    [[nodiscard]] constexpr const char* at_end() const {
        return stays != 0 && (holder != stays || operations != stays)
                   ? "the next holder keeps its operations"
                   : nullptr;
    }
    friend constexpr bool operator==(const two_fields&, const two_fields&) = default;
};
using in_fields = steps<two_fields>;

/// fs_dax_get: the holder by a compare-and-exchange, and then its operations.
template <int Me>
constexpr bool get(in_fields& s) {
    const bool is_mine = s.take("holder: compare and exchange", [](two_fields& d) {
        const bool was_free = d.holder == 0;
        d.holder = was_free ? Me : d.holder;
        return was_free;
    });
    if (is_mine)
        s.take("operations are set", [](two_fields& d) { d.operations = Me; });
    return is_mine;
}

/// fs_put_dax: the holder first, and then the operations, whose ever they are by now. It waits for
/// nobody.
template <int Me>
constexpr void put(in_fields& s) {
    const bool was_mine = s.take("holder: compare and exchange", [](two_fields& d) {
        const bool was = d.holder == Me;
        d.holder = was ? 0 : d.holder;
        return was;
    });
    if (was_mine)
        s.take("operations are cleared", [](two_fields& d) { d.operations = 0; });
}

template <int Me>
constexpr void gets(in_fields& s) {
    if (get<Me>(s))
        s.take("stays", [](two_fields& d) { d.stays = Me; });
}
template <int Me>
constexpr void puts(in_fields& s) {
    put<Me>(s);
}
template <int Me>
constexpr void puts_and_frees(in_fields& s) {
    put<Me>(s);
    s.take("frees its memory", [](two_fields& d) { d.is_freed[Me] = true; });
}

/// dax_holder_notify_failure: looks whether there are operations, and reads them again to call
/// them.
constexpr void notifies_by_two_reads(in_fields& s) {
    const int seen = s.take("reads the operations", [](two_fields& d) { return d.operations; });
    if (seen == 0)
        return;
    s.take("reads them again, and calls", [](two_fields& d) {
        if (d.operations == 0)
            d.broken = "nobody is called through a null pointer";
    });
}

/// The same with one read.
constexpr void notifies_by_one_read(in_fields& s) {
    const int seen = s.take("reads the operations", [](two_fields& d) { return d.operations; });
    if (seen == 0)
        return;
    s.take("calls", [=](two_fields& d) {
        if (d.is_freed[seen])
            d.broken = "nobody is notified after its put";
    });
}

constexpr two_fields held_by_the_first{.holder = 1, .operations = 1};

// ---- A table of {device, superblock} ----

/// Who is on the device, at most two: 1 and 2, or 0 for nobody; those who leave let the others move
/// up. Both are mounted, and the second one stays.
struct superblocks {
    int on_device[2] = {1, 2};
    bool is_freed[3] = {};
    bool was_told[3] = {};
    bool is_gone = false;
    const char* broken = nullptr;

    [[nodiscard]] constexpr const char* at_end() const {
        return is_gone && !was_told[2] ? "whoever stays is told" : nullptr;
    }
    friend constexpr bool operator==(const superblocks&, const superblocks&) = default;
};
using in_table = steps<superblocks>;

/// The device goes: one after another is looked up, and then told.
constexpr void tells_all(in_table& s) {
    for (int i = 0; i != 2; ++i) {
        const int found = s.take("looks up", [=](superblocks& t) { return t.on_device[i]; });
        if (found != 0)
            s.take("tells it", [=](superblocks& t) {
                if (t.is_freed[found])
                    t.broken = "who is told is there";
                t.was_told[found] = true;
            });
    }
    s.take("has told all", [](superblocks& t) { t.is_gone = true; });
}

/// An umount of the first: out of the table; with its memory freed, or only later, when nobody has
/// a reference any more.
template <bool Frees>
constexpr void leaves(in_table& s) {
    s.take("out of the table", [](superblocks& t) {
        t.on_device[0] = t.on_device[1];
        t.on_device[1] = 0;
    });
    if (Frees)
        s.take("frees its memory", [](superblocks& t) { t.is_freed[1] = true; });
}

// ---- The same as devices of this library ----

/// A disk (cell 0), and on it two devices (cells 1 and 2), each with a superblock that holds it.
struct disk_and_two {
    explored_cells<3, 3> cells;
    lifecycle<2> life;
    const char* broken = nullptr;

    [[nodiscard]] constexpr const char* at_end() const { return forgotten_at_the_end(*this); }
    friend constexpr bool operator==(const disk_and_two&, const disk_and_two&) = default;
};

using mf = failure_flags<lineage::linux_6_8::mf_flags>;

template <class State>
struct superblock {
    steps<State>* taken;
    unsigned number;
    constexpr result notify_failure(byte_range, mf flags) {
        const explored_notification<State> told{*taken, number, cause_of(flags)};
        return success;
    }
};

/// What all actors construct: superblocks, devices, and the disk that tells both devices.
template <synchronization_domain Domain>
struct stacked {
    using state = disk_and_two;
    using synchronization = explored_synchronization<state, Domain>;
    using partition_handle = static_holder<superblock<state>>;
    using partition_type = basic_dax_device<partition_handle, mf, synchronization>;
    using both_type = broadcast<partition_type*, partition_type*>;
    using disk_handle = static_holder<const both_type>;

    steps<state>& taken;
    superblock<state> superblocks[2]{{&taken, 0}, {&taken, 1}};
    partition_handle handles[2]{superblocks[0], superblocks[1]};
    partition_type first{taken, handles, 1U};
    partition_type second{taken, handles, 2U};
    both_type both{&first, &second};
    disk_handle disk_handles[1]{both};
    basic_dax_device<disk_handle, mf, synchronization> disk{taken, disk_handles, 0U};

    /// The disk goes; both are told through their own devices, which are then killed.
    static constexpr void removal(steps<state>& s) {
        stacked all{s};
        static_cast<void>(all.disk.kill());
        s.take("all were told", [](state& in) {
            if (!in.life.all_were_told())
                in.broken = "a kill returns when the holder was told";
        });
    }
    static constexpr void umount_of_the_first(steps<state>& s) {
        stacked all{s};
        static_cast<void>(all.first.put(all.handles[0]));
        s.take("frees its memory", [](state& in) { in.life.is_freed[0] = true; });
    }
    static constexpr void failure(steps<state>& s) {
        static_cast<void>(stacked{s}.disk.notify_failure({0, 1}, {}));
    }

    static constexpr state mounted() {
        state start;
        start.cells.value[0] = 1U << 4U; // the broadcast holds the disk
        start.cells.value[1] = 1U << 4U;
        start.cells.value[2] = 2U << 4U;
        start.life.stays[1] = true;
        return start;
    }
};

// ---- Layers: the device above is killed from inside of the removal of the one below ----

struct two_layers {
    explored_cells<2, 2> cells;
    lifecycle<1> life;
    const char* broken = nullptr;
    friend constexpr bool operator==(const two_layers&, const two_layers&) = default;
};

template <synchronization_domain Domain>
struct layered {
    using state = two_layers;
    using synchronization = explored_synchronization<state, Domain>;
    using upper_handle = static_holder<superblock<state>>;
    using upper_type = basic_dax_device<upper_handle, mf, synchronization>;

    struct takes_it_along {
        upper_type* upper;
        constexpr result notify_failure(byte_range, mf) const { return upper->kill(); }
    };

    steps<state>& taken;
    superblock<state> top{&taken, 0};
    upper_handle upper_handles[1]{top};
    upper_type upper{taken, upper_handles, 1U};
    takes_it_along between{&upper};
    static_holder<takes_it_along> lower_handles[1]{between};
    basic_dax_device<static_holder<takes_it_along>, mf, synchronization> lower{taken, lower_handles,
                                                                               0U};

    static constexpr void removal(steps<state>& s) { static_cast<void>(layered{s}.lower.kill()); }
    static constexpr void failure(steps<state>& s) {
        static_cast<void>(layered{s}.upper.notify_failure({0, 1}, {}));
    }

    static constexpr state mounted() {
        state start;
        start.cells.value[0] = 1U << 4U;
        start.cells.value[1] = 1U << 4U;
        start.life.stays[0] = true;
        return start;
    }
};

} // namespace

TEST_CASE("two fields: a put clears the operations of the next holder") {
    CHECK(breaks(of(held_by_the_first, puts<1>, gets<2>), "the next holder keeps its operations"));
}

TEST_CASE("two fields: operations that are read twice are gone at the second time") {
    CHECK(breaks(of(held_by_the_first, puts<1>, notifies_by_two_reads),
                 "nobody is called through a null pointer"));
    CHECK_BOTH(of(held_by_the_first, puts<1>, notifies_by_one_read).kept());
}

TEST_CASE("two fields: a put that does not wait frees who is being notified") {
    CHECK(breaks(of(held_by_the_first, puts_and_frees<1>, notifies_by_one_read),
                 "nobody is notified after its put"));
}

TEST_CASE("a table of {device, superblock}: freed after the lookup, missed when others move up") {
    constexpr superblocks one_alone{.on_device = {1, 0}, .was_told = {false, false, true}};
    CHECK(breaks(of(one_alone, tells_all, leaves<true>), "who is told is there"));
    CHECK(breaks(of(superblocks{}, tells_all, leaves<false>), "whoever stays is told"));
}

TEST_CASE("two superblocks as devices on one disk: none of that") {
    using ours = stacked<synchronization_domain::cell>;
    CHECK(of(ours::mounted(), ours::removal, ours::umount_of_the_first).kept());
    CHECK(of(ours::mounted(), ours::removal, ours::umount_of_the_first, ours::failure).kept());
    // Here nobody changes a device from inside of a notification.
    using theirs = stacked<synchronization_domain::process>;
    CHECK(of(theirs::mounted(), theirs::removal, theirs::umount_of_the_first, theirs::failure)
              .kept());
}

TEST_CASE("who kills the device above from inside of a removal waits for itself in one domain") {
    using ours = layered<synchronization_domain::cell>;
    CHECK_BOTH(of(ours::mounted(), ours::removal).kept());
    CHECK(of(ours::mounted(), ours::removal, ours::failure).kept());
    using theirs = layered<synchronization_domain::process>;
    CHECK_BOTH(of(theirs::mounted(), theirs::removal).verdict == exploration_verdict::broken);
    CHECK(breaks(of(theirs::mounted(), theirs::removal), "no deadlock"));
}
