// The person at the terminal: one question a node, which an interruption withdraws.
#pragma once

#include "plan/plan.hpp"
#include "report/live_view.hpp"
#include "rollout/event.hpp"
#include "util/fd.hpp"

namespace nightlatch::cli {

class Person {
 public:
  explicit Person(report::LiveView& view);

  // Blocks until there is an answer. No answer, an end of input, a withdrawn question: no.
  [[nodiscard]] rollout::Choice ask(const plan::NodePlan& node);
  // From another thread.
  void withdraw();

 private:
  report::LiveView& view_;
  Fd wake_;  // read end of a pipe that withdraw() writes to
  Fd wake_from_;
};

// "y", "yes", "n", "no", "a", "all" in any case.
[[nodiscard]] std::optional<rollout::Choice> read_choice(std::string_view answer);

}  // namespace nightlatch::cli
