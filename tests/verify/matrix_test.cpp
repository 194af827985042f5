#include "verify/matrix.hpp"

#include <atomic>
#include <map>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "verify/errors.hpp"
#include "verify/questions.hpp"

namespace nightlatch::verify {
namespace {

using access::Exposure;
using access::ExposureState;
using facts::Credentials;
using facts::Expectation;
using facts::Seen;
using ::testing::ElementsAre;

const Exposure health_only{ExposureState::restricted, {"/healthz", "/livez", "/readyz"}, ""};

// An API server that answers as one with these conditions does; `odd` overrides by path.
std::function<Seen(const Expectation&)> server(const Exposure& exposure,
                                               std::map<std::string, int> odd = {}) {
  return [exposure, odd = std::move(odd)](const Expectation& question) {
    Seen seen{question, 401, "cp1 through SSH", "", std::chrono::milliseconds(1)};
    bool open =
        std::find(exposure.paths.begin(), exposure.paths.end(), question.path) != exposure.paths.end();
    if (open || question.credentials == Credentials::admin) seen.status = 200;
    auto found = odd.find(question.path);
    if (found != odd.end() && question.credentials == Credentials::none) seen.status = found->second;
    if (seen.status == 0) seen.why = "no answer within 5 s";
    return seen;
  };
}

TEST(Matrix, ALockedDownClusterIsAsPlanned) {
  auto asked = questions(health_only);
  Matrix matrix = run_matrix({{"cp1", "10.0.0.11:6443", server(health_only)},
                              {"cp2", "10.0.0.12:6443", server(health_only)},
                              {"load balancer", "k8s.example:6443", server(health_only)}},
                             asked);
  EXPECT_EQ(matrix.checks.size(), 3 * asked.size());
  EXPECT_EQ(matrix.count(Verdict::as_planned), matrix.checks.size());
  EXPECT_TRUE(matrix.ok());
  EXPECT_TRUE(judge(matrix));
}

TEST(Matrix, ResultsAreByColumnThenQuestion) {
  std::vector<Expectation> asked = questions(health_only);
  Matrix matrix = run_matrix({{"b", "b:1", server(health_only)}, {"a", "a:1", server(health_only)}}, asked);
  for (std::size_t i = 0; i < matrix.checks.size(); ++i) {
    EXPECT_EQ(matrix.checks[i].node, i < asked.size() ? "b" : "a");
    EXPECT_EQ(matrix.checks[i].question, asked[i % asked.size()]);
  }
}

TEST(Matrix, ANodeThatIsStillOpenIsAContradictionInWords) {
  Matrix matrix =
      run_matrix({{"cp1", "10.0.0.11:6443", server(health_only)},
                  {"cp2", "10.0.0.12:6443", server(health_only, {{"/version", 200}, {"/livez", 401}})}},
                 questions(health_only));
  EXPECT_FALSE(matrix.ok());
  Status verdict = judge(matrix);
  ASSERT_FALSE(verdict);
  EXPECT_EQ(verdict.error().code.number, verify_errors::contradiction.number);
  EXPECT_EQ(verdict.error().code.exit, Exit::findings);
  EXPECT_THAT(verdict.error().details,
              ElementsAre("cp2: GET /livez without credentials: answered with 401, expected 200",
                          "cp2: GET /version without credentials: answered with 200, expected 401"));
}

TEST(Matrix, NoAnswerIsUnknownAndNeverClosed) {
  Matrix matrix =
      run_matrix({{"cp1", "10.0.0.11:6443", server(health_only, {{"/version", 0}})}}, questions(health_only));
  EXPECT_EQ(matrix.count(Verdict::unknown), 1U);
  EXPECT_EQ(matrix.count(Verdict::contradiction), 0U);
  Status verdict = judge(matrix);
  ASSERT_FALSE(verdict);
  EXPECT_EQ(verdict.error().code.number, verify_errors::not_seen.number);
  EXPECT_EQ(verdict.error().code.exit, Exit::coverage);
  EXPECT_THAT(verdict.error().details,
              ElementsAre("cp1: GET /version without credentials: no answer (no answer within 5 s)"));
}

TEST(Matrix, NoAnswerIsUnknownAlsoWhereNothingWasExpected) {
  Exposure unknown{ExposureState::unknown, {}, ""};
  Matrix matrix = run_matrix({{"cp1", "a:1", server(unknown, {{"/api", 0}})}}, questions(unknown));
  EXPECT_EQ(matrix.count(Verdict::unknown), 1U);
  EXPECT_EQ(matrix.count(Verdict::as_planned), 2U);  // the administrator's
  EXPECT_EQ(matrix.count(Verdict::reported), matrix.checks.size() - 3);
}

TEST(Matrix, AContradictionComesBeforeTheUnknown) {
  Matrix matrix = run_matrix({{"cp1", "a:1", server(health_only, {{"/version", 0}, {"/api", 200}})}},
                             questions(health_only));
  EXPECT_EQ(judge(matrix).error().code.number, verify_errors::contradiction.number);
}

TEST(Matrix, ManyContradictionsAreCounted) {
  Exposure open{ExposureState::open, {}, ""};
  std::vector<Column> columns;
  for (int i = 0; i < 3; ++i) columns.push_back({"cp", "a:1", server(open)});
  Status verdict = judge(run_matrix(columns, questions(open)));
  ASSERT_FALSE(verdict);
  EXPECT_EQ(verdict.error().details.size(), 21U);
  EXPECT_THAT(verdict.error().details.back(), ::testing::StartsWith("and "));
}

TEST(Matrix, NothingAskedProvesNothing) {
  Status verdict = judge(run_matrix({}, questions(health_only)));
  ASSERT_FALSE(verdict);
  EXPECT_EQ(verdict.error().code.number, verify_errors::not_seen.number);
}

TEST(Matrix, APathThatRbacDoesNotGrantIsNoted) {
  Exposure metrics{ExposureState::restricted, {"/healthz", "/livez", "/metrics", "/readyz"}, ""};
  Matrix matrix = run_matrix({{"cp1", "a:1", server(metrics, {{"/metrics", 403}})}}, questions(metrics));
  EXPECT_TRUE(matrix.ok());
  for (const CheckResult& check : matrix.checks) {
    EXPECT_EQ(check.note().empty(), check.question.path != "/metrics") << check.question.path;
  }
}

TEST(Matrix, InAnOpenClusterA403IsNoNews) {
  Exposure open{ExposureState::open, {}, ""};
  Matrix matrix = run_matrix({{"cp1", "a:1", server(open, {{"/api", 403}})}}, questions(open));
  for (const CheckResult& check : matrix.checks) EXPECT_EQ(check.note(), "") << check.question.path;
}

TEST(Matrix, ColumnsAreAskedInParallelAndEachInOneThread) {
  std::atomic<int> waiting{0};
  std::atomic<bool> together{false};
  auto meet = [&](const Expectation& question) {
    if (++waiting == 2) together = true;
    for (int i = 0; i < 200 && !together; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return Seen{question, 401, "", "", {}};
  };
  std::vector<Expectation> one{{"GET", "/version", Credentials::none, facts::Purpose::must_be_closed, {401}}};
  Matrix matrix = run_matrix({{"cp1", "a:1", meet}, {"cp2", "b:1", meet}}, one);
  EXPECT_TRUE(together);
  EXPECT_TRUE(matrix.ok());
}

}  // namespace
}  // namespace nightlatch::verify
