#include "libfilter/find/replay.hpp"

#include <doctest/doctest.h>

#include <string>

#include "libfilter/find/search.hpp"

namespace sluice {
namespace {

// A Replay that is told statements as text.
class Told {
 public:
  explicit Told(Replay::Connect connect = Replay::Connect::follow) : replay(connect) { replay.begin_input(); }

  void setting(std::string_view text) { replay.setting(text, tokens_of(text, {})); }
  void transaction(std::string_view text) { replay.transaction(text, tokens_of(text, {})); }
  void meta(std::string_view text) { replay.meta_command(text, tokens_of(text, {})); }

  std::string lead_to(Replay::State state) {
    std::string out;
    replay.lead_to(state, Replay::Makes::storage, out);
    return out;
  }
  std::string here() { return lead_to(replay.state()); }

  Replay replay;
};

TEST_CASE("settings are written once, before the first statement that they hold for") {
  Told told;
  told.setting("SET client_encoding = 'UTF8';");
  told.setting("SELECT pg_catalog.set_config('search_path', '', false);");
  CHECK(told.here() ==
        "SET client_encoding = 'UTF8';\nSELECT pg_catalog.set_config('search_path', '', false);\n");
  CHECK(told.here().empty());
  told.setting("SET default_tablespace = fast;");
  told.setting("SET default_tablespace = slow;");
  CHECK(told.here() == "SET default_tablespace = slow;\n");
}

TEST_CASE("a statement that is written late gets the settings of its own place") {
  Told told;
  told.setting("SET default_tablespace = fast;");
  const auto early = told.replay.state();
  told.setting("SET default_tablespace = '';");
  told.setting("SET default_table_access_method = heap;");
  told.here();
  CHECK(told.lead_to(early) == "RESET default_table_access_method;\nSET default_tablespace = fast;\n");
  CHECK(told.here() == "SET default_tablespace = '';\nSET default_table_access_method = heap;\n");
}

TEST_CASE("a connection begins with nothing set, inside of its own restriction") {
  Told told;
  told.meta("\\restrict k1");
  told.setting("SET lock_timeout = 0;");
  told.here();
  told.meta("\\unrestrict k1");
  told.meta("\\connect shop");
  told.meta("\\restrict k2");
  told.setting("SET lock_timeout = 0;");
  CHECK(told.here() == "\\unrestrict k1\n\\connect shop\n\\restrict k2\nSET lock_timeout = 0;\n");
  std::string end;
  told.replay.end(end);
  CHECK(end == "\\unrestrict k2\n");
  CHECK_FALSE(told.replay.mixed_up());
}

TEST_CASE("a database from which nothing is taken is not connected to") {
  Told told;
  told.meta("\\connect a");
  told.setting("SET lock_timeout = 0;");
  told.meta("\\connect b");
  CHECK(told.here() == "\\connect b\n");
}

TEST_CASE("without \\connect the settings are written, and two databases are one too many") {
  Told told(Replay::Connect::leave_out);
  told.meta("\\connect a");
  told.setting("SET lock_timeout = 0;");
  CHECK(told.here() == "SET lock_timeout = 0;\n");
  CHECK_FALSE(told.replay.mixed_up());
  told.meta("\\connect b");
  told.here();
  CHECK(told.replay.mixed_up());
}

TEST_CASE("a second input that does not say where it belongs must not follow into the first one's database") {
  Told told;
  told.meta("\\connect a");
  told.here();
  told.replay.begin_input();
  told.here();
  CHECK(told.replay.mixed_up());
}

TEST_CASE("a transaction is written around what is taken out of it") {
  Told told;
  told.transaction("BEGIN;");
  CHECK(told.here() == "BEGIN;\n");
  told.transaction("SAVEPOINT a;");
  told.transaction("ROLLBACK TO a;");
  CHECK(told.here().empty());
  told.transaction("COMMIT;");
  CHECK(told.here() == "COMMIT;\n");
  told.transaction("BEGIN;");
  told.transaction("COMMIT;");
  CHECK(told.here().empty());
}

TEST_CASE("the first schema of search_path is where names without one are") {
  Told told;
  CHECK(told.replay.schema() == "public");
  told.setting("SELECT pg_catalog.set_config('search_path', '', false);");
  CHECK(told.replay.schema().empty());
  told.setting("SET search_path = app, pg_catalog;");
  CHECK(told.replay.schema() == "app");
  told.setting("SET search_path TO \"My App\", public;");
  CHECK(told.replay.schema() == "My App");
  told.setting("SET search_path TO 'Other, x';");
  told.setting("RESET search_path;");
  CHECK(told.replay.schema() == "public");
}

TEST_CASE("SET LOCAL, RESET and DEFAULT leave nothing behind") {
  Told told;
  told.setting("SET LOCAL lock_timeout = 1;");
  CHECK(told.here().empty());
  told.setting("SET ROLE app;");
  told.setting("SET SESSION AUTHORIZATION 'app';");
  CHECK(told.here() == "SET ROLE app;\nSET SESSION AUTHORIZATION 'app';\n");
  told.setting("SET SESSION AUTHORIZATION DEFAULT;");
  told.setting("RESET ROLE;");
  CHECK(told.here() == "RESET ROLE;\nRESET SESSION AUTHORIZATION;\n");
}

}  // namespace
}  // namespace sluice
