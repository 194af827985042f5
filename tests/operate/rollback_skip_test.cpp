// rollback --skip NODE: one node is dead, and the others go back.
#include "operate/rollback.hpp"
#include "operate/rolled_bench.hpp"
#include "operate/run_store.hpp"
#include "operate/status.hpp"
#include "plan/errors.hpp"

namespace nightlatch::operate {
namespace {

using access::ExposureState;
using testing::HasSubstr;
using testing::IsEmpty;

class RollBackSkips : public RolledBench {
 protected:
  Outcome<report::RunReport> run(std::vector<std::string> skip, const std::string& id = {}) {
    Ports all = ports();
    return roll_back(
        all, selection(),
        {.run = id, .skip = std::move(skip), .accept_outage = outage, .choices = without_asking()});
  }
  report::StatusReport status() {
    Ports all = ports();
    return read_status(all, selection(), {}).value();
  }

  plan::AcceptOutage outage = plan::AcceptOutage::no;
  std::string first = roll();
};

TEST_F(RollBackSkips, TheOthersGoBackAndTheResultIsMixed) {
  lose_host("cp3");
  auto report = run({"cp3"});
  ASSERT_TRUE(report) << report.error().errors[0].message;
  EXPECT_EQ(report->result.exit, Exit::mixed);
  EXPECT_EQ(report->result.outcome, rollout::Outcome::stopped);
  EXPECT_EQ(report->result.cluster, rollout::ClusterState::mixed);
  EXPECT_EQ(exposure("cp1"), ExposureState::open);
  EXPECT_EQ(exposure("cp2"), ExposureState::open);
  EXPECT_EQ(exposure("cp3"), ExposureState::restricted);
  EXPECT_EQ(report->plan.skipped.at(0).name, "cp3");
  const rollout::Record& begun = person.runs.back().records.front();
  EXPECT_EQ(begun.value("skipped"), "cp3");
  EXPECT_EQ(person.runs.back().records.back().value("node.cp3"), "skipped");
}

TEST_F(RollBackSkips, TheNextRollbackPutsTheNodeBackOnceItAnswers) {
  lose_host("cp3");
  ASSERT_TRUE(run({"cp3"}));
  node("cp3").unreachable.reset();
  auto rest = run({});
  ASSERT_TRUE(rest) << rest.error().errors[0].message;
  EXPECT_EQ(rest->plan.of_run, first) << "that run was not undone wholly";
  EXPECT_EQ(rest->result.exit, Exit::done);
  EXPECT_EQ(rest->plan.changing_nodes(), 1U);
  EXPECT_EQ(exposure("cp3"), ExposureState::open);
}

TEST_F(RollBackSkips, WithoutItTheRefusalNamesTheCommandThatWorks) {
  lose_host("cp3");
  auto report = run({});
  ASSERT_EQ(exit_code(report), Exit::refused);
  EXPECT_EQ(code_of(report), node_errors::unreachable.number);
  EXPECT_EQ(report.error().errors[0].next_step(),
            "bring cp3 back, then roll back again; or leave it as it is: nightlatch rollback " + first +
                " --skip cp3");
  EXPECT_EQ(exposure("cp1"), ExposureState::restricted);
}

TEST_F(RollBackSkips, ANodeThatAnswersIsRefused) {
  lose_host("cp3");
  auto report = run({"cp2", "cp3"});
  EXPECT_EQ(code_of(report), plan_errors::skip_answers.number);
  EXPECT_EQ(exit_code(report), Exit::refused);
  EXPECT_EQ(exposure("cp1"), ExposureState::restricted);
}

TEST_F(RollBackSkips, AMachineThatWorksAndIsNotReadIsRefusedWithWhatToCorrect) {
  node("cp3").unreachable = error_of(node_errors::authentication_denied, "cp3: no key is accepted");
  auto report = run({"cp3"});
  ASSERT_FALSE(report);
  ASSERT_EQ(report.error().errors.size(), 2U);
  EXPECT_EQ(report.error().errors[0].message, "cp3 answers, so it is not skipped");
  EXPECT_THAT(report.error().errors[0].next, HasSubstr("or cut the machine off, and skip it then"));
  EXPECT_EQ(report.error().errors[1].code.number, node_errors::authentication_denied.number);
  node("cp3").unreachable = error_of(node_errors::host_key_mismatch, "cp3: another host key");
  EXPECT_EQ(exit_code(run({"cp3"})), Exit::usage) << "a host key mismatch is always 2";
}

TEST_F(RollBackSkips, ANodeThatTheInventoryHasNoMoreIsAskedWhereTheRunKnewIt) {
  ASSERT_TRUE(write_file_durably(directory / "inventory.yaml",
                                 "apiVersion: nightlatch.dev/v1\nkind: Inventory\nclusters:\n"
                                 "- name: prod-eu1\n  nodes:\n"
                                 "  - {name: cp1, host: 10.0.0.11}\n"
                                 "  - {name: cp2, host: 10.0.0.12}\n"));
  auto report = run({"cp3"});
  ASSERT_EQ(code_of(report), plan_errors::skip_answers.number);
  EXPECT_THAT(report.error().errors[0].next, HasSubstr("add it to the inventory"));
  EXPECT_EQ(code_of(run({})), plan_errors::node_unreadable.number);
  lose_host("cp3");
  report = run({"cp3"});
  ASSERT_TRUE(report) << report.error().errors[0].message;
  EXPECT_EQ(report->result.exit, Exit::mixed);
}

TEST_F(RollBackSkips, TheLastApiServerNeedsAWord) {  // S14
  lose_host("cp2");
  lose_host("cp3");
  EXPECT_EQ(code_of(run({"cp2", "cp3"})), plan_errors::one_api_server.number);
  outage = plan::AcceptOutage::yes;
  auto report = run({"cp2", "cp3"});
  ASSERT_TRUE(report) << report.error().errors[0].message;
  EXPECT_EQ(report->result.exit, Exit::mixed);
  EXPECT_EQ(exposure("cp1"), ExposureState::open);
}

TEST_F(RollBackSkips, EtcdWithoutItsQuorumStopsTheOthers) {  // S14
  lose_host("cp3");
  for (const char* name : {"cp1", "cp2"}) {
    node(name).script.seen = [](facts::Seen& seen) {
      if (seen.question.path.starts_with("/readyz/etcd")) seen.status = 500;
    };
  }
  auto report = run({"cp3"});
  ASSERT_TRUE(report);
  EXPECT_EQ(report->result.exit, Exit::refused);
  EXPECT_EQ(exposure("cp1"), ExposureState::restricted);
  EXPECT_EQ(exposure("cp2"), ExposureState::restricted);
}

TEST_F(RollBackSkips, StatusAndHistorySayIt) {
  lose_host("cp3");
  ASSERT_TRUE(run({"cp3"}));
  report::StatusReport away = status();
  EXPECT_EQ(away.of_run, first);
  EXPECT_TRUE(away.nodes[2].skipped);
  EXPECT_EQ(away.cluster_state(), "unknown");
  node("cp3").unreachable.reset();
  report::StatusReport back = status();
  EXPECT_EQ(back.nodes[2].side, "new") << "although that rollback never came here";
  EXPECT_EQ(back.cluster_state(), "mixed");
  report::PastRun past = past_runs("prod-eu1").front();
  EXPECT_EQ(report::outcome_of(past), "stopped");
  EXPECT_THAT(report::history_json({past}), HasSubstr("rollback"));
  ASSERT_TRUE(past.plan);
  EXPECT_EQ(past.plan->skipped.at(0).name, "cp3");
}

TEST_F(RollBackSkips, NothingIsLeftToDoButTheSkippedNode) {
  lose_host("cp3");
  ASSERT_TRUE(run({"cp3"}));
  auto again = run({"cp3"}, first);
  ASSERT_TRUE(again) << again.error().errors[0].message;
  EXPECT_THAT(again->run, IsEmpty());
  EXPECT_EQ(again->result.exit, Exit::mixed);
}

}  // namespace
}  // namespace nightlatch::operate
