// A node whose backup or state file was damaged after it was staged: what it refuses, what it says, and how a
// request mends it.
#include <gmock/gmock.h>

#include "agent_bench.hpp"

namespace nightlatch::node::test {

namespace {

using ::testing::HasSubstr;

class AgentBackupTest : public AgentTest {
 protected:
  // A request without the old manifest, as the guard restores.
  [[nodiscard]] Request alone() const {
    Request restore = node.request(Verb::restore);
    restore.manifest_before.clear();
    return restore;
  }
  [[nodiscard]] fs::path backup() const { return node.run_directory() / "manifest.before"; }
};
INSTANTIATE_TEST_SUITE_P(Shells, AgentBackupTest, ::testing::ValuesIn(shells()), shell_name);

TEST_P(AgentBackupTest, WithoutItsBackupNothingIsPutBackAndTheStateStays) {
  node.go_to(Step::swapped);
  for (bool is_gone : {true, false}) {
    if (is_gone) fs::remove(backup());
    if (!is_gone) write(backup(), "other bytes\n");
    Reply reply = node.call(alone());
    EXPECT_EQ(reply.kind, ReplyKind::refused);
    EXPECT_EQ(reply.state.step, Step::swapped) << "a person may still confirm";
    EXPECT_THAT(reply.why, HasSubstr("manifest.before is gone or has other bytes"));
    EXPECT_THAT(reply.why, HasSubstr("nightlatch rollback " + run_id));
    EXPECT_EQ(read(node.manifest()), after_bytes);
  }
}

TEST_P(AgentBackupTest, ARunBringsTheOldManifestAlong) {
  node.go_to(Step::swapped);
  write(backup(), "other bytes\n");
  Reply reply = node.call(Verb::restore);
  EXPECT_EQ(reply.kind, ReplyKind::ok) << reply.why;
  EXPECT_EQ(reply.state.step, Step::restoring);
  EXPECT_EQ(read(node.manifest()), before_bytes);
  EXPECT_EQ(read(backup()), before_bytes);
}

TEST_P(AgentBackupTest, OtherBytesThanTheStagedOnesAreNotTaken) {  // S1
  node.go_to(Step::swapped);
  fs::remove(backup());
  Request restore = node.request(Verb::restore);
  restore.manifest_before = "somebody's bytes\n";
  EXPECT_EQ(node.call(restore).kind, ReplyKind::refused);
  EXPECT_EQ(read(node.manifest()), after_bytes);
  EXPECT_FALSE(fs::exists(backup()));
  EXPECT_FALSE(fs::exists(backup().string() + ".new"));
}

TEST_P(AgentBackupTest, ABackupThatIsWholeStaysAsItIs) {
  node.go_to(Step::swapped);
  Request restore = node.request(Verb::restore);
  restore.manifest_before = "somebody's bytes\n";
  EXPECT_EQ(node.call(restore).kind, ReplyKind::ok);
  EXPECT_EQ(read(node.manifest()), before_bytes);
}

// The step is staged or armed: the manifest is old already, and nothing of the backup is needed.
TEST_P(AgentBackupTest, AnOldManifestNeedsNoBackup) {
  node.go_to(Step::armed);
  fs::remove(backup());
  EXPECT_EQ(node.call(alone()).state.step, Step::restoring);
}

TEST_P(AgentBackupTest, ADamagedStateFileIsToldWithItsLastCopy) {
  node.go_to(Step::swapped);
  std::string whole = read(node.home() / "state");
  write(node.home() / "state", "cut");
  Reply reply = node.call(alone());
  std::string copy = (node.run_directory() / "state").string();
  std::string state = (node.home() / "state").string();
  EXPECT_EQ(reply.why, state + " is damaged. Its last copy is " + copy + ": compare both, then cp " + copy +
                           " " + state);
  write(node.home() / "state", read(copy));
  EXPECT_EQ(read(node.home() / "state"), whole);
  EXPECT_EQ(node.call(alone()).kind, ReplyKind::ok) << "as the message says";
  fs::remove(copy);
  write(node.home() / "state", "cut");
  EXPECT_EQ(node.call(alone()).why,
            state + " is damaged, and no run has left a copy: move it away if no run is at work");
}

TEST_P(AgentBackupTest, AGuardThatIsAskedByHandSaysWhyItRefusesAndFails) {
  node.go_to(Step::confirmed);
  std::string said = node.run_guard("restore");
  EXPECT_EQ(node.last_status(), 1);
  EXPECT_THAT(said, HasSubstr("is confirmed since"));
  EXPECT_THAT(said, HasSubstr("nightlatch rollback " + run_id));
  EXPECT_EQ(read(node.manifest()), after_bytes);
  node.call(Verb::swap);
  EXPECT_EQ(node.last_status(), 0) << "it was done before";
  Request other = node.request(Verb::swap);
  other.run = "other";
  EXPECT_EQ(node.call(other).kind, ReplyKind::refused);
  EXPECT_EQ(node.last_status(), 1);
}

TEST_P(AgentBackupTest, ARestoreByHandIsNotedAndTheRunMayTakeItOver) {
  node.go_to(Step::swapped);
  node.run_guard("restore");
  EXPECT_EQ(node.last_status(), 0);
  Reply there = node.call(Verb::state);
  EXPECT_EQ(there.state.step, Step::restoring);
  EXPECT_EQ(there.state.note, by_hand);
  EXPECT_EQ(there.state.epoch, 2U);
  EXPECT_EQ(read(node.manifest()), before_bytes);
  Request settle = node.request(Verb::settle);
  EXPECT_EQ(node.call(settle).kind, ReplyKind::refused) << "the person has taken over";
  EXPECT_EQ(node.call(settle).state.note, by_hand);
  Request restore = node.request(Verb::restore);
  restore.epoch = settle.epoch = 3;
  EXPECT_EQ(node.call(restore).kind, ReplyKind::ok);
  node.run_guard("restore");
  EXPECT_EQ(node.call(Verb::state).state.epoch, 4U);
  EXPECT_EQ(node.call(Verb::state).state.note, by_hand) << "typed while the run restores";
  settle.epoch = 5;
  EXPECT_EQ(node.call(settle).state.step, Step::restored);
  EXPECT_EQ(node.call(Verb::state).state.note, "");
  node.run_guard("restore");
  EXPECT_EQ(node.last_status(), 0) << "nothing to do";
  EXPECT_EQ(node.call(Verb::state).state.epoch, 5U);
}

// README of a confirmed run: its lines put the old manifest back without nightlatch.
TEST_P(AgentBackupTest, TheLinesOfTheReadmePutAConfirmedNodeBack) {
  node.go_to(Step::confirmed);
  std::string readme = read(node.run_directory() / "README");
  EXPECT_THAT(readme, HasSubstr("put it back:   nightlatch rollback " + run_id));
  std::string lines = readme.substr(readme.find("  echo"));
  ASSERT_EQ(std::system(("set -e\n" + lines).c_str()), 0) << lines;
  EXPECT_EQ(read(node.manifest()), before_bytes);
  EXPECT_NE(std::system(("set -e\n" + lines).c_str()), 0)
      << "the manifest is not what the run wrote any more";
}

TEST_P(AgentBackupTest, WhatIsNoRunInTheRunsDirectoryIsNotReported) {
  node.go_to(Step::confirmed);
  fs::create_directories(node.home() / "runs" / "a;reboot");
  fs::create_directories(node.home() / "runs" / "two words");
  write(node.home() / "runs" / "file", "");
  facts::NodeFacts facts = node.facts().facts;
  ASSERT_EQ(facts.runs.size(), 1U);
  EXPECT_EQ(facts.runs[0].run, run_id);
}

}  // namespace

}  // namespace nightlatch::node::test
