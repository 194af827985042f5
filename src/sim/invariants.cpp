// What must hold after every event of a simulated roll, and at its end.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "rollout/errors.hpp"
#include "sim/world.hpp"
#include "util/hash.hpp"
#include "util/text.hpp"

namespace nightlatch::sim {

namespace {

using namespace std::chrono_literals;
using node::Step;
using rollout::NodeOutcome;

bool is_terminal(Step step) {
  constexpr std::array terminal{Step::idle, Step::cleaned, Step::confirmed, Step::restored, Step::foreign};
  return std::find(terminal.begin(), terminal.end(), step) != terminal.end();
}

// The ways of docs/protocol.md. A run leaves a node only at a terminal step.
bool is_a_way(const Transition& way) {
  if (way.run != way.run_before || way.to == Step::staged)
    return way.to == Step::staged &&
           (is_terminal(way.from) || (way.from == Step::staged && way.run == way.run_before));
  if (way.from == way.to) return true;  // another epoch, lease or note
  bool undone = way.to == Step::restoring || way.to == Step::foreign;
  switch (way.from) {
    case Step::staged:
      return way.to == Step::cleaned || way.to == Step::armed || undone;
    case Step::armed:
      return way.to == Step::swapped || undone;
    case Step::swapped:
      return way.to == Step::restarted || undone;
    case Step::restarted:
      return way.to == Step::gated || undone;
    case Step::gated:
      return way.to == Step::soaked || undone;
    case Step::soaked:
      return way.to == Step::confirmed || undone;
    case Step::restoring:
      return way.to == Step::restored || undone;
    default:
      return false;
  }
}

}  // namespace

void World::broke(std::string what) {
  if (std::find(broken_.begin(), broken_.end(), what) == broken_.end()) broken_.push_back(std::move(what));
}

void World::look() {
  for (auto& node : nodes_) {
    for (const Transition& transition : node->take_transitions()) check_transition(*node, transition);
    for (const Strike& strike : node->take_strikes()) strikes_.push_back(strike);
  }
  check_nodes();
  if (!faults_are_over_) schedule_faults();
}

void World::check_nodes() {
  auto away = std::count_if(nodes_.begin(), nodes_.end(),
                            [](const auto& node) { return node->away_because_of_us(); });
  if (away > 1) broke("more than one API server is away because of us");
  for (const auto& node : nodes_) {
    const std::string& manifest = node->manifest();
    bool strange = edited_.contains(node.get());
    if (strange && manifest != strangers_manifest) broke("a stranger's bytes were overwritten");
    Origin origin = origin_of(*node);
    if (origin != Origin::before && origin != Origin::planned && !strange)
      broke("a node holds a manifest that nobody wrote");
    // Exposure is never wider than before: what was confirmed is not undone by a late guard.
    if (node->state().step == Step::confirmed && manifest != node->planned_after() && !strange)
      broke("a confirmed node is undone");
    if (node->booted_unconfirmed()) broke("a kubelet started an unconfirmed manifest after a boot");
  }
}

void World::check_transition(const SimNode& node, const Transition& transition) {
  reached_.emplace(node.name(), node::name(transition.to));
  if (!is_a_way(transition)) {
    broke(fmt::format("{} went from {} of run {} to {} of run {}", node.name(), node::name(transition.from),
                      transition.run_before, node::name(transition.to), transition.run));
  }
  if (transition.from == transition.to) return;
  bool of_its_own = transition.by_guard || transition.to == Step::foreign;
  if (!of_its_own && !is_explained(node, transition.to))
    broke(fmt::format("the journal does not know why a node is {}", node::name(transition.to)));
  if (transition.to == Step::swapped) check_swap(node, transition.run);
  if (transition.to == Step::soaked || transition.to == Step::restored) {
    auto asked = ready_when_asked_.find(node.name());
    ready_since_[node.name()] = asked == ready_when_asked_.end() ? node.ready_at() : asked->second;
  }
  if (transition.to == Step::confirmed) check_confirmed(node);
}

void World::check_confirmed(const SimNode& node) {
  const Behaviour& behaviour = behaviours_[node.manifest()];
  // S18: who the token is under the new manifest, and under the one before. Whoever confirms what another run
  // has left cannot ask the one before.
  bool by_another = std::any_of(desks_.begin(), desks_.end(), [&](const auto& desk) {
    return std::any_of(desk->plan.nodes.begin(), desk->plan.nodes.end(), [&](const plan::NodePlan& one) {
      return one.name == node.name() && desk->plan.finishes_confirm(one);
    });
  });
  if (login_ && !by_another && behaviour.identity != behaviours_[node.planned_before()].identity)
    broke("a node was confirmed on which a login is not the same as before");
  bool placed_one = origin_of(node) == Origin::planned && !node.loaded_config().empty();
  bool could_ask = login_ends_ < 0ms;  // which configuration it has loaded, an administrator is told
  if (could_ask && placed_one && node.loaded_config() != "sha256:" + sha256_hex(config_bytes))
    broke("a node was confirmed that has loaded another configuration than the one placed");
  bool of_login = behaviour.wrong && is_of_login(*behaviour.wrong);
  bool unseen = behaviour.wrong == Fault::config_differs && !could_ask;
  if (behaviour.wrong && !unseen && !(of_login && by_another))
    broke("a node was confirmed whose API server fails its gates");
}

Origin World::origin_of(const SimNode& node) const {
  auto found = manifests_.find(node.manifest());
  return found == manifests_.end() ? Origin::nobody : found->second;
}

// Before its first node: a rollback does not insist on that, and a crowd of an earlier run may have been
// there.
bool World::knew_a_calm_cluster(const Desk& desk) {
  constexpr double all_but_a_crowd = 8;
  if (desk.plan.direction == plan::Direction::rollback) return false;
  return std::any_of(desk.journal.begin(), desk.journal.end(), [](const rollout::Record& record) {
    auto rate = record.data.find("rejected_per_second");
    return rate != record.data.end() && std::stod(rate->second) < all_but_a_crowd;
  });
}

bool World::is_explained(const SimNode& node, Step step) const {
  return std::any_of(desks_.begin(), desks_.end(), [&](const auto& desk) {
    return std::any_of(desk->journal.rbegin(), desk->journal.rend(), [&](const rollout::Record& record) {
      return record.phase == rollout::Phase::intend && record.node == node.name() &&
             record.step == node::name(step);
    });
  });
}

void World::check_swap(const SimNode& node, const std::string& run) {
  if (++swaps_[{&node, run}] > 1) broke("a node was swapped twice by one run");
  for (const auto& desk : desks_) {
    if (desk->run->id() != run) continue;
    for (std::size_t i = 0; i < desk->nodes.size(); ++i) {
      bool is_swapped_too = desk->nodes[i] != &node && swaps_.contains({desk->nodes[i], run});
      if (is_swapped_too && desk->nodes[i]->state().step != Step::confirmed)
        broke("a node was swapped before the one before it was confirmed");
      bool by_us_alone = !edited_.contains(desk->nodes[i]) && !contested();
      if (is_swapped_too && by_us_alone && !desk->nodes[i]->kubelet_reports())
        broke("a node was swapped while the Node changed before it was not Ready");
      if (is_swapped_too && by_us_alone && knew_a_calm_cluster(*desk) && desk->nodes[i]->crowded())
        broke("a node was swapped while more requests were rejected than before the roll");
    }
  }
}

// A record that has just become durable.
void World::check_record(Desk& desk, const rollout::Record& record) {
  constexpr Millis on_its_way = 5ms;
  bool begins = record.phase == rollout::Phase::intend && record.is(facts::JournalStep::preflight);
  if (begins && desk.lock_lost_at >= 0ms && now_ > desk.lock_lost_at + on_its_way)
    broke("a node was begun without the cluster's lock");
  if (begins) check_turn(desk, record);
  check_window(desk, record);
  check_lease(desk, record);
  bool confirms = record.phase == rollout::Phase::intend && record.is(facts::JournalStep::confirmed);
  if (confirms) check_balanced(desk, record);
  note_way(desk, record);
  if (record.is(facts::JournalStep::order) && record.phase == rollout::Phase::intend)
    desk.turn_asked_at = now_;
  if (record.phase != rollout::Phase::done) return;
  auto node = std::find_if(desk.nodes.begin(), desk.nodes.end(),
                           [&](const SimNode* one) { return one->name() == record.node; });
  if (node == desk.nodes.end()) return;
  if (record.is(facts::JournalStep::config) && !(*node)->config_is_placed())
    broke("the journal has a configuration placed that is not there");
  std::optional<Step> step = facts::protocol_step_named(record.step);
  if (step && !reached_.contains({record.node, record.step}))
    broke(fmt::format("the journal has a node {} that never was", record.step));
}

// Every armed guard ends in confirm or restore, whoever is still there; and every API server serves.
void World::check_guards() {
  for (const auto& node : nodes_) {
    Step step = node->state().step;
    bool strange = edited_.contains(node.get());
    if (step >= Step::armed && step <= Step::soaked) broke("a guard is still armed at the end");
    if (step == Step::restoring) broke("a restore does not come to an end");
    if (step == Step::restored && node->manifest() != node->planned_before() && !strange)
      broke("a restored node is not as it was");
    if (step == Step::staged && node->manifest() == node->planned_after())
      broke("a change that nobody has confirmed stays");
    if (abandoned_ && !node->serving() && !strange) broke("an abandoned node does not serve");
  }
}

// A restore by hand needs no person. An administrator who cannot see, or a /metrics that does not answer, is
// no reason to undo a change; what the network loses may be one.
void World::check_kept(const rollout::RunResult& result) {
  auto only = [&](Fault fault) {
    auto is_it = [&](const Planned& one) { return one.fault == fault; };
    return !faults_.empty() && std::all_of(faults_.begin(), faults_.end(), is_it);
  };
  auto ended_by = [&](const ErrorCode& code) {
    return std::any_of(result.nodes.begin(), result.nodes.end(), [&](const rollout::NodeResult& node) {
      return node.trouble && node.trouble->code == code.number;
    });
  };
  bool not_healthy =
      std::any_of(result.nodes.begin(), result.nodes.end(), [](const rollout::NodeResult& node) {
        return node.trouble && rollout_errors::is_unhealthy_again(node.trouble->code);
      });
  if (only(Fault::restored_by_hand) && not_healthy) broke("a person was called because of a restore by hand");
  bool undone = ended_by(rollout_errors::gates_late) || ended_by(rollout_errors::not_balanced);
  if (only(Fault::metrics_silent) && (undone || not_healthy))
    broke("a healthy change was undone because /metrics did not answer");
  if (only(Fault::login_ends) && (undone || not_healthy))
    broke("a healthy change was undone because an administrator could not see");
}

// The first error of a node is the reason that a person is told. What the clean-up meets later is not; a
// failed restore is told, with the first error beside it.
void World::check_reasons(const Desk& desk) {
  for (const rollout::NodeResult& node : desk.run->result().nodes) {
    if (!node.trouble) continue;
    auto first = std::find_if(desk.journal.begin(), desk.journal.end(), [&](const rollout::Record& record) {
      return record.node == node.node && record.phase == rollout::Phase::failed;
    });
    if (first == desk.journal.end()) continue;
    std::string why = first->value("why");
    std::string because = fmt::format("{}: {}", code_name(rollout::error_code(*first)), why);
    bool is_told = node.trouble->why == why || node.trouble->undone_because == because;
    if (!is_told) broke("the first error of a node is not the reason that is told");
  }
}

// What a run says of the cluster must be what is there; unless another has come after it.
void World::check_end(const Desk& desk) {
  const rollout::RunResult& result = desk.run->result();
  bool called = result.outcome == rollout::Outcome::needs_person;
  bool lacks_journal = result.trouble && result.trouble->code == rollout_errors::journal_unwritable.number;
  check_kept(result);
  check_reasons(desk);
  check_hooks(desk);
  if (called && !lacks_journal) return;
  bool strange = stranger_was_here();
  std::size_t new_nodes = 0;
  for (std::size_t i = 0; i < desk.nodes.size(); ++i) {
    const SimNode& node = *desk.nodes[i];
    NodeOutcome said = result.nodes[i].outcome;
    bool is_new = origin_of(node) == Origin::planned;
    if (is_new) ++new_nodes;
    if (!node.serving() && !strange && !called) broke("a node does not serve although nobody was called");
    if (contested() && node.state().run != desk.run->id()) continue;
    bool is_confirmed = node.state().step == Step::confirmed && (is_new || strange);
    if (said == NodeOutcome::confirmed && !is_confirmed) broke("a node was called confirmed that is not");
    if ((said == NodeOutcome::restored || said == NodeOutcome::untouched) && is_new)
      broke("a node was called old that is not");
  }
  bool is_last = &desk == desks_.back().get();
  for (const auto& turn : desk.plan.object_changes()) {
    const facts::ObjectReference& object = turn.change->object;
    bool written = sha256_hex(objects_.at(object)) == turn.change->sha256_after;
    rollout::ObjectOutcome said = rollout::outcome_of(result, object);
    if (said == rollout::ObjectOutcome::unknown) continue;
    if (written != (said == rollout::ObjectOutcome::changed) && is_last && !contested() && !strange)
      broke(fmt::format("{} is not what was reported", object.text()));
  }
  using rollout::ClusterState;
  ClusterState there = new_nodes == 0                   ? ClusterState::old_state
                       : new_nodes == desk.nodes.size() ? ClusterState::new_state
                                                        : ClusterState::mixed;
  bool is_told = result.cluster != ClusterState::unknown || !called;
  if (is_told && there != result.cluster && !contested() && !strange)
    broke("the cluster is not in the state that was reported");
}

}  // namespace nightlatch::sim
