#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "libfilter/find/row_writer.hpp"
#include "libfilter/io/failure.hpp"

namespace {

using namespace sluice;

using Row = std::vector<RowValue>;
const RowValue kNull = std::nullopt;

std::string written(RowFormat format, const std::vector<std::string>& columns, const std::vector<Row>& rows,
                    std::string_view encoding = "UTF8", const ObjectName& table = {"public", "Order Items"}) {
  const RowWriter writer(format, table, columns, encoding);
  std::string out;
  writer.begin(out);
  for (const Row& row : rows) writer.row(row, out);
  writer.end(out);
  return out;
}

// One value, without what stands around it.
std::string json(std::string_view value, std::string_view encoding = "UTF8") {
  const std::string out = written(RowFormat::jsonl, {"c"}, {{value}}, encoding);
  REQUIRE(out.starts_with("{\"c\":"));
  REQUIRE(out.ends_with("}\n"));
  return out.substr(5, out.size() - 7);
}

std::string csv(std::string_view value) {
  const std::string out = written(RowFormat::csv, {}, {{value}});
  REQUIRE(out.ends_with("\r\n"));
  return out.substr(0, out.size() - 2);
}

std::string literal(std::string_view value, std::string_view encoding = "UTF8") {
  const std::string out = written(RowFormat::sql, {}, {{value}}, encoding, {"", "t"});
  REQUIRE(out.starts_with("INSERT INTO t VALUES ("));
  REQUIRE(out.ends_with(");\n"));
  return out.substr(22, out.size() - 25);
}

const std::string kReplaced = "\xef\xbf\xbd";

}  // namespace

TEST_CASE("a format is known by its name") {
  CHECK(row_format("copy") == RowFormat::copy);
  CHECK(row_format("csv") == RowFormat::csv);
  CHECK(row_format("tsv") == RowFormat::tsv);
  CHECK(row_format("jsonl") == RowFormat::jsonl);
  CHECK(row_format("sql") == RowFormat::sql);
  for (const char* name : {"", "CSV", "raw", "json"}) {
    try {
      (void)row_format(name);
      FAIL_CHECK(name);
    } catch (const Failure& failure) {
      CHECK(failure.kind == Failure::Kind::usage);
      CHECK(failure.what() == "bad value for --format: '" + std::string(name) + "'");
      CHECK(failure.detail == "expected copy, csv, tsv, jsonl or sql");
    }
  }
}

TEST_CASE("copy is a COPY that can be loaded") {
  CHECK(written(RowFormat::copy, {"a", "Order"}, {{"1\t2", kNull}, {"\\.", ""}}) ==
        "COPY public.\"Order Items\" (a, \"Order\") FROM stdin;\n1\\t2\t\\N\n\\\\.\t\n\\.\n");
  CHECK(written(RowFormat::copy, {}, {}, "", {"", "t"}) == "COPY t FROM stdin;\n\\.\n");
}

TEST_CASE("csv has a line of names, CR LF, and quotes where they are needed") {
  CHECK(written(RowFormat::csv, {"a", "b,c", "d"}, {{"1", kNull, ""}, {"x y", "\"", "'"}}) ==
        "a,\"b,c\",d\r\n1,,\"\"\r\nx y,\"\"\"\",'\r\n");
  CHECK(written(RowFormat::csv, {}, {{"1", "2"}}) == "1,2\r\n");
  CHECK(csv("a\nb") == "\"a\nb\"");
  CHECK(csv("a\rb") == "\"a\rb\"");
  CHECK(csv("say \"x\"") == "\"say \"\"x\"\"\"");
  CHECK(csv("\\.") == "\"\\.\"");
  CHECK(csv("\\N;\t|") == "\\N;\t|");
}

TEST_CASE("tsv has a line of names and fields as COPY writes them") {
  CHECK(written(RowFormat::tsv, {"a", "b\tc"}, {{"x\ny\\", kNull}, {"", "\\N"}}) ==
        "a\tb\\tc\nx\\ny\\\\\t\\N\n\t\\\\N\n");
  CHECK(written(RowFormat::tsv, {}, {{"1"}}) == "1\n");
}

TEST_CASE("jsonl is an object a row, with the columns' names or their numbers") {
  CHECK(written(RowFormat::jsonl, {"a", "b\"c"}, {{"1", kNull}, {"", "true"}}) ==
        "{\"a\":\"1\",\"b\\\"c\":null}\n{\"a\":\"\",\"b\\\"c\":\"true\"}\n");
  CHECK(written(RowFormat::jsonl, {}, {{"x", kNull}}) == "{\"1\":\"x\",\"2\":null}\n");
  CHECK(written(RowFormat::jsonl, {"a"}, {{"x", "y"}, {}}) == "{\"a\":\"x\",\"2\":\"y\"}\n{}\n");
}

TEST_CASE("jsonl escapes quotes, backslashes and control characters") {
  CHECK(json("a\"b\\c/d") == "\"a\\\"b\\\\c/d\"");
  CHECK(json("\b\f\n\r\t\v\x01") == "\"\\b\\f\\n\\r\\t\\u000b\\u0001\"");
  CHECK(json(std::string_view("\0", 1)) == "\"\\u0000\"");
}

TEST_CASE("jsonl is UTF-8 whatever comes") {
  CHECK(json("caf\xc3\xa9") == "\"caf\xc3\xa9\"");
  CHECK(json("caf\xe9!") == "\"caf" + kReplaced + "!\"");
  CHECK(json("caf\xe9", "SQL_ASCII") == "\"caf" + kReplaced + "\"");
  CHECK(json("caf\xe9", "") == "\"caf" + kReplaced + "\"");
  CHECK(json("caf\xe9", "no_such_encoding") == "\"caf" + kReplaced + "\"");
  std::mt19937 random(3);
  for (const char* encoding : {"UTF8", "LATIN1", "WIN1258", "EUC_JP", "EUC_JIS_2004", "SJIS",
                               "SHIFT_JIS_2004", "BIG5", "GBK", "UHC", "GB18030", "JOHAB"}) {
    CAPTURE(encoding);
    for (int i = 0; i < 200; ++i) {
      std::string value;
      for (int length = static_cast<int>(random() % 20); length > 0; --length)
        value.push_back(static_cast<char>(random() % 256));
      CHECK(nlohmann::json::parse(json(value, encoding)).is_string());
    }
  }
}

TEST_CASE("jsonl is converted from the session's encoding") {
  CHECK(json("caf\xe9 \\", "latin1") == "\"caf\xc3\xa9 \\\\\"");
  CHECK(json("\x80", "'WIN1252'") == "\"\xe2\x82\xac\"");
  CHECK(json("\x80", "windows-1252") == "\"\xe2\x82\xac\"");
  CHECK(json("\xa4", "ISO_8859_5") == "\"\xd0\x84\"");
  CHECK(json("\xc4\xe3", "EUC_CN") == "\"\xe4\xbd\xa0\"");
  // 83 5C is a katakana SO; the backslash behind it is one.
  CHECK(json("\x83\\\\n", "SJIS") == "\"\xe3\x82\xbd\\\\n\"");
  CHECK(json("\x83\\\\~", "SHIFT_JIS_2004") == "\"\xe3\x82\xbd\\\\~\"");
  CHECK(json("\\~", "JOHAB") == "\"\\\\~\"");
  CHECK(json("\x81\x30\x81\x30", "GB18030") == "\"\xc2\x80\"");
  CHECK(written(RowFormat::jsonl, {"caf\xe9"}, {{"x"}}, "LATIN1") == "{\"caf\xc3\xa9\":\"x\"}\n");
}

TEST_CASE("a long value is converted whole") {
  std::string latin1, utf8;
  for (int i = 0; i < 3000; ++i) latin1 += "\xe9", utf8 += "\xc3\xa9";
  CHECK(json(latin1, "LATIN1") == "\"" + utf8 + "\"");
}

TEST_CASE("bytes that cannot be converted are replaced one character at a time") {
  CHECK(json("a\xa4", "EUC_JP") == "\"a" + kReplaced + "\"");
  CHECK(json("\xff\x41"
             "b",
             "SJIS")
            .ends_with("b\""));
  CHECK(json("\xa4\xa2\xff\xa4\xa2", "EUC_JP") == "\"\xe3\x81\x82" + kReplaced + "\xe3\x81\x82\"");
}

TEST_CASE("sql is an INSERT a row") {
  CHECK(written(RowFormat::sql, {"a", "Unit Price"}, {{"1", kNull}, {"it's", ""}}) ==
        "INSERT INTO public.\"Order Items\" (a, \"Unit Price\") VALUES ('1', NULL);\n"
        "INSERT INTO public.\"Order Items\" (a, \"Unit Price\") VALUES ('it''s', '');\n");
  CHECK(literal("x") == "'x'");
}

TEST_CASE("a literal is the same under both settings of standard_conforming_strings") {
  CHECK(literal("a\\b'") == "E'a\\\\b'''");
  CHECK(literal("\n\t") == "'\n\t'");
  // 83 5C is a character: the server has no backslash to read.
  CHECK(literal("\x83\\'", "SJIS") == "'\x83\\'''");
  CHECK(literal("\x83\\\\", "SJIS") == "E'\x83\\\\\\'");
  CHECK(literal("\x83\\", "UTF8") == "E'\x83\\\\'");
}

TEST_CASE("a backslash inside of a character is left alone in copy and tsv") {
  CHECK(written(RowFormat::tsv, {}, {{"\x83\\\\"}}, "SJIS") == "\x83\\\\\\\n");
  CHECK(written(RowFormat::copy, {}, {{"\x83\\"}}, "SJIS", {"", "t"}) == "COPY t FROM stdin;\n\x83\\\n\\.\n");
}

TEST_CASE("raw writes nothing") { CHECK(written(RowFormat::raw, {"a"}, {{"1"}}) == ""); }
