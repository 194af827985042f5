#include "plan/kubeadm_config.hpp"

#include <gmock/gmock.h>

#include "plan/cluster.hpp"
#include "plan/detect_errors.hpp"
#include "plan/rewrite_errors.hpp"

namespace nightlatch::plan {
namespace {

using testing::Contains;
using testing::HasSubstr;

const std::string plain = "apiServer: {}\napiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n";

manifest::ApiServerPod pod_after(const PlanRequest& request) {
  PlanOutcome outcome = make_plan(request);
  EXPECT_TRUE(outcome.plan);
  return *manifest::read_api_server_pod(outcome.bytes.at("cp1").manifest_after, "m");
}

std::vector<std::string> checks(const PlanRequest& request, PlanCheck::Grade grade) {
  std::vector<std::string> found;
  PlanOutcome outcome = make_plan(request);
  for (const PlanCheck& check : outcome.plan->checks) {
    if (check.grade == grade) found.push_back(check.text);
  }
  return found;
}

TEST(Persist, ConfigMapLearnsWhatTheManifestSays) {
  auto edit = persist(plain, "kubeadm-config", pod_after(healthy_request()));
  ASSERT_TRUE(edit) << edit.error().message;
  EXPECT_THAT(
      edit->after,
      HasSubstr("  - name: authentication-config\n    value: /etc/kubernetes/nightlatch/config/authn-"));
  EXPECT_THAT(edit->after, HasSubstr("  - hostPath: /etc/kubernetes/nightlatch/config\n"));
  EXPECT_THAT(in_words(*edit),
              HasSubstr("add authentication-config: /etc/kubernetes/nightlatch/config/authn-"));
}

TEST(Persist, ManifestBeforeAnyChangeAsksForNothing) {
  auto pod = manifest::read_api_server_pod(kubeadm_manifest(), "m");
  auto edit = persist(plain, "kubeadm-config", *pod);
  ASSERT_TRUE(edit) << edit.error().message;
  EXPECT_FALSE(edit->changed());
}

// Rolling back is the same question about the old manifest: the flag goes, the mount may stay.
TEST(Persist, OldManifestTakesTheFlagAway) {
  std::string locked = persist(plain, "kubeadm-config", pod_after(healthy_request()))->after;
  std::string more = replaced(locked, "  extraArgs:\n", "  extraArgs:\n  - name: v\n    value: \"2\"\n");
  auto edit = persist(more, "kubeadm-config", *manifest::read_api_server_pod(kubeadm_manifest(), "m"));
  ASSERT_TRUE(edit) << edit.error().message;
  EXPECT_EQ(edit->after.find("authentication-config"), std::string::npos);
}

TEST(Persist, DriftBetweenNodesAndConfigMapIsFoundOnceForAll) {
  PlanRequest request = healthy_request(2);
  std::vector<NodeDetection> nodes;
  for (const facts::NodeFacts& node : request.facts.nodes) nodes.push_back(detect(node));
  EXPECT_TRUE(find_kubeadm_drift("", nodes).empty());
  EXPECT_TRUE(find_kubeadm_drift(plain, nodes).empty());
  carry_out(request, make_plan(request), {"cp1", "cp2"});
  nodes.clear();
  for (const facts::NodeFacts& node : request.facts.nodes) nodes.push_back(detect(node));
  std::vector<Error> found = find_kubeadm_drift(plain, nodes);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].code.number, plan_detect_errors::kubeadm_drift.number);
  EXPECT_THAT(
      found[0].message,
      HasSubstr("would bring other flags to cp1 and cp2; to keep theirs: add authentication-config:"));
  EXPECT_TRUE(find_kubeadm_drift(persist(plain, "c", *nodes[0].pod)->after, nodes).empty());
}

// Each of these was silent once: kubeadm upgrade would open a closed node again.
TEST(Persist, DriftThatTheConfigMapCannotMendIsFoundToo) {
  PlanRequest request = healthy_request(2);
  std::vector<NodeDetection> nodes;
  for (facts::NodeFacts& node : request.facts.nodes) {
    set_manifest(node, replaced(node.manifest.bytes, "    - --allow-privileged=true\n",
                                "    - --allow-privileged=true\n    - --anonymous-auth=false\n"));
    nodes.push_back(detect(node));
  }
  std::vector<Error> found = find_kubeadm_drift(plain, nodes);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].code.number, plan_detect_errors::kubeadm_drift.number);
  EXPECT_EQ(
      found[0].message,
      "ConfigMap kubeadm-config: kubeadm upgrade would not keep the flags of cp1 and cp2: kubeadm writes "
      "probes without credentials, which would be answered 401");
  found = find_kubeadm_drift("kind: Other\n", nodes);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_THAT(found[0].message,
              HasSubstr("would not keep the flags of cp1 and cp2: kubeadm-config: expected"));
}

TEST(Persist, FileMountedAloneIsRefused) {
  manifest::ApiServerPod pod = pod_after(healthy_request());
  std::string path = *pod.flag("authentication-config");
  pod.mounts.push_back({"one", path, path, true});
  auto edit = persist(plain, "kubeadm-config", pod);
  ASSERT_FALSE(edit);
  EXPECT_EQ(edit.error().code.number, plan_rewrite_errors::mount_not_persistable.number);
  EXPECT_EQ(edit.error().message, path + " is not mounted with its directory, at the node's own path");
}

// --anonymous-auth=false keeps an API server alive whose probes are TCP; kubeadm writes others.
TEST(Persist, ClosedIsRefusedSinceKubeadmWritesItsOwnProbes) {
  std::string closed = replaced(kubeadm_manifest(), "    - --allow-privileged=true\n",
                                "    - --allow-privileged=true\n    - --anonymous-auth=false\n");
  auto pod = manifest::read_api_server_pod(closed, "m");
  auto edit = persist(plain, "kubeadm-config", *pod);
  ASSERT_FALSE(edit);
  EXPECT_EQ(edit.error().code.number, plan_rewrite_errors::probes_not_persistable.number);
  std::string same = "apiServer:\n  extraArgs:\n  - name: anonymous-auth\n    value: \"false\"\n" +
                     plain.substr(plain.find("apiVersion"));
  EXPECT_TRUE(persist(same, "kubeadm-config", *pod)) << "what it says already is nobody's doing here";
}

TEST(ConfigFilesNamed, AreEveryWordThatMayBeOne) {  // S3
  EXPECT_TRUE(config_files_named(plain).empty());
  EXPECT_EQ(config_files_named("  extraArgs:\n  - name: authentication-config\n"
                               "    value: \"/etc/kubernetes/nightlatch/config/authn-0123456789ab.yaml\"\n"
                               "  authentication-config: /srv/authn-ba9876543210.yaml"),
            (std::vector<std::string>{"/etc/kubernetes/nightlatch/config/authn-0123456789ab.yaml",
                                      "/srv/authn-ba9876543210.yaml"}));
}

TEST(Persist, PlanSaysWhatToChangeOrThatNothingIs) {
  PlanRequest request = healthy_request();
  request.playbook.persist_kubeadm_config = false;
  EXPECT_THAT(checks(request, PlanCheck::Grade::ok), Contains(HasSubstr("no ConfigMap kubeadm-config")));
  request.facts.api->kubeadm_config = plain;
  EXPECT_THAT(
      checks(request, PlanCheck::Grade::warning),
      Contains(HasSubstr(
          "write the old flags again: when every node is done, change the ConfigMap kubeadm-config: add "
          "authentication-config: /etc/kubernetes/nightlatch/config/authn-")));
  request.facts.api->kubeadm_config = persist(plain, "c", pod_after(request))->after;
  EXPECT_THAT(checks(request, PlanCheck::Grade::ok),
              Contains(HasSubstr("kubeadm-config has these settings already")));
  request.facts.api->kubeadm_config = "kind: Other\n";
  EXPECT_THAT(checks(request, PlanCheck::Grade::warning),
              Contains(HasSubstr("by hand, because kubeadm-config: expected")));
}

}  // namespace
}  // namespace nightlatch::plan
