// An error of the server, put into words: where, what, why, and what to do.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libfilter/pg/advice.hpp"
#include "libfilter/restore/incident.hpp"
#include "libfilter/rules/rule_set.hpp"

namespace sluice {

// What to say of an error. Each text is one line, harmless for a terminal, and free of passwords.
struct Said {
  std::string error;  // "dump.sql:120: TABLE public.t: type "nosuch" does not exist (42704)"
  std::vector<std::string> details, hints;
  // The server's words, for a report: one line each, without passwords.
  std::string message, detail, hint, context;
  std::string advice;              // the id of the advice, or empty
  std::vector<std::string> rules;  // ids of rules that would have changed the statement
};

// "TABLE public.t", "FK CONSTRAINT child_fk on public.child", "COMMENT on TABLE public.t", "SELECT"; empty
// when there is nothing to say. Harmless for a terminal.
std::string label_of(const Object& object);
// "public.t"
std::string written(const ObjectName& name);

class Explainer {
 public:
  // Errors that get advice; those behind get their words, the place and no more.
  static constexpr std::uint64_t kMostAdvised = 20;

  struct Surroundings {
    std::string file;        // the input's name
    std::string service;     // Service::id, or empty
    int server_version = 0;  // as PQserverVersion says it: 150018; 0: not known
    bool superuser = false;  // the user that restores
    Particulars values;      // for the advice
    // What is asked for at the first error alone. Null: rules are not looked at.
    std::function<RuleLibrary()> rules = RuleLibrary::builtin;
  };

  // BOOK must outlive it.
  Explainer(const AdviceBook& book, Surroundings surroundings);
  ~Explainer();

  // For errors that are roots (Causes): what follows from one needs no words of its own.
  Said explain(const Incident& incident);

  // The profile of sanitize-rds for this server: "rds", "portable", "vanilla".
  std::string profile() const;

 private:
  struct Rules;
  void advise(const Incident& incident, Said& out);
  void look_for_rules(const Incident& incident, Said& out);

  const AdviceBook& book_;
  Surroundings surroundings_;
  std::unique_ptr<Rules> rules_;
  std::uint64_t told_ = 0;
  std::map<std::string, std::uint64_t> advised_;  // the line at which an advice was given first, by its id
};

}  // namespace sluice
