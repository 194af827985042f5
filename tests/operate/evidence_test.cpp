// What lies in the directory of a run when it has ended.
#include "operate/evidence.hpp"

#include <nlohmann/json.hpp>

#include "operate/approvals_bench.hpp"
#include "operate/resume.hpp"
#include "operate/rollback.hpp"
#include "operate/run_files.hpp"
#include "operate/run_store.hpp"
#include "report/evidence.hpp"
#include "report/schema_check.hpp"
#include "rollout/journal.hpp"

namespace nightlatch::operate {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class Evidence : public RolledBench {
 protected:
  [[nodiscard]] std::filesystem::path run_directory(const std::string& run) const {
    return directory / ("state/nightlatch/prod-eu1/runs/" + run);
  }
  [[nodiscard]] std::string file(const std::string& run, const std::string& name) const {
    return read_file(run_directory(run) / name).value();
  }
  [[nodiscard]] nlohmann::json evidence(const std::string& run) const {
    std::string bytes = file(run, "evidence.json");
    EXPECT_THAT(report::schema_faults(bytes), IsEmpty());
    return nlohmann::json::parse(bytes);
  }
  void expect_whole(const std::string& run) const {
    for (const char* name : {"evidence.json", "report.html", "report.md"})
      EXPECT_TRUE(std::filesystem::exists(run_directory(run) / name)) << run << " " << name;
    EXPECT_THAT(verify(read_run_files(run_directory(run)).value()).faults, IsEmpty());
  }
};

TEST_F(Evidence, OfARollTellsWhatWasSeen) {
  std::string run = roll();
  expect_whole(run);
  nlohmann::json json = evidence(run);
  EXPECT_EQ(json["outcome"], "done");
  EXPECT_EQ(json["exit"], 0);
  EXPECT_EQ(json["state"], "new");
  EXPECT_EQ(json["madeBy"], "nightlatch/test");
  EXPECT_EQ(json["plan"]["hash"], plan::from_json(file(run, "plan.json"), "plan.json")->hash);
  const nlohmann::json& node = json["nodes"][0];
  EXPECT_EQ(node["exposure"]["before"]["state"], "open");
  EXPECT_EQ(node["exposure"]["after"]["state"], "restricted");
  std::vector<std::string> steps;
  for (const nlohmann::json& step : node["steps"]) steps.push_back(step["step"]);
  EXPECT_THAT(steps, testing::IsSupersetOf(
                         {"preflight", "staged", "armed", "restarted", "gated", "soaked", "confirmed"}));
  nlohmann::json closed;
  for (const nlohmann::json& gate : node["gates"]) {
    if (gate["path"] == "/version" && gate["credentials"] == "none") closed = gate;
  }
  EXPECT_EQ(closed["before"]["status"], 200);
  EXPECT_EQ(closed["first"]["status"], 401);
  EXPECT_EQ(closed["last"]["status"], 401);
  EXPECT_EQ(closed["after"]["status"], 401);
  auto chain = rollout::read_chain(file(run, "journal.jsonl"), "journal.jsonl").value();
  EXPECT_EQ(json["journal"]["records"], chain.records.size());
  EXPECT_EQ(json["journal"]["sha256"], chain.head);
  EXPECT_EQ(json["journal"]["ended"], true);
}

TEST_F(Evidence, TellsWhatTheRunsOwnClientSaw) {
  bool was_out = false;
  driver.client_sees = [&](facts::ClientSight& sight) {
    if (std::exchange(was_out, true)) return;
    sight.failed = 3;
    sight.outages.push_back({sight.from_ms + 100, sight.from_ms + 850, 3, "connection refused"});
  };
  std::string run = roll();
  nlohmann::json client = evidence(run)["client"];
  EXPECT_EQ(client["endpoint"], "k8s.example:6443");
  EXPECT_EQ(client["failed"], 3);
  EXPECT_GT(client["requests"], 400) << "of a roll that takes minutes";
  EXPECT_EQ(client["usualMilliseconds"], 12);
  EXPECT_EQ(client["outages"][0]["milliseconds"], 750);
  EXPECT_EQ(client["outages"][0]["why"], "connection refused");
  std::vector<rollout::Record> records = rollout::read_journal(file(run, "journal.jsonl"), "j").value();
  std::uint64_t told = 0;
  for (const rollout::Record& record : records) {
    if (record.step == "client") told += std::stoull(record.value("requests"));
  }
  EXPECT_EQ(client["requests"], told) << "the evidence is made of the journal";
  EXPECT_EQ(records.back().step, "run") << "the end of the run is its last record";
  EXPECT_THAT(file(run, "report.md"), HasSubstr("3 failed"));
}

TEST_F(Evidence, SaysWhyNoClientAsked) {
  Ports all = ports();
  ApplyInput input;
  input.plan.playbook = load_playbook("health-only").value();
  input.choices = without_asking();
  input.choices.rehearse = Rehearse::yes;
  auto report = apply(all, selection(), input);
  ASSERT_TRUE(report);
  EXPECT_EQ(evidence(report->run)["client"]["notMeasured"], "no API server is restarted");
  EXPECT_THAT(file(report->run, "report.md"), HasSubstr("None were sent: no API server is restarted."));
}

TEST_F(Evidence, IsWrittenHoweverARunEnds) {
  driver.interrupt_at = {"cp1", "swapped", rollout::Phase::done};
  std::string interrupted = roll();
  driver.interrupt_at.reset();
  expect_whole(interrupted);
  EXPECT_EQ(evidence(interrupted)["outcome"], "interrupted");
  Ports all = ports();
  person.night += std::chrono::minutes(10);
  auto resumed = resume(all, selection(), {.run = interrupted, .choices = without_asking()});
  ASSERT_TRUE(resumed);
  expect_whole(resumed->run);
  EXPECT_EQ(evidence(resumed->run)["plan"]["of"], interrupted);
  person.night += std::chrono::minutes(10);
  auto back = roll_back(all, selection(), {.run = resumed->run, .choices = without_asking()});
  ASSERT_TRUE(back);
  expect_whole(back->run);
  EXPECT_EQ(evidence(back->run)["nodes"][0]["exposure"]["after"]["state"], "open");
}

TEST_F(Evidence, OfAStoppedRunNamesTheTrouble) {
  node("cp2").script.seen = [this](facts::Seen& seen) {
    bool is_new = exposure("cp2") == access::ExposureState::restricted;
    if (is_new && seen.question.path == "/readyz") seen.status = 500;
  };
  std::string run = roll();
  expect_whole(run);
  nlohmann::json json = evidence(run);
  EXPECT_EQ(json["outcome"], "stopped");
  bool told = false;
  for (const nlohmann::json& one : json["nodes"]) {
    if (one["name"] != "cp2") continue;
    told = true;
    EXPECT_EQ(one["outcome"], "restored");
    EXPECT_EQ(one["trouble"]["code"], "NL4203");
    for (const nlohmann::json& gate : one["gates"]) {
      if (gate["path"] == "/version") {
        EXPECT_EQ(gate["last"]["status"], 401) << "of the new manifest";
        EXPECT_FALSE(gate.contains("after")) << "nobody has asked the restored one";
      }
      if (gate["path"] == "/readyz") {
        EXPECT_EQ(gate["last"]["status"], 500);
        EXPECT_EQ(gate["after"]["status"], 200);
      }
    }
    EXPECT_EQ(one["exposure"]["after"]["state"], "open");
  }
  EXPECT_TRUE(told);
  EXPECT_THAT(file(run, "report.html"), HasSubstr("NL4203"));
}

TEST_F(Evidence, ThatCannotBeWrittenIsAWarningAndNoFailedRun) {
  driver.jump_at = {"cp1", "swapped", rollout::Phase::done};
  driver.jump = [] {
    auto runs = past_runs("prod-eu1");
    std::filesystem::create_directories(std::filesystem::path(runs.front().directory) /
                                        "report.html/in the way");
  };
  Ports all = ports();
  ApplyInput input;
  input.plan.playbook = load_playbook("health-only").value();
  input.choices = without_asking();
  auto report = apply(all, selection(), input);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->result.exit, Exit::done);
  EXPECT_THAT(person.said, Contains(HasSubstr("the report of this run was not written")));
  EXPECT_TRUE(std::filesystem::exists(run_directory(report->run) / "evidence.json"))
      << "the others are there";
}

TEST_F(Evidence, IsMadeAgainFromPlanAndJournalAsItWas) {
  std::string run = roll();
  auto again = evidence_of(find_run("prod-eu1", run).value());
  for (const char* name : {"evidence.json", "report.html", "report.md"})
    EXPECT_EQ(again.at(name), file(run, name)) << name;
}

TEST_F(Evidence, OfAKilledRunCanBeMadeFromWhatItLeft) {
  std::string run = roll_until("cp1", "swapped");
  for (const char* name : {"evidence.json", "report.html", "report.md"})
    std::filesystem::remove(run_directory(run) / name);
  std::string json = report::evidence_json(find_run("prod-eu1", run).value());
  EXPECT_THAT(report::schema_faults(json), IsEmpty());
  EXPECT_EQ(nlohmann::json::parse(json)["outcome"], "unfinished");
}

TEST_F(Evidence, TheReportLoadsNothingAndRunsNothing) {
  std::string run = roll();
  std::string html = file(run, "report.html");
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_THAT(html, Not(HasSubstr("http://")));
  EXPECT_THAT(html, HasSubstr("<svg"));
  EXPECT_LE(html.size(), 300U << 10U);
}

class ApprovedEvidence : public ApprovalsBench {};

TEST_F(ApprovedEvidence, NamesWhoHasApprovedWithWhichKey) {
  ASSERT_TRUE(approved_by("ana"));
  ASSERT_TRUE(approved_by("bo", "never"));
  auto report = run_apply();
  ASSERT_TRUE(report) << report.error().errors[0].message;
  auto json = nlohmann::json::parse(read_file(report->directory + "/evidence.json").value());
  EXPECT_EQ(json["appliedBy"], "olga");
  ASSERT_EQ(json["approvals"].size(), 2U);
  EXPECT_EQ(json["approvals"][1]["name"], "bo");
  EXPECT_EQ(json["approvals"][1]["expires"], "never");
  EXPECT_THAT(json["approvals"][1]["key"].get<std::string>(), testing::StartsWith("ED25519 key SHA256:"));
}

}  // namespace
}  // namespace nightlatch::operate
