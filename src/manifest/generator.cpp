#include "manifest/generator.hpp"

#include <algorithm>
#include <array>

#include "manifest/text.hpp"

namespace nightlatch::manifest {
namespace {

constexpr Generator kubeadm{"kubeadm", Hold::administrator, "", ""};
constexpr Generator kubespray{"kubespray", Hold::next_run, "the inventory's group_vars", ""};

constexpr Generator rke2{"RKE2", Hold::product, "kube-apiserver-arg in /etc/rancher/rke2/config.yaml",
                         R"(# /etc/rancher/rke2/config.yaml on every server (this is RKE2's default)
kube-apiserver-arg:
- anonymous-auth=false
# then, one server at a time: systemctl restart rke2-server
)"};
constexpr Generator k3s{"k3s", Hold::product, "kube-apiserver-arg in /etc/rancher/k3s/config.yaml",
                        R"(# /etc/rancher/k3s/config.yaml on every server (this is k3s' default)
kube-apiserver-arg:
- anonymous-auth=false
# then, one server at a time: systemctl restart k3s
)"};
constexpr Generator k0s{"k0s", Hold::product, "spec.api.extraArgs in /etc/k0s/k0s.yaml",
                        R"(# /etc/k0s/k0s.yaml on every controller (this is k0s' default)
spec:
  api:
    extraArgs:
      anonymous-auth: "false"
# then, one controller at a time: systemctl restart k0scontroller
)"};
constexpr Generator kops{"kOps", Hold::product, "spec.kubeAPIServer in the cluster spec",
                         R"(# kops edit cluster (this is kOps' default)
spec:
  kubeAPIServer:
    anonymousAuth: false
# then: kops update cluster --yes && kops rolling-update cluster --yes
)"};
constexpr Generator talos{"Talos", Hold::product, "cluster.apiServer.extraArgs in the machine configuration",
                          R"(# patch.yaml (this is Talos' default)
cluster:
  apiServer:
    extraArgs:
      anonymous-auth: "false"
# then, one node at a time: talosctl -n NODE patch machineconfig --patch @patch.yaml
)"};
constexpr Generator microk8s{"MicroK8s", Hold::product, "/var/snap/microk8s/current/args/kube-apiserver",
                             R"(# /var/snap/microk8s/current/args/kube-apiserver on every control-plane node
--anonymous-auth=false
--authorization-mode=RBAC,Node
# then, one node at a time: snap restart microk8s.daemon-kubelite
)"};
constexpr Generator openshift{"OpenShift", Hold::product, "the kubeapiserver operator resource",
                              R"(# Red Hat does not support this override; the operator rolls it out by itself
oc patch kubeapiserver cluster --type=merge -p \
  '{"spec":{"unsupportedConfigOverrides":{"apiServerArguments":{"anonymous-auth":["false"]}}}}'
)"};
// The health paths stay open: kubeadm's probes and most load balancers ask without credentials.
constexpr Generator cluster_api{
    "Cluster API", Hold::product, "spec.kubeadmConfigSpec of the KubeadmControlPlane",
    R"(# kubectl edit kubeadmcontrolplane NAME (on the management cluster; it replaces the machines one by one)
spec:
  kubeadmConfigSpec:
    files:
    - path: /etc/kubernetes/nightlatch/config/authn.yaml
      owner: root:root
      permissions: "0600"
      content: |
        apiVersion: apiserver.config.k8s.io/v1beta1
        kind: AuthenticationConfiguration
        anonymous:
          enabled: true
          conditions:
          - path: /healthz
          - path: /livez
          - path: /readyz
    clusterConfiguration:
      apiServer:
        extraArgs:  # cluster.x-k8s.io/v1beta2: a list of {name: ..., value: ...}
          authentication-config: /etc/kubernetes/nightlatch/config/authn.yaml
        extraVolumes:
        - name: nightlatch-authn
          hostPath: /etc/kubernetes/nightlatch/config
          mountPath: /etc/kubernetes/nightlatch/config
          readOnly: true
          pathType: Directory
)"};

struct Mark {
  std::string_view path;
  const Generator& generator;
};
constexpr std::array marks{
    Mark{"/etc/rancher/rke2", rke2},
    Mark{"/var/lib/rancher/rke2", rke2},
    Mark{"/etc/rancher/k3s", k3s},
    Mark{"/var/lib/rancher/k3s", k3s},
    Mark{"/etc/k0s", k0s},
    Mark{"/var/lib/k0s", k0s},
    Mark{"/var/snap/microk8s", microk8s},
    Mark{"/etc/talos", talos},
    Mark{"/system/state/config.yaml", talos},
    Mark{"/etc/kubernetes/manifests/kube-apiserver.manifest", kops},
    Mark{"/var/cache/kubernetes-install", kops},
    Mark{"/etc/kubernetes/static-pod-resources", openshift},
    Mark{"/run/cluster-api", cluster_api},
};

const SpanNode* child(const SpanNode* node, std::string_view key) {
  node = resolve(node);
  return node == nullptr ? nullptr : resolve(node->find(key));
}

bool says(const SpanNode* mapping, std::string_view key, std::string_view value) {
  const SpanNode* found = child(mapping, key);
  return found != nullptr && found->value == value;
}

bool has_key_prefix(const SpanNode* mapping, std::string_view prefix) {
  mapping = resolve(mapping);
  if (mapping == nullptr || mapping->kind != SpanKind::mapping) return false;
  for (std::size_t i = 0; i < mapping->entries(); ++i) {
    if (mapping->key(i).value.starts_with(prefix)) return true;
  }
  return false;
}

// Aliases need not be followed: the node with their anchor is in the tree as well.
bool mentions(const SpanNode& node, std::string_view text) {
  if (node.kind == SpanKind::scalar) return node.value.find(text) != std::string::npos;
  return std::any_of(node.children.begin(), node.children.end(),
                     [&](const SpanNode* item) { return mentions(*item, text); });
}

}  // namespace

// The most specific marks come first: Talos and kOps share the label k8s-app.
std::optional<Generator> recognise_generator(const SpanNode& pod) {
  const SpanNode* metadata = child(&pod, "metadata");
  const SpanNode* annotations = child(metadata, "annotations");
  const SpanNode* labels = child(metadata, "labels");
  if (has_key_prefix(annotations, "kubeadm.kubernetes.io/")) {
    // kube_cert_dir of kubespray; kubeadm by itself writes /etc/kubernetes/pki.
    return mentions(pod, "/etc/kubernetes/ssl/") ? kubespray : kubeadm;
  }
  if (mentions(pod, "/var/lib/rancher/rke2") || mentions(pod, "rancher/hardened-kubernetes")) return rke2;
  if (says(metadata, "namespace", "openshift-kube-apiserver") ||
      says(labels, "app", "openshift-kube-apiserver")) {
    return openshift;
  }
  if (has_key_prefix(annotations, "talos.dev/") || mentions(pod, "/system/secrets/kubernetes")) return talos;
  if (says(labels, "k8s-app", "kube-apiserver")) return kops;
  return std::nullopt;
}

std::optional<Generator> recognise_generator(std::string_view bytes, std::string_view file) {
  auto text = SourceText::read(bytes, file);
  if (!text) return std::nullopt;
  auto tree = SpanTree::parse(*text);
  if (!tree) return std::nullopt;
  return recognise_generator(tree->root());
}

std::optional<Generator> recognise_path(std::string_view path) {
  auto found = std::find_if(marks.begin(), marks.end(), [&](const Mark& mark) { return mark.path == path; });
  return found == marks.end() ? std::nullopt : std::optional(found->generator);
}

std::vector<std::string> paste_lines(const Generator& generator) {
  std::vector<std::string> lines;
  for (std::string_view rest = generator.paste; !rest.empty();) {
    std::size_t end = rest.find('\n');
    lines.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(rest.size(), end == std::string_view::npos ? rest.size() : end + 1));
  }
  return lines;
}

}  // namespace nightlatch::manifest
