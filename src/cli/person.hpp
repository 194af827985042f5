// Asks the person at the terminal one question for each node. An interruption withdraws the question.
#pragma once

#include "plan/plan.hpp"
#include "report/live_view.hpp"
#include "rollout/event.hpp"
#include "util/fd.hpp"

namespace nightlatch::cli {

class Person {
 public:
  explicit Person(report::LiveView& view);

  // Blocks until there is an answer. The end of the input and a withdrawn question count as no; any other
  // word is asked again.
  [[nodiscard]] rollout::Choice ask(const plan::NodePlan& node);
  // Makes `ask` return; called from another thread.
  void withdraw();

 private:
  report::LiveView& view_;
  Fd wake_;  // read end of a pipe that withdraw() writes to
  Fd wake_from_;
};

// The choice for "y", "yes", "n", "no", "a" or "all" in any case; nullopt for any other text.
[[nodiscard]] std::optional<rollout::Choice> read_choice(std::string_view answer);

}  // namespace nightlatch::cli
