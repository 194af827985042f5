// How many people must approve a plan before it is applied, and who may. Inventory, playbook and command line
// may each demand it, and none of them can take away what another demands.
#pragma once

#include <string>
#include <vector>

namespace nightlatch::spec {

class Section;

// Whether the approval of the person who applies the plan counts.
enum class SelfApproval { deny, allow };

// Of an inventory, a playbook or a command line.
struct Approvals {
  int required = 0;             // 0: none are demanded
  std::string allowed_signers;  // the file of ssh-keygen(1) that names who may approve
  SelfApproval self = SelfApproval::deny;
  bool operator==(const Approvals&) const = default;
};

// The object `path` of a checked document.
[[nodiscard]] Approvals read_approvals(const Section& section, const std::string& path);

// What several of them demand together.
struct ApprovalDemand {
  int required = 0;
  std::vector<std::string> allowed_signers{};  // an approval must be good by each of these files
  SelfApproval self = SelfApproval::allow;     // only where each of those that demand approvals allows it

  // Takes in what one of them says.
  void add(const Approvals& more);
};

}  // namespace nightlatch::spec
