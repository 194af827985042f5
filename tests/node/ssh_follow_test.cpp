// The options of an ssh_config that are followed, each on a real sshd: with one value the connection is made,
// with another it is not.
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/errors.hpp"
#include "node/ssh_options.hpp"
#include "sshd_bench.hpp"

namespace nightlatch::node::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

// Lines before those of the bench, so that they count: ssh takes the first value of an option.
struct Case {
  std::string option;
  std::string good;        // the connection is made
  std::string bad;         // it is not,
  ErrorCode error;         // and this is why
  std::string named = {};  // what the error names
};

class SshFollow : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    ::signal(SIGPIPE, SIG_IGN);
    ::unsetenv("SSH_AUTH_SOCK");
    if (!SshdBench::unable().empty()) return;
    sshd = std::make_unique<SshdBench>();
    sshd->file("aliased", "alias-of-cp1 " + sshd->host_key() + "\n");
    sshd->file("revoked", "@revoked * " + sshd->host_key() + "\n" + sshd->known_line(sshd->host_key()));
    sshd->keygen("short", "", "rsa -b 2048");
    sshd->allow("short");
    sshd->file("included", "User root\n");
    sshd->file("wrong_user", "User nobody-of-that-name\n");
  }
  static void TearDownTestSuite() { sshd.reset(); }
  void SetUp() override {
    if (!sshd) GTEST_SKIP() << SshdBench::unable();
  }

  // The host "cp1.invalid", of which the ssh_config alone knows where it is.
  static Endpoint endpoint(const std::string& lines) {
    sshd->file("case", lines + "\n" + rest_for(lines));
    Endpoint endpoint;
    endpoint.node = "cp1";
    endpoint.host = "cp1.invalid";
    endpoint.config = sshd->path("case");
    return endpoint;
  }
  static std::string in_bench(std::string text) {
    for (std::size_t at = text.find("@/"); at != std::string::npos; at = text.find("@/")) {
      text.replace(at, 2, sshd->path(""));
    }
    return text;
  }
  static std::string bench_lines() {
    return in_bench(fmt::format(
        "Hostname 127.0.0.1\nPort {}\nUser root\nIdentityFile @/user\nUserKnownHostsFile @/known_hosts\n"
        "GlobalKnownHostsFile none\n",
        sshd->port()));
  }
  // Identity files add up, unlike the others.
  static std::string rest_for(const std::string& lines) {
    std::string rest = bench_lines();
    std::size_t at = rest.find("IdentityFile");
    if (lines.find("IdentityFile") != std::string::npos) rest.erase(at, rest.find('\n', at) + 1 - at);
    return rest;
  }
  static void check(const Case& one) {
    auto good = connect(endpoint(in_bench(one.good)));
    EXPECT_TRUE(good) << one.option << ": " << one.good << ": " << (good ? "" : good.error().message);
    auto bad = connect(endpoint(in_bench(one.bad)));
    ASSERT_FALSE(bad) << one.option << ": " << one.bad;
    EXPECT_EQ(bad.error().code.number, one.error.number) << one.option << ": " << bad.error().message;
    EXPECT_THAT(bad.error().message, HasSubstr(one.named)) << one.option;
  }

  static std::vector<Case> cases();
  static std::unique_ptr<SshdBench> sshd;
};

std::unique_ptr<SshdBench> SshFollow::sshd;

std::vector<Case> SshFollow::cases() {
  using namespace node_errors;
  return {
      {"AddressFamily", "AddressFamily inet", "AddressFamily inet6", name_unknown},
      {"BindAddress", "BindAddress 127.0.0.5", "BindAddress 203.0.113.9", unreachable},
      {"CanonicalDomains", "CanonicalizeHostname yes\nCanonicalizeFallbackLocal no\nCanonicalDomains none",
       "CanonicalizeHostname yes\nCanonicalizeFallbackLocal no\nCanonicalDomains invalid\nHostname cp1",
       ssh_config_unreadable},
      {"CanonicalizeFallbackLocal",
       "CanonicalizeHostname yes\nCanonicalizeFallbackLocal yes\nCanonicalDomains invalid",
       "CanonicalizeHostname yes\nCanonicalizeFallbackLocal no\nCanonicalDomains invalid\nHostname cp1",
       ssh_config_unreadable},
      {"CanonicalizeHostname",
       "CanonicalizeHostname no\nCanonicalizeFallbackLocal no\nCanonicalDomains invalid",
       "CanonicalizeHostname yes\nCanonicalizeFallbackLocal no\nCanonicalDomains invalid\nHostname cp1",
       ssh_config_unreadable},
      {"CanonicalizeMaxDots",
       "CanonicalizeHostname yes\nCanonicalizeFallbackLocal no\nCanonicalDomains "
       "invalid\nCanonicalizeMaxDots 0",
       "CanonicalizeHostname yes\nCanonicalizeFallbackLocal no\nCanonicalDomains "
       "invalid\nCanonicalizeMaxDots 1\n"
       "Hostname a.cp1",
       ssh_config_unreadable},
      {"Ciphers", "Ciphers aes256-ctr", "Ciphers 3des-cbc", handshake_failed},
      {"GlobalKnownHostsFile", "UserKnownHostsFile none\nGlobalKnownHostsFile @/aliased @/known_hosts",
       "UserKnownHostsFile none\nGlobalKnownHostsFile @/aliased", host_key_unknown},
      {"HostKeyAlgorithms", "HostKeyAlgorithms ssh-ed25519", "HostKeyAlgorithms ecdsa-sha2-nistp256",
       handshake_failed},
      {"HostKeyAlias", "HostKeyAlias Alias-of-cp1\nUserKnownHostsFile @/aliased",
       "HostKeyAlias other\nUserKnownHostsFile @/aliased @/known_hosts", host_key_unknown},
      {"Host", "Host *.invalid\nUser root\nHost *", "Host cp1.*\nUser nobody-of-that-name\nHost *",
       authentication_denied},
      {"Hostname", "Hostname 127.0.0.1", "Hostname 127.0.0.9", connection_refused, "127.0.0.9"},
      {"IdentityFile", "IdentityFile @/stranger\nIdentityFile @/user", "IdentityFile none",
       authentication_denied},
      {"IgnoreUnknown", "IgnoreUnknown Colour\nColour green", "Colour green", ssh_config_unreadable, "olour"},
      {"Include", "Include @/included", "Include @/wrong_user", authentication_denied},
      {"KexAlgorithms", "KexAlgorithms curve25519-sha256", "KexAlgorithms diffie-hellman-group1-sha1",
       handshake_failed},
      {"MACs", "MACs hmac-sha2-512", "MACs umac-64@openssh.com", ssh_option_refused, "MACs"},
      {"Match", "Match exec \"test %h = cp1.invalid\"\nUser root\nMatch all",
       "Match exec true\nUser nobody-of-that-name\nMatch all", authentication_denied},
      {"ProxyCommand", "Match final exec false\nProxyCommand false\nMatch all",
       "ProxyCommand echo no way to %h port %p as %r from %n >&2", ssh_proxy_failed,
       "no way to 127.0.0.1 port " + fmt::format("{} as root from cp1.invalid", sshd->port())},
      {"PubkeyAcceptedAlgorithms", "PubkeyAcceptedAlgorithms ssh-ed25519",
       "PubkeyAcceptedAlgorithms rsa-sha2-512", authentication_denied},
      {"RequiredRSASize", "IdentityFile @/short\nRequiredRSASize 2048",
       "RequiredRSASize 3072\nIdentityFile @/short", authentication_denied},
      {"User", "User root", "User nobody-of-that-name", authentication_denied, "nobody-of-that-name"},
      {"UserKnownHostsFile", "UserKnownHostsFile @/aliased @/known_hosts", "UserKnownHostsFile @/aliased",
       host_key_unknown},
  };
}

TEST_F(SshFollow, EachOptionDecides) {
  for (const Case& one : cases()) check(one);
}

// Shown elsewhere here, and the one that needs a DNS server (docs/ssh-config.md says so).
TEST_F(SshFollow, NoOptionThatIsFollowedIsLeftOut) {
  std::set<std::string> shown{"Port",           "ProxyJump",     "Tag",
                              "IdentitiesOnly", "IdentityAgent", "CanonicalizePermittedCNAMEs"};
  for (const Case& one : cases()) shown.insert(one.option);
  for (const SshOption& option : ssh_options()) {
    if (option.treatment != Treatment::followed) continue;
    EXPECT_TRUE(shown.contains(std::string(option.name))) << option.name;
  }
}

TEST_F(SshFollow, PortIsTheOneOfTheConfigUnlessTheInventoryHasAnother) {
  Endpoint plain = endpoint("");
  EXPECT_TRUE(connect(plain));
  plain.port = Listener().port();
  auto other = connect(plain);
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code.number, node_errors::connection_refused.number);
}

TEST_F(SshFollow, TheNodeSeesTheAddressThatTheConnectionIsBoundTo) {
  auto transport = connect(endpoint("BindAddress 127.0.0.5"));
  ASSERT_TRUE(transport) << transport.error().message;
  EXPECT_THAT((*transport)->exec({"echo $SSH_CONNECTION", "", 20s, {}})->out,
              ::testing::StartsWith("127.0.0.5 "));
}

TEST_F(SshFollow, TagChoosesAMatch) {
  auto asked = connect(endpoint("Tag lab\nMatch tagged lab\nUser nobody-of-that-name\nMatch all"));
  ASSERT_FALSE(asked);
  if (asked.error().code.number == node_errors::ssh_config_unreadable.number)
    GTEST_SKIP() << asked.error().message;
  EXPECT_EQ(asked.error().code.number, node_errors::authentication_denied.number);
  EXPECT_TRUE(connect(endpoint("Tag other\nMatch tagged lab\nUser nobody-of-that-name\nMatch all")));
}

TEST_F(SshFollow, AConfigThatSshDoesNotReadIsToldInItsWords) {
  auto refused = connect(endpoint("Port many"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code.number, node_errors::ssh_config_unreadable.number);
  EXPECT_THAT(refused.error().message, HasSubstr("/case: ssh -G says: "));
}

TEST_F(SshFollow, ARefusedOptionIsNamedBeforeAnythingIsConnected) {
  std::size_t before = sshd->logged("Connection from");
  auto refused = connect(endpoint("CheckHostIP yes\nCertificateFile /etc/hostname"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code.number, node_errors::ssh_option_refused.number);
  EXPECT_EQ(refused.error().message,
            "cp1: the ssh_config sets what nightlatch cannot follow: CertificateFile, CheckHostIP");
  EXPECT_EQ(sshd->logged("Connection from"), before);
}

TEST_F(SshFollow, NoConfigAtAllIsTheWordNone) {
  Endpoint plain = endpoint("");
  plain.config = "none";
  plain.host = "127.0.0.1";
  plain.port = sshd->port();
  plain.user = "root";
  plain.identity_file = sshd->path("user");
  plain.known_hosts = sshd->path("known_hosts");
  EXPECT_TRUE(connect(plain));
}

TEST_F(SshFollow, WithoutSshNothingIsGuessed) {
  std::string path = std::getenv("PATH");
  ::setenv("PATH", "/nonexistent", 1);
  auto refused = connect(endpoint(""));
  ::setenv("PATH", path.c_str(), 1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code.number, 1222);
  EXPECT_EQ(refused.error().message, "cp1: ssh cannot be run: No such file or directory");
}

TEST_F(SshFollow, ARevokedHostKeyIsNeverBelieved) {
  auto refused = connect(endpoint(in_bench("UserKnownHostsFile @/revoked")));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code.number, 1224);
  EXPECT_EQ(refused.error().message, "cp1: the host key of 127.0.0.1 is marked as revoked");
  EXPECT_THAT(refused.error().details.at(0), HasSubstr("/revoked:1"));
}

TEST_F(SshFollow, AWeakerSettingIsNamedWhereItIsNotFollowed) {
  auto refused = connect(endpoint("StrictHostKeyChecking no\nUserKnownHostsFile none"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code.number, node_errors::host_key_unknown.number);
  EXPECT_THAT(refused.error().details, ::testing::Contains("not followed: StrictHostKeyChecking false of the "
                                                           "ssh_config"));
}

// --- the agent
// ----------------------------------------------------------------------------------------------

class SshAgentFollow : public SshFollow {
 protected:
  void SetUp() override {
    SshFollow::SetUp();
    if (IsSkipped()) return;
    socket_ = sshd->path("agent");
    pid_ = ::fork();
    if (pid_ == 0) {
      ::execlp("ssh-agent", "ssh-agent", "-D", "-a", socket_.c_str(), nullptr);
      ::_exit(127);
    }
    for (int i = 0; i < 200 && ::access(socket_.c_str(), F_OK) != 0; ++i) std::this_thread::sleep_for(20ms);
    sshd->shell(
        fmt::format("SSH_AUTH_SOCK={0}/agent ssh-add -q {0}/stranger {0}/user 2>/dev/null", sshd->path(".")));
  }
  void TearDown() override {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGTERM);
    ::waitpid(pid_, nullptr, 0);
    ::unlink(socket_.c_str());
  }

  std::string socket_;
  pid_t pid_ = -1;
};

TEST_F(SshAgentFollow, TheNamedAgentIsAsked) {
  EXPECT_TRUE(connect(endpoint(in_bench("IdentityAgent @/agent\nIdentityFile none"))));
  auto refused = connect(endpoint("IdentityAgent none\nIdentityFile none"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code.number, node_errors::authentication_denied.number);
  ::setenv("SSH_AUTH_SOCK", socket_.c_str(), 1);
  EXPECT_TRUE(connect(endpoint("IdentityFile none")));
  ::unsetenv("SSH_AUTH_SOCK");
}

// The key of the file has a passphrase, so that the agent alone can use it.
TEST_F(SshAgentFollow, WithIdentitiesOnlyTheAgentIsAskedForTheFilesKeysAlone) {
  std::string locked = sshd->path("locked");
  sshd->shell(
      fmt::format("cp {0}/user {0}/locked && cp {0}/user.pub {0}/locked.pub && chmod 600 {0}/locked && "
                  "ssh-keygen -q -p -P '' -N secret -f {0}/locked",
                  sshd->path(".")));
  EXPECT_TRUE(
      connect(endpoint(in_bench("IdentitiesOnly yes\nIdentityAgent @/agent\nIdentityFile @/locked"))));
  ::unlink((locked + ".pub").c_str());
  EXPECT_TRUE(
      connect(endpoint(in_bench("IdentitiesOnly yes\nIdentityAgent @/agent\nIdentityFile @/locked"))));
  std::size_t before = sshd->logged("Failed publickey");
  auto refused =
      connect(endpoint(in_bench("IdentitiesOnly yes\nIdentityAgent @/agent\nIdentityFile @/short.pub")));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code.number, node_errors::authentication_denied.number);
  EXPECT_EQ(sshd->logged("Failed publickey"), before) << "no key was offered";
  EXPECT_TRUE(
      connect(endpoint(in_bench("IdentitiesOnly no\nIdentityAgent @/agent\nIdentityFile @/short.pub"))));
}

}  // namespace
}  // namespace nightlatch::node::test
