#include "rollout/balancer_gate.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "util/text.hpp"

namespace nightlatch::rollout {

namespace {

using namespace std::chrono_literals;
using plan::HealthCheck;

// The first connections follow one another quickly: a load balancer that spreads them leads to the node soon.
constexpr int quick_connections = 10;
constexpr Millis quick_pause = 100ms;
constexpr Millis slow_pause = 1s;
// Where nodes are hidden: as many good answers in a row, because one of several nodes may be the dead one.
constexpr int enough_in_a_row = 10;

}  // namespace

BalancerGate::Awaited BalancerGate::awaited() const {
  if (before_.view.kind != plan::BalancerKind::shows) return Awaited::settle;
  return before_.view.seen.contains(node_) ? Awaited::node : Awaited::answer;
}

bool BalancerGate::passes(const facts::Seen& seen, Millis ready_for) {
  ++asked_;
  bool good = seen.as_expected();
  good_in_a_row_ = good ? good_in_a_row_ + 1 : 0;
  failure_ = good ? std::string{} : seen.why.empty() ? fmt::format("status {}", seen.status) : seen.why;
  bool is_settled = ready_for >= before_.facts.settle;
  switch (awaited()) {
    case Awaited::node: {
      bool is_node = good && !certificate_.empty() && seen.certificate == certificate_;
      return is_node && (before_.facts.check != HealthCheck::unstated || is_settled);
    }
    case Awaited::settle:
      return is_settled && good_in_a_row_ >= enough_in_a_row;
    case Awaited::answer:
      return good;
  }
  return false;
}

Millis BalancerGate::pause() const {
  return asked_ < quick_connections ? quick_pause : slow_pause;
}

std::chrono::seconds BalancerGate::patience() const {
  return std::max<std::chrono::seconds>(5min, before_.facts.settle + 1min);
}

std::string BalancerGate::note() const {
  switch (awaited()) {
    case Awaited::node:
      return {};
    case Awaited::settle:
      return fmt::format("the load balancer does not tell its nodes apart: waited {} for it",
                         human_duration(before_.facts.settle));
    case Awaited::answer:
      return "it was not seen through the load balancer before the roll, so the run did not wait for it "
             "there";
  }
  return {};
}

std::string BalancerGate::detail() const {
  Awaited what = awaited();
  bool unstated = before_.facts.check == HealthCheck::unstated;
  if (what == Awaited::answer || (what == Awaited::node && !unstated)) return {};
  return fmt::format("for at least {} after the gates began to hold, because {}",
                     human_duration(before_.facts.settle),
                     what == Awaited::node ? "nobody stated what its health check asks"
                                           : "it does not show which node answered");
}

std::string BalancerGate::why_not(Millis waited) const {
  if (!failure_.empty()) {
    return fmt::format("nobody has answered through the load balancer for {}; the last answer: {}",
                       human_duration(waited), failure_);
  }
  return fmt::format("for {}, new connections through the load balancer have reached other nodes only",
                     human_duration(waited));
}

}  // namespace nightlatch::rollout
