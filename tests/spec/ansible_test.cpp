#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "spec/errors.hpp"
#include "spec/inventory.hpp"
#include "spec/told.hpp"

namespace nightlatch::spec {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

// As `ansible-inventory -i inventory/eu --list` of a kubespray inventory prints it.
constexpr std::string_view kubespray = R"({
    "_meta": {
        "hostvars": {
            "cp1": {"ansible_host": "10.0.0.11", "ip": "192.168.0.11", "ansible_user": "ops",
                    "ansible_ssh_private_key_file": "~/.ssh/id_ops", "cluster_name": "cluster.local",
                    "loadbalancer_apiserver": {"address": "10.0.0.10", "port": 8443}},
            "cp2": {"ansible_host": "10.0.0.12", "ansible_user": "ops", "ansible_port": 2222,
                    "ansible_ssh_private_key_file": "~/.ssh/id_ops"},
            "w1": {"ansible_host": "10.0.0.21"}
        }
    },
    "all": {"children": ["ungrouped", "k8s_cluster"]},
    "k8s_cluster": {"children": ["kube_control_plane", "kube_node"]},
    "kube_control_plane": {"hosts": ["cp1", "cp2"]},
    "kube_node": {"hosts": ["w1"]}
}
)";

std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
  std::string result(text);
  result.replace(result.find(from), from.size(), to);
  return result;
}

TEST(AnsibleInventory, TheControlPlaneGroupOfKubesprayIsTheCluster) {
  auto inventory = parse_inventory(kubespray, "eu.json");
  ASSERT_TRUE(inventory) << told(inventory);
  ASSERT_THAT(inventory->clusters, SizeIs(1));
  const Cluster& cluster = inventory->clusters[0];
  EXPECT_EQ(cluster.name, "cluster.local");
  EXPECT_EQ(cluster.endpoint, "https://10.0.0.10:8443");
  EXPECT_EQ(cluster.ssh.user, "ops");
  EXPECT_EQ(cluster.ssh.identity_file, "~/.ssh/id_ops");
  EXPECT_EQ(cluster.ssh.become, Become::sudo);
  ASSERT_THAT(cluster.nodes, SizeIs(2));
  EXPECT_EQ(cluster.nodes[0].name, "cp1");
  EXPECT_EQ(cluster.nodes[0].host, "10.0.0.11");
  EXPECT_EQ(cluster.nodes[0].port, 22);
  EXPECT_EQ(cluster.nodes[1].port, 2222);
  EXPECT_FALSE(cluster.load_balancer);
}

TEST(AnsibleInventory, GroupsOfGroupsAndOlderNamesAreFollowed) {
  auto inventory = parse_inventory(
      R"({"_meta": {"hostvars": {}}, "masters": {"children": ["eu", "us"]}, "eu": {"hosts": ["a"]},
          "us": {"hosts": ["b", "a"], "children": ["masters"]}})",
      "x.json");
  ASSERT_TRUE(inventory) << told(inventory);
  ASSERT_THAT(inventory->clusters[0].nodes, SizeIs(2));
  EXPECT_EQ(inventory->clusters[0].nodes[1].host, "b");
  EXPECT_EQ(inventory->clusters[0].name, "default");
}

TEST(AnsibleInventory, WithoutAControlPlaneGroupTheGroupsAreNamed) {
  EXPECT_EQ(
      told(parse_inventory(R"({"_meta": {"hostvars": {}}, "web": {"hosts": ["w1"]}, "db": {"hosts": []}})",
                           "x.json")),
      "NL1112 exit 2 x.json:1:1: no group of this Ansible inventory has a name of a control-plane group\n"
      "{\"_meta\": {\"hostvars\": {}}, \"web\": {\"hosts\": [\"w1\"]}, \"db\": {\"hosts\": []}}\n"
      "^\n"
      "its groups: web, db\n"
      "control-plane groups: kube_control_plane, kube-master, kube_master, control_plane, "
      "controlplane, control-plane, "
      "k8s_masters, masters, master\n");
}

TEST(AnsibleInventory, HostsReachedInDifferentWaysAreRefused) {
  std::string text = replaced(kubespray, R"("ansible_user": "ops", "ansible_port")", R"("ansible_port")");
  EXPECT_THAT(
      told(parse_inventory(text, "x.json")),
      HasSubstr(
          "cp2 is not reached in the same way as cp1: ansible_user, the private key and the become method"));
}

TEST(AnsibleInventory, AnUnresolvedTemplateIsRefusedAtItsPlace) {
  std::string text = replaced(kubespray, "10.0.0.12", "{{ cp2_ip }}");
  EXPECT_THAT(told(parse_inventory(text, "x.json")),
              HasSubstr("x.json:7:37: \"{{ cp2_ip }}\" cannot be a host; a template must be resolved"));
  EXPECT_THAT(told(parse_inventory(replaced(kubespray, "2222", "222222"), "x.json")),
              HasSubstr("\"222222\" cannot be a port"));
}

}  // namespace
}  // namespace nightlatch::spec
