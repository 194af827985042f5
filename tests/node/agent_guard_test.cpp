// The guard on the node: armed means seen, and every armed run ends confirmed or restored (S1, S4 to S7).
#include <chrono>
#include <csignal>
#include <sys/stat.h>
#include <thread>

#include <gmock/gmock.h>

#include "agent_bench.hpp"

namespace nightlatch::node::test {

namespace {

using testing::HasSubstr;
using testing::Not;

class GuardTest : public AgentTest {
 protected:
  [[nodiscard]] bool laid_out() const {
    return fs::exists(node.unit()) ||
           fs::is_symlink(node.unit().parent_path() / "multi-user.target.wants/nightlatch-guard.service");
  }
  [[nodiscard]] Request renew() const { return node.request(Verb::renew); }
  // A kube-apiserver process that began at this tick.
  void run_api_server(int start) const {
    write(node.root() / "proc/77/comm", "kube-apiserver\n");
    write(node.root() / "proc/77/stat",
          fmt::format("77 (kube-apiserver) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 {} 0 0\n", start));
    write(node.root() / "proc/77/status", "Uid:\t0\t0\t0\t0\nNSpid:\t77\n");
  }
  void go_on_to_the_end() const {
    for (const Request& next : {node.request(Verb::swap), node.mark(Step::restarted), node.mark(Step::gated),
                                node.mark(Step::soaked), node.request(Verb::confirm)})
      ASSERT_EQ(node.call(next).kind, ReplyKind::ok) << name(next.verb);
  }
  void stop_api_server() const { fs::remove_all(node.root() / "proc/77"); }
  [[nodiscard]] Reply state() const { return node.call(Verb::state); }
  [[nodiscard]] std::string readme() const { return read(node.run_directory() / "README"); }
};

INSTANTIATE_TEST_SUITE_P(Shells, GuardTest, ::testing::ValuesIn(shells()), shell_name);

// --- S6: armed means seen ---

TEST_P(GuardTest, UnitIsThereWhileArmedAndOnlyThen) {
  node.go_to(Step::staged);
  EXPECT_FALSE(laid_out());
  node.go_to(Step::armed);
  EXPECT_TRUE(laid_out());
  std::string unit = read(node.unit());
  EXPECT_THAT(unit, HasSubstr("ExecStart=/bin/sh " + (node.run_directory() / "guard").string() + "\n"));
  EXPECT_THAT(unit, HasSubstr("Before=kubelet.service\n"));
  EXPECT_THAT(unit, HasSubstr("TimeoutStartSec="));
  go_on_to_the_end();
  EXPECT_FALSE(laid_out());
  EXPECT_THAT(read(node.root() / "systemctl.log"), HasSubstr("stop nightlatch-guard.service\n"));
}

TEST_P(GuardTest, SystemdReadsItsUnitsAnewOnlyWhereItHasAnotherGuardInMemory) {
  fs::path log = node.root() / "systemctl.log";
  node.go_to(Step::armed);
  go_on_to_the_end();
  EXPECT_THAT(read(log), Not(HasSubstr("daemon-reload"))) << "0.2 s, twice a node";

  // Somebody installed a package while the run was armed: now the unit stays in memory when it is stopped.
  Request next = node.request(Verb::stage);
  next.run = "20261122T2100-000b";
  std::swap(next.before_sha256, next.after_sha256);
  std::swap(next.manifest_before, next.manifest_after);
  for (Verb verb : {Verb::stage, Verb::arm}) {
    next.verb = verb;
    ASSERT_EQ(node.call(next).kind, ReplyKind::ok) << name(verb);
  }
  EXPECT_THAT(read(log), Not(HasSubstr("daemon-reload")));
  node.systemctl("daemon-reload");
  next.verb = Verb::restore;
  ASSERT_EQ(node.call(next).kind, ReplyKind::ok);
  next.verb = Verb::settle;
  ASSERT_EQ(node.call(next).kind, ReplyKind::ok);
  EXPECT_FALSE(fs::exists(node.root() / "systemd.read")) << "the removed guard is still in memory";
}

TEST_P(GuardTest, AGuardThatSystemdHasFromAnEarlierRunIsNotTakenForThisOne) {
  node.go_to(Step::staged);
  // The clock was set back: systemd does not see that the file is newer than what it has in memory.
  node.shim("systemctl",
            "unit=$NL_ROOT/etc/systemd/system/nightlatch-guard.service\n"
            "case $1 in\n"
            "show) printf 'LoadState=loaded\\nNeedDaemonReload=no\\n' ;;\n"
            "daemon-reload) : >$NL_ROOT/reloaded ;;\n"
            "restart) [ ! -e $NL_ROOT/reloaded ] || boot-sh $(sed -n 's,^ExecStartPre=-/bin/sh ,,p' $unit) "
            ">/dev/null ;;\n"
            "is-active) echo active ;;\n"
            "esac\n");
  EXPECT_EQ(node.call(Verb::arm).kind, ReplyKind::ok);
  EXPECT_TRUE(fs::exists(node.root() / "reloaded"));
}

TEST_P(GuardTest, SettledCleanedAndForeignNodesHaveNoGuardLeft) {
  node.go_to(Step::swapped);
  ASSERT_EQ(node.call(Verb::restore).kind, ReplyKind::ok);
  EXPECT_TRUE(laid_out()) << "whoever asked for the restore may be gone before it is gated";
  ASSERT_EQ(node.call(Verb::settle).kind, ReplyKind::ok);
  EXPECT_FALSE(laid_out());
}

TEST_P(GuardTest, ForeignBytesEndTheGuard) {
  node.go_to(Step::swapped);
  write(node.manifest(), "a kubeadm upgrade\n");
  node.uptime(2000);
  EXPECT_EQ(node.expire().state.step, Step::foreign);
  EXPECT_FALSE(laid_out());
}

TEST_P(GuardTest, ArmIsRefusedWhenTheGuardWasNotSeenToWork) {
  node.go_to(Step::staged);
  node.shim("systemctl", "exit 0\n");  // says yes, and starts nothing
  Reply reply = node.call(Verb::arm);
  EXPECT_EQ(reply.kind, ReplyKind::refused);
  EXPECT_EQ(reply.state.step, Step::staged);
  EXPECT_THAT(reply.why, HasSubstr("did not confirm that it can read and write"));
  EXPECT_FALSE(laid_out());
  node.shim("systemctl", "echo 'Unit is masked.'\nexit 1\n");
  EXPECT_THAT(node.call(Verb::arm).why, HasSubstr("Unit is masked."));
  EXPECT_EQ(node.call(Verb::clean).kind, ReplyKind::ok);
}

TEST_P(GuardTest, ArmIsRefusedWhenTheBackupIsDamaged) {
  node.go_to(Step::staged);
  write(node.run_directory() / "manifest.before", "rotten\n");
  EXPECT_THAT(node.call(Verb::arm).why, HasSubstr("did not show that it works"));
  EXPECT_FALSE(laid_out());
}

TEST_P(GuardTest, ArmIsRefusedWhereNothingWouldActAfterAReboot) {
  fs::remove_all(node.root() / "run/systemd");
  node.go_to(Step::staged);
  EXPECT_THAT(node.call(Verb::arm).why, HasSubstr("no guard would start after a reboot"));
}

// --- S5: a lease, not a fuse ---

TEST_P(GuardTest, RenewMovesTheDeadlineUpToTheCeiling) {
  node.go_to(Step::swapped);
  EXPECT_EQ(state().state.deadline_in, 120);
  node.uptime(1100);
  Reply renewed = node.call(renew());
  EXPECT_EQ(renewed.kind, ReplyKind::ok) << renewed.why;
  EXPECT_EQ(renewed.state.deadline_in, 120);
  EXPECT_EQ(renewed.state.step, Step::swapped);
  for (int now : {1200, 1300, 1400, 1500}) {
    node.uptime(now);
    ASSERT_EQ(node.call(renew()).kind, ReplyKind::ok);
  }
  EXPECT_EQ(state().state.deadline_in, 100) << "armed at 1000 with a ceiling of 600 s";
  node.uptime(1600);
  Reply late = node.call(renew());
  EXPECT_EQ(late.kind, ReplyKind::refused);
  EXPECT_THAT(late.why, HasSubstr("the deadline passed 0 s ago"));
}

TEST_P(GuardTest, RenewNeverShortensAndKeepsTheTimeOfTheStep) {
  node.go_to(Step::gated);
  std::string before = read(node.home() / "state");
  Request shorter = renew();
  shorter.lease = std::chrono::seconds(30);
  EXPECT_EQ(node.call(shorter).state.deadline_in, 120);
  EXPECT_EQ(read(node.home() / "state"), before);
}

TEST_P(GuardTest, RenewIsForArmedRunsOfOurBytesAlone) {
  node.go_to(Step::staged);
  EXPECT_THAT(node.call(renew()).why, HasSubstr("renew needs the step armed"));
  node.go_to(Step::swapped);
  write(node.manifest(), "a colleague\n");
  EXPECT_EQ(node.call(renew()).kind, ReplyKind::refused);
  write(node.manifest(), after_bytes);
  ASSERT_EQ(node.call(Verb::restore).kind, ReplyKind::ok);
  EXPECT_THAT(node.call(renew()).why, HasSubstr("already restored at 20"));
}

TEST_P(GuardTest, RenewStartsAGuardThatDied) {
  node.go_to(Step::swapped);
  node.shim("systemctl", "case $1 in is-active) exit 3 ;; *) echo 'no such unit'; exit 5 ;; esac\n");
  Reply reply = node.call(renew());
  EXPECT_EQ(reply.kind, ReplyKind::refused);
  EXPECT_THAT(reply.why, HasSubstr("the guard does not run: no such unit"));
}

// --- the deadline ---

TEST_P(GuardTest, AbandonedRunIsPutBackAndSeenToRun) {
  run_api_server(10);
  node.go_to(Step::gated);
  run_api_server(20);  // of the new manifest
  node.shim(
      "sleep",
      "read -r up _ <$NL_ROOT/proc/uptime\nup=$((${up%%.*} + 1))\necho \"$up.00 0\" >$NL_ROOT/proc/uptime\n"
      "if [ $up = 1140 ]; then sed -i 's/ 20 0 0$/ 30 0 0/' $NL_ROOT/proc/77/stat; fi\n");
  node.run_guard();
  Reply after = state();
  EXPECT_EQ(after.state.step, Step::restored) << node.last_stderr();
  EXPECT_EQ(after.state.note, not_gated);
  EXPECT_EQ(read(node.manifest()), before_bytes);
  std::string up = read(node.root() / "proc/uptime");
  EXPECT_GE(std::stoi(up), 1140 + 30) << "another API server, for 30 s";
  EXPECT_LE(std::stoi(up), 1140 + 40);
  EXPECT_FALSE(laid_out());
  Reply late = node.call(Verb::confirm);
  EXPECT_EQ(late.kind, ReplyKind::refused);
  EXPECT_THAT(late.why, HasSubstr("already restored at 20"));
}

TEST_P(GuardTest, ReturningRunGatesWhatTheGuardRestored) {
  run_api_server(10);
  node.go_to(Step::armed);
  node.run_guard();
  ASSERT_EQ(state().state.note, not_gated);
  EXPECT_EQ(node.facts().facts.runs.at(0).note, not_gated);
  EXPECT_EQ(node.call(Verb::restore).kind, ReplyKind::ok);
  EXPECT_EQ(state().state.note, not_gated) << "asking for it again is no gate";
  EXPECT_EQ(node.call(Verb::settle).kind, ReplyKind::ok);
  EXPECT_EQ(state().state.note, "");
}

TEST_P(GuardTest, ApiServerThatDoesNotComeBackIsSaidSo) {
  run_api_server(10);
  node.go_to(Step::swapped);
  stop_api_server();
  node.run_guard();
  Reply after = state();
  EXPECT_EQ(after.state.step, Step::restoring);
  EXPECT_EQ(after.state.note, "not-running");
  EXPECT_FALSE(laid_out());
  EXPECT_THAT(read(node.root() / "syslog"), HasSubstr("has not run for 30 s"));
}

// syslog may hang for ever: what it is told comes after the restore, and does not stop the guard.
TEST_P(GuardTest, ALoggerThatHangsKeepsNobodyWaitingForTheOldManifest) {
  node.go_to(Step::swapped);
  ASSERT_EQ(::mkfifo((node.root() / "never").c_str(), 0600), 0);
  node.shim(
      "logger",
      "cat $NL_ROOT/etc/kubernetes/manifests/kube-apiserver.yaml >$NL_ROOT/when-told\n"
      "[ -e $NL_ROOT/state-then ] || cat $NL_ROOT/etc/kubernetes/nightlatch/state >$NL_ROOT/state-then\n"
      "read -r word <$NL_ROOT/never\n");
  node.run_guard();
  EXPECT_EQ(read(node.root() / "when-told"), before_bytes);
  EXPECT_THAT(read(node.root() / "state-then"), HasSubstr("step=restoring\n"));
  EXPECT_THAT(read(node.root() / "state-then"), Not(HasSubstr(std::string(by_hand))))
      << "nobody typed anything";
  EXPECT_EQ(read(node.manifest()), before_bytes);
  EXPECT_FALSE(laid_out()) << "the guard went on to its end";
}

TEST_P(GuardTest, AfterABootTheOldManifestIsBackBeforeSyslogIsTold) {
  node.go_to(Step::swapped);
  node.boot("boot-2");
  node.shim("logger", "cat $NL_ROOT/etc/kubernetes/manifests/kube-apiserver.yaml >$NL_ROOT/when-told\n");
  node.run_guard("check");
  EXPECT_EQ(read(node.root() / "when-told"), before_bytes);
  EXPECT_EQ(state().state.step, Step::restoring);
  EXPECT_EQ(state().state.note, "") << "nobody typed anything";
}

TEST_P(GuardTest, GuardLeavesAConfirmedRunAndGoes) {
  node.go_to(Step::soaked);
  std::string unit = read(node.unit());
  ASSERT_EQ(node.call(Verb::confirm).kind, ReplyKind::ok);
  write(node.unit(), unit);  // a confirm that was cut before it took the unit away
  node.run_guard();
  EXPECT_EQ(node.last_status(), 0);
  EXPECT_FALSE(laid_out());
  EXPECT_EQ(read(node.manifest()), after_bytes);
}

TEST_P(GuardTest, GuardOfAnOldRunLeavesTheUnitOfTheNextAlone) {
  node.go_to(Step::armed);
  fs::copy(node.run_directory(), node.root() / "old");
  write(node.home() / "state",
        "run=another\nepoch=1\nstep=armed\nboot=x\ndeadline=9\nceiling=9\ntime=t\nnote=\n");
  node.run_guard();
  EXPECT_EQ(node.last_status(), 0);
  EXPECT_TRUE(laid_out());
}

TEST_P(GuardTest, RunThatRestoredHasTheRestOfItsLeaseToGate) {
  run_api_server(10);
  node.go_to(Step::swapped);
  ASSERT_EQ(node.call(Verb::restore).kind, ReplyKind::ok);
  run_api_server(30);
  node.run_guard();
  EXPECT_EQ(state().state.note, not_gated);
  EXPECT_GE(std::stoi(read(node.root() / "proc/uptime")), 1120);
}

// --- S5: a reboot ---

TEST_P(GuardTest, RebootIsPutBackBeforeTheKubeletStarts) {
  run_api_server(10);
  node.go_to(Step::gated);
  stop_api_server();
  node.boot("boot-2");
  node.uptime(9);
  node.run_guard("check");
  EXPECT_EQ(node.last_status(), 0) << node.last_stderr();
  EXPECT_EQ(read(node.manifest()), before_bytes);
  EXPECT_EQ(state().state.step, Step::restoring);
  EXPECT_EQ(std::stoi(read(node.root() / "proc/uptime")), 9) << "the kubelet is not kept waiting";
  run_api_server(12);
  node.run_guard();
  EXPECT_EQ(state().state.step, Step::restored);
}

TEST_P(GuardTest, RestoreCutByAPowerLossIsFinishedAtBoot) {
  node.go_to(Step::swapped);
  ASSERT_EQ(node.call(Verb::restore).kind, ReplyKind::ok);
  write(node.manifest(), after_bytes);  // the state was on the disk, the rename not yet
  node.boot("boot-2");
  node.run_guard("check");
  EXPECT_EQ(read(node.manifest()), before_bytes);
}

TEST_P(GuardTest, CheckInTheSameBootTouchesNothing) {
  node.go_to(Step::swapped);
  node.uptime(5000);
  std::string before = read(node.home() / "state");
  node.run_guard("check");
  EXPECT_EQ(read(node.home() / "state"), before);
  EXPECT_EQ(read(node.manifest()), after_bytes);
}

// --- S4: the lock ---

TEST_P(GuardTest, HolderOfTheLockIsEndedAfterThirtySeconds) {
  node.go_to(Step::swapped);
  std::string lock = (node.home() / "lock").string();
  pid_t holder = ::fork();
  if (holder == 0) {
    ::execlp("flock", "flock", lock.c_str(), "sleep", "600", nullptr);
    ::_exit(127);
  }
  // flock(1) forks once it holds the lock, and its command, which inherits it, is in the lock's process list
  // too.
  long child = 0;
  for (int i = 0; i < 500 && child <= 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    std::string children = read(fmt::format("/proc/{0}/task/{0}/children", holder));
    child = std::strtol(children.c_str(), nullptr, 10);
  }
  ASSERT_GT(child, 0) << "flock never held the lock";
  write(node.root() / fmt::format("proc/{}/stat", holder),
        fmt::format("{} (flock) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 55 0 0\n", holder));
  write(node.root() / fmt::format("proc/{}/stat", child),
        fmt::format("{} (sleep) S {} 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 56 0 0\n", child, holder));
  write(lock, fmt::format("{} 55\n", holder));
  node.uptime(2000);
  EXPECT_EQ(node.call(Verb::mark).kind, ReplyKind::refused) << "no other verb ends anybody";
  EXPECT_EQ(::kill(holder, 0), 0);
  Reply reply = node.expire();
  EXPECT_EQ(reply.kind, ReplyKind::ok) << reply.why << node.last_stderr();
  EXPECT_EQ(read(node.manifest()), before_bytes);
  // Where the test failed, nobody would wait ten minutes for them.
  ::kill(static_cast<pid_t>(child), SIGTERM);
  ::kill(holder, SIGTERM);
  int status = 0;
  EXPECT_EQ(::waitpid(holder, &status, 0), holder);
  EXPECT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGKILL) << "it was ended by the guard, not by this test";
}

TEST_P(GuardTest, AnotherProcessWithTheHoldersNumberIsLeftAlone) {
  node.go_to(Step::swapped);
  pid_t bystander = ::fork();
  if (bystander == 0) {
    ::pause();
    ::_exit(0);
  }
  write(node.root() / fmt::format("proc/{}/stat", bystander),
        fmt::format("{} (x) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 99 0 0\n", bystander));
  write(node.home() / "lock", fmt::format("{} 55\n", bystander));
  node.shim("flock", "exit 1\n");
  node.uptime(2000);
  EXPECT_EQ(node.expire().kind, ReplyKind::refused);
  EXPECT_EQ(::waitpid(bystander, nullptr, WNOHANG), 0);
  ::kill(bystander, SIGKILL);
  ::waitpid(bystander, nullptr, 0);
}

// --- S7: visible on the node ---

TEST_P(GuardTest, ColleagueSeesItBeforeEditing) {
  node.go_to(Step::armed);
  EXPECT_THAT(readme(), HasSubstr("kube-apiserver.yaml"));
  EXPECT_THAT(readme(), HasSubstr("nightlatch confirm " + run_id));
  EXPECT_THAT(readme(), HasSubstr("sh " + (node.run_directory() / "guard restore").string()));
  EXPECT_THAT(readme(), testing::ContainsRegex("old manifest back at [0-9:]+ UTC"));
  EXPECT_THAT(read(node.unit()),
              testing::ContainsRegex("Description=.*kube-apiserver.yaml is put back by [0-9:]+ UTC"));
  EXPECT_THAT(read(node.unit()), HasSubstr("`nightlatch confirm " + run_id + "`"));
  EXPECT_THAT(read(node.root() / "syslog"), HasSubstr("is put back at"));
  go_on_to_the_end();
  EXPECT_THAT(readme(), HasSubstr("is at confirmed since 20"));
  EXPECT_THAT(readme(), Not(HasSubstr("put back")));
}

TEST_P(GuardTest, OneLineByHandPutsTheOldManifestBack) {
  node.go_to(Step::gated);
  node.run_guard("restore");
  EXPECT_EQ(read(node.manifest()), before_bytes);
  EXPECT_EQ(state().state.step, Step::restoring);
  EXPECT_EQ(state().state.epoch, 2U) << "the run that is still at work is shut out";
  EXPECT_EQ(node.call(node.mark(Step::soaked)).kind, ReplyKind::refused);
}

// --- without systemd ---

TEST_P(GuardTest, WithoutSystemdAProcessOfItsOwnAndABootHookDoTheSame) {
  fs::remove_all(node.root() / "run/systemd");
  for (const char* level : {"rc2.d", "rc3.d"}) fs::create_directories(node.root() / "etc" / level);
  node.shim("sleep", "exec /usr/bin/sleep 0.05\n");
  node.go_to(Step::armed);
  fs::path hook = node.root() / "etc/init.d/nightlatch-guard";
  EXPECT_THAT(read(hook), HasSubstr("# X-Start-Before: kubelet\n"));
  EXPECT_TRUE(fs::is_symlink(node.root() / "etc/rc3.d/S01nightlatch-guard"));
  EXPECT_FALSE(fs::exists(node.unit()));
  int keeper = std::stoi(read(node.run_directory() / "guard.pid"));
  EXPECT_EQ(::kill(keeper, 0), 0);
  ASSERT_EQ(node.call(Verb::swap).kind, ReplyKind::ok);
  EXPECT_EQ(node.call(renew()).kind, ReplyKind::ok);
  node.uptime(1300);
  for (int i = 0; i < 200 && read(node.manifest()) != before_bytes; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(25));
  EXPECT_EQ(read(node.manifest()), before_bytes);
  EXPECT_EQ(node.call(Verb::settle).kind, ReplyKind::ok);
  EXPECT_FALSE(fs::exists(hook));
  EXPECT_FALSE(fs::is_symlink(node.root() / "etc/rc3.d/S01nightlatch-guard"));
  for (int i = 0; i < 100 && ::kill(keeper, 0) == 0; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_NE(::kill(keeper, 0), 0) << "no process is left on the node";
}

TEST_P(GuardTest, OpenRcIsGivenAServiceBeforeTheKubelet) {
  fs::remove_all(node.root() / "run/systemd");
  write_program(node.root() / "sbin/openrc-run", "#!/bin/sh\n");
  node.shim("sleep", "exec /usr/bin/sleep 0.05\n");
  node.go_to(Step::armed);
  EXPECT_THAT(read(node.root() / "etc/init.d/nightlatch-guard"), HasSubstr("  before kubelet\n"));
  EXPECT_TRUE(fs::is_symlink(node.root() / "etc/runlevels/default/nightlatch-guard"));
  ASSERT_EQ(node.call(Verb::restore).kind, ReplyKind::ok);
  ASSERT_EQ(node.call(Verb::settle).kind, ReplyKind::ok);
}

}  // namespace

}  // namespace nightlatch::node::test
