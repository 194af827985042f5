#include "sim/world.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "plan/kubeadm_change.hpp"
#include "util/hash.hpp"

namespace nightlatch::sim {

namespace {

constexpr const char* strangers_manifest = "manifest of kubeadm upgrade";

using namespace std::chrono_literals;
using rollout::Event;
using rollout::NodeOutcome;

constexpr std::size_t node_count = 3;
constexpr Millis lost_after = 15s;  // the transport gives up on a request

std::string old_manifest(std::size_t node) {
  return fmt::format("old manifest of cp{}", node + 1);
}
std::string new_manifest(std::size_t node) {
  return fmt::format("new manifest of cp{}", node + 1);
}

std::vector<facts::Expectation> gates_after() {
  using facts::Credentials;
  using facts::Purpose;
  return {{"GET", "/livez", Credentials::none, Purpose::kubelet_probe, {200}},
          {"GET", "/readyz", Credentials::none, Purpose::kubelet_probe, {200}},
          {"GET", "/readyz", Credentials::admin, Purpose::ready, {200}},
          {"GET", "/version", Credentials::none, Purpose::must_be_closed, {401}}};
}

std::vector<facts::Expectation> gates_before() {
  std::vector<facts::Expectation> gates = gates_after();
  gates.pop_back();
  return gates;
}

constexpr const char* old_kubeadm_config = "old kubeadm-config";
constexpr const char* new_kubeadm_config = "new kubeadm-config";

plan::KubeadmChange kubeadm_change(const std::string& before, const std::string& after) {
  return {sha256_hex(before),
          sha256_hex(after),
          {{0, before.size(), after, ""}},
          {{0, after.size(), before, ""}}};
}

plan::NodePlan node_plan(std::size_t index, const std::string& before, const std::string& after) {
  plan::NodePlan node;
  node.name = fmt::format("cp{}", index + 1);
  node.machine_id = "machine of " + node.name;
  node.action = plan::NodeAction::swap;
  node.manifest_path = "/etc/kubernetes/manifests/kube-apiserver.yaml";
  node.sha256_before = sha256_hex(before);
  node.sha256_after = sha256_hex(after);
  node.gates = gates_after();
  node.grace_seconds = 5;
  return node;
}

// As plan::left_in_midrun, which reads facts.
bool left_in_midrun(const SimNode& one) {
  using node::Step;
  Step step = one.state().step;
  bool ungated = step == Step::restored && !one.state().note.empty();
  return ungated || (step >= Step::staged && step <= Step::restoring && step != Step::cleaned &&
                     step != Step::confirmed);
}

}  // namespace

std::string_view name(Fault fault) {
  constexpr std::array<std::string_view, 16> names{
      "none",         "config refused", "probe unauthorized", "path stays open",
      "never ready",  "link cut",       "stranger edits",     "API server killed",
      "slow kubelet", "interruption",   "person declines",    "workstation lost",
      "node reboots", "clock jumps",    "kubelet late",       "lease late"};
  return names[static_cast<std::size_t>(fault)];
}

World::World(std::uint64_t seed) : random_(seed), kubeadm_config_(old_kubeadm_config) {
  fault_ = random_.chance(25) ? Fault::none : static_cast<Fault>(random_.between(1, 15));
  victim_ = static_cast<std::size_t>(random_.between(0, node_count - 1));
  if (fault_ == Fault::workstation_lost || random_.chance(30))
    crash_after_ = static_cast<int>(random_.between(1, 260));
  for (std::size_t i = 0; i < node_count; ++i) {
    Behaviour behaviour;
    if (i == victim_ && fault_ == Fault::config_refused) behaviour.starts = false;
    if (i == victim_ && fault_ == Fault::probe_unauthorized) behaviour.probe_status = 401;
    if (i == victim_ && fault_ == Fault::path_stays_open) behaviour.closed_status = 200;
    if (i == victim_ && fault_ == Fault::never_ready) behaviour.becomes_ready = false;
    behaviours_[new_manifest(i)] = behaviour;
    behaviours_[old_manifest(i)] = Behaviour{true, 200, 200, true};
  }
  for (std::size_t i = 0; i < node_count; ++i) {
    nodes_.push_back(std::make_unique<SimNode>(fmt::format("cp{}", i + 1), old_manifest(i), behaviours_));
    // Most kubelets find another way to the API; some need a minute.
    if (random_.chance(40)) nodes_.back()->report_late(Millis(random_.between(0, 60'000)));
    plan::NodePlan node = node_plan(i, old_manifest(i), new_manifest(i));
    node.config_path = "/etc/kubernetes/nightlatch/config/authn-0123456789ab.yaml";
    plan_.nodes.push_back(node);
    bytes_[node.name] = {old_manifest(i), new_manifest(i), "config", {}};
  }
  plan_.playbook.gates = {3, 1s, 5s, 0s, 60s};
  plan_.playbook.rollback.lease = random_.chance(50) ? 30s : 120s;
  plan_.kubeadm_config = kubeadm_change(kubeadm_config_, new_kubeadm_config);
  plan::seal(plan_);
}

std::string World::fault_text() const {
  bool about_a_node =
      fault_ != Fault::none && fault_ != Fault::interruption && fault_ != Fault::workstation_lost;
  return about_a_node ? fmt::format("{} (cp{})", name(fault_), victim_ + 1) : std::string(name(fault_));
}

// --- scheduler
// -------------------------------------------------------------------------------------------------

void World::at(Millis when, Task task) {
  queue_.emplace(std::max(when, now_), std::move(task));
}

void World::step_once() {
  auto next = queue_.begin();
  now_ = next->first;
  Task task = std::move(next->second);
  queue_.erase(next);
  for (auto& node : nodes_) node->advance(now_);
  task();
  ++events_;
  check_invariants();
}

void World::roll() {
  auto prompting =
      fault_ == Fault::person_declines ? rollout::Prompting::ask : rollout::Prompting::assume_yes;
  rollout::Run run("first", plan_, bytes_, prompting, "simulation", {.balancer_settle = {}, .collateral = rollout::Collateral::awaited});
  begun_.assign(node_count, false);
  schedule_faults(run, journal_);
  drive(run, journal_);
  if (!crashed_) result_ = run.result();
}

void World::drive(rollout::Run& run, std::vector<rollout::Record>& journal) {
  std::uint64_t life = ++life_;
  finished_ = false;
  deliver(run, journal, Event{now_, rollout::Started{}});
  int limit = events_ + 20'000;
  while (!finished_ && !queue_.empty()) {
    if (crash_after_ >= 0 && events_ >= crash_after_ && life == 1) {
      crashed_ = true;
      ++life_;  // replies and timers for the dead workstation reach nobody; requests on the wire still arrive
      return;
    }
    step_once();
    if (events_ > limit) return broke("the run does not come to an end");
  }
  if (!finished_) broke("the run waits for something that never comes");
  ++life_;
}

void World::deliver(rollout::Run& run, std::vector<rollout::Record>& journal, Event event) {
  event.now = now_;
  for (const rollout::Command& command : run.on(event)) carry_out(run, journal, command);
}

void World::carry_out(rollout::Run& run, std::vector<rollout::Record>& journal,
                      const rollout::Command& command) {
  auto later = [&, life = life_](Millis delay, auto what) {
    at(now_ + delay, [&, life, what] {
      if (life == life_) deliver(run, journal, Event{now_, what});
    });
  };
  if (const auto* append = std::get_if<rollout::Append>(&command)) {
    // Only what was durable before a crash is there after it.
    at(now_ + Millis(random_.between(0, 5)), [&, life = life_, record = append->record] {
      if (life != life_) return;
      journal.push_back(record);
      deliver(run, journal, Event{now_, rollout::Recorded{record.seq}});
    });
  } else if (const auto* call = std::get_if<rollout::CallNode>(&command)) {
    call_node(run, journal, *call);
  } else if (const auto* ask = std::get_if<rollout::AskGates>(&command)) {
    at(now_ + Millis(random_.between(1, 60)), [&, life = life_, ask = *ask] {
      if (life != life_) return;
      rollout::GatesSeen seen{ask.id, {}};
      for (const auto& question : ask.questions) {
        facts::Seen one = nodes_[ask.node]->answer(question);
        if (link_is_cut(ask.node)) one.status = 0;
        seen.seen.push_back(std::move(one));
      }
      deliver(run, journal, Event{now_, std::move(seen)});
    });
  } else if (const auto* config = std::get_if<rollout::PersistConfig>(&command)) {
    persist(run, journal, *config);
  } else if (const auto* look = std::get_if<rollout::AskCluster>(&command)) {
    at(now_ + Millis(random_.between(1, 60)), [&, life = life_, id = look->id] {
      if (life == life_) deliver(run, journal, Event{now_, rollout::ClusterSeen{id, sight()}});
    });
  } else if (const auto* timer = std::get_if<rollout::SetTimer>(&command)) {
    later(timer->delay, rollout::TimerFired{timer->id});
  } else if (const auto* person = std::get_if<rollout::AskPerson>(&command)) {
    auto choice = person->node == victim_ ? rollout::Choice::no : rollout::Choice::yes;
    later(Millis(random_.between(500, 90'000)), rollout::Chosen{choice});
  } else if (std::holds_alternative<rollout::Finish>(command)) {
    finished_ = true;
  }
}

// The network: a request may be lost, its reply may be lost, and a copy may arrive long after.
void World::call_node(rollout::Run& run, std::vector<rollout::Record>& journal,
                      const rollout::CallNode& call) {
  auto reply_with = [&, life = life_, id = call.id](Millis when, node::Reply reply) {
    at(when, [&, life, id, reply = std::move(reply)] {
      if (life == life_) deliver(run, journal, Event{now_, rollout::NodeReplied{id, reply}});
    });
  };
  Millis arrives = now_ + Millis(random_.between(1, 80));
  bool polls = call.request.verb == node::Verb::await;
  if (polls) arrives += 1s;
  bool request_lost = lossy_ && random_.chance(3);
  bool reply_lost = lossy_ && random_.chance(3);
  bool doubled = lossy_ && random_.chance(5);
  if (request_lost || link_is_cut(call.node)) return reply_with(now_ + lost_after, node::Reply{});
  at(arrives, [this, call, reply_with, reply_lost, arrives] {
    bool cut_on_the_way = link_is_cut(call.node);
    node::Reply reply = nodes_[call.node]->call(call.request);
    reply_with(reply_lost || cut_on_the_way ? arrives + lost_after : arrives + Millis(20),
               reply_lost || cut_on_the_way ? node::Reply{} : reply);
  });
  if (doubled) {
    at(arrives + Millis(random_.between(100, 200'000)),
       [this, call] { (void)nodes_[call.node]->call(call.request); });
  }
}

// The API: a request or its answer may be lost; what was written stays written.
void World::persist(rollout::Run& run, std::vector<rollout::Record>& journal,
                    const rollout::PersistConfig& config) {
  using rollout::PersistResult;
  bool request_lost = lossy_ && random_.chance(3);
  bool answer_lost = lossy_ && random_.chance(3);
  at(now_ + Millis(random_.between(1, 200)), [this, &run, &journal, life = life_, config, request_lost,
                                              answer_lost] {
    rollout::KubeadmConfigPersisted persisted{config.id, PersistResult::lost, "no answer"};
    auto after = plan::applied(config.change, kubeadm_config_);
    if (!request_lost && after) {
      check_kubeadm_config(*after);
      kubeadm_config_ = *after;
    }
    bool there = sha256_hex(kubeadm_config_) == config.change.sha256_after;
    if (!request_lost && !answer_lost)
      persisted = {config.id, there ? PersistResult::written : PersistResult::refused, "somebody changed it"};
    if (life == life_) deliver(run, journal, Event{now_, persisted});
  });
}

// S20: kubeadm is told of the new manifests when every node has its own, and of the old ones before any goes
// back.
void World::check_kubeadm_config(const std::string& after) {
  if (after != new_kubeadm_config || stranger_was_here_) return;
  for (const auto& node : nodes_) {
    if (!node->manifest().starts_with("new")) broke("kubeadm-config is new, and a node is not");
  }
}

bool World::link_is_cut(std::size_t node) const {
  return fault_ == Fault::link_cut && node == victim_ && now_ >= cut_from_ && now_ < cut_until_;
}

void World::schedule_faults(rollout::Run& run, std::vector<rollout::Record>& journal) {
  Millis when = Millis(random_.between(0, 90'000));
  SimNode& victim = *nodes_[victim_];
  switch (fault_) {
    case Fault::link_cut:
      cut_from_ = when;
      cut_until_ = when + Millis(random_.between(1'000, 150'000));
      break;
    case Fault::stranger_edits:
      at(when, [this, &victim] {
        stranger_was_here_ = true;
        edited_ = &victim;
        victim.edit_by_stranger(strangers_manifest);
      });
      break;
    case Fault::api_server_killed:
      at(when, [&victim] { victim.kill_api_server(); });
      break;
    case Fault::slow_kubelet:
      victim.slow_kubelet(Millis(random_.between(1'000, 120'000)));
      break;
    case Fault::node_reboots:
      at(when, [this, &victim] { victim.reboot(Millis(random_.between(5'000, 90'000))); });
      break;
    case Fault::clock_jumps:
      at(when, [this, &victim] { victim.jump_clock(Millis(random_.between(10'000, 600'000))); });
      break;
    case Fault::kubelet_late:
      victim.report_late(Millis(random_.between(1'000, 400'000)));
      break;
    case Fault::lease_late:
      leaderless_from_ = when;
      leaderless_until_ = when + Millis(random_.between(1'000, 400'000));
      break;
    case Fault::interruption:
      at(when, [&, life = life_ + 1] {
        if (life == life_ && !finished_) deliver(run, journal, Event{now_, rollout::Interrupted{}});
      });
      break;
    default:
      break;
  }
}

// --- afterwards
// ------------------------------------------------------------------------------------------------

// Guards may still be at work when it begins; the faults of others are over.
void World::another_workstation_comes() {
  bool fault_lasts =
      fault_ == Fault::node_reboots || fault_ == Fault::api_server_killed || fault_ == Fault::slow_kubelet;
  bool at_once = !fault_lasts && random_.chance(50);
  let_pass(at_once ? Millis(random_.between(1'000, 120'000)) : 10min);
  lossy_ = false;
  fault_ = Fault::none;
  for (auto& node : nodes_) {
    node->heal_kubelet();
    node->report_late(0ms);
  }
  leaderless_until_ = std::min(leaderless_until_, now_);
}

void World::roll_back_from_another_workstation() {
  another_workstation_comes();
  plan::Plan back;
  back.direction = plan::Direction::rollback;
  back.of_run = "first";
  back.playbook = plan_.playbook;
  if (kubeadm_config_ == new_kubeadm_config)
    back.kubeadm_config = kubeadm_change(new_kubeadm_config, old_kubeadm_config);
  std::map<std::string, plan::NodeBytes> bytes;
  for (std::size_t i = 0; i < node_count; ++i) {
    bool in_midrun = left_in_midrun(*nodes_[i]);
    plan::NodePlan node = node_plan(i, new_manifest(i), old_manifest(i));
    node.gates = gates_before();
    if (in_midrun) {
      node.action = plan::NodeAction::finish_restore;
      node.previous_run = "first";
      std::swap(node.sha256_before, node.sha256_after);
    } else if (nodes_[i]->manifest() != new_manifest(i)) {
      node.action = plan::NodeAction::none;
      node.sha256_before = node.sha256_after = sha256_hex(nodes_[i]->manifest());
    }
    back.nodes.push_back(node);
    bytes[node.name] = {new_manifest(i), old_manifest(i), {}, {}};
  }
  // A node in mid-run is the one that may be away: it comes first, and the others are ready.
  std::stable_partition(back.nodes.begin(), back.nodes.end(), [](const plan::NodePlan& node) {
    return node.action == plan::NodeAction::finish_restore;
  });
  std::vector<std::unique_ptr<SimNode>> in_order;
  for (const plan::NodePlan& node : back.nodes) {
    in_order.push_back(std::move(nodes_[static_cast<std::size_t>(node.name.back() - '1')]));
  }
  nodes_ = std::move(in_order);
  bytes_ = bytes;
  std::vector<rollout::Record> journal;
  drive_plan(back, "second", journal);
  let_pass(10min);
  check_guards();
  if (stranger_was_here_) return;
  if (result_.exit != Exit::done)
    broke(fmt::format("the rollback ended with exit {}", static_cast<int>(result_.exit)));
  for (const auto& node : nodes_) {
    if (!node->manifest().starts_with("old")) broke("a node is not old after the rollback");
  }
  if (kubeadm_config_ != old_kubeadm_config) broke("kubeadm-config is not old after the rollback");
}

// Guards look every second, whether anything else happens or not.
void World::let_pass(Millis time) {
  Millis until = now_ + time;
  while (now_ < until) {
    Millis next = std::min(until, now_ + 1s);
    while (!queue_.empty() && queue_.begin()->first <= next) step_once();
    now_ = next;
    for (auto& node : nodes_) node->advance(now_);
    check_invariants();
  }
}

// As `nightlatch resume`: plan::make_finish, then the original plan for the nodes that are not new yet.
void World::resume_from_another_workstation() {
  bool nothing_wrong = fault_ == Fault::none;
  another_workstation_comes();
  if (stranger_was_here_) return;  // it came after the crash: resume would refuse
  plan::Plan finish = plan_;
  plan::Plan rest = plan_;
  finish.direction = plan::Direction::rollback;
  finish.of_run = "first";
  finish.kubeadm_config.reset();
  if (kubeadm_config_ == new_kubeadm_config) rest.kubeadm_config.reset();
  for (std::size_t i = 0; i < node_count; ++i) {
    bool midway = left_in_midrun(*nodes_[i]);
    plan::NodePlan& node = finish.nodes[i];
    node.action = midway ? plan::NodeAction::finish_restore : plan::NodeAction::none;
    if (midway) node.previous_run = "first";
    if (!midway) node.sha256_before = node.sha256_after = sha256_hex(nodes_[i]->manifest());
    node.gates = gates_before();
  }
  std::vector<rollout::Record> journal;
  drive_plan(finish, "second", journal);
  if (stranger_was_here_) return;  // or while it was at work
  if (result_.exit != Exit::done) {
    return broke(
        fmt::format("what was left in mid-change was not put back: exit {}", static_cast<int>(result_.exit)));
  }
  for (std::size_t i = 0; i < node_count; ++i) {
    nodes_[i]->forget_swaps();
    if (nodes_[i]->manifest() == new_manifest(i)) rest.nodes[i].action = plan::NodeAction::none;
  }
  journal_.clear();
  drive_plan(rest, "third", journal_);
  if (nothing_wrong && result_.exit != Exit::done)
    broke(
        fmt::format("what only a crash had stopped did not go on: exit {}", static_cast<int>(result_.exit)));
  let_pass(10min);
  check_guards();
  check_end(result_);
}

void World::drive_plan(const plan::Plan& plan, const char* id, std::vector<rollout::Record>& journal) {
  plan_ = plan;
  plan::seal(plan_);
  rollout::Run run(id, plan_, bytes_, rollout::Prompting::assume_yes, "another workstation",
                   {.balancer_settle = {}, .collateral = rollout::Collateral::awaited});
  begun_.assign(node_count, false);
  drive(run, journal);
  result_ = run.result();
}

void World::settle() {
  let_pass(10min);
  check_guards();
  if (!crashed_) check_end(result_);
}

// Every armed guard ends in confirm or restore, whoever is still there; and every API server serves.
void World::check_guards() {
  for (const auto& node : nodes_) {
    node::Step step = node->state().step;
    if (step >= node::Step::armed && step <= node::Step::soaked) broke("a guard is still armed at the end");
    if (step == node::Step::restoring) broke("a restore does not come to an end");
    bool old = node->manifest().starts_with("old");
    if (step == node::Step::restored && !old && !stranger_was_here_) broke("a restored node is not old");
    if (abandoned() && !node->serving() && !stranger_was_here_) broke("an abandoned node does not serve");
  }
}

int World::guard_restores() const {
  int all = 0;
  for (const auto& node : nodes_) all += node->guard_restores();
  return all;
}

void World::broke(std::string what) {
  if (std::find(broken_.begin(), broken_.end(), what) == broken_.end()) broken_.push_back(std::move(what));
}

void World::check_invariants() {
  auto away = std::count_if(nodes_.begin(), nodes_.end(),
                            [](const auto& node) { return node->away_because_of_us(); });
  if (away > 1) broke("more than one API server is away because of us");
  if (edited_ != nullptr && edited_->manifest() != strangers_manifest)
    broke("a stranger's bytes were overwritten");
  for (const auto& node : nodes_) {
    const std::string& manifest = node->manifest();
    bool known = manifest.starts_with("old") || manifest.starts_with("new");
    if (!known && !stranger_was_here_) broke("a node holds a manifest that nobody wrote");
  }
  if (plan_.direction == plan::Direction::rollback) return;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    // Exposure is never wider than before; what was confirmed is not opened again by a late guard.
    if (nodes_[i]->state().step == node::Step::confirmed && nodes_[i]->manifest().starts_with("old"))
      broke("a confirmed node is open again");
    if (nodes_[i]->swaps() > 1) broke("a node was swapped twice by one run");
    if (nodes_[i]->swaps() == 0) continue;
    check_beginning(i);
    bool explained = std::any_of(journal_.begin(), journal_.end(), [&](const rollout::Record& record) {
      return record.node == plan_.nodes[i].name && record.step == "swapped" &&
             record.phase == rollout::Phase::intend;
    });
    if (!explained) broke("a swap is not in the journal");
    bool predecessor_confirmed = i == 0 || nodes_[i - 1]->state().step == node::Step::confirmed;
    if (!predecessor_confirmed) broke("a node was swapped before the one before it was confirmed");
  }
}

// What the run says of the cluster must be what is there.
void World::check_end(const rollout::RunResult& result) {
  if (result.outcome == rollout::Outcome::needs_person) return;
  std::size_t new_nodes = 0;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const SimNode& node = *nodes_[i];
    NodeOutcome said = result.nodes[i].outcome;
    bool is_new = node.manifest().starts_with("new");
    bool is_old = node.manifest().starts_with("old");
    if (is_new) ++new_nodes;
    if (said == NodeOutcome::confirmed && !is_new && !stranger_was_here_)
      broke("a confirmed node is not new");
    if (said == NodeOutcome::confirmed && node.state().step != node::Step::confirmed) {
      broke("a node was called confirmed that is not");
    }
    if ((said == NodeOutcome::restored || said == NodeOutcome::untouched) && !is_old && !stranger_was_here_) {
      broke("a node was called old that is not");
    }
    if (!node.serving() && !stranger_was_here_) broke("a node does not serve although nobody was called");
  }
  if (stranger_was_here_) return;
  using rollout::ClusterState;
  ClusterState there = new_nodes == 0               ? ClusterState::old_state
                       : new_nodes == nodes_.size() ? ClusterState::new_state
                                                    : ClusterState::mixed;
  bool config_is_new = kubeadm_config_ == new_kubeadm_config;
  if (plan_.kubeadm_config && config_is_new == result.kubeadm_config_left)
    broke("kubeadm-config is not what was reported");
  if (result.exit == Exit::done && !config_is_new) broke("a run that is done has left kubeadm-config old");
  if (there != result.cluster) broke("the cluster is not in the state that was reported");
}

}  // namespace nightlatch::sim
