// What agent.sh reads from a node: facts, the API server's pod without the API, and the evidence of a failed
// start.
#include <gmock/gmock.h>

#include "agent_bench.hpp"
#include "certificate.hpp"
#include "util/certificate.hpp"

namespace nightlatch::node::test {

namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

class AgentLookTest : public AgentTest {
 protected:
  void process(int pid, const std::string& name, int start, const std::string& cmdline,
               int nesting = 2) const {
    fs::path directory = node.root() / "proc" / fmt::format("{}", pid);
    write(directory / "comm", name + "\n");
    write(directory / "cmdline", cmdline);
    std::string ids;
    for (int i = 0; i < nesting; ++i) ids += fmt::format("\t{}", pid - i);
    write(directory / "status", fmt::format("Name:\t{}\nUid:\t0\t0\t0\t0\nNSpid:{}\n", name, ids));
    write(directory / "stat",
          fmt::format("{} ({}) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 {} 20 21\n", pid, name, start));
  }
  // What crictl prints of the newest container, pretty as it does.
  void crictl_sees(const std::string& sandbox, const std::string& container, const std::string& state,
                   const std::string& exit_code = "0", const std::string& created = "4000000000") const {
    write(node.root() / "etc/crictl.yaml", "runtime-endpoint: unix:///x\n");
    write(node.root() / "ps.json",
          fmt::format(
              "{{\n  \"containers\": [\n    {{\n      \"id\": \"{}\",\n      \"podSandboxId\": \"{}\",\n"
              "      \"metadata\": {{\n        \"name\": \"kube-apiserver\",\n        \"attempt\": 3\n      "
              "}},\n      \"createdAt\": \"{}123456789\",\n"
              "      \"image\": {{\n        \"image\": \"sha256:1\"\n      }},\n      \"state\": \"{}\",\n"
              "      \"labels\": {{\n        \"io.kubernetes.pod.uid\": \"hash-1\"\n      }}\n    }}\n  "
              "]\n}}\n",
              container, sandbox, created, state));
    write(node.root() / "inspect.json",
          fmt::format("{{\n  \"status\": {{\n    \"exitCode\": {},\n  }}\n}}\n", exit_code));
    node.shim("crictl",
              "case \"$*\" in *inspect*) cat $NL_ROOT/inspect.json ;; *ps*) cat $NL_ROOT/ps.json ;; esac\n");
  }
  [[nodiscard]] Request await(const std::string& known, int seconds) const {
    Request request = node.request(Verb::await);
    request.known_pod = known;
    request.wait = std::chrono::seconds(seconds);
    return request;
  }
};

INSTANTIATE_TEST_SUITE_P(Shells, AgentLookTest, ::testing::ValuesIn(shells()), shell_name);

TEST_P(AgentLookTest, FactsOfAKubeadmNode) {
  using namespace std::string_literals;
  write(node.root() / "etc/machine-id", "m1\n");
  write(node.root() / "proc/sys/kernel/hostname", "cp1\n");
  write(node.root() / "var/lib/kubelet/config.yaml",
        "kind: KubeletConfiguration\nstaticPodPath: \"/etc/kubernetes/manifests\" # here\n");
  write(node.manifest().parent_path() / "etcd.yaml", "kind: Pod\nmetadata:\n  name: etcd\n");
  process(50, "kubelet", 10, "/usr/bin/kubelet\0--config=/var/lib/kubelet/config.yaml\0"s);
  process(77, "kube-apiserver", 500, "kube-apiserver\0--anonymous-auth=false\0"s);
  FactsReply seen = node.facts();
  const facts::NodeFacts& facts = seen.facts;
  ASSERT_EQ(seen.reply.kind, ReplyKind::ok) << node.last_stderr();
  EXPECT_EQ(facts.hostname, "cp1");
  EXPECT_EQ(facts.machine_id, "m1");
  EXPECT_EQ(facts.boot_id, "boot-1");
  EXPECT_EQ(facts.static_pod_path, "/etc/kubernetes/manifests");
  EXPECT_EQ(facts.manifest_path, manifest_path);
  EXPECT_EQ(facts.manifest.bytes, before_bytes);
  EXPECT_EQ(facts.manifest.sha256, sha256_hex(before_bytes));
  EXPECT_EQ(facts.manifest.mode, "600");
  EXPECT_EQ(facts.ca_path, "/etc/kubernetes/pki/ca.crt");
  EXPECT_THAT(facts.ca, IsEmpty()) << "no certificate lies there";
  EXPECT_THAT(facts.running_argv, ElementsAre("kube-apiserver", "--anonymous-auth=false"));
  EXPECT_THAT(facts.other_manifests, IsEmpty());
  EXPECT_THAT(facts.stray_files, IsEmpty());
  EXPECT_THAT(facts.missing_tools, IsEmpty());
  EXPECT_EQ(facts.runtime_tool, "proc");
  EXPECT_EQ(facts.pod.identity(), "pid 77 start 500");
  EXPECT_TRUE(facts.kubelet_running);
  EXPECT_FALSE(facts.kubeadm_running);
  EXPECT_GT(facts.free_bytes, 0U);
  EXPECT_GT(facts.clock, 0);
  EXPECT_FALSE(fs::exists(node.home()));
}

TEST_P(AgentLookTest, TheCaOfClientsIsTheOneThatTheManifestNames) {  // S9
  std::string ours = certificate_until(4'000'000'000);
  std::string next = certificate_until(4'000'000'001);
  write(node.root() / "etc/kubernetes/pki/ca.crt", ours);
  EXPECT_EQ(node.facts().facts.ca, certificates_in(ours)) << "without the flag";
  write(node.manifest(), before_bytes + "    - --client-ca-file=/etc/kubernetes/clients.crt\n");
  EXPECT_EQ(node.facts().facts.ca_path, "/etc/kubernetes/clients.crt");
  EXPECT_THAT(node.facts().facts.ca, IsEmpty()) << "it is not there";
  std::string key = "-----BEGIN EC PRIVATE KEY-----\nc2VjcmV0\n-----END EC PRIVATE KEY-----\n";
  write(node.root() / "etc/kubernetes/clients.crt", "# the next one\n" + next + key + ours);
  EXPECT_EQ(node.facts().facts.ca, certificates_in(ours + next));
  std::string told = read(node.root() / "stdout");
  std::string sent = told.substr(told.find("\nca.bytes=") + std::string_view("\nca.bytes=").size());
  EXPECT_THAT(*base64_decode(sent.substr(0, sent.find('\n'))), Not(HasSubstr("PRIVATE")));
}

TEST_P(AgentLookTest, AddressesAreThoseOfTheMachinesInterfaces) {  // S17
  node.shim("ip",
            "echo '1: lo    inet 127.0.0.1/8 scope host lo'\n"
            "echo '2: eth0    inet 10.0.0.11/24 brd 10.0.0.255 scope global eth0\\       valid_lft forever'\n"
            "echo '2: eth0    inet 10.0.0.100/32 scope global eth0'\n"
            "echo '2: eth0    inet6 fd00::64/128 scope global nodad'\n"
            "echo '3: tun0    inet 10.9.0.1 peer 10.9.0.2/32 scope global tun0'\n"
            "echo '4: kube-ipvs0    inet 10.96.0.1/32 scope global kube-ipvs0'\n");
  EXPECT_THAT(node.facts().facts.addresses,
              UnorderedElementsAre("10.0.0.11", "10.0.0.100", "fd00::64", "10.9.0.1"));
  Request state = node.request(Verb::state);
  EXPECT_THAT(node.call(state).addresses, IsEmpty()) << "nobody asked";
  state.addresses = true;
  EXPECT_THAT(node.call(state).addresses,
              UnorderedElementsAre("10.0.0.11", "10.0.0.100", "fd00::64", "10.9.0.1"));
}

TEST_P(AgentLookTest, StateOfTheFilesAloneAsksNoContainerRuntime) {
  write(node.root() / "etc/crictl.yaml", "runtime-endpoint: unix:///x\n");
  node.shim("crictl", ": >$NL_ROOT/asked\nexit 1\n");
  Request state = node.request(Verb::state);
  state.pod = false;
  Reply reply = node.call(state);
  EXPECT_EQ(reply.kind, ReplyKind::ok);
  EXPECT_EQ(reply.state.manifest_sha256, sha256_hex(before_bytes));
  EXPECT_FALSE(fs::exists(node.root() / "asked"));
  state.pod = true;
  EXPECT_EQ(node.call(state).kind, ReplyKind::ok);
  EXPECT_TRUE(fs::exists(node.root() / "asked"));
}

TEST_P(AgentLookTest, ImagesAreThoseThatTheRuntimeHas) {  // S11
  EXPECT_THAT(node.facts().facts.images, IsEmpty()) << "no tool answers";
  write(node.root() / "etc/crictl.yaml", "runtime-endpoint: unix:///x\n");
  node.shim(
      "crictl",
      "case \"$*\" in images*) printf '%s\\n' '{' '  \"images\": [' '    {' '      \"id\": \"sha256:12\",' "
      "'      \"repoTags\": [' '        \"registry.k8s.io/kube-apiserver:v1.34.4\",' "
      "'        \"r.example/kube-apiserver:mine\"' '      ],' '      \"repoDigests\": [' "
      "'        \"registry.k8s.io/kube-apiserver@sha256:34\"' '      ],' '      \"size\": \"1\"' ;; *) exit "
      "1 ;; "
      "esac\n");
  EXPECT_THAT(node.facts().facts.images,
              UnorderedElementsAre("registry.k8s.io/kube-apiserver:v1.34.4", "r.example/kube-apiserver:mine",
                                   "registry.k8s.io/kube-apiserver@sha256:34"));
  node.unshim("crictl");
  node.shim("crictl", "exit 1\n");
  node.shim("ctr", "case \"$*\" in *'images ls -q') echo registry.k8s.io/pause:3.10 ;; *) exit 1 ;; esac\n");
  EXPECT_THAT(node.facts().facts.images, ElementsAre("registry.k8s.io/pause:3.10"));
}

TEST_P(AgentLookTest, WithoutIpTheKernelsTablesTellTheAddresses) {
  node.shim("ip", "exit 1\n");
  write(node.root() / "proc/net/fib_trie",
        "Main:\n  +-- 0.0.0.0/0 3 0 5\n     |-- 0.0.0.0\n        /0 universe UNICAST\n     |-- 10.0.0.0\n"
        "        /24 link UNICAST\n        |-- 10.0.0.11\n           /32 host LOCAL\n        |-- 10.0.0.255\n"
        "           /32 link BROADCAST\nLocal:\n        |-- 10.0.0.11\n           /32 host LOCAL\n"
        "        |-- 127.0.0.1\n           /32 host LOCAL\n");
  write(node.root() / "proc/net/if_inet6",
        "00000000000000000000000000000001 01 80 10 80       lo\n"
        "fd000000000000000000000000000064 02 40 00 80     eth0\n");
  EXPECT_THAT(node.facts().facts.addresses, UnorderedElementsAre("10.0.0.11", "fd00::64"));
}

// kubernetes#136962: the kubelet reads every file whose name has no leading dot.
TEST_P(AgentLookTest, TwinsAndStrayFilesAreNamed) {
  fs::path directory = node.manifest().parent_path();
  write(directory / "kube-apiserver.yaml.bak", before_bytes);
  write(directory / "notes", "remember the milk\n");
  write(directory / ".hidden", before_bytes);
  facts::NodeFacts facts = node.facts().facts;
  EXPECT_EQ(facts.manifest_path, manifest_path);
  EXPECT_THAT(facts.other_manifests, ElementsAre(manifest_path + ".bak"));
  EXPECT_THAT(facts.stray_files, ElementsAre("/etc/kubernetes/manifests/notes"));
}

TEST_P(AgentLookTest, StaticPodPathOfTheKubeletIsFollowed) {
  write(node.root() / "var/lib/kubelet/config.yaml", "staticPodPath: /srv/pods/\n");
  write(node.root() / "srv/pods/api.json", "{\"metadata\": {\"name\": \"kube-apiserver\"}}\n");
  EXPECT_EQ(node.facts().facts.manifest_path, "/srv/pods/api.json");
}

TEST_P(AgentLookTest, ConfigurationOfTheKubeletMayLieAnywhere) {
  using namespace std::string_literals;
  write(node.root() / "var/lib/kubelet/config.yaml", "staticPodPath: /never\n");
  write(node.root() / "opt/kubelet.json",
        "{\n  \"kind\": \"KubeletConfiguration\",\n  \"staticPodPath\": \"/srv/pods\",\n}\n");
  process(50, "kubelet", 10, "/usr/bin/kubelet\0--config\0/opt/kubelet.json\0--v=2\0"s);
  EXPECT_EQ(node.facts().facts.static_pod_path, "/srv/pods");
}

TEST_P(AgentLookTest, TheLastDropInOfTheKubeletCounts) {
  using namespace std::string_literals;
  write(node.root() / "opt/kubelet.yaml", "staticPodPath: /srv/pods\n");
  write(node.root() / "opt/kubelet.d/10-first.conf", "staticPodPath: /first\n");
  write(node.root() / "opt/kubelet.d/20-more/a.conf", "staticPodPath: '/second'\n");
  write(node.root() / "opt/kubelet.d/30-none.conf", "maxPods: 10\n");
  write(node.root() / "opt/kubelet.d/40-no.yaml", "staticPodPath: /not-a-conf\n");
  process(50, "kubelet", 10, "/usr/bin/kubelet\0--config=/opt/kubelet.yaml\0--config-dir\0/opt/kubelet.d\0"s);
  EXPECT_EQ(node.facts().facts.static_pod_path, "/second");
  process(50, "kubelet", 10, "/usr/bin/kubelet\0--config-dir=/opt/kubelet.d\0--pod-manifest-path\0/flag\0"s);
  EXPECT_EQ(node.facts().facts.static_pod_path, "/flag");
}

TEST_P(AgentLookTest, PathsOfTheManifestAreLookedUpAndNoKeyIsRead) {
  const std::string pem = "-----BEGIN CERTIFICATE-----\nMII=\n-----END CERTIFICATE-----\n";
  write(node.manifest(), before_bytes +
                             "    - --tls-cert-file=/etc/pki/api.crt\n"
                             "    - \"--tls-private-key-file\"\n    - '/etc/pki/api.key'\r\n"
                             "    - --client-ca-file=/etc/pki/ca.crt\n");
  write(node.root() / "etc/pki/api.crt", pem + "-----BEGIN PRIVATE KEY-----\nsecret\n");
  write(node.root() / "etc/pki/api.key", "-----BEGIN PRIVATE KEY-----\nsecret\n");
  facts::NodeFacts facts = node.facts().facts;
  EXPECT_THAT(facts.missing_paths, ElementsAre("/etc/pki/ca.crt"));
  ASSERT_EQ(facts.certificates.size(), 1U);
  EXPECT_EQ(facts.certificates[0].path, "/etc/pki/api.crt");
  EXPECT_EQ(facts.certificates[0].bytes, pem);
}

TEST_P(AgentLookTest, FileThatTheManifestNamesIsRead) {
  write(node.manifest(), before_bytes + "    - --authentication-config=/etc/kubernetes/authn.yaml\n");
  EXPECT_EQ(node.facts().facts.authentication_config->sha256, "");
  write(node.root() / "etc/kubernetes/authn.yaml", "kind: AuthenticationConfiguration\n");
  std::optional<facts::FileFacts> config = node.facts().facts.authentication_config;
  ASSERT_TRUE(config);
  EXPECT_EQ(config->path, "/etc/kubernetes/authn.yaml");
  EXPECT_EQ(config->bytes, "kind: AuthenticationConfiguration\n");
}

TEST_P(AgentLookTest, CaOfTheIssuerIsReadInEverySpelling) {
  write(node.root() / "etc/kubernetes/pki/id.crt", "-----BEGIN CERTIFICATE-----\n");
  for (const char* flag :
       {"--oidc-ca-file=/etc/kubernetes/pki/id.crt", "'--oidc_ca_file=/etc/kubernetes/pki/id.crt'",
        "\"--oidc-ca-file=/etc/kubernetes/pki/id.crt\""}) {
    write(node.manifest(), before_bytes + "    - " + flag + "\n");
    std::optional<facts::FileFacts> ca = node.facts().facts.oidc_ca;
    ASSERT_TRUE(ca) << flag;
    EXPECT_EQ(ca->bytes, "-----BEGIN CERTIFICATE-----\n");
  }
  write(node.manifest(), before_bytes);
  EXPECT_FALSE(node.facts().facts.oidc_ca);
}

TEST_P(AgentLookTest, OtherOwnersAndRunningKubeadmAreSeen) {
  fs::create_directories(node.root() / "etc/rancher/rke2");
  process(60, "kubeadm", 10, "kubeadm");
  facts::NodeFacts facts = node.facts().facts;
  EXPECT_THAT(facts.foreign_owners, ElementsAre("/etc/rancher/rke2"));
  EXPECT_TRUE(facts.kubeadm_running);
}

// "FILE: words" of each, as they come.
std::vector<std::string> patches_of(const facts::NodeFacts& facts) {
  std::vector<std::string> told;
  for (const facts::KubeadmPatch& patch : facts.kubeadm_patches)
    told.push_back(fmt::format("{}: {}", patch.path, fmt::join(patch.names, " ")));
  return told;
}

// S20: what kubeadm's next manifest would have beside the file.
TEST_P(AgentLookTest, KubeadmPatchesTellWhichWordsTheyNameAndNoMore) {
  EXPECT_THAT(patches_of(node.facts().facts), IsEmpty());
  fs::path patches = node.root() / "etc/kubernetes/patches";
  write(patches / "kube-apiserver0+json.json",
        R"([{"op": "add", "path": "/spec/containers/0/command/-", "value": "--anonymous_auth=s3cret"},)"
        R"({"op": "add", "path": "/spec/containers/0/command/-", "value": "--oidc-issuer-url=https://x"}])");
  write(patches / "kube-apiserver.yaml",
        "spec:\n  containers:\n  - name: kube-apiserver\n    command: [a]\n");
  write(patches / "kube-apiserver1+json.yaml",
        "- op: replace\n  path: /spec/containers/0/command\n  value: []\n");
  write(patches / "kube-apiserver2+merge.yaml", "metadata: {annotations: {x: y}}\n");
  write(patches / "kube-apiserver3.yaml.bak", "--anonymous-auth=false\n");
  write(patches / "kube-scheduler.yaml", "--authentication-config=x\n");
  EXPECT_THAT(patches_of(node.facts().facts),
              ElementsAre("/etc/kubernetes/patches/kube-apiserver.yaml: command",
                          "/etc/kubernetes/patches/kube-apiserver1+json.yaml: command",
                          "/etc/kubernetes/patches/kube-apiserver0+json.json: anonymous-auth oidc"));
  EXPECT_THAT(read(node.root() / "stdout"), Not(HasSubstr("s3cret")));
}

TEST_P(AgentLookTest, KubeadmPatchesAreSoughtWhereItsConfigurationSays) {
  const std::string patch = "x: --authentication-config=/y\n";
  write(node.root() / "etc/kubernetes/kubeadm.yaml",
        "kind: ClusterConfiguration\n---\nkind: InitConfiguration\npatches:\n  directory: \"/srv/a/\" # "
        "ours\n");
  write(node.root() / "etc/kubernetes/kubeadm/upgrade.yml", "node: {patches: {directory: /srv/b}}\r\n");
  write(node.root() / "root/kubeadm-join.yaml", "patches:\n  directory: ../srv/c\n");
  write(node.root() / "etc/kubernetes/other.conf", "patches:\n  directory: /srv/d\n");
  for (const char* place : {"a", "b", "c", "d"})
    write(node.root() / "srv" / place / "kube-apiserver.yaml", patch);
  EXPECT_THAT(patches_of(node.facts().facts),
              ElementsAre("/srv/a/kube-apiserver.yaml: authentication-config",
                          "/srv/b/kube-apiserver.yaml: authentication-config"));
}

TEST_P(AgentLookTest, AgentsOfConfigurationManagementAreNamedOnce) {
  EXPECT_TRUE(node.facts().facts.config_agents.empty());
  process(62, "puppet", 10, "puppet");
  process(63, "puppet", 11, "puppet");
  process(64, "salt-minion", 12, "salt-minion");
  process(65, "chef-client", 13, "chef-client");
  EXPECT_THAT(node.facts().facts.config_agents, ElementsAre("chef", "puppet", "salt"));
}

TEST_P(AgentLookTest, AMemberOfEtcdIsSeen) {
  EXPECT_FALSE(node.facts().facts.etcd_running);
  process(61, "etcd", 10, "etcd");
  EXPECT_TRUE(node.facts().facts.etcd_running);
}

TEST_P(AgentLookTest, PastRunsAreListed) {
  node.go_to(Step::staged);
  std::vector<facts::NodeRun> runs = node.facts().facts.runs;
  ASSERT_EQ(runs.size(), 1U);
  EXPECT_EQ(runs[0].run, run_id);
  EXPECT_EQ(runs[0].step, "staged");
  EXPECT_TRUE(runs[0].time.starts_with("20") && runs[0].time.ends_with("Z")) << runs[0].time;
}

// A machine that hosts nodes in containers sees their API servers, too.
TEST_P(AgentLookTest, LeastNestedApiServerIsThisMachines) {
  process(70, "kube-apiserver", 900, "", 3);
  process(80, "kube-apiserver", 400, "", 2);
  EXPECT_EQ(node.call(Verb::state).pod.pid, 80);
}

TEST_P(AgentLookTest, CrictlTellsThePod) {
  process(77, "kube-apiserver", 500, "");
  crictl_sees("sandbox-1", "container-1", "CONTAINER_RUNNING");
  facts::PodView pod = node.call(Verb::state).pod;
  EXPECT_EQ(pod.identity(), "sandbox-1/container-1");
  EXPECT_EQ(pod.config_hash, "hash-1");
  EXPECT_EQ(pod.restarts, 3);
  EXPECT_TRUE(pod.running);
  EXPECT_EQ(pod.exit_code, std::nullopt);
  EXPECT_EQ(pod.pid, 77);
}

TEST_P(AgentLookTest, CrictlTellsTheExitCode) {
  crictl_sees("sandbox-1", "container-1", "CONTAINER_EXITED", "1");
  facts::PodView pod = node.call(Verb::state).pod;
  EXPECT_FALSE(pod.running);
  EXPECT_EQ(pod.exit_code, 1);
}

// Seen after a reboot: the kubelet had taken the old container away, the new one was not there yet.
TEST_P(AgentLookTest, ContainerOfAnEarlierLifeThatEndedIsNoNews) {
  crictl_sees("sandbox-0", "container-0", "CONTAINER_EXITED", "255", "1700000000");
  Reply reply = node.call(await("sandbox-1/container-1", 3));
  EXPECT_EQ(reply.pod.exit_code, std::nullopt);
  EXPECT_EQ(read(node.root() / "proc/uptime"), "1003.00 0\n");
}

TEST_P(AgentLookTest, CtrTellsThePodWhereThereIsNoCrictl) {
  write(node.root() / "info.json",
        "{\n    \"ID\": \"c1\",\n    \"Labels\": {\n        \"io.kubernetes.pod.uid\": \"hash-2\"\n    },\n"
        "    \"CreatedAt\": \"2096-11-22T01:00:00.5Z\",\n    \"Spec\": {\n        \"annotations\": {\n"
        "            \"io.kubernetes.cri.sandbox-id\": \"s1\"\n        }\n    }\n}\n");
  node.shim("ctr",
            "case \"$*\" in *'containers ls'*) echo c1 ;; *'containers info'*) cat $NL_ROOT/info.json ;;\n"
            "*'tasks ls'*) cat $NL_ROOT/tasks ;; esac\n");
  write(node.root() / "tasks", "TASK    PID    STATUS\nc1    42    RUNNING\n");
  write(node.root() / "var/log/pods/kube-system_kube-apiserver-cp1_x/kube-apiserver/4.log", "x\n");
  facts::PodView pod = node.call(Verb::state).pod;
  EXPECT_EQ(pod.identity(), "s1/c1");
  EXPECT_EQ(pod.config_hash, "hash-2");
  EXPECT_EQ(pod.restarts, 4);
  EXPECT_TRUE(pod.running);
  write(node.root() / "tasks", "TASK    PID    STATUS\n");
  write(node.root() / "var/lib/containerd/io.containerd.grpc.v1.cri/containers/c1/status",
        "{\"Version\":\"v1\",\"Pid\":0,\"CreatedAt\":1,\"StartedAt\":2,\"FinishedAt\":3,\"ExitCode\":1,"
        "\"Reason\":\"\"}");
  pod = node.call(Verb::state).pod;
  EXPECT_FALSE(pod.running);
  EXPECT_EQ(pod.exit_code, 1);
}

TEST_P(AgentLookTest, AwaitEndsAtTheNewContainer) {
  crictl_sees("sandbox-2", "container-2", "CONTAINER_RUNNING");
  EXPECT_EQ(node.call(await("sandbox-1/container-1", 60)).pod.identity(), "sandbox-2/container-2");
  EXPECT_TRUE(read(node.root() / "proc/uptime").starts_with("1000.")) << "no need to sleep";
}

TEST_P(AgentLookTest, AwaitGivesUpAfterItsWait) {
  crictl_sees("sandbox-1", "container-1", "CONTAINER_RUNNING");
  Reply reply = node.call(await("sandbox-1/container-1", 3));
  EXPECT_EQ(reply.kind, ReplyKind::ok);
  EXPECT_EQ(reply.pod.identity(), "sandbox-1/container-1");
  EXPECT_EQ(read(node.root() / "proc/uptime"), "1003.00 0\n");
}

TEST_P(AgentLookTest, ContainerThatHasNotStartedYetIsNoNews) {
  crictl_sees("sandbox-2", "container-2", "CONTAINER_CREATED");
  (void)node.call(await("sandbox-1/container-1", 3));
  EXPECT_EQ(read(node.root() / "proc/uptime"), "1003.00 0\n");
}

// kubespray#13410: the old process still answers.
TEST_P(AgentLookTest, RuntimeThatDoesNotAnswerIsNoNews) {
  process(77, "kube-apiserver", 500, "");
  (void)node.call(await("sandbox-1/container-1", 3));
  EXPECT_EQ(read(node.root() / "proc/uptime"), "1003.00 0\n");
}

TEST_P(AgentLookTest, WithoutARuntimeToolAnotherProcessIsTheNews) {
  process(77, "kube-apiserver", 500, "");
  EXPECT_EQ(node.call(await("pid 77 start 500", 2)).pod.pid, 77);
  EXPECT_EQ(read(node.root() / "proc/uptime"), "1002.00 0\n");
  process(77, "kube-apiserver", 900, "");
  EXPECT_EQ(node.call(await("pid 77 start 500", 60)).pod.process_start, 900);
  EXPECT_EQ(read(node.root() / "proc/uptime"), "1002.00 0\n");
}

TEST_P(AgentLookTest, EvidenceBeginsWithTheRefusalAndHidesSecrets) {
  fs::path logs = node.root() / "var/log/pods/kube-system_kube-apiserver-cp1_x/kube-apiserver";
  write(logs / "1.log",
        "2026-11-22T01:16:01.1Z stderr F I1122 first line\n"
        "2026-11-22T01:16:02.1Z stderr F E1122 run.go:72] \"command failed\" err=\"anonymous: Forbidden\"\n"
        "2026-11-22T01:16:03.1Z stderr F Authorization: Bearer abcdefghijklmnop\n"
        "2026-11-22T01:16:03.2Z stderr F got eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln in a log\n"
        "2026-11-22T01:16:03.3Z stderr F bootstrap abcdef.0123456789abcdef used\n"
        "2026-11-22T01:16:03.4Z stderr F storing policies.admissionregistration.k8s.io\n");
  Reply reply = node.call(Verb::evidence);
  ASSERT_EQ(reply.lines.size(), 6U);
  EXPECT_EQ(reply.lines[5], "storing policies.admissionregistration.k8s.io");
  EXPECT_EQ(reply.lines[0], "E1122 run.go:72] \"command failed\" err=\"anonymous: Forbidden\"");
  EXPECT_EQ(reply.lines[1], "I1122 first line");
  for (const std::string& line : reply.lines) {
    EXPECT_THAT(line, Not(HasSubstr("abcdefgh")));
    EXPECT_THAT(line, Not(HasSubstr("eyJ")));
    EXPECT_THAT(line, Not(HasSubstr("0123456789abcdef")));
  }
}

TEST_P(AgentLookTest, EvidenceWithoutALogIsEmpty) {
  Reply reply = node.call(Verb::evidence);
  EXPECT_EQ(reply.kind, ReplyKind::ok);
  EXPECT_THAT(reply.lines, IsEmpty());
}

}  // namespace

}  // namespace nightlatch::node::test
