// The hooks beforeNode and afterNode of one node. Once a node is begun, afterNode is owed, and it is called
// once, however the node ends: what beforeNode has done, such as to take the node out of a load balancer,
// does not stay.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plan/hooks.hpp"
#include "rollout/event.hpp"

namespace nightlatch::rollout {

// What afterNode is told of a node whose gates and soak have held, and which is confirmed next.
inline constexpr std::string_view healthy_node = "healthy";

// "the hook afterNode failed: it ended with exit code 1".
[[nodiscard]] std::string hook_problem(plan::HookEvent event, const HookEnded& ended);
// For the record of a hook's end: what it said, and as "note" what a person should know, its problem among
// it.
[[nodiscard]] std::map<std::string, std::string> hook_data(plan::HookEvent event, const HookEnded& ended);
// What it said, line by line.
[[nodiscard]] std::vector<std::string> said_lines(const HookEnded& ended);
// For the record of its beginning: the program.
[[nodiscard]] std::map<std::string, std::string> hook_detail(const plan::Plan& plan, plan::HookEvent event);

class NodeHooks {
 public:
  // `plan` outlives this. `done`: the nodes that the run has changed before.
  NodeHooks(const plan::Plan& plan, std::string node, std::vector<std::string> done)
      : plan_(&plan), node_(std::move(node)), done_(std::move(done)) {}

  // From now on afterNode is owed, where the playbook states it.
  void begin();
  [[nodiscard]] bool before_is_due() const;
  // Begins the node.
  [[nodiscard]] CallHook call_before();

  [[nodiscard]] bool after_is_due() const { return after_ == After::owed; }
  // `outcome`: healthy_node, or how the node has ended.
  void ask_after(std::string_view outcome, Outbox& out);
  // Takes the answer to afterNode; whether `event` was that.
  [[nodiscard]] bool take(const Event& event);
  [[nodiscard]] bool after_runs() const { return after_ == After::running; }
  // Whether afterNode is to be called, to be waited for, or to be recorded.
  [[nodiscard]] bool is_open() const { return after_ != After::none && after_ != After::recorded; }
  // The data of the record of its end.
  [[nodiscard]] std::map<std::string, std::string> record_after();

  // What went wrong with afterNode; empty: nothing, or it has not ended.
  [[nodiscard]] const std::string& after_problem() const { return problem_; }

 private:
  enum class After { none, owed, running, ended, recorded };

  const plan::Plan* plan_;
  std::string node_;
  std::vector<std::string> done_;
  bool before_called_ = false;
  After after_ = After::none;
  Id open_ = 0;
  HookEnded ended_;
  std::string problem_;
};

}  // namespace nightlatch::rollout
