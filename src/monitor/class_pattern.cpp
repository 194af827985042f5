#include "monitor/class_pattern.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "util/text.hpp"

namespace nightlatch::monitor {

namespace {

constexpr std::string_view slashes = "/+";
constexpr std::string_view segment = "/+[^/]+";
// What may follow a resource without being a part of it.
constexpr std::string_view trailing = "/*";

std::string any_of(const std::vector<std::string>& expressions) {
  return expressions.size() == 1 ? expressions.front() : "(" + join(expressions, "|") + ")";
}

std::vector<std::string> literals(const std::vector<std::string>& texts) {
  std::vector<std::string> found;
  for (const std::string& text : texts) found.push_back(literal_expression(text));
  return found;
}

// The segments of a path behind slashes, each of which may be several.
std::string loosely(const std::vector<std::string>& segments) {
  std::string expression;
  for (const std::string& one : segments) expression += std::string(slashes) + literal_expression(one);
  return expression;
}

// A path that ends behind its last segment, and in which at least one slash is doubled: the audit reads it as
// if it ended in a slash, because it is not the path itself for kube-apiserver.
std::vector<std::string> doubled_somewhere(const std::vector<std::string>& segments) {
  std::vector<std::string> found;
  for (std::size_t doubled = 0; doubled < segments.size(); ++doubled) {
    std::string expression;
    for (std::size_t i = 0; i < segments.size(); ++i)
      expression += std::string(i == doubled ? "//+" : slashes) + literal_expression(segments[i]);
    found.push_back(std::move(expression));
  }
  return found;
}

std::vector<std::string> expressions_of_path(const std::string& path) {
  if (path == "/") return {"/*"};
  bool below = path.ends_with("/*");
  std::vector<std::string> segments;
  for (const std::string& one : split(path.substr(0, below ? path.size() - 2 : path.size()), '/')) {
    if (!one.empty()) segments.push_back(one);
  }
  if (!below && !path.ends_with('/')) return {literal_expression(path)};
  std::vector<std::string> found{loosely(segments) + (below ? "/.*" : "/+")};
  for (std::string& one : doubled_somewhere(segments)) found.push_back(std::move(one));
  return found;
}

// Everything in front of the resource: /api/v1, /apis/GROUP/VERSION.
std::string before_resource(const std::vector<std::string>& groups) {
  std::vector<std::string> prefixes;
  if (groups.empty()) prefixes = {"/+api", "/+apis" + std::string(segment)};
  for (const std::string& group : groups)
    prefixes.push_back(group.empty() ? "/+api" : "/+apis/+" + literal_expression(group));
  return any_of(prefixes) + std::string(segment);
}

bool names_every_resource(const audit::MatchRule& rule) {
  auto has = [&](std::string_view word) {
    return std::find(rule.resources.begin(), rule.resources.end(), word) != rule.resources.end();
  };
  return rule.resources.empty() || (has("*") && has("*/*"));
}

// RESOURCE [NAME [SUBRESOURCE …]], for one word of the taxonomy: "pods", "pods/exec", "*/proxy".
std::string resource_expression(const std::string& word, const std::vector<std::string>& names) {
  std::size_t slash = word.find('/');
  std::string resource = word.substr(0, slash);
  std::string expression = resource == "*" ? std::string(segment) : "/+" + literal_expression(resource);
  std::string name = names.empty() ? std::string(segment) : "/+" + any_of(literals(names));
  if (slash == std::string::npos) {
    // A subresource that no rule names is judged as its resource.
    std::string named = name + "(/+status(/.*)?)?";
    return expression + (names.empty() ? "(" + named + ")?" : named) + std::string(trailing);
  }
  std::string sub = word.substr(slash + 1);
  expression += name + (sub == "*" ? std::string(segment) : "/+" + literal_expression(sub));
  return expression + "(/.*)?";
}

std::string resources_expression(const audit::MatchRule& rule) {
  std::string before = before_resource(rule.groups);
  if (names_every_resource(rule) && rule.namespaces.empty() && rule.names.empty()) return before + "/+[^/].*";
  std::string place = rule.namespaces.empty() ? "(/+namespaces" + std::string(segment) + ")?"
                                              : "/+namespaces/+" + any_of(literals(rule.namespaces));
  std::vector<std::string> resources;
  for (const std::string& word : rule.resources) resources.push_back(resource_expression(word, rule.names));
  return before + "(/+watch|/+proxy)?" + place + any_of(resources);
}

std::string api_expression() {
  std::vector<std::string> roots;
  for (std::string_view root : audit::api_roots()) roots.push_back(literal_expression(root));
  return "/*|/+" + any_of(roots) + "(/.*)?|/openid/v1/jwks";
}

std::string discovery_expression() {
  return "/+api(/+[^/]+)?/*|/+apis(/+[^/]+(/+[^/]+)?)?/*";
}

PathTest truth(std::string expression, bool wanted) {
  return {std::move(expression), wanted ? Match::whole : Match::not_at_all};
}

}  // namespace

std::string literal_expression(std::string_view text) {
  constexpr std::string_view special = ".?+*|{}()\"#@&<>~$";
  std::string expression;
  for (char c : text) {
    if (c == ':' || c == '@') {
      // Some clients escape these two, and mean the same.
      expression += c == ':' ? "(:|%3[Aa])" : "([@]|%40)";
    } else if (c == '\\' || c == '^' || c == '[' || c == ']') {
      expression += fmt::format("\\{}", c);
    } else if (special.find(c) != std::string_view::npos) {
      expression += fmt::format("[{}]", c);
    } else {
      expression += c;
    }
  }
  return expression;
}

std::string disguise_expression() {
  // Escapes of what no client has to escape: letters, digits, marks of a path but : and @, control bytes, %
  // and \.
  std::string needless =
      "%(0[0-9A-Fa-f]|1[0-9A-Fa-f]|2[14-9A-Fa-f]|3[0-9BDbd]|4[1-9A-Fa-f]|5[0-9ACFacf]|6[1-9A-Fa-f]|7[0-"
      "9AEFaef])";
  return ".*" + needless + ".*|(.*/)?[.][.]?(/.*)?|.*\\\\.*";
}

ClassRule class_rule(const audit::MatchRule& rule) {
  ClassRule found{.verbs = rule.verbs};
  if (rule.api) found.paths.push_back(truth(api_expression(), *rule.api));
  if (rule.discovery) found.paths.push_back(truth(discovery_expression(), *rule.discovery));
  std::vector<std::string> paths;
  for (const std::string& path : rule.paths) {
    for (std::string& one : expressions_of_path(path)) paths.push_back(std::move(one));
  }
  if (!paths.empty()) found.paths.push_back({join(paths, "|")});
  if (!rule.resources.empty() || !rule.groups.empty()) found.paths.push_back({resources_expression(rule)});
  return found;
}

}  // namespace nightlatch::monitor
