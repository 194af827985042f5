#include "plan/order.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "plan/check_codes.hpp"
#include "plan/errors.hpp"
#include "plan/holder.hpp"
#include "util/text.hpp"

namespace nightlatch::plan {

const facts::NodeFacts& facts_of(const PlannedNode& node, const PlanRequest& request) {
  return *std::find_if(request.facts.nodes.begin(), request.facts.nodes.end(),
                       [&](const facts::NodeFacts& one) { return one.name == node.node.name; });
}

std::string order_reason(const PlannedNode& node) {
  if (!node.change) return "already as planned";
  if (node.struggling) return std::string(worst_first);
  if (node.holds_endpoint) return "holds the endpoint's address: last";
  if (node.talked_through) return "serves this connection: last";
  return {};
}

void order_automatically(std::vector<PlannedNode>& nodes) {
  std::stable_sort(nodes.begin(), nodes.end(), [](const PlannedNode& a, const PlannedNode& b) {
    auto rank = [](const PlannedNode& one) {
      if (!one.change) return 3;
      if (one.struggling) return 0;
      return one.talked_through || one.holds_endpoint ? 2 : 1;
    };
    return std::pair(rank(a), a.node.name) < std::pair(rank(b), b.node.name);
  });
}

std::vector<Error> order_as_told(std::vector<PlannedNode>& nodes, const std::vector<std::string>& order) {
  std::set<std::string> told(order.begin(), order.end());
  bool complete = told.size() == order.size() && order.size() == nodes.size() &&
                  std::all_of(nodes.begin(), nodes.end(),
                              [&](const PlannedNode& one) { return told.contains(one.node.name); });
  if (!complete) {
    std::vector<std::string> names;
    for (const PlannedNode& one : nodes) names.push_back(one.node.name);
    return {Error{plan_errors::order_unknown,
                  fmt::format("spec.order is {}, the nodes are {}", join(order, ", "), join(names, ", ")),
                  {},
                  {},
                  {},
                  {}}};
  }
  auto position = [&](const PlannedNode& one) {
    return std::find(order.begin(), order.end(), one.node.name);
  };
  std::stable_sort(nodes.begin(), nodes.end(), [&](const PlannedNode& a, const PlannedNode& b) {
    bool same = a.change.has_value() == b.change.has_value();
    return same ? position(a) < position(b) : a.change.has_value();
  });
  return {};
}

void find_holders(const PlanRequest& request, std::vector<PlannedNode>& nodes) {
  if (!request.facts.api) return;
  std::vector<std::vector<std::string>> addresses;
  std::vector<std::string> own;
  for (const PlannedNode& one : nodes) {
    addresses.push_back(facts_of(one, request).addresses);
    own.push_back(one.node.host);
    own.push_back(one.node.api_host);
  }
  for (std::size_t i : holders(request.facts.api->endpoint_addresses, own, addresses))
    nodes[i].holds_endpoint = true;
}

std::vector<PlanCheck> check_holder(const std::vector<PlannedNode>& nodes,
                                    const std::vector<std::string>& order) {
  std::vector<PlanCheck> checks;
  auto changes = [](const PlannedNode& one) { return one.change.has_value(); };
  for (auto one = nodes.begin(); one != nodes.end(); ++one) {
    bool goes_before = std::any_of(one + 1, nodes.end(), changes);
    if (!one->holds_endpoint || !changes(*one) || !goes_before || order.empty()) continue;
    checks.push_back({PlanCheck::Grade::warning,
                      fmt::format("{} holds the endpoint's address, and spec.order does not put it last: its "
                                  "restart moves the address to a node that is still to be changed",
                                  one->node.name),
                      plan_checks::holder_not_last.number,
                      {.node = one->node.name}});
  }
  return checks;
}

}  // namespace nightlatch::plan
