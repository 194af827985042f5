// What is read in the output of `ssh -G`.
#include "node/ssh_settings.hpp"

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/errors.hpp"
#include "node/ssh_options.hpp"
#include "util/user.hpp"

namespace nightlatch::node {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string usual =
    "host cp1\nuser ops\nhostname 10.0.0.11\nport 2222\naddressfamily any\nidentitiesonly no\n"
    "stricthostkeychecking ask\npreferredauthentications gssapi-with-mic,publickey\n"
    "userknownhostsfile /home/ops/.ssh/known_hosts ~/.ssh/known_hosts2\nglobalknownhostsfile none\n";

Result<SshSettings> read(const std::string& text, const std::string& defaults = "") {
  return settings_of(parse_ssh_options(text), parse_ssh_options(defaults), "cp1");
}

TEST(SshSettings, TargetUserAndKnownHostsAreRead) {
  auto settings = read(usual);
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->host, "10.0.0.11");
  EXPECT_EQ(settings->port, 2222);
  EXPECT_EQ(settings->user, "ops");
  EXPECT_THAT(settings->user_known_hosts,
              ElementsAre("/home/ops/.ssh/known_hosts", home_directory() + "/.ssh/known_hosts2"));
  EXPECT_THAT(settings->global_known_hosts, ElementsAre());
  EXPECT_THAT(settings->not_followed, ElementsAre());
  EXPECT_EQ(settings->proxy_command, "");
}

TEST(SshSettings, IdentityFilesHaveTheirTokensPutIn) {
  auto settings = read(
      usual +
      "hostkeyalias CP-One\nidentityfile ~/.ssh/id_%r\nidentityfile %d/a%%b-%h-%p-%k\nidentityfile none\n");
  ASSERT_TRUE(settings);
  EXPECT_THAT(settings->identity_files, ElementsAre(home_directory() + "/.ssh/id_ops",
                                                    home_directory() + "/a%b-10.0.0.11-2222-cp-one"));
}

TEST(SshSettings, TheAgentIsASocketAVariableOrNone) {
  auto agent = [](const std::string& value) {
    return read(usual + "identityagent " + value + "\n")->identity_agent;
  };
  EXPECT_EQ(agent("SSH_AUTH_SOCK"), "");
  EXPECT_EQ(agent("None"), "none");
  EXPECT_EQ(agent("~/agent"), home_directory() + "/agent");
  ::setenv("NIGHTLATCH_AGENT", "/run/agent", 1);
  EXPECT_EQ(agent("$NIGHTLATCH_AGENT"), "/run/agent");
  ::unsetenv("NIGHTLATCH_AGENT");
  EXPECT_EQ(agent("$NIGHTLATCH_AGENT"), "none");
}

TEST(SshSettings, EveryRefusedOptionIsAnErrorThatNamesIt) {
  std::size_t count = 0;
  for (const SshOption& option : ssh_options()) {
    if (option.treatment != Treatment::refused) continue;
    ++count;
    auto settings = read(std::string(option.name) + " something\n" + usual);
    ASSERT_FALSE(settings) << option.name;
    EXPECT_EQ(settings.error().code.number, 1221);
    EXPECT_EQ(settings.error().message,
              "cp1: the ssh_config sets what nightlatch cannot follow: " + std::string(option.name));
    EXPECT_THAT(settings.error().details.at(0), HasSubstr(std::string(option.means)));
  }
  EXPECT_GE(count, 10U);
}

TEST(SshSettings, AllRefusedOptionsAreNamedAtOnce) {
  auto settings = read(usual + "checkhostip yes\nrevokedhostkeys /etc/ssh/revoked\n");
  ASSERT_FALSE(settings);
  EXPECT_THAT(settings.error().message, HasSubstr(": CheckHostIP, RevokedHostKeys"));
}

TEST(SshSettings, AListOfLoginsMustHavePublickey) {
  EXPECT_FALSE(read("preferredauthentications password,keyboard-interactive\n"));
  EXPECT_TRUE(read("preferredauthentications password,publickey\n"));
}

TEST(SshSettings, AnUnknownOptionIsRefusedWhereItIsNotWhatSshSaysWithoutAFile) {
  EXPECT_TRUE(read("newoption yes\n", "newoption yes\n"));
  auto set = read("newoption no\n", "newoption yes\n");
  ASSERT_FALSE(set);
  EXPECT_EQ(set.error().code.number, node_errors::ssh_option_refused.number);
  EXPECT_EQ(set.error().details.at(0), "newoption no: this version of nightlatch does not know the option.");
  EXPECT_FALSE(read("newoption yes\n"));
}

TEST(SshSettings, WhatWouldBelieveAnyHostKeyIsKeptForTheError) {
  auto settings = read(
      "stricthostkeychecking false\nverifyhostkeydns true\nnohostauthenticationforlocalhost yes\n"
      "gssapikeyexchange no\n");
  ASSERT_TRUE(settings);
  EXPECT_THAT(settings->not_followed, ElementsAre("NoHostAuthenticationForLocalhost yes",
                                                  "StrictHostKeyChecking false", "VerifyHostKeyDNS true"));
}

}  // namespace
}  // namespace nightlatch::node
