// SPDX-License-Identifier: BSL-1.0
#include "daxhold/testing/golden.hpp"

#include "daxhold/releases.hpp"
#include "daxhold/testing/doctest.hpp"

#include "golden.hpp"

#include <cstdlib>
#include <filesystem>
#include <string>

#include <unistd.h>

using namespace daxhold;
using namespace daxhold::tables;
using namespace daxhold::testing;
using releases::xfs_linux_6_8;
using tests::golden_file;

namespace {

/// A file that is gone at the end of the test.
class temporary_file {
public:
    temporary_file() { std::filesystem::remove(path_); }
    temporary_file(const temporary_file&) = delete;
    temporary_file& operator=(const temporary_file&) = delete;
    ~temporary_file() { std::filesystem::remove(path_); }

    [[nodiscard]] const std::string& path() const { return path_; }

private:
    std::string path_ =
        (std::filesystem::temp_directory_path() / ("daxhold_golden_" + std::to_string(::getpid())))
            .string();
};

/// A wish in the environment, for as long as this lives.
class wish {
public:
    explicit wish(const char* value) { ::setenv("DAXHOLD_GOLDEN", value, 1); }
    wish(const wish&) = delete;
    wish& operator=(const wish&) = delete;
    ~wish() { ::unsetenv("DAXHOLD_GOLDEN"); }
};

enum class coat : unsigned char { on, off };
constexpr auto dress = table(when(coat::on) >> 1, otherwise >> 2);

} // namespace

// Regenerate: DAXHOLD_GOLDEN=update meson test -C build/gcc-12 testing/golden
TEST_CASE("what comes of a policy is kept as text") {
    CHECK(compare_with_golden(golden_file("testing/golden/xfs_linux_6_8.txt"),
                              trials_as_text<xfs_linux_6_8>(is_plain)));
    CHECK(compare_with_golden(golden_file("testing/golden/xfs_linux_6_8_record.txt"),
                              cells_as_text<xfs_linux_6_8::record>()));
}

TEST_CASE("another policy is found out, with the line") {
    const wish only_to_compare{"no"};
    const auto compared =
        compare_with_golden(golden_file("testing/golden/xfs_linux_6_8_record.txt"),
                            cells_as_text<releases::xfs_linux_6_1::record>());
    CHECK_FALSE(compared);
    CHECK(compared.difference.find("line 1\n  was: owner::file_data, cause::corruption") !=
          std::string::npos);
    CHECK(compared.difference.find("DAXHOLD_GOLDEN=update") != std::string::npos);
}

TEST_CASE("every cell is a line") {
    CHECK(cells_as_text<dress>() == "coat::on -> 1\ncoat::off -> 2\n");
    const auto lines =
        trials_as_text<xfs_linux_6_8>([](const trial& t) { return t == trial{}.with({}); });
    CHECK(lines ==
          "cause::corruption: owner::file_data -> answer 0, gate row 8, 1 records, walk clean, end "
          "row 6, begin_walk 1, kill_users 1\n");
}

TEST_CASE("texts differ in a line") {
    CHECK(compare_texts("a\nb\n", "a\nb\n"));
    CHECK(compare_texts("", ""));
    CHECK(compare_texts("a\nb\n", "a\nc\n").difference == "line 2\n  was: b\n  now: c");
    CHECK(compare_texts("a\n", "a\nc\n").difference == "line 2\n  was: (the end)\n  now: c");
    CHECK(compare_texts("a\nb", "").difference == "line 1\n  was: a\n  now: (the end)");
    CHECK(compare_texts("abc\n", "abd\n").difference == "line 1\n  was: abc\n  now: abd");
}

TEST_CASE("a golden file is missing, is written on demand, and is then compared") {
    const temporary_file file;
    CHECK_FALSE(compare_with_golden(file.path(), "one\n"));
    {
        const wish update{"update"};
        CHECK(compare_with_golden(file.path(), "one\n"));
        CHECK_FALSE(compare_with_golden(file.path() + "/not/a/directory", "one\n"));
    }
    CHECK(compare_with_golden(file.path(), "one\n"));
    CHECK_FALSE(compare_with_golden(file.path(), "two\n"));
    {
        const wish something_else{"no"};
        CHECK_FALSE(compare_with_golden(file.path(), "two\n"));
    }
    CHECK(compare_with_golden(file.path(), "one\n"));
}

TEST_CASE("a long golden file is read whole") {
    const temporary_file file;
    const std::string text(10'000, 'x');
    {
        const wish update{"update"};
        CHECK(compare_with_golden(file.path(), text));
    }
    CHECK(compare_with_golden(file.path(), text));
    CHECK_FALSE(compare_with_golden(file.path(), text + "y"));
}
