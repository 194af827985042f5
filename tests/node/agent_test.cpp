// agent.sh does what docs/protocol.md says, under dash, busybox sh, and with nothing but busybox commands.
#include <sys/stat.h>

#include "agent_bench.hpp"

namespace nightlatch::node::test {

namespace {

INSTANTIATE_TEST_SUITE_P(Shells, AgentTest, ::testing::ValuesIn(shells()), shell_name);

TEST_P(AgentTest, UntouchedNodeIsIdle) {
  Reply reply = node.call(Verb::state);
  EXPECT_EQ(reply.kind, ReplyKind::ok) << node.last_stderr();
  EXPECT_EQ(reply.state.step, Step::idle);
  EXPECT_EQ(reply.state.manifest_sha256, sha256_hex(before_bytes));
  EXPECT_FALSE(fs::exists(node.home())) << "asking leaves no trace";
}

TEST_P(AgentTest, StraightRoadEndsConfirmedWithTheNewManifest) {
  node.go_to(Step::confirmed);
  EXPECT_EQ(read(node.manifest()), after_bytes);
  EXPECT_EQ(read(node.run_directory() / "manifest.before"), before_bytes);
  EXPECT_EQ(read(node.run_directory() / "plan.json"), "{\"plan\": 1}\n");
  EXPECT_FALSE(fs::exists(node.run_directory() / "reserve"));
  EXPECT_EQ(read(node.run_directory() / "state"), read(node.home() / "state"));
  EXPECT_NE(read(node.run_directory() / "log").find("swap: armed -> swapped"), std::string::npos);
}

TEST_P(AgentTest, NothingOfOursLiesBesideTheManifest) {
  node.go_to(Step::confirmed);
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(node.manifest().parent_path()))
    names.push_back(entry.path().filename());
  EXPECT_EQ(names, std::vector<std::string>{"kube-apiserver.yaml"});
}

TEST_P(AgentTest, SwapKeepsOwnerAndMode) {
  fs::permissions(node.manifest(), fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read);
  bool root = ::getuid() == 0;
  if (root) {
    ASSERT_EQ(::chown(node.manifest().c_str(), 12, 34), 0);
  }
  node.go_to(Step::swapped);
  struct stat file_facts{};
  ASSERT_EQ(::stat(node.manifest().c_str(), &file_facts), 0);
  EXPECT_EQ(file_facts.st_mode & 07777U, 0640U);
  if (root) {
    EXPECT_EQ(file_facts.st_uid * 100 + file_facts.st_gid, 1234U);
  }
}

TEST_P(AgentTest, ARehearsedRestoreIsTheSameFileAndLeavesNothing) {
  fs::permissions(node.manifest(), fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read);
  node.go_to(Step::armed);
  for (int time = 0; time < 2; ++time) EXPECT_OK(node.call(Verb::rehearse), Step::armed);
  EXPECT_EQ(read(node.manifest()), before_bytes);
  EXPECT_FALSE(fs::exists(node.run_directory() / "rehearsal"));
}

TEST_P(AgentTest, ARehearsalSaysHowARestoreWouldDiffer) {
  node.go_to(Step::armed);
  fs::permissions(node.manifest(), fs::perms::owner_read);  // since it was staged
  EXPECT_REFUSED(node.call(Verb::rehearse), Step::armed, " 600 ");
  write(node.run_directory() / "manifest.before", "damaged\n");
  EXPECT_REFUSED(node.call(Verb::rehearse), Step::armed, "cannot write a copy");
  EXPECT_FALSE(fs::exists(node.run_directory() / "rehearsal"));
}

TEST_P(AgentTest, OnlyAnArmedNodeRehearses) {
  node.go_to(Step::staged);
  EXPECT_REFUSED(node.call(Verb::rehearse), Step::staged, "rehearse needs the step armed");
  node.go_to(Step::swapped);
  EXPECT_REFUSED(node.call(Verb::rehearse), Step::swapped, "rehearse needs the step armed");
}

TEST_P(AgentTest, OurDirectoryIsPrivate) {
  node.go_to(Step::staged);
  EXPECT_EQ(fs::status(node.home()).permissions(), fs::perms::owner_all);
  EXPECT_EQ(fs::status(node.run_directory() / "manifest.before").permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
}

TEST_P(AgentTest, EveryVerbMayBeRepeated) {
  std::vector<Request> road{node.request(Verb::stage),  node.request(Verb::arm), node.request(Verb::swap),
                            node.mark(Step::restarted), node.mark(Step::gated),  node.mark(Step::soaked),
                            node.request(Verb::confirm)};
  for (const Request& next : road) {
    Reply once = node.call(next);
    Reply twice = node.call(next);
    ASSERT_EQ(once.kind, ReplyKind::ok) << name(next.verb) << once.why;
    EXPECT_EQ(twice.kind, ReplyKind::ok) << name(next.verb) << twice.why;
    EXPECT_EQ(once.state.step, twice.state.step);
  }
  for (const Request& late : road) EXPECT_OK(node.call(late), Step::confirmed);
}

TEST_P(AgentTest, RestorePutsTheOldManifestBackFromEveryStepBetweenStagedAndSoaked) {
  node.save();
  for (Step step : {Step::staged, Step::armed, Step::swapped, Step::restarted, Step::gated, Step::soaked}) {
    node.put_back();
    node.go_to(step);
    EXPECT_OK(node.call(Verb::restore), Step::restoring);
    EXPECT_EQ(read(node.manifest()), before_bytes) << name(step);
    EXPECT_OK(node.call(Verb::restore), Step::restoring);
    EXPECT_OK(node.call(Verb::settle), Step::restored);
    EXPECT_OK(node.call(Verb::settle), Step::restored);
    EXPECT_OK(node.call(Verb::restore), Step::restored);
  }
  node.forget_saved();
}

TEST_P(AgentTest, LateRequestsAfterARestoreAreRefused) {
  node.go_to(Step::soaked);
  EXPECT_OK(node.call(Verb::restore), Step::restoring);
  for (const Request& late : {node.request(Verb::arm), node.request(Verb::swap), node.mark(Step::restarted),
                              node.mark(Step::soaked), node.request(Verb::confirm)}) {
    EXPECT_REFUSED(node.call(late), Step::restoring, "already restored at 20");
  }
  EXPECT_OK(node.call(Verb::settle), Step::restored);
  EXPECT_REFUSED(node.call(Verb::confirm), Step::restored, "already restored at 20");
  EXPECT_REFUSED(node.call(Verb::stage), Step::restored, "has ended on this node");
  EXPECT_EQ(read(node.manifest()), before_bytes);
}

TEST_P(AgentTest, RestoreKeepsOwnerAndModeOfTheOldManifest) {
  node.go_to(Step::swapped);
  fs::permissions(node.manifest(), fs::perms::all);
  EXPECT_OK(node.call(Verb::restore), Step::restoring);
  EXPECT_EQ(fs::status(node.manifest()).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

// S1
TEST_P(AgentTest, ForeignBytesAreNeverOverwritten) {
  node.go_to(Step::gated);
  write(node.manifest(), "a kubeadm upgrade\n");
  EXPECT_REFUSED(node.call(node.mark(Step::soaked)), Step::gated, "is ");
  EXPECT_REFUSED(node.call(Verb::restore), Step::foreign, "leaves it alone");
  EXPECT_REFUSED(node.call(Verb::restore), Step::foreign, "leaves it alone");
  EXPECT_REFUSED(node.call(Verb::confirm), Step::foreign, "");
  EXPECT_EQ(read(node.manifest()), "a kubeadm upgrade\n");
}

TEST_P(AgentTest, MissingManifestIsRestoredAfterThirtySeconds) {
  node.go_to(Step::swapped);
  fs::remove(node.manifest());
  EXPECT_OK(node.call(Verb::restore), Step::restoring);
  EXPECT_EQ(read(node.manifest()), before_bytes);
  EXPECT_EQ(read(node.root() / "proc/uptime"), "1030.00 0\n");
}

TEST_P(AgentTest, ManifestThatComesBackWithinThirtySecondsIsJudgedAgain) {
  node.go_to(Step::swapped);
  fs::remove(node.manifest());
  node.shim("sleep", "echo 'an editor' >$NL_ROOT/etc/kubernetes/manifests/kube-apiserver.yaml\n");
  EXPECT_REFUSED(node.call(Verb::restore), Step::foreign, "leaves it alone");
  EXPECT_EQ(read(node.manifest()), "an editor\n");
}

TEST_P(AgentTest, StageRefusesAManifestThatIsNotAsPlanned) {
  write(node.manifest(), "changed since the plan\n");
  EXPECT_REFUSED(node.call(Verb::stage), Step::idle, "expected " + sha256_hex(before_bytes).substr(0, 12));
  EXPECT_FALSE(fs::exists(node.run_directory()));
}

TEST_P(AgentTest, StageRefusesBytesThatWereDamagedOnTheWay) {
  Request damaged = node.request(Verb::stage);
  damaged.manifest_after += "x";
  EXPECT_REFUSED(node.call(damaged), Step::idle, "cannot write");
}

TEST_P(AgentTest, StageRefusesASymbolicLink) {
  fs::rename(node.manifest(), node.root() / "elsewhere.yaml");
  fs::create_symlink(node.root() / "elsewhere.yaml", node.manifest());
  EXPECT_REFUSED(node.call(Verb::stage), Step::idle, "symbolic link");
}

// The kubelet would run both in turn (kubernetes#136962); a restore is never stopped by it.
TEST_P(AgentTest, NothingIsSwappedBesideATwin) {
  fs::path twin = node.manifest().parent_path() / "kube-apiserver.yaml.bak";
  write(twin, before_bytes);
  EXPECT_REFUSED(node.call(Verb::stage), Step::idle,
                 "kube-apiserver.yaml.bak is another manifest of a kube-apiserver pod");
  fs::remove(twin);
  node.go_to(Step::armed);
  write(twin, before_bytes);
  EXPECT_REFUSED(node.call(Verb::swap), Step::armed, "move it out of the directory");
  EXPECT_EQ(read(node.manifest()), before_bytes);
  EXPECT_OK(node.call(Verb::restore), Step::restoring);
}

TEST_P(AgentTest, StageRefusesWhatNoRenameCanReach) {
  node.shim("ln", "exit 1\n");
  EXPECT_REFUSED(node.call(Verb::stage), Step::idle, "did not pass the trial of a swap");
}

TEST_P(AgentTest, StageRefusesWhileAnotherRunHoldsTheNode) {
  for (Step step : {Step::staged, Step::armed}) {
    node.go_to(step);
    Request other = node.request(Verb::stage);
    other.run = "another";
    EXPECT_REFUSED(node.call(other), step, run_id);
  }
}

TEST_P(AgentTest, NextRunMayStageWhenTheLastOneIsOver) {
  node.go_to(Step::staged);
  EXPECT_OK(node.call(Verb::clean), Step::cleaned);
  Request other = node.request(Verb::stage);
  other.run = "another";
  EXPECT_OK(node.call(other), Step::staged);
  EXPECT_REFUSED(node.call(Verb::arm), Step::staged, "the last run on this node is another");
}

// Its manifest may be planned for again: another run has put it back since.
TEST_P(AgentTest, ALateStageOfARunThatAnotherCameAfterIsRefused) {
  node.go_to(Step::confirmed);
  Request back = node.request(Verb::stage);
  back.run = "back";
  std::swap(back.before_sha256, back.after_sha256);
  std::swap(back.manifest_before, back.manifest_after);
  EXPECT_OK(node.call(back), Step::staged);
  back.verb = Verb::clean;
  EXPECT_OK(node.call(back), Step::cleaned);
  write(node.manifest(), before_bytes);
  Request late = node.request(Verb::stage);
  EXPECT_REFUSED(node.call(late), Step::cleaned, "another run came after it");
  late.epoch += 1;
  EXPECT_REFUSED(node.call(late), Step::cleaned, "another run came after it");
  late.run = "new";
  EXPECT_OK(node.call(late), Step::staged);
}

TEST_P(AgentTest, CleanTakesTheCopiesAwayAndIsFinal) {
  node.go_to(Step::staged);
  EXPECT_OK(node.call(Verb::clean), Step::cleaned);
  EXPECT_OK(node.call(Verb::clean), Step::cleaned);
  EXPECT_FALSE(fs::exists(node.run_directory() / "manifest.after"));
  EXPECT_REFUSED(node.call(Verb::stage), Step::cleaned, "has ended on this node");
  EXPECT_REFUSED(node.call(Verb::arm), Step::cleaned, "arm needs the step staged");
}

TEST_P(AgentTest, CleanIsNoWayOutOfAnArmedRun) {
  node.go_to(Step::armed);
  EXPECT_REFUSED(node.call(Verb::clean), Step::armed, "clean needs the step staged");
}

TEST_P(AgentTest, StepsCannotBeSkipped) {
  EXPECT_REFUSED(node.call(Verb::arm), Step::idle, "no run was staged");
  node.go_to(Step::staged);
  EXPECT_REFUSED(node.call(Verb::swap), Step::staged, "swap needs the step armed");
  node.go_to(Step::armed);
  EXPECT_REFUSED(node.call(node.mark(Step::restarted)), Step::armed, "mark needs the step swapped");
  EXPECT_REFUSED(node.call(Verb::confirm), Step::armed, "confirm needs the step soaked");
  EXPECT_REFUSED(node.call(Verb::settle), Step::armed, "settle needs the step restoring");
  EXPECT_REFUSED(node.call(node.mark(Step::confirmed)), Step::armed, "is not a step that can be marked");
  EXPECT_EQ(read(node.manifest()), before_bytes);
}

// S4
TEST_P(AgentTest, NothingGoesOnAfterTheDeadline) {
  node.go_to(Step::armed);
  Reply reply = node.call(Verb::state);
  EXPECT_EQ(reply.state.deadline_in, 120);
  node.uptime(1120);
  EXPECT_REFUSED(node.call(Verb::swap), Step::armed, "the deadline passed 0 s ago");
  node.uptime(1500);
  EXPECT_REFUSED(node.call(node.mark(Step::restarted)), Step::armed, "mark needs the step swapped");
  EXPECT_REFUSED(node.call(Verb::swap), Step::armed, "the deadline passed 380 s ago");
  EXPECT_OK(node.call(Verb::restore), Step::restoring);
}

TEST_P(AgentTest, NothingGoesOnAfterAReboot) {
  node.go_to(Step::soaked);
  node.boot("boot-2");
  EXPECT_EQ(node.call(Verb::state).state.deadline_in, -1);
  EXPECT_REFUSED(node.call(Verb::confirm), Step::soaked, "was started again");
  EXPECT_OK(node.call(Verb::restore), Step::restoring);
}

TEST_P(AgentTest, ArmNeedsADeadlineAndTheOldManifest) {
  node.go_to(Step::staged);
  Request arm = node.request(Verb::arm);
  arm.lease = std::chrono::seconds(0);
  EXPECT_REFUSED(node.call(arm), Step::staged, "is not a number of seconds above 0");
  arm = node.request(Verb::arm);
  arm.ceiling = std::chrono::seconds(119);
  EXPECT_REFUSED(node.call(arm), Step::staged, "is not a number of seconds of at least the lease");
  write(node.manifest(), "changed\n");
  EXPECT_REFUSED(node.call(Verb::arm), Step::staged, "expected " + sha256_hex(before_bytes).substr(0, 12));
}

TEST_P(AgentTest, SwapRefusesAManifestThatChangedAfterArming) {
  node.go_to(Step::armed);
  write(node.manifest(), "changed\n");
  EXPECT_REFUSED(node.call(Verb::swap), Step::armed, "expected " + sha256_hex(before_bytes).substr(0, 12));
  EXPECT_EQ(read(node.manifest()), "changed\n");
}

TEST_P(AgentTest, RequestThatMeansOtherBytesIsRefused) {
  node.go_to(Step::armed);
  Request swap = node.request(Verb::swap);
  swap.after_sha256 = sha256_hex("other");
  EXPECT_REFUSED(node.call(swap), Step::armed, "the staged bytes are not the ones");
  swap = node.request(Verb::swap);
  swap.manifest_path = "/etc/kubernetes/manifests/etcd.yaml";
  EXPECT_REFUSED(node.call(swap), Step::armed, "staged for " + manifest_path);
}

// S21
TEST_P(AgentTest, TakenOverRunObeysTheNewEpochAlone) {
  node.go_to(Step::swapped);
  Request taken = node.mark(Step::restarted);
  taken.epoch = 2;
  EXPECT_OK(node.call(taken), Step::restarted);
  EXPECT_REFUSED(node.call(node.mark(Step::gated)), Step::restarted, "epoch 2 has taken over");
  EXPECT_REFUSED(node.call(Verb::restore), Step::restarted, "epoch 2 has taken over");
}

TEST_P(AgentTest, RepeatingWithANewEpochWritesItDown) {
  node.go_to(Step::swapped);
  Request again = node.request(Verb::swap);
  again.epoch = 7;
  Reply reply = node.call(again);
  EXPECT_EQ(reply.kind, ReplyKind::ok) << reply.why;
  EXPECT_EQ(reply.state.epoch, 7U);
}

TEST_P(AgentTest, ExpireRestoresOnlyWhenDue) {
  node.go_to(Step::swapped);
  EXPECT_REFUSED(node.expire(), Step::swapped, "the deadline is still 120 s away");
  node.uptime(1120);
  EXPECT_OK(node.expire(), Step::restoring);
  EXPECT_EQ(read(node.manifest()), before_bytes);
  EXPECT_OK(node.expire(), Step::restoring);
  EXPECT_REFUSED(node.call(Verb::confirm), Step::restoring, "already restored");
}

TEST_P(AgentTest, ExpireRestoresAfterAReboot) {
  node.go_to(Step::gated);
  node.boot("boot-2");
  EXPECT_OK(node.expire(), Step::restoring);
  EXPECT_EQ(read(node.manifest()), before_bytes);
}

TEST_P(AgentTest, ExpireLeavesAConfirmedRunAlone) {
  node.go_to(Step::confirmed);
  node.uptime(9999);
  EXPECT_OK(node.expire(), Step::confirmed);
  EXPECT_EQ(read(node.manifest()), after_bytes);
  EXPECT_REFUSED(node.expire("another"), Step::confirmed, "is not the last run on this node");
}

TEST_P(AgentTest, ExpireLeavesForeignBytesAlone) {
  node.go_to(Step::swapped);
  write(node.manifest(), "a colleague\n");
  node.uptime(9999);
  EXPECT_REFUSED(node.expire(), Step::foreign, "leaves it alone");
  EXPECT_EQ(read(node.manifest()), "a colleague\n");
}

TEST_P(AgentTest, FileThatIsAskedForAndNotThereHasAPathAlone) {
  FactsReply seen = node.facts({.asked_file = "/etc/kubernetes/nightlatch/config/authn-0123456789ab.yaml"});
  ASSERT_TRUE(seen.facts.asked_file);
  EXPECT_EQ(seen.facts.asked_file->sha256, "");
  EXPECT_FALSE(node.facts().facts.asked_file);
}

TEST_P(AgentTest, BusyLockIsReportedAfterThirtySeconds) {
  node.go_to(Step::staged);
  node.shim("flock", "exit 1\n");
  EXPECT_REFUSED(node.call(Verb::arm), Step::staged, "has held");
}

TEST_P(AgentTest, MissingToolIsNamed) {
  if (!GetParam().busybox_commands) GTEST_SKIP() << "the machine's own commands are in PATH here";
  node.unshim("flock");
  EXPECT_REFUSED(node.call(Verb::stage), Step::idle, "this node has no flock");
}

TEST_P(AgentTest, FullDiskLeavesTheOldStep) {
  node.go_to(Step::staged);
  node.shim("sync", "exit 1\n");
  EXPECT_REFUSED(node.call(Verb::arm), Step::staged, "cannot write");
  EXPECT_EQ(read(node.manifest()), before_bytes);
}

TEST_P(AgentTest, HostileRunIdIsRefused) {
  Request stage = node.request(Verb::stage);
  stage.run = "../../../tmp/x";
  EXPECT_REFUSED(node.call(stage), Step::idle, "");
  stage.run = "a b; reboot";
  EXPECT_REFUSED(node.call(stage), Step::idle, "");
  EXPECT_FALSE(fs::exists(node.home()));
}

TEST_P(AgentTest, CutConnectionRunsNothing) {
  std::string text = script_input(node.request(Verb::stage));
  std::string head = "cat <<'NIGHTLATCH'\n";
  text.insert(text.find(head) + head.size(), fmt::format("root={}\n", node.root().string()));
  std::string last_line = "{ nl_main \"$@\"; exit; } </dev/null\n";
  for (std::size_t missing : {text.size() - 200, text.size() / 2, std::size_t{5000}, last_line.size() + 1,
                              last_line.size(), std::size_t{30}, std::size_t{15}}) {
    std::string out = node.run(fmt::format("stage {} 1", run_id), text.substr(0, text.size() - missing));
    EXPECT_EQ(out, "") << missing;
    EXPECT_FALSE(fs::exists(node.home())) << missing;
  }
}

}  // namespace

}  // namespace nightlatch::node::test
