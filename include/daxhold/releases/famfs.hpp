// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/event/lineages.hpp"
#include "daxhold/policy/words.hpp"

namespace daxhold::releases {

/// famfs on fuse, as its tenth version was posted in March 2026 and not merged
/// (fs/fuse/famfs.c: famfs_dax_notify_failure, famfs_set_daxdev_err, famfs_dax_err,
/// famfs_file_bad).
///
/// It asks nothing: flags, offset and length are not looked at. A poisoned line and a device that
/// is about to go are the same to it: the whole device is marked bad, and the answer is 0. That
/// answer keeps memory_failure() from its generic path, so nobody is told by anybody, and what is
/// mapped stays mapped. It breaks each law that says otherwise, and is here for that.
struct famfs : words {
    static constexpr const char* name = "famfs";
    static constexpr const char* title = "famfs on fuse, as of its tenth version";
    using mf_flags = lineage::linux_6_8::mf_flags;

    /// What famfs does to itself.
    enum class own_operation : std::uint8_t {
        mark_device_bad, ///< Sets the error flag of the dax device (famfs_set_daxdev_err).
        mark_file_bad,   ///< Sets the error flag of the file, for good.
    };

    /// What it stands for, for laws: nobody gets at the device's files any more, but through what
    /// is mapped already.
    [[nodiscard]] static constexpr effect stands_for(own_operation what) noexcept {
        return what == own_operation::mark_device_bad ? effect::shuts_down : effect::none;
    }

    /// A device that a file lies on, as a later access finds it.
    enum class device : unsigned char {
        good,     ///< It can be used.
        unusable, ///< It never became valid, or somebody else holds it (fs_dax_get failed).
        bad,      ///< It was marked bad by a notification.
    };

    /// Whether an earlier access to the file came upon a bad device.
    enum class file : unsigned char { good, bad };

    /// The errno of memory that failed: EHWPOISON, 133 on Linux. Spelled as a number, because not
    /// every libc has the name.
    static constexpr int ehwpoison = 133;

    // clang-format off
    static constexpr auto gate = table(
        // a device that it does not know is only logged, and the answer is 0 all the same
        otherwise >> attempt(perform(own_operation::mark_device_bad)) >> succeed);

    static constexpr auto aftermaths = table(
        when(none_of(mappers::none)) >> derived("no page is unmapped", mappings_stay_live),
        otherwise                 >> nothing_known);

    /// What a read, a write or a fault comes to afterwards; the engine does not ask for it. Who has
    /// the page mapped already never gets here.
    static constexpr auto access = table(
        // famfs_file_bad
        when(file::bad)        >> refuse(EIO),
        when(device::unusable) >> attempt(perform(own_operation::mark_file_bad)) >> refuse(EIO),
        // so a file says -EHWPOISON once, and -EIO from then on
        when(device::bad)      >> attempt(perform(own_operation::mark_file_bad)) >> refuse(ehwpoison),
        otherwise              >> succeed);
    // clang-format on
};

} // namespace daxhold::releases
