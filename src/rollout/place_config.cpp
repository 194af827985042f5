#include "rollout/place_config.hpp"

#include <fmt/format.h>

#include "rollout/errors.hpp"

namespace nightlatch::rollout {

namespace {

using namespace std::chrono_literals;

constexpr Millis limit = 60s;
constexpr Millis retry_pause = 2s;

bool needs_config(const plan::Plan& plan, const plan::NodePlan& node) {
  return plan.swaps(node) && !plan.change_of(node)->config_path.empty();
}

}  // namespace

void PlaceConfig::start(Millis now, Outbox& out) {
  next(now, out);
}

void PlaceConfig::record(rollout::Phase phase, Outbox& out) {
  Record record{0, {}, {}, plan_->nodes[node_].name, "config", phase, {}};
  record.data["path"] = plan_->change_of(plan_->nodes[node_])->config_path;
  if (trouble_) record.data.merge(error_data(trouble_->code, trouble_->why));
  out.append(std::move(record));
  record_ = out.last_seq();
}

void PlaceConfig::next(Millis now, Outbox& out) {
  while (node_ < plan_->nodes.size() && !needs_config(*plan_, plan_->nodes[node_])) ++node_;
  if (node_ == plan_->nodes.size() || interrupted_) {
    finished_ = true;
    return;
  }
  deadline_ = now + limit;
  intending_ = true;
  record(rollout::Phase::intend, out);
}

void PlaceConfig::call(Outbox& out) {
  const plan::NodePlan& node = plan_->nodes[node_];
  node::Request place;
  place.verb = node::Verb::place;
  place.manifest_path = node.manifest_path;
  place.config_path = plan_->change_of(node)->config_path;
  place.config = bytes_->at(node.name).config;
  pending_ = out.call(node_, std::move(place));
}

void PlaceConfig::on_reply(const node::Reply& reply, Millis now, Outbox& out) {
  const std::string& name = plan_->nodes[node_].name;
  if (reply.kind == node::ReplyKind::lost && now < deadline_) {
    pending_ = out.timer(retry_pause);
    return;
  }
  pending_ = 0;  // the same reply, come twice, is not the next node's
  intending_ = false;
  if (reply.kind == node::ReplyKind::lost) {
    trouble_ = Trouble{rollout_errors::preflight_lost.number, fmt::format("{} did not answer", name), {}};
  } else if (reply.kind == node::ReplyKind::refused) {
    trouble_ = Trouble{rollout_errors::node_refused.number, fmt::format("{}: {}", name, reply.why), {}};
  }
  record(trouble_ ? rollout::Phase::failed : rollout::Phase::done, out);
}

void PlaceConfig::on(const Event& event, Outbox& out) {
  if (std::holds_alternative<Interrupted>(event.what)) interrupted_ = true;
  if (const auto* recorded = std::get_if<Recorded>(&event.what);
      recorded != nullptr && recorded->seq == record_) {
    if (intending_) return call(out);
    if (trouble_) {
      finished_ = true;
      return;
    }
    ++node_;
    return next(event.now, out);
  }
  if (const auto* replied = std::get_if<NodeReplied>(&event.what);
      replied != nullptr && replied->id == pending_) {
    return on_reply(replied->reply, event.now, out);
  }
  if (const auto* fired = std::get_if<TimerFired>(&event.what); fired != nullptr && fired->id == pending_)
    call(out);
}

}  // namespace nightlatch::rollout
