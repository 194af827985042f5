#include "manifest/generator.hpp"

#include <algorithm>
#include <array>

#include "manifest/text.hpp"

namespace nightlatch::manifest {
namespace {

constexpr Generator kubeadm{"kubeadm", Hold::administrator};
constexpr Generator kubespray{"kubespray", Hold::next_run};
constexpr Generator rke2{"RKE2", Hold::product};
constexpr Generator k3s{"k3s", Hold::product};
constexpr Generator k0s{"k0s", Hold::product};
constexpr Generator kops{"kOps", Hold::product};
constexpr Generator talos{"Talos", Hold::product};
constexpr Generator microk8s{"MicroK8s", Hold::product};
constexpr Generator openshift{"OpenShift", Hold::product};
constexpr Generator cluster_api{"Cluster API", Hold::product};
constexpr Generator gardener{"Gardener", Hold::product};
constexpr Generator deckhouse{"Deckhouse", Hold::product};

struct PathOfNode {
  std::string_view path;
  const Generator& generator;
};
constexpr std::array paths_of_nodes{
    PathOfNode{"/etc/rancher/rke2", rke2},
    PathOfNode{"/var/lib/rancher/rke2", rke2},
    PathOfNode{"/etc/rancher/k3s", k3s},
    PathOfNode{"/var/lib/rancher/k3s", k3s},
    PathOfNode{"/etc/k0s", k0s},
    PathOfNode{"/var/lib/k0s", k0s},
    PathOfNode{"/var/snap/microk8s", microk8s},
    PathOfNode{"/etc/talos", talos},
    PathOfNode{"/system/state/config.yaml", talos},
    PathOfNode{"/etc/kubernetes/manifests/kube-apiserver.manifest", kops},
    PathOfNode{"/var/cache/kubernetes-install", kops},
    PathOfNode{"/etc/kubernetes/static-pod-resources", openshift},
    PathOfNode{"/run/cluster-api", cluster_api},
};

// Aliases need not be followed: the node with their anchor is in the tree as well.
bool mentions(const SpanNode& node, std::string_view text) {
  if (node.kind == SpanKind::scalar) return node.value.find(text) != std::string::npos;
  return std::any_of(node.children.begin(), node.children.end(),
                     [&](const SpanNode* item) { return mentions(*item, text); });
}

enum class Place { annotation, label, name_space, anywhere };

// Weights are added up, and two are enough.
struct Mark {
  const Generator& generator;
  Place place;
  std::string_view text;  // an annotation's key begins so; "key=value" of a label; else: is in some value
  int weight;
};

// The first product that has enough marks is taken. Deckhouse, Cluster API and kubespray run kubeadm, so that
// their manifests have its annotation as well.
constexpr std::array marks{
    Mark{deckhouse, Place::annotation, "control-plane-manager.deckhouse.io/", 2},
    Mark{kubespray, Place::annotation, "kubeadm.kubernetes.io/", 1},
    Mark{kubespray, Place::anywhere, "/etc/kubernetes/ssl/", 1},  // its kube_cert_dir
    Mark{kubeadm, Place::annotation, "kubeadm.kubernetes.io/", 2},
    Mark{rke2, Place::anywhere, "/var/lib/rancher/rke2", 2},
    Mark{rke2, Place::anywhere, "rancher/hardened-kubernetes", 2},
    Mark{openshift, Place::name_space, "openshift-kube-apiserver", 2},
    Mark{openshift, Place::label, "app=openshift-kube-apiserver", 2},
    Mark{talos, Place::annotation, "talos.dev/", 2},
    Mark{talos, Place::anywhere, "/system/secrets/kubernetes", 2},
    Mark{gardener, Place::label, "gardener.cloud/role=controlplane", 2},
    Mark{gardener, Place::name_space, "shoot--", 1},
    Mark{gardener, Place::label, "app=kubernetes", 1},
    Mark{kops, Place::label, "k8s-app=kube-apiserver", 1},
    Mark{kops, Place::anywhere, "kops/kube-apiserver-healthcheck", 1},
    Mark{kops, Place::anywhere, "/srv/kubernetes/", 1},
    Mark{kops, Place::annotation, "dns.alpha.kubernetes.io/", 1},
};

bool has(const SpanNode& pod, const Mark& mark) {
  const SpanNode* metadata = child(&pod, "metadata");
  switch (mark.place) {
    case Place::anywhere:
      return mentions(pod, mark.text);
    case Place::name_space: {
      const SpanNode* found = child(metadata, "namespace");
      return found != nullptr && found->value.starts_with(mark.text);
    }
    case Place::label: {
      std::size_t equals = mark.text.find('=');
      const SpanNode* found = child(child(metadata, "labels"), mark.text.substr(0, equals));
      return found != nullptr && found->value == mark.text.substr(equals + 1);
    }
    case Place::annotation:
      break;
  }
  const SpanNode* annotations = child(metadata, "annotations");
  if (annotations == nullptr || annotations->kind != SpanKind::mapping) return false;
  for (std::size_t i = 0; i < annotations->entries(); ++i) {
    if (annotations->key(i).value.starts_with(mark.text)) return true;
  }
  return false;
}

}  // namespace

std::optional<Generator> recognise_generator(const SpanNode& pod) {
  for (const Mark& first : marks) {
    int weight = 0;
    for (const Mark& mark : marks) {
      if (mark.generator.name == first.generator.name && has(pod, mark)) weight += mark.weight;
    }
    if (weight >= 2) return first.generator;
  }
  return std::nullopt;
}

std::optional<Generator> recognise_generator(std::string_view bytes, std::string_view file) {
  auto text = SourceText::read(bytes, file);
  if (!text) return std::nullopt;
  auto tree = SpanTree::parse(*text);
  if (!tree) return std::nullopt;
  return recognise_generator(tree->root());
}

std::vector<std::string> annotation_domains(std::string_view bytes, std::string_view file) {
  std::vector<std::string> domains;
  auto text = SourceText::read(bytes, file);
  if (!text) return domains;
  auto tree = SpanTree::parse(*text);
  if (!tree) return domains;
  const SpanNode* annotations = child(child(&tree->root(), "metadata"), "annotations");
  if (annotations == nullptr || annotations->kind != SpanKind::mapping) return domains;
  for (std::size_t i = 0; i < annotations->entries(); ++i) {
    std::string_view key = annotations->key(i).value;
    std::string domain(key.substr(0, key.find('/')));
    bool is_new = std::find(domains.begin(), domains.end(), domain) == domains.end();
    if (key.find('/') != std::string_view::npos && is_new) domains.push_back(std::move(domain));
  }
  return domains;
}

std::optional<Generator> recognise_path(std::string_view path) {
  const auto* found = std::find_if(paths_of_nodes.begin(), paths_of_nodes.end(),
                                   [&](const PathOfNode& mark) { return mark.path == path; });
  return found == paths_of_nodes.end() ? std::nullopt : std::optional(found->generator);
}

}  // namespace nightlatch::manifest
