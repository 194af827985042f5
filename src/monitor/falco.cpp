#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "monitor/detections.hpp"
#include "rbac/yaml_text.hpp"
#include "util/template_text.hpp"
#include "util/text.hpp"

namespace nightlatch::embedded {
extern const std::string_view monitor_falco;
}  // namespace nightlatch::embedded

namespace nightlatch::monitor {

namespace {

using audit::MatchRule;
using audit::Severity;

std::string falco_list(std::string_view field, const std::vector<std::string>& words) {
  std::vector<std::string> quoted;
  for (const std::string& word : words) quoted.push_back("\"" + word + "\"");
  return fmt::format("{} in ({})", field, fmt::join(quoted, ", "));
}

std::string falco_any(const std::vector<std::string>& conditions) {
  return conditions.size() == 1 ? conditions.front() : "(" + join(conditions, " or ") + ")";
}

// ka.uri has the query, and `in` compares whole values.
std::string falco_path(const std::string& path) {
  if (path.ends_with("/*")) return fmt::format("ka.uri startswith \"{}\"", path.substr(0, path.size() - 1));
  return fmt::format("ka.uri = \"{0}\" or ka.uri startswith \"{0}?\"", path);
}

std::string falco_resource(const std::string& word) {
  std::size_t slash = word.find('/');
  std::string resource = word.substr(0, slash);
  std::string same =
      resource == "*" ? "ka.target.resource exists" : fmt::format("ka.target.resource = \"{}\"", resource);
  if (slash == std::string::npos)
    return fmt::format("({} and (not ka.target.subresource exists or ka.target.subresource = \"status\"))",
                       same);
  std::string sub = word.substr(slash + 1);
  if (sub == "*") return fmt::format("({} and ka.target.subresource exists)", same);
  return fmt::format("({} and ka.target.subresource = \"{}\")", same, sub);
}

std::string falco_roots() {
  std::vector<std::string> roots{"ka.uri = \"/\"", "ka.uri startswith \"/?\"",
                                 "ka.uri startswith \"/openid/v1/jwks\""};
  for (std::string_view root : audit::api_roots())
    roots.push_back(
        fmt::format("ka.uri = \"/{0}\" or ka.uri startswith \"/{0}/\" or ka.uri startswith \"/{0}?\"", root));
  return falco_any(roots);
}

std::string falco_rule(const MatchRule& rule) {
  std::vector<std::string> all;
  std::vector<std::string> some;
  for (const std::string& path : rule.paths) some.push_back(falco_path(path));
  for (const std::string& word : rule.resources) some.push_back(falco_resource(word));
  if (!some.empty()) all.push_back(falco_any(some));
  if (rule.discovery)
    all.push_back(
        "((ka.uri startswith \"/api/\" or ka.uri startswith \"/apis/\") and not ka.target.resource exists)");
  if (rule.api) all.push_back((*rule.api ? "" : "not ") + falco_roots());
  if (!rule.groups.empty()) all.push_back(falco_list("jevt.value[/objectRef/apiGroup]", rule.groups));
  if (!rule.verbs.empty()) all.push_back(falco_list("ka.verb", rule.verbs));
  if (!rule.namespaces.empty()) all.push_back(falco_list("ka.target.namespace", rule.namespaces));
  if (!rule.names.empty()) all.push_back(falco_list("ka.target.name", rule.names));
  return all.empty() ? "ka.uri exists" : "(" + join(all, " and ") + ")";
}

std::string macro_name(std::string name) {
  std::replace(name.begin(), name.end(), '-', '_');
  return "nightlatch_class_" + name;
}

std::string falco_macro(const audit::RequestClass& one) {
  std::vector<std::string> rules;
  for (const MatchRule& rule : one.rules) rules.push_back(falco_rule(rule));
  return fmt::format("- macro: {}\n  condition: ({})\n", macro_name(one.name), join(rules, " or "));
}

std::string_view falco_priority(Severity severity) {
  if (severity == Severity::critical) return "CRITICAL";
  return severity == Severity::high ? "ERROR" : "WARNING";
}

std::string falco_alert(const audit::Taxonomy& taxonomy, std::size_t index, std::size_t outcome) {
  const audit::RequestClass& one = taxonomy.classes[index];
  std::string_view what = audit::outcome_names[outcome];
  std::string condition = fmt::format("nightlatch_{} and {}", what, macro_name(one.name));
  if (index != taxonomy.impersonation()) condition += " and not " + macro_name("impersonation");
  auto earlier =
      index == taxonomy.impersonation() ? std::vector<std::size_t>{} : overlapping_classes(taxonomy, index);
  for (std::size_t i : earlier) condition += " and not " + macro_name(taxonomy.classes[i].name);
  return fmt::format(
      "- rule: nightlatch {0} {1}\n  desc: {2}\n  condition: {3}\n  output: Request without accepted "
      "credentials ({1} {0}, "
      "verb=%ka.verb uri=%ka.uri code=%ka.response.code sources=%jevt.value[/sourceIPs] "
      "reason=%ka.auth.reason)\n"
      "  priority: {4}\n  source: k8s_audit\n  tags: [k8s, nightlatch]\n",
      one.name, what, rbac::quoted_yaml(one.why), condition, falco_priority(one.severity[outcome]));
}

}  // namespace

std::string falco_rules(const audit::Taxonomy& taxonomy) {
  std::vector<std::string> macros;
  std::vector<std::string> rules;
  for (std::size_t i = 0; i < taxonomy.classes.size(); ++i) {
    // Falco has no words for a disguised path: it has the class of what it looks like.
    if (i == taxonomy.encoded_twin()) continue;
    if (i != taxonomy.impersonation()) macros.push_back(falco_macro(taxonomy.classes[i]));
    for (std::size_t outcome = 0; outcome < 3; ++outcome) {
      if (taxonomy.classes[i].severity[outcome] >= Severity::medium)
        rules.push_back(falco_alert(taxonomy, i, outcome));
    }
  }
  return filled(embedded::monitor_falco, {{"@MACROS@", join(macros, "\n")}, {"@RULES@", join(rules, "\n")}});
}

}  // namespace nightlatch::monitor
