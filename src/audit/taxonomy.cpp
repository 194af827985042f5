#include "audit/taxonomy.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "audit/errors.hpp"
#include "util/text.hpp"

namespace nightlatch::embedded {
extern const std::string_view audit_taxonomy;
}

namespace nightlatch::audit {

namespace {

constexpr std::size_t most_classes = 60;

// What is wrong with the file, and where. Caught in parse_taxonomy.
struct Wrong {
  std::string message;
  YAML::Mark mark;
};

[[noreturn]] void refuse(const YAML::Node& node, std::string message) {
  throw Wrong{std::move(message), node.Mark()};
}

std::vector<std::string> strings(const YAML::Node& node) {
  if (!node.IsSequence()) refuse(node, "a list is expected");
  std::vector<std::string> found;
  for (const auto& item : node) {
    if (!item.IsScalar()) refuse(item, "a text is expected");
    found.push_back(item.Scalar());
  }
  return found;
}

bool truth(const YAML::Node& node) {
  if (node.IsScalar() && node.Scalar() == "true") return true;
  if (node.IsScalar() && node.Scalar() == "false") return false;
  refuse(node, "true or false is expected");
}

std::vector<std::string> verbs(const YAML::Node& node) {
  std::vector<std::string> found;
  for (const std::string& verb : strings(node)) {
    if (verb == "read") {
      found.insert(found.end(), {"get", "list", "watch"});
    } else if (verb == "write") {
      found.insert(found.end(), {"create", "update", "patch", "delete", "deletecollection", "post", "put"});
    } else {
      found.push_back(verb);
    }
  }
  return found;
}

MatchRule rule_of(const YAML::Node& node) {
  if (!node.IsMap()) refuse(node, "a mapping is expected");
  MatchRule rule;
  for (const auto& entry : node) {
    std::string key = entry.first.Scalar();
    if (key == "paths")
      rule.paths = strings(entry.second);
    else if (key == "resources")
      rule.resources = strings(entry.second);
    else if (key == "groups")
      rule.groups = strings(entry.second);
    else if (key == "verbs")
      rule.verbs = verbs(entry.second);
    else if (key == "namespaces")
      rule.namespaces = strings(entry.second);
    else if (key == "names")
      rule.names = strings(entry.second);
    else if (key == "api")
      rule.api = truth(entry.second);
    else if (key == "discovery")
      rule.discovery = truth(entry.second);
    else
      refuse(entry.first, fmt::format("the key \"{}\" is not known", key));
  }
  return rule;
}

template <class OnSeverity>
void severities(const YAML::Node& node, OnSeverity on_severity) {
  if (!node.IsMap()) refuse(node, "a mapping is expected");
  for (const auto& entry : node) {
    auto outcome = std::find(outcome_names.begin(), outcome_names.end(), entry.first.Scalar());
    auto severity = severity_named(entry.second.IsScalar() ? entry.second.Scalar() : "");
    if (outcome == outcome_names.end())
      refuse(entry.first, fmt::format("there is no outcome \"{}\"", entry.first.Scalar()));
    if (!severity)
      refuse(entry.second, fmt::format("a severity is one of {}", fmt::join(severity_names, ", ")));
    on_severity(static_cast<std::size_t>(outcome - outcome_names.begin()), *severity);
  }
}

RequestClass class_from(const YAML::Node& node, bool is_special) {
  if (!node.IsMap()) refuse(node, "a mapping is expected");
  RequestClass found;
  for (const auto& entry : node) {
    std::string key = entry.first.Scalar();
    if (key == "name")
      found.name = entry.second.Scalar();
    else if (key == "why")
      found.why = entry.second.Scalar();
    else if (key == "match") {
      if (!entry.second.IsSequence()) refuse(entry.second, "a list is expected");
      for (const auto& rule : entry.second) found.rules.push_back(rule_of(rule));
    } else if (key == "severity") {
      severities(entry.second,
                 [&](std::size_t outcome, Severity severity) { found.severity[outcome] = severity; });
    } else if (key == "fromProbes") {
      severities(entry.second,
                 [&](std::size_t outcome, Severity severity) { found.from_probes[outcome] = severity; });
    } else {
      refuse(entry.first, fmt::format("the key \"{}\" is not known", key));
    }
  }
  if (!is_special && (found.name.empty() || found.rules.empty()))
    refuse(node, "a class needs a name and a match");
  return found;
}

Taxonomy taxonomy_from(const YAML::Node& root) {
  if (!root.IsMap() || !root["kind"] || root["kind"].Scalar() != "AuditTaxonomy" || !root["classes"])
    throw Wrong{"kind: AuditTaxonomy and classes are expected", root.Mark()};
  Taxonomy found;
  found.version = root["version"] ? root["version"].as<int>() : 0;
  if (!root["classes"].IsSequence() || root["classes"].size() == 0)
    refuse(root["classes"], "a list is expected");
  if (root["classes"].size() > most_classes) refuse(root["classes"], "there are more than 60 classes");
  for (const auto& node : root["classes"]) found.classes.push_back(class_from(node, false));
  RequestClass twin;
  twin.name = "encoded-twin";
  // Allowed: one step more than the class of the decoded path.
  twin.severity = {Severity::low, Severity::medium, Severity::low, Severity::none};
  twin.why = "The path is written so that a simple comparison overlooks it.";
  found.classes.push_back(twin);
  RequestClass impersonation =
      root["impersonation"] ? class_from(root["impersonation"], true) : RequestClass{};
  impersonation.name = "impersonation";
  found.classes.push_back(impersonation);
  return found;
}

bool holds(const std::vector<std::string>& allowed, std::string_view word) {
  return allowed.empty() || std::find(allowed.begin(), allowed.end(), word) != allowed.end();
}

bool path_matches(const std::vector<std::string>& paths, const std::string& path) {
  return std::any_of(paths.begin(), paths.end(), [&](const std::string& one) {
    if (one.ends_with("/*")) return path.starts_with(std::string_view(one).substr(0, one.size() - 1));
    return path == one;
  });
}

bool resource_matches(const std::vector<std::string>& resources, const RequestPath& path) {
  return path.is_resource && std::any_of(resources.begin(), resources.end(), [&](const std::string& one) {
           std::size_t slash = one.find('/');
           std::string resource = one.substr(0, slash);
           std::string subresource = slash == std::string::npos ? "" : one.substr(slash + 1);
           bool same = resource == "*" || resource == path.resource;
           // A subresource that no rule names is judged as its resource.
           return same && (subresource == "*" || subresource == path.subresource ||
                           (slash == std::string::npos && path.subresource == "status"));
         });
}

bool matches(const MatchRule& rule, const RequestPath& path, std::string_view verb) {
  if (rule.api && *rule.api != path.is_api) return false;
  if (rule.discovery && *rule.discovery != path.is_discovery) return false;
  if (!rule.paths.empty() && !path_matches(rule.paths, path.canonical)) return false;
  if (!rule.resources.empty() && !resource_matches(rule.resources, path)) return false;
  if (!rule.groups.empty() && !(path.is_resource && holds(rule.groups, path.group))) return false;
  return holds(rule.verbs, verb) && holds(rule.namespaces, path.space) && holds(rule.names, path.name);
}

}  // namespace

std::optional<Severity> severity_named(std::string_view name) {
  auto found = std::find(severity_names.begin(), severity_names.end(), name);
  if (found == severity_names.end()) return std::nullopt;
  return static_cast<Severity>(found - severity_names.begin());
}

std::size_t Taxonomy::class_of(const RequestPath& path, std::string_view verb) const {
  for (std::size_t i = 0; i + 2 < classes.size(); ++i) {
    bool any = std::any_of(classes[i].rules.begin(), classes[i].rules.end(),
                           [&](const MatchRule& rule) { return matches(rule, path, verb); });
    if (any) return i;
  }
  return classes.size() - 3;
}

Result<Taxonomy> parse_taxonomy(std::string_view yaml, std::string_view file) {
  auto error = [&](const std::string& message, const YAML::Mark& mark) {
    Error found = fail(audit_errors::bad_taxonomy, message).value();
    if (!mark.is_null()) found.place = place_at(yaml, static_cast<std::size_t>(mark.pos), std::string(file));
    return fail(std::move(found));
  };
  try {
    return taxonomy_from(YAML::Load(std::string(yaml)));
  } catch (const Wrong& wrong) {
    return error(wrong.message, wrong.mark);
  } catch (const YAML::Exception& exception) {
    return error(exception.msg, exception.mark);
  }
}

const Taxonomy& shipped_taxonomy() {
  static const Taxonomy taxonomy = parse_taxonomy(embedded::audit_taxonomy, "taxonomy.yaml").value();
  return taxonomy;
}

}  // namespace nightlatch::audit
