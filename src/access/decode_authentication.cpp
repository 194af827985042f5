#include "access/decode_authentication.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "access/go_text.hpp"
#include "access/struct_decoder.hpp"
#include "util/text.hpp"

namespace nightlatch::access {
namespace {

using Kind = ConfigValue::Kind;
using Fields = std::vector<StructDecoder::Field>;

constexpr std::string_view config_group = "apiserver.config.k8s.io";

// The structs of k8s.io/apiserver/pkg/apis/apiserver/VERSION/types.go; they are the same in every served
// version.
class Decoder {
 public:
  Decoder(std::string_view package, const ServerRules& rules) : structs_(package), rules_(rules) {}

  AuthenticationConfiguration decode(const ConfigValue& root) {
    AuthenticationConfiguration config;
    config.jwt.at = root.at;
    Fields fields{{"apiVersion", [&](const ConfigValue& v) { config.api_version = v.text; }},
                  {"kind", [](const ConfigValue&) {}},
                  {"jwt", [&](const ConfigValue& v) {
                     structs_.list(v, config.jwt, "JWTAuthenticator",
                                   [this](const auto& from, auto& into) { authenticator(from, into); });
                   }}};
    if (rules_.minor >= 31) {
      fields.push_back({"anonymous", [&](const ConfigValue& v) { anonymous(v, config.anonymous); }});
    }
    structs_.object(root, "AuthenticationConfiguration", fields);
    return config;
  }

  [[nodiscard]] const StructDecoder& problems() const { return structs_; }

 private:
  StructDecoder::Field text(std::string_view name, PlacedText& into, std::string_view type = "string") {
    return {name, [this, &into, type](const ConfigValue& v) { structs_.text(v, into, type); }};
  }

  void anonymous(const ConfigValue& value, std::optional<AnonymousAuthConfig>& into) {
    if (value.kind == Kind::null) {
      into.reset();
      return;
    }
    AnonymousAuthConfig& made = into.emplace();
    made.at = made.conditions.at = value.at;
    structs_.object(value, "AnonymousAuthConfig",
                    {{"enabled", [&](const ConfigValue& v) { structs_.boolean(v, made.enabled); }},
                     {"conditions", [&](const ConfigValue& v) {
                        structs_.list(v, made.conditions, "AnonymousAuthCondition",
                                      [this](const ConfigValue& from, AnonymousCondition& condition) {
                                        condition.path.at = from.at;
                                        structs_.object(from, "AnonymousAuthCondition",
                                                        {text("path", condition.path)});
                                      });
                      }}});
  }

  void authenticator(const ConfigValue& value, JwtAuthenticatorConfig& into) {
    into.at = value.at;
    place(into.issuer, value.at);
    place(into.claim_mappings, value.at);
    structs_.object(value, "JWTAuthenticator",
                    {{"issuer", [&](const ConfigValue& v) { issuer(v, into.issuer); }},
                     {"claimValidationRules",
                      [&](const ConfigValue& v) {
                        structs_.list(v, into.claim_validation_rules, "ClaimValidationRule",
                                      [this](const auto& from, auto& rule) { claim_rule(from, rule); });
                      }},
                     {"claimMappings", [&](const ConfigValue& v) { mappings(v, into.claim_mappings); }},
                     {"userValidationRules", [&](const ConfigValue& v) {
                        structs_.list(v, into.user_validation_rules, "UserValidationRule",
                                      [this](const auto& from, auto& rule) { user_rule(from, rule); });
                      }}});
  }

  static void place(Issuer& issuer, std::size_t at) {
    issuer.at = issuer.audiences.at = at;
    for (PlacedText* text : {&issuer.url, &issuer.discovery_url, &issuer.certificate_authority,
                             &issuer.audience_match_policy, &issuer.egress_selector_type})
      text->at = at;
  }

  static void place(ClaimMappings& mappings, std::size_t at) {
    mappings.at = mappings.username.at = mappings.groups.at = mappings.uid.at = mappings.extra.at = at;
  }

  void issuer(const ConfigValue& value, Issuer& into) {
    place(into, value.at);
    Fields fields{text("url", into.url),
                  text("discoveryURL", into.discovery_url),
                  text("certificateAuthority", into.certificate_authority),
                  {"audiences",
                   [&](const ConfigValue& v) {
                     structs_.list(v, into.audiences, "string",
                                   [this](const auto& from, auto& one) { structs_.text(from, one); });
                   }},
                  text("audienceMatchPolicy", into.audience_match_policy, "AudienceMatchPolicyType")};
    if (rules_.minor >= 34)
      fields.push_back(text("egressSelectorType", into.egress_selector_type, "EgressSelectorType"));
    structs_.object(value, "Issuer", fields);
  }

  void claim_rule(const ConfigValue& value, ClaimValidationRule& into) {
    for (PlacedText* text : {&into.claim, &into.required_value, &into.expression, &into.message})
      text->at = value.at;
    structs_.object(value, "ClaimValidationRule",
                    {text("claim", into.claim), text("requiredValue", into.required_value),
                     text("expression", into.expression), text("message", into.message)});
  }

  void user_rule(const ConfigValue& value, UserValidationRule& into) {
    into.expression.at = into.message.at = value.at;
    structs_.object(value, "UserValidationRule",
                    {text("expression", into.expression), text("message", into.message)});
  }

  void mappings(const ConfigValue& value, ClaimMappings& into) {
    place(into, value.at);
    structs_.object(value, "ClaimMappings",
                    {{"username", [&](const ConfigValue& v) { prefixed(v, into.username); }},
                     {"groups", [&](const ConfigValue& v) { prefixed(v, into.groups); }},
                     {"uid",
                      [&](const ConfigValue& v) {
                        into.uid.at = into.uid.claim.at = into.uid.expression.at = v.at;
                        structs_.object(
                            v, "ClaimOrExpression",
                            {text("claim", into.uid.claim), text("expression", into.uid.expression)});
                      }},
                     {"extra", [&](const ConfigValue& v) {
                        structs_.list(v, into.extra, "ExtraMapping",
                                      [this](const auto& from, auto& one) { extra(from, one); });
                      }}});
  }

  void prefixed(const ConfigValue& value, PrefixedClaimOrExpression& into) {
    into.at = into.claim.at = into.expression.at = value.at;
    structs_.object(value, "PrefixedClaimOrExpression",
                    {text("claim", into.claim),
                     {"prefix",
                      [&](const ConfigValue& v) {
                        into.prefix.reset();
                        if (v.kind != Kind::null) structs_.text(v, into.prefix.emplace());
                      }},
                     text("expression", into.expression)});
  }

  void extra(const ConfigValue& value, ExtraMapping& into) {
    into.key.at = into.value_expression.at = value.at;
    structs_.object(value, "ExtraMapping",
                    {text("key", into.key), text("valueExpression", into.value_expression)});
  }

  StructDecoder structs_;
  const ServerRules& rules_;
};

bool same_letters(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return lower(x) == lower(y);
  });
}

struct GroupVersionKind {
  std::string api_version;
  std::string kind;
};

// SimpleMetaFactory.Interpret, which reads with encoding/json: upper and lower case letters are alike.
tl::expected<GroupVersionKind, TextProblem> interpret(const ConfigValue& root) {
  constexpr std::string_view head = "couldn't get version/kind; json parse error: json: cannot unmarshal ";
  GroupVersionKind found;
  if (root.kind == Kind::null) return found;
  if (root.kind != Kind::object) {
    return tl::unexpected(TextProblem{fmt::format("{}{} into Go value of type struct {{ APIVersion string "
                                                  "\"json:\\\"apiVersion,omitempty\\\"\"; Kind string "
                                                  "\"json:\\\"kind,omitempty\\\"\" }}",
                                                  head, json_name(root.kind)),
                                      root.at});
  }
  for (const ConfigMember& member : root.members) {
    for (auto [name, into] : {std::pair<std::string_view, std::string*>{"apiVersion", &found.api_version},
                              {"kind", &found.kind}}) {
      if (!same_letters(member.key, name) || member.value.kind == Kind::null) continue;
      if (member.value.kind != Kind::string) {
        return tl::unexpected(TextProblem{fmt::format("{}{} into Go struct field .{} of type string", head,
                                                      json_name(member.value.kind), name),
                                          member.value.at});
      }
      *into = member.value.text;
    }
  }
  return found;
}

bool is_served(std::string_view version, const ServerRules& rules) {
  return version == "v1alpha1" || version == "v1beta1" || (version == "v1" && rules.minor >= 34);
}

// The Go package of the structs, as in "v1beta1".
tl::expected<std::string, TextProblem> find_package(const ConfigValue& root, const ServerRules& rules) {
  auto found = interpret(root);
  if (!found) return tl::unexpected(found.error());
  auto refuse = [&](std::string words) { return tl::unexpected(TextProblem{std::move(words), root.at}); };
  const std::string& api_version = found->api_version;
  auto slashes = std::count(api_version.begin(), api_version.end(), '/');
  if (slashes > 1) return refuse(fmt::format("unexpected GroupVersion string: {}", api_version));
  if (found->kind.empty()) return refuse("Object 'Kind' is missing in '…");
  std::size_t slash = api_version.find('/');
  std::string version = api_version.substr(slash == std::string::npos ? 0 : slash + 1);
  if (version.empty()) return refuse("Object 'apiVersion' is missing in '…");
  bool ours = slash != std::string::npos && std::string_view(api_version).substr(0, slash) == config_group;
  if (ours && is_served(version, rules)) {
    if (found->kind == "AuthenticationConfiguration") return version;
    constexpr std::array<std::string_view, 4> others{"AuthorizationConfiguration", "TracingConfiguration",
                                                     "EncryptionConfiguration", "AdmissionConfiguration"};
    std::size_t known = version == "v1" ? others.size() : 2;
    if (std::find(others.begin(), others.begin() + known, found->kind) != others.begin() + known)
      return refuse(fmt::format("expected AuthenticationConfiguration, got *apiserver.{}", found->kind));
  }
  return refuse(
      fmt::format("no kind {} is registered for version {}", go_quoted(found->kind), go_quoted(api_version)));
}

}  // namespace

tl::expected<AuthenticationConfiguration, TextProblem> decode_authentication(std::string_view bytes,
                                                                             const ServerRules& rules) {
  if (bytes.empty()) return tl::unexpected(TextProblem{"empty config data", 0});
  auto tree = read_config_tree(bytes);
  if (!tree) return tl::unexpected(tree.error());
  auto package = find_package(tree->root, rules);
  if (!package) return tl::unexpected(package.error());
  Decoder decoder(*package, rules);
  AuthenticationConfiguration config = decoder.decode(tree->root);
  if (decoder.problems().type_problem()) return tl::unexpected(*decoder.problems().type_problem());
  std::vector<std::string> words;
  std::vector<TextProblem> strict = decoder.problems().strict_problems();
  if (!tree->repeated.empty()) {
    std::string all = "yaml: unmarshal errors:";
    for (const TextProblem& repeated : tree->repeated) all += "\n  " + repeated.words;
    strict.insert(strict.begin(), {std::move(all), tree->repeated.front().at});
  }
  if (strict.empty()) return config;
  for (const TextProblem& problem : strict) words.push_back(problem.words);
  return tl::unexpected(TextProblem{"strict decoding error: " + join(words, ", "), strict.front().at});
}

}  // namespace nightlatch::access
