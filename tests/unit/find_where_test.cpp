#include <doctest/doctest.h>

#include <string>

#include "libfilter/find/where.hpp"
#include "libfilter/io/failure.hpp"

namespace {

using namespace sluice;

bool holds(const std::string& condition, std::string_view value) { return Where(condition).holds(value); }

bool holds_for_null(const std::string& condition) { return Where(condition).holds(std::nullopt); }

// "message; detail"
std::string fault(const std::string& condition) {
  try {
    const Where where(condition);
  } catch (const Failure& failure) {
    CHECK(failure.kind == Failure::Kind::usage);
    return failure.what() + std::string("; ") + failure.detail;
  }
  return "none";
}

// How A is compared with B, which is written as VALUE: "<", "=" or ">", by all six operators.
std::string order(const std::string& a, const std::string& b) {
  const bool less = holds("c <" + (" " + b), a), equal = holds("c = " + b, a), greater = holds("c > " + b, a);
  CAPTURE(a);
  CAPTURE(b);
  CHECK(less + equal + greater == 1);
  CHECK(holds("c <= " + b, a) == !greater);
  CHECK(holds("c >= " + b, a) == !less);
  CHECK(holds("c != " + b, a) == !equal);
  CHECK(holds("c <> " + b, a) == !equal);
  return less ? "<" : equal ? "=" : ">";
}

}  // namespace

TEST_CASE("a column is folded, or quoted and kept") {
  CHECK(Where("Id = 5").column() == "id");
  CHECK(Where("\"Unit \"\"Price\"\"\" = 5").column() == "Unit \"Price\"");
  CHECK(Where("\"a=b\"='c'").column() == "a=b");
  CHECK(Where("stra\xc3\x9f"
              "e$1 is null")
            .column() ==
        "stra\xc3\x9f"
        "e$1");
  CHECK(Where("1 = 5").column() == "1");
  CHECK(Where("is is null").column() == "is");
}

TEST_CASE("an operator needs no blanks around it, and has any") {
  for (const char* condition : {"id>=5", " id >= 5 ", "id>= 5", "id >=5", "id\t>=\n5", "\"id\">=5"}) {
    CHECK(holds(condition, "5"));
    CHECK_FALSE(holds(condition, "4"));
  }
}

TEST_CASE("numbers are compared as numbers, however they are written") {
  for (const char* five :
       {"5", "+5", "05", "5.", "5.0", "5.000", "0.5e1", "50e-1", ".05E+2", "0005.00e0", "5e0000"})
    for (const char* other : {"5", "5.00", "500E-2"}) CHECK(order(five, other) == "=");
  for (const char* zero : {"0", "-0", "+0.000", ".0", "0.", "-0e999", "0e-5"}) CHECK(order(zero, "0") == "=");
  CHECK(order("10", "9") == ">");
  CHECK(order("-10", "-9") == "<");
  CHECK(order("-1", "0") == "<");
  CHECK(order("-1", "1") == "<");
  CHECK(order(".5", "0.49") == ">");
  CHECK(order("1.05", "1.5") == "<");
  CHECK(order("0.09", ".1") == "<");
  CHECK(order("1e3", "999.9") == ">");
  CHECK(order("1.5", "1.50001") == "<");
  CHECK(order("-1.5", "-1.50001") == ">");
}

TEST_CASE("the comparison is exact where a double is not") {
  CHECK(order("9007199254740993", "9007199254740992") == ">");
  CHECK(order("0.1", "0.1000000000000000055511151231257827") == "<");
  CHECK(order("1e400", "1e401") == "<");
  CHECK(order("1e400", "10e399") == "=");
  CHECK(order("-1e400", "1") == "<");
  CHECK(order("1e-400", "0") == ">");
  CHECK(order("1" + std::string(1000, '0'), "1e1000") == "=");
  CHECK(order("1e999999999999999999", "1e999999999999999998") == ">");
}

TEST_CASE("what is no number is text, byte by byte") {
  CHECK(order("abc", "abd") == "<");
  CHECK(order("10", "9x") == "<");
  CHECK(order("x", "5") == ">");
  CHECK(order("\xc3\xa9", "z") == ">");
  for (const char* text :
       {"NaN", "Infinity", "-inf", "0x1F", "1e", "1e+", ".", "+", "-", "1.2.3", "1_000", "e5"}) {
    CHECK(order(text, text) == "=");
    CHECK(holds(std::string("c != ") + text, std::string(text) + "0"));
  }
  CHECK(order("0x10", "16") == "<");
  CHECK(holds("c != 5", " 5"));
  CHECK(holds("c != 1e0000000000000000001", "10"));
}

TEST_CASE("a value in quotes is text") {
  CHECK(holds("zip = 01234", "1234"));
  CHECK_FALSE(holds("zip = '01234'", "1234"));
  CHECK(holds("zip = '01234'", "01234"));
  CHECK(holds("c < '9'", "10"));
  CHECK(holds("c = 'it''s'", "it's"));
  CHECK(holds("c = ' x '", " x "));
  CHECK(holds("c = ''", ""));
  CHECK(holds("c=''''  ", "'"));
}

TEST_CASE("a value without quotes loses the blanks around it and keeps those within") {
  CHECK(holds("c =  New York\t", "New York"));
  CHECK(holds("c = a'b", "a'b"));
  CHECK(holds("c = a = b", "a = b"));
}

TEST_CASE("a pattern is looked for anywhere in the value") {
  CHECK(holds("c ~ b+", "abbc"));
  CHECK_FALSE(holds("c ~ ^b", "abbc"));
  CHECK(holds("c !~ ^b", "abbc"));
  CHECK_FALSE(holds("c!~b", "abbc"));
  CHECK(holds("c~^a b$", "a b"));
  CHECK(holds("c ~ ' b'", "a b"));
  CHECK(holds("c ~ 'it''s'", "it's"));
  CHECK(holds("c ~ (?i)^STRA.E$",
              "stra\xc3\x9f"
              "e"));
  CHECK(holds("c ~ ^caf\xe9$", "caf\xe9"));
}

TEST_CASE("a pattern's characters are those of the dump's encoding") {
  Where where("c ~ ^caf\u00e9.$"), other("c !~ \u00e9"), number("c = 5");
  for (Where* condition : {&where, &other, &number}) condition->set_encoding("LATIN1");
  CHECK(where.holds("caf\xe9\xe8"));
  CHECK_FALSE(where.holds("caf\u00e9!"));
  CHECK_FALSE(other.holds("\xe9"));
  CHECK(number.holds("5.0"));
  where.set_encoding("UTF8");
  CHECK(where.holds("caf\u00e9\u00e8"));
  CHECK_FALSE(where.holds("caf\xe9\xe8"));
}

TEST_CASE("NULL satisfies nothing but is null") {
  for (const char* condition : {"c = 5", "c != 5", "c <> x", "c < 5", "c <= 5", "c > 5", "c >= 5", "c ~ .*",
                                "c !~ x", "c = ''", "c is not null"})
    CHECK_FALSE(holds_for_null(condition));
  CHECK(holds_for_null("c is null"));
  CHECK(holds_for_null("c  IS\tNull "));
  CHECK_FALSE(holds("c is null", ""));
  CHECK(holds("\"c\"is not null", ""));
}

TEST_CASE("a moved condition is the same") {
  Where from("c >= 10");
  Where where(std::move(from));
  Where other("c is null");
  other = std::move(where);
  CHECK(other.column() == "c");
  CHECK(other.holds("10.0"));
  CHECK_FALSE(other.holds("9"));
}

TEST_CASE("a message says what was expected, and what is wrong") {
  CHECK(
      fault("id => 5") ==
      "bad value for --where: 'id => 5'; expected COLUMN OP VALUE, OP one of = != < <= > >= ~ !~ \"is null\" "
      "\"is not null\"; => is no OP");
  const auto ends = [](const std::string& condition) {
    const auto text = fault(condition);
    return text.substr(text.rfind("; ") + 2);
  };
  CHECK(ends("id == 5") == "== is no OP");
  CHECK(ends("id 5") == "there is no OP before 5");
  CHECK(ends("id is nul") == "there is no OP before is nul");
  CHECK(ends("id is null x") == "there is no OP before is null x");
  CHECK(ends("id") == "there is no OP");
  CHECK(fault("id =").find("there is no VALUE") != std::string::npos);
  for (const char* condition : {"", " ", "= 5", "\"\" = 5", "'id' = 5"})
    CHECK(ends(condition) ==
          "a COLUMN with other characters than letters, digits, _ and $ needs double quotes");
  CHECK(ends("\"id = 5") == "nothing closes the quote of \"id = 5");
  CHECK(ends("id = 'x") == "nothing closes the quote of 'x");
  CHECK(ends("id = 'x' y") == "nothing may follow the VALUE's closing quote, but there is  y");
  CHECK(ends("id ~ a(b") == "bad pattern: missing ): a(b");
  CHECK(fault("\x1b = '\n").find("'\\x1b = '\\n'") != std::string::npos);
  CHECK(ends("id = '\x1b") == "nothing closes the quote of '\\x1b");
}
