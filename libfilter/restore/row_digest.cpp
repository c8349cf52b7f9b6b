#include "libfilter/restore/row_digest.hpp"

#include <array>
#include <charconv>
#include <cstring>
#include <optional>

namespace sluice {
namespace {

constexpr std::size_t kNone = std::string_view::npos;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.' ||
         c == ':' || c == '\\' || static_cast<unsigned char>(c) >= 0x80;
}

Sum128 sum_of(sha256_ctx& context) {
  std::array<std::uint8_t, 16> bytes{};
  sha256_digest(&context, bytes.size(), bytes.data());
  Sum128 sum;
  std::memcpy(&sum.high, bytes.data(), 8);
  std::memcpy(&sum.low, bytes.data() + 8, 8);
  return sum;
}

void update(sha256_ctx& context, std::string_view bytes) {
  sha256_update(&context, bytes.size(), reinterpret_cast<const std::uint8_t*>(bytes.data()));
}

Sum128 hash_of(std::string_view row) {
  sha256_ctx context;
  sha256_init(&context);
  update(context, row);
  return sum_of(context);
}

// --- moments

// A piece of the field: [begin, end) of it becomes `text`.
struct Respelled {
  std::size_t begin = 0, end = 0;
  std::string text;
  bool same = false;  // as it is there
};

// Reads digits and marks; once something is not there, nothing is.
class Reader {
 public:
  Reader(std::string_view text, std::size_t at) : text_(text), at_(at) {}
  long two() {
    if (at_ + 2 > text_.size() || !is_digit(text_[at_]) || !is_digit(text_[at_ + 1])) return ok_ = false, 0;
    at_ += 2;
    return (text_[at_ - 2] - '0') * 10 + text_[at_ - 1] - '0';
  }
  bool is(char c) const { return at_ < text_.size() && text_[at_] == c; }
  bool take(char c) { return is(c) ? ++at_, true : false; }
  void need(char c) { ok_ = take(c) && ok_; }
  std::size_t at() const { return at_; }
  bool ok() const { return ok_; }
  char next() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  std::string_view digits() {
    const auto begin = at_;
    while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
    return text_.substr(begin, at_ - begin);
  }

 private:
  std::string_view text_;
  std::size_t at_;
  bool ok_ = true;
};

// Days since 1970-01-01 in the Gregorian calendar, and back: eras of 400 years that begin in March.
long days_of(long year, long month, long day) {
  year -= month <= 2 ? 1 : 0;
  const long era = (year >= 0 ? year : year - 399) / 400;
  const long of_era = year - era * 400;
  const long of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

struct Date {
  long year, month, day;
};
Date date_of(long days) {
  days += 719468;
  const long era = (days >= 0 ? days : days - 146096) / 146097;
  const long day = days - era * 146097;
  const long year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
  const long of_year = day - (365 * year + year / 4 - year / 100);
  const long month = (5 * of_year + 2) / 153;
  return {year + era * 400 + (month >= 10 ? 1 : 0), month < 10 ? month + 3 : month - 9,
          of_year - (153 * month + 2) / 5 + 1};
}

void append_padded(std::string& out, long number, std::size_t width) {
  std::array<char, 24> digits{};
  std::size_t at = digits.size();
  for (; number > 0 || width > 0; number /= 10, width -= width > 0 ? 1 : 0)
    digits[--at] = static_cast<char>('0' + number % 10);
  out.append(digits.data() + at, digits.size() - at);
}

// The moment whose first colon stands at COLON: 2024-01-01 12:00:00.5+02:30 BC. It begins at FROM or behind.
std::optional<Respelled> moment_at(std::string_view text, std::size_t colon, std::size_t from) {
  constexpr std::string_view kUtc = "+00";
  constexpr std::size_t kToColon = 13;  // "2024-01-01 12"
  if (colon < from + kToColon || text[colon - 3] != ' ' || text[colon - 6] != '-') return std::nullopt;
  std::size_t begin = colon - kToColon;
  while (begin > from && is_digit(text[begin - 1])) --begin;
  if (begin > from && (is_word(text[begin - 1]) || text[begin - 1] == '-')) return std::nullopt;
  Reader in(text, begin);
  const auto year_text = in.digits();
  if (year_text.size() < 4 || year_text.size() > 6) return std::nullopt;
  in.need('-');
  const long month = in.two();
  in.need('-');
  const long day = in.two();
  in.need(' ');
  const long hour = in.two();
  in.need(':');
  const long minute = in.two();
  in.need(':');
  const long second = in.two();
  const std::size_t to_fraction = in.at();
  if (in.take('.')) static_cast<void>(in.digits());
  const auto fraction = text.substr(to_fraction, in.at() - to_fraction);
  const bool east = in.is('+');
  if (!in.take('+')) in.need('-');
  long offset = in.two() * 3600;
  if (in.take(':')) offset += in.two() * 60;
  if (in.take(':')) offset += in.two();
  if (!in.ok() || is_digit(in.next()) || in.is(':') || month < 1 || month > 12 || day < 1 || day > 31 ||
      hour > 24 || minute > 59 || second > 60)
    return std::nullopt;
  std::size_t end = in.at();
  const bool bc = text.substr(end).starts_with(" BC");
  if (bc) end += 3;
  if (offset == 0 && east && text.substr(0, in.at()).ends_with(kUtc)) return Respelled{begin, end, {}, true};
  long year = 0;
  std::from_chars(year_text.data(), year_text.data() + year_text.size(), year);
  const long seconds = days_of(bc ? 1 - year : year, month, day) * 86400 + hour * 3600 + minute * 60 +
                       second - (east ? offset : -offset);
  const long days = (seconds >= 0 ? seconds : seconds - 86399) / 86400;
  const long time = seconds - days * 86400;
  const Date date = date_of(days);
  Respelled moment{begin, end, {}};
  std::string& out = moment.text;
  append_padded(out, date.year > 0 ? date.year : 1 - date.year, 4);
  append_padded(out += '-', date.month, 2);
  append_padded(out += '-', date.day, 2);
  append_padded(out += ' ', time / 3600, 2);
  append_padded(out += ':', time / 60 % 60, 2);
  append_padded(out += ':', time % 60, 2);
  (out += fraction) += kUtc;
  if (date.year <= 0) out += " BC";
  return moment;
}

// --- numbers

// The number whose point, or whose e when it has none, stands at MARK.
std::optional<Respelled> number_at(std::string_view text, std::size_t mark, std::size_t from) {
  constexpr std::size_t kMostDigits = 17, kExactDigits = 15;
  std::size_t begin = mark;
  while (begin > from && is_digit(text[begin - 1])) --begin;
  if (begin == mark || (begin > from && is_word(text[begin - 1]))) return std::nullopt;
  Reader in(text, mark);
  if (in.take('.') && in.digits().empty()) return std::nullopt;
  bool exponent = false;
  if (in.is('e')) {
    Reader behind(text, in.at() + 1);
    if (!behind.take('+') && !behind.take('-')) return std::nullopt;
    if (behind.digits().size() < 2) return std::nullopt;
    in = behind;
    exponent = true;
  }
  const std::size_t end = in.at();
  if (end < text.size() && is_word(text[end])) return std::nullopt;
  std::size_t digits = 0;
  for (const char c : text.substr(begin, end - begin)) {
    if (c == 'e') break;
    if (is_digit(c) && (c != '0' || digits > 0)) ++digits;
  }
  if (digits > kMostDigits || (!exponent && digits <= kExactDigits)) return std::nullopt;
  double value = 0;
  const auto [rest, error] = std::from_chars(text.data() + begin, text.data() + end, value);
  if (error != std::errc() || rest != text.data() + end) return std::nullopt;
  const bool fixed = value >= 1e-4 && value < 1e17;
  std::array<char, 64> out{};
  const auto written = std::to_chars(out.data(), out.data() + out.size(), value,
                                     fixed ? std::chars_format::fixed : std::chars_format::scientific);
  return Respelled{begin, end, std::string(out.data(), written.ptr)};
}

// --- a look at each byte of a row

enum Look : std::uint8_t { kPlain = 0, kBackslash = 1, kControl = 2, kCandidate = 4, kLetterE = 8 };

constexpr std::array<std::uint8_t, 256> looks() {
  std::array<std::uint8_t, 256> table{};
  for (const char c : std::string_view("\b\f\v\r")) table[static_cast<unsigned char>(c)] = kControl;
  table['\\'] = kBackslash;
  table[':'] = table['.'] = kCandidate;
  table['e'] = kLetterE;
  return table;
}
constexpr auto kLooks = looks();

struct Seen {
  bool odd = false;         // not as COPY TO writes it
  bool candidates = false;  // for append_spelled()
};

// Of a row in text format, tabs between its fields, \N for NULL.
Seen look_at(std::string_view row) {
  Seen seen;
  for (std::size_t at = 0; at < row.size(); ++at) {
    const auto look = kLooks[static_cast<unsigned char>(row[at])];
    if (look == kPlain) continue;
    if (look == kCandidate) {
      seen.candidates = true;
    } else if (look == kLetterE) {
      seen.candidates |= at > 0 && is_digit(row[at - 1]);
    } else if (look == kControl) {
      seen.odd = true;
    } else {
      const char next = at + 1 < row.size() ? row[at + 1] : '\0';
      const bool null =
          next == 'N' && (at == 0 || row[at - 1] == '\t') && (at + 2 == row.size() || row[at + 2] == '\t');
      if (!null && (next == '\0' || std::strchr("bfnrtv\\", next) == nullptr)) seen.odd = true;
      ++at;
    }
  }
  return seen;
}

}  // namespace

RowSums& RowSums::operator+=(const RowSums& other) {
  rows += other.rows;
  exact += other.exact;
  spelled += other.spelled;
  unfit |= other.unfit;
  return *this;
}

RowSums& RowSums::operator-=(const RowSums& other) {
  rows -= other.rows;
  exact -= other.exact;
  spelled -= other.spelled;
  unfit |= other.unfit;
  return *this;
}

bool append_spelled(std::string_view field, std::string& out) {
  std::size_t done = 0;
  bool changed = false;
  for (std::size_t at = 0; at < field.size();) {
    if ((kLooks[static_cast<unsigned char>(field[at])] & (kCandidate | kLetterE)) == 0) {
      ++at;
      continue;
    }
    const auto found = field[at] == ':' ? moment_at(field, at, done) : number_at(field, at, done);
    if (!found) {
      ++at;
      continue;
    }
    at = found->end;
    if (found->same || field.substr(found->begin, found->end - found->begin) == found->text) continue;
    out.append(field, done, found->begin - done);
    out += found->text;
    done = found->end;
    changed = true;
  }
  if (changed) out.append(field, done);
  return changed;
}

RowDigest::RowDigest(const CopyFormat& format, std::vector<std::string> columns)
    : format_(format),
      columns_(std::move(columns)),
      to_skip_(format.header ? 1 : 0),
      splitter_(format, kWholeRow) {}

void RowDigest::feed(std::string_view bytes) {
  if (format_.kind == CopyFormat::Kind::csv || format_.encoding != Encoding::safe)
    feed_csv(bytes);
  else
    feed_text(bytes);
}

// A line feed ends a row, unless a backslash takes it with it.
void RowDigest::feed_text(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto feed = bytes.find('\n');
    const auto part = bytes.substr(0, feed);
    if (in_giant_) {
      giant(part);
    } else if (feed == kNone || !open_.empty()) {
      open_ += part;
      if (open_.size() > kWholeRow) begin_giant();
    }
    if (feed == kNone) return;
    const std::string_view row = open_.empty() ? part : std::string_view(open_);
    bytes.remove_prefix(feed + 1);
    bool escaped = in_giant_ && escape_;
    if (!in_giant_) {
      const auto last = row.find_last_not_of('\\');
      escaped = (row.size() - (last == kNone ? 0 : last + 1)) % 2 == 1;
    }
    if (!escaped) {
      in_giant_ ? end_giant() : end_row(row);
      open_.clear();
    } else if (in_giant_) {
      giant("\n");
    } else {
      if (open_.empty()) open_ = part;
      open_ += '\n';
    }
  }
}

void RowDigest::feed_csv(std::string_view bytes) {
  RowSplitter::Row row;
  while (splitter_.next(bytes, row)) {
    unfit_ = row.cut;
    end_row(row.bytes);
  }
}

void RowDigest::finish() {
  if (format_.kind == CopyFormat::Kind::csv || format_.encoding != Encoding::safe) {
    RowSplitter::Row row;
    if (splitter_.last(row)) {
      unfit_ = row.cut;
      end_row(row.bytes);
    }
  } else if (in_giant_) {
    end_giant();
  } else if (!open_.empty()) {
    end_row(open_);
  }
  open_.clear();
}

RowSums RowDigest::of_row(std::string_view row) {
  CopyFormat format = format_;
  format.header = false;
  RowDigest digest(format, columns_);
  digest.feed(row);
  digest.feed("\n");
  return digest.sums_;
}

void RowDigest::end_row(std::string_view row) {
  if (to_skip_ > 0) {
    --to_skip_;
    return;
  }
  add(row, sums_);
}

void RowDigest::add(std::string_view row, RowSums& sums) {
  ++sums.rows;
  if (unfit_) {
    sums.unfit = true;
    unfit_ = false;
    return;
  }
  Seen seen{.odd = !format_.plain(), .candidates = true};
  if (!seen.odd) {
    if (row.ends_with('\r')) row.remove_suffix(1);
    seen = look_at(row);
  }
  if (seen.odd) {
    canonical(row, written_);
    row = written_;
    seen.candidates = true;
  }
  const Sum128 hash = hash_of(row);
  sums.exact += hash;
  bool changed = false;
  if (seen.candidates) {
    row_.clear();
    std::size_t copied = 0;  // bytes of the row that row_ has
    for (std::size_t at = 0;;) {
      const auto end = row.find('\t', at);
      const auto field = row.substr(at, end - at);
      value_.clear();
      if (field.size() <= kMostSpelled && append_spelled(field, value_)) {
        row_.append(row, copied, at - copied);
        row_ += value_;
        copied = at + field.size();
        changed = true;
      }
      if (end == kNone) break;
      at = end + 1;
    }
    if (changed) row_.append(row, copied);
  }
  sums.spelled += changed ? hash_of(row_) : hash;
}

// ROW as COPY TO writes it.
void RowDigest::canonical(std::string_view row, std::string& out) {
  if (format_.kind == CopyFormat::Kind::text && row.ends_with('\r')) row.remove_suffix(1);
  split_fields(row, format_, fields_);
  out.clear();
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    if (i > 0) out += '\t';
    const std::string_view column = i < columns_.size() ? std::string_view(columns_[i]) : std::string_view();
    if (decode_field(fields_[i], format_, column, value_))
      append_copy_text(value_, out, format_.encoding);
    else
      out += "\\N";
  }
}

void RowDigest::begin_giant() {
  in_giant_ = true;
  sha256_init(&exact_);
  sha256_init(&spelled_);
  field_.clear();
  long_field_ = escape_ = returned_ = false;
  unfit_ = !format_.plain();
  std::string begin;
  begin.swap(open_);
  giant(begin);
}

void RowDigest::giant(std::string_view bytes) {
  if (bytes.empty()) return;
  update(exact_, bytes);
  returned_ = bytes.back() == '\r';
  for (std::string_view rest = bytes; !rest.empty();) {
    if (escape_) {
      unfit_ |= std::strchr("bfnrtv\\N", rest.front()) == nullptr;
      escape_ = false;
      rest.remove_prefix(1);
      continue;
    }
    const auto backslash = rest.find('\\');
    if (backslash == kNone) break;
    escape_ = true;
    rest.remove_prefix(backslash + 1);
  }
  while (true) {
    const auto tab = bytes.find('\t');
    const auto part = bytes.substr(0, tab);
    if (!long_field_ && field_.size() + part.size() > kMostSpelled) {
      long_field_ = true;
      update(spelled_, field_);
    }
    if (long_field_)
      update(spelled_, part);
    else
      field_ += part;
    if (tab == kNone) return;
    end_field();
    update(spelled_, "\t");
    bytes.remove_prefix(tab + 1);
  }
}

void RowDigest::end_field() {
  if (!long_field_) {
    row_.clear();
    update(spelled_, append_spelled(field_, row_) ? std::string_view(row_) : std::string_view(field_));
  }
  field_.clear();
  long_field_ = false;
}

void RowDigest::end_giant() {
  end_field();
  in_giant_ = false;
  const bool skipped = to_skip_ > 0;
  if (skipped) {
    --to_skip_;
  } else {
    ++sums_.rows;
    sums_.exact += sum_of(exact_);
    sums_.spelled += sum_of(spelled_);
    sums_.unfit |= unfit_ || returned_;
  }
  unfit_ = escape_ = false;
}

}  // namespace sluice
