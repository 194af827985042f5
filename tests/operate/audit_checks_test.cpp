// What an audit log says about a plan (NL3310).
#include "operate/audit_checks.hpp"

#include <fmt/format.h>

#include "operate/operate_bench.hpp"
#include "operate/plan.hpp"
#include "operate/playbooks.hpp"
#include "plan/check_codes.hpp"

namespace nightlatch::operate {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ChecksOfCallers : public Bench {
 protected:
  void see(const std::string& uri, const std::string& ip, int requests) {
    for (int i = 0; i < requests; ++i) {
      std::string time = fmt::format("2026-11-21T1{}:00:00.{:06}Z", lines_ / 500 % 10, lines_);
      ++lines_;
      log_ += fmt::format(
          R"({{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"{}","stage":"ResponseComplete",)"
          R"("requestURI":"{}","verb":"get","user":{{"username":"system:anonymous"}},"sourceIPs":["{}"],)"
          R"("responseStatus":{{"code":200}},"requestReceivedTimestamp":"{}","stageTimestamp":"{}"}})"
          "\n",
          lines_, uri, ip, time, time);
    }
  }
  Outcome<std::vector<plan::PlanCheck>> checks() {
    std::string file = (directory / "audit.log").string();
    EXPECT_TRUE(write_file_durably(file, log_));
    return checks_of_callers({.logs = {file}, .what_if = load_playbook("health-only").value()});
  }
  std::vector<std::string> texts() {
    std::vector<std::string> texts;
    const std::vector<plan::PlanCheck> all = checks().value();
    for (const plan::PlanCheck& check : all) texts.push_back(check.text);
    return texts;
  }

 private:
  std::string log_;
  int lines_ = 0;
};

TEST_F(ChecksOfCallers, NameThePathThatIsLostAndWhoLosesIt) {
  see("/livez", "10.0.0.5", 500);
  see("/version?timeout=32s", "198.51.100.7", 214);
  see("/version", "10.0.4.9", 12);
  see("/api", "10.0.4.9", 1);
  EXPECT_THAT(texts(),
              ElementsAre("2 callers will lose /version: 198.51.100.7 (214 requests in 1 h), 10.0.4.9 (12)",
                          "1 caller will lose /api: 10.0.4.9 (1 request in 1 h)"));
  const std::vector<plan::PlanCheck> all = checks().value();
  for (const plan::PlanCheck& check : all) {
    EXPECT_EQ(check.code, plan_checks::callers_lose.number);
    EXPECT_EQ(check.grade, plan::PlanCheck::Grade::warning);
  }
}

TEST_F(ChecksOfCallers, CountWhatIsTooMuchToName) {
  for (int i = 0; i < 5; ++i) see("/version", fmt::format("10.0.4.{}", i), 3);
  for (int i = 0; i < 11; ++i) see(fmt::format("/x{}", i), "10.0.4.1", 1);
  std::vector<std::string> all = texts();
  ASSERT_EQ(all.size(), 11U);
  EXPECT_THAT(all.front(), HasSubstr("10.0.4.2 (3), and 2 more"));
  EXPECT_EQ(all.back(), "callers will lose 2 further paths: nightlatch audit --what-if shows them");
}

TEST_F(ChecksOfCallers, SayThatNobodyLosesAccess) {
  see("/livez", "10.0.0.5", 5);
  auto made = checks();
  ASSERT_EQ(made->size(), 1U);
  EXPECT_EQ(made->front().text, "audit log: none of 1 caller loses access");
  EXPECT_EQ(made->front().grade, plan::PlanCheck::Grade::ok);
  EXPECT_THAT(checks_of_callers({}).value(), IsEmpty()) << "without a log there is nothing to say";
}

TEST_F(ChecksOfCallers, ALogThatTellsTooLittleIsNotKnown) {
  auto made = checks();
  ASSERT_EQ(made->size(), 1U);
  EXPECT_EQ(made->front().grade, plan::PlanCheck::Grade::unknown);
  EXPECT_THAT(made->front().text, HasSubstr("no audit event was found"));
}

TEST_F(ChecksOfCallers, ALogThatIsNotThereStopsThePlan) {
  auto made = checks_of_callers({.logs = {"gone.log"}, .what_if = load_playbook("health-only").value()});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().exit, Exit::usage);
}

TEST_F(ChecksOfCallers, StandInThePlanAndNotInItsHash) {
  Ports all = ports();
  PlanInput input{.playbook = load_playbook("health-only").value()};
  std::string hash = make_plan(all, selection(), input, {})->plan->hash;
  see("/version", "10.0.4.9", 12);
  input.more_checks = checks().value();
  std::string file = (directory / "plan.json").string();
  auto made = make_plan(all, selection(), input, file);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->plan->hash, hash);
  EXPECT_EQ(read_plan(file)->checks.back().text, "1 caller will lose /version: 10.0.4.9 (12 requests)");
}

}  // namespace
}  // namespace nightlatch::operate
