#include "report/rewrite.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "report/error.hpp"
#include "report/exposure_text.hpp"
#include "report/flow.hpp"
#include "report/json.hpp"
#include "util/shell_quote.hpp"
#include "util/text.hpp"

namespace nightlatch::report {

namespace {

void add_files(const RewriteReport& report, Facts& facts) {
  for (const RewrittenFile& file : report.files) {
    if (file.written) facts.facts.push_back({"wrote", {exact(file.path)}});
  }
}

std::vector<NextStep> next_steps(const RewriteReport& report) {
  bool written = std::any_of(report.files.begin(), report.files.end(),
                             [](const RewrittenFile& file) { return file.written; });
  if (!written) {
    return {{fmt::format("nightlatch rewrite {} -p {}{} --out DIR", shell_word(report.file),
                         shell_word(report.asked), report.options),
             "writes the files"}};
  }
  const auto& config = report.outcome.rewrite->config;
  if (!config) return {};
  return {{"", fmt::format("on the node: first {}, then the manifest", config->path)}};
}

Facts facts_of(const RewriteReport& report) {
  const plan::Rewrite& rewrite = *report.outcome.rewrite;
  Facts facts{{{"exposure", {fmt::format("{} -> {}", describe(rewrite.before), describe(rewrite.after))}}}};
  if (!rewrite.opens.empty()) facts.facts.push_back({"opens", {join(rewrite.opens, " ")}});
  if (rewrite.config) facts.facts.push_back({"config", {exact(rewrite.config->path).add(" on the node")}});
  if (!report.kubeadm.empty()) facts.facts.push_back({"kubeadm", {report.kubeadm}});
  for (const plan::Note& note : rewrite.notes) {
    facts.facts.push_back(
        {Text("!", Tone::warning), {fmt::format("{} ({})", note.text, code_name(note.code))}});
  }
  add_files(report, facts);
  return facts;
}

}  // namespace

void write_diff(Out& out, std::string_view diff) {
  for (const DiffLine& line : diff_of(diff, Secrets::exact).lines) {
    // A terminal obeys what a file only holds.
    std::string text =
        out.terminal().is_terminal ? visible(line.text, charset_of(out.terminal()), Tabs::kept) : line.text;
    out.write(out.paint(color_of(line.kind), text) + "\n");
  }
}

Page page_of(const RewriteReport& report) {
  Page page{fmt::format("Rewrite of {}", report.file), {}};
  if (!report.outcome.rewrite) return page;
  const plan::Rewrite& rewrite = *report.outcome.rewrite;
  if (!rewrite.changed) {
    Facts facts;
    if (!report.kubeadm.empty()) facts.facts.push_back({"kubeadm", {report.kubeadm}});
    add_files(report, facts);
    Text text = exact(report.file);
    text.add(
        fmt::format(": already as {} asks: {}; nothing to change", report.playbook, describe(rewrite.after)));
    page.add({{Paragraph{std::move(text)}, std::move(facts)}});
    return page;
  }
  Section section{{Headline{{exact(report.file), fmt::format("kube-apiserver {}", rewrite.version.text()),
                             report.playbook}},
                   facts_of(report)}};
  if (std::vector<NextStep> next = next_steps(report); !next.empty())
    section.blocks.emplace_back(Commands{std::move(next)});
  page.add(std::move(section));
  page.add({{diff_of(report.diff, Secrets::masked)}, Audience::document});
  return page;
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
    json["notes"] = ordered_json::array();
    for (const plan::Note& note : rewrite->notes) json["notes"].push_back(note.text);
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
