// What a plan says of etcd (S14) and of what a restart moves (S19).
#include "plan/cluster_checks.hpp"

#include <gmock/gmock.h>

#include "plan/cluster.hpp"
#include "plan/errors.hpp"

namespace nightlatch::plan {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

void lead_to(facts::NodeFacts& node, const std::string& servers) {
  const std::string flag = "--etcd-servers=";
  std::string bytes = node.manifest.bytes;
  std::size_t begin = bytes.find(flag) + flag.size();
  set_manifest(node, bytes.replace(begin, bytes.find('\n', begin) - begin, servers));
}

PlanRequest request_of(int nodes) {
  PlanRequest request = healthy_request(nodes);
  request.accept_outage = AcceptOutage::yes;
  request.facts.api->etcd_status = 200;
  for (facts::NodeFacts& node : request.facts.nodes) {
    node.etcd_running = true;
    lead_to(node, "https://127.0.0.1:2379");
  }
  return request;
}

std::vector<std::string> texts(const PlanRequest& request, PlanCheck::Grade grade) {
  PlanOutcome outcome = make_plan(request);
  EXPECT_TRUE(outcome.plan);
  std::vector<std::string> found;
  if (!outcome.plan) return found;
  for (const PlanCheck& check : outcome.plan->checks) {
    bool about = check.text.starts_with("etcd") || check.text.find("leader leases") != std::string::npos;
    if (about && check.grade == grade) found.push_back(check.text);
  }
  return found;
}

using Grade = PlanCheck::Grade;

TEST(ClusterChecks, ThreeStackedMembersWithQuorumAreWell) {
  PlanRequest request = request_of(3);
  EXPECT_THAT(texts(request, Grade::ok),
              testing::ElementsAre("etcd: stacked on 3 nodes, has its quorum (GET /readyz/etcd)",
                                   HasSubstr("the next node waits for both")));
  EXPECT_TRUE(texts(request, Grade::warning).empty());
  EXPECT_TRUE(texts(request, Grade::unknown).empty());
}

TEST(ClusterChecks, BelowThreeStackedMembersALostMachineIsTheQuorum) {
  EXPECT_THAT(texts(request_of(2), Grade::warning),
              Contains("etcd: on 2 nodes the loss of one machine is the loss of the quorum"));
  EXPECT_THAT(texts(request_of(1), Grade::warning),
              Contains("etcd: on 1 node the loss of one machine is the loss of the quorum"));
}

TEST(ClusterChecks, AMemberThatDoesNotRunIsNamed) {
  PlanRequest request = request_of(3);
  request.facts.nodes[1].etcd_running = false;
  EXPECT_THAT(
      texts(request, Grade::warning),
      testing::ElementsAre("etcd: no member runs on cp2, and the API server there uses the member of its "
                           "own node"));
  EXPECT_THAT(texts(request, Grade::ok), Contains(HasSubstr("has its quorum")));
}

TEST(ClusterChecks, ExternalEtcdIsCalledSo) {
  PlanRequest request = request_of(2);
  for (facts::NodeFacts& node : request.facts.nodes) {
    lead_to(node, "https://10.0.1.1:2379,https://10.0.1.2:2379");
    node.etcd_running = false;
  }
  EXPECT_THAT(texts(request, Grade::ok), Contains("etcd: external, has its quorum (GET /readyz/etcd)"));
  EXPECT_TRUE(texts(request, Grade::warning).empty()) << "its machines are not ours to count";
}

TEST(ClusterChecks, TheMemberOfItsOwnMachineHasSeveralNames) {
  for (const char* servers : {"http://127.0.0.1:2379", "https://localhost:2379", "https://[::1]:2379",
                              "https://10.0.9.9:2379,https://HOST:2379"}) {
    PlanRequest request = request_of(3);
    for (facts::NodeFacts& node : request.facts.nodes) lead_to(node, replaced(servers, "HOST", node.host));
    EXPECT_THAT(texts(request, Grade::ok), Contains(HasSubstr("stacked on 3 nodes"))) << servers;
  }
}

TEST(ClusterChecks, OnlySomeStackedIsNoStackedEtcd) {
  PlanRequest request = request_of(3);
  lead_to(request.facts.nodes[0], "https://etcd.example:2379");
  EXPECT_THAT(texts(request, Grade::ok), Contains(HasSubstr("stacked on 2 nodes only, has its quorum")));
}

TEST(ClusterChecks, WhatIsNotKnownIsNeverOk) {
  for (int status : {0, 401, 403, 404}) {
    PlanRequest request = request_of(3);
    request.facts.api->etcd_status = status;
    EXPECT_THAT(texts(request, Grade::unknown), Contains(HasSubstr("whether it has its quorum is not known")))
        << status;
    EXPECT_THAT(texts(request, Grade::ok), Not(Contains(HasSubstr("etcd")))) << status;
  }
}

TEST(ClusterChecks, WithoutQuorumThePlanSaysThatNoNodeIsBegun) {
  PlanRequest request = request_of(3);
  request.facts.api->etcd_status = 500;
  EXPECT_THAT(texts(request, Grade::warning),
              Contains(HasSubstr("has no quorum now (GET /readyz/etcd: 500)")));
}

TEST(ClusterChecks, OneNodeIsToldWhatItsRestartMoves) {
  EXPECT_THAT(texts(request_of(1), Grade::warning), Contains(HasSubstr("a restart moves the leader leases")));
}

TEST(KubeadmVersion, AnotherMinorThanTheImagesIsAnUpgradeHalfDone) {
  PlanRequest request = request_of(3);
  request.facts.api->kubeadm_config = "apiServer: {}\nkubernetesVersion: \"v1.35.0\"\n";
  PlanOutcome outcome = make_plan(request);
  ASSERT_EQ(codes_of(outcome.refusals), std::vector<int>{plan_errors::upgrade_unfinished.number});
  EXPECT_THAT(outcome.refusals[0].message,
              HasSubstr("kubeadm-config says 1.35.0, the API servers run 1.34."));
}

TEST(KubeadmVersion, AnotherPatchOrNoVersionIsNot) {
  for (const char* version : {"kubernetesVersion: v1.34.0\n", "kubernetesVersion: 'v1.34.99'\n", "",
                              "kind: X\n", "  kubernetesVersion: v1.2.0\n", "kubernetesVersion: stable\n"}) {
    PlanRequest request = request_of(3);
    request.facts.api->kubeadm_config = version;
    request.playbook.persist_kubeadm_config = false;  // none of them can be edited
    EXPECT_TRUE(codes_of(make_plan(request).refusals).empty()) << version;
  }
}

}  // namespace
}  // namespace nightlatch::plan
