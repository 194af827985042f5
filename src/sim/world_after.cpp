// Who comes after a run that was killed or taken over, and what becomes of the nodes.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "sim/world.hpp"
#include "util/hash.hpp"

namespace nightlatch::sim {

namespace {

using namespace std::chrono_literals;
using node::Step;

// As plan::left_in_midrun, which reads facts.
bool left_in_midrun(const SimNode& one) {
  Step step = one.state().step;
  bool ungated = step == Step::restored && !one.state().note.empty();
  return ungated || (step >= Step::staged && step <= Step::restoring && step != Step::cleaned &&
                     step != Step::confirmed);
}

// The manifest of the run that was left in mid-change goes back to what that run found.
plan::ManifestChange finish_restore(const SimNode& there) {
  plan::ManifestChange change;
  change.node = there.name();
  change.kind = plan::ManifestChange::Kind::finish_restore;
  change.previous_run = there.state().run;
  change.sha256_before = sha256_hex(there.planned_after());
  change.sha256_after = sha256_hex(there.planned_before());
  return change;
}

// As plan::waits_for_confirmation.
bool waits_for_confirmation(const SimNode& one) {
  return one.state().run == "first" && one.state().step >= Step::armed && one.state().step <= Step::soaked;
}

void leave_alone(plan::Plan& plan, std::size_t node, const SimNode& there) {
  plan.leave_alone(plan.nodes[node]);
  plan.nodes[node].manifest_sha256 = sha256_hex(there.manifest());
}

bool lasts(Fault fault) {
  constexpr std::array lasting{Fault::power_lost, Fault::power_lost_in_write, Fault::api_server_killed,
                               Fault::slow_kubelet, Fault::second_operator};
  return std::find(lasting.begin(), lasting.end(), fault) != lasting.end();
}

}  // namespace

// Guards, and a run that was taken over, may still be at work when it begins; the faults are over.
void World::another_workstation_comes() {
  bool fault_lasts =
      std::any_of(faults_.begin(), faults_.end(), [](const Planned& fault) { return lasts(fault.fault); });
  bool at_once = !fault_lasts && random_.chance(50);
  let_pass(at_once ? Millis(random_.between(1'000, 120'000)) : 10min);
  end_of_faults();
  login_is_back_ = std::min(login_is_back_, now_);  // it has a login of its own
  if (!at_once) let_pass(5min);
}

void World::end_of_faults() {
  faults_are_over_ = true;
  lossy_ = false;
  cut_off_ = nullptr;
  for (auto& node : nodes_) node->heal();
  balancer_.heal();
}

void World::settle_guards() {
  let_pass(10min);
  check_guards();
}

bool World::ended_well(const Desk& desk) {
  return desk.finished && desk.run->result().exit == Exit::done;
}

bool World::all_are_old() const {
  return std::all_of(nodes_.begin(), nodes_.end(),
                     [&](const auto& node) { return origin_of(*node) == Origin::before; });
}

void World::roll_back_from_another_workstation() {
  another_workstation_comes();
  // A run that was taken over may bring a node to its end between this plan and its first step: once more.
  constexpr std::array runs{"second", "third", "fourth"};
  for (const char* run : runs) {
    if (stranger_was_here()) return settle_guards();
    roll_back_once(run);
    let_pass(10min);
    if (ended_well(*desks_.back()) || !contested()) break;
  }
  check_guards();
  if (stranger_was_here()) return;
  if (taken_over_ && !first().finished && !crashed_)
    broke("a run that was taken over does not come to an end");
  const Desk& last = *desks_.back();
  if (!ended_well(last)) {
    const rollout::RunResult& end = last.run->result();
    std::string why = end.trouble ? end.trouble->why : "";
    for (const rollout::NodeResult& node : end.nodes) {
      if (node.trouble) why += fmt::format(" {}: {}", node.node, node.trouble->why);
    }
    broke(fmt::format("the rollback ended with exit {}: {}", static_cast<int>(end.exit), why));
  }
  if (!all_are_old()) broke("a node is not old after the rollback");
  if (following_object() != old_object && !contested()) broke("an object is not old after the rollback");
}

void World::roll_back_once(const char* run) {
  plan::Plan back;
  back.direction = plan::Direction::rollback;
  back.of_run = "first";
  back.playbook = first().plan.playbook;
  if (following_object() == new_object) back.changes.emplace_back(object_change(new_object, old_object));
  std::map<std::string, plan::NodeBytes> bytes;
  for (std::size_t i = node_count; i-- > 0;) {  // the list reversed
    plan::NodePlan node = node_plan(i, new_manifest(i), old_manifest(i));
    if (left_in_midrun(*nodes_[i])) {
      back.changes.emplace_back(finish_restore(*nodes_[i]));
    } else if (nodes_[i]->manifest() == new_manifest(i)) {
      back.changes.emplace_back(manifest_change(i, new_manifest(i), old_manifest(i)));
    } else {
      node.manifest_sha256 = sha256_hex(nodes_[i]->manifest());
    }
    back.nodes.push_back(node);
    bytes[node.name] = {new_manifest(i), old_manifest(i), {}, {}};
  }
  // A node in mid-run is the one that may be away: it comes first, and the others are ready.
  std::stable_partition(back.nodes.begin(), back.nodes.end(),
                        [&](const plan::NodePlan& node) { return back.finishes_restore(node); });
  back.follow_nodes();
  drive(sit_down(run, back, bytes, rollout::Prompting::assume_yes));
}

// As `nightlatch resume`: plan::make_finish, then the original plan for the nodes that are not new yet.
void World::resume_from_another_workstation() {
  another_workstation_comes();
  if (stranger_was_here()) return settle_guards();  // it came after the crash: resume would refuse
  plan::Plan finish = first().plan;
  plan::Plan rest = first().plan;
  finish.direction = plan::Direction::rollback;
  finish.of_run = "first";
  finish.changes.clear();
  if (following_object() == new_object) rest.changes.pop_back();
  for (std::size_t i = 0; i < node_count; ++i) {
    finish.nodes[i].gates = gates_before();
    if (left_in_midrun(*nodes_[i])) {
      finish.changes.emplace_back(finish_restore(*nodes_[i]));
    } else {
      leave_alone(finish, i, *nodes_[i]);
      finish.nodes[i].stays_behind = nodes_[i]->manifest() == new_manifest(i);
    }
  }
  Desk& second = sit_down("second", finish, first().bytes, rollout::Prompting::assume_yes);
  drive(second);
  if (!ended_well(second)) {
    return broke(fmt::format("what was left in mid-change was not put back: exit {}",
                             static_cast<int>(second.run->result().exit)));
  }
  check_end(second);
  for (std::size_t i = 0; i < node_count; ++i) {
    if (nodes_[i]->manifest() == new_manifest(i)) leave_alone(rest, i, *nodes_[i]);
  }
  Desk& third = sit_down("third", rest, first().bytes, rollout::Prompting::assume_yes);
  drive(third);
  settle_guards();
  check_end(third);
}

// As `nightlatch confirm`, whatever becomes of it: plan::make_confirmation.
void World::confirm_from_another_workstation() {
  let_pass(Millis(random_.between(1'000, 60'000)));
  end_of_faults();
  plan::Plan kept = first().plan;
  kept.of_run = "first";
  kept.changes.clear();
  for (std::size_t i = 0; i < node_count; ++i) {
    kept.nodes[i].manifest_sha256 = sha256_hex(nodes_[i]->manifest());
    kept.nodes[i].stays_behind = nodes_[i]->manifest() == old_manifest(i);
    if (!waits_for_confirmation(*nodes_[i])) continue;
    plan::ManifestChange change = manifest_change(i, old_manifest(i), new_manifest(i));
    change.kind = plan::ManifestChange::Kind::finish_confirm;
    change.previous_run = "first";
    kept.changes.emplace_back(std::move(change));
  }
  if (kept.changes_nothing()) return settle_guards();
  std::stable_partition(kept.nodes.begin(), kept.nodes.end(),
                        [&](const plan::NodePlan& node) { return kept.finishes_confirm(node); });
  kept.follow_nodes();
  Desk& second = sit_down("second", kept, first().bytes, rollout::Prompting::assume_yes);
  drive(second);
  settle_guards();
  if (taken_over_ && !first().finished && !crashed_)
    broke("a run that was taken over does not come to an end");
  check_confirmation(second);
}

// A node is confirmed or restored, never both; and a run that lives still has no say once it is shut out.
void World::check_confirmation(const Desk& second) {
  auto has_taken_over = [&](const SimNode& node) {
    return std::any_of(second.journal.begin(), second.journal.end(), [&](const rollout::Record& record) {
      return record.node == node.name() && record.is(facts::JournalStep::taken_over) &&
             record.phase == rollout::Phase::done;
    });
  };
  const rollout::RunResult& result = second.run->result();
  for (std::size_t i = 0; i < second.nodes.size(); ++i) {
    const SimNode& node = *second.nodes[i];
    if (!second.plan.finishes_confirm(second.plan.nodes[i]) || edited_.contains(&node)) continue;
    rollout::NodeOutcome said = result.nodes[i].outcome;
    bool was_kept = node.state().step == Step::confirmed && node.manifest() == node.planned_after();
    if (said == rollout::NodeOutcome::confirmed) {
      confirmed_by_another_ = true;
      if (!was_kept && !contested()) broke("a node was called confirmed that is not");
    } else if (said == rollout::NodeOutcome::untouched && has_taken_over(node) && was_kept) {
      broke("a node was confirmed although its gates did not hold");
    }
    if (!has_taken_over(node) || !first().finished) continue;
    for (const rollout::NodeResult& old : first().run->result().nodes) {
      if (old.node == node.name() && old.outcome == rollout::NodeOutcome::confirmed)
        broke("a run confirmed a node from which it was shut out");
    }
  }
}

void World::settle() {
  let_pass(10min);
  end_of_faults();
  let_pass(5min);
  check_guards();
  for (const auto& desk : desks_) {
    if (desk->finished) check_end(*desk);
  }
}

}  // namespace nightlatch::sim
