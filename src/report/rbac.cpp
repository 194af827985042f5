#include "report/rbac.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "rbac/finding_codes.hpp"
#include "report/exposure_text.hpp"
#include "util/shell_quote.hpp"
#include "util/text.hpp"

namespace nightlatch::report {

namespace {

using rbac::BoundRole;
using rbac::Known;
using rbac::RoleState;

constexpr std::size_t most_grants = 6;  // of one binding on the page

constexpr std::string_view only_rbac =
    "Only RBAC is judged here. The authorization modes beside it are not seen: a webhook, ABAC or "
    "AlwaysAllow may "
    "allow more, and the Node authorizer allows nodes what they need.";

Grade grade_of_severity(rbac::Severity severity) {
  if (severity >= rbac::Severity::high) return Grade::bad;
  return severity == rbac::Severity::none ? Grade::ok : Grade::warning;
}

Text severity_cell(const BoundRole& bound) {
  if (bound.known == Known::as_shipped) return {"default", Tone::dim};
  return {std::string(name(bound.severity)), tone_of(grade_of_severity(bound.severity))};
}

std::string grants_text(const BoundRole& bound) {
  if (bound.role == RoleState::dangling) return "nothing: the role does not exist";
  if (bound.role == RoleState::unread) return "not known: the role was not read";
  if (bound.known == Known::as_shipped) return "as Kubernetes ships it";
  std::vector<std::string> texts;
  for (const rbac::Grant& grant : bound.grants) {
    if (texts.size() == most_grants) {
      texts.push_back(fmt::format("and {} more rules", bound.grants.size() - most_grants));
      break;
    }
    texts.push_back(text_of(grant));
  }
  return texts.empty() ? "nothing" : join(texts, "; ");
}

Table table_of(const std::vector<BoundRole>& all) {
  Table table{{"SEVERITY", "BINDING", "GRANTS"}, {}};
  for (const BoundRole& bound : all)
    table.rows.push_back({severity_cell(bound), text_of(bound.binding), grants_text(bound)});
  return table;
}

Section findings_section(const RbacReport& report) {
  Section section;
  for (const rbac::ListFinding& finding : report.findings) {
    Finding block;
    block.grade = finding.code.number == rbac_findings::roles_unread.number
                      ? Grade::unknown
                      : grade_of_severity(finding.severity);
    block.code = finding.code.number;
    block.text = finding.message;
    for (const std::string& detail : finding.details) block.details.push_back(exact(detail));
    block.why = finding.code.why;
    block.advice = finding.code.next;
    section.blocks.emplace_back(std::move(block));
  }
  return section;
}

// The paths that stay open, and who grants them.
Section open_section(const rbac::Listing& listing) {
  if (!listing.open_paths) return {};
  Table table{{"OPEN PATH", "BY RBAC"}, {}};
  for (const rbac::OpenPath& open : *listing.open_paths) {
    bool granted = !open.granted_by.empty();
    table.rows.push_back(
        {exact(open.path), granted ? Text("granted", Tone::ok) : Text("not granted: 403", Tone::warning)});
  }
  Section section{{std::move(table)}};
  std::vector<std::string> out_of_reach;
  for (const BoundRole& bound : listing.anonymous) {
    if (bound.reachable.empty() && !bound.grants.empty()) out_of_reach.push_back(text_of(bound.binding));
  }
  if (!out_of_reach.empty())
    section.blocks.emplace_back(
        Paragraph{fmt::format("Granted, but stopped by authentication while only these paths are open: {}.",
                              join(out_of_reach, ", "))});
  return section;
}

Section authenticated_section(const rbac::Listing& listing) {
  if (listing.authenticated.empty()) return {};
  return {{Heading{"Bindings of system:authenticated, which need a login or a service account. They are no "
                   "findings."},
           table_of(listing.authenticated)}};
}

std::string kubectl_get(const rbac::Binding& binding) {
  std::string place = binding.name_space.empty() ? "" : fmt::format(" -n {}", shell_word(binding.name_space));
  std::string kind = binding.name_space.empty() ? "clusterrolebinding" : "rolebinding";
  return fmt::format("kubectl get {} {}{} -o yaml", kind, shell_word(binding.name), place);
}

std::vector<NextStep> next_steps(const RbacReport& report) {
  for (const BoundRole& bound : report.listing.anonymous) {
    if (bound.severity >= rbac::Severity::low)
      return {{kubectl_get(bound.binding), "shows the worst binding; keep a copy before you change it"}};
  }
  return {{"nightlatch detect", "shows whether requests without credentials get as far as RBAC"}};
}

Headline headline_of(const RbacReport& report) {
  std::string about = fmt::format("{} of {} reach requests without credentials",
                                  report.listing.anonymous.size(), count(report.listing.bindings, "binding"));
  if (!report.cluster.name.empty()) return headline_of(report.cluster, about);
  return {{exact(report.file), Text(about)}};
}

}  // namespace

bool counts(const RbacReport& report, const rbac::ListFinding& finding) {
  if (finding.code.number == rbac_findings::roles_unread.number) return false;
  return report.fail_on && finding.severity != rbac::Severity::none && finding.severity >= *report.fail_on;
}

Page page_of(const RbacReport& report) {
  Page page;
  page.title = fmt::format("RBAC of {}", report.cluster.name.empty() ? report.file : report.cluster.name);
  page.add({{headline_of(report)}});
  if (!report.listing.anonymous.empty()) page.add({{table_of(report.listing.anonymous)}});
  page.add(findings_section(report));
  page.add(open_section(report.listing));
  page.add(authenticated_section(report.listing));
  page.add({{Paragraph{only_rbac}}});
  page.add({{Commands{next_steps(report)}}});
  return page;
}

FindingsDocument findings_document(const RbacReport& report, std::string_view version) {
  FindingsDocument document{.command = "nightlatch rbac list",
                            .version = std::string(version),
                            .source = report.cluster.name.empty() ? report.file : report.cluster.endpoint,
                            .findings = {},
                            .clean = {}};
  for (const rbac::ListFinding& finding : report.findings) {
    document.findings.push_back({finding.code, std::string(name(finding.severity)), finding.subject,
                                 finding.message, counts(report, finding)});
  }
  for (const BoundRole& bound : report.listing.anonymous) {
    std::string subject = text_of(bound.binding);
    bool found = std::any_of(report.findings.begin(), report.findings.end(),
                             [&](const rbac::ListFinding& finding) { return finding.subject == subject; });
    if (!found) document.clean.push_back(std::move(subject));
  }
  return document;
}

}  // namespace nightlatch::report
