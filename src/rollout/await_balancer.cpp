#include "rollout/await_balancer.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "rollout/errors.hpp"
#include "util/text.hpp"

namespace nightlatch::rollout {

namespace {

using namespace std::chrono_literals;

constexpr Millis pause = 1s;
constexpr std::chrono::seconds patience = 5min;  // for a node that should be seen, and is not

facts::Expectation question() {
  return {"GET", "/readyz", facts::Credentials::admin, facts::Purpose::ready, {200}};
}

}  // namespace

void AwaitBalancer::record(rollout::Phase phase, std::map<std::string, std::string> data, Outbox& out) {
  out.append(Record{0, {}, {}, plan_->nodes[node_].name, "balanced", phase, std::move(data)});
  record_ = out.last_seq();
}

void AwaitBalancer::start(Millis now, Outbox& out) {
  began_ = now;
  record(rollout::Phase::intend,
         {{"detail", fmt::format("or {} if it hides its nodes", human_duration(settle_))}}, out);
}

// A certificate of its own, and known: then its node is recognised.
bool AwaitBalancer::can_be_told() const {
  const std::string& own = certificates_[node_];
  return !own.empty() && std::count(certificates_.begin(), certificates_.end(), own) == 1;
}

void AwaitBalancer::ask_next_node(Outbox& out) {
  if (certificates_.size() < plan_->nodes.size()) {
    waiting_ = Waiting::certificates;
    pending_ = out.ask(certificates_.size(), {question()});
    return;
  }
  waiting_ = Waiting::balancer;
  pending_ = out.ask_balancer(question());
}

void AwaitBalancer::on_seen(const facts::Seen& seen, Millis now, Outbox& out) {
  bool known = std::find(certificates_.begin(), certificates_.end(), seen.certificate) != certificates_.end();
  if (seen.as_expected() && can_be_told() && seen.certificate == certificates_[node_])
    return conclude({}, out);
  if (known && !seen.certificate.empty()) others_seen_.insert(seen.certificate);
  // Several nodes seen: this balancer spreads its connections, and would lead to this node too.
  bool hidden = !can_be_told() || others_seen_.size() < 2;
  Millis waited = now - began_;
  if (hidden && seen.as_expected() && waited >= settle_) {
    return conclude(fmt::format("the load balancer does not tell its nodes apart: waited {} for it",
                                human_duration(settle_)),
                    out);
  }
  if (waited >= std::max(settle_, patience)) {
    const std::string& name = plan_->nodes[node_].name;
    std::string why =
        seen.as_expected()
            ? fmt::format("new connections reach other nodes, and for {} never {}", human_duration(waited),
                          name)
            : fmt::format("no answer through the load balancer for {}: {}", human_duration(waited),
                          seen.why.empty() ? fmt::format("status {}", seen.status) : seen.why);
    trouble_ = Trouble{rollout_errors::not_balanced.number, std::move(why), {}};
    return conclude({}, out);
  }
  waiting_ = Waiting::pause;
  pending_ = out.timer(pause);
}

void AwaitBalancer::conclude(std::string note, Outbox& out) {
  waiting_ = Waiting::end;
  if (trouble_) {
    return record(rollout::Phase::failed, error_data(trouble_->code, trouble_->why), out);
  }
  std::map<std::string, std::string> data;
  if (!note.empty()) data["note"] = std::move(note);
  record(rollout::Phase::done, std::move(data), out);
}

// No other node will be begun: there is nothing to wait for.
void AwaitBalancer::leave(Outbox& out) {
  conclude("interrupted before the load balancer was seen to lead here again", out);
}

void AwaitBalancer::on(const Event& event, Outbox& out) {
  if (const auto* recorded = std::get_if<Recorded>(&event.what)) {
    if (recorded->seq != record_) return;
    if (waiting_ == Waiting::intend && interrupted_) return leave(out);
    if (waiting_ == Waiting::intend) return ask_next_node(out);
    if (waiting_ == Waiting::end) waiting_ = Waiting::nothing;
    return;
  }
  if (std::holds_alternative<Interrupted>(event.what)) {
    interrupted_ = true;
    bool asking = waiting_ == Waiting::certificates || waiting_ == Waiting::balancer;
    if (asking || waiting_ == Waiting::pause) leave(out);
    return;
  }
  if (const auto* seen = std::get_if<GatesSeen>(&event.what);
      seen != nullptr && waiting_ == Waiting::certificates && seen->id == pending_) {
    certificates_.push_back(seen->seen.empty() ? std::string{} : seen->seen.front().certificate);
    return ask_next_node(out);
  }
  if (const auto* seen = std::get_if<BalancerSeen>(&event.what);
      seen != nullptr && waiting_ == Waiting::balancer && seen->id == pending_) {
    return on_seen(seen->seen, event.now, out);
  }
  if (const auto* fired = std::get_if<TimerFired>(&event.what);
      fired != nullptr && waiting_ == Waiting::pause && fired->id == pending_) {
    ask_next_node(out);
  }
}

}  // namespace nightlatch::rollout
