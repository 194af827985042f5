// What keeps a swap from replacing the manifest: named by facts and by stage, before anything is written.
#include <gmock/gmock.h>

#include "agent_bench.hpp"

namespace nightlatch::node::test {

namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const std::string directory = "/etc/kubernetes/manifests";

class AgentObstacleTest : public AgentTest {
 protected:
  // The kernel's table of mounts: where, with which options, and those of the file system.
  void mounts(const std::string& lines) const {
    write(node.root() / "proc/self/mountinfo",
          "21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw,errors=remount-ro\n" + lines);
  }
  void attributes(const std::string& letters, const std::string& of) const {
    node.shim("lsattr", "for file; do :; done\ncase $file in *" + of + ") echo \"" + letters +
                            " $file\" ;; *) echo \"--------------e------- $file\" ;; esac\n");
  }
  [[nodiscard]] std::optional<facts::Obstacle> seen(SwapTrial trial = SwapTrial::no) const {
    return node.facts({.trial = trial}).facts.obstacle;
  }
  // By facts without a trial, and by a stage that is refused and leaves the node idle.
  void expect(const facts::Obstacle& wanted) const {
    std::optional<facts::Obstacle> obstacle = seen();
    ASSERT_TRUE(obstacle) << wanted.kind;
    EXPECT_EQ(obstacle->kind, wanted.kind);
    EXPECT_EQ(obstacle->path, wanted.path);
    EXPECT_THAT(obstacle->why, HasSubstr(wanted.why));
    Reply reply = node.call(Verb::stage);
    EXPECT_EQ(reply.kind, ReplyKind::refused);
    EXPECT_EQ(reply.state.step, Step::idle);
    EXPECT_THAT(reply.why, HasSubstr(wanted.path + " " + wanted.why));
    EXPECT_THAT(reply.why, HasSubstr("so the manifest cannot be replaced by a rename"));
    EXPECT_FALSE(fs::exists(node.run_directory()));
  }
  [[nodiscard]] std::vector<std::string> dot_files() const {
    std::vector<std::string> names;
    for (const fs::path& place :
         {node.manifest().parent_path(), node.root() / "etc/kubernetes", node.home()}) {
      if (!fs::exists(place)) continue;
      for (const auto& entry : fs::directory_iterator(place)) {
        if (entry.path().filename().string().starts_with(".")) names.push_back(entry.path().string());
      }
    }
    return names;
  }
};
INSTANTIATE_TEST_SUITE_P(Shells, AgentObstacleTest, ::testing::ValuesIn(shells()), shell_name);

TEST_P(AgentObstacleTest, NothingStandsInTheWayOfAKubeadmNode) {
  mounts("30 21 0:40 / /run rw - tmpfs tmpfs rw\n");
  attributes("--------------e-------", "");
  EXPECT_FALSE(seen(SwapTrial::yes));
  EXPECT_THAT(dot_files(), IsEmpty());
  EXPECT_FALSE(fs::exists(node.home()));
}

TEST_P(AgentObstacleTest, AttributesOfTheManifestAndOfItsDirectory) {
  attributes("----i---------e-------", "kube-apiserver.yaml");
  expect({"immutable", manifest_path, "has the immutable attribute"});
  attributes("----i---------e-------", "manifests");
  expect({"immutable", directory, "has the immutable attribute"});
  attributes("-----a--------e-------", "manifests");
  expect({"append-only", directory, "has the append-only attribute"});
}

TEST_P(AgentObstacleTest, SymbolicLinks) {
  fs::rename(node.manifest().parent_path(), node.root() / "elsewhere");
  fs::create_symlink(node.root() / "elsewhere", node.manifest().parent_path());
  expect({"link", directory, "is a symbolic link to "});
  fs::remove(node.manifest().parent_path());
  fs::create_directory(node.manifest().parent_path());
  fs::create_symlink(node.root() / "elsewhere/kube-apiserver.yaml", node.manifest());
  expect({"link", manifest_path, "is a symbolic link to "});
}

TEST_P(AgentObstacleTest, MountPoints) {
  mounts("40 21 0:50 / " + directory + " rw - tmpfs tmpfs rw\n");
  expect({"other-file-system", directory, "is on another"});
  mounts("40 21 8:1 /srv/x.yaml " + manifest_path + " rw - ext4 /dev/sda1 rw\n");
  expect({"mount", manifest_path, "is a mount point of its own"});
  mounts("40 21 8:1 /etc/kubernetes /etc/kubernetes ro,relatime - ext4 /dev/sda1 rw\n");
  expect({"read-only", directory, "is on a read-only file system (mounted at /etc/kubernetes)"});
  mounts("40 21 8:2 / /etc/kubernetes rw,relatime - ext4 /dev/sda2 ro\n");
  expect({"read-only", directory, "is on a read-only file system (mounted at /etc/kubernetes)"});
  mounts(
      "40 21 8:2 / /etc/kubernetes ro - ext4 /dev/sda2 ro\n41 21 8:2 / /etc/kubernetes rw - ext4 /dev/sda2 "
      "rw\n");
  EXPECT_FALSE(seen()) << "the last mount at a place counts";
}

TEST_P(AgentObstacleTest, NoInodes) {
  node.shim("df",
            "case $1 in *i*) printf 'Filesystem Inodes IUsed IFree IUse%% Mounted on\\n/dev/sda1 1000 990 10 "
            "99%% /\\n' ;;\n"
            "*) printf 'Filesystem 1024-blocks Used Available Capacity Mounted on\\n/dev/sda1 9 1 90000 1%% "
            "/\\n' ;; esac\n");
  std::optional<facts::Obstacle> obstacle = seen();
  ASSERT_TRUE(obstacle);
  EXPECT_EQ(obstacle->kind, "no-inodes");
  EXPECT_THAT(obstacle->why, HasSubstr("10 free inodes of 1000"));
}

TEST_P(AgentObstacleTest, WhatHasNoNameIsFoundByTheTrialWithTheWordsOfTheTool) {
  node.shim("ln", "echo 'ln: x: Operation not permitted' >&2\nexit 1\n");
  EXPECT_FALSE(seen()) << "facts make no trial unless they are asked for it";
  std::optional<facts::Obstacle> obstacle = seen(SwapTrial::yes);
  ASSERT_TRUE(obstacle);
  EXPECT_EQ(obstacle->kind, "unknown");
  EXPECT_THAT(obstacle->why, HasSubstr("(ln: x: Operation not permitted)"));
  EXPECT_THAT(dot_files(), IsEmpty());
}

TEST_P(AgentObstacleTest, WhatAKilledTrialHasLeftIsRemovedByTheNextStage) {
  write(node.manifest().parent_path() / ".nightlatch-trial.99999.2", "trial\n");
  EXPECT_EQ(node.call(Verb::stage).kind, ReplyKind::ok);
  EXPECT_THAT(dot_files(), IsEmpty());
}

TEST_P(AgentObstacleTest, AFullDiskIsCalledSo) {
  node.shim("ln", "echo 'ln: x: No space left on device' >&2\nexit 1\n");
  std::optional<facts::Obstacle> obstacle = seen(SwapTrial::yes);
  ASSERT_TRUE(obstacle);
  EXPECT_EQ(obstacle->kind, "no-space");
  EXPECT_EQ(obstacle->path, "/etc/kubernetes");
  EXPECT_THAT(node.call(Verb::stage).why, HasSubstr("has no room left (disk full?)"));
}

// Seen: the echo of dash calls a full disk an I/O error.
TEST_P(AgentObstacleTest, AnInputOutputErrorOnAFullDiskIsCalledAFullDisk) {
  node.shim("ln", "echo 'sh: 1: echo: echo: I/O error' >&2\nexit 1\n");
  for (const auto& [free, kind] : {std::pair("0", "no-space"), {"90000", "unknown"}}) {
    node.shim("df", fmt::format(
                        "case $1 in *i*) echo /dev/sda1 1000 9 900 1% / ;; *) echo /dev/sda1 99999 9 {} 1% / "
                        ";; esac\n",
                        free));
    std::optional<facts::Obstacle> obstacle = seen(SwapTrial::yes);
    ASSERT_TRUE(obstacle);
    EXPECT_EQ(obstacle->kind, kind);
  }
}

// A restore must go through: it is the way out.
TEST_P(AgentObstacleTest, NoObstacleIsLookedForBeforeARestore) {
  node.go_to(Step::armed);
  mounts("40 21 0:50 / " + directory + " rw - tmpfs tmpfs rw\n");
  Reply swap = node.call(Verb::swap);
  EXPECT_EQ(swap.kind, ReplyKind::refused);
  EXPECT_EQ(swap.state.step, Step::armed);
  EXPECT_EQ(node.call(Verb::restore).kind, ReplyKind::ok);
  EXPECT_EQ(read(node.manifest()), before_bytes);
}

}  // namespace

}  // namespace nightlatch::node::test
