// The grammar of generated scripts: what each production writes is named by it. One object makes one script.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "tests/differential/generated_writer.hpp"

namespace sluice::testing {

class GeneratedGrammar final : public GeneratedWriter {
 public:
  GeneratedGrammar(std::uint64_t number, Readers readers, std::size_t most);
  Generated script();

 private:
  // --- chance (splitmix64: the same numbers with every compiler)
  std::uint64_t random();
  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(random() % bound); }
  bool one_in(std::size_t n) { return below(n) == 0; }
  template <std::size_t n>
  std::string_view pick(const std::array<std::string_view, n>& list) {
    return list[below(n)];
  }
  bool everything() const { return readers_ == Readers::lexer; }

  // --- small pieces (generated_pieces.cpp)
  struct Character {
    std::string bytes, mask;
  };
  Character character();  // of several bytes, in the encoding of the line
  void put_character();
  void new_line();  // LF, or CR LF
  void nul_line();  // a NUL hides the rest of its line
  void blank();     // at least one byte of white space or a comment, inside of a statement
  void separate();  // blank(), or nothing where two tokens may touch
  void line_comment();
  void comment();
  void quoted(What what, std::string_view opener, bool backslashes, bool doubles);
  void string_content(char quote, bool backslashes, bool doubles);
  void plain_string(std::string_view opener = "'");
  void string();
  void name();
  void dollar_string(std::string_view glued = {});
  void inert_dollar();
  void glued_string();
  void continued_string();
  void colon();
  void operator_run();
  void number();
  void any_word(std::string_view word);  // in small, capital or mixed letters
  void pool_word();
  std::string line_end() override { return crlf_ ? "\r\n" : "\n"; }

  // --- statements (generated_grammar.cpp)
  void item();
  void gap();
  void statement();
  void finish_statement();
  void tokens(std::size_t most);
  void some_token();
  void group();
  void words(std::string_view several);  // with separators between
  void generic();
  void copy();
  void no_copy();
  void copy_options();
  void function();
  void no_function();
  void rule();
  void setting();
  void copy_rows(bool csv) override;
  void row(bool csv);
  void csv_field();

  // --- meta-commands (generated_meta.cpp)
  void meta();
  void meta_argument();
  void meta_arguments(std::size_t most);
  void end_of_meta();
  void plain_meta(std::string_view name);
  void whole_line_meta(std::string_view name);
  void inner_meta();
  void sending_meta();
  void reset_meta();
  void encoding_meta();
  void connect_meta();
  void restricted_lines();
  void branches();
  void inner_branch();

  Readers readers_;
  std::uint64_t state_;
  bool crlf_ = false;
  bool touches_ = true;  // what comes next may touch the last token
  bool restricted_ = false;
  bool in_branch_ = false;
  bool ascii_only_ = false;  // the server must take this statement
  unsigned depth_ = 0;       // of productions
};

}  // namespace sluice::testing
