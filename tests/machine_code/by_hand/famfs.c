// SPDX-License-Identifier: BSL-1.0
// famfs on fuse, by hand.

#include "filesystem.h"

static int notify_failure(struct fs *fs, int role, uint64_t offset, uint64_t length,
                          unsigned mf_flags) {
    (void)role;
    (void)offset;
    (void)length;
    (void)mf_flags;
    // Whatever it is that happened, and wherever.
    fs_perform(fs, MARK_DEVICE_BAD);
    return 0;
}

#define POLICY famfs
#define REMOVAL_FLAGS MF_MEM_PRE_REMOVE
#include "entry.h"
