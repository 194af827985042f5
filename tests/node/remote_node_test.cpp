// RemoteNode over a transport that answers as told.
#include "node/remote_node.hpp"

#include <cstdlib>
#include <filesystem>
#include <sys/wait.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/errors.hpp"
#include "util/file.hpp"
#include "util/temporary_directory.hpp"

namespace nightlatch::node {

namespace {

using ::testing::HasSubstr;

class TransportTold final : public Transport {
 public:
  Result<Output> exec(const Command& command) override {
    asked = command;
    return answer;
  }
  Result<std::unique_ptr<Tunnel>> dial(const std::string& host, std::uint16_t) override {
    return fail(node_errors::forwarding_failed, host);
  }
  std::string host_key() const override { return "SHA256:x"; }

  Result<Output> answer = Output{};
  Command asked;
};

class RemoteNodeTest : public ::testing::Test {
 protected:
  void become(Privilege privilege, const std::string& wrapper = {}) {
    auto made = std::make_unique<TransportTold>();
    told = made.get();
    node =
        std::make_unique<RemoteNode>("cp1", "10.0.0.11", std::move(made), Becoming{privilege, wrapper, {}});
  }
  int gather_fails_with(int status, std::string err) {
    told->answer = Output{status, printed, std::move(err)};
    Result<facts::NodeFacts> facts = node->gather();
    if (facts) return 0;
    next = facts.error().next_step();
    message = facts.error().message;
    return facts.error().code.number;
  }
  void SetUp() override { become(Privilege::sudo); }

  TransportTold* told = nullptr;
  std::unique_ptr<RemoteNode> node;
  std::string printed;  // on stdout
  std::string next;
  std::string message;
};

Request state() {
  Request request;
  request.run = "r1";
  return request;
}

TEST_F(RemoteNodeTest, AsksThroughThePrivilegeOfTheInventory) {
  (void)node->call(state());
  EXPECT_EQ(told->asked.line,
            "exec /bin/sh -c 'echo; echo nightlatch-begun; if [ \"$(id -u)\" = 0 ]; then exec /bin/sh -s -- "
            "state r1 1; fi; "
            "exec env LC_ALL=C sudo -n /bin/sh -s -- state r1 1'");
  become(Privilege::doas);
  (void)node->call(state());
  EXPECT_THAT(told->asked.line, HasSubstr("exec env LC_ALL=C doas -n /bin/sh -s -- state r1 1'"));
  become(Privilege::none);
  (void)node->call(state());
  EXPECT_EQ(told->asked.line, "exec /bin/sh -c 'echo; echo nightlatch-begun; exec /bin/sh -s -- state r1 1'");
}

TEST_F(RemoteNodeTest, AWrapperIsTheOneCommandThatRunsAsRoot) {
  become(Privilege::sudo, "/usr/local/sbin/nightlatch-node");
  (void)node->call(state());
  EXPECT_EQ(told->asked.line,
            "exec /bin/sh -c 'echo; echo nightlatch-begun; if [ \"$(id -u)\" = 0 ]; then exec "
            "/usr/local/sbin/nightlatch-node state r1 1; fi; exec env LC_ALL=C sudo -n "
            "/usr/local/sbin/nightlatch-node state r1 1'");
  EXPECT_TRUE(told->asked.input.starts_with("nightlatch-request 1\npart nl_params "));
  EXPECT_EQ(gather_fails_with(1, "sudo: a password is required"), 1214);
  EXPECT_THAT(next, HasSubstr("USER ALL=(root) NOPASSWD: /usr/local/sbin/nightlatch-node "));
  EXPECT_EQ(gather_fails_with(1, "sudo: /usr/local/sbin/nightlatch-node: command not found"), 1225);
  EXPECT_EQ(
      message,
      "cp1: the node cannot run /usr/local/sbin/nightlatch-node: sudo: /usr/local/sbin/nightlatch-node: "
      "command not found");
  EXPECT_THAT(told->asked.line, HasSubstr("sudo -n /usr/local/sbin/nightlatch-node facts'"));
  become(Privilege::none, "/usr/local/sbin/nightlatch-node");
  (void)node->call(state());
  EXPECT_THAT(told->asked.line, HasSubstr("; exec /usr/local/sbin/nightlatch-node state r1 1'"));
}

// The line as a login shell runs it, on a node that has no sudo.
TEST_F(RemoteNodeTest, RootNeedsNoSudo) {
  (void)node->call(state());
  auto run_as = [&](const std::string& user) {
    TemporaryDirectory tools;
    std::string id = (tools / "id").string();
    EXPECT_TRUE(write_file_durably(id, "#!/bin/sh\necho " + user + "\n"));
    std::filesystem::permissions(id, std::filesystem::perms::owner_all);
    std::string line = "PATH=" + tools.path().string() + ":/nowhere; " + told->asked.line;
    std::string script = (tools / "login").string();
    EXPECT_TRUE(write_file_durably(script, line + " 2>/dev/null\n"));
    return WEXITSTATUS(std::system(("echo exit 42 | /bin/sh " + script).c_str()));
  };
  EXPECT_EQ(run_as("0"), 42) << "the script arrives at /bin/sh";
  EXPECT_EQ(run_as("1000"), 127) << "and a user who is not root needs sudo";
}

TEST_F(RemoteNodeTest, AwaitMayTakeItsWaitOnTop) {
  Request await = state();
  await.wait = std::chrono::seconds(500);
  (void)node->call(await);
  EXPECT_GT(told->asked.timeout, std::chrono::seconds(500));
}

TEST_F(RemoteNodeTest, CutSessionIsALostReply) {
  told->answer = fail(node_errors::session_cut, "cp1: cut");
  Reply reply = node->call(state());
  EXPECT_EQ(reply.kind, ReplyKind::lost);
  EXPECT_EQ(reply.why, "cut");
}

TEST_F(RemoteNodeTest, KilledCommandIsALostReply) {
  told->answer = Output{-1, "nightlatch-reply 1\nkind=ok\n", ""};
  Reply reply = node->call(state());
  EXPECT_EQ(reply.kind, ReplyKind::lost);
  EXPECT_THAT(reply.why, HasSubstr("was cut off"));
}

TEST_F(RemoteNodeTest, WholeAnswerCountsWhateverTheStatus) {
  told->answer = Output{-1, "nightlatch-reply 1\nkind=ok\nstep=armed\nnightlatch-end\n", ""};
  EXPECT_EQ(node->call(state()).state.step, Step::armed);
}

TEST_F(RemoteNodeTest, SudoThatAsksRanNothing) {  // S22
  told->answer = Output{1, "", "sudo: a password is required\n"};
  Reply reply = node->call(state());
  EXPECT_EQ(reply.kind, ReplyKind::refused);
  EXPECT_EQ(reply.why, "sudo asks for a password") << "who asked says of which node";
}

TEST_F(RemoteNodeTest, SudoThatAsksNamesTheSudoersLine) {
  EXPECT_EQ(gather_fails_with(1, "sudo: a password is required\n"), 1214);
  EXPECT_EQ(message, "cp1: sudo asks for a password");
  EXPECT_THAT(next, HasSubstr("NOPASSWD: /bin/sh"));
}

TEST_F(RemoteNodeTest, DoasThatAsksNamesTheDoasLine) {
  become(Privilege::doas);
  EXPECT_EQ(gather_fails_with(1, "doas: Authentication required\n"), 1214);
  EXPECT_THAT(next, HasSubstr("permit nopass"));
}

TEST_F(RemoteNodeTest, SudoThatForbidsIsTold) {
  EXPECT_EQ(gather_fails_with(1, "ops is not in the sudoers file.\n"), 1215);
  EXPECT_EQ(gather_fails_with(1, "Sorry, user ops is not allowed to execute '/bin/sh' as root on cp1.\n"),
            1215);
}

TEST_F(RemoteNodeTest, SudoThatWantsATerminalNamesTheSudoersLine) {
  EXPECT_EQ(gather_fails_with(1, "sudo: sorry, you must have a tty to run sudo\n"), 1216);
  EXPECT_EQ(next, "add to the node's sudoers: Defaults:USER !requiretty");
}

TEST_F(RemoteNodeTest, NodeWithoutSudoIsTold) {
  EXPECT_EQ(gather_fails_with(127, "env: 'sudo': No such file or directory\n"), 1217);
  EXPECT_EQ(message, "cp1: this node has no command sudo");
}

TEST_F(RemoteNodeTest, NodeWithoutAShellIsTold) {
  become(Privilege::none);
  EXPECT_EQ(gather_fails_with(127, "exec: /bin/sh: not found\n"), 1220);
}

TEST_F(RemoteNodeTest, BrokenAnswerShowsTheLastWords) {
  printed = "\nnightlatch-begun\n";
  EXPECT_EQ(gather_fails_with(2, "sh: 1: something\nlast words\n"), 1218);
  EXPECT_EQ(message, "cp1: the node's script did not answer completely (exit status 2: last words)");
}

// What nologin and a ForceCommand leave behind.
TEST_F(RemoteNodeTest, ALineThatTheLoginShellDidNotRunIsTold) {
  printed = "This account is currently not available.\n";
  EXPECT_EQ(gather_fails_with(1, ""), 1227);
  EXPECT_EQ(message,
            "cp1: its SSH server or the login shell ran something else than nightlatch's command (exit "
            "status 1: This "
            "account is currently not available.)");
  EXPECT_THAT(next, HasSubstr("take ForceCommand away"));
  EXPECT_EQ(node->call(state()).kind, ReplyKind::lost) << "what it prints may have been thrown away";
}

TEST_F(RemoteNodeTest, RefusalOfFactsIsAnError) {
  told->answer = Output{0, "nightlatch-reply 1\nkind=refused\nwhy=state is damaged\nnightlatch-end\n", ""};
  Result<facts::NodeFacts> facts = node->gather();
  ASSERT_FALSE(facts);
  EXPECT_EQ(facts.error().code.number, 1219);
  EXPECT_EQ(facts.error().message, "cp1: state is damaged");
}

// The session is dropped after a command without a status, and the answer may still be whole.
TEST_F(RemoteNodeTest, FactsOfACommandThatWasCutOffAfterItsAnswerKeepTheHostKey) {
  auto made = std::make_unique<TransportTold>();
  made->answer = Output{-1, "nightlatch-reply 1\nkind=ok\nhostname=node-a\nnightlatch-end\n", ""};
  int connections = 0;
  RemoteNode reconnecting("cp1", "10.0.0.11", std::move(made), Becoming{},
                          [&]() -> Result<std::unique_ptr<Transport>> {
                            ++connections;
                            return std::make_unique<TransportTold>();
                          });
  Result<facts::NodeFacts> facts = reconnecting.gather();
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->host_key, "SHA256:x");
  EXPECT_EQ(connections, 0) << "the next request opens the next session";
  EXPECT_EQ(reconnecting.call(state()).kind, ReplyKind::lost);
  EXPECT_EQ(connections, 1);
}

TEST_F(RemoteNodeTest, FactsCarryTheInventorysNameAndTheHostKey) {
  told->answer = Output{0, "nightlatch-reply 1\nkind=ok\nhostname=node-a\nnightlatch-end\n", ""};
  Result<facts::NodeFacts> facts = node->gather();
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->name, "cp1");
  EXPECT_EQ(facts->host, "10.0.0.11");
  EXPECT_EQ(facts->hostname, "node-a");
  EXPECT_EQ(facts->host_key, "SHA256:x");
}

}  // namespace

}  // namespace nightlatch::node
