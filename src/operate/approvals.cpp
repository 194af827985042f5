#include "operate/approvals.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "operate/errors.hpp"
#include "operate/plan.hpp"
#include "spec/words.hpp"
#include "util/file.hpp"
#include "util/shell_quote.hpp"
#include "util/ssh_signature.hpp"
#include "util/text.hpp"
#include "util/user.hpp"

namespace nightlatch::operate {

namespace {

namespace fs = std::filesystem;
using plan::Clock;

constexpr mode_t for_everybody = 0644;  // an approval is no secret, and others shall read it

tl::unexpected<Error> unfit(std::string message) {
  return fail(operate_errors::unfit_approval, std::move(message));
}

Status check_name(const std::string& name) {
  if (plan::is_approver(name)) return {};
  return unfit(
      fmt::format("\"{}\" cannot be the name of a person: it takes letters, digits and \"@._+-\", and begins "
                  "with a letter "
                  "or a digit",
                  name));
}

Result<std::optional<Clock::time_point>> read_expiry(const std::string& text, Clock::time_point now) {
  std::optional<Clock::time_point> when;
  if (text == "never") return when;
  if (auto duration = spec::read_duration(text)) {
    when = now + *duration;
  } else {
    when = parse_utc_timestamp(text);
    if (when && utc_timestamp(*when) != text) when.reset();
  }
  if (!when)
    return unfit(
        fmt::format("\"{}\" is neither a duration like 8h, nor a time like 2026-11-29T06:00:00Z, nor "
                    "never",
                    text));
  if (*when <= now) return unfit(fmt::format("an approval that expires at {} is over", utc_timestamp(*when)));
  return when;
}

// Private or public: ssh-keygen asks the agent first, and then reads the private half.
Result<fs::path> signing_key(const Signer& signer) {
  if (!signer.key.empty()) return expand_home(signer.key);
  constexpr std::array names{"id_ed25519_sk", "id_ed25519", "id_ecdsa_sk", "id_ecdsa", "id_rsa"};
  std::error_code ignored;
  for (const char* name : names) {
    for (const char* ending : {"", ".pub"}) {
      fs::path key = expand_home(std::string("~/.ssh/") + name + ending);
      if (fs::exists(key, ignored)) return key;
    }
  }
  return fail(operate_errors::no_signing_key,
              fmt::format("there is no key in {}", expand_home("~/.ssh").string()));
}

// The text and its signature as NAME.txt and NAME.sig; the text last, so that a text has its signature.
Status write_signed(const fs::path& directory, const std::string& name, const std::string& text,
                    const std::string& signature) {
  std::error_code error;
  fs::create_directories(directory, error);  // where that fails, so does the writing
  NL_TRY(write_file_durably(directory / (name + ".sig"), signature, for_everybody));
  return write_file_durably(directory / (name + ".txt"), text, for_everybody);
}

// Good by every file; the key is that of the last.
Result<std::string> verify(const SshSigned& text, const std::string& name,
                           const std::vector<std::string>& allowed) {
  if (allowed.empty()) return ssh_verify_key(text);
  Result<std::string> key;
  for (const std::string& file : allowed) {
    fs::path signers = expand_home(file);
    NL_TRY(read_file(signers));  // a file that is not there is not the fault of who has signed
    key = ssh_verify(text, signers, name);
    if (!key) return fail(key.error().code, fmt::format("{} (by {})", key.error().message, signers.string()));
  }
  return key;
}

plan::SignedApproval read_one(const fs::path& file, const std::vector<std::string>& allowed) {
  constexpr std::size_t most = 64U << 10U;
  std::string name = file.stem().string();
  auto unread = [&](const Error& error) { return plan::SignedApproval{name, fail(error), fail(error)}; };
  if (Status good = check_name(name); !good) return unread(good.error());
  auto text = read_file(file, most);
  if (!text) return unread(text.error());
  fs::path signature = file;
  signature.replace_extension("sig");
  return {name, plan::approval_from(*text, file.string()),
          verify({*text, signature, std::string(plan::approval_purpose)}, name, allowed)};
}

// Who begins: the name that was given, and the names that the key has by the files.
Result<plan::Beginner> sign_start(const ApprovalTask& task, const fs::path& run, Clock::time_point now) {
  plan::RunStart start{
      .run = run.filename().string(), .plan = task.plans.front(), .by = task.signer.name, .at = now};
  std::string text = plan::to_text(start);
  std::string purpose(plan::start_purpose);
  NL_ASSIGN(fs::path key, signing_key(task.signer));
  NL_ASSIGN(std::string signature, ssh_sign(text, key, purpose));
  NL_TRY(write_signed(run, "start", text, signature));
  NL_ASSIGN(std::string signed_with, ssh_verify_key({text, run / "start.sig", purpose}));
  plan::Beginner beginner{.names = {task.signer.name}, .fingerprint = ssh_fingerprint(signed_with)};
  for (const std::string& file : task.demand.allowed_signers) {
    std::vector<std::string> names = ssh_principals(run / "start.sig", expand_home(file));
    beginner.names.insert(beginner.names.end(), names.begin(), names.end());
  }
  return beginner;
}

Status keep_approvals(const ApprovalTask& task, const fs::path& run) {
  fs::path kept = approvals_beside((run / "plan.json").string());
  if (kept == task.directory) return {};
  std::error_code none;
  for (fs::directory_iterator entry(task.directory, none), end; !none && entry != end;
       entry.increment(none)) {
    std::string ending = entry->path().extension().string();
    if (ending != ".txt" && ending != ".sig") continue;
    NL_ASSIGN(std::string bytes, read_file(entry->path()));
    NL_TRY(write_file_durably(kept / entry->path().filename(), bytes, for_everybody));
  }
  return {};
}

Error with_way(Error error, const ApprovalTask& task) {
  if (!task.plan_file.empty())
    error.next =
        fmt::format("ask for them: nightlatch plan approve {} --as NAME", shell_word(task.plan_file));
  return error;
}

struct Judgement {
  std::vector<plan::JudgedApproval> approvals;
  std::vector<std::string> names;  // of those that count
};

Result<Judgement> judge(const ApprovalTask& task, const plan::Beginner& beginner, Clock::time_point now) {
  Judgement found;
  found.approvals = plan::judge_approvals(read_approvals(task.directory, task.demand.allowed_signers),
                                          task.plans, now, beginner, task.demand.self);
  if (Status enough = plan::enough_approvals(found.approvals, task.demand.required); !enough)
    return fail(with_way(std::move(enough).error(), task));
  for (const plan::JudgedApproval& one : found.approvals) {
    if (one.why_not.empty()) found.names.push_back(one.name);
  }
  return found;
}

}  // namespace

fs::path approvals_beside(const std::string& plan_file) {
  return plan_file + ".sigs";
}

Outcome<report::ApprovalReport> approve(const Operator& person, const ApproveInput& input) {
  auto plan = read_plan(input.plan_file);
  if (!plan) return failed(std::move(plan).error());
  if (Status good = check_name(input.signer.name); !good) return failed(std::move(good).error());
  auto expires = read_expiry(input.expires, person.now());
  if (!expires) return failed(std::move(expires).error());
  plan::Approval approval{plan->hash, input.signer.name, *expires, input.comment};
  std::string text = plan::to_text(approval);
  // What cannot be read back, such as a comment of two lines, is not signed.
  if (auto read = plan::approval_from(text, "the approval"); !read)
    return failed(
        Error{operate_errors::unfit_approval, "a comment is one line of printable text", {}, {}, {}, {}});
  auto key = signing_key(input.signer);
  if (!key) return failed(std::move(key).error());
  std::string purpose(plan::approval_purpose);
  auto signature = ssh_sign(text, *key, purpose);
  if (!signature) return failed(std::move(signature).error());
  fs::path directory = approvals_beside(input.plan_file);
  if (Status written = write_signed(directory, approval.by, text, *signature); !written)
    return failed(std::move(written).error());
  fs::path file = directory / (approval.by + ".sig");
  auto signed_with = ssh_verify_key({text, file, purpose});
  if (!signed_with) return failed(std::move(signed_with).error());
  return report::ApprovalReport{.plan = *std::move(plan),
                                .approval = std::move(approval),
                                .key = *std::move(signed_with),
                                .text_file = (directory / (input.signer.name + ".txt")).string(),
                                .signature_file = file.string(),
                                .plan_file = input.plan_file};
}

std::vector<plan::SignedApproval> read_approvals(const fs::path& directory,
                                                 const std::vector<std::string>& allowed) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator entry(directory, error), end; !error && entry != end; entry.increment(error)) {
    if (entry->path().extension() == ".txt") files.push_back(entry->path());
  }
  std::sort(files.begin(), files.end());
  std::vector<plan::SignedApproval> found;
  for (const fs::path& file : files) found.push_back(read_one(file, allowed));
  return found;
}

spec::ApprovalDemand demand_of(const spec::Cluster& cluster, const spec::Playbook& playbook,
                               const spec::Approvals& command_line) {
  spec::ApprovalDemand demand;
  for (const spec::Approvals& one : {cluster.approvals, playbook.approvals, command_line}) demand.add(one);
  return demand;
}

Status check_approvals(const ApprovalTask& task, Clock::time_point now) {
  if (task.demand.allowed_signers.empty())
    return fail(operate_errors::signers_unnamed,
                "approvals are demanded, and nothing says who may give them");
  if (task.signer.name.empty())
    return fail(operate_errors::nobody_applies,
                "approvals are demanded, so the person who applies the plan signs the start of the run");
  NL_TRY(check_name(task.signer.name));
  auto judged = judge(task, {.names = {task.signer.name}, .fingerprint = {}}, now);
  if (!judged) return fail(std::move(judged).error());
  return {};
}

Result<Approved> begin_approved(const ApprovalTask& task, const fs::path& run, Clock::time_point now) {
  NL_ASSIGN(plan::Beginner beginner, sign_start(task, run, now));
  NL_TRY(keep_approvals(task, run));
  NL_ASSIGN(Judgement judged, judge(task, beginner, now));
  Approved approved{.until = plan::approved_until(judged.approvals, task.demand.required), .record = {}};
  approved.record["approvedBy"] = join(judged.names, ", ");
  approved.record["appliedBy"] = task.signer.name;
  for (const plan::JudgedApproval& one : judged.approvals) {
    if (!one.why_not.empty()) continue;
    approved.record["key." + one.name] = one.key;
    approved.record["expires." + one.name] = plan::expiry_text(one.approval->expires);
  }
  if (task.by_command_line.required > 0) {
    approved.record["approvals"] = std::to_string(task.by_command_line.required);
    approved.record["allowedSigners"] = task.by_command_line.allowed_signers;
  }
  return approved;
}

std::vector<report::ListedApproval> list_approvals(const plan::Plan& plan, const std::string& plan_file,
                                                   const std::vector<std::string>& allowed,
                                                   Clock::time_point now) {
  std::vector<report::ListedApproval> listed;
  for (plan::JudgedApproval& one : plan::judge_approvals(read_approvals(approvals_beside(plan_file), allowed),
                                                         {plan.hash}, now, {}, spec::SelfApproval::allow)) {
    listed.push_back(
        {std::move(one), allowed.empty() ? report::SignerIs::not_checked : report::SignerIs::checked});
  }
  return listed;
}

}  // namespace nightlatch::operate
