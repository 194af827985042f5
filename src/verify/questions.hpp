// The questions that show whether an API server is as exposed as it should be. Pure.
//
// The questions must do no harm (S23): only GET, and POST to the self-review; lists have limit=1.
#pragma once

#include <string_view>
#include <vector>

#include "access/exposure.hpp"
#include "facts/probe.hpp"

namespace nightlatch::verify {

// A path that no API server has: only authentication and authorization decide how it is answered.
inline constexpr std::string_view bait_path = "/nightlatch-bait";

// In a fixed order: paths that stay open, paths that are closed, requests of an administrator. The same
// exposure gives the same questions. Of several expected status codes the first is the usual one. Expected
// without credentials:
//   restricted  its paths 200 (or 403 where RBAC has to grant them too), every other path 401
//   closed      401 everywhere
//   open        the health paths 200, every other path what RBAC decides, but not 401
//   else        nothing: the answers are only reported
[[nodiscard]] std::vector<facts::Expectation> questions(const access::Exposure& exposure);

}  // namespace nightlatch::verify
