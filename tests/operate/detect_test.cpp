#include "operate/detect.hpp"

#include "operate/operate_bench.hpp"
#include "plan/detect_errors.hpp"
#include "report/detect.hpp"
#include "report/screen.hpp"

namespace nightlatch::operate {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class Detect : public Bench {
 protected:
  Outcome<report::DetectReport> run() {
    Ports all = ports();
    return detect(all, selection());
  }
};

TEST_F(Detect, ReportsEveryNodeAndAsksItsApiServer) {
  auto report = run();
  ASSERT_TRUE(report);
  EXPECT_EQ(exit_of(*report), Exit::done);
  ASSERT_THAT(report->nodes, SizeIs(3));
  for (const plan::NodeDetection& node : report->nodes) {
    EXPECT_EQ(node.exposure.state, access::ExposureState::open) << node.name;
    EXPECT_THAT(node.asked, SizeIs(plan::detect_questions().size())) << node.name;
  }
  EXPECT_EQ(report->cluster.name, "prod-eu1");
  EXPECT_EQ(report->cluster.endpoint, "https://k8s.example:6443");
  EXPECT_EQ(report->cluster.uid, "0f3c-uid");
  EXPECT_THAT(report->unread, IsEmpty());
}

TEST_F(Detect, ANodeWhoseAddressAnotherOneHoldsIsNotAskedAndThatIsSaid) {  // S16
  node("cp1").facts.addresses = {"10.0.0.11", "10.0.0.100"};
  node("cp2").facts.addresses = {"10.0.0.12"};
  std::string bytes = node("cp2").facts.manifest.bytes;
  node("cp2").set_manifest(plan::replaced(bytes, "10.0.0.12", "10.0.0.100"));
  auto report = run();
  ASSERT_TRUE(report);
  EXPECT_THAT(report->nodes[1].asked, IsEmpty());
  ASSERT_THAT(report->nodes[1].findings, SizeIs(1));
  EXPECT_EQ(report->nodes[1].findings[0].code.number, plan_detect_errors::not_asked.number);
  EXPECT_EQ(report->nodes[1].findings[0].message,
            "cp2: the probes ask 10.0.0.100, and cp1 has that address now");
  EXPECT_THAT(report->nodes[0].asked, SizeIs(plan::detect_questions().size()));
}

TEST_F(Detect, ANodeBehindAMovingAddressIsAskedAtItsOwn) {
  node("cp2").facts.addresses = {"10.0.0.12"};
  std::string bytes = plan::replaced(node("cp2").facts.manifest.bytes, "        host: 10.0.0.12\n", "");
  node("cp2").set_manifest(plan::replaced(bytes, "10.0.0.12", "10.0.0.100"));
  auto report = run();
  ASSERT_TRUE(report);
  EXPECT_THAT(report->nodes[1].asked, SizeIs(plan::detect_questions().size()));
  EXPECT_EQ(node("cp2").asked_at, "10.0.0.12:6443");
  EXPECT_EQ(node("cp2").asked_name, "10.0.0.100");
  EXPECT_EQ(node("cp1").asked_name, "");
}

TEST_F(Detect, AHostThatCannotBeReachedHidesNoOther) {
  lose_host("cp2");
  auto report = run();
  ASSERT_TRUE(report);
  EXPECT_EQ(exit_of(*report), Exit::coverage);
  EXPECT_THAT(report->nodes, SizeIs(2));
  ASSERT_THAT(report->unread, SizeIs(1));
  EXPECT_THAT(report->unread[0].message, HasSubstr("cp2"));
}

TEST_F(Detect, AnApiThatIsAwayIsReportedBesideTheNodes) {
  take_api_away();
  auto report = run();
  ASSERT_TRUE(report);
  EXPECT_EQ(exit_of(*report), Exit::coverage);
  EXPECT_THAT(report->nodes, SizeIs(3));
  ASSERT_THAT(report->unread, SizeIs(1));
  EXPECT_EQ(report->unread[0].code.number, api_errors::unreachable.number);
  EXPECT_EQ(report->cluster.uid, "");
}

TEST_F(Detect, AnswersThatContradictTheManifestAreAFinding) {
  node("cp3").answers = [](const facts::Expectation&) { return 401; };
  auto report = run();
  ASSERT_TRUE(report);
  EXPECT_EQ(exit_of(*report), Exit::done) << "findings do not count";
  ASSERT_THAT(report->nodes[2].findings, SizeIs(1));
  EXPECT_EQ(report->nodes[2].findings[0].code.number, plan_detect_errors::answers_differ.number);
}

TEST_F(Detect, AnApiServerThatIsSilentContradictsNothing) {
  node("cp3").answers = [](const facts::Expectation&) { return 0; };
  auto report = run();
  ASSERT_TRUE(report);
  EXPECT_THAT(report->nodes[2].findings, IsEmpty());
}

TEST_F(Detect, ANodeThatDiffersIsDrift) {
  node("cp1").set_manifest(plan::replaced(node("cp1").facts.manifest.bytes, "    - --secure-port=6443\n",
                                          "    - --anonymous-auth=false\n    - --secure-port=6443\n"));
  auto report = run();
  ASSERT_TRUE(report);
  ASSERT_THAT(report->findings, SizeIs(1));
  EXPECT_EQ(report->findings[0].message, "cp1 differs from cp2 and cp3");
}

std::string screen_of(const report::DetectReport& report) {
  return report::screen(report::plain(200),
                        [&](report::Out& out) { report::write_terminal(report::page_of(report), out); });
}

TEST_F(Detect, AManagedServiceShowsNoNodeAndIsToldWhatCanBeSet) {
  facts::ApiFacts& api = cluster.cluster_api->facts;
  api.control_plane.clear();
  api.endpoint = "https://34.1.2.3";
  api.server_version = "v1.33.5-gke.1201000";
  Ports all = ports();
  auto report = detect(all, {});
  ASSERT_TRUE(report);
  EXPECT_EQ(exit_of(*report), Exit::coverage);
  std::string page = screen_of(*report);
  EXPECT_THAT(page, HasSubstr("no nodes, because GKE runs the control plane itself"));
  EXPECT_THAT(page, HasSubstr("--anonymous-authentication-config=LIMITED"));
  EXPECT_THAT(page, HasSubstr("change anonymousAuthenticationConfig of the cluster instead"));
  EXPECT_THAT(page, testing::Not(HasSubstr("nightlatch plan"))) << "it would be refused";
}

TEST_F(Detect, AClusterWithoutNodesNamesNoCommandThatWouldBeRefused) {
  cluster.cluster_api->facts.control_plane.clear();
  Ports all = ports();
  auto report = detect(all, {});
  ASSERT_TRUE(report);
  EXPECT_EQ(exit_of(*report), Exit::coverage);
  EXPECT_THAT(screen_of(*report), testing::Not(HasSubstr("nightlatch plan")));
}

TEST_F(Detect, ANodeOfAProductIsToldWhatIsSetThere) {
  for (const char* name : {"cp1", "cp2", "cp3"}) {
    node(name).facts.foreign_owners = {"/etc/rancher/k3s"};
    node(name).facts.manifest_path.clear();
    node(name).facts.manifest.bytes.clear();
  }
  auto report = run();
  ASSERT_TRUE(report);
  EXPECT_EQ(exit_of(*report), Exit::coverage);
  std::string page = screen_of(*report);
  EXPECT_THAT(page, HasSubstr("cp1: /etc/rancher/k3s is there: k3s runs this control plane"));
  EXPECT_THAT(page, HasSubstr("- authentication-config=/etc/rancher/k3s/auth-config.yaml"));
  EXPECT_THAT(page, HasSubstr("change kube-apiserver-arg in /etc/rancher/k3s/config.yaml instead"));
}

TEST_F(Detect, AnInventoryThatCannotBeReadIsTwo) {
  Ports all = ports();
  auto report = detect(all, {.inventory = (directory / "none.yaml").string()});
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().exit, Exit::usage);
  EXPECT_EQ(cluster.connected, 0);
}

TEST_F(Detect, OfflineJudgesOneManifestAndAsksNobody) {
  std::string file = (directory / "kube-apiserver.yaml").string();
  ASSERT_TRUE(write_file_durably(file, plan::kubeadm_manifest()));
  auto report = detect_manifest({.manifest = file});
  ASSERT_TRUE(report);
  EXPECT_EQ(exit_of(*report), Exit::done);
  EXPECT_EQ(report->cluster.name, "");
  EXPECT_EQ(report->nodes.at(0).name, "kube-apiserver.yaml");
  EXPECT_EQ(cluster.connected, 0);
}

TEST_F(Detect, OfflineAManifestThatIsNoneHasTheExitOfItsError) {
  std::string file = (directory / "kube-apiserver.yaml").string();
  ASSERT_TRUE(write_file_durably(file, "a: [\n"));
  auto report = detect_manifest({.manifest = file});
  ASSERT_TRUE(report);
  EXPECT_FALSE(report->nodes.at(0).pod);
  EXPECT_EQ(exit_of(*report), Exit::usage);
  EXPECT_EQ(exit_code(detect_manifest({.manifest = (directory / "none").string()})), Exit::usage);
  EXPECT_EQ(exit_code(detect_manifest({.manifest = file, .kubernetes_version = "one"})), Exit::usage);
}

}  // namespace
}  // namespace nightlatch::operate
