// S19: how many requests a second the API servers of a plan reject with 429, by their own counters
// (apiserver_request_terminations_total).
//
// Clients move from one API server to another during a roll, so only the sum is compared. A round asks each
// API server once, and a rate needs two rounds. A process that was restarted in between counts from zero, so
// these two rounds give no rate. One that does not answer is asked three times: for each GET /metrics,
// kube-apiserver asks a member of etcd that it draws by lot, and waits 20 s for one that is away
// (k8s.io/apiserver/pkg/storage/storagebackend/factory/etcd3.go). The next round begins 5 s after the end of
// the last one, however long that took: a caller that asks something else as well gets its turn even where no
// counter can be reached.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "plan/plan.hpp"
#include "rollout/event.hpp"

namespace nightlatch::rollout {

class Rejections {
 public:
  // `plan` outlives this object.
  explicit Rejections(const plan::Plan& plan) : plan_(&plan), last_(plan.nodes.size()) {}

  // The node whose API server is to be asked question() now, which begins a round when one is due; nullopt:
  // the round is over, and the next one is not due.
  [[nodiscard]] std::optional<std::string> next_to_ask(Millis now);
  // Whether next_to_ask() would name a node.
  [[nodiscard]] bool is_due(Millis now) const;
  // GET /metrics with credentials.
  [[nodiscard]] static facts::Expectation question();
  // Takes the answer of the node that next_to_ask() named last.
  void on_seen(const facts::Seen& seen, Millis now);

  // The sum over all API servers between the last two rounds; nullopt: these do not give a rate, or there are
  // not yet two.
  [[nodiscard]] std::optional<double> per_second() const { return per_second_; }
  // The first node whose counter the present round could not read, and why; empty: all were read so far.
  [[nodiscard]] const std::string& unknown() const { return unknown_; }

 private:
  struct Look {
    facts::Rejected rejected;
    Millis at{0};
  };

  void end_round();

  const plan::Plan* plan_;
  std::vector<std::optional<Look>> last_;  // the round before, by node
  std::vector<std::optional<Look>> this_;  // the present round, by node, as far as it has come
  int unanswered_ = 0;                     // how often the node at hand has not answered in the present round
  std::optional<Millis> ended_;  // when the present round ended; nullopt: it goes on, or none has begun
  std::optional<double> per_second_;
  std::string unknown_;
};

// Whether the rate is higher than before the roll by more than chance: more than a quarter and 0.2 a second
// on top.
[[nodiscard]] bool rejects_more(double per_second, double before);

}  // namespace nightlatch::rollout
