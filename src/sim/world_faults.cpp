// Which faults a seed brings, and when they strike: at any time, or at a step of their node that may be rare.
#include <algorithm>

#include <fmt/format.h>

#include "sim/world.hpp"

namespace nightlatch::sim {

namespace {

using namespace std::chrono_literals;
using node::Step;
using rollout::Event;

// They happen to messages and writes as these come, or follow from another fault.
bool is_planned_by_seed(Fault fault) {
  bool of_a_message = fault >= Fault::request_lost && fault <= Fault::reply_doubled;
  return !of_a_message && fault != Fault::write_lost;
}

}  // namespace

bool World::is_planned(Fault fault, std::size_t victim) const {
  return std::any_of(faults_.begin(), faults_.end(),
                     [&](const Planned& one) { return one.fault == fault && one.victim == victim; });
}

void World::plan_faults() {
  if (random_.chance(15)) return;
  auto victim = [&] { return static_cast<std::size_t>(random_.between(0, node_count - 1)); };
  auto any_fault = [&] {
    Fault fault = Fault::killed;
    do {
      fault = static_cast<Fault>(random_.between(0, static_cast<int>(Fault::login_ends)));
    } while (!is_planned_by_seed(fault));
    return fault;
  };
  std::size_t where = victim();
  plan_fault(any_fault(), where);
  if (const auto& step = faults_.front().at) plan_cause_of(*step, where);
  if (faults_.size() == 1 && random_.chance(35))
    plan_fault(any_fault(), random_.chance(60) ? where : victim());
}

// Chosen by the seed's number and not by a draw, which would make other rolls of the seeds that once found a
// mistake.
void World::plan_silent_metrics(std::uint64_t seed) {
  constexpr std::uint64_t one_in = 25;
  if (seed % one_in == 7) faults_.push_back({Fault::metrics_silent, seed / one_in % node_count, {}, {}});
}

void World::plan_fault(Fault fault, std::size_t victim) {
  Planned planned{fault, victim, {}, {}};
  if (random_.chance(70)) {
    planned.at = step_at(static_cast<std::size_t>(random_.between(0, step_count - 1)));
    std::int64_t longest = random_.chance(60) ? 40 : random_.chance(50) ? 1'000 : 15'000;
    planned.delay = Millis(random_.between(0, longest));
  } else {
    planned.delay = Millis(random_.between(0, 90'000));
  }
  faults_.push_back(planned);
}

// Steps beside the straight road are reached when something else went wrong before.
void World::plan_cause_of(Step step, std::size_t victim) {
  if (step == Step::restoring || step == Step::restored) {
    auto misbehaves = static_cast<Fault>(
        random_.between(static_cast<int>(Fault::config_refused), static_cast<int>(Fault::config_differs)));
    faults_.push_back({misbehaves, victim, {}, {}});
  } else if (step == Step::cleaned) {
    faults_.push_back({Fault::stranger_edits, victim, Step::staged, Millis(random_.between(0, 40))});
  } else if (step == Step::foreign) {
    Step when = step_at(static_cast<std::size_t>(random_.between(3, 7)));
    faults_.push_back({Fault::stranger_edits, victim, when, Millis(random_.between(0, 40))});
  }
}

std::string World::fault_text() const {
  if (faults_.empty()) return "none";
  std::string text;
  for (const Planned& fault : faults_) {
    text += fmt::format("{}{} (cp{}", text.empty() ? "" : ", ", name(fault.fault), fault.victim + 1);
    if (fault.at) text += fmt::format(" at {}", node::name(*fault.at));
    text += ")";
  }
  return text;
}

// How an API server behaves that this node makes from its new manifest.
Behaviour World::behaviour_of_new(std::size_t node) {
  Behaviour behaviour;
  behaviour.needs_config = true;
  for (const Planned& fault : faults_) {
    if (fault.victim != node || !is_behaviour(fault.fault)) continue;
    if (fault.fault == Fault::config_refused) behaviour.starts = false;
    if (fault.fault == Fault::probe_unauthorized) behaviour.probe_status = 401;
    if (fault.fault == Fault::path_stays_open) behaviour.closed_status = 200;
    if (fault.fault == Fault::never_ready) behaviour.becomes_ready = false;
    if (fault.fault == Fault::login_differs) behaviour.identity = "sso:ana []";
    if (fault.fault == Fault::login_refused) behaviour.identity.clear();
    if (fault.fault == Fault::config_differs) behaviour.loads_another = true;
    if (fault.fault == Fault::login_late) behaviour.login_after = Millis(random_.between(1'000, 90'000));
    if (fault.fault == Fault::config_untold) behaviour.tells_config = false;
    if (fault.fault == Fault::metrics_silent) behaviour.answers_metrics = false;
    behaviour.faults.push_back(fault.fault);
    if (is_misbehaviour(fault.fault)) behaviour.wrong = fault.fault;
  }
  // What is not told is no reason against a node.
  bool tells = behaviour.tells_config && behaviour.answers_metrics;
  bool is_untold = behaviour.wrong == Fault::config_differs && !tells;
  if (is_untold) behaviour.wrong.reset();
  return behaviour;
}

void World::schedule_faults() {
  for (Planned& fault : faults_) {
    bool due = !fault.is_scheduled && (!fault.at || nodes_[fault.victim]->state().step == *fault.at);
    if (!due) continue;
    fault.is_scheduled = true;
    at(now_ + fault.delay, [this, fault] {
      if (!faults_are_over_) strike(fault.fault, fault.victim);
    });
  }
}

// Of a program that replaces up to three files in four steps each: half of them behind a rename.
int World::some_step_of_writing() {
  if (random_.chance(50)) return static_cast<int>(4 * random_.between(0, 2) + 3);
  return static_cast<int>(random_.between(0, 12));
}

void World::strike(Fault fault, std::size_t victim) {
  SimNode& node = *nodes_[victim];
  auto seconds = [&](std::int64_t from, std::int64_t to) {
    return Millis(random_.between(from * 1'000, to * 1'000));
  };
  switch (fault) {
    case Fault::guard_killed:
      if (node.off() || (!node.guarded() && node.state().step != Step::restoring)) return;
      node.kill_guard(now_ + seconds(5, 200));
      break;
    case Fault::restored_by_hand:
      if (node.off() || (!node.guarded() && node.state().step != Step::restoring)) return;
      struck(fault, node);
      return void(node.restore_by_hand());
    case Fault::api_server_killed:
      node.kill_api_server();
      break;
    case Fault::slow_kubelet:
      node.slow_kubelet(seconds(1, 120));
      break;
    case Fault::power_lost:
      if (node.off()) return;
      struck(fault, node);
      return node.reboot(seconds(5, 90));
    case Fault::clock_jumps:
      node.jump_clock(seconds(10, 600));
      break;
    case Fault::link_cut:
      cut_off_ = &node;
      cut_until_ = now_ + seconds(1, 150);
      break;
    case Fault::login_ends:
      return end_login(node);
    case Fault::window_ends:
      if (window_ended_ < Millis(0)) window_ended_ = now_;
      break;
    case Fault::stranger_edits:
      edited_.insert(&node);
      node.edit_by_stranger(std::string(strangers_manifest));
      break;
    case Fault::power_lost_in_write:  // struck when the node gets there
      return node.lose_power_in_write(some_step_of_writing(), seconds(5, 90));
    case Fault::script_killed:
      return node.kill_script_in_write(some_step_of_writing());
    case Fault::disk_full:
      return node.fill_disk(now_ + seconds(1, 60));
    default:
      return is_of_balancer(fault) ? strike_balancer(fault, node) : strike_run(fault);
  }
  struck(fault, node);
}

void World::end_login(const SimNode& node) {
  login_ends_ = now_;
  login_is_back_ = now_ + Millis(random_.between(1'000, random_.chance(50) ? 20'000 : 2'000'000));
  struck(Fault::login_ends, node);
}

void World::strike_balancer(Fault fault, const SimNode& node) {
  if (fault == Fault::balancer_loses_node) balancer_.never_take_back(node);
  if (fault == Fault::balancer_silent) balancer_.fall_silent(now_ + Millis(random_.between(1'000, 400'000)));
  if (fault == Fault::balancer_slow) balancer_.check_slowly(Millis(random_.between(10'000, 60'000)));
  if (fault == Fault::balancer_asks_closed) balancer_.ask_closed_path();
  struck(fault, node);
}

// What happens to the first run, while it lives.
void World::strike_run(Fault fault) {
  Desk& one = first();
  if (one.finished || !alive_.contains(one.life)) return;
  const SimNode& at_hand = *one.at_hand;
  bool is_behaviour_or_answer = is_behaviour(fault) || fault == Fault::declines || is_of_hook(fault);
  bool second_contest = contested() && (fault == Fault::second_operator || fault == Fault::taken_over);
  if (is_behaviour_or_answer || second_contest) return;
  struck(fault, at_hand);
  switch (fault) {
    case Fault::lost_for_ever:
      abandoned_ = !taken_over_;  // then somebody has come already
      [[fallthrough]];
    case Fault::killed:
      crashed_ = true;
      alive_.erase(one.life);
      break;
    case Fault::journal_full:
      one.journal_is_full = true;
      break;
    case Fault::interruption:
      tell(one, Event{now_, rollout::Interrupted{}});
      break;
    case Fault::second_operator:
      begin_rival();
      break;
    case Fault::taken_over:
      taken_over_ = true;
      [[fallthrough]];
    case Fault::lock_lost:
      one.lock_lost_at = now_;
      tell(one, Event{now_, rollout::LockLost{"broken"}});
      break;
    default:
      break;
  }
}

// Without the cluster's lock, from the same plan: what the nodes hold by themselves has to do.
void World::begin_rival() {
  std::map<std::string, plan::NodeBytes> bytes = first().bytes;
  rival_ = &sit_down("rival", first().plan, std::move(bytes), rollout::Prompting::assume_yes);
  tell(*rival_, Event{now_, rollout::Started{}});
}

}  // namespace nightlatch::sim
