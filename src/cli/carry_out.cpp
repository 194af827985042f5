#include "cli/carry_out.hpp"

#include <array>
#include <cstdlib>
#include <filesystem>
#include <pwd.h>
#include <unistd.h>

#include <fmt/format.h>

#include "cli/errors.hpp"
#include "cli/person.hpp"
#include "cli/run_store.hpp"
#include "report/live_view.hpp"
#include "report/run_report.hpp"
#include "rollout/driver.hpp"
#include "rollout/errors.hpp"
#include "util/clock.hpp"

namespace nightlatch::cli {

namespace {

namespace fs = std::filesystem;

std::string started_by() {
  const passwd* user = ::getpwuid(::geteuid());
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  return fmt::format("{}@{}", user == nullptr ? "?" : user->pw_name, host.data());
}

std::int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(wall_clock().time_since_epoch()).count();
}

rollout::NodeWays ways_to(const Session& session, const plan::NodePlan& node, const std::string& run) {
  const Member* member = session.find(node.name);
  auto asker = ask_node(session, *member, {node.api_host, node.api_port}, run);
  return {member->remote.get(), [asker](const std::vector<facts::Expectation>& questions) {
            std::vector<facts::Seen> seen;
            for (const facts::Expectation& question : questions) seen.push_back(asker->ask(question));
            return seen;
          }};
}

[[noreturn]] void leave(Console& console, report::LiveView& view, const std::string& run) {
  std::string node = view.node_in_mid_change();
  view.end();
  Error error{rollout_errors::interrupted, "left at once; no node is in mid-change", {}, {}, {}, {}};
  if (!node.empty()) {
    error.message =
        fmt::format("left at once: {} is in mid-change, its guard puts the old manifest back", node);
    error.next = fmt::format("nightlatch rollback {}", run);
  }
  Exit exit = console.fail(error);
  std::_Exit(static_cast<int>(exit));
}

rollout::Hands hands_for(Console& console, const Session& session, const plan::Plan& plan,
                         const std::string& run, report::LiveView& view, Person& person) {
  rollout::Hands hands;
  for (const plan::NodePlan& node : plan.nodes) hands.nodes.push_back(ways_to(session, node, run));
  hands.person = [&](const plan::NodePlan& node) { return person.ask(node); };
  hands.withdraw_question = [&] {
    person.withdraw();
    view.say("interrupted: the node at hand is brought to a safe end first; once more leaves at once");
  };
  hands.on_record = [&](const rollout::Record& record) { view.on_record(record); };
  hands.on_tick = [&] { view.on_tick(now_ms()); };
  hands.leave_at_once = [&console, &view, run] { leave(console, view, run); };
  return hands;
}

Exit finish(Console& console, const report::RunReport& report) {
  if (console.json()) {
    console.out.write(report::run_json(report, console.out.shared_options()));
  } else {
    report::write_text(report, console.out);
  }
  return report.result.exit;
}

}  // namespace

Exit carry_out(Console& console, const Session& session, const plan::Plan& plan,
               const std::map<std::string, plan::NodeBytes>& bytes, rollout::Prompting prompting,
               const std::string& playbook) {
  auto directory = create_run(plan, wall_clock());
  if (!directory) return console.fail(directory.error());
  std::string id = directory->filename().string();
  auto journal = rollout::Journal::create(*directory / "journal.jsonl");
  if (!journal) return console.fail(journal.error());
  rollout::Run run(id, plan, bytes, prompting, started_by());
  report::LiveView view(plan, console.err);
  Person person(view);
  view.begin(id, directory->string());
  rollout::Hands hands = hands_for(console, session, plan, id, view, person);
  rollout::RunResult result = rollout::drive(run, plan, *journal, hands);
  view.end();
  return finish(console, {id, plan, std::move(result), view.progress(), directory->string(),
                          report::DryRun::no, playbook});
}

Exit tell_dry(Console& console, const plan::Plan& plan, const std::string& playbook) {
  rollout::RunResult result = report::nothing_to_do(plan);
  result.cluster = rollout::ClusterState::old_state;
  for (std::size_t i = 0; i < plan.nodes.size(); ++i) {
    if (plan.nodes[i].action != plan::NodeAction::none)
      result.nodes[i].outcome = rollout::NodeOutcome::untouched;
  }
  return finish(console, {{}, plan, std::move(result), {}, {}, report::DryRun::yes, playbook});
}

Exit tell_nothing_to_do(Console& console, const plan::Plan& plan, const std::string& playbook) {
  return finish(console, {{}, plan, report::nothing_to_do(plan), {}, {}, report::DryRun::no, playbook});
}

Status check_prompting(rollout::Prompting prompting) {
  if (prompting == rollout::Prompting::assume_yes || is_interactive()) return {};
  return fail(cli_errors::nobody_to_ask,
              "each node is asked for before it is changed, and there is no terminal to ask on");
}

}  // namespace nightlatch::cli
