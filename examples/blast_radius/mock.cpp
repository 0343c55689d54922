// SPDX-License-Identifier: BSL-1.0
#include "subject.hpp"

#include <sys/utsname.h>

namespace blast_radius {

namespace {

/// A filesystem with something of each sort, as `record` would have kept it.
constexpr const char* made_up = R"mock(
{
 "format": "daxhold.blast_radius.record",
 "version": 1,
 "path": "(mock)",
 "source": "made up",
 "type": "mock",
 "kernel_release": "6.18.44-fc-v669",
 "size": 1048576,
 "filesystem_end": 1048576,
 "log_size": 0,
 "realtime_size": 0,
 "block_size": 4096,
 "group_size": 0,
 "dax": "all_files",
 "has_reverse_mapping": true,
 "is_read_only": false,
 "owners": "known",
 "is_early_by_default": false,
 "knows_used_files": true,
 "unseen": [],
 "kernel_users": [],
 "ranges": [
  [0, 1048576]
 ],
 "records": [
  [0, 16384, "other_metadata", 0, 0, 0, true],
  [32768, 16384, "inode_data", 131, 0, 8, true],
  [32768, 16384, "inode_data", 132, 409600, 8, true],
  [49152, 8192, "inode_data", 131, 16384, 0, true],
  [65536, 8192, "inode_data", 133, 0, 0, true],
  [81920, 8192, "inode_data", 134, 0, 0, true],
  [98304, 8192, "inode_data", 135, 0, 0, true],
  [114688, 4096, "attribute_fork", 136, 0, 0, true],
  [118784, 4096, "extent_map", 136, 0, 0, true],
  [122880, 8192, "inode_data", 136, 0, 0, true],
  [163840, 16384, "cow_staging", 0, 0, 0, true],
  [196608, 65536, "log", 0, 0, 0, true]
 ],
 "places_of_lost_owners": 0,
 "inodes": [
  {"inode": 131, "in_core": "yes", "dax": "yes", "kind": "regular", "is_used": true, "name": "plain"},
  {"inode": 132, "in_core": "yes", "dax": "yes", "kind": "regular", "is_used": true, "name": "sharer"},
  {"inode": 133, "in_core": "no", "dax": "yes", "kind": "regular", "is_used": false, "name": "idle"},
  {"inode": 134, "in_core": "yes", "dax": "no", "kind": "regular", "is_used": true, "name": "buffered"},
  {"inode": 135, "in_core": "no", "dax": "yes", "kind": "regular", "is_used": false, "name": "reclaimed"},
  {"inode": 136, "in_core": "yes", "dax": "yes", "kind": "regular", "is_used": false, "name": "fragmented"}
 ],
 "mappings": [
  {"inode": 131, "process": 1310, "offset": 0, "length": 24576, "page": "present"},
  {"inode": 131, "process": 1311, "offset": 0, "length": 24576, "page": "present"},
  {"inode": 132, "process": 1320, "offset": 409600, "length": 16384, "page": "present"},
  {"inode": 134, "process": 1340, "offset": 0, "length": 8192, "page": "present"}
 ],
 "processes": [
  {"process": 1310, "command": "mock-process", "unit": "", "owner": 0, "early": "asked", "in_other_namespace": false},
  {"process": 1311, "command": "mock-process", "unit": "", "owner": 0, "early": "asked", "in_other_namespace": false},
  {"process": 1320, "command": "mock-process", "unit": "", "owner": 0, "early": "asked", "in_other_namespace": false},
  {"process": 1340, "command": "mock-process", "unit": "", "owner": 0, "early": "asked", "in_other_namespace": false}
 ]
}
)mock";

} // namespace

std::unique_ptr<subject> open_mock() {
    auto mock = open_record(made_up, "(mock)");
    utsname kernel{};
    if (::uname(&kernel) == 0)
        mock->kernel_release = kernel.release;
    mock->is_mock = true;
    return mock;
}

} // namespace blast_radius
