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
// So many answered connections, soon after one another, tell a load balancer that spreads them from one that
// leads to a single node: of two others, ten connections miss one in a fifth of a percent.
constexpr int enough_to_tell = 10;
constexpr Millis short_pause = 100ms;
constexpr std::chrono::seconds patience = 5min;  // for a node that should be seen, and is not

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

// A certificate of its own, and known: then its node is recognised.
bool AwaitBalancer::can_be_told() const {
  const std::string& own = certificates_.at(name());
  return !own.empty() && std::count_if(certificates_.begin(), certificates_.end(),
                                       [&](const auto& one) { return one.second == own; }) == 1;
}

// First every node's own certificate, then through the balancer.
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
  // A node that does not answer now has a certificate all the same: without it the load balancer would seem
  // to hide its nodes.
  if (own.status == 0 && now - began_ < patience) return step_.pause(pause, out);
  certificates_[asked] = own.certificate;
  ask(out);
}

// Whether the time has to do, because this answer, or what was seen so far, does not tell the nodes apart.
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
  // Where several nodes are seen, this load balancer spreads its connections, and would lead to this node
  // too.
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
          ? fmt::format("new connections reach other nodes, and for {} never {}", human_duration(waited),
                        name())
          : fmt::format("no answer through the load balancer for {}: {}", human_duration(waited),
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
                        // No other node will be begun: there is nothing to wait for.
                        [&](SingleStep::Leave) {
                          conclude("interrupted before the load balancer was seen to lead here again", out);
                        },
                        [](SingleStep::Ended) {}},
             step_.on(event, out));
}

}  // namespace nightlatch::rollout
