// What to do about a connection that failed, and whose server it is: data, from rules/advice/*.toml.
//
// rules/advice/README.md is the manual of the format. The files are built into the programs, as those of
// rules/ are.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libfilter/pg/symptom.hpp"

namespace sluice {

// A managed service, or a part of one that behaves on its own: a reader endpoint, a pooler.
struct Service {
  std::string id;  // "rds", "aurora-reader", "neon-pooler"
  std::string
      family;        // what shares advice: "rds" for most of Amazon's; the id itself where there is no other
  std::string name;  // for people: "Amazon Aurora, reader endpoint"
  std::string role;  // "writer", "reader", "pooler", "proxy", or empty
  std::vector<std::string> hosts;  // globs, lower case
  std::vector<std::string> ports;  // empty: any
  std::vector<std::string> notes;  // what is good to know of every connection to it, without placeholders
  std::string roots;               // where its root certificates are, when they are private; or empty
  // A host, or HOST:PORT (as a socket's folder, without a port): for the test that it is this one.
  std::vector<std::string> examples;
  std::string place;  // "services.toml:12"
};

// What stands for {host}, {server}, {port}, {user}, {database}, {address}, {service}, {roots} and {seconds}
// in a text.
using Particulars = std::map<std::string, std::string, std::less<>>;

struct Advice {
  std::string id;
  bool passes = false;              // time can mend it: worth another try
  std::string summary;              // one line: what happened, in the words of the service
  std::vector<std::string> causes;  // likely ones, the likeliest first
  std::vector<std::string> steps;   // to take, in order
};

class AdviceBook {
 public:
  // A mistake in a file is a Failure::usage with file and line.
  static AdviceBook builtin();
  // PATH/*.toml instead. Throws Failure::usage when there is no such folder.
  static AdviceBook folder(const std::string& path);
  // Of one text, for tests; NAME is what messages call it.
  static AdviceBook parse(std::string_view text, const std::string& name);

  // Whose server HOST (a name, an address or the folder of a socket; empty: libpq's default, a socket) is.
  // PORT may be empty: 5432. Null: not known. Valid as long as the book.
  const Service* recognise(std::string_view host, std::string_view port) const;
  const Service* service(std::string_view id) const;
  const std::vector<Service>& services() const { return services_; }

  // For every symptom there is some; its id is "unknown" where no entry fits, which the built-in files leave
  // no room for. Which entry is found: rules/advice/README.md. {service} and {roots} are known by the
  // symptom's service unless VALUES has them. A placeholder that has no value becomes "…".
  Advice advise(const Symptom& symptom, const Particulars& values) const;

  // For words that somebody has, of a server, of libpq or of pg_dump and its kin: there is no stage. SERVICE
  // is a Service::id, or empty. Nothing where no entry knows these words.
  std::optional<Advice> explain(std::string_view words, std::string_view service,
                                const Particulars& values) const;

  // An entry's own examples, for the test that each entry is the one found for them.
  struct Example {
    std::string id;
    std::string place;  // "tls.toml:12"
    Symptom symptom;
  };
  std::vector<Example> examples() const;

  // An entry as it is in its file. The texts have their placeholders yet.
  struct Entry {
    std::string id, place;
    std::vector<Stage> stages;          // empty: any
    std::vector<std::string> services;  // ids and families; empty: any
    std::vector<std::string> needs;     // signs that all have to be there
    // What it is known by: one of these will do. With none of them it is a last resort.
    std::vector<std::string> signs, says, sqlstates;
    bool passes = false;
    std::string summary;
    std::vector<std::string> causes, steps;
    std::string source;  // where the facts are from
    struct ForService {
      std::vector<std::string> services;
      std::vector<std::string> causes, steps;
      bool instead = false;  // of the entry's own causes, if it has some, and steps, if it has some
    };
    std::vector<ForService> for_services;
    std::vector<Symptom> examples;
  };
  const std::vector<Entry>& entries() const { return entries_; }

 private:
  void add(std::string_view text, const std::string& name);
  void check() const;
  const Entry* find(const Symptom& symptom) const;
  static Advice written(const Entry& entry, const Service* of, const Particulars& values);

  std::vector<Service> services_;
  std::vector<Entry> entries_;
};

}  // namespace sluice
