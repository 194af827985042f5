// Jump hosts on real sshds: the node's sshd is asked who opened the connection, and the jump host's log what
// it was asked for.
#include <sstream>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/errors.hpp"
#include "sshd_bench.hpp"

namespace nightlatch::node::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// The name of the process that has the local end of a TCP connection between 127.0.0.1:port and
// 127.0.0.1:far.
std::string owner_of(std::uint16_t port, std::uint16_t far) {
  std::ifstream table("/proc/net/tcp");
  std::string inode;
  for (std::string line; std::getline(table, line);) {
    std::istringstream words(line);
    std::vector<std::string> fields(std::istream_iterator<std::string>(words), {});
    if (fields.size() > 9 && fields[1] == fmt::format("0100007F:{:04X}", port) &&
        fields[2] == fmt::format("0100007F:{:04X}", far)) {
      inode = fields[9];
    }
  }
  std::error_code error;
  for (const auto& process : std::filesystem::directory_iterator("/proc", error)) {
    for (const auto& fd : std::filesystem::directory_iterator(process.path() / "fd", error)) {
      if (std::filesystem::read_symlink(fd.path(), error) != "socket:[" + inode + "]") continue;
      std::ifstream comm(process.path() / "comm");
      std::string name;
      std::getline(comm, name);
      return name;
    }
    error.clear();
  }
  return "nobody";
}

class SshJump : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    ::signal(SIGPIPE, SIG_IGN);
    ::unsetenv("SSH_AUTH_SOCK");
    if (!SshdBench::unable().empty()) return;
    node = std::make_unique<SshdBench>();
    jump = std::make_unique<SshdBench>();
  }
  static void TearDownTestSuite() {
    node.reset();
    jump.reset();
  }
  void SetUp() override {
    if (!node) GTEST_SKIP() << SshdBench::unable();
    jump->know(jump->host_key());
  }

  // jump and jump2 are the same sshd.
  static Endpoint endpoint(const std::string& lines, const std::string& of_jump = "",
                           const std::string& of_jump2 = "") {
    auto block = [](const char* hosts, const SshdBench& sshd, const std::string& first) {
      return fmt::format(
          "Host {}\n{}\nHostname 127.0.0.1\nPort {}\nUser root\nIdentityFile {}\nUserKnownHostsFile {}\n"
          "GlobalKnownHostsFile none\n",
          hosts, first, sshd.port(), sshd.path("user"), sshd.path("known_hosts"));
    };
    node->file("config",
               block("cp1", *node, lines) + block("jump", *jump, of_jump) + block("jump2", *jump, of_jump2));
    Endpoint endpoint;
    endpoint.node = "cp1";
    endpoint.host = "cp1";
    endpoint.config = node->path("config");
    return endpoint;
  }
  // Who opened the connection that the node's sshd has.
  static std::string seen_by_node(Transport& transport) {
    auto output = transport.exec({"echo $SSH_CONNECTION", "", 20s, {}});
    if (!output) return output.error().message;
    std::istringstream words(output->out);
    std::string address;
    std::uint16_t port = 0;
    words >> address >> port;
    return address + " " + owner_of(port, node->port());
  }
  static std::size_t asked_of_jump() {
    return jump->logged(fmt::format("target 127.0.0.1 port {}", node->port()));
  }
  static Error failure(const Endpoint& endpoint) {
    auto transport = connect(endpoint);
    if (!transport) return transport.error();
    ADD_FAILURE() << "connected";
    return Error{.code = {0, Exit::bug, "", ""}};
  }

  static std::unique_ptr<SshdBench> node;
  static std::unique_ptr<SshdBench> jump;
};

std::unique_ptr<SshdBench> SshJump::node;
std::unique_ptr<SshdBench> SshJump::jump;

TEST_F(SshJump, WithoutAJumpHostTheConnectionIsOurs) {
  std::size_t before = asked_of_jump();
  auto transport = connect(endpoint(""));
  ASSERT_TRUE(transport) << transport.error().message;
  EXPECT_EQ(seen_by_node(**transport), "127.0.0.1 test_node");
  EXPECT_EQ(asked_of_jump(), before);
}

TEST_F(SshJump, ProxyJumpComesFromTheJumpHost) {
  std::size_t before = asked_of_jump();
  auto transport = connect(endpoint("ProxyJump jump"));
  ASSERT_TRUE(transport) << transport.error().message;
  EXPECT_THAT(seen_by_node(**transport), StartsWith("127.0.0.1 sshd"));
  EXPECT_EQ(asked_of_jump(), before + 1);
}

TEST_F(SshJump, AJumpHostMayStateUserAndPort) {
  auto transport =
      connect(endpoint(fmt::format("ProxyJump root@jump:{}", jump->port()), "Port 1\nUser nobody"));
  ASSERT_TRUE(transport) << transport.error().message;
  EXPECT_THAT(seen_by_node(**transport), StartsWith("127.0.0.1 sshd"));
}

TEST_F(SshJump, MatchExecDecidesWhetherThereIsAJumpHost) {
  auto transport = connect(endpoint("ProxyJump none"));
  ASSERT_TRUE(transport);
  EXPECT_EQ(seen_by_node(**transport), "127.0.0.1 test_node");
  transport = connect(endpoint("Match originalhost cp1 exec \"test -e /\"\nProxyJump jump\nHost cp1"));
  ASSERT_TRUE(transport) << transport.error().message;
  EXPECT_THAT(seen_by_node(**transport), StartsWith("127.0.0.1 sshd"));
  transport = connect(endpoint("Match originalhost cp1 exec \"test ! -e /\"\nProxyJump jump\nHost cp1"));
  ASSERT_TRUE(transport) << transport.error().message;
  EXPECT_EQ(seen_by_node(**transport), "127.0.0.1 test_node");
}

TEST_F(SshJump, ProxyCommandCarriesTheConnection) {
  std::size_t before = asked_of_jump();
  auto transport = connect(endpoint("ProxyCommand ssh -F " + node->path("config") + " -W %h:%p jump"));
  ASSERT_TRUE(transport) << transport.error().message;
  EXPECT_THAT(seen_by_node(**transport), StartsWith("127.0.0.1 sshd"));
  EXPECT_EQ(asked_of_jump(), before + 1);
}

// Each host is reached through the one before it.
TEST_F(SshJump, SeveralJumpHostsFollowOneAnother) {
  std::size_t before = asked_of_jump();
  std::string to_itself = fmt::format("target 127.0.0.1 port {}", jump->port());
  std::size_t between = jump->logged(to_itself);
  auto transport = connect(endpoint("ProxyJump jump,jump2"));
  ASSERT_TRUE(transport) << transport.error().message;
  EXPECT_EQ(asked_of_jump(), before + 1);
  EXPECT_EQ(jump->logged(to_itself), between + 1);
}

TEST_F(SshJump, AJumpHostMayHaveAJumpHostOfItsOwn) {
  std::string to_itself = fmt::format("target 127.0.0.1 port {}", jump->port());
  std::size_t between = jump->logged(to_itself);
  auto transport = connect(endpoint("ProxyJump jump2", "", "ProxyJump jump"));
  ASSERT_TRUE(transport) << transport.error().message;
  EXPECT_EQ(jump->logged(to_itself), between + 1);
}

TEST_F(SshJump, JumpHostsInACircleAreRefused) {
  Error error = failure(endpoint("ProxyJump jump", "ProxyJump jump2", "ProxyJump jump"));
  EXPECT_EQ(error.code.number, 1223);
  EXPECT_THAT(error.message, HasSubstr("leads through more than 8 hosts, or in a circle"));
}

// Not the first of the chain either, which another ssh starts.
TEST_F(SshJump, NoJumpHostIsBelievedWithoutItsKey) {
  jump->file("known_hosts", "");
  for (const char* way : {"ProxyJump jump", "ProxyJump jump,jump2", "ProxyJump jump2"}) {
    Error error =
        failure(endpoint(fmt::format("StrictHostKeyChecking no\n{}", way), "StrictHostKeyChecking no",
                         "StrictHostKeyChecking accept-new\nProxyJump jump"));
    EXPECT_EQ(error.code.number, node_errors::ssh_proxy_failed.number) << way;
    EXPECT_EQ(std::filesystem::file_size(jump->path("known_hosts")), 0U) << way << ": nothing is added";
  }
}

TEST_F(SshJump, WhatTheProxySaysIsTold) {
  Error error = failure(endpoint("ProxyCommand echo the gate is shut >&2; exit 1"));
  EXPECT_EQ(error.message,
            fmt::format("cp1: the proxy to 127.0.0.1 port {} of the ssh_config made no connection: "
                        "the gate is shut",
                        node->port()));
  EXPECT_THAT(failure(endpoint("ProxyCommand true %z")).message, HasSubstr("has the unknown token %z"));
}

TEST_F(SshJump, TheProxyEndsWithTheConnection) {
  auto transport = connect(endpoint("ProxyCommand sh -c 'echo $$ >" + node->path("proxy.pid") +
                                    "; exec ssh -F " + node->path("config") + " -W %h:%p jump'"));
  ASSERT_TRUE(transport) << transport.error().message;
  std::ifstream in(node->path("proxy.pid"));
  pid_t pid = 0;
  in >> pid;
  ASSERT_GT(pid, 0);
  EXPECT_EQ(::kill(pid, 0), 0);
  EXPECT_NE(::getpgid(pid), ::getpgrp()) << "an interruption at the terminal is not for it";
  transport->reset();
  EXPECT_NE(::kill(pid, 0), 0);
}

}  // namespace
}  // namespace nightlatch::node::test
