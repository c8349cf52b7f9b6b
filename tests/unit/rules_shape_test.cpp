// Which rules a statement is shown to: decided by its words, at a cost that does not depend on how many rules
// there are.

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "libfilter/lex/lexer.hpp"
#include "libfilter/rules/engine.hpp"
#include "libfilter/rules/rule_set.hpp"

namespace sluice {
namespace {

StatementShape shape_of(const RuleSet& rules, const std::string& statement) {
  Lexer lexer;
  (void)lexer.scan(statement, Lexer::End::last);
  std::vector<WordId> words;
  return look_up(rules.vocabulary(), {statement, lexer.tokens()}, words);
}

std::vector<std::string> shown_to(const RuleSet& rules, const std::string& statement) {
  std::vector<std::string> ids;
  for (const auto index : rules.for_shape(shape_of(rules, statement))) ids.push_back(rules.rules()[index].id);
  return ids;
}

RuleSet selected(const RuleLibrary& library, const std::string& to, std::vector<RuleFile> own = {}) {
  Selection selection;
  selection.to = to;
  selection.from = "any";
  selection.user_files = std::move(own);
  return library.select(selection);
}

// COUNT rules that all begin as CREATE TABLE does and wait for a word of their own.
RuleFile many_rules(int count) {
  std::string text = "[profile]\nname = \"many\"\n";
  for (int i = 0; i < count; ++i) {
    const auto number = std::to_string(i);
    text += "[[rule]]\nid = \"many-" + number +
            "\"\naction = \"warn\"\nsummary = \"s\"\nmatch = [\"CREATE TABLE ... " + "WORD" + number +
            " {name}\"]\n";
  }
  return RuleFile::parse(text, "many.toml");
}

}  // namespace

TEST_CASE("rules of which a word is missing are not asked, however many there are") {
  const auto library = RuleLibrary::builtin();
  const auto few = selected(library, "rds"), many = selected(library, "rds", {many_rules(3000)});
  const std::string table = "CREATE TABLE public.t (\n    id bigint NOT NULL,\n    word7 text\n);";
  const auto asked = shown_to(few, table);
  CHECK(asked.size() < 20);
  CHECK(few.rules().size() > 100);
  CHECK(many.rules().size() == few.rules().size() + 3000);
  // WORD7 stands there, and the sets of words are only 512 bits: some more may be asked, not thousands.
  const auto among_many = shown_to(many, table);
  CHECK(among_many.size() < asked.size() + 100);
  CHECK(std::find(among_many.begin(), among_many.end(), "many-7") != among_many.end());
  for (const auto& id : asked) {
    CAPTURE(id);
    CHECK(std::find(among_many.begin(), among_many.end(), id) != among_many.end());
  }
}

TEST_CASE("what no rule can concern is known from its first words") {
  const auto library = RuleLibrary::builtin();
  for (const auto& file : library.files()) {
    if (file.direction != RuleFile::Direction::to) continue;
    CAPTURE(file.name);
    const auto rules = selected(library, file.name);
    const Engine engine(rules, "sanitize-rds", {});
    for (const auto* first : {"insert", "INSERT"}) CHECK_FALSE(engine.wants(first, "into"));
    CHECK_FALSE(engine.wants("COPY", "public"));
    CHECK_FALSE(engine.wants("DELETE", "from"));
    CHECK_FALSE(engine.wants("frobnicate", "all"));
    CHECK(engine.wants("alter", "ROLE"));
    CHECK(engine.wants("GRANT", "select"));
  }
}

TEST_CASE("words are found in any case, and only as what they are") {
  Vocabulary vocabulary;
  std::vector<std::string> names;
  for (int i = 0; i < 2000; ++i) names.push_back("word_" + std::to_string(i * 7919));
  std::vector<WordId> ids;
  for (const auto& name : names) ids.push_back(vocabulary.add(Vocabulary::Class::word, name));
  for (std::size_t i = 0; i < names.size(); ++i) {
    CHECK(ids[i] == i + 1);
    CHECK(vocabulary.find(Vocabulary::Class::word, names[i]) == ids[i]);
    CHECK(vocabulary.add(Vocabulary::Class::word, names[i]) == ids[i]);
    CHECK(vocabulary.find(Vocabulary::Class::meta, names[i]) == kNoWord);
  }
  CHECK(vocabulary.find(Vocabulary::Class::word, "WORD_7919") == ids[1]);
  CHECK(vocabulary.find(Vocabulary::Class::word, "Word_7918") == kNoWord);
  CHECK(vocabulary.find(Vocabulary::Class::word, "wor\x64\x7f\x37\x39\x31\x39") == kNoWord);
  CHECK(vocabulary.find(Vocabulary::Class::word, "") == kNoWord);
  CHECK(vocabulary.size() == names.size() + 1);
}

}  // namespace sluice
