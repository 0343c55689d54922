// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/event/result.hpp"

#include <cerrno>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <utility>

#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/// \file
/// Real faults for tests, each in a mapped file of its own: what a program does about a SIGBUS is
/// tried where it has to do it. Which of them work depends on the kernel and on privileges, and is
/// found out at run time.

/// Ways to make a page of a mapped file fail for real.
namespace daxhold::injectors {

/// A file of a few pages that is mapped shared, on a filesystem of the injector's choice. Gone with
/// the object.
class mapped_file {
public:
    mapped_file() = default;
    /// Takes over a file; -1 for none. What keeps it from being mapped is `state`.
    mapped_file(int file, std::size_t pages) noexcept
        : bytes_{pages * page_size()}, file_{file}, error_{file < 0 ? errno : 0} {
        if (file_ < 0)
            return;
        if (::ftruncate(file_, static_cast<off_t>(bytes_)) == 0)
            address_ = ::mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_SHARED, file_, 0);
        if (address_ == MAP_FAILED)
            error_ = errno;
    }
    mapped_file(const mapped_file&) = delete;
    mapped_file& operator=(const mapped_file&) = delete;
    ~mapped_file() {
        if (address_ != MAP_FAILED)
            ::munmap(address_, bytes_);
        if (file_ >= 0)
            ::close(file_);
    }

    /// Whether it is there, or what kept it from being made.
    [[nodiscard]] result state() const noexcept { return result::error(error_); }
    /// The file, which the object closes.
    [[nodiscard]] int file() const noexcept { return file_; }
    /// How many bytes of it are mapped, from its first one on.
    [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }
    /// Where.
    [[nodiscard]] std::byte* address() const noexcept { return static_cast<std::byte*>(address_); }
    /// Where a page of it, counted from 0, begins.
    [[nodiscard]] std::byte* page(std::size_t number) const noexcept {
        return address() + number * page_size();
    }
    /// Bytes of a page.
    [[nodiscard]] static std::size_t page_size() noexcept {
        return static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    }

private:
    std::size_t bytes_ = 0;
    int file_ = -1;
    int error_ = ENOENT;
    void* address_ = MAP_FAILED;
};

/// Something with a `name` that makes the touch of a page a SIGBUS. It is made with a number of
/// pages; `state` then is success, or why it cannot work here (-EPERM: privileges; -EINVAL,
/// -ENOSYS, -EOPNOTSUPP: the kernel has it not). `target` is its file. `inject` is called once;
/// pages before that one stay as they are. Precondition: the state is success.
template <class Injector>
concept injector = std::constructible_from<Injector, std::size_t> &&
    requires(Injector& made, const Injector& seen, std::size_t page) {
    { Injector::name } -> std::convertible_to<const char*>;
    { seen.state() } -> std::same_as<result>;
    { seen.target() } -> std::same_as<const mapped_file&>;
    { made.inject(page) } -> std::same_as<result>;
};

/// The file is cut off before the page (ftruncate(2)). Works everywhere.
class truncation {
public:
    static constexpr const char* name = "ftruncate";

    /// With so many pages.
    explicit truncation(std::size_t pages) noexcept
        : target_{::memfd_create("truncation", MFD_CLOEXEC), pages} {}
    [[nodiscard]] result state() const noexcept { return target_.state(); }
    [[nodiscard]] const mapped_file& target() const noexcept { return target_; }

    result inject(std::size_t page) noexcept {
        const auto end = static_cast<off_t>(page * mapped_file::page_size());
        return result::error(::ftruncate(target_.file(), end) == 0 ? 0 : errno);
    }

private:
    mapped_file target_;
};

/// A tmpfs of its own that is full before the page is written: the file has a hole there, and in
/// all pages after it that were not touched. The tmpfs is mounted nowhere, and gone with the
/// object. Needs CAP_SYS_ADMIN and Linux 5.2 (fsopen).
class full_filesystem {
public:
    static constexpr const char* name = "full tmpfs";

    /// With so many pages.
    explicit full_filesystem(std::size_t pages) noexcept
        : target_{make(directory_, pages), pages} {}
    full_filesystem(const full_filesystem&) = delete;
    full_filesystem& operator=(const full_filesystem&) = delete;
    ~full_filesystem() {
        if (directory_ >= 0)
            ::close(directory_);
    }
    [[nodiscard]] result state() const noexcept { return target_.state(); }
    [[nodiscard]] const mapped_file& target() const noexcept { return target_; }

    /// Pages that were written before have room already.
    result inject(std::size_t /*page*/) noexcept {
        const int other =
            ::openat(directory_, "other", O_WRONLY | O_CREAT | O_CLOEXEC, 0600); // NOLINT
        if (other < 0)
            return result::error(errno);
        static constexpr char nothing[4096] = {};
        while (::write(other, nothing, sizeof nothing) > 0) {
        }
        const int error = errno == ENOSPC ? 0 : errno;
        ::close(other);
        return result::error(error);
    }

private:
    static int make(int& directory, std::size_t pages) noexcept {
        const int context = ::fsopen("tmpfs", FSOPEN_CLOEXEC);
        if (context < 0)
            return -1;
        char size[24] = {};
        std::size_t digits = sizeof size - 1;
        for (auto left = (pages + 4) * mapped_file::page_size(); left != 0; left /= 10)
            size[--digits] = static_cast<char>('0' + left % 10);
        int file = -1;
        if (::fsconfig(context, FSCONFIG_SET_STRING, "size", size + digits, 0) == 0 &&
            ::fsconfig(context, FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) == 0)
            directory = ::fsmount(context, FSMOUNT_CLOEXEC, 0);
        if (directory >= 0)
            file = ::openat(directory, "file", O_RDWR | O_CREAT | O_CLOEXEC, 0600); // NOLINT
        const int error = errno;
        ::close(context);
        errno = error;
        return file;
    }

    int directory_ = -1;
    mapped_file target_;
};

/// A page is poisoned for this process by userfaultfd (UFFDIO_POISON, Linux 6.6), which needs no
/// privileges: what a memory failure looks like, without one. The signal says that it is poison
/// where the kernel has CONFIG_MEMORY_FAILURE, and looks like any other else.
class userfaultfd_poison {
public:
    static constexpr const char* name = "UFFDIO_POISON";

    /// With so many pages.
    explicit userfaultfd_poison(std::size_t pages) noexcept
        : target_{::memfd_create("userfaultfd", MFD_CLOEXEC), pages} {
        if (!target_.state().ok()) {
            state_ = target_.state();
            return;
        }
        // Since they are there, a touch of them waits for nobody.
        for (std::size_t page = 0; page != pages; ++page)
            *static_cast<volatile std::byte*>(target_.page(page)) = std::byte{0};
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg)
        faults_ = static_cast<int>(::syscall(SYS_userfaultfd, O_CLOEXEC | user_mode_only));
        uffdio_api api{};
        api.api = UFFD_API;
        api.features = feature_poison;
        uffdio_register all{};
        all.range = {number_of(target_.address()), target_.bytes()};
        all.mode = UFFDIO_REGISTER_MODE_MISSING;
        if (faults_ < 0 || ::ioctl(faults_, UFFDIO_API, &api) != 0 || // NOLINT
            ::ioctl(faults_, UFFDIO_REGISTER, &all) != 0)             // NOLINT
            state_ = result::error(errno);
    }
    userfaultfd_poison(const userfaultfd_poison&) = delete;
    userfaultfd_poison& operator=(const userfaultfd_poison&) = delete;
    ~userfaultfd_poison() {
        if (faults_ >= 0)
            ::close(faults_);
    }
    [[nodiscard]] result state() const noexcept { return state_; }
    [[nodiscard]] const mapped_file& target() const noexcept { return target_; }

    result inject(std::size_t page) noexcept {
        // The kernel's header of Linux 6.6; older ones lack it.
        struct {
            uffdio_range range;
            std::uint64_t mode;
            std::int64_t updated;
        } poison{{number_of(target_.page(page)), mapped_file::page_size()}, 0, 0};
        constexpr auto uffdio_poison = _IOWR(UFFDIO, 0x08, decltype(poison));
        // Only where no page is present.
        if (::madvise(target_.page(page), mapped_file::page_size(), MADV_DONTNEED) != 0 ||
            ::ioctl(faults_, uffdio_poison, &poison) != 0) // NOLINT
            return result::error(errno);
        return success;
    }

private:
    static constexpr int user_mode_only = 1;                                 // Linux 5.11
    static constexpr std::uint64_t feature_poison = std::uint64_t{1} << 14U; // Linux 6.6

    [[nodiscard]] static std::uint64_t number_of(const void* address) noexcept {
        return reinterpret_cast<std::uintptr_t>(address); // NOLINT
    }

    mapped_file target_;
    int faults_ = -1;
    result state_{};
};

/// The page is treated as if its memory had failed (MADV_HWPOISON): it is lost to the system until
/// that is booted again. Needs CONFIG_MEMORY_FAILURE (-EINVAL without) and CAP_SYS_ADMIN (-EPERM).
class hardware_poison {
public:
    static constexpr const char* name = "MADV_HWPOISON";

    /// With so many pages.
    explicit hardware_poison(std::size_t pages) noexcept
        : target_{::memfd_create("hardware", MFD_CLOEXEC), pages}, state_{target_.state()} {
        // No bytes: that the kernel knows the word is all that is asked.
        if (state_.ok() && ::madvise(target_.address(), 0, MADV_HWPOISON) != 0)
            state_ = result::error(errno);
        else if (state_.ok() && ::geteuid() != 0)
            state_ = result::error(EPERM);
    }
    [[nodiscard]] result state() const noexcept { return state_; }
    [[nodiscard]] const mapped_file& target() const noexcept { return target_; }

    /// The caller gets a SIGBUS of its own meanwhile, inside of this call.
    result inject(std::size_t page) noexcept {
        *static_cast<volatile std::byte*>(target_.page(page)) = std::byte{1};
        return result::error(
            ::madvise(target_.page(page), mapped_file::page_size(), MADV_HWPOISON) == 0 ? 0
                                                                                        : errno);
    }

private:
    mapped_file target_;
    result state_;
};

static_assert(injector<truncation> && injector<full_filesystem> && injector<userfaultfd_poison> &&
              injector<hardware_poison>);

} // namespace daxhold::injectors
