// Who would break if only the paths of a playbook stayed open: the callers that the log shows, against the
// planned conditions. RBAC stays as the log tells it: who was let in would be let in again.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "access/exposure.hpp"
#include "audit/tally.hpp"

namespace nightlatch::audit {

// A path that would have to stay open so that its callers go on.
struct MissingPath {
  std::string path{};
  std::size_t request_class = 0;
  Severity severity = Severity::none;  // the worst of its requests
  std::uint64_t requests = 0;
  std::uint64_t callers = 0;
};

struct WhatIf {
  std::vector<Caller> breaks;  // would be answered 401; the most frequent first
  std::vector<Caller> stays;
  // The paths that must stay open beside those of the playbook so that no caller breaks, sorted. Conditions
  // are compared exactly, so that no smaller set does.
  std::vector<MissingPath> missing_paths;
  bool complete = true;  // every caller of the log is in one of the lists
};

[[nodiscard]] WhatIf what_if(const Tally& tally, const access::Exposure& planned);

}  // namespace nightlatch::audit
