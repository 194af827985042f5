#include "report/approval.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "report/json.hpp"
#include "report/plan.hpp"
#include "util/shell_quote.hpp"
#include "util/text.hpp"

namespace nightlatch::report {

namespace {

std::string until(const plan::Approval& approval) {
  return approval.expires ? "until " + utc_timestamp(*approval.expires) : std::string("without an end");
}

std::string with_comment(const plan::Approval& approval) {
  return approval.comment.empty() ? "" : fmt::format(": {}", approval.comment);
}

Check line_of(const ListedApproval& one) {
  const plan::JudgedApproval& judged = one.judged;
  Check line;
  line.text = Text(judged.name, Tone::bold);
  if (!judged.why_not.empty()) {
    line.grade = Grade::bad;
    line.text.add(" does not approve this plan: " + judged.why_not);
    return line;
  }
  line.text.add(fmt::format(" approves it {}{} (", until(*judged.approval), with_comment(*judged.approval)))
      .add_exact(judged.key);
  if (one.signer == SignerIs::checked) {
    line.text.add(")");
  } else {
    line.grade = Grade::unknown;
    line.text.add("; whose key that is was not checked: --allowed-signers FILE checks it)");
  }
  return line;
}

}  // namespace

std::string command_to_verify(const ApprovalReport& report) {
  return fmt::format("ssh-keygen -Y verify -f ALLOWED_SIGNERS -I {} -n {} -s {} < {}",
                     shell_word(report.approval.by), plan::approval_purpose,
                     shell_word(report.signature_file), shell_word(report.text_file));
}

Page page_of(const ApprovalReport& report) {
  const plan::Plan& plan = report.plan;
  Page page{fmt::format("Approval of plan {} by {}", plan.short_hash(), report.approval.by), {}};
  page.add({{Headline{{Text("plan ").add(plan.short_hash(), Tone::bold), plan.playbook.name,
                       fmt::format("cluster {}", plan.cluster)}}}});
  Fact exposure{"Exposure", {}};
  for (const std::string& line : exposure_changes(plan)) exposure.values.emplace_back(line);
  Facts facts{{{"Hash", {exact(plan.hash)}}, std::move(exposure)}};
  Check approved{Grade::ok, 0, {}, Text(report.approval.by, Tone::bold), {}, {}};
  approved.text.add(
      fmt::format(" approves this plan {}{}", until(report.approval), with_comment(report.approval)));
  facts.facts.push_back({"Key", {exact(report.key)}});
  facts.facts.push_back({"Files", {exact(report.text_file), exact(report.signature_file)}});
  page.add({{std::move(approved), std::move(facts)}});
  page.add({{Commands{
      {{fmt::format("nightlatch plan show {}", shell_word(report.plan_file)), "the plan with its approvals"},
       {command_to_verify(report), "checks this one without nightlatch"}}}}});
  return page;
}

std::string approval_json(const ApprovalReport& report) {
  nlohmann::ordered_json json;
  json["schema"] = "nightlatch.dev/approval/v1";
  json["plan"] = report.approval.plan;
  json["by"] = report.approval.by;
  json["expires"] = plan::expiry_text(report.approval.expires);
  json["comment"] = report.approval.comment;
  json["key"] = report.key;
  json["files"] = {{"text", report.text_file}, {"signature", report.signature_file}};
  json["verify"] = command_to_verify(report);
  return dump(json);
}

Section approvals_section(const std::vector<ListedApproval>& approvals) {
  Section section;
  if (approvals.empty()) return section;
  section.blocks.emplace_back(Heading{"Approvals"});
  for (const ListedApproval& one : approvals) section.blocks.emplace_back(line_of(one));
  return section;
}

}  // namespace nightlatch::report
