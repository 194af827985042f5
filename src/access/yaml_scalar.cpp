#include "access/yaml_scalar.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <string>

#include <fmt/format.h>

#include "util/hash.hpp"

namespace nightlatch::access {
namespace {

using namespace std::string_view_literals;
using Kind = ConfigValue::Kind;

constexpr std::string_view tag_prefix = "tag:yaml.org,2002:";

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& words, std::string_view text) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

constexpr std::array true_words{"y"sv,    "Y"sv,    "yes"sv, "Yes"sv, "YES"sv, "true"sv,
                                "True"sv, "TRUE"sv, "on"sv,  "On"sv,  "ON"sv};
constexpr std::array false_words{"n"sv,     "N"sv,     "no"sv,  "No"sv,  "NO"sv, "false"sv,
                                 "False"sv, "FALSE"sv, "off"sv, "Off"sv, "OFF"sv};
constexpr std::array null_words{""sv, "~"sv, "null"sv, "Null"sv, "NULL"sv};
constexpr std::array infinity_words{".inf"sv,  ".Inf"sv,  ".INF"sv,  "+.inf"sv, "+.Inf"sv,
                                    "+.INF"sv, "-.inf"sv, "-.Inf"sv, "-.INF"sv};
constexpr std::array nan_words{".nan"sv, ".NaN"sv, ".NAN"sv};

std::size_t digits(std::string_view text, std::size_t from) {
  std::size_t end = from;
  while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
  return end - from;
}

// yamlStyleFloat of go-yaml, and strconv.ParseFloat must not overflow.
bool is_float(std::string_view text) {
  std::size_t at = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
  std::size_t whole = digits(text, at);
  at += whole;
  if (at < text.size() && text[at] == '.') {
    std::size_t fraction = digits(text, at + 1);
    if (whole == 0 && fraction == 0) return false;
    at += 1 + fraction;
  } else if (whole == 0) {
    return false;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    std::size_t exponent = digits(text, at);
    if (exponent == 0) return false;
    at += exponent;
  }
  if (at != text.size()) return false;
  if (text[0] == '+') text.remove_prefix(1);
  double value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  // What is too small becomes 0 in Go, and what is too large is an error there, too.
  return error != std::errc::result_out_of_range || text.find("e-") != std::string_view::npos ||
         text.find("E-") != std::string_view::npos;
}

// strconv.ParseInt or ParseUint with base 0, in 64 bits.
bool is_integer(std::string_view text) {
  bool negative = !text.empty() && text[0] == '-';
  bool is_signed = negative || (!text.empty() && text[0] == '+');
  if (is_signed) text.remove_prefix(1);
  int base = 10;
  if (text.size() > 1 && text[0] == '0') {
    char letter = static_cast<char>(text[1] | 0x20);
    base = letter == 'x' ? 16 : letter == 'b' ? 2 : 8;
    text.remove_prefix(letter == 'x' || letter == 'b' || letter == 'o' ? 2 : 1);
  }
  std::uint64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return false;
  constexpr std::uint64_t most = 1ULL << 63U;
  return !is_signed || value < most || (negative && value == most);
}

ConfigValue of(Kind kind, std::string_view text = {}) {
  ConfigValue value;
  value.kind = kind;
  value.text = text;
  return value;
}

// What the text says by itself. Infinity and NaN are numbers that JSON cannot write.
ConfigValue by_text(std::string_view text) {
  if (is_one_of(null_words, text)) return of(Kind::null);
  if (is_one_of(true_words, text) || is_one_of(false_words, text)) {
    ConfigValue value = of(Kind::boolean);
    value.boolean = is_one_of(true_words, text);
    return value;
  }
  if (is_one_of(infinity_words, text)) return of(Kind::number, text[0] == '-' ? "-Inf" : "+Inf");
  if (is_one_of(nan_words, text)) return of(Kind::number, "NaN");
  char first = text[0];
  if (first == '.') return of(is_float(text) ? Kind::number : Kind::string, text);
  if (first == '+' || first == '-' || (first >= '0' && first <= '9')) {
    std::string digits_only(text);
    std::erase(digits_only, '_');
    if (is_integer(digits_only) || is_float(digits_only)) return of(Kind::number, digits_only);
  }
  return of(Kind::string, text);
}

std::string_view tag_of(const ConfigValue& value) {
  switch (value.kind) {
    case Kind::null:
      return "!!null";
    case Kind::boolean:
      return "!!bool";
    case Kind::number:
      return is_integer(value.text) ? "!!int" : "!!float";
    default:
      return "!!str";
  }
}

}  // namespace

tl::expected<ConfigValue, std::string> resolve_scalar(std::string_view tag, std::string_view text,
                                                      bool plain) {
  if (tag.empty()) return plain ? by_text(text) : of(Kind::string, text);
  std::string short_tag(tag);
  if (tag.starts_with(tag_prefix)) short_tag = "!!" + short_tag.substr(tag_prefix.size());
  if (short_tag == "!!binary") {
    auto decoded = base64_decode(text);
    if (!decoded) return tl::unexpected(std::string("yaml: !!binary value contains invalid base64 data"));
    return of(Kind::string, *decoded);
  }
  constexpr std::array resolvable{"!!bool"sv, "!!int"sv, "!!float"sv, "!!null"sv};
  if (!is_one_of(resolvable, short_tag)) return of(Kind::string, text);
  ConfigValue value = by_text(text);
  std::string_view found = tag_of(value);
  if (found == short_tag || (short_tag == "!!float" && found == "!!int")) return value;
  return tl::unexpected(fmt::format("yaml: cannot decode {} `{}` as a {}", found, text, short_tag));
}

}  // namespace nightlatch::access
