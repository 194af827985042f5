#include "manifest/api_server_pod.hpp"

#include <gtest/gtest.h>

#include "manifest/errors.hpp"
#include "manifest/manifest_text.hpp"

namespace nightlatch::manifest {
namespace {

ApiServerPod read(const std::string& bytes) {
  auto pod = read_api_server_pod(bytes, "m.yaml");
  EXPECT_TRUE(pod) << pod.error().message;
  return pod.value_or(ApiServerPod{});
}

// "NL1310 12:1"
std::string refusal(const std::string& bytes) {
  auto pod = read_api_server_pod(bytes, "m.yaml");
  if (pod) return "read";
  const Error& error = pod.error();
  std::string text = "NL" + std::to_string(error.code.number);
  if (error.place)
    text += " " + std::to_string(error.place->line) + ":" + std::to_string(error.place->column);
  return text;
}

TEST(ApiServerPod, LastScalarFlagWins) {
  ApiServerPod pod = read(pod_with({"--anonymous-auth=true", "--anonymous_auth=false"}));
  EXPECT_EQ(pod.flag("anonymous-auth"), "false");
  EXPECT_EQ(pod.flag("profiling"), std::nullopt);
  EXPECT_EQ(read(pod_with({"--anonymous-auth"})).flag("anonymous-auth"), "");
}

TEST(ApiServerPod, FlagsHaveTheirPlace) {
  ApiServerPod pod = read(pod_with({"--v=2"}));
  EXPECT_EQ(pod.flags[0].line, 10U);
  EXPECT_EQ(pod.flags[0].column, 7U);
}

TEST(ApiServerPod, FeatureGatesAddUp) {
  EXPECT_EQ(read(pod_with({"--feature-gates=A=true", "--feature-gates=B=false"})).feature_gates(),
            "A=true,B=false");
  EXPECT_EQ(read(pod_with({})).feature_gates(), std::nullopt);
}

TEST(ApiServerPod, ImageTagIsBehindTheLastColon) {
  auto tag = [](const std::string& image) {
    std::string text = pod_with({});
    text.replace(text.find("registry.k8s.io/kube-apiserver:v1.34.4"), 38, image);
    return read(text).image_tag;
  };
  EXPECT_EQ(tag("host:5000/kube-apiserver:v1.33.0"), "v1.33.0");
  EXPECT_EQ(tag("host:5000/kube-apiserver"), "");
  EXPECT_EQ(tag("a/kube-apiserver:v1.33.0@sha256:abcd"), "v1.33.0");
  EXPECT_EQ(tag("a/kube-apiserver@sha256:abcd"), "");
}

TEST(ApiServerPod, ProbePortMayBeNamed) {
  ApiServerPod pod = read(pod_with({}, R"(    ports:
    - containerPort: 6443
      name: probe-port
    livenessProbe:
      failureThreshold: 8
      httpGet: {host: 10.0.0.1, path: livez, port: probe-port, scheme: HTTPS}
      initialDelaySeconds: 10
    readinessProbe:
      httpGet:
        path: /readyz?verbose
        port: 6443
        httpHeaders:
        - name: authorization
          value: Bearer x
    startupProbe:
      exec: {command: ["true"]}
)"));
  ASSERT_EQ(pod.probes.size(), 3U);
  EXPECT_EQ(pod.probes[0].kind, ProbeKind::exec);
  const Probe& liveness = pod.probes[1];
  EXPECT_EQ(liveness.port, 6443);
  EXPECT_EQ(liveness.path, "/livez");
  EXPECT_EQ(liveness.scheme, "HTTPS");
  EXPECT_EQ(liveness.failure_threshold, 8);
  EXPECT_EQ(liveness.initial_delay, std::chrono::seconds(10));
  EXPECT_EQ(liveness.period, std::chrono::seconds(10));
  EXPECT_EQ(liveness.credentials, ProbeCredentials::none);
  EXPECT_TRUE(liveness.is_anonymous_on(6443));
  EXPECT_FALSE(liveness.is_anonymous_on(443));
  EXPECT_EQ(pod.probes[2].credentials, ProbeCredentials::token);
  EXPECT_FALSE(pod.probes[2].is_anonymous_on(6443));
  EXPECT_EQ(pod.probes[2].scheme, "HTTP");
}

// apiserver/pkg/authentication/request/bearertoken: anything else leaves the request without a user.
TEST(ApiServerPod, OnlyABearerTokenMakesAProbeSomebody) {
  auto credentials = [](const std::string& headers) {
    return read(pod_with({},
                         "    livenessProbe:\n      httpGet: {port: 6443, httpHeaders: [" + headers + "]}\n"))
        .probes.at(0)
        .credentials;
  };
  EXPECT_EQ(credentials("{name: X-Probe, value: Bearer x}"), ProbeCredentials::none);
  EXPECT_EQ(credentials("{name: AUTHORIZATION, value: '  bEARER x'}"), ProbeCredentials::token);
  for (const char* value : {"Basic dXNlcjpwYXNz", "Bearer", "'Bearer  x'", "Bearerx", "''"}) {
    EXPECT_EQ(credentials(std::string("{name: Authorization, value: ") + value + "}"),
              ProbeCredentials::ignored)
        << value;
  }
  EXPECT_EQ(credentials("{name: Authorization, value: Basic x}, {name: Authorization, value: Bearer x}"),
            ProbeCredentials::ignored);
}

TEST(ApiServerPod, ProbesAreReadThroughAliases) {
  ApiServerPod pod = read(pod_with({}, R"(    livenessProbe: &probe
      tcpSocket: {port: 6443}
    startupProbe: *probe
)"));
  ASSERT_EQ(pod.probes.size(), 2U);
  EXPECT_EQ(pod.probes[0].kind, ProbeKind::tcp_socket);
}

TEST(ApiServerPod, MountsJoinTheirHostPath) {
  ApiServerPod pod =
      read(pod_with({}, "    volumeMounts:\n    - {name: pki, mountPath: /in, readOnly: true}\n",
                    "  volumes:\n  - {name: pki, hostPath: {path: /out}}\n  - {name: tmp, emptyDir: {}}\n"));
  ASSERT_EQ(pod.mounts.size(), 1U);
  EXPECT_EQ(pod.mounts[0].host_path, "/out");
  EXPECT_EQ(pod.mounts[0].mount_path, "/in");
  EXPECT_TRUE(pod.mounts[0].read_only);
}

// The container sees the same file, however the directory is written.
TEST(ApiServerPod, AMountHoldsWhatLiesBelowIt) {
  for (const char* path : {"/etc/kubernetes", "/etc/kubernetes/", "/"}) {
    ApiServerPod pod =
        read(pod_with({}, fmt::format("    volumeMounts:\n    - {{name: all, mountPath: {}}}\n", path),
                      fmt::format("  volumes:\n  - {{name: all, hostPath: {{path: {}}}}}\n", path)));
    const HostPathMount* mount = pod.mount_holding("/etc/kubernetes/pki/sa.pub");
    ASSERT_NE(mount, nullptr) << path;
    EXPECT_TRUE(mount->keeps_path()) << path;
  }
  ApiServerPod beside = read(pod_with({}, "    volumeMounts:\n    - {name: pki, mountPath: /etc/pki/}\n",
                                      "  volumes:\n  - {name: pki, hostPath: {path: /etc/pki}}\n"));
  EXPECT_NE(beside.mount_holding("/etc/pki"), nullptr);
  EXPECT_EQ(beside.mount_holding("/etc/pki2/x"), nullptr);
}

TEST(ApiServerPod, ListFlagsAddUp) {
  ApiServerPod pod = read(pod_with({"--authorization-mode=AlwaysAllow", "--authorization-mode=Node,RBAC"}));
  EXPECT_EQ(pod.joined_flag("authorization-mode"), "AlwaysAllow,Node,RBAC");
  EXPECT_EQ(pod.joined_flag("authorization-config"), std::nullopt);
}

TEST(ApiServerPod, WordsThatStopTheServerAreProblemsAndNoErrors) {
  ApiServerPod pod = read(pod_with({"--anonymous-auth=no", "stray"}));
  ASSERT_EQ(pod.problems.size(), 2U);
  EXPECT_EQ(pod.problems[0].code.number, manifest_errors::bad_bool.number);
  EXPECT_EQ(pod.problems[1].place->line, 11U);
}

TEST(ApiServerPod, SecurePortDefaultsTo6443) {
  EXPECT_EQ(read(pod_with({})).secure_port(), 6443);
  EXPECT_EQ(read(pod_with({"--secure-port=443"})).secure_port(), 443);
}

TEST(ApiServerPod, RefusalsNameThePlace) {
  EXPECT_EQ(refusal(pod_with({}) + "---\nkind: Pod\n"), "NL1310 13:1");
  EXPECT_EQ(refusal(pod_with({}) + "kind: Pod\n"), "NL1311 13:1");
  EXPECT_EQ(refusal(pod_with({}) + "? a: b\n: c\n"), "NL1301 13:3");
  EXPECT_EQ(refusal(pod_with({}) + "a: {<<: b}\n"), "NL1301 13:9");
  EXPECT_EQ(refusal(pod_with({}) + "a: !!binary c2F5\n"), "NL1319 13:4");
  EXPECT_EQ(refusal("%YAML 1.1\n---\n" + pod_with({})), "NL1312 1:1");
  EXPECT_EQ(refusal(pod_with({"&a --v=2"})), "NL1319 10:7");
  EXPECT_EQ(refusal(pod_with({"!!str --v=2"})), "NL1319 10:7");
  EXPECT_EQ(refusal(pod_with({"12"})), "NL1316 10:7");
  EXPECT_EQ(refusal(pod_with({"'12'"})), "read");
  EXPECT_EQ(refusal(pod_with({"$(X)"})), "NL1322 10:7");
  EXPECT_EQ(refusal(pod_with({"$(X)=1"})), "NL1322 10:7");
  EXPECT_EQ(refusal(pod_with({"--v=$(X)"})), "read");
  EXPECT_EQ(refusal(pod_with({}, "    <<: {}\n")), "NL1319 12:5");
}

struct Told {
  std::string message;
  std::string next;
  std::size_t width = 0;
};

Told told(const std::string& bytes) {
  auto pod = read_api_server_pod(bytes, "m.yaml");
  EXPECT_FALSE(pod);
  if (pod || !pod.error().place) return {};
  EXPECT_EQ(pod.error().code.number, manifest_errors::wrong_shape.number);
  return {pod.error().message, std::string(pod.error().next_step()), pod.error().place->width};
}

// A prefix ends in a colon as a rule: --oidc-username-prefix=oidc:
TEST(ApiServerPod, FlagThatYamlReadsAsAMappingIsToldWithItsQuotes) {
  Told prefix = told(pod_with({"--oidc-username-prefix=oidc:"}));
  EXPECT_EQ(prefix.message,
            "m.yaml: YAML reads `--oidc-username-prefix=oidc:` as a mapping, because it ends in a colon");
  EXPECT_EQ(prefix.next, "put quotes around the item: - \"--oidc-username-prefix=oidc:\"");
  EXPECT_EQ(prefix.width, 28U);
  EXPECT_EQ(read(pod_with({"\"--oidc-username-prefix=oidc:\""})).flag("oidc-username-prefix"), "oidc:");

  Told inside = told(pod_with({"--audit-log-path: /x"}));
  EXPECT_EQ(
      inside.message,
      "m.yaml: YAML reads `--audit-log-path: /x` as a mapping, because it contains a colon and a blank");
  EXPECT_EQ(inside.next, "put quotes around the item: - \"--audit-log-path: /x\"");
}

TEST(ApiServerPod, ItemThatIsNoStringIsToldWithWhatYamlReads) {
  Told number = told(pod_with({"12"}));
  EXPECT_EQ(number.message,
            "m.yaml: YAML reads 12 in the command line as a number, a bool or null, not as a string");
  EXPECT_EQ(number.next, "put quotes around the item: - \"12\"");
  EXPECT_EQ(told(pod_with({"[--v=2]"})).message,
            "m.yaml: an item of the command line is a list, not a string");
  EXPECT_EQ(told(pod_with({"{--v: 2}"})).message,
            "m.yaml: an item of the command line is a mapping, not a string");
}

TEST(ApiServerPod, UnreadableTextIsAUsageError) {
  EXPECT_EQ(refusal("a: [\n"), "NL1301 2:1");
  EXPECT_EQ(refusal("a:\n\t- b\n"), "NL1304 2:1");
  EXPECT_EQ(refusal("a: \xFF\n"), "NL1303 1:4");
  EXPECT_EQ(refusal(std::string("a: \0b\n", 6)), "NL1303 1:4");
  EXPECT_EQ(refusal("{\"kind\": \"Pod\",}\n"), "NL1302 1:16");
  EXPECT_EQ(refusal(""), "NL1301 1:1");
  EXPECT_EQ(refusal("# nothing\n"), "NL1301 1:1");
}

TEST(ApiServerPod, NestingHasALimit) {
  EXPECT_EQ(refusal(std::string(100, '[') + std::string(100, ']')).substr(0, 6), "NL1314");
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "{\"a\":";
  EXPECT_EQ(refusal(deep + "1" + std::string(100'000, '}')).substr(0, 6), "NL1314");
  std::string bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\n";
  for (char c = 'b'; c < 'j'; ++c) {
    char p = static_cast<char>(c - 1);
    bomb += std::string(1, c) + ": &" + c + " [";
    for (int i = 0; i < 10; ++i) bomb += std::string(i > 0 ? "," : "") + "*" + p;
    bomb += "]\n";
  }
  EXPECT_EQ(refusal(bomb).substr(0, 6), "NL1314");
}

TEST(ApiServerPod, AliasInsideItsOwnAnchorIsRefused) {
  EXPECT_EQ(refusal("a: &a [*a]\n").substr(0, 6), "NL1301");
}

TEST(ApiServerPod, ReadersThatDisagreeAreARefusal) {
  // libyaml's YAML 1.1 sees a line break in U+2028, yaml-cpp a character of the comment.
  EXPECT_EQ(refusal("a: b # x\xE2\x80\xA8"
                    "c: d\n")
                .substr(0, 6),
            "NL1313");
}

}  // namespace
}  // namespace nightlatch::manifest
