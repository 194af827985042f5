#include "report/verification.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "report/error.hpp"
#include "report/exposure_text.hpp"
#include "report/json.hpp"
#include "util/text.hpp"

namespace nightlatch::report {

namespace {

Grade grade_of_fault(const Error& fault) {
  return fault.code.exit == Exit::coverage ? Grade::unknown : Grade::bad;
}

Text whole(const VerifiedRun& run) {
  Text text(run.run, Tone::bold);
  text.add(fmt::format(" is as it was written: {}, {}", count(run.records, "record"), run.outcome));
  if (run.signed_with.empty()) return text;
  text.add(", signed ");
  if (!run.signed_by.empty()) text.add(fmt::format("by {} ", join(run.signed_by, " or ")));
  return text.add("with ").add_exact(run.signed_with);
}

void add_hashes(const VerifiedRun& run, Section& section) {
  Facts facts;
  if (!run.plan.empty()) facts.facts.push_back({"Plan", {exact(run.plan)}});
  if (!run.head.empty()) facts.facts.push_back({"Last record", {exact(run.head)}});
  facts.facts.push_back({"Files", {exact(run.place)}});
  section.blocks.emplace_back(std::move(facts));
}

}  // namespace

Page page_of(const std::vector<VerifiedRun>& runs) {
  Page page{"Verification of runs", {}};
  if (runs.empty()) {
    page.add({{Paragraph{"No runs yet on this workstation."}}});
    return page;
  }
  Section section;
  for (const VerifiedRun& run : runs) {
    if (run.faults.empty()) section.blocks.emplace_back(Check{Grade::ok, 0, {}, whole(run), {}, {}});
    for (const Error& fault : run.faults) section.blocks.emplace_back(check_of(fault, grade_of_fault(fault)));
  }
  if (runs.size() == 1) add_hashes(runs.front(), section);
  page.add(std::move(section));
  if (Exit exit = exit_of(runs); exit != Exit::done)
    page.add({{Paragraph{Text(fmt::format("exit {}", static_cast<int>(exit)), Tone::dim)}}});
  return page;
}

std::string verification_json(const std::vector<VerifiedRun>& runs) {
  nlohmann::ordered_json json;
  json["schema"] = "nightlatch.dev/verification/v1";
  json["ok"] = exit_of(runs) == Exit::done;
  json["runs"] = nlohmann::ordered_json::array();
  for (const VerifiedRun& run : runs) {
    nlohmann::ordered_json entry{{"run", run.run},         {"place", run.place}, {"ok", run.faults.empty()},
                                 {"records", run.records}, {"sha256", run.head}, {"plan", run.plan},
                                 {"outcome", run.outcome}};
    if (!run.signed_with.empty()) entry["signature"] = {{"key", run.signed_with}, {"by", run.signed_by}};
    entry["faults"] = nlohmann::ordered_json::array();
    for (const Error& fault : run.faults) entry["faults"].push_back(to_json(fault));
    json["runs"].push_back(std::move(entry));
  }
  return dump(json);
}

Exit exit_of(const std::vector<VerifiedRun>& runs) {
  Exit exit = Exit::done;
  for (const VerifiedRun& run : runs) {
    for (const Error& fault : run.faults) exit = worst({exit, fault.code.exit});
  }
  return exit;
}

}  // namespace nightlatch::report
