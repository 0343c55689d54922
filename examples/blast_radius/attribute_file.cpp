// SPDX-License-Identifier: BSL-1.0

// attribute_file PATH COUNT BYTES: gives a file COUNT extended attributes of BYTES bytes each.
//
// A fixture: attributes that do not fit into the inode get blocks of their own, an attribute fork.

#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace {

/// A positive decimal number up to 65536, the most that the kernel takes; 0 where `text` is none.
std::size_t positive(std::string_view text) {
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size() && value <= 65536 ? value : 0;
}

int fail(const char* step, const char* path) {
    std::fprintf(stderr, "attribute_file: %s: %s: %s\n", path, step, std::strerror(errno));
    return 1;
}

} // namespace

int main(int argc, char** argv) {
    const auto count = argc == 4 ? positive(argv[2]) : 0;
    const auto bytes = argc == 4 ? positive(argv[3]) : 0;
    if (count == 0 || bytes == 0) {
        std::fprintf(stderr, "usage: attribute_file PATH COUNT BYTES\n");
        return 64;
    }
    const char* const path = argv[1];
    const int file = ::open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (file < 0)
        return fail("open", path);
    const std::string value(bytes, 'v');
    for (std::size_t i = 0; i < count; ++i) {
        const auto name = "user.blast_radius_" + std::to_string(i);
        if (::fsetxattr(file, name.c_str(), value.data(), value.size(), 0) != 0)
            return fail("set an extended attribute", path);
    }
    return ::close(file) == 0 ? 0 : fail("close", path);
}
