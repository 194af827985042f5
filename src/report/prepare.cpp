#include "report/prepare.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

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

std::string headline(const PrepareReport& report, Out& out) {
  switch (report.outcome) {
    case Prepared::nothing:
      return "no manifest names a configuration file: nothing to prepare";
    case Prepared::there:
      return out.paint(Color::green, "ready") + "  the file is there already: nothing was written";
    case Prepared::placed:
      return out.paint(Color::green, "ready") + "  the file was placed, and read back";
    case Prepared::would_place:
      return "the file would be placed: nothing was written";
  }
  return {};
}

std::vector<NextStep> next_steps(const PrepareReport& report) {
  if (report.outcome == Prepared::would_place) return {{"nightlatch node prepare " + report.host, ""}};
  return {{"kubeadm join --control-plane", fmt::format("on {}; then add it to the inventory", report.host)}};
}

}  // namespace

void write_text(const PrepareReport& report, Out& out) {
  write_header(out, report.cluster, count(report.nodes.size(), "node"));
  out.line();
  out.line(fmt::format("{}  {}", out.paint(Color::bold, report.host), headline(report, out)));
  if (report.file) {
    const facts::FileFacts& file = *report.file;
    out.line("  " + elide_middle(file.path, out.columns() - 2));
    write_hanging(out, "  ",
                  fmt::format("owner {}, mode {}, sha256 {}, as on {}", file.owner, file.mode,
                              short_hash(file.sha256), join(report.nodes, ", ")));
  }
  if (!report.findings.empty()) out.line();
  for (const Error& finding : report.findings) write_finding(out, finding);
  out.line();
  write_next(out, next_steps(report));
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
