// The bytes of a generated script, and the truth about them: the grammar (generated_grammar.hpp) says what it
// begins and ends, the writer knows what follows of it at the end of each line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/differential/generated.hpp"

namespace sluice::testing {

class GeneratedWriter {
 public:
  GeneratedWriter(const GeneratedWriter&) = delete;
  GeneratedWriter& operator=(const GeneratedWriter&) = delete;
  virtual ~GeneratedWriter() = default;

 protected:
  using What = Lexer::Open::What;

  // The next piece does not fit: the script ends here.
  struct Cut {};

  enum class Charset { safe, sjis, big5, gbk, uhc, gb18030, johab };
  struct Settings {
    bool backslash_is_plain = true;  // standard_conforming_strings
    Charset charset = Charset::safe;
    bool operator==(const Settings&) const = default;
  };

  explicit GeneratedWriter(std::size_t most) : most_(most) {}

  // A piece that is never cut, without line feeds that count. MASK is the piece as psql's scanner sees it:
  // the bytes of a character behind the first are no ASCII.
  void put(std::string_view piece, std::string_view mask = {});
  void need(std::size_t bytes) const;
  // A line ends: settings take effect, and COPY data that is due stands behind it.
  void line_feed();

  // Units. Space begins and ends by itself.
  void begin_statement();
  enum class By { semicolon, meta };
  void end_statement(By by);
  void throw_statement_away();  // \r
  void begin_meta(bool sends);
  void end_meta();

  // Inside of a statement.
  void word(std::string_view text, std::string_view mask = {});
  void token(std::string_view text, std::string_view mask = {});  // no word, nothing that opens
  void open_parenthesis();
  void close_parenthesis();
  bool semicolon();  // whether the statement has ended
  void join();       // \;
  void begin_construct(What what, std::string_view opener, std::string_view delimiter = {});
  void end_construct(std::string_view closer);
  void end_comment();

  // A block of COPY data, up to its \. and without that.
  virtual void copy_rows(bool csv) = 0;
  virtual std::string line_end() = 0;  // "\n" or "\r\n"

  Generated finish();

  bool in_statement() const { return kind_ == UnitKind::statement; }
  bool statement_is_empty() const { return !unit_.continues && unit_.offset == text_.size(); }
  bool data_is_due() const { return !due_.empty(); }
  bool copies() const;  // the words so far are those of COPY FROM STDIN
  bool is_function() const;
  const std::string& text() const { return text_; }
  const std::string& masked() const { return masked_; }

  Settings now_, sampled_;
  std::uint32_t parens_ = 0;
  std::uint32_t begins_ = 0;
  bool active_ = true;         // not in a false \if
  bool after_string_ = false;  // a quote behind a carriage return would continue the string

 private:
  struct Block {
    bool csv = false, binary = false;
  };

  void close(bool open);
  void write_blocks();
  void count(std::string_view word);
  void end_part();
  What what_is_open() const;

  std::size_t most_;
  std::string text_, masked_;
  std::vector<TrueUnit> units_;

  UnitKind kind_ = UnitKind::space;
  TrueUnit unit_;  // begins at unit_.offset
  std::vector<std::string> words_;
  Block part_;
  std::vector<Block> blocks_;       // of this statement
  std::vector<Block> last_blocks_;  // of the last one, for \g alone
  std::vector<Block> due_;          // begin behind this line
  std::uint64_t groups_ = 0;
  bool any_token_ = false, selects_ = false, into_ = false;

  struct Construct {
    What what = What::nothing;
    std::uint64_t offset = 0;
    std::string delimiter;
  };
  std::optional<Construct> construct_;
  bool in_rows_ = false, in_binary_ = false;
};

}  // namespace sluice::testing
