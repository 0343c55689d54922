// SPDX-License-Identifier: BSL-1.0
// A store of numbers in a mapped file, one a page: what happens to the file ends a put or a get,
// and never the program. Here the file is cut off under it. EXPECT: what is guarded is noexcept: an
// exception would leave the guard behind
#include <daxhold/guard.hpp>

#include <cstdio>

using namespace daxhold;
class store {
public:
    explicit store(const injectors::mapped_file& file) : file_{file}, state_{guard_.install()} {
        if (state_.ok())
            state_ = guard_.add(file.address(), file.bytes(), file.file(), 0, lost_);
    }
    result state() const { return state_; }

    /// Whether it was done; a page that has failed once is not touched again.
    bool put(std::size_t page, long number) {
        return touch(page, [&, at = at(page)]() noexcept { *at = number; });
    }
    bool get(std::size_t page, long& number) {
#ifdef EXPECT_FAIL
        return touch(page, [&, at = at(page)] { number = *at; });
#else
        return touch(page, [&, at = at(page)]() noexcept { number = *at; });
#endif
    }

private:
    long* at(std::size_t page) { return reinterpret_cast<long*>(file_.page(page)); }

    template <class Access>
    bool touch(std::size_t page, Access access) {
        const auto size = injectors::mapped_file::page_size();
        if (lost_.read().overlaps({page * size, size}))
            return std::puts("is not touched again"), false;
        const auto fault = guard_.attempt(access);
        if (!fault)
            return true;
        std::printf("%s (%s)\n", describe(fault->cause.what), describe(fault->cause.how));
        if (fault->cause.what == sigbus_reason::poisoned)
            lost_.update([&](auto& ledger) { ledger.add(fault->page); });
        return false;
    }

    const injectors::mapped_file& file_;
    async_signal_safe<poison_ledger<16>> lost_;
    sigbus_guard<> guard_;
    result state_;
};

int main() {
    injectors::truncation file{4};
    store numbers{file.target()};
    long number = 0;
    const bool stored = numbers.state().ok() && numbers.put(3, 42) && numbers.get(3, number);
    const bool lost = file.inject(2).ok() && !numbers.get(3, number) && numbers.put(1, 43);
    return stored && lost && number == 42 ? 0 : 1;
}
