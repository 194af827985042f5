// What agent.sh finds that starts from time to time: configuration management that no process shows (S12),
// and restarts of the machine.
#include <gmock/gmock.h>

#include "agent_bench.hpp"

namespace nightlatch::node::test {

namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class AgentScheduleTest : public AgentTest {
 protected:
  // "NAME STARTER" of each job.
  [[nodiscard]] std::vector<std::string> jobs() const {
    std::vector<std::string> told;
    for (const facts::ConfigJob& job : node.facts().facts.config_jobs)
      told.push_back(job.name + " " + job.starter);
    return told;
  }
  void unit(const std::string& path, std::string_view text) const { write(node.root() / path, text); }
  void enable(const std::string& timer) const {
    fs::path wants = node.root() / "etc/systemd/system/timers.target.wants";
    fs::create_directories(wants);
    fs::create_symlink("/usr/lib/systemd/system/" + timer, wants / timer);
  }
  void process(int pid, const std::string& name, int user) const {
    fs::path directory = node.root() / "proc" / std::to_string(pid);
    write(directory / "comm", name + "\n");
    write(directory / "status", fmt::format("Name:\t{0}\nUid:\t{1}\t{1}\t{1}\t{1}\n", name, user));
  }
};
INSTANTIATE_TEST_SUITE_P(Shells, AgentScheduleTest, ::testing::ValuesIn(shells()), shell_name);

TEST_P(AgentScheduleTest, JobsInTablesOfCronAreNamed) {
  EXPECT_THAT(jobs(), IsEmpty());
  write(node.root() / "etc/crontab", "17 * * * * root /usr/sbin/cf-agent -K\n");
  write(node.root() / "etc/cron.d/pull",
        "SHELL=/bin/sh\n*/30 * * * * root ansible-pull -U https://git.example/x\n");
  write(node.root() / "etc/cron.d/chef", "5 * * * * root sleep 9; /opt/chef/bin/chef-client >/dev/null\n");
  write(node.root() / "var/spool/cron/crontabs/root", "0 3 * * * salt-call state.apply\r\n");
  write(node.root() / "var/spool/cron/root", "0 3 * * * /opt/puppetlabs/bin/puppet agent --onetime\n");
  EXPECT_THAT(jobs(),
              ElementsAre("ansible /etc/cron.d/pull", "cfengine /etc/crontab", "chef /etc/cron.d/chef",
                          "puppet /var/spool/cron/root", "salt /var/spool/cron/crontabs/root"));
}

TEST_P(AgentScheduleTest, WhatOnlyLooksLikeAJobIsNone) {
  write(node.root() / "etc/cron.d/comment", "# 5 * * * * root puppet agent\n  #chef-client\n");
  write(node.root() / "etc/cron.d/backup",
        "5 * * * * root tar cf /b.tar /etc/puppet /etc/chef-client/x /var/log/salt-call/y\n");
  write(node.root() / "etc/cron.d/other", "5 * * * * root puppet module list; my-salt-call; salt-call-x\n");
  write(node.root() / "etc/cron.d/pull.dpkg-old", "5 * * * * root ansible-pull\n");
  write(node.root() / "etc/cron.d/pull~", "5 * * * * root ansible-pull\n");
  write(node.root() / "var/spool/cron/crontabs/ana", "0 3 * * * salt-call state.apply\n");
  write(node.root() / "etc/cron.hourly/not-executable", "#!/bin/sh\nsalt-call state.apply\n");
  EXPECT_THAT(jobs(), IsEmpty());
}

TEST_P(AgentScheduleTest, ScriptsThatCronStartsAreRead) {
  write_program(node.root() / "etc/cron.hourly/run", "#!/bin/sh\nexec cinc-client --once\n");
  write_program(node.root() / "etc/periodic/15min/run", "#!/bin/sh\nansible-pull\n");
  EXPECT_THAT(jobs(), ElementsAre("ansible /etc/periodic/15min/run", "cinc /etc/cron.hourly/run"));
}

TEST_P(AgentScheduleTest, ServicesOfEnabledTimersAreRead) {
  unit("usr/lib/systemd/system/puppet.timer", "[Timer]\nOnCalendar=hourly\n");
  unit("usr/lib/systemd/system/puppet.service", "[Service]\nExecStart=/usr/bin/puppet agent --onetime\n");
  EXPECT_THAT(jobs(), IsEmpty()) << "nothing wants the timer";
  enable("puppet.timer");
  unit("usr/lib/systemd/system/nightly.timer", "[Timer]\nUnit = pull@site.service\n");
  unit("usr/lib/systemd/system/pull@.service", "[Service]\n; salt-call\nExecStart=ansible-pull -U %i\n");
  enable("nightly.timer");
  unit("run/systemd/transient/run-r1.timer", "[Timer]\nOnCalendar=hourly\n");
  unit("run/systemd/transient/run-r1.service",
       "[Service]\nExecStart=\"/usr/bin/salt-call\" \"state.apply\"\n");
  unit("usr/lib/systemd/system/logrotate.timer", "[Timer]\nOnCalendar=daily\n");
  unit("usr/lib/systemd/system/logrotate.service", "[Service]\nExecStart=/usr/sbin/logrotate\n");
  enable("logrotate.timer");
  EXPECT_THAT(jobs(), ElementsAre("ansible nightly.timer", "puppet puppet.timer", "salt run-r1.timer"));
}

TEST_P(AgentScheduleTest, OverridesOfAServiceCountAndMaskedTimersDoNot) {
  unit("usr/lib/systemd/system/site.timer", "[Timer]\nOnCalendar=hourly\n");
  unit("usr/lib/systemd/system/site.service", "[Service]\nExecStart=/usr/bin/true\n");
  unit("etc/systemd/system/site.service.d/run.conf",
       "[Service]\nExecStart=\nExecStart=/usr/bin/chef-client\n");
  enable("site.timer");
  EXPECT_THAT(jobs(), ElementsAre("chef site.timer"));
  fs::create_symlink("/dev/null", node.root() / "etc/systemd/system/site.timer");
  EXPECT_THAT(jobs(), IsEmpty());
}

TEST_P(AgentScheduleTest, TheDaemonOfCfengineIsAnAgent) {
  process(62, "cf-execd", 0);
  EXPECT_THAT(node.facts().facts.config_agents, ElementsAre("cfengine"));
}

TEST_P(AgentScheduleTest, ARestartThatIsWaitedForIsSeen) {
  facts::NodeFacts before = node.facts().facts;
  EXPECT_EQ(before.reboot_required, "");
  EXPECT_FALSE(before.kured_running);
  write(node.root() / "run/reboot-required", "*** System restart required ***\n");
  process(70, "kured", 1000);
  EXPECT_FALSE(node.facts().facts.kured_running) << "anybody may call a process so";
  process(71, "kured", 0);
  facts::NodeFacts after = node.facts().facts;
  EXPECT_EQ(after.reboot_required, "/run/reboot-required");
  EXPECT_TRUE(after.kured_running);
}

}  // namespace

}  // namespace nightlatch::node::test
