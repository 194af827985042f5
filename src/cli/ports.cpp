#include "cli/ports.hpp"

#include <cstdlib>
#include <thread>

#include "cli/person.hpp"
#include "cluster/network.hpp"
#include "report/live_view.hpp"
#include "report/plan.hpp"
#include "util/clock.hpp"

namespace nightlatch::cli {

namespace {

class TerminalRunView final : public operate::RunView {
 public:
  TerminalRunView(const plan::Plan& plan, report::Out& out) : view_(plan, out), person_(view_) {}

  void begin(const std::string& run, const std::string& directory) { view_.begin(run, directory); }
  rollout::Choice ask(const plan::NodePlan& node) override { return person_.ask(node); }
  void withdraw_question() override { person_.withdraw(); }
  void say(const std::string& line) override { view_.say(line); }
  void on_record(const rollout::Record& record) override { view_.on_record(record); }
  void on_tick() override {
    auto now = std::chrono::duration_cast<std::chrono::milliseconds>(wall_clock().time_since_epoch());
    view_.on_tick(now.count());
  }
  std::string node_in_mid_change() override { return view_.node_in_mid_change(); }
  void end() override { view_.end(); }

 private:
  report::LiveView view_;
  Person person_;
};

}  // namespace

bool ConsoleOperator::can_be_asked() const {
  return is_interactive();
}

std::chrono::system_clock::time_point ConsoleOperator::now() const {
  return wall_clock();
}

void ConsoleOperator::pause(std::chrono::seconds time) {
  std::this_thread::sleep_for(time);
}

void ConsoleOperator::say(const std::string& line) {
  console_.err.say(line);
}

void ConsoleOperator::log(const std::string& line) {
  console_.log(line);
}

void ConsoleOperator::show(const plan::PlanOutcome& outcome, const std::string& file) {
  if (console_.json()) return;
  report::write_text({.plan = *outcome.plan,
                      .bytes = outcome.bytes,
                      .object_diffs = outcome.object_diffs,
                      .file = file,
                      .purpose = report::Purpose::to_apply},
                     console_.err);
  console_.err.line();
}

std::unique_ptr<operate::RunView> ConsoleOperator::follow(const plan::Plan& plan, const std::string& run,
                                                          const std::string& directory) {
  auto view = std::make_unique<TerminalRunView>(plan, console_.err);
  view->begin(run, directory);
  return view;
}

void ConsoleOperator::leave_at_once(const Error& why, const std::function<void()>& last) {
  Exit exit = console_.fail(why);
  last();
  std::_Exit(static_cast<int>(exit));
}

RealPorts::RealPorts(Console& console)
    : connections_(cluster::network_connections(user_agent(), console.become_password)),
      person_(console),
      ports_{.connections = *connections_, .person = person_} {}

}  // namespace nightlatch::cli
