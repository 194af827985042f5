#include "rollout/gate_answers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rollout/rolling.hpp"
#include "rollout/timeline.hpp"

namespace nightlatch::rollout {
namespace {

facts::Seen seen(const std::string& path, int status, facts::Credentials who = facts::Credentials::none) {
  facts::Seen one;
  one.question = {"GET", path, who, facts::Purpose::stays_open, {200}};
  one.status = status;
  return one;
}

TEST(GateAnswers, AreLinesThatAPersonCanRead) {
  facts::Seen silent = seen("/version", 0, facts::Credentials::admin);
  silent.why = "connection\nrefused";
  silent.question.expected = {200, 500};
  facts::Seen reported = seen("/a b", 404, facts::Credentials::login);
  reported.question.expected.clear();
  std::vector<facts::Seen> answers{seen("/livez", 200), silent, reported};
  std::string text = text_of(answers);
  EXPECT_EQ(text,
            "GET /livez none 200 wanted 200\nGET /version admin 0 wanted 200,500 connection refused\n"
            "GET /a%20b login 404 wanted any");
  std::vector<facts::Seen> back = answers_in(text);
  ASSERT_EQ(back.size(), 3U);
  EXPECT_EQ(back[0].question.path, "/livez");
  EXPECT_EQ(back[1].question.expected, (std::vector<int>{200, 500}));
  EXPECT_EQ(back[1].why, "connection refused");
  EXPECT_EQ(back[2].question.credentials, facts::Credentials::login);
  EXPECT_TRUE(back[2].question.expected.empty());
  EXPECT_EQ(text_of(back), text);
}

TEST(GateAnswers, WhatIsNoAnswerIsLeftOut) {
  EXPECT_TRUE(answers_in("").empty());
  EXPECT_TRUE(answers_in("x\nGET /livez nobody 200 wanted 200\nGET /livez none x wanted 200\n\n").empty());
}

TEST(GateAnswers, OfARollAreInItsJournalFromBeforeTheChangeToTheEnd) {
  plan::Plan plan = plan_for({"cp1", "cp2"});
  Rolling rolling{plan};
  (void)rolling.finish();
  ASSERT_EQ(rolling.run.result().exit, Exit::done);
  Timeline timeline;
  for (const Record& record : rolling.records) timeline.fold(record);
  ASSERT_EQ(timeline.nodes.size(), 2U);
  for (const NodeTimeline& node : timeline.nodes) {
    EXPECT_EQ(node.gates.size(), plan.nodes[0].gates.size()) << node.node;
    for (const GateHistory& gate : node.gates) {
      EXPECT_FALSE(gate.before.question.path.empty()) << gate.question.path;
      EXPECT_FALSE(gate.first.question.path.empty()) << gate.question.path;
      EXPECT_TRUE(gate.last.as_expected()) << gate.question.path;
    }
    for (const StepSpan& step : node.steps) EXPECT_EQ(step.phase, Phase::done) << step.step;
  }
}

}  // namespace
}  // namespace nightlatch::rollout
