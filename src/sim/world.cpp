#include "sim/world.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace nightlatch::sim {

namespace {

using namespace std::chrono_literals;
using rollout::Event;

constexpr Millis lost_after = 15s;  // the transport gives up on a request

bool is_rarely_spoken_to(node::Step step) {
  return step == node::Step::cleaned || step == node::Step::restored || step == node::Step::foreign;
}

}  // namespace

World::World(std::uint64_t seed) : random_(seed) {
  plan_faults();
  plan::Plan plan;
  std::map<std::string, plan::NodeBytes> bytes;
  for (std::size_t i = 0; i < node_count; ++i) {
    Behaviour behaviour;
    behaviour.needs_config = true;
    for (const Planned& fault : faults_) {
      if (fault.victim != i) continue;
      if (fault.fault == Fault::config_refused) behaviour.starts = false;
      if (fault.fault == Fault::probe_unauthorized) behaviour.probe_status = 401;
      if (fault.fault == Fault::path_stays_open) behaviour.closed_status = 200;
      if (fault.fault == Fault::never_ready) behaviour.becomes_ready = false;
      if (is_misbehaviour(fault.fault)) behaviour.wrong = fault.fault;
    }
    behaviours_[new_manifest(i)] = behaviour;
    behaviours_[old_manifest(i)].closed_status = 200;
    nodes_.push_back(
        std::make_unique<SimNode>(fmt::format("cp{}", i + 1), old_manifest(i), behaviours_, random_.next()));
    // Most kubelets find another way to the API; some need a minute, and a few too long (S19).
    if (random_.chance(40)) nodes_[i]->report_late(Millis(random_.between(0, 60'000)));
    if (random_.chance(2)) nodes_[i]->report_late(Millis(random_.between(60'000, 600'000)));
    // The same with the clients that come back; some API servers turn a few away at all times.
    if (random_.chance(30)) nodes_[i]->crowd_for(Millis(random_.between(0, 90'000)));
    if (random_.chance(2)) nodes_[i]->crowd_for(Millis(random_.between(90'000, 600'000)));
    if (random_.chance(10)) nodes_[i]->reject(2);
    plan.nodes.push_back(node_plan(i, old_manifest(i), new_manifest(i)));
    plan.changes.emplace_back(manifest_change(i, old_manifest(i), new_manifest(i)));
    bytes[nodes_[i]->name()] = {old_manifest(i), new_manifest(i), "config", {}};
  }
  if (random_.chance(50)) {
    holder_ = nodes_[static_cast<std::size_t>(random_.between(0, node_count - 1))].get();
    holder_->hold({std::string(endpoint_address)});
  }
  plan.playbook.gates = {3, 1s, 5s, 0s, 60s};
  plan.playbook.rollback.lease = random_.chance(50) ? 30s : 120s;
  plan::ObjectChange follows = object_change(old_object, new_object);
  objects_[follows.object] = old_object;
  plan.changes.emplace_back(std::move(follows));
  bool asks = std::any_of(faults_.begin(), faults_.end(),
                          [](const Planned& fault) { return fault.fault == Fault::declines; });
  sit_down("first", plan, bytes, asks ? rollout::Prompting::ask : rollout::Prompting::assume_yes);
}

// --- scheduler
// -------------------------------------------------------------------------------------------------

void World::at(Millis when, Task task) {
  queue_.emplace(std::max(when, now_), Scheduled{life_, std::move(task)});
}

void World::step_once() {
  auto next = queue_.begin();
  now_ = next->first;
  Scheduled due = std::move(next->second);
  queue_.erase(next);
  for (auto& node : nodes_) node->advance(now_);
  move_address();
  // Replies and timers for a dead workstation reach nobody; requests on the wire still arrive.
  life_ = alive_.contains(due.life) ? due.life : nobody;
  due.task();
  life_ = nobody;
  ++events_;
  look();
}

// Guards look every second, whether anything else happens or not.
void World::let_pass(Millis time) {
  Millis until = now_ + time;
  while (now_ < until) {
    Millis next = std::min(until, now_ + 1s);
    while (!queue_.empty() && queue_.begin()->first <= next) step_once();
    now_ = next;
    for (auto& node : nodes_) node->advance(now_);
    move_address();
    look();
  }
}

Desk& World::sit_down(const char* run, plan::Plan plan, std::map<std::string, plan::NodeBytes> bytes,
                      rollout::Prompting prompting) {
  desks_.push_back(std::make_unique<Desk>());
  Desk& desk = *desks_.back();
  desk.life = desks_.size();
  desk.plan = std::move(plan);
  desk.bytes = std::move(bytes);
  plan::seal(desk.plan);
  for (const plan::NodePlan& node : desk.plan.nodes) {
    desk.nodes.push_back(std::find_if(nodes_.begin(), nodes_.end(), [&](const auto& one) {
                           return one->name() == node.name;
                         })->get());
  }
  rollout::Surroundings surroundings{.balancer_settle = {}, .collateral = rollout::Collateral::awaited};
  if (holder_ != nullptr) surroundings.endpoint_addresses = {std::string(endpoint_address)};
  desk.run =
      std::make_unique<rollout::Run>(run, desk.plan, desk.bytes, prompting, "simulation", surroundings);
  alive_.insert(desk.life);
  return desk;
}

void World::roll() {
  schedule_faults();
  drive(first());
}

void World::drive(Desk& desk) {
  tell(desk, Event{now_, rollout::Started{}});
  int limit = events_ + 20'000;
  while (!desk.finished && alive_.contains(desk.life)) {
    if (taken_over_ && &desk == &first()) return;
    if (queue_.empty()) return broke("the run waits for something that never comes");
    step_once();
    if (events_ > limit) return broke("the run does not come to an end");
  }
}

void World::tell(Desk& desk, Event event) {
  life_ = desk.life;
  deliver(*desk.run, desk.journal, std::move(event));
  life_ = nobody;
}

void World::finish() {
  desk().finished = true;
  alive_.erase(life_);
  ends_.push_back(desk().run->result());
}

SimNode& World::node_at(std::size_t index) {
  return *desk().nodes[index];
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
      if (desk().journal_is_full)
        return deliver(run, journal, Event{now_, rollout::RecordFailed{"No space left on device"}});
      journal.push_back(record);
      check_record(desk(), record);
      deliver(run, journal, Event{now_, rollout::Recorded{record.seq}});
    });
  } else if (const auto* call = std::get_if<rollout::CallNode>(&command)) {
    call_node(run, journal, *call);
  } else if (const auto* ask = std::get_if<rollout::AskGates>(&command)) {
    at(now_ + Millis(random_.between(1, 60)), [&, life = life_, ask = *ask] {
      if (life != life_) return;
      rollout::GatesSeen seen{ask.id, {}};
      for (const auto& question : ask.questions) {
        facts::Seen one = node_at(ask.node).answer(question);
        if (link_is_cut(node_at(ask.node))) one.status = 0;
        seen.seen.push_back(std::move(one));
      }
      deliver(run, journal, Event{now_, std::move(seen)});
    });
  } else if (const auto* config = std::get_if<rollout::PersistConfig>(&command)) {
    persist(run, journal, *config);
  } else if (const auto* look = std::get_if<rollout::AskCluster>(&command)) {
    at(now_ + Millis(random_.between(1, 60)), [&, life = life_, id = look->id] {
      if (life == life_) deliver(run, journal, Event{now_, rollout::ClusterSeen{id, sight(desk())}});
    });
  } else if (const auto* timer = std::get_if<rollout::SetTimer>(&command)) {
    later(timer->delay, rollout::TimerFired{timer->id});
  } else if (const auto* person = std::get_if<rollout::AskPerson>(&command)) {
    bool declined = is_planned(Fault::declines, person->node);
    if (declined) struck(Fault::declines, node_at(person->node));
    auto choice = declined ? rollout::Choice::no : rollout::Choice::yes;
    later(Millis(random_.between(500, 90'000)), rollout::Chosen{choice});
  } else if (std::holds_alternative<rollout::Finish>(command)) {
    finish();
  }
}

// The network: a request may be lost, its reply may be lost, come twice or when nobody waits for it any more,
// and a copy of the request may arrive long after.
void World::call_node(rollout::Run& run, std::vector<rollout::Record>& journal,
                      const rollout::CallNode& call) {
  SimNode& node = node_at(call.node);
  desk().at_hand = call.node;
  auto reply_with = [&, life = life_, id = call.id](Millis when, node::Reply reply) {
    at(when, [&, life, id, reply = std::move(reply)] {
      if (life == life_) deliver(run, journal, Event{now_, rollout::NodeReplied{id, reply}});
    });
  };
  auto happens = [&](Fault fault, int percent) {
    bool here = lossy_ && random_.chance(is_rarely_spoken_to(node.state().step) ? 8 * percent : percent);
    if (here) struck(fault, node);
    return here;
  };
  Millis arrives = now_ + Millis(random_.between(1, 80));
  bool polls = call.request.verb == node::Verb::await;
  if (polls) arrives += 1s;
  bool request_lost = happens(Fault::request_lost, 3);
  if (request_lost || link_is_cut(node)) return reply_with(now_ + lost_after, node::Reply{});
  bool reply_lost = happens(Fault::reply_lost, 2);
  bool reply_late = !reply_lost && happens(Fault::reply_late, 2);
  Millis once_more(-1);
  if (happens(Fault::reply_doubled, 2))
    once_more = Millis(random_.between(1, random_.chance(50) ? 200 : 60'000));
  Millis late = reply_late ? Millis(random_.between(1, 120'000)) : Millis(-1);
  at(arrives, [this, &node, call, reply_with, reply_lost, late, once_more, arrives] {
    bool cut_on_the_way = link_is_cut(node);
    node::Reply reply = node.call(call.request);
    bool given_up = reply_lost || cut_on_the_way || late >= 0ms;
    Millis there = given_up ? arrives + lost_after : arrives + Millis(20);
    reply_with(there, given_up ? node::Reply{} : reply);
    if (late >= 0ms) reply_with(there + late, reply);
    if (once_more >= 0ms && !given_up) reply_with(there + once_more, reply);
  });
  if (happens(Fault::request_late, 5)) {
    at(arrives + Millis(random_.between(100, 200'000)), [&node, call] { (void)node.call(call.request); });
  }
}

bool World::link_is_cut(const SimNode& node) const {
  return cut_off_ == &node && now_ < cut_until_;
}

int World::guard_restores() const {
  int all = 0;
  for (const auto& node : nodes_) all += node->guard_restores();
  return all;
}

}  // namespace nightlatch::sim
