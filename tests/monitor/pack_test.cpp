// The rules, the scrape configuration and the dashboard: what they ask, and that what they ask exists.
// promtool and a real Prometheus read them in integration/controlplane/monitoring.
#include "monitor/pack.hpp"

#include <algorithm>
#include <regex>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <yaml-cpp/yaml.h>

#include "monitor/errors.hpp"
#include "places.hpp"
#include "util/file.hpp"
#include "util/text.hpp"

namespace nightlatch::monitor {
namespace {

using testing::AllOf;
using testing::ElementsAreArray;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// What a running kube-apiserver had at /metrics.
std::set<std::string> real_metrics() {
  std::set<std::string> names;
  for (const std::string& line :
       split(read_file(source_directory() / "tests/data/metrics/kube-apiserver-1.34.4.txt").value(), '\n')) {
    if (!line.empty() && !line.starts_with('#')) names.insert(line.substr(0, line.find(' ')));
  }
  return names;
}

std::vector<std::string> expressions_of_rules() {
  std::vector<std::string> found;
  for (const auto& group : YAML::Load(alert_rules("kube-apiserver"))["groups"]) {
    for (const auto& rule : group["rules"]) found.push_back(rule["expr"].Scalar());
  }
  return found;
}

std::vector<std::string> expressions_of_the_dashboard() {
  nlohmann::json board = nlohmann::json::parse(dashboard("kube-apiserver"));
  std::vector<std::string> found{board["annotations"]["list"][0]["expr"]};
  for (const auto& panel : board["panels"]) {
    for (const auto& target : panel["targets"]) found.push_back(target["expr"]);
  }
  return found;
}

std::set<std::string> metrics_in(const std::vector<std::string>& expressions) {
  static const std::regex name(R"(\b(apiserver|authentication|authorization|process)_[a-z_]+)");
  std::set<std::string> found;
  for (const std::string& one : expressions) {
    for (std::sregex_iterator it(one.begin(), one.end(), name), end; it != end; ++it) found.insert(it->str());
  }
  return found;
}

TEST(Pack, AsksOnlyWhatAKubeApiserverHasAndScrapesAllOfIt) {
  std::set<std::string> asked = metrics_in(expressions_of_rules());
  asked.merge(metrics_in(expressions_of_the_dashboard()));
  std::set<std::string> real = real_metrics();
  EXPECT_GT(real.size(), 40U);
  std::vector<std::string> made_up;
  std::ranges::set_difference(asked, real, std::back_inserter(made_up));
  EXPECT_THAT(made_up, IsEmpty());
  std::set<std::string> kept;
  for (std::string_view name : asked_metrics()) kept.emplace(name);
  EXPECT_EQ(kept, asked);
}

// kube-apiserver does not count there what its filters refuse.
TEST(Pack, NeverAsksApiserverRequestTotalForACode) {
  std::vector<std::string> all = expressions_of_rules();
  std::ranges::copy(expressions_of_the_dashboard(), std::back_inserter(all));
  EXPECT_GT(all.size(), 35U);
  for (const std::string& one : all) EXPECT_THAT(one, Not(HasSubstr("code="))) << one;
  EXPECT_THAT(alert_rules("a"),
              HasSubstr("# No rule asks apiserver_request_total{code=\"401\"}: kube-apiserver does not"));
}

// The textfiles are those that report/ writes: tests/report/textfiles_test.cpp and audit_formats_test.cpp
// have their names.
TEST(Pack, EveryRuleNamesWhatIsToBeDoneAndTheJob) {
  for (const auto& group : YAML::Load(alert_rules("prod/apiserver"))["groups"]) {
    for (const auto& rule : group["rules"]) {
      std::string expression = rule["expr"].Scalar();
      EXPECT_THAT(expression, Not(HasSubstr("@")));
      if (expression.find("apiserver_") != std::string::npos) {
        EXPECT_THAT(expression, HasSubstr("{job=\"prod/apiserver\""));
      }
      if (!rule["alert"]) continue;
      EXPECT_TRUE(rule["labels"]["severity"]) << rule["alert"];
      EXPECT_THAT(rule["annotations"]["summary"].Scalar(), Not(IsEmpty())) << rule["alert"];
      EXPECT_THAT(rule["annotations"]["description"].Scalar(), Not(IsEmpty())) << rule["alert"];
    }
  }
}

TEST(Pack, ADashboardIsAboutTheJobAndItsPanelsDoNotOverlap) {
  nlohmann::json board = nlohmann::json::parse(dashboard("apiserver"));
  EXPECT_EQ(board["templating"]["list"][1]["query"], "apiserver");
  std::set<std::pair<int, int>> cells;
  for (const auto& panel : board["panels"]) {
    const auto& at = panel["gridPos"];
    for (int x = at["x"]; x < at["x"].get<int>() + at["w"].get<int>(); ++x) {
      for (int y = at["y"]; y < at["y"].get<int>() + at["h"].get<int>(); ++y) {
        EXPECT_LT(x, 24);
        EXPECT_TRUE(cells.emplace(x, y).second) << panel["title"];
      }
    }
  }
}

TEST(Pack, AScrapeConfigurationLogsInAsTheGrantSays) {
  std::string text =
      scrape_config({.to = rbac::read_grantee({"serviceaccount", "monitoring/prometheus"}).value(),
                     .targets = {"10.0.0.11:6443", "10.0.0.12:6443"},
                     .job = "apiserver"});
  YAML::Node jobs = YAML::Load(text)["scrape_configs"];
  ASSERT_EQ(jobs.size(), 2U);
  EXPECT_EQ(jobs[0]["job_name"].Scalar(), "apiserver");
  EXPECT_EQ(jobs[0]["static_configs"][0]["targets"][1].Scalar(), "10.0.0.12:6443");
  EXPECT_TRUE(jobs[0]["authorization"]["credentials_file"]);
  EXPECT_EQ(jobs[0]["metric_relabel_configs"][0]["action"].Scalar(), "keep");
  EXPECT_THAT(jobs[0]["metric_relabel_configs"][0]["regex"].Scalar(),
              AllOf(HasSubstr("authentication_attempts|"), HasSubstr("|apiserver_audit_error_total")));
  EXPECT_EQ(jobs[1]["job_name"].Scalar(), "nightlatch-textfile");
}

TEST(Pack, NetdataReadsOnlyWhatItsAlertsAndChartsNeed) {
  rbac::GrantRequest request{.to = rbac::read_grantee({"serviceaccount", "monitoring/netdata"}).value(),
                             .targets = {"10.0.0.11:6443", "[fd00::1]:6443"}};
  std::string text = netdata(request).value();
  std::string collector = text.substr(0, text.find("# ---- /etc/netdata/health.d"));
  YAML::Node jobs = YAML::Load(collector)["jobs"];
  ASSERT_EQ(jobs.size(), 2U);
  EXPECT_EQ(jobs[1]["url"].Scalar(), "https://[fd00::1]:6443/metrics");
  EXPECT_EQ(jobs[0]["app"].Scalar(), "nightlatch");
  EXPECT_TRUE(jobs[0]["bearer_token_file"]);
  EXPECT_EQ(jobs[0]["selector"]["allow"].size(), asked_metrics().size() - 1);
  // The contexts of the alerts are those of the collector's charts, of metrics that are read.
  static const std::regex context(R"(on: prometheus\.nightlatch\.(\w+))");
  std::size_t alerts = 0;
  for (std::sregex_iterator it(text.begin(), text.end(), context), end; it != end; ++it, ++alerts)
    EXPECT_THAT(collector, HasSubstr("        - " + (*it)[1].str() + "\n"));
  EXPECT_EQ(alerts, 4U);
  request.to = rbac::read_grantee({"anonymous"}).value();
  EXPECT_THAT(netdata(request).value(), Not(HasSubstr("bearer_token_file")));
  request.to = rbac::read_grantee({"group", "ops"}).value();
  request.tls = rbac::TlsCheck::skip;
  EXPECT_THAT(netdata(request).value(), AllOf(HasSubstr("tls_cert:"), HasSubstr("tls_skip_verify: yes")));
  request.targets = {"10.0.0.11"};
  EXPECT_EQ(netdata(request).error().message, "--target \"10.0.0.11\" is not HOST:PORT");
}

TEST(Pack, AJobThatCouldEndAQueryIsRefused) {
  EXPECT_TRUE(check_job("kube-apiserver"));
  EXPECT_TRUE(check_job("serviceMonitor/monitoring/apiserver/0"));
  for (const std::string job : {"", "a\"}", "a b", "a\n", "$x", "@JOB@"}) {
    Status checked = check_job(job);
    ASSERT_FALSE(checked) << job;
    EXPECT_EQ(checked.error().code.number, monitor_errors::bad_job.number);
  }
  EXPECT_EQ(check_job("a b").error().message, "--job \"a b\" is not a name");
}

}  // namespace
}  // namespace nightlatch::monitor
