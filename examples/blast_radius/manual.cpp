// SPDX-License-Identifier: BSL-1.0
#include "manual.hpp"

namespace blast_radius {

namespace {

/// Text in roff, in which backslashes and dashes, and dots and quotes that begin a line, mean
/// something.
std::string roff(std::string_view text) {
    std::string made;
    for (const char c : text) {
        if ((c == '.' || c == '\'') && (made.empty() || made.back() == '\n'))
            made += "\\&";
        if (c == '\\')
            made += "\\e";
        else if (c == '-')
            made += "\\-";
        else
            made += c;
    }
    return made;
}

constexpr const char* description =
    "PATH is a mount point, a file on a mounted filesystem (the blocks of the file, and ranges are "
    "bytes of it), or a block device (every filesystem that is mounted on it, its partitions and "
    "the linear and striped devices on them).\n"
    ".PP\n"
    "Without a range it is the whole device. Without a policy it is that of the running kernel's "
    "release. The reverse mapping is read with FS_IOC_GETFSMAP, /proc tells who maps and opens "
    "files and who has which page, and the tables of the policy say what becomes of it. Nothing is "
    "changed, and nothing is opened but the root of the mount and what is in use; with\n"
    ".B \\-\\-names\n"
    "directories are searched, which brings them in core.";

} // namespace

std::string manual(const CLI::App& app, const std::string& version) {
    std::string page = ".TH BLAST_RADIUS 1 \"\" \"daxhold " + version + "\"\n";
    page += ".SH NAME\nblast_radius \\- what happens to a mounted filesystem if a range of its "
            "device fails or goes\n";
    page += ".SH SYNOPSIS\n.B blast_radius\n.I PATH\n[\\fIOPTION\\fR]...\n";
    page += std::string{".SH DESCRIPTION\n"} + description + "\n";
    page += ".SH OPTIONS\n";
    for (const auto* const option : app.get_options()) {
        if (option->get_description().empty() || option->get_positional())
            continue;
        const bool has_value = option->get_items_expected_max() != 0;
        page += ".TP\n.B " + roff(option->get_name(false, true)) +
                (has_value ? " \\fI" + roff(option->get_type_name()) + "\\fR" : "") + "\n";
        page += roff(option->get_description());
        if (!option->get_default_str().empty())
            page += " (without it: " + roff(option->get_default_str()) + ")";
        page += ".\n";
    }
    page += ".SH EXIT STATUS\n";
    for (const auto& line : status_lines)
        page += ".TP\n.B " + std::to_string(line.number) + "\n" + roff(line.meaning) + ".\n";
    page += "What is wrong and what to do about it stands on one line on the standard error; then "
            "nothing was printed on the standard output.\n";
    page += ".SH SEE ALSO\n.BR xfs_io (8),\n.BR filefrag (8),\n.BR ndctl\\-list (1),\n"
            ".BR ioctl_getfsmap (2)\n";
    return page;
}

} // namespace blast_radius
