// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/event/byte_range.hpp"
#include "daxhold/event/result.hpp"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <utility>

/// \file
/// What a filesystem can be told to do: one list, from which everything else that knows operations
/// is made (the enumeration, the words of the tables, what is asked of a filesystem, how it is
/// called, what a call log names, and what people read).

namespace daxhold {

/// Which of the processes that map a page are told.
enum class users : std::uint8_t {
    early, ///< The current one, and those that asked to be told early (PR_MCE_KILL_EARLY).
    every, ///< All of them (Linux 6.8, for a removal).
};

/// Whether the pages are marked as poisoned, never to be used again.
enum class poison : std::uint8_t { marked, not_marked };

/// The reason that a shutdown is given.
enum class shutdown_reason : std::uint8_t {
    corrupt_ondisk, ///< SHUTDOWN_CORRUPT_ONDISK
    force_umount,   ///< SHUTDOWN_FORCE_UMOUNT
    device_removed, ///< SHUTDOWN_DEVICE_REMOVED
};

/// What an operation is done to, and so what the filesystem's member function gets before the
/// operation's own arguments.
enum class subject : std::uint8_t {
    filesystem, ///< All of it: nothing more.
    range,      ///< A part of a device: its role, and bytes of the filesystem's part of it.
    inode,      ///< An inode in core: its handle, and bytes of the file.
};

/// What an operation of a filesystem's own amounts to, for those who judge what a policy did
/// without knowing the filesystem: laws, models of what comes after.
enum class effect : std::uint8_t {
    none,             ///< Nothing that they ask about.
    marks_pages,      ///< The pages are known to be bad from then on.
    takes_pages_away, ///< Nobody has them present any more; a later touch ends in SIGBUS.
    shuts_down, ///< The filesystem, or what of it lies on the device, gives no access any more.
};

/// The list: OPERATION(name, subject, (types of its arguments), "what it is for"). A filesystem
/// that can do it has a `noexcept` member function of that name that returns a `result`. Arguments
/// are enumerations of 8 bits. The order is that of the enumeration.
#define DAXHOLD_OPERATIONS(OPERATION)                                                              \
    OPERATION(freeze, filesystem, (), "keep writers out (freeze_super, kernel holder)")            \
    OPERATION(thaw, filesystem, (), "undo our own freeze; without one there is nothing to do")     \
    OPERATION(thaw_user, filesystem, (), "undo the freeze of somebody in user space")              \
    OPERATION(sync, filesystem, (), "write back what is dirty")                                    \
    OPERATION(tell_users, filesystem, (),                                                          \
              "ask all who use it to leave, while they still can (no kernel does)")                \
    OPERATION(await_users, filesystem, (),                                                         \
              "wait until they have, or until a deadline of the filesystem's (no kernel does)")    \
    OPERATION(begin_walk, filesystem, (), "get what a walk needs (XFS: an empty transaction)")     \
    OPERATION(kill_users, inode, (users, poison),                                                  \
              "tell every process that maps these pages (mf_dax_kill_procs)")                      \
    OPERATION(kill_openers, inode, (),                                                             \
              "tell every process that has it open (no kernel does; they get -EIO later)")         \
    OPERATION(invalidate, inode, (), "drop the file's pages (invalidate_inode_pages2_range)")      \
    OPERATION(report_data_lost, inode, (), "tell watchers of the file (fserror, Linux 7.0)")       \
    OPERATION(report_media_event, range, (),                                                       \
              "tell watchers of the filesystem (healthmon, Linux 7.0)")                            \
    OPERATION(                                                                                     \
        unmap_range, range, (),                                                                    \
        "take the bytes from all who map them (unmap_mapping_range, for each inode in core)")      \
    OPERATION(shut_down, filesystem, (shutdown_reason), "stop the filesystem (xfs_force_shutdown)")

/// What can stand as a step: the operations of the list, and two that are no function of the
/// filesystem of that name.
enum class operation : std::uint8_t {
#define DAXHOLD_OPERATION(name, about, arguments, purpose) name,
    DAXHOLD_OPERATIONS(DAXHOLD_OPERATION)
#undef DAXHOLD_OPERATION
        note_shutdown, ///< Ask for a shutdown once the walk has ended; the engine does this itself.
    own,               ///< An operation of the filesystem's own, by its `perform`.
};

/// How many there are, those two included.
inline constexpr std::size_t operation_count = static_cast<std::size_t>(operation::own) + 1;

/// How many arguments an operation can have.
inline constexpr std::size_t most_arguments = 2;

/// What is known of an operation: its `about`, a `subject`; its `purpose`, for people; the function
/// type `signature` with the types of its arguments; and how it is called.
template <operation What>
struct operation_traits {
    static constexpr subject about = subject::filesystem;
    using signature = void();
};

// NOLINTBEGIN(bugprone-macro-parentheses): the arguments bring parentheses of their own
#define DAXHOLD_OPERATION(name, done_to, arguments, what_for)                                      \
    template <>                                                                                    \
    struct operation_traits<operation::name> {                                                     \
        static constexpr subject about = subject::done_to;                                         \
        static constexpr const char* purpose = what_for;                                           \
        using signature = void arguments;                                                          \
        template <class Filesystem, class... Arguments>                                            \
        [[gnu::DAXHOLD_INLINED]] static constexpr auto                                             \
        call(Filesystem& fs, Arguments&&... given) noexcept(noexcept(fs.name(given...)))           \
            -> decltype(fs.name(given...)) {                                                       \
            return fs.name(given...);                                                              \
        }                                                                                          \
        template <class Filesystem>                                                                \
        static constexpr bool is_member = requires {                                               \
            &Filesystem::name;                                                                     \
        };                                                                                         \
    };
// NOLINTEND(bugprone-macro-parentheses)
DAXHOLD_OPERATIONS(DAXHOLD_OPERATION)
#undef DAXHOLD_OPERATION

namespace detail {

/// What each operation is done to, by its number.
inline constexpr subject subject_by_operation[operation_count] = {
#define DAXHOLD_OPERATION(name, about, arguments, purpose) subject::about,
    DAXHOLD_OPERATIONS(DAXHOLD_OPERATION)
#undef DAXHOLD_OPERATION
};

/// Calls `f(integral_constant)` for an operation that is known at run time only.
template <class F>
constexpr auto with_operation(operation what, F&& f) {
    auto made = f(std::integral_constant<operation, operation::own>{});
    [&]<std::size_t... I>(std::index_sequence<I...>) {
        static_cast<void>(
            ((static_cast<std::size_t>(what) == I &&
              (made = f(std::integral_constant<operation, static_cast<operation>(I)>{}), true)) ||
             ...));
    }
    (std::make_index_sequence<operation_count>{});
    return made;
}

} // namespace detail

} // namespace daxhold
