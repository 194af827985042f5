// The state file and the run's directory of a node: what is damaged is reported, and what is refused leaves
// nothing behind.
#include <gmock/gmock.h>

#include "agent_bench.hpp"

namespace nightlatch::node::test {

namespace {

using ::testing::HasSubstr;

class AgentStateTest : public AgentTest {
 protected:
  void expect_damaged(const Request& request) {
    Reply reply = node.call(request);
    EXPECT_EQ(reply.kind, ReplyKind::refused);
    EXPECT_EQ(reply.state.step, Step::idle);
    EXPECT_THAT(reply.why, HasSubstr("state is damaged"));
  }
};
INSTANTIATE_TEST_SUITE_P(Shells, AgentStateTest, ::testing::ValuesIn(shells()), shell_name);

TEST_P(AgentStateTest, DamagedStateFileIsReportedNotGuessed) {
  node.go_to(Step::armed);
  write(node.home() / "state", "run=x\nepoch=1\nstep=nonsense\n");
  expect_damaged(node.request(Verb::swap));
  EXPECT_EQ(read(node.manifest()), before_bytes);
}

// It is replaced by rename; a file that somebody cut is not taken for a node at rest, which would lose its
// guard.
TEST_P(AgentStateTest, ACutStateFileIsDamaged) {
  node.go_to(Step::swapped);
  std::string whole = read(node.home() / "state");
  for (std::size_t lines = 1; lines <= 5; ++lines) {
    std::size_t end = 0;
    for (std::size_t i = 0; i < lines; ++i) end = whole.find('\n', end) + 1;
    write(node.home() / "state", whole.substr(0, end));
    expect_damaged(node.request(Verb::restore));
    Request other = node.request(Verb::stage);
    other.run = "other";
    expect_damaged(other);
  }
  EXPECT_EQ(read(node.manifest()), after_bytes);
}

// What the guard compares the new pod with, and the newest of the runs' directories, are not for a request
// that is refused.
TEST_P(AgentStateTest, ARefusedRestoreLeavesNothingBehind) {
  node.go_to(Step::armed);
  Request taken_over = node.request(Verb::renew);
  taken_over.epoch = 2;
  ASSERT_EQ(node.call(taken_over).kind, ReplyKind::ok);
  EXPECT_EQ(node.call(Verb::restore).kind, ReplyKind::refused);
  EXPECT_FALSE(fs::exists(node.run_directory() / "pod"));
  taken_over.verb = Verb::restore;
  EXPECT_EQ(node.call(taken_over).kind, ReplyKind::ok);
  EXPECT_TRUE(fs::exists(node.run_directory() / "pod"));
}

}  // namespace

}  // namespace nightlatch::node::test
