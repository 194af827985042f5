#include "report/detect.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "report/error.hpp"
#include "report/exposure_text.hpp"
#include "report/json.hpp"
#include "report/table.hpp"
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

Cell answer(const NodeDetection& node, const std::string& path) {
  for (const facts::Seen& seen : node.asked) {
    if (seen.question.path != path) continue;
    return seen.status == 0 ? Cell{"?", Color::yellow} : Cell{fmt::format("{}", seen.status)};
  }
  return {"-"};
}

void write_table(const DetectReport& report, Out& out) {
  std::vector<std::string> header{"NODE", "VERSION", "OWNER", "EXPOSURE", "--anonymous-auth"};
  std::vector<std::string> paths = asked_paths(report);
  header.insert(header.end(), paths.begin(), paths.end());
  Table table(header);
  for (const NodeDetection& node : report.nodes) {
    std::vector<Cell> row{{node.name},
                          {or_dash(node.version)},
                          {or_dash(node.owner)},
                          {state_word(node.exposure), color_of(node.exposure)},
                          {or_dash(node.anonymous_auth)}};
    for (const std::string& path : paths) row.push_back(answer(node, path));
    table.row(std::move(row));
  }
  table.write(out);
}

// What is open by which file, said once for the nodes that share it.
void write_restrictions(const DetectReport& report, Out& out) {
  std::map<std::string, std::vector<std::string>> nodes_by_text;
  for (const NodeDetection& node : report.nodes) {
    if (node.exposure.state != ExposureState::restricted) continue;
    nodes_by_text[fmt::format("{} by {}", describe(node.exposure), node.config_path)].push_back(node.name);
  }
  if (nodes_by_text.empty()) return;
  out.line();
  for (const auto& [text, names] : nodes_by_text) write_hanging(out, join(names, " ") + "  ", text);
}

std::vector<NextStep> next_steps(const DetectReport& report) {
  if (!report.unread.empty()) return {{"mend what could not be read, then nightlatch detect", ""}};
  for (const NodeDetection& node : report.nodes) {
    bool judged = node.exposure.state != ExposureState::unknown || node.findings.empty();
    if (!judged) return {{std::string(node.findings.front().next_step()), ""}};
  }
  bool open = std::any_of(report.nodes.begin(), report.nodes.end(), [](const NodeDetection& node) {
    return node.exposure.state == ExposureState::open || !node.findings.empty();
  });
  bool offline = report.cluster.name.empty();
  if (open || !report.findings.empty()) {
    return {
        {fmt::format("nightlatch {} -p {}", offline ? "rewrite MANIFEST" : "plan", report.suggested_playbook),
         ""}};
  }
  if (offline) return {};
  return {{"nightlatch verify", "asks every API server what the manifests promise"}};
}

}  // namespace

void write_header(Out& out, const ClusterHeader& header, std::string_view about) {
  std::string uid = header.uid.empty() ? "" : fmt::format("  uid {}", header.uid.substr(0, 8));
  std::string endpoint = header.endpoint.empty() ? "no endpoint" : header.endpoint;
  std::string left = fmt::format("cluster {}  {}  ", out.paint(Color::bold, header.name), about);
  std::size_t used = left.size() - (out.paint(Color::bold, header.name).size() - header.name.size());
  std::size_t room = out.columns() > used + uid.size() + 12 ? out.columns() - used - uid.size() : 12;
  out.line(fmt::format("{}{}{}", left, elide_middle(endpoint, room), uid));
}

void write_finding(Out& out, const Error& error) {
  std::string text = fmt::format("{} ({})", trim(error.message), code_name(error.code.number));
  if (error.place)
    text = fmt::format("{}:{}:{}: {}", error.place->file, error.place->line, error.place->column, text);
  write_hanging(out, "!  ", text, Color::yellow);
  for (const std::string& detail : error.details) out.line("   " + elide_middle(detail, out.columns() - 3));
}

void write_text(const DetectReport& report, Out& out) {
  bool offline = report.cluster.name.empty();
  if (!offline) {
    std::size_t all =
        report.nodes.size() + static_cast<std::size_t>(std::count_if(
                                  report.unread.begin(), report.unread.end(),
                                  [](const Error& error) { return error.code.number / 100 == 12; }));
    write_header(out, report.cluster, count(all, "node"));
    out.line();
  }
  if (!report.nodes.empty()) write_table(report, out);
  write_restrictions(report, out);
  bool said = report.nodes.empty();
  auto say = [&](const Error& error) {
    if (!std::exchange(said, true)) out.line();
    write_finding(out, error);
  };
  for (const Error& error : report.findings) say(error);
  for (const NodeDetection& node : report.nodes) {
    for (const Error& error : node.findings) say(error);
  }
  for (const Error& error : report.unread) say(error);
  std::vector<NextStep> next = next_steps(report);
  if (next.empty()) return;
  out.line();
  write_next(out, next);
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
