// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <daxhold/linux/file.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include <sys/stat.h>

namespace orderly_unbind {

namespace os = daxhold::on_linux;

/// What a run has begun and ended, where the next one finds it, whatever became of the process. A
/// line a word: `begun STEP`, then `done STEP` or `failed STEP`. The first line says of what it is.
class journal {
public:
    /// Opens the one at `path`, or makes it. `about` is what it has to be about; what was written
    /// about something else is forgotten.
    journal(const std::string& path, const std::string& about) : path_{path} {
        file_ = os::descriptor{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)}; // NOLINT
        error_ = file_ ? 0 : errno;
        // Gone with the process, and not held by its children.
        struct flock lock {};
        lock.l_type = F_WRLCK;
        if (error_ == 0 && ::fcntl(file_.get(), F_SETLK, &lock) != 0) // NOLINT
            error_ = errno == EACCES ? EAGAIN : errno;
        if (error_ != 0)
            return;
        // By this descriptor: to close another one of the file would end the lock.
        std::string text(std::size_t{1} << 16U, '\0');
        const auto got = ::pread(file_.get(), text.data(), text.size(), 0);
        text.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
        std::string_view rest{text};
        if (os::take_word(rest, '\n') == about) {
            while (!rest.empty())
                before_.emplace_back(os::take_word(rest, '\n'));
        }
        about_ = about;
    }

    /// 0, or why it cannot be kept; EAGAIN: another run has it.
    [[nodiscard]] int error() const noexcept { return error_; }

    /// The step that the run before did not come to the end of.
    [[nodiscard]] std::string interrupted() const {
        std::string begun;
        for (const auto& line : before_) {
            std::string_view step{line};
            const bool is_begun = os::take_word(step, ' ') == "begun";
            begun = is_begun ? step : "";
        }
        return begun;
    }
    /// Whether the run before has left one at all.
    [[nodiscard]] bool has_run_before() const noexcept { return !before_.empty(); }
    /// Whether it may have left the filesystem frozen.
    [[nodiscard]] bool may_be_frozen() const {
        bool frozen = false;
        for (const auto& line : before_)
            frozen = line == "begun freeze" || (frozen && line != "done thaw");
        return frozen;
    }

    /// A new run begins.
    void begin() {
        if (::ftruncate(file_.get(), 0) == 0)
            write(about_);
    }
    /// One more line.
    void write(const std::string& line) noexcept {
        const auto at = ::lseek(file_.get(), 0, SEEK_END);
        if (::pwrite(file_.get(), (line + '\n').data(), line.size() + 1, at) < 0)
            error_ = errno;
    }
    /// Nothing is left to be done.
    void forget() noexcept { ::unlink(path_.c_str()); }

private:
    std::string path_;
    std::string about_;
    os::descriptor file_;
    int error_ = 0;
    std::vector<std::string> before_;
};

} // namespace orderly_unbind
