#include <array>

#include "spec/approval_fields.hpp"

namespace nightlatch::spec {

namespace {

using enum Type;
using enum Shape;

constexpr std::array<std::string_view, 3> become_names{"none", "sudo", "doas"};
constexpr std::array<std::string_view, 1> inventory_kinds{"Inventory"};

constexpr std::array inventory_fields{
    Field{.path = "apiVersion",
          .type = choice,
          .need = Need::required,
          .choices = api_versions,
          .doc = "The version of this file format."},
    Field{.path = "kind",
          .type = choice,
          .need = Need::required,
          .choices = inventory_kinds,
          .doc = "The kind of this file."},
    Field{.path = "clusters",
          .type = object,
          .shape = list,
          .need = Need::required,
          .min = 1,
          .doc = "The clusters. With several of them, `--cluster` chooses one."},
    Field{.path = "clusters[].name",
          .type = name,
          .need = Need::required,
          .doc = "The cluster's name on screens. Its runs are kept in the directory of this name under "
                 "`~/.local/state/nightlatch`."},
    Field{.path = "clusters[].endpoint",
          .type = https_url,
          .doc = "The URL of the load balancer. Without it, the kubeconfig's server."},
    Field{.path = "clusters[].kubeconfig",
          .doc = "The kubeconfig of an administrator, for RBAC, ConfigMaps and readiness. Without it, the "
                 "usual kubeconfig rules apply."},

    Field{.path = "clusters[].loadBalancer",
          .type = object,
          .doc = "What is known about the load balancer. nightlatch finds out the rest where it can."},
    Field{.path = "clusters[].loadBalancer.kind",
          .doc = "The product, for people who read this file: haproxy, keepalived, F5."},
    Field{.path = "clusters[].loadBalancer.probe",
          .type = object,
          .doc = "How the load balancer asks an API server whether it is healthy."},
    Field{.path = "clusters[].loadBalancer.probe.path",
          .type = url_path,
          .doc = "The path that the load balancer asks, without credentials."},
    Field{.path = "clusters[].loadBalancer.probe.tcp",
          .type = boolean,
          .fallback = "false",
          .doc = "Whether it only opens TCP connections, and asks nothing."},
    Field{.path = "clusters[].loadBalancer.probe.expect",
          .type = integer,
          .shape = list,
          .fallback = "[200]",
          .min = 100,
          .max = 599,
          .doc = "The HTTP status codes that the load balancer takes for healthy."},
    Field{.path = "clusters[].loadBalancer.interval",
          .type = duration,
          .min = 1,
          .max = hour,
          .doc = "The time between two probes of the load balancer."},
    Field{.path = "clusters[].loadBalancer.rise",
          .type = integer,
          .min = 1,
          .max = 100,
          .doc = "How many good probes in a row bring a server back."},
    Field{.path = "clusters[].loadBalancer.fall",
          .type = integer,
          .min = 1,
          .max = 100,
          .doc = "How many bad probes in a row take a server out."},
    Field{.path = "clusters[].loadBalancer.settle",
          .type = duration,
          .fallback = "0s",
          .min = 0,
          .max = hour,
          .doc = "How long a run waits for a server to be back, where the load balancer does not show which "
                 "node answered. `0s` means rise times interval, or one minute where these are unknown."},

    Field{.path = "clusters[].ssh",
          .type = object,
          .doc = "How to reach the nodes. What is not given comes from the configuration of ssh."},
    Field{.path = "clusters[].ssh.user", .type = name, .doc = "The user that logs in to the nodes."},
    Field{
        .path = "clusters[].ssh.become",
        .type = choice,
        .fallback = "sudo",
        .choices = become_names,
        .doc =
            "How that user becomes root. A user who is root already needs neither `sudo` nor `doas`. `none` "
            "means that the user is root."},
    Field{
        .path = "clusters[].ssh.wrapper",
        .type = absolute_path,
        .doc =
            "The one command that sudo or doas allows on the nodes, as `nightlatch node wrapper` prints it. "
            "Without it that command is `/bin/sh`."},
    Field{.path = "clusters[].ssh.config",
          .doc = "The ssh_config file to read, as `ssh -F` reads it; `none` for no file at all. Without it "
                 "the user's and "
                 "the machine's files are read. docs/ssh-config.md lists which options are followed."},
    Field{.path = "clusters[].ssh.identityFile", .doc = "The private key to log in with."},
    Field{.path = "clusters[].ssh.knownHosts",
          .doc = "The known_hosts file that the nodes' host keys are checked against."},

    approvals_field("clusters[].approvals"),
    required_approvals_field(
        "clusters[].approvals.required",
        "How many people must approve a plan of this cluster. Where it is not 0, a plan that no "
        "file holds (`apply -p`) is refused."),
    allowed_signers_field("clusters[].approvals.allowedSigners"),
    self_approval_field("clusters[].approvals.self"),

    Field{.path = "clusters[].nodes",
          .type = object,
          .shape = list,
          .need = Need::required,
          .min = 1,
          .doc = "Every control-plane node of the cluster. A node that is missing here would stay open, so "
                 "the plan is refused."},
    Field{.path = "clusters[].nodes[].name",
          .type = name,
          .need = Need::required,
          .doc = "The node's name on screens. It may differ from the name of the Node object."},
    Field{.path = "clusters[].nodes[].host",
          .type = host,
          .need = Need::required,
          .doc = "The address or name that SSH connects to."},
    Field{.path = "clusters[].nodes[].port",
          .type = integer,
          .fallback = "22",
          .min = 1,
          .max = 65535,
          .doc = "The port that SSH connects to."},
};

}  // namespace

const Form& inventory_form() {
  static constexpr Form form{
      .kind = "Inventory",
      .file = "inventory",
      .intro =
          "An inventory says where: the clusters, their control-plane nodes, and how to reach them. `-i` "
          "names the file. `-i` also reads the JSON that `ansible-inventory --list` prints: the hosts of its "
          "group kube_control_plane (or kube-master, control_plane, masters, master) are the nodes.",
      .example = R"(apiVersion: nightlatch.dev/v1
kind: Inventory
clusters:
- name: prod-eu1
  endpoint: https://k8s.prod-eu1.example:6443
  kubeconfig: ~/.kube/prod-eu1
  loadBalancer: {kind: haproxy, probe: {path: /healthz, expect: [200]}, interval: 2s, rise: 2, fall: 3}
  ssh: {user: ops, become: sudo}
  nodes:
  - {name: cp1, host: 10.0.0.11}
  - {name: cp2, host: 10.0.0.12}
  - {name: cp3, host: 10.0.0.13}
)",
      .fields = inventory_fields};
  return form;
}

}  // namespace nightlatch::spec
