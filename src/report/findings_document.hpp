// Findings for other programs: SARIF 2.1.0 for code scanning, JUnit for a CI.
#pragma once

#include <string>
#include <vector>

#include "util/result.hpp"

namespace nightlatch::report {

struct DocumentedFinding {
  ErrorCode code{};
  std::string severity{};  // none, low, medium, high, critical
  std::string subject{};   // what it is about: "ClusterRoleBinding ci-temp"
  std::string message{};   // a sentence without its full stop
  bool counts = false;     // it is at or over --fail-on
};

struct FindingsDocument {
  std::string command{};  // "nightlatch rbac list"
  std::string version{};  // of nightlatch
  std::string source{};   // the file that was read, or the API's address
  std::vector<DocumentedFinding> findings{};
  std::vector<std::string> clean{};  // subjects that were looked at and have no finding
};

[[nodiscard]] std::string sarif(const FindingsDocument& document);
[[nodiscard]] std::string junit(const FindingsDocument& document);

}  // namespace nightlatch::report
