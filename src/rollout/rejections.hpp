// S19: how many requests a second the API servers of a plan turn away with 429, by their own counters.
//
// Clients move from one to another in a roll: only the sum says whether it is as before. A round asks each of
// them once, and a rate needs two rounds. A process that was restarted between them begins its count anew.
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
  explicit Rejections(const plan::Plan& plan) : plan_(&plan), last_(plan.nodes.size()) {}

  // The node whose API server is to be asked question() now; nullopt: the round is over, and the next one is
  // not due.
  [[nodiscard]] std::optional<std::string> next_to_ask(Millis now);
  // Whether next_to_ask() would name one.
  [[nodiscard]] bool is_due(Millis now) const;
  [[nodiscard]] static facts::Expectation question();
  void on_seen(const facts::Seen& seen, Millis now);

  // Between the last two rounds; nullopt: there were no two in which every counter told.
  [[nodiscard]] std::optional<double> per_second() const { return per_second_; }
  // Whose counter the last round could not read, and why; empty: all were read.
  [[nodiscard]] const std::string& unknown() const { return unknown_; }

 private:
  struct Look {
    facts::Rejected rejected;
    Millis at{0};
  };

  [[nodiscard]] bool is_over() const;  // the round
  void end_round();

  const plan::Plan* plan_;
  std::vector<std::optional<Look>> last_;  // by node
  std::vector<std::optional<Look>> this_;  // as far as this round has come
  std::optional<Millis> began_;            // this round, or the one that has ended
  std::optional<double> per_second_;
  std::string unknown_;
};

// Whether this is more than before: a quarter on top and one request in five seconds are no matter of a roll.
[[nodiscard]] bool rejects_more(double per_second, double before);

}  // namespace nightlatch::rollout
