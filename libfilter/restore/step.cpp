#include "libfilter/restore/step.hpp"

#include <nlohmann/json.hpp>

#include "libfilter/io/failure.hpp"

namespace sluice {
namespace {

// JSON holds characters, a dump holds bytes: each byte becomes the character of its number and back.
std::string as_characters(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      text += c;
    } else {
      text += static_cast<char>(0xC0 | (byte >> 6));
      text += static_cast<char>(0x80 | (byte & 0x3F));
    }
  }
  return text;
}

std::string as_bytes(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto lead = static_cast<unsigned char>(text[i]);
    if (lead < 0x80 || i + 1 == text.size()) {
      bytes += text[i];
    } else {
      bytes += static_cast<char>((lead & 0x03) << 6 | (static_cast<unsigned char>(text[++i]) & 0x3F));
    }
  }
  return bytes;
}

}  // namespace

std::string ResumePoint::rest() const {
  nlohmann::json settings = nlohmann::json::array();
  for (const auto& [name, statement] : session.settings)
    settings.push_back({as_characters(name), as_characters(statement)});
  const nlohmann::json json = {
      {"database", as_characters(session.database)},
      {"settings", settings},
      {"restrict", as_characters(restrict_key)},
      {"strings", standard_conforming_strings},
      {"encoding", as_characters(client_encoding)},
      {"this_line", {this_line.standard_conforming_strings, static_cast<int>(this_line.encoding)}},
      {"temporary", temporary}};
  return json.dump();
}

std::string ResumePoint::text(std::uint64_t offset, std::uint64_t line, const std::string& sha256_state,
                              const std::string& rest) {
  std::string text = "{\"offset\":" + std::to_string(offset) + ",\"line\":" + std::to_string(line) +
                     ",\"sha256_state\":\"" + sha256_state + "\",";
  return text.append(rest, 1);
}

std::string ResumePoint::text() const { return text(offset, line, sha256_state, rest()); }

ResumePoint ResumePoint::parse(const std::string& text) {
  try {
    const auto json = nlohmann::json::parse(text);
    ResumePoint point;
    json.at("offset").get_to(point.offset);
    json.at("line").get_to(point.line);
    json.at("sha256_state").get_to(point.sha256_state);
    point.session.database = as_bytes(json.at("database").get<std::string>());
    for (const auto& one : json.at("settings"))
      point.session.settings.emplace_back(as_bytes(one.at(0).get<std::string>()),
                                          as_bytes(one.at(1).get<std::string>()));
    point.restrict_key = as_bytes(json.at("restrict").get<std::string>());
    json.at("strings").get_to(point.standard_conforming_strings);
    point.client_encoding = as_bytes(json.at("encoding").get<std::string>());
    json.at("this_line").at(0).get_to(point.this_line.standard_conforming_strings);
    point.this_line.encoding = static_cast<Encoding>(json.at("this_line").at(1).get<int>());
    json.at("temporary").get_to(point.temporary);
    return point;
  } catch (const nlohmann::json::exception&) {
    throw Failure(Failure::Kind::usage, "the journal's place to read on from cannot be read");
  }
}

}  // namespace sluice
