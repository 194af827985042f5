// A login that lacks a right: apply is refused in words of its own before a node is touched (S9, S21, S22).
#include "api/errors.hpp"
#include "cluster/errors.hpp"
#include "node/errors.hpp"
#include "operate/rolled_bench.hpp"
#include "rollout/errors.hpp"

namespace nightlatch::operate {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class MissingRight : public RolledBench {
 protected:
  void expect_refused(int code, const std::string& words) {
    Ports all = ports();
    ApplyInput input;
    input.plan.playbook = load_playbook("health-only").value();
    input.choices.prompting = rollout::Prompting::assume_yes;
    auto outcome = apply(all, selection(), input);
    int seen = code_of(outcome);
    Exit exit = exit_code(outcome);
    std::string said = outcome ? std::string() : outcome.error().errors.front().message;
    if (outcome && outcome->result.trouble) {
      seen = outcome->result.trouble->code;
      exit = outcome->result.exit;
      said = outcome->result.trouble->why;
    }
    if (!outcome && !outcome.error().errors.front().details.empty())
      said += "; " + outcome.error().errors.front().details.front();
    EXPECT_EQ(seen, code) << said;
    EXPECT_EQ(exit, Exit::refused) << said;
    EXPECT_THAT(said, HasSubstr(words));
    EXPECT_THAT(changed_nodes(), IsEmpty());
  }
};

TEST_F(MissingRight, ToReadTheCluster) {
  const std::string words =
      "GET https://k8s.example:6443/api/v1/nodes was answered with 403 for the context \"admin\"";
  cluster.cluster_api->away = error_of(api_errors::denied, words);
  expect_refused(api_errors::denied.number, words);
}

TEST_F(MissingRight, ToTakeTheLock) {
  const std::string words =
      "POST /apis/coordination.k8s.io/v1/namespaces/kube-system/leases was answered with 403 for the context "
      "\"admin\"";
  cluster.cluster_api->lock_unwritable = error_of(api_errors::denied, words);
  expect_refused(cluster_errors::lock_unwritable.number, words);
}

TEST_F(MissingRight, ToReadTheLeasesOfTheLeaders) {
  cluster.cluster_api->leases_denied = "GET .../leases/kube-scheduler was answered with 403";
  expect_refused(rollout_errors::cluster_unseen.number,
                 "leases: GET .../leases/kube-scheduler was answered with 403");
}

TEST_F(MissingRight, ToAskWhetherAnApiServerIsReady) {
  for (const auto& one : cluster.nodes) {
    one->answers = [](const facts::Expectation& question) {
      return question.path == "/readyz" && question.credentials == facts::Credentials::admin ? 403 : 200;
    };
  }
  expect_refused(rollout_errors::balancer_silent.number, "GET /readyz");
}

TEST_F(MissingRight, ToBecomeRootOnANode) {
  node("cp2").unreachable =
      error_of(node_errors::wrapper_missing, "cp2: the node cannot run /usr/local/sbin/nightlatch-node");
  expect_refused(node_errors::wrapper_missing.number, "cp2: the node cannot run");
}

}  // namespace
}  // namespace nightlatch::operate
