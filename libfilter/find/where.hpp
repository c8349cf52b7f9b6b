// --where 'COLUMN OP VALUE': a condition on one column of a row.
//
// COLUMN is plain (folded to lower case) or "quoted". OP is = != (or <>) < <= > >= ~ !~ "is null" "is not
// null". VALUE is what stands behind OP without the blanks around it, or is in single quotes ('' for a
// quote).
//
// Two numbers are compared as numbers, exactly: decimal, of any length, with exponents (of 18 digits at
// most), 1e3 = 1000.0, -0 = 0. Anything else is compared as text, byte by byte: NaN, Infinity, 0x1F, and a
// VALUE in quotes, so that zip = '01234' is not 1234. ~ and !~ take a pattern as Matcher does, which is
// looked for anywhere in the value. NULL satisfies nothing but "is null".
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace sluice {

class Where {
 public:
  // Throws Failure::usage, with what was expected and where.
  explicit Where(std::string_view text);
  ~Where();
  Where(Where&&) noexcept;
  Where& operator=(Where&&) noexcept;

  // The values that follow are in this encoding: what Matcher::set_encoding() takes, and throws. It is for ~
  // and !~; everything else compares bytes.
  void set_encoding(std::string_view client_encoding);

  // The column's name, folded or unquoted.
  const std::string& column() const;
  // VALUE decoded; none for NULL, and for a row that is too short to have the column.
  bool holds(std::optional<std::string_view> value) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sluice
