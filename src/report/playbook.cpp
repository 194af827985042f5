#include "report/playbook.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "report/json.hpp"
#include "util/text.hpp"

namespace nightlatch::report {

using nlohmann::ordered_json;

Page page_of(const std::vector<PlaybookLine>& lines) {
  Page page{"Playbooks", {}};
  Table table{{"PLAYBOOK", "OPEN WITHOUT CREDENTIALS"}, {}};
  Facts refused;
  for (const PlaybookLine& line : lines) {
    table.rows.push_back({line.playbook.name, line.summary});
    if (!line.refused.empty()) refused.facts.push_back({line.playbook.name, {line.refused}});
  }
  page.add({{std::move(table)}});
  if (!refused.facts.empty()) page.add({{Paragraph{"Refused where:"}, std::move(refused)}});
  page.add({{Commands{{{"nightlatch playbook show NAME", "its text, to start your own from"},
                       {"nightlatch plan -p NAME", "what it would change"}}}}});
  return page;
}

Page page_of(const spec::Playbook& playbook, const std::vector<std::string>& paths) {
  const spec::Gates& gates = playbook.gates;
  Facts facts{{{"profile", {join(playbook.profiles, " ")}},
               {"opens", {paths.empty() ? "nothing" : join(paths, " ")}},
               {"order",
                {playbook.order.empty() ? "auto: worst first, the node that serves this connection last"
                                        : join(playbook.order, " ")}},
               {"gates",
                {fmt::format("/readyz {} times, {} apart; soak {}; within {}", gates.consecutive,
                             human_duration(gates.interval), human_duration(gates.soak),
                             human_duration(gates.timeout))}}}};
  for (const spec::ExtraPath& path : playbook.paths) {
    if (path.expires.empty()) continue;
    facts.facts.push_back(
        {"expires", {fmt::format("{} on {} (owner {})", path.path, path.expires, path.owner)}});
  }
  Page page{fmt::format("Playbook {}", playbook.name), {}};
  page.add({{Check{Grade::ok, 0, {}, Text(playbook.name, Tone::bold), {}, {}}, std::move(facts)}});
  return page;
}

std::string playbooks_json(const std::vector<PlaybookLine>& lines) {
  ordered_json json;
  json["schema"] = "nightlatch.dev/playbooks/v1";
  json["playbooks"] = ordered_json::array();
  for (const PlaybookLine& line : lines) {
    ordered_json paths = ordered_json::array();
    for (const spec::ExtraPath& path : line.playbook.paths) {
      paths.push_back(
          {{"path", path.path}, {"owner", path.owner}, {"reason", path.reason}, {"expires", path.expires}});
    }
    ordered_json entry{{"name", line.playbook.name}, {"profiles", line.playbook.profiles}, {"paths", paths}};
    if (!line.refused.empty()) entry["refused"] = line.refused;
    json["playbooks"].push_back(std::move(entry));
  }
  return dump(json);
}

std::string version_json(std::string_view version) {
  return dump(ordered_json{{"schema", "nightlatch.dev/version/v1"}, {"version", version}});
}

}  // namespace nightlatch::report
