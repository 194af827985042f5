// An approval: that a person agrees to one plan, until some time. It is a text of four lines, so that anybody
// can read what was signed, and `ssh-keygen -Y verify` alone can tell by whom (docs/change-window.md). Here
// is what the lines say and which approvals count. Signatures are judged elsewhere. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "spec/approvals.hpp"
#include "util/result.hpp"

namespace nightlatch::plan {

using Clock = std::chrono::system_clock;

// The namespaces of the signatures. What is signed for one of them is worth nothing for the other: whoever
// begins a run has not approved its plan.
inline constexpr std::string_view approval_purpose = "nightlatch-plan";
inline constexpr std::string_view start_purpose = "nightlatch-run";

struct Approval {
  std::string plan;  // the plan's hash, 64 hex
  std::string by;
  std::optional<Clock::time_point> expires;  // whole seconds; nullopt: never
  std::string comment{};                     // one line, may be empty
};

// Whether it may be the name of a person: 1 to 100 letters, digits and "@._+-", beginning with a letter or a
// digit. It is part of a file's name and an argument of ssh-keygen, and no pattern of allowed_signers.
[[nodiscard]] bool is_approver(std::string_view name);

// "plan <64 hex>", "by NAME", "expires <RFC 3339 or never>", "comment …", a line each.
[[nodiscard]] std::string to_text(const Approval& approval);
// Error: not_an_approval, for any other text; `file` is for messages.
[[nodiscard]] Result<Approval> approval_from(std::string_view text, std::string_view file);

// What a run begins with, signed by the person who begins it.
struct RunStart {
  std::string run;
  std::string plan;  // the hash of the plan that was approved
  std::string by;
  Clock::time_point at;
};
[[nodiscard]] std::string to_text(const RunStart& start);

// An approval that was found, and its key where its signature is good for its name: "ED25519 key SHA256:…".
struct SignedApproval {
  std::string name;  // as its file is called
  Result<Approval> approval;
  Result<std::string> key;
};

// Who begins the run: the names that may be meant, and the key of the signature. Empty: not known yet.
struct Beginner {
  std::vector<std::string> names;
  std::string fingerprint;
};

struct JudgedApproval {
  std::string name;
  std::optional<Approval> approval;  // nullopt: it cannot be read
  std::string key;                   // empty: the signature is not good
  std::string why_not;               // why it does not count; empty: it does
};

// In the order of `found`. An approval counts if its signature is good, it is of one of these plans (hashes)
// and of the name of its file, it has not expired at `now`, nobody before it has the same key, and it is not
// that of the person who begins the run, unless `self` allows that.
[[nodiscard]] std::vector<JudgedApproval> judge_approvals(const std::vector<SignedApproval>& found,
                                                          const std::vector<std::string>& plans,
                                                          Clock::time_point now, const Beginner& beginner,
                                                          spec::SelfApproval self);

// Error: approvals_missing, with each approval that does not count and why, where fewer count than
// `required`.
[[nodiscard]] Status enough_approvals(const std::vector<JudgedApproval>& judged, int required);

// Until when `required` of the approvals that count hold; nullopt: for ever.
[[nodiscard]] std::optional<Clock::time_point> approved_until(const std::vector<JudgedApproval>& judged,
                                                              int required);

// "2026-11-29T06:00:00Z", or "never".
[[nodiscard]] std::string expiry_text(const std::optional<Clock::time_point>& expires);

}  // namespace nightlatch::plan
