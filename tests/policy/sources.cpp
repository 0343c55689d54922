// SPDX-License-Identifier: BSL-1.0
#include "daxhold/policy/sources.hpp"

#include "daxhold/policy/engine.hpp"
#include "daxhold/policy/words.hpp"
#include "daxhold/releases.hpp"
#include "daxhold/testing.hpp"

#include "../support/both.hpp"

using namespace daxhold;
using namespace daxhold::tables;
using namespace daxhold::testing;
using boost::hana::type_c;

namespace {

struct bare {
    [[nodiscard]] constexpr bool is_born() const { return false; }
    [[nodiscard]] constexpr byte_range device_range(role device) const {
        return device == role::data ? byte_range{4096, 8192} : byte_range{};
    }
};

template <class Fact, class Filesystem = bare>
constexpr Fact of_event(byte_range where, cause why = cause::corruption, role device = role::data,
                        Filesystem fs = {}) {
    auto event = daxhold::detail::arrived(device, where, why);
    return daxhold::detail::event_source<Filesystem>{fs, event}(type_c<Fact>);
}
constexpr byte_range part_of(byte_range where, role device = role::data) {
    bare fs;
    auto event = daxhold::detail::arrived(device, where, cause::removal);
    return daxhold::detail::event_source<bare>{fs, event}.part();
}
constexpr byte_range whole = byte_range::whole_device();

// Facts of the filesystem's own: of an event, of a record, of both.
enum class season : unsigned char { dry, wet };
enum class weight : unsigned char { light, heavy };
struct own_facts : bare {
    constexpr season answer(boost::hana::type<season>) const { return season::wet; }
    constexpr weight answer(boost::hana::type<weight>, const rmap_record& r) const {
        return r.inode_number == 0 ? weight::light : weight::heavy;
    }
    constexpr season answer(boost::hana::type<season>, const rmap_record&) const {
        return season::dry;
    }
};

template <class Fact, class Filesystem>
constexpr Fact of_record(Filesystem fs, const record_of<Filesystem>& r) {
    auto event = daxhold::detail::arrived(role::data, whole, cause::removal);
    handle_of<Filesystem> handle{};
    return daxhold::detail::record_source<Filesystem, daxhold::detail::nothing_decided<Filesystem>>{
        {fs, event}, r, handle}(type_c<Fact>);
}

// Owners of its own, and nothing told of sharing.
enum class holder_of_bytes : unsigned char { tree, leaf };
struct own_record {
    byte_range extent{};
    holder_of_bytes owner = holder_of_bytes::leaf;
    std::uint64_t file_offset = 0;
};
struct own_owners : bare {
    using record = own_record;
};

/// Counts how often it is asked.
struct counting : mock_filesystem {
    unsigned finds = 0;
    unsigned dax_questions = 0;
    unsigned births = 0;
    unsigned mappings = 0;

    constexpr result find_in_core(const rmap_record& r, mock_inode*& found) {
        ++finds;
        return mock_filesystem::find_in_core(r, found);
    }
    constexpr bool is_dax(mock_inode* i) {
        ++dax_questions;
        return mock_filesystem::is_dax(i);
    }
    constexpr bool is_born() {
        ++births;
        return true;
    }
    constexpr bool has_rmap(role device) {
        ++mappings;
        return mock_filesystem::has_rmap(device);
    }
};

/// Asks for the inode in three ways, of data only.
struct curious : words {
    static constexpr auto gate = table(when(mount::not_born) >> refuse(EIO),
                                       when(rmap::absent) >> unsupported, otherwise >> walk);
    static constexpr auto record =
        table(when(none_of(owner::file_data)) >> next, when(none_of(inode::in_core)) >> next,
              when(mapping::dax) >> kill_users(users::every, poison::marked) >>
                  attempt(invalidate) >> next,
              otherwise >> next);
    static constexpr auto end = table(otherwise >> return_error);
};
/// Asks for each record, and at the end, what the rows above the one that walks have decided.
struct forgetful : words {
    static constexpr auto gate = table(when(mount::not_born) >> refuse(EIO),
                                       when(rmap::absent) >> unsupported, otherwise >> walk);
    static constexpr auto record = table(when(rmap::absent) >> stop(EIO),
                                         when(mount::not_born) >> stop(EIO), otherwise >> next);
    static constexpr auto end =
        table(when(mount::not_born) >> refuse(EIO), otherwise >> return_error);
};

template <class Policy = curious>
constexpr counting asked(byte_range where) {
    auto fs = populated<counting>();
    static_cast<void>(notify_failure<Policy>(fs, role::data, where, cause::removal));
    return fs;
}

/// Answers every lookup with one errno.
struct looked_up : mock_filesystem {
    int errno_value = 0;
    constexpr result find_in_core(const rmap_record& r, mock_inode*& found) {
        return errno_value == 0 ? mock_filesystem::find_in_core(r, found)
                                : result::error(errno_value);
    }
};
constexpr looked_up with_lookup(int errno_value) {
    auto fs = populated<looked_up>();
    fs.errno_value = errno_value;
    return fs;
}

template <class Fact>
constexpr Fact of_end(walk_end how, bool is_wanted, bool is_frozen) {
    bare fs;
    auto event = daxhold::detail::arrived(role::data, whole, cause::removal);
    return daxhold::detail::end_source<bare>{
        {fs, event},
        {how != walk_end::not_started, how == walk_end::clean ? success : result::error(EIO),
         how == walk_end::failed, is_wanted, is_frozen}}(type_c<Fact>);
}

template <class Source, class Fact>
constexpr bool knows = answers<Source, Fact>;

} // namespace

TEST_CASE("an event arrives in the bytes of the filesystem's part of the device") {
    CHECK_BOTH(part_of(whole) == byte_range{0, 8192});
    CHECK_BOTH(part_of({0, 5000}) == byte_range{0, 904});
    CHECK_BOTH(part_of({5000, 10}) == byte_range{904, 10});
    CHECK_BOTH(part_of({12287, 100}) == byte_range{8191, 1});
    CHECK_BOTH(part_of({0, 4096}).empty());
    CHECK_BOTH(part_of({12288, 1}).empty());
    CHECK_BOTH(part_of({5000, 0}).empty());
    CHECK_BOTH(part_of(whole, role::log).empty());
}

TEST_CASE("the facts of an event") {
    CHECK_BOTH(of_event<cause>({}, cause::removal) == cause::removal);
    CHECK_BOTH(of_event<role>(whole, cause::removal, role::log) == role::log);
    CHECK_BOTH(of_event<scope>(whole) == scope::whole_device);
    CHECK_BOTH(of_event<scope>({4096, 8192}) == scope::part);
    CHECK_BOTH(of_event<scope>({1, byte_range::max}) == scope::part);
    CHECK_BOTH(of_event<range>({5000, 1}) == range::inside);
    CHECK_BOTH(of_event<range>({5000, 0}) == range::outside);
    CHECK_BOTH(of_event<range>(whole, cause::removal, role::realtime) == range::outside);
    CHECK_BOTH(of_event<mount>(whole) == mount::not_born);
    CHECK_BOTH(of_event<mount>(whole, cause::removal, role::data, mock_filesystem{}) ==
               mount::born);
}

TEST_CASE("what a filesystem lacks is a fact") {
    CHECK_BOTH(of_event<rmap>(whole) == rmap::absent);
    CHECK_BOTH(of_event<groups>(whole) == groups::one);
    CHECK_BOTH(of_event<can_freeze>(whole) == can_freeze::no);
    CHECK_BOTH(of_event<can_kill_users>(whole) == can_kill_users::no);
    CHECK_BOTH(of_event<can_invalidate>(whole) == can_invalidate::no);
    CHECK_BOTH(of_event<can_shut_down>(whole) == can_shut_down::no);

    constexpr auto of_mock = []<class Fact>(Fact, role device, bool has_several_groups) {
        mock_filesystem_with_devices fs;
        fs.has_several_groups = has_several_groups;
        return of_event<Fact>(whole, cause::removal, device, fs);
    };
    CHECK_BOTH(of_mock(rmap{}, role::data, false) == rmap::present);
    CHECK_BOTH(of_mock(rmap{}, role::realtime, false) == rmap::absent);
    CHECK_BOTH(of_mock(groups{}, role::data, false) == groups::one);
    CHECK_BOTH(of_mock(groups{}, role::data, true) == groups::several);
    CHECK_BOTH(of_mock(can_freeze{}, role::data, false) == can_freeze::yes);
    CHECK_BOTH(of_mock(can_kill_users{}, role::data, false) == can_kill_users::yes);
    CHECK_BOTH(of_mock(can_invalidate{}, role::data, false) == can_invalidate::yes);
    CHECK_BOTH(of_mock(can_shut_down{}, role::data, false) == can_shut_down::yes);
    CHECK_BOTH(of_event<can_freeze>(whole, cause::removal, role::data,
                                    mock_filesystem_without_freeze{}) == can_freeze::no);
}

TEST_CASE("facts of one's own, of the event and of each record") {
    CHECK_BOTH(of_event<season>(whole, cause::removal, role::data, own_facts{}) == season::wet);
    CHECK_BOTH(of_record<weight>(own_facts{}, {.inode_number = 7}) == weight::heavy);
    CHECK_BOTH(of_record<weight>(own_facts{}, {}) == weight::light);
    // Where both are told, the record is nearer.
    CHECK_BOTH(of_record<season>(own_facts{}, {}) == season::dry);
    CHECK_BOTH(of_record<holder_of_bytes>(own_owners{}, {}) == holder_of_bytes::leaf);

    CHECK_BOTH(knows<daxhold::detail::event_source<own_facts>, season>);
    CHECK_BOTH(!knows<daxhold::detail::event_source<own_facts>, weight>);
    CHECK_BOTH(
        knows<
            daxhold::detail::record_source<own_facts, daxhold::detail::nothing_decided<own_facts>>,
            weight>);
    CHECK_BOTH(!knows<daxhold::detail::event_source<bare>, season>);
    CHECK_BOTH(!knows<daxhold::detail::record_source<own_owners,
                                                     daxhold::detail::nothing_decided<own_owners>>,
                      owner>);
    CHECK_BOTH(!knows<daxhold::detail::record_source<own_owners,
                                                     daxhold::detail::nothing_decided<own_owners>>,
                      sharing>);
    CHECK_BOTH(knows<daxhold::detail::record_source<bare, daxhold::detail::nothing_decided<bare>>,
                     sharing>);
}

TEST_CASE("the facts of a record, with those of the event behind them") {
    CHECK_BOTH(of_record<owner>(bare{}, {.owner = owner::bmbt}) == owner::bmbt);
    CHECK_BOTH(of_record<sharing>(bare{}, {.sharing = sharing::shared}) == sharing::shared);
    CHECK_BOTH(of_record<cause>(bare{}, {}) == cause::removal);
    CHECK_BOTH(of_record<mount>(bare{}, {}) == mount::not_born);
    // Without inodes none is in core, and without a page cache every file is dax.
    CHECK_BOTH(of_record<inode>(bare{}, {}) == inode::not_in_core);
    CHECK_BOTH(of_record<mapping>(bare{}, {}) == mapping::dax);

    constexpr auto of_file = []<class Fact>(Fact, std::uint64_t number) {
        return of_record<Fact>(populated<>(), {{}, owner::file_data, number});
    };
    CHECK_BOTH(of_file(inode{}, plain) == inode::in_core);
    CHECK_BOTH(of_file(inode{}, idle) == inode::not_in_core);
    CHECK_BOTH(of_file(inode{}, reclaimed) == inode::lookup_failed);
    CHECK_BOTH(of_file(mapping{}, plain) == mapping::dax);
    CHECK_BOTH(of_file(mapping{}, buffered) == mapping::buffered);
    CHECK_BOTH(of_file(mapping{}, idle) == mapping::dax);
}

TEST_CASE("-ENODATA alone says that an inode is not in core") {
    // In 6.8 a file whose inode is not in core is passed over, and a lookup that fails is
    // corruption.
    constexpr auto answer = [](int errno_value) {
        auto fs = with_lookup(errno_value);
        return notify_failure<releases::xfs_linux_6_8>(fs, role::data, blocks(13, 1),
                                                       cause::corruption);
    };
    CHECK_BOTH(answer(ENODATA) == success);
    for (const int errno_value : {ENOENT, EAGAIN, EIO, EINVAL, EUCLEAN, ESTALE, ENXIO}) {
        CHECK(answer(errno_value) == filesystem_corrupted);
        CHECK(of_record<inode>(with_lookup(errno_value), {}) == inode::lookup_failed);
    }
    CHECK_BOTH(answer(ENOENT) == filesystem_corrupted);
    CHECK_BOTH(of_record<inode>(with_lookup(ENODATA), {}) == inode::not_in_core);
    CHECK_BOTH(of_record<inode>(with_lookup(ENOENT), {}) == inode::lookup_failed);
}

TEST_CASE("a costly question is asked at most once a record, and only where it can matter") {
    CHECK_BOTH(asked(blocks(13, 1)).finds == 1);
    CHECK_BOTH(asked(blocks(13, 1)).dax_questions == 1);
    CHECK_BOTH(asked(blocks(13, 1)).births == 1);
    CHECK_BOTH(asked(blocks(13, 1)).mappings == 1);
    CHECK_BOTH(asked(blocks(16, 1)).finds == 1);
    CHECK_BOTH(asked(blocks(16, 1)).dax_questions == 0);
    // No inode is looked for behind metadata.
    CHECK_BOTH(asked(blocks(0, 1)).finds == 0);
    CHECK_BOTH(asked(blocks(28, 2)).finds == 0);
    CHECK_BOTH(asked(whole).finds == 7);
    CHECK_BOTH(asked(whole).births == 1);
}

TEST_CASE("what the gate has decided is not asked for again") {
    CHECK_BOTH(asked<forgetful>(blocks(0, 64)).births == 1);
    CHECK_BOTH(asked<forgetful>(blocks(0, 64)).mappings == 1);
}

TEST_CASE("the facts of an end") {
    CHECK_BOTH(of_end<walk_end>(walk_end::failed, false, false) == walk_end::failed);
    CHECK_BOTH(of_end<cut_short>(walk_end::failed, false, false) == cut_short::yes);
    CHECK_BOTH(of_end<cut_short>(walk_end::clean, false, false) == cut_short::no);
    CHECK_BOTH(of_end<want_shutdown>(walk_end::clean, true, false) == want_shutdown::yes);
    CHECK_BOTH(of_end<want_shutdown>(walk_end::clean, false, true) == want_shutdown::no);
    CHECK_BOTH(of_end<frozen>(walk_end::clean, false, true) == frozen::by_us);
    CHECK_BOTH(of_end<frozen>(walk_end::clean, true, false) == frozen::not_by_us);
    CHECK_BOTH(of_end<scope>(walk_end::clean, true, false) == scope::whole_device);
}

namespace {

/// What a filesystem that tells of its end, its mount and its inodes is asked, by a policy that
/// says what it found out.
template <class Fact>
struct tells : words {
    static constexpr auto gate = [] {
        if constexpr (value_count<Fact> == 2)
            return table(when(Fact{0}) >> refuse(1), otherwise >> refuse(2));
        else
            return table(when(Fact{0}) >> refuse(1), when(Fact{1}) >> refuse(2),
                         when(Fact{2}) >> refuse(3), otherwise >> refuse(4));
    }();
};
template <class Fact, class Filesystem>
constexpr Fact told_of(Filesystem fs, byte_range where = whole) {
    return static_cast<Fact>(
        -notify_failure<tells<Fact>>(fs, role_of<Filesystem>{}, where, cause::removal).value() - 1);
}
constexpr mock_filesystem small = [] {
    mock_filesystem fs;
    fs.end = 16 * sample_block;
    return fs;
}();

/// What it calls its devices is its own.
struct of_shelves : bare {
    enum class role : unsigned char { top, middle, bottom };
    [[nodiscard]] static constexpr byte_range device_range(role shelf) {
        return shelf == role::bottom ? byte_range{} : byte_range{0, 4096};
    }
};
struct by_shelf : words {
    using shelf = of_shelves::role;
    static constexpr auto gate = table(when(range::outside) >> refuse(ENXIO),
                                       when(shelf::middle) >> refuse(EBUSY), otherwise >> succeed);
};
constexpr result on_shelf(of_shelves::role shelf) {
    of_shelves fs;
    return notify_failure<by_shelf>(fs, shelf, whole, cause::removal);
}

struct by_kind : words {
    static constexpr auto gate = table(otherwise >> walk);
    static constexpr auto record = table(when(kind::directory) >> stop(EISDIR),
                                         when(kind::regular) >> next, otherwise >> stop(EINVAL));
    static constexpr auto end = table(otherwise >> return_error);
};
constexpr result of_kind(kind what, inode state) {
    mock_filesystem fs;
    fs.add(mock_inode{.number = plain, .state = state, .access = mapping::buffered, .kind = what});
    fs.add(rmap_record{blocks(8, 1), owner::file_data, plain});
    return notify_failure<by_kind>(fs, role::data, whole, cause::corruption);
}

} // namespace

TEST_CASE("where the range lies, of a filesystem that is smaller than its device") {
    CHECK_BOTH(told_of<range>(small, blocks(15, 1)) == range::inside);
    CHECK_BOTH(told_of<range>(small, blocks(15, 2)) == range::across_end);
    CHECK_BOTH(told_of<range>(small, blocks(16, 1)) == range::after_end);
    CHECK_BOTH(told_of<range>(small, blocks(256, 1)) == range::outside);
    CHECK_BOTH(told_of<range>(small) == range::across_end);
    CHECK_BOTH(told_of<range>(mock_filesystem{}) == range::inside);
    // One that does not tell of its end fills its device.
    CHECK_BOTH(told_of<range>(bare{}) == range::inside);
}

TEST_CASE("the state of a mount") {
    CHECK_BOTH(told_of<already_shut_down>(mock_filesystem{}) == already_shut_down::no);
    CHECK_BOTH(told_of<read_only>(bare{}) == read_only::no);
    CHECK_BOTH(told_of<frozen_by_user>(bare{}) == frozen_by_user::no);
    auto fs = mock_filesystem{};
    fs.is_shut_down = fs.is_mounted_read_only = fs.is_frozen_by_user = true;
    CHECK(told_of<already_shut_down>(fs) == already_shut_down::yes);
    CHECK(told_of<read_only>(fs) == read_only::yes);
    CHECK(told_of<frozen_by_user>(fs) == frozen_by_user::yes);
}

TEST_CASE("roles of a filesystem's own") {
    CHECK_BOTH(on_shelf(of_shelves::role::top) == success);
    CHECK_BOTH(on_shelf(of_shelves::role::middle) == result::error(EBUSY));
    CHECK_BOTH(on_shelf(of_shelves::role::bottom) == no_such_device);
}

TEST_CASE("the kind of an inode, where it is in core") {
    CHECK_BOTH(of_kind(kind::directory, inode::in_core) == result::error(EISDIR));
    CHECK_BOTH(of_kind(kind::symlink, inode::in_core) == result::error(EINVAL));
    CHECK_BOTH(of_kind(kind::regular, inode::in_core) == success);
    CHECK_BOTH(of_kind(kind::directory, inode::not_in_core) == success);
}
