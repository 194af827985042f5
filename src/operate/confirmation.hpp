// Confirming in the place of a run that cannot do it any more: what the run would ask is asked here, too.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "facts/node_facts.hpp"
#include "facts/probe.hpp"
#include "node/protocol.hpp"
#include "plan/plan.hpp"
#include "util/result.hpp"

namespace nightlatch::operate {

using Pause = std::function<void(std::chrono::seconds)>;

// How the node is reached.
struct NodeAccess {
  node::NodePort* port = nullptr;
  std::function<std::vector<facts::Seen>(const std::vector<facts::Expectation>&)> ask;  // its API server
};

// Takes the run over on this node with a newer epoch, asks the gates as often as the plan says, marks what is
// left and confirms. An error: nothing was confirmed and the guard goes on.
[[nodiscard]] Status confirm_node(const plan::Plan& plan, const plan::NodePlan& node, const std::string& run,
                                  const NodeAccess& ways, const Pause& pause);

// Why no node waits for this run: `nodes` are those that were read, `unread` the names of the others.
[[nodiscard]] Error nothing_waits(const std::string& run, const std::vector<facts::NodeFacts>& nodes,
                                  const std::vector<std::string>& unread);

}  // namespace nightlatch::operate
