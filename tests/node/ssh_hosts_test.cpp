// Hosts as they are, each on a real sshd with a real sudo and doas: login shells, what their files print, a
// lecture, a password, accounts that let nobody in (S22). The users are made in a copy of /etc that this sshd
// alone sees. What they read is mounted at /etc and /home, because the umask and the temporary directory of
// whoever runs the tests may be closed to them.
#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/becoming.hpp"
#include "node/errors.hpp"
#include "sshd_bench.hpp"

namespace nightlatch::node::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string good_password = R"(pa ss"w$rd')";

struct LoginShell {
  std::string name;
  std::string path;
  std::string file;  // what it reads when a command is run; empty: nothing

  friend void PrintTo(const LoginShell& shell, std::ostream* out) { *out << shell.name; }
};

const std::vector<LoginShell>& login_shells() {
  static const std::vector<LoginShell> all{{"sh", "/bin/sh", ""},
                                           {"bash", "/bin/bash", ".bashrc"},
                                           {"zsh", "/usr/bin/zsh", ".zshenv"},
                                           {"tcsh", "/usr/bin/tcsh", ".cshrc"},
                                           {"csh", "/bin/csh", ".cshrc"},
                                           {"fish", "/usr/bin/fish", ".config/fish/config.fish"},
                                           {"closed", "/usr/sbin/nologin", ""}};
  return all;
}

// Beside a plain line one without its end: a command's first line would be glued to it.
constexpr const char* noise = "echo Welcome to this machine\nprintf 'and mind the'\n";

constexpr const char* own_etc =
    "set -e\n"
    "umask 022\n"
    "cp -a /etc @/etc\n"
    "rm -f @/etc/nologin\n"
    "cp @/authorized @/etc/authorized\n"
    "chmod 644 @/etc/authorized\n"
    "sed -i 's,^AuthorizedKeysFile .*,AuthorizedKeysFile /etc/authorized,' @/sshd_config\n"
    "while read -r name uid shell file; do\n"
    "  echo \"$name:x:$uid:$uid::/home/$name:$shell\" >>@/etc/passwd\n"
    "  echo \"$name:x:$uid:\" >>@/etc/group\n"
    "  echo \"$name:$(cat @/hash):19000:0:99999:7:::\" >>@/etc/shadow\n"
    "  mkdir -p \"@/home/$name/$(dirname \"$file\")\"\n"
    "  cp @/noise \"@/home/$name/$file\"\n"
    "  chown -R \"$uid:$uid\" \"@/home/$name\"\n"
    "done <@/users\n"
    "rm -rf @/etc/sudoers.d\n"
    "mount --bind @/home /home\n"
    "mount --bind @/etc /etc\n";

class HostBench {
 public:
  HostBench() : sshd_(config(), own_etc_with_files()) {}

  static std::string unable() {
    if (!SshdBench::unable().empty()) return SshdBench::unable();
    if (std::system("unshare --mount true 2>/dev/null") != 0) return "no mount namespace can be made here";
    return {};
  }

  void sudoers(const std::string& lines) {
    sshd_.file("etc/sudoers.new", lines + "\n");
    sshd_.shell(
        fmt::format("chmod 0440 {0}/sudoers.new && mv {0}/sudoers.new {0}/sudoers", sshd_.path("etc")));
  }
  void doas(const std::string& lines) {
    sshd_.file("etc/doas.conf", lines + "\n");
    sshd_.shell("chmod 0400 " + sshd_.path("etc/doas.conf"));
  }
  Output run(const std::string& user, const Becoming& becoming, std::string_view password = {}) {
    Endpoint endpoint = sshd_.endpoint();
    endpoint.user = user;
    auto transport = connect(endpoint);
    if (!transport) {
      ADD_FAILURE() << transport.error().message;
      return {};
    }
    Command command{.line = command_line(becoming, "state r1 1"),
                    .input = "printf 'uid=%s words=%s\\n' \"$(id -u)\" \"$*\"\n",
                    .timeout = 30s};
    if (asks_password(becoming)) command.dialogue = dialogue_with(password);
    auto output = (*transport)->exec(command);
    if (output) return *std::move(output);
    ADD_FAILURE() << output.error().message;
    return {};
  }

 private:
  static std::string config() {
    return "SetEnv LC_ALL=tr_TR.UTF-8 LANG=de_DE.UTF-8\n"
           "Match User told\n  ForceCommand echo this account is for backups\n"
           "Match User handed\n  ForceCommand /bin/sh -c \"$SSH_ORIGINAL_COMMAND\"\n";
  }
  // Files that the prelude reads are made by it, because the directory has a name only when it runs.
  static std::string own_etc_with_files() {
    std::string users = "told 4301 /bin/bash .bashrc\nhanded 4302 /bin/bash .bashrc\n";
    int uid = 4310;
    for (const LoginShell& shell : login_shells())
      users += fmt::format("{} {} {} {}\n", shell.name, uid++, shell.path,
                           shell.file.empty() ? ".none" : shell.file);
    return fmt::format(
        "cat >@/users <<'END'\n{}END\ncat >@/noise <<'END'\n{}END\ncat >@/hash <<'END'\n{}\nEND\n{}", users,
        noise,
        "$6$nightlatch$qGkH/PuxJ0XMBQ0mqbgybmUQR7afoj7GrnzAiLdAyA.AWCXd.lqR2LjAOATGMBorQLcEzU7mOaU4Qbw."
        "bH3b41",
        own_etc);
  }

  SshdBench sshd_;
};

std::unique_ptr<HostBench> host;

// Why a test has nothing to look at; empty: the program is there. Where everything is to be tested, that is a
// failure.
std::string missing(const std::string& program) {
  if (::access(program.c_str(), X_OK) == 0) return {};
  if (std::getenv("NIGHTLATCH_NO_SKIP") != nullptr) ADD_FAILURE() << "there is no " << program;
  return "there is no " + program;
}

class SshHosts : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    ::signal(SIGPIPE, SIG_IGN);
    ::unsetenv("SSH_AUTH_SOCK");
    if (!host && HostBench::unable().empty()) host = std::make_unique<HostBench>();
  }
  static void TearDownTestSuite() { host.reset(); }
  void SetUp() override {
    if (!host) GTEST_SKIP() << HostBench::unable();
    if (std::string why = missing("/usr/bin/sudo"); !why.empty()) GTEST_SKIP() << why;
    host->sudoers("");
  }
  static void expect_root(const Output& output) {
    EXPECT_EQ(output.status, 0) << output.err;
    EXPECT_THAT(output.out, HasSubstr("\nuid=0 words=state r1 1\n")) << "a line of its own";
  }
  static Error why(const Becoming& becoming, const Output& output) {
    EXPECT_THAT(output.out, Not(HasSubstr("uid=")));
    return why_no_answer("cp1", becoming, output).error;
  }

  const Becoming by_sudo{Privilege::sudo, {}, {}};
  const Becoming by_doas{Privilege::doas, {}, {}};
  const Becoming with_password{Privilege::sudo, {}, std::make_shared<BecomePassword>("")};
};

class SshLoginShells : public SshHosts, public ::testing::WithParamInterface<LoginShell> {
 protected:
  void SetUp() override {
    SshHosts::SetUp();
    if (std::string why = missing(GetParam().path); !why.empty()) GTEST_SKIP() << why;
  }
};

INSTANTIATE_TEST_SUITE_P(Hosts, SshLoginShells,
                         ::testing::ValuesIn(login_shells().begin(), login_shells().end() - 1),
                         [](const auto& one) { return one.param.name; });

TEST_P(SshLoginShells, SudoWithoutAPassword) {
  host->sudoers(GetParam().name + " ALL=(root) NOPASSWD: /bin/sh");
  Output output = host->run(GetParam().name, by_sudo);
  expect_root(output);
  EXPECT_EQ(GetParam().file.empty(), output.out.find("and mind the\nnightlatch-begun\n") == std::string::npos)
      << "its file was read: " << output.out;
}

TEST_P(SshLoginShells, SudoWithAPasswordAndALecture) {
  host->sudoers("Defaults lecture=always\n" + GetParam().name + " ALL=(root) /bin/sh");
  Output output = host->run(GetParam().name, with_password, good_password);
  expect_root(output);
  EXPECT_THAT(output.err, HasSubstr("great responsibility"));
  EXPECT_TRUE(was_asked(output));
  EXPECT_THAT(output.out + output.err, Not(HasSubstr(good_password)));
}

TEST_P(SshLoginShells, DoasWithoutAPassword) {
  if (std::string why = missing("/usr/bin/doas"); !why.empty()) GTEST_SKIP() << why;
  host->doas("permit nopass " + GetParam().name + " cmd /bin/sh");
  expect_root(host->run(GetParam().name, by_doas));
}

TEST_F(SshHosts, RootNeedsNeitherSudoNorAPassword) {
  expect_root(host->run("root", by_sudo));
  expect_root(host->run("root", with_password, "not asked for"));
  expect_root(host->run("root", {Privilege::none, {}, {}}));
}

TEST_F(SshHosts, APasswordIsNotSentWhereSudoDoesNotAsk) {
  host->sudoers("sh ALL=(root) NOPASSWD: /bin/sh");
  Output output = host->run("sh", with_password, "exit 9");
  expect_root(output);
  EXPECT_FALSE(was_asked(output)) << "as a line of its own it would have been run";
}

TEST_F(SshHosts, AWrongPasswordIsOneFailedAttempt) {
  host->sudoers("sh ALL=(root) /bin/sh");
  Output output = host->run("sh", with_password, "wrong");
  EXPECT_THAT(output.err, HasSubstr("sudo: 1 incorrect password attempt"));
  EXPECT_EQ(why(with_password, output).code.number, node_errors::become_password_wrong.number);
}

TEST_F(SshHosts, EachRefusalOfSudoIsTold) {
  host->sudoers("sh ALL=(root) /bin/sh");
  EXPECT_EQ(why(by_sudo, host->run("sh", by_sudo)).code.number, node_errors::sudo_needs_password.number);
  host->sudoers("sh ALL=(root) NOPASSWD: /bin/true");
  EXPECT_EQ(why(with_password, host->run("sh", with_password, good_password)).code.number,
            node_errors::sudo_not_permitted.number);
  host->sudoers("root ALL=(ALL) ALL");
  Error error = why(with_password, host->run("sh", with_password, good_password));
  EXPECT_EQ(error.code.number, node_errors::sudo_not_permitted.number);
  EXPECT_EQ(error.message.find("nightlatch-password"), std::string::npos) << error.message;
  host->sudoers("Defaults requiretty\nsh ALL=(root) NOPASSWD: /bin/sh");
  EXPECT_EQ(why(by_sudo, host->run("sh", by_sudo)).code.number, node_errors::sudo_needs_terminal.number);
  Becoming wrapper{Privilege::sudo, "/usr/local/sbin/nightlatch-of-a-test", {}};
  host->sudoers("sh ALL=(root) NOPASSWD: " + wrapper.wrapper);
  EXPECT_EQ(why(wrapper, host->run("sh", wrapper)).code.number, node_errors::wrapper_missing.number);
}

TEST_F(SshHosts, EachRefusalOfDoasIsTold) {
  if (std::string why = missing("/usr/bin/doas"); !why.empty()) GTEST_SKIP() << why;
  host->doas("permit sh cmd /bin/sh");
  EXPECT_EQ(why(by_doas, host->run("sh", by_doas)).code.number, node_errors::sudo_needs_password.number);
  host->doas("permit nopass root");
  EXPECT_EQ(why(by_doas, host->run("sh", by_doas)).code.number, node_errors::sudo_not_permitted.number);
  Becoming wrapper{Privilege::doas, "/usr/local/sbin/nightlatch-of-a-test", {}};
  host->doas("permit nopass sh cmd " + wrapper.wrapper);
  EXPECT_EQ(why(wrapper, host->run("sh", wrapper)).code.number, node_errors::wrapper_missing.number);
}

TEST_F(SshHosts, AnAccountThatLetsNobodyInIsTold) {
  host->sudoers("ALL ALL=(root) NOPASSWD: ALL");
  Error closed = why(by_sudo, host->run("closed", by_sudo));
  EXPECT_EQ(closed.code.number, node_errors::command_not_run.number);
  EXPECT_THAT(closed.message, HasSubstr("This account is currently not available."));
  Error told = why(by_sudo, host->run("told", by_sudo));
  EXPECT_EQ(told.code.number, node_errors::command_not_run.number);
  EXPECT_THAT(told.message, HasSubstr("this account is for backups"));
  EXPECT_EQ(why(with_password, host->run("told", with_password, good_password)).code.number,
            node_errors::command_not_run.number);
}

TEST_F(SshHosts, AForceCommandThatRunsWhatItIsGivenIsNoObstacle) {
  host->sudoers("handed ALL=(root) NOPASSWD: /bin/sh");
  expect_root(host->run("handed", by_sudo));
}

}  // namespace
}  // namespace nightlatch::node::test
