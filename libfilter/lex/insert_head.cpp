#include "libfilter/lex/insert_head.hpp"

#include "libfilter/lex/insert_lines.hpp"
#include "libfilter/lex/scan.hpp"

namespace sluice {

std::size_t insert_head(std::string_view statement) {
  static constexpr ByteSet kWord =
      ByteSet("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789").with_high_bytes();
  static constexpr ByteSet kBetween(" ,.");
  static constexpr ByteSet kNotInName(std::string_view("\"'();\n\\$\0", 9));
  const char* const begin = statement.data();
  const char* const end = begin + statement.size();
  bool in_parentheses = false;
  for (const char* at = begin + kInsertInto.size(); at < end; ++at) {
    if (*at == '"') {
      at = kNotInName.find(at + 1, end);
      if (at == end || *at != '"') return 0;
    } else if (*at == '(' || *at == ')') {
      if (in_parentheses == (*at == '(')) return 0;
      in_parentheses = !in_parentheses;
    } else if (kWord.has(*at)) {
      const char* word_end = kWord.skip(at, end);
      if (!in_parentheses && std::string_view(at, static_cast<std::size_t>(word_end - at)) == "VALUES")
        return static_cast<std::size_t>(word_end - begin);
      at = word_end - 1;
    } else if (!kBetween.has(*at)) {
      return 0;
    }
  }
  return 0;
}

}  // namespace sluice
