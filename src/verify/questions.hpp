// Which questions tell whether an API server is as exposed as it should be. Pure.
//
// Asking must not harm (S23): GET, and POST to the self-review alone; lists carry limit=1.
#pragma once

#include <string_view>
#include <vector>

#include "access/exposure.hpp"
#include "facts/probe.hpp"

namespace nightlatch::verify {

// A path that no API server has: what answers there is decided by authentication and authorization alone.
inline constexpr std::string_view bait_path = "/nightlatch-bait";

// In a fixed order: what stays open, what is closed, what an administrator gets. The same exposure gives the
// same questions. Of several codes the first is the usual one. Expected without credentials:
//   restricted  its paths 200 (or 403 where RBAC has to grant them too), every other path 401
//   closed      401 everywhere
//   open        the health paths 200, the rest whatever RBAC says, but not 401
//   else        nothing: only reported
[[nodiscard]] std::vector<facts::Expectation> questions(const access::Exposure& exposure);

}  // namespace nightlatch::verify
