#include "plan/new_node.hpp"

#include <gmock/gmock.h>

#include "plan/cluster.hpp"
#include "plan/errors.hpp"

namespace nightlatch::plan {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

// Three nodes after a roll.
std::vector<facts::NodeFacts> locked_nodes() {
  PlanRequest request = healthy_request();
  carry_out(request, make_plan(request), {"cp1", "cp2", "cp3"});
  return request.facts.nodes;
}

facts::NodeFacts new_host() {
  facts::NodeFacts host;
  host.name = "cp4";
  host.machine_id = "machine-4";
  return host;
}

void expect_error(const std::vector<facts::NodeFacts>& nodes, const ErrorCode& code,
                  const std::string& said) {
  auto config = common_config(nodes);
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().code.number, code.number);
  EXPECT_THAT(config.error().message, HasSubstr(said));
}

TEST(CommonConfig, IsTheFileThatEveryManifestNames) {
  std::vector<facts::NodeFacts> nodes = locked_nodes();
  auto config = common_config(nodes);
  ASSERT_TRUE(config) << config.error().message;
  ASSERT_TRUE(*config);
  EXPECT_EQ((*config)->path, nodes[0].authentication_config->path);
  EXPECT_EQ((*config)->bytes, nodes[0].authentication_config->bytes);
  EXPECT_EQ((*config)->mode, "600");
}

TEST(CommonConfig, IsNoneWhereNoManifestNamesOne) {
  auto config = common_config(healthy_request().facts.nodes);
  ASSERT_TRUE(config);
  EXPECT_FALSE(*config);
}

TEST(CommonConfig, NodesThatDifferAreNamedWithWhatTheyHold) {
  std::vector<facts::NodeFacts> nodes = locked_nodes();
  nodes[1].authentication_config->mode = "644";
  auto config = common_config(nodes);
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().code.number, plan_errors::config_differs.number);
  std::string path = nodes[0].authentication_config->path;
  std::string hash = short_hash(nodes[0].authentication_config->sha256);
  EXPECT_THAT(config.error().details, ElementsAre(fmt::format("cp1  {}  0:0 600  sha256:{}", path, hash),
                                                  fmt::format("cp2  {}  0:0 644  sha256:{}", path, hash),
                                                  fmt::format("cp3  {}  0:0 600  sha256:{}", path, hash)));
}

TEST(CommonConfig, RollThatStoppedBetweenNodesHasNone) {
  PlanRequest request = healthy_request();
  carry_out(request, make_plan(request), {"cp1"});
  expect_error(request.facts.nodes, plan_errors::config_differs, "do not all name the same");
}

TEST(CommonConfig, OtherBytesUnderTheSameNameDiffer) {
  std::vector<facts::NodeFacts> nodes = locked_nodes();
  nodes[2].authentication_config->bytes += "# a colleague\n";
  nodes[2].authentication_config->sha256 = sha256_hex(nodes[2].authentication_config->bytes);
  expect_error(nodes, plan_errors::config_differs, "do not all name the same");
}

TEST(CommonConfig, FileThatIsNotThereOrNotWholeIsRefused) {
  std::vector<facts::NodeFacts> nodes = locked_nodes();
  nodes[1].authentication_config->bytes.pop_back();
  expect_error(nodes, plan_errors::config_unread, "cp2: /etc/kubernetes/nightlatch/config/authn-");
  nodes[1].authentication_config.reset();
  expect_error(nodes, plan_errors::config_unread, "cp2: /etc/kubernetes/nightlatch/config/authn-");
}

TEST(CommonConfig, ManifestThatCannotBeReadIsRefused) {
  std::vector<facts::NodeFacts> nodes = locked_nodes();
  nodes[0].manifest.bytes = "kind: [\n";
  expect_error(nodes, plan_errors::config_unread, "cp1: its kube-apiserver manifest");
}

TEST(CommonConfig, FileThatLiesElsewhereOnTheNodeIsRefused) {
  std::vector<facts::NodeFacts> nodes = locked_nodes();
  set_manifest(nodes[0], replaced(nodes[0].manifest.bytes, "      path: /etc/kubernetes/nightlatch/config\n",
                                  "      path: /srv/config\n"));
  expect_error(nodes, plan_errors::file_elsewhere, "which is /srv/config/authn-");
}

void expect_no_new_node(const facts::NodeFacts& host, const ErrorCode& code, const std::string& said) {
  std::vector<Error> refusals = check_new_node(host, locked_nodes());
  ASSERT_EQ(refusals.size(), 1U);
  EXPECT_EQ(refusals[0].code.number, code.number);
  EXPECT_EQ(refusals[0].message, said);
}

TEST(NewNode, FreshHostAndAWorkerOfTheClusterAreFine) {
  EXPECT_TRUE(check_new_node(new_host(), locked_nodes()).empty());
  facts::NodeFacts worker = new_host();
  worker.ca = locked_nodes()[0].ca;
  worker.kubelet_running = true;
  EXPECT_TRUE(check_new_node(worker, locked_nodes()).empty());
}

TEST(NewNode, ControlPlaneNodeIsNone) {
  facts::NodeFacts host = new_host();
  host.manifest_path = "/etc/kubernetes/manifests/kube-apiserver.yaml";
  expect_no_new_node(host, plan_errors::not_new,
                     "cp4: the manifest /etc/kubernetes/manifests/kube-apiserver.yaml exists already");
}

TEST(NewNode, MachineUnderAnotherNameIsNone) {
  facts::NodeFacts host = new_host();
  host.machine_id = "machine-2";
  expect_no_new_node(host, plan_errors::not_new, "cp4: this machine is cp2 (machine id machine-2)");
}

TEST(NewNode, HostOfAnotherClusterIsNone) {
  facts::NodeFacts host = new_host();
  host.ca_path = "/etc/kubernetes/pki/ca.crt";
  host.ca = {sha256_hex("another")};
  expect_no_new_node(host, plan_errors::wrong_cluster,
                     "cp4: /etc/kubernetes/pki/ca.crt is that of another cluster");
}

TEST(FindConfig, TellsAbsentThereAndOther) {
  facts::FileFacts config = *locked_nodes()[0].authentication_config;
  facts::NodeFacts host = new_host();
  host.asked_file = facts::FileFacts{config.path, "", "", "", ""};
  EXPECT_EQ(*find_config(host, config), Presence::absent);
  host.asked_file = config;
  EXPECT_EQ(*find_config(host, config), Presence::there);
  host.asked_file->mode = "644";
  auto other = find_config(host, config);
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code.number, plan_errors::other_file.number);
  EXPECT_EQ(other.error().message, "cp4: " + config.path + " is there and differs");
  EXPECT_THAT(other.error().details, ElementsAre(HasSubstr("wanted  0:0 600"), HasSubstr("found   0:0 644")));
  host.asked_file = config;
  host.asked_file->sha256 = "unreadable";
  EXPECT_FALSE(find_config(host, config));
}

std::vector<std::string> warnings(const PlanRequest& request) {
  PlanOutcome outcome = make_plan(request);
  EXPECT_TRUE(outcome.plan);
  std::vector<std::string> found;
  for (const PlanCheck& check : outcome.plan->checks) {
    if (check.grade == PlanCheck::Grade::warning) found.push_back(check.text);
  }
  return found;
}

TEST(NewNode, PlanSaysWhatItNeedsOnlyWhereAFileIsNamed) {
  const std::string said = "before a new control-plane node joins: nightlatch node prepare HOST";
  PlanRequest request = healthy_request();
  EXPECT_THAT(warnings(request), Contains(said));
  request.playbook.profiles = {"closed"};
  request.playbook.probes = spec::RefusedProbes::tcp_socket;
  request.cluster.load_balancer->expect = {401};
  EXPECT_THAT(warnings(request), Not(Contains(said)));
}

TEST(PlanNewNode, PlacesTheFileWithOwnerAndModeAndNothingElse) {
  PlanRequest request = healthy_request();
  facts::FileFacts config{"/etc/kubernetes/nightlatch/config/authn-0123456789ab.yaml", "0:0", "640",
                          std::string(64, 'a'), "kind: AuthenticationConfiguration\n"};
  PlanOutcome outcome = plan_new_node(request, new_host(), config);
  ASSERT_TRUE(outcome.plan);
  EXPECT_EQ(outcome.plan->kube_system_uid, request.facts.api->kube_system_uid);
  ASSERT_EQ(outcome.plan->nodes.size(), 1U);
  const NodePlan& host = outcome.plan->nodes.front();
  EXPECT_EQ(host.machine_id, "machine-4");
  EXPECT_TRUE(outcome.plan->only_places(host));
  EXPECT_FALSE(outcome.plan->swaps(host));
  EXPECT_EQ(outcome.bytes.at("cp4").config, config.bytes);
  auto read = from_json(to_json(*outcome.plan), "plan.json");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->changes, outcome.plan->changes);
  EXPECT_EQ(read->change_of(host)->config_owner, "0:0");
  EXPECT_EQ(read->change_of(host)->config_mode, "640");
}

}  // namespace
}  // namespace nightlatch::plan
