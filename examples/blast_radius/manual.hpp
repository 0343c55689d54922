// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "status.hpp"

#include <CLI/CLI.hpp>

#include <string>

namespace blast_radius {

/// What an exit status means, for the manual; in the order of their numbers.
struct status_line {
    int number;
    const char* meaning;
};
inline constexpr status_line status_lines[] = {
    {0, "the answer was printed, whole; with --quiet: nothing is lost and nobody concerned"},
    {1, "with --quiet: data is lost or somebody concerned, and the filesystem goes on"},
    {2, "with --quiet: the filesystem is shut down, or worse, or hears nothing of a removal"},
    {3, "with --quiet: it cannot be known"},
    {64, "the command line"},
    {65, "a range: empty, reversed, not a number, beyond the end, or a device that the filesystem "
         "does not have"},
    {66, "the path is no mount point, nor a file on one"},
    {67, "there is no such policy"},
    {68, "the filesystem was unmounted during the scan"},
    {69, "there is no block device under the filesystem"},
    {70, "a list of ranges, or a record, cannot be understood"},
    {71, "something else that the system refused"},
    {72, "the filesystem is, or was during the scan, shut down"},
    {73, "the path is no block device, or nothing is mounted on it"},
    {74, "the answer could not be written"},
    {77, "no permission"},
    {130, "interrupted"},
};

/// The manual as a page for man(1), from the options as the program has them.
[[nodiscard]] std::string manual(const CLI::App& app, const std::string& version);

} // namespace blast_radius
