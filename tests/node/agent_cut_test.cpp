// The shell is killed after every mv, sync and flock of every verb, and before every mv: the manifest is then
// wholly old or wholly new, and the same request again reaches the step that an uncut one does.
#include <gmock/gmock.h>

#include "agent_bench.hpp"

namespace nightlatch::node::test {

namespace {

using ::testing::HasSubstr;

class AgentCutTest : public AgentTest {
 protected:
  // The shims count; at the given count they kill the shell that runs the script, the way a lost machine
  // would.
  void arm_cut(int at) const {
    write(node.root() / "cut.at", fmt::format("{}\n", at));
    write(node.root() / "cut.count", "0\n");
    constexpr std::string_view cut =
        "count=$(($(cat $NL_ROOT/cut.count) + 1))\necho $count >$NL_ROOT/cut.count\n"
        "if [ $count = $(cat $NL_ROOT/cut.at) ]; then kill -9 $(cat $NL_ROOT/shell.pid); {}; fi\n";
    std::string after = fmt::format(cut, "exit 9");
    for (const char* tool : {"sync", "flock"}) {
      node.shim(tool, fmt::format("/usr/bin/{} \"$@\"\nstatus=$?\n{}exit $status\n", tool, after));
    }
    node.shim("mv", fmt::format("{0}/usr/bin/mv \"$@\"\nstatus=$?\n{0}exit $status\n", after));
  }
  void disarm_cut() const { write(node.root() / "cut.at", "never\n"); }

  void expect_whole_manifest(const std::string& where) const {
    std::string bytes = read(node.manifest());
    EXPECT_TRUE(bytes == before_bytes || bytes == after_bytes) << where << ": " << bytes;
  }

  // What `verb` syncs, a line each.
  std::string synced_by(Verb verb) const {
    write(node.root() / "synced", "");
    node.shim("sync", "echo \"$1\" >>$NL_ROOT/synced\n");
    EXPECT_EQ(node.call(verb).kind, ReplyKind::ok);
    return read(node.root() / "synced");
  }

  // Cuts `request` at every point; afterwards repeats it. Returns how many points there were.
  int cut_everywhere(const Request& request, Step reached, const std::string& manifest_then) {
    node.save();
    int points = 0;
    for (int at = 1; at < 200; ++at) {
      node.put_back();
      arm_cut(at);
      bool finished = node.call(request).kind == ReplyKind::ok;
      std::string where = fmt::format("{} cut at {}", name(request.verb), at);
      expect_whole_manifest(where);
      disarm_cut();
      if (finished) break;
      ++points;
      Reply repeated = node.call(request);
      EXPECT_EQ(repeated.kind, ReplyKind::ok) << where << ": " << repeated.why << node.last_stderr();
      EXPECT_EQ(name(repeated.state.step), name(reached)) << where;
      EXPECT_EQ(read(node.manifest()), manifest_then) << where;
    }
    node.forget_saved();
    return points;
  }
};

INSTANTIATE_TEST_SUITE_P(Shells, AgentCutTest, ::testing::ValuesIn(shells().begin(), shells().begin() + 2),
                         shell_name);

TEST_P(AgentCutTest, StageIsWholeOrRepeatable) {
  EXPECT_GE(cut_everywhere(node.request(Verb::stage), Step::staged, before_bytes), 20);
}

TEST_P(AgentCutTest, ArmIsWholeOrRepeatable) {
  node.go_to(Step::staged);
  EXPECT_GE(cut_everywhere(node.request(Verb::arm), Step::armed, before_bytes), 5);
}

TEST_P(AgentCutTest, SwapIsWholeOrRepeatable) {
  node.go_to(Step::armed);
  EXPECT_GE(cut_everywhere(node.request(Verb::swap), Step::swapped, after_bytes), 9);
}

TEST_P(AgentCutTest, ConfirmIsWholeOrRepeatable) {
  node.go_to(Step::soaked);
  EXPECT_GE(cut_everywhere(node.request(Verb::confirm), Step::confirmed, after_bytes), 5);
}

TEST_P(AgentCutTest, RestoreIsWholeOrRepeatable) {
  node.go_to(Step::gated);
  EXPECT_GE(cut_everywhere(node.request(Verb::restore), Step::restoring, before_bytes), 9);
}

TEST_P(AgentCutTest, SettleIsWholeOrRepeatable) {
  node.go_to(Step::swapped);
  ASSERT_EQ(node.call(Verb::restore).kind, ReplyKind::ok);
  EXPECT_GE(cut_everywhere(node.request(Verb::settle), Step::restored, before_bytes), 5);
}

// A swap cut anywhere is undone by a restore, whoever asks for it.
TEST_P(AgentCutTest, CutSwapIsUndoneByARestore) {
  node.go_to(Step::armed);
  node.save();
  for (int at = 1; at < 200; ++at) {
    node.put_back();
    arm_cut(at);
    bool finished = node.call(Verb::swap).kind == ReplyKind::ok;
    disarm_cut();
    if (finished) break;
    Reply restored = node.call(Verb::restore);
    EXPECT_EQ(restored.kind, ReplyKind::ok) << at << restored.why;
    EXPECT_EQ(read(node.manifest()), before_bytes) << at;
    EXPECT_EQ(node.call(Verb::swap).kind, ReplyKind::refused) << at;
  }
  node.forget_saved();
}

// A script that was cut behind its rename left what loss of power would take back (simulated roll 538369).
TEST_P(AgentCutTest, WhatAnotherScriptWroteIsOnTheDiskBeforeItIsToldOf) {
  node.go_to(Step::confirmed);
  std::string directory = node.home().string() + "\n";
  EXPECT_THAT(synced_by(Verb::confirm), HasSubstr(directory));
  EXPECT_THAT(synced_by(Verb::state), HasSubstr(directory));
  node.shim("sync", "exit 1\n");
  Reply unsynced = node.call(Verb::confirm);
  EXPECT_EQ(unsynced.kind, ReplyKind::refused);
  EXPECT_THAT(unsynced.why, HasSubstr("cannot write"));
}

TEST_P(AgentCutTest, AManifestThatIsBackIsOnTheDiskBeforeItIsCalledRestored) {
  node.go_to(Step::swapped);
  ASSERT_EQ(node.call(Verb::restore).kind, ReplyKind::ok);
  std::string directory = node.manifest().parent_path().string() + "\n";
  EXPECT_THAT(synced_by(Verb::restore), HasSubstr(directory));
  EXPECT_THAT(synced_by(Verb::settle), HasSubstr(directory));
}

}  // namespace

}  // namespace nightlatch::node::test
