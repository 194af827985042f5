#include "report/grant.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "rbac/listing.hpp"
#include "report/json.hpp"
#include "util/shell_quote.hpp"
#include "util/text.hpp"

namespace nightlatch::report {

namespace {

using nlohmann::ordered_json;

// The command line that prints the same objects.
std::string command_of(const rbac::GrantRequest& request) {
  std::string line = "nightlatch rbac grant-metrics --to " + rbac::grantee_words(request.to);
  if (request.paths == rbac::GrantedPaths::oidc_discovery) line += " --paths oidc-discovery";
  return line;
}

// What kubectl asks by impersonation. RBAC takes a group only together with a user, and the anonymous user
// has its group by itself.
std::string can_i(const rbac::PathGrant& grant) {
  const rbac::Subject& to = grant.to;
  std::string as = "system:anonymous";
  if (to.kind == "ServiceAccount") as = fmt::format("system:serviceaccount:{}:{}", to.name_space, to.name);
  if (to.kind == "Group" && grant.open_with.empty()) as += " --as-group=" + shell_word(to.name);
  return fmt::format("kubectl auth can-i get {} --as={}", grant.paths.front(), as);
}

std::vector<NextStep> next_steps(const rbac::GrantRequest& request, const rbac::PathGrant& grant) {
  std::vector<NextStep> steps{{command_of(request) + " -o yaml | kubectl apply -f -", "makes the grant"},
                              {can_i(grant), "asks whether it holds"}};
  if (!grant.open_with.empty())
    steps.push_back({"nightlatch plan -p " + grant.open_with, "opens the path without credentials"});
  return steps;
}

}  // namespace

Page page_of(const rbac::GrantRequest& request, const rbac::PathGrant& grant) {
  std::string whom = text_of(grant.to);
  Page page{fmt::format("Grant of {} to {}", join(grant.paths, " and "), whom), {}};
  page.add({{Headline{{Text("grant", Tone::bold), Text(join(grant.paths, " ")), exact(whom)}}}});
  page.add({{CodeBlock{"grant.yaml", std::string(trim(grant.yaml))}}});
  Section notes;
  for (const std::string& note : grant.notes) notes.blocks.emplace_back(Paragraph{note});
  page.add(std::move(notes));
  if (!grant.scrape.empty())
    page.add({{CodeBlock{"prometheus.yml, below scrape_configs", std::string(trim(grant.scrape))}}});
  page.add({{Paragraph{"Nothing was changed."}, Commands{next_steps(request, grant)}}});
  return page;
}

std::string grant_json(const rbac::PathGrant& grant) {
  ordered_json json;
  json["schema"] = "nightlatch.dev/grant/v1";
  json["to"] = {{"kind", grant.to.kind}, {"name", grant.to.name}};
  if (!grant.to.name_space.empty()) json["to"]["namespace"] = grant.to.name_space;
  json["paths"] = grant.paths;
  json["clusterRole"] = grant.role;
  json["clusterRoleBinding"] = grant.binding;
  json["yaml"] = grant.yaml;
  json["scrape"] = grant.scrape;
  json["notes"] = grant.notes;
  return dump(json);
}

std::string grant_yaml(const rbac::PathGrant& grant) {
  std::string text = grant.yaml;
  if (grant.scrape.empty()) return text;
  text += "# Prometheus: below scrape_configs in prometheus.yml\n";
  for (const std::string& line : split(trim(grant.scrape), '\n')) text += "# " + line + "\n";
  return text;
}

}  // namespace nightlatch::report
