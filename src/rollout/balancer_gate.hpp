// S17: the last gate of a changed node. New connections through the load balancer must reach the node again,
// where they did before the roll. It is asked before the node is confirmed, while its guard still holds the
// old manifest, so a node that the load balancer has dropped goes back.
//
// Some load balancers do not show which node answered (plan::BalancerKind). Then the run waits for a fixed
// time, in which their health checks notice the node, and the endpoint must answer after it.
//
// Where nobody stated what the health check asks, one good answer is not enough: the load balancer may not
// have asked the changed node yet. It must still lead to the node after the time of its health checks.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "facts/probe.hpp"
#include "plan/balancer_view.hpp"
#include "rollout/event.hpp"
#include "rollout/survey_balancer.hpp"

namespace nightlatch::rollout {

class BalancerGate {
 public:
  // `node`: the name of the changed node, which SurveyBalancer has looked for.
  BalancerGate(BalancerBaseline before, const std::string& node)
      : before_(std::move(before)), node_(node), certificate_(before_.certificates[node]) {}

  // The certificate that the node itself showed after its restart: it may have a new one. Empty: not seen.
  void note_certificate(const std::string& certificate) {
    if (!certificate.empty()) certificate_ = certificate;
  }

  // Takes one answer through the load balancer and returns whether the node may be confirmed. `ready_for`:
  // how long the node's gates have held, because the health checks see a ready node since then.
  [[nodiscard]] bool passes(const facts::Seen& seen, Millis ready_for);

  // Before the next connection is tried.
  [[nodiscard]] Millis pause() const;
  // How long the gate may take: 5 min, and a minute more than the time of the health checks.
  [[nodiscard]] std::chrono::seconds patience() const;
  // What the screen says of a gate that passed without the node having been seen; empty: it was seen.
  [[nodiscard]] std::string note() const;
  // For how long it waits at least, and why, for the record at its beginning; empty: for no fixed time.
  [[nodiscard]] std::string detail() const;
  // Why it has not passed after this time.
  [[nodiscard]] std::string why_not(Millis waited) const;

 private:
  // node: it must be seen. settle: the time of the health checks must pass. answer: anyone's answer is
  // enough.
  enum class Awaited { node, settle, answer };
  [[nodiscard]] Awaited awaited() const;

  BalancerBaseline before_;
  std::string node_;
  std::string certificate_;
  int asked_ = 0;
  int good_in_a_row_ = 0;
  std::string failure_;  // of the last connection; empty: it had a good answer
};

}  // namespace nightlatch::rollout
