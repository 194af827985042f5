// The commands of docs/change-window.md about approvals: each is typed as it stands there, beside a plan
// file, a key and an inventory whose nodes do not answer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/process.hpp"
#include "markdown.hpp"
#include "plan/cluster.hpp"
#include "plan/plan.hpp"

namespace nightlatch {
namespace {

using cli::Finished;
using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* chapter = "## Approvals";
constexpr const char* next_chapter = "## Windows";

// Those in fences without a language; a line that ends with a backslash goes on.
std::vector<std::string> commands_of_page() {
  Page page = read_page("docs/change-window.md");
  auto at = std::find(page.lines.begin(), page.lines.end(), chapter);
  auto end = std::find(at, page.lines.end(), next_chapter);
  EXPECT_NE(end, page.lines.end());
  std::vector<std::string> commands;
  bool inside = false;
  bool is_shell = false;
  bool goes_on = false;
  for (; at != end; ++at) {
    if (is_fence(*at)) {
      inside = !inside;
      is_shell = inside && *at == "```";
      continue;
    }
    if (!is_shell || at->empty()) continue;
    bool is_command =
        at->starts_with("nightlatch ") || at->starts_with("ssh-keygen ") || at->starts_with("jq ");
    if (goes_on) {
      commands.back() += "\n" + *at;
    } else if (is_command) {
      commands.push_back(*at);
    }
    goes_on = (goes_on || is_command) && at->ends_with("\\");
  }
  return commands;
}

class ApprovalsPage : public testing::Test {
 protected:
  ApprovalsPage() : plan(*plan::make_plan(plan::healthy_request()).plan) {
    (void)sandbox.write("lockdown.json", plan::to_json(plan));
    (void)sandbox.write("prod.yaml", "apiVersion: nightlatch.dev/v1\nkind: Inventory\nclusters:\n- name: " +
                                         plan.cluster + "\n  nodes:\n  - {name: cp1, host: 127.0.0.1}\n");
    EXPECT_EQ(sandbox
                  .shell("mkdir .ssh && ssh-keygen -q -t ed25519 -N '' -f .ssh/id_ed25519 && "
                         "printf 'bo@example.com,bo namespaces=\"nightlatch-plan\" %s\\n' "
                         "\"$(cat .ssh/id_ed25519.pub)\" >allowed_signers && cp allowed_signers signers")
                  .exit,
              0);
  }

  cli::Sandbox sandbox;
  plan::Plan plan;
};

TEST_F(ApprovalsPage, EveryCommandDoesWhatThePageSays) {
  std::size_t played = 0;
  for (const std::string& command : commands_of_page()) {
    SCOPED_TRACE(command);
    Finished done = sandbox.shell(command + "\n");  // it may end in a comment
    ++played;
    if (command.starts_with("nightlatch plan -i ")) {
      EXPECT_EQ(done.exit, 3) << done.err << "the nodes do not answer, and the command line was understood";
    } else if (command.starts_with("nightlatch plan show ")) {
      EXPECT_EQ(done.exit, 0) << done.err;
      EXPECT_THAT(cli::slurp(sandbox / "plan.html"), HasSubstr(plan.hash));
    } else if (command.starts_with("nightlatch plan approve ")) {
      EXPECT_EQ(done.exit, 0) << done.err;
      EXPECT_THAT(cli::slurp(sandbox / "lockdown.json.sigs/bo.txt"),
                  StartsWith("plan " + plan.hash + "\nby bo\n"));
    } else if (command.starts_with("nightlatch apply -i ")) {
      bool demands = command.find("--require-approvals") != std::string::npos;
      EXPECT_EQ(done.exit, demands ? 3 : 2) << done.err;
      EXPECT_THAT(done.err, HasSubstr(demands ? "1 of 2 approvals that this plan needs is there" : "NL1054"));
    } else if (command.starts_with("ssh-keygen -Y verify ")) {
      EXPECT_EQ(done.exit, 0) << done.err;
      EXPECT_THAT(done.out, StartsWith("Good \"nightlatch-plan\" signature for bo with ED25519 key SHA256:"));
    } else if (command.starts_with("jq ")) {
      EXPECT_EQ(done.exit, 0) << done.err;
      EXPECT_EQ(done.out, plan.hash + "  -\n") << "the hash that was approved";
    } else {
      ADD_FAILURE() << "nobody has said what this command does";
    }
  }
  EXPECT_EQ(played, 7U);
}

}  // namespace
}  // namespace nightlatch
