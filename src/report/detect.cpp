#include "report/detect.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "report/error.hpp"
#include "report/exposure_text.hpp"
#include "report/json.hpp"
#include "util/shell_quote.hpp"
#include "util/text.hpp"

namespace nightlatch::report {

namespace {

using access::ExposureState;
using plan::NodeDetection;

std::string or_dash(const std::string& text) {
  return text.empty() ? "-" : text;
}

std::vector<std::string> asked_paths(const DetectReport& report) {
  std::vector<std::string> paths;
  for (const NodeDetection& node : report.nodes) {
    for (const facts::Seen& seen : node.asked) {
      if (std::find(paths.begin(), paths.end(), seen.question.path) == paths.end())
        paths.push_back(seen.question.path);
    }
  }
  return paths;
}

Text answer(const NodeDetection& node, const std::string& path) {
  for (const facts::Seen& seen : node.asked) {
    if (seen.question.path != path) continue;
    return seen.status == 0 ? Text("?", Tone::warning) : Text(fmt::format("{}", seen.status));
  }
  return "-";
}

Table nodes_table(const DetectReport& report) {
  Table table{{"NODE", "VERSION", "OWNER", "EXPOSURE", "--anonymous-auth"}, {}};
  std::vector<std::string> paths = asked_paths(report);
  table.header.insert(table.header.end(), paths.begin(), paths.end());
  for (const NodeDetection& node : report.nodes) {
    std::vector<Text> row{node.name, or_dash(node.version), or_dash(node.owner),
                          Text(state_word(node.exposure), tone_of(node.exposure)),
                          or_dash(node.anonymous_auth)};
    for (const std::string& path : paths) row.push_back(answer(node, path));
    table.rows.push_back(std::move(row));
  }
  return table;
}

// What is open by which file, said once for the nodes that share it.
Facts restrictions(const DetectReport& report) {
  std::map<std::pair<std::string, std::string>, std::vector<std::string>> nodes_by_file;
  for (const NodeDetection& node : report.nodes) {
    if (node.exposure.state != ExposureState::restricted) continue;
    nodes_by_file[{describe(node.exposure), node.config_path}].push_back(node.name);
  }
  Facts facts;
  for (const auto& [file, names] : nodes_by_file) {
    Text value(fmt::format("{} by ", file.first));
    facts.facts.push_back({join(names, " "), {value.add_exact(file.second)}});
  }
  return facts;
}

std::string changing_command(const DetectReport& report) {
  bool offline = report.cluster.name.empty();
  std::string verb = offline ? "rewrite " + shell_word(report.manifest) : "plan";
  return fmt::format("nightlatch {} -p {}{}", verb, report.suggested_playbook, report.options);
}

std::vector<NextStep> next_steps(const DetectReport& report) {
  if (!report.unread.empty()) return {{"nightlatch detect", "when what could not be read is mended"}};
  for (const NodeDetection& node : report.nodes) {
    bool judged = node.exposure.state != ExposureState::unknown || node.findings.empty();
    if (!judged) return {{"", std::string(node.findings.front().next_step())}};
  }
  bool open = std::any_of(report.nodes.begin(), report.nodes.end(), [](const NodeDetection& node) {
    return node.exposure.state == ExposureState::open || !node.findings.empty();
  });
  bool offline = report.cluster.name.empty();
  if (open || !report.findings.empty()) {
    if (report.refusal)
      return {
          {"", fmt::format("{} ({})", report.refusal->next_step(), code_name(report.refusal->code.number))}};
    if (!report.has_it_already) return {{changing_command(report), ""}};
    const Error* first = report.findings.empty() ? nullptr : &report.findings.front();
    for (const NodeDetection& node : report.nodes) {
      if (first == nullptr && !node.findings.empty()) first = &node.findings.front();
    }
    if (first != nullptr) return {{"", std::string(first->next_step())}};
  }
  if (offline) return {};
  return {{"nightlatch verify", "asks every API server what the manifests promise"}};
}

}  // namespace

Headline headline_of(const ClusterHeader& header, std::string_view about) {
  Headline headline{{Text("cluster ").add(header.name, Tone::bold), about,
                     header.endpoint.empty() ? Text("no endpoint") : exact(header.endpoint)}};
  if (!header.uid.empty()) headline.parts.push_back(fmt::format("uid {}", header.uid.substr(0, 8)));
  return headline;
}

Page page_of(const DetectReport& report) {
  Page page;
  bool offline = report.cluster.name.empty();
  page.title = offline && !report.nodes.empty() ? fmt::format("Exposure of {}", report.nodes.front().name)
                                                : fmt::format("Exposure of {}", report.cluster.name);
  if (!offline) {
    std::size_t all =
        report.nodes.size() + static_cast<std::size_t>(std::count_if(
                                  report.unread.begin(), report.unread.end(),
                                  [](const Error& error) { return error.code.number / 100 == 12; }));
    page.add({{headline_of(report.cluster, count(all, "node"))}});
  }
  if (!report.nodes.empty()) page.add({{nodes_table(report)}});
  if (Facts facts = restrictions(report); !facts.facts.empty()) page.add({{std::move(facts)}});
  Section findings;
  for (const Error& error : report.findings) findings.blocks.emplace_back(finding_of(error));
  for (const NodeDetection& node : report.nodes) {
    for (const Error& error : node.findings) findings.blocks.emplace_back(finding_of(error));
  }
  for (const Error& error : report.unread) findings.blocks.emplace_back(finding_of(error));
  page.add(std::move(findings));
  if (std::vector<NextStep> next = next_steps(report); !next.empty()) page.add({{Commands{std::move(next)}}});
  return page;
}

std::string detect_json(const DetectReport& report) {
  using nlohmann::ordered_json;
  ordered_json json;
  json["schema"] = "nightlatch.dev/detect/v1";
  if (!report.cluster.name.empty()) {
    json["cluster"] = {
        {"name", report.cluster.name}, {"endpoint", report.cluster.endpoint}, {"uid", report.cluster.uid}};
  }
  json["nodes"] = ordered_json::array();
  for (const NodeDetection& node : report.nodes) {
    ordered_json entry;
    entry["name"] = node.name;
    entry["version"] = node.version;
    entry["owner"] = node.owner;
    entry["exposure"] = to_json(node.exposure);
    entry["anonymousAuth"] = node.anonymous_auth;
    entry["authenticationConfig"] = node.config_path;
    entry["findings"] = ordered_json::array();
    for (const Error& error : node.findings) entry["findings"].push_back(to_json(error));
    entry["asked"] = ordered_json::array();
    for (const facts::Seen& seen : node.asked) entry["asked"].push_back(to_json(seen));
    json["nodes"].push_back(std::move(entry));
  }
  json["findings"] = ordered_json::array();
  for (const Error& error : report.findings) json["findings"].push_back(to_json(error));
  json["unread"] = ordered_json::array();
  for (const Error& error : report.unread) json["unread"].push_back(to_json(error));
  return dump(json);
}

}  // namespace nightlatch::report
