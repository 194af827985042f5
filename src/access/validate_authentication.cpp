#include "access/validate_authentication.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "access/extra_key.hpp"
#include "access/field_problem.hpp"
#include "access/go_text.hpp"
#include "access/validate_issuer.hpp"
#include "util/text.hpp"

namespace nightlatch::access {
namespace {

constexpr std::size_t most_authenticators = 64;

class Validator {
 public:
  explicit Validator(const ServerRules& rules) : rules_(rules) {}

  void authenticator(const JwtAuthenticatorConfig& jwt, const std::string& path) {
    validate_issuer(jwt.issuer, path + ".issuer", rules_, problems_);
    claim_rules(jwt.claim_validation_rules, path + ".claimValidationRules");
    mappings(jwt.claim_mappings, path + ".claimMappings");
    user_rules(jwt.user_validation_rules, path + ".userValidationRules");
  }

  void anonymous(const AnonymousAuthConfig& section) {
    const auto& conditions = section.conditions.items;
    if (section.enabled || conditions.empty()) return;
    // Until 1.33 a value is shown as Go writes it, since then as JSON (apimachinery, field.Error).
    bool as_json = rules_.minor >= 34;
    std::vector<std::string> shown;
    for (const AnonymousCondition& condition : conditions) {
      const std::string& path = condition.path.text;
      shown.push_back(as_json ? fmt::format("{{\"Path\":{}}}", go_json_string(path))
                              : fmt::format("apiserver.AnonymousAuthCondition{{Path:{}}}", go_quoted(path)));
    }
    std::string value = as_json ? fmt::format("[{}]", join(shown, ","))
                                : fmt::format("[]apiserver.AnonymousAuthCondition{{{}}}", join(shown, ", "));
    problems_.push_back({fmt::format("anonymous.conditions: Invalid value: {}: enabled should be set to "
                                     "true when conditions are defined",
                                     value),
                         section.conditions.at});
  }

  void add(std::string words, std::size_t at) { problems_.push_back({std::move(words), at}); }

  // Each error once, as ErrorList.ToAggregate leaves them.
  std::vector<TextProblem> problems() {
    std::set<std::string> seen;
    std::erase_if(problems_, [&](const TextProblem& one) { return !seen.insert(one.words).second; });
    return std::move(problems_);
  }

 private:
  // The wording changed in 1.34.
  std::string_view worded(std::string_view until_1_33, std::string_view since_1_34) const {
    return rules_.minor <= 33 ? until_1_33 : since_1_34;
  }

  void claim_rules(const PlacedList<ClaimValidationRule>& rules, const std::string& list) {
    std::set<std::string_view> claims;
    std::set<std::string_view> expressions;
    for (std::size_t i = 0; i < rules.items.size(); ++i) {
      const ClaimValidationRule& rule = rules.items[i];
      std::string path = fmt::format("{}[{}]", list, i);
      if (!rule.claim.empty() && !rule.expression.empty()) {
        add(field::invalid(path, rule.claim.text, "claim and expression can't both be set"), rule.at);
      } else if (!rule.claim.empty()) {
        if (!rule.message.empty()) {
          add(field::invalid(
                  path + ".message", rule.message.text,
                  worded("message can't be set when claim is set", "may not be specified when claim is set")),
              rule.message.at);
        }
        if (!claims.insert(rule.claim.text).second)
          add(field::duplicate(path + ".claim", rule.claim.text), rule.claim.at);
      } else if (!rule.expression.empty()) {
        if (!rule.required_value.empty()) {
          add(field::invalid(path + ".requiredValue", rule.required_value.text,
                             worded("requiredValue can't be set when expression is set",
                                    "may not be specified when expression is set")),
              rule.required_value.at);
        }
        if (!expressions.insert(rule.expression.text).second)
          add(field::duplicate(path + ".expression", rule.expression.text), rule.expression.at);
      } else {
        add(field::required(path, "claim or expression is required"), rule.at);
      }
    }
  }

  void mappings(const ClaimMappings& mappings, const std::string& path) {
    if (mappings.username.claim.empty() && mappings.username.expression.empty()) {
      add(field::required(path + ".username", "claim or expression is required"), mappings.username.at);
    } else {
      claim_or_expression(mappings.username, path + ".username");
    }
    claim_or_expression(mappings.groups, path + ".groups");
    if (!mappings.uid.claim.empty() && !mappings.uid.expression.empty())
      add(field::invalid(path + ".uid", "", "claim and expression can't both be set"), mappings.uid.at);
    extra(mappings.extra, path + ".extra");
  }

  void claim_or_expression(const PrefixedClaimOrExpression& mapping, const std::string& path) {
    if (!mapping.expression.empty() && !mapping.claim.empty()) {
      add(field::invalid(path, "", "claim and expression can't both be set"), mapping.at);
    } else if (!mapping.expression.empty()) {
      if (mapping.prefix) {
        add(field::invalid(path + ".prefix", mapping.prefix->text,
                           worded("prefix can't be set when expression is set",
                                  "may not be specified when expression is set")),
            mapping.prefix->at);
      }
    } else if (!mapping.claim.empty() && !mapping.prefix) {
      add(field::required(path + ".prefix",
                          "prefix is required when claim is set. It can be set to an empty string to disable "
                          "prefixing"),
          mapping.at);
    }
  }

  void extra(const PlacedList<ExtraMapping>& mappings, const std::string& list) {
    std::set<std::string_view> keys;
    for (std::size_t i = 0; i < mappings.items.size(); ++i) {
      const ExtraMapping& mapping = mappings.items[i];
      std::string path = fmt::format("{}[{}]", list, i);
      for (std::string& words : extra_key_problems(path + ".key", mapping.key.text, rules_.minor))
        add(std::move(words), mapping.key.at);
      if (!keys.insert(mapping.key.text).second) {
        add(field::duplicate(path + ".key", mapping.key.text), mapping.key.at);
      } else if (mapping.value_expression.empty()) {
        add(field::required(path + ".valueExpression", worded("valueExpression is required", "")),
            mapping.value_expression.at);
      }
    }
  }

  void user_rules(const PlacedList<UserValidationRule>& rules, const std::string& list) {
    std::set<std::string_view> expressions;
    for (std::size_t i = 0; i < rules.items.size(); ++i) {
      const PlacedText& expression = rules.items[i].expression;
      std::string path = fmt::format("{}[{}].expression", list, i);
      if (expression.empty()) {
        add(field::required(path, worded("expression is required", "")), expression.at);
      } else if (!expressions.insert(expression.text).second) {
        add(field::duplicate(path, expression.text), expression.at);
      }
    }
  }

  const ServerRules& rules_;
  std::vector<TextProblem> problems_;
};

}  // namespace

std::vector<TextProblem> validate_authentication(const AuthenticationConfiguration& config,
                                                 const ServerRules& rules) {
  const auto& all = config.jwt.items;
  if (all.size() > most_authenticators) {
    return {{fmt::format("jwt: Too many: {}: must have at most {} items", all.size(), most_authenticators),
             config.jwt.at}};
  }
  Validator validator(rules);
  std::set<std::string_view> issuers;
  std::set<std::string_view> discovery_urls;
  for (std::size_t i = 0; i < all.size(); ++i) {
    std::string path = fmt::format("jwt[{}]", i);
    validator.authenticator(all[i], path);
    const Issuer& issuer = all[i].issuer;
    if (!issuers.insert(issuer.url.text).second)
      validator.add(field::duplicate(path + ".issuer.url", issuer.url.text), issuer.url.at);
    if (!issuer.discovery_url.empty() && !discovery_urls.insert(issuer.discovery_url.text).second) {
      validator.add(field::duplicate(path + ".issuer.discoveryURL", issuer.discovery_url.text),
                    issuer.discovery_url.at);
    }
  }
  if (config.anonymous) validator.anonymous(*config.anonymous);
  return validator.problems();
}

std::vector<TextProblem> validate_authenticator(const JwtAuthenticatorConfig& jwt, const ServerRules& rules) {
  Validator validator(rules);
  validator.authenticator(jwt, "jwt[0]");
  return validator.problems();
}

std::vector<CelExpression> cel_expressions(const AuthenticationConfiguration& config) {
  std::vector<CelExpression> found;
  auto add = [&](std::string field, const PlacedText& expression) {
    if (!expression.empty()) found.push_back({std::move(field), expression.text, expression.at});
  };
  for (std::size_t i = 0; i < config.jwt.items.size(); ++i) {
    const JwtAuthenticatorConfig& jwt = config.jwt.items[i];
    std::string path = fmt::format("jwt[{}]", i);
    for (std::size_t k = 0; k < jwt.claim_validation_rules.items.size(); ++k)
      add(fmt::format("{}.claimValidationRules[{}].expression", path, k),
          jwt.claim_validation_rules.items[k].expression);
    const ClaimMappings& mappings = jwt.claim_mappings;
    add(path + ".claimMappings.username.expression", mappings.username.expression);
    add(path + ".claimMappings.groups.expression", mappings.groups.expression);
    add(path + ".claimMappings.uid.expression", mappings.uid.expression);
    for (std::size_t k = 0; k < mappings.extra.items.size(); ++k)
      add(fmt::format("{}.claimMappings.extra[{}].valueExpression", path, k),
          mappings.extra.items[k].value_expression);
    for (std::size_t k = 0; k < jwt.user_validation_rules.items.size(); ++k)
      add(fmt::format("{}.userValidationRules[{}].expression", path, k),
          jwt.user_validation_rules.items[k].expression);
  }
  return found;
}

}  // namespace nightlatch::access
