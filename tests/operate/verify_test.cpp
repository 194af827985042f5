#include "operate/verify.hpp"

#include "operate/operate_bench.hpp"
#include "operate/playbooks.hpp"
#include "verify/errors.hpp"

namespace nightlatch::operate {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class Verify : public Bench {
 protected:
  Outcome<report::VerifyReport> run(const std::string& playbook = {}) {
    VerifyInput input{.asked_playbook = playbook};
    if (!playbook.empty()) input.playbook = load_playbook(playbook).value();
    Ports all = ports();
    return verify(all, selection(), input);
  }
};

TEST_F(Verify, AsksEveryApiServerAndTheLoadBalancer) {
  auto report = run();
  ASSERT_TRUE(report);
  EXPECT_THAT(report->columns, ElementsAre("cp1", "cp2", "cp3", "load balancer"));
  EXPECT_EQ(report->matrix.count(verify::Verdict::contradiction), 0U);
  EXPECT_EQ(exit_of(*report), Exit::done);
  EXPECT_EQ(report->playbook, "");
}

TEST_F(Verify, OpenApiServersContradictAPlaybookThatClosesThem) {
  auto report = run("health-only");
  ASSERT_TRUE(report);
  EXPECT_GT(report->matrix.count(verify::Verdict::contradiction), 0U);
  EXPECT_EQ(exit_of(*report), Exit::findings);
  EXPECT_EQ(report->playbook, "health-only");
}

TEST_F(Verify, NoAnswerIsUnknownAndNeverClosed) {
  node("cp2").answers = [](const facts::Expectation&) { return 0; };
  auto report = run();
  ASSERT_TRUE(report);
  EXPECT_GT(report->matrix.count(verify::Verdict::unknown), 0U);
  EXPECT_EQ(exit_of(*report), Exit::coverage);
}

TEST_F(Verify, ANodeWhoseAddressAnotherOneHoldsHasNoColumnAndIsSeven) {  // S16
  node("cp1").facts.addresses = {"10.0.0.11", "10.0.0.100"};
  node("cp2").facts.addresses = {"10.0.0.12"};
  std::string bytes = node("cp2").facts.manifest.bytes;
  node("cp2").set_manifest(plan::replaced(bytes, "10.0.0.12", "10.0.0.100"));
  auto report = run();
  ASSERT_TRUE(report);
  EXPECT_THAT(report->columns, ElementsAre("cp1", "cp3", "load balancer"));
  ASSERT_THAT(report->findings, SizeIs(1));
  EXPECT_EQ(report->findings[0].code.number, verify_errors::not_attributed.number);
  EXPECT_EQ(exit_of(*report), Exit::coverage);
}

TEST_F(Verify, AHostThatCannotBeReachedHasNoColumnAndIsSeven) {
  lose_host("cp1");
  auto report = run();
  ASSERT_TRUE(report);
  EXPECT_THAT(report->columns, ElementsAre("cp2", "cp3", "load balancer"));
  EXPECT_THAT(report->unread, SizeIs(1));
  EXPECT_EQ(exit_of(*report), Exit::coverage);
}

TEST_F(Verify, AnApiThatIsAwayIsSevenAlthoughEveryServerAnswers) {
  take_api_away();
  auto report = run();
  ASSERT_TRUE(report);
  EXPECT_EQ(exit_of(*report), Exit::coverage);
  EXPECT_EQ(report->matrix.count(verify::Verdict::contradiction), 0U);
}

TEST_F(Verify, AnotherConfigurationLoadedThanLiesThereIsAFinding) {
  const std::string path = "/etc/kubernetes/nightlatch/config/authn.yaml";
  BenchNode& cp1 = node("cp1");
  cp1.files[path] = {path, "0:0", "600", std::string(64, 'a'), "kind: AuthenticationConfiguration\n"};
  cp1.set_manifest(plan::replaced(cp1.facts.manifest.bytes, "    - --secure-port=6443\n",
                                  "    - --authentication-config=" + path + "\n    - --secure-port=6443\n"));
  auto alike = run();
  ASSERT_TRUE(alike);
  EXPECT_THAT(alike->loaded, HasSubstr("on 1 of 3"));
  EXPECT_THAT(alike->findings, IsEmpty());
  cp1.tells_loaded = "sha256:" + std::string(64, 'b');
  auto other = run();
  ASSERT_TRUE(other);
  ASSERT_THAT(other->findings, SizeIs(1));
  EXPECT_EQ(other->findings[0].code.number, verify_errors::contradiction.number);
  EXPECT_EQ(exit_of(*other), Exit::findings);
}

}  // namespace
}  // namespace nightlatch::operate
