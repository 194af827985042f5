// cluster::Session and who is asked in it, on the scripted cluster.
#include "cluster/session.hpp"

#include "cluster/askers.hpp"
#include "operate/operate_bench.hpp"

namespace nightlatch::operate {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

class Session : public Bench {
 protected:
  Result<cluster::Session> open(const cluster::Selection& wanted) {
    return cluster::Session::open(cluster, wanted, node::SwapTrial::no,
                                  [this](const std::string& line) { log.push_back(line); });
  }

  std::vector<std::string> log;
};

TEST_F(Session, KeepsWhatIsWrongWithOneNodeBesideTheOthers) {
  lose_host("cp1");
  node("cp3").unreadable = error_of(node_errors::script_refused, "cp3: no flock");
  auto session = open(selection());
  ASSERT_TRUE(session);
  ASSERT_THAT(session->members, SizeIs(3));
  EXPECT_EQ(session->find("cp1")->connection, nullptr);
  EXPECT_NE(session->find("cp3")->connection, nullptr) << "it can still be spoken to";
  EXPECT_FALSE(session->find("cp3")->facts);
  EXPECT_EQ(session->find("cp9"), nullptr);
  EXPECT_THAT(session->facts().nodes, SizeIs(1));
  EXPECT_THAT(session->errors(), SizeIs(2));
  EXPECT_THAT(log, ElementsAre("reading 3 nodes of prod-eu1", "cp2: read, by "));
}

TEST_F(Session, WithoutAnInventoryTheApiIsNeededWithOneItIsReported) {
  take_api_away();
  auto listed = open(selection());
  ASSERT_TRUE(listed);
  EXPECT_EQ(listed->api_error->code.number, api_errors::unreachable.number);
  EXPECT_EQ(listed->facts().api_unreadable, listed->api_error->message);
  EXPECT_FALSE(open({}));
}

TEST_F(Session, AKubeconfigThatWasAskedForMustBeThere) {
  cluster.no_kubeconfig = error_of(api_errors::unreachable, "no kubeconfig");
  auto listed = open(selection());
  ASSERT_TRUE(listed);
  EXPECT_EQ(listed->cluster_api({}), nullptr);
  cluster::Selection asked = selection();
  asked.context = "admin";
  EXPECT_FALSE(open(asked));
}

TEST_F(Session, TheLoadBalancerIsNoneWhereTheEndpointIsANode) {
  auto session = open(selection());
  ASSERT_TRUE(session);
  EXPECT_NE(cluster::ask_balancer(*session, {{"10.0.0.11", 6443}}), nullptr);
  EXPECT_EQ(cluster::ask_balancer(*session, {{"10.0.0.11", 6443}, {"k8s.example", 6443}}), nullptr);
  take_api_away();
  auto away = open(selection());
  ASSERT_TRUE(away);
  EXPECT_EQ(cluster::ask_balancer(*away, {}), nullptr) << "there is nothing to see through it";
}

TEST_F(Session, WhyNodesAndLeasesCannotBeWatchedIsSaid) {
  auto session = open(selection());
  ASSERT_TRUE(session);
  EXPECT_THAT(cluster::watch_cluster(*session, "r1")().control_plane, SizeIs(3));
  EXPECT_EQ(cluster.user_agents.back(), "nightlatch/test run/r1");
  cluster.no_kubeconfig = error_of(api_errors::unreachable, "no kubeconfig");
  auto without = open(selection());
  ASSERT_TRUE(without);
  facts::ClusterSight sight = cluster::watch_cluster(*without, "r1")();
  EXPECT_EQ(sight.nodes_unknown, "no kubeconfig");
  EXPECT_EQ(sight.leases_unknown, "no kubeconfig");
}

}  // namespace
}  // namespace nightlatch::operate
