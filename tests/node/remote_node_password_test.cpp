// RemoteNode with a password for sudo: what is sent to whom, and what its end means (S22).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/errors.hpp"
#include "node/remote_node.hpp"

namespace nightlatch::node {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::string secret_of_ana = "s3cr3t of ana";

class TransportAsked final : public Transport {
 public:
  TransportAsked(Output answer, std::vector<Command>& seen) : answer_(std::move(answer)), seen_(seen) {}
  Result<Output> exec(const Command& command) override {
    seen_.push_back(command);
    return answer_;
  }
  Result<std::unique_ptr<Tunnel>> dial(const std::string& host, std::uint16_t) override {
    return fail(node_errors::forwarding_failed, host);
  }
  std::string host_key() const override { return "SHA256:x"; }

 private:
  Output answer_;
  std::vector<Command>& seen_;
};

class RemoteNodePassword : public ::testing::Test {
 protected:
  RemoteNode remote(const std::string& name, Output answer, const std::string& wrapper = {}) {
    return {name, "10.0.0.11", std::make_unique<TransportAsked>(std::move(answer), seen),
            Becoming{Privilege::sudo, wrapper, password}};
  }

  std::vector<Command> seen;
  std::shared_ptr<BecomePassword> password = std::make_shared<BecomePassword>(secret_of_ana);
};

const Output taken_answer{
    .status = 0,
    .out = "\nnightlatch-begun\nnightlatch-ready\nnightlatch-reply 1\nkind=ok\nnightlatch-end\n",
    .err = "a lecture\nnightlatch-password:"};
const Output refused_answer{
    .status = 1,
    .out = "\nnightlatch-begun\n",
    .err =
        "nightlatch-password:Sorry, try again.\nnightlatch-password:\nsudo: no password was "
        "provided\nsudo: 1 incorrect password attempt\n"};

Request asked_state() {
  Request request;
  request.run = "r1";
  return request;
}

TEST_F(RemoteNodePassword, IsNeitherInTheLineNorInTheInput) {
  EXPECT_EQ(remote("cp1", taken_answer).call(asked_state()).kind, ReplyKind::ok);
  EXPECT_EQ(
      seen.at(0).line,
      "exec /bin/sh -c 'echo; echo nightlatch-begun; if [ \"$(id -u)\" = 0 ]; then exec /bin/sh -c \"echo "
      "nightlatch-ready; exec /bin/sh -s -- state r1 1\"; fi; exec env LC_ALL=C sudo -k -S -p "
      "nightlatch-password: "
      "/bin/sh -c \"echo nightlatch-ready; exec /bin/sh -s -- state r1 1\"'");
  EXPECT_THAT(seen.at(0).input, Not(HasSubstr(secret_of_ana)));
  ASSERT_TRUE(seen.at(0).dialogue);
  EXPECT_EQ(seen.at(0).dialogue->answer, secret_of_ana);
}

TEST_F(RemoteNodePassword, AWrapperSaysItselfThatItIsReady) {
  EXPECT_EQ(remote("cp1", taken_answer, "/opt/nl").call(asked_state()).kind, ReplyKind::ok);
  EXPECT_THAT(seen.at(0).line, HasSubstr("sudo -k -S -p nightlatch-password: /opt/nl state r1 1'"));
}

TEST_F(RemoteNodePassword, OneThatIsRefusedIsSentToNobodyElse) {
  auto first = remote("cp1", refused_answer).gather();
  ASSERT_FALSE(first);
  EXPECT_EQ(first.error().code.number, node_errors::become_password_wrong.number);
  EXPECT_EQ(first.error().message,
            "cp1: sudo does not take the password: sudo: 1 incorrect password attempt");
  auto second = remote("cp2", taken_answer).gather();
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().message, "cp2: the password was not sent, because cp1 has refused it");
  EXPECT_EQ(seen.size(), 1U);
}

TEST_F(RemoteNodePassword, AChangedPasswordInMidRollIsTheTroubleOfThatNodeAlone) {
  EXPECT_EQ(remote("cp1", taken_answer).call(asked_state()).kind, ReplyKind::ok);
  RemoteNode changed = remote("cp2", refused_answer);
  Reply reply = changed.call(asked_state());
  EXPECT_EQ(reply.kind, ReplyKind::refused) << "nothing ran";
  EXPECT_EQ(reply.why, "sudo does not take the password: sudo: 1 incorrect password attempt");
  reply = changed.call(asked_state());
  EXPECT_EQ(reply.kind, ReplyKind::refused);
  EXPECT_EQ(reply.why, "sudo does not take the password");
  EXPECT_EQ(seen.size(), 2U) << "a second attempt could lock the account";
  EXPECT_EQ(remote("cp1", taken_answer).call(asked_state()).kind, ReplyKind::ok);
}

TEST_F(RemoteNodePassword, WithoutReadinessTheScriptDidNotRun) {
  Output odd{.status = 1, .out = "\nnightlatch-begun\n", .err = "sudo: an error that nobody knows\n"};
  Reply reply = remote("cp1", odd).call(asked_state());
  EXPECT_EQ(reply.kind, ReplyKind::refused);
  EXPECT_THAT(reply.why, HasSubstr("sudo: an error that nobody knows"));
  odd.out += "nightlatch-ready\n";
  EXPECT_EQ(remote("cp1", odd).call(asked_state()).kind, ReplyKind::lost);
}

TEST_F(RemoteNodePassword, WhatSudoSaysBehindItsPromptIsToldWithoutIt) {
  Output forbidden{.status = 1,
                   .out = "\nnightlatch-begun\n",
                   .err = "nightlatch-password:ops is not in the sudoers file.\n"};
  auto facts = remote("cp1", forbidden).gather();
  ASSERT_FALSE(facts);
  EXPECT_EQ(facts.error().code.number, node_errors::sudo_not_permitted.number);
  EXPECT_EQ(facts.error().message, "cp1: ops is not in the sudoers file.");
}

}  // namespace
}  // namespace nightlatch::node
