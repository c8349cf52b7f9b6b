// COPY's statement, rows and fields. Statements go through the lexer, as they do in the programs; RowSplitter
// is compared with a twin that looks at the whole of the data, byte by byte, as the server's
// CopyReadLineText() does.
#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "libfilter/dump/copy_format.hpp"
#include "libfilter/lex/lexer.hpp"

namespace sluice::testing {
namespace {

using Kind = CopyFormat::Kind;

std::vector<CopyHeader> copies(const std::string& statement) {
  Lexer lexer;
  (void)lexer.scan(statement, Lexer::End::last);
  const auto found = copies_of(statement, lexer.tokens());
  CHECK(found.size() == lexer.copies_owed());
  return found;
}

CopyHeader copy(const std::string& statement) {
  CAPTURE(statement);
  const auto found = copies(statement);
  REQUIRE(found.size() == 1);
  return found.front();
}

CopyFormat format(const std::string& options) { return copy("copy t from stdin " + options + ";").format; }

CopyFormat csv() { return format("csv"); }

using Names = std::vector<std::string>;

// "a|b|NULL"
std::string values(std::string_view row, const CopyFormat& format) {
  std::vector<std::string_view> fields;
  split_fields(row, format, fields);
  std::string out, value;
  for (const auto& field : fields) {
    const bool known = decode_field(field, format, "c", value);
    if (!known) CHECK(value.empty());
    out += (&field == &fields.front() ? "" : "|") + (known ? value : "NULL");
  }
  return out;
}

struct Line {
  std::string bytes;
  std::uint64_t offset = 0, lines = 0, length = 0;
  bool cut = false;
  bool operator==(const Line&) const = default;
};

Line line_of(const RowSplitter::Row& row) {
  return {std::string(row.bytes), row.offset, row.lines, row.length, row.cut};
}

// The twin. A character that begins with a byte from 0x80 on has two bytes in GBK, the only one of its kind
// here.
std::vector<Line> twin(const std::string& data, const CopyFormat& format, std::size_t most) {
  std::vector<Line> rows;
  std::size_t begin = 0;
  const auto end_row = [&](std::size_t end, bool carriage_return) {
    const auto row = data.substr(begin, end - begin - (carriage_return ? 1 : 0));
    const auto lines = std::count(data.begin(), data.begin() + static_cast<std::ptrdiff_t>(begin), '\n');
    rows.push_back(
        {row.substr(0, most), begin, static_cast<std::uint64_t>(lines), row.size(), row.size() > most});
    begin = end + 1;
  };
  bool in_quote = false, escaped = false, carriage_return = false;
  std::size_t i = 0;
  for (; i < data.size(); ++i) {
    const char c = data[i];
    const bool was_carriage_return = carriage_return;
    carriage_return = c == '\r';
    if (format.kind == Kind::csv) {
      if (in_quote && c == format.escape && format.escape != format.quote) escaped = !escaped;
      if (c == format.quote && !escaped) in_quote = !in_quote;
      if (c != format.escape || format.escape == format.quote) escaped = false;
    }
    if (c == '\n' && !in_quote) {
      end_row(i, was_carriage_return);
    } else if (c == '\\' && format.kind == Kind::text && i + 1 < data.size()) {
      ++i;
      carriage_return = false;
    }
    const bool lead = static_cast<unsigned char>(data[i]) >= 0x80 && format.encoding == Encoding::gbk;
    if (lead && i + 1 < data.size() && data[i + 1] != '\n') ++i;
  }
  if (begin < data.size()) end_row(data.size(), carriage_return);
  return rows;
}

std::vector<Line> split_rows(const std::string& data, const CopyFormat& format, std::size_t most,
                             std::size_t stretch) {
  RowSplitter splitter(format, most);
  RowSplitter::Row row;
  std::vector<Line> rows;
  for (std::size_t at = 0; at < data.size(); at += stretch) {
    // A copy of its own, so that a view into an earlier stretch is a fault.
    const std::string piece = data.substr(at, stretch);
    std::string_view bytes = piece;
    while (splitter.next(bytes, row)) rows.push_back(line_of(row));
    CHECK(bytes.empty());
  }
  if (splitter.last(row)) rows.push_back(line_of(row));
  CHECK_FALSE(splitter.last(row));
  CHECK(splitter.open_length() == 0);
  return rows;
}

std::string random_data(std::mt19937& random, std::string_view bytes, std::size_t length) {
  std::string data;
  while (data.size() < length) data.push_back(bytes[random() % bytes.size()]);
  return data;
}

// Text, GBK text, CSV, CSV with an escape of its own, CSV in GBK.
std::vector<CopyFormat> all_formats() {
  std::vector<CopyFormat> formats{format(""), format(""), csv(), format("csv quote '''' escape '\\'"), csv()};
  formats[1].encoding = formats[4].encoding = Encoding::gbk;
  return formats;
}

constexpr std::string_view kMatter = "\n\n\n\r\\\\\"\"'ab\t,\x81";

}  // namespace

TEST_CASE("a COPY of pg_dump names its table and columns, quotes undone") {
  const auto plain = copy("COPY public.\"Order \"\"Items\" (id, \"Unit Price\", \"order\") FROM stdin;");
  CHECK(plain.table == ObjectName{"public", "Order \"Items"});
  CHECK(plain.columns == Names{"id", "Unit Price", "order"});
  CHECK(plain.columns_listed);
  CHECK(plain.format.plain());

  const auto bare = copy("copy T from STDIN;");
  CHECK(bare.table == ObjectName{"", "t"});
  CHECK_FALSE(bare.columns_listed);
  CHECK(copy("copy db.s.t from stdin;").table == ObjectName{"s", "t"});

  const auto none = copy("copy t () from stdin;");
  CHECK(none.columns_listed);
  CHECK(none.columns.empty());
}

TEST_CASE("only a COPY that the lexer gives data to is one") {
  for (const char* statement : {"copy t to stdout;", "copy (select 1) to stdout;", "copy t from 'stdin';",
                                "copy t from program 'stdin';", "copy t from \"stdin\";",
                                "select copy from stdin;", "copy :from stdin from stdin_;", "copy;", ";"})
    CHECK(copies(statement).empty());
  CHECK(copy("copy \"from\" (stdin) from stdin;").table.name == "from");
  CHECK(copy("copy t from stdout;").table.name == "t");
}

TEST_CASE("statements joined with \\; have their COPYs in order, and meta-commands are passed over") {
  const auto both = copies("select 1\\; copy a from stdin csv\\; copy b (x) from stdin;");
  REQUIRE(both.size() == 2);
  CHECK(both[0].table.name == "a");
  CHECK(both[0].format.kind == Kind::csv);
  CHECK(both[1].table.name == "b");
  CHECK(both[1].format.plain());
  CHECK(copy("copy t \\echo from x \n (a) from stdin;").columns == Names{"a"});
}

TEST_CASE("options are read in both spellings") {
  for (const char* options :
       {"(format csv, delimiter ';', null 'x', quote '''', escape '\\', header)",
        "with (HEADER true, FORMAT 'csv', DELIMITER E';', NULL $$x$$, QUOTE E'\\'', ESCAPE E'\\\\')",
        "with delimiter as ';' null as 'x' csv header quote as '''' escape as '\\'",
        "delimiter ';' csv null 'x' header escape E'\\x5c' quote E'\\047'",
        "using delimiters ';' with csv header null "
        "as 'x' quote '''' escape '\\' where id > 0"}) {
    CAPTURE(options);
    const auto got = format(options);
    CHECK(got.kind == Kind::csv);
    CHECK(got.delimiter == ';');
    CHECK(got.null == "x");
    CHECK(got.quote == '\'');
    CHECK(got.escape == '\\');
    CHECK(got.header);
    CHECK_FALSE(got.plain());
  }
}

TEST_CASE("what no option says is the format's default") {
  const auto got = csv();
  CHECK(got.delimiter == ',');
  CHECK(got.null == "");
  CHECK(got.quote == '"');
  CHECK(got.escape == '"');
  CHECK_FALSE(got.header);
  CHECK(format("csv quote ''''").escape == '\'');
  CHECK(format("(format text)").plain());
  CHECK(format("(freeze, encoding 'latin1', force_quote (header, csv))").plain());
}

TEST_CASE("HEADER is on for every word but false, off and 0") {
  for (const char* on :
       {"(header)", "(header on)", "(header 1)", "(header match)", "(header 'true')", "header"})
    CHECK(format(on).header);
  for (const char* off : {"(header off)", "(header 0)", "(header FALSE)", "(header 'off')", ""})
    CHECK_FALSE(format(off).header);
}

TEST_CASE("BINARY may stand before the table and behind") {
  for (const char* statement : {"copy binary t from stdin;", "copy t from stdin binary;",
                                "copy t from stdin with (format 'binary');"})
    CHECK(copy(statement).format.kind == Kind::binary);
}

TEST_CASE("FORCE lists name columns, or all of them") {
  for (const char* options : {"(format csv, force_null (a, \"B\"), force_not_null (C), force_quote *)",
                              "csv force quote * force null a, \"B\" force not null C"}) {
    const auto got = format(options);
    CHECK(got.force_null == Names{"a", "B"});
    CHECK(got.force_not_null == Names{"c"});
    CHECK_FALSE(got.all_force_null);
  }
  const auto all = format("(format csv, force_null *, force_not_null *, delimiter '|')");
  CHECK(all.all_force_null);
  CHECK(all.all_force_not_null);
  CHECK(all.delimiter == '|');
}

TEST_CASE("a delimiter may be written as an escape") {
  for (const char* options : {"delimiter E'\\x01'", "delimiter e'\\001'", "delimiter '\\001'"})
    CHECK(format(options).delimiter == '\x01');
  CHECK(format("delimiter '\\t' null ''").delimiter == '\t');
}

TEST_CASE("WITH OIDS puts a column before the others") {
  CHECK(copy("COPY t (a, b) WITH OIDS FROM stdin;").columns == Names{"oid", "a", "b"});
  CHECK_FALSE(copy("COPY t WITH OIDS FROM stdin;").columns_listed);
}

TEST_CASE("text escapes stand for their characters") {
  const auto text = format("");
  CHECK(values("a\tb\t\\N\t", text) == "a|b|NULL|");
  CHECK(values("\\b\\f\\n\\r\\t\\v", text) == "\b\f\n\r\t\v");
  CHECK(values("\\101\\1018\\7\\60", text) == "AA8\a0");
  CHECK(values("\\501", text) == "A");
  CHECK(values("\\x41\\x4G\\x414\\xg\\x", text) == "A\x04GA4xgx");
  CHECK(values("\\\\N\t\\\\\t\\.\\a\\q", text) == "\\N|\\|.aq");
  CHECK(values("a\\\tb\\\\\tc\\", text) == "a\tb\\|c");
  CHECK(values("\\\nx", text) == "\nx");
}

TEST_CASE("NULL is what is written like the NULL string, before escapes are undone") {
  CHECK(values("\\x5cN\t\\N\tN\t\\NN", format("")) == "\\N|NULL|N|NN");
  CHECK(values("|a", format("delimiter '|' null ''")) == "NULL|a");
  // The server drops a backslash at the end of the data first.
  CHECK(values("\\|\\", format("delimiter '|' null ''")) == "|");
  CHECK(values("a|\\", format("delimiter '|' null ''")) == "a|NULL");
  CHECK(values("NULL,\\NULL,NUL", format("delimiter ',' null 'NULL'")) == "NULL|NULL|NUL");
}

TEST_CASE("a byte inside of a character is neither a backslash nor a delimiter") {
  // GBK: 81 5C and 81 7C are characters.
  auto gbk = format("delimiter '|'");
  gbk.encoding = Encoding::gbk;
  CHECK(values("\x81\\n|\x81||\\n\\\x81\\n", gbk) == "\x81\\n|\x81||\n\x81\\n");
  auto safe = gbk;
  safe.encoding = Encoding::safe;
  CHECK(values("\x81\\n|\x81||", safe) == "\x81\n|\x81||");
  auto csv_gbk = format("csv delimiter '|' quote '\\'");
  csv_gbk.encoding = Encoding::gbk;
  CHECK(values("\x81\\|\\\x81\\|\\|\x81|", csv_gbk) == "\x81\\|\x81\\||\x81|");
}

TEST_CASE("CSV quotes open and close anywhere in a field") {
  CHECK(values("a,\"b,c\",\"d\"\"e\",\"\"", csv()) == "a|b,c|d\"e|");
  CHECK(values("a\"b,c\"d,\"x\"y\"z\"", csv()) == "ab,cd|xyz");
  CHECK(values("\"a\nb\",c", csv()) == "a\nb|c");
  CHECK(values("a\\nb\\", csv()) == "a\\nb\\");
  CHECK(values("", csv()) == "NULL");
}

TEST_CASE("a CSV escape counts inside of quotes, before a quote or an escape") {
  const auto escaping = format("csv escape '\\'");
  CHECK(values("\"a\\\"b\\\\\",\\\\,\"\\n\"", escaping) == "a\"b\\|\\\\|\\n");
  // A doubled quote then closes and opens.
  CHECK(values("\"a\"\"b\"", escaping) == "ab");
}

TEST_CASE("an unquoted CSV field like the NULL string is NULL, a quoted one is not") {
  CHECK(values(",\"\",x", csv()) == "NULL||x");
  CHECK(values("null,\"null\",nu\"ll\"", format("csv null 'null'")) == "NULL|null|null");
}

TEST_CASE("FORCE_NULL and FORCE_NOT_NULL hold for their columns") {
  CHECK(values("\"\",,x", format("csv force null c")) == "NULL|NULL|x");
  CHECK(values("\"\",,x", format("csv force null d")) == "|NULL|x");
  CHECK(values("\"\",,x", format("csv force not null c")) == "||x");
  CHECK(values("n,\"n\"", format("(format csv, null 'n', force_null *)")) == "NULL|NULL");
  CHECK(values("n,\"n\"", format("(format csv, null 'n', force_null *, force_not_null *)")) == "n|NULL");
}

TEST_CASE("what append_copy_text() writes is read back") {
  std::string written;
  append_copy_text("\b\f\n\r\t\v\\N\\.a", written);
  CHECK(written == "\\b\\f\\n\\r\\t\\v\\\\N\\\\.a");
  std::string gbk;
  append_copy_text("\x81\\\\\x81", gbk, Encoding::gbk);
  CHECK(gbk == "\x81\\\\\\\x81");

  std::mt19937 random(7);
  for (int i = 0; i < 2000; ++i) {
    auto text = format("");
    text.encoding = i % 2 == 0 ? Encoding::safe : Encoding::gbk;
    const std::string value = random_data(random, "ab01xN\b\f\n\r\t\v\\\\\x81\xff", random() % 12);
    std::string field;
    append_copy_text(value, field, text.encoding);
    // GBK: a lead byte takes what is behind it, and has to have something there.
    if (text.encoding == Encoding::gbk && values(field + "\tz", text).back() != 'z') continue;
    REQUIRE(values(field, text) == value);
  }
}

TEST_CASE("rows end with LF or CR LF, and the last one with the data") {
  const auto rows = split_rows("a\tb\n\nc\r\n\r\nd", format(""), 100, 100);
  CHECK(rows ==
        std::vector<Line>{{"a\tb", 0, 0, 3}, {"", 4, 1, 0}, {"c", 5, 2, 1}, {"", 8, 3, 0}, {"d", 10, 4, 1}});
  CHECK(split_rows("", format(""), 100, 1).empty());
  CHECK(split_rows("a\r", format(""), 100, 1) == std::vector<Line>{{"a", 0, 0, 1}});
}

TEST_CASE("a line feed that is escaped or quoted belongs to its row") {
  CHECK(split_rows("a\\\nb\\\\\nc\\\r\n", format(""), 100, 100) ==
        std::vector<Line>{{"a\\\nb\\\\", 0, 0, 6}, {"c\\\r", 7, 2, 3}});
  CHECK(split_rows("\"a\n\r\n\",b\r\nc\n", csv(), 100, 100) ==
        std::vector<Line>{{"\"a\n\r\n\",b", 0, 0, 8}, {"c", 10, 3, 1}});
}

TEST_CASE("a long row is lent cut, with its whole length") {
  for (const std::size_t stretch : {1U, 4U, 5U, 6U, 100U}) {
    CAPTURE(stretch);
    CHECK(split_rows("abcdef\r\nabcd\r\nabcde\n", format(""), 4, stretch) ==
          std::vector<Line>{{"abcd", 0, 0, 6, true}, {"abcd", 8, 1, 4, false}, {"abcd", 14, 2, 5, true}});
  }
}

TEST_CASE("a row that is whole in its stretch is not copied") {
  const std::string data = "first\nsecond\nthird";
  std::string_view bytes = data;
  RowSplitter splitter(format(""), 100);
  RowSplitter::Row row;
  REQUIRE(splitter.next(bytes, row));
  CHECK(row.bytes.data() == data.data());
  REQUIRE(splitter.next(bytes, row));
  CHECK(row.bytes.data() == data.data() + 6);
  CHECK_FALSE(splitter.next(bytes, row));
  CHECK(splitter.open_length() == 5);
}

TEST_CASE("rows are the twin's for every size of stretch") {
  std::mt19937 random(11);
  for (const CopyFormat& format : all_formats()) {
    for (int i = 0; i < 400; ++i) {
      const std::string data = random_data(random, kMatter, 1 + random() % 60);
      for (const std::size_t most : {std::size_t{5}, std::size_t{1000}}) {
        const auto expected = twin(data, format, most);
        for (std::size_t stretch = 1; stretch <= data.size(); ++stretch) {
          CAPTURE(data);
          CAPTURE(stretch);
          REQUIRE(split_rows(data, format, most, stretch) == expected);
        }
      }
    }
  }
}

TEST_CASE("rows behind bytes that were skipped are the ones that would have come") {
  std::mt19937 random(13);
  for (const CopyFormat& format : all_formats()) {
    for (int i = 0; i < 2000; ++i) {
      const std::string data = random_data(random, kMatter, 2 + random() % 60);
      const std::size_t first = random() % data.size(), second = first + random() % (data.size() - first);
      const std::string_view all = data;
      RowSplitter reading(format, 8), skipping(format, 8);
      RowSplitter::Row row;
      std::vector<Line> expected, got;
      const auto read = [&](RowSplitter& splitter, std::string_view bytes, std::vector<Line>& rows) {
        while (splitter.next(bytes, row)) rows.push_back(line_of(row));
      };
      read(reading, all.substr(0, first), expected);
      read(skipping, all.substr(0, first), got);
      std::vector<Line> unseen;
      read(reading, all.substr(first, second - first), unseen);
      skipping.skip(all.substr(first, second - first));
      CHECK(reading.open_length() == skipping.open_length());
      read(reading, all.substr(second), expected);
      read(skipping, all.substr(second), got);
      if (reading.last(row)) expected.push_back(line_of(row));
      if (skipping.last(row)) got.push_back(line_of(row));
      CAPTURE(data);
      REQUIRE(got == expected);
    }
  }
}

}  // namespace sluice::testing
