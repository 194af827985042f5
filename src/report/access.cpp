#include "report/access.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "report/json.hpp"

namespace nightlatch::report {

namespace {

using nlohmann::ordered_json;

Table rights_table(const AccessReport& report) {
  Table table{{"RIGHT", "ALLOWED", "NEEDED"}, {}};
  for (const AccessRow& row : report.rights) {
    table.rows.push_back({exact(row.right), Text(std::string(name(row.granted))), Text(row.needed_for)});
  }
  return table;
}

Check check_of(const AccessRow& row) {
  Check check;
  if (row.granted == Granted::no) {
    check.grade = row.refuses ? Grade::bad : Grade::warning;
    check.text = Text(fmt::format("{} is not allowed. {}", row.right, row.consequence));
  } else {
    check.grade = Grade::unknown;
    check.text = Text(fmt::format("{}: {}", row.right, row.why_unknown));
  }
  return check;
}

// What is missing, each with what comes of it.
Section missing_rights(const AccessReport& report) {
  Section section;
  for (const AccessRow& row : report.rights) {
    if (row.granted != Granted::yes) section.blocks.emplace_back(check_of(row));
  }
  return section;
}

bool lacks_a_right(const AccessReport& report) {
  return std::any_of(report.rights.begin(), report.rights.end(),
                     [](const AccessRow& row) { return row.granted == Granted::no; });
}

}  // namespace

std::string_view name(Granted granted) {
  if (granted == Granted::unknown) return "unknown";
  return granted == Granted::yes ? "yes" : "no";
}

Page page_of(const AccessReport& report) {
  Page page{"Access", {}};
  page.add({{headline_of(report.cluster, "access")}});
  Table nodes{{"NODE", "ROOT"}, {}};
  for (const NodeAccess& node : report.nodes)
    nodes.rows.push_back({exact(node.name), Text(node.error ? "no" : "yes")});
  page.add({{nodes}});
  Section problems;
  for (const NodeAccess& node : report.nodes) {
    if (node.error) problems.blocks.emplace_back(Problem{*node.error});
  }
  if (report.api_error) problems.blocks.emplace_back(Problem{*report.api_error});
  page.add(std::move(problems));
  if (!report.login.empty())
    page.add({{Paragraph{fmt::format("The API knows this login as {}.", report.login)}}});
  if (!report.rights.empty()) page.add({{rights_table(report)}});
  page.add(missing_rights(report));
  if (lacks_a_right(report))
    page.add({{Commands{{{"nightlatch rbac grant-operator --to user NAME -o yaml",
                          "prints the role that grants all of these, for who may create it"}}}}});
  return page;
}

std::string access_json(const AccessReport& report) {
  ordered_json json;
  json["schema"] = "nightlatch.dev/access/v1";
  json["cluster"] = report.cluster.name;
  json["login"] = report.login;
  json["nodes"] = ordered_json::array();
  for (const NodeAccess& node : report.nodes) {
    ordered_json one{{"name", node.name}, {"root", !node.error}};
    if (node.error) one["error"] = to_json(*node.error);
    json["nodes"].push_back(std::move(one));
  }
  json["rights"] = ordered_json::array();
  for (const AccessRow& row : report.rights) {
    json["rights"].push_back({{"right", row.right},
                              {"allowed", name(row.granted)},
                              {"neededFor", row.needed_for},
                              {"without", row.refuses ? "refused" : "less"},
                              {"consequence", row.consequence}});
  }
  if (report.api_error) json["apiError"] = to_json(*report.api_error);
  return dump(json);
}

}  // namespace nightlatch::report
