// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <cerrno>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace blast_radius {

/// A file descriptor that closes itself.
class descriptor {
public:
    descriptor() = default;
    explicit descriptor(int number) noexcept : number_{number} {}
    descriptor(descriptor&& other) noexcept : number_{other.release()} {}
    descriptor& operator=(descriptor&& other) noexcept {
        const descriptor old{std::exchange(number_, other.release())};
        return *this;
    }
    ~descriptor() {
        if (number_ >= 0)
            ::close(number_);
    }

    /// The number, or -1 if nothing is held.
    [[nodiscard]] int get() const noexcept { return number_; }
    /// Gives the number away unclosed.
    int release() noexcept { return std::exchange(number_, -1); }
    [[nodiscard]] explicit operator bool() const noexcept { return number_ >= 0; }

private:
    int number_ = -1;
};

/// Reads a file of /proc or /sys, which cannot be asked for its size, into `text`, whose memory is
/// used again. Returns 0 or the errno value; `text` is then what came before the error.
[[nodiscard]] inline int read_whole_file(const std::string& path, std::string& text) {
    text.clear();
    const descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (!file)
        return errno;
    std::array<char, 16384> part;
    for (;;) {
        const auto got = ::read(file.get(), part.data(), part.size());
        if (got > 0)
            text.append(part.data(), static_cast<std::size_t>(got));
        else if (got == 0)
            return 0;
        else if (errno != EINTR)
            return errno;
    }
}

/// The same; nothing, with errno set, if it cannot be read.
[[nodiscard]] inline std::optional<std::string> read_whole_file(const std::string& path) {
    std::string text;
    errno = read_whole_file(path, text);
    if (errno != 0)
        return std::nullopt;
    return text;
}

} // namespace blast_radius
