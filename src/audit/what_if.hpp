// Who would break if only the paths of a playbook stayed open: the callers that the log shows, against the
// planned conditions. RBAC stays as the log tells it: who was let in would be let in again.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "access/exposure.hpp"
#include "audit/tally.hpp"

namespace nightlatch::audit {

struct WhatIf {
  std::vector<Caller> breaks;  // would be answered 401; the most frequent first
  std::vector<Caller> stays;
  // The paths that must stay open beside those of the playbook so that no caller breaks, sorted.
  std::vector<std::string> missing_paths;
  bool complete = true;  // every caller of the log is in one of the lists
};

[[nodiscard]] WhatIf what_if(const Tally& tally, const access::Exposure& planned);

}  // namespace nightlatch::audit
