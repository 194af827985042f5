#include "sim/world.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "util/overloaded.hpp"

namespace nightlatch::sim {

namespace {

using namespace std::chrono_literals;
using rollout::Event;

}  // namespace

World::World(std::uint64_t seed) : random_(seed) {
  plan_faults();
  plan_silent_metrics(seed);
  plan_window(seed);
  plan::Plan plan;
  std::map<std::string, plan::NodeBytes> bytes;
  for (std::size_t i = 0; i < node_count; ++i) {
    behaviours_[new_manifest(i)] = behaviour_of_new(i);
    behaviours_[old_manifest(i)].closed_status = 200;
    manifests_[new_manifest(i)] = Origin::planned;
    manifests_[old_manifest(i)] = Origin::before;
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
    bytes[nodes_[i]->name()] = {old_manifest(i), new_manifest(i), std::string(config_bytes), {}};
  }
  if (random_.chance(50)) {
    holder_ = nodes_[static_cast<std::size_t>(random_.between(0, node_count - 1))].get();
    holder_->hold({std::string(endpoint_address)});
  }
  manifests_[std::string(strangers_manifest)] = Origin::stranger;
  choose_balancer();
  bool of_login = std::any_of(faults_.begin(), faults_.end(),
                              [](const Planned& fault) { return is_of_login(fault.fault); });
  login_ = of_login || random_.chance(40);
  plan.playbook.gates = {3, 1s, 5s, 0s, 60s};
  plan.playbook.rollback.lease = random_.chance(50) ? 30s : 120s;
  plan_hooks(seed, plan);
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

void World::advance_all() {
  for (auto& node : nodes_) node->advance(now_);
  move_address();
  balancer_.advance(now_);
}

void World::step_once() {
  auto next = queue_.begin();
  now_ = next->first;
  Scheduled due = std::move(next->second);
  queue_.erase(next);
  advance_all();
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
    advance_all();
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
  desk.at_hand = desk.nodes.front();
  rollout::RunOptions options{.balancer = {},
                              .login = login_,
                              .collateral = rollout::Collateral::awaited,
                              .client = rollout::OwnClient::heard};
  if (balancer_.is_there()) options.balancer = told_;
  bool begins = desk.plan.direction == plan::Direction::apply;
  if (has_window_ && begins) options.to_begin = rollout::Asking::before_each_node;
  for (const auto& earlier : desks_) {
    options.hooks_owed.insert(options.hooks_owed.end(), earlier->hooks_owed.begin(),
                              earlier->hooks_owed.end());
  }
  if (holder_ != nullptr) options.endpoint_addresses = {std::string(endpoint_address)};
  desk.run = std::make_unique<rollout::Run>(run, desk.plan, desk.bytes, prompting, "simulation", options);
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
  deliver(desk, std::move(event));
  life_ = nobody;
}

void World::finish() {
  desk().finished = true;
  alive_.erase(life_);
  ends_.push_back(desk().run->result());
}

SimNode& World::node_named(const std::string& name) {
  return **std::find_if(nodes_.begin(), nodes_.end(), [&](const auto& one) { return one->name() == name; });
}

void World::deliver(Desk& desk, Event event) {
  event.now = now_;
  for (const rollout::Command& command : desk.run->on(event)) carry_out(desk, command);
}

void World::carry_out(Desk& desk, const rollout::Command& command) {
  std::visit(overloaded{[&](const rollout::Append& append) { write(desk, append.record); },
                        [&](const rollout::Ask& asked) {
                          std::visit([&](const auto& question) { ask(desk, asked.id, question); },
                                     asked.question);
                        },
                        [&](const rollout::Finish&) { finish(); }},
             command);
}

// Only what was durable before a crash is there after it.
void World::write(Desk& desk, const rollout::Record& record) {
  at(now_ + Millis(random_.between(0, 5)), [this, &desk, record] {
    if (life_ != desk.life) return;
    if (desk.journal_is_full)
      return deliver(desk, Event{now_, rollout::RecordFailed{"No space left on device"}});
    desk.journal.push_back(record);
    check_record(desk, record);
    deliver(desk, Event{now_, rollout::Recorded{record.seq}});
  });
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
