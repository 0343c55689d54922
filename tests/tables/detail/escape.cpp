// SPDX-License-Identifier: BSL-1.0
#include "daxhold/tables/detail/escape.hpp"

#include <doctest/doctest.h>

using namespace daxhold::tables::detail;
using namespace std::string_view_literals;

TEST_CASE("what is UTF-8, and what is not") {
    CHECK(character_size("a"sv) == 1);
    CHECK(character_size("\0"sv) == 1);
    CHECK(character_size("\u00e4"sv) == 2);
    CHECK(character_size("\u20ac!"sv) == 3);
    CHECK(character_size("\U0001F4A5"sv) == 4);
    CHECK(character_size("\xF4\x8F\xBF\xBF"sv) == 4);
    // A continuation alone, too short, an overlong form, a surrogate, beyond the last.
    for (const auto wrong :
         {"\x80"sv, "\xC3"sv, "\xC3("sv, "\xE2\x82"sv, "\xC0\x80"sv, "\xE0\x80\x80"sv,
          "\xED\xA0\x80"sv, "\xF0\x80\x80\x80"sv, "\xF4\x90\x80\x80"sv, "\xFF"sv})
        CHECK(character_size(wrong) == 0);
    CHECK(width_of("h\u00e4\u20ac") == 3);
    CHECK(width_of("") == 0);
}

TEST_CASE("JSON strings") {
    CHECK(json_string("") == "\"\"");
    CHECK(json_string("a\"b\\c/") == "\"a\\\"b\\\\c/\"");
    CHECK(json_string("\b\f\n\r\t"sv) == "\"\\u0008\\u000c\\n\\r\\t\"");
    CHECK(json_string("\0\x1f\x7f"sv) == "\"\\u0000\\u001f\x7f\"");
    CHECK(json_string("\u00e4") == "\"\u00e4\"");
    CHECK(json_string("x\xFFy") == "\"x\uFFFDy\"");
    CHECK(json_string("x\xE2\x82") == "\"x\uFFFD\uFFFD\"");
}

TEST_CASE("CSV fields (RFC 4180)") {
    CHECK(csv_field("plain text") == "plain text");
    CHECK(csv_field("") == "");
    CHECK(csv_field("a,b") == "\"a,b\"");
    CHECK(csv_field("say \"x\"") == "\"say \"\"x\"\"\"");
    CHECK(csv_field("two\nlines") == "\"two\nlines\"");
    CHECK(csv_field("two\r\nlines") == "\"two\r\nlines\"");
    CHECK(csv_field("two\rlines") == "\"two\rlines\"");
    CHECK(csv_field("\xFF") == "\uFFFD");
}

TEST_CASE("cells of Markdown") {
    CHECK(markdown_cell("a | b") == "a \\| b");
    CHECK(markdown_cell("a\\b") == "a\\\\b");
    CHECK(markdown_cell("*x* `y` [z] ~q~ $1$") == "\\*x\\* \\`y\\` \\[z\\] \\~q\\~ \\$1\\$");
    CHECK(markdown_cell("<b> & c") == "&lt;b> &amp; c");
    CHECK(markdown_cell("one\ntwo\tthree") == "one<br>two three");
    CHECK(markdown_cell("file_data _x_ y_") == "file_data \\_x\\_ y\\_");
    CHECK(markdown_cell("\xFF_a_b") == "\uFFFD\\_a_b");
}

TEST_CASE("text of XML") {
    CHECK(xml_text("<a b=\"c\" d='e'> & f") == "&lt;a b=&quot;c&quot; d=&apos;e&apos;&gt; &amp; f");
    CHECK(xml_text("a\x01\x0D\n\t") == "a\uFFFD\uFFFD\n\t");
    CHECK(xml_text("\uFFFE\uFFFF\u00e4\xFF") == "\uFFFD\uFFFD\u00e4\uFFFD");
}

TEST_CASE("labels of Mermaid and Graphviz") {
    CHECK(mermaid_label("\"a\" #1; <b> `c` 5% \\ &\nd") ==
          "#quot;a#quot; #35;1#59; #lt;b#gt; #96;c#96; 5#37; #92; #amp;<br/>d");
    CHECK(graphviz_label("\"a\" \\N &amp;\nb\rc") == "\\\"a\\\" \\\\N &amp;amp;\\nb c");
}

TEST_CASE("text is broken at spaces") {
    CHECK(wrap("", 5) == "");
    CHECK(wrap("one two three", 7) == "one two\nthree");
    CHECK(wrap("one two three", 6) == "one\ntwo\nthree");
    CHECK(wrap("incomprehensible to me", 4) == "incomprehensible\nto\nme");
    CHECK(wrap("\u00e4\u00e4 \u00e4", 4) == "\u00e4\u00e4 \u00e4");
    CHECK(wrap("short", 100) == "short");
}
