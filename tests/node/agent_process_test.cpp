// Which process agent.sh takes for the API server: every user of a node may call a process kube-apiserver.
#include <gmock/gmock.h>

#include "agent_bench.hpp"

namespace nightlatch::node::test {

namespace {

using namespace std::string_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr int root = 0;
constexpr int somebody = 1000;
const std::string container = "4d0c8e9a7b";
const std::string uid = "f3f4a5e6c7d8";
const std::string user_session = "0::/user.slice/user-1000.slice/session-3.scope\n";

class AgentProcessTest : public AgentTest {
 protected:
  struct Process {
    int pid = 0;
    std::string name = "kube-apiserver";
    int user = root;
    std::string groups = "0::/\n";
    std::string cmdline{};
    int nesting = 2;
  };
  void run(const Process& process) const {
    fs::path directory = node.root() / "proc" / std::to_string(process.pid);
    write(directory / "comm", process.name + "\n");
    write(directory / "cmdline", process.cmdline);
    write(directory / "cgroup", process.groups);
    std::string ids;
    for (int i = 0; i < process.nesting; ++i) ids += fmt::format("\t{}", process.pid - i);
    write(directory / "status",
          fmt::format("Name:\t{0}\nUid:\t{1}\t{1}\t{1}\t{1}\nNSpid:{2}\n", process.name, process.user, ids));
    write(directory / "stat",
          fmt::format("{0} ({1}) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 {0} 20 21\n", process.pid,
                      process.name));
  }
  // In no container, so that it would be the least nested one, and younger than the real one.
  void run_decoy() const {
    run({.pid = 900,
         .user = somebody,
         .groups = user_session,
         .cmdline = "kube-apiserver\0--evil\x1b[2J\0"s,
         .nesting = 1});
  }
  void crictl_names_the_container() const {
    write(node.root() / "etc/crictl.yaml", "runtime-endpoint: unix:///x\n");
    node.shim("crictl", "case \"$*\" in *ps*) printf '%s\\n' '\"id\": \"" + container +
                            "\",' '\"podSandboxId\": \"s\",' '\"state\": \"CONTAINER_RUNNING\",' ;; esac\n");
  }
  [[nodiscard]] std::int64_t seen() const { return node.call(Verb::state).pod.pid; }
};
INSTANTIATE_TEST_SUITE_P(Shells, AgentProcessTest, ::testing::ValuesIn(shells()), shell_name);

TEST_P(AgentProcessTest, TheOneInTheContainersCgroup) {
  crictl_names_the_container();
  run_decoy();
  for (const std::string& groups :
       {"0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" + uid +
            ".slice/cri-containerd-" + container + ".scope\n",
        "12:memory:/kubepods/burstable/pod" + uid + "/" + container + "\n1:name=systemd:/x\n",
        "0::/k8s.io/" + container + "\n"}) {
    run({.pid = 77, .groups = groups, .cmdline = "kube-apiserver\0--anonymous-auth=false\0"s});
    EXPECT_EQ(seen(), 77) << groups;
  }
  EXPECT_THAT(node.facts().facts.running_argv, ElementsAre("kube-apiserver", "--anonymous-auth=false"));
}

// kubeadm's RootlessControlPlane, beside a cluster that runs in pods of this one.
TEST_P(AgentProcessTest, TheOneInTheContainersCgroupNeedNotBeRoots) {
  crictl_names_the_container();
  run({.pid = 77, .user = 2001, .groups = "0::/kubepods/pod" + uid + "/" + container + "\n"});
  run({.pid = 800, .groups = "0::/kubepods/pod0123/999\n"});
  EXPECT_EQ(seen(), 77);
}

TEST_P(AgentProcessTest, WithoutARuntimeToolTheOneInTheStaticPodsCgroup) {
  fs::create_directories(node.root() / "var/log/pods" / ("kube-system_kube-apiserver-cp1_" + uid));
  run_decoy();
  run({.pid = 800, .groups = "0::/kubepods/burstable/podaaaa/1\n"});
  for (const std::string& groups :
       {"0::/kubepods/burstable/pod" + uid + "/1\n",
        "0::/kubepods.slice/kubepods-burstable-pod" + uid + ".slice/crio-1.scope\n"}) {
    run({.pid = 77, .user = 2001, .groups = groups});
    EXPECT_EQ(seen(), 77) << groups;
  }
}

TEST_P(AgentProcessTest, WhereCgroupsTellNothingTheOneOfRoot) {
  run_decoy();
  run({.pid = 77});
  EXPECT_EQ(seen(), 77);
}

TEST_P(AgentProcessTest, ADecoyAloneIsNoApiServer) {
  run_decoy();
  EXPECT_EQ(seen(), 0);
  facts::NodeFacts facts = node.facts().facts;
  EXPECT_THAT(facts.running_argv, IsEmpty());
  EXPECT_FALSE(facts.pod.running);
}

// Its flags would name the directory of the manifests.
TEST_P(AgentProcessTest, KubeletKubeadmAndAgentsAreRoots) {
  run({.pid = 50,
       .name = "kubelet",
       .user = somebody,
       .cmdline = "kubelet\0--pod-manifest-path=/tmp/evil\0"s});
  run({.pid = 51, .name = "kubeadm", .user = somebody});
  run({.pid = 52, .name = "puppet", .user = somebody});
  facts::NodeFacts facts = node.facts().facts;
  EXPECT_EQ(facts.static_pod_path, "/etc/kubernetes/manifests");
  EXPECT_FALSE(facts.kubelet_running);
  EXPECT_FALSE(facts.kubeadm_running);
  EXPECT_THAT(facts.config_agents, IsEmpty());
}

}  // namespace

}  // namespace nightlatch::node::test
