#include "spec/approvals.hpp"

#include <algorithm>

#include "spec/section.hpp"

namespace nightlatch::spec {

Approvals read_approvals(const Section& section, const std::string& path) {
  return {.required = section.integer(path + ".required"),
          .allowed_signers = section.text(path + ".allowedSigners"),
          .self = section.text(path + ".self") == "allow" ? SelfApproval::allow : SelfApproval::deny};
}

void ApprovalDemand::add(const Approvals& more) {
  required = std::max(required, more.required);
  if (more.required > 0 && more.self == SelfApproval::deny) self = SelfApproval::deny;
  bool is_new = std::find(allowed_signers.begin(), allowed_signers.end(), more.allowed_signers) ==
                allowed_signers.end();
  if (!more.allowed_signers.empty() && is_new) allowed_signers.push_back(more.allowed_signers);
}

}  // namespace nightlatch::spec
