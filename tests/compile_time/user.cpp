// SPDX-License-Identifier: BSL-1.0
// What a user's translation unit is like: a policy of one's own on a filesystem of one's own, which
// a device tells of a failure and of its removal. What that costs to compile is measured.
#include <daxhold/device.hpp>
#include <daxhold/policy.hpp>

using namespace daxhold;

enum class my_flags : std::uint8_t { poison = 1, detach = 2 };
template <>
struct daxhold::failure_flag_names<my_flags> {
    static constexpr auto removal = my_flags::detach;
};

struct my_policy : words {
    using mf_flags = my_flags;
    static constexpr auto gate =
        table(when(mount::not_born) >> refuse(EIO),
              when(any_of(range::after_end, range::outside)) >> refuse(ENXIO),
              when(role::log, cause::removal) >> succeed,
              when(role::log) >> attempt(shut_down(corrupt_ondisk)) >> refuse(efscorrupted),
              when(rmap::absent) >> unsupported, when(cause::removal) >> attempt(freeze) >> walk,
              otherwise >> walk);
    static constexpr auto record =
        table(when(none_of(owner::file_data), cause::removal) >> next,
              when(none_of(owner::file_data)) >> note_shutdown >> next,
              when(inode::not_in_core) >> next, when(inode::lookup_failed) >> note_shutdown >> next,
              when(mapping::dax, cause::removal) >> kill_users(users::every, poison::not_marked) >>
                  attempt(invalidate) >> next,
              when(mapping::dax) >> kill_users(users::early, poison::marked) >> next,
              when(cause::removal) >> attempt(invalidate) >> next, otherwise >> next);
    static constexpr auto end = table(
        when(cause::removal) >> attempt(shut_down(force_umount)) >> attempt(thaw) >> return_error,
        when(walk_end::failed) >> attempt(shut_down(corrupt_ondisk)) >> return_error,
        when(want_shutdown::yes) >> attempt(shut_down(corrupt_ondisk)) >> refuse(efscorrupted),
        otherwise >> succeed);
};

struct file {
    std::uint64_t number;
    bool uses_dax;
};

/// What the members do is of no interest here: they are not defined.
struct my_filesystem {
    bool is_born() const noexcept;
    byte_range device_range(role) const noexcept;
    bool has_rmap(role) const noexcept;
    const rmap_record* first;
    const rmap_record* last;

    template <class Visitor>
    result for_each_mapping(role, byte_range, Visitor&& visit) {
        for (const auto* record = first; record != last; ++record)
            if (!visit(*record))
                break;
        return {};
    }

    using inode_handle = file*;
    result find_in_core(const rmap_record&, file*&) noexcept;
    bool is_dax(const file* of) const noexcept { return of->uses_dax; }
    result freeze() noexcept;
    result thaw() noexcept;
    result shut_down(shutdown_reason) noexcept;
    result kill_users(file*, byte_range, users, poison) noexcept;
    result invalidate(file*, byte_range) noexcept;
};

using my_holder = filesystem_holder<my_policy, my_filesystem>;
using my_device = basic_dax_device<static_holder<my_holder>, failure_flags<my_flags>>;

int fail(my_device& of, byte_range where) {
    return of.notify_failure(where, my_flags::poison).value();
}
int remove(my_device& of) { return kill_dax(of).value(); }
