// What libssh sees of the user's SSH agent.
#include "node/ssh_agent.hpp"

#include <gtest/gtest.h>

namespace nightlatch::node {
namespace {

std::string text(const std::string& bytes) {
  std::string size(4, '\0');
  size[3] = static_cast<char>(bytes.size());
  return size + bytes;
}

std::string answer(char count, const std::string& keys) {
  return std::string("\x0c\0\0\0", 4) + count + keys;
}

const std::string both = text("key one") + text("first") + text("key two") + text("second");

TEST(AgentFilter, ListsTheNamedKeysAlone) {
  EXPECT_EQ(listed(answer(2, both), {"key two", "key three"}), answer(1, text("key two") + text("second")));
  EXPECT_EQ(listed(answer(2, both), {}), answer(0, ""));
}

TEST(AgentFilter, AListThatEndsEarlyIsEmpty) {
  EXPECT_EQ(listed(answer(3, both), {"key one"}), answer(0, ""));
  EXPECT_EQ(listed(std::string("\x0c\0", 2), {"key one"}), answer(0, ""));
  EXPECT_EQ(listed(answer(1, std::string("\xff\xff\xff\xff", 4)), {"key one"}), answer(0, ""));
}

}  // namespace
}  // namespace nightlatch::node
