#include "spec/hooks.hpp"

#include <gmock/gmock.h>

#include "spec/playbook.hpp"

namespace nightlatch::spec {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

Result<Playbook> with_hooks(const std::string& hooks) {
  return parse_playbook("apiVersion: nightlatch.dev/v1\nkind: Playbook\nspec:\n  hooks:\n" + hooks, "x.yaml");
}

TEST(Hooks, AreProgramsWithArgumentsAndATime) {
  auto playbook = with_hooks(
      "    before: {command: [/opt/silence, --for, 2h], timeout: 90s}\n"
      "    beforeNode: {command: [~/drain]}\n"
      "    afterNode: {command: [undrain]}\n"
      "    after: {command: [true]}\n"
      "    onFailure: {command: [true, \"\"]}\n");
  ASSERT_FALSE(playbook) << "an argument may not be empty";
  playbook = with_hooks(
      "    before: {command: [/opt/silence, --for, 2h], timeout: 90s}\n"
      "    beforeNode: {command: [~/drain]}\n"
      "    afterNode: {command: [undrain]}\n");
  ASSERT_TRUE(playbook) << playbook.error().message;
  const Hooks& hooks = playbook->hooks;
  ASSERT_TRUE(hooks.before && hooks.before_node && hooks.after_node);
  EXPECT_THAT(hooks.before->command, ElementsAre("/opt/silence", "--for", "2h"));
  EXPECT_EQ(hooks.before->timeout, 90s);
  EXPECT_THAT(hooks.before_node->command, ElementsAre("~/drain"));
  EXPECT_EQ(hooks.before_node->timeout, 60s);
  EXPECT_FALSE(hooks.after || hooks.on_failure);
}

TEST(Hooks, ARelativePathIsRefusedWithItsPlace) {
  for (const char* program : {"./drain", "hooks/drain", "../drain"}) {
    auto playbook = with_hooks("    afterNode: {command: [\"" + std::string(program) + "\"]}\n");
    ASSERT_FALSE(playbook) << program;
    EXPECT_EQ(playbook.error().message,
              "\"spec.hooks.afterNode.command\" cannot begin with \"" + std::string(program) + "\"");
    EXPECT_EQ(playbook.error().place->line, 5U);
  }
}

TEST(Hooks, AWordThatAProgramWouldSeeAPartOfIsRefusedWithItsPlace) {
  for (const char* command : {R"(["/bin/tr\0ue"])", R"([/bin/true, "a\0b"])"}) {
    auto playbook = with_hooks(std::string("    before: {command: ") + command + "}\n");
    ASSERT_FALSE(playbook) << command;
    EXPECT_EQ(playbook.error().message, "\"spec.hooks.before.command\" has a NUL character");
    EXPECT_EQ(playbook.error().place->line, 5U);
  }
}

TEST(Hooks, AnythingElseIsRefused) {
  for (const char* hooks :
       {"    before: {command: []}\n", "    before: {timeout: 10s}\n", "    before: /bin/true\n",
        "    before:\n", "    before: {command: [x], timeout: 16m}\n",
        "    before: {command: [x], timeout: 0s}\n", "    before: {command: [x], shell: true}\n",
        "    beforeAll: {command: [x]}\n"}) {
    auto playbook = with_hooks(hooks);
    ASSERT_FALSE(playbook) << hooks;
    EXPECT_THAT(playbook.error().message, HasSubstr("hooks")) << hooks;
  }
}

}  // namespace
}  // namespace nightlatch::spec
