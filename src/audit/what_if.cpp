#include "audit/what_if.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace nightlatch::audit {

WhatIf what_if(const Tally& tally, const access::Exposure& planned) {
  WhatIf result;
  std::vector<Caller> callers = tally.callers();
  std::sort(callers.begin(), callers.end(), [](const Caller& a, const Caller& b) {
    return std::tuple(b.requests, a.path, a.address) < std::tuple(a.requests, b.path, b.address);
  });
  std::map<std::string, MissingPath> missing;
  for (Caller& caller : callers) {
    if (access::lets_in(planned, caller.path)) {
      result.stays.push_back(std::move(caller));
    } else {
      MissingPath& path = missing[caller.path];
      path.path = caller.path;
      path.request_class = caller.request_class;
      path.severity = std::max(path.severity, caller.severity);
      path.requests += caller.requests;
      ++path.callers;
      result.breaks.push_back(std::move(caller));
    }
  }
  for (auto& [name, path] : missing) result.missing_paths.push_back(std::move(path));
  result.complete = tally.merged_callers() == 0;
  return result;
}

}  // namespace nightlatch::audit
