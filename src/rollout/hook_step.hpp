// A hook between nodes: before and after all of them, and afterNode for a node for which an earlier run has
// called beforeNode and did not come to afterNode. Whether a failure stops the run is for the run to say.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "plan/hooks.hpp"
#include "rollout/event.hpp"
#include "rollout/single_step.hpp"
#include "rollout/trouble.hpp"

namespace nightlatch::rollout {

// What afterNode is told of such a node.
inline constexpr std::string_view unfinished_node = "unfinished";

// Its records have the name of the hook as their step. An interruption does not end it: a hook that was begun
// is waited for, at most until its limit. Error: hook_failed.
class HookStep {
 public:
  // `plan` outlives the step, and calls this hook.
  HookStep(const plan::Plan& plan, CallHook call);

  // The four functions of a step: rollout/single_step.hpp.
  void start(Millis now, Outbox& out);
  void on(const Event& event, Outbox& out);
  [[nodiscard]] bool finished() const { return step_.finished(); }
  [[nodiscard]] const std::optional<Trouble>& trouble() const { return trouble_; }

  [[nodiscard]] plan::HookEvent event() const { return call_.event; }

 private:
  void on_ended(const HookEnded& ended, Outbox& out);

  const plan::Plan* plan_;
  CallHook call_;
  SingleStep step_;
  std::optional<Trouble> trouble_;
};

}  // namespace nightlatch::rollout
