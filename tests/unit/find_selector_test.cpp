#include "libfilter/find/selector.hpp"

#include <doctest/doctest.h>

#include "libfilter/io/failure.hpp"

namespace sluice {
namespace {

using Names = std::vector<std::string>;

TEST_CASE("a name is folded unless it is quoted") {
  CHECK(NameGlob("Users").matches(ObjectName{"public", "users"}));
  CHECK_FALSE(NameGlob("\"Users\"").matches(ObjectName{"public", "users"}));
  CHECK(NameGlob("\"Users\"").matches(ObjectName{"public", "Users"}));
  CHECK(NameGlob("\"Order Items\"").matches(ObjectName{"app", "Order Items"}));
  CHECK_FALSE(NameGlob("Order Items").matches(ObjectName{"app", "Order Items"}));
  CHECK(NameGlob("\"a\"\"b\"").matches(ObjectName{"", "a\"b"}));
}

TEST_CASE("a dot parts the schema from the name, but for a quoted one") {
  CHECK(NameGlob("public.users").matches(ObjectName{"public", "users"}));
  CHECK_FALSE(NameGlob("public.users").matches(ObjectName{"app", "users"}));
  CHECK(NameGlob("PUBLIC.\"Users\"").matches(ObjectName{"public", "Users"}));
  CHECK(NameGlob("\"a.b\"").matches(ObjectName{"public", "a.b"}));
  CHECK(NameGlob("*.users").matches(ObjectName{"app", "users"}));
}

TEST_CASE("globs are globs outside of double quotes") {
  CHECK(NameGlob("user*").matches(ObjectName{"", "users"}));
  CHECK(NameGlob("user?").matches(ObjectName{"", "users"}));
  CHECK_FALSE(NameGlob("user?").matches(ObjectName{"", "user"}));
  CHECK(NameGlob("t[0-9]").matches(ObjectName{"", "t7"}));
  CHECK_FALSE(NameGlob("t[0-9]").matches(ObjectName{"", "tx"}));
  CHECK(NameGlob("\"t*\"").matches(ObjectName{"", "t*"}));
  CHECK_FALSE(NameGlob("\"t*\"").matches(ObjectName{"", "tx"}));
  CHECK(NameGlob("\"t\"*").matches(ObjectName{"", "tx"}));
}

TEST_CASE("a bad name is refused") {
  CHECK_THROWS_AS(NameGlob("\"open"), Failure);
  CHECK_THROWS_AS(NameGlob("a.b.c"), Failure);
  CHECK_THROWS_AS(NameGlob(".users"), Failure);
  CHECK_THROWS_AS(NameGlob("public."), Failure);
  CHECK_THROWS_AS(NameGlob(""), Failure);
}

TEST_CASE("a comma parts a list, but not inside of double quotes") {
  CHECK(split_list("a,b") == Names{"a", "b"});
  CHECK(split_list("\"a,b\",c") == Names{"\"a,b\"", "c"});
  CHECK(split_list(",a,,") == Names{"a"});
  CHECK(split_list("").empty());
}

TEST_CASE("no selector of a kind selects everything") {
  CHECK(selects({}, "anything"));
  CHECK(selects_type({}, "TABLE"));
  CHECK(selects(std::vector<Section>{}, Section::none));
  CHECK(selects_type({"* CONSTRAINT", "TABLE"}, "FK CONSTRAINT"));
  CHECK_FALSE(selects_type({"* CONSTRAINT", "TABLE"}, "TABLE DATA"));
}

}  // namespace
}  // namespace sluice
