// What every step of a run does alike.
#include "rollout/single_step.hpp"

#include <gtest/gtest.h>

namespace nightlatch::rollout {
namespace {

using namespace std::chrono_literals;

class SingleStepTest : public testing::Test {
 protected:
  SingleStep::Cue tell(decltype(Event::what) what) { return step.on(Event{now, std::move(what)}, out); }
  // The id of the one question that is in the outbox.
  Id asked() {
    std::vector<Command> commands = out.take();
    EXPECT_EQ(commands.size(), 1U);
    return std::get<Ask>(commands.at(0)).id;
  }
  const Record& recorded(const std::vector<Command>& commands) {
    EXPECT_EQ(commands.size(), 1U);
    return std::get<Append>(commands.at(0)).record;
  }
  // Until its first question is open.
  Id begun() {
    step.intend({}, out);
    (void)out.take();
    (void)tell(Recorded{1});
    step.ask(CallNode{"cp1", {}}, out);
    return asked();
  }
  static node::Reply ok() {
    node::Reply reply;
    reply.kind = node::ReplyKind::ok;
    return reply;
  }

  Millis now = 1000ms;
  Outbox out;
  SingleStep step{"cp1", "config", WhenInterrupted::go_on};
};

template <class Kind>
bool is(const SingleStep::Cue& cue) {
  return std::holds_alternative<Kind>(cue);
}

TEST_F(SingleStepTest, BeginsWhenItsIntentIsDurableAndEndsWhenItsEndIs) {
  step.intend({{"path", "/etc"}}, out);
  std::vector<Command> first = out.take();
  EXPECT_EQ(recorded(first).node, "cp1");
  EXPECT_EQ(recorded(first).step, "config");
  EXPECT_EQ(recorded(first).phase, Phase::intend);
  EXPECT_EQ(recorded(first).data.at("path"), "/etc");
  EXPECT_TRUE(is<SingleStep::Nothing>(tell(Recorded{7}))) << "another record's";
  EXPECT_TRUE(is<SingleStep::Begin>(tell(Recorded{1})));
  EXPECT_TRUE(is<SingleStep::Nothing>(tell(Recorded{1}))) << "once";
  step.succeed({}, out);
  EXPECT_FALSE(step.finished());
  SingleStep::Cue end = tell(Recorded{2});
  ASSERT_TRUE(is<SingleStep::Ended>(end));
  EXPECT_EQ(std::get<SingleStep::Ended>(end).phase, Phase::done);
  EXPECT_TRUE(step.finished());
}

TEST_F(SingleStepTest, AFailureIsRecordedWithItsCodeAndReason) {
  (void)begun();
  step.fail(Trouble{4104, "cp1 did not answer", {}}, {{"path", "/etc"}}, out);
  std::vector<Command> last = out.take();
  EXPECT_EQ(recorded(last).phase, Phase::failed);
  EXPECT_EQ(error_code(recorded(last)), 4104);
  EXPECT_EQ(recorded(last).data.at("why"), "cp1 did not answer");
  EXPECT_EQ(recorded(last).data.at("path"), "/etc");
  EXPECT_EQ(std::get<SingleStep::Ended>(tell(Recorded{2})).phase, Phase::failed);
}

TEST_F(SingleStepTest, OnlyTheAnswerToTheOpenQuestionCountsAndOnlyOnce) {
  Id first = begun();
  EXPECT_TRUE(is<SingleStep::Nothing>(tell(Answered{first + 1, ok()})));
  EXPECT_TRUE(is<Answer>(tell(Answered{first, ok()})));
  EXPECT_TRUE(is<SingleStep::Nothing>(tell(Answered{first, ok()}))) << "the same once more";
  step.ask(CallNode{"cp1", {}}, out);
  Id second = asked();
  EXPECT_TRUE(is<SingleStep::Nothing>(tell(Answered{first, ok()}))) << "a late one";
  EXPECT_TRUE(is<Answer>(tell(Answered{second, ok()})));
}

TEST_F(SingleStepTest, ALostAnswerIsAskedForAgainUntilItsTimeHasCome) {
  Id id = begun();
  step.wait_until(now + 3s);
  EXPECT_TRUE(is<SingleStep::Nothing>(tell(Answered{id, node::Reply{}})));
  std::vector<Command> commands = out.take();
  const auto& pause = std::get<Ask>(commands.at(0));
  EXPECT_EQ(std::get<Pause>(pause.question).delay, 2s);
  now += 2s;
  EXPECT_TRUE(is<SingleStep::Resume>(tell(Answered{pause.id, PauseEnded{}})));
  step.ask(CallNode{"cp1", {}}, out);
  now += 1s;
  SingleStep::Cue lost = tell(Answered{asked(), node::Reply{}});
  ASSERT_TRUE(is<Answer>(lost)) << "now it is told";
  EXPECT_TRUE(is_lost(std::get<Answer>(lost)));
}

TEST_F(SingleStepTest, AnswersThatSayThemselvesWhatWasNotSeenAreNeverLost) {
  EXPECT_TRUE(is_lost(node::Reply{}));
  EXPECT_TRUE(is_lost(ObjectWritten{}));
  EXPECT_FALSE(is_lost(ok()));
  EXPECT_FALSE(is_lost(no_answer<AskApiServer>()));
  EXPECT_FALSE(is_lost(no_answer<LookAtCluster>()));
  EXPECT_FALSE(is_lost(no_answer<AskBalancer>()));
}

TEST_F(SingleStepTest, AnEndForgetsTheOpenQuestion) {
  Id id = begun();
  step.succeed({}, out);
  EXPECT_TRUE(is<SingleStep::Nothing>(tell(Answered{id, ok()})));
}

TEST_F(SingleStepTest, AnInterruptionLeavesAsTheStepSays) {
  struct Row {
    WhenInterrupted when;
    bool leaves_before_asking;
    bool leaves_while_asking;
  };
  for (Row row :
       {Row{WhenInterrupted::leave, true, true}, Row{WhenInterrupted::leave_before_asking, true, false},
        Row{WhenInterrupted::go_on, false, false}}) {
    step = SingleStep("cp1", "config", row.when);
    out = Outbox();
    step.intend({}, out);
    EXPECT_TRUE(is<SingleStep::Nothing>(tell(Interrupted{}))) << "its record comes first";
    EXPECT_TRUE(step.interrupted());
    SingleStep::Cue before = tell(Recorded{1});
    EXPECT_EQ(is<SingleStep::Leave>(before), row.leaves_before_asking);
    EXPECT_EQ(is<SingleStep::Begin>(before), !row.leaves_before_asking);

    step = SingleStep("cp1", "config", row.when);
    out = Outbox();
    (void)begun();
    EXPECT_EQ(is<SingleStep::Leave>(tell(Interrupted{})), row.leaves_while_asking);
  }
}

TEST(Answers, AreFoundByWhatWasAsked) {
  facts::Expectation ready{"GET", "/readyz", facts::Credentials::admin, facts::Purpose::ready, {200}};
  facts::Expectation etcd{"GET", "/readyz/etcd", facts::Credentials::admin, facts::Purpose::ready, {200}};
  facts::Seen one;
  one.question = etcd;
  one.status = 500;
  facts::Seen other;
  other.question = ready;
  other.status = 200;
  ApiServerAnswers answers{{one, other}};
  EXPECT_EQ(answers.to(ready).status, 200);
  EXPECT_EQ(answers.to(etcd).status, 500);
  facts::Expectation never{"GET", "/livez", facts::Credentials::none, facts::Purpose::kubelet_probe, {200}};
  EXPECT_EQ(answers.to(never).status, 0);
  EXPECT_EQ(answers.to(never).question, never);
  EXPECT_EQ(answers.to(std::vector{ready, never}).size(), 2U);
}

TEST(Answers, OfAnotherKindAreNone) {
  EXPECT_EQ(answer_of<CallNode>(PauseEnded{}).kind, node::ReplyKind::lost);
  EXPECT_EQ(answer_of<PutObject>(PauseEnded{}).result, WriteResult::lost);
  EXPECT_FALSE(answer_of<LookAtCluster>(PauseEnded{}).nodes_unknown.empty());
  EXPECT_EQ(answer_of<AskOperator>(PauseEnded{}), Choice::no);
}

}  // namespace
}  // namespace nightlatch::rollout
