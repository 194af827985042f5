// The libssh transport against a real sshd.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/errors.hpp"
#include "sshd_bench.hpp"

namespace nightlatch::node::test {

namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class LibsshTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    ::signal(SIGPIPE, SIG_IGN);
    ::unsetenv("SSH_AUTH_SOCK");
    if (SshdBench::unable().empty()) sshd = std::make_unique<SshdBench>();
  }
  static void TearDownTestSuite() { sshd.reset(); }
  void SetUp() override {
    if (!sshd) GTEST_SKIP() << SshdBench::unable();
    sshd->know(sshd->host_key());
  }

  static std::unique_ptr<Transport> connected(const Endpoint& endpoint) {
    Result<std::unique_ptr<Transport>> transport = connect(endpoint);
    if (!transport) {
      ADD_FAILURE() << transport.error().message;
      return nullptr;
    }
    return std::move(*transport);
  }
  static Error failure(const Endpoint& endpoint) {
    Result<std::unique_ptr<Transport>> transport = connect(endpoint);
    if (!transport) return transport.error();
    ADD_FAILURE() << "connected";
    return Error{ErrorCode{0, Exit::bug, "", ""}, "", {}, {}, {}, {}};
  }

  static std::unique_ptr<SshdBench> sshd;
};

std::unique_ptr<SshdBench> LibsshTest::sshd;

TEST_F(LibsshTest, CommandReadsItsInputAndGivesStatusAndBothStreams) {
  std::unique_ptr<Transport> transport = connected(sshd->endpoint());
  ASSERT_TRUE(transport);
  Result<Output> output = transport->exec({"sh -s -- a", "echo out $1; echo err >&2; exit 3\n", 20s, {}});
  ASSERT_TRUE(output) << output.error().message;
  EXPECT_EQ(output->out, "out a\n");
  EXPECT_EQ(output->err, "err\n");
  EXPECT_EQ(output->status, 3);
}

TEST_F(LibsshTest, LinesComeOneByOne) {
  std::unique_ptr<Transport> transport = connected(sshd->endpoint());
  std::vector<std::string> lines;
  (void)transport->exec({"printf 'a\\nb'; sleep 0.2; printf 'c\\n'", "", 20s,
                         [&](std::string_view line) { lines.emplace_back(line); }});
  EXPECT_THAT(lines, ElementsAre("a", "bc"));
}

TEST_F(LibsshTest, LargeInputAndOutputPassWhole) {
  std::unique_ptr<Transport> transport = connected(sshd->endpoint());
  std::string input(3'000'000, 'x');
  Result<Output> output = transport->exec({"cat", input, 60s, {}});
  ASSERT_TRUE(output) << output.error().message;
  EXPECT_TRUE(output->out == input);
}

TEST_F(LibsshTest, CommandThatDoesNotReadItsInputIsNoError) {
  std::unique_ptr<Transport> transport = connected(sshd->endpoint());
  Result<Output> output = transport->exec({"exit 7", std::string(100'000, 'x'), 20s, {}});
  ASSERT_TRUE(output) << output.error().message;
  EXPECT_EQ(output->status, 7);
}

// MaxSessions is 1 there: each command's channel must be gone before the next.
TEST_F(LibsshTest, OneSessionServesManyCommands) {
  std::unique_ptr<Transport> transport = connected(sshd->endpoint());
  for (int i = 0; i < 10; ++i) {
    Result<Output> output = transport->exec({"echo ok", "", 20s, {}});
    ASSERT_TRUE(output) << output.error().message;
    EXPECT_EQ(output->out, "ok\n");
  }
}

TEST_F(LibsshTest, SecondCommandAtOnceIsRefusedAndTheFirstGoesOn) {
  std::unique_ptr<Transport> transport = connected(sshd->endpoint());
  int code = 0;
  Result<Output> output = transport->exec({"echo first; cat; echo last", "", 20s, [&](std::string_view line) {
                                             if (line != "first") return;
                                             Result<Output> second =
                                                 transport->exec({"echo second", "", 5s, {}});
                                             code = second ? 0 : second.error().code.number;
                                           }});
  ASSERT_TRUE(output);
  // The first may have ended meanwhile, then there is room for the second.
  EXPECT_TRUE(code == node_errors::channel_refused.number || code == 0);
  Result<Output> held =
      transport->exec({"echo first; sleep 2; echo last", "", 20s, [&](std::string_view line) {
                         if (line != "first") return;
                         Result<Output> second = transport->exec({"echo second", "", 5s, {}});
                         code = second ? 0 : second.error().code.number;
                       }});
  ASSERT_TRUE(held) << held.error().message;
  EXPECT_EQ(code, node_errors::channel_refused.number);
  EXPECT_EQ(held->out, "first\nlast\n");
}

TEST_F(LibsshTest, KilledCommandHasNoStatus) {
  std::unique_ptr<Transport> transport = connected(sshd->endpoint());
  Result<Output> output = transport->exec({"kill -9 $$", "", 20s, {}});
  ASSERT_TRUE(output) << output.error().message;
  EXPECT_EQ(output->status, -1);
}

TEST_F(LibsshTest, CommandThatDoesNotEndIsLeftAfterItsTime) {
  std::unique_ptr<Transport> transport = connected(sshd->endpoint());
  auto began = std::chrono::steady_clock::now();
  Result<Output> output = transport->exec({"echo here; exec sleep 30", "", 4s, {}});
  ASSERT_TRUE(output);
  EXPECT_EQ(output->status, -1);
  EXPECT_EQ(output->out, "here\n");
  EXPECT_LT(std::chrono::steady_clock::now() - began, 15s);
}

TEST_F(LibsshTest, CutSessionIsAnError) {
  std::unique_ptr<Transport> transport = connected(sshd->endpoint());
  Result<Output> output = transport->exec({"kill -9 $PPID; sleep 5", "", 20s, {}});
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().code.number, node_errors::session_cut.number);
  EXPECT_FALSE(transport->exec({"true", "", 5s, {}}));
  Result<std::unique_ptr<Tunnel>> tunnel = transport->dial("127.0.0.1", sshd->port());
  ASSERT_FALSE(tunnel);
  EXPECT_EQ(tunnel.error().code.number, node_errors::session_cut.number);
}

TEST_F(LibsshTest, HostKeyIsTheOneOfSshKeygen) {
  EXPECT_EQ(connected(sshd->endpoint())->host_key(), sshd->fingerprint("host"));
}

TEST_F(LibsshTest, UnknownHostKeyIsShownAndNeverAdded) {
  sshd->file("known_hosts", "");
  Error error = failure(sshd->endpoint());
  EXPECT_EQ(error.code.number, 1202);
  EXPECT_EQ(error.code.exit, Exit::usage);
  EXPECT_EQ(error.message, "cp1: the host key of 127.0.0.1 is not in known_hosts");
  EXPECT_EQ(error.details.at(0), "offered   ED25519 " + sshd->fingerprint("host"));
  EXPECT_THAT(error.next, HasSubstr("then connect once: ssh -F "));
  EXPECT_EQ(std::filesystem::file_size(sshd->path("known_hosts")), 0U);
}

TEST_F(LibsshTest, ChangedHostKeyShowsBothAndTheLine) {
  sshd->know(sshd->key("stranger"));
  Error error = failure(sshd->endpoint());
  EXPECT_EQ(error.code.number, 1203);
  EXPECT_EQ(error.code.exit, Exit::usage);
  EXPECT_EQ(error.message, "cp1: the host key of 127.0.0.1 differs from the one in known_hosts");
  EXPECT_THAT(error.details,
              ElementsAre(fmt::format("known     ED25519 {}  {}:3", sshd->fingerprint("stranger"),
                                      sshd->path("known_hosts")),
                          "offered   ED25519 " + sshd->fingerprint("host")));
  EXPECT_EQ(error.next,
            fmt::format(
                "nothing was changed. If cp1 was reinstalled, compare the offered key with the one that its "
                "owner names, then remove the old one: ssh-keygen -f {} -R '[127.0.0.1]:{}'",
                sshd->path("known_hosts"), sshd->port()));
}

TEST_F(LibsshTest, NoSettingOfTheSshConfigLetsAHostKeyPass) {
  for (const char* setting : {"no", "off", "accept-new", "ask", "yes"}) {
    sshd->file("ssh_config", fmt::format("Host *\n  StrictHostKeyChecking {}\n", setting));
    sshd->know(sshd->key("stranger"));
    EXPECT_EQ(failure(sshd->endpoint()).code.number, node_errors::host_key_mismatch.number) << setting;
    sshd->file("known_hosts", "");
    EXPECT_EQ(failure(sshd->endpoint()).code.number, node_errors::host_key_unknown.number) << setting;
    EXPECT_EQ(std::filesystem::file_size(sshd->path("known_hosts")), 0U) << setting << ": nothing is added";
  }
}

TEST_F(LibsshTest, KeyThatTheNodeDoesNotKnowIsDenied) {
  Endpoint endpoint = sshd->endpoint();
  endpoint.identity_file = sshd->path("stranger");
  Error error = failure(endpoint);
  EXPECT_EQ(error.code.number, 1206);
  EXPECT_EQ(error.message, "cp1: 127.0.0.1 accepts none of the SSH keys of root");
  EXPECT_THAT(error.details.at(0), HasSubstr("publickey"));
}

TEST_F(LibsshTest, WrongUserIsDenied) {
  Endpoint endpoint = sshd->endpoint();
  endpoint.user = "nobody-of-that-name";
  Error error = failure(endpoint);
  EXPECT_EQ(error.code.number, 1206);
  EXPECT_THAT(error.message, HasSubstr("nobody-of-that-name"));
}

TEST_F(LibsshTest, IdentityFileOfTheSshConfigIsUsed) {
  Endpoint endpoint = sshd->endpoint();
  endpoint.identity_file.clear();
  endpoint.user.clear();
  endpoint.config = sshd->path("other_config");
  endpoint.host = "alias";
  endpoint.port = 22;
  sshd->file(
      "other_config",
      fmt::format(
          "LogLevel DEBUG\nHost alias\n  HostName 127.0.0.1\n  Port {}\n  User root\n  IdentityFile {}\n",
          sshd->port(), sshd->path("user")));
  EXPECT_TRUE(connected(endpoint));
}

TEST_F(LibsshTest, IdentityFileThatCannotBeUsedIsNamed) {
  Endpoint endpoint = sshd->endpoint();
  endpoint.identity_file = sshd->path("missing");
  EXPECT_EQ(failure(endpoint).code.number, 1207);
  if (!std::filesystem::exists(sshd->path("locked"))) sshd->keygen("locked", "a passphrase");
  endpoint.identity_file = sshd->path("locked");
  Error error = failure(endpoint);
  EXPECT_EQ(error.code.number, 1207);
  EXPECT_THAT(error.message, HasSubstr("not a private key without a passphrase"));
}

TEST_F(LibsshTest, MissingSshConfigIsNamed) {
  Endpoint endpoint = sshd->endpoint();
  endpoint.config = sshd->path("missing");
  Error error = failure(endpoint);
  EXPECT_EQ(error.code.number, 1208);
  EXPECT_THAT(error.message, HasSubstr("missing cannot be read"));
}

TEST_F(LibsshTest, UnreachableRefusedAndUnknownAreThreeAnswers) {
  Endpoint endpoint = sshd->endpoint();
  endpoint.connect_timeout = 300ms;
  endpoint.host = "255.255.255.255";  // no route for TCP, whatever the machine
  EXPECT_EQ(failure(endpoint).code.number, 1201);
  endpoint.host = "127.0.0.1";
  {
    endpoint.port = Listener().port();
  }
  EXPECT_EQ(failure(endpoint).code.number, 1204);
  endpoint.host = "no-such-host.invalid";
  EXPECT_EQ(failure(endpoint).code.number, 1205);
}

TEST_F(LibsshTest, ServerThatSpeaksNoSshIsTold) {
  Server server(Server::Manner::close_at_once);
  Endpoint endpoint = sshd->endpoint();
  endpoint.port = server.port();
  EXPECT_EQ(failure(endpoint).code.number, 1209);
}

std::string read_through(Tunnel& tunnel, std::size_t size) {
  std::string text;
  auto until = std::chrono::steady_clock::now() + 20s;
  while (text.size() < size && std::chrono::steady_clock::now() < until) {
    bool open = tunnel.pump(100ms);
    std::array<char, 65536> buffer{};
    ssize_t got = ::recv(tunnel.socket(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (got > 0) text.append(buffer.data(), static_cast<std::size_t>(got));
    if (!open && got <= 0) break;
  }
  return text;
}

TEST_F(LibsshTest, TunnelCarriesBytesBothWays) {
  Server echo(Server::Manner::echo);
  std::unique_ptr<Transport> transport = connected(sshd->endpoint());
  Result<std::unique_ptr<Tunnel>> tunnel = transport->dial("127.0.0.1", echo.port());
  ASSERT_TRUE(tunnel) << tunnel.error().message;
  std::string sent(100'000, 'x');
  ASSERT_EQ(::send((*tunnel)->socket(), sent.data(), sent.size(), MSG_DONTWAIT),
            static_cast<ssize_t>(sent.size()));
  EXPECT_TRUE(read_through(**tunnel, sent.size()) == sent);
  Result<Output> meanwhile = transport->exec({"echo beside", "", 20s, {}});
  ASSERT_TRUE(meanwhile) << meanwhile.error().message;
  EXPECT_EQ(meanwhile->out, "beside\n");
}

TEST_F(LibsshTest, TunnelTellsWhenTheFarSideHasClosed) {
  Server server(Server::Manner::close_at_once);
  std::unique_ptr<Transport> transport = connected(sshd->endpoint());
  Result<std::unique_ptr<Tunnel>> tunnel = transport->dial("127.0.0.1", server.port());
  ASSERT_TRUE(tunnel) << tunnel.error().message;
  bool open = true;
  for (int i = 0; i < 100 && open; ++i) open = (*tunnel)->pump(100ms);
  EXPECT_FALSE(open);
  char byte = 0;
  EXPECT_EQ(::recv((*tunnel)->socket(), &byte, 1, 0), 0);
}

TEST_F(LibsshTest, TunnelOutlivesItsTransport) {
  Server echo(Server::Manner::echo);
  std::unique_ptr<Transport> transport = connected(sshd->endpoint());
  Result<std::unique_ptr<Tunnel>> tunnel = transport->dial("127.0.0.1", echo.port());
  transport.reset();
  ASSERT_TRUE(tunnel);
  ASSERT_EQ(::send((*tunnel)->socket(), "hello", 5, 0), 5);
  EXPECT_EQ(read_through(**tunnel, 5), "hello");
}

TEST_F(LibsshTest, TunnelToAClosedPortFails) {
  std::uint16_t closed = Listener().port();
  Result<std::unique_ptr<Tunnel>> tunnel = connected(sshd->endpoint())->dial("127.0.0.1", closed);
  ASSERT_FALSE(tunnel);
  EXPECT_EQ(tunnel.error().code.number, 1213);
}

TEST_F(LibsshTest, ForbiddenForwardingIsTold) {
  SshdBench strict("AllowTcpForwarding no");
  Result<std::unique_ptr<Tunnel>> tunnel = connected(strict.endpoint())->dial("127.0.0.1", 6443);
  ASSERT_FALSE(tunnel);
  EXPECT_EQ(tunnel.error().code.number, 1212) << tunnel.error().message;
}

}  // namespace

}  // namespace nightlatch::node::test
