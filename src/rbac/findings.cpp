#include "rbac/findings.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "rbac/finding_codes.hpp"
#include "util/text.hpp"

namespace nightlatch::rbac {

namespace {

std::vector<std::string> details_of(const BoundRole& bound) {
  std::vector<std::string> subjects;
  for (const Subject& subject : bound.binding.subjects) subjects.push_back(text_of(subject));
  return {fmt::format("role: {} {}", bound.binding.role.kind, bound.binding.role.name),
          fmt::format("subjects: {}", join(subjects, ", "))};
}

std::string where(const BoundRole& bound) {
  return bound.binding.name_space.empty() ? ""
                                          : fmt::format(" in the namespace {}", bound.binding.name_space);
}

// One for each code, because one binding may be several things.
void add_dangers(const BoundRole& bound, std::vector<ListFinding>& findings) {
  std::vector<int> told;
  for (const Danger& danger : bound.dangers) {
    if (std::find(told.begin(), told.end(), danger.code.number) != told.end()) continue;
    told.push_back(danger.code.number);
    std::vector<std::string> all;
    for (const Danger& other : bound.dangers) {
      if (other.code.number == danger.code.number) all.push_back(other.what);
    }
    std::string message = fmt::format("{} lets requests without credentials {}{}", text_of(bound.binding),
                                      join(all, "; "), where(bound));
    findings.push_back(
        {danger.code, danger.severity, text_of(bound.binding), std::move(message), details_of(bound)});
  }
}

void add_role_state(const BoundRole& bound, std::vector<ListFinding>& findings) {
  std::string role = fmt::format("{} {}", bound.binding.role.kind, bound.binding.role.name);
  std::string binding = text_of(bound.binding);
  if (bound.role == RoleState::dangling) {
    findings.push_back({rbac_findings::dangling, bound.severity, binding,
                        fmt::format("{} names {}, which does not exist", binding, role), details_of(bound)});
  } else if (bound.role == RoleState::unread && bound.dangers.empty()) {
    findings.push_back(
        {rbac_findings::roles_unread, bound.severity, binding,
         fmt::format("{} reaches requests without credentials, and what {} grants was not read", binding,
                     role),
         details_of(bound)});
  }
}

void add(const BoundRole& bound, std::vector<ListFinding>& findings) {
  add_role_state(bound, findings);
  if (bound.known == Known::no) add_dangers(bound, findings);
  if (bound.known != Known::left_from_before) return;
  findings.push_back(
      {rbac_findings::left_from_old_version, bound.severity, text_of(bound.binding),
       fmt::format("{} still has the group system:unauthenticated, as Kubernetes before 1.14 made it",
                   text_of(bound.binding)),
       details_of(bound)});
}

}  // namespace

std::vector<ListFinding> findings_of(const Listing& listing) {
  std::vector<ListFinding> findings;
  for (const BoundRole& bound : listing.anonymous) add(bound, findings);
  for (const Misnamed& one : listing.misnamed) {
    findings.push_back({rbac_findings::misnamed, Severity::low, text_of(one.binding),
                        fmt::format("{} names {}, which no request without credentials has",
                                    text_of(one.binding), text_of(one.subject))});
  }
  for (const OpenPath& open : listing.open_paths.value_or(std::vector<OpenPath>{})) {
    if (!open.granted_by.empty()) continue;
    findings.push_back(
        {rbac_findings::open_but_not_granted, Severity::medium, open.path,
         fmt::format("{} is open without credentials, but no binding grants it: requests get 403",
                     open.path)});
  }
  std::stable_sort(findings.begin(), findings.end(),
                   [](const ListFinding& a, const ListFinding& b) { return a.severity > b.severity; });
  return findings;
}

bool is_incomplete(const Listing& listing) {
  return std::any_of(listing.anonymous.begin(), listing.anonymous.end(),
                     [](const BoundRole& bound) { return bound.role == RoleState::unread; });
}

}  // namespace nightlatch::rbac
