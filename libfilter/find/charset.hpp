// The encoding a dump's text is in, as iconv knows it.
//
// An encoding without an entry in the table (SQL_ASCII, MULE_INTERNAL, no encoding's name) is bytes of which
// nothing is known but that ASCII is ASCII; UTF-8 needs no conversion.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "libfilter/lex/encoding.hpp"

namespace sluice {

inline bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

// One of iconv's conversions. Each call begins anew; two threads need two of them.
class Converter {
 public:
  // CLIENT_ENCODING is PostgreSQL's name, case and punctuation ignored.
  static Converter to_utf8(std::string_view client_encoding);
  static Converter from_utf8(std::string_view client_encoding);

  // Whether there is something to convert, and iconv can. Without, nothing else may be called.
  bool known() const { return handle_ != nullptr; }

  // Appends to OUT what TEXT is, up to its first character that cannot be converted or is not all there.
  // Returns the bytes of TEXT before that.
  std::size_t append(std::string_view text, std::string& out) const;

  // All of TEXT; none where something of it would be lost.
  std::optional<std::string> convert(std::string_view text) const;

 private:
  struct Close {
    void operator()(void* handle) const;
  };
  struct Done {
    std::size_t bytes = 0;
    bool exact = true;
  };

  Converter(const char* to, const char* from);
  Done run(std::string_view text, std::string& out) const;

  std::unique_ptr<void, Close> handle_;  // an iconv_t
};

// Text that has to be UTF-8 whatever the dump is in: what cannot be converted is U+FFFD. Where nothing is
// known of the encoding, bytes that are no UTF-8 stay as they are.
class ToUtf8 {
 public:
  explicit ToUtf8(std::string_view client_encoding);
  std::string of(std::string_view text) const;

 private:
  Encoding encoding_;
  Converter converter_;
};

// The characters of an encoding and their bytes.
class Charset {
 public:
  // Empty: not known, UTF-8 is taken.
  explicit Charset(std::string_view client_encoding);

  // UTF-8, or taken for it.
  bool is_utf8() const { return is_utf8_; }
  bool is_one_byte() const { return is_one_byte_; }

  // The bytes of characters in UTF-8; these again where there is no encoding to convert to; none where it has
  // no such character.
  std::optional<std::string> encode(std::string_view utf8) const;
  std::string encode_or_keep(std::string_view utf8) const { return encode(utf8).value_or(std::string(utf8)); }

  // In UTF-8, the character that BYTE alone stands for; empty for none, and beyond ASCII also where
  // is_one_byte() is false.
  const std::string& character(std::size_t byte) const { return characters_[byte]; }

 private:
  bool is_utf8_, is_one_byte_;
  Converter encoder_;
  std::array<std::string, 256> characters_;
};

}  // namespace sluice
