#include "report/prepare.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "report/error.hpp"
#include "report/exposure_text.hpp"
#include "report/json.hpp"
#include "util/hash.hpp"
#include "util/text.hpp"

namespace nightlatch::report {

namespace {

std::string_view word(Prepared outcome) {
  switch (outcome) {
    case Prepared::nothing:
      return "nothing";
    case Prepared::there:
      return "there";
    case Prepared::placed:
      return "placed";
    case Prepared::would_place:
      return "would-place";
  }
  return {};
}

Text outcome_text(const PrepareReport& report) {
  Text text(report.host, Tone::bold);
  text.add("  ");
  switch (report.outcome) {
    case Prepared::nothing:
      return text.add("no manifest names a configuration file: nothing to prepare");
    case Prepared::there:
      return text.add("ready", Tone::ok).add("  the file is there already: nothing was written");
    case Prepared::placed:
      return text.add("ready", Tone::ok).add("  the file was placed, and read back");
    case Prepared::would_place:
      return text.add("the file would be placed: nothing was written");
  }
  return text;
}

std::vector<NextStep> next_steps(const PrepareReport& report) {
  if (report.outcome == Prepared::would_place) return {{"nightlatch node prepare " + report.host, ""}};
  return {{"kubeadm join --control-plane", fmt::format("on {}; then add it to the inventory", report.host)}};
}

}  // namespace

Page page_of(const PrepareReport& report) {
  Page page{fmt::format("Preparation of {}", report.host), {}};
  page.add({{headline_of(report.cluster, count(report.nodes.size(), "node"))}});
  Section outcome{{Paragraph{outcome_text(report)}}};
  if (report.file) {
    const facts::FileFacts& file = *report.file;
    outcome.blocks.emplace_back(Facts{
        {{"file",
          {exact(file.path), fmt::format("owner {}, mode {}, sha256 {}, as on {}", file.owner, file.mode,
                                         short_hash(file.sha256), join(report.nodes, ", "))}}}});
  }
  page.add(std::move(outcome));
  Section findings;
  for (const Error& finding : report.findings) findings.blocks.emplace_back(finding_of(finding));
  page.add(std::move(findings));
  page.add({{Commands{next_steps(report)}}});
  return page;
}

std::string prepare_json(const PrepareReport& report, const std::string& shared_options) {
  nlohmann::ordered_json json;
  json["schema"] = "nightlatch.dev/prepare/v1";
  json["host"] = report.host;
  json["outcome"] = word(report.outcome);
  if (report.file) {
    json["file"] = {{"path", report.file->path},
                    {"owner", report.file->owner},
                    {"mode", report.file->mode},
                    {"sha256", report.file->sha256}};
  }
  json["nodes"] = report.nodes;
  json["findings"] = nlohmann::ordered_json::array();
  for (const Error& finding : report.findings) json["findings"].push_back(to_json(finding));
  json["next"] = nlohmann::ordered_json::array();
  for (const NextStep& step : next_steps(report))
    json["next"].push_back(complete(step.command, shared_options));
  return dump(json);
}

}  // namespace nightlatch::report
