// nightlatch.dev/rbac/v1.
#include <nlohmann/json.hpp>

#include "report/json.hpp"
#include "report/rbac.hpp"
#include "util/text.hpp"

namespace nightlatch::report {

namespace {

using nlohmann::ordered_json;
using rbac::BoundRole;
using rbac::RoleState;

template <class All, class Each>
ordered_json list_of(const All& all, Each each) {
  ordered_json list = ordered_json::array();
  for (const auto& one : all) list.push_back(each(one));
  return list;
}

ordered_json subject_json(const rbac::Subject& subject) {
  ordered_json json{{"kind", subject.kind}, {"name", subject.name}};
  if (!subject.name_space.empty()) json["namespace"] = subject.name_space;
  return json;
}

ordered_json grant_json(const rbac::Grant& grant) {
  return {{"verbs", grant.rule.verbs},
          {"apiGroups", grant.rule.api_groups},
          {"resources", grant.rule.resources},
          {"resourceNames", grant.rule.resource_names},
          {"nonResourceURLs", grant.rule.non_resource_urls},
          {"namespace", grant.name_space}};
}

ordered_json danger_json(const rbac::Danger& danger) {
  return {{"severity", std::string(name(danger.severity))},
          {"code", code_name(danger.code.number)},
          {"what", danger.what}};
}

ordered_json binding_json(const rbac::Binding& binding) {
  return {{"kind", kind_of(binding)},
          {"namespace", binding.name_space},
          {"name", binding.name},
          {"subjects", list_of(binding.subjects, subject_json)},
          {"role", {{"kind", binding.role.kind}, {"name", binding.role.name}}}};
}

ordered_json bound_json(const BoundRole& bound, bool compared) {
  ordered_json json = binding_json(bound.binding);
  json["default"] = bound.known != rbac::Known::no;
  json["severity"] = std::string(name(bound.severity));
  json["grants"] = list_of(bound.grants, grant_json);
  if (bound.role != RoleState::read) json["dangling"] = true;
  if (bound.role == RoleState::unread) json["unread"] = true;
  json["allows"] = list_of(bound.dangers, danger_json);
  if (compared) json["reachable"] = bound.reachable;
  json["used"] = nullptr;
  return json;
}

ordered_json finding_json(const rbac::ListFinding& finding, bool counted) {
  return {{"code", code_name(finding.code.number)},
          {"severity", std::string(name(finding.severity))},
          {"subject", finding.subject},
          {"message", finding.message},
          {"next", std::string(finding.code.next)},
          {"counts", counted}};
}

}  // namespace

std::string rbac_json(const RbacReport& report) {
  const rbac::Listing& listing = report.listing;
  bool compared = listing.open_paths.has_value();
  auto bound = [&](const BoundRole& one) { return bound_json(one, compared); };
  ordered_json json;
  json["schema"] = "nightlatch.dev/rbac/v1";
  if (report.cluster.name.empty()) {
    json["file"] = report.file;
  } else {
    json["cluster"] = {
        {"name", report.cluster.name}, {"endpoint", report.cluster.endpoint}, {"uid", report.cluster.uid}};
  }
  json["bindings"] = list_of(listing.anonymous, bound);
  json["authenticated"] = list_of(listing.authenticated, bound);
  json["misnamed"] =
      list_of(listing.misnamed, [](const rbac::Misnamed& one) { return binding_json(one.binding); });
  if (compared) {
    json["openPaths"] = list_of(*listing.open_paths, [](const rbac::OpenPath& open) {
      return ordered_json{{"path", open.path}, {"grantedBy", open.granted_by}};
    });
  }
  json["findings"] = list_of(report.findings, [&](const rbac::ListFinding& finding) {
    return finding_json(finding, counts(report, finding));
  });
  json["complete"] = !is_incomplete(listing);
  json["unseen"] = {"Node", "Webhook", "ABAC", "AlwaysAllow"};
  return dump(json);
}

}  // namespace nightlatch::report
