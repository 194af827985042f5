// Approvals of a plan: the one that `plan approve` has written (nightlatch.dev/approval/v1), and those that
// lie beside a plan file.
#pragma once

#include <string>
#include <vector>

#include "plan/approval.hpp"
#include "plan/plan.hpp"
#include "report/page.hpp"

namespace nightlatch::report {

struct ApprovalReport {
  plan::Plan plan;
  plan::Approval approval;
  std::string key;  // "ED25519 key SHA256:…"
  std::string text_file;
  std::string signature_file;
  std::string plan_file;
};

[[nodiscard]] Page page_of(const ApprovalReport& report);
[[nodiscard]] std::string approval_json(const ApprovalReport& report);

// The command with which anybody checks an approval without nightlatch.
[[nodiscard]] std::string command_to_verify(const ApprovalReport& report);

// Whether an allowed_signers file was there to tell whose the key is.
enum class SignerIs { checked, not_checked };
struct ListedApproval {
  plan::JudgedApproval judged;
  SignerIs signer = SignerIs::not_checked;
};

// For the page of a plan; without approvals a section without blocks.
[[nodiscard]] Section approvals_section(const std::vector<ListedApproval>& approvals);

}  // namespace nightlatch::report
