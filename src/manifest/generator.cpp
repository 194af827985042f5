#include "manifest/generator.hpp"

#include <algorithm>

#include "manifest/text.hpp"

namespace nightlatch::manifest {
namespace {

constexpr Generator kubeadm{"kubeadm", ""};
constexpr Generator rke2{
    "RKE2", "kube-apiserver-arg in /etc/rancher/rke2/config.yaml; anonymous access is off by default"};
constexpr Generator openshift{
    "OpenShift", "the kubeapiserver.operator.openshift.io resource: the operator owns this file"};
constexpr Generator talos{"Talos", "cluster.apiServer.extraArgs in the machine configuration"};
constexpr Generator kops{
    "kOps", "spec.kubeAPIServer in the cluster spec (kops edit cluster); anonymous access is off by default"};

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

// Aliases are not followed: their anchor is in the tree as well.
bool mentions(const SpanNode& node, std::string_view text) {
  if (node.kind == SpanKind::scalar) return node.value.find(text) != std::string::npos;
  return std::any_of(node.children.begin(), node.children.end(),
                     [&](const SpanNode* item) { return mentions(*item, text); });
}

}  // namespace

// The marks, most telling first: Talos and kOps share the label k8s-app.
std::optional<Generator> recognise_generator(const SpanNode& pod) {
  const SpanNode* metadata = child(&pod, "metadata");
  const SpanNode* annotations = child(metadata, "annotations");
  const SpanNode* labels = child(metadata, "labels");
  if (has_key_prefix(annotations, "kubeadm.kubernetes.io/")) return kubeadm;
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

}  // namespace nightlatch::manifest
