#include <array>

#include "spec/field.hpp"

namespace nightlatch::spec {

namespace {

using enum Type;
using enum Shape;

constexpr std::array<std::string_view, 3> become_names{"none", "sudo", "doas"};
constexpr std::array<std::string_view, 1> api_versions{"nightlatch.dev/v1"};
constexpr std::array<std::string_view, 1> kinds{"Inventory"};

constexpr long hour = 3600;

constexpr std::array fields{
    Field{.path = "apiVersion",
          .type = choice,
          .need = Need::required,
          .choices = api_versions,
          .doc = "The form of this file."},
    Field{.path = "kind",
          .type = choice,
          .need = Need::required,
          .choices = kinds,
          .doc = "What this file is."},
    Field{.path = "clusters",
          .type = object,
          .shape = list,
          .need = Need::required,
          .min = 1,
          .doc = "One or more; with several, `--cluster` says which."},
    Field{.path = "clusters[].name",
          .type = name,
          .need = Need::required,
          .doc = "Its name on screens, and of its directory under `~/.local/state/nightlatch`."},
    Field{.path = "clusters[].endpoint",
          .type = https_url,
          .doc = "The load balancer; the kubeconfig's server when it is not given."},
    Field{.path = "clusters[].kubeconfig",
          .doc = "An administrator's, for RBAC, ConfigMaps and readiness; the usual kubeconfig rules when it "
                 "is not given."},

    Field{.path = "clusters[].loadBalancer",
          .type = object,
          .doc = "What is known about it; nightlatch finds the rest where it can."},
    Field{.path = "clusters[].loadBalancer.kind", .doc = "For people: haproxy, keepalived, F5."},
    Field{.path = "clusters[].loadBalancer.probe",
          .type = object,
          .doc = "How it asks an API server whether it is healthy."},
    Field{.path = "clusters[].loadBalancer.probe.path",
          .type = url_path,
          .doc = "The path that it asks, without credentials."},
    Field{.path = "clusters[].loadBalancer.probe.expect",
          .type = integer,
          .shape = list,
          .fallback = "[200]",
          .min = 100,
          .max = 599,
          .doc = "The HTTP status codes that it takes for healthy."},
    Field{.path = "clusters[].loadBalancer.interval",
          .type = duration,
          .min = 1,
          .max = hour,
          .doc = "Between two of its probes."},
    Field{.path = "clusters[].loadBalancer.rise",
          .type = integer,
          .min = 1,
          .max = 100,
          .doc = "Good probes that bring a server back."},
    Field{.path = "clusters[].loadBalancer.fall",
          .type = integer,
          .min = 1,
          .max = 100,
          .doc = "Bad probes that take a server out."},
    Field{.path = "clusters[].loadBalancer.settle",
          .type = duration,
          .fallback = "0s",
          .min = 0,
          .max = hour,
          .doc = "How long to wait for a server to be back where that cannot be seen; `0s`: rise times "
                 "interval, at least a minute when unknown."},

    Field{.path = "clusters[].ssh",
          .type = object,
          .doc = "How to reach the nodes. What is not given comes from ssh's own configuration."},
    Field{.path = "clusters[].ssh.user", .type = name, .doc = "The login on the nodes."},
    Field{.path = "clusters[].ssh.become",
          .type = choice,
          .fallback = "sudo",
          .choices = become_names,
          .doc = "How that login becomes root. `none`: it is root."},
    Field{.path = "clusters[].ssh.config", .doc = "An ssh_config file."},
    Field{.path = "clusters[].ssh.identityFile", .doc = "A private key."},
    Field{.path = "clusters[].ssh.knownHosts",
          .doc = "The known_hosts file that the nodes' host keys are checked against."},

    Field{.path = "clusters[].nodes",
          .type = object,
          .shape = list,
          .need = Need::required,
          .min = 1,
          .doc = "Every control-plane node. One that is missing here would stay open: the plan refuses."},
    Field{.path = "clusters[].nodes[].name",
          .type = name,
          .need = Need::required,
          .doc = "Its name on screens; may differ from the Node object's."},
    Field{.path = "clusters[].nodes[].host",
          .type = host,
          .need = Need::required,
          .doc = "The address or name that SSH connects to."},
    Field{.path = "clusters[].nodes[].port",
          .type = integer,
          .fallback = "22",
          .min = 1,
          .max = 65535,
          .doc = "Its SSH port."},
};

}  // namespace

const Form& inventory_form() {
  static constexpr Form form{
      .kind = "Inventory",
      .file = "inventory",
      .intro =
          "An inventory says where: the clusters, their control-plane nodes, and how "
          "to reach them. `-i` names the file. The JSON that `ansible-inventory --list` "
          "prints is read as well: the hosts of its group kube_control_plane (or "
          "kube-master, control_plane, masters, master) are the nodes.",
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
      .fields = fields};
  return form;
}

}  // namespace nightlatch::spec
