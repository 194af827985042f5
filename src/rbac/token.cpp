#include "rbac/token.hpp"

#include <charconv>

#include "access/config_tree.hpp"
#include "rbac/decode_object.hpp"
#include "util/text.hpp"

namespace nightlatch::rbac {

namespace {

using access::ConfigValue;

// base64url without padding (RFC 7515); nullopt: another character.
std::optional<std::string> decoded(std::string_view text) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (char c : text) {
    std::size_t value = alphabet.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    bits = (bits << 6U | static_cast<std::uint32_t>(value)) & 0xFFFFFFU;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out += static_cast<char>(bits >> static_cast<unsigned>(count) & 0xFFU);
  }
  return out;
}

std::string text_of(const ConfigValue& claims, std::string_view key) {
  const ConfigValue* value = field_of(claims, key);
  return value != nullptr && value->kind == ConfigValue::Kind::string ? value->text : "";
}

// NumericDate may have a fraction, which does not matter here.
std::optional<std::int64_t> time_of(const ConfigValue& claims, std::string_view key) {
  const ConfigValue* value = field_of(claims, key);
  if (value == nullptr || value->kind != ConfigValue::Kind::number) return std::nullopt;
  std::int64_t seconds = 0;
  auto [end, error] = std::from_chars(value->text.data(), value->text.data() + value->text.size(), seconds);
  constexpr std::int64_t latest = 253'402'300'799;  // 9999-12-31T23:59:59Z
  bool sane = error == std::errc() && seconds >= 0 && seconds <= latest;
  bool whole = end == value->text.data() + value->text.size() || *end == '.';
  return sane && whole ? std::optional(seconds) : std::nullopt;
}

}  // namespace

std::optional<TokenSight> look_at_token(std::string_view token) {
  std::vector<std::string> parts = split(trim(token), '.');
  if (parts.size() != 3) return std::nullopt;
  auto header = decoded(parts[0]);
  auto payload = decoded(parts[1]);
  if (!header || !payload || !header->starts_with("{")) return std::nullopt;
  std::size_t at = 0;
  auto claims = access::read_json_value(*payload, at);
  if (!claims || claims->kind != ConfigValue::Kind::object) return std::nullopt;
  TokenSight sight{.issuer = text_of(*claims, "iss"),
                   .subject = text_of(*claims, "sub"),
                   .audiences = {},
                   .expires = time_of(*claims, "exp"),
                   .not_before = time_of(*claims, "nbf")};
  if (const ConfigValue* audience = field_of(*claims, "aud")) {
    if (audience->kind == ConfigValue::Kind::string) sight.audiences.push_back(audience->text);
    for (const ConfigValue& one : audience->items) sight.audiences.push_back(one.text);
  }
  return sight;
}

}  // namespace nightlatch::rbac
