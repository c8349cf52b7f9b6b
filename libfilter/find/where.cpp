#include "libfilter/find/where.hpp"

#include <algorithm>
#include <compare>
#include <cstdint>
#include <vector>

#include "libfilter/dump/names.hpp"
#include "libfilter/find/matcher.hpp"
#include "libfilter/io/failure.hpp"
#include "libfilter/lex/scan.hpp"

namespace sluice {
namespace {

constexpr ByteSet kBlanks(" \t\r\n\f\v");
constexpr ByteSet kDigits("0123456789");
constexpr ByteSet kOperatorBytes("=!<>~");
constexpr ByteSet kPlainName =
    ByteSet("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789$").with_high_bytes();

// Takes off TEXT's front what is in SET.
std::string_view take_run(std::string_view& text, const ByteSet& set) {
  const char* end = set.skip(text.data(), text.data() + text.size());
  const auto run = text.substr(0, static_cast<std::size_t>(end - text.data()));
  text.remove_prefix(run.size());
  return run;
}

std::string_view without_blanks_behind(std::string_view text) {
  while (!text.empty() && kBlanks.has(text.back())) text.remove_suffix(1);
  return text;
}

// A decimal number: 0.D1D2D3... times ten to the EXPONENT, D1 not 0. Two are compared digit by digit: no
// precision is lost, and none is set aside for it.
struct Decimal {
  int sign = 0;               // -1, 0, 1
  std::int64_t exponent = 0;  // 0 for 0
  std::string_view digits;    // from D1 on; a decimal point may be among them

  // [+-] digits [. digits] [e [+-] digits], digits on one side of the point at least.
  static std::optional<Decimal> parse(std::string_view text) {
    constexpr std::size_t kMostExponentDigits = 18;
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    const auto mantissa = text;
    const auto whole = take_run(text, kDigits);
    std::string_view fraction;
    if (text.starts_with('.')) {
      text.remove_prefix(1);
      fraction = take_run(text, kDigits);
    }
    if (whole.empty() && fraction.empty()) return std::nullopt;
    Decimal number;
    number.digits = mantissa.substr(0, mantissa.size() - text.size());
    if (text.starts_with('e') || text.starts_with('E')) {
      text.remove_prefix(1);
      const bool down = text.starts_with('-');
      if (down || text.starts_with('+')) text.remove_prefix(1);
      const auto digits = take_run(text, kDigits);
      if (digits.empty() || digits.size() > kMostExponentDigits) return std::nullopt;
      for (const char digit : digits) number.exponent = number.exponent * 10 + (digit - '0');
      if (down) number.exponent = -number.exponent;
    }
    if (!text.empty()) return std::nullopt;

    const auto first = number.digits.find_first_not_of("0.");
    if (first == std::string_view::npos) return Decimal();
    number.sign = negative ? -1 : 1;
    // The point stands at whole.size(): that many places behind the first digit, or before it.
    const std::size_t zeros_behind_point = first > whole.size() ? first - whole.size() - 1 : 0;
    const std::size_t places = first < whole.size() ? whole.size() - first : 0;
    number.exponent += static_cast<std::int64_t>(places) - static_cast<std::int64_t>(zeros_behind_point);
    number.digits.remove_prefix(first);
    return number;
  }

  std::strong_ordering operator<=>(const Decimal& other) const {
    if (sign != other.sign) return sign <=> other.sign;
    const auto order = compare_size(other);
    return sign < 0 ? 0 <=> order : order;
  }

 private:
  std::strong_ordering compare_size(const Decimal& other) const {
    if (exponent != other.exponent) return exponent <=> other.exponent;
    const auto take = [](std::string_view& rest) {
      if (rest.starts_with('.')) rest.remove_prefix(1);
      if (rest.empty()) return '0';
      const char digit = rest.front();
      rest.remove_prefix(1);
      return digit;
    };
    for (auto mine = digits, theirs = other.digits; !mine.empty() || !theirs.empty();)
      if (const auto order = take(mine) <=> take(theirs); order != 0) return order;
    return std::strong_ordering::equal;
  }
};

enum class Operator {
  equal,
  unequal,
  less,
  less_or_equal,
  greater,
  greater_or_equal,
  match,
  no_match,
  null,
  not_null
};

constexpr std::pair<std::string_view, Operator> kOperators[] = {{"=", Operator::equal},
                                                                {"!=", Operator::unequal},
                                                                {"<>", Operator::unequal},
                                                                {"<", Operator::less},
                                                                {"<=", Operator::less_or_equal},
                                                                {">", Operator::greater},
                                                                {">=", Operator::greater_or_equal},
                                                                {"~", Operator::match},
                                                                {"!~", Operator::no_match}};

bool satisfies(std::strong_ordering order, Operator op) {
  switch (op) {
    case Operator::equal:
      return order == 0;
    case Operator::unequal:
      return order != 0;
    case Operator::less:
      return order < 0;
    case Operator::less_or_equal:
      return order <= 0;
    case Operator::greater:
      return order > 0;
    case Operator::greater_or_equal:
      return order >= 0;
    default:
      return false;
  }
}

struct Condition {
  std::string column;
  Operator op = Operator::equal;
  std::string value;
  std::optional<Decimal> number;  // of `value`, which it views
  std::optional<Matcher> pattern;
};

class Parser {
 public:
  Parser(std::string_view text, Condition& condition) : text_(text), rest_(text), out_(condition) {}

  void parse() {
    parse_column();
    parse_operator();
    if (out_.op == Operator::null || out_.op == Operator::not_null) return;
    parse_value();
    if (out_.op == Operator::match || out_.op == Operator::no_match) compile();
  }

 private:
  Failure bad(const std::string& why) const {
    return Failure(
        Failure::Kind::usage, "bad value for --where: '" + printable(text_) + "'",
        "expected COLUMN OP VALUE, OP one of = != < <= > >= ~ !~ \"is null\" \"is not null\"; " + why);
  }

  // Text between two QUOTE bytes, the first of which is REST's front; a doubled one stands for itself.
  std::string take_quoted(char quote) {
    const auto open = std::string(rest_);
    std::string text;
    for (std::size_t at = 1; at < rest_.size(); ++at) {
      if (rest_[at] == quote) {
        if (at + 1 == rest_.size() || rest_[at + 1] != quote) {
          rest_.remove_prefix(at + 1);
          return text;
        }
        ++at;
      }
      text.push_back(rest_[at]);
    }
    throw bad("nothing closes the quote of " + printable(open));
  }

  void parse_column() {
    take_run(rest_, kBlanks);
    if (rest_.starts_with('"')) {
      out_.column = take_quoted('"');
    } else {
      out_.column = lower_case(take_run(rest_, kPlainName));
    }
    if (out_.column.empty())
      throw bad("a COLUMN with other characters than letters, digits, _ and $ needs double quotes");
  }

  void parse_operator() {
    take_run(rest_, kBlanks);
    const auto behind_column = rest_;
    const auto bytes = take_run(rest_, kOperatorBytes);
    if (!bytes.empty()) {
      const auto* found = std::ranges::find(kOperators, bytes, [](const auto& one) { return one.first; });
      if (found == std::end(kOperators)) throw bad(printable(bytes) + " is no OP");
      out_.op = found->second;
      return;
    }
    std::string words;
    while (!rest_.empty()) {
      const char* end = kBlanks.find(rest_.data(), rest_.data() + rest_.size());
      const auto length = static_cast<std::size_t>(end - rest_.data());
      words += (words.empty() ? "" : " ") + lower_case(rest_.substr(0, length));
      rest_.remove_prefix(length);
      take_run(rest_, kBlanks);
    }
    if (words != "is null" && words != "is not null")
      throw bad(words.empty() ? "there is no OP" : "there is no OP before " + printable(behind_column));
    out_.op = words == "is null" ? Operator::null : Operator::not_null;
  }

  void parse_value() {
    take_run(rest_, kBlanks);
    rest_ = without_blanks_behind(rest_);
    if (rest_.empty()) throw bad("there is no VALUE; '' is the empty one");
    if (rest_.starts_with('\'')) {
      out_.value = take_quoted('\'');
      if (!rest_.empty())
        throw bad("nothing may follow the VALUE's closing quote, but there is " + printable(rest_));
      return;
    }
    out_.value = rest_;
    out_.number = Decimal::parse(out_.value);
  }

  void compile() {
    try {
      out_.pattern.emplace(std::vector{out_.value}, Matcher::Options());
    } catch (const Failure& failure) {
      throw bad(failure.what());
    }
  }

  std::string_view text_, rest_;  // the condition, and what of it is not parsed
  Condition& out_;
};

}  // namespace

struct Where::State : Condition {};

Where::Where(std::string_view text) : state_(std::make_unique<State>()) { Parser(text, *state_).parse(); }
Where::~Where() = default;
Where::Where(Where&&) noexcept = default;
Where& Where::operator=(Where&&) noexcept = default;

void Where::set_encoding(std::string_view client_encoding) {
  if (state_->pattern) state_->pattern->set_encoding(client_encoding);
}

const std::string& Where::column() const { return state_->column; }

bool Where::holds(std::optional<std::string_view> value) const {
  const State& state = *state_;
  if (!value || state.op == Operator::null || state.op == Operator::not_null)
    return state.op == (value ? Operator::not_null : Operator::null);
  if (state.pattern) return state.pattern->matches(*value) == (state.op == Operator::match);
  if (state.number)
    if (const auto number = Decimal::parse(*value)) return satisfies(*number <=> *state.number, state.op);
  return satisfies(*value <=> std::string_view(state.value), state.op);
}

}  // namespace sluice
