// `nightlatch rbac list`: what requests without credentials may do by RBAC; nightlatch.dev/rbac/v1.
#pragma once

#include <optional>
#include <string>

#include "rbac/findings.hpp"
#include "rbac/listing.hpp"
#include "report/detect.hpp"
#include "report/findings_document.hpp"
#include "report/page.hpp"
#include "report/render.hpp"

namespace nightlatch::report {

struct RbacReport {
  ClusterHeader cluster{};  // name empty: objects of a file
  std::string file{};       // that was read, as it was named
  rbac::Listing listing{};
  std::vector<rbac::ListFinding> findings{};
  std::optional<rbac::Severity> fail_on = rbac::Severity::high;  // nullopt: never
};

// Whether a finding makes the command end with 6.
[[nodiscard]] bool counts(const RbacReport& report, const rbac::ListFinding& finding);

[[nodiscard]] Page page_of(const RbacReport& report);
[[nodiscard]] std::string rbac_json(const RbacReport& report);
[[nodiscard]] FindingsDocument findings_document(const RbacReport& report, std::string_view version);

}  // namespace nightlatch::report
