#include "spec/inventory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "spec/field.hpp"
#include "spec/told.hpp"

namespace nightlatch::spec {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::string_view head = "apiVersion: nightlatch.dev/v1\nkind: Inventory\nclusters:\n";

Result<Inventory> parse(std::string_view clusters) {
  return parse_inventory(std::string(head) + std::string(clusters), "hosts.yaml");
}
std::string error_of(std::string_view clusters) {
  return told(parse(clusters));
}

TEST(Inventory, EveryKeyIsRead) {
  auto inventory = parse(
      "- name: prod-eu1\n"
      "  endpoint: https://k8s.prod-eu1.example:6443\n"
      "  kubeconfig: ~/.kube/prod-eu1\n"
      "  loadBalancer: {kind: haproxy, probe: {path: /healthz, expect: [200, 204]}, interval: 2s, rise: 2, "
      "fall: 3, settle: 1m}\n"
      "  ssh: {user: ops, become: doas, config: ~/.ssh/config, identityFile: ~/.ssh/id_ops, wrapper: "
      "/opt/nl, knownHosts: "
      "~/.ssh/known_hosts}\n"
      "  nodes:\n"
      "  - {name: cp1, host: 10.0.0.11}\n"
      "  - {name: cp2, host: \"fd00::12\", port: 2222}\n");
  ASSERT_TRUE(inventory) << told(inventory);
  EXPECT_EQ(inventory->file, "hosts.yaml");
  ASSERT_EQ(inventory->clusters.size(), 1U);
  const Cluster& cluster = inventory->clusters[0];
  EXPECT_EQ(cluster.name, "prod-eu1");
  EXPECT_EQ(cluster.endpoint, "https://k8s.prod-eu1.example:6443");
  EXPECT_EQ(cluster.kubeconfig, "~/.kube/prod-eu1");
  ASSERT_TRUE(cluster.load_balancer);
  EXPECT_EQ(cluster.load_balancer->kind, "haproxy");
  EXPECT_EQ(cluster.load_balancer->probe_path, "/healthz");
  EXPECT_THAT(cluster.load_balancer->expect, ElementsAre(200, 204));
  EXPECT_EQ(cluster.load_balancer->interval, seconds{2});
  EXPECT_EQ(cluster.load_balancer->rise, 2);
  EXPECT_EQ(cluster.load_balancer->fall, 3);
  EXPECT_EQ(cluster.load_balancer->settle, seconds{60});
  EXPECT_EQ(cluster.ssh.user, "ops");
  EXPECT_EQ(cluster.ssh.become, Become::doas);
  EXPECT_EQ(cluster.ssh.wrapper, "/opt/nl");
  EXPECT_EQ(cluster.ssh.config, "~/.ssh/config");
  EXPECT_EQ(cluster.ssh.identity_file, "~/.ssh/id_ops");
  EXPECT_EQ(cluster.ssh.known_hosts, "~/.ssh/known_hosts");
  ASSERT_EQ(cluster.nodes.size(), 2U);
  EXPECT_EQ(cluster.nodes[0].name, "cp1");
  EXPECT_EQ(cluster.nodes[0].host, "10.0.0.11");
  EXPECT_EQ(cluster.nodes[0].port, 22);
  EXPECT_EQ(cluster.nodes[1].host, "fd00::12");
  EXPECT_EQ(cluster.nodes[1].port, 2222);
}

TEST(Inventory, WhatIsNotWrittenHasTheDefaultsOfTheStructs) {
  auto inventory = parse(
      "- {name: a, loadBalancer: {}, nodes: [{name: cp1, host: cp1}]}\n- {name: b, nodes: [{name: cp1, host: "
      "cp2}]}\n");
  ASSERT_TRUE(inventory) << told(inventory);
  const LoadBalancer& balancer = *inventory->clusters[0].load_balancer;
  LoadBalancer defaults;
  EXPECT_EQ(balancer.expect, defaults.expect);
  EXPECT_EQ(balancer.interval, defaults.interval);
  EXPECT_EQ(balancer.rise, defaults.rise);
  EXPECT_EQ(balancer.fall, defaults.fall);
  EXPECT_EQ(balancer.settle, defaults.settle);
  EXPECT_FALSE(inventory->clusters[1].load_balancer);
  EXPECT_EQ(inventory->clusters[1].ssh.become, Ssh{}.become);
  EXPECT_EQ(inventory->clusters[1].endpoint, "");
}

TEST(Inventory, TheExampleOfTheReferencePageIsRead) {
  auto inventory = parse_inventory(inventory_form().example, "example");
  ASSERT_TRUE(inventory) << told(inventory);
  EXPECT_EQ(inventory->clusters[0].nodes.size(), 3U);
}

TEST(Inventory, RequiredKeysAreNamed) {
  EXPECT_THAT(error_of("- nodes: [{name: cp1, host: cp1}]\n"),
              StartsWith("NL1106 exit 2 hosts.yaml:4:3: \"clusters[].name\" is missing\n"));
  EXPECT_THAT(error_of("- name: a\n"),
              StartsWith("NL1106 exit 2 hosts.yaml:4:3: \"clusters[].nodes\" is missing\n"));
  EXPECT_THAT(error_of("- {name: a, nodes: []}\n"),
              StartsWith("NL1105 exit 2 hosts.yaml:4:13: \"clusters[].nodes\" is empty\n"));
  EXPECT_THAT(error_of("- {name: a, nodes:\n}\n"), StartsWith("NL1105"));
  EXPECT_THAT(error_of("- {name: a, nodes: [{name: cp1}]}\n"),
              StartsWith("NL1106 exit 2 hosts.yaml:4:21: \"clusters[].nodes[].host\" is missing\n"));
}

TEST(Inventory, NothingIsListedTwice) {
  EXPECT_EQ(
      error_of("- name: a\n  nodes:\n  - {name: cp1, host: 10.0.0.1}\n  - {name: cp1, host: 10.0.0.2}\n"),
      "NL1111 exit 2 hosts.yaml:7:12: the node cp1 is listed twice\n"
      "  - {name: cp1, host: 10.0.0.2}\n"
      "           ^^^\n"
      "first on line 6\n");
  EXPECT_THAT(error_of("- {name: a, nodes: [{name: cp1, host: CP1.example}]}\n- {name: b, nodes: [{name: "
                       "cp1, host: cp1.example}]}\n"),
              StartsWith("NL1111 exit 2 hosts.yaml:5:39: the host cp1.example port 22 is listed twice\n"));
  EXPECT_THAT(
      error_of("- {name: a, nodes: [{name: cp1, host: x}]}\n- {name: a, nodes: [{name: cp1, host: y}]}\n"),
      HasSubstr("the cluster a is listed twice"));
}

TEST(Inventory, OneAddressWithTwoPortsMayBeTwoForwardedNodes) {
  EXPECT_EQ(error_of("- {name: a, nodes: [{name: cp1, host: 127.0.0.1, port: 2201}, {name: cp2, host: "
                     "127.0.0.1, port: 2202}]}\n"),
            "no error\n");
}

TEST(Inventory, ValuesThatCannotBeReachedAreRefused) {
  auto cluster = [](std::string_view rest) {
    return "- {name: a, " + std::string(rest) + ", nodes: [{name: cp1, host: cp1}]}\n";
  };
  EXPECT_EQ(error_of(cluster("endpoint: \"http://k8s.example\"")),
            "NL1105 exit 2 hosts.yaml:4:23: \"clusters[].endpoint\" cannot be \"http://k8s.example\"\n"
            "- {name: a, endpoint: \"http://k8s.example\", nodes: [{name: cp1, host: cp1}]}\n"
            "                      ^^^^^^^^^^^^^^^^^^^^\n"
            "expected  https://HOST or https://HOST:PORT\n");
  EXPECT_THAT(error_of(cluster("ssh: {become: su}")), HasSubstr("expected  one of none, sudo, doas"));
  EXPECT_THAT(error_of(cluster("ssh: {user: -oProxyCommand=sh}")), StartsWith("NL1105"));
  EXPECT_THAT(error_of(cluster("kubeconfig: \"\"")), StartsWith("NL1105"));
  EXPECT_THAT(error_of(cluster("loadBalancer: {probe: {expect: []}}")), StartsWith("NL1105"));
  EXPECT_THAT(error_of(cluster("loadBalancer: {probe: {expect: [ok]}}")), StartsWith("NL1104"));
  EXPECT_THAT(error_of("- {name: a, nodes: [{name: cp1, host: -oProxyCommand=sh}]}\n"), StartsWith("NL1105"));
  EXPECT_THAT(error_of("- {name: a, nodes: [{name: cp1, host: cp1, port: 65536}]}\n"), StartsWith("NL1105"));
  EXPECT_THAT(error_of("- {name: a/b, nodes: [{name: cp1, host: cp1}]}\n"), StartsWith("NL1105"));
}

}  // namespace
}  // namespace nightlatch::spec
