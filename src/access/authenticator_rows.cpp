#include "access/authenticator_rows.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "access/go_text.hpp"
#include "util/hash.hpp"
#include "util/text.hpp"

namespace nightlatch::access {
namespace {

class Rows {
 public:
  void add(std::string field, const PlacedText& value) {
    if (!value.empty()) rows_.emplace_back(std::move(field), go_quoted(value.text));
  }
  // Rows with one name, sorted by their values.
  void add_list(const std::string& field, std::vector<std::string> values) {
    std::sort(values.begin(), values.end());
    for (std::string& value : values) rows_.emplace_back(field, std::move(value));
  }
  void add_mapping(const std::string& field, const PrefixedClaimOrExpression& mapping) {
    add(field + ".claim", mapping.claim);
    add(field + ".expression", mapping.expression);
    if (!mapping.claim.empty() && mapping.prefix)
      rows_.emplace_back(field + ".prefix", go_quoted(mapping.prefix->text));
  }
  AuthenticatorRows take() { return std::move(rows_); }

 private:
  AuthenticatorRows rows_;
};

std::string text_of(const ClaimValidationRule& rule) {
  if (rule.expression.empty())
    return fmt::format("{} = {}", go_quoted(rule.claim.text), go_quoted(rule.required_value.text));
  return go_quoted(rule.expression.text);
}

// The values of one field, joined; "-" for none.
std::string value_of(const AuthenticatorRows& rows, const std::string& field) {
  std::vector<std::string> values;
  for (const auto& [name, value] : rows) {
    if (name == field) values.push_back(value);
  }
  return values.empty() ? "-" : join(values, ", ");
}

}  // namespace

AuthenticatorRows authenticator_rows(const JwtAuthenticatorConfig& jwt) {
  Rows rows;
  const Issuer& issuer = jwt.issuer;
  rows.add("issuer.url", issuer.url);
  rows.add("issuer.discoveryURL", issuer.discovery_url);
  std::vector<std::string> audiences;
  for (const PlacedText& audience : issuer.audiences.items) audiences.push_back(go_quoted(audience.text));
  rows.add_list("issuer.audiences", std::move(audiences));
  if (issuer.audiences.items.size() > 1) rows.add("issuer.audienceMatchPolicy", issuer.audience_match_policy);
  if (!issuer.certificate_authority.empty()) {
    std::string pem(trim(issuer.certificate_authority.text));
    rows.add_list("issuer.certificateAuthority",
                  {fmt::format("PEM with the SHA-256 {}", short_hash(sha256_hex(pem)))});
  }
  rows.add("issuer.egressSelectorType", issuer.egress_selector_type);
  const ClaimMappings& mappings = jwt.claim_mappings;
  rows.add_mapping("claimMappings.username", mappings.username);
  rows.add_mapping("claimMappings.groups", mappings.groups);
  rows.add("claimMappings.uid.claim", mappings.uid.claim);
  rows.add("claimMappings.uid.expression", mappings.uid.expression);
  std::vector<std::string> extra;
  for (const ExtraMapping& one : mappings.extra.items)
    extra.push_back(fmt::format("{}: {}", go_quoted(one.key.text), go_quoted(one.value_expression.text)));
  rows.add_list("claimMappings.extra", std::move(extra));
  std::vector<std::string> claim_rules;
  for (const ClaimValidationRule& rule : jwt.claim_validation_rules.items)
    claim_rules.push_back(text_of(rule));
  rows.add_list("claimValidationRules", std::move(claim_rules));
  std::vector<std::string> user_rules;
  for (const UserValidationRule& rule : jwt.user_validation_rules.items)
    user_rules.push_back(go_quoted(rule.expression.text));
  rows.add_list("userValidationRules", std::move(user_rules));
  return rows.take();
}

std::vector<std::string> side_by_side(std::string_view left_name, const AuthenticatorRows& left,
                                      std::string_view right_name, const AuthenticatorRows& right) {
  std::vector<std::string> fields;
  for (const auto* rows : {&left, &right}) {
    for (const auto& [field, value] : *rows) {
      bool known = std::find(fields.begin(), fields.end(), field) != fields.end();
      if (!known && value_of(left, field) != value_of(right, field)) fields.push_back(field);
    }
  }
  if (fields.empty()) return {};
  std::size_t first = 0;
  std::size_t second = left_name.size();
  for (const std::string& field : fields) {
    first = std::max(first, field.size());
    second = std::max(second, value_of(left, field).size());
  }
  std::vector<std::string> lines{fmt::format("{:{}}  {:{}}  {}", "", first, left_name, second, right_name)};
  for (const std::string& field : fields) {
    lines.push_back(
        fmt::format("{:{}}  {:{}}  {}", field, first, value_of(left, field), second, value_of(right, field)));
  }
  return lines;
}

}  // namespace nightlatch::access
