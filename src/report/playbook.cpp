#include "report/playbook.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "report/json.hpp"
#include "util/text.hpp"

namespace nightlatch::report {

using nlohmann::ordered_json;

void write_text(const std::vector<PlaybookLine>& lines, Out& out) {
  out.line(out.paint(Color::bold, "PLAYBOOK        OPEN WITHOUT CREDENTIALS"));
  for (const PlaybookLine& line : lines) {
    write_hanging(out, fmt::format("{:<16}", line.playbook.name), line.summary);
  }
  out.line();
  write_next(out, {{"nightlatch playbook show NAME", "its text, to start your own from"},
                   {"nightlatch plan -p NAME", "what it would change"}});
}

void write_checked(const spec::Playbook& playbook, const std::vector<std::string>& paths, Out& out) {
  const spec::Gates& gates = playbook.gates;
  out.line(fmt::format("{}  {}", out.paint(Color::green, "ok"), out.paint(Color::bold, playbook.name)));
  write_hanging(out, "profile  ", join(playbook.profiles, " "));
  write_hanging(out, "opens    ", paths.empty() ? "nothing" : join(paths, " "));
  write_hanging(
      out, "order    ",
      playbook.order.empty() ? "auto: worst first, the node talked through last" : join(playbook.order, " "));
  out.line(fmt::format("gates    /readyz {} times, {} apart; soak {}; within {}", gates.consecutive,
                       human_duration(gates.interval), human_duration(gates.soak),
                       human_duration(gates.timeout)));
  for (const spec::ExtraPath& path : playbook.paths) {
    if (path.expires.empty()) continue;
    out.line(fmt::format("expires  {} on {} (owner {})", path.path, path.expires, path.owner));
  }
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
    json["playbooks"].push_back(
        {{"name", line.playbook.name}, {"profiles", line.playbook.profiles}, {"paths", paths}});
  }
  return dump(json);
}

std::string version_json(std::string_view version) {
  return dump(ordered_json{{"schema", "nightlatch.dev/version/v1"}, {"version", version}});
}

}  // namespace nightlatch::report
