#include "rollout/await_balancer.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "rollout/errors.hpp"
#include "util/overloaded.hpp"
#include "util/text.hpp"

namespace nightlatch::rollout {

namespace {

using namespace std::chrono_literals;

constexpr Millis pause = 1s;
// After this many good answers it is decided whether the load balancer spreads its connections. Where it
// spreads them over two other nodes, all ten reach the same one in 0.2 % of the cases. They follow one
// another after 100 ms, because the time to settle may have passed already while the node soaked.
constexpr int enough_to_tell = 10;
constexpr Millis short_pause = 100ms;
constexpr std::chrono::seconds patience = 5min;  // at least, before the step fails

facts::Expectation question() {
  return {"GET", "/readyz", facts::Credentials::admin, facts::Purpose::ready, {200}};
}

}  // namespace

void AwaitBalancer::start(Millis now, Outbox& out) {
  began_ = now;
  step_.intend({{"detail", fmt::format("or {} if the load balancer does not show which node answered",
                                       human_duration(settle_))}},
               out);
}

// Whether the changed node is recognised: its certificate is known, and no other node has the same.
bool AwaitBalancer::can_be_told() const {
  const std::string& own = certificates_.at(name());
  return !own.empty() && std::count_if(certificates_.begin(), certificates_.end(),
                                       [&](const auto& one) { return one.second == own; }) == 1;
}

// First asks every node for its certificate, then asks through the load balancer.
void AwaitBalancer::ask(Outbox& out) {
  if (certificates_.size() < plan_->nodes.size()) {
    step_.ask(AskApiServer{plan_->nodes[certificates_.size()].name, {question()}}, out);
  } else {
    step_.ask(AskBalancer{question()}, out);
  }
}

void AwaitBalancer::on_answer(const Answer& answer, Millis now, Outbox& out) {
  if (certificates_.size() == plan_->nodes.size())
    return on_seen(answer_of<AskBalancer>(answer).seen, now, out);
  const std::string& asked = plan_->nodes[certificates_.size()].name;
  facts::Seen own = answer_of<AskApiServer>(answer).to(question());
  // A node that does not answer yet is asked again: without its certificate, the load balancer would count as
  // one that does not show which node answered.
  if (own.status == 0 && now - began_ < patience) return step_.pause(pause, out);
  certificates_[asked] = own.certificate;
  ask(out);
}

// Whether the run can only wait for `settle`, because neither this answer (`known`: its certificate is a
// node's) nor the earlier ones tell the nodes apart.
bool AwaitBalancer::hides_nodes(bool known) const {
  if (!can_be_told() || !known) return true;
  return answered_ >= enough_to_tell && others_seen_.size() < 2;
}

void AwaitBalancer::on_seen(const facts::Seen& seen, Millis now, Outbox& out) {
  bool known = std::any_of(certificates_.begin(), certificates_.end(),
                           [&](const auto& one) { return one.second == seen.certificate; });
  if (seen.as_expected() && can_be_told() && seen.certificate == certificates_.at(name()))
    return conclude({}, out);
  if (known && !seen.certificate.empty()) others_seen_.insert(seen.certificate);
  if (seen.as_expected()) ++answered_;
  bool hidden = hides_nodes(known);
  bool is_settled = now - ready_since_.value_or(began_) >= settle_;
  Millis waited = now - began_;
  if (hidden && seen.as_expected() && is_settled) {
    return conclude(fmt::format("the load balancer does not tell its nodes apart: waited {} for it",
                                human_duration(settle_)),
                    out);
  }
  bool soon = answered_ > 0 && answered_ < enough_to_tell;
  if (waited < std::max<Millis>(settle_, patience)) return step_.pause(soon ? short_pause : pause, out);
  std::string why =
      seen.as_expected()
          ? fmt::format(
                "{1} has not answered through the load balancer for {0}: new connections reach other nodes",
                human_duration(waited), name())
          : fmt::format("the load balancer has not led to the changed node for {}; the last answer: {}",
                        human_duration(waited),
                        seen.why.empty() ? fmt::format("status {}", seen.status) : seen.why);
  trouble_ = Trouble{rollout_errors::not_balanced.number, std::move(why), {}};
  step_.fail(*trouble_, {}, out);
}

void AwaitBalancer::conclude(std::string note, Outbox& out) {
  std::map<std::string, std::string> data;
  if (!note.empty()) data["note"] = std::move(note);
  step_.succeed(std::move(data), out);
}

void AwaitBalancer::on(const Event& event, Outbox& out) {
  std::visit(overloaded{[](SingleStep::Nothing) {}, [&](SingleStep::Begin) { ask(out); },
                        [&](SingleStep::Resume) { ask(out); },
                        [&](const Answer& answer) { on_answer(answer, event.now, out); },
                        // No other node will be begun, so there is nothing to wait for.
                        [&](SingleStep::Leave) {
                          conclude("interrupted before this node was seen through the load balancer", out);
                        },
                        [](SingleStep::Ended) {}},
             step_.on(event, out));
}

}  // namespace nightlatch::rollout
