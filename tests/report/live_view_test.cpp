#include "report/live_view.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/samples.hpp"
#include "report/screen.hpp"

namespace nightlatch::report {
namespace {

using rollout::Phase;
using testing::HasSubstr;
using testing::Not;

rollout::Record record(std::int64_t time_ms, const std::string& node, const std::string& step, Phase phase,
                       std::map<std::string, std::string> data = {}) {
  return {0, time_ms, "20261122T0114-7f3a", node, step, phase, std::move(data)};
}

struct Watched {
  explicit Watched(Terminal terminal) : out(text, terminal), view(plan, out) {}
  plan::Plan plan = samples::plan();
  std::string text;
  Out out;
  LiveView view;

  // What stands on the screen after the last drawing.
  std::string last_drawing() const {
    return without_controls(
        text.substr(text.rfind("\033[1A\033[2K") == std::string::npos ? 0 : start_of_last()));
  }

 private:
  std::size_t start_of_last() const { return text.rfind("\033[1A\033[1A\033[1A"); }
  static std::string without_controls(const std::string& raw) {
    std::string clean;
    for (std::size_t i = 0; i < raw.size(); ++i) {
      if (raw[i] == '\033') {
        i = raw.find_first_of("mAK", i);
      } else {
        clean += raw[i];
      }
    }
    return clean;
  }
};

TEST(LiveView, RewritesOneLineANodeInPlace) {
  Watched watched(coloured());
  watched.view.on_record(record(1000, "cp3", "restarted", Phase::intend));
  watched.view.on_tick(22'000);
  EXPECT_EQ(watched.last_drawing(),
            "cp3  restarting         21 s   drain and restart, usually 40 s\n"
            "cp1  waiting\n"
            "cp2  waiting\n");
}

TEST(LiveView, TellsOfAnObjectByItsName) {
  const std::map<std::string, std::string> data{{"object", "ConfigMap kube-system/settings"}};
  Watched watched(coloured());
  watched.view.on_record(record(1000, "", "object", Phase::intend, data));
  EXPECT_THAT(watched.text, HasSubstr("ConfigMap kube-system/settings  writing\n"));
  watched.view.on_record(record(2000, "", "object", Phase::done, data));
  EXPECT_THAT(watched.last_drawing(), HasSubstr("ConfigMap kube-system/settings  changed\n"));
  Watched lines(plain());
  lines.view.on_record(record(1000, "", "object", Phase::intend, data));
  EXPECT_EQ(lines.text, "");
  lines.view.on_record(record(2000, "", "object", Phase::done, data));
  EXPECT_THAT(lines.text, testing::EndsWith("  ConfigMap kube-system/settings  changed\n"));
}

TEST(LiveView, SilenceIsNamedOnlyAfterTwoSeconds) {
  Watched watched(coloured(120));
  watched.view.on_record(record(1000, "cp3", "soaked", Phase::intend));
  watched.view.on_tick(2000);
  EXPECT_THAT(watched.last_drawing(), Not(HasSubstr("to hold")));
  watched.view.on_tick(4000);
  EXPECT_THAT(watched.last_drawing(), HasSubstr("all gates to hold, for 30 s"));
}

TEST(LiveView, SaysThatTheLoadBalancerIsWaitedForAndThenWhatTheNodeCameTo) {
  Watched watched(coloured(120));
  watched.view.on_record(record(500, "cp3", "armed", Phase::done));
  watched.view.on_record(
      record(1000, "cp3", "balanced", Phase::intend,
             {{"detail", "for at least 1 min after the gates began to hold, because it hides its nodes"}}));
  watched.view.on_tick(5000);
  EXPECT_THAT(watched.last_drawing(),
              HasSubstr("rejoining         4.0 s   new connections through the load balancer, for at least"));
  EXPECT_EQ(watched.view.node_in_mid_change(), "cp3");
  watched.view.on_record(record(6000, "cp3", "balanced", Phase::done));
  watched.view.on_record(record(6200, "cp3", "confirmed", Phase::intend));
  watched.view.on_record(record(6300, "cp3", "confirmed", Phase::done));
  EXPECT_THAT(watched.last_drawing(), HasSubstr("cp3  confirmed"));
  EXPECT_THAT(watched.last_drawing(), HasSubstr("balancer 5.0 s"));
}

TEST(LiveView, SaysThatTheClusterIsWaitedForBeforeTheFirstNodeAndAfterOne) {
  Watched watched(coloured(120));
  watched.view.on_record(record(1000, "cp3", "surveyed", Phase::intend));
  watched.view.on_tick(4000);
  EXPECT_THAT(watched.last_drawing(),
              HasSubstr("surveying         3.0 s   two looks at Nodes, leases, rejected requests"));
  watched.view.on_record(record(4100, "cp3", "surveyed", Phase::done));
  EXPECT_THAT(watched.last_drawing(), HasSubstr("cp3  waiting\n"));
  watched.view.on_record(record(5000, "cp3", "confirmed", Phase::intend));
  watched.view.on_record(record(5200, "cp3", "confirmed", Phase::done));
  watched.view.on_record(record(5200, "cp3", "recovered", Phase::intend));
  watched.view.on_tick(9000);
  EXPECT_THAT(watched.last_drawing(),
              HasSubstr("recovering        4.0 s   Node Ready, leases renewed, no more 429 than before"));
  EXPECT_EQ(watched.view.node_in_mid_change(), "");
  watched.view.on_record(record(12'200, "cp3", "recovered", Phase::done));
  EXPECT_THAT(watched.last_drawing(), HasSubstr("cp3  confirmed"));
  EXPECT_THAT(watched.last_drawing(), HasSubstr("cluster 7.0 s"));
}

TEST(LiveView, AQuestionHoldsTheScreen) {
  Watched watched(coloured());
  watched.view.on_record(record(1000, "cp3", "person", Phase::intend));
  watched.view.open_question("cp3: change kube-apiserver now? ");
  std::size_t before = watched.text.size();
  watched.view.on_tick(9000);
  EXPECT_EQ(watched.text.size(), before);
  watched.view.close_question();
  watched.view.on_tick(9250);
  EXPECT_GT(watched.text.size(), before);
}

TEST(LiveView, WithoutATerminalEventsArePlainLines) {
  Watched watched(plain());
  watched.view.on_record(record(1'795'310'040'000, "cp3", "preflight", Phase::done));
  watched.view.on_record(record(1'795'310'041'000, "cp3", "restarted", Phase::intend));
  watched.view.on_tick(1'795'310'045'000);
  watched.view.on_record(
      record(1'795'310'079'000, "cp3", "restarted", Phase::failed,
             {{"code", "4202"}, {"why", "cp3: the new kube-apiserver ended with exit code 1"}}));
  EXPECT_EQ(watched.text,
            "2026-11-22T01:14:01Z  cp3  restarting: waiting for drain and restart, usually 40 s\n"
            "2026-11-22T01:14:39Z  cp3  restarted failed: cp3: the new kube-apiserver ended with exit code 1 "
            "(NL4202)\n");
}

TEST(LiveView, KnowsTheNodeInMidChange) {
  Watched watched(plain());
  EXPECT_EQ(watched.view.node_in_mid_change(), "");
  watched.view.on_record(record(1000, "cp3", "staged", Phase::done));
  EXPECT_EQ(watched.view.node_in_mid_change(), "");
  watched.view.on_record(record(2000, "cp3", "armed", Phase::intend));
  EXPECT_EQ(watched.view.node_in_mid_change(), "cp3");
  watched.view.on_record(record(3000, "cp3", "confirmed", Phase::done));
  EXPECT_EQ(watched.view.node_in_mid_change(), "");
}

}  // namespace
}  // namespace nightlatch::report
