#include "monitor/detections.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>

#include "monitor/class_pattern.hpp"
#include "rbac/yaml_text.hpp"
#include "util/hash.hpp"
#include "util/template_text.hpp"
#include "util/text.hpp"

namespace nightlatch::embedded {
extern const std::string_view monitor_sigma_rule;
}  // namespace nightlatch::embedded

namespace nightlatch::monitor {

namespace {

using audit::Outcome;
using audit::RequestClass;
using audit::Severity;

// How an outcome is seen in one event. The decision counts before the code; a 401 has an empty user and one
// event.
struct OutcomeText {
  Outcome outcome;
  std::string_view title;
  std::string_view detection;
};

constexpr std::string_view anonymous = R"(  caller_name:
    user.username: system:anonymous
  caller_group:
    user.groups|contains: system:unauthenticated
)";

// The attempt of an anonymous caller to act as somebody else has no other mark than these.
constexpr std::string_view impersonation = R"(  - impersonatedUser.username|exists: true
  - responseStatus.message|contains: cannot impersonate
)";

constexpr std::array outcomes{
    OutcomeText{Outcome::allowed, "Anonymous request allowed",
                "  outcome:\n    annotations.authorization.k8s.io/decision: allow\n"},
    OutcomeText{Outcome::forbidden, "Anonymous request forbidden",
                "  outcome:\n    annotations.authorization.k8s.io/decision: forbid\n"},
    OutcomeText{Outcome::unauthenticated, "Request without accepted credentials",
                "  outcome:\n    stage: ResponseStarted\n    responseStatus.code: 401\n  caller_known:\n"
                "    user.username|exists: true\n"},
};

std::string_view level_of(Severity severity) {
  if (severity == Severity::critical) return "critical";
  return severity == Severity::high ? "high" : "medium";
}

std::string single_quoted(std::string_view text) {
  std::string out = "'";
  for (char c : text) out += c == '\'' ? std::string("''") : std::string(1, c);
  return out + "'";
}

// An expression of a path, as one of a URI with its query: no part of it may reach into the query.
std::string in_uri(std::string_view expression) {
  return "^(" + filled(expression, {{"[^/]", "[^/?#]"}, {".*", "[^?#]*"}}) + ")([?#].*)?$";
}

// One entry of a selection's list. A test that must not match has no form inside a selection.
std::string entry_of(const ClassRule& rule, const PathTest* test) {
  std::vector<std::string> lines;
  if (test != nullptr) lines.push_back("requestURI|re: " + single_quoted(in_uri(test->expression)));
  if (!rule.verbs.empty()) lines.push_back(fmt::format("verb: [{}]", fmt::join(rule.verbs, ", ")));
  return "  - " + join(lines, "\n    ") + "\n";
}

struct Selection {
  std::string entries{};   // events of the class
  std::string excluded{};  // and none of these
};

Selection selection_of(const RequestClass& one) {
  Selection found;
  for (const audit::MatchRule& match : one.rules) {
    ClassRule rule = class_rule(match);
    const PathTest* wanted = nullptr;
    for (const PathTest& test : rule.paths) {
      if (test.match == Match::whole) {
        wanted = &test;
      } else {
        found.excluded += entry_of({}, &test);
      }
    }
    if (wanted != nullptr || !rule.verbs.empty()) found.entries += entry_of(rule, wanted);
  }
  return found;
}

bool of_resources(const RequestClass& one) {
  return std::all_of(one.rules.begin(), one.rules.end(), [](const audit::MatchRule& rule) {
    return !rule.resources.empty() || !rule.groups.empty();
  });
}

bool of_paths(const RequestClass& one) {
  return std::all_of(one.rules.begin(), one.rules.end(), [](const audit::MatchRule& rule) {
    return !rule.paths.empty() || rule.discovery.value_or(false);
  });
}

std::string detection_of(const audit::Taxonomy& taxonomy, std::size_t index, const OutcomeText& outcome) {
  bool rejected = outcome.outcome == Outcome::unauthenticated;
  Selection own = selection_of(taxonomy.classes[index]);
  Selection earlier;
  for (std::size_t i : overlapping_classes(taxonomy, index)) {
    Selection one = selection_of(taxonomy.classes[i]);
    earlier.entries += one.entries;
    earlier.excluded += one.excluded;
  }
  std::string text(rejected ? "" : anonymous);
  text += outcome.detection;
  std::string condition = rejected ? "outcome and not caller_known" : "1 of caller_* and outcome";
  auto add = [&](std::string_view name, std::string_view how, const std::string& entries) {
    if (entries.empty()) return;
    text += fmt::format("  {}:\n{}", name, entries);
    condition += fmt::format(" and {}{}", how, name);
  };
  add("class", "", own.entries);
  add("excluded", "not ", own.excluded);
  add("earlier", "not ", earlier.entries);
  // What an earlier class leaves out is what it does not have.
  add("left", "", earlier.excluded);
  PathTest disguise{disguise_expression()};
  add("disguised", "not ", entry_of({}, &disguise));
  if (!rejected) add("impersonation", "not ", std::string(impersonation));
  return text + "  condition: " + condition;
}

// The same rule has the same id in every version.
std::string id_of(const std::string& title) {
  std::string hex = sha256_hex("nightlatch sigma " + title);
  return fmt::format("{}-{}-5{}-8{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(13, 3),
                     hex.substr(17, 3), hex.substr(20, 12));
}

}  // namespace

std::vector<std::size_t> overlapping_classes(const audit::Taxonomy& taxonomy, std::size_t index) {
  const RequestClass& own = taxonomy.classes[index];
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < index; ++i) {
    const RequestClass& earlier = taxonomy.classes[i];
    bool apart = (of_resources(own) && of_paths(earlier)) || (of_paths(own) && of_resources(earlier));
    if (!apart) found.push_back(i);
  }
  return found;
}

std::string sigma_rules(const audit::Taxonomy& taxonomy) {
  std::vector<std::string> documents;
  auto add = [&](const RequestClass& one, const OutcomeText& outcome, const std::string& detection) {
    Severity severity = one.severity[static_cast<std::size_t>(outcome.outcome)];
    if (severity < Severity::medium) return;
    std::string title = fmt::format("{}: {}", outcome.title, one.name);
    documents.push_back(filled(embedded::monitor_sigma_rule, {{"@TITLE@", rbac::quoted_yaml(title)},
                                                              {"@ID@", id_of(title)},
                                                              {"@WHY@", rbac::quoted_yaml(one.why)},
                                                              {"@DETECTION@", detection},
                                                              {"@LEVEL@", std::string(level_of(severity))}}));
  };
  for (std::size_t i = 0; i + 2 < taxonomy.classes.size(); ++i) {
    for (const OutcomeText& outcome : outcomes)
      add(taxonomy.classes[i], outcome, detection_of(taxonomy, i, outcome));
  }
  for (const OutcomeText& outcome : outcomes) {
    if (outcome.outcome == Outcome::unauthenticated) continue;
    add(taxonomy.classes[taxonomy.impersonation()], outcome,
        fmt::format("{}{}  impersonation:\n{}  condition: 1 of caller_* and outcome and impersonation",
                    anonymous, outcome.detection, impersonation));
  }
  return "# Made by nightlatch monitor sigma, with the classes of nightlatch audit. For events as "
         "kube-apiserver "
         "writes them.\n" +
         join(documents, "---\n");
}

}  // namespace nightlatch::monitor
