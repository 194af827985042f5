#include "operate/explain.hpp"

#include "operate/operate_bench.hpp"
#include "places.hpp"
#include "rbac/errors.hpp"
#include "rbac/rbac_text.hpp"
#include "util/text.hpp"

namespace nightlatch::operate {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

class Explain : public Bench {
 protected:
  std::string file(const std::string& name, std::string_view bytes) {
    std::string path = (directory / name).string();
    EXPECT_TRUE(write_file_durably(path, bytes));
    return path;
  }
  Outcome<report::ExplainReport> run(const ExplainInput& input,
                                     const nightlatch::cluster::Selection& which = {}) {
    Ports all = ports();
    return explain(all, which, input);
  }
  std::string forbidden() {
    return file("answer",
                R"(Error from server (Forbidden): forbidden: User "ana" cannot get path "/metrics")");
  }
};

TEST_F(Explain, AFileWithoutAClusterAsksNobody) {
  auto report = run({.what = forbidden()});
  ASSERT_TRUE(report) << report.error().errors[0].message;
  EXPECT_EQ(report->explanation.code, 403);
  EXPECT_THAT(report->explanation.reviews, IsEmpty());
  EXPECT_THAT(cluster.cluster_api->reviewed, IsEmpty());
  EXPECT_EQ(exit_of(*report), Exit::done);
}

TEST_F(Explain, WithAClusterBothAnswersAreShown) {
  auto report = run({.what = forbidden(), .token_file = file("token", "s3cret\n")}, selection());
  ASSERT_TRUE(report);
  ASSERT_THAT(cluster.cluster_api->reviewed, SizeIs(1));
  EXPECT_EQ(cluster.cluster_api->reviewed[0].user, "ana");
  EXPECT_EQ(cluster.cluster_api->reviewed[0].path, "/metrics");
  ASSERT_THAT(report->explanation.reviews, SizeIs(2));
  EXPECT_EQ(report->explanation.reviews[0].question, "SubjectAccessReview for ana");
  EXPECT_EQ(report->explanation.reviews[0].answer, "not allowed");
  EXPECT_THAT(report->explanation.reviews[1].question, HasSubstr("SelfSubjectReview with the token in "));
  EXPECT_EQ(report->explanation.reviews[1].answer, "ana [dev ops]");
  EXPECT_THAT(report::explain_json(*report), testing::Not(HasSubstr("s3cret")));
  cluster.cluster_api->allowed = true;
  report = run({.what = forbidden()}, selection());
  ASSERT_TRUE(report);
  EXPECT_EQ(report->explanation.reviews[0].answer, "allowed: RBAC: allowed by a test");
}

// Without a playbook and without objects the cluster answers both halves.
TEST_F(Explain, AQuestionIsAnsweredByTheCluster) {
  auto ask = [&](const std::string& path) { return run({.can = {"anonymous", "get", path}}, selection()); };
  auto report = ask("/metrics");
  ASSERT_TRUE(report);
  EXPECT_EQ(report->explanation.title, "May system:anonymous get /metrics? no, 403");
  EXPECT_THAT(
      report->explanation.why,
      ElementsAre(
          "By authentication: yes. The API server answered GET /metrics without credentials with 403.",
          "By authorization: no, 403. kube-apiserver says so itself."));
  ASSERT_THAT(report->explanation.reviews, SizeIs(2));
  EXPECT_EQ(report->explanation.reviews[1].question, "GET /metrics without credentials");
  EXPECT_EQ(report->explanation.reviews[1].answer, "403");
  EXPECT_EQ(exit_of(*report), Exit::done);
  for (auto& node : cluster.nodes) node->answers = [](const facts::Expectation&) { return 401; };
  cluster.cluster_api->allowed = true;
  report = ask("/metrics");
  EXPECT_EQ(report->explanation.code, 401);
  EXPECT_EQ(report->explanation.cause, rbac::Cause::conditions);
  for (auto& node : cluster.nodes) node->answers = [](const facts::Expectation&) { return 200; };
  EXPECT_EQ(ask("/livez")->explanation.code, 200);
  // A request about a resource is never sent.
  report = ask("/api/v1/namespaces/web/secrets");
  EXPECT_THAT(report->explanation.reviews, SizeIs(1));
  EXPECT_EQ(exit_of(*report), Exit::coverage);
  for (auto& node : cluster.nodes) node->answers = [](const facts::Expectation&) { return 0; };
  report = ask("/metrics");
  EXPECT_EQ(report->explanation.code, 0);
  EXPECT_THAT(report->explanation.reviews[1].answer, StartsWith("no answer"));
}

TEST_F(Explain, AnApiThatIsAwayIsSaidBesideTheExplanation) {
  take_api_away();
  auto report = run({.what = forbidden()}, selection());
  ASSERT_TRUE(report);
  ASSERT_THAT(report->explanation.reviews, SizeIs(1));
  EXPECT_THAT(report->explanation.reviews[0].answer, HasSubstr("not known: "));
}

TEST_F(Explain, TheConditionsOfAFileOrOfAPlaybook) {
  std::string answer = file("answer", "401 https://10.0.0.11:6443/version");
  std::string scoped =
      file("authn.yaml",
           "apiVersion: apiserver.config.k8s.io/v1beta1\nkind: AuthenticationConfiguration\nanonymous:\n"
           "  enabled: true\n  conditions:\n  - path: /livez\n");
  EXPECT_EQ(run({.what = answer, .authentication_config = scoped})->explanation.cause,
            rbac::Cause::conditions);
  EXPECT_EQ(run({.what = answer, .playbook = "health-only"})->explanation.cause, rbac::Cause::conditions);
  EXPECT_EQ(run({.what = answer})->explanation.cause, rbac::Cause::authentication);
  auto refused = run({.what = answer, .authentication_config = file("broken.yaml", "kind: 7\n")});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().errors[0].code.number, rbac_errors::conditions_unread.number);
}

TEST_F(Explain, AQuestionByConditionsAndRbac) {
  std::string objects = file("rbac.yaml", rbac::kubeadm_cluster);
  auto report = run({.can = {"anonymous", "get", "/metrics"}, .from = objects, .playbook = "metrics"});
  ASSERT_TRUE(report);
  EXPECT_EQ(report->explanation.code, 403);
  EXPECT_EQ(exit_of(*report), Exit::done);
  report = run({.can = {"anonymous", "get", "/metrics"}, .from = objects});
  EXPECT_EQ(report->explanation.code, 0);
  EXPECT_EQ(exit_of(*report), Exit::coverage);
}

TEST_F(Explain, ACodeOfNightlatch) {
  auto report = run({.what = "NL1203"});
  ASSERT_TRUE(report);
  ASSERT_TRUE(report->code);
  EXPECT_EQ(report->code->number, 1203);
  report = run({.what = file("answer", "error NL3302  …\n")});
  ASSERT_TRUE(report);
  EXPECT_EQ(report->code->number, 3302);
  auto unknown = run({.what = "NL9999"});
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().errors[0].code.number, rbac_errors::code_unknown.number);
}

// Those of cli/ are about one command line, which its help explains.
TEST_F(Explain, KnowsEveryCodeOfTheReferencePage) {
  std::string page = read_file(source_directory() / "docs/errors.md").value();
  std::size_t known = 0;
  for (const std::string& line : split(page, '\n')) {
    bool is_of_cli =
        line.starts_with("| NL1051") || line.starts_with("| NL1059") || line.starts_with("| NL1072");
    if (!line.starts_with("| NL") || is_of_cli) continue;
    ++known;
    EXPECT_TRUE(run({.what = line.substr(2, 6)})) << line;
  }
  EXPECT_GE(known, 200U);
}

}  // namespace
}  // namespace nightlatch::operate
