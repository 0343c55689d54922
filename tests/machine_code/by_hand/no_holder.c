// SPDX-License-Identifier: BSL-1.0
// A filesystem that does nothing about a failure, by hand.

#include "filesystem.h"

static int notify_failure(struct fs *fs, int role, uint64_t offset, uint64_t length,
                          unsigned mf_flags) {
    (void)fs;
    (void)role;
    (void)offset;
    (void)length;
    (void)mf_flags;
    return -EOPNOTSUPP;
}

#define POLICY no_holder
#define REMOVAL_FLAGS MF_MEM_PRE_REMOVE
#include "entry.h"
