#include "rollout/run.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "rollout/errors.hpp"
#include "util/text.hpp"

namespace nightlatch::rollout {

std::string_view name(Outcome outcome) {
  constexpr std::array<std::string_view, 6> names{"done",         "rolled_back", "stopped",
                                                  "needs_person", "paused",      "interrupted"};
  return names[static_cast<std::size_t>(outcome)];
}

std::string_view name(NodeOutcome outcome) {
  constexpr std::array<std::string_view, 7> names{"untouched", "unchanged", "confirmed",   "restored",
                                                  "foreign",   "unknown",   "needs_person"};
  return names[static_cast<std::size_t>(outcome)];
}

std::string_view name(ClusterState state) {
  constexpr std::array<std::string_view, 4> names{"old", "new", "mixed", "unknown"};
  return names[static_cast<std::size_t>(state)];
}

Run::Run(std::string id, const plan::Plan& plan, const std::map<std::string, plan::NodeBytes>& bytes,
         Prompting prompting, std::string started_by, Surroundings surroundings)
    : id_(std::move(id)),
      plan_(&plan),
      bytes_(&bytes),
      prompting_(prompting),
      started_by_(std::move(started_by)),
      surroundings_(std::move(surroundings)),
      objects_(plan.object_changes()) {
  out_.set_run(id_);
  for (const plan::NodePlan& node : plan.nodes) {
    NodeOutcome outcome = plan.is_changed(node) ? NodeOutcome::untouched : NodeOutcome::unchanged;
    result_.nodes.push_back({node.name, outcome, {}});
    order_.push_back(order_.size());
  }
  for (const auto& turn : objects_) result_.objects_left.push_back(turn.change->object);
}

std::vector<Command> Run::on(const Event& event) {
  if (std::holds_alternative<Started>(event.what)) {
    Record record{0, {}, {}, {}, "run", Phase::intend, {}};
    record.data["plan"] = plan_->hash;
    record.data["direction"] = plan_->rehearsal                             ? "rehearsal"
                               : plan_->direction == plan::Direction::apply ? "apply"
                                                                            : "rollback";
    record.data["by"] = started_by_;
    if (!plan_->of_run.empty()) record.data["of"] = plan_->of_run;
    if (!plan_->accepted_owners.empty()) record.data["accepted"] = join(plan_->accepted_owners, ", ");
    if (!surroundings_.lock.empty()) record.data["lock"] = surroundings_.lock;
    out_.append(std::move(record));
    record_ = out_.last_seq();
    return out_.take();
  }
  if (const auto* failed = std::get_if<RecordFailed>(&event.what)) {
    // Without a journal nothing more may be done. A node in mid-way is for a person.
    result_.trouble = Trouble{rollout_errors::journal_unwritable.number, failed->why, {}};
    stop_ = true;
    if (stage_ == Stage::steps && step_ && std::holds_alternative<NodeSwap>(*step_)) {
      result_.nodes[at_hand_].outcome = NodeOutcome::unknown;
    }
    note_object();
    if (stage_ != Stage::closing) judge();  // closing: what the nodes came to is known already
    // Whatever they came to: who reads this journal later would take the run for one that was killed.
    result_.outcome = Outcome::needs_person;
    result_.exit = rollout_errors::journal_unwritable.exit;
    stage_ = Stage::finished;
    out_.finish();
    return out_.take();
  }
  if (std::holds_alternative<Interrupted>(event.what)) interrupted_ = true;
  if (const auto* lost = std::get_if<LockLost>(&event.what)) return on_lock_lost(lost->why, event.now);
  const auto* recorded = std::get_if<Recorded>(&event.what);
  if (stage_ == Stage::opening && recorded != nullptr && recorded->seq == record_) {
    stage_ = Stage::steps;
    next_step(event.now);
  } else if (stage_ == Stage::closing && recorded != nullptr && recorded->seq == record_) {
    stage_ = Stage::finished;
    out_.finish();
  } else if (stage_ == Stage::steps && step_) {
    std::visit([&](auto& step) { step.on(event, out_); }, *step_);
    after_step(event.now);
  }
  return out_.take();
}

// The node at hand is brought to a safe end, as after an interruption, and no other is begun.
std::vector<Command> Run::on_lock_lost(const std::string& why, Millis now) {
  bool nothing_left = step_ && std::holds_alternative<FinalCheck>(*step_);
  if (stage_ == Stage::closing || stage_ == Stage::finished || nothing_left) return {};
  lock_lost_ = stop_ = true;
  if (!result_.trouble) result_.trouble = Trouble{rollout_errors::lock_lost.number, why, {}};
  if (stage_ == Stage::steps && step_) {
    std::visit([&](auto& step) { step.on(Event{now, Interrupted{}}, out_); }, *step_);
    after_step(now);
  }
  return out_.take();
}

// Where no other node follows the first, nothing is waited for.
bool Run::watches_cluster() const {
  return surroundings_.collateral == Collateral::awaited && plan_->changing_nodes() > 1;
}

// What must be seen of the node just changed (S17, S19).
std::optional<Run::Step> Run::before_next_node() {
  if (std::exchange(await_balancer_, false))
    return AwaitBalancer(*plan_, at_hand_, *surroundings_.balancer_settle);
  if (std::exchange(await_cluster_, false)) return AwaitCluster(*plan_, at_hand_, *bearings_);
  return whose_turn();
}

// Only nodes that are to be swapped change their turns: one that was left in mid-change goes first, and an
// order that the playbook states is kept.
std::optional<Run::Step> Run::whose_turn() {
  std::vector<std::size_t> candidates;
  for (std::size_t place = turn_; place < order_.size(); ++place) {
    if (plan_->swaps(plan_->nodes[order_[place]])) candidates.push_back(order_[place]);
  }
  bool given = plan_->rehearsal || !plan_->playbook.order.empty() || surroundings_.endpoint_addresses.empty();
  bool first = plan_->finishes_restore(plan_->nodes[order_[turn_]]);
  if (given || first || candidates.size() < 2 || asked_for_turn_ > turn_) return std::nullopt;
  asked_for_turn_ = turn_ + 1;
  return FindHolder(*plan_, std::move(candidates), surroundings_.endpoint_addresses);
}

void Run::take_first(std::size_t node) {
  auto next = order_.begin() + static_cast<std::ptrdiff_t>(turn_);
  auto chosen = std::find(next, order_.end(), node);
  std::rotate(next, chosen, chosen + 1);
}

void Run::next_step(Millis now) {
  while (true) {
    bool rehearsed = plan_->rehearsal && step_ && std::holds_alternative<NodeSwap>(*step_);
    bool over = rehearsed || (step_ && std::holds_alternative<FinalCheck>(*step_));
    if (over || stop_ || interrupted_) return close();
    choose_step();
    std::visit([&](auto& step) { step.start(now, out_); }, *step_);
    if (!std::visit([](const auto& step) { return step.finished(); }, *step_)) return;
  }
}

// A write to the API comes when every manifest that the list has before it was begun.
bool Run::is_objects_turn() const {
  auto begun = std::count_if(order_.begin(), order_.begin() + static_cast<std::ptrdiff_t>(turn_),
                             [this](std::size_t node) { return plan_->is_changed(plan_->nodes[node]); });
  return next_object_ < objects_.size() &&
         objects_[next_object_].after_manifests <= static_cast<std::size_t>(begun);
}

// S20: files, then nodes; where the list has a write to the API, it decides when that comes.
void Run::choose_step() {
  if (watches_cluster() && !bearings_) {
    auto first = std::find_if(plan_->nodes.begin(), plan_->nodes.end(),
                              [this](const plan::NodePlan& node) { return plan_->is_changed(node); });
    step_.emplace(AwaitCluster(*plan_, static_cast<std::size_t>(first - plan_->nodes.begin())));
    return;
  }
  if (is_objects_turn()) {
    step_.emplace(PersistObject(*objects_[next_object_++].change));
    return;
  }
  if (!std::exchange(config_placed_, true)) {
    step_.emplace(PlaceConfig(*plan_, *bytes_));
    return;
  }
  while (turn_ < order_.size() && !plan_->is_changed(plan_->nodes[order_[turn_]])) ++turn_;
  std::optional<Step> first_of_all = turn_ < order_.size() ? before_next_node() : std::nullopt;
  if (first_of_all) {
    step_ = std::move(first_of_all);
  } else if (turn_ < order_.size()) {
    std::set<std::size_t> begun(order_.begin(), order_.begin() + static_cast<std::ptrdiff_t>(turn_));
    at_hand_ = order_[turn_++];
    step_.emplace(NodeSwap(*plan_, bytes_->at(plan_->nodes[at_hand_].name), at_hand_, std::move(begun),
                           prompting_, surroundings_.login, surroundings_.kubeadm_names));
  } else {
    step_.emplace(FinalCheck(*plan_));
  }
}

void Run::after_step(Millis now) {
  if (!std::visit([](const auto& step) { return step.finished(); }, *step_)) return;
  if (const auto* swap = std::get_if<NodeSwap>(&*step_)) {
    after_swap(*swap);
  } else {
    auto trouble =
        std::visit([](const auto& step) -> std::optional<Trouble> { return step.trouble(); }, *step_);
    note_object();
    if (const auto* holder = std::get_if<FindHolder>(&*step_)) take_first(holder->next());
    if (trouble) {
      result_.trouble = trouble;
      const auto* object = std::get_if<PersistObject>(&*step_);
      stop_ = stop_ || object == nullptr ||
              object->change().when_unwritable == facts::WhenUnwritable::stop_the_roll;
    }
    if (const auto* cluster = std::get_if<AwaitCluster>(&*step_); cluster != nullptr && !bearings_)
      bearings_ = cluster->found();
  }
  next_step(now);
}

void Run::note_object() {
  const auto* persist = step_ ? std::get_if<PersistObject>(&*step_) : nullptr;
  if (persist != nullptr && persist->written()) std::erase(result_.objects_left, persist->change().object);
}

void Run::after_swap(const NodeSwap& swap) {
  NodeResult& node = result_.nodes[at_hand_];
  node.outcome = swap.outcome();
  node.trouble = swap.trouble();
  bool asked_to_restore = plan_->finishes_restore(plan_->nodes[at_hand_]);
  bool rehearsed = plan_->rehearsal && node.outcome == NodeOutcome::untouched && !node.trouble;
  bool good = node.outcome == NodeOutcome::confirmed || rehearsed ||
              (asked_to_restore && node.outcome == NodeOutcome::restored);
  if (!good) stop_ = true;
  if (swap.stopped_by_person() && !lock_lost_) by_person_ = true;
  if (swap.said_all()) prompting_ = Prompting::assume_yes;
  await_balancer_ = surroundings_.balancer_settle.has_value();
  await_cluster_ = watches_cluster();
}

void Run::close() {
  judge();
  stage_ = Stage::closing;
  Record record{0, {}, {}, {}, "run", result_.exit == Exit::done ? Phase::done : Phase::failed, {}};
  record.data["outcome"] = name(result_.outcome);
  record.data["cluster"] = name(result_.cluster);
  record.data["exit"] = fmt::format("{}", static_cast<int>(result_.exit));
  for (const NodeResult& node : result_.nodes) record.data["node." + node.node] = name(node.outcome);
  for (const auto& turn : objects_) {
    const facts::ObjectReference& object = turn.change->object;
    bool is_left = std::count(result_.objects_left.begin(), result_.objects_left.end(), object) > 0;
    record.data["object." + object.text()] = is_left ? "left" : "changed";
  }
  if (result_.trouble) record.data.merge(error_data(result_.trouble->code, result_.trouble->why));
  out_.append(std::move(record));
  record_ = out_.last_seq();
}

// S24: the outcome of the run and the state of the cluster follow from the nodes' outcomes.
void Run::judge() {
  std::size_t moved = 0;     // where this plan wants it
  std::size_t at_start = 0;  // where it was
  std::size_t behind = 0;    // where it was, and this plan leaves it there
  bool unknown = false;
  bool person = false;
  bool restored = false;
  bool some_changed = false;  // as this plan wanted
  for (std::size_t i = 0; i < result_.nodes.size(); ++i) {
    NodeOutcome outcome = result_.nodes[i].outcome;
    bool asked_to_restore = plan_->finishes_restore(plan_->nodes[i]);
    bool stays = outcome == NodeOutcome::unchanged && plan_->nodes[i].stays_behind;
    if (stays) ++behind;
    if (!stays && (outcome == NodeOutcome::confirmed || outcome == NodeOutcome::unchanged)) ++moved;
    if (outcome == NodeOutcome::untouched) ++at_start;
    if (outcome == NodeOutcome::restored) {
      asked_to_restore ? ++moved : ++at_start;
      restored = restored || !asked_to_restore;
      some_changed = some_changed || asked_to_restore;
    }
    some_changed = some_changed || outcome == NodeOutcome::confirmed;
    unknown = unknown || outcome == NodeOutcome::unknown || outcome == NodeOutcome::foreign;
    person = person || outcome == NodeOutcome::needs_person;
  }
  bool back = plan_->direction == plan::Direction::rollback;
  if (unknown) {
    result_.cluster = ClusterState::unknown;
  } else if (plan_->rehearsal && !person) {
    result_.cluster = ClusterState::old_state;
  } else if (person || (moved > 0 && at_start + behind > 0)) {
    result_.cluster = ClusterState::mixed;
  } else {
    result_.cluster = (at_start + behind == 0) != back ? ClusterState::new_state : ClusterState::old_state;
  }
  bool final_failed = result_.trouble && result_.trouble->code == rollout_errors::final_difference.number;
  if (unknown || person || final_failed) {
    result_.outcome = Outcome::needs_person;
    result_.exit = Exit::needs_person;
  } else if (!stop_ && !interrupted_) {
    result_.outcome = !result_.objects_left.empty() ? Outcome::stopped : Outcome::done;
    result_.exit = !result_.objects_left.empty() ? Exit::mixed : Exit::done;
  } else if (interrupted_ && (at_start > 0 || !result_.objects_left.empty())) {
    result_.outcome = Outcome::interrupted;
    result_.exit = Exit::interrupted;
  } else if (interrupted_ || (lock_lost_ && at_start == 0 && result_.objects_left.empty())) {
    result_.outcome = Outcome::done;  // it came when nothing was left to do
    result_.exit = Exit::done;
  } else if (some_changed) {
    result_.outcome = by_person_ ? Outcome::paused : Outcome::stopped;
    result_.exit = Exit::mixed;
  } else if (restored && !lock_lost_) {
    result_.outcome = Outcome::rolled_back;
    result_.exit = Exit::rolled_back;
  } else {
    result_.outcome = by_person_ ? Outcome::paused : Outcome::stopped;
    result_.exit = lock_lost_ ? Exit::locked : Exit::refused;
  }
}

}  // namespace nightlatch::rollout
