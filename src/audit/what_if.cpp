#include "audit/what_if.hpp"

#include <algorithm>
#include <set>
#include <tuple>

namespace nightlatch::audit {

WhatIf what_if(const Tally& tally, const access::Exposure& planned) {
  WhatIf result;
  std::vector<Caller> callers = tally.callers();
  std::sort(callers.begin(), callers.end(), [](const Caller& a, const Caller& b) {
    return std::tuple(b.requests, a.path, a.address) < std::tuple(a.requests, b.path, b.address);
  });
  std::set<std::string> missing;
  for (Caller& caller : callers) {
    if (access::lets_in(planned, caller.path)) {
      result.stays.push_back(std::move(caller));
    } else {
      missing.insert(caller.path);
      result.breaks.push_back(std::move(caller));
    }
  }
  result.missing_paths.assign(missing.begin(), missing.end());
  result.complete = tally.merged_callers() == 0;
  return result;
}

}  // namespace nightlatch::audit
