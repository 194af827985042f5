#include "operate/check_access.hpp"

#include <utility>

#include "operate/header.hpp"
#include "rbac/operator_role.hpp"
#include "util/exit.hpp"

namespace nightlatch::operate {

namespace {

// Without a user: about whom the kubeconfig's credentials belong to.
api::AccessQuestion question_about(const rbac::Request& request) {
  return {.verb = request.verb,
          .path = request.kind == rbac::RequestKind::non_resource ? request.path : "",
          .api_group = request.api_group,
          .resource = request.resource,
          .subresource = request.subresource,
          .name = request.name,
          .name_space = request.name_space};
}

report::AccessRow asked(cluster::ClusterApi& api, const rbac::OperatorRight& right) {
  report::AccessRow row{.right = rbac::right_text(right.request),
                        .needed_for = std::string(right.needed_for),
                        .refuses = right.without == rbac::Without::refused,
                        .consequence = std::string(right.consequence)};
  auto answer = api.review_access(question_about(right.request));
  if (!answer) {
    row.why_unknown = answer.error().message;
  } else {
    row.granted = answer->allowed ? report::Granted::yes : report::Granted::no;
  }
  return row;
}

}  // namespace

Outcome<report::AccessReport> check_access(Ports& ports, const cluster::Selection& selection) {
  auto session = open_session(ports, selection);
  if (!session) return failed_planning(std::move(session).error());
  report::AccessReport report;
  report.cluster = header_of(*session);
  for (const cluster::Member& member : session->members)
    report.nodes.push_back({member.node.name, member.error});
  auto api = session->cluster_api({});
  if (!api) {
    report.api_error = session->api_error;
    return report;
  }
  if (auto self = api->review_self()) report.login = *std::move(self);
  for (const rbac::OperatorRight& right : rbac::operator_rights())
    report.rights.push_back(asked(*api, right));
  return report;
}

Exit exit_of(const report::AccessReport& report) {
  std::vector<Error> errors;
  for (const report::NodeAccess& node : report.nodes) {
    if (node.error) errors.push_back(*node.error);
  }
  if (report.api_error) errors.push_back(*report.api_error);
  Exit exit = exit_of_planning(errors);
  for (const report::AccessRow& row : report.rights) {
    if (row.granted == report::Granted::no && row.refuses) exit = worst({exit, Exit::refused});
    if (row.granted == report::Granted::unknown) exit = worst({exit, Exit::coverage});
  }
  return exit;
}

}  // namespace nightlatch::operate
