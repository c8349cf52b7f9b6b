// What the dump's side of --verify makes of rows; the comparing with a server is
// tests/e2e/restore_verify_test.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "libfilter/restore/row_digest.hpp"
#include "libfilter/restore/verify.hpp"

using namespace sluice;

namespace {

RowSums sums_of(std::string_view bytes, std::size_t piece = std::string_view::npos,
                const CopyFormat& format = {}) {
  RowDigest digest(format, {});
  while (!bytes.empty()) {
    const auto part = bytes.substr(0, piece);
    digest.feed(part);
    bytes.remove_prefix(part.size());
  }
  digest.finish();
  return digest.sums();
}

std::string spelled(std::string_view field) {
  std::string out;
  return append_spelled(field, out) ? out : std::string(field);
}

}  // namespace

TEST_CASE("the order of rows does not matter, how often each is there does") {
  CHECK(sums_of("a\nb\nc\n") == sums_of("c\na\nb\n"));
  CHECK(sums_of("a\na\nb\n").exact != sums_of("a\nb\nb\n").exact);
  CHECK(sums_of("a\na\n").exact != sums_of("").exact);
  CHECK(sums_of("a\na\n").exact != sums_of("b\nb\n").exact);
  CHECK(sums_of("a\tb\n").exact != sums_of("ab\n").exact);
  CHECK(sums_of("a\n\\N\n").exact != sums_of("a\nN\n").exact);
  CHECK(sums_of("\n").rows == 1);
  CHECK(sums_of("\n\n").rows == 2);
  CHECK(sums_of("") == RowSums{});
}

TEST_CASE("a row that is taken away was never there") {
  RowDigest digest({}, {});
  digest.feed("a\nb\nb\nc\n");
  RowSums sums = digest.sums();
  sums -= digest.of_row("b");
  CHECK(sums == sums_of("c\na\nb\n"));
  sums -= digest.of_row("a");
  sums -= digest.of_row("b");
  sums -= digest.of_row("c");
  CHECK(sums == RowSums{});
}

TEST_CASE("128 bits carry over and borrow") {
  Sum128 sum{0, ~std::uint64_t{0}};
  sum += {0, 1};
  CHECK(sum == Sum128{1, 0});
  sum -= {0, 1};
  CHECK(sum == Sum128{0, ~std::uint64_t{0}});
}

TEST_CASE("rows may be cut anywhere") {
  const std::string text =
      "plain\trow\n\\N\t\\\\x00ff\n1.0000000000000002e+17\t2024-01-01 02:00:00+02\nbackslash\\\nand "
      "feed\n\n\\\\\n"
      "octal\\101\tx\nlast without a line feed";
  const RowSums whole = sums_of(text);
  CHECK(whole.rows == 8);
  for (std::size_t piece = 1; piece <= text.size(); ++piece) CHECK(sums_of(text, piece) == whole);
}

TEST_CASE("a giant row is the same whole and in pieces, and its short fields are spelled in one way") {
  const std::string body(RowDigest::kWholeRow + 100, 'x');
  const std::string here = "1\t2024-01-01 02:00:00+02\t" + body + "\t3\n";
  const std::string there = "1\t2024-01-01 00:00:00+00\t" + body + "\t3\n";
  CHECK(sums_of(here, 1000) == sums_of(here));
  CHECK(sums_of(here, 1000).spelled == sums_of(there, 777).spelled);
  CHECK(sums_of(here, 1000).exact != sums_of(there, 777).exact);
  CHECK(sums_of(here + "a\n" + here, 4096) == sums_of(here + here + "a\n", 100));
  CHECK_FALSE(sums_of(here, 1000).unfit);
  CHECK(sums_of("\\x41" + body + "\n", 1000).unfit);
  CHECK_FALSE(sums_of("\\\\x41" + body + "\n", 1).unfit);
  CHECK(sums_of(body + "\r\n", 1000).unfit);
}

TEST_CASE("a row is brought to the form of COPY TO") {
  CHECK(sums_of("\\x41\\102\t\\N\r\n") == sums_of("AB\t\\N\n"));
  CHECK(sums_of("a\\\tb\n") == sums_of("a\\tb\n"));
  CHECK(sums_of("a\\Nb\n") == sums_of("aNb\n"));
  CHECK(sums_of("a\fb\n") == sums_of("a\\fb\n"));
  CopyFormat csv;
  csv.kind = CopyFormat::Kind::csv;
  csv.delimiter = ',';
  csv.null = "";
  csv.header = true;
  CHECK(sums_of("x,y\n\"a\nb\",\n\"\",\"\"\"\"\n", 3, csv) == sums_of("a\\nb\t\\N\n\t\"\n"));
  CopyFormat bars;
  bars.delimiter = '|';
  bars.null = "-";
  CHECK(sums_of("a|-|b\n", 2, bars) == sums_of("a\t\\N\tb\n"));
  CopyFormat sjis;
  sjis.encoding = Encoding::sjis;
  CHECK(sums_of("\x95\x5c\tx\n", 1, sjis).exact == sums_of("\x95\x5c\tx\n", 100, sjis).exact);
  CHECK(sums_of("\x95\x5c\tx\n", 1, sjis).exact != sums_of("\x95\tx\n", 100, sjis).exact);
}

TEST_CASE("moments are spelled in UTC") {
  const std::pair<const char*, const char*> kMoments[] = {
      {"2024-01-01 02:00:00+02", "2024-01-01 00:00:00+00"},
      {"2024-01-01 00:00:00+00", "2024-01-01 00:00:00+00"},
      {"2023-12-31 19:30:00.125-05:30", "2024-01-01 01:00:00.125+00"},
      {"2024-02-29 23:59:59.999999-01", "2024-03-01 00:59:59.999999+00"},
      {"1900-02-28 23:30:00-01", "1900-03-01 00:30:00+00"},
      {"1850-01-01 00:53:28+00:53:28", "1850-01-01 00:00:00+00"},
      {"0001-01-01 00:00:00+01", "0001-12-31 23:00:00+00 BC"},
      {"4713-12-01 00:00:00+00 BC", "4713-12-01 00:00:00+00 BC"},
      {"294276-12-31 23:59:59+00", "294276-12-31 23:59:59+00"},
      {"10000-01-01 00:00:00+01", "9999-12-31 23:00:00+00"},
      {"{\"2024-01-01 02:00:00+02\",NULL,\"2024-01-01 03:00:00+02\"}",
       "{\"2024-01-01 00:00:00+00\",NULL,\"2024-01-01 01:00:00+00\"}"},
      {"[\"2024-01-01 02:00:00+02\",)", "[\"2024-01-01 00:00:00+00\",)"},
      {"2024-01-01 02:00:00", "2024-01-01 02:00:00"},
      {"02:00:00+02", "02:00:00+02"},
      {"2024-13-01 02:00:00+02", "2024-13-01 02:00:00+02"},
      {"x2024-01-01 02:00:00+02", "x2024-01-01 02:00:00+02"},
      {"2024-01-01 02:00:00+021", "2024-01-01 02:00:00+021"},
      {"2024-01-01 02:00", "2024-01-01 02:00"},
      {"infinity", "infinity"},
      {":::...eee", ":::...eee"},
  };
  for (const auto& [from, to] : kMoments) CHECK(spelled(from) == to);
}

TEST_CASE("numbers are spelled in one way where only a floating one is written so") {
  const std::pair<const char*, const char*> kNumbers[] = {
      {"0.10000000000000001", "0.1"},
      {"0.1", "0.1"},
      {"1e+15", "1000000000000000"},
      {"1.234567890123456e+15", "1234567890123456"},
      {"7.205759403792794e+16", "72057594037927936"},
      {"-1.0000000000000001e-05", "-1e-05"},
      {"-1e-05", "-1e-05"},
      {"1.7976931348623157e+308", "1.7976931348623157e+308"},
      {"(0.10000000000000001,2)", "(0.1,2)"},
      {"{1e+20,0.30000000000000004}", "{1e+20,0.30000000000000004}"},
      {"1.50", "1.50"},
      {"12345678901234567890.12", "12345678901234567890.12"},
      {"9007199254740993", "9007199254740993"},
      {"192.168.100.100", "192.168.100.100"},
      {"1234567890.1234567.8", "1234567890.1234567.8"},
      {"a1e+20", "a1e+20"},
      {"1e+20b", "1e+20b"},
      {"1e20", "1e20"},
      {"1e+999", "1e+999"},
      {"12:00:00.12345678901234567", "12:00:00.12345678901234567"},
  };
  for (const auto& [from, to] : kNumbers) CHECK(spelled(from) == to);
}

TEST_CASE("what is spelled in one way stays so") {
  for (const char* text : {"0.10000000000000001", "2023-12-31 19:30:00.125-05:30", "7.205759403792794e+16",
                           "0001-01-01 00:00:00+01", "-1.0000000000000001e-05"})
    CHECK(spelled(spelled(text)) == spelled(text));
}

TEST_CASE("the two sums differ where a spelling is changed, and nowhere else") {
  const auto one = sums_of("1\t2024-01-01 02:00:00+02\n"), other = sums_of("1\t2024-01-01 00:00:00+00\n");
  CHECK(one.spelled == other.spelled);
  CHECK(one.exact != other.exact);
  CHECK(other.exact == other.spelled);
  CHECK(sums_of("1\t2024-01-01 02:00:01+02\n").spelled != other.spelled);
}

TEST_CASE("a verdict is one line") {
  RunReport::Verified verified;
  verified.table = "public.t";
  verified.expected_rows = verified.found_rows = 1000;
  CHECK(verified_text(verified) == "public.t: 1,000 rows, as in the dump");
  verified.equal = false;
  verified.problem = "its rows are not those of the dump (digest differs, 1,000 rows)";
  CHECK(verified_text(verified) ==
        "public.t: its rows are not those of the dump (digest differs, 1,000 rows)");
  verified.found_rows = 1003;
  verified.problem = "the table has 3 rows more than the dump loaded";
  CHECK(verified_text(verified) ==
        "public.t: 1,003 rows, 1,000 in the dump: the table has 3 rows more than the dump loaded");
}
