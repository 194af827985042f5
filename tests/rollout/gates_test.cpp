#include "rollout/gates.hpp"

#include <gmock/gmock.h>

namespace nightlatch::rollout {
namespace {

using facts::Credentials;
using facts::Purpose;
using facts::Seen;

Seen seen(Purpose purpose, int status, std::vector<int> expected = {200}) {
  facts::Expectation question{"GET", "/livez", Credentials::none, purpose, std::move(expected)};
  if (purpose == Purpose::ready)
    question = {"GET", "/readyz", Credentials::admin, purpose, question.expected};
  if (purpose == Purpose::must_be_closed) question.path = "/version";
  return {question, status, "cp1 through SSH", status == 0 ? "connection refused" : "", {}};
}

Seen shut(int status) {
  return seen(Purpose::must_be_closed, status, {401});
}

RoundResult judge(std::vector<Seen> round) {
  return judge_round(round).result;
}

TEST(JudgeRound, EverythingAsExpectedPasses) {
  EXPECT_EQ(judge({seen(Purpose::kubelet_probe, 200), seen(Purpose::ready, 200), shut(401)}),
            RoundResult::pass);
  EXPECT_EQ(judge({}), RoundResult::pass);
}

TEST(JudgeRound, StartUpAnswersOnlyCostTime) {
  for (int status : {0, 403, 500, 503}) {
    EXPECT_EQ(judge({seen(Purpose::kubelet_probe, status), shut(401)}), RoundResult::wait) << status;
    EXPECT_EQ(judge({seen(Purpose::ready, status)}), RoundResult::wait) << status;
    EXPECT_EQ(judge({seen(Purpose::stays_open, status)}), RoundResult::wait) << status;
  }
}

TEST(JudgeRound, A401OnAProbeIsFatalWhateverElseIsSeen) {
  EXPECT_EQ(judge({seen(Purpose::ready, 0), shut(200), seen(Purpose::kubelet_probe, 401)}),
            RoundResult::unauthorized);
}

TEST(JudgeRound, A401ThatWasExpectedIsNotFatal) {
  EXPECT_EQ(judge({seen(Purpose::kubelet_probe, 401, {401})}), RoundResult::pass);
  EXPECT_EQ(judge({seen(Purpose::kubelet_probe, 401, {200, 401})}), RoundResult::pass);
}

TEST(JudgeRound, A401ToAnAdministratorSaysNothingAboutTheApiServer) {
  facts::Seen admin = seen(Purpose::ready, 401);
  EXPECT_EQ(judge({admin}), RoundResult::blind);
  EXPECT_EQ(judge({admin, shut(200)}), RoundResult::leak);
  EXPECT_EQ(judge({admin, seen(Purpose::kubelet_probe, 500)}), RoundResult::wait);
}

TEST(JudgeRound, AnAnswerFromAShutPathIsALeakOnlyWhenTheRestHolds) {
  for (int status : {200, 403, 404, 500}) EXPECT_EQ(judge({shut(status)}), RoundResult::leak) << status;
  EXPECT_EQ(judge({shut(200), seen(Purpose::ready, 500)}), RoundResult::wait);
  EXPECT_EQ(judge({seen(Purpose::ready, 500), shut(200)}), RoundResult::wait);
}

TEST(JudgeRound, AShutPathThatDoesNotAnswerIsNoLeakAndNotClosed) {
  EXPECT_EQ(judge({shut(0)}), RoundResult::wait);
}

TEST(JudgeRound, SaysWhatWasAskedSeenWantedAndFromWhere) {
  std::vector<Seen> round{seen(Purpose::kubelet_probe, 401)};
  EXPECT_EQ(judge_round(round).why, "GET /livez without credentials: 401, wanted 200 (cp1 through SSH)");
  round = {seen(Purpose::ready, 0)};
  EXPECT_EQ(judge_round(round).why,
            "GET /readyz with credentials: connection refused, wanted 200 (cp1 through SSH)");
}

TEST(AsItWas, WantsHealthOrWhatWasThereBefore) {
  std::vector<Seen> before{seen(Purpose::kubelet_probe, 200), seen(Purpose::kubelet_probe, 401),
                           seen(Purpose::ready, 0)};
  auto wanted = as_it_was(before);
  ASSERT_EQ(wanted.size(), 3U);
  EXPECT_EQ(wanted[0].expected, std::vector<int>{200});
  EXPECT_EQ(wanted[1].expected, (std::vector<int>{200, 401}));
  EXPECT_TRUE(wanted[2].expected.empty()) << "it did not answer before: nothing to come back to";
}

TEST(AsItWas, AsksNothingOfPathsThatThePlanOpensOrShuts) {
  std::vector<Seen> before{shut(200), seen(Purpose::stays_open, 200)};
  EXPECT_TRUE(as_it_was(before).empty());
}

// --- etcd ---

TEST(JudgeEtcd, OnlyTwoHundredIsTheQuorum) {
  using enum EtcdSeen::Verdict;
  auto judged = [](int status) {
    return judge_etcd({{"GET", "/readyz/etcd", Credentials::admin, Purpose::ready, {200}},
                       status,
                       "cp2 through SSH",
                       {},
                       {}});
  };
  EXPECT_EQ(judged(200).verdict, quorum);
  EXPECT_EQ(judged(500).verdict, away);
  EXPECT_EQ(judged(503).verdict, away);
  EXPECT_EQ(judged(0).verdict, no_answer);
  for (int status : {401, 403, 404, 429}) EXPECT_EQ(judged(status).verdict, not_told) << status;
  EXPECT_EQ(judged(500).text, "GET /readyz/etcd with credentials: 500, wanted 200 (cp2 through SSH)");
}

// --- the configuration that was loaded ---

facts::Seen metrics(int status, const std::string& loaded) {
  facts::Seen seen{{"GET", "/metrics", Credentials::admin, Purpose::ready, {200}},
                   status,
                   "cp1 through SSH",
                   status == 0 ? "connection refused" : "",
                   {}};
  seen.loaded_config = loaded;
  return seen;
}

TEST(JudgeLoadedConfig, TheHashMustBeThatOfThePlacedFile) {
  using enum LoadedConfig::Verdict;
  std::string placed(64, 'a');
  EXPECT_EQ(judge_loaded_config(placed, metrics(200, "sha256:" + placed)).verdict, as_placed);
  LoadedConfig other_file = judge_loaded_config(placed, metrics(200, "sha256:" + std::string(64, 'b')));
  EXPECT_EQ(other_file.verdict, other);
  EXPECT_EQ(other_file.text,
            "the file placed is sha256:aaaaaaaaaaaa, loaded is sha256:bbbbbbbbbbbb (cp1 through SSH)");
}

TEST(JudgeLoadedConfig, WhatIsNotSaidIsToldAndNotFailed) {
  using enum LoadedConfig::Verdict;
  std::string placed(64, 'a');
  EXPECT_EQ(judge_loaded_config(placed, metrics(200, "")).verdict, not_told);
  LoadedConfig forbidden = judge_loaded_config(placed, metrics(403, ""));
  EXPECT_EQ(forbidden.verdict, not_told);
  EXPECT_EQ(forbidden.text,
            "kube-apiserver does not report which configuration it has loaded: GET /metrics answered 403");
  EXPECT_EQ(judge_loaded_config(placed, metrics(0, "")).verdict, no_answer);
}

}  // namespace
}  // namespace nightlatch::rollout
