// What agent.sh does when nothing more can be written.
#include <sys/mount.h>

#include <gmock/gmock.h>

#include "agent_bench.hpp"

namespace nightlatch::node::test {

namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// /etc/kubernetes of the node is a file system of its own, with the old manifest.
class AgentDiskTest : public AgentTest {
 protected:
  void SetUp() override {
    if (::mount("tmpfs", disk().c_str(), "tmpfs", 0, "size=512k") != 0)
      GTEST_SKIP() << "no right to mount a small disk";
    write(node.manifest(), before_bytes);
  }
  void TearDown() override { ::umount2(disk().c_str(), MNT_DETACH); }

  void fill() const {
    std::ofstream filler(disk() / "filler", std::ios::binary);
    for (std::string block(4096, 'x'); filler.write(block.data(), 4096).flush();) {
    }
  }
  void expect_refused(const Request& request, Step step) const {
    Reply reply = node.call(request);
    EXPECT_EQ(reply.kind, ReplyKind::refused) << "the disk is not full";
    EXPECT_EQ(name(reply.state.step), name(step));
    EXPECT_THAT(reply.why, HasSubstr("disk full?"));
  }
  void expect_done(Verb verb, Step step) const {
    Reply reply = node.call(verb);
    EXPECT_EQ(reply.kind, ReplyKind::ok) << reply.why;
    EXPECT_EQ(name(reply.state.step), name(step));
    EXPECT_EQ(read(node.manifest()), before_bytes);
    for (const auto& entry : fs::directory_iterator(disk() / "nightlatch"))
      EXPECT_THAT(entry.path().filename().string(), Not(StartsWith(".")));
  }

 private:
  [[nodiscard]] fs::path disk() const { return node.root() / "etc/kubernetes"; }
};

INSTANTIATE_TEST_SUITE_P(Shells, AgentDiskTest, ::testing::ValuesIn(shells()), shell_name);

TEST_P(AgentDiskTest, RestoreWorks) {
  node.go_to(Step::swapped);
  fill();
  expect_refused(node.mark(Step::restarted), Step::swapped);
  expect_done(Verb::restore, Step::restoring);
}

// Otherwise the node would stay staged, and no other run could have it.
TEST_P(AgentDiskTest, CleanWorks) {
  node.go_to(Step::staged);
  fill();
  expect_refused(node.request(Verb::arm), Step::staged);
  expect_done(Verb::clean, Step::cleaned);
}

}  // namespace

}  // namespace nightlatch::node::test
