// The settings of a connection: what libpq calls conninfo, and where each of them comes from.
//
// Texts are read by libpq's own parser and by nothing else (PostgreSQL manual 34.1.1; fe-connect.c). What
// the user set stays as it is; defaults are only put where nothing stands. A database's name that looks
// like a connection string is a name: nothing here is ever expanded a second time.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sluice {

class Settings {
 public:
  enum class Source {
    conninfo,     // what the user wrote
    option,       // what an option of the program says
    service,      // the service file's section that the user chose
    environment,  // PGHOST and its kin
    filled,       // ours: the user has not said anything
    standard,     // libpq's own default, which need not be said: port 5432, the name of the user
  };

  struct Setting {
    std::string keyword;   // libpq's
    std::string value;     // as libpq takes it, nothing escaped
    std::string variable;  // the environment variable that can say the same, or empty: there is none
    Source source = Source::conninfo;
    bool secret = false;  // a password
  };

  // TEXT is a URI, keyword=value pairs, or, having neither form, the name of a database, as for psql.
  // Throws Failure::usage. The message repeats nothing of TEXT that could be a piece of a password.
  static Settings parse(std::string_view text);

  // Adds what libpq itself would: the service's section, the environment, its own defaults. The service
  // is resolved by that: `service` itself is no setting any more. Changes PGSERVICE for a moment, so it
  // belongs before any thread. Throws Failure::usage when there is no such service.
  void add_environment();

  // In libpq's order.
  const std::vector<Setting>& all() const { return all_; }
  // Null where nothing is set.
  const Setting* find(std::string_view keyword) const;
  // Empty where nothing is set.
  std::string value(std::string_view keyword) const;

  void set(std::string_view keyword, std::string value, Source source);
  // Only where nothing is set, or libpq's default.
  void fill(std::string_view keyword, std::string value, Source source = Source::filled);
  void remove(std::string_view keyword);

  // One server to try: libpq's lists taken apart (manual 34.1.1.3). HOST may be empty (libpq's default), the
  // folder of a socket, a name or an address; ADDRESS is hostaddr's.
  struct Endpoint {
    std::string host, address, port;
    bool is_socket() const;
  };
  // At least one. Throws Failure::usage where the lists do not fit together.
  std::vector<Endpoint> endpoints() const;

  // The file by which libpq checks certificates: sslrootcert, or ~/.postgresql/root.crt (manual 34.19.1).
  // Empty where there is no such file.
  std::string root_certificates() const;

 private:
  std::vector<Setting> all_;
};

// "conninfo", "option", "service", "environment", "filled in", "default"
std::string_view name_of(Settings::Source source);

// Fills in, where it is missing, what keeps an idle connection alive through NAT and load balancers and ends
// a dead one: keepalives, keepalives_idle (60 s), keepalives_interval (10 s), keepalives_count (6),
// tcp_user_timeout (what these add up to), connect_timeout (30 s), application_name. Throws Failure::usage
// where one of them is no whole number: libpq would find that out later, or never. With keepalives=0 libpq
// sets none of the timers, and none is filled in.
void fill_in(Settings& settings, const std::string& application_name);

// TEXT with the passwords of SETTINGS, plain or percent-encoded, as ***. Those of less than four bytes stay:
// they would take words apart.
std::string without_secrets(std::string text, const Settings& settings);

// --- the way back to text; each is read again by libpq to the same settings (tested)

enum class Secrets { shown, hidden };  // hidden: *** in their place

// "postgresql://…". Hosts stand in front where they fit there, else as parameters.
std::string as_uri(const Settings& settings, Secrets secrets);
// "host=… port=…"
std::string as_conninfo(const Settings& settings, Secrets secrets);
// A section of a service file; a hidden secret is left out. Throws Failure::usage for a value that such a
// file cannot hold: a line feed, a blank at the end, over 1,000 bytes.
std::string as_service(const Settings& settings, std::string_view name, Secrets secrets);
// Lines for a shell: export PGHOST='…'; a comment for what has no variable, and for a hidden secret.
std::string as_shell(const Settings& settings, Secrets secrets);
// Lines of a password file (manual 34.16): PASSWORD for this user, in every database, on these servers or on
// any. Throws Failure::usage for a line feed in it.
enum class Servers { these, any };
std::string as_password_file(const Settings& settings, std::string_view password, Servers servers);

}  // namespace sluice
