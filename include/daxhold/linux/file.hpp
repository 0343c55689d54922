// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/version.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace daxhold::on_linux {

/// A file descriptor that closes itself.
class descriptor {
public:
    descriptor() = default;
    /// Takes over what the number stands for; -1 is nothing.
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
    /// Whether something is held.
    [[nodiscard]] explicit operator bool() const noexcept { return number_ >= 0; }

private:
    int number_ = -1;
};

/// Opens a file; nothing is held, with errno set, if that fails. `flags` are those of open(2), but
/// for O_CREAT; O_CLOEXEC comes with them.
[[nodiscard]] inline descriptor open_descriptor(const char* path, int flags, int at = AT_FDCWD) {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg)
    return descriptor{::openat(at, path, flags | O_CLOEXEC)};
}

/// ioctl(2), again while it is interrupted. Returns 0 or the errno value.
[[nodiscard]] inline int control(int file, unsigned long request, void* argument) {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg)
    while (::ioctl(file, request, argument) < 0)
        if (errno != EINTR)
            return errno;
    return 0;
}

namespace detail {

struct close_directory {
    void operator()(DIR* stream) const noexcept { ::closedir(stream); }
};

} // namespace detail

/// A directory that is read, and closes itself; null if it could not be opened.
using open_directory = std::unique_ptr<DIR, detail::close_directory>;

/// A number that is all of `text`; nothing if that is none, or does not fit.
template <class Int>
[[nodiscard]] std::optional<Int> whole_number(std::string_view text, int base = 10) {
    Int value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

/// Takes what comes before the separator off the front of `text`, and the separator with it; all of
/// it where there is none.
inline std::string_view take_word(std::string_view& text, char separator) {
    const auto word = text.substr(0, text.find(separator));
    text.remove_prefix(word.size() < text.size() ? word.size() + 1 : word.size());
    return word;
}

/// Reads a file of /proc or /sys, which cannot be asked for its size, into `text`, whose memory is
/// used again. Returns 0 or the errno value; `text` is then what came before the error.
[[nodiscard]] inline int read_whole_file(const std::string& path, std::string& text) {
    text.clear();
    const auto file = open_descriptor(path.c_str(), O_RDONLY);
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

/// Where a symbolic link of /proc or /sys leads; nothing, with errno set, if it cannot be read.
[[nodiscard]] inline std::optional<std::string> read_link(const std::string& path,
                                                          int at = AT_FDCWD) {
    std::string target(4096, '\0');
    const auto length = ::readlinkat(at, path.c_str(), target.data(), target.size());
    if (length < 0)
        return std::nullopt;
    target.resize(static_cast<std::size_t>(length));
    return target;
}

/// The first line of a file of /proc or /sys; nothing if it cannot be read.
[[nodiscard]] inline std::optional<std::string> read_line(const std::string& path) {
    auto text = read_whole_file(path);
    if (text)
        text->resize(std::min(text->find('\n'), text->size()));
    return text;
}

/// The number that a file of /sys holds; nothing if it cannot be read, or is none.
template <class Int>
[[nodiscard]] std::optional<Int> read_number(const std::string& path, int base = 10) {
    const auto line = read_line(path);
    return line ? whole_number<Int>(*line, base) : std::nullopt;
}

} // namespace daxhold::on_linux
