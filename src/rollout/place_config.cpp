#include "rollout/place_config.hpp"

#include <utility>

#include <fmt/format.h>

#include "rollout/errors.hpp"
#include "util/overloaded.hpp"

namespace nightlatch::rollout {

namespace {

using namespace std::chrono_literals;

constexpr Millis place_limit = 60s;  // for one node

bool needs_config(const plan::Plan& plan, const plan::NodePlan& node) {
  return (plan.swaps(node) || plan.only_places(node)) && !plan.change_of(node)->config_path.empty();
}

}  // namespace

void PlaceConfig::start(Millis now, Outbox& out) {
  next(now, out);
}

void PlaceConfig::next(Millis now, Outbox& out) {
  while (node_ < plan_->nodes.size() && !needs_config(*plan_, self())) ++node_;
  if (node_ == plan_->nodes.size() || (step_ && step_->interrupted())) {
    finished_ = true;
    return;
  }
  step_.emplace(self().name, facts::name(facts::JournalStep::config), WhenInterrupted::go_on);
  step_->wait_until(now + place_limit);
  step_->intend({{"path", change().config_path}}, out);
}

void PlaceConfig::call(Outbox& out) {
  node::Request place;
  place.verb = node::Verb::place;
  place.manifest_path = self().manifest_path;
  place.config_path = change().config_path;
  place.config = bytes_->at(self().name).config;
  place.config_owner = change().config_owner;
  place.config_mode = change().config_mode;
  step_->ask(CallNode{self().name, std::move(place)}, out);
}

void PlaceConfig::on_reply(const node::Reply& reply, Outbox& out) {
  if (reply.kind == node::ReplyKind::lost) {
    trouble_ =
        Trouble{rollout_errors::preflight_lost.number, fmt::format("{} did not answer", self().name), {}};
  } else if (reply.kind == node::ReplyKind::refused) {
    trouble_ =
        Trouble{rollout_errors::node_refused.number, fmt::format("{}: {}", self().name, reply.why), {}};
  }
  std::map<std::string, std::string> data{{"path", change().config_path}};
  trouble_ ? step_->fail(*trouble_, std::move(data), out) : step_->succeed(std::move(data), out);
}

void PlaceConfig::after_node(Millis now, Outbox& out) {
  if (trouble_) {
    finished_ = true;
    return;
  }
  placed_.push_back(node_++);
  next(now, out);
}

void PlaceConfig::on(const Event& event, Outbox& out) {
  std::visit(overloaded{[](SingleStep::Nothing) {}, [&](SingleStep::Begin) { call(out); },
                        [&](SingleStep::Resume) { call(out); },
                        [&](const Answer& answer) { on_reply(answer_of<CallNode>(answer), out); },
                        [](SingleStep::Leave) {}, [&](SingleStep::Ended) { after_node(event.now, out); }},
             step_->on(event, out));
}

}  // namespace nightlatch::rollout
