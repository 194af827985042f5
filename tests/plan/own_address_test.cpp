// Whether the node that is asked is the one that answers (S16).
#include "plan/own_address.hpp"

#include <algorithm>

#include <gmock/gmock.h>

#include "plan/cluster.hpp"
#include "plan/errors.hpp"

namespace nightlatch::plan {
namespace {

namespace codes = plan_errors;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* vip = "10.0.0.100";

// Every node has its own address on an interface, cp1 also that of the endpoint.
class OwnAddressTest : public testing::Test {
 protected:
  OwnAddressTest() {
    for (facts::NodeFacts& node : request_.facts.nodes) node.addresses = {node.host};
    request_.facts.nodes[0].addresses.emplace_back(vip);
    request_.facts.api->endpoint_addresses = {vip};
  }

  // The manifest of a node with another address to advertise, and its probes with that host, or none.
  enum class Host { in_probes, left_out };
  void advertise(std::size_t node, const std::string& address, Host host) {
    facts::NodeFacts& facts = request_.facts.nodes[node];
    const std::string own = fmt::format("10.0.0.1{}", node + 1);
    std::string bytes = healthy_node(static_cast<int>(node) + 1).manifest.bytes;
    bytes = replaced(bytes, "--advertise-address=" + own, "--advertise-address=" + address);
    std::string line = host == Host::in_probes ? "        host: " + address + "\n" : std::string();
    set_manifest(facts, replaced(bytes, "        host: " + own + "\n", line));
  }
  void bind(std::size_t node, const std::string& address) {
    facts::NodeFacts& facts = request_.facts.nodes[node];
    set_manifest(facts, replaced(facts.manifest.bytes, "    - --secure-port=6443\n",
                                 "    - --secure-port=6443\n    - \"--bind-address=" + address + "\"\n"));
  }
  OwnAddress asked(std::size_t node) {
    const facts::NodeFacts& facts = request_.facts.nodes[node];
    return own_address(*manifest::read_api_server_pod(facts.manifest.bytes, "m"), facts, request_.facts);
  }

  PlanRequest request_ = healthy_request();
};

TEST_F(OwnAddressTest, OfAKubeadmNodeIsTheOneItAdvertises) {
  for (std::size_t i : {0U, 1U, 2U}) {
    EXPECT_EQ(asked(i).address.host, request_.facts.nodes[i].host);
    EXPECT_EQ(asked(i).address.tls_name, "");
    EXPECT_EQ(asked(i).why_not, "");
  }
  EXPECT_THAT(codes_of(make_plan(request_).refusals), IsEmpty());
}

TEST_F(OwnAddressTest, OfANodeThatAdvertisesAMovingAddressIsThatOfItsNode) {
  for (std::size_t i : {0U, 1U}) {  // the one that holds the address now, and one that does not
    advertise(i, vip, Host::left_out);
    EXPECT_EQ(asked(i).address.host, request_.facts.nodes[i].host) << i;
    EXPECT_EQ(asked(i).address.tls_name, vip) << "which is in its certificate";
    EXPECT_EQ(asked(i).why_not, "") << i;
    advertise(i, request_.facts.nodes[i].host, Host::left_out);
  }
  advertise(1, vip, Host::left_out);
  PlanOutcome outcome = make_plan(request_);
  ASSERT_TRUE(outcome.plan) << outcome.refusals.front().message;
  auto in = [](const Plan& plan, const std::string& name) {
    return *std::find_if(plan.nodes.begin(), plan.nodes.end(),
                         [&](const NodePlan& one) { return one.name == name; });
  };
  EXPECT_EQ(in(*outcome.plan, "cp2").api_host, "10.0.0.12");
  auto read = from_json(to_json(*outcome.plan), "plan.json");
  ASSERT_TRUE(read);
  EXPECT_EQ(in(*read, "cp2").api_tls_name, vip);
  EXPECT_EQ(in(*read, "cp1").api_tls_name, "");
}

TEST_F(OwnAddressTest, OneBehindAForeignAddressIsAskedAtItsOwn) {
  advertise(1, "203.0.113.7", Host::left_out);
  EXPECT_EQ(asked(1).address.host, "10.0.0.12");
  EXPECT_EQ(asked(1).address.tls_name, "203.0.113.7");
}

TEST_F(OwnAddressTest, ProbesThatAskAnotherMachineAreRefused) {
  advertise(1, vip, Host::in_probes);
  EXPECT_EQ(asked(1).why_not, "the probes ask 10.0.0.100, and cp1 has that address now");
  PlanOutcome outcome = make_plan(request_);
  ASSERT_THAT(codes_of(outcome.refusals), ElementsAre(codes::address_not_own.number));
  EXPECT_EQ(outcome.refusals[0].message, "cp2: the probes ask 10.0.0.100, and cp1 has that address now");
  EXPECT_THAT(outcome.refusals[0].next, HasSubstr("leave host out of the probes"));
  advertise(0, vip, Host::in_probes);
  EXPECT_THAT(asked(0).why_not, HasSubstr("it is the address of the cluster's endpoint"));
}

TEST_F(OwnAddressTest, ThatTheServerDoesNotListenAtIsRefused) {
  advertise(1, vip, Host::left_out);
  bind(1, vip);
  EXPECT_EQ(asked(1).why_not,
            "--advertise-address is 10.0.0.100, and cp1 has that address now; --bind-address=10.0.0.100 "
            "keeps it from "
            "answering at 10.0.0.12");
  EXPECT_THAT(codes_of(make_plan(request_).refusals), ElementsAre(codes::address_not_own.number));
}

TEST_F(OwnAddressTest, EveryInterfaceAndItsOwnWillDo) {
  for (const char* bound : {"0.0.0.0", "::", "10.0.0.12"}) {
    request_.facts.nodes[1] = healthy_node(2);
    request_.facts.nodes[1].addresses = {"10.0.0.12"};
    advertise(1, vip, Host::left_out);
    bind(1, bound);
    EXPECT_EQ(asked(1).why_not, "") << bound;
  }
}

TEST_F(OwnAddressTest, WithoutAKnownAddressItIsRefused) {
  advertise(1, "203.0.113.7", Host::left_out);
  request_.facts.nodes[1].addresses.clear();
  EXPECT_EQ(asked(1).why_not,
            "--advertise-address is 203.0.113.7, and no interface of cp2 has it; no other address of the "
            "node is known");
}

// It may be one that moves and that only this node advertises: nothing tells the two apart.
TEST_F(OwnAddressTest, OneOnAnInterfaceIsNotAskedWhereAFixedOneCanBe) {
  request_.facts.nodes[1].addresses.emplace_back("192.168.7.12");
  advertise(1, "192.168.7.12", Host::left_out);
  EXPECT_EQ(asked(1).address.host, "10.0.0.12");
  EXPECT_EQ(asked(1).address.tls_name, "192.168.7.12");
  EXPECT_EQ(asked(1).why_not, "");
  bind(1, "192.168.7.12");
  EXPECT_EQ(asked(1).address.host, "192.168.7.12") << "the only one at which it listens";
  EXPECT_EQ(asked(1).why_not, "");
}

TEST_F(OwnAddressTest, AnotherInterfaceOfTheNodeIsItsOwnWhereTheProbesSaySo) {
  request_.facts.nodes[1].addresses.emplace_back("192.168.7.12");
  advertise(1, "192.168.7.12", Host::in_probes);
  EXPECT_EQ(asked(1).address.host, "192.168.7.12");
  EXPECT_EQ(asked(1).why_not, "");
}

TEST_F(OwnAddressTest, TheEndpointMayBeTheOnlyNodeItself) {
  request_.facts.api->endpoint_addresses = {"10.0.0.11"};
  EXPECT_EQ(asked(0).why_not, "");
  request_.facts.nodes[0].host = "cp1.example";
  EXPECT_EQ(asked(0).why_not, "") << "its Node says that this is its address";
}

TEST_F(OwnAddressTest, ALoopbackAddressIsTheNodes) {
  advertise(1, "127.0.0.1", Host::in_probes);
  EXPECT_EQ(asked(1).address.host, "127.0.0.1");
  EXPECT_EQ(asked(1).why_not, "");
}

TEST_F(OwnAddressTest, TwoApiServersWithOneAddressAreRefused) {
  advertise(0, vip, Host::left_out);
  advertise(2, vip, Host::left_out);
  PlanOutcome outcome = make_plan(request_);
  ASSERT_THAT(codes_of(outcome.refusals), ElementsAre(codes::address_shared.number));
  EXPECT_EQ(outcome.refusals[0].message, "cp1 and cp3 have one and the same address: 10.0.0.100, port 6443");
}

TEST(SharedAddresses, AreOnesThatMeanOneMachine) {
  EXPECT_THAT(check_shared_addresses(
                  {{"cp1", "127.0.0.1"}, {"cp2", "127.0.0.1"}, {"cp1", "0.0.0.0"}, {"cp2", "0.0.0.0"}}),
              IsEmpty());
  EXPECT_THAT(check_shared_addresses(
                  {{"cp1", "10.0.0.1", 6443}, {"cp2", "10.0.0.1", 7443}, {"cp1", "10.0.0.1", 6443}}),
              IsEmpty());
  EXPECT_THAT(check_shared_addresses(
                  {{"cp1", "10.0.0.1"}, {"cp1", "10.0.0.9"}, {"cp2", "10.0.0.1"}, {"cp2", "10.0.0.9"}}),
              testing::SizeIs(1))
      << "a pair is named once";
}

}  // namespace
}  // namespace nightlatch::plan
