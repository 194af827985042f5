// What a listing means: the findings of `nightlatch rbac list`, the worst first.
#pragma once

#include <string>
#include <vector>

#include "rbac/listing.hpp"
#include "util/result.hpp"

namespace nightlatch::rbac {

struct ListFinding {
  ErrorCode code{};  // of finding_codes.hpp
  Severity severity = Severity::none;
  std::string subject{};  // "ClusterRoleBinding ci-temp", or a path
  std::string message{};  // a sentence without its full stop
  std::vector<std::string> details{};
};

// Defaults are none; what reaches only system:authenticated is none either.
[[nodiscard]] std::vector<ListFinding> findings_of(const Listing& listing);

// Whether something is granted of which nobody knows what it is.
[[nodiscard]] bool is_incomplete(const Listing& listing);

}  // namespace nightlatch::rbac
