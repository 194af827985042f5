// Two machines with one machine id: a clone is named by its Node, and gets an id of its own (S9).
#include <gmock/gmock.h>

#include "plan/errors.hpp"
#include "plan/outcome.hpp"

namespace nightlatch::plan {
namespace {

namespace codes = plan_errors;
using testing::ElementsAre;
using testing::HasSubstr;

PlanRequest with_clone() {
  PlanRequest request = healthy_request();
  request.facts.nodes[2].machine_id = request.facts.api->control_plane[2].machine_id = "machine-1";
  request.facts.nodes[0].addresses = {"10.0.0.11", "172.17.0.1"};
  request.facts.nodes[2].addresses = {"10.0.0.13", "172.17.0.1"};
  return request;
}

TEST(Clones, AreToldByTheirNodesAndGetAnIdOfTheirOwn) {
  PlanRequest request = with_clone();
  request.facts.api->control_plane[2].name = "control-3";
  PlanOutcome outcome = make_plan(request);
  ASSERT_THAT(codes_of(outcome.refusals), ElementsAre(codes::machine_cloned.number));
  const Error& error = outcome.refusals[0];
  EXPECT_EQ(
      error.message,
      "Node cp1 (10.0.0.11) and Node control-3 (10.0.0.13) are two machines with one machine id (machine-1): "
      "one is a clone of the other");
  EXPECT_THAT(error.details, ElementsAre("on Node control-3 (10.0.0.13), as root:",
                                         "rm -f /etc/machine-id /var/lib/dbus/machine-id",
                                         "systemd-machine-id-setup", "reboot"));
  EXPECT_THAT(error.next, HasSubstr("status.nodeInfo.machineID"));
  EXPECT_THAT(error.next, HasSubstr("The node stays in the inventory")) << "else it would stay open";
}

TEST(Clones, AMachineThatIsListedTwiceIsNone) {
  PlanRequest request = with_clone();
  request.facts.nodes[2].addresses = request.facts.nodes[0].addresses;
  request.facts.api->control_plane.pop_back();
  expect_refusal(request, codes::machine_twice, "cp1 and cp3 are one machine (machine id machine-1)");
  request.facts.nodes[2].addresses.emplace_back("10.0.0.100");  // moved here between the two readings
  expect_refusal(request, codes::machine_twice, "cp1 and cp3 are one machine");
}

TEST(Clones, WithoutANodeTheMachineIsNamedAsTheInventoryDoes) {
  PlanRequest request = with_clone();
  for (facts::ApiNode& node : request.facts.api->control_plane) node.internal_ip.clear();
  EXPECT_THAT(make_plan(request).refusals[0].message,
              HasSubstr("cp1 (10.0.0.11) and cp3 (10.0.0.13) are two"));
}

}  // namespace
}  // namespace nightlatch::plan
