// Approvals of a plan (plan/approval.hpp) as files beside it, PLAN.sigs/NAME.txt and NAME.sig: how they are
// made, read and judged, and the signed start of a run that needs them.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "operate/outcome.hpp"
#include "operate/ports.hpp"
#include "plan/approval.hpp"
#include "report/approval.hpp"
#include "spec/approvals.hpp"

namespace nightlatch::operate {

// Who signs, and with which key. Without a key: the first of the user's own keys in ~/.ssh.
struct Signer {
  std::string name{};
  std::string key{};
};

struct ApproveInput {
  std::string plan_file;
  Signer signer;
  std::string expires;  // "8h" from now, "2026-11-29T06:00:00Z", or "never"
  std::string comment{};
};

// PLAN.sigs, beside the plan file PLAN.
[[nodiscard]] std::filesystem::path approvals_beside(const std::string& plan_file);

// Writes the approval of the plan beside it; one of the same name is replaced. Errors: those of read_plan;
// unfit_approval, for a name, a time or a comment that an approval cannot have; no_signing_key; those of
// ssh_sign; the files cannot be written.
[[nodiscard]] Outcome<report::ApprovalReport> approve(const Operator& person, const ApproveInput& input);

// Every NAME.txt of `directory`, by name, judged by each of the allowed_signers files; without such files
// only the keys are told. A directory that is not there has none.
[[nodiscard]] std::vector<plan::SignedApproval> read_approvals(const std::filesystem::path& directory,
                                                               const std::vector<std::string>& allowed);

// What a run needs beside its plan, where approvals are demanded.
struct ApprovalTask {
  spec::ApprovalDemand demand;
  Signer signer{};                   // who applies
  std::vector<std::string> plans{};  // the hashes of which one must be approved
  std::filesystem::path directory{};
  std::string plan_file{};            // which a person approves, for the next step
  spec::Approvals by_command_line{};  // of the demand; a later resume demands it, too
};

// What the three of them demand together.
[[nodiscard]] spec::ApprovalDemand demand_of(const spec::Cluster& cluster, const spec::Playbook& playbook,
                                             const spec::Approvals& command_line);

// Whether the run may begin as far as can be told without its signed start. Errors: signers_unnamed;
// nobody_applies; approvals_missing.
[[nodiscard]] Status check_approvals(const ApprovalTask& task, plan::Clock::time_point now);

// The approvals with which a run begins.
struct Approved {
  std::optional<plan::Clock::time_point>
      until{};                                  // when the first node must have been begun; nullopt: for ever
  std::map<std::string, std::string> record{};  // for the run's first record
};

// Signs the start of the run whose directory this is, keeps it and the approvals there (start.txt, start.sig
// and plan.json.sigs), and judges the approvals, which must not be those of the person who has signed.
// Errors: those of check_approvals; no_signing_key; those of ssh_sign; the files cannot be written.
[[nodiscard]] Result<Approved> begin_approved(const ApprovalTask& task, const std::filesystem::path& run,
                                              plan::Clock::time_point now);

// The approvals of a plan for its page. `allowed` may be empty.
[[nodiscard]] std::vector<report::ListedApproval> list_approvals(const plan::Plan& plan,
                                                                 const std::string& plan_file,
                                                                 const std::vector<std::string>& allowed,
                                                                 plan::Clock::time_point now);

}  // namespace nightlatch::operate
