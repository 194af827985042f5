#include "operate/confirm.hpp"

#include "operate/errors.hpp"
#include "operate/rolled_bench.hpp"

namespace nightlatch::operate {
namespace {

using access::ExposureState;
using node::Step;
using node::Verb;
using testing::ElementsAre;
using testing::HasSubstr;

class Confirm : public RolledBench {
 protected:
  Outcome<report::ConfirmReport> run(const std::string& id) {
    Ports all = ports();
    return confirm(all, selection(), id);
  }
};

TEST_F(Confirm, KeepsTheChangeOfARunWhoseWorkstationWasLost) {
  std::string first = roll_until("cp1", "gated");
  auto report = run(first);
  ASSERT_TRUE(report) << report.error().errors[0].message;
  EXPECT_EQ(report->run, first);
  EXPECT_THAT(report->confirmed, ElementsAre("cp1"));
  EXPECT_EQ(node("cp1").script.state.step, Step::confirmed);
  EXPECT_EQ(exposure("cp1"), ExposureState::restricted);
  EXPECT_GT(person.paused.count(), 0) << "between two rounds of gates";
}

TEST_F(Confirm, IsNoWayAroundAGate) {
  std::string first = roll_until("cp1", "swapped");
  node("cp1").script.seen = [](facts::Seen& seen) {
    if (seen.question.purpose == facts::Purpose::must_be_closed) seen.status = 200;
  };
  auto report = run(first);
  EXPECT_EQ(code_of(report), operate_errors::gates_do_not_hold.number);
  EXPECT_TRUE(node("cp1").facts.guard) << "the guard goes on";
}

TEST_F(Confirm, AnApiServerThatDoesNotAnswerIsNotConfirmed) {
  std::string first = roll_until("cp1", "swapped");
  node("cp1").answers = [](const facts::Expectation&) { return 0; };
  EXPECT_EQ(code_of(run(first)), operate_errors::gates_do_not_hold.number);
}

TEST_F(Confirm, ANodeThatRefusesIsTold) {
  std::string first = roll_until("cp1", "swapped");
  node("cp1").script.instead = [this](const node::Request& request) -> std::optional<node::Reply> {
    if (request.verb != Verb::confirm) return std::nullopt;
    return node("cp1").script.refuse("another run came after it");
  };
  auto report = run(first);
  EXPECT_EQ(code_of(report), operate_errors::confirm_refused.number);
  EXPECT_THAT(report.error().errors[0].message, HasSubstr("another run came after it"));
}

TEST_F(Confirm, ALostReplyConfirmsNothingToThePerson) {
  std::string first = roll_until("cp1", "swapped");
  node("cp1").script.instead = [](const node::Request& request) -> std::optional<node::Reply> {
    if (request.verb != Verb::confirm) return std::nullopt;
    return node::Reply{};
  };
  EXPECT_EQ(exit_code(run(first)), Exit::refused);
}

TEST_F(Confirm, ANodeThatTheGuardHasPutBackIsFour) {
  std::string first = roll_until("cp1", "swapped");
  node("cp1").script.guard_restores();
  node("cp1").set_manifest(node("cp1").script.manifest);
  auto report = run(first);
  EXPECT_EQ(code_of(report), operate_errors::restored_before.number);
  EXPECT_EQ(exit_code(report), Exit::rolled_back);
}

TEST_F(Confirm, ARunThatNoNodeWaitsForIsToldNodeByNode) {
  std::string first = roll();
  lose_host("cp3");
  auto report = run(first);
  EXPECT_EQ(code_of(report), operate_errors::nothing_to_confirm.number);
  EXPECT_THAT(report.error().errors[0].details,
              ElementsAre(HasSubstr("cp1  confirmed"), HasSubstr("cp2  confirmed"), "cp3  not read"));
}

TEST_F(Confirm, GoesOnWhereTheApiIsAway) {
  std::string first = roll_until("cp1", "swapped");
  take_api_away();
  EXPECT_TRUE(run(first));
}

}  // namespace
}  // namespace nightlatch::operate
