// monitor: what is rendered, and the file it is written to.
#include "operate/monitor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "monitor/errors.hpp"
#include "rbac/errors.hpp"
#include "util/file.hpp"

namespace nightlatch::operate {
namespace {

using report::MonitorKind;
using testing::HasSubstr;

TEST(Monitor, RendersEachKind) {
  EXPECT_THAT(monitor({.kind = MonitorKind::rules, .job = "a"})->text,
              HasSubstr("authentication_attempts{job=\"a\""));
  EXPECT_THAT(monitor({.kind = MonitorKind::dashboard})->text, HasSubstr("\"kube-apiserver\""));
  EXPECT_THAT(monitor({.kind = MonitorKind::scrape, .to = {"anonymous"}})->text,
              HasSubstr("scrape_configs:"));
  EXPECT_THAT(monitor({.kind = MonitorKind::netdata, .targets = {"10.0.0.11:6443"}})->text,
              HasSubstr("url: \"https://10.0.0.11:6443/metrics\""));
  EXPECT_THAT(monitor({.kind = MonitorKind::falco})->text,
              HasSubstr("- rule: nightlatch secrets-read allowed"));
  EXPECT_THAT(monitor({.kind = MonitorKind::sigma})->text, HasSubstr("level: critical"));
  EXPECT_THAT(monitor({.kind = MonitorKind::queries, .engine = "loki"})->text, HasSubstr("count_over_time"));
  EXPECT_THAT(monitor({.kind = MonitorKind::queries})->text, HasSubstr("MergeTree"));
}

TEST(Monitor, WritesTheFileAndSaysWhatItCannotUse) {
  std::string file = testing::TempDir() + "nightlatch-monitor-test.yaml";
  auto rendered = monitor({.kind = MonitorKind::rules, .out = file});
  ASSERT_TRUE(rendered);
  EXPECT_EQ(read_file(file).value(), rendered->text);
  std::filesystem::remove(file);
  EXPECT_EQ(monitor({.job = "a b"}).error().code.number, monitor_errors::bad_job.number);
  EXPECT_EQ(monitor({.kind = MonitorKind::scrape, .to = {"nobody"}}).error().code.number,
            rbac_errors::not_a_grantee.number);
  EXPECT_EQ(monitor({.kind = MonitorKind::netdata, .targets = {"a\"b:1"}}).error().code.number,
            monitor_errors::bad_target.number);
  EXPECT_FALSE(monitor({.out = "/proc/no/such"}));
}

}  // namespace
}  // namespace nightlatch::operate
