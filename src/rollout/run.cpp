#include "rollout/run.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "rollout/errors.hpp"
#include "util/overloaded.hpp"
#include "util/text.hpp"

namespace nightlatch::rollout {

namespace {

using Kind = plan::ManifestChange::Kind;

std::string names_of(const std::vector<plan::SkippedNode>& skipped) {
  std::vector<std::string> names;
  for (const plan::SkippedNode& node : skipped) names.push_back(node.name);
  return join(names, ", ");
}

// What this run ends itself (NodeSwap) is not made good before.
std::vector<std::size_t> hooks_owed(const plan::Plan& plan, const std::vector<std::string>& names) {
  std::vector<std::size_t> nodes;
  if (plan::called_hook(plan, plan::HookEvent::after_node) == nullptr) return nodes;
  for (std::size_t i = 0; i < plan.nodes.size(); ++i) {
    const plan::NodePlan& node = plan.nodes[i];
    bool is_ended_here = plan.finishes_restore(node) || plan.finishes_confirm(node);
    if (is_among(node.name, names) && !is_ended_here) nodes.push_back(i);
  }
  return nodes;
}

// A plan that restarts no API server waits for nothing between nodes and needs no final check.
Planned planned_of(const plan::Plan& plan, const RunOptions& options) {
  bool restarts = !plan.has(Kind::finish_confirm) && !plan.has(Kind::place);
  return {.changes = changes_of(plan),
          .rehearsal = plan.rehearsal,
          .watches_cluster = restarts && options.collateral == Collateral::awaited,
          .asks_balancer = restarts && options.balancer.has_value(),
          .order_may_change =
              !plan.rehearsal && plan.playbook.order.empty() && !options.endpoint_addresses.empty(),
          .hooks_owed = hooks_owed(plan, options.hooks_owed),
          .calls_before = plan::called_hook(plan, plan::HookEvent::before) != nullptr,
          .is_compared_at_end = restarts};
}

}  // namespace

std::string_view action_of(const plan::Plan& plan) {
  if (plan.rehearsal) return "rehearsal";
  if (plan.has(Kind::finish_confirm)) return "confirm";
  if (plan.has(Kind::place)) return "prepare";
  return plan.direction == plan::Direction::apply ? "apply" : "rollback";
}

Run::Run(std::string id, const plan::Plan& plan, const std::map<std::string, plan::NodeBytes>& bytes,
         Prompting prompting, std::string started_by, RunOptions options)
    : id_(std::move(id)),
      plan_(&plan),
      bytes_(&bytes),
      prompting_(prompting),
      started_by_(std::move(started_by)),
      options_(std::move(options)),
      plan_file_(std::make_shared<const std::string>(plan::to_json(plan))),
      objects_(plan.object_changes()),
      planned_(planned_of(plan, options_)) {
  out_.set_run(id_);
  for (const plan::NodePlan& node : plan.nodes) {
    NodeOutcome outcome = plan.is_changed(node) ? NodeOutcome::untouched : NodeOutcome::unchanged;
    result_.nodes.push_back({node.name, outcome, {}});
  }
  for (const auto& turn : objects_) result_.objects_left.push_back(turn.change->object);
}

// --- events

std::vector<Command> Run::on(const Event& event) {
  if (client_ && stage_ != Stage::finished && client_->take(event, out_)) {
    if (stage_ == Stage::hearing && client_->ended()) append_end();
    return out_.take();
  }
  std::visit(overloaded{[&](const Started&) { on_started(); },
                        [&](const Recorded& recorded) { on_recorded(event, recorded.seq); },
                        [&](const RecordFailed& failed) { on_record_failed(failed.why, event.now); },
                        [&](const Answered&) { to_step(event); },
                        [&](const Interrupted&) {
                          ending_.interrupted = true;
                          to_step(event);
                        },
                        [&](const LockLost& lost) { on_lock_lost(lost.why, event.now); }},
             event.what);
  return out_.take();
}

void Run::on_started() {
  Record record{0, {}, {}, {}, "run", Phase::intend, {}};
  record.data["plan"] = plan_->hash;
  record.data["direction"] = action_of(*plan_);
  record.data["by"] = started_by_;
  if (!plan_->of_run.empty()) {
    record.data["of"] = plan_->of_run;
    record.data["relation"] = plan::name(plan_->relation);
  }
  if (plan_->opens_all()) record.data["reason"] = plan_->reason;
  std::vector<std::string> accepted = plan_->accepted.owners;
  for (const auto& more : {plan_->accepted.inputs, plan_->accepted.versions})
    accepted.insert(accepted.end(), more.begin(), more.end());
  if (!accepted.empty()) record.data["accepted"] = join(accepted, ", ");
  if (!plan_->skipped.empty()) record.data["skipped"] = names_of(plan_->skipped);
  if (plan_->outside_window) {
    record.data["outsideWindow"] = plan_->outside_window->reason;
    record.data["ticket"] = plan_->outside_window->ticket;
  }
  if (!options_.lock.empty()) record.data["lock"] = options_.lock;
  record.data.insert(options_.record.begin(), options_.record.end());
  record_ = out_.append(std::move(record));
}

void Run::on_recorded(const Event& event, std::uint64_t seq) {
  switch (stage_) {
    case Stage::opening:
      if (seq != record_) return;
      stage_ = Stage::steps;
      if (options_.client == OwnClient::heard) client_.emplace().start(event.now, out_);
      return go_on(event.now);
    case Stage::steps:
      return to_step(event);
    case Stage::hearing:
      return;
    case Stage::closing:
      if (seq != record_) return;
      stage_ = Stage::finished;
      return out_.finish();
    case Stage::finished:
      return;
  }
}

// Without a journal nothing more may be done. The state of the node at hand counts as unknown.
void Run::on_record_failed(const std::string& why, Millis now) {
  result_.trouble = Trouble{rollout_errors::journal_unwritable.number, why + guard_of_present_node(now), {}};
  ending_.stopped = true;
  if (stage_ == Stage::steps && step_) {
    std::visit(overloaded{
                   [&](const NodeSwap&) { result_.nodes[done_.nodes.back()].outcome = NodeOutcome::unknown; },
                   // What was written before the record failed stays written.
                   [&](const WriteObject& write) { note_object(write); },
                   [](const auto&) {},
               },
               *step_);
  }
  if (!is_judged_) judge(result_, *plan_, ending_);
  // A person is needed even if all is well: whoever reads this journal takes the run for one that was killed
  // (A5).
  result_.outcome = Outcome::needs_person;
  result_.exit = rollout_errors::journal_unwritable.exit;
  stage_ = Stage::finished;
  out_.finish();
}

// What happens on the node at hand now that this run leaves it; empty: its guard was not armed.
std::string Run::guard_of_present_node(Millis now) const {
  const auto* swap = step_ ? std::get_if<NodeSwap>(&*step_) : nullptr;
  std::optional<Millis> time = swap == nullptr ? std::nullopt : swap->guard_acts_in(now);
  if (!time) return {};
  return fmt::format(
      ". {} is in mid-change: its guard puts the old manifest back in {} unless the run is confirmed",
      plan_->nodes[done_.nodes.back()].name, human_duration(*time));
}

// As after an interruption, the node at hand is brought to a safe end, and no other is begun (S21).
void Run::on_lock_lost(const std::string& why, Millis now) {
  bool nothing_left = is_judged_ || (step_ && std::holds_alternative<FinalCheck>(*step_));
  if (stage_ > Stage::steps || nothing_left) return;
  ending_.lock_lost = ending_.stopped = true;
  if (!result_.trouble) result_.trouble = Trouble{rollout_errors::lock_lost.number, why, {}};
  to_step(Event{now, Interrupted{}});
}

// --- steps

void Run::to_step(const Event& event) {
  if (stage_ != Stage::steps || !step_) return;
  std::visit([&](auto& step) { step.on(event, out_); }, *step_);
  if (!std::visit([](const auto& step) { return step.finished(); }, *step_)) return;
  note_end_of_step();
  go_on(event.now);
}

// A step that has nothing to do is finished as soon as it has started.
void Run::go_on(Millis now) {
  while (true) {
    done_.stopped = ending_.stopped || ending_.interrupted;
    step_ = is_judged_ ? std::nullopt : begin(next_step(planned_, done_));
    if (!step_) step_ = last_hook();
    if (!step_) return close();
    std::visit([&](auto& step) { step.start(now, out_); }, *step_);
    if (!std::visit([](const auto& step) { return step.finished(); }, *step_)) return;
    note_end_of_step();
  }
}

std::optional<Run::Step> Run::begin(const NextStep& next) {
  using Begun = std::optional<Step>;
  return std::visit(
      overloaded{[&](const next::CallAfterNode& owed) -> Begun {
                   return HookStep(*plan_, {.event = plan::HookEvent::after_node,
                                            .node = plan_->nodes[owed.node].name,
                                            .outcome = std::string(unfinished_node)});
                 },
                 [&](const next::CallBefore&) -> Begun {
                   return HookStep(*plan_, {.event = plan::HookEvent::before});
                 },
                 [&](const next::SurveyBalancer& survey) -> Begun {
                   return SurveyBalancer(*plan_, survey.node, *options_.balancer);
                 },
                 [&](const next::Survey& survey) -> Begun { return AwaitCluster(*plan_, survey.node); },
                 [&](const next::PlaceConfig&) -> Begun { return PlaceConfig(*plan_, *bytes_); },
                 [&](const next::AwaitCluster& wait) -> Begun {
                   return AwaitCluster(
                       *plan_, wait.node, *baseline_,
                       watch_ ? *std::exchange(watch_, std::nullopt) : baseline_->watch(*plan_));
                 },
                 [&](const next::FindHolder& look) -> Begun {
                   return FindHolder(*plan_, look.candidates, options_.endpoint_addresses);
                 },
                 [&](const next::ChangeNode& change) -> Begun { return begin_node(change.node); },
                 [&](const next::WriteObject& write) -> Begun {
                   return WriteObject(*objects_[write.object].change);
                 },
                 [&](const next::FinalCheck&) -> Begun { return FinalCheck(*plan_); },
                 [](const next::Close&) -> Begun { return std::nullopt; }},
      next);
}

// Nodes at the front of the plan that are as planned already count as begun, so the node after them is not
// the canary.
Run::Step Run::begin_node(std::size_t node) {
  std::set<std::size_t> behind(done_.nodes.begin(), done_.nodes.end());
  for (std::size_t i = 0; i < plan_->nodes.size() && !plan_->is_changed(plan_->nodes[i]); ++i)
    behind.insert(i);
  done_.nodes.push_back(node);
  done_.chosen.reset();
  done_.cluster_awaited = false;
  const std::string& name = plan_->nodes[node].name;
  SwapOptions options{.prompting = prompting_,
                      .to_begin = options_.to_begin,
                      .is_first = done_.nodes.size() == 1,
                      .compares_login = options_.login,
                      .plan_file = plan_file_,
                      .kubeadm_names = options_.kubeadm_names,
                      .watch = {},
                      .balancer = {}};
  if (baseline_ && another_follows()) options.watch = baseline_->watch(*plan_);
  if (balancer_) options.balancer = BalancerGate(*balancer_, name);
  return NodeSwap(*plan_, bytes_->at(name), node, std::move(behind), std::move(options));
}

bool Run::another_follows() const {
  return plan_->changing_nodes() > done_.nodes.size();
}

void Run::note_end_of_step() {
  std::visit(overloaded{[&](const SurveyBalancer& survey) {
                          done_.balancer_surveyed = true;
                          bool answers = survey.found().view.kind != plan::BalancerKind::silent;
                          if (answers) balancer_ = survey.found();
                          note_trouble(survey.trouble());
                        },
                        [&](const AwaitCluster& wait) {
                          if (baseline_) {
                            done_.cluster_awaited = true;
                          } else {
                            baseline_ = wait.found();
                            done_.surveyed = true;
                          }
                          note_trouble(wait.trouble());
                        },
                        [&](const PlaceConfig& place) {
                          done_.config_placed = true;
                          note_placed(place);
                          note_trouble(place.trouble());
                        },
                        [&](const FindHolder& look) { done_.chosen = look.next(); },
                        [&](NodeSwap& swap) { after_swap(swap); },
                        [&](const WriteObject& write) {
                          done_.objects.push_back(done_.objects.size());
                          note_object(write);
                          if (write.trouble()) result_.trouble = write.trouble();
                          bool stops = write.change().when_unwritable == facts::WhenUnwritable::stop_the_roll;
                          if (write.trouble() && stops) ending_.stopped = true;
                        },
                        [&](const FinalCheck& check) {
                          done_.checked = true;
                          note_trouble(check.trouble());
                        },
                        [&](const HookStep& hook) {
                          if (hook.event() == plan::HookEvent::before) done_.before_called = true;
                          if (hook.event() == plan::HookEvent::after_node) ++done_.hooks_made_good;
                          note_trouble(hook.trouble());
                        }},
             *step_);
}

void Run::note_object(const WriteObject& write) {
  if (write.written()) std::erase(result_.objects_left, write.change().object);
  if (write.may_be_written()) result_.objects_unknown.push_back(write.change().object);
}

// Where the plan only places the file, the node is done with that.
void Run::note_placed(const PlaceConfig& place) {
  for (std::size_t node : place.placed()) {
    if (plan_->only_places(plan_->nodes[node])) result_.nodes[node].outcome = NodeOutcome::confirmed;
  }
}

void Run::note_trouble(const std::optional<Trouble>& trouble) {
  if (!trouble) return;
  result_.trouble = trouble;
  ending_.stopped = true;
}

void Run::after_swap(NodeSwap& swap) {
  std::size_t index = done_.nodes.back();
  NodeResult& node = result_.nodes[index];
  node.outcome = swap.outcome();
  node.trouble = swap.trouble();
  bool asked_to_restore = plan_->finishes_restore(plan_->nodes[index]);
  bool rehearsed = plan_->rehearsal && node.outcome == NodeOutcome::untouched && !node.trouble;
  bool good = node.outcome == NodeOutcome::confirmed || rehearsed ||
              (asked_to_restore && node.outcome == NodeOutcome::restored);
  if (!good) ending_.stopped = true;
  if (good && swap.login_ended())
    note_trouble(Trouble{rollout_errors::login_ended.number, *swap.login_ended(), {}});
  if (good && !swap.hook_trouble().empty())
    note_trouble(Trouble{rollout_errors::hook_failed.number, node.node + ": " + swap.hook_trouble(), {}});
  if (swap.stopped_by_person() && !ending_.lock_lost) ending_.by_person = true;
  if (swap.held_back() && !ending_.lock_lost) ending_.held_back = swap.held_back()->exit;
  watch_ = swap.take_watch();
  if (swap.said_all()) prompting_ = Prompting::assume_yes;
}

// The hook that is told how the run has ended, which is judged now; nullopt: there is none, or it has been
// told.
std::optional<Run::Step> Run::last_hook() {
  if (std::exchange(is_judged_, true)) return std::nullopt;
  judge(result_, *plan_, ending_);
  bool good = result_.outcome == Outcome::done;
  CallHook call{.event = good ? plan::HookEvent::after : plan::HookEvent::on_failure};
  if (plan::called_hook(*plan_, call.event) == nullptr) return std::nullopt;
  call.outcome = name(result_.outcome);
  call.cluster = name(result_.cluster);
  std::optional<Trouble> trouble = result_.trouble;
  for (const NodeResult& node : result_.nodes) {
    if (!trouble) trouble = node.trouble;
  }
  if (trouble) call.code = trouble->code;
  if (trouble) call.why = trouble->why;
  for (const NodeResult& node : result_.nodes) {
    if (node.outcome == NodeOutcome::confirmed) call.done.push_back(node.node);
  }
  return HookStep(*plan_, std::move(call));
}

void Run::close() {
  stage_ = Stage::hearing;
  if (client_) client_->end(out_);
  if (!client_ || client_->ended()) append_end();
}

void Run::append_end() {
  stage_ = Stage::closing;
  Record record{0, {}, {}, {}, "run", result_.exit == Exit::done ? Phase::done : Phase::failed, {}};
  record.data["outcome"] = name(result_.outcome);
  record.data["cluster"] = name(result_.cluster);
  record.data["exit"] = fmt::format("{}", static_cast<int>(result_.exit));
  for (const NodeResult& node : result_.nodes) record.data["node." + node.node] = name(node.outcome);
  for (const plan::SkippedNode& node : plan_->skipped) record.data["node." + node.name] = "skipped";
  for (const auto& turn : objects_) {
    const facts::ObjectReference& object = turn.change->object;
    record.data["object." + object.text()] = name(outcome_of(result_, object));
  }
  if (result_.trouble) record.data.merge(error_data(result_.trouble->code, result_.trouble->why));
  record_ = out_.append(std::move(record));
}

}  // namespace nightlatch::rollout
