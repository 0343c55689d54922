// SPDX-License-Identifier: BSL-1.0
#include "daxhold/render/c.hpp"

#include "daxhold/render/xfs_in_c.hpp"

#include "corners.hpp"
#include "golden.hpp"

using namespace daxhold;
using namespace daxhold::render;

namespace {

// What a filesystem of one's own has, and words for it.

//! [policy]
enum class weather : unsigned char { fine, rain, snow, hail };
enum class own : unsigned char { close_windows };

struct house : words {
    static constexpr auto gate =
        table(when(weather::fine, role::data) >> succeed, when(weather::fine) >> refuse(ENODEV),
              when(any_of(weather::snow, weather::hail)) >> perform(own::close_windows) >> succeed,
              otherwise >> unsupported);
};

c::vocabulary words_of_house() {
    return {"house_",
            "struct house *h",
            "",
            {{"weather::rain", "h->wet && !h->cold"},
             {"none_of(weather::fine)", "h->wet"},
             {"role::data", "h->ours"},
             {"perform(own::close_windows)", "close_windows(h)"}},
            {{"house", "struct house;\n"}, {"cellar", "struct cellar;\n"}}};
}
//! [policy]

/// Two things that C has no way to say.
struct stops : words {
    static constexpr auto gate = table(otherwise >> walk);
    static constexpr auto record = table(otherwise >> freeze >> stop(0));
    static constexpr auto end = table(otherwise >> return_error);
};

} // namespace

TEST_CASE("a policy without a walk, in words of its own") {
    CHECK(c::policy<house>(words_of_house()) == R"(struct house;

/* What is done at once, and what the driver is told. */
static int
house_gate(
	struct house *h)
{
	if (!h->wet) {
		if (h->ours)
			return 0;
		return -ENODEV;
	}
	if (!h->wet || h->cold) {
		close_windows(h);
		return 0;
	}
	return -EOPNOTSUPP;
}
)");
}

TEST_CASE("what there is no C for keeps the text from being compiled") {
    auto words = words_of_house();
    words.words.erase(words.words.begin(), words.words.begin() + 3);
    const auto text = c::function<house>(stage::gate, words);
    CHECK(text.starts_with("#error \"no C for weather::fine\"\n"
                           "#error \"no C for role::data\"\n"
                           "#error \"no C for any_of(weather::snow, weather::hail)\"\n"
                           "/*"));
    CHECK(
        c::function<stops>(stage::record, c::xfs_linux_7_2())
            .starts_with("#error \"no C for freeze of a record\"\n#error \"no C for stop(0)\"\n"));
}

TEST_CASE("other words come first, and replace a helper") {
    const auto words =
        words_of_house().with({{"role::data", "h->mine"}}, {{"house", "union house;\n"}});
    CHECK(c::value(words, role::data) == "h->mine");
    CHECK(c::value(words, weather::rain) == "h->wet && !h->cold");
    CHECK(c::policy<house>(words).starts_with("union house;\n"));
    CHECK(words.find("role::log") == nullptr);
}

TEST_CASE("a value is said by its own word, by that of the rest, or not at all") {
    const auto words = c::xfs_linux_7_2();
    CHECK(c::value(words, cause::corruption) == "!(f->mf_flags & MF_MEM_PRE_REMOVE)");
    CHECK(c::value(words, inode::in_core) == "!xfs_dax_lookup(f, p)");
    CHECK(c::value(words, owner::file_data) == "!(p->rec->rm_flags & XFS_DAX_NO_DATA) && "
                                               "!XFS_RMAP_NON_INODE_OWNER(p->rec->rm_owner)");
    CHECK(c::value(words, walk_end::not_started) == "!f->walked");
    CHECK(c::value(words, sharing::shared).empty());
}

// It is compiled too, and compared: see xfs_in_c.cpp.
TEST_CASE("what rows can say, in all ways that lead to other C") {
    tests::check_golden("render/golden/corners.c", c::policy<corners>(c::xfs_linux_7_2()));
}
