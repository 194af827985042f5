// What must hold between two nodes of a run (S17): whose turn it is, and what the load balancer has shown.
#include <algorithm>

#include "sim/world.hpp"
#include "util/text.hpp"

namespace nightlatch::sim {

namespace {

using namespace std::chrono_literals;
using facts::JournalStep;
using rollout::Phase;

}  // namespace

// S17: before each node that is to be swapped while another one is, the run looks; and who has held the
// endpoint's address since before that look is not begun.
void World::check_turn(const Desk& desk, const rollout::Record& record) {
  auto has_begun = [&](const std::string& name) {
    return std::count_if(desk.journal.begin(), desk.journal.end(), [&](const rollout::Record& one) {
      return one.node == name && one.is(JournalStep::preflight) && one.phase == rollout::Phase::intend;
    });
  };
  bool is_choice = false;
  for (const plan::NodePlan& node : desk.plan.nodes) {
    if (node.name == record.node && !desk.plan.swaps(node)) return;
    is_choice = is_choice || (desk.plan.swaps(node) && has_begun(node.name) == 0);
  }
  if (holder_ == nullptr || !is_choice || has_begun(record.node) > 1) return;
  auto asked = std::find_if(desk.journal.rbegin() + 1, desk.journal.rend(), [](const rollout::Record& one) {
    return one.is(JournalStep::order) || one.is(JournalStep::preflight);
  });
  if (asked == desk.journal.rend() || !asked->is(JournalStep::order) || asked->phase != rollout::Phase::done)
    return broke("a node was begun without a look for the holder of the endpoint's address");
  auto silent = asked->data.find("silent");
  bool was_seen = silent == asked->data.end() || !is_among(record.node, split(silent->second, ' '));
  bool holds = holder_->name() == record.node && held_since_ < desk.turn_asked_at;
  if (was_seen && holds && holder_->restarts() == 0)
    broke("the holder of the endpoint's address was begun before another node");
}

// What is needed to judge the wait for the load balancer, and the judgement when it ends.
void World::note_way(Desk& desk, const rollout::Record& record) {
  if (record.phase != Phase::done) return;
  if (record.is(JournalStep::restarted) || record.is(JournalStep::back))
    desk.restarted_at[record.node] = now_;
  if (record.is(JournalStep::balanced))
    desk.led_back[record.node] = is_led_back(desk, node_named(record.node));
}

// Where the load balancer shows its nodes, a new connection must have reached this one after its restart, and
// where nobody stated its health check, after the time of that. Where it hides them, the time must have
// passed that the run was told. Who was not seen before the roll is not waited for.
bool World::is_led_back(const Desk& desk, const SimNode& node) const {
  auto survey = std::find_if(desk.journal.begin(), desk.journal.end(), [](const rollout::Record& one) {
    return one.is(JournalStep::backends) && one.phase == Phase::done;
  });
  if (survey == desk.journal.end()) return false;
  auto ready = ready_since_.find(node.name());
  Millis settled_at = (ready == ready_since_.end() ? 0ms : ready->second) + told_.settle;
  if (survey->value("kind") != plan::name(plan::BalancerKind::shows)) return now_ >= settled_at;
  if (!is_among(node.name(), split(survey->value("seen"), ' '))) return true;
  auto restarted = desk.restarted_at.find(node.name());
  Millis since = restarted == desk.restarted_at.end() ? 0ms : restarted->second;
  bool is_stated = told_.check == plan::HealthCheck::stated;
  return balancer_.has_reached(node, is_stated ? since : std::max(since, settled_at));
}

// Every node that a run has swapped and confirms was led back to before, unless nobody answered through the
// load balancer when the run began.
void World::check_balanced(const Desk& desk, const rollout::Record& record) {
  auto planned = std::find_if(desk.plan.nodes.begin(), desk.plan.nodes.end(),
                              [&](const plan::NodePlan& one) { return one.name == record.node; });
  bool is_asked = balancer_.is_there() && desk.plan.swaps(*planned);
  bool was_silent = std::any_of(desk.journal.begin(), desk.journal.end(), [](const rollout::Record& one) {
    return one.is(JournalStep::backends) && one.value("kind") == plan::name(plan::BalancerKind::silent);
  });
  if (!is_asked || was_silent) return;
  auto wait = desk.led_back.find(record.node);
  if (wait == desk.led_back.end())
    return broke("a node was confirmed before the load balancer was asked for it");
  if (!wait->second) broke("a node was confirmed before the load balancer led to it again");
}

}  // namespace nightlatch::sim
