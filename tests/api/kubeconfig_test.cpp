#include "api/kubeconfig.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/credential_source.hpp"
#include "api/errors.hpp"
#include "api/kubeconfig_file.hpp"
#include "util/hash.hpp"

namespace nightlatch::api {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* ca_pem = "-----BEGIN CERTIFICATE-----\nY2E=\n-----END CERTIFICATE-----\n";
constexpr const char* cert_pem = "-----BEGIN CERTIFICATE-----\nY2VydA==\n-----END CERTIFICATE-----\n";
constexpr const char* key_pem = "-----BEGIN PRIVATE KEY-----\na2V5\n-----END PRIVATE KEY-----\n";

class KubeconfigTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "kubeconfig.XXXXXX").string();
    directory_ = ::mkdtemp(pattern.data());
    ::setenv("HOME", directory_.c_str(), 1);
    ::unsetenv("KUBECONFIG");
  }
  void TearDown() override {
    ::unsetenv("KUBECONFIG");
    fs::remove_all(directory_);
  }

  std::string write(const std::string& name, const std::string& bytes, mode_t mode = 0600) const {
    fs::path path = directory_ / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path) << bytes;
    ::chmod(path.c_str(), mode);
    return path.string();
  }

  // One cluster, one user, one context named "admin"; `cluster` and `user` are lines of their mappings.
  static std::string config(const std::string& cluster, const std::string& user) {
    return fmt::format(
        "apiVersion: v1\nkind: Config\ncurrent-context: admin\n"
        "clusters:\n- name: c\n  cluster: {{{}}}\n"
        "users:\n- name: u\n  user: {{{}}}\n"
        "contexts:\n- name: admin\n  context: {{cluster: c, user: u}}\n",
        cluster, user);
  }
  static std::string good_cluster() {
    return "server: 'https://10.0.0.10:6443', certificate-authority-data: " + base64_encode(ca_pem);
  }

  Result<Kubeconfig> load(const std::string& bytes) const {
    return load_kubeconfig(write("config", bytes), "");
  }

  static int code(const Result<Kubeconfig>& result) { return result ? 0 : result.error().code.number; }

  fs::path directory_;
};

TEST_F(KubeconfigTest, DataIsDecodedIntoMemory) {
  auto loaded = load(config(good_cluster() + ", tls-server-name: k8s.example",
                            fmt::format("client-certificate-data: {}, client-key-data: {}",
                                        base64_encode(cert_pem), base64_encode(key_pem))));
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(loaded->server, "https://10.0.0.10:6443");
  EXPECT_EQ(loaded->tls_server_name, "k8s.example");
  EXPECT_EQ(loaded->context, "admin");
  EXPECT_EQ(loaded->ca, ca_pem);
  EXPECT_EQ(loaded->credentials.client_certificate, cert_pem);
  EXPECT_EQ(loaded->credentials.client_key, key_pem);
  EXPECT_EQ(loaded->credentials.token, "");
}

TEST_F(KubeconfigTest, FilesAreRelativeToTheKubeconfig) {
  write("sub/pki/ca.crt", ca_pem);
  write("sub/pki/me.crt", cert_pem);
  write("sub/pki/me.key", key_pem);
  std::string file = write("sub/config", config("server: 'https://a:6443', certificate-authority: pki/ca.crt",
                                                "client-certificate: pki/me.crt, client-key: ./pki/me.key"));
  auto loaded = load_kubeconfig(file, "");
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(loaded->ca, ca_pem);
  EXPECT_EQ(loaded->credentials.client_key, key_pem);
}

TEST_F(KubeconfigTest, DataWinsOverTheFile) {
  auto loaded = load(config(good_cluster() + ", certificate-authority: /nowhere", "token: t"));
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(loaded->ca, ca_pem);
}

TEST_F(KubeconfigTest, ATokenFileWinsOverATokenAndIsTrimmed) {
  write("token", "from-file\n");
  auto loaded = load(config(good_cluster(), "token: inline, tokenFile: token"));
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(loaded->credentials.token, "from-file");
}

TEST_F(KubeconfigTest, WithoutAFileHomeIsRead) {
  write(".kube/config", config(good_cluster(), "token: home"));
  auto loaded = load_kubeconfig("", "");
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(loaded->credentials.token, "home");
  EXPECT_EQ(loaded->file, (directory_ / ".kube/config").string());
}

TEST_F(KubeconfigTest, ATildeIsHome) {
  write("other", config(good_cluster(), "token: tilde"));
  auto loaded = load_kubeconfig("~/other", "");
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(loaded->credentials.token, "tilde");
}

TEST_F(KubeconfigTest, TheVariablesFilesMergeAndTheFirstToNameAnEntryWins) {
  std::string first = write("first", "current-context: two\nusers:\n- name: u\n  user: {token: first}\n");
  std::string second = write(
      "second/config", config("server: 'https://b:6443', certificate-authority: ca.crt", "token: second") +
                           "- name: two\n  context: {cluster: c, user: u}\n");
  write("second/ca.crt", ca_pem);
  ::setenv("KUBECONFIG", (directory_ / "missing:").string().append(first + "::" + second).c_str(), 1);
  auto loaded = load_kubeconfig("", "");
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(loaded->context, "two");
  EXPECT_EQ(loaded->server, "https://b:6443");
  EXPECT_EQ(loaded->ca, ca_pem);  // relative to the second file
  EXPECT_EQ(loaded->credentials.token, "first");
}

TEST_F(KubeconfigTest, AnEntryOfALaterFileAddsNoFieldToAnEarlierOne) {
  std::string first = write("first", "users:\n- name: u\n  user: {}\n");
  std::string second = write("second", config(good_cluster(), "token: second"));
  ::setenv("KUBECONFIG", (first + ":" + second).c_str(), 1);
  EXPECT_EQ(code(load_kubeconfig("", "")), api_errors::kubeconfig_unsupported.number);
}

TEST_F(KubeconfigTest, AVariableThatNamesNoFileIsAnError) {
  ::setenv("KUBECONFIG", "/nowhere/a:/nowhere/b", 1);
  auto loaded = load_kubeconfig("", "");
  EXPECT_EQ(code(loaded), api_errors::kubeconfig_missing.number);
  EXPECT_THAT(loaded.error().message, HasSubstr("/nowhere/a:/nowhere/b"));
}

TEST_F(KubeconfigTest, AMissingFileIsUsage) {
  auto loaded = load_kubeconfig("/nowhere/config", "");
  ASSERT_EQ(code(loaded), api_errors::kubeconfig_missing.number);
  EXPECT_EQ(loaded.error().code.exit, Exit::usage);
  EXPECT_THAT(loaded.error().message, HasSubstr("/nowhere/config"));
}

TEST_F(KubeconfigTest, AnUnknownContextNamesTheKnownOnes) {
  std::string file = write("config", config(good_cluster(), "token: t"));
  auto loaded = load_kubeconfig(file, "admim");
  ASSERT_EQ(code(loaded), api_errors::context_unknown.number);
  EXPECT_EQ(loaded.error().code.exit, Exit::usage);
  EXPECT_EQ(loaded.error().hint, "did you mean \"admin\"?");
  EXPECT_EQ(loaded.error().details.at(0), "contexts: admin");
}

TEST_F(KubeconfigTest, NoCurrentContextIsNotGuessed) {
  EXPECT_EQ(code(load("contexts: []\n")), api_errors::context_unknown.number);
  EXPECT_EQ(code(load("")), api_errors::context_unknown.number);
}

TEST_F(KubeconfigTest, InsecureSkipTlsVerifyIsRefusedWithItsPlace) {
  auto loaded = load(
      "current-context: a\nclusters:\n- name: c\n  cluster:\n    server: https://a\n    "
      "insecure-skip-tls-verify: true\n"
      "users:\n- name: u\n  user: {token: t}\ncontexts:\n- name: a\n  context: {cluster: c, user: u}\n");
  ASSERT_EQ(code(loaded), api_errors::kubeconfig_unsafe.number);
  EXPECT_EQ(loaded.error().code.exit, Exit::refused);
  EXPECT_EQ(loaded.error().place->line, 6U);
  EXPECT_EQ(loaded.error().place->column, 31U);
}

TEST_F(KubeconfigTest, AnUnusedInsecureClusterDoesNotMatter) {
  auto loaded =
      load("clusters:\n- {name: x, cluster: {server: 'http://x', insecure-skip-tls-verify: true}}\n");
  EXPECT_EQ(code(loaded), api_errors::context_unknown.number);
}

TEST_F(KubeconfigTest, PlainHttpAndAMissingCaAreUnsafe) {
  EXPECT_EQ(code(load(config("server: 'http://a:8080'", "token: t"))), api_errors::kubeconfig_unsafe.number);
  EXPECT_EQ(code(load(config("server: 'https://a:6443'", "token: t"))), api_errors::kubeconfig_unsafe.number);
}

TEST_F(KubeconfigTest, WhatWouldActOtherwiseThanKubectlIsUnsupported) {
  for (const char* user :
       {"token: t, as: other", "auth-provider: {name: oidc}", "username: a, password: b", ""}) {
    EXPECT_EQ(code(load(config(good_cluster(), user))), api_errors::kubeconfig_unsupported.number) << user;
  }
  EXPECT_EQ(code(load(config(good_cluster() + ", proxy-url: 'http://p:1'", "token: t"))),
            api_errors::kubeconfig_unsupported.number);
  EXPECT_EQ(code(load(config("server: 'https://a/k8s/c1'", "token: t"))),
            api_errors::kubeconfig_unsupported.number);
}

TEST_F(KubeconfigTest, BrokenInputIsMalformedAndNeverShowsASecret) {
  const std::string secret = "S3CRET";
  const std::vector<std::string> inputs = {
      "users:\n- name: u\n  user: {token: S3CRET\n",             // no end
      "users:\n- name: u\n  user:\n    token: \"S3CRET\\q\"\n",  // no such escape
      "users:\n- name: u\n  user:\n    token: *S3CRET\n",        // an unknown anchor
      "users:\n\t- S3CRET: [\n",                                 // a tab
      config(good_cluster(), "client-key-data: S3CRET!!, client-certificate-data: S3CRET!!"),
      config(good_cluster(), "client-key: /nowhere/x, client-certificate-data: " + base64_encode("S3CRET")),
      config(good_cluster(), "token: S3CRET, token: S3CRET"),
      config(good_cluster(), "token: [S3CRET]"),
      config(good_cluster(), "token: \"S3CRET\\r\\nX-Evil: 1\""),
      config(good_cluster(), "client-key-data: " + base64_encode(key_pem) + secret.substr(0, 0)),
      config(good_cluster(), "token: t") + "users: S3CRET\n",
      config(good_cluster(), "token: t") + "kind: S3CRET\n",
      "S3CRET",
      "[S3CRET]",
      "clusters: {S3CRET: 1}\n",
      "clusters:\n- S3CRET\n",
      "clusters:\n- name: [S3CRET]\n",
      "clusters:\n- cluster: {server: S3CRET}\n",
      "clusters:\n- {name: a}\n- {name: a}\n",
      "? [S3CRET]\n: 1\n",
  };
  for (const std::string& input : inputs) {
    auto loaded = load(input);
    ASSERT_EQ(code(loaded), api_errors::kubeconfig_malformed.number) << input;
    const Error& error = loaded.error();
    EXPECT_EQ(error.code.exit, Exit::usage);
    EXPECT_THAT(error.message, Not(HasSubstr(secret))) << input;
    for (const std::string& detail : error.details) EXPECT_THAT(detail, Not(HasSubstr(secret)));
    if (error.place) {
      EXPECT_EQ(error.place->text, "") << input;
      EXPECT_GE(error.place->line, 1U);
    }
  }
}

TEST_F(KubeconfigTest, ASyntaxErrorHasItsPlace) {
  auto loaded = load("clusters:\n- name: c\n  cluster: {server: x\nusers: []\n");
  ASSERT_EQ(code(loaded), api_errors::kubeconfig_malformed.number);
  ASSERT_TRUE(loaded.error().place);
  EXPECT_EQ(loaded.error().place->file, (directory_ / "config").string());
  EXPECT_EQ(loaded.error().place->line, 4U);
}

TEST_F(KubeconfigTest, ADanglingReferenceNamesIt) {
  auto loaded = load("current-context: a\ncontexts:\n- name: a\n  context: {cluster: gone, user: u}\n");
  ASSERT_EQ(code(loaded), api_errors::kubeconfig_malformed.number);
  EXPECT_EQ(loaded.error().message, "the context \"a\" names the cluster \"gone\", which does not exist");
  EXPECT_EQ(loaded.error().place->line, 4U);
}

TEST_F(KubeconfigTest, DeepNestingIsAnErrorNotACrash) {
  EXPECT_EQ(code(load(std::string(100'000, '['))), api_errors::kubeconfig_malformed.number);
  EXPECT_EQ(code(load(std::string(100'000, '{'))), api_errors::kubeconfig_malformed.number);
}

TEST_F(KubeconfigTest, AnEndlessFileIsRefused) {
  EXPECT_EQ(code(load_kubeconfig("/dev/zero", "")), api_errors::kubeconfig_missing.number);
}

std::string exec_user(const std::string& command, const std::string& more = "") {
  return "exec: {apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, command: " + command +
         more + "}";
}

TEST_F(KubeconfigTest, AnExecPluginGivesTheToken) {
  write("plugin",
        "#!/bin/sh\nread -r line && exit 9\n"
        "test \"$MORE\" = yes || exit 8\n"
        "printf '{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\","
        "\"status\":{\"token\":\"%s\"}}' \"$1\"\n",
        0700);
  auto loaded = load(config(good_cluster(),
                            exec_user("./plugin", ", args: ['a $b; c'], env: [{name: MORE, value: 'yes'}]")));
  ASSERT_FALSE(loaded);  // the argument came as one word, and no token has a space in it
  EXPECT_EQ(code(loaded), api_errors::kubeconfig_malformed.number);
  loaded = load(
      config(good_cluster(), exec_user("./plugin", ", args: ['$b;c'], env: [{name: MORE, value: 'yes'}]")));
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(loaded->credentials.token, "$b;c");
}

TEST_F(KubeconfigTest, AnExecPluginIsToldOfTheClusterWhenItAsks) {
  write("plugin",
        "#!/bin/sh\ncase $KUBERNETES_EXEC_INFO in *https://10.0.0.10:6443*) ;; *) exit 7 ;; esac\n"
        "case $KUBERNETES_EXEC_INFO in *'\"interactive\":false'*) ;; *) exit 6 ;; esac\n"
        "echo '{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\","
        "\"status\":{\"token\":\"t\"}}'\n",
        0700);
  auto loaded = load(config(good_cluster(), exec_user("./plugin", ", provideClusterInfo: true")));
  EXPECT_TRUE(loaded) << loaded.error().message;
  loaded = load(config(good_cluster(), exec_user("./plugin")));
  ASSERT_FALSE(loaded);
  EXPECT_THAT(loaded.error().message, HasSubstr("exit status 7"));
}

TEST_F(KubeconfigTest, AnExecPluginThatFailsIsRefusedWithoutItsOutput) {
  const std::vector<std::pair<std::string, std::string>> plugins = {
      {"echo S3CRET; exit 3", "exit status 3"},
      {"echo S3CRET", "not an ExecCredential"},
      {"echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"S3CRET\"}'",
       "is not client.authentication.k8s.io/v1"},
      {"echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\"}'",
       "no status"},
      {"echo "
       "'{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{}}'",
       "neither a token"},
      {"echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\","
       "\"status\":{\"clientKeyData\":\"S3CRET\"}}'",
       "only one"},
      {"kill -9 $$", "signal 9"},
      {"while :; do echo S3CRETS3CRETS3CRETS3CRETS3CRETS3CRETS3CRET; done", "more than 1 MiB"},
  };
  for (const auto& [script, reason] : plugins) {
    write("plugin", "#!/bin/sh\n" + script + "\n", 0700);
    auto loaded = load(config(good_cluster(), exec_user("./plugin")));
    ASSERT_EQ(code(loaded), api_errors::exec_plugin_failed.number) << script;
    EXPECT_THAT(loaded.error().message, HasSubstr(reason));
    EXPECT_THAT(loaded.error().message, Not(HasSubstr("S3CRET")));
  }
}

TEST_F(KubeconfigTest, AnExecPluginIsRunAgainWhenItsTokenExpiresOrIsRefused) {
  write("plugin",
        "#!/bin/sh\nn=$(cat count 2>/dev/null || echo 0)\necho $((n + 1)) >count\n"
        "[ ! -e ended ] || { echo 'tokens: eyJhbGciOiJIUzI1NiJ9.e30' >&2; echo 'the session has ended: log "
        "in again' >&2; exit 1; }\n"
        "echo '{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\","
        "\"status\":{\"token\":\"t'$n'\",\"expirationTimestamp\":\"2020-01-01T00:00:00Z\"}}'\n",
        0700);
  fs::path before = fs::current_path();
  fs::current_path(directory_);
  auto loaded = load(config(good_cluster(), exec_user("./plugin")));
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(loaded->credentials.token, "t0");
  EXPECT_EQ(loaded->renewal->current().token, "t1") << "it had expired";
  loaded = load(config(good_cluster(), exec_user("./plugin")));
  write("ended", "");
  EXPECT_EQ(loaded->renewal->current().token, "t2");
  EXPECT_THAT(loaded->renewal->failure(), HasSubstr("exit status 1: the session has ended: log in again"));
  EXPECT_THAT(loaded->renewal->failure(), Not(HasSubstr("eyJ")));
  fs::current_path(before);
}

TEST_F(KubeconfigTest, ATokenFileIsReadAgainAfterARefusal) {
  write("token", "first\n");
  auto loaded = load(config(good_cluster(), "tokenFile: token"));
  ASSERT_TRUE(loaded) << loaded.error().message;
  write("token", "second\n");
  EXPECT_EQ(loaded->renewal->current().token, "first");
  auto other = loaded->renewal->instead_of(loaded->credentials);
  ASSERT_TRUE(other);
  EXPECT_EQ(other->token, "second");
}

TEST_F(KubeconfigTest, AMissingExecPluginSaysHowToInstallIt) {
  auto loaded = load(config(good_cluster(), exec_user("no-such-plugin", ", installHint: apt install it")));
  ASSERT_EQ(code(loaded), api_errors::exec_plugin_failed.number);
  EXPECT_EQ(loaded.error().details.at(0), "apt install it");
}

TEST_F(KubeconfigTest, AnInteractiveOrOutdatedExecPluginIsNotRun) {
  write("plugin", "#!/bin/sh\ntouch \"$(dirname \"$0\")/ran\"\n", 0700);
  for (const char* exec :
       {"apiVersion: client.authentication.k8s.io/v1, interactiveMode: Always, command: ./plugin",
        "apiVersion: client.authentication.k8s.io/v1alpha1, command: ./plugin"}) {
    auto loaded = load(config(good_cluster(), fmt::format("exec: {{{}}}", exec)));
    EXPECT_EQ(code(loaded), api_errors::exec_plugin_failed.number);
  }
  EXPECT_FALSE(fs::exists(directory_ / "ran"));
}

TEST_F(KubeconfigTest, AnExecPluginIsNotRunWhenThereIsAToken) {
  auto loaded = load(config(good_cluster(), "token: t, " + exec_user("/nowhere/plugin")));
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(loaded->credentials.token, "t");
}

TEST_F(KubeconfigTest, AnExecPluginThatHangsIsEndedWithItsChildren) {
  std::string path =
      write("plugin", "#!/bin/sh\nsleep 60 & echo $! >\"$(dirname \"$0\")/child\"; sleep 60\n", 0700);
  ExecPlugin plugin;
  plugin.api_version = "client.authentication.k8s.io/v1";
  plugin.command = path;
  auto start = std::chrono::steady_clock::now();
  auto result = run_exec_plugin(plugin, {}, PluginRun::at_the_start, std::chrono::milliseconds(400));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, HasSubstr("did not end within 400 ms"));
  std::ifstream child(directory_ / "child");
  pid_t pid = 0;
  ASSERT_TRUE(child >> pid);
  // Ended, or waiting for init to bury it.
  auto running = [&] {
    std::ifstream stat(fmt::format("/proc/{}/stat", pid));
    std::string number, name, state;
    return static_cast<bool>(stat >> number >> name >> state) && state != "Z" && state != "X";
  };
  for (int tries = 0; running() && tries < 100; ++tries)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_FALSE(running());
}

}  // namespace
}  // namespace nightlatch::api
