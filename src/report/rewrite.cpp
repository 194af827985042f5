#include "report/rewrite.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "report/error.hpp"
#include "report/exposure_text.hpp"
#include "report/json.hpp"
#include "util/masked.hpp"
#include "util/text.hpp"

namespace nightlatch::report {

void write_diff(Out& out, std::string_view diff, Lines wanted) {
  std::vector<std::string> lines = split(diff, '\n');
  if (!lines.empty() && lines.back().empty()) lines.pop_back();
  for (const std::string& line : lines) {
    Color color = Color::none;
    if (line.starts_with("@@")) color = Color::dim;
    if (line.starts_with("+")) color = Color::green;
    if (line.starts_with("-")) color = Color::red;
    if (line.starts_with("+++") || line.starts_with("---")) color = Color::bold;
    out.line(out.paint(color, wanted == Lines::exact ? line : elide_middle(masked(line), out.columns())));
  }
}

void write_summary(Out& out, const RewriteReport& report) {
  if (!report.outcome.rewrite) return;
  const plan::Rewrite& rewrite = *report.outcome.rewrite;
  if (!rewrite.changed) {
    out.line(fmt::format("{}: already as {} asks: {}; nothing to change", report.file, report.playbook,
                         describe(rewrite.after)));
    if (!report.kubeadm.empty()) write_hanging(out, "kubeadm    ", report.kubeadm);
    for (const RewrittenFile& file : report.files) {
      if (file.written) out.line(fmt::format("wrote      {}", file.path));
    }
    return;
  }
  out.line(fmt::format("{}  kube-apiserver {}  {}", report.file, rewrite.version.text(), report.playbook));
  write_hanging(out, "exposure   ",
                fmt::format("{} -> {}", describe(rewrite.before), describe(rewrite.after)));
  if (!rewrite.opens.empty()) write_hanging(out, "opens      ", join(rewrite.opens, " "));
  if (rewrite.config) write_hanging(out, "config     ", fmt::format("{} on the node", rewrite.config->path));
  if (!report.kubeadm.empty()) write_hanging(out, "kubeadm    ", report.kubeadm);
  for (const std::string& note : rewrite.notes) write_hanging(out, "!          ", note, Color::yellow);
  bool written = false;
  for (const RewrittenFile& file : report.files) {
    if (!file.written) continue;
    out.line(fmt::format("wrote      {}", file.path));
    written = true;
  }
  if (!written) {
    write_next(out, {{fmt::format("nightlatch rewrite {} -p {} --out DIR", report.file, report.asked),
                      "writes the files"}});
  } else if (rewrite.config) {
    write_next(out, {{fmt::format("on the node: first {}, then the manifest", rewrite.config->path), ""}});
  }
}

std::string rewrite_json(const RewriteReport& report) {
  using nlohmann::ordered_json;
  ordered_json json;
  json["schema"] = "nightlatch.dev/rewrite/v1";
  const auto& rewrite = report.outcome.rewrite;
  json["changed"] = rewrite && rewrite->changed;
  json["file"] = report.file;
  json["playbook"] = report.playbook;
  json["splices"] = ordered_json::array();
  json["files"] = ordered_json::array();
  json["refusals"] = ordered_json::array();
  if (rewrite) {
    json["version"] = rewrite->version.text();
    json["exposure"] = {{"before", to_json(rewrite->before)}, {"after", to_json(rewrite->after)}};
    json["opens"] = rewrite->opens;
    json["notes"] = rewrite->notes;
    if (!report.kubeadm.empty()) json["kubeadm"] = report.kubeadm;
    for (const manifest::Splice& splice : rewrite->edit.splices) {
      json["splices"].push_back(
          {{"begin", splice.begin}, {"end", splice.end}, {"text", splice.text}, {"reason", splice.reason}});
    }
  }
  for (const RewrittenFile& file : report.files) {
    ordered_json entry{{"path", file.path}, {"sha256", file.sha256}, {"written", file.written}};
    if (!file.written) entry["content"] = file.bytes;
    json["files"].push_back(std::move(entry));
  }
  for (const Error& refusal : report.outcome.refusals) json["refusals"].push_back(to_json(refusal));
  return dump(json);
}

}  // namespace nightlatch::report
