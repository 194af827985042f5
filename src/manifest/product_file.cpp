#include "manifest/product_file.hpp"

#include <algorithm>
#include <array>

#include "util/text.hpp"

namespace nightlatch::manifest {
namespace {

constexpr std::string_view rancher_key = "kube-apiserver-arg:";  // k3s and RKE2 read the same key

// Both must hold: a line without indentation begins so, and the text is in the file or in its name.
struct FileMark {
  std::string_view product;
  std::string_view what;
  std::string_view line;
  std::string_view text;
};

constexpr std::array file_marks{
    FileMark{"MicroK8s", "the file of arguments that MicroK8s starts kube-apiserver with", "--",
             "${SNAP_DATA}"},
    FileMark{"MicroK8s", "the file of arguments that MicroK8s starts kube-apiserver with", "--",
             "/var/snap/microk8s/"},
    FileMark{"RKE2", "RKE2's configuration file", rancher_key, "rke2"},
    FileMark{"RKE2", "RKE2's configuration file", rancher_key, "\ncni:"},
    FileMark{"k3s", "k3s's configuration file", rancher_key, "k3s"},
    FileMark{"k3s", "k3s's configuration file", rancher_key, "\nflannel-backend:"},
    FileMark{"k3s", "the unit that starts k3s", "ExecStart=", "/k3s"},
    FileMark{"k0s", "k0s's ClusterConfig", "apiVersion: k0s.k0sproject.io/", ""},
    FileMark{"Talos", "Talos' machine configuration", "kind: KubeAuthenticationConfig", ""},
    FileMark{"Talos", "Talos' machine configuration", "machine:", "\ncluster:"},
    FileMark{"kOps", "kOps' cluster spec", "apiVersion: kops.k8s.io/", ""},
    FileMark{"OpenShift", "the configuration of OpenShift's operator", "apiVersion: operator.openshift.io/",
             ""},
    FileMark{"OpenShift", "the configuration that OpenShift's operator makes",
             "apiVersion: kubecontrolplane.config.openshift.io/", ""},
    FileMark{"Cluster API", "a resource of Cluster API", "apiVersion: controlplane.cluster.x-k8s.io/", ""},
    FileMark{"Cluster API", "a resource of Cluster API", "apiVersion: bootstrap.cluster.x-k8s.io/", ""},
    FileMark{"Gardener", "a resource of Gardener", "apiVersion: core.gardener.cloud/", ""},
    FileMark{"Deckhouse", "a resource of Deckhouse", "apiVersion: deckhouse.io/", ""},
    FileMark{"EKS", "eksctl's cluster configuration", "apiVersion: eksctl.io/", ""},
    FileMark{"GKE", "a cluster of GKE", "apiVersion: container.cnrm.cloud.google.com/", ""},
    FileMark{"AKS", "a cluster of AKS", "apiVersion: containerservice.azure.com/", ""},
};

// "authentication-config=FILE", "authentication-config: FILE", in quotes or not.
std::string named_configuration(std::string_view bytes) {
  constexpr std::string_view flag = "authentication-config";
  constexpr std::string_view around = " \t'\"";
  for (const std::string& line : split(bytes, '\n')) {
    std::string_view text = trim(line);
    std::size_t at = text.find(flag);
    if (text.starts_with('#') || at == std::string_view::npos) continue;
    text.remove_prefix(at + flag.size());
    std::size_t sign = text.find_first_not_of(around);
    if (sign == std::string_view::npos || (text[sign] != '=' && text[sign] != ':')) continue;
    text.remove_prefix(sign + 1);
    std::size_t begin = text.find_first_not_of(around);
    if (begin == std::string_view::npos) continue;
    text.remove_prefix(begin);
    return std::string(text.substr(0, text.find_first_of(" \t'\",}")));
  }
  return {};
}

// The first "version: v1.34.1" or "kubernetesVersion: 1.34.1" of a resource. Machine images have a version,
// too.
std::string named_version(const std::vector<std::string>& lines) {
  for (const std::string& line : lines) {
    std::string_view text = trim(line);
    std::size_t colon = text.find(':');
    std::string_view key = text.substr(0, colon);
    if (colon == std::string_view::npos || (key != "version" && key != "kubernetesVersion")) continue;
    std::string_view value = trim(text.substr(colon + 1));
    while (!value.empty() && (value.front() == '"' || value.front() == '\'')) value.remove_prefix(1);
    value = value.substr(0, value.find_first_of("\"' "));
    if (value.starts_with("1.") || value.starts_with("v1.")) return std::string(value);
  }
  return {};
}

}  // namespace

std::optional<ProductFile> recognise_product_file(std::string_view bytes, std::string_view file) {
  std::vector<std::string> lines = split(bytes, '\n');
  std::string all = std::string(file) + "\n" + std::string(bytes);
  const auto* found = std::find_if(file_marks.begin(), file_marks.end(), [&](const FileMark& mark) {
    return all.find(mark.text) != std::string::npos &&
           std::any_of(lines.begin(), lines.end(),
                       [&](const std::string& line) { return line.starts_with(mark.line); });
  });
  if (found == file_marks.end()) return std::nullopt;
  ProductFile known{.product = found->product,
                    .what = found->what,
                    .authentication_config = named_configuration(bytes),
                    .version = named_version(lines)};
  if (found->line == "kind: KubeAuthenticationConfig") known.authentication_config = found->line;
  return known;
}

}  // namespace nightlatch::manifest
