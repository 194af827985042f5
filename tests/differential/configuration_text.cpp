#include "differential/configuration_text.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

namespace nightlatch::differential {
namespace {

constexpr std::array<std::string_view, 9> expressions{"claims.sub",
                                                      "'oidc:' + claims.sub",
                                                      "claims.hd == 'example.org'",
                                                      "claims.?groups.orValue([])",
                                                      "claims.exp - claims.nbf <= 86400",
                                                      "claims.roles.split(',')",
                                                      "claims.email",
                                                      "claims.email_verified == true",
                                                      "claims.(sub"};  // the last is no CEL

Json claim(Random& random, std::string_view name) {
  if (random.one_in(4)) return {{"expression", random.any(expressions)}};
  return {{"claim", name}, {"prefix", random.one_in(2) ? "" : "oidc:"}};
}

bool is_plain(std::string_view text) {
  bool harmless = std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || c == '.' || c == '/' || c == '_';
  });
  return harmless && text.size() > 4 && text.front() >= 'a' && text != "false";
}

std::string scalar(const Json& value, Random& random) {
  if (!value.is_string()) return value.dump();
  auto text = value.get<std::string>();
  if (is_plain(text) && random.one_in(2)) return text;
  bool one_line = std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
  if (one_line && text.find('\'') == std::string::npos && random.one_in(3)) return fmt::format("'{}'", text);
  return value.dump();
}

std::string flow(const Json& value, Random& random) {
  if (!value.is_structured()) return scalar(value, random);
  std::string inner;
  for (const auto& [key, item] : value.items()) {
    if (!inner.empty()) inner += ", ";
    if (value.is_object()) inner += fmt::format("\"{}\": ", key);
    inner += flow(item, random);
  }
  return value.is_object() ? fmt::format("{{{}}}", inner) : fmt::format("[{}]", inner);
}

bool is_block_text(const Json& value) {
  if (!value.is_string()) return false;
  auto text = value.get<std::string>();
  return text.size() > 2 && text.ends_with('\n') && text.find("\n\n") == std::string::npos &&
         text.front() > ' ' &&
         std::all_of(text.begin(), text.end(), [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); });
}

void block(const Json& value, const std::string& indent, bool first_line_is_begun, Random& random,
           std::string& out) {
  bool fresh = !first_line_is_begun;
  for (const auto& [key, item] : value.items()) {
    if (fresh) out += indent;
    fresh = true;
    std::string head = value.is_object() ? key + ":" : "-";
    if (random.one_in(30)) head += " # why";
    bool as_flow = !item.is_structured() || item.empty() || random.one_in(6);
    if (value.is_object() && is_block_text(item)) {
      out += fmt::format("{}: |\n", key);
      auto text = item.get<std::string>();
      for (std::size_t at = 0; at < text.size();) {
        std::size_t end = text.find('\n', at);
        out += fmt::format("{}  {}\n", indent, text.substr(at, end - at));
        at = end + 1;
      }
    } else if (as_flow && head.find('#') == std::string::npos) {
      out += fmt::format("{} {}\n", head, flow(item, random));
    } else if (as_flow) {
      out += fmt::format("{}\n{}  {}\n", head, indent, flow(item, random));
    } else if (value.is_array() && head == "-") {
      out += "- ";
      block(item, indent + "  ", true, random, out);
    } else {
      out += head + "\n";
      bool deeper = item.is_object() || value.is_array() || random.one_in(2);
      block(item, deeper ? indent + "  " : indent, false, random, out);
    }
  }
}

}  // namespace

Json valid_authenticator(Random& random, std::size_t number) {
  Json issuer{{"url", fmt::format("https://id{}.example.org{}", number, random.one_in(2) ? "/" : "")},
              {"audiences", Json::array({"kubernetes"})}};
  if (random.one_in(3)) {
    issuer["audiences"].push_back("kubectl");
    issuer["audienceMatchPolicy"] = "MatchAny";
  }
  if (random.one_in(4)) issuer["discoveryURL"] = fmt::format("https://id{}.internal/discovery", number);
  if (random.one_in(4)) issuer["egressSelectorType"] = random.one_in(2) ? "cluster" : "controlplane";
  Json mappings{{"username", claim(random, "sub")}};
  if (random.one_in(2)) mappings["groups"] = claim(random, "groups");
  if (random.one_in(4)) mappings["uid"] = {{"claim", "oid"}};
  if (random.one_in(3)) {
    mappings["extra"] = Json::array({{{"key", "example.org/tenant"}, {"valueExpression", "claims.tenant"}}});
  }
  Json jwt{{"issuer", issuer}, {"claimMappings", mappings}};
  if (random.one_in(3)) {
    jwt["claimValidationRules"] = Json::array(
        {{{"claim", "hd"}, {"requiredValue", "example.org"}},
         {{"expression", "claims.email_verified == true"}, {"message", "the address must be verified"}}});
  }
  if (random.one_in(3)) {
    jwt["userValidationRules"] = Json::array(
        {{{"expression", "!user.username.startsWith('system:')"}, {"message", "system: is reserved"}}});
  }
  return jwt;
}

Json valid_configuration(Random& random) {
  constexpr std::array<std::string_view, 3> versions{"v1alpha1", "v1beta1", "v1"};
  Json configuration{{"apiVersion", fmt::format("apiserver.config.k8s.io/{}", random.any(versions))},
                     {"kind", "AuthenticationConfiguration"}};
  Json jwt = Json::array();
  for (std::size_t i = 0, count = 1 + random.pick(3); i < count; ++i)
    jwt.push_back(valid_authenticator(random, i));
  configuration["jwt"] = std::move(jwt);
  if (random.one_in(2)) {
    configuration["anonymous"] = {{"enabled", true}, {"conditions", Json::array({{{"path", "/livez"}}})}};
  }
  return configuration;
}

std::string text_of(const Json& configuration, Random& random) {
  std::size_t style = random.pick(6);
  if (!configuration.is_structured() || configuration.empty()) return configuration.dump() + "\n";
  if (style == 0) return configuration.dump(random.one_in(2) ? 2 : -1);
  std::string out;
  if (random.one_in(10)) out += "---\n";
  block(configuration, "", false, random, out);
  if (random.one_in(10)) out += "---\nanother: document\n";
  return out;
}

}  // namespace nightlatch::differential
