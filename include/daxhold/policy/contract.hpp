// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/policy/operation.hpp"
#include "daxhold/policy/rmap_record.hpp"
#include "daxhold/policy/tables.hpp"

#include <boost/hana/type.hpp>

#include <concepts>
#include <cstdint>
#include <type_traits>
#include <utility>

/// \file
/// What the engine asks of a filesystem and tells it to do. Two members are needed, all others may
/// be left out: what is absent is a fact that tables can see (`rmap::absent`, `can_freeze::no`),
/// and a table that can ask for an operation which is absent does not compile for that filesystem.
///
/// | member                                  | without it                                 |
/// |-----------------------------------------|--------------------------------------------|
/// | `is_born() -> bool`                     | needed                                     |
/// | `device_range(role) -> byte_range`      | needed: where it lies on that device       |
/// | `filesystem_end(role) -> uint64_t`, where it ends on its part of the device, in bytes
///                                           | it fills its part of the device            |
/// | `is_read_only() -> bool`                | it is not                                  |
/// | `is_shut_down_already() -> bool`        | it is not                                  |
/// | `is_frozen_already() -> bool`, by a user | it is not                                 |
/// | `has_rmap(role) -> bool`                | it has, if it has `for_each_mapping`       |
/// | `spans_groups(role, byte_range) -> bool`| one group                                  |
/// | `for_each_mapping(role, byte_range, v)` | no reverse mapping                         |
/// | `find_in_core(record, inode_handle&)`   | no inode is in core                        |
/// | `for_each_in_core(role, v) -> result`   | `walk_in_core` walks the reverse mapping   |
/// | `is_dax(handle) -> bool`                | every file is                              |
/// | `kind_of(handle) -> kind`               | every file is a regular one                |
/// | what policy/operation.hpp lists         | the operation is absent                    |
/// | `answer(hana::type<Fact>, ...)`         | no facts of its own                        |
/// | `perform(own operation)`, for a record
///   also `perform(own operation, record, byte_range)` | no operations of its own         |
///
/// Operations return a `result` and are `noexcept`: a policy that can ask for one that is not does
/// not compile for that filesystem. All other members may throw, and so may who watches: such an
/// exception ends the notification and is its caller's. Handles are given back then; no step is
/// taken any more, not even the thaw of our own freeze, and what has been done stays.
///
/// Ranges of operations on an inode are bytes of the file, all others bytes from the start of the
/// filesystem's part of the device. `for_each_mapping` calls `v(record)` for the records that meet
/// the range, none of which is without bytes or lies outside of the filesystem's part of the
/// device, in ascending order of their extents, every owner of a shared extent, clipped or not, for
/// as long as `v` returns true; its result tells whether it could read. What is done for a record
/// becomes part of its loop where it is inlined: compilers do that if it is
/// `[[gnu::always_inline]]`, or small. A record need not live longer than the call of `v`: a
/// filesystem may keep it in any form and make it for that call. Where `find_in_core` and whatever
/// else gets the record are inlined, it costs no more than what is looked at.
///
/// What these members tell of the event stays as it is during a notification, whatever is done:
/// what the gate has found out is known to the walk. Facts of the filesystem's own are asked for in
/// each table that names them.

namespace daxhold {

namespace detail {

template <class Filesystem>
struct role_type_of {
    using type = role;
};
template <class Filesystem>
requires std::is_enum_v<typename Filesystem::role>
struct role_type_of<Filesystem> {
    using type = typename Filesystem::role;
};

} // namespace detail

/// What a filesystem calls its devices: its member enumeration `role`, or else `daxhold::role`.
template <class Filesystem>
using role_of = typename detail::role_type_of<Filesystem>::type;

/// A filesystem that the engine can work for.
template <class Filesystem>
concept filesystem = requires(Filesystem& fs, role_of<Filesystem> device) {
    { fs.is_born() } -> std::same_as<bool>;
    { fs.device_range(device) } -> std::same_as<byte_range>;
};

namespace detail {

struct any_record_visitor {
    template <class Record>
    constexpr bool operator()(const Record&) const {
        return true;
    }
};

template <class Filesystem>
struct record_type_of {
    using type = rmap_record;
};
template <class Filesystem>
requires requires { typename Filesystem::record; }
struct record_type_of<Filesystem> {
    using type = typename Filesystem::record;
};

} // namespace detail

/// The type of a filesystem's records: its member type `record`, or else `rmap_record`.
template <class Filesystem>
using record_of = typename detail::record_type_of<Filesystem>::type;

/// A filesystem that can tell the owners of a range.
template <class Filesystem>
concept has_reverse_mapping = requires(Filesystem& fs, role_of<Filesystem> device,
                                       byte_range range) {
    { fs.for_each_mapping(device, range, detail::any_record_visitor{}) } -> std::same_as<result>;
};

/// A filesystem that can look for inodes in core: `find_in_core` is success if the inode of a
/// record is in core, and the handle then stands for it; -ENODATA if it is not in core; and any
/// other error if it is there, and not to be had: being reclaimed (-EAGAIN), unlinked (-ENOENT). A
/// step on an inode that it does not find calls nothing, and has its error. An `inode_handle` that
/// has to be given back does so in its destructor. It is value-initialized before: one that is
/// trivially copyable before the walk, any other for each record. (XFS: xfs_iget with
/// XFS_IGET_INCORE.)
template <class Filesystem>
concept has_inodes = requires(Filesystem& fs, const record_of<Filesystem>& record,
                              typename Filesystem::inode_handle& handle) {
    { fs.find_in_core(record, handle) } -> std::same_as<result>;
};

/// A filesystem that can list its inodes in core: `for_each_in_core(device, v)` calls `v(record)`
/// once for each inode that has data on that device and that `find_in_core` knows, also if it
/// cannot be had, for as long as `v` returns true; its result tells whether it could list. The
/// record has the owner `file_data` and names the inode; it stands for all bytes of the file,
/// whatever its extent. Each inode is listed once, and neither comes nor goes meanwhile.
template <class Filesystem>
concept lists_in_core = has_inodes<Filesystem> &&
    requires(Filesystem& fs, role_of<Filesystem> device) {
    { fs.for_each_in_core(device, detail::any_record_visitor{}) } -> std::same_as<result>;
};

namespace detail {

struct no_handle {};

template <class Filesystem>
struct handle_type_of {
    using type = no_handle;
};
template <has_inodes Filesystem>
struct handle_type_of<Filesystem> {
    using type = typename Filesystem::inode_handle;
};

} // namespace detail

/// What a filesystem hands out for an inode in core.
template <class Filesystem>
using handle_of = typename detail::handle_type_of<Filesystem>::type;

/// A filesystem that can have files in the page cache beside its dax files.
template <class Filesystem>
concept has_buffered_files = has_inodes<Filesystem> &&
    requires(Filesystem& fs, handle_of<Filesystem>& handle) {
    { fs.is_dax(handle) } -> std::convertible_to<bool>;
};

/// A filesystem that can tell regular files from others.
template <class Filesystem>
concept has_kinds = has_inodes<Filesystem> &&
    requires(Filesystem& fs, handle_of<Filesystem>& handle) {
    { fs.kind_of(handle) } -> std::same_as<kind>;
};

/// A filesystem that can be smaller than its device.
template <class Filesystem>
concept has_end = requires(Filesystem& fs, role_of<Filesystem> device) {
    { fs.filesystem_end(device) } -> std::same_as<std::uint64_t>;
};

/// A filesystem that can tell whether a range spans several of its allocation groups.
template <class Filesystem>
concept has_groups = requires(Filesystem& fs, role_of<Filesystem> device, byte_range range) {
    { fs.spans_groups(device, range) } -> std::convertible_to<bool>;
};

/// A filesystem with an operation of its own that needs no record.
template <class Filesystem, class Own>
concept performs = requires(Filesystem& fs, Own own) {
    { fs.perform(own) } -> std::same_as<result>;
};

/// A filesystem with an operation of its own on a part of a record.
template <class Filesystem, class Own>
concept performs_on_record = requires(Filesystem& fs, Own own, const record_of<Filesystem>& record,
                                      byte_range part) {
    { fs.perform(own, record, part) } -> std::same_as<result>;
};

namespace detail {

/// Stands for what an operation is done to, as the types that its member function gets first.
template <class Filesystem, subject About>
struct subject_of;
template <class Filesystem>
struct subject_of<Filesystem, subject::filesystem> {
    template <class... Arguments>
    using signature = result(Arguments...);
};
template <class Filesystem>
struct subject_of<Filesystem, subject::range> {
    template <class... Arguments>
    using signature = result(role_of<Filesystem>, byte_range, Arguments...);
};
template <class Filesystem>
struct subject_of<Filesystem, subject::inode> {
    template <class... Arguments>
    using signature = result(handle_of<Filesystem>&, byte_range, Arguments...);
};

template <class Filesystem, operation What, class Signature>
struct member_signature;
template <class Filesystem, operation What, class... Arguments>
struct member_signature<Filesystem, What, void(Arguments...)> {
    using type =
        typename subject_of<Filesystem,
                            operation_traits<What>::about>::template signature<Arguments...>;
};

template <class Filesystem, operation What, class Signature>
inline constexpr bool can_be_called = false;
template <class Filesystem, operation What, class... Arguments>
inline constexpr bool can_be_called<Filesystem, What, result(Arguments...)> =
    requires(Filesystem& fs, Arguments... arguments) {
    { operation_traits<What>::call(fs, arguments...) } -> std::same_as<result>;
};

template <class Filesystem, operation What, class Signature>
inline constexpr bool can_be_called_noexcept = false;
template <class Filesystem, operation What, class... Arguments>
inline constexpr bool can_be_called_noexcept<Filesystem, What, result(Arguments...)> =
    requires(Filesystem& fs, Arguments... arguments) {
    requires noexcept(operation_traits<What>::call(fs, arguments...));
};

} // namespace detail

/// The signature that the member function for an operation of the list is to have.
template <class Filesystem, operation What>
using signature_of =
    typename detail::member_signature<Filesystem, What,
                                      typename operation_traits<What>::signature>::type;

/// Whether a filesystem has an operation of the list.
template <class Filesystem, operation What>
inline constexpr bool has_operation =
    detail::can_be_called<Filesystem, What, signature_of<Filesystem, What>>;
template <class Filesystem>
inline constexpr bool has_operation<Filesystem, operation::note_shutdown> = true;
template <class Filesystem>
inline constexpr bool has_operation<Filesystem, operation::own> = false;

/// Whether a filesystem has an operation of the list that is `noexcept`.
template <class Filesystem, operation What>
inline constexpr bool has_noexcept_operation =
    (has_operation<Filesystem, What> &&
     detail::can_be_called_noexcept<Filesystem, What, signature_of<Filesystem, What>>);
template <class Filesystem>
inline constexpr bool has_noexcept_operation<Filesystem, operation::note_shutdown> = true;
template <class Filesystem>
inline constexpr bool has_noexcept_operation<Filesystem, operation::own> = false;

/// Whether a filesystem's records may lack their owner, because it is not told or not to us. A
/// filesystem says so by `static constexpr bool withholds_owners = true`; see policy/undecided.hpp
/// for what becomes of the verdict then.
template <class Filesystem>
inline constexpr bool withholds_owners = [] {
    if constexpr (requires { Filesystem::withholds_owners; })
        return bool{Filesystem::withholds_owners};
    else
        return false;
}();

} // namespace daxhold
