// SPDX-License-Identifier: BSL-1.0
// What each of the filesystems needs: cutting ranges.
#pragma once

#include "../small_filesystem.h"

static inline uint64_t min_u64(uint64_t a, uint64_t b) { return a < b ? a : b; }
static inline uint64_t max_u64(uint64_t a, uint64_t b) { return a > b ? a : b; }

// The bytes that both ranges have. Returns false if there are none.
static inline bool intersect_ranges(const struct fs_range* a, const struct fs_range* b,
                                    struct fs_range* both) {
    both->start = max_u64(a->start, b->start);
    both->end = min_u64(a->end, b->end);
    return both->start < both->end;
}

// Cuts a range of the device to the filesystem's part of it, and counts from the start of that
// part. Returns false if the range lies outside.
static inline bool clip_to_device(const struct fs_range* device, uint64_t offset, uint64_t length,
                                  struct fs_range* part) {
    struct fs_range told = {offset, offset + length};

    // The whole device is (0, U64_MAX), and any other length may pass the end as well.
    if (told.end < offset)
        told.end = UINT64_MAX;
    if (!intersect_ranges(&told, device, part))
        return false;
    part->start -= device->start;
    part->end -= device->start;
    return true;
}

// Where a part of a record's extent lies in the file.
static inline uint64_t file_offset_of(const struct fs_record* record, const struct fs_range* part) {
    return record->file_offset + (part->start - record->extent.start);
}

static inline uint64_t length_of(const struct fs_range* range) { return range->end - range->start; }
